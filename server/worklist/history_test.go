package worklist_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"teleconsult/server/db"
	"teleconsult/server/fault"
	"teleconsult/server/trace"
)

func TestHistoryTellsWhoDidWhatNewestFirst(t *testing.T) {
	h := newHospital(t)
	ctx := context.Background()
	f := h.schedule()
	h.clock = h.clock.Add(time.Minute)
	h.must(h.PlanAppointment(ctx, h.secretary, f.ID)) // the fixture looks at the encounter afterwards, as its practitioner
	h.clock = h.clock.Add(time.Minute)
	h.inTx(func(ctx context.Context, tx db.Tx) error {
		return trace.Append(ctx, tx, h.clock, trace.ByPatient("", ""), f.Traced("patient.read", nil))
	})
	h.clock = h.clock.Add(time.Minute)
	entries, err := h.lists.History(ctx, h.practitioner, f.ID)
	if err != nil {
		t.Fatal(err)
	}
	var told []string
	for _, e := range entries {
		told = append(told, string(e.ActorKind)+" "+e.ActorName+" "+e.Sentence)
	}
	want := []string{
		"staff Dr Claire Martin a consulté l’historique",
		"patient  a ouvert sa page personnelle",
		"staff Dr Claire Martin a consulté le dossier de la téléconsultation",
		"staff Mme Odile Secret a coché « planifié dans ORBIS RV »",
		"staff Mme Odile Secret a planifié la téléconsultation",
	}
	if !slices.Equal(told, want) {
		t.Errorf("history %q, want %q", told, want)
	}
	if !entries[0].At.Equal(h.clock) || entries[0].Action != "history.read" {
		t.Errorf("first entry %+v, want this very look", entries[0])
	}
}

func TestAnotherDepartmentHasNoHistory(t *testing.T) {
	h := newHospital(t)
	_, err := h.lists.History(context.Background(), h.stranger, h.schedule().ID)
	_ = wantFault(t, err, fault.KindNotFound, "not_found")
}

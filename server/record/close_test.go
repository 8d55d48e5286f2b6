package record_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"teleconsult/server/coding"
	"teleconsult/server/encounter"
	"teleconsult/server/fault"
	"teleconsult/server/prescription"
	"teleconsult/server/record"
)

// agreed writes the patient's agreement.
func (w *world) agreed(id string) {
	w.t.Helper()
	w.Exec(`INSERT INTO consent_decision (id, encounter_id, department_id, decision, tool, mode, given_by, recorded_by, decided_at, recorded_at)
		VALUES (gen_random_uuid(), $1, $2, 'agreed', 'zoom', 'oral', 'patient', $3, $4, $4)`, id, w.Department, w.Secretary.StaffID, w.Now)
}

func (w *world) prescribed(id string, channel prescription.Channel) {
	w.t.Helper()
	in := prescription.Input{Channel: channel, State: prescription.Announced}
	if channel == prescription.Portal { // and seen there
		in.State = prescription.Delivered
	}
	if _, err := (&prescription.Service{Encounters: w.Encounters}).Decide(context.Background(), w.Practitioner, id, in); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) coded(id, reason string) {
	w.t.Helper()
	service := &coding.Service{Encounters: w.Encounters, Telephone: coding.TelephoneException()}
	if _, err := service.Code(context.Background(), w.Secretary, id, coding.Input{State: coding.NotBillable, Reason: reason}); err != nil {
		w.t.Fatal(err)
	}
}

// lacks are the codes of what closing says is missing, none when it closed.
func (w *world) lacks(id string) []string {
	w.t.Helper()
	_, err := w.service().Close(context.Background(), w.Practitioner, id)
	if err == nil {
		return nil
	}
	var f *fault.Error
	if !errors.As(err, &f) || f.Code != "encounter_incomplete" || f.Kind != fault.KindConflict {
		w.t.Fatal(err)
	}
	codes := []string{}
	for _, v := range f.Violations {
		codes = append(codes, v.Code)
	}
	return codes
}

func (w *world) closing(id string) *record.Closing {
	w.t.Helper()
	p, err := w.service().Show(context.Background(), w.Practitioner, id)
	if err != nil {
		w.t.Fatal(err)
	}
	return p.Closing
}

func TestClosingSaysEverythingThatIsMissing(t *testing.T) {
	w := newWorld(t)
	id := w.Held()
	want := []string{
		"consent_missing", "identity_check_missing", "report_missing", "prescription_missing", "record_missing", "coding_missing",
	}
	if got := w.lacks(id); !slices.Equal(got, want) {
		t.Errorf("missing %v, want %v", got, want)
	}
	w.Exec(`UPDATE staff SET rpps = NULL`)
	if got := w.lacks(id); !slices.Contains(got, "rpps_missing") {
		t.Errorf("missing %v, want the RPPS too", got)
	}
	if got := w.lacks(w.Plan()); !slices.Equal(got, []string{"not_ended"}) {
		t.Errorf("planned: missing %v", got)
	}
	if n := w.Count(`SELECT count(*) FROM encounter_closing`); n != 0 {
		t.Errorf("%d closings", n)
	}
}

func TestACompleteEncounterIsClosedUntilSomethingIsCorrected(t *testing.T) {
	w := newWorld(t)
	id := w.Held()
	ctx, e, tick := context.Background(), w.editor(id), func() { w.Now = w.Now.Add(time.Minute) }
	w.agreed(id)
	w.prescribed(id, prescription.Portal)
	report := record.Report{Findings: "Éruption", Identity: record.IdentityStated}
	transfer := func() {
		t.Helper()
		tick()
		if _, err := w.service().Transfer(ctx, w.Practitioner, id, w.version(id)); err != nil {
			t.Fatal(err)
		}
		tick()
	}
	shut := func(why string) {
		t.Helper()
		if got := w.lacks(id); len(got) > 0 {
			t.Fatalf("%s: missing %v", why, got)
		}
		if c := w.closing(id); c == nil || !c.At.Equal(w.Now) || c.By != "Dr Claire Martin" {
			t.Errorf("%s: closing %+v", why, c)
		}
		tick()
	}
	open := func(why string, missing ...string) {
		t.Helper()
		if c := w.closing(id); c != nil {
			t.Errorf("%s: still closed", why)
		}
		if len(missing) > 0 {
			if got := w.lacks(id); !slices.Equal(got, missing) {
				t.Errorf("%s: missing %v, want %v", why, got, missing)
			}
		}
	}
	e.must(report)
	w.coded(id, "acte gratuit")
	transfer()
	shut("complete")
	before := w.Count(`SELECT count(*) FROM encounter_closing`)
	if w.lacks(id) != nil || w.Count(`SELECT count(*) FROM encounter_closing`) != before || w.closing(id) == nil {
		t.Error("a second tap closes again")
	}

	report.Findings = "Éruption, revue"
	e.must(report)
	open("the text was corrected", "record_missing")
	transfer()
	open("transferred, to be closed again")
	shut("closed again")
	w.prescribed(id, prescription.Dispose)
	open("the prescription was corrected", "prescription_missing", "record_missing")
	tick()
	w.prescribed(id, prescription.Portal)
	transfer()
	shut("closed a third time")
	w.coded(id, "déjà facturé")
	open("the coding was corrected")
	shut("closed a fourth time")
	if n := w.Count(`SELECT count(*) FROM encounter WHERE id = $1 AND status = 'finished'`, id); n != 1 {
		t.Error("closing changed the status")
	}
	w.Now = w.Now.Add(2 * ninetyDays)
	if w.erase(); w.closing(id) == nil {
		t.Error("the deletion of the text opens the encounter again")
	}
}

func TestClosingOfWhatWasNotHeld(t *testing.T) {
	w := newWorld(t)
	ctx := context.Background()
	cancelled, absent, refused := w.Plan(), w.Plan(), w.Plan()
	w.Exec(`UPDATE encounter SET status = 'cancelled', cancelled_at = $2, cancel_reason = 'practitioner' WHERE id = $1`, cancelled, w.Now)
	w.Exec(`UPDATE encounter SET status = 'cancelled', cancelled_at = $2, cancel_reason = 'no-show' WHERE id = $1`, absent, w.Now)
	w.Exec(`INSERT INTO consent_decision (id, encounter_id, department_id, decision, tool, mode, given_by, explanation, recorded_by, decided_at, recorded_at)
		VALUES (gen_random_uuid(), $1, $2, 'refused', 'zoom', 'oral', 'patient', 'préfère venir', $3, $4, $4)`,
		refused, w.Department, w.Secretary.StaffID, w.Now)
	for id, want := range map[string][]string{
		cancelled: nil, absent: {"record_missing"}, refused: {"on_site_missing", "record_missing"},
	} {
		if got := w.lacks(id); !slices.Equal(got, want) {
			t.Errorf("missing %v, want %v", got, want)
		}
	}
	w.Now = w.Now.Add(time.Minute)
	if _, err := w.service().Transfer(ctx, w.Practitioner, absent, w.version(absent)); err != nil {
		t.Fatal(err)
	}
	if got := w.lacks(absent); got != nil {
		t.Errorf("a no-show in the record: missing %v", got)
	}
}

func TestCloseRefuses(t *testing.T) {
	w := newWorld(t)
	id := w.Held()
	if _, err := w.service().Close(context.Background(), w.Secretary, id); fault.CodeOf(err) != "forbidden" {
		t.Errorf("a secretary: %v", err)
	}
	if _, err := w.service().Close(context.Background(), w.Stranger, id); fault.CodeOf(err) != "not_found" {
		t.Errorf("another department: %v", err)
	}
}

func TestAFactOfTheNoteBringsTheStepBack(t *testing.T) {
	w := newWorld(t)
	ctx, id := context.Background(), w.Held()
	e := w.editor(id)
	e.must(record.Report{Findings: "Éruption"})
	for name, change := range map[string]func(){
		"appointment": func() {
			if _, err := w.Encounters.PlanAppointment(ctx, w.Secretary, id); err != nil {
				t.Fatal(err)
			}
		},
		"portal": func() {
			if _, err := w.Encounters.AnswerPortal(ctx, w.Secretary, id, "open"); err != nil {
				t.Fatal(err)
			}
		},
		"decision": func() { w.agreed(id) },
		"text":     func() { e.must(record.Report{Findings: "Éruption", Conclusion: "revue"}) },
	} {
		w.Now = w.Now.Add(time.Minute)
		version := w.version(id)
		if _, err := w.service().Transfer(ctx, w.Practitioner, id, version); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		w.Now = w.Now.Add(time.Minute)
		change()
		p, err := w.service().Show(ctx, w.Practitioner, id)
		if err != nil {
			t.Fatal(err)
		}
		if p.Note.Version == version {
			t.Errorf("%s: the text is the same", name)
		}
		if got := w.Step(p.Facts, encounter.StepRecord); got != encounter.Todo {
			t.Errorf("%s: step %s, want todo", name, got)
		}
	}
}

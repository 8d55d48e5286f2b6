package trace_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"teleconsult/server/db"
	"teleconsult/server/dbtest"
	"teleconsult/server/department"
	"teleconsult/server/staff"
	"teleconsult/server/trace"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

var noon = time.Date(2026, time.May, 12, 10, 0, 0, 0, time.UTC)

// house is a database with two departments and somebody who works in the first.
type house struct {
	*db.DB
	t           *testing.T
	here, there string
	by          trace.Actor
}

func newHouse(t *testing.T) *house {
	t.Helper()
	h := &house{DB: dbtest.New(t), t: t, here: uuid.NewString(), there: uuid.NewString()}
	h.by = trace.Actor{Kind: trace.Staff, ID: uuid.NewString(), RequestID: "request", ClientAddress: "192.0.2.7"}
	h.in(db.System("test"), func(ctx context.Context, tx db.Tx) error {
		for i, id := range []string{h.here, h.there} {
			err := department.Insert(ctx, tx, department.Department{
				ID: id, Code: fmt.Sprintf("S%d", i), Name: "Service", Hospital: "Hôpital", Phone: "01 00 00 00 00", Email: "s@exemple.fr",
				Zone: time.UTC, Tools: []string{"zoom"}, PortalURL: "https://portail.exemple.fr", CodingTarget: "Gilda",
			})
			if err != nil {
				return err
			}
		}
		m := staff.Member{ID: h.by.ID, Email: "martin@exemple.fr", Title: "Dr", GivenName: "Claire", FamilyName: "Martin"}
		return staff.Insert(ctx, tx, m, "x")
	})
	return h
}

func (h *house) in(scope db.Scope, fn func(ctx context.Context, tx db.Tx) error) {
	h.t.Helper()
	if err := h.InTx(h.t.Context(), scope, fn); err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) append(at time.Time, by trace.Actor, e trace.Event) {
	h.t.Helper()
	h.in(db.Departments(h.here), func(ctx context.Context, tx db.Tx) error { return trace.Append(ctx, tx, at, by, e) })
}

// history is the trace of an encounter as somebody of the scope reads it, one word per event.
func (h *house) history(scope db.Scope, encounterID string, limit int) (entries []trace.Entry, told string) {
	h.t.Helper()
	h.in(scope, func(ctx context.Context, tx db.Tx) (err error) {
		entries, err = trace.OfEncounter(ctx, tx, h.here, encounterID, limit)
		return err
	})
	words := make([]string, 0, len(entries))
	for _, e := range entries {
		words = append(words, e.Action)
	}
	return entries, strings.Join(words, " ")
}

func TestTheNewestComesFirst(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	encounter, other := uuid.NewString(), uuid.NewString()
	h.append(noon, h.by, trace.Event{DepartmentID: h.here, Action: "encounter.schedule", EncounterID: encounter, Data: map[string]any{"tool": "zoom"}})
	h.append(noon.Add(2*time.Minute), trace.BySystem(), trace.Event{DepartmentID: h.here, Action: "message.outcome", EncounterID: encounter})
	h.append(noon.Add(time.Minute), trace.ByPatient("request", "192.0.2.9"), trace.Event{DepartmentID: h.here, Action: "patient.read", EncounterID: encounter})
	h.append(noon, h.by, trace.Event{DepartmentID: h.here, Action: "encounter.read", EncounterID: other})

	entries, told := h.history(db.Departments(h.here), encounter, 10)
	if told != "message.outcome patient.read encounter.schedule" {
		t.Fatalf("told %q", told)
	}
	for i, want := range []struct {
		kind trace.ActorKind
		name string
	}{{trace.System, ""}, {trace.Patient, ""}, {trace.Staff, "Dr Claire Martin"}} {
		if entries[i].ActorKind != want.kind || entries[i].ActorName != want.name {
			t.Errorf("%d: by %s %q, want %s %q", i, entries[i].ActorKind, entries[i].ActorName, want.kind, want.name)
		}
	}
	if first := entries[2]; !first.At.Equal(noon) || first.Data["tool"] != "zoom" {
		t.Errorf("%+v", first)
	}
	if _, told = h.history(db.Departments(h.here), encounter, 2); told != "message.outcome patient.read" {
		t.Errorf("the newest two: %q", told)
	}
	if entries, _ = h.history(db.Departments(h.here), uuid.NewString(), 10); entries == nil || len(entries) != 0 {
		t.Errorf("of nothing: %v", entries)
	}
}

func TestTheTraceIsBehindTheWall(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	encounter := uuid.NewString()
	h.append(noon, h.by, trace.Event{DepartmentID: h.here, Action: "encounter.read", EncounterID: encounter})
	for name, test := range map[string]struct {
		scope db.Scope
		want  string
	}{
		"its own department":    {db.Departments(h.here), "encounter.read"},
		"both":                  {db.Departments(h.there, h.here), "encounter.read"},
		"another department":    {db.Departments(h.there), ""},
		"nobody's":              {db.Departments(), ""},
		"the system's clean-up": {db.System("test"), "encounter.read"},
	} {
		if _, told := h.history(test.scope, encounter, 10); told != test.want {
			t.Errorf("%s: %q, want %q", name, told, test.want)
		}
	}
	err := h.InTx(t.Context(), db.Departments(h.there), func(ctx context.Context, tx db.Tx) error {
		return trace.Append(ctx, tx, noon, h.by, trace.Event{DepartmentID: h.here, Action: "encounter.read", EncounterID: encounter})
	})
	if err == nil {
		t.Error("an event was added to somebody else's department")
	}
}

// An event exists if and only if what it tells was committed, with the request that shows it.
func TestAnEventSharesTheFateOfItsTransaction(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	encounter, patient := uuid.NewString(), uuid.NewString()
	e := trace.Event{DepartmentID: h.here, Action: "encounter.cancel", EncounterID: encounter, PatientID: patient}
	rolledBack := fmt.Errorf("changed its mind")
	err := h.InTx(t.Context(), db.Departments(h.here), func(ctx context.Context, tx db.Tx) error {
		if err := trace.Append(ctx, tx, noon, h.by, e); err != nil {
			return err
		}
		return rolledBack
	})
	if err == nil {
		t.Fatal("committed")
	}
	if _, told := h.history(db.System("test"), encounter, 10); told != "" {
		t.Errorf("told %q of what did not happen", told)
	}
	h.append(noon, h.by, e)
	var row struct {
		PatientID     string `db:"patient_id"`
		ActorID       string `db:"actor_id"`
		RequestID     string `db:"request_id"`
		ClientAddress string `db:"client_address"`
		Data          string `db:"data"`
	}
	h.in(db.Departments(h.here), func(ctx context.Context, tx db.Tx) error {
		return tx.GetContext(ctx, &row, `SELECT patient_id, actor_id, request_id, client_address, data FROM audit_event`)
	})
	if row.PatientID != patient || row.ActorID != h.by.ID || row.RequestID != "request" || row.ClientAddress != "192.0.2.7" || row.Data != "{}" {
		t.Errorf("%+v", row)
	}
	for _, change := range []string{`UPDATE audit_event SET action = 'nothing'`, `DELETE FROM audit_event`} {
		err = h.InTx(t.Context(), db.System("test"), func(ctx context.Context, tx db.Tx) error {
			_, err := tx.ExecContext(ctx, change)
			return err
		})
		if err == nil {
			t.Errorf("%s was allowed", change)
		}
	}
}

func TestWhatCannotBeKeptIsAnError(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	err := h.InTx(t.Context(), db.Departments(h.here), func(ctx context.Context, tx db.Tx) error {
		return trace.Append(ctx, tx, noon, h.by, trace.Event{Action: "session.open", Data: map[string]any{"odd": func() {}}})
	})
	if err == nil {
		t.Error("data that is no JSON was kept")
	}
	nobody := trace.Actor{Kind: "ghost"}
	err = h.InTx(t.Context(), db.Departments(h.here), func(ctx context.Context, tx db.Tx) error {
		return trace.Append(ctx, tx, noon, nobody, trace.Event{Action: "session.open"})
	})
	if err == nil {
		t.Error("an unknown sort of actor was kept")
	}
}

package prescription_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/uuid"

	"teleconsult/server/auth"
	"teleconsult/server/encounter"
	"teleconsult/server/encountertest"
	"teleconsult/server/fault"
	"teleconsult/server/prescription"
)

func TestDecideAddsRowsAndTheLastOneStands(t *testing.T) {
	w := encountertest.New(t)
	s := &prescription.Service{Encounters: w.Encounters}
	id := w.Held()

	f, err := s.Decide(context.Background(), w.Secretary, id, prescription.Input{Channel: "mssante", State: "announced", WantedToday: true})
	if err != nil {
		t.Fatal(err)
	}
	if got := w.Step(f, encounter.StepPrescription); got != encounter.Todo {
		t.Errorf("announced by secure mail: step %s, want todo until the proof", got)
	}
	w.Now = w.Now.Add(time.Minute)
	delivered := prescription.Input{Channel: "mssante", State: "delivered", WantedToday: true, Proof: "accusé de lecture"}
	if f, err = s.Decide(context.Background(), w.Practitioner, id, delivered); err != nil {
		t.Fatal(err)
	}
	if got := w.Step(f, encounter.StepPrescription); got != encounter.Done {
		t.Errorf("delivered with proof: step %s, want done", got)
	}
	p := f.Prescription
	if p == nil || p.Channel != "mssante" || p.State != "delivered" || !p.WantedToday || p.Proof != "accusé de lecture" ||
		p.By != "Dr Claire Martin" || !p.At.Equal(w.Now) {
		t.Errorf("standing row %+v", p)
	}

	// a second tap adds nothing
	if _, err = s.Decide(context.Background(), w.Practitioner, id, delivered); err != nil {
		t.Fatal(err)
	}
	if n := w.Count(`SELECT count(*) FROM prescription_step WHERE encounter_id = $1`, id); n != 2 {
		t.Errorf("%d rows, want 2: the first one stays as evidence, the repeated one is not added", n)
	}
	if n := w.Traced(id, "prescription.record"); n != 3 {
		t.Errorf("%d trace events, want one for each time", n)
	}
	if stored, want := f.Stored, f.Summary(w.Now); stored != want {
		t.Errorf("stored summary %+v, want %+v", stored, want)
	}
}

func TestDecideKeepsWhoAcceptedTheRisk(t *testing.T) {
	w := encountertest.New(t)
	s := &prescription.Service{Encounters: w.Encounters}
	id := w.Held()
	in := prescription.Input{Channel: "email", State: "delivered", Proof: "réponse du patient", RiskAcceptedBy: "le patient"}
	f, err := s.Decide(context.Background(), w.Practitioner, id, in)
	if err != nil {
		t.Fatal(err)
	}
	if f.Prescription.RiskAcceptedBy != "le patient" {
		t.Errorf("accepted by %q", f.Prescription.RiskAcceptedBy)
	}
	const accepted = `SELECT count(*) FROM prescription_step WHERE encounter_id = $1 AND risk_accepted_at = $2 AND department_id = $3`
	if n := w.Count(accepted, id, w.Now, w.Department); n != 1 {
		t.Error("the moment of the acceptance is not kept")
	}
}

func TestDecideTakesEveryChannel(t *testing.T) {
	w := encountertest.New(t)
	s := &prescription.Service{Encounters: w.Encounters}
	for _, channel := range []prescription.Channel{
		prescription.None, prescription.Portal, prescription.MSSante, prescription.Dispose, prescription.Drop, prescription.Email, prescription.OnSite,
	} {
		in := prescription.Input{Channel: channel, State: "delivered", Proof: "vu", RiskAcceptedBy: "le patient"}
		f, err := s.Decide(context.Background(), w.Practitioner, w.Held(), in)
		if err != nil {
			t.Fatalf("%s: %v", channel, err)
		}
		if got := w.Step(f, encounter.StepPrescription); got != encounter.Done {
			t.Errorf("%s: step %s, want done", channel, got)
		}
	}
}

func TestDecideRefuses(t *testing.T) {
	w := encountertest.New(t)
	s := &prescription.Service{Encounters: w.Encounters}
	planned, held, cancelled := w.Plan(), w.Held(), w.Plan()
	w.Exec(`UPDATE encounter SET status = 'cancelled', cancelled_at = $2, cancel_reason = 'no-show' WHERE id = $1`, cancelled, w.Now)
	none := prescription.Input{Channel: "none"}
	for _, c := range []struct {
		name   string
		caller auth.Caller
		id     string
		in     prescription.Input
		want   string
	}{
		{"before the end", w.Practitioner, planned, none, "not_finished"},
		{"after a no-show", w.Practitioner, cancelled, none, "not_held"},
		{"a broken rule", w.Practitioner, held, prescription.Input{Channel: "portal", State: "announced", WantedToday: true}, "invalid_input"},
		{"a manager", w.Manager, held, none, "forbidden"},
		{"somebody of another department", w.Stranger, held, none, "not_found"},
		{"an encounter that does not exist", w.Practitioner, uuid.NewString(), none, "not_found"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := s.Decide(context.Background(), c.caller, c.id, c.in)
			if got := fault.CodeOf(err); got != c.want {
				t.Errorf("%v, want %s", err, c.want)
			}
		})
	}
	if n := w.Count(`SELECT count(*) FROM prescription_step`); n != 0 {
		t.Errorf("%d rows after refusals", n)
	}
	if n := w.Count(`SELECT count(*) FROM audit_event WHERE action = 'prescription.record'`); n != 0 {
		t.Errorf("%d trace events of what did not happen", n)
	}
}

package prescription_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/uuid"

	"teleconsult/server/db"
	"teleconsult/server/encounter"
	"teleconsult/server/encountertest"
	"teleconsult/server/prescription"
)

// delivery is one that the product makes itself.
type delivery struct {
	*encountertest.World
	t         *testing.T
	service   *prescription.Service
	encounter string
	id        string
	channel   prescription.Channel
}

func newDelivery(t *testing.T, w *encountertest.World, encounterID string, channel prescription.Channel) *delivery {
	t.Helper()
	return &delivery{
		World: w, t: t, service: &prescription.Service{Encounters: w.Encounters}, encounter: encounterID, id: uuid.NewString(), channel: channel,
	}
}

// says brings news, and returns the standing row and the step after them.
func (d *delivery) says(state prescription.State, proof, staffID string) (*encounter.Prescription, encounter.StepState) {
	d.t.Helper()
	d.Now = d.Now.Add(time.Minute)
	var f *encounter.Facts
	err := d.Encounters.DB.InTx(context.Background(), db.System("test"), func(ctx context.Context, tx db.Tx) error {
		err := d.service.Advance(ctx, tx, prescription.Progress{
			EncounterID: d.encounter, DepartmentID: d.Department, DeliveryID: d.id, Channel: d.channel, State: state, Proof: proof, StaffID: staffID,
			At: d.Now,
		})
		if err != nil {
			return err
		}
		f, err = encounter.Load(ctx, tx, d.encounter, d.Department)
		return err
	})
	if err != nil {
		d.t.Fatal(err)
	}
	return f.Prescription, d.Step(f, encounter.StepPrescription)
}

func TestNewsOfADelivery(t *testing.T) {
	w := encountertest.New(t)
	id := w.Held()
	drop := newDelivery(t, w, id, prescription.Drop)

	if p, step := drop.says("sent", "", w.Practitioner.StaffID); p.State != "sent" || p.By == "" || step != encounter.Waiting {
		t.Errorf("sent: %+v, step %s", p, step)
	}
	p, step := drop.says("delivered", "téléchargé", "")
	if p.State != "delivered" || p.Proof != "téléchargé" || p.By != "" || step != encounter.Done {
		t.Errorf("delivered: %+v, step %s", p, step)
	}
	if !p.DecidedAt.Before(p.At) {
		t.Error("the news count as a decision: the note would have to be put into the record again")
	}
	if p, step = drop.says("failed", "expiré", ""); p.State != "delivered" || step != encounter.Done {
		t.Errorf("expired after it was fetched: %+v, step %s", p, step)
	}
	if n := w.Count(`SELECT count(*) FROM prescription_step WHERE encounter_id = $1`, id); n != 2 {
		t.Errorf("%d rows, want 2", n)
	}
	if next := w.Count(`SELECT count(*) FROM encounter WHERE id = $1 AND next_step = 'prescription'`, id); next != 0 {
		t.Error("the summary was not settled")
	}
}

func TestAFailureComesBackAsATask(t *testing.T) {
	w := encountertest.New(t)
	id := w.Held()
	mail := newDelivery(t, w, id, prescription.MSSante)
	mail.says("sent", "", w.Practitioner.StaffID)
	if p, step := mail.says("failed", "adresse inconnue", ""); p.State != "failed" || step != encounter.Todo {
		t.Errorf("%+v, step %s", p, step)
	}
	o, err := mail.service.Show(context.Background(), w.Practitioner, id)
	if err != nil {
		t.Fatal(err)
	}
	if o.Today.Channel == prescription.MSSante || o.Today.Why == "" || len(o.History) != 2 {
		t.Errorf("overview %+v", o)
	}

	// Another channel took its place: late news of the first one change nothing.
	drop := newDelivery(t, w, id, prescription.Drop)
	drop.says("sent", "", w.Practitioner.StaffID)
	if p, step := mail.says("delivered", "accusé", ""); p.Channel != "drop" || step != encounter.Waiting {
		t.Errorf("%+v, step %s", p, step)
	}
}

func TestThePortalIsAnnouncedAndChecked(t *testing.T) {
	w := encountertest.New(t)
	s := &prescription.Service{Encounters: w.Encounters}
	id := w.Held()
	ctx := context.Background()
	announce := prescription.Input{Channel: "portal", State: "announced"}
	f, err := s.Decide(ctx, w.Practitioner, id, announce)
	if err != nil {
		t.Fatal(err)
	}
	if got := w.Step(f, encounter.StepPrescription); got != encounter.Waiting {
		t.Errorf("announced: step %s, want waiting for the next day", got)
	}
	if _, err = s.Decide(ctx, w.Practitioner, id, announce); err != nil {
		t.Fatal(err)
	}
	if n := w.Count(`SELECT count(*) FROM message WHERE encounter_id = $1 AND purpose = 'prescription-notice'`, id); n != 1 {
		t.Errorf("%d announcements to the patient, want 1", n)
	}
	w.Now = w.Now.Add(24 * time.Hour)
	if f, err = s.Decide(ctx, w.Secretary, id, prescription.Input{Channel: "portal", State: "failed", Proof: "document absent"}); err != nil {
		t.Fatal(err)
	}
	if got := w.Step(f, encounter.StepPrescription); got != encounter.Todo {
		t.Errorf("not on the portal: step %s, want todo", got)
	}
	if f, err = s.Decide(ctx, w.Secretary, id, prescription.Input{Channel: "portal", State: "delivered", Proof: "vue sur le portail"}); err != nil {
		t.Fatal(err)
	}
	if got := w.Step(f, encounter.StepPrescription); got != encounter.Done {
		t.Errorf("seen: step %s, want done", got)
	}
}

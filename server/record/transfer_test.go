package record_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/uuid"

	"teleconsult/server/auth"
	"teleconsult/server/encounter"
	"teleconsult/server/fault"
	"teleconsult/server/prescription"
	"teleconsult/server/record"
)

func (w *world) service() *record.Service {
	return &record.Service{Encounters: w.Encounters}
}

// version is the note's version as a screen would have read it.
func (w *world) version(id string) string {
	w.t.Helper()
	d, err := w.service().Show(context.Background(), w.Practitioner, id)
	if err != nil {
		w.t.Fatal(err)
	}
	return d.Note.Version
}

func TestTransferKeepsTheTextThatWasTransferred(t *testing.T) {
	w := newWorld(t)
	ctx, id := context.Background(), w.Held()
	shown, err := w.service().Show(ctx, w.Secretary, id)
	if err != nil {
		t.Fatal(err)
	}
	if shown.Note.Version != record.Version(shown.Note.Text) || len(shown.Issued) > 0 {
		t.Errorf("shown %+v", shown)
	}
	if n := w.Traced(id, "note.read"); n != 1 {
		t.Errorf("%d trace events of the view", n)
	}
	f, err := w.service().Transfer(ctx, w.Practitioner, id, shown.Note.Version)
	if err != nil {
		t.Fatal(err)
	}
	if got := w.Step(f, encounter.StepRecord); got != encounter.Done {
		t.Errorf("step %s, want done", got)
	}
	if tr := f.Transfer; tr == nil || tr.NoteVersion != shown.Note.Version || tr.By != "Dr Claire Martin" || !tr.At.Equal(w.Now) {
		t.Errorf("transfer %+v", tr)
	}
	if stored, want := f.Stored, f.Summary(w.Now); stored != want {
		t.Errorf("stored summary %+v, want %+v", stored, want)
	}
	const kept = `SELECT count(*) FROM record_transfer WHERE encounter_id = $1 AND department_id = $2 AND note_version = $3 AND note = $4`
	if w.Count(kept, id, w.Department, shown.Note.Version, shown.Note.Text) != 1 {
		t.Error("the text is not kept")
	}
	if shown, err = w.service().Show(ctx, w.Practitioner, id); err != nil || len(shown.Issued) != 1 || shown.Issued[0].Version != shown.Note.Version {
		t.Errorf("after the transfer: %+v, %v", shown, err)
	}

	// a second tap adds nothing
	if _, err = w.service().Transfer(ctx, w.Practitioner, id, shown.Note.Version); err != nil {
		t.Fatal(err)
	}
	if n := w.Count(`SELECT count(*) FROM record_transfer`); n != 1 {
		t.Errorf("%d rows after a second tap", n)
	}
	if n := w.Traced(id, "note.transfer"); n != 2 {
		t.Errorf("%d trace events", n)
	}
}

func TestAChangedFactMakesAnotherVersion(t *testing.T) {
	w := newWorld(t)
	ctx, id := context.Background(), w.Held()
	first := w.version(id)
	if _, err := w.service().Transfer(ctx, w.Practitioner, id, first); err != nil {
		t.Fatal(err)
	}
	w.Now = w.Now.Add(time.Minute)
	prescriptions := &prescription.Service{Encounters: w.Encounters}
	f, err := prescriptions.Decide(ctx, w.Secretary, id, prescription.Input{Channel: prescription.Portal, State: prescription.Announced})
	if err != nil {
		t.Fatal(err)
	}
	if got := w.Step(f, encounter.StepRecord); got != encounter.Todo {
		t.Errorf("step %s after the prescription, want todo again", got)
	}
	if _, err = w.service().Transfer(ctx, w.Practitioner, id, first); fault.CodeOf(err) != "note_changed" || fault.KindOf(err) != fault.KindConflict {
		t.Errorf("the old version: %v, want note_changed", err)
	}
	w.Now = w.Now.Add(time.Minute)
	second := w.version(id)
	if f, err = w.service().Transfer(ctx, w.Practitioner, id, second); err != nil || f.Transfer.NoteVersion != second || second == first {
		t.Errorf("the new version: %+v, %v", f, err)
	}
	if n := w.Count(`SELECT count(*) FROM record_transfer WHERE encounter_id = $1`, id); n != 2 {
		t.Errorf("%d rows, want both versions", n)
	}
}

func TestARefusalAndANoShowReachTheRecord(t *testing.T) {
	w := newWorld(t)
	ctx := context.Background()
	refused, absent := w.Plan(), w.Plan()
	w.Exec(`INSERT INTO consent_decision (id, encounter_id, department_id, decision, tool, mode, given_by, explanation, recorded_by, decided_at, recorded_at)
		VALUES (gen_random_uuid(), $1, $2, 'refused', 'zoom', 'oral', 'patient', 'préfère venir', $3, $4, $4)`,
		refused, w.Department, w.Secretary.StaffID, w.Now)
	w.Now = w.Now.Add(time.Hour)
	w.Exec(`UPDATE encounter SET status = 'cancelled', cancelled_at = $2, cancel_reason = 'no-show' WHERE id = $1`, absent, w.Now)
	for name, id := range map[string]string{"refused": refused, "no-show": absent} {
		f, err := w.service().Transfer(ctx, w.Practitioner, id, w.version(id))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := w.Step(f, encounter.StepRecord); got != encounter.Done {
			t.Errorf("%s: step %s, want done", name, got)
		}
	}
}

func TestTransferRefuses(t *testing.T) {
	w := newWorld(t)
	planned, cancelled, held := w.Plan(), w.Plan(), w.Held()
	w.Exec(`UPDATE encounter SET status = 'cancelled', cancelled_at = $2, cancel_reason = 'practitioner' WHERE id = $1`, cancelled, w.Now)
	for _, c := range []struct {
		name    string
		caller  auth.Caller
		id      string
		version string
		want    string
	}{
		{"before the consultation", w.Practitioner, planned, w.version(planned), "nothing_to_record"},
		{"called off before it began", w.Practitioner, cancelled, w.version(cancelled), "nothing_to_record"},
		{"another version", w.Practitioner, held, w.version(planned), "note_changed"},
		{"no version", w.Practitioner, held, "", "note_changed"},
		{"a secretary", w.Secretary, held, w.version(held), "forbidden"},
		{"somebody of another department", w.Stranger, held, w.version(held), "not_found"},
		{"an encounter that does not exist", w.Practitioner, uuid.NewString(), "", "not_found"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := w.service().Transfer(context.Background(), c.caller, c.id, c.version); fault.CodeOf(err) != c.want {
				t.Errorf("%v, want %s", err, c.want)
			}
		})
	}
	if n := w.Count(`SELECT count(*) FROM record_transfer`); n != 0 {
		t.Errorf("%d rows after refusals", n)
	}
	if _, err := w.service().Show(context.Background(), w.Stranger, held); fault.CodeOf(err) != "not_found" {
		t.Errorf("note shown to another department: %v", err)
	}
}

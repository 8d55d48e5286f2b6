package work

import (
	"testing"
	"time"

	"teleconsult/server/fault"
	"teleconsult/server/invitation/batch"
	"teleconsult/server/invitation/column"
)

func TestAListIsPlannedAndToldOnce(t *testing.T) {
	t.Parallel()
	w := newWard(t)
	b := w.file(people(40))
	if b.Summary.Ready != 40 || b.Summary.Errors != 0 {
		for _, r := range b.Rows[:3] {
			t.Log(r.Values, codes(r))
		}
		t.Fatalf("summary %+v", b.Summary)
	}
	if r := b.Rows[0]; r.Outcome == nil || r.Outcome.Purpose != "notice" || len(r.Outcome.Preview) < 50 || r.Outcome.Patient != "new" || r.Line != 2 {
		t.Errorf("row %+v, outcome %+v", r, r.Outcome)
	}
	head := w.send(b, "")
	if head.State != batch.Sending || head.Summary.Progress.Working != 40 {
		t.Errorf("after confirming: %s %+v", head.State, head.Summary.Progress)
	}
	if again := w.send(b, ""); again.Summary.Progress.Working != 40 {
		t.Errorf("confirmed twice: %+v", again.Summary)
	}
	w.workAll()
	if n := len(w.settled()); n != 40 {
		t.Errorf("%d encounters", n)
	}
	for _, c := range []struct {
		what, query string
		want        int
	}{
		{"patients", `SELECT count(*) FROM patient WHERE family_name LIKE 'NOM%'`, 40},
		{"links", `SELECT count(*) FROM meeting_link WHERE revoked_at IS NULL`, 40},
		{"notices", `SELECT count(*) FROM message WHERE purpose = 'notice' AND priority = 3 AND status = 'queued'`, 40},
		{"personal links", `SELECT count(*) FROM patient_access`, 40},
		{"traces", `SELECT count(*) FROM audit_event WHERE action = 'encounter.schedule'`, 40},
	} {
		if got := w.Count(c.query); got != c.want {
			t.Errorf("%d %s, want %d", got, c.what, c.want)
		}
	}
	if after := w.get(b.ID); after.Summary.Progress.Queued != 40 || after.State != batch.Sending {
		t.Errorf("afterwards %s %+v", after.State, after.Summary.Progress)
	}
	// the same file once more meets what is planned already
	twice := w.file(people(40))
	if twice.Summary.Errors != 40 || codes(twice.Rows[0]) == "" {
		t.Errorf("the same file again: %+v %s", twice.Summary, codes(twice.Rows[0]))
	}
}

func TestWhatChangedSinceIsLookedAtAgain(t *testing.T) {
	t.Parallel()
	w := newWard(t)
	b := w.file(people(2))
	w.correct(b, 1, map[column.Field]string{column.Email: "autre@exemple.fr"})
	_, err := w.Send(w.ctx, w.Secretary, b.ID, b.Revision, "")
	if fault.CodeOf(err) != "batch_changed" {
		t.Errorf("an old revision is confirmed: %v", err)
	}
	b = w.get(b.ID)
	// somebody else takes the meeting of a row in the meantime
	other := w.file(people(1))
	w.send(other, "")
	w.workAll()
	w.Now = w.Now.Add(2 * time.Minute)
	_, err = w.Send(w.ctx, w.Secretary, b.ID, b.Revision, "")
	if fault.CodeOf(err) != "batch_changed" {
		t.Fatalf("a link that was taken is confirmed: %v", err)
	}
	b = w.get(b.ID)
	if b.Summary.Errors != 1 || b.Summary.People != 1 {
		t.Errorf("summary %+v", b.Summary)
	}
	w.send(b, "")
	w.workAll()
	if after := w.get(b.ID); after.Summary.Progress.Queued != 1 || after.Summary.Errors != 1 {
		t.Errorf("summary %+v", after.Summary)
	}
}

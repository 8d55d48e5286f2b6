package work

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"teleconsult/notifications"
	"teleconsult/server/db"
	"teleconsult/server/encounter"
	"teleconsult/server/invitation"
	"teleconsult/server/invitation/batch"
	"teleconsult/server/invitation/column"
	"teleconsult/server/outreach"
	"teleconsult/server/patient"
)

func (w *ward) step(do func(ward *ward, id string) (invitation.BatchHead, error), id string) invitation.BatchHead {
	w.t.Helper()
	head, err := do(w, id)
	if err != nil {
		w.t.Fatal(err)
	}
	return head
}

func pause(w *ward, id string) (invitation.BatchHead, error) { return w.Pause(w.ctx, w.Secretary, id) }

func resume(w *ward, id string) (invitation.BatchHead, error) {
	return w.Resume(w.ctx, w.Secretary, id)
}

func cancel(w *ward, id string) (invitation.BatchHead, error) {
	return w.Cancel(w.ctx, w.Secretary, id)
}

var cancelInput = encounter.CancelInput{Reason: "practitioner"}

// tend lets the ledger say of every message what time alone says, as the server does all the time.
func (w *ward) tend() {
	w.t.Helper()
	ledger := &notifications.Ledger{
		Now: w.Encounters.Now, Vault: w.Encounters.Outbox.Vault,
		InTx: func(ctx context.Context, fn func(ctx context.Context, ex notifications.Executor) error) error {
			return w.DB.InTx(ctx, db.System("test"), func(ctx context.Context, tx db.Tx) error { return fn(ctx, tx) })
		},
		OnOutcomes: func(ctx context.Context, ex notifications.Executor, all []notifications.Outcome) error {
			changed := map[string]string{}
			for _, o := range all {
				changed[o.EncounterID] = o.DepartmentID
			}
			return w.Encounters.SettleOutcomes(ctx, ex.(db.Tx), changed)
		},
	}
	if err := ledger.Tend(w.ctx); err != nil {
		w.t.Fatal(err)
	}
}

// weeks is a list of people with both contacts who are to be seen in three weeks.
func weeks(n int) string {
	var all []line
	for i := range n {
		all = append(all, line{
			family: "NOM" + letters(i), email: fmt.Sprintf("p%d@exemple.fr", i), mobile: fmt.Sprintf("06 39 98 00 %02d", i),
			date: "02/06/2026", clock: fmt.Sprintf("%02d:%02d", 9+i/3, i%3*20), link: zoomLink(i),
		})
	}
	return lines(all...)
}

func TestNothingLeavesWhileAListIsPaused(t *testing.T) {
	t.Parallel()
	w := newWard(t)
	b := w.file(weeks(6))
	w.send(b, "")
	w.workAll()
	if n := w.become("delivered", 2); n != 2 || w.due() != 4 {
		t.Fatalf("%d sent, %d due", n, w.due())
	}
	head := w.step(pause, b.ID)
	if head.State != batch.Paused || head.Summary.Progress.Held != 4 || head.Summary.Progress.Delivered != 2 {
		t.Fatalf("paused: %s %+v", head.State, head.Summary.Progress)
	}
	if again := w.step(pause, b.ID); again.Revision != head.Revision {
		t.Errorf("paused twice: revision %d, then %d", head.Revision, again.Revision)
	}
	before := w.Count(`SELECT count(*) FROM message`)
	for range 10 { // to the second week
		w.Now = w.Now.Add(26 * time.Hour)
		w.followUp()
		w.tend()
		if due, n := w.due(), w.Count(`SELECT count(*) FROM message`); due > 0 || n != before {
			t.Fatalf("%v: %d due, %d messages more", w.Now, due, n-before)
		}
	}
	if lost := w.Count(`SELECT count(*) FROM message WHERE status NOT IN ('queued', 'delivered')`); lost > 0 {
		t.Errorf("%d messages lost", lost)
	}
	if late := w.Count(`SELECT count(*) FROM encounter WHERE next_step = 'information' AND acts_next = 'secretary'`); late > 0 {
		t.Errorf("%d patients are to be telephoned", late)
	}
	if head = w.step(resume, b.ID); head.State != batch.Sending || head.Summary.Progress.Queued != 4 || w.due() != 4 {
		t.Errorf("resumed: %s %+v, %d due", head.State, head.Summary.Progress, w.due())
	}
	if again := w.step(resume, b.ID); again.Revision != head.Revision {
		t.Errorf("resumed twice: revision %d, then %d", head.Revision, again.Revision)
	}
	w.followUp()
	w.settled()
	// nobody sends: then the next channel is tried, as ever
	w.Now = w.Now.Add(2 * time.Hour)
	w.followUp()
	if n := w.Count(`SELECT count(*) FROM message WHERE slot LIKE 'after/%' AND channel = 'sms'`); n != 4 {
		t.Errorf("%d text messages in place of what does not leave, want 4", n)
	}
	w.become("delivered", 10)
	if head = w.get(b.ID).BatchHead; head.State != batch.Sent || head.Summary.Progress.Delivered != 6 {
		t.Errorf("at the end: %s %+v", head.State, head.Summary.Progress)
	}
}

func TestAListIsPausedBeforeItWasWorkedOn(t *testing.T) {
	t.Parallel()
	w := newWard(t)
	b := w.file(weeks(3))
	_, err := w.Pause(w.ctx, w.Secretary, b.ID)
	refused(t, "a draft is paused", err, "not_sending")
	_, err = w.Resume(w.ctx, w.Secretary, b.ID)
	refused(t, "a draft is resumed", err, "not_paused")
	_, err = w.Cancel(w.ctx, w.Secretary, b.ID)
	refused(t, "a draft is cancelled", err, "not_sending")
	w.send(b, "")
	w.step(pause, b.ID)
	w.workAll()
	if n := w.Count(`SELECT count(*) FROM encounter`); n > 0 {
		t.Errorf("%d planned while paused", n)
	}
	w.step(resume, b.ID)
	w.workAll()
	if n := w.due(); n != 3 {
		t.Errorf("%d due", n)
	}
}

// Rows that were corrected meanwhile go once the list goes on, not before.
func TestAPausedListIsNotConfirmed(t *testing.T) {
	t.Parallel()
	w := newWard(t)
	b := w.file(lines(line{email: "a@exemple.fr", link: zoomLink(1)}, line{family: "AUTRE", clock: "10:00", email: "-", link: zoomLink(2)}))
	w.send(b, "")
	w.workAll()
	w.step(pause, b.ID)
	w.correct(b, 2, map[column.Field]string{column.Email: "b@exemple.fr"})
	_, err := w.Send(w.ctx, w.Secretary, b.ID, w.get(b.ID).Revision, "")
	refused(t, "a paused list is confirmed", err, "batch_paused")
	if head := w.get(b.ID).BatchHead; head.State != batch.Paused || head.Summary.Progress.Held != 1 {
		t.Errorf("%s %+v", head.State, head.Summary.Progress)
	}
	w.step(resume, b.ID)
	w.send(w.get(b.ID), "")
	w.workAll()
	if n := w.due(); n != 2 {
		t.Errorf("%d due", n)
	}
}

func TestAListGoesAtItsHour(t *testing.T) {
	t.Parallel()
	w := newWard(t)
	b := w.file(lines(
		line{email: "a@exemple.fr", link: zoomLink(1)},
		line{family: "MOBILE", clock: "10:00", mobile: "06 39 98 00 01", link: zoomLink(2)},
		line{family: "DURAND", given: "Zoé", born: "03/02/1950", clock: "11:00", email: "neuve@exemple.fr", link: zoomLink(3)},
	))
	for at, code := range map[string]string{"2026-05-12T13:00": "date_in_past", "2027-06-12T13:00": "date_too_far", "midi": "time_unreadable"} {
		if _, err := w.Send(w.ctx, w.Secretary, b.ID, b.Revision, at); !hasViolation(err, code) {
			t.Errorf("at %s: %v, want %s", at, err, code)
		}
	}
	w.send(b, "2026-05-12T21:00")
	w.workAll()
	evening := time.Date(2026, 5, 12, 19, 0, 0, 0, time.UTC)
	head := w.get(b.ID).BatchHead
	if head.State != batch.Scheduled || head.SendAt == nil || !head.SendAt.Equal(evening) || head.Summary.Progress.Queued != 3 || w.due() != 0 {
		t.Errorf("%s at %v, %+v, %d due", head.State, head.SendAt, head.Summary.Progress, w.due())
	}
	morning := evening.Add(11 * time.Hour)
	for _, c := range []struct {
		channel string
		at      time.Time
		want    int
	}{{"email", evening, 2}, {"sms", morning, 1}} {
		if n := w.Count(`SELECT count(*) FROM message WHERE purpose = 'notice' AND channel = $1 AND not_before = $2`, c.channel, c.at); n != c.want {
			t.Errorf("%d by %s at %v, want %d", n, c.channel, c.at, c.want)
		}
	}
	w.settled()
	// paused and resumed before its hour, it still goes then
	w.step(pause, b.ID)
	w.Now = w.Now.Add(time.Hour)
	w.step(resume, b.ID)
	if n := w.Count(`SELECT count(*) FROM message WHERE purpose = 'notice' AND (channel, not_before) IN (('email', $1), ('sms', $2))`, evening, morning); n != 3 {
		t.Errorf("%d at their hours after a pause", n)
	}
	// paused over its hour, it goes when it is resumed, but not at night
	w.step(pause, b.ID)
	w.Now = evening.Add(2 * time.Hour)
	w.step(resume, b.ID)
	if n := w.due(); n != 2 {
		t.Errorf("%d due at 23:00, want the two e-mails", n)
	}
	w.Now = morning
	if n := w.due(); n != 3 {
		t.Errorf("%d due in the morning", n)
	}
	if head = w.get(b.ID).BatchHead; head.State != batch.Sending {
		t.Errorf("%s in the morning", head.State)
	}
}

func hasViolation(err error, code string) bool {
	f, ok := asFault(err)
	return ok && len(f.Violations) > 0 && f.Violations[0].Code == code
}

// A message that would leave after the start is no message.
func TestAnHourAfterTheStartIsAnError(t *testing.T) {
	t.Parallel()
	w := newWard(t)
	b := w.file(lines(line{date: "13/05/2026", email: "a@exemple.fr", link: zoomLink(1)}, line{family: "AUTRE", email: "b@exemple.fr", link: zoomLink(2)}))
	_, err := w.Send(w.ctx, w.Secretary, b.ID, b.Revision, "2026-05-13T10:00")
	refused(t, "somebody is told after the start", err, "batch_changed")
	b = w.get(b.ID)
	if got := codes(w.row(b.ID, 1)); got != "time:too_late" || b.Summary.People != 1 {
		t.Errorf("%s, %+v", got, b.Summary)
	}
	if head := w.send(b, "2026-05-13T10:00"); head.Summary.Progress.Working != 1 {
		t.Errorf("%+v", head.Summary)
	}
}

// A list has one hour until it is over: a second confirmation can not move what the first one promised.
func TestTheHourOfAListStays(t *testing.T) {
	t.Parallel()
	w := newWard(t)
	b := w.file(lines(line{email: "faux", link: zoomLink(1)}, line{family: "AUTRE", email: "b@exemple.fr", link: zoomLink(2)}))
	w.send(b, "2026-05-12T21:00")
	w.workAll()
	w.correct(w.get(b.ID), 1, map[column.Field]string{column.Email: "a@exemple.fr"})
	b = w.get(b.ID)
	for _, other := range []string{"", "2026-05-12T20:00"} {
		_, err := w.Send(w.ctx, w.Secretary, b.ID, b.Revision, other)
		if f, ok := asFault(err); !ok || f.Code != "batch_scheduled" || !strings.Contains(f.Detail, "12/05/2026 à 21:00") {
			t.Errorf("at %q: %v", other, err)
		}
	}
	w.send(b, "2026-05-12T21:00")
	w.workAll()
	w.step(pause, b.ID)
	w.step(resume, b.ID)
	if due := w.due(); due != 0 {
		t.Errorf("%d messages leave before the hour", due)
	}
}

func TestACancelledList(t *testing.T) {
	t.Parallel()
	w := newWard(t)
	known := w.schedule(patient.Patient{ID: w.Patient}, "2026-06-03", "10:00")
	w.become("undelivered", 1)
	b := w.file(weeks(4) + "\r\n" + lines(line{family: "DURAND", given: "Zoé", born: "03/02/1950", date: "03/06/2026", clock: "10:00", link: zoomLink(50)})[len(lines())+2:])
	if len(b.Rows) != 5 {
		t.Fatalf("%d rows", len(b.Rows))
	}
	w.send(b, "")
	w.workAll()
	w.Exec(`UPDATE message SET not_before = not_before + interval '1 minute' WHERE encounter_id = $1`, known.ID) // the others leave first
	w.become("accepted", 2)
	head := w.step(cancel, b.ID)
	if head.State != batch.Cancelled || w.due() != 0 {
		t.Errorf("%s, %d due", head.State, w.due())
	}
	w.workAll()
	head = w.step(cancel, b.ID)
	if p := head.Summary.Progress; p.Cancelled != 3 || p.Sent != 2 || p.Held != 0 {
		t.Errorf("progress %+v", p)
	}
	cancelled, planned := 0, 0
	for _, f := range w.settled() {
		told := f.Told("notice")
		switch {
		case f.Status == encounter.Cancelled && !told && f.ID != known.ID && f.Link == nil && standing(f) == "":
			cancelled++
		case f.Status == encounter.Planned && (told || f.ID == known.ID):
			planned++
		default:
			t.Errorf("%s told %v, %s: %s, link %v", f.Status, told, f.Patient.FamilyName, standing(f), f.Link)
		}
	}
	if cancelled != 2 || planned != 3 {
		t.Errorf("%d cancelled, %d planned", cancelled, planned)
	}
	if n := w.Count(`SELECT count(*) FROM audit_event WHERE action = 'encounter.cancel'`); n != 2 || w.Traced(known.ID, "message.withdraw") != 1 {
		t.Errorf("%d cancellations are traced", n)
	}
	if n := w.Count(`SELECT count(*) FROM message WHERE purpose = 'cancellation'`); n > 0 {
		t.Errorf("%d are told that what they do not know of is cancelled", n)
	}
	_, err := w.Send(w.ctx, w.Secretary, b.ID, head.Revision, "")
	refused(t, "a cancelled list is sent", err, "batch_cancelled")
	_, err = w.Resume(w.ctx, w.Secretary, b.ID)
	refused(t, "a cancelled list is resumed", err, "not_paused")
	_, err = w.Adjust(w.ctx, w.Secretary, b.ID, invitation.Adjustment{LeaveErrorsOut: true})
	refused(t, "a cancelled list is adjusted", err, "batch_cancelled")
	_, err = w.Correct(w.ctx, w.Secretary, b.ID, 1, invitation.Correction{Values: map[column.Field]string{column.Email: "x@exemple.fr"}})
	refused(t, "a cancelled list is corrected", err, "row_confirmed")
}

func TestAListIsCancelledBeforeItWasWorkedOn(t *testing.T) {
	t.Parallel()
	w := newWard(t)
	b := w.file(weeks(3))
	w.send(b, "")
	head := w.step(cancel, b.ID)
	w.workAll()
	if n := w.Count(`SELECT count(*) FROM encounter`); n > 0 || head.Summary.Progress.Cancelled != 3 {
		t.Errorf("%d planned, %+v", n, head.Summary.Progress)
	}
}

// Whoever got one of two messages was told: only the other is taken back.
func TestHalfToldIsTold(t *testing.T) {
	t.Parallel()
	w := newWard(t)
	w.Exec(`UPDATE department SET delivery = '{"both": ["notice"]}' WHERE id = $1`, w.Department)
	w.Now = w.Now.Add(7 * time.Hour) // 21:00: text messages wait for the morning
	b := w.file(weeks(1))
	w.send(b, "")
	w.workAll()
	if n := w.become("delivered", 5); n != 1 {
		t.Fatalf("%d left at night, want the e-mail", n)
	}
	w.step(cancel, b.ID)
	w.workAll()
	r := w.row(b.ID, 1)
	f := w.facts(r.EncounterID)
	if f.Status != encounter.Planned || standing(f) != "notice email p0@exemple.fr" {
		t.Errorf("%s: %s", f.Status, standing(f))
	}
	if head := w.get(b.ID).BatchHead; head.Summary.Progress.Delivered != 1 || head.Summary.Progress.Cancelled != 0 {
		t.Errorf("progress %+v", head.Summary.Progress)
	}
}

// TestACancelledInvitationStaysAway: whoever agreed would be invited at once, now that the link is there, but a person said
// that nothing is to go.
func TestACancelledInvitationStaysAway(t *testing.T) {
	t.Parallel()
	w := newWard(t)
	agreed := w.schedule(someone("Accord", "accord@exemple.fr"), "2026-05-20", "09:00")
	w.become("delivered", 10)
	w.Now = w.Now.Add(time.Hour)
	w.agree(agreed.ID)
	b := w.file(lines(line{family: "ACCORD", link: zoomLink(1)}))
	w.send(b, "2026-05-14T10:00")
	w.workAll()
	if _, err := w.Cancel(w.ctx, w.Secretary, b.ID); err != nil {
		t.Fatal(err)
	}
	w.workAll()
	w.followUp()
	if r := w.row(b.ID, 1); r.State != batch.RowCancelled {
		t.Errorf("row %s", r.State)
	}
	f := w.facts(agreed.ID)
	for _, m := range f.Messages {
		if m.Purpose == "invitation" && m.Status != "cancelled" && !outreach.WrittenAhead(m.Slot) {
			t.Errorf("an invitation is %s, not before %s", m.Status, m.NotBefore)
		}
	}
	if f.Status != encounter.Planned {
		t.Errorf("the consultation is %s", f.Status)
	}
}

// Who was invited again by another list is that list's: what becomes of the first one touches no message of the second.
func TestAListLeavesTheMessagesOfALaterOne(t *testing.T) {
	t.Parallel()
	w := newWard(t)
	b := w.file(weeks(2))
	w.send(b, "")
	w.workAll()
	w.become("delivered", 2)
	w.Now = w.Now.Add(time.Hour)
	id, err := w.lists.Again(w.ctx, w.Secretary, b.ID, "unanswered")
	if err != nil {
		t.Fatal(err)
	}
	w.send(w.declared(id), "2026-05-14T10:00")
	w.workAll()
	w.step(pause, b.ID)
	w.step(resume, b.ID)
	if n := w.due(); n != 0 {
		t.Errorf("%d leave before the hour of their list", n)
	}
	w.step(cancel, b.ID)
	w.workAll()
	w.Now = time.Date(2026, time.May, 14, 8, 5, 0, 0, time.UTC) // 10:05 in Paris
	if n := w.due(); n != 2 {
		t.Errorf("%d leave at the hour of their list, want 2", n)
	}
}

package notifications_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"teleconsult/notifications"
	"teleconsult/notifications/cause"
	"teleconsult/notifications/dispatch"
)

func TestSendsAndMarks(t *testing.T) {
	w := newWorld(t)
	p := &peer{}
	p.next(notifications.Result{Verdict: notifications.VerdictAccepted, ProviderID: "SM1", Segments: 2})
	w.run(w.dispatcher(p))
	id := w.enqueue(w.mail())
	w.becomes(id, notifications.StatusAccepted)

	m := p.seen()[0]
	if m.MessageID != id || m.To != "p@exemple.fr" || m.ReplyTo != "secretariat@exemple.fr" || m.Calendar.Method != "REQUEST" {
		t.Errorf("%+v", m)
	}
	if !strings.Contains(m.HTML, "https://teleconsult.test/p/7Kd3Qx9mB2LfT0pZ") || m.Subject == "" || !m.ExpiresAt.Equal(w.start) {
		t.Error("the message is not whole")
	}
	if value[bool](w, `SELECT secrets IS NOT NULL FROM message WHERE id = $1`, id) {
		t.Error("the secrets outlive their use")
	}
	if got := value[string](w, `SELECT provider_id || ' ' || segments || ' ' || attempts FROM message WHERE id = $1`, id); got != "SM1 2 1" {
		t.Errorf("row %q", got)
	}
	if got := value[string](w, `SELECT outcome || ' ' || provider_id FROM message_attempt WHERE message_id = $1`, id); got != "accepted SM1" {
		t.Errorf("attempt %q", got)
	}
	if got := value[string](w, `SELECT string_agg(kind, ' ' ORDER BY at, kind = 'accepted') FROM message_event WHERE message_id = $1`, id); got != "queued accepted" {
		t.Errorf("events %q", got)
	}
	if got := w.told(id); !slices.Equal(got, []notifications.Status{notifications.StatusAccepted}) {
		t.Errorf("told %v", got)
	}
}

func TestWaitsForItsTimeAndItsChannel(t *testing.T) {
	w := newWorld(t)
	p := &peer{}
	d := w.dispatcher(p)
	delete(d.Senders, notifications.ChannelSMS)
	w.run(d)
	later := w.mail()
	later.NotBefore = w.clock().Add(time.Hour)
	id, sms := w.enqueue(later), w.enqueue(w.text())
	w.becomes(w.enqueue(w.mail()), notifications.StatusAccepted)
	if w.status(id) != notifications.StatusQueued || w.status(sms) != notifications.StatusQueued {
		t.Error("sent too early, or without a sender")
	}
	w.pass(time.Hour)
	w.becomes(id, notifications.StatusAccepted)
}

func TestMostUrgentFirst(t *testing.T) {
	w := newWorld(t)
	p := &peer{}
	d := w.dispatcher(p)
	d.Workers = 1
	var ids []string
	for _, priority := range []notifications.Priority{notifications.PriorityBulk, notifications.PrioritySingle, notifications.PriorityWaiting} {
		m := w.mail()
		m.Priority = priority
		ids = append(ids, w.enqueue(m))
	}
	w.run(d)
	w.until(func() bool { return len(p.seen()) == 3 }, "not all sent")
	for i, m := range p.seen() {
		if m.MessageID != ids[2-i] {
			t.Errorf("message %d came out of order", i)
		}
	}
}

func TestWakeUp(t *testing.T) {
	w := newWorld(t)
	wake := make(chan struct{}, 1)
	d := w.dispatcher(&peer{})
	d.Poll, d.Wake = time.Hour, wake
	w.run(d)
	id := w.enqueue(w.mail())
	wake <- struct{}{}
	w.becomes(id, notifications.StatusAccepted)
	close(wake) // must not make it spin; the next look is the poll's
}

func TestRetriesWithTheSameMessageIDUntilItExpires(t *testing.T) {
	w := newWorld(t)
	p := &peer{}
	again := notifications.Result{Verdict: notifications.VerdictRetry, Code: "451 4.7.0", Detail: "p@exemple.fr: try later"}
	p.next(again, again)
	w.run(w.dispatcher(p))
	id := w.enqueue(w.mail())
	for n := 1; n <= 2; n++ {
		w.until(func() bool { return len(p.seen()) == n && w.status(id) == notifications.StatusQueued }, "attempt %d is missing", n)
		w.pass(time.Minute)
	}
	w.becomes(id, notifications.StatusAccepted)
	seen := p.seen()
	for _, m := range seen {
		if m.MessageID != id || m.AttemptID == "" {
			t.Errorf("%+v", m)
		}
	}
	if seen[0].AttemptID == seen[1].AttemptID {
		t.Error("each attempt has its own id")
	}
	if n := value[int](w, `SELECT count(*) FROM message_event WHERE message_id = $1 AND detail LIKE '%p@exemple.fr%'`, id); n != 0 {
		t.Error("the provider's sentence repeats the address")
	}

	p.next(again, again, again, again)
	late := w.mail()
	late.ExpiresAt = w.clock().Add(90 * time.Second)
	id = w.enqueue(late)
	w.until(func() bool { return len(p.seen()) == 4 && w.status(id) == notifications.StatusQueued }, "no attempt")
	w.pass(2 * time.Minute)
	w.becomes(id, notifications.StatusExpired)
	if value[bool](w, `SELECT secrets IS NOT NULL OR settled_at IS NULL FROM message WHERE id = $1`, id) {
		t.Error("an expired message is not closed")
	}
}

func TestRefusedForGood(t *testing.T) {
	w := newWorld(t)
	p := &peer{}
	p.next(notifications.Result{Verdict: notifications.VerdictUndelivered, Code: "21610", Suppress: true})
	w.run(w.dispatcher(p))
	id := w.enqueue(w.text())
	w.becomes(id, notifications.StatusUndelivered)

	again := w.enqueue(w.text())
	w.becomes(again, notifications.StatusUndelivered)
	if n := len(p.seen()); n != 1 {
		t.Errorf("%d texts to somebody who said STOP", n)
	}
	if code := value[string](w, `SELECT last_code FROM message WHERE id = $1`, again); code != cause.Suppressed {
		t.Errorf("code %q", code)
	}
	w.becomes(w.enqueue(w.mail()), notifications.StatusAccepted) // the other channel is free
	if hash := value[[]byte](w, `SELECT recipient_hash FROM message_suppression`); strings.Contains(string(hash), "336") {
		t.Error("the number is stored in the clear")
	}
}

func TestUnknownMailGoesOnceMoreAndThenStays(t *testing.T) {
	w := newWorld(t)
	p := &peer{}
	unknown := notifications.Result{Verdict: notifications.VerdictUnknown, Code: cause.NoAnswer}
	p.next(unknown, unknown)
	w.run(w.dispatcher(p))
	id := w.enqueue(w.mail())
	w.becomes(id, notifications.StatusUnknown)
	w.pass(3 * time.Minute)
	w.until(func() bool { return len(p.seen()) == 2 }, "not sent once more")
	w.becomes(id, notifications.StatusUnknown)
	w.pass(3 * time.Hour)
	w.becomes(w.enqueue(w.text()), notifications.StatusAccepted) // the dispatcher has looked since
	if n := len(p.seen()); n != 3 {
		t.Errorf("%d sends, want two of the mail and one text", n)
	}
	if a, b := p.seen()[0], p.seen()[1]; a.MessageID != b.MessageID {
		t.Error("the second copy has another Message-ID")
	}
	w.pass(48 * time.Hour)
	w.becomes(id, notifications.StatusExpired)
}

func TestUnknownTextIsNeverSentAgain(t *testing.T) {
	w := newWorld(t)
	p := &peer{}
	p.next(notifications.Result{Verdict: notifications.VerdictUnknown, Code: cause.NoAnswer})
	w.run(w.dispatcher(p))
	id := w.enqueue(w.text())
	w.becomes(id, notifications.StatusUnknown)
	w.pass(10 * time.Hour)
	w.becomes(w.enqueue(w.mail()), notifications.StatusAccepted)
	if n := len(p.seen()); n != 2 {
		t.Errorf("%d sends", n)
	}
}

// A dispatcher that dies holds its messages until the lease ends; then another takes them up.
func TestLapsedLease(t *testing.T) {
	w := newWorld(t)
	mail, sms, back := w.enqueue(w.mail()), w.enqueue(w.text()), w.enqueue(w.mail())
	dead := uuid.NewString()
	for _, id := range []string{mail, sms, back} {
		w.exec(`UPDATE message SET status = 'sending', attempts = 1, lease_owner = $2, lease_until = $3 WHERE id = $1`,
			id, dead, w.clock().Add(time.Minute))
		w.exec(`INSERT INTO message_attempt (id, message_id, department_id, number, started_at)
			VALUES (gen_random_uuid(), $1, $2, 1, $3)`, id, w.department, w.clock())
	}
	p := &peer{}
	d := w.dispatcher(p)
	d.Lease = 2 * time.Second // of real time, which a busy machine spends
	w.run(d)
	w.becomes(w.enqueue(w.mail()), notifications.StatusAccepted)
	if w.status(mail) != notifications.StatusSending {
		t.Fatal("taken from a dispatcher that may live")
	}
	w.exec(`UPDATE message SET cancel_asked_at = $2 WHERE id = $1`, back, w.clock())
	w.pass(2 * time.Minute)
	w.becomes(mail, notifications.StatusAccepted)
	w.becomes(sms, notifications.StatusUnknown)
	w.becomes(back, notifications.StatusCancelled)
	sent := 0
	for _, m := range p.seen() {
		if m.MessageID == mail {
			sent++
		}
		if m.MessageID == sms || m.MessageID == back {
			t.Error("sent what may have been sent before and has no Message-ID, or was taken back")
		}
	}
	if sent != 1 {
		t.Errorf("mail sent %d times", sent)
	}
	if got := value[string](w, `SELECT string_agg(coalesce(outcome, '-'), ' ' ORDER BY number) FROM message_attempt WHERE message_id = $1`, mail); got != "abandoned accepted" {
		t.Errorf("attempts %q", got)
	}
}

func TestLeaseIsRenewedWhileSending(t *testing.T) {
	w := newWorld(t)
	p := &peer{}
	release := make(chan struct{})
	p.then(func(ctx context.Context, _ notifications.Outgoing) notifications.Result {
		select {
		case <-release:
		case <-ctx.Done():
		}
		return notifications.Result{Verdict: notifications.VerdictAccepted}
	})
	d := w.dispatcher(p)
	d.Lease = 300 * time.Millisecond
	w.run(d)
	id := w.enqueue(w.mail())
	w.until(func() bool { return len(p.seen()) == 1 }, "not sent")
	first := value[time.Time](w, `SELECT lease_until FROM message WHERE id = $1`, id)
	w.pass(100 * time.Millisecond) // less than the lease
	w.until(func() bool {
		return value[time.Time](w, `SELECT lease_until FROM message WHERE id = $1`, id).After(first)
	}, "the lease is not renewed")
	close(release)
	w.becomes(id, notifications.StatusAccepted)
	if n := len(p.seen()); n != 1 {
		t.Errorf("sent %d times", n)
	}
}

func TestCancelledWhileSendingIsNotTriedAgain(t *testing.T) {
	w := newWorld(t)
	p := &peer{}
	p.then(func(ctx context.Context, _ notifications.Outgoing) notifications.Result {
		err := w.inTx(ctx, func(ctx context.Context, ex notifications.Executor) error {
			_, err := notifications.CancelPending(ctx, ex, w.clock(), w.encounter)
			return err
		})
		if err != nil {
			t.Error(err)
		}
		return notifications.Result{Verdict: notifications.VerdictRetry, Code: cause.Connection}
	})
	w.run(w.dispatcher(p))
	id := w.enqueue(w.mail())
	w.becomes(id, notifications.StatusCancelled)
	if n := len(p.seen()); n != 1 {
		t.Errorf("sent %d times", n)
	}
}

func TestManyInstancesSendEachMessageOnce(t *testing.T) {
	w := newWorld(t)
	p := &peer{}
	const n = 120
	for range n {
		w.enqueue(w.mail())
	}
	for range 3 {
		w.run(w.dispatcher(p))
	}
	w.until(func() bool {
		return value[int](w, `SELECT count(*) FROM message WHERE status = 'accepted'`) == n
	}, "not all sent")
	times := map[string]int{}
	for _, m := range p.seen() {
		times[m.MessageID]++
	}
	for id, count := range times {
		if count != 1 {
			t.Errorf("%s sent %d times", id, count)
		}
	}
	if len(times) != n {
		t.Errorf("%d of %d", len(times), n)
	}
}

func TestMarkIsTriedUntilItIsWritten(t *testing.T) {
	w := newWorld(t)
	w.failMark = errors.New("the database is away")
	p := &peer{}
	w.run(w.dispatcher(p))
	id := w.enqueue(w.mail())
	w.until(func() bool { return len(p.seen()) == 1 }, "not sent")
	if w.status(id) != notifications.StatusSending {
		t.Error("marked though the transaction failed")
	}
	w.mu.Lock()
	w.failMark = nil
	w.mu.Unlock()
	w.becomes(id, notifications.StatusAccepted)
	if n := len(p.seen()); n != 1 {
		t.Errorf("sent %d times", n)
	}
}

// A defect in the callback must not make the message go out again at every lapse of its lease.
func TestMarkIsWrittenEvenWhenItsCallbackNeverWorks(t *testing.T) {
	w := newWorld(t)
	w.failMark = errors.New("a defect")
	p := &peer{}
	w.run(w.dispatcher(p))
	id := w.enqueue(w.mail())
	w.becomes(id, notifications.StatusAccepted)
	if n, told := len(p.seen()), w.told(id); n != 1 || len(told) != 0 {
		t.Errorf("sent %d times, told %v", n, told)
	}
}

func TestOneBadMessageDoesNotStopTheOthers(t *testing.T) {
	w := newWorld(t)
	p := &peer{}
	p.then(func(context.Context, notifications.Outgoing) notifications.Result { panic("defect") })
	d := w.dispatcher(p)
	d.Workers = 1
	w.run(d)
	bad := w.enqueue(w.text())
	w.becomes(bad, notifications.StatusUnknown)

	sealed, wrong := w.enqueue(w.laterMail()), w.enqueue(w.laterMail())
	w.exec(`UPDATE message SET secrets = 'garbage', not_before = $2 WHERE id = $1`, sealed, w.clock())
	w.exec(`UPDATE message SET template = 'nothing', not_before = $2 WHERE id = $1`, wrong, w.clock())
	w.becomes(sealed, notifications.StatusUndelivered)
	w.becomes(wrong, notifications.StatusUndelivered)
	for id, code := range map[string]string{sealed: cause.Secrets, wrong: cause.Template} {
		if got := value[string](w, `SELECT last_code FROM message WHERE id = $1`, id); got != code {
			t.Errorf("code %q, want %q", got, code)
		}
	}
	w.becomes(w.enqueue(w.mail()), notifications.StatusAccepted)
}

func (w *world) laterMail() notifications.NewMessage {
	m := w.mail()
	m.NotBefore = w.clock().Add(time.Hour)
	return m
}

func TestStopFinishesWhatIsInFlight(t *testing.T) {
	w := newWorld(t)
	p := &peer{}
	started, release := make(chan struct{}), make(chan struct{})
	p.then(func(context.Context, notifications.Outgoing) notifications.Result {
		close(started)
		<-release
		return notifications.Result{Verdict: notifications.VerdictAccepted}
	})
	stop := w.run(w.dispatcher(p))
	id := w.enqueue(w.mail())
	<-started
	stopped := make(chan struct{})
	go func() { stop(); close(stopped) }()
	close(release)
	<-stopped
	if got := w.status(id); got != notifications.StatusAccepted {
		t.Errorf("%s after the stop", got)
	}
}

func TestStopBreaksOffWhatHangs(t *testing.T) {
	w := newWorld(t)
	p := &peer{}
	p.then(func(ctx context.Context, _ notifications.Outgoing) notifications.Result {
		<-ctx.Done()
		return notifications.Result{Verdict: notifications.VerdictRetry, Code: cause.Connection}
	})
	d := w.dispatcher(p)
	d.Grace = 50 * time.Millisecond
	stop := w.run(d)
	id := w.enqueue(w.mail())
	w.until(func() bool { return len(p.seen()) == 1 }, "not sent")
	stop()
	if got := w.status(id); got != notifications.StatusQueued {
		t.Errorf("%s after the stop, want it back in the queue", got)
	}
}

func TestDispatcherNeedsItsParts(t *testing.T) {
	if err := (&dispatch.Dispatcher{}).Run(t.Context()); err == nil {
		t.Error("must say what is missing")
	}
}

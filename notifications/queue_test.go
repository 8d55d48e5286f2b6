package notifications_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"teleconsult/notifications"
	"teleconsult/notifications/dispatch"
	"teleconsult/templates"
)

// count is how many messages were handed to the provider.
func (p *peer) count() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.sent)
}

// hangs makes the next send wait until the test releases it.
func (p *peer) hangs() (release func()) {
	gate := make(chan struct{})
	p.then(func(ctx context.Context, _ notifications.Outgoing) notifications.Result {
		select {
		case <-gate:
		case <-ctx.Done():
		}
		return notifications.Result{Verdict: notifications.VerdictAccepted}
	})
	return func() { close(gate) }
}

func (w *world) enqueueMany(n int, m notifications.NewMessage) []string {
	ids := make([]string, 0, n)
	for range n {
		ids = append(ids, w.enqueue(m))
	}
	return ids
}

func (w *world) bulk() notifications.NewMessage {
	m := w.mail()
	m.Priority = notifications.PriorityBulk
	return m
}

// staysAt checks that the provider gets no more than n, for several looks of the dispatchers at the queue.
func (w *world) staysAt(p *peer, n int) {
	w.t.Helper()
	w.until(func() bool { return p.count() >= n }, "%d sent, want %d", p.count(), n)
	time.Sleep(150 * time.Millisecond) // fifteen looks: what must not happen has no sign to wait for
	if got := p.count(); got != n {
		w.t.Fatalf("%d sent, want %d", got, n)
	}
}

func TestProvidersLimitHoldsForAllInstancesTogether(t *testing.T) {
	w := newWorld(t)
	p := &peer{}
	// The clock jumps between transactions: one that read the time before a jump would fill the bucket that another
	// has just set back, once.
	var clock sync.RWMutex
	w.ledger.InTx = func(ctx context.Context, fn func(context.Context, notifications.Executor) error) error {
		clock.RLock()
		defer clock.RUnlock()
		return w.inTx(ctx, fn)
	}
	jump := func(by time.Duration) {
		clock.Lock()
		defer clock.Unlock()
		w.pass(by)
	}
	w.enqueueMany(30, w.mail())
	for range 2 {
		d := w.dispatcher(p)
		d.Limits = map[notifications.Channel]dispatch.Limit{notifications.ChannelEmail: {Name: "smtp", PerMinute: 60}}
		w.run(d)
	}
	w.staysAt(p, 10) // ten seconds' worth
	w.pass(5 * time.Second)
	w.staysAt(p, 15)
	jump(-time.Hour) // a clock that goes back fills no bucket, and stops none
	w.staysAt(p, 15)
	w.exec(`UPDATE message SET not_before = $1 WHERE status = 'queued'`, w.clock())
	w.pass(3 * time.Second)
	w.staysAt(p, 18)
	jump(24 * time.Hour) // one that leaps ahead fills it once
	w.exec(`UPDATE message SET expires_at = $1 WHERE status = 'queued'`, w.clock().Add(time.Hour))
	w.staysAt(p, 28)
	if left := value[float64](w, `SELECT tokens FROM send_budget WHERE name = 'smtp'`); left < 0 || left >= 1 {
		t.Errorf("%f tokens left", left)
	}
}

func TestDepartmentsLimitHoldsUpNobodyElse(t *testing.T) {
	w := newWorld(t)
	other := uuid.NewString()
	w.exec(`INSERT INTO department (id, code, name, hospital, phone, email) VALUES ($1, 'B', 'B', 'Hôpital', '01', 'b@exemple.fr')`, other)
	w.exec(`UPDATE department SET delivery = '{"emailsPerMinute": 12}' WHERE id = $1`, w.department)
	slow := w.enqueueMany(20, w.mail())
	theirs := w.bulk()
	theirs.DepartmentID, theirs.EncounterID = other, ""
	fast := w.enqueueMany(20, theirs)
	p := &peer{}
	w.run(w.dispatcher(p))
	for _, id := range fast {
		w.becomes(id, notifications.StatusAccepted)
	}
	w.staysAt(p, 22) // two of ours
	if n := value[int](w, `SELECT count(*) FROM message WHERE status = 'sending'`); n != 0 {
		t.Errorf("%d are held without a token", n)
	}
	urgent := w.mail()
	urgent.Priority = notifications.PriorityWaiting
	w.becomes(w.enqueue(urgent), notifications.StatusAccepted) // a patient waits for it
	w.exec(`UPDATE department SET delivery = '{}' WHERE id = $1`, w.department)
	for _, id := range slow {
		w.becomes(id, notifications.StatusAccepted)
	}
}

func TestBulkIsNotPutOffForEver(t *testing.T) {
	w := newWorld(t)
	old := w.enqueue(w.bulk())
	w.pass(2 * time.Hour)
	late := w.enqueue(w.bulk())
	single := w.enqueue(w.mail())
	urgent := w.mail()
	urgent.Priority = notifications.PriorityWaiting
	waiting := w.enqueue(urgent)
	p := &peer{}
	d := w.dispatcher(p)
	d.Workers = 1
	w.run(d)
	w.until(func() bool { return p.count() == 4 }, "not all sent")
	for i, want := range []string{waiting, old, single, late} {
		if got := p.seen()[i].MessageID; got != want {
			t.Errorf("message %d is another", i)
		}
	}
}

func TestUrgentOvertakesAFullBuffer(t *testing.T) {
	w := newWorld(t)
	p := &peer{}
	release := p.hangs()
	d := w.dispatcher(p)
	d.Workers = 1
	w.enqueueMany(40, w.bulk())
	w.run(d)
	w.until(func() bool { return p.count() == 1 }, "not begun")
	single := w.enqueue(w.mail())
	w.until(func() bool { return w.status(single) == notifications.StatusSending }, "not taken while bulk fills the buffer")
	release()
	w.becomes(single, notifications.StatusAccepted)
	if got := p.seen()[1].MessageID; got != single {
		t.Error("bulk went first")
	}
}

// What was claimed and not begun can still be taken back.
func TestTakenBackFromTheBuffer(t *testing.T) {
	for _, channel := range []notifications.Channel{notifications.ChannelEmail, notifications.ChannelSMS} {
		t.Run(string(channel), func(t *testing.T) {
			w := newWorld(t)
			p := &peer{}
			release := p.hangs()
			d := w.dispatcher(p)
			d.Workers = 1
			m := w.mail()
			if channel == notifications.ChannelSMS {
				m = w.text()
			}
			ids := w.enqueueMany(5, m)
			w.run(d)
			w.until(func() bool {
				return p.count() == 1 && value[int](w, `SELECT count(*) FROM message WHERE status = 'sending'`) == 5
			}, "not claimed")
			begun := p.seen()[0].MessageID
			err := w.inTx(t.Context(), func(ctx context.Context, ex notifications.Executor) error {
				n, err := notifications.CancelPending(ctx, ex, w.clock(), w.encounter)
				if n != 5 {
					t.Errorf("%d concerned", n)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			time.Sleep(300 * time.Millisecond) // what was claimed long ago is looked at again
			release()
			for _, id := range ids {
				if id == begun {
					w.becomes(id, notifications.StatusAccepted)
					continue
				}
				w.becomes(id, notifications.StatusCancelled)
				if got := w.told(id); !slices.Equal(got, []notifications.Status{notifications.StatusCancelled}) {
					t.Errorf("told %v", got)
				}
				if n := value[int](w, `SELECT attempts FROM message WHERE id = $1`, id); n != 0 {
					t.Errorf("%d attempts", n)
				}
			}
			if n := p.count(); n != 1 {
				t.Errorf("%d sent", n)
			}
		})
	}
}

func TestStopReturnsWhatWasNotBegun(t *testing.T) {
	w := newWorld(t)
	p := &peer{}
	release := p.hangs()
	d := w.dispatcher(p)
	d.Workers = 1
	ids := w.enqueueMany(6, w.mail())
	stop := w.run(d)
	w.until(func() bool {
		return p.count() == 1 && value[int](w, `SELECT count(*) FROM message WHERE status = 'sending'`) == 6
	}, "not claimed")
	stopped := make(chan struct{})
	go func() { stop(); close(stopped) }()
	w.until(func() bool { return value[int](w, `SELECT count(*) FROM message WHERE status = 'queued'`) == 5 }, "not returned")
	release()
	<-stopped
	if n := value[int](w, `SELECT count(*) FROM message WHERE status = 'queued' AND attempts = 0 AND lease_owner IS NULL AND secrets IS NOT NULL`); n != 5 {
		t.Errorf("%d of 5 are as they were", n)
	}
	if n := value[int](w, `SELECT count(*) FROM message_attempt`); n != 1 {
		t.Errorf("%d attempts", n)
	}
	if got := w.status(p.seen()[0].MessageID); got != notifications.StatusAccepted {
		t.Errorf("what was in flight is %s", got)
	}
	w.run(w.dispatcher(p))
	for _, id := range ids {
		w.becomes(id, notifications.StatusAccepted)
	}
	if n := p.count(); n != 6 {
		t.Errorf("%d sent", n)
	}
}

// A clock that leaps makes every lease look lapsed; a holder that lives renews it before anybody takes it up.
func TestLeapOfTheClockDoublesNothing(t *testing.T) {
	w := newWorld(t)
	p := &peer{}
	release := p.hangs()
	id := w.enqueue(w.mail())
	for range 2 {
		d := w.dispatcher(p)
		d.Lease = 2 * time.Second
		w.run(d)
	}
	w.until(func() bool { return p.count() == 1 }, "not begun")
	for _, leap := range []time.Duration{10 * time.Minute, -20 * time.Minute, 30 * time.Minute} {
		w.pass(leap)
		time.Sleep(800 * time.Millisecond) // longer than it takes to renew
	}
	release()
	w.becomes(id, notifications.StatusAccepted)
	if n := p.count(); n != 1 {
		t.Errorf("sent %d times", n)
	}
}

// A dispatcher is killed with texts in its hands: the one it had begun may have been sent and is not sent
// again, the others are sent once by its heir.
func TestKilledWithTextsInTheBuffer(t *testing.T) {
	w := newWorld(t)
	var dead atomic.Bool
	ledger := *w.ledger
	ledger.InTx = func(ctx context.Context, fn func(context.Context, notifications.Executor) error) error {
		if dead.Load() {
			return errors.New("killed")
		}
		return w.inTx(ctx, fn)
	}
	p := &peer{}
	release := p.hangs()
	d := w.dispatcher(p)
	d.Ledger, d.Workers, d.Lease, d.Grace = &ledger, 1, 400*time.Millisecond, 50*time.Millisecond
	ids := w.enqueueMany(4, w.text())
	w.run(d)
	w.until(func() bool {
		return p.count() == 1 && value[int](w, `SELECT count(*) FROM message WHERE status = 'sending'`) == 4
	}, "not claimed")
	dead.Store(true)
	release()
	begun := p.seen()[0].MessageID
	heir := w.dispatcher(p)
	heir.Lease = d.Lease
	w.run(heir)
	w.pass(time.Minute)
	for _, id := range ids {
		want := notifications.StatusAccepted
		if id == begun {
			want = notifications.StatusUnknown
		}
		w.becomes(id, want)
	}
	if n := p.count(); n != 4 {
		t.Errorf("%d sends of 4 texts", n)
	}
}

// A defect in the chain of one encounter holds up neither the marks nor the chains of the others.
func TestBadOutcomeDoesNotStopTheBatch(t *testing.T) {
	w := newWorld(t)
	p := &peer{}
	release := p.hangs()
	bad := w.enqueue(w.mail())
	others := w.enqueueMany(20, w.mail())
	w.ledger.OnOutcomes = func(ctx context.Context, ex notifications.Executor, all []notifications.Outcome) error {
		for _, o := range all {
			if o.MessageID == bad {
				return errors.New("a defect")
			}
		}
		return w.onOutcomes(ctx, ex, all)
	}
	w.run(w.dispatcher(p))
	release()
	for _, id := range append(others, bad) {
		w.becomes(id, notifications.StatusAccepted)
	}
	for _, id := range others {
		w.until(func() bool { return len(w.told(id)) == 1 }, "not told once")
	}
	if n := p.count(); n != 21 || len(w.told(bad)) != 0 {
		t.Errorf("%d sent, told %v", n, w.told(bad))
	}
}

func TestSlotIsFilledOnceAndAMessageFollowedOnce(t *testing.T) {
	w := newWorld(t)
	write := func(m notifications.NewMessage) (id string, err error) {
		err = w.inTx(t.Context(), func(ctx context.Context, ex notifications.Executor) error {
			if id, err = w.outbox.Enqueue(ctx, ex, w.clock(), m); errors.Is(err, notifications.ErrSlotTaken) || errors.Is(err, notifications.ErrFollowed) {
				return nil // the transaction goes on
			}
			return err
		})
		return id, err
	}
	m := w.mail()
	m.Slot = "invitation/1"
	one, err := write(m)
	if err != nil || one == "" {
		t.Fatal(one, err)
	}
	if id, err := write(m); id != "" {
		t.Errorf("twice: %v", err)
	}
	next := w.text()
	next.Slot, next.Follows = "invitation/1/sms", one
	if id, err := write(next); err != nil || id == "" {
		t.Fatal(id, err)
	}
	next.Slot = ""
	if id, _ := write(next); id != "" {
		t.Error("followed twice")
	}
	err = w.inTx(t.Context(), func(ctx context.Context, ex notifications.Executor) error {
		_, slot := w.outbox.Enqueue(ctx, ex, w.clock(), m)
		_, followed := w.outbox.Enqueue(ctx, ex, w.clock(), next)
		if !errors.Is(slot, notifications.ErrSlotTaken) || !errors.Is(followed, notifications.ErrFollowed) {
			t.Errorf("%v, %v", slot, followed)
		}
		n, err := notifications.CancelSlots(ctx, ex, w.clock(), w.encounter, m.Slot, "another")
		if n != 1 {
			t.Errorf("%d taken back", n)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if id, err := write(m); err != nil || id == "" {
		t.Errorf("what was taken back frees its slot: %v", err)
	}
}

func TestFailingAddressesAreRemembered(t *testing.T) {
	w := newWorld(t)
	p := &peer{}
	p.next(notifications.Result{Verdict: notifications.VerdictUndelivered, Code: "550 5.1.1"})
	w.run(w.dispatcher(p))
	w.becomes(w.enqueue(w.mail()), notifications.StatusUndelivered)
	mail := notifications.Recipient{Channel: notifications.ChannelEmail, Address: "p@exemple.fr"}
	text := notifications.Recipient{Channel: notifications.ChannelSMS, Address: "p@exemple.fr"}
	failures := func() (found map[notifications.Recipient]notifications.Failure) {
		err := w.inTx(t.Context(), func(ctx context.Context, ex notifications.Executor) (err error) {
			found, err = notifications.Failures(ctx, ex, w.ledger.Vault, []notifications.Recipient{mail, text})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return found
	}
	if got := failures(); len(got) != 1 || got[mail].Code != "550 5.1.1" || !got[mail].At.Equal(w.clock()) {
		t.Errorf("%v", got)
	}
	broken := w.laterMail()
	broken.Recipient = "q@exemple.fr"
	id := w.enqueue(broken)
	w.exec(`UPDATE message SET secrets = 'garbage', not_before = $2 WHERE id = $1`, id, w.clock())
	w.becomes(id, notifications.StatusUndelivered)
	if n := value[int](w, `SELECT count(*) FROM message_failure`); n != 1 {
		t.Error("a defect of ours is no failure of the address")
	}
	w.becomes(w.enqueue(w.mail()), notifications.StatusAccepted)
	if len(failures()) != 1 {
		t.Error("accepted by a provider is not reached")
	}
	err := w.inTx(t.Context(), func(ctx context.Context, ex notifications.Executor) error {
		_, err := w.outbox.MarkRead(ctx, ex, w.clock(), w.encounter, notifications.ChannelEmail)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := failures(); len(got) != 0 {
		t.Errorf("read, and still failing: %v", got)
	}
}

// counter notes what an Observer is told.
type counter struct{ attempts, settled atomic.Int64 }

func (c *counter) Attempted(notifications.Channel, notifications.Verdict, string, time.Duration) {
	c.attempts.Add(1)
}

func (c *counter) Settled(notifications.Channel, notifications.Purpose, notifications.Status) {
	c.settled.Add(1)
}

func TestObserverIsToldOfAttemptsAndStates(t *testing.T) {
	w := newWorld(t)
	c := &counter{}
	w.ledger.Observer, w.db.Around = c, notifications.Observing(c)
	p := &peer{}
	p.next(notifications.Result{Verdict: notifications.VerdictRetry})
	w.run(w.dispatcher(p))
	m := w.mail()
	m.Purpose, m.Content = notifications.PurposeTest, templates.Reminder{Appointment: templates.Appointment{Start: w.start, Zone: "Europe/Paris"}}
	id := w.enqueue(m)
	w.until(func() bool { return c.attempts.Load() == 1 && c.settled.Load() == 1 }, "not told")
	w.pass(time.Minute)
	w.becomes(id, notifications.StatusAccepted)
	w.until(func() bool { return c.attempts.Load() == 2 && c.settled.Load() == 2 }, "not told")
	if got := value[string](w, `SELECT purpose || ' ' || template FROM message WHERE id = $1`, id); got != fmt.Sprint(notifications.PurposeTest, " reminder") {
		t.Errorf("%q", got)
	}
}

func TestObserverIsToldOnlyOfWhatIsCommitted(t *testing.T) {
	w := newWorld(t)
	c := &counter{}
	w.db.Around = notifications.Observing(c)
	id := w.enqueue(w.mail())
	cancel := func(end error) {
		err := w.inTx(t.Context(), func(ctx context.Context, ex notifications.Executor) error {
			_, err := notifications.CancelPending(ctx, ex, w.clock(), w.encounter)
			return errors.Join(err, end)
		})
		if !errors.Is(err, end) {
			t.Fatal(err)
		}
	}
	cancel(errors.New("rolled back"))
	if n := c.settled.Load(); n != 0 {
		t.Errorf("told %d times of what was rolled back", n)
	}
	cancel(nil)
	if n := c.settled.Load(); n != 1 || w.status(id) != notifications.StatusCancelled {
		t.Errorf("told %d times of a cancellation", n)
	}
	other := w.enqueue(w.mail())
	err := w.inTx(t.Context(), func(ctx context.Context, ex notifications.Executor) error {
		_, err := notifications.Withdraw(ctx, ex, w.clock(), w.encounter, other)
		return err
	})
	if n := c.settled.Load(); err != nil || n != 2 {
		t.Errorf("told %d times, %v", n, err)
	}
}

// A database that is away for longer than a lease makes no second copy: the outcome is written when it is back.
func TestAnOutageLongerThanALeaseDoublesNothing(t *testing.T) {
	w := newWorld(t)
	var away atomic.Bool
	ledger := *w.ledger
	ledger.InTx = func(ctx context.Context, fn func(context.Context, notifications.Executor) error) error {
		if away.Load() {
			return errors.New("the database is away")
		}
		return w.inTx(ctx, fn)
	}
	p := &peer{}
	p.then(func(context.Context, notifications.Outgoing) notifications.Result {
		away.Store(true)
		return notifications.Result{Verdict: notifications.VerdictAccepted}
	})
	d := w.dispatcher(p)
	d.Ledger, d.Lease = &ledger, 200*time.Millisecond
	id := w.enqueue(w.mail())
	began := time.Now()
	w.run(d)
	w.until(func() bool { return away.Load() && time.Since(began) > 5*d.Lease }, "no outage")
	w.pass(time.Hour) // by the clock, the lease is long over
	away.Store(false)
	w.becomes(id, notifications.StatusAccepted)
	if n := len(p.seen()); n != 1 {
		t.Errorf("sent %d times", n)
	}
	if n := value[int](w, `SELECT count(*) FROM message_event WHERE message_id = $1 AND code = 'abandoned'`, id); n != 0 {
		t.Error("it was taken from a dispatcher that lives")
	}
}

// What arrives although it was taken back is told, and leaves its slot to the message that has it now.
func TestACancelledMessageThatArrivedKeepsNoSlotOfAnother(t *testing.T) {
	w := newWorld(t)
	h := w.bounces()
	m := w.laterMail()
	m.Slot = "invitation"
	first := w.enqueue(m)
	w.exec(`UPDATE message SET status = 'cancelled' WHERE id = $1`, first)
	second := w.enqueue(m)
	if _, err := h.HandleBounce(t.Context(), returned(t, "postfix-delivered", first, "p@exemple.fr", verp)); err != nil {
		t.Fatal(err)
	}
	if w.status(first) != notifications.StatusDelivered || w.status(second) != notifications.StatusQueued {
		t.Errorf("%s, %s", w.status(first), w.status(second))
	}
	if got := value[string](w, `SELECT string_agg(slot, ',' ORDER BY id) FROM message`); got != ",invitation" {
		t.Errorf("slots %q", got)
	}
}

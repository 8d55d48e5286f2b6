package notifications_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync/atomic"
	"testing"
	"time"

	"teleconsult/notifications"
	"teleconsult/templates"
)

// TestRandomSchedules throws messages, provider verdicts, deaths of dispatchers, cancellations and time at
// the queue, and checks what must hold whatever happens: nothing is lost, nothing is sent after it was
// taken back, no SMS is sent twice, and an e-mail has an extra copy only for a death or an unknown outcome.
func TestRandomSchedules(t *testing.T) {
	for seed := range uint64(6) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			c := &chaos{world: newWorld(t), luck: rand.New(rand.NewPCG(seed, 1)), verdicts: map[string][]notifications.Verdict{}}
			c.play()
			c.check()
		})
	}
}

type chaos struct {
	*world
	luck     *rand.Rand // used by the test's goroutine alone
	kind     atomic.Bool
	verdicts map[string][]notifications.Verdict // by message, in order; guarded by world.mu
	ids      []string
	// sends of the messages that were cancelled, at that moment
	cancelled map[string]int
}

// Send implements notifications.Sender: a provider in a mood, until kind is set.
func (c *chaos) Send(_ context.Context, m notifications.Outgoing) notifications.Result {
	v := notifications.VerdictAccepted
	if !c.kind.Load() {
		switch n := rand.IntN(10); {
		case n < 2:
			v = notifications.VerdictRetry
		case n < 4:
			v = notifications.VerdictUnknown
		case n < 5:
			v = notifications.VerdictUndelivered
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.verdicts[m.MessageID] = append(c.verdicts[m.MessageID], v)
	return notifications.Result{Verdict: v, Code: "test"}
}

// mortal is a dispatcher that can be killed: from then on it reaches the database no more.
func (c *chaos) mortal() (kill func()) {
	var dead atomic.Bool
	ledger := *c.ledger
	ledger.InTx = func(ctx context.Context, fn func(context.Context, notifications.Executor) error) error {
		err := c.inTx(ctx, func(ctx context.Context, ex notifications.Executor) error {
			if dead.Load() {
				return errors.New("killed")
			}
			return fn(ctx, ex)
		})
		return err
	}
	d := c.dispatcher(c)
	d.Ledger, d.Grace = &ledger, 100*time.Millisecond
	// Short, so that a dead one soon gives up its marks. Leases of living ones lapse as well whenever the
	// clock jumps: one more thing that must do no harm.
	d.Lease = 2 * time.Second
	c.run(d)
	return func() { dead.Store(true) }
}

func (c *chaos) play() {
	kills := []func(){c.mortal(), c.mortal()}
	for step := range 12 {
		for range 4 {
			m := c.mail()
			if c.luck.IntN(2) == 0 {
				m = c.text()
			}
			if c.luck.IntN(3) == 0 {
				m.Content = templates.Reminder{Appointment: templates.Appointment{Start: c.start, Zone: "Europe/Paris"}}
			}
			m.NotBefore = c.clock().Add(time.Duration(c.luck.IntN(60)) * time.Second)
			c.ids = append(c.ids, c.enqueue(m))
		}
		time.Sleep(time.Duration(c.luck.IntN(20)) * time.Millisecond) // anywhere in the middle of things
		switch {
		case step == 7:
			c.cancelReminders()
		case c.luck.IntN(3) == 0:
			i := c.luck.IntN(len(kills))
			kills[i]()
			kills[i] = c.mortal()
		}
		c.pass(10 * time.Second)
	}
	c.kind.Store(true)
	for range 60 {
		c.pass(time.Minute)
		time.Sleep(15 * time.Millisecond)
		if value[int](c.world, `SELECT count(*) FROM message WHERE status IN ('queued', 'sending')
			OR status = 'unknown' AND not_before < expires_at`) == 0 {
			return
		}
	}
}

// cancelReminders remembers what was cancelled before it was in anybody's hands.
func (c *chaos) cancelReminders() {
	err := c.inTx(context.Background(), func(ctx context.Context, ex notifications.Executor) error {
		if _, err := notifications.CancelPending(ctx, ex, c.clock(), c.encounter, notifications.PurposeReminder); err != nil {
			return err
		}
		rows, err := ex.QueryxContext(ctx, `SELECT id FROM message WHERE encounter_id = $1 AND status = 'cancelled'`, c.encounter)
		if err != nil {
			return err
		}
		defer func() { _ = rows.Close() }()
		c.mu.Lock()
		defer c.mu.Unlock()
		c.cancelled = map[string]int{}
		for rows.Next() {
			var id string
			if err = rows.Scan(&id); err != nil {
				return err
			}
			c.cancelled[id] = len(c.verdicts[id])
		}
		return rows.Err()
	})
	if err != nil {
		c.t.Fatal(err)
	}
}

func (c *chaos) check() {
	c.t.Helper()
	for _, id := range c.ids {
		c.mu.Lock()
		verdicts := append([]notifications.Verdict{}, c.verdicts[id]...)
		before, wasCancelled := c.cancelled[id]
		c.mu.Unlock()
		status := c.status(id)
		fail := func(what string) {
			c.t.Errorf("%s: %s, %v: %s", id, status, verdicts, what)
		}
		if status == notifications.StatusQueued || status == notifications.StatusSending {
			fail("is lost in the queue")
		}
		if wasCancelled && len(verdicts) != before {
			fail("was sent after it was taken back")
		}
		taken, unknowns := 0, 0
		for _, v := range verdicts {
			if v == notifications.VerdictAccepted || v == notifications.VerdictUnknown {
				taken++
			}
			if v == notifications.VerdictUnknown {
				unknowns = 1 // it goes once more, and only once
			}
		}
		lapses := value[int](c.world, `SELECT count(*) FROM message_event WHERE message_id = $1 AND code = 'abandoned'`, id)
		channel := value[string](c.world, `SELECT channel FROM message WHERE id = $1`, id)
		switch {
		case channel == "sms" && taken > 1:
			fail("text sent twice")
		case taken > 1+lapses+unknowns:
			fail("more copies than deaths and unknown outcomes explain")
		case status == notifications.StatusAccepted && taken == 0:
			fail("called sent, and was not")
		case value[bool](c.world, `SELECT secrets IS NOT NULL AND status NOT IN ('queued', 'sending', 'unknown') FROM message WHERE id = $1`, id):
			fail("keeps its secrets")
		}
	}
}

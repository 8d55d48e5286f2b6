// Package dispatch takes messages from the queue and sends them.
//
// Each channel has a lane: a feeder claims due messages in batches into a small buffer that is ordered by
// urgency, workers send the most urgent, and markers write what became of them, many in one transaction.
// What was sent and is not written down yet is bounded by Dispatcher.Window; when the database is slow,
// the workers wait for it.
package dispatch

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/google/uuid"

	"teleconsult/notifications"
)

// Limit is how much a provider takes, from all instances together.
type Limit struct {
	// Name is the provider's, such as "smtp"; the same in all instances.
	Name string
	// PerMinute is how many messages in a minute; 0 is no limit.
	PerMinute float64
}

// Dispatcher takes messages from the queue and sends them. Any number of them may run, in one process
// or many: the database tells them apart. The zero values of the settings stand for their defaults.
type Dispatcher struct {
	Ledger *notifications.Ledger
	// Senders has one per channel; a message of a channel without a sender waits.
	Senders map[notifications.Channel]notifications.Sender
	// Limits are those of the providers; a department's own are in its settings.
	Limits map[notifications.Channel]Limit
	// PublicURL is where patients reach the server, without a slash at its end.
	PublicURL string
	// Wake, when given, says that something was queued; without it the queue is looked at every Poll.
	Wake <-chan struct{}
	// Log gets ids, codes and counts; never an address or a text.
	Log *slog.Logger

	Workers int // messages in flight on each channel, 8
	// Window is how many messages of each channel may have been sent, or be on the wire, and not be marked
	// yet: 32 times Workers, at most 512. When the process is killed, at most so many e-mails go out a second time, with
	// the same Message-ID. An SMS never does.
	Window      int
	Lease       time.Duration // after which others take a message from us, 60 s
	Poll        time.Duration // between two looks without a wake-up, 1 s
	SendTimeout time.Duration // of one attempt, 30 s
	Grace       time.Duration // for what is in flight when the dispatcher is stopped, 15 s

	owner  string
	outbox notifications.Outbox
	lanes  []*lane
	// beat counts tenths of a second.
	beat pulse
	// lapses are leases that were seen to be over, see tendLeases.
	lapses map[string]lapse
	looks  int64
}

// Run works until ctx ends. Then it claims nothing more, returns what it did not begin, lets what is in
// flight finish within Grace, breaks off the rest, and ends when all of that is written down.
func (d *Dispatcher) Run(ctx context.Context) error {
	if err := d.prepare(); err != nil {
		return err
	}
	// Sends and marks outlive ctx, so that a stop loses nothing that is under way.
	background, end := context.WithCancel(context.WithoutCancel(ctx))
	defer end()
	var tending, running sync.WaitGroup
	tending.Go(func() { d.beat.run(background) })
	tending.Go(func() { d.renewUntil(background) })
	d.setBudgets(ctx)
	for _, l := range d.lanes {
		running.Go(func() { l.run(ctx) })
	}
	d.watch(ctx)
	running.Wait()
	end()
	tending.Wait()
	return nil
}

// watch pokes the lanes when something may have become due, and tends the queue, until ctx ends.
func (d *Dispatcher) watch(ctx context.Context) {
	wake := d.Wake
	poll := time.NewTicker(d.Poll)
	defer poll.Stop()
	for {
		d.tend(ctx)
		for woken := true; woken; {
			for _, l := range d.lanes {
				l.poked()
			}
			select {
			case <-ctx.Done():
				return
			case <-poll.C:
				woken = false
			case _, open := <-wake:
				if !open {
					wake = nil // whoever woke us is gone: the poll goes on
				}
			}
		}
	}
}

func (d *Dispatcher) prepare() error {
	if d.Ledger == nil || d.Log == nil || len(d.Senders) == 0 {
		return errors.New("dispatcher needs a ledger, a log and senders")
	}
	set := func(v *time.Duration, to time.Duration) {
		if *v <= 0 {
			*v = to
		}
	}
	set(&d.Lease, time.Minute)
	set(&d.Poll, time.Second)
	set(&d.SendTimeout, 30*time.Second)
	set(&d.Grace, 15*time.Second)
	if d.Workers <= 0 {
		d.Workers = 8
	}
	d.Window = d.InFlight()
	d.owner = uuid.NewString()
	d.outbox = notifications.Outbox{Vault: d.Ledger.Vault, PublicURL: d.PublicURL}
	d.lapses = map[string]lapse{}
	d.lanes = nil
	for channel, sender := range d.Senders {
		d.lanes = append(d.lanes, newLane(d, channel, sender))
	}
	return nil
}

// InFlight is Window, or what stands for it when it is zero.
func (d *Dispatcher) InFlight() int {
	if d.Window > 0 {
		return d.Window
	}
	workers := d.Workers
	if workers <= 0 {
		workers = 8
	}
	return min(32*workers, 512)
}

// renewUntil prolongs the leases of what is held, until ctx ends.
func (d *Dispatcher) renewUntil(ctx context.Context) {
	tick := time.NewTicker(d.Lease / 3)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		ids := d.held()
		if len(ids) == 0 {
			continue
		}
		err := d.Ledger.InTx(ctx, func(ctx context.Context, ex notifications.Executor) error {
			return renew(ctx, ex, d.Ledger.Now().Add(d.Lease), d.owner, ids)
		})
		if err != nil && ctx.Err() == nil {
			d.Log.WarnContext(ctx, "leases cannot be renewed", "error", err)
		}
	}
}

func (d *Dispatcher) held() []string {
	var ids []string
	for _, l := range d.lanes {
		ids = append(ids, l.holding()...)
	}
	return ids
}

// tend does what time asks for: budgets that changed, leases that lapsed, messages that are no longer
// useful, callbacks that a stop left unapplied.
func (d *Dispatcher) tend(ctx context.Context) {
	d.setBudgets(ctx)
	err := d.tendLeases(ctx)
	if err = errors.Join(err, d.Ledger.Tend(ctx)); err != nil && ctx.Err() == nil {
		d.Log.WarnContext(ctx, "the queue cannot be tended", "error", err)
	}
}

func (d *Dispatcher) setBudgets(ctx context.Context) {
	limits := make([]limit, 0, len(d.Limits))
	for _, l := range d.Limits {
		limits = append(limits, limit{l.Name, l.PerMinute})
	}
	err := d.Ledger.InTx(ctx, func(ctx context.Context, ex notifications.Executor) error {
		return setBudgets(ctx, ex, d.Ledger.Now(), limits)
	})
	if err != nil && ctx.Err() == nil {
		d.Log.WarnContext(ctx, "the budgets cannot be set", "error", err)
	}
}

// lapse is a lease that was over by the clock.
type lapse struct {
	until time.Time
	look  int64 // the first at which it was seen so
}

// tendLeases takes messages up again whose dispatcher died. The clock alone does not tell: it may have jumped,
// or be another than the holder's. So a lapsed lease is watched for half a lease of our own time; a holder
// that lives renews it meanwhile.
func (d *Dispatcher) tendLeases(ctx context.Context) error {
	found, err := d.Ledger.Lapsed(ctx, d.Lease)
	if err != nil {
		return err
	}
	d.looks++ // only what was seen: while the database is away, nobody can renew a lease
	ours := map[string]bool{}
	for _, id := range d.held() {
		ours[id] = true
	}
	patience := int64(d.Lease/2/d.Poll) + 1
	seen := make(map[string]lapse, len(found))
	var dead []notifications.Lease
	for _, s := range found {
		if ours[s.ID] {
			continue
		}
		known, ok := d.lapses[s.ID]
		if !ok || !known.until.Equal(s.Until) {
			known = lapse{s.Until, d.looks}
		}
		seen[s.ID] = known
		if d.looks-known.look >= patience {
			dead = append(dead, s)
		}
	}
	d.lapses = seen
	return d.Ledger.TakeUp(ctx, dead)
}

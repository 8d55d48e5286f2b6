package notifications

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/google/uuid"

	"teleconsult/templates"
)

// Dispatcher takes messages from the queue and sends them. Any number of them may run, in one process
// or many: the database tells them apart. The zero values of the settings stand for their defaults.
type Dispatcher struct {
	Ledger *Ledger
	// Senders has one per channel; a message of a channel without a sender waits.
	Senders map[Channel]Sender
	// PublicURL is where patients reach the server, without a slash at its end.
	PublicURL string
	// Wake, when given, says that something was queued; without it the queue is looked at every Poll.
	Wake <-chan struct{}
	// Log gets ids, codes and counts; never an address or a text.
	Log *slog.Logger

	Workers     int           // messages in flight, 8
	Lease       time.Duration // after which others take a message from us, 60 s
	Poll        time.Duration // between two looks without a wake-up, 1 s
	SendTimeout time.Duration // of one attempt, 30 s
	Grace       time.Duration // for what is in flight when the dispatcher is stopped, 15 s

	owner string
	mu    sync.Mutex
	held  map[string]struct{} // ids in flight
}

// Run works until ctx ends. Then it claims nothing more, lets what is in flight finish within Grace,
// breaks off the rest (which is marked, or taken up again once its lease ends), and returns.
func (d *Dispatcher) Run(ctx context.Context) error {
	if err := d.prepare(); err != nil {
		return err
	}
	// Sends and marks outlive ctx, so that a stop loses nothing that is under way.
	working, abort := context.WithCancel(context.WithoutCancel(ctx))
	defer abort()
	var flying sync.WaitGroup
	free := make(chan struct{}, d.Workers)
	for range d.Workers {
		free <- struct{}{}
	}
	renewing := make(chan struct{})
	go func() {
		defer close(renewing)
		d.renewUntil(working)
	}()

	wake := d.Wake
	poll := time.NewTicker(d.Poll)
	defer poll.Stop()
	d.tend(ctx)
	for ctx.Err() == nil {
		n := take(ctx, free)
		jobs := d.claim(working, n)
		for range n - len(jobs) {
			free <- struct{}{}
		}
		for _, j := range jobs {
			flying.Go(func() {
				d.work(working, j)
				free <- struct{}{}
			})
		}
		now := wake
		if n > 0 && len(jobs) == n {
			now = always // there may be more; take waits for a free worker
		}
		select {
		case <-ctx.Done():
		case <-poll.C:
			d.tend(ctx)
		case _, open := <-now:
			if !open && len(jobs) < n {
				wake = nil // whoever woke us is gone: the poll goes on
			}
		}
	}
	d.drain(&flying, abort)
	abort()
	<-renewing
	return nil
}

// always is ready to be received from.
var always = func() <-chan struct{} {
	c := make(chan struct{})
	close(c)
	return c
}()

// take waits for one free worker and takes all that are free; none when ctx ends first.
func take(ctx context.Context, free chan struct{}) int {
	select {
	case <-ctx.Done():
		return 0
	case <-free:
	}
	n := 1
	for {
		select {
		case <-free:
			n++
		default:
			return n
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
	d.owner = uuid.NewString()
	d.held = map[string]struct{}{}
	return nil
}

// drain waits for the messages in flight, and breaks them off when Grace is over.
func (d *Dispatcher) drain(flying *sync.WaitGroup, abort func()) {
	done := make(chan struct{})
	go func() {
		flying.Wait()
		close(done)
	}()
	select {
	case <-done:
	case <-time.After(d.Grace):
		abort()
		<-done
	}
}

// claim takes due messages, and settles those at once whose recipient refused the channel.
func (d *Dispatcher) claim(ctx context.Context, n int) []job {
	if n == 0 {
		return nil
	}
	var jobs []job
	var refused map[string]bool
	err := d.Ledger.InTx(ctx, func(ctx context.Context, ex Executor) (err error) {
		now := d.Ledger.Now()
		if jobs, err = claim(ctx, ex, now, now.Add(d.Lease), d.owner, n, d.channels()); err != nil {
			return err
		}
		var hashes [][]byte
		for _, j := range jobs {
			if j.Channel == ChannelSMS {
				hashes = append(hashes, d.Ledger.Vault.Hash(j.Recipient))
			}
		}
		refused, err = suppressed(ctx, ex, ChannelSMS, hashes)
		return err
	})
	if err != nil {
		d.Log.WarnContext(ctx, "the queue cannot be read", "error", err)
		return nil
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	for i, j := range jobs {
		d.held[j.ID] = struct{}{}
		jobs[i].Refused = j.Channel == ChannelSMS && refused[string(d.Ledger.Vault.Hash(j.Recipient))]
	}
	return jobs
}

func (d *Dispatcher) channels() []string {
	all := make([]string, 0, len(d.Senders))
	for c := range d.Senders {
		all = append(all, string(c))
	}
	return all
}

// work sends one message, with no transaction open, and marks it.
func (d *Dispatcher) work(ctx context.Context, j job) {
	r := d.attempt(ctx, j)
	// The mark must get through even when the send was broken off.
	d.mark(context.WithoutCancel(ctx), j, r)
	d.mu.Lock()
	delete(d.held, j.ID)
	d.mu.Unlock()
}

// attempt renders and sends; a defect of ours never takes the other messages with it.
func (d *Dispatcher) attempt(ctx context.Context, j job) (r Result) {
	defer func() {
		if p := recover(); p != nil {
			d.Log.ErrorContext(ctx, "panic while sending", "message", j.ID, "panic", fmt.Sprint(p))
			r = Result{Verdict: VerdictUnknown, Code: CodeInternal}
		}
	}()
	if j.Refused {
		return Result{Verdict: VerdictUndelivered, Code: CodeSuppressed}
	}
	var s secrets
	if len(j.Secrets) > 0 {
		plain, err := d.Ledger.Vault.Open(j.Secrets)
		if err == nil {
			err = json.Unmarshal(plain, &s)
		}
		if err != nil {
			d.Log.ErrorContext(ctx, "sealed part of a message cannot be opened", "message", j.ID)
			return Result{Verdict: VerdictUndelivered, Code: CodeSecrets}
		}
	}
	out, err := render(d.PublicURL, j.ID, j.Channel, j.Language, templates.Name(j.Template), j.Params, s)
	if err != nil {
		d.Log.ErrorContext(ctx, "message cannot be rendered", "message", j.ID, "template", j.Template, "error", err)
		return Result{Verdict: VerdictUndelivered, Code: CodeTemplate}
	}
	out.AttemptID, out.To, out.ReplyTo, out.ExpiresAt = j.AttemptID, j.Recipient, j.ReplyTo, j.ExpiresAt
	ctx, cancel := context.WithTimeout(ctx, d.SendTimeout)
	defer cancel()
	return d.Senders[j.Channel].Send(ctx, out)
}

// mark writes the outcome, trying for as long as the lease would last: a mark that is lost means a
// possible second copy.
func (d *Dispatcher) mark(ctx context.Context, j job, r Result) {
	ctx, cancel := context.WithTimeout(ctx, d.Lease)
	defer cancel()
	ledger := *d.Ledger
	for pause := 50 * time.Millisecond; ; pause = min(2*pause, 5*time.Second) {
		err := ledger.InTx(ctx, func(ctx context.Context, ex Executor) error { return d.write(ctx, ex, &ledger, j, r) })
		if errors.Is(err, errCallback) && pause > time.Second {
			// Better a summary that is late than a message that is sent again and again.
			d.Log.ErrorContext(ctx, "outcome of a message is written without its callback", "message", j.ID, "error", err)
			ledger.OnOutcome = nil
		}
		if err == nil {
			d.Log.InfoContext(ctx, "message", "message", j.ID, "attempt", j.Attempts, "channel", j.Channel,
				"purpose", j.Template, "verdict", r.Verdict, "code", r.Code)
			return
		}
		d.Log.WarnContext(ctx, "outcome of a message cannot be written yet", "message", j.ID, "error", err)
		select {
		case <-ctx.Done():
			d.Log.ErrorContext(ctx, "outcome of a message is lost", "message", j.ID, "verdict", r.Verdict)
			return
		case <-time.After(pause):
		}
	}
}

func (d *Dispatcher) write(ctx context.Context, ex Executor, l *Ledger, j job, r Result) error {
	now := l.Now()
	return l.alter(ctx, ex, j.ID, j.EncounterID, func(ctx context.Context, m held) (change, bool, error) {
		if err := endAttempt(ctx, ex, now, j.AttemptID, string(r.Verdict), r.Code, r.ProviderID); err != nil {
			return change{}, false, err
		}
		if r.Suppress {
			if err := suppress(ctx, ex, now, l.Vault.Hash(m.Recipient), m.Channel, r.Code); err != nil {
				return change{}, false, err
			}
		}
		c, ok := afterAttempt(m, r, d.owner, now, rand.Float64()) //nolint:gosec // jitter needs no secrecy
		c.Version = templates.Version(templates.Name(j.Template), j.Language)
		return c, ok, nil
	})
}

// renewUntil prolongs the leases of what is in flight, until ctx ends.
func (d *Dispatcher) renewUntil(ctx context.Context) {
	tick := time.NewTicker(d.Lease / 3)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		d.mu.Lock()
		ids := make([]string, 0, len(d.held))
		for id := range d.held {
			ids = append(ids, id)
		}
		d.mu.Unlock()
		if len(ids) == 0 {
			continue
		}
		err := d.Ledger.InTx(ctx, func(ctx context.Context, ex Executor) error {
			return renew(ctx, ex, d.Ledger.Now().Add(d.Lease), d.owner, ids)
		})
		if err != nil && ctx.Err() == nil {
			d.Log.WarnContext(ctx, "leases cannot be renewed", "error", err)
		}
	}
}

// tend does what time asks for: lapsed leases, messages that are no longer useful, callbacks that a
// stop left unapplied.
func (d *Dispatcher) tend(ctx context.Context) {
	if err := d.Ledger.tend(ctx); err != nil && ctx.Err() == nil {
		d.Log.WarnContext(ctx, "the queue cannot be tended", "error", err)
	}
}

package dispatch

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/google/uuid"

	"teleconsult/notifications"
	"teleconsult/notifications/cause"
)

const (
	// aheadPerWorker is how many messages are claimed before a worker is free for them, mostAhead how many
	// in all: few claims for many messages, and what was claimed is begun soon.
	aheadPerWorker, mostAhead = 32, 640
	// urgentPause is how long the feeder rests between two looks for what overtakes a full buffer.
	urgentPause = 20 * time.Millisecond
	// fresh is how many beats may have passed since it was last seen that a message was not taken back.
	fresh = 1
	// markers write at the same time.
	markers = 2
	// maxMarks is how many outcomes are written in one transaction.
	maxMarks = 200
	// linger is how long a marker waits for company for an outcome, which costs a share of a transaction
	// instead of one of its own. Nothing but the mark waits.
	linger = 15 * time.Millisecond
)

// lane serves one channel.
type lane struct {
	*Dispatcher
	channel notifications.Channel
	sender  notifications.Sender

	buffer  *buffer
	ahead   int           // how many messages the buffer is filled up to
	poke    chan struct{} // something may have become due
	drained chan struct{} // the buffer is half empty
	window  chan struct{} // one token for each message that may be sent before another is marked
	done    chan notifications.Attempted

	mu       sync.Mutex
	mine     map[string]struct{} // ids of what was claimed and is not marked
	waiting  map[*job]struct{}   // those of workers that wait in mayBegin
	checking sync.Mutex
	// gathering is held by the marker that collects outcomes.
	gathering sync.Mutex
}

func newLane(d *Dispatcher, channel notifications.Channel, sender notifications.Sender) *lane {
	ahead := min(d.Workers*aheadPerWorker, mostAhead)
	return &lane{
		Dispatcher: d, channel: channel, sender: sender, mine: map[string]struct{}{}, waiting: map[*job]struct{}{},
		buffer: newBuffer(ahead + 2*d.Workers), ahead: ahead,
		poke: make(chan struct{}, 1), drained: make(chan struct{}, 1),
		window: make(chan struct{}, d.Window), done: make(chan notifications.Attempted, d.Window),
	}
}

// run works until ctx ends and all that was begun is written down.
func (l *lane) run(ctx context.Context) {
	// Sends and marks outlive ctx; abort breaks off the sends.
	sending, abort := context.WithCancel(context.WithoutCancel(ctx))
	defer abort()
	var feeding, working, marking sync.WaitGroup
	feeding.Go(func() { l.feed(ctx) })
	for range l.Workers {
		working.Go(func() { l.work(ctx, sending) })
	}
	// Marks are tried for as long as the lane lives and, once it is stopped, as long as a lease lasts.
	writing, giveUp := context.WithCancel(context.WithoutCancel(ctx))
	defer giveUp()
	ended := context.AfterFunc(ctx, func() { time.AfterFunc(l.Grace+l.Lease, giveUp) })
	defer ended()
	for range markers {
		marking.Go(func() { l.mark(writing) })
	}
	feeding.Wait()
	l.giveBack(context.WithoutCancel(ctx), l.buffer.drop(func(*job) bool { return true }))
	idle := make(chan struct{})
	go func() { working.Wait(); close(idle) }()
	select {
	case <-idle:
	case <-time.After(l.Grace):
		abort()
		<-idle
	}
	close(l.done)
	marking.Wait()
}

// poked says that something may have become due.
func (l *lane) poked() {
	select {
	case l.poke <- struct{}{}:
	default:
	}
}

// feed fills the buffer until ctx ends. While it is full, only what is more urgent than bulk is claimed.
func (l *lane) feed(ctx context.Context) {
	poked, more := true, false
	var rest <-chan time.Time
	for {
		room := l.ahead - l.buffer.len()
		switch {
		case (poked || more) && 2*room >= l.ahead:
			more = l.claim(ctx, room, notifications.PriorityBulk) == room
			poked = false
			continue
		case poked && rest == nil && l.buffer.room() >= l.Workers:
			l.claim(ctx, l.Workers, notifications.PrioritySingle)
			poked, more, rest = false, true, time.After(urgentPause)
		}
		select {
		case <-ctx.Done():
			return
		case <-l.poke:
			poked = true
		case <-l.drained:
		case <-rest:
			rest = nil
		}
	}
}

// claim takes due messages into the buffer and returns how many.
func (l *lane) claim(ctx context.Context, n int, least notifications.Priority) int {
	if ctx.Err() != nil {
		return 0
	}
	// Not broken off by a stop: what is claimed must be known, to be returned.
	ctx = context.WithoutCancel(ctx)
	var jobs []*job
	var refused map[string]bool
	err := l.Ledger.InTx(ctx, func(ctx context.Context, ex notifications.Executor) (err error) {
		now := l.Ledger.Now()
		jobs, err = claim(ctx, ex, order{
			channel: l.channel, owner: l.owner, now: now, until: now.Add(l.Lease), n: n, least: least, provider: l.Limits[l.channel].Name,
		})
		if err != nil || l.channel != notifications.ChannelSMS {
			return err
		}
		recipients := make([]string, 0, len(jobs))
		for _, j := range jobs {
			recipients = append(recipients, j.Recipient)
		}
		refused, err = notifications.Refused(ctx, ex, l.Ledger.Vault, l.channel, recipients)
		return err
	})
	if err != nil {
		l.Log.WarnContext(ctx, "the queue cannot be read", "channel", l.channel, "error", err)
		return 0
	}
	beat := l.beat.beats.Load()
	l.mu.Lock()
	for _, j := range jobs {
		l.mine[j.ID] = struct{}{}
		j.checked, j.refused = beat, refused[j.Recipient]
	}
	l.mu.Unlock()
	l.buffer.put(jobs...)
	return len(jobs)
}

func (l *lane) holding() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Collect(maps.Keys(l.mine))
}

func (l *lane) letGo(ids ...string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, id := range ids {
		delete(l.mine, id)
	}
}

// work sends one message after the other until ctx ends.
func (l *lane) work(ctx, sending context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case l.window <- struct{}{}: // waits for the marks
		}
		j := l.buffer.take(ctx)
		if j == nil {
			return
		}
		if 2*l.buffer.len() <= l.ahead {
			select {
			case l.drained <- struct{}{}:
			default:
			}
		}
		if ctx.Err() != nil || !l.mayBegin(ctx, j) {
			l.giveBack(context.WithoutCancel(ctx), []*job{j})
			<-l.window
			continue
		}
		l.send(sending, j)
	}
}

// mayBegin tells whether a message may be sent now: not taken back, and not useless meanwhile. What was
// claimed or looked at a moment ago may.
func (l *lane) mayBegin(ctx context.Context, j *job) bool {
	if !j.ExpiresAt.After(l.Ledger.Now()) {
		return false
	}
	l.mu.Lock()
	l.waiting[j] = struct{}{}
	l.mu.Unlock()
	l.checking.Lock()
	defer l.checking.Unlock()
	l.mu.Lock()
	delete(l.waiting, j)
	l.mu.Unlock()
	beat := l.beat.beats.Load()
	if j.gone || beat-j.checked <= fresh {
		return !j.gone
	}
	all := append(l.alsoWaiting(), j)
	ids := make([]string, 0, len(all)+l.buffer.len())
	for _, one := range slices.Concat(all, l.buffer.all()) {
		ids = append(ids, one.ID)
	}
	var gone map[string]bool
	err := l.Ledger.InTx(ctx, func(ctx context.Context, ex notifications.Executor) (err error) {
		gone, err = taken(ctx, ex, l.owner, ids)
		return err
	})
	if err != nil {
		l.Log.WarnContext(ctx, "messages go back unsent: it cannot be seen whether they were taken back", "error", err)
		return false
	}
	seen := func(one *job) bool {
		one.checked, one.gone = max(one.checked, beat), gone[one.ID]
		return one.gone
	}
	for _, one := range all {
		seen(one)
	}
	l.giveBack(ctx, l.buffer.drop(seen))
	return !j.gone
}

// alsoWaiting are the messages of other workers that wait to be looked at, too.
func (l *lane) alsoWaiting() []*job {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Collect(maps.Keys(l.waiting))
}

// send makes one attempt and hands its outcome to the markers.
func (l *lane) send(ctx context.Context, j *job) {
	a := notifications.Attempted{
		MessageID: j.ID, EncounterID: j.EncounterID, AttemptID: uuid.Must(uuid.NewV7()).String(), Owner: l.owner,
		StartedAt: l.Ledger.Now(), Version: j.Version(),
	}
	if l.channel == notifications.ChannelSMS && !j.refused {
		// Nothing makes a second SMS recognisable: that it was begun is written down before it is.
		err := l.Ledger.InTx(ctx, func(ctx context.Context, ex notifications.Executor) error {
			return begin(ctx, ex, a.StartedAt, l.owner, j.ID, a.AttemptID)
		})
		if err != nil {
			if !errors.Is(err, errTaken) {
				l.Log.WarnContext(ctx, "an attempt cannot be begun", "message", j.ID, "error", err)
			}
			l.giveBack(context.WithoutCancel(ctx), []*job{j})
			<-l.window
			return
		}
		a.Begun = true
	}
	a.Result = l.attempt(ctx, j, a.AttemptID)
	if o := l.Ledger.Observer; o != nil {
		o.Attempted(l.channel, a.Result.Verdict, a.Result.Code, l.Ledger.Now().Sub(a.StartedAt))
	}
	l.done <- a
}

// attempt renders and sends; a defect of ours never takes the other messages with it.
func (l *lane) attempt(ctx context.Context, j *job, attemptID string) (r notifications.Result) {
	defer func() {
		if p := recover(); p != nil {
			l.Log.ErrorContext(ctx, "panic while sending", "message", j.ID, "panic", fmt.Sprint(p))
			r = notifications.Result{Verdict: notifications.VerdictUnknown, Code: cause.Internal}
		}
	}()
	if j.refused {
		return notifications.Result{Verdict: notifications.VerdictUndelivered, Code: cause.Suppressed}
	}
	out, err := l.outbox.Compose(j.Stored)
	switch {
	case errors.Is(err, notifications.ErrWording):
		l.Log.WarnContext(ctx, "message goes out in the product's own words", "message", j.ID, "wording", j.WordingID, "error", err)
	case errors.Is(err, notifications.ErrSecrets):
		l.Log.ErrorContext(ctx, "sealed part of a message cannot be opened", "message", j.ID)
		return notifications.Result{Verdict: notifications.VerdictUndelivered, Code: cause.Secrets}
	case err != nil:
		l.Log.ErrorContext(ctx, "message cannot be rendered", "message", j.ID, "template", j.Template, "error", err)
		return notifications.Result{Verdict: notifications.VerdictUndelivered, Code: cause.Template}
	}
	out.AttemptID = attemptID
	ctx, cancel := context.WithTimeout(ctx, l.SendTimeout)
	defer cancel()
	return l.sender.Send(ctx, out)
}

// giveBack returns what was not begun. If the database is away, the leases end by themselves.
func (l *lane) giveBack(ctx context.Context, jobs []*job) {
	if len(jobs) == 0 {
		return
	}
	leases := make([]notifications.Lease, 0, len(jobs))
	for _, j := range jobs {
		leases = append(leases, j.lease())
	}
	if err := l.Ledger.Return(ctx, l.owner, leases); err != nil {
		l.Log.WarnContext(ctx, "messages cannot be returned to the queue", "count", len(jobs), "error", err)
	}
	for _, j := range jobs {
		l.letGo(j.ID)
	}
}

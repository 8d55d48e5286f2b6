package dispatch

import (
	"context"
	"errors"
	"slices"
	"time"

	"teleconsult/notifications"
)

// mark writes outcomes as they come, many at once, until there are no more.
func (l *lane) mark(ctx context.Context) {
	for {
		batch := l.gather()
		if len(batch) == 0 {
			return
		}
		l.record(ctx, batch)
		for _, a := range batch {
			l.letGo(a.MessageID)
			<-l.window
		}
	}
}

// gather waits for an outcome, and then a little for more, but no longer than until they are a good part of
// the window; empty when there are no more. One marker gathers at a time, so that batches are large.
func (l *lane) gather() (batch []notifications.Attempted) {
	l.gathering.Lock()
	defer l.gathering.Unlock()
	first, open := <-l.done
	if !open {
		return nil
	}
	batch = append(batch, first)
	enough := time.After(linger)
	for len(batch) < min(l.Window*2/5, maxMarks) {
		select {
		case next, open := <-l.done:
			if !open {
				return batch
			}
			batch = append(batch, next)
		case <-enough:
			return batch
		}
	}
	return batch
}

// record writes the outcomes of a batch, trying until ctx ends, however long the database is away: a mark
// that is lost means a possible second copy. Meanwhile the messages stay among those that are held, so that
// their leases are renewed as soon as that is possible again. A batch that fails again is split, so that one
// message whose outcome cannot be written holds up no other.
func (l *lane) record(ctx context.Context, batch []notifications.Attempted) {
	parts := [][]notifications.Attempted{batch}
	for pause := 50 * time.Millisecond; ; pause = min(2*pause, 5*time.Second) {
		if parts = l.round(ctx, parts, pause > time.Second); len(parts) == 0 {
			return
		}
		select {
		case <-ctx.Done():
			for _, a := range slices.Concat(parts...) {
				l.Log.ErrorContext(ctx, "outcome of a message is lost", "message", a.MessageID, "verdict", a.Result.Verdict)
			}
			return
		case <-time.After(pause):
		}
	}
}

// round tries each part once and returns what is left. late says that it has been tried for long: then
// a single message is written even if its callback fails.
func (l *lane) round(ctx context.Context, parts [][]notifications.Attempted, late bool) (left [][]notifications.Attempted) {
	for i, part := range parts {
		err := l.Ledger.Record(ctx, part)
		callback := errors.Is(err, notifications.ErrCallback)
		if callback && late && len(part) == 1 {
			// Better a summary that is late than a message that is sent again and again.
			l.Log.ErrorContext(ctx, "outcome of a message is written without its callback", "message", part[0].MessageID, "error", err)
			silent := *l.Ledger
			silent.OnOutcomes = nil
			err = silent.Record(ctx, part)
		}
		switch {
		case err == nil:
			l.report(ctx, part)
			continue
		case len(part) > 1:
			half := len(part) / 2
			left = append(left, part[:half], part[half:])
		default:
			left = append(left, part)
		}
		l.Log.WarnContext(ctx, "outcomes of messages cannot be written yet", "count", len(part), "error", err)
		if !callback { // the database, most likely: the rest would fail as well
			return append(slices.Clone(parts[i+1:]), left...)
		}
	}
	return left
}

func (l *lane) report(ctx context.Context, part []notifications.Attempted) {
	for _, a := range part {
		l.Log.InfoContext(ctx, "message", "message", a.MessageID, "attempt", a.AttemptID, "channel", l.channel,
			"verdict", a.Result.Verdict, "code", a.Result.Code)
	}
}

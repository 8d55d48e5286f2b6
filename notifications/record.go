package notifications

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"time"

	"teleconsult/notifications/cause"
)

// Attempted is one attempt to send a message, and how it ended.
type Attempted struct {
	MessageID   string
	EncounterID string // "" for a message about no encounter
	AttemptID   string
	// Owner is who held the message, see Lease.
	Owner string
	// Begun says that the attempt's row was written before it was made.
	Begun     bool
	StartedAt time.Time
	// Version is of the template that was rendered.
	Version string
	Result  Result
}

// Record writes what became of attempts, all of them or none. With an error that is ErrCallback the
// messages' own part could have been written. An attempt that was recorded already changes no state.
func (l *Ledger) Record(ctx context.Context, all []Attempted) error {
	byID := make(map[string]Attempted, len(all))
	subjects := make([]subject, 0, len(all))
	var again []Attempted // a second attempt for the same message, after the first lost its lease
	for _, a := range all {
		if _, there := byID[a.MessageID]; there {
			again = append(again, a)
			continue
		}
		byID[a.MessageID] = a
		subjects = append(subjects, subject{a.MessageID, a.EncounterID})
	}
	err := l.InTx(ctx, func(ctx context.Context, ex Executor) error {
		now := l.Now()
		return l.alterAll(ctx, ex, subjects, func(_ context.Context, m held) (change, bool, error) {
			a := byID[m.ID]
			if !a.Begun {
				m.Attempts++
			}
			c, ok := afterAttempt(m, a.Result, a.Owner, now, rand.Float64()) //nolint:gosec // jitter needs no secrecy
			if !ok {
				c = change{} // the attempt is noted all the same
			}
			c.Attempt = &attempt{
				ID: a.AttemptID, StartedAt: a.StartedAt, Outcome: string(a.Result.Verdict), Code: a.Result.Code,
				Provider: a.Result.ProviderID, New: !a.Begun,
			}
			c.Version, c.Suppress = a.Version, a.Result.Suppress
			return c, a.Result.Verdict != "", nil
		})
	})
	if err != nil || len(again) == 0 {
		return err
	}
	return l.Record(ctx, again)
}

// Lease is a message in the hands of a dispatcher, until a time.
type Lease struct {
	ID          string    `db:"id"`
	EncounterID string    `db:"encounter_id"` // "" for a message about no encounter
	Until       time.Time `db:"lease_until"`
}

func subjects(leases []Lease) []subject {
	all := make([]subject, 0, len(leases))
	for _, s := range leases {
		all = append(all, subject{s.ID, s.EncounterID})
	}
	return all
}

// Return puts messages back that owner held and did not begin to send: into the queue, with no attempt
// counted, or among the cancelled if they were taken back meanwhile.
func (l *Ledger) Return(ctx context.Context, owner string, leases []Lease) error {
	return l.InTx(ctx, func(ctx context.Context, ex Executor) error {
		return l.alterAll(ctx, ex, subjects(leases), func(_ context.Context, m held) (change, bool, error) {
			c := change{Status: StatusQueued}
			if m.CancelAsked {
				c = c.cancelled()
			}
			return c, m.Status == StatusSending && m.LeaseOwner == owner, nil
		})
	})
}

// Lapsed returns messages whose lease is over by the clock, or lasts more than twice as long as a lease does, since the
// clock was set back. Their dispatcher may be alive all the same: it then renews the lease soon, so wait before TakeUp
// whether Until still stands.
func (l *Ledger) Lapsed(ctx context.Context, lease time.Duration) (leases []Lease, err error) {
	err = l.InTx(ctx, func(ctx context.Context, ex Executor) error {
		now := l.Now()
		leases, err = lapsed(ctx, ex, now, now.Add(2*lease))
		return err
	})
	return leases, err
}

// TakeUp takes messages from a dispatcher that let their leases lapse; one that was renewed since stays.
func (l *Ledger) TakeUp(ctx context.Context, leases []Lease) error {
	until := make(map[string]time.Time, len(leases))
	for _, s := range leases {
		until[s.ID] = s.Until
	}
	return l.inParts(ctx, subjects(leases), func(ctx context.Context, ex Executor, part []subject) error {
		now := l.Now()
		return l.alterAll(ctx, ex, part, func(ctx context.Context, m held) (change, bool, error) {
			if m.Status != StatusSending || m.LeaseUntil == nil || !m.LeaseUntil.Equal(until[m.ID]) {
				return change{}, false, nil
			}
			c := afterLapse(m, now)
			switch {
			case m.Open > 0:
				return c, true, abandonAttempts(ctx, ex, now, m.ID)
			case m.Channel != ChannelSMS:
				c.Attempt = &attempt{ID: newAttemptID(), StartedAt: now, Outcome: "abandoned", Code: cause.Abandoned, New: true}
			}
			return c, true, nil
		})
	})
}

// age applies afterTime to messages.
func (l *Ledger) age(ctx context.Context, due []subject) error {
	return l.inParts(ctx, due, func(ctx context.Context, ex Executor, part []subject) error {
		now := l.Now()
		return l.alterAll(ctx, ex, part, func(_ context.Context, m held) (change, bool, error) {
			c, ok := afterTime(m, now)
			return c, ok, nil
		})
	})
}

// inParts does all in transactions of overdueBatch each or, if one fails, each of its messages in one of its own, so
// that one bad message holds up no other.
func (l *Ledger) inParts(ctx context.Context, all []subject, do func(ctx context.Context, ex Executor, part []subject) error) error {
	var failure error
	for part := range slices.Chunk(all, overdueBatch) {
		err := l.InTx(ctx, func(ctx context.Context, ex Executor) error { return do(ctx, ex, part) })
		if err == nil || len(part) == 1 {
			failure = errors.Join(failure, err)
			continue
		}
		for _, one := range part {
			if e := l.InTx(ctx, func(ctx context.Context, ex Executor) error { return do(ctx, ex, []subject{one}) }); e != nil {
				failure = e
			}
		}
	}
	return failure
}

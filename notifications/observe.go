package notifications

import (
	"context"
	"time"
)

// Observer is told what happens, to count it. It must not block.
type Observer interface {
	// Attempted is called after each attempt; took is the provider's time alone.
	Attempted(channel Channel, verdict Verdict, code string, took time.Duration)
	// Settled is called for each change of state, once it is committed; see Observing.
	Settled(channel Channel, purpose Purpose, s Status)
}

// Observing makes what goes around each transaction in which messages change: the context that the transaction
// runs in, and what is called once it has committed. Messages are changed by dispatchers, by receipts and by use
// cases that take them back; the transaction is the one thing that all have in common.
func Observing(o Observer) func(ctx context.Context) (in context.Context, committed func()) {
	return func(ctx context.Context) (context.Context, func()) {
		c := &changes{}
		return context.WithValue(ctx, changesKey{}, c), func() {
			for _, s := range c.all {
				o.Settled(s.Channel, s.Purpose, s.Status)
			}
		}
	}
}

type changesKey struct{}

// changes are those of one transaction.
type changes struct{ all []settled }

// settled is a change of state as it is counted.
type settled struct {
	Channel Channel `db:"channel"`
	Purpose Purpose `db:"purpose"`
	Status  Status  `db:"status"`
}

// note keeps a change until its transaction has committed.
func note(ctx context.Context, s settled) {
	if c, ok := ctx.Value(changesKey{}).(*changes); ok {
		c.all = append(c.all, s)
	}
}

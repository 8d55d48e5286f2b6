// Package reconcile asks the SMS provider what it has, where its callbacks leave a question: whether a message of unknown
// outcome was taken, what became of one that was never heard of again, and what one cost. What it learns goes into the
// ledger as one more receipt.
package reconcile

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"teleconsult/notifications"
)

// Listed is a message as its provider shows it.
type Listed struct {
	ProviderID string
	Status     string // the provider's word
	Code       string // why it failed, "" when it did not
	At         time.Time
	// Same says that its text is the one that was asked about; Hidden, that the provider does not show it.
	Same, Hidden  bool
	Segments      int    // 0 while it is not known
	PriceMicros   int64  // in millionths of PriceCurrency
	PriceCurrency string // ISO 4217, "" as long as there is no price
}

// Lister is a notifications.Sender whose provider can be asked what it has.
type Lister interface {
	// List returns what was taken for m's recipient since then, the oldest first. No error means that
	// nothing is missing from the answer.
	List(ctx context.Context, m notifications.Outgoing, since time.Time) ([]Listed, error)
	// Fetch returns one message by the provider's id.
	Fetch(ctx context.Context, providerID string) (Listed, error)
}

// Reconciler asks the SMS provider what it has, where its callbacks leave a question: whether a message of unknown
// outcome was taken, what became of one that was never heard of again, and what one cost. Any number of them may
// run; each message is looked up by one at a time.
type Reconciler struct {
	Ledger *notifications.Ledger
	Lister Lister
	// PublicURL is where patients reach the server, without a slash at its end.
	PublicURL string
	// Log gets ids and codes; never an address or a text.
	Log *slog.Logger
	// Observe, when given, is told what came of each look, one of Results.
	Observe func(result string)
}

// What comes of a look.
const (
	resultFound    = "found"     // the list has it
	resultAbsent   = "absent"    // the list does not have it, which is no proof yet
	resultNotTaken = "not-taken" // two lists do not have it: it goes again, or is cancelled
	resultDoubtful = "doubtful"  // the list proves nothing
	resultFetched  = "fetched"   // its state and price were read
	resultFailed   = "failed"    // the provider did not say
)

// Results lists what can come of a look.
func Results() []string {
	return []string{resultFound, resultAbsent, resultNotTaken, resultDoubtful, resultFetched, resultFailed}
}

// lookTimeout bounds one question to the provider, and looksPerRound how many are asked in one round.
const (
	lookTimeout   = 20 * time.Second
	looksPerRound = 50
)

// around is how far from an attempt's own time the provider may have noted its message: its clock is not ours, and an
// answer that did not come may belong to work that went on. What is another message's is known by its id, so a
// generous time costs nothing.
const around = 10 * time.Minute

// absences is how many complete lists in a row, at least two minutes apart, must lack a message before it counts as
// never taken.
const absences = 2

// Reconcile asks about everything that is due, and returns when that is done.
func (r *Reconciler) Reconcile(ctx context.Context) error {
	var unknown, silent []look
	err := r.Ledger.InTx(ctx, func(ctx context.Context, ex notifications.Executor) (err error) {
		now := r.Ledger.Now()
		if unknown, err = claimUnknown(ctx, ex, now, looksPerRound); err != nil {
			return err
		}
		silent, err = claimSilent(ctx, ex, now, looksPerRound)
		return err
	})
	if err != nil {
		return err
	}
	for _, l := range unknown {
		r.tell(ctx, l, r.search)
	}
	for _, l := range silent {
		r.tell(ctx, l, r.ask)
	}
	return ctx.Err()
}

// tell runs one look and says how it went; a failed one is repeated when the next is due.
func (r *Reconciler) tell(ctx context.Context, l look, f func(context.Context, look) (string, error)) {
	if ctx.Err() != nil {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, lookTimeout)
	defer cancel()
	result, err := f(ctx, l)
	if err != nil {
		result = resultFailed
		r.Log.WarnContext(ctx, "the provider was asked about a message in vain", "message", l.ID, "error", err)
	} else {
		r.Log.InfoContext(ctx, "the provider was asked about a message", "message", l.ID, "result", result)
	}
	if r.Observe != nil {
		r.Observe(result)
	}
}

// search looks for a message of unknown outcome in the provider's list.
func (r *Reconciler) search(ctx context.Context, l look) (string, error) {
	out, err := r.compose(l)
	if err != nil {
		return "", err
	}
	since := l.StartedAt.Add(-around)
	listed, err := r.Lister.List(ctx, out, since)
	if err != nil {
		return "", err // it says nothing, for or against
	}
	result := ""
	var found *Listed
	err = r.Ledger.InTx(ctx, func(ctx context.Context, ex notifications.Executor) error {
		ids := make([]string, len(listed))
		for i := range listed {
			ids[i] = listed[i].ProviderID
		}
		others, err := claimedBy(ctx, ex, l.ID, ids)
		if err != nil {
			return err
		}
		if found, result = judge(listed, others, since, l.EndedAt.Add(around)); result == resultAbsent {
			result, err = r.missing(ctx, ex, l)
			return err
		}
		return forgetAbsence(ctx, ex, l.ID)
	})
	if err != nil || found == nil {
		return result, err
	}
	return result, r.apply(ctx, l, *found)
}

// judge finds, among the listed messages that are no other message's, the one of an attempt that was made between
// from and until.
//
// The text decides. Where the account keeps no texts, the only message of that time must be it. As long as anything
// to that number in that time is unaccounted for, nothing is proven.
func judge(listed []Listed, others map[string]bool, from, until time.Time) (*Listed, string) {
	var open []*Listed
	stray := false // the same text from before: ours, if the clocks differ by more than we allow for
	for i := range listed {
		one := &listed[i]
		switch {
		case others[one.ProviderID]:
		case one.At.Before(from):
			stray = stray || one.Same
		case one.Same:
			return one, resultFound
		case !one.At.After(until):
			open = append(open, one)
		}
	}
	switch {
	case len(open) == 0 && !stray:
		return nil, resultAbsent
	case len(open) == 1 && open[0].Hidden:
		return open[0], resultFound
	}
	return nil, resultDoubtful
}

// missing counts a list without the message; the second one in a row proves that it was never taken, and it is
// sent again if that is still wanted.
func (r *Reconciler) missing(ctx context.Context, ex notifications.Executor, l look) (string, error) {
	settled, err := r.Ledger.NotTaken(ctx, ex, l.ID, l.EncounterID, func(ctx context.Context) (bool, error) {
		n, err := countAbsence(ctx, ex, l.ID)
		return n >= absences, err
	})
	if err != nil || !settled {
		return resultAbsent, err
	}
	return resultNotTaken, beginAnew(ctx, ex, l.ID)
}

// ask fetches a message that was accepted and never heard of again, or whose price is not known.
func (r *Reconciler) ask(ctx context.Context, l look) (string, error) {
	one, err := r.Lister.Fetch(ctx, l.ProviderID)
	if err != nil {
		return "", err
	}
	return resultFetched, r.apply(ctx, l, one)
}

// apply treats what the provider shows as one more receipt.
func (r *Reconciler) apply(ctx context.Context, l look, one Listed) error {
	err := r.Ledger.InTx(ctx, func(ctx context.Context, ex notifications.Executor) error { return priceMessage(ctx, ex, l.ID, one) })
	if err != nil {
		return err
	}
	return r.Ledger.Receive(ctx, notifications.Receipt{
		AttemptID: l.AttemptID, ProviderID: one.ProviderID, Status: one.Status, Code: one.Code,
	})
}

// compose renders the message as the attempt did.
func (r *Reconciler) compose(l look) (notifications.Outgoing, error) {
	out, err := notifications.Outbox{Vault: r.Ledger.Vault, PublicURL: r.PublicURL}.Compose(l.Stored)
	if err != nil && !errors.Is(err, notifications.ErrWording) {
		return notifications.Outgoing{}, err
	}
	out.AttemptID = l.AttemptID
	return out, nil
}

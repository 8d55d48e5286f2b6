package notifications

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// InTx runs fn in a transaction that sees the messages of all departments (a named system scope), and
// commits it when fn returns nil.
type InTx func(ctx context.Context, fn func(ctx context.Context, ex Executor) error) error

// Outcome is a change of state that has just been written.
type Outcome struct {
	MessageID    string
	EncounterID  string // "" for a message about no encounter
	DepartmentID string
	Channel      Channel
	Purpose      Purpose
	Status       Status
}

// Ledger writes what became of messages; dispatchers and hooks share it.
type Ledger struct {
	InTx InTx
	// Now is the clock.
	Now   func() time.Time
	Vault Vault
	// LockEncounters, when given, is called first in every transaction that changes messages of
	// encounters, in the order of their ids and each once, so that these and the use cases take their
	// locks in the same order.
	LockEncounters func(ctx context.Context, ex Executor, ids []string) error
	// OnOutcomes, when given, is called in the transaction that changed the states: the encounters'
	// chains are settled there.
	OnOutcomes func(ctx context.Context, ex Executor, all []Outcome) error
	// Observer, when given, is told of every attempt. Of changes of state it is told by the transactions, see
	// Observing.
	Observer Observer
}

// subject is a message that may change, with its encounter.
type subject struct {
	ID          string `db:"id"`
	EncounterID string `db:"encounter_id"`
}

// alter is alterAll for one message.
func (l *Ledger) alter(
	ctx context.Context, ex Executor, messageID, encounterID string,
	decide func(ctx context.Context, m held) (change, bool, error),
) error {
	return l.alterAll(ctx, ex, []subject{{messageID, encounterID}}, decide)
}

// alterAll holds messages, lets decide say what happens to each, and writes that in few statements however
// many they are. decide returns false to leave a message alone. The order of locks is the same everywhere:
// encounters by id, then messages by id.
func (l *Ledger) alterAll(
	ctx context.Context, ex Executor, all []subject,
	decide func(ctx context.Context, m held) (change, bool, error),
) error {
	if err := l.lockEncounters(ctx, ex, all); err != nil {
		return err
	}
	messages, err := hold(ctx, ex, all)
	if err != nil {
		return err
	}
	changes := make([]change, 0, len(messages))
	for _, m := range messages {
		c, ok, err := decide(ctx, m)
		if err != nil {
			return err
		}
		if !ok {
			continue
		}
		if c.Status != "" && !m.Status.CanBecome(c.Status) {
			return errors.New("message cannot go from " + string(m.Status) + " to " + string(c.Status))
		}
		c.message, c.Detail = m, discreet(c.Detail, m.Recipient)
		changes = append(changes, c)
	}
	if len(changes) == 0 {
		return nil
	}
	if err = writeChanges(ctx, ex, l.Now(), changes); err != nil {
		return err
	}
	if err = l.rememberAddresses(ctx, ex, changes); err != nil {
		return err
	}
	return l.tell(ctx, ex, changes)
}

// NotTaken says that a message of unknown outcome never reached its provider, if proven, which is asked once
// the message is held, agrees: it is sent again, or cancelled if it was called back or another message has
// taken its place. It reports whether that happened; a message that has another state by now stays as it is.
func (l *Ledger) NotTaken(
	ctx context.Context, ex Executor, messageID, encounterID string, proven func(ctx context.Context) (bool, error),
) (settled bool, err error) {
	err = l.alter(ctx, ex, messageID, encounterID, func(ctx context.Context, m held) (change, bool, error) {
		if m.Status != StatusUnknown {
			return change{}, false, nil
		}
		ok, err := proven(ctx)
		if err != nil || !ok {
			return change{}, false, err
		}
		followed, err := isFollowed(ctx, ex, m.ID)
		if err != nil {
			return change{}, false, err
		}
		// What another message has taken the place of is not wanted any more.
		m.CancelAsked = m.CancelAsked || followed
		var c change
		c, settled = afterAbsence(m, l.Now())
		return c, settled, nil
	})
	return settled, err
}

func (l *Ledger) lockEncounters(ctx context.Context, ex Executor, all []subject) error {
	ids := make([]string, 0, len(all))
	for _, s := range all {
		if s.EncounterID != "" {
			ids = append(ids, s.EncounterID)
		}
	}
	slices.Sort(ids)
	if ids = slices.Compact(ids); len(ids) == 0 || l.LockEncounters == nil {
		return nil
	}
	return l.LockEncounters(ctx, ex, ids)
}

// tell reports the changes of state.
func (l *Ledger) tell(ctx context.Context, ex Executor, changes []change) error {
	var outcomes []Outcome
	for _, c := range changes {
		if m := c.message; c.Status != "" {
			outcomes = append(outcomes, Outcome{
				MessageID: m.ID, EncounterID: m.EncounterID, DepartmentID: m.DepartmentID,
				Channel: m.Channel, Purpose: m.Purpose, Status: c.Status,
			})
		}
	}
	if len(outcomes) == 0 {
		return nil
	}
	if l.OnOutcomes != nil {
		if err := l.OnOutcomes(ctx, ex, outcomes); err != nil {
			return fmt.Errorf("%w: %w", ErrCallback, err)
		}
	}
	for _, o := range outcomes {
		note(ctx, settled{o.Channel, o.Purpose, o.Status})
	}
	return nil
}

// ErrCallback marks errors of OnOutcomes.
var ErrCallback = errors.New("the outcome's callback failed")

// maxDetail is how much of a provider's sentence is kept, in bytes.
const maxDetail = 300

// discreet takes the recipient out of a provider's sentence, which often repeats it.
func discreet(detail, recipient string) string {
	if recipient != "" {
		detail = strings.ReplaceAll(detail, recipient, "…")
	}
	detail = strings.ToValidUTF8(strings.ReplaceAll(detail, "\x00", ""), "")
	if len(detail) > maxDetail {
		detail = strings.ToValidUTF8(detail[:maxDetail], "")
	}
	return detail
}

package notifications

import (
	"context"
	"errors"
	"fmt"
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
	Purpose      Purpose
	Status       Status
}

// Ledger writes what became of messages; dispatcher and hooks share it.
type Ledger struct {
	InTx InTx
	// Now is the clock.
	Now   func() time.Time
	Vault Vault
	// LockEncounter, when given, is called first in every transaction that changes a message of an
	// encounter, so that these and the use cases take their locks in the same order.
	LockEncounter func(ctx context.Context, ex Executor, encounterID string) error
	// OnOutcome, when given, is called in the transaction that changed the state: the encounter's
	// chain is settled there.
	OnOutcome func(ctx context.Context, ex Executor, o Outcome) error
}

// alter holds one message, lets decide say what happens to it, and writes that. decide returns false to
// leave the message alone.
func (l *Ledger) alter(
	ctx context.Context, ex Executor, messageID, encounterID string,
	decide func(ctx context.Context, m held) (change, bool, error),
) error {
	if encounterID != "" && l.LockEncounter != nil {
		if err := l.LockEncounter(ctx, ex, encounterID); err != nil {
			return err
		}
	}
	m, err := hold(ctx, ex, messageID)
	if err != nil {
		return err
	}
	c, ok, err := decide(ctx, m)
	if err != nil || !ok {
		return err
	}
	if c.Status != "" && !m.Status.CanBecome(c.Status) {
		return errors.New("message cannot go from " + string(m.Status) + " to " + string(c.Status))
	}
	c.Detail = discreet(c.Detail, m.Recipient)
	if err = c.write(ctx, ex, l.Now(), m); err != nil {
		return err
	}
	if c.Status == "" || l.OnOutcome == nil {
		return nil
	}
	err = l.OnOutcome(ctx, ex, Outcome{
		MessageID: m.ID, EncounterID: m.EncounterID, DepartmentID: m.DepartmentID, Purpose: m.Purpose, Status: c.Status,
	})
	if err != nil {
		return fmt.Errorf("%w: %w", errCallback, err)
	}
	return nil
}

// errCallback marks errors of OnOutcome.
var errCallback = errors.New("the outcome's callback failed")

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

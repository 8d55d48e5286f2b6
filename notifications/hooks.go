package notifications

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"time"

	"github.com/google/uuid"
)

// Errors of a callback that is not taken.
var (
	// ErrSignature: the callback does not come from the provider (403).
	ErrSignature = errors.New("the callback's signature is not valid")
	// ErrMalformed: a required part is missing (422).
	ErrMalformed = errors.New("the callback is not complete")
)

const providerTwilio = "twilio"

// Hooks takes what providers report.
type Hooks struct {
	Ledger *Ledger
	// ValidateTwilio checks a callback's signature over its public URL and parameters.
	ValidateTwilio func(url string, params map[string]string, signature string) bool
}

// HandleTwilio takes a status callback for one attempt. fullURL is the address that Twilio called, on the
// configured public URL, with its query; signature is the header X-Twilio-Signature. The callback is
// stored first and applied after; once stored, the answer is nil even when applying has to wait for
// the dispatcher. Callbacks may come in any order and more than once.
func (h *Hooks) HandleTwilio(ctx context.Context, attemptID string, form url.Values, signature, fullURL string) error {
	params := make(map[string]string, len(form))
	for k := range form {
		params[k] = form.Get(k)
	}
	if !h.ValidateTwilio(fullURL, params, signature) {
		return ErrSignature
	}
	c := callback{
		Provider: providerTwilio, AttemptID: attemptID,
		SID:    first(params["MessageSid"], params["SmsSid"]),
		Status: first(params["MessageStatus"], params["SmsStatus"]),
		Code:   params["ErrorCode"],
	}
	if _, err := uuid.Parse(attemptID); err != nil || c.SID == "" || c.Status == "" {
		return ErrMalformed
	}
	var id string
	err := h.Ledger.InTx(ctx, func(ctx context.Context, ex Executor) (err error) {
		id, err = insertCallback(ctx, ex, h.Ledger.Now(), c)
		return err
	})
	if err != nil || id == "" {
		return err
	}
	if err = h.Ledger.ApplyCallback(ctx, id); err != nil {
		// It is stored: the dispatcher applies it at its next look.
		return nil //nolint:nilerr // see above
	}
	return nil
}

func first(values ...string) string {
	for _, v := range values {
		if v != "" {
			return v
		}
	}
	return ""
}

// twilioStatus is what a MessageStatus of Twilio means here; anything else is only noted.
var twilioStatus = map[string]Status{
	"accepted": StatusAccepted, "scheduled": StatusAccepted, "queued": StatusAccepted,
	"sending": StatusAccepted, "sent": StatusAccepted,
	"delivered": StatusDelivered, "read": StatusDelivered,
	"undelivered": StatusUndelivered, "failed": StatusUndelivered, "canceled": StatusUndelivered,
}

// ApplyCallback lets a stored callback act on its message, once. A state that is already further stays.
func (l *Ledger) ApplyCallback(ctx context.Context, id string) error {
	return l.InTx(ctx, func(ctx context.Context, ex Executor) error {
		now := l.Now()
		c, err := takeCallback(ctx, ex, id)
		if err != nil || c == nil {
			return err
		}
		if c.MessageID != "" { // else: of another installation, or of before a restore
			if err = l.applyTwilio(ctx, ex, now, *c); err != nil {
				return err
			}
		}
		return callbackApplied(ctx, ex, now, c.ID)
	})
}

func (l *Ledger) applyTwilio(ctx context.Context, ex Executor, now time.Time, c callback) error {
	return l.alter(ctx, ex, c.MessageID, c.EncounterID, func(ctx context.Context, m held) (change, bool, error) {
		to := twilioStatus[c.Status]
		note := change{Kind: "receipt", Code: c.Code, Detail: c.Status, Provider: c.SID}
		if to == "" {
			return note, true, nil
		}
		outcome := VerdictAccepted
		if to == StatusUndelivered {
			outcome = VerdictUndelivered
		}
		if err := endAttempt(ctx, ex, now, c.AttemptID, string(outcome), c.Code, c.SID); err != nil {
			return change{}, false, err
		}
		if c.Code == twilioOptOut {
			if err := suppress(ctx, ex, now, l.Vault.Hash(m.Recipient), m.Channel, c.Code); err != nil {
				return change{}, false, err
			}
		}
		if !m.Status.CanBecome(to) {
			return note, true, nil
		}
		note.Status, note.Kind = to, string(to)
		return note, true, nil
	})
}

// twilioOptOut: the recipient answered STOP.
const twilioOptOut = "21610"

// callbackGrace is how long a callback may be on its way between being stored and being applied
// before the dispatcher applies it.
const callbackGrace = 5 * time.Second

// tend applies what time asks for, one message per transaction.
func (l *Ledger) tend(ctx context.Context) error {
	var due []stale
	var waiting []string
	err := l.InTx(ctx, func(ctx context.Context, ex Executor) (err error) {
		if due, err = overdue(ctx, ex, l.Now()); err != nil {
			return fmt.Errorf("look for overdue messages: %w", err)
		}
		waiting, err = waitingCallbacks(ctx, ex, l.Now().Add(-callbackGrace))
		return err
	})
	if err != nil {
		return err
	}
	var failures []error
	for _, s := range due {
		failures = append(failures, l.InTx(ctx, func(ctx context.Context, ex Executor) error { return l.age(ctx, ex, s) }))
	}
	for _, id := range waiting {
		failures = append(failures, l.ApplyCallback(ctx, id))
	}
	return errors.Join(failures...)
}

// age applies afterTime to one message.
func (l *Ledger) age(ctx context.Context, ex Executor, s stale) error {
	return l.alter(ctx, ex, s.ID, s.EncounterID, func(ctx context.Context, m held) (change, bool, error) {
		c, ok := afterTime(m, l.Now())
		if ok && m.Status == StatusSending {
			if err := abandonAttempts(ctx, ex, l.Now(), m.ID); err != nil {
				return change{}, false, err
			}
		}
		return c, ok, nil
	})
}

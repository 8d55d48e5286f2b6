package notifications

import (
	"context"
	"errors"
	"net/url"
	"regexp"
	"time"

	"github.com/google/uuid"

	"teleconsult/notifications/bounce"
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
	// Bounces is how our own e-mails are recognised in what comes back.
	Bounces bounce.Identity
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
	return h.Ledger.Receive(ctx, Receipt{
		AttemptID:  attemptID,
		ProviderID: first(params["MessageSid"], params["SmsSid"]),
		Status:     first(params["MessageStatus"], params["SmsStatus"]),
		Code:       params["ErrorCode"],
	})
}

// Receipt is the SMS provider's word about one attempt.
type Receipt struct {
	AttemptID  string
	ProviderID string // its name for the message
	Status     string // its own word
	Code       string // why it failed, "" when it did not
}

// Receive stores a receipt and applies it after. Once it is stored, the answer is nil even when applying
// has to wait for the dispatcher. Receipts may come in any order and more than once. ErrMalformed is
// returned for one that lacks a part or has the wrong form.
func (l *Ledger) Receive(ctx context.Context, r Receipt) error {
	_, err := uuid.Parse(r.AttemptID)
	if err != nil || !twilioWord.MatchString(r.ProviderID) || !twilioWord.MatchString(r.Status) || r.Code != "" && !twilioWord.MatchString(r.Code) {
		return ErrMalformed
	}
	var id string
	err = l.InTx(ctx, func(ctx context.Context, ex Executor) (err error) {
		id, err = insertCallback(ctx, ex, l.Now(), callback{
			Provider: providerTwilio, AttemptID: r.AttemptID, SID: r.ProviderID, Status: r.Status, Code: r.Code,
		})
		return err
	})
	if err != nil || id == "" {
		return err
	}
	if err = l.ApplyCallback(ctx, id); err != nil {
		// It is stored: the dispatcher applies it at its next look.
		return nil //nolint:nilerr // see above
	}
	return nil
}

// twilioWord is the form of Twilio's ids, states and codes, and of nothing that a database refuses.
var twilioWord = regexp.MustCompile(`^[0-9A-Za-z_-]{1,64}$`)

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
			apply := l.applyTwilio
			if c.Provider == providerDSN {
				apply = l.applyBounce
			}
			if err = apply(ctx, ex, now, *c); err != nil {
				return err
			}
		}
		return callbackApplied(ctx, ex, now, c.ID)
	})
}

func (l *Ledger) applyTwilio(ctx context.Context, ex Executor, now time.Time, c callback) error {
	return l.alter(ctx, ex, c.MessageID, c.EncounterID, func(ctx context.Context, m held) (change, bool, error) {
		to := twilioStatus[c.Status]
		if to == "" && m.Status == StatusUnknown {
			to = StatusAccepted // whatever the word means: the provider has it
		}
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
			note.Suppress = true
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

// Tend does what time alone asks for: what is no longer useful expires, what rested after an unknown outcome
// goes once more, and callbacks are applied that a stop left behind. Leases are not its affair, see Lapsed.
func (l *Ledger) Tend(ctx context.Context) error {
	var due []subject
	var waiting []string
	err := l.InTx(ctx, func(ctx context.Context, ex Executor) (err error) {
		if due, err = overdue(ctx, ex, l.Now()); err != nil {
			return err
		}
		waiting, err = waitingCallbacks(ctx, ex, l.Now().Add(-callbackGrace))
		return err
	})
	if err != nil {
		return err
	}
	failures := []error{l.age(ctx, due)}
	for _, id := range waiting {
		failures = append(failures, l.ApplyCallback(ctx, id))
	}
	return errors.Join(failures...)
}

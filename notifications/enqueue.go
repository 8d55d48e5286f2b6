package notifications

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"teleconsult/templates"
)

// retryFor is how long a message is tried at most, counted from its first moment.
const retryFor = 48 * time.Hour

// Vault keeps what must not be readable in the database. Main gives it the functions of the
// server's secret box.
type Vault struct {
	// Seal encrypts and authenticates; Open is its inverse and fails for anything else.
	Seal, Open func([]byte) ([]byte, error)
	// Hash is a keyed hash: equal for equal input, and useless without the key.
	Hash func(string) []byte
}

// secrets are the parts of a message that open something.
type secrets struct {
	LinkToken string   `json:"linkToken,omitempty"`
	Calendar  Calendar `json:"calendar,omitzero"`
}

// NewMessage is a message to be sent.
type NewMessage struct {
	DepartmentID string
	EncounterID  string // "" for a message about no encounter
	Channel      Channel
	Recipient    string // e-mail address or E.164 number
	ReplyTo      string // e-mail only: the department's address
	Language     string // "fr" or "en"
	// Purpose is the name of Content when it is "".
	Purpose Purpose
	// Slot is what the message is for within its encounter, unique among those that are not cancelled;
	// "" for one that may be repeated.
	Slot string
	// Follows is the id of the message that this one takes the place of, on the next channel; "" for none.
	Follows string
	// Content is the template's typed parameters; its Link may be empty, see LinkToken.
	Content templates.Content
	// Wording is filled in by Enqueue: what the department says in place of the product's own words.
	Wording Wording
	// LinkToken is the secret of the personal page; the link is put together when the message is sent.
	LinkToken string
	// Calendar goes with an e-mail; the zero value when there is none.
	Calendar Calendar
	// Priority is PrioritySingle when it is zero.
	Priority Priority
	// NotBefore is now when it is zero. SMS: pass it through QuietHours first.
	NotBefore time.Time
	// ExpiresAt is when the message becomes useless. Zero, or more than 48 hours after NotBefore,
	// stands for 48 hours after NotBefore.
	ExpiresAt time.Time
}

// Errors of Enqueue for a message that is there already; nothing was written.
var (
	// ErrSlotTaken: another message, not cancelled, fills the slot of the encounter.
	ErrSlotTaken = errors.New("the slot is taken by another message")
	// ErrFollowed: another message follows the same one.
	ErrFollowed = errors.New("the message is followed by another one already")
)

// Outbox writes messages into the queue.
type Outbox struct {
	Vault Vault
	// PublicURL is where patients reach the server, without a slash at its end.
	PublicURL string
}

// Enqueue writes a message in the caller's transaction, to be sent once that has committed, and
// returns its id. A message that could not be sent at all (an unknown template or language, no
// recipient, a template that does not render) is an error now, not later; so are ErrSlotTaken and
// ErrFollowed.
func (o Outbox) Enqueue(ctx context.Context, ex Executor, now time.Time, m NewMessage) (string, error) {
	m = m.withDefaults(now)
	if err := m.check(); err != nil {
		return "", err
	}
	params, err := json.Marshal(m.Content)
	if err != nil {
		return "", fmt.Errorf("message parameters: %w", err)
	}
	row := newRow{
		ID: uuid.Must(uuid.NewV7()).String(), Params: string(params), NewMessage: m,
		Version: templates.Version(m.Content.Name(), m.Language),
	}
	if row.Wording, err = standingWording(ctx, ex, m); err != nil {
		return "", err
	}
	_, err = render(o.PublicURL, row.ID, m.Channel, m.Language, m.Content.Name(), params, secrets{LinkToken: m.LinkToken}, row.Wording)
	switch {
	case errors.Is(err, errWording):
		row.Wording = Wording{}
	case err != nil:
		return "", err
	}
	if m.LinkToken != "" || m.Calendar.Text != "" {
		plain, err := json.Marshal(secrets{LinkToken: m.LinkToken, Calendar: m.Calendar})
		if err != nil {
			return "", fmt.Errorf("message secrets: %w", err)
		}
		if row.Secrets, err = o.Vault.Seal(plain); err != nil {
			return "", fmt.Errorf("message secrets: %w", err)
		}
	}
	if err = insertMessage(ctx, ex, now, row); err != nil {
		return "", err
	}
	return row.ID, nil
}

func (m NewMessage) withDefaults(now time.Time) NewMessage {
	if m.Purpose == "" && m.Content != nil {
		m.Purpose = Purpose(m.Content.Name())
	}
	if m.Priority == 0 {
		m.Priority = PrioritySingle
	}
	if m.NotBefore.IsZero() {
		m.NotBefore = now
	}
	if last := m.NotBefore.Add(retryFor); m.ExpiresAt.IsZero() || m.ExpiresAt.After(last) {
		m.ExpiresAt = last
	}
	return m
}

func (m NewMessage) check() error {
	switch {
	case m.Content == nil:
		return errors.New("message without content")
	case m.Channel != ChannelEmail && m.Channel != ChannelSMS:
		return fmt.Errorf("unknown channel %q", m.Channel)
	case m.Recipient == "" || strings.ContainsAny(m.Recipient, "\r\n "):
		return errors.New("message without a usable recipient")
	case m.DepartmentID == "":
		return errors.New("message without a department")
	}
	return nil
}

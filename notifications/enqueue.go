package notifications

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
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
	Password  string   `json:"password,omitempty"`
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
	// Password is that of a document, for a message that gives it; it is sealed like the link.
	Password string
	// Calendar goes with an e-mail; the zero value when there is none.
	Calendar Calendar
	// Priority is PrioritySingle when it is zero.
	Priority Priority
	// NotBefore is now when it is zero. For an SMS outreach says when it may go.
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
	ids, err := o.EnqueueMany(ctx, ex, now, []NewMessage{m})
	switch {
	case err != nil:
		return "", err
	case ids[0] != "":
		return ids[0], nil
	}
	return "", whyNotWritten(ctx, ex, m.Follows)
}

// EnqueueMany is Enqueue for many messages in few statements. The ids are in the order of the messages; "" stands for
// one whose slot is taken or that follows what is followed already.
func (o Outbox) EnqueueMany(ctx context.Context, ex Executor, now time.Time, all []NewMessage) ([]string, error) {
	rows := make([]newRow, 0, len(all))
	p := newPreparation(o)
	for _, m := range all {
		row, err := p.prepare(ctx, ex, m.withDefaults(now))
		if err != nil {
			return nil, err
		}
		rows = append(rows, row)
	}
	return insertMessages(ctx, ex, now, rows)
}

// preparation is the work on several messages at once: what they have in common is looked up and tried once.
type preparation struct {
	outbox   Outbox
	wordings map[wordingKey]Wording
	// readable tells of contents that were rendered whether the department's words could be used.
	readable map[string]bool
}

func newPreparation(o Outbox) preparation {
	return preparation{outbox: o, wordings: map[wordingKey]Wording{}, readable: map[string]bool{}}
}

type wordingKey struct {
	department, template, language string
	channel                        Channel
}

// row is a message without its sealed part.
func (p *preparation) row(ctx context.Context, ex Executor, m NewMessage) (newRow, error) {
	if err := m.check(); err != nil {
		return newRow{}, err
	}
	params, err := json.Marshal(m.Content)
	if err != nil {
		return newRow{}, fmt.Errorf("message parameters: %w", err)
	}
	row := newRow{
		ID: uuid.Must(uuid.NewV7()).String(), Params: string(params), NewMessage: m,
		Version: templates.Version(m.Content.Name(), m.Language),
	}
	row.Wording, err = p.wording(ctx, ex, m)
	return row, err
}

// prepare makes the row of a message.
func (p *preparation) prepare(ctx context.Context, ex Executor, m NewMessage) (newRow, error) {
	row, err := p.row(ctx, ex, m)
	if err != nil {
		return newRow{}, err
	}
	worded, err := p.worded(row)
	if err != nil {
		return newRow{}, err
	}
	if !worded {
		row.Wording = Wording{}
	}
	if m.LinkToken != "" || m.Password != "" || m.Calendar.Text != "" {
		plain, err := json.Marshal(secrets{LinkToken: m.LinkToken, Password: m.Password, Calendar: m.Calendar})
		if err != nil {
			return newRow{}, fmt.Errorf("message secrets: %w", err)
		}
		if row.Secrets, err = p.outbox.Vault.Seal(plain); err != nil {
			return newRow{}, fmt.Errorf("message secrets: %w", err)
		}
	}
	return row, nil
}

func (p *preparation) wording(ctx context.Context, ex Executor, m NewMessage) (Wording, error) {
	key := wordingKey{m.DepartmentID, string(m.Content.Name()), m.Language, m.Channel}
	if w, known := p.wordings[key]; known {
		return w, nil
	}
	w, err := standingWording(ctx, ex, m)
	if err == nil {
		p.wordings[key] = w
	}
	return w, err
}

// likeness is the same for messages that differ in their link alone.
func (m newRow) likeness() string {
	return fmt.Sprintf("%s|%s|%s|%s|%t|%s", m.Content.Name(), m.Channel, m.Language, m.Wording.ID, m.LinkToken != "", m.Params)
}

// moments are times in the parameters of a message.
var moments = regexp.MustCompile(`\d{4}-\d{2}-\d{2}T[0-9:.]+Z`)

// worded renders a message to see that it can be sent, and tells whether in the department's words. Messages that
// differ in their link or in their hour alone are rendered once.
func (p *preparation) worded(row newRow) (bool, error) {
	key := moments.ReplaceAllString(row.likeness(), "") // another hour makes no words unreadable
	if ok, known := p.readable[key]; known {
		return ok, nil
	}
	_, err := renderText(p.outbox.PublicURL, row.ID, row.Channel, row.Language, row.Content.Name(), []byte(row.Params),
		secrets{LinkToken: row.LinkToken, Password: row.Password}, row.Wording)
	if err != nil && !errors.Is(err, errWording) {
		return false, err
	}
	p.readable[key] = err == nil
	return err == nil, nil
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
	case m.Channel != ChannelEmail && m.Channel != ChannelSMS && m.Channel != ChannelMSSante:
		return fmt.Errorf("unknown channel %q", m.Channel)
	case m.Recipient == "" || strings.ContainsAny(m.Recipient, "\r\n "):
		return errors.New("message without a usable recipient")
	case m.DepartmentID == "":
		return errors.New("message without a department")
	}
	return nil
}

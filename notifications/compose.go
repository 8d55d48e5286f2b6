package notifications

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"teleconsult/templates"
)

// Stored is what the queue keeps of a message that is to be sent.
type Stored struct {
	ID          string    `db:"id"`
	EncounterID string    `db:"encounter_id"` // "" for a message about no encounter
	Channel     Channel   `db:"channel"`
	Purpose     Purpose   `db:"purpose"`
	Recipient   string    `db:"recipient"`
	ReplyTo     string    `db:"reply_to"`
	Language    string    `db:"language"`
	Template    string    `db:"template"`
	Params      []byte    `db:"params"`  // JSON
	Secrets     []byte    `db:"secrets"` // sealed, nil when there are none
	Attempts    int       `db:"attempts"`
	ExpiresAt   time.Time `db:"expires_at"`
	WordingID   string    `db:"wording_id"`
	Subject     string    `db:"wording_subject"`
	Body        string    `db:"wording_body"`
}

// Version names the texts that the message is rendered with.
func (m Stored) Version() string { return templates.Version(templates.Name(m.Template), m.Language) }

// Errors of Compose. With ErrWording the message is whole, in the product's own words.
var (
	// ErrSecrets: the sealed part cannot be opened.
	ErrSecrets = errors.New("the sealed part of the message cannot be opened")
	// ErrWording: the department's words cannot be read.
	ErrWording = errWording
)

// Compose renders a stored message; AttemptID is left to who sends it.
func (o Outbox) Compose(m Stored) (Outgoing, error) {
	var s secrets
	if len(m.Secrets) > 0 {
		plain, err := o.Vault.Open(m.Secrets)
		if err != nil {
			return Outgoing{}, ErrSecrets
		}
		if err = json.Unmarshal(plain, &s); err != nil {
			return Outgoing{}, ErrSecrets
		}
	}
	wording := Wording{ID: m.WordingID, Subject: m.Subject, Body: m.Body}
	out, err := render(o.PublicURL, m.ID, m.Channel, m.Language, templates.Name(m.Template), m.Params, s, wording)
	if err != nil && !errors.Is(err, ErrWording) {
		return Outgoing{}, fmt.Errorf("render %s: %w", m.Template, err)
	}
	out.To, out.ReplyTo, out.ExpiresAt = m.Recipient, m.ReplyTo, m.ExpiresAt
	return out, err
}

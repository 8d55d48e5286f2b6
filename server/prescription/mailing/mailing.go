// Package mailing sends a document after a consultation: by secure health mail (MSSanté) to a pharmacist or into the
// patient's own health space, or by ordinary e-mail as a PDF under a password, once the risk was explained and accepted.
// It knows what became of each, with its proof.
//
// Sources: the hospital's tutorial of April 2020, stage 4; domain.md §5.
package mailing

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/google/uuid"

	"teleconsult/notifications/mssante"
	"teleconsult/server/db"
	"teleconsult/server/encounter"
	"teleconsult/server/fault"
	"teleconsult/server/prescription/document"
	"teleconsult/server/prescription/protect"
)

// Channel is the way a document goes.
type Channel string

// The channels.
const (
	MSSante Channel = "mssante"
	Email   Channel = "email"
)

// Addressee is who receives it.
type Addressee string

// The addressees.
const (
	Pharmacist Addressee = "pharmacist"
	Patient    Addressee = "patient"
)

// How somebody accepted the risk of ordinary e-mail.
const (
	Oral      = "oral"
	Telephone = "telephone"
	Written   = "written"
)

// State is how far a document is.
type State string

// The states. Sent is on its way, which proves nothing yet.
const (
	Sent      State = "sent"
	Delivered State = "delivered"
	Failed    State = "failed"
)

// Limits of a document, in bytes: operators of MSSanté take mails of so much.
const (
	mostMSSante = 10 << 20
	mostEmail   = document.MaxBytes
	maxName     = 200
)

// Progress is a fact about one document on its way.
type Progress struct {
	EncounterID, DepartmentID string
	// DeliveryID is that of the mailing.
	DeliveryID string
	// Channel is "mssante" or "email"; State "sent", "delivered" or "failed".
	Channel, State string
	// Proof is one line in French.
	Proof string
	// StaffID is "" when the system found it out.
	StaffID string
	// RiskAcceptedBy is who accepted the risk of ordinary e-mail, "" for MSSanté.
	RiskAcceptedBy string
	At             time.Time
}

// Service sends documents and follows them.
type Service struct {
	Encounters *encounter.Service
	Protector  *protect.Protector
	// MSSante and Directory tell whether there is an operator, and a directory, to talk to.
	MSSante, Directory bool
	// Progress, when given, is told of every fact in the fact's transaction.
	Progress func(ctx context.Context, tx db.Tx, p Progress) error
}

// Risk says who accepted the risk of ordinary e-mail.
type Risk struct {
	AcceptedBy string
	// How is oral, telephone or written.
	How string
	At  time.Time
}

// Order is a document and where it is to go.
type Order struct {
	// ID is chosen by who orders: the same order again sends nothing.
	ID        string
	Channel   Channel
	Addressee Addressee
	// Address and Name are the pharmacist's; the patient's address is known.
	Address, Name string
	// Risk is for ordinary e-mail.
	Risk    Risk
	Content []byte
}

// Normalise brings texts into one line and drops what has no meaning for the channel.
func (o Order) Normalise(now time.Time) Order {
	o.Address, o.Name, o.Risk.AcceptedBy = oneLine(o.Address), oneLine(o.Name), oneLine(o.Risk.AcceptedBy)
	if o.Channel != Email {
		o.Risk = Risk{}
	} else if o.Risk.At.IsZero() {
		o.Risk.At = now
	}
	if o.Addressee != Pharmacist {
		o.Address, o.Name = "", ""
	}
	return o
}

// longAgo is how far back an acceptance may lie that is recorded only now.
const longAgo = 48 * time.Hour

// Check says which rules a normalised order breaks, all at once.
func (o Order) Check(now time.Time) error {
	var all []fault.Violation
	add := func(field, code, message string) {
		all = append(all, fault.Violation{Field: field, Code: code, Message: message})
	}
	if uuid.Validate(o.ID) != nil || len(o.ID) != len(uuid.Nil.String()) {
		add("id", "invalid_id", "Cet identifiant n’est pas valable.")
	}
	switch o.Channel {
	case MSSante:
		o.checkMSSante(add)
	case Email:
		o.checkEmail(add, now)
	default:
		add("channel", "channel_unknown", "Choisissez la MSSanté ou l’e-mail.")
	}
	if len([]rune(o.Name)) > maxName {
		add("name", "too_long", "200 caractères au plus.")
	}
	if len([]rune(o.Risk.AcceptedBy)) > maxName {
		add("riskAcceptedBy", "too_long", "200 caractères au plus.")
	}
	most := mostEmail
	if o.Channel == MSSante {
		most = mostMSSante
	}
	return withFile(all, document.Check(o.Content, most))
}

func (o Order) checkMSSante(add func(field, code, message string)) {
	switch o.Addressee {
	case Pharmacist:
		if _, err := mssante.Professional(o.Address); err != nil {
			add("address", "address_not_mssante", "Cette adresse n’est pas celle d’un professionnel dans l’espace MSSanté : elle se termine par « .mssante.fr ».")
		}
	case Patient:
	default:
		add("addressee", "addressee_unknown", "Choisissez le pharmacien ou le patient.")
	}
}

func (o Order) checkEmail(add func(field, code, message string), now time.Time) {
	if o.Addressee != Patient {
		add("addressee", "email_to_patient_only", "L’e-mail ordinaire ne sert qu’à écrire au patient. Pour le pharmacien, utilisez la MSSanté.")
	}
	if o.Risk.AcceptedBy == "" {
		add("riskAcceptedBy", "risk_not_accepted",
			"L’e-mail ordinaire n’est pas sécurisé : expliquez le risque, puis indiquez qui l’a accepté (patient ou représentant légal).")
	}
	if !slices.Contains([]string{Oral, Telephone, Written}, o.Risk.How) {
		add("riskAcceptedHow", "risk_how_missing", "Indiquez comment le risque a été accepté : de vive voix, par téléphone ou par écrit.")
	}
	if o.Risk.At.After(now.Add(2*time.Minute)) || o.Risk.At.Before(now.Add(-longAgo)) {
		add("riskAcceptedAt", "time_impossible", "Cette heure est dans le futur ou trop ancienne.")
	}
}

// withFile adds what is wrong with the file to the other violations.
func withFile(all []fault.Violation, err error) error {
	if of, ok := err.(*fault.Error); ok { //nolint:errorlint // as document.Check made it
		all = append(all, of.Violations...)
	}
	return fault.Invalid(all...)
}

// mail is what is stored of one document on its way.
type mail struct {
	ID            string     `db:"id"`
	EncounterID   string     `db:"encounter_id"`
	DepartmentID  string     `db:"department_id"`
	DocumentID    string     `db:"document_id"`
	Channel       Channel    `db:"channel"`
	Addressee     Addressee  `db:"addressee"`
	AddresseeName string     `db:"addressee_name"`
	MessageID     string     `db:"message_id"`
	PasswordBy    string     `db:"password_by"`
	PasswordID    string     `db:"password_message_id"`
	RiskBy        string     `db:"risk_accepted_by"`
	RiskHow       string     `db:"risk_accepted_how"`
	RiskAt        *time.Time `db:"risk_accepted_at"`
	SentBy        string     `db:"sent_by"`
	SentByName    string     `db:"sent_by_name"`
	SentAt        time.Time  `db:"sent_at"`
	// of its messages
	Recipient      string `db:"recipient"`
	Status         string `db:"status"`
	Code           string `db:"code"`
	Receipt        string `db:"receipt"` // the sentence of the receipt that proved the arrival
	PasswordStatus string `db:"password_status"`
	PasswordCode   string `db:"password_code"`

	events []event
}

// event is something that became of it.
type event struct {
	MailID string    `db:"document_mail_id"`
	At     time.Time `db:"at"`
	Kind   string    `db:"kind"`
	Proof  string    `db:"proof"`
}

// Kinds of events that are no states.
const (
	kindRead, kindRefused, kindTold = "read", "refused", "password-told"
)

// last is the newest event of a kind, nil when there is none.
func (m *mail) last(kinds ...string) *event {
	for i := len(m.events) - 1; i >= 0; i-- {
		if slices.Contains(kinds, m.events[i].Kind) {
			return &m.events[i]
		}
	}
	return nil
}

// stands is the state that was last recorded.
func (m *mail) stands() State {
	if e := m.last(string(Sent), string(Delivered), string(Failed)); e != nil {
		return State(e.Kind)
	}
	return ""
}

// failures are the states of a message from which nothing arrives any more.
func lost(status string) bool {
	return slices.Contains([]string{"undelivered", "expired", "cancelled"}, status)
}

// state follows from the facts: a document that the recipient's software refused, or whose password never came, has
// failed however well it travelled; one whose password was not told yet cannot be read.
func (m *mail) state() State {
	switch {
	case m.last(kindRefused) != nil, lost(m.Status), lost(m.PasswordStatus):
		return Failed
	case m.Status == "delivered" && (m.PasswordBy != byTelephone || m.last(kindTold) != nil):
		return Delivered
	}
	return Sent
}

// The ways of a password.
const bySMS, byTelephone = "sms", "telephone"

func oneLine(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }), " ")
}

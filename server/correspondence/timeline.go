package correspondence

import (
	"math"
	"time"

	"teleconsult/notifications"
	"teleconsult/notifications/explain"
)

// MessageTimeline is one message with everything that became of it. It never holds the personal link.
type MessageTimeline struct {
	ID          string        `json:"id" format:"uuid"`
	Purpose     string        `json:"purpose"`
	Channel     string        `json:"channel" enum:"email,sms,mssante"`
	To          string        `json:"to" doc:"Masked."`
	Language    string        `json:"language" enum:"fr,en"`
	Status      string        `json:"status"`
	Word        string        `json:"word" doc:"en file, envoyé, remis, lu, non remis"`
	QueuedAt    time.Time     `json:"queuedAt"`
	NotBefore   time.Time     `json:"notBefore"`
	ExpiresAt   time.Time     `json:"expiresAt"`
	At          time.Time     `json:"at" doc:"When the present state was reached."`
	ReadAt      *time.Time    `json:"readAt,omitempty"`
	Follows     string        `json:"follows,omitempty" doc:"The message that this one takes the place of."`
	FollowedBy  string        `json:"followedBy,omitempty"`
	Subject     string        `json:"subject,omitempty" doc:"E-mail only."`
	Segments    int           `json:"segments,omitempty" doc:"SMS only: the parts it is paid in, counted before it is sent."`
	CostCents   *float64      `json:"costCents,omitempty" doc:"In hundredths of costCurrency; none for an e-mail."`
	Currency    string        `json:"costCurrency,omitempty" doc:"ISO 4217."`
	Estimated   bool          `json:"costEstimated" doc:"The provider has not said its price yet."`
	Code        string        `json:"code,omitempty" doc:"The provider's last code."`
	Explanation string        `json:"explanation,omitempty"`
	CanWithdraw bool          `json:"canWithdraw"`
	CanResend   bool          `json:"canResend"`
	Steps       []MessageStep `json:"steps" doc:"Oldest first."`
}

// MessageStep is one thing that happened to a message, or is about to.
type MessageStep struct {
	At   time.Time `json:"at"`
	Kind string    `json:"kind" enum:"queued,sending,accepted,delivered,retry,undelivered,unknown,expired,cancelled,read,receipt,followed,planned"`
	Text string    `json:"text" doc:"In French."`
	Code string    `json:"code,omitempty" doc:"The provider's."`
}

// message is a row of the queue with what was logged about it.
type message struct {
	ID, Purpose, Channel, Recipient, Language, Status, Code string
	Segments                                                int
	PriceMicros                                             int64
	PriceCurrency                                           string
	Follows                                                 string
	CreatedAt, NotBefore, ExpiresAt                         time.Time
	CancelAsked                                             bool
	// Subject is what an e-mail was written with.
	Subject string
	Events  []event
}

// event is one row of message_event.
type event struct {
	At     time.Time `json:"at"`
	Kind   string    `json:"kind"`
	Code   string    `json:"code"`
	Detail string    `json:"detail"`
}

// readAt is when the patient proved the birth date on the page after it was sent, zero when that did not happen.
func (m message) readAt() time.Time {
	for _, e := range m.Events {
		if e.Kind == "read" {
			return e.At
		}
	}
	return time.Time{}
}

// reachedAt is when the present state was reached.
func (m message) reachedAt() time.Time {
	at := m.CreatedAt
	for _, e := range m.Events {
		if e.Kind != "read" && e.Kind != "receipt" && e.At.After(at) {
			at = e.At
		}
	}
	return at
}

// waits tells whether the message can still be taken back: it has not left, and nobody is sending it right now.
func (m message) waits() bool {
	status := notifications.Status(m.Status)
	return status == notifications.StatusQueued ||
		status == notifications.StatusUnknown && m.Channel == string(notifications.ChannelEmail) && !m.CancelAsked
}

// timeline is what is shown of a message among the others of its encounter; cents is what one part of an SMS costs
// in the department, for an estimate until the provider says its price.
func (m message) timeline(others []message, cents float64, zone *time.Location) MessageTimeline {
	read := m.readAt()
	t := MessageTimeline{
		ID: m.ID, Purpose: m.Purpose, Channel: m.Channel, To: notifications.Mask(notifications.Channel(m.Channel), m.Recipient),
		Language: m.Language, Status: m.Status, Word: notifications.Status(m.Status).Word(!read.IsZero()), QueuedAt: m.CreatedAt.UTC(),
		NotBefore: m.NotBefore.UTC(), ExpiresAt: m.ExpiresAt.UTC(), At: m.reachedAt().UTC(), Follows: m.Follows, Subject: m.Subject,
		Segments: m.Segments, Code: m.Code, Explanation: explain.Code(m.Code), CanWithdraw: m.waits(),
	}
	if !read.IsZero() {
		at := read.UTC()
		t.ReadAt = &at
	}
	for _, o := range others {
		if o.Follows == m.ID {
			t.FollowedBy = o.ID
		}
	}
	t.cost(m, cents)
	t.Steps = m.steps(others, zone)
	return t
}

func (t *MessageTimeline) cost(m message, cents float64) {
	if m.Channel != string(notifications.ChannelSMS) || m.Status == string(notifications.StatusCancelled) {
		return
	}
	if m.PriceMicros > 0 {
		paid := math.Round(float64(m.PriceMicros)/100) / 100
		t.CostCents, t.Currency = &paid, m.PriceCurrency
		return
	}
	expected := math.Round(float64(m.Segments)*cents*100) / 100
	t.CostCents, t.Currency, t.Estimated = &expected, "EUR", true
}

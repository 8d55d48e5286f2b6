package notifications

import (
	"context"
	"time"
)

// Outgoing is one rendered message on its way to a provider.
type Outgoing struct {
	// MessageID is the same over all attempts: the left part of the SMTP Message-ID.
	MessageID string
	// AttemptID is of this attempt alone: the parameter of Twilio's status callback.
	AttemptID string
	To        string // e-mail address or E.164 number
	ReplyTo   string // e-mail only; "" when there is none
	Subject   string // e-mail only
	Text      string
	HTML      string   // e-mail only
	Calendar  Calendar // e-mail only; the zero value when there is none
	Language  string   // "fr" or "en"
	// Document is the id of what is enclosed, "" for nothing; package enclose fetches it.
	Document string
	// Attachments and Headers are added to an e-mail.
	Attachments []Attachment
	Headers     map[string]string
	// ExpiresAt is when the message becomes useless; providers that can, drop it then.
	ExpiresAt time.Time
}

// Attachment is a file that goes with an e-mail.
type Attachment struct {
	Name, Type string // file name, MIME type
	Content    []byte
}

// Calendar is an iCalendar object that goes with an e-mail. It holds the personal link, so it is
// kept sealed.
type Calendar struct {
	Method string `json:"method,omitempty"` // REQUEST or CANCEL
	Text   string `json:"text,omitempty"`   // the whole object, lines ended by CRLF
}

// Verdict is what one attempt ended in.
type Verdict string

// The verdicts.
const (
	VerdictAccepted    Verdict = "accepted"    // the provider took it
	VerdictRetry       Verdict = "retry"       // nothing was taken; another time may help
	VerdictUndelivered Verdict = "undelivered" // refused for good
	VerdictUnknown     Verdict = "unknown"     // it may have been taken
)

// Result is what a Sender has to say about one attempt.
type Result struct {
	Verdict Verdict
	// Code is the provider's ("21610", "550 5.1.1") or one of ours.
	Code string
	// Detail is the provider's sentence, for people who look for the cause.
	Detail string
	// ProviderID is the provider's name for the message (Twilio SID).
	ProviderID string
	// RetryAfter is how long the provider asked to wait; 0 when it did not.
	RetryAfter time.Duration
	// Segments is the number of SMS parts.
	Segments int
	// Suppress says that the recipient refused this channel for good.
	Suppress bool
	// PriceMicros is what the provider asked for it, in millionths of PriceCurrency (ISO 4217); 0 and ""
	// when it did not say so.
	PriceMicros   int64
	PriceCurrency string
}

// Sender hands one message to a provider. It obeys ctx, never panics on input, and answers with the
// verdict that never lies: when in doubt, VerdictUnknown.
type Sender interface {
	Send(ctx context.Context, m Outgoing) Result
}

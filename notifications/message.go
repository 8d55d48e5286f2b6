// Package notifications sends what the product has to say to patients, and knows what became of it.
//
// The message table is the queue: a use case writes a message in its own transaction (Outbox.Enqueue),
// a Dispatcher claims it with a lease, sends it with no transaction open, and marks the outcome.
// Providers' receipts come in through Hooks. The state machine is Status; nothing is ever called
// delivered without a receipt.
//
// The package never imports the server: it works on an Executor (a transaction somebody else opened)
// and reports every change of state through a callback in the same transaction.
package notifications

import (
	"slices"
	"strings"
)

// Channel is a way to reach a person.
type Channel string

// The channels.
const (
	ChannelEmail Channel = "email"
	ChannelSMS   Channel = "sms"
	// ChannelMSSante is secure health mail (MSSanté): e-mail between mailboxes of one trust space.
	ChannelMSSante Channel = "mssante"
)

// Purpose is what a message is for; each but PurposeTest has a template of the same name.
type Purpose string

// The purposes.
const (
	PurposeNotice             Purpose = "notice"
	PurposeConsentReminder    Purpose = "consent-reminder" // the agreement is still missing
	PurposeInvitation         Purpose = "invitation"
	PurposeLinkTest           Purpose = "link-test" // the device has not been tried
	PurposeReminder           Purpose = "reminder"
	PurposeDelay              Purpose = "delay" // the practitioner is late
	PurposeCancellation       Purpose = "cancellation"
	PurposePrescriptionNotice Purpose = "prescription-notice"
	// PurposeDocumentLink and PurposeDocumentPassword go by two ways, and neither is ever sent by the other's.
	PurposeDocumentLink     Purpose = "document-link"
	PurposeDocumentMail     Purpose = "document-mail" // brings a document
	PurposeDocumentPassword Purpose = "document-password"
	PurposeDayDigest        Purpose = "day-digest" // to staff: how much waits for them; belongs to no encounter
	PurposeTest             Purpose = "test"       // a department tries its wording; belongs to no encounter
)

// Priority orders the queue; a lower number goes first.
type Priority int

// The priorities. The zero value of a NewMessage stands for PrioritySingle.
const (
	PriorityWaiting Priority = 1 // a patient waits for it now
	PrioritySingle  Priority = 2 // one message that somebody just asked for
	PriorityBulk    Priority = 3 // one of many
)

// Status is the state of a message.
type Status string

// The states.
const (
	// StatusQueued waits for its time or for a free worker, also between two attempts.
	StatusQueued Status = "queued"
	// StatusSending is held by one dispatcher, until its lease expires.
	StatusSending Status = "sending"
	// StatusAccepted was taken by a provider, which is not yet the person.
	StatusAccepted Status = "accepted"
	// StatusDelivered has a provider's receipt.
	StatusDelivered Status = "delivered"
	// StatusUndelivered was refused for good, or a receipt says that it did not arrive.
	StatusUndelivered Status = "undelivered"
	// StatusUnknown may or may not have been taken: the connection died before the answer.
	StatusUnknown Status = "unknown"
	// StatusExpired was not sent before it became useless.
	StatusExpired Status = "expired"
	// StatusCancelled was taken back before it was sent.
	StatusCancelled Status = "cancelled"
)

// Statuses lists every state, in the order of a message's life.
func Statuses() []Status {
	return []Status{
		StatusQueued, StatusSending, StatusAccepted, StatusDelivered,
		StatusUndelivered, StatusUnknown, StatusExpired, StatusCancelled,
	}
}

// transitions is the whole machine. A receipt is a fact and beats what was inferred from silence
// (queued again after a lapsed lease, unknown, expired, cancelled instead of one more try); facts never go back.
var transitions = map[Status][]Status{
	// accepted, delivered, undelivered: the late word of an attempt whose lease had lapsed, or its receipt
	StatusQueued: {StatusSending, StatusAccepted, StatusDelivered, StatusUndelivered, StatusExpired, StatusCancelled},
	// delivered, undelivered: a receipt that overtook the provider's own answer;
	// queued: try again; cancelled: taken back while it was being tried, and not taken by the provider
	StatusSending: {
		StatusQueued, StatusAccepted, StatusDelivered, StatusUndelivered, StatusUnknown, StatusCancelled,
	},
	StatusAccepted: {StatusDelivered, StatusUndelivered},
	// queued: an e-mail is tried once more with the same Message-ID, an SMS when the provider's list proves that it
	// was never taken; cancelled: instead of that
	StatusUnknown: {
		StatusQueued, StatusAccepted, StatusDelivered, StatusUndelivered, StatusExpired, StatusCancelled,
	},
	StatusExpired:     {StatusDelivered},
	StatusDelivered:   {},
	StatusUndelivered: {},
	StatusCancelled:   {StatusDelivered},
}

// CanBecome reports whether a message may go from s to next.
func (s Status) CanBecome(next Status) bool { return slices.Contains(transitions[s], next) }

// Sendable reports whether a message in this state may still be sent (again). Only then are its
// secrets kept.
func (s Status) Sendable() bool {
	return s == StatusQueued || s == StatusSending || s == StatusUnknown
}

// Final reports whether nothing more is expected to happen. An accepted message is not final: its
// receipt may come.
func (s Status) Final() bool {
	return s == StatusDelivered || s == StatusUndelivered || s == StatusExpired || s == StatusCancelled
}

// Word is what people read: en file, envoyé, remis, lu, non remis. Read is the patient's birth-date
// proof on the personal page, which says more than any provider's receipt.
func (s Status) Word(read bool) string {
	if read {
		return "lu"
	}
	switch s {
	case StatusQueued, StatusSending, StatusUnknown:
		// unknown: it is not known to have left, so it is not called sent
		return "en file"
	case StatusAccepted:
		return "envoyé"
	case StatusDelivered:
		return "remis"
	case StatusUndelivered, StatusExpired, StatusCancelled:
		return "non remis"
	}
	return "non remis"
}

// Mask is a recipient as it may be shown on a screen, with what a secretary needs to recognise it:
// j•••@exemple.fr, •• •• •• 12 34.
func Mask(channel Channel, recipient string) string {
	if channel != ChannelSMS {
		local, host, ok := strings.Cut(recipient, "@")
		if !ok || local == "" {
			return "•••"
		}
		return string([]rune(local)[:1]) + "•••@" + host
	}
	if len(recipient) < 8 {
		return "•• ••"
	}
	end := recipient[len(recipient)-4:]
	return "•• •• •• " + end[:2] + " " + end[2:]
}

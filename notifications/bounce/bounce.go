// Package bounce reads what comes back to the envelope sender of our e-mails: notifications about their
// delivery, automatic answers, complaints, and answers of people.
//
// Parse is pure: it says what a mail is, which message it is about and how sure that is. Reader fetches
// such mails from an IMAP mailbox. What a report does to a message is decided by package notifications.
package bounce

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strings"

	"github.com/emersion/go-message"
	_ "github.com/emersion/go-message/charset" // words of old servers in other charsets than UTF-8
)

// Limits of what is read of one mail. What is beyond them is ignored: the part that counts comes first.
const (
	// MaxSize is how many bytes of a mail are looked at.
	MaxSize = 1 << 20

	maxDepth      = 8  // parts within parts
	maxParts      = 64 // of all depths together
	maxRecipients = 20
	maxCandidates = 64 // addresses that are tried for the mark of a message
)

// Kind is what a mail is.
type Kind string

// The kinds.
const (
	KindDelivery  Kind = "delivery"   // says what became of a message: Report.Recipients
	KindAutoReply Kind = "auto-reply" // an absence, an acknowledgement, a read receipt: no bounce (RFC 3834)
	KindComplaint Kind = "complaint"  // the recipient's provider was told that it is unwanted (RFC 5965)
	KindHuman     Kind = "human"      // a person answered
	KindUnknown   Kind = "unknown"    // a machine wrote it, and it is not clear what it means
)

// Action is what a server did with a message (RFC 3464, 2.3.3).
type Action string

// The actions.
const (
	ActionFailed    Action = "failed"    // given up for good, whatever the status says
	ActionDelayed   Action = "delayed"   // not yet; the server goes on trying
	ActionDelivered Action = "delivered" // it is in the recipient's mailbox
	ActionRelayed   Action = "relayed"   // passed on to a server that sends no notifications
	ActionExpanded  Action = "expanded"  // passed on to several addresses
)

// Report is a mail that came back, understood.
type Report struct {
	Kind Kind
	// Key names the mail, the same whichever way it came.
	Key string
	// MessageID is the message that it is about, "" when that cannot be told.
	MessageID string
	// Proven says that MessageID stands on an authenticated envelope address. Without it anybody who
	// guesses a Message-ID could have written the report.
	Proven bool
	// Recipients is what became of the message; only of KindDelivery.
	Recipients []Recipient
	// FromPerson says that a person sent the report on: the mail around it is theirs.
	FromPerson bool
}

// Identity is how our own messages are recognised.
type Identity struct {
	// VERP reads and authenticates the envelope sender of a message; nil when there are none.
	VERP func(address string) (messageID string, ok bool)
	// Host is the right part of our Message-IDs.
	Host string
}

// ErrUnreadable is returned for bytes that are no mail.
var ErrUnreadable = errors.New("the bytes are no mail")

// Parse says what a mail is. It accepts what broken servers write, looks at no more than MaxSize bytes,
// and returns ErrUnreadable when there is not even a header.
func Parse(raw []byte, own Identity) (Report, error) {
	raw = raw[:min(len(raw), MaxSize)]
	if bytes.HasPrefix(raw, []byte("From ")) { // the first line of a mailbox file
		_, raw, _ = bytes.Cut(raw, []byte("\n"))
	}
	entity, err := message.Read(bytes.NewReader(raw))
	if entity == nil || unusable(err) || entity.Header.Len() == 0 {
		return Report{}, ErrUnreadable
	}
	s := &search{own: own}
	s.header(entity.Header)
	s.walk(entity, 0, false)
	r := Report{Key: key(entity.Header, raw), FromPerson: s.nested && !automatic(entity.Header)}
	r.MessageID, r.Proven = s.identify(entity.Header)
	switch {
	case len(s.recipients) > 0:
		r.Kind, r.Recipients = KindDelivery, s.recipients
	case s.complaint:
		r.Kind = KindComplaint
	case s.report:
		r.Kind = KindUnknown
	default:
		if found, ok := oldBounce(entity.Header, s.text); ok && r.Proven {
			r.Kind, r.Recipients = KindDelivery, []Recipient{found}
		} else {
			r.Kind = kindOf(entity.Header, s.receipt)
		}
	}
	return r, nil
}

// unusable tells errors that leave nothing to read from those that only concern a charset or an encoding.
func unusable(err error) bool {
	return err != nil && !message.IsUnknownCharset(err) && !message.IsUnknownEncoding(err)
}

// key is a hash of the Message-ID, or of the body where there is none: header fields differ between
// the ways on which the same mail may come.
func key(h message.Header, raw []byte) string {
	name := []byte(strings.TrimSpace(h.Get("Message-Id")))
	if len(name) == 0 {
		_, body, found := bytes.Cut(bytes.ReplaceAll(raw, []byte("\r\n"), []byte("\n")), []byte("\n\n"))
		if name = body; !found {
			name = raw
		}
	}
	sum := sha256.Sum256(name)
	return hex.EncodeToString(sum[:16])
}

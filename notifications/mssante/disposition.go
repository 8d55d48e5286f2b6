package mssante

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"mime"
	"net/textproto"
	"regexp"
	"strings"

	"github.com/emersion/go-message"
	_ "github.com/emersion/go-message/charset" // words in other charsets than UTF-8
	"github.com/google/uuid"

	"teleconsult/notifications/bounce"
)

// Kind is what became of a mail at its recipient's (RFC 8098, 3.2.6).
type Kind string

// The kinds.
const (
	Processed Kind = "processed" // the recipient's software took the document in
	Displayed Kind = "displayed" // a person has seen it
	Refused   Kind = "refused"   // the software could not take the document in
	Deleted   Kind = "deleted"   // it was deleted unseen, or dispatched elsewhere: says nothing of an arrival
)

// Disposition is a notification about a mail of ours, understood.
type Disposition struct {
	Kind Kind
	// MessageID is the left part of the Message-ID of our mail.
	MessageID string
	// Recipient is the address that reports, as it names itself; Original the one that was written to. Either may be "".
	Recipient, Original string
	// Code and Label say why the software refused, where it says so.
	Code, Label string
	// Key names the notification, the same however often it comes.
	Key string
}

// ErrNoDisposition is returned for a mail that is no notification of this sort.
var ErrNoDisposition = errors.New("the mail is no disposition notification")

// Limits of what is read.
const (
	maxParts = 32
	maxLabel = 200
)

// Parse reads a notification about a mail whose Message-ID has host as its right part.
//
// The form is RFC 8098's, as MSSanté uses it: "automatic-action/MDN-sent-automatically; processed" proves that the
// document was taken in, "…; processed/Error: code^label", or the subject "[KO Intégration système !][code] …", that it
// was not.
func Parse(raw []byte, host string) (Disposition, error) {
	entity, err := message.Read(bytes.NewReader(raw[:min(len(raw), bounce.MaxSize)]))
	if entity == nil || err != nil && !message.IsUnknownCharset(err) && !message.IsUnknownEncoding(err) {
		return Disposition{}, ErrNoDisposition
	}
	fields := notificationOf(entity)
	if fields == nil {
		return Disposition{}, ErrNoDisposition
	}
	d := Disposition{
		MessageID: ourID(fields.Get("Original-Message-Id"), host),
		Recipient: address(fields.Get("Final-Recipient")), Original: address(fields.Get("Original-Recipient")),
	}
	d.read(fields)
	if code, ok := refusalInSubject(entity.Header); ok {
		d.Kind = Refused
		if d.Code == "" {
			d.Code = code
		}
	}
	if d.Kind == "" || d.MessageID == "" {
		return Disposition{}, ErrNoDisposition
	}
	sum := sha256.Sum256([]byte(strings.Join([]string{
		entity.Header.Get("Message-Id"), d.MessageID, string(d.Kind), d.Recipient, d.Code,
	}, "\x00")))
	d.Key = hex.EncodeToString(sum[:16])
	return d, nil
}

// notificationOf finds the part for machines, nil without one. Notifications within a mail that was sent on are none.
func notificationOf(e *message.Entity) textproto.MIMEHeader {
	parts := e.MultipartReader()
	if parts == nil {
		return nil
	}
	defer func() { _ = parts.Close() }()
	for range maxParts {
		p, err := parts.NextPart()
		if p == nil || err != nil && !message.IsUnknownCharset(err) && !message.IsUnknownEncoding(err) {
			return nil
		}
		kind, _, err := p.Header.ContentType()
		if err != nil || !strings.HasSuffix(kind, "disposition-notification") || !strings.HasPrefix(kind, "message/") {
			continue
		}
		body, _ := io.ReadAll(io.LimitReader(p.Body, bounce.MaxSize)) // what breaks off is read as far as it goes
		return fieldsOf(string(body))
	}
	return nil
}

// fieldsOf reads fields, folded or not; the first word on a name counts.
func fieldsOf(text string) textproto.MIMEHeader {
	fields, name := textproto.MIMEHeader{}, ""
	for line := range strings.SplitSeq(strings.ReplaceAll(strings.ToValidUTF8(text, "�"), "\r\n", "\n"), "\n") {
		line = strings.Map(printable, line)
		if line == "" {
			continue
		}
		if (line[0] == ' ' || line[0] == '\t') && name != "" {
			fields[name][0] += " " + strings.TrimSpace(line)
			continue
		}
		key, value, ok := strings.Cut(line, ":")
		if name = textproto.CanonicalMIMEHeaderKey(strings.TrimSpace(key)); !ok || len(fields[name]) > 0 {
			name = ""
			continue
		}
		fields[name] = []string{strings.TrimSpace(value)}
	}
	return fields
}

func printable(r rune) rune {
	if r < ' ' && r != '\t' || r == 0x7f {
		return ' '
	}
	return r
}

// errorMark separates what became of the mail from why: "processed/Error: code^label", "processed/error".
var errorMark = regexp.MustCompile(`(?i)/\s*(?:error|failure)\b\s*:?`)

// read understands the disposition.
func (d *Disposition) read(fields textproto.MIMEHeader) {
	// the mode is not told apart: what counts is what became of the mail
	disposition := fields.Get("Disposition")
	if _, what, ok := strings.Cut(disposition, ";"); ok {
		disposition = what
	}
	word, reason, failed := disposition, "", false
	if at := errorMark.FindStringIndex(disposition); at != nil {
		word, reason, failed = disposition[:at[0]], disposition[at[1]:], true
	}
	word, _, _ = strings.Cut(strings.ToLower(strings.TrimSpace(word)), "/")
	switch strings.TrimSpace(word) {
	case "processed":
		d.Kind = Processed
	case "displayed":
		d.Kind = Displayed
	case "deleted", "dispatched", "denied":
		d.Kind = Deleted
	case "failed":
		d.Kind, failed = Refused, true
	default:
		return
	}
	if !failed {
		return
	}
	d.Kind = Refused
	if strings.TrimSpace(reason) == "" { // RFC 8098 has fields of their own for it
		for _, name := range []string{"Error", "Failure"} {
			if reason = fields.Get(name); reason != "" {
				break
			}
		}
	}
	code, label, _ := strings.Cut(reason, "^")
	d.Code, d.Label = short(code), short(label)
}

// refusalPattern is the subject of a refusal: "[KO Intégration système !][code] XDM/1.0/DDM+…".
var refusalPattern = regexp.MustCompile(`(?i)^\s*\[\s*KO\b[^\]]*\]\s*(?:\[([^\]]*)\])?`)

func refusalInSubject(h message.Header) (code string, ok bool) {
	subject, err := (&mime.WordDecoder{}).DecodeHeader(h.Get("Subject"))
	if err != nil {
		subject = h.Get("Subject")
	}
	found := refusalPattern.FindStringSubmatch(subject)
	if found == nil {
		return "", false
	}
	return short(found[1]), true
}

// short is a text of another's making as it is kept.
func short(s string) string {
	s = strings.Join(strings.Fields(strings.Map(printable, strings.ToValidUTF8(s, "�"))), " ")
	if len(s) > maxLabel {
		s = strings.ToValidUTF8(s[:maxLabel], "")
	}
	return s
}

// address takes the type off "rfc822; a@b.mssante.fr".
func address(value string) string {
	if _, rest, ok := strings.Cut(value, ";"); ok {
		value = rest
	}
	value = strings.ToLower(strings.Trim(strings.TrimSpace(value), "<>"))
	if len(value) > 320 || strings.ContainsAny(value, " \t") {
		return ""
	}
	return value
}

// ourID is the id in a Message-ID of ours, "" for another's.
func ourID(messageID, host string) string {
	local, domain, _ := strings.Cut(strings.Trim(strings.TrimSpace(messageID), "<>"), "@")
	if id, err := uuid.Parse(local); err == nil && host != "" && strings.EqualFold(domain, host) {
		return id.String()
	}
	return ""
}

// Report is the notification in the words of a delivery report; false when it says nothing of an arrival.
func (d Disposition) Report() (bounce.Report, bool) {
	to := bounce.Recipient{Final: d.Recipient, Original: d.Original}
	switch d.Kind {
	case Processed, Displayed:
		to.Action, to.Status, to.Diagnostic = bounce.ActionDelivered, "2.0.0", "MDN "+string(d.Kind)
	case Refused:
		to.Action, to.Status = bounce.ActionFailed, "5.6.0"
		to.Diagnostic = strings.TrimSpace("MDN KO " + d.Code + " " + d.Label)
	case Deleted:
		return bounce.Report{}, false
	}
	return bounce.Report{Kind: bounce.KindDelivery, Key: d.Key, MessageID: d.MessageID, Recipients: []bounce.Recipient{to}}, true
}

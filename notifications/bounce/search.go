package bounce

import (
	"bytes"
	"io"
	"regexp"
	"strings"

	"github.com/emersion/go-message"
	"github.com/google/uuid"
)

// search goes through the parts of a mail and keeps what says something.
type search struct {
	own   Identity
	parts int

	recipients []Recipient
	report     bool // it calls itself a delivery report
	nested     bool // the report lies within another mail
	complaint  bool
	receipt    bool   // a read receipt
	text       string // the first readable part

	addresses  []string // where our mark may be, outermost first
	messageIDs []string // of the mails that it sends back, outermost first
	envelopeID string   // ENVID (RFC 3461)
}

// walk looks at one part. inside says that it belongs to a mail within the mail.
func (s *search) walk(e *message.Entity, depth int, inside bool) {
	if s.parts++; depth > maxDepth || s.parts > maxParts {
		return
	}
	kind, parameters, err := e.Header.ContentType()
	if err != nil && kind == "" {
		kind = "text/plain"
	}
	if parts := e.MultipartReader(); parts != nil {
		if kind == "multipart/report" && parameters["report-type"] == "delivery-status" {
			s.report = true
		}
		s.walkParts(parts, depth, inside)
		return
	}
	// A part that breaks off is read as far as it goes.
	body, _ := io.ReadAll(io.LimitReader(e.Body, MaxSize))
	switch strings.ToLower(kind) {
	case "message/delivery-status", "message/global-delivery-status":
		s.status(body, inside)
	case "message/feedback-report":
		s.complaint = true
		s.addresses = append(s.addresses, addressesIn(string(body))...)
	case "message/disposition-notification", "message/global-disposition-notification":
		s.receipt = true
	case "text/rfc822-headers", "message/global-headers", "message/rfc822-headers":
		s.returned(append(body, "\r\n\r\n"...), depth)
	case "message/rfc822", "message/global":
		s.returned(body, depth)
	case "text/plain", "text/html":
		if s.text == "" {
			s.text = string(body)
		}
	}
}

// walkParts looks at the parts of a multipart, mails within it last: what they are depends on the others.
func (s *search) walkParts(parts message.MultipartReader, depth int, inside bool) {
	type mail struct {
		header message.Header
		body   []byte
	}
	var mails []mail
	for s.parts <= maxParts {
		p, err := parts.NextPart()
		if p == nil || unusable(err) {
			break // the end, or a missing boundary: what was read counts
		}
		kind, _, _ := p.Header.ContentType()
		if kind != "message/rfc822" && kind != "message/global" {
			s.walk(p, depth+1, inside)
			continue
		}
		s.parts++
		body, _ := io.ReadAll(io.LimitReader(p.Body, MaxSize))
		mails = append(mails, mail{p.Header, body})
	}
	for _, m := range mails {
		s.returned(m.body, depth)
	}
}

// returned looks at a mail, or the header of one, that came back within the mail. It is the one that the
// report is about; or, when there is no report around it, it may be a report itself.
func (s *search) returned(raw []byte, depth int) {
	e, err := message.Read(bytes.NewReader(bytes.TrimLeft(raw, "\r\n\t ")))
	if e == nil || unusable(err) {
		return
	}
	if id := e.Header.Get("Message-Id"); id != "" {
		s.messageIDs = append(s.messageIDs, id)
	}
	s.header(e.Header)
	s.walk(e, depth+1, true)
}

// status reads the first delivery status there is.
func (s *search) status(body []byte, inside bool) {
	if len(s.recipients) > 0 {
		return
	}
	about, recipients := parseStatus(body)
	s.recipients, s.nested = recipients, inside
	s.envelopeID = about["original-envelope-id"]
	s.addresses = append(s.addresses, addressesIn(about["x-postfix-sender"])...)
}

// envelopeFields name the address that a mail was delivered to, or was sent from.
var envelopeFields = []string{
	"Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "X-Delivered-To", "To", "Cc", "Resent-To",
	"Return-Path", "X-Return-Path",
}

// header keeps the addresses of a header that may be the envelope's.
func (s *search) header(h message.Header) {
	for _, name := range envelopeFields {
		for fields := h.FieldsByKey(name); fields.Next(); {
			if len(s.addresses) >= maxCandidates {
				return
			}
			s.addresses = append(s.addresses, addressesIn(fields.Value())...)
		}
	}
}

var addressPattern = regexp.MustCompile(`[^\s<>,;:"()\[\]]{1,64}@[^\s<>,;:"()\[\]]{1,255}`)

func addressesIn(text string) []string { return addressPattern.FindAllString(text, maxCandidates) }

var identifierPattern = regexp.MustCompile(`<([^\s<>@]{1,64})@([^\s<>@]{1,255})>`)

// identify says which message of ours the mail is about. An authenticated envelope address beats all;
// then the Message-ID of what came back, the envelope's identifier, and what the mail refers to.
func (s *search) identify(outer message.Header) (messageID string, proven bool) {
	if s.own.VERP != nil {
		for _, a := range s.addresses[:min(len(s.addresses), maxCandidates)] {
			if id, ok := s.own.VERP(a); ok {
				return id, true
			}
		}
	}
	for _, text := range s.messageIDs {
		if id := s.ours(text); id != "" {
			return id, false
		}
	}
	if id, err := uuid.Parse(decodeXtext(s.envelopeID)); err == nil {
		return id.String(), false
	}
	if id := s.ours(outer.Get("In-Reply-To")); id != "" {
		return id, false
	}
	return s.ours(outer.Get("References")), false
}

// ours finds a Message-ID of ours in a text.
func (s *search) ours(text string) string {
	for _, found := range identifierPattern.FindAllStringSubmatch(text, maxCandidates) {
		if id, err := uuid.Parse(found[1]); err == nil && s.own.Host != "" && strings.EqualFold(found[2], s.own.Host) {
			return id.String()
		}
	}
	return ""
}

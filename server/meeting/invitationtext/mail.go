package invitationtext

import (
	"bufio"
	"encoding/base64"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"net/textproto"
	"regexp"
	"strings"

	"golang.org/x/text/encoding/htmlindex"
)

var (
	mailHeader   = regexp.MustCompile(`(?mi)^(?:MIME-Version|Content-Type|Content-Transfer-Encoding):`)
	firstHeader  = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9-]*:[ \t]`)
	partBoundary = regexp.MustCompile(`^--(\S+)\nContent-`)
)

// maxDepth bounds forwarded mails inside mails.
const maxDepth = 6

// unwrapMail gives the readable parts of a mail's source, or s itself when it is none.
func unwrapMail(s string) string { return mailText(s, 0) }

func mailText(s string, depth int) string {
	trimmed := strings.TrimLeft(s, "\n ")
	if m := partBoundary.FindStringSubmatch(trimmed); m != nil {
		trimmed = "Content-Type: multipart/mixed; boundary=\"" + m[1] + "\"\n\n" + trimmed
	}
	head, _, hasBody := strings.Cut(trimmed, "\n\n")
	if !hasBody || !firstHeader.MatchString(head) || !mailHeader.MatchString(head) {
		return s
	}
	msg, err := mail.ReadMessage(bufio.NewReader(strings.NewReader(trimmed)))
	if err != nil {
		return s
	}
	var b strings.Builder
	subject, err := (&mime.WordDecoder{CharsetReader: charsetReader}).DecodeHeader(msg.Header.Get("Subject"))
	if err == nil && subject != "" {
		b.WriteString("Subject: " + strings.Join(strings.Fields(subject), " ") + "\n\n")
	}
	readPart(&b, textproto.MIMEHeader(msg.Header), msg.Body, depth)
	if strings.TrimSpace(b.String()) == "" {
		return s
	}
	return b.String()
}

// readPart appends the text of one part and of the parts inside it.
func readPart(b *strings.Builder, header textproto.MIMEHeader, body io.Reader, depth int) {
	kind, params, err := mime.ParseMediaType(header.Get("Content-Type"))
	if err != nil {
		kind = "text/plain"
	}
	if depth > maxDepth {
		return
	}
	if strings.HasPrefix(kind, "multipart/") && params["boundary"] != "" {
		r := multipart.NewReader(body, params["boundary"])
		for {
			p, err := r.NextRawPart()
			if err != nil {
				return
			}
			readPart(b, p.Header, p, depth+1)
		}
	}
	switch strings.ToLower(header.Get("Content-Transfer-Encoding")) {
	case "base64":
		body = base64.NewDecoder(base64.StdEncoding, body)
	case "quoted-printable":
		body = quotedprintable.NewReader(body)
	}
	// A broken end of a part does not make its beginning unreadable.
	raw, _ := io.ReadAll(io.LimitReader(body, MaxBytes))
	text := inCharset(string(raw), params["charset"])
	switch kind {
	case "text/html":
		b.WriteString(htmlText(text) + "\n\n")
	case "text/plain", "text/calendar", "application/ics":
		b.WriteString(strings.ReplaceAll(unescape(text), "\r\n", "\n") + "\n\n")
	case "message/rfc822":
		b.WriteString(mailText(strings.ReplaceAll(text, "\r\n", "\n"), depth+1) + "\n\n")
	}
}

func inCharset(s, charset string) string {
	if r, err := charsetReader(charset, strings.NewReader(s)); err == nil {
		if out, err := io.ReadAll(r); err == nil {
			s = string(out)
		}
	}
	return repair(s)
}

func charsetReader(charset string, in io.Reader) (io.Reader, error) {
	enc, err := htmlindex.Get(charset)
	if err != nil {
		return nil, err
	}
	return enc.NewDecoder().Reader(in), nil
}

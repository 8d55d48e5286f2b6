package devbox

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"mime"
	"strings"
	"time"

	"github.com/emersion/go-message"
	_ "github.com/emersion/go-message/charset" // mails in other charsets than UTF-8
	"github.com/emersion/go-smtp"
)

// maxMail is the size of a mail that is taken, in bytes.
const maxMail = 40 << 20

// catcher is an SMTP server that takes every mail and sends none on.
//
// Some addresses misbehave by themselves: bounce@… is refused for good, later@… for now, and a domain
// that ends in .invalid does not exist. rebond@… is taken and comes back as undelivered; absent@… answers
// with an absence. remis@… reports the arrival, where that was asked for: the others do not, as most real
// servers.
func (b *Box) catcher(ctx context.Context) *smtp.Server {
	s := smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) {
		return &session{ctx: ctx, box: b, connection: c}, nil
	}))
	s.Domain = "devbox.localhost"
	s.MaxMessageBytes = maxMail
	s.MaxRecipients = 10
	s.ReadTimeout, s.WriteTimeout = time.Minute, time.Minute
	s.EnableSMTPUTF8, s.EnableDSN = true, true
	s.ErrorLog = quiet{}
	return s
}

// quiet drops the server's notes about connections that end early, which are wanted here.
type quiet struct{}

// Printf implements smtp.Logger.
func (quiet) Printf(format string, v ...any) { slog.Debug("devbox", "note", fmt.Sprintf(format, v...)) }

// Println implements smtp.Logger.
func (quiet) Println(v ...any) { slog.Debug("devbox", "note", fmt.Sprint(v...)) }

// session is one mail at a time on one connection.
type session struct {
	ctx        context.Context //nolint:containedctx // go-smtp hands none over
	box        *Box
	connection *smtp.Conn
	from, id   string
	to         []envelope
	fault      Fault
}

var errDropped = errors.New("devbox: the connection is dropped")

// Reset implements smtp.Session.
func (s *session) Reset() { s.from, s.id, s.to, s.fault = "", "", nil, "" }

// Logout implements smtp.Session.
func (s *session) Logout() error { return nil }

// Mail implements smtp.Session.
func (s *session) Mail(from string, options *smtp.MailOptions) error {
	s.Reset()
	s.from = from
	if options != nil {
		s.id = options.EnvelopeID
	}
	s.fault = s.box.faults.next("smtp")
	return nil
}

// Rcpt implements smtp.Session.
func (s *session) Rcpt(to string, options *smtp.RcptOptions) error {
	local, domain, _ := strings.Cut(strings.ToLower(to), "@")
	switch {
	case s.fault == SMTPDrop:
		_ = s.connection.Close()
		return errDropped
	case strings.HasSuffix(domain, ".invalid"):
		return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 2}, Message: "<" + to + ">: domain not found"}
	case s.fault == SMTPPermanent, local == "bounce":
		return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "<" + to + ">: no such user here"}
	case s.fault == SMTPTemporary, local == "later":
		return &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 7, 0}, Message: "<" + to + ">: try again later"}
	}
	e := envelope{from: s.from, to: to, id: s.id}
	if options != nil {
		e.notify = options.Notify
	}
	s.to = append(s.to, e)
	return nil
}

// Data implements smtp.Session.
func (s *session) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	if s.fault == SMTPRejected {
		return &smtp.SMTPError{Code: 554, EnhancedCode: smtp.EnhancedCode{5, 7, 1}, Message: "message refused"}
	}
	for _, e := range s.to {
		if err = s.deliver(e, raw); err != nil {
			return &smtp.SMTPError{Code: 452, EnhancedCode: smtp.EnhancedCode{4, 3, 1}, Message: "mailbox cannot be written"}
		}
	}
	switch s.fault {
	case SMTPDropAfterDot:
		_ = s.connection.Close()
		return errDropped
	case SMTPDropAfterAnswer:
		_, _ = io.WriteString(s.connection.Conn(), "250 2.0.0 OK: queued\r\n")
		_ = s.connection.Close()
		return errDropped
	case SMTPSlow:
		time.Sleep(slowness)
	default:
	}
	return nil
}

// deliver puts a mail into the mailbox, or does with it what the fault or the address asks for.
func (s *session) deliver(e envelope, raw []byte) error {
	local, _, _ := strings.Cut(strings.ToLower(e.to), "@")
	it := readMail(raw)
	it.To, it.At = e.to, s.box.config.Now()
	e.header = strings.ReplaceAll(it.Header, "\r\n", "\n")
	s.box.answer(s.ctx, e, local, s.fault)
	switch {
	case s.fault == SMTPLie, s.fault == SMTPBounce, local == "rebond":
		return nil // it never arrives
	case s.fault == SMTPDelay:
		ctx, box := s.ctx, s.box
		box.later(func() {
			if wait(ctx, box.delay()) {
				_ = box.mailbox.put(it) // the box is closing, or its disk is full: a demonstration's mail is lost
			}
		})
		return nil
	}
	return s.box.mailbox.put(it)
}

// Show puts a mail that came another way into the mailbox.
func (b *Box) Show(to string, raw []byte) {
	it := readMail(raw)
	it.To, it.At = to, b.config.Now()
	_ = b.mailbox.put(it) // its disk is full: a demonstration's mail is lost
}

// readMail takes a mail apart. What cannot be read as a mail is shown as text.
func readMail(raw []byte) Item {
	it := Item{Channel: "email"}
	header, _, _ := bytes.Cut(raw, []byte("\r\n\r\n"))
	it.Header = string(header)
	entity, err := message.Read(bytes.NewReader(raw))
	if err != nil && !message.IsUnknownCharset(err) && !message.IsUnknownEncoding(err) {
		it.Text = strings.ToValidUTF8(string(raw), "�")
		return it
	}
	it.Subject, err = (&mime.WordDecoder{}).DecodeHeader(entity.Header.Get("Subject"))
	if err != nil {
		it.Subject = entity.Header.Get("Subject")
	}
	// A part that breaks off ends the walk; what was read is shown.
	_ = entity.Walk(func(_ []int, part *message.Entity, err error) error {
		if part == nil || err != nil && !message.IsUnknownCharset(err) && !message.IsUnknownEncoding(err) {
			return err
		}
		return it.add(part)
	})
	return it
}

// add puts one part of a mail where it belongs.
func (it *Item) add(part *message.Entity) error {
	kind, parameters, err := part.Header.ContentType()
	if err != nil {
		kind = "text/plain"
	}
	if strings.HasPrefix(kind, "multipart/") {
		return nil
	}
	content, err := io.ReadAll(io.LimitReader(part.Body, maxMail))
	if err != nil {
		return err
	}
	disposition, more, err := part.Header.ContentDisposition()
	if err != nil {
		more = nil
	}
	name := more["filename"]
	if name == "" {
		name = parameters["name"]
	}
	switch {
	case disposition == "attachment" || name != "":
		if name == "" {
			name = fmt.Sprintf("fichier-%d", len(it.Attachments)+1)
		}
		it.Attachments = append(it.Attachments, Attachment{Name: name, Type: kind, content: content})
	case kind == "text/plain" && it.Text == "":
		it.Text = strings.ReplaceAll(string(content), "\r\n", "\n")
	case kind == "text/html" && it.HTML == "":
		it.HTML = string(content)
	}
	return nil
}

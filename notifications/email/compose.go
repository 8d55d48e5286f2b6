package email

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	netmail "net/mail"
	"net/textproto"
	"strings"
	"sync"

	"github.com/wneessen/go-mail"
	"golang.org/x/net/idna"

	"teleconsult/notifications"
)

// Codes that this package gives itself, in the words of RFC 3463 and RFC 6531.
const (
	codeBadAddress  = "5.1.3"
	codeNotASCII    = "5.6.7"
	codeNoMechanism = "5.7.4"
)

// envelope is what the relay is told beside the message itself.
type envelope struct {
	id       string
	from, to string // addresses in the form of the wire, without brackets
	// international: the recipient's mailbox has letters outside ASCII (RFC 6531).
	international bool
	// notify: somebody reads what the relay reports.
	notify bool
}

// commands are MAIL, RCPT and DATA, with what this relay understands.
func (e envelope) commands(c *connection, size int) [3]string {
	var from, to strings.Builder
	fmt.Fprintf(&from, "MAIL FROM:<%s>", e.from)
	fmt.Fprintf(&to, "RCPT TO:<%s>", e.to)
	if c.size { // RFC 1870
		fmt.Fprintf(&from, " SIZE=%d", size)
	}
	if e.international {
		from.WriteString(" SMTPUTF8")
	}
	if c.dsn && e.notify { // RFC 3461
		fmt.Fprintf(&from, " RET=HDRS ENVID=%s", xtext(e.id))
		to.WriteString(" NOTIFY=SUCCESS,FAILURE,DELAY")
		if !e.international {
			to.WriteString(" ORCPT=rfc822;" + xtext(e.to))
		}
	}
	from.WriteString("\r\n")
	to.WriteString("\r\n")
	return [3]string{from.String(), to.String(), "DATA\r\n"}
}

// xtext is the encoding of RFC 3461, section 4.
func xtext(s string) string {
	var b strings.Builder
	for i := range len(s) {
		if s[i] < '!' || s[i] > '~' || s[i] == '+' || s[i] == '=' {
			fmt.Fprintf(&b, "+%02X", s[i])
		} else {
			b.WriteByte(s[i])
		}
	}
	return b.String()
}

// body is a mail as it goes over the wire.
type body struct {
	mail bytes.Buffer // as go-mail writes it
	wire []byte       // with dots doubled and the final one
}

var bodies = sync.Pool{New: func() any { return &body{} }}

// release lets another message have the memory; what a large document needed is given back to the system.
func (b *body) release() {
	if cap(b.wire) <= largestKept {
		bodies.Put(b)
	}
}

// largestKept is how much memory a mail may leave to the next one, in bytes.
const largestKept = 1 << 20

// compose makes the whole mail before the relay is spoken to, so that nothing of ours can go wrong in the middle.
func (s *Sender) compose(m notifications.Outgoing) (envelope, *body, error) {
	to, err := address(m.To)
	if err != nil {
		return envelope{}, nil, errors.New("the recipient's address is not valid")
	}
	e := envelope{id: m.MessageID, from: wireForm(s.from), to: wireForm(to), international: !ascii(to.Address)}
	if s.config.Bounce != nil {
		if from := s.config.Bounce(m.MessageID); from != "" {
			e.from, e.notify = from, true
		}
	}
	msg, err := s.message(m, to, e.international)
	if err != nil {
		return envelope{}, nil, err
	}
	b := bodies.Get().(*body) // nothing else is put there
	b.mail.Reset()
	if _, err = msg.WriteTo(&b.mail); err != nil {
		b.release()
		return envelope{}, nil, fmt.Errorf("the mail cannot be written: %w", err)
	}
	b.wire = dotted(b.wire[:0], begun(b.mail.Bytes()))
	return e, b, nil
}

// message builds the mail: text and HTML, the calendar as an alternative and as a file.
func (s *Sender) message(m notifications.Outgoing, to *netmail.Address, international bool) (*mail.Msg, error) {
	msg := mail.NewMsg(mail.WithNoDefaultUserAgent())
	msg.FromMailAddress(s.from)
	msg.ToMailAddress(to)
	if m.ReplyTo != "" {
		reply, err := address(m.ReplyTo)
		if err != nil {
			return nil, errors.New("the department's address is not valid")
		}
		// An address that few relays can carry must not keep the mail from its patient.
		if international || ascii(reply.Address) {
			msg.ReplyToMailAddress(reply)
		}
	}
	msg.Subject(subject(m.Subject))
	msg.SetMessageIDWithValue(m.MessageID + "@" + s.config.Host)
	msg.SetDateWithValue(s.config.Now())
	if m.Headers[dispositionTo] == "" { // else a machine's answer is what is asked for
		msg.SetGenHeader("Auto-Submitted", "auto-generated")           // RFC 3834: no vacation answers, please
		msg.SetGenHeader("X-Auto-Response-Suppress", "OOF, AutoReply") // the same for Exchange
	}
	for name, value := range m.Headers {
		msg.SetGenHeader(mail.Header(name), value)
	}
	msg.SetGenHeader("Content-Language", m.Language)
	msg.SetBodyString(mail.TypeTextPlain, m.Text)
	msg.AddAlternativeString(mail.TypeTextHTML, m.HTML)
	var files []*mail.File
	for _, a := range m.Attachments {
		files = append(files, file(a.Name, a.Type, a.Content))
	}
	if m.Calendar.Text == "" {
		msg.SetAttachments(files)
		return msg, nil
	}
	// Last of the alternatives: what a client shows best comes last (RFC 2046, 5.1.4), and one that knows
	// calendars offers to take the appointment over. The others find it as a file, whose type is another one,
	// so that nobody takes the appointment over twice.
	kind := mail.ContentType("text/calendar; method=" + m.Calendar.Method)
	calendar := file("invite.ics", "application/ics", []byte(m.Calendar.Text))
	msg.AddAlternativeWriter(kind, calendar.Writer, mail.WithPartEncoding(mail.EncodingB64))
	msg.SetAttachments(append(files, calendar))
	return msg, nil
}

// dispositionTo asks for a notification about what becomes of the mail (RFC 8098).
const dispositionTo = "Disposition-Notification-To"

func file(name, kind string, content []byte) *mail.File {
	return &mail.File{
		Name: name, ContentType: mail.ContentType(kind), Enc: mail.EncodingB64, Header: textproto.MIMEHeader{},
		Writer: func(w io.Writer) (int64, error) {
			n, err := w.Write(content)
			return int64(n), err
		},
	}
}

// begun puts the first word of a long header field on the line of its name, where go-mail leaves that line
// empty. It is allowed, but some readers then find no Message-ID, and two copies do not pass for one.
func begun(mail []byte) []byte {
	end := max(0, bytes.Index(mail, []byte("\r\n\r\n")))
	for {
		i := bytes.Index(mail[:end], []byte(":\r\n "))
		if i < 0 {
			return mail
		}
		mail = append(mail[:i+1], mail[i+3:]...)
		end -= 2
	}
}

// subjectWord is how long an encoded word of a subject may be, so that the first one fits on the line of
// "Subject:" (RFC 2047 allows 76 letters on a line with encoded words).
const subjectWord = 62

// subject encodes a subject that is not plain ASCII (RFC 2047). go-mail takes the words as they are.
func subject(s string) string {
	const begin, end, digits = "=?UTF-8?q?", "?=", "0123456789ABCDEF"
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, s)
	if ascii(s) && !strings.Contains(s, "=?") {
		return s
	}
	var all strings.Builder
	word := begin
	for _, r := range s {
		letter := ""
		switch {
		case r == ' ':
			letter = "_"
		case r < 0x80 && r != '=' && r != '?' && r != '_':
			letter = string(r)
		default:
			for _, b := range []byte(string(r)) {
				letter += string([]byte{'=', digits[b>>4], digits[b&15]})
			}
		}
		if len(word)+len(letter)+len(end) > subjectWord {
			all.WriteString(word + end + " ")
			word = begin
		}
		word += letter
	}
	return all.String() + word + end
}

// address reads an address and writes its domain in ASCII (RFC 5891), so that SMTPUTF8 is only needed for a
// mailbox whose own name is not ASCII.
func address(raw string) (*netmail.Address, error) {
	a, err := netmail.ParseAddress(raw)
	if err != nil {
		return nil, err
	}
	at := strings.LastIndexByte(a.Address, '@')
	local, domain := a.Address[:at], a.Address[at+1:]
	if strings.ContainsFunc(local, func(r rune) bool { return r < ' ' || r == 0x7f }) {
		return nil, errors.New("control character")
	}
	if !ascii(domain) {
		if domain, err = idna.Lookup.ToASCII(domain); err != nil {
			return nil, err
		}
	}
	return &netmail.Address{Name: a.Name, Address: local + "@" + domain}, nil
}

// wireForm is an address as RFC 5321 writes it, with a quoted local part where it needs one.
func wireForm(a *netmail.Address) string {
	bare := netmail.Address{Address: a.Address}
	return strings.Trim(bare.String(), "<>")
}

func ascii(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// dotted appends a mail to dst in the form of RFC 5321, 4.5.2: every line ends in CRLF and has no other CR or
// LF, a dot at its beginning is doubled, and a line with a single dot ends all.
func dotted(dst, mail []byte) []byte {
	for len(mail) > 0 {
		line, rest, _ := bytes.Cut(mail, []byte("\n"))
		mail = rest
		line = bytes.TrimSuffix(line, []byte("\r"))
		if bytes.IndexByte(line, '\r') >= 0 { // some relays take it for the end of a line
			line = bytes.ReplaceAll(line, []byte("\r"), nil)
		}
		if len(line) > 0 && line[0] == '.' {
			dst = append(dst, '.')
		}
		dst = append(dst, line...)
		dst = append(dst, "\r\n"...)
	}
	return append(dst, ".\r\n"...)
}

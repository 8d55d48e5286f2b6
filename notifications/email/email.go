// Package email sends messages over SMTP.
package email

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	netmail "net/mail"
	"net/textproto"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/wneessen/go-mail"

	"teleconsult/notifications"
)

// Config says how to reach the relay and who speaks.
type Config struct {
	// URL is smtp://user:password@host:port?starttls=required|optional|none, or smtps://…
	// smtp:// without starttls means required, except to a loopback address, where it means optional.
	URL string
	// From is the sender, such as "AP-HP <ne-pas-repondre@aphp.fr>".
	From string
	// Host is the right part of Message-IDs; the domain of From when it is empty.
	Host string
	// Now is the clock.
	Now func() time.Time
	// TLS, when given, replaces the default settings (trust of a private authority).
	TLS *tls.Config
}

// timeout bounds one step of the conversation; the attempt's context bounds the whole.
const timeout = 25 * time.Second

// Sender sends over SMTP, one connection per message. It is safe for concurrent use.
type Sender struct {
	config Config
	from   *netmail.Address
	relay  relay
}

// relay is what an SMTP_URL says.
type relay struct {
	host    string
	options []mail.Option
	// wrapped: TLS from the first byte (smtps). Then go-mail has to dial itself: given a dial function,
	// it would leave TLS out without a word.
	wrapped bool
}

// New checks the configuration and makes a sender. It does not connect yet.
func New(c Config) (*Sender, error) {
	from, err := netmail.ParseAddress(c.From)
	if err != nil {
		return nil, errors.New("SMTP_FROM is not an e-mail address")
	}
	if c.Host == "" {
		c.Host = from.Address[strings.LastIndexByte(from.Address, '@')+1:]
	}
	r, err := parseURL(c.URL, c.TLS)
	if err != nil {
		return nil, err
	}
	if _, err = mail.NewClient(r.host, r.options...); err != nil {
		return nil, fmt.Errorf("SMTP_URL: %w", err)
	}
	return &Sender{config: c, from: from, relay: r}, nil
}

var errURL = errors.New("SMTP_URL is not of the form smtp://user:password@host:port?starttls=required|optional|none or smtps://…")

// parseURL turns the address into go-mail's options. The error never shows the address, which holds a password.
func parseURL(raw string, config *tls.Config) (relay, error) {
	u, err := url.Parse(raw)
	if err != nil || u.Hostname() == "" {
		return relay{}, errURL
	}
	host := u.Hostname()
	if config == nil {
		config = &tls.Config{ServerName: host, MinVersion: tls.VersionTLS12}
	}
	options := []mail.Option{mail.WithTimeout(timeout), mail.WithTLSConfig(config), mail.WithoutNoop()}
	port := 587
	switch starttls := u.Query().Get("starttls"); {
	case u.Scheme == "smtps" && starttls == "":
		port = 465
		options = append(options, mail.WithSSL())
	case u.Scheme != "smtp":
		return relay{}, errURL
	case starttls == "required", starttls == "" && !loopback(host):
		options = append(options, mail.WithTLSPolicy(mail.TLSMandatory))
	case starttls == "optional", starttls == "":
		options = append(options, mail.WithTLSPolicy(mail.TLSOpportunistic))
	case starttls == "none":
		options = append(options, mail.WithTLSPolicy(mail.NoTLS))
	default:
		return relay{}, errURL
	}
	if p := u.Port(); p != "" {
		if port, err = strconv.Atoi(p); err != nil {
			return relay{}, errURL
		}
	}
	options = append(options, mail.WithPort(port))
	if password, ok := u.User.Password(); ok {
		options = append(options, mail.WithSMTPAuth(mail.SMTPAuthAutoDiscover),
			mail.WithUsername(u.User.Username()), mail.WithPassword(password))
	}
	return relay{host: host, options: options, wrapped: u.Scheme == "smtps"}, nil
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// Send hands one message to the relay.
//
// Before the final dot a drop means that nothing was taken: retry. After it, without an answer, the
// message may be under way: unknown. After the server's 250 it is accepted, whatever happens then.
func (s *Sender) Send(ctx context.Context, m notifications.Outgoing) notifications.Result {
	msg, err := s.message(m)
	if err != nil {
		return notifications.Result{Verdict: notifications.VerdictUndelivered, Code: "5.1.3", Detail: err.Error()}
	}
	w := &wire{}
	options := slices.Clone(s.relay.options)
	if !s.relay.wrapped {
		options = append(options, mail.WithDialContextFunc(w.dial))
	}
	if ascii(m.To) {
		options = append(options, mail.WithoutSMTPUTF8())
	}
	client, err := mail.NewClient(s.relay.host, options...)
	if err != nil {
		return notifications.Result{Verdict: notifications.VerdictRetry, Code: notifications.CodeInternal, Detail: err.Error()}
	}
	// go-mail looks at the context only until it is connected.
	stop := context.AfterFunc(ctx, w.breakOff)
	defer stop()
	connection, err := client.DialToSMTPClientWithContext(ctx)
	if err != nil {
		w.breakOff() // go-mail leaves it open when the greeting or the sign-in fails
		return beforeData(err)
	}
	err = client.SendWithSMTPClient(connection, msg)
	if err != nil {
		// No QUIT here: within DATA, go-mail would end the message with a dot first.
		_ = connection.Close()
	} else {
		_ = client.CloseWithSMTPClient(connection) // QUIT is courtesy; the outcome is known
	}
	return classify(msg, err, w.failed.Load())
}

// message builds the mail: text and HTML, the calendar as an alternative and as a file.
func (s *Sender) message(m notifications.Outgoing) (*mail.Msg, error) {
	msg := mail.NewMsg(mail.WithNoDefaultUserAgent())
	msg.FromMailAddress(s.from)
	if err := msg.To(m.To); err != nil {
		return nil, errors.New("the recipient's address is not valid")
	}
	if m.ReplyTo != "" {
		if err := msg.ReplyTo(m.ReplyTo); err != nil {
			return nil, errors.New("the department's address is not valid")
		}
	}
	msg.Subject(m.Subject)
	msg.SetMessageIDWithValue(m.MessageID + "@" + s.config.Host)
	msg.SetDateWithValue(s.config.Now())
	msg.SetGenHeader("Auto-Submitted", "auto-generated")           // RFC 3834: no vacation answers, please
	msg.SetGenHeader("X-Auto-Response-Suppress", "OOF, AutoReply") // the same for Exchange
	msg.SetGenHeader("Content-Language", m.Language)
	msg.SetBodyString(mail.TypeTextPlain, m.Text)
	msg.AddAlternativeString(mail.TypeTextHTML, m.HTML)
	if m.Calendar.Text == "" {
		return msg, nil
	}
	kind := mail.ContentType("text/calendar; method=" + m.Calendar.Method)
	msg.AddAlternativeString(kind, m.Calendar.Text, mail.WithPartEncoding(mail.EncodingB64))
	err := msg.AttachReader("invite.ics", strings.NewReader(m.Calendar.Text),
		mail.WithFileContentType(kind+"; charset=UTF-8"), mail.WithFileEncoding(mail.EncodingB64))
	return msg, err
}

func ascii(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// classify reads go-mail's error. notWritten says that the connection refused our bytes: then the
// final dot cannot have arrived.
func classify(msg *mail.Msg, err error, notWritten bool) notifications.Result {
	if err == nil || msg.IsDelivered() {
		// go-mail also reports what fails after the server's 250, such as RSET.
		return notifications.Result{Verdict: notifications.VerdictAccepted}
	}
	var failure *mail.SendError
	if !errors.As(err, &failure) {
		return beforeData(err)
	}
	if code := failure.ErrorCode(); code >= 400 {
		return refused(code, failure.EnhancedStatusCode(), failure.Error())
	}
	if failure.Reason == mail.ErrSMTPDataClose && !notWritten {
		return notifications.Result{Verdict: notifications.VerdictUnknown, Code: notifications.CodeNoAnswer}
	}
	return notifications.Result{Verdict: notifications.VerdictRetry, Code: notifications.CodeConnection}
}

// beforeData reads an error of the part before any message: nothing can have been taken. A refused
// password or certificate is a mistake of ours that a person mends, so it is tried again as well.
func beforeData(err error) notifications.Result {
	r := notifications.Result{Verdict: notifications.VerdictRetry, Code: notifications.CodeConnection}
	var reply *textproto.Error
	if errors.As(err, &reply) {
		r.Code, r.Detail = strconv.Itoa(reply.Code), reply.Msg
	}
	return r
}

// refused reads the server's answer: 4xx for now, 5xx for good (RFC 5321, 4.2.1).
func refused(code int, enhanced, detail string) notifications.Result {
	r := notifications.Result{Verdict: notifications.VerdictUndelivered, Detail: detail}
	r.Code = strings.TrimSpace(strconv.Itoa(code) + " " + enhanced)
	switch {
	case code < 500:
		r.Verdict = notifications.VerdictRetry
	case code == 530, code == 535, code == 538, code == 503:
		// we are not signed in, or out of step: our own affair
		r.Verdict = notifications.VerdictRetry
	}
	return r
}

// wire watches one connection.
type wire struct {
	connection atomic.Pointer[net.Conn]
	failed     atomic.Bool // a write did not get through
}

func (w *wire) dial(ctx context.Context, network, address string) (net.Conn, error) {
	c, err := (&net.Dialer{Timeout: 10 * time.Second}).DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	watched := net.Conn(&watchedConn{Conn: c, wire: w})
	w.connection.Store(&watched)
	return watched, nil
}

// breakOff makes every read and write of the connection fail now.
func (w *wire) breakOff() {
	if c := w.connection.Load(); c != nil {
		_ = (*c).Close()
	}
}

type watchedConn struct {
	net.Conn
	wire *wire
}

// Write implements net.Conn.
func (c *watchedConn) Write(b []byte) (int, error) {
	n, err := c.Conn.Write(b)
	if err != nil {
		c.wire.failed.Store(true)
	}
	return n, err
}

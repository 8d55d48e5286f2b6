package email

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/wneessen/go-mail/smtp"
)

// encryption is how a connection to the relay is protected.
type encryption int

const (
	encryptedAtOnce   encryption = iota // TLS from the first byte (smtps)
	encryptedAlways                     // STARTTLS, or no connection
	encryptedIfCan                      // STARTTLS where it is offered
	encryptedNotAtAll                   // in the clear
)

// dialTimeout bounds the TCP connection.
const dialTimeout = 10 * time.Second

// relay is what an SMTP_URL says.
type relay struct {
	host, address  string // address with the port
	hello          string // our name in EHLO
	encryption     encryption
	tls            *tls.Config
	user, password string
	signIn         bool
}

var errURL = errors.New("SMTP_URL is not of the form smtp://user:password@host:port?starttls=required|optional|none or smtps://…")

// parseURL reads the address. The error never shows it: it holds a password.
func parseURL(raw string, config *tls.Config) (relay, error) {
	u, err := url.Parse(raw)
	if err != nil || u.Hostname() == "" {
		return relay{}, errURL
	}
	r := relay{host: u.Hostname(), tls: config}
	if config == nil {
		r.tls = &tls.Config{
			ServerName: r.host, MinVersion: tls.VersionTLS12,
			// a connection lives for some hundred messages: the next one need not begin from nothing
			ClientSessionCache: tls.NewLRUClientSessionCache(16),
		}
	}
	port := "587"
	switch starttls := u.Query().Get("starttls"); {
	case u.Scheme == "smtps" && starttls == "":
		port, r.encryption = "465", encryptedAtOnce
	case u.Scheme != "smtp":
		return relay{}, errURL
	case starttls == "required", starttls == "" && !loopback(r.host):
		r.encryption = encryptedAlways
	case starttls == "optional", starttls == "":
		r.encryption = encryptedIfCan
	case starttls == "none":
		r.encryption = encryptedNotAtAll
	default:
		return relay{}, errURL
	}
	if u.Port() != "" {
		port = u.Port()
	}
	if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
		return relay{}, errURL
	}
	r.address = net.JoinHostPort(r.host, port)
	r.user = u.User.Username()
	r.password, r.signIn = u.User.Password()
	return r, nil
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// stage is a step of the conversation with the relay.
type stage int

const (
	stageConnect stage = iota // TCP, and TLS of smtps:// apart
	stageTLS
	stageGreeting
	stageHello
	stageAuth
	stageMail
	stageRcpt
	stageData
	stageDot
)

// dialError says at which step a connection could not be made.
type dialError struct {
	stage stage
	err   error
}

func (e *dialError) Error() string { return e.err.Error() }
func (e *dialError) Unwrap() error { return e.err }

var (
	errNotOffered  = errors.New("the relay does not offer STARTTLS, which SMTP_URL requires")
	errNoMechanism = errors.New("the relay offers no way to sign in that is safe on this connection")
)

// dial connects, encrypts as SMTP_URL says, and signs in. The end of ctx breaks it off at any step.
func (r relay) dial(ctx context.Context) (*connection, error) {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	raw, err := (&net.Dialer{Timeout: dialTimeout}).DialContext(ctx, "tcp", r.address)
	if err != nil {
		return nil, &dialError{stageConnect, err}
	}
	c := &connection{raw: raw}
	stop := context.AfterFunc(ctx, c.breakOff)
	defer stop()
	if at, err := r.open(ctx, c); err != nil {
		c.breakOff()
		return nil, &dialError{at, err}
	}
	return c, nil
}

// open talks to a relay that has just been reached, until it would take a message. It returns the step it came to.
//
// go-mail's own Client would do all this, but given a dial function it leaves smtps:// unencrypted, and
// without one nobody could break the connection off.
func (r relay) open(ctx context.Context, c *connection) (stage, error) {
	conn := c.raw
	if r.encryption == encryptedAtOnce {
		secure := tls.Client(c.raw, r.tls)
		if err := secure.HandshakeContext(ctx); err != nil {
			return stageTLS, err
		}
		conn = secure
	}
	client, err := smtp.NewClient(conn, r.host)
	if err != nil {
		return stageGreeting, err
	}
	c.client = client
	if err = client.Hello(r.hello); err != nil {
		return stageHello, err
	}
	if r.encryption == encryptedAlways || r.encryption == encryptedIfCan {
		offered, _ := client.Extension("STARTTLS")
		switch {
		case offered:
			if err = client.StartTLS(r.tls); err != nil {
				return stageTLS, err
			}
		case r.encryption == encryptedAlways:
			return stageTLS, errNotOffered
		}
	}
	if r.signIn {
		auth, err := r.auth(client)
		if err != nil {
			return stageAuth, err
		}
		if err = client.Auth(auth); err != nil {
			return stageAuth, err
		}
	}
	c.learn()
	return stageMail, nil
}

// auth chooses the best of the ways to sign in that the relay offers. In the clear, only those that do not
// show the password.
func (r relay) auth(client *smtp.Client) (smtp.Auth, error) {
	_, offered := client.Extension("AUTH")
	mechanisms := strings.Fields(strings.ToUpper(offered))
	state, err := client.GetTLSConnectionState()
	secure := err == nil
	for _, way := range []struct {
		name  string
		clear bool // may be used without TLS
		make  func() smtp.Auth
	}{
		{"SCRAM-SHA-256-PLUS", false, func() smtp.Auth { return smtp.ScramSHA256PlusAuth(r.user, r.password, state) }},
		{"SCRAM-SHA-256", true, func() smtp.Auth { return smtp.ScramSHA256Auth(r.user, r.password) }},
		{"SCRAM-SHA-1", true, func() smtp.Auth { return smtp.ScramSHA1Auth(r.user, r.password) }},
		{"CRAM-MD5", true, func() smtp.Auth { return smtp.CRAMMD5Auth(r.user, r.password) }},
		{"PLAIN", false, func() smtp.Auth { return smtp.PlainAuth("", r.user, r.password, r.host, false) }},
		{"LOGIN", false, func() smtp.Auth { return smtp.LoginAuth(r.user, r.password, r.host, false) }},
	} {
		if slices.Contains(mechanisms, way.name) && (secure || way.clear) {
			return way.make(), nil
		}
	}
	return nil, fmt.Errorf("%w: %q", errNoMechanism, mechanisms)
}

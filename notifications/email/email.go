// Package email sends messages over SMTP, over a few connections that carry many messages each.
package email

import (
	"context"
	"crypto/tls"
	"errors"
	netmail "net/mail"
	"strings"
	"time"

	"teleconsult/notifications"
	"teleconsult/notifications/cause"
)

// Config says how to reach the relay and who speaks. The zero values of the numbers stand for their defaults.
type Config struct {
	// URL is smtp://user:password@host:port?starttls=required|optional|none, or smtps://…
	// smtp:// without starttls means required, except to a loopback address, where it means optional.
	URL string
	// From is the sender, such as "AP-HP <ne-pas-repondre@aphp.fr>".
	From string
	// Host is the right part of Message-IDs and our name in EHLO; the domain of From when it is empty.
	Host string
	// Bounce gives the envelope sender of a message, to which the relay reports what became of it (VERP).
	// When it is nil the envelope sender is From, and no reports are asked for.
	Bounce func(messageID string) string
	// Now is the clock.
	Now func() time.Time
	// TLS, when given, replaces the default settings (trust of a private authority).
	TLS *tls.Config

	Connections   int           // in use at once, DefaultConnections
	PerConnection int           // messages that one connection carries, 100
	Idle          time.Duration // after which an unused connection is ended, 30 s
}

// DefaultConnections is how many connections a Sender uses at once when it is not told.
const DefaultConnections = 4

// timeout bounds one step of the conversation; the attempt's context bounds the whole.
const timeout = 25 * time.Second

// Sender sends over SMTP. It is safe for concurrent use; more calls than connections wait for their turn.
type Sender struct {
	config Config
	from   *netmail.Address
	relay  relay
	pool   *pool
}

// New checks the configuration and makes a sender. It does not connect yet.
func New(c Config) (*Sender, error) {
	from, err := netmail.ParseAddress(c.From)
	if err != nil || !ascii(from.Address) {
		return nil, errors.New("SMTP_FROM is not an e-mail address")
	}
	if c.Host == "" {
		c.Host = from.Address[strings.LastIndexByte(from.Address, '@')+1:]
	}
	if c.Connections <= 0 {
		c.Connections = DefaultConnections
	}
	if c.PerConnection <= 0 {
		c.PerConnection = 100
	}
	if c.Idle <= 0 {
		c.Idle = 30 * time.Second
	}
	r, err := parseURL(c.URL, c.TLS)
	if err != nil {
		return nil, err
	}
	r.hello = c.Host
	return &Sender{config: c, from: from, relay: r, pool: newPool(c)}, nil
}

// Send hands one message to the relay. See connection.deliver for what each way to fail means.
func (s *Sender) Send(ctx context.Context, m notifications.Outgoing) notifications.Result {
	e, b, err := s.compose(m)
	if err != nil {
		return notifications.Result{Verdict: notifications.VerdictUndelivered, Code: codeBadAddress, Detail: err.Error()}
	}
	defer b.release()
	if err := s.pool.enter(ctx); err != nil {
		return notifications.Result{Verdict: notifications.VerdictRetry, Code: cause.Connection, Detail: err.Error()}
	}
	defer s.pool.leave()
	if c := s.pool.rested(ctx); c != nil {
		o := s.over(ctx, c, e, b)
		// A relay that hung up on a connection that rested, or had enough of it, has nothing against the
		// message: it goes over a new one, in the same attempt.
		if !o.elsewhere || ctx.Err() != nil {
			return o.Result
		}
	}
	c, err := s.relay.dial(ctx)
	if err != nil {
		return notConnected(err)
	}
	return s.over(ctx, c, e, b).Result
}

// over delivers over one connection and keeps it, if it is still good for something.
func (s *Sender) over(ctx context.Context, c *connection, e envelope, b *body) outcome {
	stop := context.AfterFunc(ctx, c.breakOff)
	o := c.deliver(e, b.wire)
	if stop() && o.reuse {
		s.pool.put(c)
	} else {
		c.breakOff()
	}
	return o
}

// Close ends the connections that rest. Sends that are under way still finish, later ones are not tried.
func (s *Sender) Close() { s.pool.close() }

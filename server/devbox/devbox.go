// Package devbox is the post office of the embedded default: an SMTP catcher, the IMAP mailbox of what
// comes back, and a simulator of Twilio's Messages API on loopback, to which the product's real clients
// talk, and a page that shows what patients would have received. It can be told to misbehave.
//
// It exists only beside the embedded database: nothing in it ever runs in production.
package devbox

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"net/http"
	"path/filepath"
	"sync"
	"time"

	"github.com/emersion/go-smtp"
)

// Config is what a Box needs.
type Config struct {
	// DataDir, when given, keeps the mailbox over a restart, in its folder devbox.
	DataDir string
	// Now is the clock.
	Now func() time.Time
	// AccountSID and AuthToken are what the simulator asks for; made up when they are empty.
	AccountSID, AuthToken string
	// PriceAfter is how long after its delivery an SMS has a price; 3 s when it is zero.
	PriceAfter time.Duration
}

// From is the sender's number that the simulator knows.
const From = "+33700000000"

// Box is a running post office.
type Box struct {
	config  Config
	mailbox *mailbox
	faults  faults
	returns *returns
	texts   texts

	mail     *smtp.Server
	mailAt   net.Listener
	twilio   *http.Server
	twilioAt net.Listener
	stop     context.CancelFunc
	shut     func() error

	mu        sync.Mutex // guards closed, so that no callback begins while Close waits for them
	closed    bool
	callbacks sync.WaitGroup
}

// Start listens on three free loopback ports. The box lives until Close, or until ctx ends.
func Start(ctx context.Context, c Config) (*Box, error) {
	if c.AccountSID == "" {
		c.AccountSID = "AC" + randomHex()
	}
	if c.AuthToken == "" {
		c.AuthToken = randomHex()
	}
	if c.PriceAfter == 0 {
		c.PriceAfter = 3 * time.Second
	}
	file := ""
	if c.DataDir != "" {
		file = filepath.Join(c.DataDir, "devbox", "mailbox.jsonl")
	}
	kept, err := openMailbox(file)
	if err != nil {
		return nil, err
	}
	ctx, stop := context.WithCancel(ctx)
	b := &Box{config: c, mailbox: kept, stop: stop}
	if err = b.listen(ctx); err != nil {
		stop()
		return nil, errors.Join(err, kept.close())
	}
	// Once: two goroutines that close a go-smtp server at the same time make it panic.
	b.shut = sync.OnceValue(b.closeServers)
	context.AfterFunc(ctx, func() { _ = b.shut() })
	return b, nil
}

func (b *Box) listen(ctx context.Context) error {
	var listen net.ListenConfig
	mail, err := listen.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return fmt.Errorf("devbox: %w", err)
	}
	web, err := listen.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return errors.Join(fmt.Errorf("devbox: %w", err), mail.Close())
	}
	if b.returns, err = openReturns(ctx); err != nil {
		return errors.Join(err, mail.Close(), web.Close())
	}
	b.mailAt, b.twilioAt = mail, web
	b.mail = b.catcher(ctx)
	b.twilio = &http.Server{Handler: b.simulator(ctx), ReadHeaderTimeout: 10 * time.Second}
	// Both return when they are closed; until then there is nobody to tell about an error.
	go func() { _ = b.mail.Serve(mail) }()
	go func() { _ = b.twilio.Serve(web) }()
	return nil
}

// SMTPURL is the SMTP_URL of the catcher.
func (b *Box) SMTPURL() string { return "smtp://" + b.mailAt.Addr().String() + "?starttls=none" }

// TwilioURL is the TWILIO_BASE_URL of the simulator.
func (b *Box) TwilioURL() string { return "http://" + b.twilioAt.Addr().String() }

// Account is what the simulator expects as TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN.
func (b *Box) Account() (sid, token string) { return b.config.AccountSID, b.config.AuthToken }

// Close stops listening, gives up the callbacks that are still to come, and closes the mailbox's file.
// Closing twice is fine.
func (b *Box) Close() error {
	b.stop()
	err := b.shut()
	b.mu.Lock()
	b.closed = true
	b.mu.Unlock()
	b.callbacks.Wait()
	return errors.Join(err, b.mailbox.close())
}

// later runs f beside the request that asked for it; Close waits for it.
func (b *Box) later(f func()) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.closed {
		b.callbacks.Go(f)
	}
}

// closeServers closes servers and listeners: a server closed before its first Accept does not know its listener.
func (b *Box) closeServers() error {
	var failures []error
	for _, err := range []error{b.mail.Close(), b.twilio.Close(), b.mailAt.Close(), b.twilioAt.Close(), b.returns.close()} {
		if err != nil && !errors.Is(err, net.ErrClosed) && !errors.Is(err, smtp.ErrServerClosed) {
			failures = append(failures, err)
		}
	}
	return errors.Join(failures...)
}

func randomHex() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // crypto/rand never fails
	return hex.EncodeToString(b[:])
}

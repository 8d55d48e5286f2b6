package bounce

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"strings"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
)

// Reader fetches what comes into an IMAP mailbox and hands it on, one mail at a time. Any number of
// readers may look into one mailbox: what they hand on twice is the same mail.
//
// A mail that was dealt with is marked as read and moved to another folder, or deleted. The answer of a
// person stays as it is, unread. What a machine wrote and nobody understands stays and is flagged.
type Reader struct {
	// Handle takes one mail. An error that is no ErrUnreadable leaves the mail for the next look.
	Handle func(ctx context.Context, raw []byte) (Kind, error)
	Log    *slog.Logger
	// Looked, when given, is called after each look that went through.
	Looked func()

	mailbox mailbox
	tls     *tls.Config
	// longest bounds the pause after failures; tests shorten it.
	longest time.Duration
}

const (
	firstFailurePause   = time.Second
	longestFailurePause = 5 * time.Minute
	// lookSize is how many mails are dealt with before they are moved.
	lookSize = 50
	// silence is how long a server may keep us waiting for one answer before the connection is given up.
	silence = 2 * time.Minute
)

// NewReader checks the address of the mailbox (BOUNCE_IMAP_URL) and makes a reader. It does not connect
// yet. trust, when given, replaces the default TLS settings (a private authority).
func NewReader(address string, trust *tls.Config) (*Reader, error) {
	m, err := parseMailbox(address)
	if err != nil {
		return nil, err
	}
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	if trust != nil {
		config = trust.Clone()
	}
	config.ServerName, config.NextProtos = m.host, []string{"imap"}
	return &Reader{mailbox: m, tls: config, longest: longestFailurePause, Log: slog.New(slog.DiscardHandler)}, nil
}

// Run reads until ctx ends. A connection that fails is made again, after pauses that grow.
func (r *Reader) Run(ctx context.Context) error {
	left := &leftAlone{}
	for pause := firstFailurePause; ctx.Err() == nil; pause = min(2*pause, r.longest) {
		worked, err := r.session(ctx, left)
		if worked {
			pause = firstFailurePause
		}
		if ctx.Err() == nil {
			r.Log.WarnContext(ctx, "the mailbox of bounces cannot be read", "error", discreet(err))
		}
		select {
		case <-ctx.Done():
		case <-time.After(pause):
		}
	}
	return nil
}

// leftAlone are the mails that stay where they are and unread: looked at once, not each time.
type leftAlone struct {
	validity uint32
	uids     imap.UIDSet
}

// session reads over one connection until it fails or ctx ends; worked tells whether a look succeeded.
func (r *Reader) session(ctx context.Context, left *leftAlone) (worked bool, err error) {
	news := make(chan struct{}, 1)
	client, err := r.connect(ctx, news)
	if err != nil {
		return false, err
	}
	// The client knows no contexts: closing the connection ends whatever it waits for.
	defer func() { _ = client.Close() }()
	stop := context.AfterFunc(ctx, func() { _ = client.Close() })
	defer stop()
	alive := time.AfterFunc(silence, func() { _ = client.Close() })
	defer alive.Stop()
	if err = client.Login(r.mailbox.user, r.mailbox.password).Wait(); err != nil {
		return false, fmt.Errorf("sign in: %w", err)
	}
	selected, err := client.Select(r.mailbox.folder, nil).Wait()
	if err != nil {
		return false, fmt.Errorf("open the folder: %w", err)
	}
	if selected.UIDValidity != left.validity {
		*left = leftAlone{validity: selected.UIDValidity}
	}
	v := &visit{Reader: r, client: client, left: left, alive: alive, done: r.mailbox.done}
	v.prepare()
	for {
		if err = v.look(ctx); err != nil {
			return worked, err
		}
		worked = true
		if r.Looked != nil {
			r.Looked()
		}
		alive.Reset(r.mailbox.every + silence)
		if err = v.wait(ctx, news); err != nil {
			return worked, err
		}
	}
}

// connect opens a connection, encrypted as the address says.
func (r *Reader) connect(ctx context.Context, news chan<- struct{}) (*imapclient.Client, error) {
	connection, err := (&net.Dialer{Timeout: 30 * time.Second}).DialContext(ctx, "tcp", r.mailbox.address)
	if err != nil {
		return nil, err
	}
	options := &imapclient.Options{TLSConfig: r.tls, UnilateralDataHandler: &imapclient.UnilateralDataHandler{
		Mailbox: func(data *imapclient.UnilateralDataMailbox) {
			if data.NumMessages != nil {
				select {
				case news <- struct{}{}:
				default:
				}
			}
		},
	}}
	within, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	if r.mailbox.security == startTLS {
		// The client knows no contexts, and would wait for ever for a server that stops in the middle of this.
		stop := context.AfterFunc(within, func() { _ = connection.Close() })
		defer stop()
		return imapclient.NewStartTLS(connection, options) // it closes the connection when it fails
	}
	if r.mailbox.security == implicitTLS {
		encrypted := tls.Client(connection, r.tls)
		if err = encrypted.HandshakeContext(within); err != nil {
			_ = connection.Close()
			return nil, fmt.Errorf("encryption: %w", err)
		}
		connection = encrypted
	}
	return imapclient.New(connection, options), nil
}

// visit is one connection with its folder open.
type visit struct {
	*Reader

	client *imapclient.Client
	left   *leftAlone
	alive  *time.Timer // gives a server up that stays silent
	done   string      // the folder for what has been dealt with, under its full name; "" deletes it
}

// prepare makes the folder for what has been dealt with, within what the server leaves to the user.
func (v *visit) prepare() {
	if v.done == "" {
		return
	}
	if caps := v.client.Caps(); caps.Has(imap.CapNamespace) || caps.Has(imap.CapIMAP4rev2) {
		if spaces, err := v.client.Namespace().Wait(); err == nil && len(spaces.Personal) > 0 && !strings.HasPrefix(v.done, spaces.Personal[0].Prefix) {
			v.done = spaces.Personal[0].Prefix + v.done
		}
	}
	_ = v.client.Create(v.done, nil).Wait() // it is there already, or moving says what is wrong
}

// wait returns when there may be something new: after the pause, or earlier where the server tells.
func (v *visit) wait(ctx context.Context, news <-chan struct{}) error {
	var idle *imapclient.IdleCommand
	if caps := v.client.Caps(); caps.Has(imap.CapIdle) || caps.Has(imap.CapIMAP4rev2) {
		var err error
		if idle, err = v.client.Idle(); err != nil {
			return fmt.Errorf("wait for news: %w", err)
		}
	}
	timer := time.NewTimer(v.mailbox.every)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-v.client.Closed():
		return errors.New("the server closed the connection")
	case <-timer.C:
	case <-news:
	}
	if idle == nil {
		return nil
	}
	if err := idle.Close(); err != nil {
		return err
	}
	return idle.Wait()
}

// look deals with everything that is unread. A mail that cannot be dealt with now does not hold up the others.
// Each mail puts off the moment when a silent server is given up.
func (v *visit) look(ctx context.Context) error {
	v.alive.Reset(silence)
	criteria := &imap.SearchCriteria{NotFlag: []imap.Flag{imap.FlagSeen, imap.FlagFlagged, imap.FlagDeleted}}
	found, err := v.client.UIDSearch(criteria, nil).Wait()
	if err != nil {
		return fmt.Errorf("search: %w", err)
	}
	var failure error
	var done, unclear imap.UIDSet
	for i, uid := range found.AllUIDs() {
		if v.left.uids.Contains(uid) {
			continue
		}
		v.alive.Reset(silence)
		kind, err := v.read(ctx, uid)
		switch {
		case errors.Is(err, ErrUnreadable):
			unclear.AddNum(uid)
			v.Log.WarnContext(ctx, "a mail in the mailbox of bounces cannot be read", "uid", uid)
		case errors.Is(err, errGone):
		case err != nil:
			failure = err
		case kind == KindHuman:
			v.left.uids.AddNum(uid)
		case kind == KindUnknown:
			unclear.AddNum(uid)
			v.Log.InfoContext(ctx, "a mail in the mailbox of bounces is not clear", "uid", uid)
		default:
			done.AddNum(uid)
		}
		if (i+1)%lookSize == 0 {
			if err = v.file(ctx, done, unclear); err != nil {
				return err
			}
			done, unclear = nil, nil
		}
	}
	return errors.Join(v.file(ctx, done, unclear), failure)
}

// errGone: another reader was quicker.
var errGone = errors.New("the mail is no longer there")

// read hands one mail on.
func (v *visit) read(ctx context.Context, uid imap.UID) (kind Kind, err error) {
	section := &imap.FetchItemBodySection{Peek: true, Partial: &imap.SectionPartial{Size: MaxSize}}
	fetched, err := v.client.Fetch(imap.UIDSetNum(uid), &imap.FetchOptions{UID: true, BodySection: []*imap.FetchItemBodySection{section}}).Collect()
	if err != nil {
		return "", fmt.Errorf("fetch: %w", err)
	}
	if len(fetched) == 0 {
		return "", errGone
	}
	defer func() {
		if p := recover(); p != nil {
			v.Log.ErrorContext(ctx, "panic over a mail in the mailbox of bounces", "uid", uid, "panic", fmt.Sprint(p))
			err = ErrUnreadable
		}
	}()
	kind, err = v.Handle(ctx, fetched[0].FindBodySection(section))
	if err == nil {
		v.Log.InfoContext(ctx, "bounce", "kind", kind, "uid", uid)
	}
	return kind, err
}

// file marks mails: what is done as read, and out of the way; what is unclear, for people.
func (v *visit) file(ctx context.Context, done, unclear imap.UIDSet) error {
	mark := func(uids imap.UIDSet, flags ...imap.Flag) error {
		if len(uids) == 0 {
			return nil
		}
		err := v.client.Store(uids, &imap.StoreFlags{Op: imap.StoreFlagsAdd, Silent: true, Flags: flags}, nil).Close()
		if err != nil {
			return fmt.Errorf("mark mails: %w", err)
		}
		return nil
	}
	if err := errors.Join(mark(unclear, imap.FlagFlagged), mark(done, imap.FlagSeen)); err != nil || len(done) == 0 {
		return err
	}
	if v.done == "" {
		if err := mark(done, imap.FlagDeleted); err != nil {
			return err
		}
		if caps := v.client.Caps(); caps.Has(imap.CapUIDPlus) || caps.Has(imap.CapIMAP4rev2) {
			return v.client.UIDExpunge(done).Close()
		}
		return v.client.Expunge().Close()
	}
	if _, err := v.client.Move(done, v.done).Wait(); err != nil {
		// They are marked as read: they stay where they are, and are not looked at again.
		v.Log.WarnContext(ctx, "mails cannot be moved out of the mailbox of bounces", "error", discreet(err))
		return v.client.Noop().Wait()
	}
	return nil
}

// discreet is an error without what the server's sentence may name, such as the user.
func discreet(err error) string {
	if answer, ok := errors.AsType[*imap.Error](err); ok {
		return fmt.Sprintf("the server answered %s %s", answer.Type, answer.Code)
	}
	return err.Error()
}

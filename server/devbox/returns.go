package devbox

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"strings"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
	"github.com/emersion/go-imap/v2/imapserver/imapmemserver"
	"github.com/emersion/go-smtp"
)

// returns is the IMAP mailbox, in memory, into which comes what mail servers and people answer to our e-mails.
type returns struct {
	user     *imapmemserver.User
	password string
	server   *imapserver.Server
	at       net.Listener
}

const (
	returnsUser   = "rebonds"
	returnsFolder = "INBOX"
	// returnPause is how long after a mail its answer comes.
	returnPause = 500 * time.Millisecond
)

// BounceAddress is a BOUNCE_ADDRESS for mails that go through the box.
const BounceAddress = returnsUser + "@devbox.localhost"

func openReturns(ctx context.Context) (*returns, error) {
	r := &returns{password: randomHex()}
	r.user = imapmemserver.NewUser(returnsUser, r.password)
	if err := r.user.Create(returnsFolder, nil); err != nil {
		return nil, fmt.Errorf("devbox: %w", err)
	}
	memory := imapmemserver.New()
	memory.AddUser(r.user)
	r.server = imapserver.New(&imapserver.Options{
		NewSession: func(*imapserver.Conn) (imapserver.Session, *imapserver.GreetingData, error) {
			return memory.NewSession(), nil, nil
		},
		Caps:         imap.CapSet{imap.CapIMAP4rev1: {}, imap.CapIdle: {}, imap.CapMove: {}, imap.CapUIDPlus: {}},
		InsecureAuth: true,
		Logger:       slog.NewLogLogger(slog.Default().Handler(), slog.LevelDebug),
	})
	at, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("devbox: %w", err)
	}
	r.at = at
	go func() { _ = r.server.Serve(at) }() // it returns when it is closed
	return r, nil
}

// IMAPURL is the BOUNCE_IMAP_URL of the mailbox that takes the bounces.
func (b *Box) IMAPURL() string {
	u := url.URL{
		Scheme: "imap", User: url.UserPassword(returnsUser, b.returns.password), Host: b.returns.at.Addr().String(),
		Path: "/" + returnsFolder, RawQuery: "every=10s&done=delete",
	}
	return u.String()
}

func (r *returns) close() error {
	return errors.Join(ignoreClosed(r.server.Close()), ignoreClosed(r.at.Close()))
}

func ignoreClosed(err error) error {
	if errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}

// literal is a mail as the IMAP server takes it.
type literal struct{ *bytes.Reader }

// Size implements imap.LiteralReader.
func (l literal) Size() int64 { return l.Reader.Size() }

// put adds a mail to the mailbox.
func (r *returns) put(mail string) {
	raw := []byte(strings.ReplaceAll(mail, "\n", "\r\n"))
	if _, err := r.user.Append(returnsFolder, literal{bytes.NewReader(raw)}, &imap.AppendOptions{}); err != nil {
		slog.Debug("devbox", "note", err.Error())
	}
}

// envelope is one recipient of a mail, with what its sender asked for (RFC 3461).
type envelope struct {
	from, to string
	id       string
	notify   []smtp.DSNNotify
	header   string // of the mail
}

// wants tells whether a notification of this sort was asked for; without a word, failures are (RFC 3461, 4.1).
func (e envelope) wants(sort smtp.DSNNotify) bool {
	if e.from == "" {
		return false
	}
	if len(e.notify) == 0 {
		return sort == smtp.DSNNotifyFailure || sort == smtp.DSNNotifyDelayed
	}
	for _, asked := range e.notify {
		if asked == sort {
			return true
		}
	}
	return false
}

// report is a delivery status notification (RFC 3464), as a mail server would write it.
func (e envelope) report(at time.Time, subject, action, status, diagnostic string) string {
	var b strings.Builder
	boundary := randomHex()
	fmt.Fprintf(&b, "Return-Path: <>\nDelivered-To: %s\nDate: %s\nFrom: Mail Delivery System <MAILER-DAEMON@devbox.localhost>\n",
		e.from, at.Format(time.RFC1123Z))
	fmt.Fprintf(&b, "Subject: %s\nTo: %s\nAuto-Submitted: auto-replied\nMessage-ID: <%s@devbox.localhost>\nMIME-Version: 1.0\n",
		subject, e.from, randomHex())
	fmt.Fprintf(&b, "Content-Type: multipart/report; report-type=delivery-status; boundary=\"%s\"\n\n", boundary)
	fmt.Fprintf(&b, "--%s\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n"+
		"Serveur de messagerie devbox.localhost.\n\n<%s>: %s\n\n", boundary, e.to, diagnostic)
	kind, addressType := "message/delivery-status", "rfc822"
	if strings.ContainsFunc(e.to, func(r rune) bool { return r > '~' }) {
		kind, addressType = "message/global-delivery-status", "utf-8" // RFC 6533
	}
	fmt.Fprintf(&b, "--%s\nContent-Type: %s\nContent-Transfer-Encoding: 8bit\n\nReporting-MTA: dns; devbox.localhost\n", boundary, kind)
	if e.id != "" {
		fmt.Fprintf(&b, "Original-Envelope-Id: %s\n", e.id)
	}
	fmt.Fprintf(&b, "\nFinal-Recipient: %s; %s\nAction: %s\nStatus: %s\nDiagnostic-Code: smtp; %s\n\n",
		addressType, e.to, action, status, diagnostic)
	fmt.Fprintf(&b, "--%s\nContent-Type: text/rfc822-headers\n\n%s\n\n--%s--\n", boundary, e.header, boundary)
	return b.String()
}

// absence is what a vacation programme answers (RFC 3834).
func (e envelope) absence(at time.Time) string {
	return fmt.Sprintf("Return-Path: <>\nDelivered-To: %s\nDate: %s\nFrom: %s\nTo: %s\nSubject: =?utf-8?q?R=C3=A9ponse_automatique?=\n"+
		"Auto-Submitted: auto-replied\nMessage-ID: <%s@devbox.localhost>\nContent-Type: text/plain; charset=utf-8\n"+
		"Content-Transfer-Encoding: 8bit\n\nJe suis absent, je lirai votre message à mon retour.\n",
		e.from, at.Format(time.RFC1123Z), e.to, e.from, randomHex())
}

// answer sends back, after a while, what a server or a person would.
func (b *Box) answer(ctx context.Context, e envelope, local string, fault Fault) {
	now := b.config.Now
	var mail string
	switch {
	case fault == SMTPBounce || local == "rebond":
		if e.wants(smtp.DSNNotifyFailure) {
			mail = e.report(now(), "Undelivered Mail Returned to Sender", "failed", "5.1.1", "550 5.1.1 <"+e.to+">: no such user here")
		}
	case fault == SMTPDelay:
		if e.wants(smtp.DSNNotifyDelayed) {
			mail = e.report(now(), "Delayed Mail (still being retried)", "delayed", "4.4.1", "451 4.4.1 connection timed out")
		}
	case fault == SMTPAutoReply || local == "absent":
		if e.from != "" {
			mail = e.absence(now())
		}
	case local == "remis":
		if e.wants(smtp.DSNNotifySuccess) {
			mail = e.report(now(), "Successful Mail Delivery Report", "delivered", "2.0.0", "250 2.0.0 delivered to mailbox")
		}
	}
	if mail == "" {
		return
	}
	b.later(func() {
		if wait(ctx, returnPause) {
			b.returns.put(mail)
		}
	})
}

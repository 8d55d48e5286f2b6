package operator

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net/textproto"
	"strings"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// session is one mail at a time on one connection.
//
// What recipients do: ko@… has software that cannot take a document in; lu@… opens it, too; muet@… says nothing, but its
// server reports the arrival; rebond@… does not exist, which is found out later; inconnu@… is refused at once. All
// others' software takes the document in and says so.
type session struct {
	ctx        context.Context //nolint:containedctx // go-smtp hands none over
	operator   *Operator
	connection *smtp.Conn
	known      bool
	to         string
}

// AuthMechanisms implements smtp.AuthSession.
func (s *session) AuthMechanisms() []string { return []string{sasl.Plain} }

// Auth implements smtp.AuthSession.
func (s *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if s.known = user == Mailbox && password == s.operator.password; !s.known {
			return smtp.ErrAuthFailed
		}
		return nil
	}), nil
}

// Reset implements smtp.Session.
func (s *session) Reset() { s.to = "" }

// Logout implements smtp.Session.
func (s *session) Logout() error { return nil }

// Mail implements smtp.Session.
func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	state, secure := s.connection.TLSConnectionState()
	switch {
	case !secure || len(state.PeerCertificates) == 0 || !s.known:
		return &smtp.SMTPError{Code: 530, EnhancedCode: smtp.EnhancedCode{5, 7, 0}, Message: "STARTTLS with a certificate, and a password, first"}
	case from != Mailbox:
		return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 7, 1}, Message: "not your mailbox"}
	}
	return nil
}

// Rcpt implements smtp.Session.
func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	local, domain, _ := strings.Cut(strings.ToLower(to), "@")
	switch {
	case !strings.HasSuffix(domain, ".mssante.fr"):
		return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 7, 1}, Message: "outside the trust space"}
	case local == "inconnu":
		return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no such mailbox"}
	}
	s.to = strings.ToLower(to)
	return nil
}

// Data implements smtp.Session.
func (s *session) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	header, err := textproto.NewReader(bufio.NewReader(bytes.NewReader(raw))).ReadMIMEHeader()
	if err != nil {
		return &smtp.SMTPError{Code: 554, EnhancedCode: smtp.EnhancedCode{5, 6, 0}, Message: "no mail"}
	}
	if s.operator.config.Taken != nil {
		s.operator.config.Taken(s.to, raw)
	}
	s.operator.later(s.ctx, s.operator.reaction(s.to, header))
	return nil
}

// later puts answers into our mailbox, each after a while; Close waits for those that are on their way.
func (o *Operator) later(ctx context.Context, answers []string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.closed {
		return
	}
	o.answers.Go(func() {
		for _, answer := range answers {
			timer := time.NewTimer(o.config.After)
			select {
			case <-ctx.Done():
				timer.Stop()
				return
			case <-timer.C:
				o.Put([]byte(answer))
			}
		}
	})
}

// reaction is what comes back to a mail.
func (o *Operator) reaction(to string, mail textproto.MIMEHeader) []string {
	local, _, _ := strings.Cut(to, "@")
	messageID, now := mail.Get("Message-Id"), o.config.Now()
	if local == "rebond" {
		return []string{Report(to, messageID, "failed", "5.1.1", "smtp; 550 5.1.1 no such mailbox", now)}
	}
	if local == "muet" {
		return []string{Report(to, messageID, "delivered", "2.0.0", "smtp; 250 2.0.0 delivered", now)}
	}
	if mail.Get("Disposition-Notification-To") == "" {
		return nil
	}
	subject := mail.Get("Subject")
	switch local {
	case "ko":
		return []string{Disposition(to, messageID, "[KO Intégration système !][E042] "+subject, "processed/Error: E042^Patient inconnu", now)}
	case "lu":
		return []string{Disposition(to, messageID, subject, "processed", now), Disposition(to, messageID, subject, "displayed", now)}
	}
	return []string{Disposition(to, messageID, subject, "processed", now)}
}

// Disposition is a disposition notification (RFC 8098) as MSSanté's recipients write it.
func Disposition(from, messageID, subject, disposition string, at time.Time) string {
	boundary := randomHex()
	mode := "automatic-action/MDN-sent-automatically"
	if disposition == "displayed" {
		mode = "manual-action/MDN-sent-manually"
	}
	return fmt.Sprintf("Return-Path: <>\nDate: %s\nFrom: %s\nTo: %s\nSubject: %s\nMessage-ID: <%s@operateur.mssante.fr>\nMIME-Version: 1.0\n"+
		"Content-Type: multipart/report; report-type=disposition-notification; boundary=\"%[6]s\"\n\n"+
		"--%[6]s\nContent-Type: text/plain; charset=utf-8\n\nAccusé pour %[2]s.\n\n"+
		"--%[6]s\nContent-Type: message/disposition-notification\n\nReporting-UA: devbox\nOriginal-Recipient: rfc822;%[2]s\nFinal-Recipient: rfc822;%[2]s\n"+
		"Original-Message-ID: %[7]s\nDisposition: %[8]s; %[9]s\n\n--%[6]s--\n",
		at.Format(time.RFC1123Z), from, Mailbox, subject, randomHex(), boundary, messageID, mode, disposition)
}

// Report is a delivery status notification (RFC 3464).
func Report(to, messageID, action, status, diagnostic string, at time.Time) string {
	boundary := randomHex()
	return fmt.Sprintf("Return-Path: <>\nDate: %s\nFrom: MAILER-DAEMON@operateur.mssante.fr\nTo: %s\nSubject: Delivery report\n"+
		"Message-ID: <%s@operateur.mssante.fr>\nAuto-Submitted: auto-replied\nMIME-Version: 1.0\n"+
		"Content-Type: multipart/report; report-type=delivery-status; boundary=\"%[4]s\"\n\n"+
		"--%[4]s\nContent-Type: text/plain\n\nDelivery report.\n\n"+
		"--%[4]s\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; operateur.mssante.fr\n\nFinal-Recipient: rfc822; %[5]s\nAction: %[6]s\nStatus: %[7]s\n"+
		"Diagnostic-Code: %[8]s\n\n--%[4]s\nContent-Type: text/rfc822-headers\n\nMessage-ID: %[9]s\n\n--%[4]s--\n",
		at.Format(time.RFC1123Z), Mailbox, randomHex(), boundary, to, action, status, diagnostic, messageID)
}

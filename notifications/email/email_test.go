package email_test

import (
	"bufio"
	"context"
	"net"
	"strings"
	"testing"
	"time"

	"teleconsult/notifications"
	"teleconsult/notifications/cause"
	"teleconsult/notifications/email"
	"teleconsult/server/devbox"
)

var now = time.Date(2026, 5, 11, 9, 0, 0, 0, time.UTC)

func box(t *testing.T) *devbox.Box {
	t.Helper()
	b, err := devbox.Start(t.Context(), devbox.Config{Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	})
	return b
}

func sender(t *testing.T, url string) *email.Sender {
	t.Helper()
	s, err := email.New(email.Config{
		URL: url, From: "AP-HP Téléconsultation <ne-pas-repondre@aphp.test>", Host: "teleconsult.aphp.test",
		Now: func() time.Time { return now },
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func outgoing() notifications.Outgoing {
	return notifications.Outgoing{
		MessageID: "0197aaaa-0000-7000-8000-000000000001", AttemptID: "a", To: "jeanne@exemple.fr",
		ReplyTo: "secretariat@exemple.fr", Subject: "Votre rendez-vous vidéo du mardi 12 mai 2026 à 14\u00a0h\u00a030",
		Text: "Bonjour,\n\nÀ bientôt.\n", HTML: "<p>Bonjour, à bientôt.</p>", Language: "fr",
		Calendar: notifications.Calendar{Method: "REQUEST", Text: "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n"},
	}
}

func TestMailArrivesWhole(t *testing.T) {
	b := box(t)
	m := outgoing()
	if r := sender(t, b.SMTPURL()).Send(t.Context(), m); r.Verdict != notifications.VerdictAccepted {
		t.Fatalf("%+v", r)
	}
	got := b.Messages()[0]
	if got.To != m.To || got.Subject != m.Subject || got.Text != m.Text || strings.TrimSpace(got.HTML) != m.HTML {
		t.Errorf("%+v", got)
	}
	if len(got.Attachments) != 1 || got.Attachments[0].Name != "invite.ics" || got.Attachments[0].Type != "application/ics" {
		t.Errorf("attachments %+v", got.Attachments)
	}
	header := strings.ReplaceAll(got.Header, "\r\n ", " ")
	for _, want := range []string{
		"Message-ID: <0197aaaa-0000-7000-8000-000000000001@teleconsult.aphp.test>",
		"Auto-Submitted: auto-generated", "Reply-To: <secretariat@exemple.fr>", "Content-Language: fr",
		"Date: Mon, 11 May 2026 09:00:00 +0000", "<ne-pas-repondre@aphp.test>", "To: <jeanne@exemple.fr>",
	} {
		if !strings.Contains(header, want) {
			t.Errorf("no %q in\n%s", want, header)
		}
	}
	for _, unwanted := range []string{"X-Mailer", "User-Agent", "Disposition-Notification-To", "Return-Receipt-To"} {
		if strings.Contains(header, unwanted) {
			t.Errorf("%s in the header", unwanted)
		}
	}
}

func TestEveryWayToFail(t *testing.T) {
	for _, c := range []struct {
		fault   devbox.Fault
		verdict notifications.Verdict
		code    string
		arrived int
	}{
		{devbox.SMTPTemporary, notifications.VerdictRetry, "451 4.7.0", 0},
		{devbox.SMTPPermanent, notifications.VerdictUndelivered, "550 5.1.1", 0},
		{devbox.SMTPRejected, notifications.VerdictUndelivered, "554 5.7.1", 0},
		{devbox.SMTPDrop, notifications.VerdictRetry, cause.Connection, 0},
		{devbox.SMTPDropAfterDot, notifications.VerdictUnknown, cause.NoAnswer, 1},
		{devbox.SMTPDropAfterAnswer, notifications.VerdictAccepted, "", 1},
	} {
		t.Run(string(c.fault), func(t *testing.T) {
			b := box(t)
			if err := b.Fail(1, c.fault); err != nil {
				t.Fatal(err)
			}
			s := sender(t, b.SMTPURL())
			r := s.Send(t.Context(), outgoing())
			if r.Verdict != c.verdict || r.Code != c.code {
				t.Errorf("%+v", r)
			}
			if n := len(b.Messages()); n != c.arrived {
				t.Errorf("%d arrived", n)
			}
			if r = s.Send(t.Context(), outgoing()); r.Verdict != notifications.VerdictAccepted {
				t.Errorf("afterwards %+v", r)
			}
		})
	}
}

func TestNobodyListens(t *testing.T) {
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = l.Close()
	r := sender(t, "smtp://"+l.Addr().String()).Send(t.Context(), outgoing())
	if r.Verdict != notifications.VerdictRetry || r.Code != cause.Connection {
		t.Errorf("%+v", r)
	}
}

// relay is a server that speaks the given lines, one after each line that it is sent.
func relay(t *testing.T, greeting string, answers ...string) string {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		c, err := l.Accept()
		if err != nil {
			return
		}
		defer func() { _ = c.Close() }()
		_, _ = c.Write([]byte(greeting))
		lines := bufio.NewReader(c)
		for _, a := range answers {
			if _, err = lines.ReadString('\n'); err != nil {
				return
			}
			_, _ = c.Write([]byte(a))
		}
		_, _ = lines.ReadString('\x00') // until the client leaves
	}()
	return l.Addr().String()
}

func TestBusyRelayAndWrongPassword(t *testing.T) {
	r := sender(t, "smtp://"+relay(t, "421 4.3.2 too busy\r\n")).Send(t.Context(), outgoing())
	if r.Verdict != notifications.VerdictRetry || r.Code != "421 4.3.2" {
		t.Errorf("busy: %+v", r)
	}
	at := relay(t, "220 hello\r\n", "250-hello\r\n250 AUTH SCRAM-SHA-256\r\n", "535 5.7.8 no\r\n", "501 no\r\n", "221 bye\r\n")
	r = sender(t, "smtp://user:geheim@"+at+"?starttls=none").Send(t.Context(), outgoing())
	if r.Verdict != notifications.VerdictRetry || strings.Contains(r.Detail+r.Code, "geheim") {
		t.Errorf("password: %+v", r)
	}
}

func TestRequiredTLSIsRequired(t *testing.T) {
	b := box(t) // offers no STARTTLS
	url := strings.Replace(b.SMTPURL(), "starttls=none", "starttls=required", 1)
	if r := sender(t, url).Send(t.Context(), outgoing()); r.Verdict != notifications.VerdictRetry || r.Code != cause.TLS {
		t.Errorf("%+v", r)
	}
	if r := sender(t, strings.NewReplacer("smtp://", "smtps://", "?starttls=none", "").Replace(b.SMTPURL())).Send(t.Context(), outgoing()); r.Verdict != notifications.VerdictRetry || r.Code != cause.TLS {
		t.Errorf("smtps: %+v", r)
	}
	if n := len(b.Messages()); n != 0 {
		t.Errorf("%d mails went in the clear", n)
	}
}

func TestContextBreaksOffAnAnswerThatDoesNotCome(t *testing.T) {
	b := box(t)
	if err := b.Fail(1, devbox.SMTPSlow); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	begin := time.Now()
	r := sender(t, b.SMTPURL()).Send(ctx, outgoing())
	if r.Verdict != notifications.VerdictUnknown || time.Since(begin) > 2*time.Second {
		t.Errorf("%+v after %v", r, time.Since(begin))
	}
}

func TestContextBreaksOffAGreetingThatDoesNotCome(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	begin := time.Now()
	r := sender(t, "smtp://"+relay(t, "")).Send(ctx, outgoing())
	if r.Verdict != notifications.VerdictRetry || time.Since(begin) > 2*time.Second {
		t.Errorf("%+v after %v", r, time.Since(begin))
	}
}

func TestBadConfiguration(t *testing.T) {
	for name, c := range map[string]email.Config{
		"from":     {URL: "smtp://localhost", From: "nobody"},
		"scheme":   {URL: "http://user:geheim@localhost", From: "a@b.fr"},
		"host":     {URL: "smtp://", From: "a@b.fr"},
		"starttls": {URL: "smtp://localhost?starttls=maybe", From: "a@b.fr"},
		"smtps":    {URL: "smtps://localhost?starttls=none", From: "a@b.fr"},
		"port":     {URL: "smtp://localhost:99999999", From: "a@b.fr"},
		"parse":    {URL: "smtp://user:geheim@local host", From: "a@b.fr"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := email.New(c)
			if err == nil {
				t.Fatal("must be refused")
			}
			if strings.Contains(err.Error(), "geheim") {
				t.Error("the error shows the password")
			}
		})
	}
}

func TestBadAddressIsRefusedForGood(t *testing.T) {
	m := outgoing()
	m.To = "no address"
	if r := sender(t, "smtp://localhost:1").Send(t.Context(), m); r.Verdict != notifications.VerdictUndelivered {
		t.Errorf("%+v", r)
	}
}

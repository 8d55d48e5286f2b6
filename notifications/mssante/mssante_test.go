package mssante_test

import (
	"bytes"
	"crypto/tls"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-message"
	"github.com/emersion/go-smtp"

	"teleconsult/notifications"
	"teleconsult/notifications/cause"
	"teleconsult/notifications/mssante"
	"teleconsult/server/devbox/operator"
)

// world is an operator and what it has taken.
type world struct {
	*operator.Operator

	mu    sync.Mutex
	taken [][]byte
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{}
	var err error
	w.Operator, err = operator.Start(t.Context(), operator.Config{Now: time.Now, Taken: func(_ string, raw []byte) {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.taken = append(w.taken, raw)
	}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = w.Close() })
	return w
}

func (w *world) mails() [][]byte {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.taken
}

func (w *world) config() mssante.Config {
	return mssante.Config{
		URL: w.SMTPURL(), From: "AP-HP <" + operator.Mailbox + ">", Certificate: w.Certificate, Key: w.Key, Authority: w.Authority, Now: time.Now,
	}
}

func letter(to string) notifications.Outgoing {
	return notifications.Outgoing{
		MessageID: ourID, To: to, Subject: mssante.Subject("Document", "Durand", "Zoé", at), Text: "Bonjour", HTML: "<p>Bonjour</p>", Language: "fr",
		Attachments: []notifications.Attachment{{Name: "document.pdf", Type: "application/pdf", Content: []byte("%PDF-1.7 \x00\xff")}},
	}
}

func sender(t *testing.T, c mssante.Config) *mssante.Sender {
	t.Helper()
	s, err := mssante.New(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

func TestAMailArrivesWhole(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := sender(t, w.config())
	for i, to := range []string{"parc@pharmacie.mssante.fr", "279035121518989@patient.mssante.fr"} {
		if r := s.Send(t.Context(), letter(to)); r.Verdict != notifications.VerdictAccepted {
			t.Fatalf("%s: %+v", to, r)
		}
		mail, err := message.Read(bytes.NewReader(w.mails()[i]))
		if err != nil {
			t.Fatal(err)
		}
		h := mail.Header
		subject, err := h.Text("Subject")
		if err != nil || subject != "XDM/1.0/DDM+Document DURAND Zoé 12/05/2026" {
			t.Errorf("subject %q %v", subject, err)
		}
		if h.Get("Disposition-Notification-To") != "<"+operator.Mailbox+">" || h.Get("Message-Id") != ours || h.Get("Auto-Submitted") != "" {
			t.Errorf("header %v", h.Map())
		}
		if fin := h.Get("X-Mss-Mes"); (fin == "FIN") != (i == 1) {
			t.Errorf("%s: X-MSS-MES %q", to, fin)
		}
		var pdf []byte
		err = mail.Walk(func(_ []int, part *message.Entity, err error) error {
			if kind, _, _ := part.Header.ContentType(); kind == "application/pdf" {
				pdf, err = io.ReadAll(part.Body)
			}
			return err
		})
		if err != nil || string(pdf) != "%PDF-1.7 \x00\xff" {
			t.Errorf("attachment %q %v", pdf, err)
		}
	}
}

func TestNothingLeavesTheTrustSpace(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := sender(t, w.config())
	for _, to := range []string{"zoe@exemple.fr", "parc@pharmacie.mssante.fr.evil.example", "parc@mssante.fr", "+33612345678", ""} {
		if r := s.Send(t.Context(), letter(to)); r.Verdict != notifications.VerdictUndelivered || r.Code != mssante.CodeOutside {
			t.Errorf("%q: %+v", to, r)
		}
	}
	if n := len(w.mails()); n != 0 {
		t.Errorf("%d mails left", n)
	}
}

func TestTheOperatorAsksForTheCertificate(t *testing.T) {
	t.Parallel()
	w, other := newWorld(t), newWorld(t)
	for name, spoil := range map[string]func(c *mssante.Config){
		"another's certificate":               func(c *mssante.Config) { c.Certificate, c.Key = other.Certificate, other.Key },
		"an operator whom nobody vouches for": func(c *mssante.Config) { c.Authority = other.Authority },
		"a wrong password": func(c *mssante.Config) {
			before, after, _ := strings.Cut(c.URL, "@127")
			c.URL = before + "x@127" + after
		},
	} {
		c := w.config()
		spoil(&c)
		if r := sender(t, c).Send(t.Context(), letter(to)); r.Verdict != notifications.VerdictRetry {
			t.Errorf("%s: %+v", name, r)
		}
	}
	if n := len(w.mails()); n != 0 {
		t.Errorf("%d mails were taken", n)
	}
}

// plain is a server that offers no TLS, or an old one, and counts what it is told.
func plain(t *testing.T, config *tls.Config) (address string, told *atLeast) {
	t.Helper()
	told = &atLeast{}
	s := smtp.NewServer(told)
	s.TLSConfig, s.AllowInsecureAuth, s.ErrorLog = config, true, quiet{}
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = s.Serve(l) }()
	t.Cleanup(func() { _ = s.Close() })
	return l.Addr().String(), told
}

type quiet struct{}

func (quiet) Printf(string, ...any) {}
func (quiet) Println(...any)        {}

// atLeast counts the mails that were begun.
type atLeast struct {
	mu sync.Mutex
	n  int
}

// NewSession implements smtp.Backend.
func (a *atLeast) NewSession(*smtp.Conn) (smtp.Session, error) { return a, nil }
func (a *atLeast) Reset()                                      {}
func (a *atLeast) Logout() error                               { return nil }
func (a *atLeast) Rcpt(string, *smtp.RcptOptions) error        { return nil }
func (a *atLeast) Data(io.Reader) error                        { return nil }
func (a *atLeast) Mail(string, *smtp.MailOptions) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.n++
	return nil
}

func TestNothingIsSaidWithoutModernTLS(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	pair, err := tls.X509KeyPair([]byte(w.Certificate), []byte(w.Key))
	if err != nil {
		t.Fatal(err)
	}
	old := &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11}
	for name, config := range map[string]*tls.Config{"no TLS": nil, "TLS 1.1": old} {
		address, told := plain(t, config)
		c := w.config()
		c.URL = "smtp://u:p@" + address
		r := sender(t, c).Send(t.Context(), letter(to))
		if r.Verdict != notifications.VerdictRetry || r.Code != cause.TLS || told.n != 0 {
			t.Errorf("%s: %+v, %d mails begun", name, r, told.n)
		}
	}
}

func TestConfigurationsThatCannotBe(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for name, spoil := range map[string]func(c *mssante.Config){
		"another sender":        func(c *mssante.Config) { c.From = "a@aphp.fr" },
		"a patient's sender":    func(c *mssante.Config) { c.From = "279035121518989@patient.mssante.fr" },
		"no certificate":        func(c *mssante.Config) { c.Certificate = "" },
		"a key of another":      func(c *mssante.Config) { c.Key = c.Certificate },
		"no authority in it":    func(c *mssante.Config) { c.Authority = "hello" },
		"an address of the web": func(c *mssante.Config) { c.URL = "https://u:geheim@h" },
		"TLS switched off":      func(c *mssante.Config) { c.URL += "?starttls=none" },
		"TLS if it likes":       func(c *mssante.Config) { c.URL += "?starttls=optional" },
	} {
		c := w.config()
		spoil(&c)
		if _, err := mssante.New(c); err == nil || strings.Contains(err.Error(), "geheim") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := w.config().Reader("https://u:geheim@h"); err == nil || strings.Contains(err.Error(), "geheim") {
		t.Errorf("a mailbox on the web: %v", err)
	}
}

package email_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"io"
	"math/big"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"teleconsult/notifications"
	"teleconsult/notifications/cause"
	"teleconsult/notifications/email"
)

// authority makes a certificate for 127.0.0.1 and the pool that trusts it.
func authority(t *testing.T) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "relay"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(certificate)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, pool
}

// strict is a relay that takes mail only over TLS and only from who knows the password.
type strict struct{ taken atomic.Int32 }

// NewSession implements smtp.Backend.
func (s *strict) NewSession(c *smtp.Conn) (smtp.Session, error) {
	return &strictSession{relay: s, connection: c}, nil
}

type strictSession struct {
	relay      *strict
	connection *smtp.Conn
	known      bool
}

func (s *strictSession) Reset()        {}
func (s *strictSession) Logout() error { return nil }

func (s *strictSession) AuthMechanisms() []string { return []string{sasl.Plain} }

func (s *strictSession) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if user != "user" || password != "geheim" {
			return smtp.ErrAuthFailed
		}
		s.known = true
		return nil
	}), nil
}

func (s *strictSession) Mail(string, *smtp.MailOptions) error {
	if _, secure := s.connection.TLSConnectionState(); !secure || !s.known {
		return &smtp.SMTPError{Code: 530, EnhancedCode: smtp.EnhancedCode{5, 7, 0}, Message: "not like this"}
	}
	return nil
}

func (s *strictSession) Rcpt(string, *smtp.RcptOptions) error { return nil }

func (s *strictSession) Data(r io.Reader) error {
	_, err := io.Copy(io.Discard, r)
	s.relay.taken.Add(1)
	return err
}

// Both ways of TLS really encrypt, sign in, and check the certificate.
func TestTLS(t *testing.T) {
	certificate, trusted := authority(t)
	for _, wrapped := range []bool{true, false} {
		r := &strict{}
		server := smtp.NewServer(r)
		server.TLSConfig = &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12}
		server.ErrorLog = quiet{}
		l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		address := l.Addr().String()
		scheme := "smtp://"
		if wrapped {
			scheme, l = "smtps://", tls.NewListener(l, server.TLSConfig)
		}
		go func() { _ = server.Serve(l) }()
		t.Cleanup(func() { _ = server.Close() })
		send := func(password string, config *tls.Config) notifications.Result {
			s, err := email.New(email.Config{
				URL: scheme + "user:" + password + "@" + address, From: "a@aphp.test", Now: time.Now, TLS: config,
			})
			if err != nil {
				t.Fatal(err)
			}
			return s.Send(t.Context(), outgoing())
		}
		if !wrapped {
			address += "?starttls=required"
		}
		trusting := &tls.Config{RootCAs: trusted, ServerName: "127.0.0.1", MinVersion: tls.VersionTLS12}
		if got := send("geheim", trusting); got.Verdict != notifications.VerdictAccepted || r.taken.Load() != 1 {
			t.Errorf("%s %+v", scheme, got)
		}
		if got := send("wrong", trusting); got.Verdict != notifications.VerdictRetry || got.Code != "535 5.7.8" {
			t.Errorf("%s wrong password: %+v", scheme, got)
		}
		if got := send("geheim", nil); got.Verdict != notifications.VerdictRetry || got.Code != cause.TLS || r.taken.Load() != 1 {
			t.Errorf("%s unknown authority: %+v", scheme, got)
		}
		if wrapped {
			continue
		}
		// optional means: where it is not offered. A handshake that fails is not followed by clear text.
		address = strings.Replace(address, "required", "optional", 1)
		if got := send("geheim", nil); got.Verdict != notifications.VerdictRetry || got.Code != cause.TLS {
			t.Errorf("optional, unknown authority: %+v", got)
		}
		if got := send("geheim", trusting); got.Verdict != notifications.VerdictAccepted || r.taken.Load() != 2 {
			t.Errorf("optional: %+v", got)
		}
	}
}

// Without TLS a password is not sent at all.
func TestPasswordNeverGoesInTheClear(t *testing.T) {
	at := relay(t, "220 hello\r\n", "250-hello\r\n250 AUTH PLAIN LOGIN\r\n", "221 bye\r\n")
	r := sender(t, "smtp://user:geheim@"+at+"?starttls=none").Send(t.Context(), outgoing())
	if r.Verdict != notifications.VerdictRetry || strings.Contains(r.Detail, "geheim") {
		t.Errorf("%+v", r)
	}
}

type quiet struct{}

func (quiet) Printf(string, ...any) {}
func (quiet) Println(...any)        {}

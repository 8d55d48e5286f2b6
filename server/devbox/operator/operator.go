// Package operator is a simulated operator of MSSanté on loopback: an SMTP server and an IMAP mailbox that talk to
// nobody without the client certificate that it gave out, and recipients whose software answers by itself. It exists for
// the embedded default and for tests.
package operator

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"log/slog"
	"math/big"
	"net"
	"net/url"
	"sync"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
	"github.com/emersion/go-imap/v2/imapserver/imapmemserver"
	"github.com/emersion/go-smtp"
)

// Mailbox is the address of the one mailbox that the operator keeps for us.
const Mailbox = "teleconsultation@devbox.mssante.fr"

const folder = "INBOX"

// Config is what an Operator needs.
type Config struct {
	// Now is the clock.
	Now func() time.Time
	// Taken, when given, is called with each mail that was taken.
	Taken func(to string, raw []byte)
	// After is how long the recipients' software takes to answer.
	After time.Duration
}

// Operator is a running one.
type Operator struct {
	config Config
	// Certificate and Key are those of our mailbox, Authority the operator's; PEM.
	Certificate, Key, Authority string

	password       string
	mail           *smtp.Server
	box            *imapserver.Server
	user           *imapmemserver.User
	mailAt, boxAt  net.Listener
	stop           context.CancelFunc
	mu             sync.Mutex // guards closed
	closed         bool
	answers        sync.WaitGroup
	shutDownServer func() error
}

// Start listens on two free ports of this machine. The operator lives until Close.
func Start(ctx context.Context, c Config) (*Operator, error) {
	ctx, stop := context.WithCancel(ctx)
	o := &Operator{config: c, password: randomHex(), stop: stop}
	trust, err := o.certify()
	if err == nil {
		err = o.listen(ctx, trust)
	}
	if err != nil {
		stop()
		return nil, fmt.Errorf("MSSanté operator: %w", err)
	}
	o.shutDownServer = sync.OnceValue(func() error {
		var failures []error
		for _, err := range []error{o.mail.Close(), o.box.Close(), o.mailAt.Close(), o.boxAt.Close()} {
			if err != nil && !errors.Is(err, net.ErrClosed) && !errors.Is(err, smtp.ErrServerClosed) {
				failures = append(failures, err)
			}
		}
		return errors.Join(failures...)
	})
	return o, nil
}

func (o *Operator) listen(ctx context.Context, trust *tls.Config) (err error) {
	var l net.ListenConfig
	if o.mailAt, err = l.Listen(ctx, "tcp", "127.0.0.1:0"); err != nil {
		return err
	}
	if o.boxAt, err = l.Listen(ctx, "tcp", "127.0.0.1:0"); err != nil {
		return errors.Join(err, o.mailAt.Close())
	}
	o.mail = smtp.NewServer(smtp.BackendFunc(func(conn *smtp.Conn) (smtp.Session, error) {
		return &session{ctx: ctx, operator: o, connection: conn}, nil
	}))
	o.mail.Domain, o.mail.TLSConfig, o.mail.EnableDSN = "operateur.mssante.fr", trust, true
	o.mail.MaxMessageBytes, o.mail.MaxRecipients = 20<<20, 1
	o.mail.ReadTimeout, o.mail.WriteTimeout = time.Minute, time.Minute
	o.mail.ErrorLog = quiet{}
	o.user = imapmemserver.NewUser(Mailbox, o.password)
	if err = o.user.Create(folder, nil); err != nil {
		return errors.Join(err, o.mailAt.Close(), o.boxAt.Close())
	}
	memory := imapmemserver.New()
	memory.AddUser(o.user)
	o.box = imapserver.New(&imapserver.Options{
		NewSession: func(*imapserver.Conn) (imapserver.Session, *imapserver.GreetingData, error) {
			return memory.NewSession(), nil, nil
		},
		Caps:   imap.CapSet{imap.CapIMAP4rev1: {}, imap.CapIdle: {}, imap.CapMove: {}, imap.CapUIDPlus: {}},
		Logger: slog.NewLogLogger(slog.Default().Handler(), slog.LevelDebug),
	})
	o.boxAt = tls.NewListener(o.boxAt, trust)
	// Both return when they are closed; until then there is nobody to tell about an error.
	go func() { _ = o.mail.Serve(o.mailAt) }()
	go func() { _ = o.box.Serve(o.boxAt) }()
	return nil
}

// quiet drops the server's notes about connections that end early.
type quiet struct{}

// Printf implements smtp.Logger.
func (quiet) Printf(format string, v ...any) {
	slog.Debug("MSSanté operator", "note", fmt.Sprintf(format, v...))
}

// Println implements smtp.Logger.
func (quiet) Println(v ...any) { slog.Debug("MSSanté operator", "note", fmt.Sprint(v...)) }

// SMTPURL is a MSSANTE_URL of the operator; nothing is said there before STARTTLS.
func (o *Operator) SMTPURL() string {
	u := url.URL{Scheme: "smtp", User: url.UserPassword(Mailbox, o.password), Host: o.mailAt.Addr().String()}
	return u.String()
}

// IMAPURL is a MSSANTE_IMAP_URL of our mailbox.
func (o *Operator) IMAPURL() string {
	u := url.URL{
		Scheme: "imaps", User: url.UserPassword(Mailbox, o.password), Host: o.boxAt.Addr().String(), Path: "/" + folder, RawQuery: "every=10s&done=delete",
	}
	return u.String()
}

// Close stops listening and waits for answers that are being given. Closing twice is fine.
func (o *Operator) Close() error {
	o.stop()
	err := o.shutDownServer()
	o.mu.Lock()
	o.closed = true
	o.mu.Unlock()
	o.answers.Wait()
	return err
}

// literal is a mail as the IMAP server takes it.
type literal struct{ *bytes.Reader }

// Size implements imap.LiteralReader.
func (l literal) Size() int64 { return l.Reader.Size() }

// Put adds a mail to our mailbox.
func (o *Operator) Put(raw []byte) {
	raw = bytes.ReplaceAll(raw, []byte("\n"), []byte("\r\n"))
	if _, err := o.user.Append(folder, literal{bytes.NewReader(raw)}, &imap.AppendOptions{}); err != nil {
		slog.Debug("MSSanté operator", "note", err.Error())
	}
}

// Waiting is how many mails are in our mailbox.
func (o *Operator) Waiting() int {
	status, err := o.user.Status(folder, &imap.StatusOptions{NumMessages: true})
	if err != nil || status.NumMessages == nil {
		return 0
	}
	return int(*status.NumMessages)
}

// certify makes an authority, the servers' certificate and our mailbox's, and returns how the servers talk.
func (o *Operator) certify() (*tls.Config, error) {
	authority, authorityKey, err := o.sign(nil, nil, &x509.Certificate{
		Subject: pkix.Name{CommonName: "devbox MSSanté"}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	})
	if err != nil {
		return nil, err
	}
	server, serverKey, err := o.sign(authority, authorityKey, &x509.Certificate{
		Subject: pkix.Name{CommonName: "operateur.mssante.fr"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	})
	if err != nil {
		return nil, err
	}
	client, clientKey, err := o.sign(authority, authorityKey, &x509.Certificate{
		Subject: pkix.Name{CommonName: Mailbox}, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	})
	if err != nil {
		return nil, err
	}
	key, err := x509.MarshalPKCS8PrivateKey(clientKey)
	if err != nil {
		return nil, err
	}
	o.Authority, o.Certificate, o.Key = inPEM("CERTIFICATE", authority.Raw), inPEM("CERTIFICATE", client.Raw), inPEM("PRIVATE KEY", key)
	known := x509.NewCertPool()
	known.AddCert(authority)
	return &tls.Config{
		MinVersion: tls.VersionTLS12, ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: known,
		Certificates: []tls.Certificate{{Certificate: [][]byte{server.Raw}, PrivateKey: serverKey}},
	}, nil
}

func (o *Operator) sign(issuer *x509.Certificate, issuerKey *ecdsa.PrivateKey, shape *x509.Certificate) (*x509.Certificate, *ecdsa.PrivateKey, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, nil, err
	}
	if issuer == nil {
		issuer, issuerKey = shape, key
	}
	now := o.config.Now()
	shape.SerialNumber = big.NewInt(now.UnixNano())
	shape.NotBefore, shape.NotAfter = now.Add(-time.Hour), now.AddDate(1, 0, 0)
	der, err := x509.CreateCertificate(rand.Reader, shape, issuer, &key.PublicKey, issuerKey)
	if err != nil {
		return nil, nil, err
	}
	certificate, err := x509.ParseCertificate(der)
	return certificate, key, err
}

func inPEM(kind string, der []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
}

func randomHex() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // crypto/rand never fails
	return hex.EncodeToString(b[:])
}

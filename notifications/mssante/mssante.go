package mssante

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	netmail "net/mail"
	"net/url"
	"strings"
	"time"

	"teleconsult/notifications"
	"teleconsult/notifications/bounce"
	"teleconsult/notifications/email"
)

// CodeOutside is the code of a message that was kept back because its recipient is outside the trust space.
const CodeOutside = "mssante-outside"

// Config says how the operator is reached.
type Config struct {
	// URL is smtps://user:password@host:port, or smtp://… with STARTTLS, which is required.
	URL string
	// From is our mailbox, "AP-HP <teleconsultation@aphp.mssante.fr>".
	From string
	// Certificate and Key are the client certificate of the mailbox, PEM; Authority is what the operator's is trusted
	// by, PEM, the system's authorities when it is empty.
	Certificate, Key, Authority string
	// Now is the clock.
	Now func() time.Time
}

// Sender sends by MSSanté. It is safe for concurrent use.
type Sender struct {
	mail *email.Sender
	from string
}

// connections at once: an operator gives a mailbox few, and documents are few.
const connections = 2

// Errors of a configuration; none shows a value.
var (
	errFrom        = errors.New("MSSANTE_FROM must be an address that ends in .mssante.fr")
	errURL         = errors.New("MSSANTE_URL must be smtps://user:password@host:port, or smtp:// with STARTTLS, which is always required")
	errCertificate = errors.New("MSSANTE_CERTIFICATE and MSSANTE_KEY are not a certificate and its key (PEM)")
	errIMAP        = errors.New("MSSANTE_IMAP_URL must be imaps://user:password@host:port/INBOX?every=60s, or imap:// with STARTTLS")
	errAuthority   = errors.New("MSSANTE_CA holds no certificate (PEM)")
)

// New checks the configuration and makes a sender. It does not connect yet.
func New(c Config) (*Sender, error) {
	from, err := netmail.ParseAddress(c.From)
	if err != nil {
		return nil, errFrom
	}
	address, err := Professional(from.Address)
	if err != nil {
		return nil, errFrom
	}
	u, err := url.Parse(c.URL)
	if err != nil || u.Hostname() == "" || u.Scheme != "smtp" && u.Scheme != "smtps" || u.RawQuery != "" {
		return nil, errURL
	}
	if u.Scheme == "smtp" {
		u.RawQuery = "starttls=required"
	}
	trust, err := c.TLS(u.Hostname())
	if err != nil {
		return nil, err
	}
	mail, err := email.New(email.Config{
		URL: u.String(), From: (&netmail.Address{Name: from.Name, Address: address}).String(), Now: c.Now, TLS: trust, Connections: connections,
		// Reports come back to the mailbox itself: operators take no sub-addresses.
		Bounce: func(string) string { return address },
	})
	if err != nil {
		return nil, err
	}
	return &Sender{mail: mail, from: address}, nil
}

// TLS is how the operator's servers are talked to: at least TLS 1.2, with the client certificate.
func (c Config) TLS(host string) (*tls.Config, error) {
	pair, err := tls.X509KeyPair([]byte(c.Certificate), []byte(c.Key))
	if err != nil {
		return nil, errCertificate
	}
	config := &tls.Config{ServerName: host, MinVersion: tls.VersionTLS12, Certificates: []tls.Certificate{pair}}
	if c.Authority != "" {
		config.RootCAs = x509.NewCertPool()
		if !config.RootCAs.AppendCertsFromPEM([]byte(c.Authority)) {
			return nil, errAuthority
		}
	}
	return config, nil
}

// Reader makes a reader of our mailbox, to which recipients' software and mail servers answer. It is always encrypted.
func (c Config) Reader(address string) (*bounce.Reader, error) {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" {
		return nil, errIMAP
	}
	if u.Scheme == "imap" {
		q := u.Query()
		q.Set("starttls", "required")
		u.RawQuery = q.Encode()
	}
	trust, err := c.TLS(u.Hostname())
	if err != nil {
		return nil, err
	}
	reader, err := bounce.NewReader(u.String(), trust)
	if err != nil {
		return nil, errIMAP
	}
	return reader, nil
}

// Host is the right part of our Message-IDs.
func (s *Sender) Host() string { return s.from[strings.LastIndexByte(s.from, '@')+1:] }

// Send implements notifications.Sender. Nothing leaves for an address outside the trust space, whatever asked for it.
// The recipient's software is asked what becomes of the mail (RFC 8098).
func (s *Sender) Send(ctx context.Context, m notifications.Outgoing) notifications.Result {
	to, err := Address(m.To)
	if err != nil {
		return notifications.Result{Verdict: notifications.VerdictUndelivered, Code: CodeOutside}
	}
	headers := map[string]string{"Disposition-Notification-To": "<" + s.from + ">"}
	for name, value := range m.Headers {
		headers[name] = value
	}
	if ofPatient(to) {
		headers["X-MSS-MES"] = "FIN" // the patient is not asked to answer
	}
	m.To, m.Headers = to, headers
	return s.mail.Send(ctx, m)
}

// Close ends the connections that rest.
func (s *Sender) Close() { s.mail.Close() }

// Subject is that of a mail with a document: the mark that software looks for, a title, and whose it is.
// The title says nothing of the care; birth has no time of day.
func Subject(title, family, given string, birth time.Time) string {
	line := strings.Join(strings.Fields(title+" "+strings.ToUpper(family)+" "+given+" "+birth.Format("02/01/2006")), " ")
	return subjectMark + "+" + line
}

// subjectMark begins the subject of a mail with a document (domain.md §5).
const subjectMark = "XDM/1.0/DDM"

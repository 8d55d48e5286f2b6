package bounce

import (
	"errors"
	"net"
	"net/url"
	"strings"
	"time"
)

// mailbox is what a BOUNCE_IMAP_URL says.
type mailbox struct {
	address  string // host:port
	host     string
	user     string
	password string
	folder   string // where the mails come in
	done     string // the folder for what has been dealt with; "" deletes it
	every    time.Duration
	security security
}

// security is how a connection is encrypted.
type security int

const (
	implicitTLS security = iota // imaps
	startTLS                    // imap, and nothing is said before the encryption
	plain                       // imap on this machine
)

const (
	doneFolder   = "Traités"
	usualPause   = time.Minute
	longestPause = time.Hour
)

var errMailboxURL = errors.New("BOUNCE_IMAP_URL is not of the form imaps://user:password@host:port/INBOX?every=60s (imap:// for STARTTLS; " +
	"options every=1s…1h, done=delete or done=<folder>)")

// parseMailbox reads the address of a mailbox. The error never shows the address, which holds a password.
func parseMailbox(raw string) (mailbox, error) {
	u, err := url.Parse(raw)
	if err != nil || u.Hostname() == "" || u.User == nil {
		return mailbox{}, errMailboxURL
	}
	m := mailbox{host: u.Hostname(), folder: strings.Trim(u.Path, "/"), done: doneFolder, every: usualPause}
	m.user = u.User.Username()
	m.password, _ = u.User.Password()
	port := "143"
	switch {
	case u.Scheme == "imaps":
		port = "993"
	case u.Scheme != "imap":
		return mailbox{}, errMailboxURL
	case loopback(m.host):
		m.security = plain
	default:
		m.security = startTLS
	}
	if u.Port() != "" {
		port = u.Port()
	}
	m.address = net.JoinHostPort(m.host, port)
	if m.folder == "" {
		m.folder = "INBOX"
	}
	for name, values := range u.Query() {
		switch name {
		case "every":
			if m.every, err = time.ParseDuration(values[0]); err != nil || m.every < time.Second || m.every > longestPause {
				return mailbox{}, errMailboxURL
			}
		case "done":
			if m.done = values[0]; m.done == "delete" {
				m.done = ""
			}
		case "starttls":
			if values[0] != "required" || u.Scheme != "imap" {
				return mailbox{}, errMailboxURL
			}
			m.security = startTLS
		default:
			return mailbox{}, errMailboxURL
		}
	}
	if m.user == "" || strings.EqualFold(m.done, m.folder) {
		return mailbox{}, errMailboxURL
	}
	return m, nil
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

package bounce

import (
	"strings"
	"testing"
	"time"
)

func TestMailboxAddresses(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]mailbox{
		"imaps://rebonds:secret@imap.hopital.test": {
			address: "imap.hopital.test:993", host: "imap.hopital.test", user: "rebonds", password: "secret",
			folder: "INBOX", done: "Traités", every: time.Minute, security: implicitTLS,
		},
		"imaps://rebonds%40hopital.test:a%2Fb%3F@imap.hopital.test:1993/Retours/E-mails?every=5s&done=Archive": {
			address: "imap.hopital.test:1993", host: "imap.hopital.test", user: "rebonds@hopital.test", password: "a/b?",
			folder: "Retours/E-mails", done: "Archive", every: 5 * time.Second, security: implicitTLS,
		},
		"imap://u:p@imap.hopital.test?done=delete": {
			address: "imap.hopital.test:143", host: "imap.hopital.test", user: "u", password: "p",
			folder: "INBOX", every: time.Minute, security: startTLS,
		},
		"imap://u:p@127.0.0.1:10143": {
			address: "127.0.0.1:10143", host: "127.0.0.1", user: "u", password: "p",
			folder: "INBOX", done: "Traités", every: time.Minute, security: plain,
		},
		"imap://u:p@[::1]?starttls=required": {
			address: "[::1]:143", host: "::1", user: "u", password: "p",
			folder: "INBOX", done: "Traités", every: time.Minute, security: startTLS,
		},
	} {
		got, err := parseMailbox(raw)
		if err != nil || got != want {
			t.Errorf("%s:\n%+v, %v\nwant\n%+v", raw, got, err, want)
		}
	}
}

func TestMailboxAddressesThatCannotBe(t *testing.T) {
	t.Parallel()
	for _, raw := range []string{
		"", "imap.hopital.test", "https://u:secret@imap.hopital.test", "imaps://imap.hopital.test", "imaps://:secret@imap.hopital.test",
		"imaps://u:secret@", "imaps://u:secret@h?every=10", "imaps://u:secret@h?every=1ms", "imaps://u:secret@h?every=48h",
		"imaps://u:secret@h?done=inbox", "imaps://u:secret@h?evrey=10s", "imaps://u:secret@h?starttls=none", "imap://u:secret@h?starttls=none",
		"imaps://u:secret@h:port",
	} {
		_, err := NewReader(raw, nil)
		if err == nil {
			t.Errorf("%s is taken", raw)
		} else if strings.Contains(err.Error(), "secret") {
			t.Errorf("the error shows the password: %v", err)
		}
	}
}

package email_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"teleconsult/notifications/email"
)

// What a scripted relay can do instead of an ordinary answer.
const (
	drop    = "drop"    // ends the connection
	silence = "silence" // says nothing more
)

// moment is where a scripted relay stands.
type moment struct {
	connection int // from 1
	message    int // on this connection, from 1
	verb       string
}

// scripted is a relay that does exactly what its script says, over real TCP.
type scripted struct {
	extensions []string
	// answer gives another answer than the ordinary one; "" for the ordinary.
	answer func(m moment) string
	// cut is after how many bytes of a mail the connection ends; 0 for never.
	cut int
	// hold, when given, must give something before each final dot is answered.
	hold chan struct{}
	tls  *tls.Config // smtps

	address string
	mu      sync.Mutex
	taken   []string // whole mails, with their envelope before them
	said    []string // every command, with the number of its connection
	open    int
	most    int // connections at once
	began   int
	changed chan struct{} // closed and made anew whenever anything happens
}

func (s *scripted) start(t testing.TB) *scripted {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.address = l.Addr().String()
	s.changed = make(chan struct{})
	if s.tls != nil {
		l = tls.NewListener(l, s.tls)
	}
	ended, end := context.WithCancel(context.Background())
	var all sync.WaitGroup
	t.Cleanup(func() {
		_ = l.Close()
		end()
		all.Wait()
	})
	all.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			all.Go(func() {
				defer context.AfterFunc(ended, func() { _ = c.Close() })()
				s.serve(ended, c)
			})
		}
	})
	return s
}

// sender is a client of it; change may alter its configuration.
func (s *scripted) sender(t testing.TB, change func(*email.Config)) *email.Sender {
	t.Helper()
	c := email.Config{
		URL: "smtp://" + s.address + "?starttls=none", From: "AP-HP <ne-pas-repondre@aphp.test>", Host: "teleconsult.aphp.test",
		Now: func() time.Time { return now },
	}
	if change != nil {
		change(&c)
	}
	sender, err := email.New(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(sender.Close)
	return sender
}

// note changes what is known of the relay.
func (s *scripted) note(change func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change()
	close(s.changed)
	s.changed = make(chan struct{})
}

// until waits for what a test expects of the relay.
func (s *scripted) until(t *testing.T, what string, is func() bool) {
	t.Helper()
	late := time.After(10 * time.Second)
	for {
		s.mu.Lock()
		ok, changed := is(), s.changed
		s.mu.Unlock()
		if ok {
			return
		}
		select {
		case <-changed:
		case <-late:
			t.Fatal("never: " + what)
		}
	}
}

func (s *scripted) had() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.taken...)
}

// heard counts commands that begin so: "1 NOOP".
func (s *scripted) heard(prefix string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.count(prefix)
}

func (s *scripted) count(prefix string) int {
	n := 0
	for _, line := range s.said {
		if strings.HasPrefix(line, prefix) || strings.HasPrefix(line[strings.IndexByte(line, ' ')+1:], prefix) {
			n++
		}
	}
	return n
}

func (s *scripted) serve(ended context.Context, c net.Conn) {
	at := moment{}
	s.note(func() {
		s.began++
		s.open++
		s.most = max(s.most, s.open)
		at.connection = s.began
	})
	defer func() {
		_ = c.Close()
		s.note(func() { s.open-- })
	}()
	talk := &talk{script: s, conn: c, lines: bufio.NewReader(c), ended: ended}
	if !talk.say(at, "GREETING", "220 scripted") {
		return
	}
	envelope := ""
	for {
		line, err := talk.lines.ReadString('\n')
		if err != nil {
			return
		}
		line = strings.TrimSpace(line)
		s.note(func() { s.said = append(s.said, fmt.Sprint(at.connection, " ", line)) })
		verb := strings.ToUpper(strings.Fields(line + " ?")[0])
		ordinary := "250 2.0.0 ok"
		switch verb {
		case "EHLO":
			ordinary = "250-scripted\r\n"
			for _, e := range s.extensions {
				ordinary += "250-" + e + "\r\n"
			}
			ordinary += "250 ENHANCEDSTATUSCODES"
		case "MAIL":
			at.message++
			envelope = line + "\r\n"
		case "RCPT":
			envelope += line + "\r\n"
		case "DATA":
			ordinary = "354 go on"
		case "QUIT":
			_ = talk.say(at, verb, "221 2.0.0 bye")
			return
		}
		if !talk.say(at, verb, ordinary) {
			return
		}
		if strings.HasSuffix(talk.last, "354 go on") && !talk.data(at, envelope) {
			return
		}
	}
}

// talk is one connection of a scripted relay.
type talk struct {
	script *scripted
	conn   net.Conn
	lines  *bufio.Reader
	ended  context.Context
	last   string
}

func (c *talk) say(at moment, verb, ordinary string) bool {
	at.verb = verb
	c.last = ordinary
	if c.script.answer != nil {
		if other := c.script.answer(at); other != "" {
			c.last = other
		}
	}
	switch c.last {
	case drop:
		return false
	case silence:
		<-c.ended.Done()
		return false
	}
	_, err := io.WriteString(c.conn, c.last+"\r\n")
	return err == nil && !strings.HasPrefix(c.last, "421")
}

func (c *talk) data(at moment, envelope string) bool {
	var mail []byte
	for {
		b, err := c.lines.ReadByte()
		if err != nil {
			return false
		}
		mail = append(mail, b)
		if len(mail) == c.script.cut {
			return false
		}
		if b == '\n' && strings.HasSuffix(string(mail[max(0, len(mail)-5):]), "\r\n.\r\n") {
			break
		}
	}
	c.script.note(func() { c.script.taken = append(c.script.taken, envelope+string(mail)) })
	if c.script.hold != nil {
		select {
		case <-c.script.hold:
		case <-c.ended.Done():
			return false
		}
	}
	return c.say(at, "DOT", "250 2.0.0 taken")
}

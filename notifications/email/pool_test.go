package email_test

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"teleconsult/notifications/email"
)

// hands is a clock that a test moves.
type hands struct{ passed atomic.Int64 }

func (h *hands) now() time.Time           { return now.Add(time.Duration(h.passed.Load())) }
func (h *hands) forward(by time.Duration) { h.passed.Add(int64(by)) }

func sendAll(t *testing.T, s *email.Sender, n int) {
	t.Helper()
	for i := range n {
		if r := s.Send(t.Context(), outgoing()); r.Verdict != accepted {
			t.Fatalf("%d: %+v", i, r)
		}
	}
}

func TestOneConnectionCarriesManyMails(t *testing.T) {
	t.Parallel()
	s := (&scripted{extensions: []string{"PIPELINING"}}).start(t)
	sendAll(t, s.sender(t, func(c *email.Config) { c.PerConnection = 3 }), 7)
	for what, n := range map[string]int{"EHLO": 3, "MAIL": 7, "QUIT": 2, "RSET": 0, "NOOP": 0} {
		if got := s.heard(what); got != n {
			t.Errorf("%s %d times, not %d", what, got, n)
		}
	}
	if s.most != 1 {
		t.Errorf("%d connections at once", s.most)
	}
}

func TestRefusedMailLeavesTheConnectionInStep(t *testing.T) {
	t.Parallel()
	for _, verb := range []string{"RCPT", "DATA", "DOT"} {
		s := (&scripted{extensions: []string{"PIPELINING"}, answer: func(m moment) string {
			if m.verb == verb && m.connection == 1 && m.message == 1 {
				return "550 5.1.1 no"
			}
			return ""
		}}).start(t)
		sender := s.sender(t, nil)
		// After a refused recipient this relay says 354 all the same: no dot may tell it to send nothing.
		if r := sender.Send(t.Context(), outgoing()); r.Verdict != undelivered || r.Code != "550 5.1.1" {
			t.Errorf("%s: %+v", verb, r)
		}
		sendAll(t, sender, 1)
		want := 1
		if verb == "RCPT" {
			want = 2
		}
		if n := s.heard("EHLO"); n != want {
			t.Errorf("%s: %d connections", verb, n)
		}
	}
}

func TestRestedConnectionIsAskedFirst(t *testing.T) {
	t.Parallel()
	var clock hands
	s := (&scripted{}).start(t)
	sender := s.sender(t, func(c *email.Config) { c.Now = clock.now })
	sendAll(t, sender, 1)
	clock.forward(4 * time.Second)
	sendAll(t, sender, 1)
	if n := s.heard("NOOP"); n != 0 {
		t.Errorf("%d NOOP after a short rest", n)
	}
	clock.forward(6 * time.Second)
	sendAll(t, sender, 2)
	if n := s.heard("NOOP"); n != 1 {
		t.Errorf("%d NOOP after a long rest", n)
	}
	if n := s.heard("EHLO"); n != 1 {
		t.Errorf("%d connections", n)
	}
}

// A relay that hung up while nobody looked costs no attempt, however it did.
func TestConnectionThatDiedAtRest(t *testing.T) {
	t.Parallel()
	for name, rest := range map[string]time.Duration{"short rest": 0, "long rest": 6 * time.Second} {
		for _, how := range []string{drop, "421 4.4.2 idle too long", "what"} {
			var clock hands
			s := (&scripted{answer: func(m moment) string {
				if m.connection == 1 && m.message == 1 && m.verb == "NOOP" || m.connection == 1 && m.message == 2 && m.verb == "MAIL" {
					return how
				}
				return ""
			}}).start(t)
			sender := s.sender(t, func(c *email.Config) { c.Now = clock.now })
			sendAll(t, sender, 1)
			clock.forward(rest)
			sendAll(t, sender, 1)
			if n := s.heard("EHLO"); n != 2 {
				t.Errorf("%s, %s: %d connections", name, how, n)
			}
		}
	}
}

func TestUnusedConnectionIsEnded(t *testing.T) {
	t.Parallel()
	s := (&scripted{}).start(t)
	sender := s.sender(t, func(c *email.Config) { c.Idle = 20 * time.Millisecond })
	sendAll(t, sender, 1)
	s.until(t, "QUIT", func() bool { return s.count("QUIT") == 1 && s.open == 0 })
	sendAll(t, sender, 1)
}

func TestConnectionsAreBounded(t *testing.T) {
	t.Parallel()
	s := (&scripted{hold: make(chan struct{})}).start(t)
	sender := s.sender(t, func(c *email.Config) { c.Connections = 2 })
	var flying sync.WaitGroup
	for range 10 {
		flying.Go(func() {
			if r := sender.Send(context.WithoutCancel(t.Context()), outgoing()); r.Verdict != accepted {
				t.Errorf("%+v", r)
			}
		})
	}
	s.until(t, "two mails under way", func() bool { return len(s.taken) == 2 })
	// whoever waits for a turn obeys its context, and nothing of it was sent
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if r := sender.Send(ctx, outgoing()); r.Verdict != retry || r.Code != noConnection {
		t.Errorf("waiting: %+v", r)
	}
	for range 10 {
		s.hold <- struct{}{}
	}
	flying.Wait()
	if s.most != 2 || len(s.had()) != 10 || s.heard("EHLO") != 2 {
		t.Errorf("%d connections at once, %d in all, %d mails", s.most, s.heard("EHLO"), len(s.had()))
	}
}

// A relay that allows fewer mails per connection than we would send costs nothing.
func TestRelayWithALimitPerConnection(t *testing.T) {
	t.Parallel()
	s := (&scripted{answer: func(m moment) string {
		if m.verb == "MAIL" && m.message > 2 {
			return "421 4.5.3 too many messages on this connection"
		}
		return ""
	}}).start(t)
	sendAll(t, s.sender(t, nil), 6)
	if n := s.heard("EHLO"); n != 3 {
		t.Errorf("%d connections", n)
	}
}

func TestClose(t *testing.T) {
	t.Parallel()
	s := (&scripted{hold: make(chan struct{})}).start(t)
	sender := s.sender(t, func(c *email.Config) { c.Connections = 3 })
	var flying sync.WaitGroup
	for range 3 {
		flying.Go(func() { sendAll(t, sender, 1) })
	}
	s.until(t, "three mails under way", func() bool { return len(s.taken) == 3 })
	s.hold <- struct{}{}
	s.hold <- struct{}{}
	s.until(t, "two at rest", func() bool { return s.count("QUIT") == 0 })
	sender.Close()
	s.hold <- struct{}{}
	flying.Wait() // what was under way finishes
	s.until(t, "all ended", func() bool { return s.open == 0 && s.count("QUIT") == 3 })
	if r := sender.Send(t.Context(), outgoing()); r.Verdict != retry {
		t.Errorf("after Close: %+v", r)
	}
}

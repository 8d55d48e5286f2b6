package email_test

import (
	"context"
	"crypto/tls"
	"fmt"
	"strings"
	"testing"

	"teleconsult/notifications"
	"teleconsult/notifications/cause"
	"teleconsult/notifications/email"
)

// verdicts of the table below
const (
	accepted    = notifications.VerdictAccepted
	retry       = notifications.VerdictRetry
	undelivered = notifications.VerdictUndelivered
	unknown     = notifications.VerdictUnknown
)

// fault is one way to go wrong at one step: what the relay says or does, what is made of it, and whether the
// relay had the whole mail.
type fault struct {
	verb, does string
	verdict    notifications.Verdict
	code       string
	had        bool
	// elsewhere: on a connection that carried a message before, the mail goes over a new one instead.
	elsewhere bool
}

const noConnection, noAnswer = cause.Connection, cause.NoAnswer

var faults = []fault{
	{"GREETING", "421 4.3.2 busy", retry, "421 4.3.2", false, false},
	{"GREETING", "554 5.3.2 no service", retry, "554 5.3.2", false, false},
	{"GREETING", drop, retry, noConnection, false, false},
	{"GREETING", silence, retry, noConnection, false, false},
	{"GREETING", "hello there", retry, noConnection, false, false},
	{"EHLO", "451 4.3.0 later", accepted, "", true, false}, // HELO will do
	{"EHLO", "550 5.7.1 not you", accepted, "", true, false},
	{"EHLO", drop, retry, noConnection, false, false},
	{"EHLO", silence, retry, noConnection, false, false},

	{"MAIL", "451 4.3.0 later", retry, "451 4.3.0", false, false},
	{"MAIL", "550 5.7.1 not this sender", retry, "550 5.7.1", false, false}, // ours, not the patient's
	{"MAIL", "530 5.7.0 sign in", retry, "530 5.7.0", false, false},
	{"MAIL", "552 5.3.4 too big", undelivered, "552 5.3.4", false, false},
	{"MAIL", "421 4.7.0 enough", retry, "421 4.7.0", false, true},
	{"MAIL", drop, retry, noConnection, false, true},
	{"MAIL", silence, retry, noConnection, false, false},
	{"MAIL", "what", retry, noConnection, false, true},
	{"MAIL", "334 go on", retry, noConnection, false, true},

	{"RCPT", "450 4.2.1 later", retry, "450 4.2.1", false, false},
	{"RCPT", "550 5.1.1 nobody", undelivered, "550 5.1.1", false, false},
	{"RCPT", "550 no code", undelivered, "550", false, false},
	{"RCPT", "421 4.7.0 enough", retry, "421 4.7.0", false, true},
	{"RCPT", drop, retry, noConnection, false, true},
	{"RCPT", silence, retry, noConnection, false, false},
	{"RCPT", "what", retry, noConnection, false, true},

	{"DATA", "451 4.3.0 later", retry, "451 4.3.0", false, false},
	{"DATA", "554 5.6.0 no", undelivered, "554 5.6.0", false, false},
	{"DATA", "503 5.5.1 out of step", retry, "503 5.5.1", false, false},
	{"DATA", "250 ok", retry, noConnection, false, true},
	{"DATA", "421 4.7.0 enough", retry, "421 4.7.0", false, true},
	{"DATA", drop, retry, noConnection, false, true},
	{"DATA", silence, retry, noConnection, false, false},
	// an answer to a dot that was not written is not believed
	{"DATA", "354 go on\r\n250 2.0.0 taken", retry, noConnection, false, true},

	{"DOT", "451 4.3.0 later", retry, "451 4.3.0", true, false},
	{"DOT", "554 5.7.1 no", undelivered, "554 5.7.1", true, false},
	{"DOT", "421 4.3.0 shutting down", retry, "421 4.3.0", true, false},
	{"DOT", "530 5.7.0 sign in", retry, "530 5.7.0", true, false},
	{"DOT", drop, unknown, noAnswer, true, false},
	{"DOT", silence, unknown, noAnswer, true, false},
	{"DOT", "what", unknown, noAnswer, true, false},
	{"DOT", "354 go on", unknown, noAnswer, true, false},
	{"DOT", "250 2.0.0 taken\r\n250 and more", accepted, "", true, false},
	{"RSET", drop, accepted, "", true, false}, // nobody asks for it
	{"QUIT", drop, accepted, "", true, false},
}

// Every step of the conversation × every way to go wrong, on a new connection and on one that carried a mail
// before, with the commands in one packet and one by one.
func TestEveryStepAndFault(t *testing.T) {
	t.Parallel()
	for _, f := range faults {
		for _, pipelining := range []bool{false, true} {
			for _, message := range []int{1, 2} {
				if message == 2 && (f.verb == "GREETING" || f.verb == "EHLO") {
					continue
				}
				t.Run(fmt.Sprintf("%s %q pipelining %v message %d", f.verb, f.does, pipelining, message), func(t *testing.T) {
					t.Parallel()
					f.run(t, pipelining, message)
				})
			}
		}
	}
}

func (f fault) run(t *testing.T, pipelining bool, message int) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	s := &scripted{answer: func(m moment) string {
		before := m.verb == "GREETING" || m.verb == "EHLO"
		if m.verb == f.verb && m.connection == 1 && (before || m.message == message) {
			if f.does == silence {
				cancel() // whoever waits for the answer has waited long enough
			}
			return f.does
		}
		return ""
	}}
	if pipelining {
		s.extensions = []string{"PIPELINING"}
	}
	s.start(t)
	sender := s.sender(t, nil)
	if message == 2 {
		if r := sender.Send(t.Context(), outgoing()); r.Verdict != accepted {
			t.Fatalf("the mail before: %+v", r)
		}
	}
	got := sender.Send(ctx, outgoing())
	verdict, code, had := f.verdict, f.code, f.had
	if message == 2 && f.elsewhere {
		verdict, code, had = accepted, "", true
	}
	if got.Verdict != verdict || got.Code != code {
		t.Errorf("%+v, not %s %q", got, verdict, code)
	}
	taken := len(s.had()) - (message - 1)
	if (taken == 1) != had || taken > 1 {
		t.Errorf("the relay had it %d times", taken)
	}
	// whatever happened, the next one goes through
	if got = sender.Send(t.Context(), outgoing()); got.Verdict != accepted {
		t.Errorf("afterwards: %+v", got)
	}
}

// A relay that is always like that gets one attempt per attempt, and one more connection at most.
func TestElsewhereIsTriedOnce(t *testing.T) {
	t.Parallel()
	s := (&scripted{answer: func(m moment) string {
		if m.verb == "MAIL" && (m.connection > 1 || m.message > 1) {
			return "421 4.7.0 enough"
		}
		return ""
	}}).start(t)
	sender := s.sender(t, nil)
	for i, want := range []notifications.Verdict{accepted, retry, retry} {
		if r := sender.Send(t.Context(), outgoing()); r.Verdict != want {
			t.Errorf("%d: %+v", i, r)
		}
	}
	if n := s.heard("MAIL"); n != 4 { // 1 + 2 (here and elsewhere) + 1
		t.Errorf("%d times MAIL", n)
	}
}

// The connection ends at one exact byte of the mail. As long as the relay has not all of it, it never counts
// as accepted; and where we could not even write it, we know that it is not under way.
func TestDropAtAByte(t *testing.T) {
	t.Parallel()
	whole := &scripted{}
	if r := whole.start(t).sender(t, nil).Send(t.Context(), outgoing()); r.Verdict != accepted {
		t.Fatalf("%+v", r)
	}
	_, mail, _ := strings.Cut(whole.had()[0], "RCPT TO:<jeanne@exemple.fr>\r\n")
	for _, cut := range []int{1, 2, 100, len(mail) / 2, len(mail) - 5, len(mail) - 3, len(mail) - 2, len(mail) - 1} {
		t.Run(fmt.Sprint(cut, " of ", len(mail)), func(t *testing.T) {
			t.Parallel()
			s := (&scripted{cut: cut}).start(t)
			r := s.sender(t, nil).Send(t.Context(), outgoing())
			if r.Verdict != unknown && r.Verdict != retry {
				t.Errorf("%+v", r)
			}
			if n := len(s.had()); n != 0 {
				t.Errorf("the relay had %d", n)
			}
		})
	}
	t.Run("too large for the buffers on the way", func(t *testing.T) {
		t.Parallel()
		s := (&scripted{cut: 1000}).start(t)
		m := outgoing()
		m.Text = strings.Repeat("Bonjour à tous.\n", 2<<20)
		if r := s.sender(t, nil).Send(t.Context(), m); r.Verdict != retry || r.Code != noConnection {
			t.Errorf("%+v", r)
		}
	})
}

// Under TLS the end of the context breaks off as well, at every step.
func TestContextBreaksOffUnderTLS(t *testing.T) {
	t.Parallel()
	certificate, trusted := authority(t)
	for verb, want := range map[string]notifications.Verdict{"GREETING": retry, "RCPT": retry, "DOT": unknown} {
		t.Run(verb, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			s := (&scripted{
				tls: &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12},
				answer: func(m moment) string {
					if m.verb == verb {
						cancel()
						return silence
					}
					return ""
				},
			}).start(t)
			sender := s.sender(t, func(c *email.Config) {
				c.URL = "smtps://" + s.address
				c.TLS = &tls.Config{RootCAs: trusted, ServerName: "127.0.0.1", MinVersion: tls.VersionTLS12}
			})
			if r := sender.Send(ctx, outgoing()); r.Verdict != want {
				t.Errorf("%+v", r)
			}
			if (want == unknown) != (len(s.had()) == 1) {
				t.Errorf("the relay had %d", len(s.had()))
			}
		})
	}
}

package devbox_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"teleconsult/notifications"
	"teleconsult/notifications/bounce"
	"teleconsult/notifications/email"
	"teleconsult/server/devbox"
)

// returned collects what the product's reader finds in the mailbox of bounces.
type returned struct {
	t    *testing.T
	verp email.VERP
	mail *email.Sender

	mu      sync.Mutex
	reports map[string]bounce.Report // by message
}

func startReturned(t *testing.T, b *devbox.Box) *returned {
	t.Helper()
	r := &returned{t: t, verp: email.VERP{Address: devbox.BounceAddress, Key: []byte("key")}, reports: map[string]bounce.Report{}}
	sender, err := email.New(email.Config{
		URL: b.SMTPURL(), From: "ne-pas-repondre@hopital.test", Host: "teleconsult.test", Now: time.Now, Bounce: r.verp.Sender,
	})
	if err != nil {
		t.Fatal(err)
	}
	r.mail = sender
	t.Cleanup(sender.Close)
	reader, err := bounce.NewReader(b.IMAPURL(), nil)
	if err != nil {
		t.Fatal(err)
	}
	reader.Handle = func(_ context.Context, raw []byte) (bounce.Kind, error) {
		report, err := bounce.Parse(raw, bounce.Identity{VERP: r.verp.MessageID})
		r.mu.Lock()
		defer r.mu.Unlock()
		r.reports[report.MessageID] = report
		return report.Kind, err
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- reader.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return r
}

func (r *returned) send(to string) (messageID string) {
	r.t.Helper()
	id := uuid.NewString()
	result := r.mail.Send(r.t.Context(), notifications.Outgoing{MessageID: id, AttemptID: uuid.NewString(), To: to, Subject: "S", Text: "T", HTML: "<p>T</p>", Language: "fr"})
	if result.Verdict != notifications.VerdictAccepted {
		r.t.Fatalf("%s: %+v", to, result)
	}
	return id
}

func (r *returned) report(id string) (bounce.Report, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	report, ok := r.reports[id]
	return report, ok
}

func (r *returned) wait(id string) bounce.Report {
	r.t.Helper()
	for range 1000 {
		if report, ok := r.report(id); ok {
			return report
		}
		time.Sleep(10 * time.Millisecond) // a poll, not a guess
	}
	r.t.Fatal("nothing came back within ten seconds")
	return bounce.Report{}
}

// arrived is how many mails to somebody the mailbox holds.
func arrived(b *devbox.Box, to string) int {
	n := 0
	for _, it := range b.Messages() {
		if it.To == to {
			n++
		}
	}
	return n
}

// The real sender, the real reader and the real parser understand what the box sends back.
func TestWhatComesBack(t *testing.T) {
	t.Parallel()
	b := start(t, "")
	r := startReturned(t, b)
	b.Delay(time.Second)
	for _, c := range []struct {
		to      string
		fault   devbox.Fault
		kind    bounce.Kind
		code    string
		arrives int
	}{
		{"rebond@exemple.fr", "", bounce.KindDelivery, "550 5.1.1", 0},
		{"a@exemple.fr", devbox.SMTPBounce, bounce.KindDelivery, "550 5.1.1", 0},
		{"remis@exemple.fr", "", bounce.KindDelivery, "delivered 2.0.0", 1},
		{"absent@exemple.fr", "", bounce.KindAutoReply, "", 1},
		{"b@exemple.fr", devbox.SMTPAutoReply, bounce.KindAutoReply, "", 1},
		{"c@exemple.fr", devbox.SMTPDelay, bounce.KindDelivery, "delayed 4.4.1", 1},
	} {
		if c.fault != "" {
			if err := b.Fail(1, c.fault); err != nil {
				t.Fatal(err)
			}
		}
		id := r.send(c.to)
		report := r.wait(id)
		if report.Kind != c.kind || !report.Proven {
			t.Errorf("%s: %+v, want %s", c.to, report, c.kind)
		}
		if c.code != "" && (len(report.Recipients) != 1 || report.Recipients[0].Code() != c.code || !report.Recipients[0].Is(c.to)) {
			t.Errorf("%s: %+v, want %s", c.to, report.Recipients, c.code)
		}
		for range 500 {
			if arrived(b, c.to) == c.arrives {
				break
			}
			time.Sleep(10 * time.Millisecond) // a delayed one is on its way
		}
		if n := arrived(b, c.to); n != c.arrives {
			t.Errorf("%s received %d mails, want %d", c.to, n, c.arrives)
		}
	}
	// Others, and a server that lies, send nothing back; what came back later has overtaken any such thing.
	quiet := r.send("d@exemple.fr")
	if err := b.Fail(1, devbox.SMTPLie); err != nil {
		t.Fatal(err)
	}
	lie := r.send("e@exemple.fr")
	r.wait(r.send("rebond@exemple.fr"))
	for _, id := range []string{quiet, lie} {
		if report, ok := r.report(id); ok {
			t.Errorf("came back: %+v", report)
		}
	}
	if arrived(b, "d@exemple.fr") != 1 || arrived(b, "e@exemple.fr") != 0 {
		t.Error("what a lying server took has arrived, or what an honest one took has not")
	}
}

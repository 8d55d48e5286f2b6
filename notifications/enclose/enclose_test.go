package enclose_test

import (
	"context"
	"errors"
	"sync"
	"testing"

	"teleconsult/notifications"
	"teleconsult/notifications/cause"
	"teleconsult/notifications/enclose"
)

// last is a sender that keeps what it was handed, and how many were in its hands at once.
type last struct {
	mu        sync.Mutex
	now, most int
	handed    notifications.Outgoing
	hold      chan struct{}
}

// Send implements notifications.Sender.
func (l *last) Send(_ context.Context, m notifications.Outgoing) notifications.Result {
	l.mu.Lock()
	l.handed = m
	l.now++
	l.most = max(l.most, l.now)
	l.mu.Unlock()
	if l.hold != nil {
		<-l.hold
	}
	l.mu.Lock()
	l.now--
	l.mu.Unlock()
	return notifications.Result{Verdict: notifications.VerdictAccepted}
}

func open(_ context.Context, id string) (enclose.Enclosed, error) {
	switch id {
	case "gone":
		return enclose.Enclosed{}, enclose.ErrGone
	case "broken":
		return enclose.Enclosed{}, errors.New("secret detail")
	}
	return enclose.Enclosed{
		File: notifications.Attachment{Name: "document.pdf", Content: []byte(id)}, Subject: "Sujet de " + id, Headers: map[string]string{"X-A": id},
	}, nil
}

func TestADocumentGoesWithItsMessage(t *testing.T) {
	t.Parallel()
	l := &last{}
	s := enclose.New(l, open)
	if r := s.Send(t.Context(), notifications.Outgoing{Subject: "S", Document: "d1"}); r.Verdict != notifications.VerdictAccepted {
		t.Fatalf("%+v", r)
	}
	if m := l.handed; m.Subject != "Sujet de d1" || len(m.Attachments) != 1 || string(m.Attachments[0].Content) != "d1" || m.Headers["X-A"] != "d1" {
		t.Errorf("%+v", m)
	}
	s.Send(t.Context(), notifications.Outgoing{Subject: "S"})
	if m := l.handed; m.Subject != "S" || len(m.Attachments) != 0 || m.Headers != nil {
		t.Errorf("a message without a document: %+v", m)
	}
}

func TestWithoutItsDocumentNothingLeaves(t *testing.T) {
	t.Parallel()
	for id, want := range map[string]notifications.Result{
		"gone":   {Verdict: notifications.VerdictUndelivered, Code: enclose.CodeGone},
		"broken": {Verdict: notifications.VerdictRetry, Code: cause.Internal, Detail: "the document cannot be read"},
	} {
		l := &last{}
		if r := enclose.New(l, open).Send(t.Context(), notifications.Outgoing{Document: id}); r != want || l.most != 0 {
			t.Errorf("%s: %+v, %d handed on", id, r, l.most)
		}
	}
}

func TestFewDocumentsAreInMemoryAtATime(t *testing.T) {
	t.Parallel()
	l := &last{hold: make(chan struct{})}
	s := enclose.New(l, open)
	var all sync.WaitGroup
	for range 12 {
		all.Go(func() { s.Send(t.Context(), notifications.Outgoing{Document: "d"}) })
	}
	for range 12 {
		l.hold <- struct{}{}
	}
	all.Wait()
	if l.most > 2 {
		t.Errorf("%d at once", l.most)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if r := enclose.New(l, func(ctx context.Context, _ string) (enclose.Enclosed, error) { return enclose.Enclosed{}, ctx.Err() }).
		Send(ended, notifications.Outgoing{Document: "d"}); r.Verdict != notifications.VerdictRetry {
		t.Errorf("a send that is over: %+v", r)
	}
}

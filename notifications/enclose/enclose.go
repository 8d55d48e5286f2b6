// Package enclose puts documents into messages at the moment they are sent. The queue holds only a document's id:
// its content is kept sealed elsewhere, and wiped once the message cannot be sent again.
package enclose

import (
	"context"
	"errors"

	"teleconsult/notifications"
	"teleconsult/notifications/cause"
)

// CodeGone is the code of a message whose document is no longer there.
const CodeGone = "document-gone"

// ErrGone is returned by Open for a document that was wiped, or never was.
var ErrGone = errors.New("the document is no longer there")

// Enclosed is what goes with a message.
type Enclosed struct {
	File notifications.Attachment
	// Subject takes the place of the message's own, "" keeps that.
	Subject string
	// Headers are added to the mail.
	Headers map[string]string
}

// Sender fetches the document of a message, if it has one, and hands both on. At most two messages with documents
// are under way at a time, since each is in memory whole.
type Sender struct {
	next notifications.Sender
	open func(ctx context.Context, documentID string) (Enclosed, error)
	few  chan struct{}
}

// atOnce is how many messages with documents are in memory at a time.
const atOnce = 2

// New makes a sender before another. open returns ErrGone for a document that is no longer there.
func New(next notifications.Sender, open func(ctx context.Context, documentID string) (Enclosed, error)) *Sender {
	return &Sender{next: next, open: open, few: make(chan struct{}, atOnce)}
}

// Send implements notifications.Sender.
func (s *Sender) Send(ctx context.Context, m notifications.Outgoing) notifications.Result {
	if m.Document == "" {
		return s.next.Send(ctx, m)
	}
	select {
	case s.few <- struct{}{}:
		defer func() { <-s.few }()
	case <-ctx.Done():
		return notifications.Result{Verdict: notifications.VerdictRetry, Code: cause.Connection, Detail: ctx.Err().Error()}
	}
	e, err := s.open(ctx, m.Document)
	switch {
	case errors.Is(err, ErrGone):
		return notifications.Result{Verdict: notifications.VerdictUndelivered, Code: CodeGone}
	case err != nil:
		return notifications.Result{Verdict: notifications.VerdictRetry, Code: cause.Internal, Detail: "the document cannot be read"}
	}
	m.Attachments = append(m.Attachments, e.File)
	m.Headers = e.Headers
	if e.Subject != "" {
		m.Subject = e.Subject
	}
	return s.next.Send(ctx, m)
}

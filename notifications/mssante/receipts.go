package mssante

import (
	"context"

	"teleconsult/notifications"
	"teleconsult/notifications/bounce"
)

// Receipts takes what comes back to our mailbox.
type Receipts struct {
	// Hooks applies what is understood to the messages.
	Hooks *notifications.Hooks
	// Host is the right part of our Message-IDs.
	Host string
	// Told is called before a notification is applied to its message: why a software refused a document, or that somebody
	// has seen it, is more than the message can hold. The same notification may come again. Known is false when it is about
	// no document of ours, or comes from another address than the one that was written to.
	Told func(ctx context.Context, d Disposition) (known bool, err error)
}

// Handle is a bounce.Reader's: it takes one mail and says what it is. A notification about nothing of ours is left to
// people (bounce.KindUnknown), as is one that another address sent than the one we wrote to.
func (r Receipts) Handle(ctx context.Context, raw []byte) (bounce.Kind, error) {
	d, err := Parse(raw, r.Host)
	if err != nil { // then it may be a delivery report, or somebody's answer
		return r.Hooks.HandleBounce(ctx, raw)
	}
	report, says := d.Report()
	if !says {
		return bounce.KindAutoReply, nil
	}
	known, err := r.Told(ctx, d)
	if err != nil || !known {
		return bounce.KindUnknown, err
	}
	return r.Hooks.HandleReport(ctx, report)
}

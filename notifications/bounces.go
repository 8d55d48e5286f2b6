package notifications

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"regexp"
	"slices"
	"time"

	"teleconsult/notifications/bounce"
	"teleconsult/notifications/cause"
)

const providerDSN = "dsn"

// HandleBounce takes a mail that came back to the envelope sender of ours, and says what it is. What it
// reports about a message is stored first and applied after, once, however often the same mail comes;
// once stored, the answer is nil even when applying has to wait for the dispatcher. ErrMalformed is
// returned for bytes that are no mail. A mail of a person is bounce.KindHuman whatever they sent on, and
// a failure of which no message is found bounce.KindUnknown.
//
// A report that names its message by an authenticated envelope address is believed. One that only names
// a Message-ID must also be about the address that we wrote to: nobody else can make a message fail.
func (h *Hooks) HandleBounce(ctx context.Context, raw []byte) (bounce.Kind, error) {
	r, err := bounce.Parse(raw, h.Bounces)
	if err != nil {
		return "", fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	return h.HandleReport(ctx, r)
}

// HandleReport is HandleBounce for a mail that was understood elsewhere.
func (h *Hooks) HandleReport(ctx context.Context, r bounce.Report) (_ bounce.Kind, err error) {
	kind := r.Kind
	if r.FromPerson {
		kind = bounce.KindHuman
	}
	if r.MessageID == "" {
		return unplaced(kind, r), nil
	}
	var stored []string
	placed := false
	err = h.Ledger.InTx(ctx, func(ctx context.Context, ex Executor) error {
		stored, placed = nil, false
		to, err := sentTo(ctx, ex, r.MessageID)
		if err != nil || to == "" { // of another installation, or of before a restore
			return err
		}
		for _, c := range bounceCallbacks(r, to) {
			placed = true
			id, err := insertCallback(ctx, ex, h.Ledger.Now(), c)
			if err != nil {
				return err
			}
			if id != "" {
				stored = append(stored, id)
			}
		}
		return nil
	})
	if err != nil {
		return kind, err
	}
	for _, id := range stored {
		// It is stored: what fails here, the dispatcher applies at its next look.
		_ = h.Ledger.ApplyCallback(ctx, id)
	}
	if !placed {
		kind = unplaced(kind, r)
	}
	return kind, nil
}

// unplaced is what a report is that is about no message of ours, or is not believed: a failure that
// nobody can place is for people to look at.
func unplaced(kind bounce.Kind, r bounce.Report) bounce.Kind {
	failed := func(one bounce.Recipient) bool { return one.Action == bounce.ActionFailed }
	if kind == bounce.KindDelivery && slices.ContainsFunc(r.Recipients, failed) {
		return bounce.KindUnknown
	}
	return kind
}

// bounceCallbacks is what a report says about the message that was written to an address, as it is stored.
func bounceCallbacks(r bounce.Report, to string) []callback {
	one := func(status, code, detail, about string) callback {
		sum := sha256.Sum256([]byte(about))
		return callback{
			Provider: providerDSN, MessageID: r.MessageID, SID: r.Key + "/" + hex.EncodeToString(sum[:4]),
			Status: status, Code: code, Detail: addressPattern.ReplaceAllString(detail, "…"),
		}
	}
	if r.Kind == bounce.KindComplaint && r.Proven {
		return []callback{one(cause.Complaint, cause.Complaint, "", "")}
	}
	var all []callback
	for _, about := range believed(r, to) {
		all = append(all, one(string(about.Action), about.Code(), about.Diagnostic, about.Final))
	}
	return all
}

// addressPattern finds what may be an e-mail address in a server's sentence, which is stored without.
var addressPattern = regexp.MustCompile(`[^\s<>,;:"()]+@[^\s<>,;:"()]+`)

// believed is the part of a report that is about our recipient. When a proven report names only other
// addresses, the mailbox has sent the mail on: then the best of what became of it counts.
func believed(r bounce.Report, to string) []bounce.Recipient {
	var about []bounce.Recipient
	for _, one := range r.Recipients {
		if one.Is(to) {
			about = append(about, one)
		}
	}
	if len(about) > 0 || !r.Proven || len(r.Recipients) == 0 {
		return about
	}
	better := map[bounce.Action]int{
		bounce.ActionDelayed: 1, bounce.ActionExpanded: 2, bounce.ActionRelayed: 3, bounce.ActionDelivered: 4,
	}
	best := r.Recipients[0]
	for _, one := range r.Recipients[1:] {
		if better[one.Action] > better[best.Action] {
			best = one
		}
	}
	return []bounce.Recipient{best}
}

// bounceStatus is what an action makes of a message; the others are only noted.
var bounceStatus = map[bounce.Action]Status{
	bounce.ActionFailed: StatusUndelivered, bounce.ActionDelivered: StatusDelivered,
}

// applyBounce lets a stored report act on its message. A failure after a receipt, or after the patient
// read the message, is only noted.
func (l *Ledger) applyBounce(ctx context.Context, ex Executor, _ time.Time, c callback) error {
	return l.alter(ctx, ex, c.MessageID, c.EncounterID, func(ctx context.Context, m held) (change, bool, error) {
		note := change{Kind: "receipt", Code: c.Code, Detail: c.Detail}
		to := bounceStatus[bounce.Action(c.Status)]
		if to == "" || !m.Status.CanBecome(to) {
			return note, true, nil
		}
		if to == StatusUndelivered {
			if read, err := wasRead(ctx, ex, m.ID); err != nil || read {
				return note, err == nil, err
			}
		}
		note.Status, note.Kind = to, string(to)
		if to == StatusDelivered {
			note.Code = "" // nothing is wrong with the message
		}
		return note, true, nil
	})
}

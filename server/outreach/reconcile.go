package outreach

import (
	"cmp"
	"slices"
	"time"

	"teleconsult/notifications"
)

// Reconcile compares what is wanted with the messages that are there. send are to be written, after the slots in
// withdraw were taken back. What was sent stays sent; a message that a person wrote has no slot and is left alone,
// unless another one takes its place because it does not leave: then its id is in withdraw.
func Reconcile(s Situation) (send []Wanted, withdraw []string) {
	wanted := Plan(s)
	wants := func(slot string) bool {
		return slices.ContainsFunc(wanted, func(w Wanted) bool { return w.Slot == slot })
	}
	standing := s.settled().Messages
	for i, m := range s.Messages {
		if m.Slot == "" || !m.pending() || wants(m.Slot) && standing[i].pending() {
			continue
		}
		withdraw = append(withdraw, m.Slot)
	}
	for _, w := range wanted {
		stands := slices.ContainsFunc(standing, func(m Message) bool {
			return (m.Slot == w.Slot || w.Follows != "" && m.Follows == w.Follows) && m.fills()
		})
		if stands {
			continue
		}
		send = append(send, w)
		for _, m := range s.Messages {
			if m.ID == w.Follows && m.pending() {
				withdraw = append(withdraw, cmp.Or(m.Slot, m.ID))
			}
		}
	}
	return send, withdraw
}

// Next is the next moment at which time alone changes what is wanted or who has to act; zero when there is none.
// Messages for later are written ahead, so that a late look loses none of them.
func Next(s Situation) time.Time {
	var next time.Time
	soonest := func(at time.Time) {
		if at.After(s.Now) && (next.IsZero() || at.Before(next)) {
			next = at.UTC()
		}
	}
	if s.Stage == Running || s.Answer == Declined && s.Stage == Ahead {
		return next
	}
	for _, m := range s.Messages {
		switch {
		case s.Policy.ReceiptMinutes == 0:
		case m.awaitsReceipt():
			soonest(s.receiptDue(m))
		case m.awaitsDeparture() && s.Now.Before(s.leaveBy(m)):
			soonest(s.leaveBy(m))
		case m.Status == notifications.StatusSending && m.awaitsDeparture():
			soonest(s.Now.Add(lookAgain))
		}
	}
	if s.Stage == Off {
		if _, unreached := Task(s); unreached {
			soonest(s.End)
		}
	}
	return next
}

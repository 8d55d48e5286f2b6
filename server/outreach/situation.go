package outreach

import (
	"slices"
	"time"

	"teleconsult/notifications"
	"teleconsult/notifications/cause"
)

// Stage is how far an encounter is, as far as it matters to what its patient is told.
type Stage int

// The stages.
const (
	Ahead   Stage = iota // planned; the patient may be waiting already
	Running              // begun or over: nothing more is announced
	Off                  // cancelled
)

// Answer is what stands of the patient's agreement for the tool in use.
type Answer int

// The answers.
const (
	Unanswered Answer = iota
	Agreed
	Declined // refused or withdrawn
)

// Contact is one way to reach the patient, or the representative.
type Contact struct {
	Address string
	// Failing: the last message to it failed; it is tried after the others.
	Failing bool
	// Refused: the person refused this channel for good; it is never tried.
	Refused bool
}

// Message is one message about the encounter, as far as the rules look at it.
type Message struct {
	ID        string
	Purpose   notifications.Purpose
	Slot      string
	Follows   string
	Channel   notifications.Channel
	Recipient string
	Status    notifications.Status
	Code      string
	CreatedAt time.Time
	NotBefore time.Time
	// Due is when it was first to go: each try that fails moves NotBefore. Zero stands for NotBefore.
	Due time.Time
	// At is when the present status was reached.
	At   time.Time
	Read bool
	// replaced: it was taken back, and another one stands in its place.
	replaced bool
}

// Call is a telephone call to the patient.
type Call struct {
	At      time.Time
	Reached bool
}

// Situation is all that the rules look at.
type Situation struct {
	Now, Start, End, Created time.Time
	Zone                     *time.Location
	Stage                    Stage
	Answer                   Answer
	// Informed: the patient was informed about the tool in use.
	Informed bool
	// Ready is since when the agreement and the way in are there, zero while they are not.
	Ready time.Time
	// Current is the moment after which an invitation is about the present time and link, zero for any.
	Current time.Time
	Video   bool
	// InvitesItself: the tool sends its own invitation.
	InvitesItself bool
	// Tested: the patient has said how the device works with the tool in use.
	Tested bool
	// Waiting is when the patient first came into the waiting room, zero when they never did.
	Waiting time.Time
	// Announced is the delay that the patient was told, counted from the start; zero for none.
	Announced time.Duration
	Contacts  map[notifications.Channel]Contact
	Messages  []Message
	Calls     []Call
	Policy    Policy
}

// living tells whether the message was not taken back, or only for the one that takes its place.
func (m Message) living() bool { return m.Status != notifications.StatusCancelled || m.replaced }

// pending tells whether the message can still be taken back.
func (m Message) pending() bool {
	return m.Status == notifications.StatusQueued || m.Status == notifications.StatusSending ||
		m.Status == notifications.StatusUnknown && m.Channel == notifications.ChannelEmail
}

// fills tells whether the message keeps its slot from being written again: what a person took back stays away.
func (m Message) fills() bool { return m.living() || m.Code == cause.Withdrawn }

// settled is the situation without what waits for an address that is not the patient's any more: that is taken back
// whatever else is wanted, and written anew where it still makes sense.
func (s Situation) settled() Situation {
	if slices.ContainsFunc(s.Messages, s.elsewhere) {
		s.Messages = slices.Clone(s.Messages)
		for i, m := range s.Messages {
			if s.elsewhere(m) {
				s.Messages[i].Status = notifications.StatusCancelled
			}
		}
	}
	return s.marked()
}

// marked is the situation in which the messages that were taken back for another one are known as such.
func (s Situation) marked() Situation {
	replaced := func(m Message) bool {
		return m.Status == notifications.StatusCancelled &&
			slices.ContainsFunc(s.Messages, func(other Message) bool { return other.Follows == m.ID && other.fills() })
	}
	if slices.ContainsFunc(s.Messages, replaced) {
		all := slices.Clone(s.Messages)
		for i, m := range s.Messages {
			all[i].replaced = replaced(m)
		}
		s.Messages = all
	}
	return s
}

func (s Situation) elsewhere(m Message) bool {
	return m.Slot != "" && m.Status == notifications.StatusQueued && m.Recipient != s.Contacts[m.Channel].Address
}

func (m Message) reached() bool { return m.Read || m.Status == notifications.StatusDelivered }

// awaitsReceipt tells whether a receipt is still to come without which nobody knows whether it arrived. Mail
// servers send none for what they delivered, so that silence says nothing about an e-mail.
func (m Message) awaitsReceipt() bool {
	taken := m.Status == notifications.StatusAccepted || m.Status == notifications.StatusUnknown
	return taken && !m.Read && m.Channel == notifications.ChannelSMS
}

// receiptDue is when a message that awaits its receipt is late.
func (s Situation) receiptDue(m Message) time.Time {
	return m.At.Add(time.Duration(s.Policy.ReceiptMinutes) * time.Minute)
}

// Patience with a message that is due and does not leave.
const (
	// leastPatience is for how long tries that fail are nothing unusual, such as greylisting.
	leastPatience = 10 * time.Minute
	// patienceShare is how much of the time until the start may be waited, at most for a receipt's time.
	patienceShare = 4
	// lookAgain is when a late message that is being sent at this moment is looked at again.
	lookAgain = 2 * time.Minute
)

// awaitsDeparture tells whether the message is not known to have left and is still tried.
func (m Message) awaitsDeparture() bool { return m.pending() && !m.Read }

// due is when the message was first to go.
func (m Message) due() time.Time {
	if m.Due.IsZero() {
		return m.NotBefore
	}
	return m.Due
}

// leaveBy is when a message that has not left is late: counted from when it was first due, because each try that
// fails moves its time, and sooner when the start is near.
func (s Situation) leaveBy(m Message) time.Time {
	due := m.due()
	if m.CreatedAt.After(due) {
		due = m.CreatedAt
	}
	share := max(s.Start.Sub(due)/patienceShare, leastPatience)
	return due.Add(min(time.Duration(s.Policy.ReceiptMinutes)*time.Minute, share))
}

// stuck tells whether the message should have left by now. One that is being sent at this moment will be told of in
// a moment.
func (s Situation) stuck(m Message) bool {
	return m.awaitsDeparture() && m.Status != notifications.StatusSending && s.Policy.ReceiptMinutes > 0 && !s.Now.Before(s.leaveBy(m))
}

// failed tells whether the message did not reach the person, or is late: then the next channel is tried.
func (s Situation) failed(m Message) bool {
	switch m.Status {
	case notifications.StatusUndelivered, notifications.StatusExpired:
		return !m.Read
	case notifications.StatusAccepted, notifications.StatusQueued, notifications.StatusUnknown:
		return s.stuck(m) || m.awaitsReceipt() && s.Policy.ReceiptMinutes > 0 && !s.Now.Before(s.receiptDue(m))
	case notifications.StatusCancelled:
		return m.replaced && !m.Read
	case notifications.StatusSending, notifications.StatusDelivered:
	}
	return false
}

// failedAt is when a failed message was known to have failed.
func (s Situation) failedAt(m Message) time.Time {
	switch {
	case m.awaitsReceipt():
		return s.receiptDue(m)
	case m.awaitsDeparture():
		return s.leaveBy(m)
	}
	return m.At
}

// order is the channels on which the patient can be told something of this purpose, the first one first: those
// whose last message failed come after the others.
func (s Situation) order(p notifications.Purpose) []notifications.Channel {
	var well, failing []notifications.Channel
	for _, channel := range s.Policy.Channels[p] {
		switch c := s.Contacts[channel]; {
		case c.Address == "" || c.Refused:
		case c.Failing:
			failing = append(failing, channel)
		default:
			well = append(well, channel)
		}
	}
	return append(well, failing...)
}

// Channels are those by which something of this purpose goes out now: all for a purpose that goes by both, else
// the first one; none when the patient cannot be reached in writing.
func (s Situation) Channels(p notifications.Purpose) []notifications.Channel {
	order := s.order(p)
	if len(order) > 1 && !slices.Contains(s.Policy.Both, p) {
		order = order[:1]
	}
	return order
}

// before is the moment a lead time before the start. Whole days are counted in the calendar of the zone, so that
// the reminder of the day before comes at the same clock time, also when the clocks change in between.
func (s Situation) before(lead time.Duration) time.Time {
	const day = 24 * time.Hour
	if lead%day != 0 {
		return s.Start.Add(-lead)
	}
	local := s.Start.In(s.Zone)
	y, m, d := local.Date()
	return time.Date(y, m, d-int(lead/day), local.Hour(), local.Minute(), local.Second(), 0, s.Zone).UTC()
}

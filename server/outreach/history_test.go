package outreach_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"teleconsult/notifications"
	"teleconsult/notifications/cause"
	"teleconsult/server/outreach"
)

// history is a situation to which things happen, with what must hold after each.
type history struct {
	r *rapid.T
	s outreach.Situation
}

// TestAnyHistory lets anything happen in any order, with clocks that jump: no slot has two living messages, none is
// followed twice or without having failed, nobody who refused or is in the consultation is told anything more, and
// looking twice changes nothing.
func TestAnyHistory(t *testing.T) {
	zone := paris(t)
	rapid.Check(t, func(r *rapid.T) {
		h := &history{r: r, s: outreach.Situation{
			Now: planned, Start: start, End: start.Add(20 * time.Minute), Created: planned, Zone: zone, Video: rapid.Bool().Draw(r, "video"),
			InvitesItself: rapid.IntRange(0, 4).Draw(r, "tool") == 0, Policy: drawPolicy(r),
		}}
		contacts("jeanne@exemple.fr", "+33612345678")(&h.s)
		h.write("notice")
		actions := map[string]func(*rapid.T){
			"time":     func(*rapid.T) { h.pass() },
			"answer":   func(*rapid.T) { h.answer() },
			"move":     func(*rapid.T) { h.move() },
			"stage":    func(*rapid.T) { h.stage() },
			"contact":  func(*rapid.T) { h.contact() },
			"outcome":  func(*rapid.T) { h.outcome() },
			"outcome2": func(*rapid.T) { h.outcome() },
			"patient":  func(*rapid.T) { h.patient() },
			"person":   func(*rapid.T) { h.person() },
			"":         func(*rapid.T) { h.check() },
		}
		r.Repeat(actions)
	})
}

func drawPolicy(r *rapid.T) outreach.Policy {
	p := outreach.Delivery{}.WithDefaults()
	p.Both = rapid.SliceOfNDistinct(rapid.SampledFrom(outreach.Purposes()), 0, 3, rapid.ID[notifications.Purpose]).Draw(r, "both")
	p.ReceiptMinutes = rapid.SampledFrom([]int{0, 5, 60}).Draw(r, "receipt")
	p.UnreadHours = rapid.SampledFrom([]int{0, 24, 48}).Draw(r, "unread")
	p.LateMinutes = rapid.SampledFrom([]int{0, 15}).Draw(r, "late")
	for _, purpose := range outreach.Purposes() {
		order := [][]notifications.Channel{{email, sms}, {sms, email}, {email}, {sms}}
		p.Channels[purpose] = rapid.SampledFrom(order).Draw(r, string(purpose))
	}
	return p
}

func (h *history) pass() {
	minutes := rapid.OneOf(rapid.IntRange(1, 90), rapid.IntRange(100, 15000), rapid.IntRange(-200, -1)).Draw(h.r, "minutes")
	h.s.Now = h.s.Now.Add(time.Duration(minutes) * time.Minute)
}

func (h *history) answer() {
	h.s.Answer = rapid.SampledFrom([]outreach.Answer{outreach.Agreed, outreach.Agreed, outreach.Unanswered, outreach.Declined}).Draw(h.r, "answer")
	h.s.Ready = time.Time{}
	if h.s.Answer == outreach.Agreed && rapid.Bool().Draw(h.r, "linked") {
		h.s.Ready, h.s.Current = h.s.Now, h.s.Now
	}
}

func (h *history) move() {
	if h.s.Stage != outreach.Ahead {
		return
	}
	by := time.Duration(rapid.IntRange(-2000, 6000).Draw(h.r, "by")) * time.Minute
	h.s.Start, h.s.End, h.s.Current, h.s.Announced = h.s.Start.Add(by), h.s.End.Add(by), h.s.Now, 0
	if !h.s.Ready.IsZero() {
		h.s.Ready = h.s.Now
	}
}

func (h *history) stage() {
	if h.s.Stage == outreach.Ahead && rapid.IntRange(0, 3).Draw(h.r, "ends") == 0 {
		h.s.Stage = rapid.SampledFrom([]outreach.Stage{outreach.Running, outreach.Off}).Draw(h.r, "stage")
		if h.s.Stage == outreach.Off {
			h.write("cancellation")
		}
	}
}

func (h *history) contact() {
	mail := rapid.SampledFrom([]string{"", "jeanne@exemple.fr", "anne@exemple.fr"}).Draw(h.r, "email")
	mobile := rapid.SampledFrom([]string{"", "+33612345678", "+33698765432"}).Draw(h.r, "mobile")
	contacts(mail, mobile)(&h.s)
	if rapid.Bool().Draw(h.r, "failing") {
		h.s.Contacts[sms] = outreach.Contact{Address: mobile, Failing: true, Refused: rapid.Bool().Draw(h.r, "refused")}
	}
}

// outcome tells of a message whose time has come, or of its receipt.
func (h *history) outcome() {
	var open []int
	for i, m := range h.s.Messages {
		if !m.NotBefore.After(h.s.Now) && !slices.Contains([]notifications.Status{undelivered, expired, cancelled}, m.Status) {
			open = append(open, i)
		}
	}
	if len(open) == 0 {
		return
	}
	m := &h.s.Messages[rapid.SampledFrom(open).Draw(h.r, "message")]
	next := rapid.SampledFrom(notifications.Statuses()).Draw(h.r, "status")
	if m.Status.CanBecome(next) && next != cancelled {
		m.Status, m.At = next, h.s.Now
	}
}

func (h *history) patient() {
	switch rapid.IntRange(0, 3).Draw(h.r, "does") {
	case 0:
		for i := range h.s.Messages {
			if m := &h.s.Messages[i]; m.Status == accepted || m.Status == delivered {
				m.Read = true
			}
		}
	case 1:
		h.s.Tested = true
	case 2:
		h.s.Waiting = h.s.Now
	case 3:
		h.s.Informed = true
	}
}

// person is somebody of the staff: sends again, takes back, calls, or announces a delay.
func (h *history) person() {
	switch rapid.IntRange(0, 3).Draw(h.r, "does") {
	case 0:
		h.write(rapid.SampledFrom([]notifications.Purpose{"notice", "invitation", "reminder"}).Draw(h.r, "purpose"))
	case 1:
		for i := range h.s.Messages {
			if m := &h.s.Messages[i]; m.Status == queued {
				m.Status, m.Code, m.At = cancelled, cause.Withdrawn, h.s.Now
				return
			}
		}
	case 2:
		h.s.Calls = append(h.s.Calls, outreach.Call{At: h.s.Now, Reached: rapid.Bool().Draw(h.r, "reached")})
	case 3:
		h.s.Announced = time.Duration(rapid.IntRange(1, 8).Draw(h.r, "quarters")) * 15 * time.Minute
		h.write("delay")
	}
}

// write is a message that a person asked for.
func (h *history) write(p notifications.Purpose) {
	for _, c := range h.s.Channels(p) {
		m := message(p, c, queued, h.s.Now)
		m.ID, m.Recipient = fmt.Sprintf("m%d", len(h.s.Messages)+1), h.s.Contacts[c].Address
		h.s.Messages = append(h.s.Messages, m)
	}
}

func (h *history) check() {
	h.legal(obey(&h.s))
	h.unique()
	send, withdraw := outreach.Reconcile(h.s)
	sending := func(slot string) bool {
		return slices.ContainsFunc(h.s.Messages, func(m outreach.Message) bool { return m.Slot == slot && m.Status == notifications.StatusSending })
	}
	if slices.ContainsFunc(withdraw, func(slot string) bool { return !sending(slot) }) || len(send) > 0 {
		h.r.Fatalf("a second look wants %v and takes back %v", send, withdraw)
	}
	if next := outreach.Next(h.s); !next.IsZero() && !next.After(h.s.Now) {
		h.r.Fatalf("the next follow-up is in the past: %v", next)
	}
	h.nobodyForgotten()
	for _, m := range h.s.Messages {
		over := h.s.Stage != outreach.Ahead || h.s.Answer == outreach.Declined
		kept := h.s.Stage == outreach.Running && m.Purpose == "invitation" || h.s.Stage == outreach.Off && m.Purpose == "cancellation"
		if over && m.Slot != "" && m.Status == queued && !kept {
			h.r.Fatalf("%s %s still waits", m.Purpose, m.Slot)
		}
	}
}

// nobodyForgotten: when all that was written has failed, and nobody has telephoned, somebody is asked to.
func (h *history) nobodyForgotten() {
	s := h.s
	failed := false
	for _, m := range s.Messages {
		late := m.Channel == sms && s.Policy.ReceiptMinutes > 0 && !s.Now.Before(m.At.Add(time.Duration(s.Policy.ReceiptMinutes)*time.Minute))
		switch {
		case m.Status == cancelled:
		case m.Read, m.Status == delivered, m.Status == notifications.StatusSending:
			return
		case m.Status == queued, m.Status == unknown && m.Channel == email:
			if !h.stuck(m) {
				return
			}
			failed = failed || h.needed(m)
		case (m.Status == accepted || m.Status == unknown) && !late:
			return
		default:
			failed = failed || h.needed(m)
		}
	}
	matters := s.Answer == outreach.Unanswered && !s.Informed || !s.Ready.IsZero() && !s.InvitesItself && s.Answer == outreach.Agreed
	called := slices.ContainsFunc(s.Calls, func(c outreach.Call) bool { return c.Reached })
	if !failed || !matters || called || !s.Waiting.IsZero() || s.Stage != outreach.Ahead {
		return
	}
	if _, unreached := outreach.Task(s); !unreached {
		h.r.Fatalf("all failed and nobody is asked to telephone: %+v", s.Messages)
	}
}

// needed tells whether a message is one without which the patient does not know what to do.
func (h *history) needed(m outreach.Message) bool {
	notice := h.s.Ready.IsZero() && m.Purpose == "notice"
	invitation := !h.s.Ready.IsZero() && m.Purpose == "invitation" && !m.CreatedAt.Before(h.s.Current)
	return (notice || invitation) && !outreach.WrittenAhead(m.Slot)
}

// stuck tells whether a message should have left by now.
func (h *history) stuck(m outreach.Message) bool {
	due := m.NotBefore
	if m.CreatedAt.After(due) {
		due = m.CreatedAt
	}
	wait := min(time.Duration(h.s.Policy.ReceiptMinutes)*time.Minute, max(10*time.Minute, h.s.Start.Sub(due)/4))
	return wait > 0 && !h.s.Now.Before(due.Add(wait))
}

// legal checks what was written now.
func (h *history) legal(sent []outreach.Wanted) {
	first := map[string]outreach.Wanted{}
	for _, w := range sent {
		off := h.s.Stage == outreach.Off && w.Purpose != "cancellation"
		if h.s.Stage == outreach.Running || off || h.s.Answer == outreach.Declined && h.s.Stage == outreach.Ahead || !h.s.Now.Before(w.Expires) {
			h.r.Fatalf("written although nothing is to be told: %+v", w)
		}
		if c := h.s.Contacts[w.Channel]; c.Address == "" || c.Refused || w.Slot == "" {
			h.r.Fatalf("no way to write %+v", w)
		}
		base := strings.TrimSuffix(w.Slot, "/"+string(w.Channel))
		if other, twice := first[base]; twice && (!slices.Contains(h.s.Policy.Both, w.Purpose) || other.Channel == w.Channel) {
			h.r.Fatalf("by two channels at once: %+v and %+v", other, w)
		}
		first[base] = w
		if w.Follows != "" {
			i := slices.IndexFunc(h.s.Messages, func(m outreach.Message) bool { return m.ID == w.Follows })
			m := h.s.Messages[i]
			silent := m.Channel == sms && (m.Status == accepted || m.Status == unknown) && h.s.Policy.ReceiptMinutes > 0
			stuck := m.Status == cancelled && m.Code == "" && h.stuck(m)
			if m.Status != undelivered && m.Status != expired && !silent && !stuck || m.Read || m.Channel == w.Channel {
				h.r.Fatalf("%+v takes the place of %+v, which did not fail", w, m)
			}
		}
	}
}

// unique checks what the database would refuse.
func (h *history) unique() {
	slots, follows := map[string]bool{}, map[string]bool{}
	for _, m := range h.s.Messages {
		if m.Slot != "" && m.Status != cancelled {
			if slots[m.Slot] {
				h.r.Fatalf("two living messages for %s", m.Slot)
			}
			slots[m.Slot] = true
		}
		if m.Follows != "" {
			if follows[m.Follows] {
				h.r.Fatalf("%s is followed twice", m.Follows)
			}
			follows[m.Follows] = true
		}
	}
}

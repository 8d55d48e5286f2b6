package outreach

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"teleconsult/notifications"
)

// Wanted is a message that should be there.
type Wanted struct {
	Purpose notifications.Purpose
	// Slot is what it is for within the encounter; there is one message for a slot.
	Slot    string
	Channel notifications.Channel
	// NotBefore is in the future for what is written ahead.
	NotBefore, Expires time.Time
	Priority           notifications.Priority
	// Calendar is the method of the calendar file that goes with an e-mail, "" for none.
	Calendar string
	// Follows is the message whose place it takes, "" for none.
	Follows string
	// Late is by how much the practitioner is late, for PurposeDelay.
	Late time.Duration
}

// Lapses of time.
const (
	// urgent: who is invited this long before the start waits for the message.
	urgent = 2 * time.Hour
	// afterStart is how long a reminder may still say something after the start.
	afterStart = 15 * time.Minute
	// delayFor is how long the news of a delay is news.
	delayFor = 30 * time.Minute
	// apart: a reminder is left out when the invitation comes again this close to it, because it was not read.
	apart = 3 * time.Hour
)

// Plan returns the messages that should be there, those that are there already included. Times alone change
// nothing in it but what has become useless, what is late, and what is too late to begin with: it may be asked
// at any moment.
func Plan(s Situation) []Wanted {
	p := planner{Situation: s.settled()}
	switch s.Stage {
	case Off:
		p.follow(notifications.PurposeCancellation, p.End, p.occasion(notifications.PurposeCancellation))
	case Running:
		p.keep(notifications.PurposeInvitation)
	case Ahead:
		p.ahead()
	}
	return p.wanted
}

// planner collects what is wanted.
type planner struct {
	Situation
	wanted []Wanted
}

func (p *planner) ahead() {
	switch {
	case p.Answer == Declined:
		return
	case p.Answer == Unanswered:
		notice := p.occasion(notifications.PurposeNotice)
		p.follow(notifications.PurposeNotice, p.Start, notice)
		p.remindOfConsent(notice)
	case !p.Ready.IsZero():
		p.invite()
		p.testDevice()
		p.remind()
	}
	p.delay()
}

// add wants a message unless it is useless by now. What is not there yet must also not be too late to begin with.
func (p *planner) add(w Wanted, latest time.Time) {
	if w.Priority == 0 {
		w.Priority = notifications.PrioritySingle
	}
	if w.Channel == notifications.ChannelSMS && w.Priority != notifications.PriorityWaiting {
		// what would be useless in the morning goes at night
		if later := p.Policy.TextHours.Next(w.NotBefore, p.Start, p.Zone); later.Before(w.Expires) {
			w.NotBefore = later
		}
	}
	if !w.NotBefore.Before(w.Expires) || !p.Now.Before(w.Expires) || (p.Now.After(latest) && !p.filled(w.Slot)) {
		return
	}
	p.wanted = append(p.wanted, w)
}

// filled tells whether a message stands, stood, or was taken back by a person for a slot.
func (s Situation) filled(slot string) bool {
	return slices.ContainsFunc(s.Messages, func(m Message) bool { return m.Slot == slot && m.fills() })
}

// lead wants a message a lead time before the start. since is when the patient was last told what it repeats; one
// that would come sooner after that than a quarter of its lead says nothing new. It may begin late by an eighth of
// its lead.
func (p *planner) lead(w Wanted, lead time.Duration, since time.Time) {
	w.NotBefore = p.before(lead)
	if lead >= 24*time.Hour {
		w.Priority = notifications.PriorityBulk // many wait for the same minute, and none of their readers does
	}
	if !w.NotBefore.Before(since.Add(lead / 4)) {
		p.once(w, w.NotBefore.Add(lead/8))
	}
}

// once wants a message for its slot, by the channels it went by when it is there already.
func (p *planner) once(w Wanted, latest time.Time) {
	base, standing := w.Slot, false
	for _, m := range p.Messages {
		if m.Slot != "" && baseOf(m) == base && m.Purpose == w.Purpose && m.fills() {
			standing, w.Slot, w.Channel = true, m.Slot, m.Channel
			p.add(w, latest)
		}
	}
	if standing {
		return
	}
	channels := p.Channels(w.Purpose)
	for _, channel := range channels {
		w.Slot, w.Channel, w.Calendar = base, channel, calendarOf(w.Purpose, channel)
		if len(channels) > 1 {
			w.Slot += "/" + string(channel)
		}
		p.add(w, latest)
	}
}

// each adds one message for each lead time, the longest first; each is useless when the next one goes.
func (p *planner) each(purpose notifications.Purpose, leads []int, unit time.Duration, since, end time.Time) {
	for i, n := range leads {
		expires := end
		if i+1 < len(leads) {
			expires = p.before(time.Duration(leads[i+1]) * unit)
		}
		w := Wanted{Purpose: purpose, Slot: p.slot(string(purpose), n), Expires: expires}
		if purpose == notifications.PurposeReminder && p.invitedAgain(p.before(time.Duration(n)*unit)) {
			continue
		}
		p.lead(w, time.Duration(n)*unit, since)
	}
}

// slot names what a message is for: kind and lead, and the start, so that a moved encounter has other slots.
func (s Situation) slot(kind string, lead int) string {
	return fmt.Sprintf("%s/%d/%s", kind, lead, s.Start.UTC().Format(time.RFC3339))
}

func (p *planner) remind() {
	p.each(notifications.PurposeReminder, p.Policy.ReminderMinutes, time.Minute, p.Ready, p.Start.Add(afterStart))
	for _, g := range p.slots(notifications.PurposeReminder) {
		p.follow(notifications.PurposeReminder, p.usefulUntil(g, p.Policy.ReminderMinutes, time.Minute, p.Start.Add(afterStart)), g)
	}
}

func (p *planner) remindOfConsent(notice group) {
	if len(notice) > 0 {
		p.each(notifications.PurposeConsentReminder, p.Policy.ConsentReminderHours, time.Hour, notice[0].CreatedAt, p.Start)
	}
	for _, g := range p.slots(notifications.PurposeConsentReminder) {
		p.follow(notifications.PurposeConsentReminder, p.usefulUntil(g, p.Policy.ConsentReminderHours, time.Hour, p.Start), g)
	}
}

// usefulUntil is when the next message of the kind goes, which says the same: what failed is not repeated after that,
// or an outage of days would end in all of them at once.
func (p *planner) usefulUntil(g group, leads []int, unit time.Duration, end time.Time) time.Time {
	for _, n := range leads {
		if next := p.before(time.Duration(n) * unit); next.After(g[0].due()) && next.Before(end) {
			end = next
		}
	}
	return end
}

func (p *planner) testDevice() {
	if !p.Video || p.InvitesItself || p.Tested || p.Policy.LinkTestHours == 0 {
		return
	}
	p.each(notifications.PurposeLinkTest, []int{p.Policy.LinkTestHours}, time.Hour, p.Ready, p.Start)
	for _, g := range p.slots(notifications.PurposeLinkTest) {
		p.follow(notifications.PurposeLinkTest, p.Start, g)
	}
}

// invite wants the invitation once it can go out, what takes its place, and its repetition when nobody reads it.
func (p *planner) invite() {
	if p.InvitesItself {
		return
	}
	if !p.invited() {
		p.inviteNow()
		var g group
		for _, w := range p.wanted {
			g = append(g, Message{Purpose: w.Purpose, Channel: w.Channel, CreatedAt: p.Now})
		}
		p.repeatUnread(g)
		return
	}
	p.keep(notifications.PurposeInvitation)
	g := p.occasion(notifications.PurposeInvitation)
	p.follow(notifications.PurposeInvitation, p.End, g)
	p.repeatUnread(g)
}

func (p *planner) inviteNow() {
	w := Wanted{
		Purpose: notifications.PurposeInvitation, Slot: invitationSlot + p.Current.UTC().Format(time.RFC3339Nano),
		NotBefore: p.Now, Expires: p.End,
	}
	if p.Start.Sub(p.Now) < urgent {
		w.Priority = notifications.PriorityWaiting
	}
	p.once(w, p.End)
}

// invited tells whether an invitation to the present time and link is there, or was taken back by a person.
func (s Situation) invited() bool {
	return slices.ContainsFunc(s.Messages, func(m Message) bool {
		return m.Purpose == notifications.PurposeInvitation && m.first() && m.fills() && !m.CreatedAt.Before(s.Current)
	})
}

// keep wants the pending messages of a purpose that are about the present time and link as they are.
func (p *planner) keep(purpose notifications.Purpose) {
	for _, m := range p.Messages {
		stays := m.Purpose == purpose && m.pending() && m.Slot != "" && !m.CreatedAt.Before(p.Current)
		if stays && !strings.HasPrefix(m.Slot, unreadSlot) {
			p.wanted = append(p.wanted, kept(m))
		}
	}
}

// kept is a message that is there and stays as it is.
func kept(m Message) Wanted {
	return Wanted{Purpose: m.Purpose, Slot: m.Slot, Channel: m.Channel, NotBefore: m.NotBefore, Follows: m.Follows}
}

// follow wants the message that takes the place of a group that failed, and keeps one that does so already.
func (p *planner) follow(purpose notifications.Purpose, expires time.Time, g group) {
	for _, m := range g {
		if strings.HasPrefix(m.Slot, afterSlot) {
			p.wanted = append(p.wanted, kept(m))
		}
	}
	failed, next, ok := p.fallback(purpose, expires, g)
	if !ok || p.here() && purpose != notifications.PurposeDelay {
		return
	}
	w := Wanted{
		Purpose: purpose, Slot: afterSlot + failed, Channel: next, NotBefore: p.Now, Expires: expires, Follows: failed,
		Calendar: calendarOf(purpose, next),
	}
	if purpose == notifications.PurposeDelay || p.Stage == Ahead && p.Start.Sub(p.Now) < urgent {
		w.Priority = notifications.PriorityWaiting
	}
	if purpose == notifications.PurposeDelay {
		w.Late = p.Announced + p.late()
	}
	p.add(w, expires)
}

// here tells whether the patient has come to the consultation as it is planned now: nothing but a delay is news.
func (s Situation) here() bool {
	return s.Stage == Ahead && !s.Waiting.IsZero() && !s.Waiting.Before(s.Current)
}

// repeatUnread wants an invitation that nobody has read on the next channel too.
func (p *planner) repeatUnread(g group) {
	slot := unreadSlot + p.Start.UTC().Format(time.RFC3339)
	others := slices.DeleteFunc(slices.Clone(g), func(m Message) bool { return strings.HasPrefix(m.Slot, unreadSlot) })
	next := p.unused(notifications.PurposeInvitation, others)
	if p.Policy.UnreadHours == 0 || len(others) == 0 || p.openedSince(others) || !p.Waiting.IsZero() || next == "" || p.lost(others) {
		return
	}
	lead := time.Duration(p.Policy.UnreadHours) * time.Hour
	w := Wanted{Purpose: notifications.PurposeInvitation, Slot: slot, Channel: next, NotBefore: p.before(lead), Expires: p.Start}
	w.Calendar = calendarOf(w.Purpose, next)
	if !w.NotBefore.Before(others[0].CreatedAt.Add(lead / 4)) {
		p.add(w, w.NotBefore.Add(lead/8))
	}
}

// invitedAgain tells whether an invitation that was not read comes again close to a moment.
func (p *planner) invitedAgain(at time.Time) bool {
	near := func(other time.Time) bool { return other.Sub(at).Abs() <= apart }
	return slices.ContainsFunc(p.wanted, func(w Wanted) bool { return strings.HasPrefix(w.Slot, unreadSlot) && near(w.NotBefore) }) ||
		slices.ContainsFunc(p.Messages, func(m Message) bool {
			return strings.HasPrefix(m.Slot, unreadSlot) && m.living() && !m.pending() && near(m.NotBefore)
		})
}

func (s Situation) late() time.Duration { return time.Duration(s.Policy.LateMinutes) * time.Minute }

// delay wants the word that the practitioner is late, for a patient who waits: in the waiting room, or for a call.
// Nobody is told so who has not come: there it may be the practitioner who waits.
func (p *planner) delay() {
	for _, g := range p.slots(notifications.PurposeDelay) {
		p.follow(notifications.PurposeDelay, g.newsUntil(), g)
	}
	byTelephone := !p.Video && !p.Ready.IsZero()
	if p.Policy.LateMinutes == 0 || p.Waiting.IsZero() && !byTelephone {
		return
	}
	from := p.Start.Add(p.Announced)
	if p.Waiting.After(from) {
		from = p.Waiting
	}
	at, total := from.Add(p.late()), p.Announced+p.late()
	p.once(Wanted{
		Purpose: notifications.PurposeDelay, Slot: p.slot("delay", int(total.Minutes())), NotBefore: at, Expires: at.Add(delayFor),
		Priority: notifications.PriorityWaiting, Late: total,
	}, at.Add(delayFor))
}

// newsUntil is until when what a group says about a delay is news.
func (g group) newsUntil() time.Time {
	var last time.Time
	for _, m := range g {
		if m.NotBefore.After(last) {
			last = m.NotBefore
		}
	}
	return last.Add(delayFor)
}

// calendarOf: the calendar follows what is said of the appointment itself.
func calendarOf(p notifications.Purpose, c notifications.Channel) string {
	switch {
	case c != notifications.ChannelEmail:
	case p == notifications.PurposeInvitation:
		return "REQUEST"
	case p == notifications.PurposeCancellation:
		return "CANCEL"
	}
	return ""
}

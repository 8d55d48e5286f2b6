package encounter

import (
	"slices"
	"time"

	"teleconsult/notifications"
	"teleconsult/notifications/cause"
	"teleconsult/server/consent"
	"teleconsult/server/outreach"
	"teleconsult/server/patient"
)

// Reputation is what messages of all encounters tell about the patient's addresses; the zero value tells nothing. It
// sets the order in which they are tried and no more: that the number of another encounter's messages refuses them all
// becomes a fact of this one when it is tried, and then people see it.
type Reputation struct {
	Failures map[notifications.Recipient]notifications.Failure
	Refused  map[string]bool
}

// Situation is these facts as the rules of outreach look at them.
func (f *Facts) Situation(now time.Time, known Reputation) outreach.Situation {
	s := outreach.Situation{
		Now: now, Start: f.PlannedStart, End: f.PlannedEnd, Created: f.CreatedAt, Zone: f.zone(), Stage: f.stage(),
		Informed: f.Informed(), Ready: f.readySince(), Current: f.inviteSince(), Video: f.Modality == Video,
		InvitesItself: f.InvitesItself(), Tested: f.DeviceTest != nil, Waiting: f.ArrivedAt, Policy: f.policy(),
		Contacts: map[notifications.Channel]outreach.Contact{}, Messages: make([]outreach.Message, 0, len(f.Messages)),
	}
	switch f.Consent().Verdict {
	case consent.Agreed:
		s.Answer = outreach.Agreed
	case consent.Refused, consent.Withdrawn:
		s.Answer = outreach.Declined
	case consent.Unknown:
	}
	if f.Delay != nil {
		s.Announced = time.Duration(f.Delay.Minutes) * time.Minute
	}
	email, mobile := f.Patient.Contact()
	for channel, address := range map[notifications.Channel]string{notifications.ChannelEmail: email, notifications.ChannelSMS: mobile} {
		_, fails := known.Failures[notifications.Recipient{Channel: channel, Address: address}]
		s.Contacts[channel] = outreach.Contact{
			Address: address, Failing: fails || known.Refused[address] || f.failing(address), Refused: f.refused(address),
		}
	}
	for _, m := range f.Messages {
		s.Messages = append(s.Messages, outreach.Message{
			ID: m.ID, Purpose: notifications.Purpose(m.Purpose), Slot: m.Slot, Follows: m.Follows,
			Channel: notifications.Channel(m.Channel), Recipient: m.Recipient, Status: notifications.Status(m.Status), Code: m.Code,
			CreatedAt: m.CreatedAt, NotBefore: m.NotBefore, Due: m.Due, At: m.At, Read: m.ReadAt != nil,
		})
	}
	for _, c := range f.Calls {
		s.Calls = append(s.Calls, outreach.Call{At: c.At, Reached: c.Outcome == CallReached})
	}
	return s
}

func (f *Facts) stage() outreach.Stage {
	switch f.Status {
	case Planned, Arrived:
		return outreach.Ahead
	case Cancelled:
		return outreach.Off
	case InProgress, Finished:
	}
	return outreach.Running
}

// policy is the department's rules; the older setting for both channels is one of them.
func (f *Facts) policy() outreach.Policy {
	p := f.Department.Delivery.WithDefaults()
	if !f.Department.NotifyBoth {
		return p
	}
	for _, purpose := range []notifications.Purpose{
		notifications.PurposeNotice, notifications.PurposeInvitation, notifications.PurposeCancellation,
	} {
		if !slices.Contains(p.Both, purpose) {
			p.Both = append(p.Both, purpose)
		}
	}
	return p
}

// readySince is since when the invitation may go out, zero while it may not.
func (f *Facts) readySince() time.Time {
	if !f.readyToInvite() {
		return time.Time{}
	}
	return latest(latest(f.CreatedAt, f.Consent().RecordedAt), f.inviteSince())
}

// failing tells whether the last message to an address failed.
func (f *Facts) failing(address string) bool {
	failed, at := false, time.Time{}
	for _, m := range f.Messages {
		if m.Recipient != address || m.At.Before(at) {
			continue
		}
		switch {
		case m.Status == "undelivered":
			failed, at = true, m.At
		case m.Status == "delivered" || m.ReadAt != nil:
			failed, at = false, m.At
		}
	}
	return failed
}

// refused tells whether a message showed that the person refused this channel for good.
func (f *Facts) refused(address string) bool {
	return address != "" && slices.ContainsFunc(f.Messages, func(m MessageFact) bool {
		return m.Recipient == address && m.Status == "undelivered" && slices.Contains(refusals, m.Code)
	})
}

// refusals are the codes with which a person has refused all further messages.
var refusals = []string{cause.Suppressed, "21610"}

// ContactTask asks somebody to telephone the patient, whom no message has reached or who has a problem.
type ContactTask struct {
	// Purpose is what the patient should have been told; "link-test" is a device that does not work.
	Purpose string
	// What is what happened, in French, with the addresses masked.
	What  string
	Since time.Time
	// Phone is what to dial, "" when no number is known.
	Phone string
	// Suggestion is the address that a mistyped one was probably meant to be, "" for none.
	Suggestion string
	// LastCall is the last try since, nil when there was none.
	LastCall *Call
	// Channels are those that the patient has a contact for.
	Channels []string
}

// ContactTask is nil when nobody has to telephone.
func (f *Facts) ContactTask(now time.Time) *ContactTask {
	return f.contactTask(f.Situation(now, Reputation{}))
}

func (f *Facts) contactTask(s outreach.Situation) *ContactTask {
	u, unreached := outreach.Task(s)
	task := &ContactTask{Purpose: string(u.Purpose), What: u.What, Since: u.Since}
	if !unreached {
		if task = f.deviceTask(); task == nil {
			return nil
		}
	}
	email, mobile := f.Patient.Contact()
	task.Phone = mobile
	if unreached && f.missed(email) {
		task.Suggestion = patient.Suggest(email)
	}
	for _, channel := range []notifications.Channel{notifications.ChannelEmail, notifications.ChannelSMS} {
		if s.Contacts[channel].Address != "" {
			task.Channels = append(task.Channels, string(channel))
		}
	}
	for _, c := range f.Calls {
		if !c.At.Before(task.Since) {
			task.LastCall = &c
		}
	}
	return task
}

// missed tells whether a message to an address did not arrive there, or has not left for it.
func (f *Facts) missed(address string) bool {
	return slices.ContainsFunc(f.Messages, func(m MessageFact) bool {
		lost := []string{"undelivered", "expired", "queued", "unknown"}
		return m.Recipient == address && m.ReadAt == nil && slices.Contains(lost, m.Status) && !outreach.WrittenAhead(m.Slot)
	})
}

// deviceTask is the patient's word that the device does not work, until somebody has spoken with them.
func (f *Facts) deviceTask() *ContactTask {
	t := f.DeviceTest
	if t == nil || t.Outcome != "problem" || f.stage() != outreach.Ahead || f.declined() || f.Modality != Video {
		return nil
	}
	for _, c := range f.Calls {
		if c.Outcome == CallReached && !c.At.Before(t.At) {
			return nil
		}
	}
	words := map[string]string{
		"image": " d’image", "sound": " de son", "connection": " de connexion", "no-device": " : pas d’appareil pour la vidéo",
	}
	return &ContactTask{
		Purpose: string(notifications.PurposeLinkTest), What: "Le patient a essayé son appareil et signale un problème" + words[t.Problem] + ".",
		Since: t.At,
	}
}

// showIn puts the task where people look for what they have to do: into the step that it keeps from being done.
func (t *ContactTask) showIn(f *Facts, steps []Step) {
	code := StepInvitation
	if t.Purpose == string(notifications.PurposeNotice) {
		code = StepInformation
	}
	i := slices.IndexFunc(steps, func(s Step) bool { return s.Code == code })
	s := &steps[i]
	s.State, s.ActsNext, s.Since, s.Evidence = Todo, SecretaryActs, t.Since, "Appeler le patient. "+t.What
	if s.Due.IsZero() || t.Purpose == string(notifications.PurposeDelay) || f.Status == Cancelled {
		s.Due = f.PlannedStart
	}
	if c := t.LastCall; c != nil {
		s.Evidence += " " + callWords[c.Outcome] + " le " + f.dayAndClock(c.At) + by(c.By) + "."
	}
}

var callWords = map[string]string{
	CallReached: "Joint par téléphone", CallVoicemail: "Message laissé sur le répondeur", CallNoAnswer: "Pas de réponse au téléphone",
}

// calendarFiles counts the calendar files that went out or were to go out with e-mails.
func (f *Facts) calendarFiles() int {
	n := 0
	for _, m := range f.Messages {
		says := m.Purpose == string(notifications.PurposeInvitation) || m.Purpose == string(notifications.PurposeCancellation)
		if says && m.Channel == string(notifications.ChannelEmail) {
			n++
		}
	}
	return n
}

package outreach_test

import (
	"fmt"
	"testing"
	"time"

	"teleconsult/notifications"
	"teleconsult/server/outreach"
)

const (
	email = notifications.ChannelEmail
	sms   = notifications.ChannelSMS
)

func paris(t testing.TB) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

// start is Tuesday 12 May 2026, 14:30 in Paris; planned is three weeks before, at 10:00.
var (
	start   = time.Date(2026, time.May, 12, 12, 30, 0, 0, time.UTC)
	planned = time.Date(2026, time.April, 21, 8, 0, 0, 0, time.UTC)
)

type change func(*outreach.Situation)

// situation is a consultation by video that was just planned: the notice went by e-mail.
func situation(t testing.TB, changes ...change) outreach.Situation {
	t.Helper()
	s := outreach.Situation{
		Now: planned, Start: start, End: start.Add(20 * time.Minute), Created: planned, Zone: paris(t), Video: true,
		Contacts: map[notifications.Channel]outreach.Contact{
			email: {Address: "jeanne@exemple.fr"}, sms: {Address: "+33612345678"},
		},
		Policy: outreach.Delivery{}.WithDefaults(),
	}
	with(message("notice", email, notifications.StatusAccepted, planned))(&s)
	for _, c := range changes {
		c(&s)
	}
	return s
}

// message is one that was written, and reached its status, at a moment.
func message(purpose notifications.Purpose, c notifications.Channel, status notifications.Status, at time.Time) outreach.Message {
	to := map[notifications.Channel]string{email: "jeanne@exemple.fr", sms: "+33612345678"}[c]
	return outreach.Message{Purpose: purpose, Channel: c, Recipient: to, Status: status, CreatedAt: at, NotBefore: at, At: at}
}

func with(m outreach.Message) change {
	return func(s *outreach.Situation) {
		if m.ID == "" {
			m.ID = fmt.Sprintf("m%d", len(s.Messages)+1)
		}
		s.Messages = append(s.Messages, m)
	}
}

// ready is agreed with a link, since a moment.
func ready(at time.Time) change {
	return func(s *outreach.Situation) { s.Answer, s.Ready, s.Current, s.Informed = outreach.Agreed, at, at, true }
}

func at(now time.Time) change { return func(s *outreach.Situation) { s.Now = now } }

func policy(p func(*outreach.Policy)) change { return func(s *outreach.Situation) { p(&s.Policy) } }

func contacts(e, m string) change {
	return func(s *outreach.Situation) {
		s.Contacts = map[notifications.Channel]outreach.Contact{email: {Address: e}, sms: {Address: m}}
	}
}

// obey writes and takes back what the rules say, as the encounter does.
func obey(s *outreach.Situation) (sent []outreach.Wanted) {
	send, withdraw := outreach.Reconcile(*s)
	for _, slot := range withdraw {
		for i := range s.Messages {
			m := &s.Messages[i]
			if (m.Slot == slot || m.ID == slot) && (m.Status == notifications.StatusQueued || m.Status == notifications.StatusUnknown) {
				m.Status, m.At = notifications.StatusCancelled, s.Now
			}
		}
	}
	for _, w := range send {
		s.Messages = append(s.Messages, outreach.Message{
			ID: fmt.Sprintf("m%d", len(s.Messages)+1), Purpose: w.Purpose, Slot: w.Slot, Follows: w.Follows, Channel: w.Channel,
			Recipient: s.Contacts[w.Channel].Address, Status: notifications.StatusQueued, CreatedAt: s.Now, NotBefore: w.NotBefore, At: s.Now,
		})
	}
	return send
}

// arrive lets everything arrive whose time has come.
func arrive(s *outreach.Situation) {
	for i := range s.Messages {
		if m := &s.Messages[i]; m.Status == notifications.StatusQueued && !m.NotBefore.After(s.Now) {
			m.Status, m.At = notifications.StatusDelivered, m.NotBefore
		}
	}
}

// told is what is written: purpose, channel and time in Paris of each.
func told(t testing.TB, sent []outreach.Wanted) []string {
	t.Helper()
	all := []string{}
	for _, w := range sent {
		all = append(all, fmt.Sprintf("%s by %s %s", w.Purpose, w.Channel, w.NotBefore.In(paris(t)).Format("01-02 15:04")))
	}
	return all
}

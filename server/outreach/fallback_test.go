package outreach_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"teleconsult/notifications"
	"teleconsult/notifications/cause"
	"teleconsult/server/outreach"
)

const (
	accepted    = notifications.StatusAccepted
	delivered   = notifications.StatusDelivered
	undelivered = notifications.StatusUndelivered
	expired     = notifications.StatusExpired
	unknown     = notifications.StatusUnknown
	queued      = notifications.StatusQueued
	cancelled   = notifications.StatusCancelled
)

// only leaves out what is written ahead.
func only(sent []outreach.Wanted) []outreach.Wanted {
	return slices.DeleteFunc(sent, func(w outreach.Wanted) bool { return !strings.HasPrefix(w.Slot, "after/") })
}

func notice(status notifications.Status, changes ...func(*outreach.Message)) change {
	return func(s *outreach.Situation) {
		m := &s.Messages[0]
		m.Status = status
		for _, c := range changes {
			c(m)
		}
	}
}

func bySMS(m *outreach.Message)   { m.Channel, m.Recipient = sms, "+33612345678" }
func wasRead(m *outreach.Message) { m.Read = true }

func TestTheNextChannel(t *testing.T) {
	hour := planned.Add(time.Hour)
	for _, c := range []struct {
		name    string
		changes []change
		want    []string
	}{
		{"accepted by the mail server is not late", []change{notice(accepted), at(planned.AddDate(0, 0, 3))}, nil},
		{"undelivered", []change{notice(undelivered)}, []string{"notice by sms 04-21 10:00"}},
		{"expired", []change{notice(expired)}, []string{"notice by sms 04-21 10:00"}},
		{"undelivered, but read", []change{notice(undelivered, wasRead)}, nil},
		{"an SMS without a receipt, not yet late", []change{notice(accepted, bySMS), at(hour.Add(-time.Second))}, nil},
		{"an SMS without a receipt", []change{notice(accepted, bySMS), at(hour)}, []string{"notice by email 04-21 11:00"}},
		{"an SMS of unknown outcome", []change{notice(unknown, bySMS), at(hour)}, []string{"notice by email 04-21 11:00"}},
		{"an SMS whose receipt came", []change{notice(delivered, bySMS), at(hour)}, nil},
		{"receipts are not waited for", []change{notice(accepted, bySMS), at(hour), policy(func(p *outreach.Policy) { p.ReceiptMinutes = 0 })}, nil},
		{"no other contact", []change{notice(undelivered), contacts("jeanne@exemple.fr", "")}, nil},
		{"the other contact refuses", []change{notice(undelivered), func(s *outreach.Situation) {
			s.Contacts[sms] = outreach.Contact{Address: "+33612345678", Refused: true}
		}}, nil},
		{"the department has no other channel", []change{notice(undelivered), policy(func(p *outreach.Policy) {
			p.Channels["notice"] = []notifications.Channel{email}
		})}, nil},
		{"both went out, one failed", []change{notice(undelivered), with(message("notice", sms, accepted, planned))}, nil},
		{"both went out, both failed", []change{notice(undelivered), with(message("notice", sms, undelivered, planned))}, nil},
		{"sent anew since", []change{notice(undelivered), with(message("notice", email, queued, hour)), at(hour)}, nil},
		{"answered meanwhile", []change{notice(undelivered), ready(hour)}, nil},
		{"the start has passed", []change{notice(undelivered), at(start)}, nil},
		{"followed already", []change{notice(undelivered), with(outreach.Message{
			ID: "f", Purpose: "notice", Slot: "after/m1", Follows: "m1", Channel: sms, Status: queued, Recipient: "+33612345678", CreatedAt: hour,
		})}, nil},
		{"what followed was taken back: a message is followed once", []change{notice(undelivered), with(outreach.Message{
			ID: "f", Purpose: "notice", Slot: "after/m1", Follows: "m1", Channel: sms, Status: cancelled, CreatedAt: hour,
		})}, nil},
		{"an invitation", []change{ready(planned), with(message("invitation", email, undelivered, planned))}, []string{"invitation by sms 04-21 10:00"}},
		{"an invitation of a link that is no more", []change{ready(hour), with(message("invitation", email, undelivered, planned)), at(hour)}, nil},
		{"a cancellation", []change{with(message("cancellation", email, undelivered, planned)), func(s *outreach.Situation) {
			s.Stage = outreach.Off
		}}, []string{"cancellation by sms 04-21 10:00"}},
		{"a cancellation, after the appointment", []change{with(message("cancellation", email, undelivered, planned)), at(start.Add(time.Hour)), func(s *outreach.Situation) {
			s.Stage = outreach.Off
		}}, nil},
		{"a delay, in the evening", []change{ready(planned), with(message("delay", sms, undelivered, start)), at(start.Add(time.Minute))}, []string{"delay by email 05-12 14:31"}},
		{"queued, not yet late", []change{notice(queued), at(hour.Add(-time.Second))}, nil},
		{"queued, and late", []change{notice(queued), at(hour)}, []string{"notice by sms 04-21 11:00"}},
		{"tries that fail make it no younger", []change{notice(queued, func(m *outreach.Message) {
			m.Due, m.NotBefore = m.NotBefore, m.NotBefore.Add(2*time.Hour)
		}), at(hour)}, []string{"notice by sms 04-21 11:00"}},
		{"an e-mail of unknown outcome", []change{notice(unknown), at(hour)}, []string{"notice by sms 04-21 11:00"}},
		{"late, but being sent now", []change{notice(notifications.StatusSending), at(hour)}, nil},
		{"late, and no other contact", []change{notice(queued), at(hour), contacts("jeanne@exemple.fr", "")}, nil},
		{"nothing is waited for", []change{notice(queued), at(hour), policy(func(p *outreach.Policy) { p.ReceiptMinutes = 0 })}, nil},
		{"shortly before the start a quarter of the time", []change{
			ready(start.Add(-time.Hour)), with(message("invitation", email, queued, start.Add(-time.Hour))),
			at(start.Add(-45 * time.Minute)),
		}, []string{"invitation by sms 05-12 13:45"}},
		{"ten minutes at the least", []change{
			ready(start.Add(-20 * time.Minute)), with(message("invitation", email, queued, start.Add(-20*time.Minute))),
			at(start.Add(-11 * time.Minute)),
		}, nil},
		{"who is in the waiting room has the link", []change{
			ready(planned), with(message("invitation", email, undelivered, planned)),
			func(s *outreach.Situation) { s.Waiting = start.Add(-time.Minute) }, at(start),
		}, nil},
		{"who had come before it was moved has not", []change{
			ready(planned), with(message("invitation", email, undelivered, planned)),
			func(s *outreach.Situation) { s.Waiting = planned.Add(-time.Hour) },
		}, []string{"invitation by sms 04-21 10:00"}},
		{"at night an SMS waits", []change{notice(undelivered), at(planned.Add(12 * time.Hour))}, []string{"notice by sms 04-22 08:00"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := situation(t, c.changes...)
			if got := told(t, only(obey(&s))); !slices.Equal(got, append([]string{}, c.want...)) {
				t.Errorf("got %v, want %v", got, c.want)
			}
			if again := only(obey(&s)); len(again) != 0 {
				t.Errorf("followed twice: %v", told(t, again))
			}
		})
	}
}

func TestAReminderIsFollowedOnItsOwn(t *testing.T) {
	s := situation(t, ready(planned), func(s *outreach.Situation) { s.InvitesItself = true })
	obey(&s)
	s.Now = start.AddDate(0, 0, -7).Add(time.Minute)
	i := slices.IndexFunc(s.Messages, func(m outreach.Message) bool { return strings.HasPrefix(m.Slot, "reminder/10080/") })
	s.Messages[i].Status, s.Messages[i].At = undelivered, s.Now
	if got := told(t, obey(&s)); !slices.Equal(got, []string{"reminder by email 05-05 14:31"}) {
		t.Errorf("got %v, want this reminder by e-mail and the others as they are", got)
	}
}

func TestTask(t *testing.T) {
	later := planned.Add(time.Hour)
	lost := func(p notifications.Purpose, at time.Time) []change {
		one, two := message(p, email, undelivered, at), message(p, sms, undelivered, at)
		one.Code, two.Code = "550 5.1.1", "30005"
		one.ID, two.ID, two.Follows, two.Slot = "one"+string(p), "two"+string(p), "one"+string(p), "after/one"+string(p)
		return []change{with(one), with(two)}
	}
	called := func(at time.Time, reached bool) change {
		return func(s *outreach.Situation) { s.Calls = append(s.Calls, outreach.Call{At: at, Reached: reached}) }
	}
	off := func(s *outreach.Situation) { s.Stage = outreach.Off }
	for _, c := range []struct {
		name    string
		changes []change
		want    notifications.Purpose
	}{
		{"nothing failed", nil, ""},
		{"one failed, the other channel comes next", []change{notice(undelivered)}, ""},
		{"both failed", lost("notice", later), "notice"},
		{"both failed, and somebody has spoken with the patient", append(lost("notice", later), called(later, true)), ""},
		{"both failed, and nobody answered", append(lost("notice", later), called(later, false)), "notice"},
		{"the call was before", append(lost("notice", later), called(planned, true)), "notice"},
		{"both failed, then one arrived", append(lost("notice", later), with(message("consent-reminder", sms, delivered, later.Add(time.Hour)))), ""},
		{"both failed, sent anew to a corrected address", append(lost("notice", later), with(message("notice", email, queued, later.Add(time.Hour)))), ""},
		{"both failed, but informed orally", append(lost("notice", later), func(s *outreach.Situation) { s.Informed = true }), ""},
		{"the invitation", append(lost("invitation", later), ready(planned)), "invitation"},
		{"the invitation, and the patient has come", append(lost("invitation", later), ready(planned), func(s *outreach.Situation) { s.Waiting = start }), ""},
		{"the notice of who has agreed", append(lost("notice", later), ready(planned)), ""},
		{"the cancellation", append(lost("cancellation", later), off), "cancellation"},
		{"the cancellation, when the appointment is over", append(lost("cancellation", later), off, at(start.Add(time.Hour))), ""},
		{"the delay", append(lost("delay", start), ready(planned), at(start.Add(time.Minute))), "delay"},
		{"begun", append(lost("invitation", later), ready(planned), func(s *outreach.Situation) { s.Stage = outreach.Running }), ""},
		{"refused", append(lost("invitation", later), func(s *outreach.Situation) { s.Answer = outreach.Declined }), ""},
		{"an SMS without a receipt, and no e-mail", []change{notice(accepted, bySMS), contacts("", "+33612345678"), at(later)}, "notice"},
		{"an e-mail that does not leave, and no mobile", []change{notice(queued), contacts("jeanne@exemple.fr", ""), at(later)}, "notice"},
		{"an e-mail that has not left yet, and no mobile", []change{notice(queued), contacts("jeanne@exemple.fr", "")}, ""},
		{"one was taken back by a person, and the one in its place failed", []change{
			notice(cancelled, func(m *outreach.Message) { m.Code = cause.Withdrawn }), with(outreach.Message{
				ID: "f", Purpose: "notice", Slot: "after/m1", Follows: "m1", Channel: sms, Status: undelivered, Recipient: "+33612345678", CreatedAt: later,
			}),
		}, "notice"},
		{"ready, and no contact", []change{ready(planned), contacts("", "")}, "invitation"},
		{"a reminder does not matter so much", append(lost("reminder", later), ready(planned), with(message("invitation", email, delivered, planned))), ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := situation(t, c.changes...)
			u, unreached := outreach.Task(s)
			if u.Purpose != c.want || unreached != (c.want != "") {
				t.Errorf("%+v, %v; want %q", u, unreached, c.want)
			}
			if unreached && (u.What == "" || u.Since.IsZero() || strings.Contains(u.What, "jeanne")) {
				t.Errorf("task %+v", u)
			}
		})
	}
}

func TestTheTaskTellsWhatHappened(t *testing.T) {
	mail, text := message("notice", email, undelivered, planned), message("notice", sms, accepted, planned)
	mail.Recipient, mail.Code = "jeanne@gmail.co", "550 5.1.1"
	s := situation(t, func(s *outreach.Situation) { s.Messages = nil }, with(mail), with(text), at(planned.Add(2*time.Hour)))
	u, unreached := outreach.Task(s)
	want := "Le patient n’a pas reçu l’information ni la demande d’accord. E-mail à j•••@gmail.co : cette adresse e-mail n’existe pas. " +
		"SMS au •• •• •• 56 78 : envoyé, mais aucun accusé de réception."
	if !unreached || u.What != want || !u.Since.Equal(planned.Add(time.Hour)) {
		t.Errorf("%v %+v\nwant %s", unreached, u, want)
	}
}

func TestNext(t *testing.T) {
	later := planned.Add(10 * time.Minute)
	off := func(s *outreach.Situation) { s.Stage = outreach.Off }
	for _, c := range []struct {
		name    string
		changes []change
		want    time.Time
	}{
		{"an e-mail is not waited for", nil, time.Time{}},
		{"that it leaves is", []change{notice(queued)}, planned.Add(time.Hour)},
		{"what is being sent is looked at again", []change{notice(notifications.StatusSending), at(planned.Add(2 * time.Hour))}, planned.Add(2*time.Hour + 2*time.Minute)},
		{"an SMS is", []change{with(message("notice", sms, accepted, later))}, later.Add(time.Hour)},
		{"the first of two", []change{with(message("notice", sms, accepted, later)), with(message("reminder", sms, unknown, planned))}, planned.Add(time.Hour)},
		{"not what is late already", []change{with(message("notice", sms, accepted, planned)), at(later.Add(time.Hour))}, time.Time{}},
		{"nothing once it has begun", []change{with(message("notice", sms, accepted, later)), func(s *outreach.Situation) { s.Stage = outreach.Running }}, time.Time{}},
		{"nothing after a refusal", []change{with(message("notice", sms, accepted, later)), func(s *outreach.Situation) { s.Answer = outreach.Declined }}, time.Time{}},
		{"the end of what is cancelled", []change{off, contacts("", "+33612345678"), with(message("cancellation", sms, undelivered, later))}, start.Add(20 * time.Minute)},
	} {
		if got := outreach.Next(situation(t, c.changes...)); !got.Equal(c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

// TestWhatIsLateIsTakenBackOnce: the next channel takes its place; an invitation that cannot leave is not written anew.
func TestWhatIsLateIsTakenBackOnce(t *testing.T) {
	s := situation(t, ready(planned), notice(delivered))
	obey(&s)
	s.Now = planned.Add(time.Hour)
	_, withdraw := outreach.Reconcile(s)
	if got := told(t, only(obey(&s))); !slices.Equal(got, []string{"invitation by sms 04-21 11:00"}) || !hasSlot(withdraw, "invitation/") {
		t.Fatalf("got %v, taken back %v", got, withdraw)
	}
	i := slices.IndexFunc(s.Messages, func(m outreach.Message) bool { return m.Follows != "" })
	if send, withdraw := outreach.Reconcile(s); len(send)+len(withdraw) > 0 {
		t.Errorf("a second look wants %v and takes back %v", told(t, send), withdraw)
	}
	s.Messages[i].Status, s.Messages[i].At, s.Messages[i].Code = undelivered, s.Now, "30005"
	want := "Le patient n’a pas reçu l’invitation. E-mail à j•••@exemple.fr : n’a pas pu partir à temps."
	if u, unreached := outreach.Task(s); !unreached || !strings.HasPrefix(u.What, want) {
		t.Errorf("%v %q, want %q and what became of the SMS", unreached, u.What, want)
	}
	s.Messages[i].Status, s.Messages[i].Code = cancelled, cause.Withdrawn
	if send, _ := outreach.Reconcile(s); slices.ContainsFunc(send, func(w outreach.Wanted) bool { return w.Purpose == "invitation" && !outreach.WrittenAhead(w.Slot) }) {
		t.Errorf("written anew although a person took it back: %v", told(t, send))
	}
}

// TestAnInvitationThatFailsIsNotLeftUntilTheDayBefore: what is written ahead for who does not read is no reason to wait.
func TestAnInvitationThatFailsIsNotLeftUntilTheDayBefore(t *testing.T) {
	s := situation(t, ready(planned))
	obey(&s)
	s.Messages[1].Status, s.Messages[1].At, s.Now = undelivered, planned.Add(time.Minute), planned.Add(time.Minute)
	_, withdraw := outreach.Reconcile(s)
	if got := told(t, only(obey(&s))); !slices.Equal(got, []string{"invitation by sms 04-21 10:01"}) || !hasSlot(withdraw, "unread/") {
		t.Errorf("got %v, taken back %v", got, withdraw)
	}
}

// After an outage of days, only the last of the follow-ups that found no way out is told by the other channel.
func TestAFollowUpThatFailedGivesWayToTheNext(t *testing.T) {
	slot := func(hours string, lead time.Duration) change {
		m := message("consent-reminder", sms, expired, start.Add(-lead))
		m.Slot = "consent-reminder/" + hours + "/" + start.Format(time.RFC3339)
		return with(m)
	}
	s := situation(t, slot("72", 72*time.Hour), slot("24", 24*time.Hour), at(start.Add(-3*time.Hour)))
	var follows []string
	for _, w := range only(obey(&s)) {
		follows = append(follows, w.Follows)
	}
	if !slices.Equal(follows, []string{s.Messages[2].ID}) {
		t.Errorf("followed: %v, want that of the day before alone", follows)
	}
}

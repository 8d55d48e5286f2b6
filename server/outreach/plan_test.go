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

func TestPlan(t *testing.T) {
	hour := time.Hour
	consentAsked := []string{"consent-reminder by sms 05-09 14:30", "consent-reminder by sms 05-11 14:30"}
	invited := []string{
		"invitation by email 04-21 10:00", "invitation by sms 05-11 14:30", "link-test by email 05-10 14:30",
		"reminder by sms 05-05 14:30", "reminder by sms 05-12 12:30",
	}
	for _, c := range []struct {
		name    string
		changes []change
		want    []string
	}{
		{"asked again until answered", nil, consentAsked},
		{"nobody has been asked yet", []change{func(s *outreach.Situation) { s.Messages = nil }}, nil},
		{"asked too late to be asked again three days before", []change{func(s *outreach.Situation) {
			s.Now = start.Add(-80 * hour)
			s.Messages[0].CreatedAt = s.Now
		}}, consentAsked[1:]},
		{"agreed, and the link is there", []change{ready(planned)}, invited},
		{"by telephone there is nothing to try", []change{ready(planned), func(s *outreach.Situation) { s.Video = false }}, append(
			slices.Clone(invited[:2]), append(slices.Clone(invited[3:]), "delay by sms 05-12 14:45")...,
		)},
		{"the tool invites by itself", []change{ready(planned), func(s *outreach.Situation) { s.InvitesItself = true }}, []string{
			"reminder by sms 05-05 14:30", "reminder by sms 05-11 14:30", "reminder by sms 05-12 12:30",
		}},
		{"the device was tried", []change{ready(planned), func(s *outreach.Situation) { s.Tested = true }}, append(slices.Clone(invited[:2]), invited[3:]...)},
		{"ready the day before in the morning", []change{ready(start.Add(-29 * hour)), at(start.Add(-29 * hour))}, []string{
			"invitation by email 05-11 09:30", "reminder by sms 05-12 12:30",
		}},
		{"ready one hour before", []change{ready(start.Add(-hour)), at(start.Add(-hour))}, []string{"invitation by email 05-12 13:30"}},
		{"refused", []change{ready(planned), func(s *outreach.Situation) { s.Answer = outreach.Declined }}, nil},
		{"cancelled", []change{ready(planned), func(s *outreach.Situation) { s.Stage = outreach.Off }}, nil},
		{"begun", []change{ready(planned), func(s *outreach.Situation) { s.Stage = outreach.Running }}, nil},
		{"over, and nobody began", []change{ready(planned), at(start.Add(hour))}, nil},
		{"no mobile", []change{contacts("jeanne@exemple.fr", "")}, []string{
			"consent-reminder by email 05-09 14:30", "consent-reminder by email 05-11 14:30",
		}},
		{"no contact", []change{ready(planned), contacts("", "")}, nil},
		{"the mobile fails", []change{func(s *outreach.Situation) {
			s.Contacts[sms] = outreach.Contact{Address: "+33612345678", Failing: true}
		}}, []string{"consent-reminder by email 05-09 14:30", "consent-reminder by email 05-11 14:30"}},
		{"only a mobile, which fails", []change{contacts("", ""), func(s *outreach.Situation) {
			s.Contacts[sms] = outreach.Contact{Address: "+33612345678", Failing: true}
		}}, consentAsked},
		{"only a mobile, which refuses", []change{contacts("", ""), func(s *outreach.Situation) {
			s.Contacts[sms] = outreach.Contact{Address: "+33612345678", Refused: true}
		}}, nil},
		{"the patient waits", []change{ready(start.Add(-hour)), at(start.Add(-10 * time.Minute)), func(s *outreach.Situation) {
			with(message("invitation", email, notifications.StatusDelivered, start.Add(-hour)))(s)
			s.Waiting = s.Now
		}}, []string{"delay by sms 05-12 14:45"}},
		{"the patient was told of half an hour", []change{ready(start.Add(-hour)), at(start), func(s *outreach.Situation) {
			with(message("invitation", email, notifications.StatusDelivered, start.Add(-hour)))(s)
			s.Waiting, s.Announced = start.Add(-10*time.Minute), 30*time.Minute
		}}, []string{"delay by sms 05-12 15:15"}},
		{"the patient comes late", []change{ready(start.Add(-hour)), at(start.Add(10 * time.Minute)), func(s *outreach.Situation) {
			with(message("invitation", email, notifications.StatusDelivered, start.Add(-hour)))(s)
			s.Waiting = s.Now
		}}, []string{"delay by sms 05-12 14:55"}},
		{"all is off", []change{ready(planned), policy(func(p *outreach.Policy) {
			p.LinkTestHours, p.LateMinutes, p.UnreadHours, p.ReminderMinutes = 0, 0, 0, nil
		})}, invited[:1]},
		{"both channels", []change{ready(planned), policy(func(p *outreach.Policy) {
			p.Both = []notifications.Purpose{"invitation", "reminder"}
			p.ReminderMinutes, p.LinkTestHours = []int{120}, 0
		})}, []string{
			"invitation by email 04-21 10:00", "invitation by sms 04-21 10:00", "reminder by sms 05-12 12:30", "reminder by email 05-12 12:30",
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := situation(t, c.changes...)
			got := told(t, obey(&s))
			if !slices.Equal(got, append([]string{}, c.want...)) {
				t.Errorf("got\n  %s\nwant\n  %s", strings.Join(got, "\n  "), strings.Join(c.want, "\n  "))
			}
			if again, withdrawn := outreach.Reconcile(s); len(again)+len(withdrawn) > 0 {
				t.Errorf("asked again, it wants %v more and takes back %v", told(t, again), withdrawn)
			}
		})
	}
}

func TestTextMessagesKeepQuietAtNight(t *testing.T) {
	for _, c := range []struct {
		start time.Time
		lead  int // minutes
		want  string
	}{
		{time.Date(2026, 5, 12, 19, 0, 0, 0, time.UTC), 1440, "05-12 08:00"}, // 21:00 in Paris: not on the evening before
		{time.Date(2026, 5, 12, 7, 0, 0, 0, time.UTC), 120, "05-12 07:00"},   // two hours before, nothing waits
		{time.Date(2026, 5, 12, 7, 0, 0, 0, time.UTC), 180, "05-12 07:00"},   // nor longer than until then
		{time.Date(2026, 5, 12, 8, 30, 0, 0, time.UTC), 180, "05-12 08:00"},
		{start, 1440, "05-11 14:30"},
	} {
		s := situation(t, func(s *outreach.Situation) { s.Start, s.End = c.start, c.start.Add(20*time.Minute) }, ready(planned),
			policy(func(p *outreach.Policy) { p.ReminderMinutes, p.LinkTestHours = []int{c.lead}, 0 }))
		s.Answer, s.InvitesItself = outreach.Agreed, true
		if got := told(t, obey(&s)); len(got) != 1 || got[0] != "reminder by sms "+c.want {
			t.Errorf("%d minutes before %s: %v, want %s", c.lead, c.start, got, c.want)
		}
	}
}

// TestDaysAreCountedInTheCalendar: the reminder of the day before comes at the same clock time when the clocks
// change in between; hours before the start are hours.
func TestDaysAreCountedInTheCalendar(t *testing.T) {
	for name, c := range map[string]struct {
		start time.Time
		want  []time.Time
	}{
		"summer time begins": {
			time.Date(2026, 3, 29, 13, 0, 0, 0, time.UTC),
			[]time.Time{time.Date(2026, 3, 22, 14, 0, 0, 0, time.UTC), time.Date(2026, 3, 28, 14, 0, 0, 0, time.UTC), time.Date(2026, 3, 29, 11, 0, 0, 0, time.UTC)},
		},
		"summer time ends": {
			time.Date(2026, 10, 25, 13, 0, 0, 0, time.UTC),
			[]time.Time{time.Date(2026, 10, 18, 12, 0, 0, 0, time.UTC), time.Date(2026, 10, 24, 12, 0, 0, 0, time.UTC), time.Date(2026, 10, 25, 11, 0, 0, 0, time.UTC)},
		},
	} {
		t.Run(name, func(t *testing.T) {
			long := c.start.AddDate(0, 0, -30)
			s := situation(t, func(s *outreach.Situation) { s.Start, s.End, s.Created = c.start, c.start.Add(20*time.Minute), long },
				ready(long), at(long), func(s *outreach.Situation) { s.InvitesItself = true })
			var got []time.Time
			for _, w := range obey(&s) {
				got = append(got, w.NotBefore)
			}
			if !slices.EqualFunc(got, c.want, time.Time.Equal) {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}

// TestALateLookLosesNothing: whenever somebody looks, before or after the time of a message, it is there once; only
// what has become useless, or is too late to begin with, is not begun.
func TestALateLookLosesNothing(t *testing.T) {
	once := situation(t, ready(planned))
	obey(&once)
	for late := time.Duration(0); late < 21*24*time.Hour; late += 37 * time.Minute {
		s := once
		s.Messages = slices.Clone(once.Messages)
		s.Now = planned.Add(late)
		arrive(&s)
		if send, withdraw := outreach.Reconcile(s); len(send) > 0 && s.Now.Before(start.Add(-7*time.Hour)) || hasSlot(withdraw, "invitation") {
			t.Fatalf("%s later it wants %v more and takes back %v", late, told(t, send), withdraw)
		}
		for _, m := range s.Messages {
			due := m.NotBefore.Before(s.Now) && s.Now.Sub(m.NotBefore) < 10*time.Minute
			if _, withdraw := outreach.Reconcile(s); due && slices.Contains(withdraw, m.Slot) {
				t.Fatalf("%s is taken back while it is due", m.Slot)
			}
		}
	}
	// nobody had looked for ten minutes when the reminder of the day before was due
	s := situation(t, ready(planned), at(start.Add(-24*time.Hour+10*time.Minute)))
	with(message("invitation", email, notifications.StatusDelivered, planned))(&s)
	s.Messages[1].Read = true
	if got := told(t, obey(&s)); !slices.Contains(got, "reminder by sms 05-11 14:30") || slices.Contains(got, "reminder by sms 05-05 14:30") {
		t.Errorf("after a late look: %v", got)
	}
}

func hasSlot(slots []string, prefix string) bool {
	return slices.ContainsFunc(slots, func(s string) bool { return strings.HasPrefix(s, prefix) })
}

func TestAMovedEncounterHasOtherReminders(t *testing.T) {
	s := situation(t, ready(planned))
	obey(&s)
	old := slices.Clone(s.Messages)
	s.Now = planned.Add(time.Hour)
	s.Start, s.End, s.Ready, s.Current = start.Add(48*time.Hour), s.End.Add(48*time.Hour), s.Now, s.Now
	sent := told(t, obey(&s))
	if !slices.Contains(sent, "reminder by sms 05-14 12:30") || !slices.Contains(sent, "invitation by email 04-21 11:00") {
		t.Errorf("after the move: %v", sent)
	}
	for i, m := range old {
		if m.Slot != "" && s.Messages[i].Status != notifications.StatusCancelled {
			t.Errorf("%s still stands", m.Slot)
		}
	}
}

func TestWhatLostItsSenseIsTakenBack(t *testing.T) {
	for name, c := range map[string]struct {
		before  []change
		happens change
		gone    string // beginning of the slots
	}{
		"answered":  {nil, ready(planned.Add(time.Hour)), "consent-reminder/"},
		"refused":   {[]change{ready(planned)}, func(s *outreach.Situation) { s.Answer = outreach.Declined }, "reminder/"},
		"cancelled": {[]change{ready(planned)}, func(s *outreach.Situation) { s.Stage = outreach.Off }, "reminder/"},
		"begun": {[]change{ready(planned), at(start), func(s *outreach.Situation) { s.Waiting = start }}, func(s *outreach.Situation) {
			s.Stage = outreach.Running
		}, "delay/"},
		"tried":   {[]change{ready(planned)}, func(s *outreach.Situation) { s.Tested = true }, "link-test/"},
		"no link": {[]change{ready(planned)}, func(s *outreach.Situation) { s.Ready = time.Time{} }, "reminder/"},
		"read": {[]change{ready(planned), func(s *outreach.Situation) {
			with(message("invitation", email, notifications.StatusDelivered, planned))(s)
		}}, func(s *outreach.Situation) { s.Messages[1].Read = true }, "unread/"},
		"the page was opened by a later message": {[]change{ready(planned), func(s *outreach.Situation) {
			with(message("invitation", email, notifications.StatusAccepted, planned))(s)
			with(message("reminder", sms, notifications.StatusDelivered, planned.Add(time.Hour)))(s)
		}}, func(s *outreach.Situation) { s.Messages[2].Read = true }, "unread/"},
		"another number": {nil, contacts("jeanne@exemple.fr", "+33698765432"), "consent-reminder/"},
	} {
		t.Run(name, func(t *testing.T) {
			s := situation(t, c.before...)
			obey(&s)
			if !slices.ContainsFunc(s.Messages, func(m outreach.Message) bool { return strings.HasPrefix(m.Slot, c.gone) }) {
				t.Fatalf("nothing to take back: %+v", s.Messages)
			}
			c.happens(&s)
			_, withdraw := outreach.Reconcile(s)
			if !hasSlot(withdraw, c.gone) {
				t.Errorf("taken back: %v, want %s", withdraw, c.gone)
			}
		})
	}
}

func TestWhatAPersonTookBackStaysAway(t *testing.T) {
	s := situation(t)
	obey(&s)
	m := &s.Messages[1]
	m.Status, m.Code = notifications.StatusCancelled, cause.Withdrawn
	if send, _ := outreach.Reconcile(s); len(send) != 0 {
		t.Errorf("written anew: %v", told(t, send))
	}
}

// TestAnInvitationNobodyReads comes again by the next channel, and a reminder at the same time is left out.
func TestAnInvitationNobodyReads(t *testing.T) {
	s := situation(t, ready(planned))
	with(message("invitation", email, notifications.StatusAccepted, planned))(&s)
	sent := told(t, obey(&s))
	if !slices.Contains(sent, "invitation by sms 05-11 14:30") || slices.Contains(sent, "reminder by sms 05-11 14:30") {
		t.Errorf("while it is not read: %v", sent)
	}
	s.Now, s.Messages[1].Read = start.Add(-26*time.Hour), true
	arrive(&s)
	if sent = told(t, obey(&s)); !slices.Equal(sent, []string{"reminder by sms 05-11 14:30"}) {
		t.Errorf("once it is read: %v, want the reminder in its place", sent)
	}
	late := situation(t, ready(start.Add(-25*time.Hour)), at(start.Add(-25*time.Hour)))
	with(message("invitation", email, notifications.StatusAccepted, late.Now))(&late)
	if sent = told(t, obey(&late)); slices.ContainsFunc(sent, func(s string) bool { return strings.HasPrefix(s, "invitation") }) {
		t.Errorf("one hour after the invitation: %v", sent)
	}
}

// TestUrgencyAndUse: who waits comes first, many at the same minute last; nothing goes after it has lost its use.
func TestUrgencyAndUse(t *testing.T) {
	soon := situation(t, ready(start.Add(-time.Hour)), at(start.Add(-time.Hour)), func(s *outreach.Situation) { s.Waiting = s.Now })
	early := situation(t, ready(planned))
	now, before := obey(&soon), obey(&early)
	for _, c := range []struct {
		sent     []outreach.Wanted
		slot     string
		priority notifications.Priority
		expires  time.Time
		calendar string
	}{
		{now, "invitation/", notifications.PriorityWaiting, start.Add(20 * time.Minute), "REQUEST"},
		{now, "delay/15/", notifications.PriorityWaiting, start.Add(45 * time.Minute), ""},
		{before, "invitation/", notifications.PrioritySingle, start.Add(20 * time.Minute), "REQUEST"},
		{before, "unread/", notifications.PrioritySingle, start, ""},
		{before, "reminder/10080/", notifications.PriorityBulk, start.Add(-24 * time.Hour), ""},
		{before, "reminder/120/", notifications.PrioritySingle, start.Add(15 * time.Minute), ""},
		{before, "link-test/48/", notifications.PriorityBulk, start, ""},
	} {
		i := slices.IndexFunc(c.sent, func(w outreach.Wanted) bool { return strings.HasPrefix(w.Slot, c.slot) })
		if i < 0 {
			t.Errorf("no %s in %v", c.slot, told(t, c.sent))
			continue
		}
		w := c.sent[i]
		if w.Priority != c.priority || !w.Expires.Equal(c.expires) || w.Calendar != c.calendar {
			t.Errorf("%+v, want priority %d until %v with calendar %q", w, c.priority, c.expires, c.calendar)
		}
		if ahead := outreach.WrittenAhead(w.Slot); ahead != !strings.HasPrefix(c.slot, "invitation/") {
			t.Errorf("%s is written ahead: %v", c.slot, ahead)
		}
	}
	if outreach.WrittenAhead("") || outreach.WrittenAhead("after/m1") {
		t.Error("what a person asked for, or takes another's place, goes at once")
	}
}

package encounter_test

import (
	"context"
	"testing"
	"time"

	"pgregory.net/rapid"

	"teleconsult/server/consent"
	"teleconsult/server/encounter"
)

// TestTheCalendarNeverGoesBack: whatever happens, each calendar file beats all that were written before it, so that
// the last one stands in the patient's calendar.
func TestTheCalendarNeverGoesBack(t *testing.T) {
	s := &encounter.Service{PublicURL: "https://teleconsult.exemple.fr"}
	rapid.Check(t, func(r *rapid.T) {
		f := someFacts(t)
		f.Version = 1
		last, uid := -1, ""
		for range rapid.IntRange(1, 30).Draw(r, "steps") {
			switch what := rapid.SampledFrom([]string{"move", "invitation", "cancellation", "sms", "call back", "reminder"}).Draw(r, "what"); what {
			case "move":
				f.Version++
				f.MovedAt = monday
			case "sms":
				f.Messages = append(f.Messages, encounter.MessageFact{Purpose: "invitation", Channel: "sms", Status: "queued"})
			case "call back":
				for i := range f.Messages {
					f.Messages[i].Status = "cancelled"
				}
			case "reminder":
				f.Messages = append(f.Messages, message("reminder", "queued"))
			default:
				e := s.CalendarEvent(f, "token", monday)
				if e.Sequence <= last || uid != "" && e.UID != uid {
					r.Fatalf("sequence %d after %d, %s after %s", e.Sequence, last, e.UID, uid)
				}
				last, uid = e.Sequence, e.UID
				f.Messages = append(f.Messages, message(what, "queued"))
			}
		}
		if page := s.CalendarEvent(f, "token", monday); page.Sequence < last {
			r.Fatalf("the file on the page has sequence %d after %d", page.Sequence, last)
		}
	})
}

// TestARefusalClearsTheCalendar: who was invited by e-mail has an entry, which a refusal takes out; who was not is not
// written to; and an agreement after that puts it in again.
func TestARefusalClearsTheCalendar(t *testing.T) {
	h := newHospital(t)
	ctx := context.Background()
	refuse := func(f *encounter.Facts) *encounter.Facts {
		h.clock = h.clock.Add(time.Minute)
		return h.must(h.Decide(ctx, h.secretary, f.ID, encounter.DecisionInput{
			Verdict: consent.Refused, Mode: consent.Oral, Giver: consent.ByPatient, Explanation: "préfère venir",
		}))
	}
	if f := refuse(h.schedule()); count(f, "cancellation") != 0 {
		t.Errorf("messages %+v: nothing was in the calendar", f.Messages)
	}
	f := h.makeReady(h.schedule(nextMonth))
	f = refuse(h.becomes(f, "invitation", "email", "accepted", ""))
	if n, sms := count(f, "cancellation"), count(f, "reminder"); n != 1 || sms != 0 {
		t.Errorf("%d cancellations, %d reminders; want the entry taken out", n, sms)
	}
	f = h.must(h.Cancel(ctx, h.secretary, f.ID, encounter.CancelInput{Reason: "consent-refused"}))
	if n := count(f, "cancellation"); n != 1 {
		t.Errorf("%d cancellations after the secretary's tick, want the one that waits", n)
	}
}

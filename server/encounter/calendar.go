package encounter

import (
	"net/url"
	"time"

	"teleconsult/notifications"
	"teleconsult/server/interop/ics"
)

// calendar is the calendar file that goes with an e-mail; method is REQUEST or CANCEL. It is the same
// appointment (UID) for the life of the encounter, with a sequence that rises.
func (s *Service) calendar(f *Facts, token, method string, now time.Time) (notifications.Calendar, error) {
	email, _ := f.Patient.Contact()
	e := s.CalendarEvent(f, token, now)
	e.Method, e.Attendee = ics.Method(method), email
	text, err := ics.Write(e)
	return notifications.Calendar{Method: method, Text: text}, err
}

// CalendarEvent is the appointment as a calendar keeps it; its link leads to the personal page of the token.
// The caller sets the method.
func (s *Service) CalendarEvent(f *Facts, token string, now time.Time) ics.Event {
	host := "teleconsult"
	if u, err := url.Parse(s.PublicURL); err == nil && u.Hostname() != "" {
		host = u.Hostname()
	}
	return ics.Event{
		UID: f.ID + "@" + host, Sequence: f.sequence(), Stamp: now, Start: f.PlannedStart, End: f.PlannedEnd, Zone: f.zone(),
		Language: f.Patient.Language, Telephone: f.Modality == Telephone, Brand: brand, Phone: f.Department.Phone,
		Link: notifications.PersonalLink(s.PublicURL, token, notifications.ChannelEmail), Organizer: f.Department.Email,
	}
}

// sequence is the revision of the calendar entry: it rises with every change of the plan and with every file that
// was written before, so that a file, also one that takes the entry out, always beats all that went before it (RFC
// 5546, 2.1.4).
func (f *Facts) sequence() int { return int(f.Version-1) + f.calendarFiles() }

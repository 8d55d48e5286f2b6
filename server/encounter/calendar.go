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
	e.Method, e.Organizer, e.Attendee = ics.Method(method), f.Department.Email, email
	if e.Method == ics.Cancel {
		e.Sequence++
	}
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
		UID: f.ID + "@" + host, Sequence: int(f.Version - 1), Stamp: now, Start: f.PlannedStart, End: f.PlannedEnd, Zone: f.zone(),
		Language: f.Patient.Language, Telephone: f.Modality == Telephone, Brand: brand, Phone: f.Department.Phone,
		Link: s.PublicURL + "/p/" + token,
	}
}

package prescription

import (
	"time"

	"teleconsult/notifications"
	"teleconsult/server/encounter"
)

// promptly is how long after the consultation a patient waits for the document, also at night.
const promptly = 2 * time.Hour

// Envelope is a message to the patient about a document, by one channel, still without what it says. It has no slot and
// nothing follows it: no other channel ever takes its place, so that a link and its password never go the same way.
func Envelope(f *encounter.Facts, channel notifications.Channel, now time.Time) notifications.NewMessage {
	email, mobile := f.Patient.Contact()
	m := notifications.NewMessage{
		DepartmentID: f.Department.ID, EncounterID: f.ID, Language: f.Patient.Language, Channel: channel, Recipient: mobile,
		Priority: notifications.PrioritySingle, NotBefore: now,
	}
	waits := f.FinishedAt.Add(promptly)
	if now.Before(waits) {
		m.Priority = notifications.PriorityWaiting
	}
	switch {
	case channel == notifications.ChannelEmail:
		m.Recipient, m.ReplyTo = email, f.Department.Email
	case f.Department.Zone != nil:
		m.NotBefore = f.Department.Delivery.WithDefaults().TextHours.Next(now, waits, f.Department.Zone)
	}
	return m
}

package encounter

import (
	"context"
	"errors"
	"time"

	"teleconsult/notifications"
	"teleconsult/server/db"
	"teleconsult/server/interop/ics"
	"teleconsult/server/outreach"
	"teleconsult/templates"
)

// sendWhatIsReady brings the messages in line with the facts: what should be told and is not in the queue is
// written, what lost its sense before it left is taken back (see outreach.Plan). It tells whether anything changed;
// the facts are then as they were before.
func (s *Service) sendWhatIsReady(ctx context.Context, tx db.Tx, f *Facts, now time.Time) (bool, error) {
	send, withdraw := outreach.Reconcile(f.Situation(now, Reputation{}))
	if len(send) > 0 {
		known, err := s.reputation(ctx, tx, f)
		if err != nil {
			return false, err
		}
		send, withdraw = outreach.Reconcile(f.Situation(now, known))
	}
	withdrawn := 0
	if len(withdraw) > 0 {
		var err error
		if withdrawn, err = notifications.CancelSlots(ctx, tx, now, f.ID, withdraw...); err != nil {
			return false, err
		}
	}
	for _, w := range send {
		if err := s.enqueue(ctx, tx, f, w, now); err != nil {
			return false, err
		}
	}
	return withdrawn > 0 || len(send) > 0, nil
}

// reputation is what is known of the patient's addresses from all messages, also those about other encounters.
func (s *Service) reputation(ctx context.Context, tx db.Tx, f *Facts) (r Reputation, err error) {
	email, mobile := f.Patient.Contact()
	r.Failures, err = notifications.Failures(ctx, tx, s.Outbox.Vault, []notifications.Recipient{
		{Channel: notifications.ChannelEmail, Address: email}, {Channel: notifications.ChannelSMS, Address: mobile},
	})
	if err != nil || mobile == "" {
		return r, err
	}
	r.Refused, err = notifications.Refused(ctx, tx, s.Outbox.Vault, notifications.ChannelSMS, []string{mobile})
	return r, err
}

// enqueue writes one message into the queue. One that is there already, because somebody else was quicker, is
// written once.
func (s *Service) enqueue(ctx context.Context, tx db.Tx, f *Facts, w outreach.Wanted, now time.Time) error {
	token, err := s.accessToken(ctx, tx, f)
	if err != nil {
		return err
	}
	m, err := s.Message(f, w, token, now)
	if err != nil {
		return err
	}
	id, err := s.Outbox.Enqueue(ctx, tx, now, m)
	if errors.Is(err, notifications.ErrSlotTaken) || errors.Is(err, notifications.ErrFollowed) {
		return nil
	}
	if err != nil {
		return err
	}
	f.Queued(id, m, now)
	return nil
}

// Message is what is wanted as the queue takes it; token is that of the personal link.
func (s *Service) Message(f *Facts, w outreach.Wanted, token string, now time.Time) (m notifications.NewMessage, err error) {
	email, mobile := f.Patient.Contact()
	m = notifications.NewMessage{
		DepartmentID: f.Department.ID, EncounterID: f.ID, Language: f.Patient.Language, Content: f.content(w), LinkToken: token,
		Channel: w.Channel, Recipient: mobile, Priority: w.Priority, NotBefore: w.NotBefore, ExpiresAt: w.Expires, Slot: w.Slot,
		Follows: w.Follows, Purpose: w.Purpose,
	}
	if w.Channel == notifications.ChannelEmail {
		m.Recipient, m.ReplyTo = email, f.Department.Email
		if f.wantsCalendar(w) {
			m.Calendar, err = s.calendar(f, token, w.Calendar, now)
		}
	}
	return m, err
}

// Queued adds a message that was just written into the queue to the facts.
func (f *Facts) Queued(id string, m notifications.NewMessage, now time.Time) {
	f.Messages = append(f.Messages, MessageFact{
		ID: id, Purpose: string(m.Purpose), Channel: string(m.Channel), Recipient: m.Recipient, Status: string(notifications.StatusQueued),
		Slot: m.Slot, Follows: m.Follows, CreatedAt: now, NotBefore: m.NotBefore, Due: m.NotBefore, At: now,
	})
}

// wantsCalendar: an appointment that was never put into a calendar is not taken out of it.
func (f *Facts) wantsCalendar(w outreach.Wanted) bool {
	return w.Calendar == string(ics.Request) || w.Calendar == string(ics.Cancel) && f.Told("invitation")
}

// content is what a message says.
func (f *Facts) content(w outreach.Wanted) templates.Content {
	sender, appointment := f.Sender(), f.AppointmentWords()
	switch w.Purpose {
	case notifications.PurposeNotice:
		return templates.Notice{Sender: sender, Appointment: appointment}
	case notifications.PurposeConsentReminder:
		return templates.ConsentReminder{Sender: sender, Appointment: appointment}
	case notifications.PurposeInvitation:
		return templates.Invitation{Sender: sender, Appointment: appointment}
	case notifications.PurposeLinkTest:
		return templates.LinkTest{Sender: sender, Appointment: appointment}
	case notifications.PurposeReminder:
		return templates.Reminder{Sender: sender, Appointment: appointment}
	case notifications.PurposeDelay:
		return templates.Delay{Sender: sender, Appointment: appointment, Late: int(w.Late.Minutes())}
	case notifications.PurposeCancellation:
		return templates.Cancellation{Sender: sender, Appointment: appointment, Cause: f.cause()}
	case notifications.PurposePrescriptionNotice:
		return templates.PrescriptionNotice{Sender: sender, PortalURL: f.Department.PortalURL}
	case notifications.PurposeDocumentLink, notifications.PurposeDocumentMail, notifications.PurposeDocumentPassword, notifications.PurposeDayDigest, notifications.PurposeTest:
	}
	return nil // Enqueue refuses a message without content
}

// cause is why an appointment is cancelled, as far as it may be written.
func (f *Facts) cause() templates.Cause {
	switch {
	case f.Status != Cancelled:
		return templates.CauseRefused
	case f.CancelReason == "patient":
		return templates.CausePatient
	}
	return templates.CauseHospital
}

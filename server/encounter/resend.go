package encounter

import (
	"context"
	"time"

	"teleconsult/notifications"
	"teleconsult/server/consent"
	"teleconsult/server/db"
	"teleconsult/server/fault"
	"teleconsult/server/interop/ics"
	"teleconsult/server/outreach"
)

// MaySendAgain tells whether a message of this purpose still says what is true and of use. A delay is announced
// anew instead, by how much it is now.
func (f *Facts) MaySendAgain(p notifications.Purpose) bool {
	before := (f.Status == Planned || f.Status == Arrived) && !f.declined()
	switch p {
	case notifications.PurposeNotice:
		return before
	case notifications.PurposeConsentReminder:
		return before && f.Consent().Verdict == consent.Unknown
	case notifications.PurposeInvitation:
		return f.readyToInvite() && !f.InvitesItself()
	case notifications.PurposeReminder:
		return f.readyToInvite()
	case notifications.PurposeLinkTest:
		return f.readyToInvite() && f.Modality == Video
	case notifications.PurposeCancellation:
		return f.Status == Cancelled
	case notifications.PurposeDelay, notifications.PurposePrescriptionNotice, notifications.PurposeDocumentLink, notifications.PurposeDocumentMail, notifications.PurposeDocumentPassword,
		notifications.PurposeDayDigest, notifications.PurposeTest:
	}
	return false
}

// SendAgain sends what messages of a purpose say once more, by one channel; the caller has asked MaySendAgain.
func (s *Service) SendAgain(
	ctx context.Context, tx db.Tx, f *Facts, p notifications.Purpose, channel notifications.Channel, now time.Time,
) error {
	w := outreach.Wanted{Purpose: p, Channel: channel, NotBefore: now, Expires: f.PlannedStart}
	email, mobile := f.Patient.Contact()
	if channel == notifications.ChannelEmail && email == "" || channel == notifications.ChannelSMS && mobile == "" {
		return fault.New(fault.KindConflict, "contact_missing", "Ce patient n’a pas d’adresse pour ce canal.")
	}
	switch p { //nolint:exhaustive // the others are useless from the start on
	case notifications.PurposeInvitation:
		w.Expires, w.Calendar = f.PlannedEnd, string(ics.Request)
		if f.PlannedStart.Sub(now) < waitingBefore {
			w.Priority = notifications.PriorityWaiting
		}
	case notifications.PurposeCancellation:
		w.Expires, w.Calendar = f.PlannedEnd, string(ics.Cancel)
	}
	if !now.Before(w.Expires) {
		return notNow("too_late", "Ce message ne sert plus.")
	}
	if channel == notifications.ChannelSMS {
		w.NotBefore = f.courteous(now, w.Expires)
	}
	return s.enqueue(ctx, tx, f, w, now)
}

package encounter

import (
	"context"
	"slices"
	"time"

	"teleconsult/notifications"
	"teleconsult/server/auth"
	"teleconsult/server/consent"
	"teleconsult/server/db"
	"teleconsult/server/fault"
	"teleconsult/server/interop/ics"
	"teleconsult/server/outreach"
	"teleconsult/templates"
)

func (f *Facts) readyToInvite() bool {
	agreed := f.Consent().Verdict == consent.Agreed
	before := f.Status == Planned || f.Status == Arrived
	linked := f.Modality == Telephone || (f.Link != nil && f.Link.Tool == f.Tool)
	return agreed && before && linked
}

// inviteSince is the moment after which an invitation is about the present link and time, and was not taken back by a
// refusal.
func (f *Facts) inviteSince() time.Time {
	since := f.MovedAt
	if f.Link != nil && f.Link.AttachedAt.After(since) {
		since = f.Link.AttachedAt
	}
	for _, d := range f.Decisions {
		if d.Tool == f.Tool && d.Verdict != consent.Agreed && d.RecordedAt.After(since) {
			since = d.RecordedAt
		}
	}
	return since
}

// sendNotice informs the patient and asks for the agreement.
func (s *Service) sendNotice(ctx context.Context, tx db.Tx, f *Facts, now time.Time) error {
	return s.send(ctx, tx, f, f.notice(), now)
}

func (f *Facts) notice() outreach.Wanted {
	return outreach.Wanted{Purpose: notifications.PurposeNotice, Expires: f.PlannedStart}
}

func (s *Service) sendInvitation(ctx context.Context, tx db.Tx, f *Facts, now time.Time) error {
	return s.send(ctx, tx, f, f.invitationMessage(now), now)
}

func (f *Facts) invitationMessage(now time.Time) outreach.Wanted {
	w := outreach.Wanted{Purpose: notifications.PurposeInvitation, Expires: f.PlannedEnd, Calendar: string(ics.Request)}
	if f.PlannedStart.Sub(now) < waitingBefore {
		w.Priority = notifications.PriorityWaiting
	}
	return w
}

// waitingBefore is how long before the start a patient waits for what is sent.
const waitingBefore = 2 * time.Hour

// announceCancellation takes back what has not left, and tells a patient who was told of the appointment. Somebody
// who was absent or refused is not told what they know.
func (s *Service) announceCancellation(ctx context.Context, tx db.Tx, f *Facts, now time.Time) error {
	if err := s.callBack(ctx, tx, f, now); err != nil {
		return err
	}
	told := f.Told("notice") || f.Told("invitation")
	if !told || f.declined() || f.CancelReason == "no-show" || f.CancelReason == "consent-refused" || !f.StartedAt.IsZero() {
		return nil
	}
	w := outreach.Wanted{Purpose: notifications.PurposeCancellation, Expires: f.PlannedEnd, Calendar: string(ics.Cancel)}
	return s.send(ctx, tx, f, w, now)
}

// clearCalendar takes the appointment of a patient who refused out of the calendar that an invitation put it into.
func (s *Service) clearCalendar(ctx context.Context, tx db.Tx, f *Facts, now time.Time) error {
	email, _ := f.Patient.Contact()
	if email == "" || !f.inCalendar() {
		return nil
	}
	return s.enqueue(ctx, tx, f, outreach.Wanted{
		Purpose: notifications.PurposeCancellation, Channel: notifications.ChannelEmail, NotBefore: now, Expires: f.PlannedEnd,
		Calendar: string(ics.Cancel),
	}, now)
}

// inCalendar tells whether the last calendar file that left, or may have, was an invitation.
func (f *Facts) inCalendar() bool {
	in := false
	for _, m := range f.Messages {
		if m.Channel == string(notifications.ChannelEmail) && m.left() {
			in = m.Purpose == "invitation" || in && m.Purpose != "cancellation"
		}
	}
	return in
}

// Told tells whether a message of this purpose has left, or may have.
func (f *Facts) Told(purpose string) bool {
	return slices.ContainsFunc(f.Messages, func(m MessageFact) bool { return m.Purpose == purpose && m.left() })
}

// left tells whether a message has gone out, or may have.
func (m MessageFact) left() bool {
	switch m.Status {
	case "accepted", "delivered", "unknown", "sending":
		return true
	}
	return false
}

// callBack cancels what has not left about an appointment that is not as it was. The news that it is cancelled
// stands.
func (s *Service) callBack(ctx context.Context, tx db.Tx, f *Facts, now time.Time) error {
	purposes := slices.DeleteFunc(outreach.Purposes(), func(p notifications.Purpose) bool { return p == notifications.PurposeCancellation })
	_, err := notifications.CancelPending(ctx, tx, now, f.ID, purposes...)
	return err
}

// callBackInvitation cancels an invitation, and what goes with it, because their link is no more.
func (s *Service) callBackInvitation(ctx context.Context, tx db.Tx, f *Facts, now time.Time) error {
	_, err := notifications.CancelPending(ctx, tx, now, f.ID,
		notifications.PurposeInvitation, notifications.PurposeReminder, notifications.PurposeLinkTest)
	return err
}

// SendLink sends the personal link in the message that fits: the invitation once it may go out, else the
// notice, which has lost its sense when the consultation begins.
func (s *Service) SendLink(ctx context.Context, tx db.Tx, f *Facts, now time.Time) error {
	switch {
	case f.Consent().Verdict == consent.Agreed && (f.readyToInvite() || f.Status == InProgress):
		return s.sendInvitation(ctx, tx, f, now)
	case now.Before(f.PlannedStart):
		return s.sendNotice(ctx, tx, f, now)
	}
	return nil
}

// Invite sends the invitation again, or the notice while the invitation cannot go out yet.
func (s *Service) Invite(ctx context.Context, caller auth.Caller, id string) (*Facts, error) {
	return s.Command(ctx, caller, auth.MessageSend, id, "message.resend",
		func(ctx context.Context, tx db.Tx, f *Facts) error {
			now := s.Now()
			if err := f.MayBeInvited(); err != nil {
				return err
			}
			return s.send(ctx, tx, f, f.First(now), now)
		})
}

// MayBeInvited tells why the patient cannot be sent the personal link by hand now, nil when they can.
func (f *Facts) MayBeInvited() error {
	switch {
	case f.Status.Ended() || f.Status == InProgress:
		return notNow("already_started", "La consultation a commencé ou est terminée.")
	case f.declined():
		return notNow("consent_refused", "Le patient a refusé la téléconsultation.")
	case f.OnItsWay():
		return notNow("already_queued", "Un message est déjà en file d’envoi pour ce patient.")
	}
	return nil
}

// First is what the patient is told when somebody asks for it: the invitation once it may go out, else the notice.
func (f *Facts) First(now time.Time) outreach.Wanted {
	if f.readyToInvite() && !f.InvitesItself() {
		return f.invitationMessage(now)
	}
	return f.notice()
}

// Announcement is what the patient is told first, for each channel it goes by, as one of many messages: not before at,
// and after what others wait for. It is empty when the patient cannot be reached.
func (f *Facts) Announcement(known Reputation, now, at time.Time) []outreach.Wanted {
	w := f.First(now)
	if w.Priority == 0 {
		w.Priority = notifications.PriorityBulk
	}
	return f.byChannel(w, known, now, at)
}

// OnItsWay tells whether a message that holds the personal link waits to be sent now; what is written ahead for
// later does not count.
func (f *Facts) OnItsWay() bool {
	return slices.ContainsFunc(f.Messages, func(m MessageFact) bool {
		return outreach.LeadsHome(m.Purpose) && !outreach.WrittenAhead(m.Slot) && (m.Status == "queued" || m.Status == "sending")
	})
}

// send writes what somebody just asked for into the queue, for each channel it goes by.
func (s *Service) send(ctx context.Context, tx db.Tx, f *Facts, w outreach.Wanted, now time.Time) error {
	known, err := s.reputation(ctx, tx, f)
	if err != nil {
		return err
	}
	return s.enqueueAll(ctx, tx, f, f.byChannel(w, known, now, now), now)
}

// Announce puts what the patient is told first into the queue, as one of many messages and not before at.
func (s *Service) Announce(ctx context.Context, tx db.Tx, f *Facts, at time.Time) error {
	known, err := s.reputation(ctx, tx, f)
	if err != nil {
		return err
	}
	now := s.Now()
	if at.Before(now) {
		at = now
	}
	return s.enqueueAll(ctx, tx, f, f.Announcement(known, now, at), now)
}

func (s *Service) enqueueAll(ctx context.Context, tx db.Tx, f *Facts, all []outreach.Wanted, now time.Time) error {
	if len(all) == 0 {
		return fault.New(fault.KindConflict, "contact_missing", "Aucune adresse e-mail et aucun mobile ne permettent d’écrire à ce patient : appelez-le.")
	}
	for _, w := range all {
		if err := s.enqueue(ctx, tx, f, w, now); err != nil {
			return err
		}
	}
	return nil
}

// byChannel is a message for each channel it goes by, not before a moment; none when the patient cannot be reached.
func (f *Facts) byChannel(w outreach.Wanted, known Reputation, now, at time.Time) []outreach.Wanted {
	var all []outreach.Wanted
	for _, w.Channel = range f.Situation(now, known).Channels(w.Purpose) {
		w.NotBefore = at
		if w.Channel == notifications.ChannelSMS && w.Purpose != notifications.PurposeDelay {
			w.NotBefore = f.courteous(at, w.Expires)
		}
		all = append(all, w)
	}
	return all
}

// courteous is when a text that no patient waits for may go: not at night, unless it would be useless in the morning.
func (f *Facts) courteous(now, expires time.Time) time.Time {
	if later := f.policy().TextHours.Next(now, f.PlannedStart, f.zone()); later.Before(expires) {
		return later
	}
	return now
}

// Sender is who speaks in every message about the encounter.
func (f *Facts) Sender() templates.Sender {
	return templates.Sender{
		Brand: brand, Hospital: f.Department.Hospital, Phone: f.Department.Phone, Representative: f.Patient.Representative != nil,
	}
}

// AppointmentWords is the appointment as messages and pages show it.
func (f *Facts) AppointmentWords() templates.Appointment {
	return templates.Appointment{
		Start: f.PlannedStart, Zone: f.zone().String(), Minutes: int(f.PlannedEnd.Sub(f.PlannedStart).Minutes()),
		Telephone: f.Modality == Telephone, Moved: !f.MovedAt.IsZero(),
	}
}

// brand begins every SMS and names the calendar entry.
const brand = "AP-HP"

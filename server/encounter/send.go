package encounter

import (
	"context"
	"time"

	"teleconsult/notifications"
	"teleconsult/server/auth"
	"teleconsult/server/consent"
	"teleconsult/server/db"
	"teleconsult/server/fault"
	"teleconsult/templates"
)

// reminderBefore is how long before the appointment the reminder goes out.
const reminderBefore = 2 * time.Hour

// sendWhatIsReady puts the invitation and the reminder into the queue once the agreement and the link are
// there. It tells whether it wrote any.
func (s *Service) sendWhatIsReady(ctx context.Context, tx db.Tx, f *Facts, now time.Time) (bool, error) {
	if !f.readyToInvite() {
		return false, nil
	}
	wrote := false
	if !f.InvitesItself() && !f.sentSince("invitation", f.inviteSince()) {
		if err := s.sendInvitation(ctx, tx, f, now); err != nil {
			return false, err
		}
		wrote = true
	}
	at := f.PlannedStart.Add(-reminderBefore)
	if at.After(now) && !f.sentSince("reminder", f.inviteSince()) {
		if err := s.sendReminder(ctx, tx, f, at, now); err != nil {
			return false, err
		}
		wrote = true
	}
	return wrote, nil
}

func (f *Facts) readyToInvite() bool {
	agreed := f.Consent().Verdict == consent.Agreed
	before := f.Status == Planned || f.Status == Arrived
	linked := f.Modality == Telephone || (f.Link != nil && f.Link.Tool == f.Tool)
	return agreed && before && linked
}

// inviteSince is the moment after which an invitation is about the present link and time.
func (f *Facts) inviteSince() time.Time {
	since := f.MovedAt
	if f.Link != nil && f.Link.AttachedAt.After(since) {
		since = f.Link.AttachedAt
	}
	return since
}

func (f *Facts) sentSince(purpose string, since time.Time) bool {
	for _, m := range f.Messages {
		if m.Purpose == purpose && m.Status != "cancelled" && !m.CreatedAt.Before(since) {
			return true
		}
	}
	return false
}

// sendNotice informs the patient and asks for the agreement.
func (s *Service) sendNotice(ctx context.Context, tx db.Tx, f *Facts, now time.Time) error {
	content := templates.Notice{Sender: f.sender(), Appointment: f.AppointmentWords()}
	return s.send(ctx, tx, f, content, outgoing{expires: f.PlannedStart, both: f.Department.NotifyBoth}, now)
}

func (s *Service) sendInvitation(ctx context.Context, tx db.Tx, f *Facts, now time.Time) error {
	content := templates.Invitation{Sender: f.sender(), Appointment: f.AppointmentWords()}
	out := outgoing{expires: f.PlannedEnd, both: f.Department.NotifyBoth, calendar: "REQUEST"}
	if f.PlannedStart.Sub(now) < reminderBefore {
		out.priority = notifications.PriorityWaiting
	}
	return s.send(ctx, tx, f, content, out, now)
}

func (s *Service) sendReminder(ctx context.Context, tx db.Tx, f *Facts, at, now time.Time) error {
	content := templates.Reminder{Sender: f.sender(), Appointment: f.AppointmentWords()}
	return s.send(ctx, tx, f, content, outgoing{notBefore: at, expires: f.PlannedStart.Add(15 * time.Minute), smsFirst: true}, now)
}

// announceCancellation takes back what has not left, and tells a patient who was invited. Somebody who was
// absent or refused is not told what they know.
func (s *Service) announceCancellation(ctx context.Context, tx db.Tx, f *Facts, now time.Time) error {
	if err := s.callBack(ctx, tx, f, now); err != nil {
		return err
	}
	told := f.told("notice") || f.told("invitation")
	if !told || f.CancelReason == "no-show" || f.CancelReason == "consent-refused" || !f.StartedAt.IsZero() {
		return nil
	}
	content := templates.Cancellation{Sender: f.sender(), Appointment: f.AppointmentWords()}
	if f.CancelReason == "patient" {
		content.Cause = templates.CausePatient
	}
	out := outgoing{expires: f.PlannedEnd, both: f.Department.NotifyBoth}
	if f.told("invitation") {
		out.calendar = "CANCEL"
	}
	return s.send(ctx, tx, f, content, out, now)
}

// told tells whether a message of this purpose has left, or may have.
func (f *Facts) told(purpose string) bool {
	for _, m := range f.Messages {
		switch m.Status {
		case "accepted", "delivered", "unknown", "sending":
			if m.Purpose == purpose {
				return true
			}
		}
	}
	return false
}

// callBack cancels everything about the encounter that has not left.
func (s *Service) callBack(ctx context.Context, tx db.Tx, f *Facts, now time.Time) error {
	_, err := notifications.CancelPending(ctx, tx, now, f.ID)
	return err
}

// callBackInvitation cancels an invitation and a reminder that have not left, because their link is no more.
func (s *Service) callBackInvitation(ctx context.Context, tx db.Tx, f *Facts, now time.Time) error {
	_, err := notifications.CancelPending(ctx, tx, now, f.ID, notifications.PurposeInvitation, notifications.PurposeReminder)
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
			switch {
			case f.Status.Ended() || f.Status == InProgress:
				return notNow("already_started", "La consultation a commencé ou est terminée.")
			case f.declined():
				return notNow("consent_refused", "Le patient a refusé la téléconsultation.")
			case f.OnItsWay():
				return notNow("already_queued", "Un message est déjà en file d’envoi pour ce patient.")
			case f.readyToInvite() && !f.InvitesItself():
				return s.sendInvitation(ctx, tx, f, now)
			}
			return s.sendNotice(ctx, tx, f, now)
		})
}

// OnItsWay tells whether a message that holds the personal link waits to be sent.
func (f *Facts) OnItsWay() bool {
	for _, m := range f.Messages {
		if m.Purpose != "reminder" && (m.Status == "queued" || m.Status == "sending") {
			return true
		}
	}
	return false
}

// outgoing is how one content goes out.
type outgoing struct {
	notBefore, expires time.Time
	priority           notifications.Priority
	// both sends by e-mail and SMS; smsFirst prefers the SMS.
	both, smsFirst bool
	// calendar is the method of the calendar file that goes with the e-mail, "" for none.
	calendar string
}

// send writes one content into the queue, for each channel it goes by.
func (s *Service) send(ctx context.Context, tx db.Tx, f *Facts, content templates.Content, out outgoing, now time.Time) error {
	token, err := s.accessToken(ctx, tx, f)
	if err != nil {
		return err
	}
	email, mobile := f.Patient.Contact()
	byEmail := email != "" && (!out.smsFirst || mobile == "" || out.both)
	bySMS := mobile != "" && (out.smsFirst || email == "" || out.both)
	if !byEmail && !bySMS {
		return fault.New(fault.KindConflict, "contact_missing", "Ce patient n’a ni adresse e-mail ni mobile : appelez-le.")
	}
	m := notifications.NewMessage{
		DepartmentID: f.Department.ID, EncounterID: f.ID, Language: f.Patient.Language, Content: content, LinkToken: token,
		Priority: out.priority, NotBefore: out.notBefore, ExpiresAt: out.expires, ReplyTo: f.Department.Email,
	}
	if m.NotBefore.IsZero() {
		m.NotBefore = now
	}
	if byEmail {
		mail := m
		mail.Channel, mail.Recipient = notifications.ChannelEmail, email
		if out.calendar != "" {
			if mail.Calendar, err = s.calendar(f, token, out.calendar, now); err != nil {
				return err
			}
		}
		if _, err = s.Outbox.Enqueue(ctx, tx, now, mail); err != nil {
			return err
		}
	}
	if bySMS {
		m.Channel, m.Recipient = notifications.ChannelSMS, mobile
		m.NotBefore = notifications.QuietHours(m.NotBefore, f.PlannedStart, f.zone())
		if _, err = s.Outbox.Enqueue(ctx, tx, now, m); err != nil {
			return err
		}
	}
	return nil
}

func (f *Facts) sender() templates.Sender {
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

package encounter

import (
	"context"
	"slices"
	"time"

	"teleconsult/notifications"
	"teleconsult/server/auth"
	"teleconsult/server/db"
	"teleconsult/server/fault"
	"teleconsult/server/outreach"
	"teleconsult/server/patient"
	"teleconsult/server/trace"
)

// ContactInput is how the patient, or the representative where there is one, is reached from now on.
type ContactInput struct {
	Email  string
	Mobile string
	// EmailConfirmed insists on an address that looks mistyped.
	EmailConfirmed bool
}

// CorrectContact changes the address or the number, calls back what has not left for the old one, and sends
// again what the patient should have: the invitation where it is due, else the notice. A personal link that went
// to the wrong address opens nothing any more. The patient's other encounters follow.
func (s *Service) CorrectContact(ctx context.Context, caller auth.Caller, id string, in ContactInput) (*Facts, error) {
	var locked []string
	lock := func(ctx context.Context, tx db.Tx, id string, departments ...string) (err error) {
		locked, err = LockWithPatient(ctx, tx, s.Now(), id, departments...)
		return err
	}
	return s.command(ctx, caller, auth.EncounterSchedule, id, "patient.correct-contact", lock,
		func(ctx context.Context, tx db.Tx, f *Facts) error {
			switch {
			case f.Status != Planned && f.Status != Arrived:
				return notNow("already_started", "La consultation a commencé ou est terminée.")
			case f.declined():
				return notNow("consent_refused", "Le patient a refusé la téléconsultation.")
			}
			now := s.Now()
			p := in.Applied(f.Patient)
			if err := fault.Invalid(patient.Check(p, now, f.PlannedStart, in.EmailConfirmed)...); err != nil {
				return err
			}
			return s.ChangeContact(ctx, tx, caller, f, p, locked, time.Time{})
		})
}

// ChangeContact stores how the patient of an encounter is reached from now on and tells them anew what they should know,
// at once or, as one of many, not before a moment (see Announce); the transaction holds the encounters that
// LockWithPatient returned, and settles this one afterwards.
func (s *Service) ChangeContact(
	ctx context.Context, tx db.Tx, caller auth.Caller, f *Facts, p patient.Patient, locked []string, at time.Time,
) error {
	now := s.Now()
	if err := patient.UpdateContact(ctx, tx, now, p); err != nil {
		return err
	}
	f.Patient = p
	tell := s.tellAnew
	if !at.IsZero() {
		tell = func(ctx context.Context, tx db.Tx, f *Facts, now time.Time) error {
			if err := s.callBackFromOld(ctx, tx, f, now); err != nil {
				return err
			}
			return s.Announce(ctx, tx, f, at)
		}
	}
	if err := tell(ctx, tx, f, now); err != nil {
		return err
	}
	others := slices.DeleteFunc(locked, func(other string) bool { return other == f.ID })
	return s.contactChanged(ctx, tx, caller, f.Department.ID, others)
}

// contactChanged brings other encounters of a patient, which the transaction has locked, in line with the new contact:
// what was said to nobody, or to the wrong person, is said again, and what waits for the old address is written anew.
func (s *Service) contactChanged(ctx context.Context, tx db.Tx, caller auth.Caller, departmentID string, ids []string) error {
	others, err := LoadMany(ctx, tx, ids, []string{departmentID})
	if err != nil {
		return err
	}
	changed, now := map[string]string{}, s.Now()
	for _, f := range others {
		changed[f.ID] = departmentID
		if !f.missedOldContact(now) {
			continue
		}
		// that nothing reaches the patient about this one keeps nobody from correcting the address
		if err = s.tellAnew(ctx, tx, f, now); err != nil && fault.CodeOf(err) != "contact_missing" {
			return err
		}
		if err = trace.Append(ctx, tx, now, caller.Actor(), f.Traced("patient.correct-contact", nil)); err != nil {
			return err
		}
	}
	return s.SettleOutcomes(ctx, tx, changed)
}

// missedOldContact tells whether something that the patient should know now was on its way to an address that is not
// theirs any more, went to it, or did not arrive there. What is written ahead is no matter of it (see outreach.Plan).
func (f *Facts) missedOldContact(now time.Time) bool {
	email, mobile := f.Patient.Contact()
	onItsWay := slices.ContainsFunc(f.Messages, func(m MessageFact) bool {
		waits := m.Status == "queued" || m.Status == "sending" || m.Status == "unknown"
		return waits && !outreach.WrittenAhead(m.Slot) && m.Recipient != email && m.Recipient != mobile
	})
	task := f.ContactTask(now)
	return onItsWay || f.strangerHasLink(f.Patient) || task != nil && task.Purpose != string(notifications.PurposeLinkTest)
}

// tellAnew calls back what has not left, closes the personal link that a stranger may have, and sends what the patient
// should have by now.
func (s *Service) tellAnew(ctx context.Context, tx db.Tx, f *Facts, now time.Time) error {
	if err := s.callBackFromOld(ctx, tx, f, now); err != nil {
		return err
	}
	switch {
	case f.Status == Cancelled:
		if _, err := notifications.CancelPending(ctx, tx, now, f.ID, notifications.PurposeCancellation); err != nil {
			return err
		}
		return s.announceCancellation(ctx, tx, f, now)
	case f.declined():
	case f.readyToInvite() && !f.InvitesItself() && now.Before(f.PlannedEnd):
		return s.sendInvitation(ctx, tx, f, now)
	case now.Before(f.PlannedStart):
		return s.sendNotice(ctx, tx, f, now)
	}
	return nil
}

// callBackFromOld calls back what has not left for the old contact, and closes the personal link that a stranger may have.
func (s *Service) callBackFromOld(ctx context.Context, tx db.Tx, f *Facts, now time.Time) error {
	if f.strangerHasLink(f.Patient) {
		if _, err := s.issueAccess(ctx, tx, f); err != nil {
			return err
		}
	}
	return s.callBack(ctx, tx, f, now)
}

// strangerHasLink tells whether the personal link went, or may have gone, to an address that is not the person's
// any more. Whoever has given the birth date on the page since is the right person: their link goes on.
func (f *Facts) strangerHasLink(p patient.Patient) bool {
	email, mobile := p.Contact()
	elsewhere := false
	for _, m := range f.Messages {
		if m.ReadAt != nil && f.Department.BirthDateAsked {
			return false
		}
		switch m.Status {
		case "sending", "accepted", "delivered", "unknown":
			elsewhere = elsewhere || m.Recipient != email && m.Recipient != mobile
		}
	}
	return elsewhere
}

// Applied is the patient, or the representative, with this contact.
func (in ContactInput) Applied(p patient.Patient) patient.Patient {
	if p.Representative == nil {
		p.Email, p.Mobile = in.Email, in.Mobile
		return p.Normalise()
	}
	r := *p.Representative
	r.Email, r.Mobile = in.Email, in.Mobile
	p.Representative = &r
	return p.Normalise()
}

package encounter

import (
	"context"

	"teleconsult/server/auth"
	"teleconsult/server/db"
	"teleconsult/server/fault"
	"teleconsult/server/patient"
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
// to the wrong address opens nothing any more.
func (s *Service) CorrectContact(ctx context.Context, caller auth.Caller, id string, in ContactInput) (*Facts, error) {
	return s.Command(ctx, caller, auth.EncounterSchedule, id, "patient.correct-contact",
		func(ctx context.Context, tx db.Tx, f *Facts) error {
			switch {
			case f.Status != Planned && f.Status != Arrived:
				return notNow("already_started", "La consultation a commencé ou est terminée.")
			case f.declined():
				return notNow("consent_refused", "Le patient a refusé la téléconsultation.")
			}
			now := s.Now()
			p := in.applied(f.Patient)
			if err := fault.Invalid(patient.Check(p, now, f.PlannedStart, in.EmailConfirmed)...); err != nil {
				return err
			}
			if err := patient.UpdateContact(ctx, tx, now, p); err != nil {
				return err
			}
			if f.strangerHasLink(p) {
				if _, err := s.issueAccess(ctx, tx, f); err != nil {
					return err
				}
			}
			f.Patient = p
			if err := s.callBack(ctx, tx, f, now); err != nil {
				return err
			}
			if f.readyToInvite() && !f.InvitesItself() {
				return s.sendInvitation(ctx, tx, f, now)
			}
			return s.sendNotice(ctx, tx, f, now)
		})
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

func (in ContactInput) applied(p patient.Patient) patient.Patient {
	if p.Representative == nil {
		p.Email, p.Mobile = in.Email, in.Mobile
		return p.Normalise()
	}
	r := *p.Representative
	r.Email, r.Mobile = in.Email, in.Mobile
	p.Representative = &r
	return p.Normalise()
}

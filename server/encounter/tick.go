package encounter

import (
	"context"
	"slices"
	"time"

	"teleconsult/server/auth"
	"teleconsult/server/consent"
	"teleconsult/server/db"
	"teleconsult/server/fault"
	"teleconsult/server/trace"
)

// PlanAppointment records that the appointment was also planned in ORBIS RV.
func (s *Service) PlanAppointment(ctx context.Context, caller auth.Caller, id string) (*Facts, error) {
	return s.Command(ctx, caller, auth.EncounterSchedule, id, "appointment.plan",
		func(ctx context.Context, tx db.Tx, f *Facts) error {
			if f.Appointment != nil {
				return nil // ticking twice is ticking once
			}
			return s.Record(ctx, tx, f, caller.Actor(), "appointment-planned", s.Now(), nil)
		})
}

// Inform records that the notice was given orally.
func (s *Service) Inform(ctx context.Context, caller auth.Caller, id string, occurredAt time.Time) (*Facts, error) {
	return s.Command(ctx, caller, auth.InformationRecord, id, "information.give",
		func(ctx context.Context, tx db.Tx, f *Facts) error {
			if f.Informed() {
				return nil
			}
			at, err := s.occurred(occurredAt)
			if err != nil {
				return err
			}
			return s.RecordInformation(ctx, tx, f, caller.Actor(), Information{At: at, Mode: consent.Oral})
		})
}

// RecordInformation records that the patient was informed about the tool in use; i says when, how and, where
// one was shown, by which notice.
func (s *Service) RecordInformation(ctx context.Context, tx db.Tx, f *Facts, by trace.Actor, i Information) error {
	data := informationData{Mode: i.Mode, NoticeVersion: i.NoticeVersion, Tool: f.Tool}
	return s.Record(ctx, tx, f, by, "information-given", i.At, data)
}

// PortalAnswers are what can be answered about the patient-portal account.
var PortalAnswers = []string{"open", "declined", "impossible"}

// AnswerPortal records what staff learned about the patient-portal account.
func (s *Service) AnswerPortal(ctx context.Context, caller auth.Caller, id, answer string) (*Facts, error) {
	return s.Command(ctx, caller, auth.InformationRecord, id, "portal.answer",
		func(ctx context.Context, tx db.Tx, f *Facts) error {
			if !slices.Contains(PortalAnswers, answer) {
				return fault.Invalid(fault.Violation{Field: "answer", Code: "answer_unknown", Message: "Choisissez une réponse de la liste."})
			}
			return s.RecordPortal(ctx, tx, f, caller.Actor(), answer)
		})
}

// RecordPortal records the answer about the patient-portal account; the caller has checked that it is one of
// PortalAnswers.
func (s *Service) RecordPortal(ctx context.Context, tx db.Tx, f *Facts, by trace.Actor, answer string) error {
	return s.Record(ctx, tx, f, by, "portal-answered", s.Now(), portalData{Answer: answer})
}

// OfferOnSite records that a visit on site was offered, which a refusal obliges to.
func (s *Service) OfferOnSite(ctx context.Context, caller auth.Caller, id string) (*Facts, error) {
	return s.Command(ctx, caller, auth.ConsentRecord, id, "on-site.offer",
		func(ctx context.Context, tx db.Tx, f *Facts) error {
			if v := f.Consent().Verdict; v != consent.Refused && v != consent.Withdrawn {
				return notNow("not_refused", "Le patient n’a pas refusé la téléconsultation.")
			}
			return s.Record(ctx, tx, f, caller.Actor(), "on-site-offered", s.Now(), nil)
		})
}

package encounter

import (
	"context"
	"time"

	"teleconsult/server/auth"
	"teleconsult/server/consent"
	"teleconsult/server/db"
	"teleconsult/server/fault"
)

// StartInput begins a consultation.
type StartInput struct {
	// OccurredAt is the real start, zero for now.
	OccurredAt time.Time
	// OralConsent is the agreement taken at this moment, nil when it stands already.
	OralConsent *OralConsent
}

// OralConsent says who just agreed.
type OralConsent struct {
	Giver     consent.Giver
	GiverName string
}

// Start begins the consultation and stamps its real start. Without a standing agreement for the tool an oral
// one must come with it (rule 5 of the design; CSP L1111-4). Starting twice is starting once.
func (s *Service) Start(ctx context.Context, caller auth.Caller, id string, in StartInput) (*Facts, error) {
	return s.Command(ctx, caller, auth.EncounterHold, id, "encounter.start",
		func(ctx context.Context, tx db.Tx, f *Facts) error {
			if f.Status == InProgress {
				return nil
			}
			if !f.Status.MayBecome(InProgress) {
				return notNow("already_ended", "La consultation est terminée ou annulée.")
			}
			at, err := s.occurred(in.OccurredAt)
			if err != nil {
				return err
			}
			if err = s.ensureConsent(ctx, tx, caller, f, in, at); err != nil {
				return err
			}
			if f.Modality == Video && (f.Link == nil || f.Link.Tool != f.Tool) {
				return notNow("link_missing", "Aucun lien n’est enregistré : collez l’invitation, ou passez au téléphone avec un motif.")
			}
			f.Status, f.StartedAt = InProgress, at
			if err = updateStatus(ctx, tx, f, s.Now()); err != nil {
				return err
			}
			return s.Record(ctx, tx, f, caller.Actor(), "started", at, nil)
		})
}

func (s *Service) ensureConsent(ctx context.Context, tx db.Tx, caller auth.Caller, f *Facts, in StartInput, at time.Time) error {
	standing := f.Consent().Verdict
	if standing == consent.Agreed {
		return nil
	}
	if in.OralConsent != nil {
		return s.decide(ctx, tx, caller, f, DecisionInput{
			Verdict: consent.Agreed, Mode: consent.Oral, Giver: in.OralConsent.Giver, GiverName: in.OralConsent.GiverName, OccurredAt: at,
		})
	}
	if standing == consent.Unknown {
		return fault.New(fault.KindPrecondition, "consent_needed",
			"L’accord du patient n’est pas enregistré. Informez-le et demandez son accord avant de commencer.")
	}
	return fault.New(fault.KindPrecondition, "consent_refused",
		"Le patient a refusé la téléconsultation. Elle ne peut commencer que s’il donne maintenant son accord.")
}

package encounter

import (
	"context"
	"strings"
	"time"

	"teleconsult/server/auth"
	"teleconsult/server/consent"
	"teleconsult/server/db"
	"teleconsult/server/fault"
)

// CancelInput says why a consultation does not take place.
type CancelInput struct {
	// Reason is one of CancelReasons.
	Reason string
	Text   string
	// OccurredAt is zero for now.
	OccurredAt time.Time
}

// Cancel ends an encounter that is not held, no-show included: the link is revoked, what is on its way is
// called back, and the patient who was already told is told.
func (s *Service) Cancel(ctx context.Context, caller auth.Caller, id string, in CancelInput) (*Facts, error) {
	return s.Command(ctx, caller, auth.EncounterCancel, id, "encounter.cancel",
		func(ctx context.Context, tx db.Tx, f *Facts) error { return s.CancelIn(ctx, tx, caller, f, in) })
}

// CancelIn is Cancel within a transaction that holds the encounter, and settles it afterwards.
func (s *Service) CancelIn(ctx context.Context, tx db.Tx, caller auth.Caller, f *Facts, in CancelInput) error {
	if f.Status == Cancelled {
		return nil
	}
	if !f.Status.MayBecome(Cancelled) {
		return notNow("already_ended", "La consultation est terminée : elle ne peut plus être annulée.")
	}
	at, err := s.occurred(in.OccurredAt)
	if err != nil {
		return err
	}
	if err = in.check(f, at); err != nil {
		return err
	}
	f.Status, f.CancelledAt, f.CancelReason = Cancelled, at, in.Reason
	now := s.Now()
	if err = updateStatus(ctx, tx, f, now); err != nil {
		return err
	}
	if err = s.Record(ctx, tx, f, caller.Actor(), "cancelled", at, finishedData{Text: strings.TrimSpace(in.Text)}); err != nil {
		return err
	}
	if err = revokeLink(ctx, tx, f, now); err != nil {
		return err
	}
	return s.announceCancellation(ctx, tx, f, now)
}

func (in CancelInput) check(f *Facts, at time.Time) error {
	if _, known := CancelReasons[in.Reason]; !known {
		return fault.Invalid(fault.Violation{Field: "reason", Code: "reason_unknown", Message: "Choisissez un motif de la liste."})
	}
	if len([]rune(in.Text)) > 1000 {
		return fault.Invalid(fault.Violation{Field: "text", Code: "too_long", Message: "1 000 caractères au plus."})
	}
	switch in.Reason {
	case "no-show":
		if at.Before(f.PlannedStart) {
			return notNow("not_yet_due", "Le patient ne peut pas être absent avant l’heure prévue.")
		}
	case "consent-refused":
		if v := f.Consent().Verdict; v != consent.Refused && v != consent.Withdrawn {
			return notNow("not_refused", "Enregistrez d’abord le refus du patient avec son explication.")
		}
	}
	return nil
}

package drop

import (
	"context"

	"teleconsult/notifications"
	"teleconsult/server/auth"
	"teleconsult/server/db"
	"teleconsult/server/encounter"
	"teleconsult/server/fault"
	"teleconsult/server/prescription"
)

func notNow(code, detail string) error { return fault.New(fault.KindConflict, code, detail) }

// manage is what the commands on a drop have in common.
func (s *Service) manage(ctx context.Context, tx db.Tx, f *encounter.Facts, dropID string) (*Drop, error) {
	if err := prescription.Held(f.Status); err != nil {
		return nil, err
	}
	d, err := lockDrop(ctx, tx, f.ID, dropID)
	if err == nil && d == nil {
		err = errUnknown
	}
	return d, err
}

// Tell records that the password was told by telephone.
func (s *Service) Tell(ctx context.Context, caller auth.Caller, encounterID, dropID string) error {
	_, err := s.Encounters.Command(ctx, caller, auth.PrescriptionRecord, encounterID, "drop.tell",
		func(ctx context.Context, tx db.Tx, f *encounter.Facts) error {
			d, err := s.manage(ctx, tx, f, dropID)
			switch {
			case err != nil:
				return err
			case d.PasswordMessage != "":
				return notNow("password_sent", "Le mot de passe est parti par message : il n’est pas à dire.")
			}
			return record(ctx, tx, *d, "told", caller.StaffID, s.Encounters.Now())
		})
	return err
}

// Unlock lets the patient try again.
func (s *Service) Unlock(ctx context.Context, caller auth.Caller, encounterID, dropID string) error {
	_, err := s.Encounters.Command(ctx, caller, auth.PrescriptionRecord, encounterID, "drop.unlock",
		func(ctx context.Context, tx db.Tx, f *encounter.Facts) error {
			d, err := s.manage(ctx, tx, f, dropID)
			switch {
			case err != nil:
				return err
			case !d.Open(s.Encounters.Now()):
				return notNow("drop_over", "Ce document n’attend plus : déposez-le de nouveau.")
			}
			unlocked, err := updateUnlocked(ctx, tx, d.ID)
			if err != nil || !unlocked {
				return err // it is unlocked already, as after a second tap
			}
			if err = record(ctx, tx, *d, "unlocked", caller.StaffID, s.Encounters.Now()); err != nil || d.FetchedAt != nil {
				return err
			}
			return s.tell(ctx, tx, *d, sent, "Dépôt chiffré débloqué : le patient peut de nouveau l’ouvrir.", caller.StaffID)
		})
	return err
}

// Revoke takes a document back: it cannot be reached any more and is deleted at once.
func (s *Service) Revoke(ctx context.Context, caller auth.Caller, encounterID, dropID string) error {
	_, err := s.Encounters.Command(ctx, caller, auth.PrescriptionRecord, encounterID, "drop.revoke",
		func(ctx context.Context, tx db.Tx, f *encounter.Facts) error {
			d, err := s.manage(ctx, tx, f, dropID)
			if err != nil || d.State == Revoked {
				return err
			}
			revoked, err := updateState(ctx, tx, d.ID, Standing, Revoked)
			switch {
			case err != nil:
				return err
			case !revoked:
				return notNow("drop_over", "Ce document n’attend plus.")
			}
			now := s.Encounters.Now()
			if _, err = notifications.CancelPending(ctx, tx, now, f.ID, notifications.PurposeDocumentLink, notifications.PurposeDocumentPassword); err != nil {
				return err
			}
			if err = record(ctx, tx, *d, "revoked", caller.StaffID, now); err != nil {
				return err
			}
			if err = s.erase(ctx, tx, *d); err != nil || d.FetchedAt != nil {
				return err
			}
			return s.tell(ctx, tx, *d, failed, "Dépôt chiffré retiré avant d’avoir été téléchargé.", caller.StaffID)
		})
	return err
}

// erase deletes a document and says so in its receipt.
func (s *Service) erase(ctx context.Context, tx db.Tx, d Drop) error {
	now := s.Encounters.Now()
	if err := erase(ctx, tx, d.ID, now); err != nil {
		return err
	}
	return record(ctx, tx, d, "erased", "", now)
}

package drop

import (
	"context"
	"errors"
	"time"

	"teleconsult/server/db"
	"teleconsult/server/encounter"
	"teleconsult/server/trace"
)

// lostTry is how long after the last try its lock is noted by a sweep, where the instance that took it died.
const lostTry = time.Minute

// Sweep ends what has expired and deletes the documents that nobody may fetch any more. Any number of instances may;
// one drop that cannot be ended keeps no other.
func (s *Service) Sweep(ctx context.Context) error {
	var found []due
	err := s.Encounters.DB.InTx(ctx, db.System("maintenance"), func(ctx context.Context, tx db.Tx) (err error) {
		found, err = findDue(ctx, tx, s.Encounters.Now())
		return err
	})
	for _, d := range found {
		where := Drop{ID: d.ID, EncounterID: d.EncounterID, DepartmentID: d.DepartmentID}
		err = errors.Join(err, s.within(ctx, where, "drop.sweep", func(ctx context.Context, tx db.Tx, f *encounter.Facts) error {
			now, err := lockDue(ctx, tx, d.ID)
			if err != nil || now == nil {
				return err
			}
			return s.end(ctx, tx, f, *now)
		}))
	}
	return err
}

// end does with a drop what its time asks for.
func (s *Service) end(ctx context.Context, tx db.Tx, f *encounter.Facts, d Drop) error {
	over := !s.Encounters.Now().Before(d.ExpiresAt)
	switch d.State {
	case Arriving:
		if !over {
			return nil
		}
		if _, err := updateState(ctx, tx, d.ID, Arriving, Abandoned); err != nil {
			return err
		}
	case Standing:
		if !over {
			return s.noteLock(ctx, tx, d)
		}
		if err := s.expire(ctx, tx, f, d); err != nil {
			return err
		}
	case UsedUp:
		if d.FetchedAt == nil {
			if err := s.tell(ctx, tx, d, failed, "Dépôt chiffré : 5 téléchargements commencés, aucun n’est allé au bout.", ""); err != nil {
				return err
			}
		}
	case Expired, Revoked, Abandoned:
	}
	return s.erase(ctx, tx, d)
}

// expire ends a drop whose time is over.
func (s *Service) expire(ctx context.Context, tx db.Tx, f *encounter.Facts, d Drop) error {
	expired, err := updateState(ctx, tx, d.ID, Standing, Expired)
	if err != nil || !expired {
		return err
	}
	now := s.Encounters.Now()
	if err = record(ctx, tx, d, "expired", "", now); err != nil {
		return err
	}
	if err = trace.Append(ctx, tx, now, trace.BySystem(), f.Traced("drop.expire", nil)); err != nil || d.FetchedAt != nil {
		return err
	}
	return s.tell(ctx, tx, d, failed, "Dépôt chiffré expiré après 7 jours, sans avoir été téléchargé.", "")
}

// endExpired makes room for a new drop where no sweep has ended the last one.
func (s *Service) endExpired(ctx context.Context, tx db.Tx, f *encounter.Facts) error {
	d, err := standing(ctx, tx, f.ID)
	if err != nil || d == nil {
		return err
	}
	if err = s.expire(ctx, tx, f, *d); err != nil {
		return err
	}
	return s.erase(ctx, tx, *d)
}

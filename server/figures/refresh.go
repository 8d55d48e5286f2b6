package figures

import (
	"context"
	"errors"
	"fmt"
	"time"

	"teleconsult/server/db"
	"teleconsult/server/department"
)

const (
	// weeksAtOnce bounds a transaction that counts; more are left for the next one.
	weeksAtOnce = 4
	// changesAtOnce are as many changes as are taken together.
	changesAtOnce = 20_000
	// roundsAtOnce bounds what is counted before other departments and the next look at the clock have their turn.
	roundsAtOnce = 100
	// patience is how long such a transaction may last on a slow machine.
	patience = time.Minute
)

// Refresh counts the weeks again in which something changed since they were counted, and those that time alone changes.
// Any number of instances may do so at once: a department is counted by one of them at a time.
func (s *Service) Refresh(ctx context.Context) error {
	now := s.Encounters.Now()
	var departments []string
	err := s.Encounters.DB.InTx(ctx, db.System("figures"), func(ctx context.Context, tx db.Tx) (err error) {
		departments, err = departmentsToCount(ctx, tx, now)
		return err
	})
	if err != nil {
		return err
	}
	var failures []error // one department does not hold up the others
	for _, id := range departments {
		more := true
		for round := 0; more && round < roundsAtOnce; round++ {
			if more, err = s.count(db.Patient(ctx, patience), id, now); err != nil {
				failures = append(failures, fmt.Errorf("count the figures of department %s: %w", id, err))
			}
		}
	}
	return errors.Join(failures...)
}

// count takes some of the changes of a department and counts their weeks, those that waited longest first. It tells
// whether some are left; what came meanwhile waits for the next refresh, or a busy department would be counted without end.
func (s *Service) count(ctx context.Context, departmentID string, now time.Time) (more bool, err error) {
	err = s.Encounters.DB.InTx(ctx, db.Departments(departmentID), func(ctx context.Context, tx db.Tx) error {
		if alone, err := lockCounting(ctx, tx, departmentID); err != nil || !alone {
			return err
		}
		d, err := department.Load(ctx, tx, departmentID)
		if err != nil {
			return err
		}
		changes, err := takeChanges(ctx, tx, d, changesAtOnce)
		if err != nil {
			return err
		}
		if changes.everything {
			// On other clocks the weeks begin at other moments: all of them are counted anew.
			more = true
			return countAnew(ctx, tx, d, changes.since)
		}
		if changes.taken == 0 {
			if changes.weeks, err = weeksThatRipened(ctx, tx, d, now); err != nil {
				return err
			}
			changes.since = now
		}
		for i, w := range changes.weeks {
			if i == weeksAtOnce {
				more = true
				return leaveWeeks(ctx, tx, d, changes.weeks[i:], changes.since)
			}
			if err := countWeek(ctx, tx, d, w, now); err != nil {
				return err
			}
		}
		more = changes.taken == changesAtOnce
		return nil
	})
	return more && err == nil, err
}

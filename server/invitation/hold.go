package invitation

import (
	"context"
	"time"

	"teleconsult/notifications"
	"teleconsult/server/auth"
	"teleconsult/server/db"
	"teleconsult/server/department"
	"teleconsult/server/fault"
	"teleconsult/server/invitation/batch"
)

// Pause keeps from leaving what has not left: rows that were not worked on, and messages that wait.
func (s *Service) Pause(ctx context.Context, caller auth.Caller, id string) (head BatchHead, err error) {
	err = s.Within(ctx, caller, id, "batch.pause", func(ctx context.Context, tx db.Tx, b *batch.List) error {
		switch b.State {
		case batch.Sending:
			if err := s.hold(ctx, tx, b); err != nil {
				return err
			}
			b.State = batch.Paused
			if err := batch.Update(ctx, tx, b, s.Encounters.Now()); err != nil {
				return err
			}
		case batch.Paused:
		default:
			return fault.New(fault.KindConflict, "not_sending", "Cet envoi n’est pas en cours.")
		}
		head, err = s.HeadOf(ctx, tx, b)
		return err
	})
	return head, err
}

// hold holds back the messages of a list that have not left.
func (s *Service) hold(ctx context.Context, tx db.Tx, b *batch.List) error {
	all, err := batch.Told(ctx, tx, b.ID)
	if err != nil {
		return err
	}
	if err = LockEncounters(ctx, tx, b.DepartmentID, encountersOf(all)); err != nil {
		return err
	}
	_, err = notifications.Hold(ctx, tx, s.Encounters.Now(), all)
	return err
}

func encountersOf(all []notifications.Told) []string {
	ids := make([]string, 0, len(all))
	for _, t := range all {
		ids = append(ids, t.EncounterID)
	}
	return ids
}

// Resume lets go what was paused: at its hour, if that is still to come, else now; text messages not at night.
func (s *Service) Resume(ctx context.Context, caller auth.Caller, id string) (head BatchHead, err error) {
	err = s.Within(ctx, caller, id, "batch.resume", func(ctx context.Context, tx db.Tx, b *batch.List) error {
		switch b.State {
		case batch.Paused:
			if err := s.letGo(ctx, tx, b); err != nil {
				return err
			}
			b.State = batch.Sending
			if err := batch.Update(ctx, tx, b, s.Encounters.Now()); err != nil {
				return err
			}
		case batch.Sending:
		default:
			return fault.New(fault.KindConflict, "not_paused", "Cet envoi n’est pas en pause.")
		}
		head, err = s.HeadOf(ctx, tx, b)
		return err
	})
	if err == nil {
		s.Signal()
	}
	return head, err
}

func (s *Service) letGo(ctx context.Context, tx db.Tx, b *batch.List) error {
	all, err := batch.Told(ctx, tx, b.ID)
	if err != nil {
		return err
	}
	ids := encountersOf(all)
	if err = LockEncounters(ctx, tx, b.DepartmentID, ids); err != nil {
		return err
	}
	d, err := department.Load(ctx, tx, b.DepartmentID)
	if err != nil {
		return err
	}
	starts := map[string]time.Time{}
	for _, t := range all {
		starts[t.EncounterID] = t.Start
	}
	hours := d.Delivery.WithDefaults().TextHours
	at := s.Encounters.Now()
	if b.SendAt.After(at) {
		at = b.SendAt
	}
	if err = followUpFrom(ctx, tx, ids, at); err != nil {
		return err
	}
	_, err = notifications.Release(ctx, tx, s.Encounters.Now(), ids, func(id string, channel notifications.Channel, expires time.Time) time.Time {
		if channel == notifications.ChannelSMS {
			if later := hours.Next(at, starts[id], d.Zone); later.Before(expires) {
				return later
			}
		}
		return at
	})
	return err
}

// Cancel takes back what has not left, for good. At once nothing that waits leaves; the workers then take each message back, and
// cancel the consultations that the list had planned and of which no patient was told. Who was told keeps theirs.
func (s *Service) Cancel(ctx context.Context, caller auth.Caller, id string) (head BatchHead, err error) {
	err = s.Within(ctx, caller, id, "batch.cancel", func(ctx context.Context, tx db.Tx, b *batch.List) error {
		switch b.State {
		case batch.Sending, batch.Paused:
			if err := s.hold(ctx, tx, b); err != nil {
				return err
			}
			if err := batch.SetRowStates(ctx, tx, b.ID, batch.RowCancelled, batch.RowReleased); err != nil {
				return err
			}
			if err := batch.WithdrawHeld(ctx, tx, b.ID); err != nil {
				return err
			}
			b.State = batch.Cancelled
			if err := batch.Update(ctx, tx, b, s.Encounters.Now()); err != nil {
				return err
			}
		case batch.Cancelled:
		default:
			return fault.New(fault.KindConflict, "not_sending", "Cet envoi n’est pas en cours.")
		}
		head, err = s.HeadOf(ctx, tx, b)
		return err
	})
	if err == nil {
		s.Signal()
	}
	return head, err
}

package invitation

import (
	"context"
	"time"

	"teleconsult/notifications"
	"teleconsult/server/auth"
	"teleconsult/server/db"
	"teleconsult/server/department"
	"teleconsult/server/encounter"
	"teleconsult/server/fault"
)

// Pause keeps from leaving what has not left: rows that were not worked on, and messages that wait.
func (s *Service) Pause(ctx context.Context, caller auth.Caller, id string) (head BatchHead, err error) {
	err = s.within(ctx, caller, id, "batch.pause", func(ctx context.Context, tx db.Tx, b *batch) error {
		switch b.State {
		case Sending:
			if err := s.hold(ctx, tx, b); err != nil {
				return err
			}
			b.State = Paused
			if err := updateBatch(ctx, tx, b, s.Encounters.Now()); err != nil {
				return err
			}
		case Paused:
		default:
			return fault.New(fault.KindConflict, "not_sending", "Cet envoi n’est pas en cours.")
		}
		head, err = s.headOf(ctx, tx, b)
		return err
	})
	return head, err
}

// hold holds back the messages of a list that have not left.
func (s *Service) hold(ctx context.Context, tx db.Tx, b *batch) error {
	all, err := told(ctx, tx, b.ID)
	if err != nil {
		return err
	}
	if err = lockEncounters(ctx, tx, b.DepartmentID, encountersOf(all)); err != nil {
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
	err = s.within(ctx, caller, id, "batch.resume", func(ctx context.Context, tx db.Tx, b *batch) error {
		switch b.State {
		case Paused:
			if err := s.letGo(ctx, tx, b); err != nil {
				return err
			}
			b.State = Sending
			if err := updateBatch(ctx, tx, b, s.Encounters.Now()); err != nil {
				return err
			}
		case Sending:
		default:
			return fault.New(fault.KindConflict, "not_paused", "Cet envoi n’est pas en pause.")
		}
		head, err = s.headOf(ctx, tx, b)
		return err
	})
	if err == nil {
		s.signal()
	}
	return head, err
}

func (s *Service) letGo(ctx context.Context, tx db.Tx, b *batch) error {
	all, err := told(ctx, tx, b.ID)
	if err != nil {
		return err
	}
	ids := encountersOf(all)
	if err = lockEncounters(ctx, tx, b.DepartmentID, ids); err != nil {
		return err
	}
	d, err := department.Load(ctx, tx, b.DepartmentID)
	if err != nil {
		return err
	}
	starts, err := startOf(ctx, tx, ids)
	if err != nil {
		return err
	}
	at := s.Encounters.Now()
	if b.SendAt.After(at) {
		at = b.SendAt
	}
	_, err = notifications.Release(ctx, tx, s.Encounters.Now(), ids, func(id string, channel notifications.Channel, expires time.Time) time.Time {
		if channel == notifications.ChannelSMS {
			if later := notifications.QuietHours(at, starts[id], d.Zone); later.Before(expires) {
				return later
			}
		}
		return at
	})
	return err
}

// Cancel takes back what has not left, for good. At once nothing more leaves; the workers then take each message back, and
// cancel the consultations that the list had planned and of which no patient was told. Who was told keeps theirs.
func (s *Service) Cancel(ctx context.Context, caller auth.Caller, id string) (head BatchHead, err error) {
	err = s.within(ctx, caller, id, "batch.cancel", func(ctx context.Context, tx db.Tx, b *batch) error {
		switch b.State {
		case Sending, Paused:
			if err := s.hold(ctx, tx, b); err != nil {
				return err
			}
			if err := setRowStates(ctx, tx, b.ID, RowCancelled, RowReleased); err != nil {
				return err
			}
			if err := withdrawHeld(ctx, tx, b.ID); err != nil {
				return err
			}
			b.State = Cancelled
			if err := updateBatch(ctx, tx, b, s.Encounters.Now()); err != nil {
				return err
			}
		case Cancelled:
		default:
			return fault.New(fault.KindConflict, "not_sending", "Cet envoi n’est pas en cours.")
		}
		head, err = s.headOf(ctx, tx, b)
		return err
	})
	if err == nil {
		s.signal()
	}
	return head, err
}

// withdrawSome takes back the messages of some rows of a cancelled list.
func (s *Service) withdrawSome(ctx context.Context, b *batch) (bool, error) {
	found := 0
	err := s.inBatch(ctx, b, func(ctx context.Context, tx db.Tx, b *batch) error {
		const most = 50
		rows, err := takeRows(ctx, tx, b.ID, RowWithdrawing, most)
		if err != nil {
			return err
		}
		found = len(rows)
		if found == 0 {
			return nil
		}
		ids := make([]string, 0, len(rows))
		for _, r := range rows {
			ids = append(ids, r.EncounterID)
		}
		if err = lockEncounters(ctx, tx, b.DepartmentID, ids); err != nil {
			return err
		}
		for _, r := range rows {
			if err = s.withdraw(ctx, tx, b, r); err != nil {
				return err
			}
		}
		return nil
	})
	return found > 0, err
}

func (s *Service) withdraw(ctx context.Context, tx db.Tx, b *batch, r row) error {
	now := s.Encounters.Now()
	_, err := notifications.CancelPending(ctx, tx, now, r.EncounterID, notifications.PurposeNotice, notifications.PurposeInvitation)
	if err != nil {
		return err
	}
	f, err := encounter.Load(ctx, tx, r.EncounterID, b.DepartmentID)
	if err != nil {
		return err
	}
	toldAnything := f.Told("notice") || f.Told("invitation") || f.Information != nil || len(f.Decisions) > 0
	if r.PlannedHere && !toldAnything && f.Status == encounter.Planned {
		in := encounter.CancelInput{Reason: "other", Text: "Envoi de la liste annulé avant que le patient soit informé."}
		if err = s.Encounters.CancelIn(ctx, tx, b.caller(), f, in); err != nil {
			return err
		}
	}
	if _, err = s.Encounters.Settle(ctx, tx, b.DepartmentID, f.ID, "message.withdraw"); err != nil {
		return err
	}
	return setRowState(ctx, tx, b.ID, r.Number, RowCancelled)
}

package invitation

import (
	"context"
	"time"

	"teleconsult/server/auth"
	"teleconsult/server/db"
	"teleconsult/server/department"
	"teleconsult/server/fault"
	"teleconsult/server/invitation/batch"
)

var (
	errChanged = fault.New(fault.KindConflict, "batch_changed",
		"La liste a changé depuis que vous l’avez vérifiée : relisez ce qui partira, puis confirmez.")
	errPaused  = fault.New(fault.KindConflict, "batch_paused", "Cet envoi est en pause : reprenez-le, puis envoyez ces lignes.")
	errNothing = fault.New(fault.KindConflict, "nothing_to_send", "Aucune ligne n’est prête à partir : corrigez les erreurs, ou remettez des lignes.")
)

// Send confirms what was looked at at a revision: the rows without error that nobody left out go to the workers, at once
// or, so that their messages leave at a local time (YYYY-MM-DDTHH:MM), planned at once. What was
// reviewed a while ago is reviewed once more; if it is not what the person saw, nothing goes and they look again. The
// workers judge every row again. The same confirmation twice sends once.
func (s *Service) Send(ctx context.Context, caller auth.Caller, id string, revision int64, at string) (head BatchHead, err error) {
	changed := false
	err = s.Within(ctx, caller, id, "batch.send", func(ctx context.Context, tx db.Tx, b *batch.List) error {
		switch {
		case b.State == batch.Cancelled:
			return fault.New(fault.KindConflict, "batch_cancelled", "Cet envoi a été annulé.")
		case b.State == batch.Paused:
			return errPaused
		case revision == b.ConfirmedRevision && revision > 0:
			head, err = s.HeadOf(ctx, tx, b)
			return err
		case revision != b.Revision:
			return errChanged
		}
		if b.SendAt, err = s.localTime(ctx, tx, b, at); err != nil {
			return err
		}
		if at != "" || s.Encounters.Now().Sub(b.ReviewedAt) >= reviewLife {
			if changed, err = s.ReviewOpen(ctx, tx, b); err != nil || changed {
				return err // the new review stays, and is confirmed or not by who looks at it
			}
		}
		released, err := batch.Release(ctx, tx, b.ID)
		if err != nil {
			return err
		}
		if released == 0 {
			return errNothing
		}
		now := s.Encounters.Now()
		b.State, b.ConfirmedAt, b.ConfirmedByID, b.ConfirmedBy, b.ConfirmedRevision = batch.Sending, now, caller.StaffID, caller.Name, revision
		if err = batch.Update(ctx, tx, b, now); err != nil {
			return err
		}
		head, err = s.HeadOf(ctx, tx, b)
		return err
	})
	if err == nil && changed {
		err = errChanged
	}
	if err == nil {
		s.Signal()
	}
	return head, err
}

// localTime reads when the list is to go, zero for at once.
func (s *Service) localTime(ctx context.Context, tx db.Tx, b *batch.List, at string) (time.Time, error) {
	if at == "" {
		return time.Time{}, nil
	}
	d, err := department.Load(ctx, tx, b.DepartmentID)
	if err != nil {
		return time.Time{}, err
	}
	moment, err := time.ParseInLocation("2006-01-02T15:04", at, d.Zone)
	switch now := s.Encounters.Now(); {
	case err != nil:
		return time.Time{}, fault.Invalid(fault.Violation{Field: "at", Code: "time_unreadable", Message: "Choisissez un jour et une heure."})
	case moment.Before(now.Add(-time.Minute)):
		return time.Time{}, fault.Invalid(fault.Violation{Field: "at", Code: "date_in_past", Message: "Cette heure est passée."})
	case moment.After(now.AddDate(1, 0, 0)):
		return time.Time{}, fault.Invalid(fault.Violation{Field: "at", Code: "date_too_far", Message: "Cette date est dans plus d’un an. Vérifiez l’année."})
	}
	return moment.UTC(), nil
}

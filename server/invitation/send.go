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
		before := b.SendAt
		if err = s.setHour(ctx, tx, b, at); err != nil {
			return err
		}
		if at != "" || s.Encounters.Now().Sub(b.ReviewedAt) >= reviewLife {
			if changed, err = s.ReviewOpen(ctx, tx, b); err != nil {
				return err
			}
			if changed { // the new review stays, and is confirmed or not by who looks at it; the hour is not
				b.SendAt = before
				return batch.Update(ctx, tx, b, s.Encounters.Now())
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

// setHour sets when the list is to go. A list has one hour: while it is to come, rows confirmed later go with the rest,
// since a pause and a resumption would else let go at the new hour what was promised for the old one.
func (s *Service) setHour(ctx context.Context, tx db.Tx, b *batch.List, at string) error {
	d, err := department.Load(ctx, tx, b.DepartmentID)
	if err != nil {
		return err
	}
	now := s.Encounters.Now()
	chosen, err := localTime(at, d.Zone, now)
	if err != nil {
		return err
	}
	if b.State == batch.Sending && b.SendAt.After(now) && !chosen.Equal(b.SendAt) {
		return fault.New(fault.KindConflict, "batch_scheduled", "Le reste de cette liste part le "+
			b.SendAt.In(d.Zone).Format("02/01/2006 à 15:04")+" : choisissez la même heure, ou attendez qu’elle soit partie.")
	}
	b.SendAt = chosen
	return nil
}

// localTime reads a local time, zero for at once.
func localTime(at string, zone *time.Location, now time.Time) (time.Time, error) {
	if at == "" {
		return time.Time{}, nil
	}
	moment, err := time.ParseInLocation("2006-01-02T15:04", at, zone)
	switch {
	case err != nil:
		return time.Time{}, fault.Invalid(fault.Violation{Field: "at", Code: "time_unreadable", Message: "Choisissez un jour et une heure."})
	case moment.Before(now.Add(-time.Minute)):
		return time.Time{}, fault.Invalid(fault.Violation{Field: "at", Code: "date_in_past", Message: "Cette heure est passée."})
	case moment.After(now.AddDate(1, 0, 0)):
		return time.Time{}, fault.Invalid(fault.Violation{Field: "at", Code: "date_too_far", Message: "Cette date est dans plus d’un an. Vérifiez l’année."})
	}
	return moment.UTC(), nil
}

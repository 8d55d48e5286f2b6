package wording

import (
	"context"

	"github.com/google/uuid"

	"teleconsult/notifications"
	"teleconsult/server/auth"
	"teleconsult/server/db"
	"teleconsult/server/department"
	"teleconsult/server/fault"
	"teleconsult/server/trace"
	"teleconsult/templates"
)

// Save puts words in the place of those that stood, also in the messages that have not left yet. seen is the
// version that the writer looked at: words that somebody else wrote meanwhile are not lost (KindStale).
func (s *Service) Save(ctx context.Context, caller auth.Caller, departmentID string, k Key, w templates.Wording, seen int64) (Standing, error) {
	w = tidy(k, w)
	return s.write(ctx, caller, departmentID, k, "wording.change", func(d department.Department, newest Version) (Version, error) {
		if newest.Number != seen {
			return newest, fault.New(fault.KindStale, "changed_meanwhile", "Une autre personne a modifié ce texte entre-temps. Relisez avant de modifier.")
		}
		if own, _ := k.kind().Own(); w == own && newest.Body == "" {
			return newest, nil
		}
		next := Version{Number: newest.Number + 1, Subject: w.Subject, Body: w.Body}
		return next, fault.Invalid(check(k, w, s.homes(d))...)
	})
}

// Reset goes back to the product's own words. What was written stays in the history.
func (s *Service) Reset(ctx context.Context, caller auth.Caller, departmentID string, k Key) (Standing, error) {
	return s.write(ctx, caller, departmentID, k, "wording.reset", func(_ department.Department, newest Version) (Version, error) {
		if newest.Body == "" {
			return newest, nil
		}
		return Version{Number: newest.Number + 1}, nil
	})
}

// write adds the version that next makes of the newest, unless it is the same. It changes messages that wait without
// holding their encounters, which would be all those of the department; so it may get in the way of a transaction
// that takes encounters and messages one by one. Then Postgres ends one of the two, and this one tries once more.
func (s *Service) write(
	ctx context.Context, caller auth.Caller, departmentID string, k Key, action string,
	next func(d department.Department, newest Version) (Version, error),
) (Standing, error) {
	after, err := s.writeOnce(ctx, caller, departmentID, k, action, next)
	if db.IsDeadlock(err) {
		return s.writeOnce(ctx, caller, departmentID, k, action, next)
	}
	return after, err
}

func (s *Service) writeOnce(
	ctx context.Context, caller auth.Caller, departmentID string, k Key, action string,
	next func(d department.Department, newest Version) (Version, error),
) (after Standing, err error) {
	now := s.Encounters.Now()
	err = s.Encounters.DB.InTx(ctx, caller.Scope(auth.DepartmentManage), func(ctx context.Context, tx db.Tx) error {
		d, err := lockDepartment(ctx, tx, departmentID)
		if err != nil {
			return err
		}
		all, err := loadNewest(ctx, tx, departmentID)
		if err != nil {
			return err
		}
		v, err := next(d, all[k])
		if err != nil {
			return err
		}
		if v.Number == all[k].Number {
			after = standing(k, v, s.homes(d))
			return nil
		}
		v.ID, v.At, v.By = uuid.Must(uuid.NewV7()).String(), now, caller.Name
		if err = insert(ctx, tx, departmentID, k, v, caller.StaffID); err != nil {
			return err
		}
		standingID := v.ID
		if v.Body == "" {
			standingID = ""
		}
		if _, err = notifications.Reword(ctx, tx, departmentID, k.Template, k.Channel, k.Language, standingID); err != nil {
			return err
		}
		after = standing(k, v, s.homes(d))
		return trace.Append(ctx, tx, now, caller.Actor(), trace.Event{DepartmentID: departmentID, Action: action, Data: k.traced(v.Number)})
	})
	return after, err
}

func (k Key) traced(version int64) map[string]any {
	return map[string]any{"template": k.Template, "channel": k.Channel, "language": k.Language, "version": version}
}

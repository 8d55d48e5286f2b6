package department

import (
	"context"
	"slices"
	"time"

	"teleconsult/server/auth"
	"teleconsult/server/db"
	"teleconsult/server/fault"
	"teleconsult/server/trace"
)

// Service is what the use cases about departments need.
type Service struct {
	DB *db.DB
	// Now is the clock.
	Now func() time.Time
	// Tools are the codes of the meeting tools that the product knows.
	Tools []string
}

// Departments returns those whose settings the caller may see, by name.
func (s *Service) Departments(ctx context.Context, caller auth.Caller) (found []Department, err error) {
	err = s.DB.InTx(ctx, caller.Scope(auth.DepartmentRead), func(ctx context.Context, tx db.Tx) (err error) {
		found, err = loadAll(ctx, tx, caller.Departments(auth.DepartmentRead))
		return err
	})
	return found, err
}

// Change replaces the settings of a department. The trace tells which were changed, not how.
func (s *Service) Change(ctx context.Context, caller auth.Caller, id string, next Settings) (d Department, err error) {
	next = next.trimmed()
	var c checks
	c.check(next, s.Tools)
	if err = fault.Invalid(c.violations...); err != nil {
		return Department{}, err
	}
	err = s.DB.InTx(ctx, caller.Scope(auth.DepartmentManage), func(ctx context.Context, tx db.Tx) error {
		before, err := lock(ctx, tx, id)
		if err != nil {
			return err
		}
		if d, err = next.apply(before); err != nil {
			return err
		}
		fields := settingsOf(before).changed(settingsOf(d))
		if len(fields) == 0 {
			return nil
		}
		if err = update(ctx, tx, d); err != nil {
			return err
		}
		if slices.Contains(fields, "delivery") {
			if err = planAnew(ctx, tx, id, s.Now()); err != nil {
				return err
			}
		}
		changed := trace.Event{DepartmentID: id, Action: "department.change", Data: map[string]any{"fields": fields}}
		return trace.Append(ctx, tx, s.Now(), caller.Actor(), changed)
	})
	return d, err
}

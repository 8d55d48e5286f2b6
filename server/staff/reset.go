package staff

import (
	"context"

	"teleconsult/server/auth"
	"teleconsult/server/db"
	"teleconsult/server/trace"
)

// ResetPassword hands a colleague who forgot theirs a new initial password and ends their sessions.
func (s *Service) ResetPassword(ctx context.Context, caller auth.Caller, departmentID, staffID string) (added Added, err error) {
	err = s.DB.InTx(ctx, caller.Scope(auth.StaffManage), func(ctx context.Context, tx db.Tx) error {
		c, err := colleague(ctx, tx, departmentID, staffID)
		if err != nil {
			return err
		}
		departments, err := departmentsOf(ctx, tx, staffID)
		if err != nil {
			return err
		}
		if err = mayReset(caller, c.Member, departments); err != nil {
			return err
		}
		if c.Disabled {
			return errDisabled
		}
		added = Added{Colleague: c, InitialPassword: auth.InitialPassword(c.Email)}
		if err = auth.ReplacePassword(ctx, tx, staffID, auth.HashPassword(added.InitialPassword), ""); err != nil {
			return err
		}
		reset := trace.Event{DepartmentID: departmentID, Action: "password.reset", Data: map[string]any{"staffId": staffID}}
		return trace.Append(ctx, tx, s.Now(), caller.Actor(), reset)
	})
	return added, err
}

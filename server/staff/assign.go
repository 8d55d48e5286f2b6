package staff

import (
	"context"

	"teleconsult/server/auth"
	"teleconsult/server/db"
	"teleconsult/server/fault"
)

// Assign gives a colleague exactly these roles in a department; with none they no longer belong to it.
func (s *Service) Assign(ctx context.Context, caller auth.Caller, departmentID, staffID string, roles []auth.Role) (c Colleague, err error) {
	if err = fault.Invalid(checkRoles(roles)...); err != nil {
		return Colleague{}, err
	}
	err = s.DB.InTx(ctx, caller.Scope(auth.StaffManage), func(ctx context.Context, tx db.Tx) error {
		// One at a time, so that two managers do not take each other's role at once.
		if err := lockDepartment(ctx, tx, departmentID); err != nil {
			return err
		}
		if c, err = colleague(ctx, tx, departmentID, staffID); err != nil {
			return err
		}
		managers, err := countManagers(ctx, tx, departmentID)
		if err != nil {
			return err
		}
		before := c.Roles
		c.Roles = ordered(roles)
		if err = mayChange(caller, staffID, before, c.Roles, managers); err != nil {
			return err
		}
		return s.setRoles(ctx, tx, caller, departmentID, staffID, before, c.Roles)
	})
	return c, err
}

package department

import (
	"context"
	"strings"

	"github.com/google/uuid"

	"teleconsult/server/auth"
	"teleconsult/server/db"
	"teleconsult/server/fault"
	"teleconsult/server/trace"
)

// Create adds a department under a code that no other has. It has no people yet.
func (s *Service) Create(ctx context.Context, caller auth.Caller, code string, settings Settings) (Department, error) {
	code, settings = strings.TrimSpace(code), settings.trimmed()
	var c checks
	c.checkCode(code)
	c.check(settings, s.Tools)
	if err := fault.Invalid(c.violations...); err != nil {
		return Department{}, err
	}
	d, err := settings.apply(Department{ID: uuid.Must(uuid.NewV7()).String(), Code: code})
	if err != nil {
		return Department{}, err
	}
	err = s.DB.InTx(ctx, db.Departments(d.ID), func(ctx context.Context, tx db.Tx) error {
		taken, err := codeTaken(ctx, tx, code)
		if err != nil {
			return err
		}
		if taken {
			return fault.Invalid(fault.Violation{Field: "code", Code: "code_taken", Message: "Un autre service porte déjà ce code."})
		}
		if err = Insert(ctx, tx, d); err != nil {
			return err
		}
		created := trace.Event{DepartmentID: d.ID, Action: "department.create"}
		return trace.Append(ctx, tx, s.Now(), caller.Actor(), created)
	})
	return d, err
}

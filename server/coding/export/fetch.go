package export

import (
	"context"
	"fmt"

	"teleconsult/server/auth"
	"teleconsult/server/db"
	"teleconsult/server/trace"
)

// listed is how many batches a list shows at once.
const listed = 50

// List returns a department's batches before a number (all for 0), the newest first, and how many acts wait for the next.
func (s *Service) List(ctx context.Context, caller auth.Caller, departmentID string, before int64) (found []Batch, waiting int, err error) {
	if err = mayCode(caller, departmentID); err != nil {
		return nil, 0, err
	}
	err = s.Encounters.DB.InTx(ctx, db.Departments(departmentID), func(ctx context.Context, tx db.Tx) (err error) {
		if waiting, err = countPending(ctx, tx, departmentID); err != nil {
			return err
		}
		found, err = batches(ctx, tx, departmentID, before)
		return err
	})
	return found, waiting, err
}

// Fetch returns the file of a batch as it was first made, and traces that it was.
func (s *Service) Fetch(ctx context.Context, caller auth.Caller, id, format string) (number int64, content []byte, err error) {
	departments := caller.Departments(auth.ActCode)
	err = s.Encounters.DB.InTx(ctx, db.Departments(departments...), func(ctx context.Context, tx db.Tx) error {
		f, err := file(ctx, tx, departments, id, format)
		if err != nil {
			return err
		}
		if content, err = s.Encounters.Secrets.Open(purpose, f.Content); err != nil {
			return fmt.Errorf("read an export: %w", err)
		}
		number = f.Number
		seen := traced(f.DepartmentID, "coding-export.download", number)
		seen.Data["format"] = format
		return trace.Append(ctx, tx, s.Encounters.Now(), caller.Actor(), seen)
	})
	return number, content, err
}

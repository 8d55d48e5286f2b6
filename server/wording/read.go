package wording

import (
	"context"

	"teleconsult/server/auth"
	"teleconsult/server/db"
	"teleconsult/server/department"
	"teleconsult/server/encounter"
)

// Service is what the use cases about wordings need.
type Service struct {
	Encounters *encounter.Service
}

// List returns what the patients of a department receive, for every text.
func (s *Service) List(ctx context.Context, caller auth.Caller, departmentID string) (all []Standing, err error) {
	err = s.Encounters.DB.InTx(ctx, caller.Scope(auth.DepartmentRead), func(ctx context.Context, tx db.Tx) error {
		d, err := department.Load(ctx, tx, departmentID)
		if err != nil {
			return err
		}
		newest, err := loadNewest(ctx, tx, departmentID)
		if err != nil {
			return err
		}
		for _, k := range keys() {
			all = append(all, standing(k, newest[k], s.homes(d)))
		}
		return nil
	})
	return all, err
}

// History returns every version of a text, newest first.
func (s *Service) History(ctx context.Context, caller auth.Caller, departmentID string, k Key) (all []Version, err error) {
	err = s.Encounters.DB.InTx(ctx, caller.Scope(auth.DepartmentRead), func(ctx context.Context, tx db.Tx) error {
		all, err = loadHistory(ctx, tx, departmentID, k)
		return err
	})
	return all, err
}

// homes are the hosts that a message of the department may name.
func (s *Service) homes(d department.Department) []string {
	return homesOf(s.Encounters.PublicURL, d.PortalURL)
}

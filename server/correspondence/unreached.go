package correspondence

import (
	"cmp"
	"context"
	"slices"
	"time"

	"teleconsult/server/auth"
	"teleconsult/server/db"
	"teleconsult/server/encounter"
	"teleconsult/server/encounter/view"
	"teleconsult/server/trace"
)

// Unreached is a patient whom somebody has to telephone.
type Unreached struct {
	EncounterID  string           `json:"encounterId" format:"uuid"`
	PlannedStart time.Time        `json:"plannedStart"`
	Patient      UnreachedPatient `json:"patient"`
	view.TaskView
}

// UnreachedPatient is who an entry is about.
type UnreachedPatient struct {
	FamilyName string `json:"familyName"`
	GivenName  string `json:"givenName"`
}

// Unreached lists the patients of a department whom no message has reached, or who say that their device does not
// work, the soonest consultation first, and traces who was listed.
func (s *Service) Unreached(ctx context.Context, caller auth.Caller, departmentID string) ([]Unreached, error) {
	found := []Unreached{}
	err := s.Encounters.DB.InTx(ctx, db.Departments(departmentID), func(ctx context.Context, tx db.Tx) error {
		now := s.Encounters.Now()
		candidates, err := perhapsUnreached(ctx, tx, departmentID, now)
		if err != nil {
			return err
		}
		all, err := encounter.LoadMany(ctx, tx, candidates, []string{departmentID})
		if err != nil {
			return err
		}
		slices.SortFunc(all, func(a, b *encounter.Facts) int {
			return cmp.Or(a.PlannedStart.Compare(b.PlannedStart), cmp.Compare(a.ID, b.ID))
		})
		ids := []string{}
		for _, f := range all {
			task := f.ContactTask(now)
			if task == nil {
				continue
			}
			ids = append(ids, f.ID)
			found = append(found, Unreached{
				EncounterID: f.ID, PlannedStart: f.PlannedStart, TaskView: *view.Task(task),
				Patient: UnreachedPatient{FamilyName: f.Patient.FamilyName, GivenName: f.Patient.GivenName},
			})
		}
		seen := trace.Event{DepartmentID: departmentID, Action: "worklist.unreached", Data: map[string]any{"encounters": ids}}
		return trace.Append(ctx, tx, now, caller.Actor(), seen)
	})
	return found, err
}

package desk

import (
	"context"
	"slices"

	"teleconsult/server/auth"
	"teleconsult/server/db"
	"teleconsult/server/fault"
	"teleconsult/server/patient"
	"teleconsult/server/trace"
)

// seen returns the patients a look-up finds and traces that they were seen.
func (s service) seen(ctx context.Context, caller auth.Caller, departmentID, typed string) ([]patient.Patient, error) {
	if !slices.Contains(caller.Departments(auth.EncounterRead), departmentID) {
		return nil, fault.New(fault.KindForbidden, "forbidden", "Vous n’avez pas accès aux patients de ce service.")
	}
	var found []patient.Patient
	err := s.DB.InTx(ctx, db.Departments(departmentID), func(ctx context.Context, tx db.Tx) (err error) {
		if found, err = patient.Search(ctx, tx, departmentID, typed); err != nil {
			return err
		}
		for _, p := range found {
			seen := trace.Event{DepartmentID: departmentID, Action: "patient.look-up", PatientID: p.ID}
			if err = trace.Append(ctx, tx, s.Now(), caller.Actor(), seen); err != nil {
				return err
			}
		}
		return nil
	})
	return found, err
}

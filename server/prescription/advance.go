package prescription

import (
	"context"

	"teleconsult/server/db"
	"teleconsult/server/encounter"
)

// Advance takes the news of a delivery into the prescription, in the transaction that brought them. What comes from staff
// is within a command, which locks and settles the encounter itself; what the system learned is locked and settled here.
func (s *Service) Advance(ctx context.Context, tx db.Tx, n Progress) error {
	if n.StaffID == "" {
		if err := encounter.Lock(ctx, tx, n.EncounterID, n.DepartmentID); err != nil {
			return err
		}
	}
	f, err := encounter.Load(ctx, tx, n.EncounterID, n.DepartmentID)
	if err != nil {
		return err
	}
	row, ok := n.next(f.Prescription)
	if !ok {
		return nil
	}
	if err = insert(ctx, tx, f, row); err != nil || n.StaffID != "" {
		return err
	}
	_, err = s.Encounters.Settle(ctx, tx, n.DepartmentID, n.EncounterID, "prescription."+string(n.State))
	return err
}

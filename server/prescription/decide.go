package prescription

import (
	"context"

	"teleconsult/server/auth"
	"teleconsult/server/db"
	"teleconsult/server/encounter"
)

// Service records prescriptions as facts of their encounter.
type Service struct {
	Encounters *encounter.Service
}

// Decide records what became of the prescription. Rows are only added: the last one stands, the earlier
// ones stay as evidence. It refuses before the consultation has finished (409), and what breaks a rule of
// the channel (422, all violations at once).
func (s *Service) Decide(ctx context.Context, caller auth.Caller, encounterID string, in Input) (*encounter.Facts, error) {
	in = in.Normalise()
	return s.Encounters.Command(ctx, caller, auth.PrescriptionRecord, encounterID, "prescription.record",
		func(ctx context.Context, tx db.Tx, f *encounter.Facts) error {
			if err := Held(f.Status); err != nil {
				return err
			}
			if err := in.Check(); err != nil {
				return err
			}
			if in.Repeats(f.Prescription) {
				return nil
			}
			return insert(ctx, tx, f, in, caller.StaffID, s.Encounters.Now())
		})
}

package prescription

import (
	"context"

	"teleconsult/server/auth"
	"teleconsult/server/db"
	"teleconsult/server/encounter"
	"teleconsult/server/fault"
)

// Service records prescriptions as facts of their encounter.
type Service struct {
	Encounters *encounter.Service
	// SecureMail tells whether the hospital has an account of its own in the trust space of MSSanté.
	SecureMail bool
}

// Decide records what became of the prescription, in the words of staff. Rows are only added: the last one stands, the
// earlier ones stay as evidence. What is announced on the portal is announced to the patient as well. It refuses before
// the consultation has finished (409), and what breaks a rule of the channel (422, all violations at once).
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
			row, changes := in.next(f.Prescription, caller.StaffID, s.Encounters.Now())
			if !changes {
				return nil
			}
			announces := in.Channel == Portal && in.State == Announced
			if why := situationOf(f).Allows(Portal); announces && why != "" {
				return fault.Invalid(fault.Violation{Field: "channel", Code: "channel_not_possible", Message: why})
			}
			if err := insert(ctx, tx, f, row); err != nil {
				return err
			}
			if announces && row.DecidedAt.Equal(row.At) {
				return s.Encounters.AnnounceDocument(ctx, tx, f)
			}
			return nil
		})
}

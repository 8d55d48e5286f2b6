package coding

import (
	"context"

	"teleconsult/server/auth"
	"teleconsult/server/db"
	"teleconsult/server/encounter"
)

// Service codes acts as facts of their encounter.
type Service struct {
	Encounters *encounter.Service
	// Telephone is when a consultation by telephone alone may be billed; TelephoneException is the law's.
	Telephone Period
}

// Code records how the act was coded in the activity software, why it is not billed, refused or reopened. Rows are only
// added: a correction is a new one, and the last one stands. It refuses an act that was not held, or that somebody else
// dealt with meanwhile (409), and a code that may not be used for it (422).
func (s *Service) Code(ctx context.Context, caller auth.Caller, encounterID string, in Input) (*encounter.Facts, error) {
	return s.Encounters.Command(ctx, caller, auth.ActCode, encounterID, "act.code",
		func(ctx context.Context, tx db.Tx, f *encounter.Facts) error {
			list, err := HoldCodes(ctx, tx)
			if err != nil {
				return err
			}
			entry, err := in.Entry(list, ActOf(f), s.Telephone)
			if err != nil {
				return err
			}
			if entry.Repeats(f.Coding) {
				return nil
			}
			standing, err := lastEntries(ctx, tx, f)
			if err != nil {
				return err
			}
			if err = entry.mayFollow(f.Coding, standing.batch(), in.Seen); err != nil {
				return err
			}
			return InsertMany(ctx, tx, s.Encounters.Now(), caller.StaffID, []Addition{{f.ID, f.Department.ID, entry}})
		})
}

package record

import (
	"context"
	"time"

	"teleconsult/server/auth"
	"teleconsult/server/db"
	"teleconsult/server/encounter"
	"teleconsult/server/fault"
)

// Closing says that somebody found the encounter complete. It holds until something that it covers is recorded later.
type Closing struct {
	At time.Time
	By string
}

// Close closes a complete encounter. While a mandatory fact is missing it is 409 encounter_incomplete, with all of
// them as violations whose fields are steps of the chain. Closing twice is closing once.
func (s *Service) Close(ctx context.Context, caller auth.Caller, encounterID string) (*encounter.Facts, error) {
	return s.Encounters.Command(ctx, caller, auth.NoteWrite, encounterID, "encounter.close",
		func(ctx context.Context, tx db.Tx, f *encounter.Facts) error {
			p, err := s.pagesOf(ctx, tx, f)
			if err != nil {
				return err
			}
			if len(p.Missing) > 0 {
				return incomplete(p.Missing)
			}
			if p.Closing != nil {
				return nil
			}
			return insertClosing(ctx, tx, f, caller.StaffID, s.Encounters.Now())
		})
}

func incomplete(missing []Lack) error {
	f := fault.New(fault.KindConflict, "encounter_incomplete", "Le dossier n’est pas complet : voici ce qui manque.")
	for _, l := range missing {
		f.Violations = append(f.Violations, fault.Violation{Field: string(l.Step), Code: l.Code, Message: l.Message})
	}
	return f
}

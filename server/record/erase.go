package record

import (
	"cmp"
	"context"

	"teleconsult/server/db"
)

// Erase deletes what practitioners typed, and the texts of notes that were put into the record, once the last transfer
// of an encounter is so old (retention table of the hospital: 90 days). That a version was transferred, when, by whom
// and its hash stay. A text that was changed since its last transfer is nowhere else yet, and stays until it is.
func (s *Service) Erase(ctx context.Context) error {
	return s.Encounters.DB.InTx(ctx, db.System("maintenance"), func(ctx context.Context, tx db.Tx) error {
		now := s.Encounters.Now()
		return erase(ctx, tx, now.AddDate(0, 0, -cmp.Or(s.Kept, DefaultKept)), now)
	})
}

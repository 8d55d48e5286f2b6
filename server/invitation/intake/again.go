package intake

import (
	"context"

	"teleconsult/server/auth"
	"teleconsult/server/db"
	"teleconsult/server/fault"
	"teleconsult/server/invitation/batch"
)

// Again makes a draft with those of a list who have not answered, or whom nothing has reached.
func (s *Service) Again(ctx context.Context, caller auth.Caller, id, who string) (string, error) {
	var ids []string
	var departmentID string
	err := s.Within(ctx, caller, id, "batch.again", func(ctx context.Context, tx db.Tx, b *batch.List) (err error) {
		departmentID = b.DepartmentID
		ids, err = batch.EncountersToRepeat(ctx, tx, b.ID, who == "failed", s.Encounters.Now())
		return err
	})
	switch {
	case err != nil:
		return "", err
	case len(ids) == 0:
		return "", fault.New(fault.KindConflict, "nobody_left", "Il n’y a plus personne à inviter à nouveau dans cette liste.")
	}
	return s.Create(ctx, caller, departmentID, Source{EncounterIDs: ids})
}

// Sweep removes drafts that nobody touched for a month, and lists that were sent three months ago: the encounters and
// their messages keep the evidence.
func (s *Service) Sweep(ctx context.Context) error {
	const draftDays, sentDays = 30, 90
	now := s.Encounters.Now()
	return s.Encounters.DB.InTx(ctx, db.System("sweep-batches"), func(ctx context.Context, tx db.Tx) error {
		return batch.Sweep(ctx, tx, now.AddDate(0, 0, -draftDays), now.AddDate(0, 0, -sentDays))
	})
}

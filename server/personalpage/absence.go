package personalpage

import (
	"context"

	"teleconsult/server/db"
	"teleconsult/server/encounter"
)

// TellAbsences tells the screens of patients who were in a waiting room and give no sign of life any more, such
// as one who closed the browser. Call it every few seconds; any number of instances may.
func (s *Service) TellAbsences(ctx context.Context) error {
	return s.Encounters.DB.InTx(ctx, db.System("waiting-room"), func(ctx context.Context, tx db.Tx) error {
		return tellAbsences(ctx, tx, s.Encounters.Now().Add(-encounter.PresenceFor))
	})
}

package encounter

import (
	"context"
	"time"

	"teleconsult/server/db"
)

// linksKept is how long after its end a consultation's link and passcode are kept (retention table of the
// hospital: 24 hours). The keyed hash that keeps the meeting from being used again stays.
const linksKept = 24 * time.Hour

// EraseLinks erases the links and passcodes of consultations that are over.
func (s *Service) EraseLinks(ctx context.Context) error {
	return s.DB.InTx(ctx, db.System("maintenance"), func(ctx context.Context, tx db.Tx) error {
		now := s.Now()
		return eraseLinks(ctx, tx, now.Add(-linksKept), now)
	})
}

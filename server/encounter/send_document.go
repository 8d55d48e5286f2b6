package encounter

import (
	"context"
	"time"

	"teleconsult/notifications"
	"teleconsult/server/db"
	"teleconsult/server/outreach"
)

// announcedFor is how long the news that a document will be on the portal is news.
const announcedFor = 48 * time.Hour

// AnnounceDocument tells the patient that the portal will show a document. Whoever cannot be reached is not told, which
// the chain says.
func (s *Service) AnnounceDocument(ctx context.Context, tx db.Tx, f *Facts) error {
	known, err := s.reputation(ctx, tx, f)
	if err != nil {
		return err
	}
	now := s.Now()
	w := outreach.Wanted{Purpose: notifications.PurposePrescriptionNotice, Expires: now.Add(announcedFor)}
	all := f.byChannel(w, known, now, now)
	if len(all) == 0 {
		return nil
	}
	return s.enqueueAll(ctx, tx, f, all, now)
}

package encounter

import (
	"context"

	"teleconsult/server/db"
)

// Settle ends every use case that added a fact: it sends what has become due to be sent, recomputes the
// chain, writes its summary, and tells the screens. kind says what happened, for those who listen.
func (s *Service) Settle(ctx context.Context, tx db.Tx, departmentID, id, kind string) (*Facts, error) {
	f, err := Load(ctx, tx, id, departmentID)
	if err != nil {
		return nil, err
	}
	now := s.Now()
	sent, err := s.sendWhatIsReady(ctx, tx, f, now)
	if err != nil {
		return nil, err
	}
	if sent {
		if f, err = Load(ctx, tx, id, departmentID); err != nil {
			return nil, err
		}
	}
	if summary := f.Summary(now); summary != f.Stored {
		if err = updateSummary(ctx, tx, f, summary); err != nil {
			return nil, err
		}
		f.Stored = summary
	}
	return f, notify(ctx, tx, f, kind)
}

// SettleOutcome takes the news of a message into the chain, in the transaction that wrote them.
func (s *Service) SettleOutcome(ctx context.Context, tx db.Tx, departmentID, encounterID string) error {
	_, err := s.Settle(ctx, tx, departmentID, encounterID, "message.outcome")
	return err
}

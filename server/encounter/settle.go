package encounter

import (
	"context"
	"maps"
	"slices"

	"teleconsult/server/db"
)

// Settle ends every use case that added a fact: it sends what has become due to be sent, recomputes the
// chain, writes its summary, and tells the screens. kind says what happened, for those who listen.
func (s *Service) Settle(ctx context.Context, tx db.Tx, departmentID, id, kind string) (*Facts, error) {
	f, err := Load(ctx, tx, id, departmentID)
	if err != nil {
		return nil, err
	}
	all := []*Facts{f}
	err = s.SettleLoaded(ctx, tx, all, kind)
	return all[0], err
}

// SettleOutcomes takes the news of messages into the chains, in the transaction that wrote them. changed has
// the department of each encounter by the encounter's id; the caller holds their locks.
func (s *Service) SettleOutcomes(ctx context.Context, tx db.Tx, changed map[string]string) error {
	if len(changed) == 0 {
		return nil
	}
	departments := slices.Compact(slices.Sorted(maps.Values(changed)))
	all, err := LoadMany(ctx, tx, slices.Sorted(maps.Keys(changed)), departments)
	if err != nil {
		return err
	}
	return s.SettleLoaded(ctx, tx, all, "message.outcome")
}

// SettleLoaded settles encounters whose facts were just loaded under their locks, or brought up to date since; those
// that got a message are loaded again.
func (s *Service) SettleLoaded(ctx context.Context, tx db.Tx, all []*Facts, kind string) error {
	now := s.Now()
	for i, f := range all {
		sent, err := s.sendWhatIsReady(ctx, tx, f, now)
		if err != nil {
			return err
		}
		if sent {
			if all[i], err = Load(ctx, tx, f.ID, f.Department.ID); err != nil {
				return err
			}
		}
	}
	var changed []*Facts
	for _, f := range all {
		if summary := f.Summary(now); summary != f.Stored {
			f.Stored = summary
			changed = append(changed, f)
		}
	}
	if err := updateSummaries(ctx, tx, changed); err != nil {
		return err
	}
	return notify(ctx, tx, all, kind)
}

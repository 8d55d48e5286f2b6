package auth

import (
	"context"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"

	"teleconsult/server/db"
	"teleconsult/server/trace"
)

// SignOut ends the caller's session on every instance.
func (s *Service) SignOut(ctx context.Context, c Caller) error {
	return s.db.InTx(ctx, systemScope, func(ctx context.Context, tx db.Tx) error {
		hash, err := hashOf(c.sessionKey)
		if err != nil {
			return err
		}
		if err = deleteSession(ctx, tx, hash); err != nil {
			return err
		}
		return trace.Append(ctx, tx, s.now(), c.Actor(), trace.Event{Action: "session.close"})
	})
}

// Sweep removes sessions that are over and counters that have run out. It is run from time to time.
func (s *Service) Sweep(ctx context.Context) error {
	return s.db.InTx(ctx, db.System("maintenance"), func(ctx context.Context, tx db.Tx) error {
		now := s.now()
		return sweep(ctx, tx, now, now.Add(-s.idle), now.Add(-attemptWindow-lastLock))
	})
}

func hashOf(sessionKey string) ([]byte, error) {
	hash, err := hex.DecodeString(sessionKey)
	if err != nil {
		return nil, fmt.Errorf("session key: %w", err)
	}
	return hash, nil
}

func sameRoles(a, b Caller) bool {
	return a.Admin == b.Admin && maps.EqualFunc(a.Roles, b.Roles, func(x, y []Role) bool { return slices.Equal(x, y) })
}

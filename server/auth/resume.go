package auth

import (
	"context"

	"teleconsult/server/db"
	"teleconsult/server/fault"
	"teleconsult/server/secret"
)

var errEnded = fault.New(fault.KindUnauthenticated, "session_ended", "La session est terminée. Connectez-vous de nouveau.")

// Resume returns the caller whose session a cookie's token opens and notes that it was used. The fault is
// unauthenticated when there is no such session or it is over.
func (s *Service) Resume(ctx context.Context, token string) (Caller, error) {
	var found session
	hash := secret.HashToken(token)
	err := s.db.InTx(ctx, systemScope, func(ctx context.Context, tx db.Tx) error {
		var err error
		if found, err = findSession(ctx, tx, hash); err != nil {
			return err
		}
		now := s.now()
		if !found.alive(now, s.idle) {
			return errEnded
		}
		if now.Sub(found.LastSeenAt) < touchEvery {
			return nil
		}
		return touchSession(ctx, tx, hash, now)
	})
	switch fault.KindOf(err) {
	case 0:
	case fault.KindNotFound:
		return Caller{}, errEnded
	default:
		return Caller{}, err
	}
	caller := found.caller
	client := ClientFrom(ctx)
	caller.RequestID, caller.ClientAddress = client.RequestID, client.Address
	return caller, err
}

// StillOpen tells whether a caller's session goes on with the same rights; it does not count as using it.
// Long answers (live events) ask it from time to time.
func (s *Service) StillOpen(ctx context.Context, c Caller) bool {
	open := false
	err := s.db.InTx(ctx, systemScope, func(ctx context.Context, tx db.Tx) error {
		hash, err := hashOf(c.sessionKey)
		if err != nil {
			return err
		}
		found, err := findSession(ctx, tx, hash)
		if err != nil {
			return err
		}
		open = found.alive(s.now(), s.idle) && sameRoles(found.caller, c)
		return nil
	})
	// A database that does not answer for a moment ends nobody's session.
	return open || fault.KindOf(err) == fault.KindUnavailable
}

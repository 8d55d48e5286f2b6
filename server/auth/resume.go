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
	hash := secret.HashToken(token)
	found, err := findSession(ctx, s.db, hash)
	if fault.KindOf(err) == fault.KindNotFound {
		return Caller{}, errEnded
	}
	if err != nil {
		return Caller{}, err
	}
	now := s.now()
	if !found.alive(now, s.idle) {
		return Caller{}, errEnded
	}
	if now.Sub(found.LastSeenAt) >= touchEvery {
		err = s.db.InTx(ctx, systemScope, func(ctx context.Context, tx db.Tx) error { return touchSession(ctx, tx, hash, now) })
		if err != nil {
			return Caller{}, err
		}
	}
	caller := found.caller
	client := ClientFrom(ctx)
	caller.RequestID, caller.ClientAddress = client.RequestID, client.Address
	return caller, nil
}

// StillOpen tells whether a caller's session goes on with the same rights; it does not count as using it.
// Long answers (live events) ask it from time to time.
func (s *Service) StillOpen(ctx context.Context, c Caller) bool {
	hash, err := hashOf(c.sessionKey)
	if err != nil {
		return false
	}
	found, err := findSession(ctx, s.db, hash)
	if err != nil {
		// A database that does not answer for a moment ends nobody's session.
		return fault.KindOf(err) == fault.KindUnavailable
	}
	return found.alive(s.now(), s.idle) && sameRoles(found.caller, c)
}

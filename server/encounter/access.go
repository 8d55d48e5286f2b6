package encounter

import (
	"context"
	"fmt"
	"time"

	"teleconsult/server/db"
	"teleconsult/server/fault"
	"teleconsult/server/secret"
)

// accessAfter is how long the personal page stays open after the planned end.
const accessAfter = 7 * 24 * time.Hour

// issueAccess makes the personal link of an encounter and returns its token: 16 base62 characters. The token
// is stored hashed for look-up and sealed for the messages to come, so that a stolen database opens nothing.
// It replaces an earlier link, which opens nothing any more.
func (s *Service) issueAccess(ctx context.Context, tx db.Tx, f *Facts) (string, error) {
	if err := revokeAccess(ctx, tx, f.ID, s.Now()); err != nil {
		return "", err
	}
	a, err := s.NewAccess(f)
	if err != nil {
		return "", err
	}
	f.token = a.Token
	return a.Token, insertAccess(ctx, tx, f, a, s.Now())
}

// Access is a personal link. Only its hash and the sealed token are stored.
type Access struct {
	Token        string
	Hash, Sealed []byte
	Expires      time.Time
}

// NewAccess makes a personal link that is stored nowhere yet.
func (s *Service) NewAccess(f *Facts) (Access, error) {
	token := secret.NewToken()
	sealed, err := s.Secrets.Seal("patient-access", []byte(token))
	return Access{Token: token, Hash: s.AccessHash(token), Sealed: sealed, Expires: f.PlannedEnd.Add(accessAfter)}, err
}

// accessToken opens the sealed token of the standing link, for a message.
func (s *Service) accessToken(ctx context.Context, tx db.Tx, f *Facts) (string, error) {
	if f.token != "" {
		return f.token, nil
	}
	sealed, err := sealedToken(ctx, tx, f.ID)
	if fault.KindOf(err) == fault.KindNotFound {
		return s.issueAccess(ctx, tx, f)
	}
	if err != nil {
		return "", err
	}
	token, err := s.Secrets.Open("patient-access", sealed)
	if err != nil {
		return "", fmt.Errorf("open a personal link: %w", err)
	}
	f.token = string(token)
	return f.token, nil
}

// extendAccess keeps the personal link alive when the encounter moves.
func (s *Service) extendAccess(ctx context.Context, tx db.Tx, f *Facts) error {
	return updateAccessExpiry(ctx, tx, f.ID, f.PlannedEnd.Add(accessAfter))
}

// AccessHash is what the token of a personal link is looked up by.
func (s *Service) AccessHash(token string) []byte { return s.Secrets.MAC("patient-access", token) }

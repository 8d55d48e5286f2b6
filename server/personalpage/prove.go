package personalpage

import (
	"context"
	"time"

	"teleconsult/server/auth"
	"teleconsult/server/db"
	"teleconsult/server/encounter"
	"teleconsult/server/trace"
)

const (
	// freeTries are the wrong birth dates that lock nothing. With the doubling lock after them, somebody who
	// found a link has a few dozen tries in its whole life, of some 30,000 possible dates.
	freeTries = 5
	// firstLock doubles with every further wrong date, up to lastLock.
	firstLock = 15 * time.Minute
	lastLock  = 24 * time.Hour
	// clientTries is how many tries over all links one address has within a quarter of an hour. Right ones do
	// not count, so that a home or a ward behind one address is not locked out.
	clientTries = 20
)

// proofResult is what came of a birth date that was given.
type proofResult struct {
	// proof is the device's cookie, "" when the date was wrong; until is when it ends.
	proof string
	until time.Time
	// remaining is the number of tries before the lock, lockedFor how long none is accepted.
	remaining int
	lockedFor time.Duration
}

// prove compares a birth date with the patient's. Wrong ones are counted, per link and per address, before
// anything is answered; the count is committed also when the date is wrong.
func (s *Service) prove(ctx context.Context, v visit, birthDate time.Time) (*encounter.Facts, proofResult, error) {
	a, err := s.find(ctx, v)
	if err != nil {
		return nil, proofResult{}, err
	}
	var f *encounter.Facts
	var result proofResult
	err = s.Encounters.DB.InTx(ctx, db.Departments(a.DepartmentID), func(ctx context.Context, tx db.Tx) error {
		var err error
		if f, err = encounter.Load(ctx, tx, a.EncounterID, a.DepartmentID); err != nil {
			return err
		}
		client := s.byClient("birth-date.client", v)
		limiter := auth.NewLimiter(s.Encounters.Secrets)
		if err = limiter.Take(ctx, tx, s.Encounters.Now(), client...); err != nil {
			return err
		}
		if result, err = s.try(ctx, tx, v, f, birthDate); err != nil {
			return err
		}
		if result.proof != "" {
			return limiter.Refund(ctx, tx, client...)
		}
		return nil
	})
	return f, result, err
}

func (s *Service) try(ctx context.Context, tx db.Tx, v visit, f *encounter.Facts, birthDate time.Time) (proofResult, error) {
	now := s.Encounters.Now()
	hash := s.Encounters.AccessHash(v.token)
	a, err := lockAccess(ctx, tx, hash)
	if err != nil {
		return proofResult{}, err
	}
	if wait := a.LockedUntil.Time.Sub(now); a.LockedUntil.Valid && wait > 0 {
		return proofResult{lockedFor: wait}, nil
	}
	if birthDate.Equal(f.Patient.BirthDate) {
		if err = updateAccessFailures(ctx, tx, hash, 0, time.Time{}); err != nil {
			return proofResult{}, err
		}
		err = trace.Append(ctx, tx, now, v.by, f.Traced("patient.prove", nil))
		return proofResult{proof: s.proof(v.token, f, a.ExpiresAt), until: a.ExpiresAt}, err
	}
	failures := a.Failures + 1
	result := proofResult{remaining: max(freeTries-failures, 0), lockedFor: lockAfter(failures)}
	until := time.Time{}
	if result.lockedFor > 0 {
		until = now.Add(result.lockedFor)
	}
	if err = updateAccessFailures(ctx, tx, hash, failures, until); err != nil {
		return proofResult{}, err
	}
	return result, trace.Append(ctx, tx, now, v.by, f.Traced("patient.prove-failed", nil))
}

// lockAfter is how long no birth date is accepted after this many wrong ones.
func lockAfter(failures int) time.Duration {
	if failures < freeTries {
		return 0
	}
	lock := firstLock
	for range min(failures-freeTries, 10) {
		lock *= 2
	}
	return min(lock, lastLock)
}

// byClient is what is counted for the address a visit comes from.
func (s *Service) byClient(kind string, v visit) []auth.Attempt {
	if v.by.ClientAddress == "" {
		return nil
	}
	return []auth.Attempt{{Kind: kind, Value: auth.Network(v.by.ClientAddress), Free: clientTries}}
}

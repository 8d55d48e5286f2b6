package auth

import (
	"context"
	"net/netip"
	"time"

	"teleconsult/server/db"
	"teleconsult/server/fault"
	"teleconsult/server/secret"
)

// Attempt is one thing that can be tried too often: a password for an account, a birth date for a link.
type Attempt struct {
	// Kind names what is guessed, such as "sign-in.account".
	Kind string
	// Value is whose it is (an address, a token); only its keyed hash is stored.
	Value string
	// Free is how many failures within the window cost nothing.
	Free int
}

const (
	// attemptWindow is how long failures are remembered.
	attemptWindow = 15 * time.Minute
	// firstLock doubles with every further failure up to lastLock.
	firstLock = 30 * time.Second
	lastLock  = 15 * time.Minute
)

// Network is what a client's address is counted by: an IPv4 address itself, of an IPv6 address the /64 that one
// line or one device has, within which it could change its address at every try.
func Network(address string) string {
	ip, err := netip.ParseAddr(address)
	if err != nil {
		return address
	}
	if ip = ip.Unmap(); ip.Is4() {
		return ip.String()
	}
	prefix, err := ip.WithZone("").Prefix(64)
	if err != nil {
		return address
	}
	return prefix.String()
}

// Limiter slows guessing down. A try is counted before it is checked, so that many at once count too.
type Limiter struct{ box *secret.Box }

// NewLimiter makes a limiter; box keeps the stored keys unreadable.
func NewLimiter(box *secret.Box) Limiter { return Limiter{box: box} }

// Take counts a try of each kind, in the caller's transaction, which must be committed before the try is
// checked. When one of them is locked it returns a rate-limited fault that says for how many seconds.
func (l Limiter) Take(ctx context.Context, tx db.Tx, now time.Time, attempts ...Attempt) error {
	var wait time.Duration
	for _, a := range attempts {
		locked, err := l.take(ctx, tx, now, a)
		if err != nil {
			return err
		}
		wait = max(wait, locked)
	}
	if wait <= 0 {
		return nil
	}
	f := fault.New(fault.KindRateLimited, "too_many_attempts", "Trop d’essais. Attendez un peu avant de recommencer.")
	f.RetryAfter = int((wait + time.Second - 1) / time.Second)
	return f
}

// Forget clears the count after a success.
func (l Limiter) Forget(ctx context.Context, tx db.Tx, attempts ...Attempt) error {
	for _, a := range attempts {
		if err := deleteAttempts(ctx, tx, l.key(a)); err != nil {
			return err
		}
	}
	return nil
}

// Refund takes back one try that turned out to be right, where the key is shared with others.
func (l Limiter) Refund(ctx context.Context, tx db.Tx, attempts ...Attempt) error {
	for _, a := range attempts {
		if err := refundAttempt(ctx, tx, l.key(a)); err != nil {
			return err
		}
	}
	return nil
}

func (l Limiter) take(ctx context.Context, tx db.Tx, now time.Time, a Attempt) (time.Duration, error) {
	c, err := lockCounter(ctx, tx, l.key(a), now)
	if err != nil {
		return 0, err
	}
	if wait := c.LockedUntil.Sub(now); wait > 0 {
		return wait, nil
	}
	if now.Sub(c.WindowStart) > attemptWindow {
		c.Failures, c.WindowStart = 0, now
	}
	c.Failures++
	c.LockedUntil = now.Add(lockAfter(c.Failures, a.Free))
	return 0, saveCounter(ctx, tx, l.key(a), c)
}

func (l Limiter) key(a Attempt) []byte { return l.box.MAC("attempt", a.Kind, a.Value) }

// lockAfter is how long nothing more is accepted once this many tries were counted. The try that reaches
// the limit is itself still checked.
func lockAfter(failures, free int) time.Duration {
	if failures < free {
		return 0
	}
	lock := firstLock
	for range min(failures-free, 10) {
		lock *= 2
	}
	return min(lock, lastLock)
}

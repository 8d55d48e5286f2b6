package auth

import (
	"encoding/hex"
	"strings"
	"time"

	"teleconsult/server/db"
	"teleconsult/server/secret"
)

// touchEvery is how exactly the idle time is kept: a session in use writes its row once a minute, not at every request.
const touchEvery = time.Minute

// EndedChannel is the Postgres channel that tells every instance which session ended (its SessionKey).
const EndedChannel = "session_ended"

// Options are what a Service needs.
type Options struct {
	DB     *db.DB
	Secret *secret.Box
	// Now is the clock.
	Now func() time.Time
	// Idle ends a session that was not used for so long; Lifetime ends it however much it is used.
	Idle, Lifetime time.Duration
	// Secure tells whether browsers reach the server over TLS; the cookie follows.
	Secure bool
}

// Service opens, resumes and ends sessions.
type Service struct {
	db             *db.DB
	now            func() time.Time
	idle, lifetime time.Duration
	secure         bool
	limiter        Limiter
	passwords      *verifier
}

// New makes the service.
func New(o Options) *Service {
	return &Service{
		db: o.DB, now: o.Now, idle: o.Idle, lifetime: o.Lifetime, secure: o.Secure,
		limiter: NewLimiter(o.Secret), passwords: newVerifier(),
	}
}

// session is a row of the session table with its owner.
type session struct {
	StaffID    string
	LastSeenAt time.Time
	ExpiresAt  time.Time
	Disabled   bool
	caller     Caller
}

// alive tells whether a session may still be used.
func (s session) alive(now time.Time, idle time.Duration) bool {
	return !s.Disabled && now.Before(s.ExpiresAt) && now.Before(s.LastSeenAt.Add(idle))
}

func sessionKeyOf(tokenHash []byte) string { return hex.EncodeToString(tokenHash) }

// CookieName is what the session cookie is called. The prefix makes browsers insist on Secure, Path=/ and no Domain.
func (s *Service) CookieName() string {
	if s.secure {
		return "__Host-session"
	}
	return "session"
}

// setCookie is the Set-Cookie header that gives a browser its session; an empty token takes it away. On a
// shared device the cookie goes when the browser is closed.
func (s *Service) setCookie(token string, shared bool) string {
	var b strings.Builder
	b.WriteString(s.CookieName() + "=" + token + "; Path=/; HttpOnly; SameSite=Lax")
	if s.secure {
		b.WriteString("; Secure")
	}
	switch {
	case token == "":
		b.WriteString("; Max-Age=0")
	case !shared:
		b.WriteString("; Max-Age=" + seconds(s.lifetime))
	}
	return b.String()
}

package auth

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"

	"teleconsult/server/fault"
)

// Cost of a password hash: OWASP's Password Storage Cheat Sheet, argon2id with m=19456 KiB, t=2, p=1.
const (
	argonMemory  = 19456 // KiB
	argonTime    = 2
	argonThreads = 1
	argonSalt    = 16 // bytes
	argonKey     = 32 // bytes
)

// Length of a password in characters; the upper limit keeps a request from buying work.
const (
	minPassword = 12
	maxPassword = 200
)

// concurrentHashes bounds memory (19 MiB each) and leaves processors for the rest.
const concurrentHashes = 4

// HashPassword returns the PHC string of a password's argon2id hash.
func HashPassword(password string) string {
	salt := make([]byte, argonSalt)
	_, _ = rand.Read(salt) // crypto/rand never fails: it ends the program instead
	key := argon2.IDKey([]byte(password), salt, argonTime, argonMemory, argonThreads, argonKey)
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, argonMemory, argonTime, argonThreads,
		base64.RawStdEncoding.EncodeToString(salt), base64.RawStdEncoding.EncodeToString(key))
}

// CheckNewPassword tells whether a new password is long enough and does not contain the account's name (NIST
// SP 800-63B: length counts, composition rules do not). The fault names the field "password".
func CheckNewPassword(password, email string) error {
	name, _, _ := strings.Cut(strings.ToLower(email), "@")
	switch n := utf8.RuneCountInString(password); {
	case n < minPassword:
		return fault.Invalid(fault.Violation{
			Field: "password", Code: "password_too_short",
			Message: fmt.Sprintf("Le mot de passe doit compter au moins %d caractères.", minPassword),
		})
	case n > maxPassword:
		return fault.Invalid(fault.Violation{
			Field: "password", Code: "password_too_long",
			Message: fmt.Sprintf("Le mot de passe doit compter au plus %d caractères.", maxPassword),
		})
	case len(name) >= 4 && strings.Contains(strings.ToLower(password), name):
		return fault.Invalid(fault.Violation{
			Field: "password", Code: "password_contains_name",
			Message: "Le mot de passe ne doit pas contenir le nom du compte.",
		})
	}
	return nil
}

// verifier compares passwords, a few at a time.
type verifier struct {
	slots chan struct{}
	// dummy is compared for accounts that do not exist, so that they take as long to refuse.
	dummy string
}

func newVerifier() *verifier {
	return &verifier{slots: make(chan struct{}, concurrentHashes), dummy: HashPassword("no account has this password")}
}

// matches tells whether password belongs to the PHC string; "" stands for "no such account" and takes the
// same time. stale says that the hash was made at another cost and should be made anew.
func (v *verifier) matches(ctx context.Context, phc, password string) (ok, stale bool, err error) {
	select {
	case v.slots <- struct{}{}:
		defer func() { <-v.slots }()
	case <-ctx.Done():
		busy := fault.New(fault.KindUnavailable, "busy", "Trop de connexions à la fois. Réessayez dans quelques secondes.")
		busy.RetryAfter = 5
		return false, false, busy.Because(ctx.Err())
	}
	if utf8.RuneCountInString(password) > maxPassword {
		password = "" // never right, and no work for whoever sends a megabyte
	}
	known := phc != ""
	if !known {
		phc = v.dummy
	}
	h, err := parsePHC(phc)
	if err != nil {
		return false, false, err
	}
	key := argon2.IDKey([]byte(password), h.salt, h.time, h.memory, h.threads, uint32(len(h.key))) //nolint:gosec // at most 64 bytes, see parsePHC
	ok = subtle.ConstantTimeCompare(key, h.key) == 1 && known
	stale = h.time != argonTime || h.memory != argonMemory || h.threads != argonThreads
	return ok, stale, nil
}

type phcHash struct {
	memory, time uint32
	threads      uint8
	salt, key    []byte
}

func parsePHC(s string) (phcHash, error) {
	var h phcHash
	var version int
	parts := strings.Split(s, "$")
	if len(parts) != 6 || parts[1] != "argon2id" {
		return h, fmt.Errorf("stored password hash: not argon2id")
	}
	if _, err := fmt.Sscanf(parts[2], "v=%d", &version); err != nil || version != argon2.Version {
		return h, fmt.Errorf("stored password hash: unknown version")
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &h.memory, &h.time, &h.threads); err != nil {
		return h, fmt.Errorf("stored password hash: parameters: %w", err)
	}
	var err error
	if h.salt, err = base64.RawStdEncoding.DecodeString(parts[4]); err != nil {
		return h, fmt.Errorf("stored password hash: salt: %w", err)
	}
	if h.key, err = base64.RawStdEncoding.DecodeString(parts[5]); err != nil {
		return h, fmt.Errorf("stored password hash: key: %w", err)
	}
	if h.time < 1 || h.threads < 1 || h.memory > 1<<20 || len(h.key) < 16 || len(h.key) > 64 {
		return h, fmt.Errorf("stored password hash: parameters out of range")
	}
	return h, nil
}

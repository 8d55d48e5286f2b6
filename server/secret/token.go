package secret

import (
	"crypto/rand"
	"crypto/sha256"
)

const base62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

// tokenLength is the number of characters of a token: 95 bits, short enough for an SMS.
const tokenLength = 16

// NewToken returns 16 random base62 characters.
func NewToken() string { return random(tokenLength) }

// NewLongToken returns 43 random base62 characters (256 bits) for what is never typed or sent by SMS, such as a cookie.
func NewLongToken() string { return random(43) }

// IsToken tells whether s has the form of a token, so that nonsense is refused without a look into the database.
func IsToken(s string) bool {
	if len(s) != tokenLength {
		return false
	}
	for i := range len(s) {
		c := s[i]
		if (c < '0' || c > '9') && (c < 'A' || c > 'Z') && (c < 'a' || c > 'z') {
			return false
		}
	}
	return true
}

// HashToken is how a token is stored: it has too many bits to be guessed from a plain SHA-256.
func HashToken(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return sum[:]
}

// random draws evenly: bytes of 248 and more are thrown away because 256 is not a multiple of 62.
func random(n int) string {
	out := make([]byte, 0, n)
	buf := make([]byte, n+n/4+8)
	for {
		_, _ = rand.Read(buf) // crypto/rand never fails: it ends the program instead
		for _, b := range buf {
			if b < 248 {
				out = append(out, base62[b%62])
				if len(out) == n {
					return string(out)
				}
			}
		}
	}
}

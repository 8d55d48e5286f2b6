package auth

import (
	"crypto/rand"
	"strings"
)

// legible are 31 characters that nobody confuses when a password is read from a screen or dictated: no i, l, o, 0 or 1.
const legible = "abcdefghjkmnpqrstuvwxyz23456789"

// Form of an initial password: four groups of four characters, 79 bits.
const (
	initialGroups = 4
	initialGroup  = 4
)

// InitialPassword makes up the password that a new member is handed, such as "k7mq-w3xz-a9tn-p4hd" (79 bits). It
// passes CheckNewPassword for the account with this address.
func InitialPassword(email string) string {
	for {
		groups := make([]string, initialGroups)
		for i := range groups {
			groups[i] = legibleGroup()
		}
		if password := strings.Join(groups, "-"); CheckNewPassword(password, email) == nil {
			return password
		}
	}
}

// legibleGroup draws evenly: bytes of 248 and more are thrown away because 256 is not a multiple of 31.
func legibleGroup() string {
	out := make([]byte, 0, initialGroup)
	for len(out) < initialGroup {
		var b [1]byte
		_, _ = rand.Read(b[:]) // crypto/rand never fails: it ends the program instead
		if b[0] < 248 {
			out = append(out, legible[int(b[0])%len(legible)])
		}
	}
	return string(out)
}

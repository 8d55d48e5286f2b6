package drop

import (
	"crypto/rand"
	"math/big"
	"strings"
)

// A password has 20 digits: 66 bits. Digits, because the keypad of the oldest telephone has them, because they are
// understood when they are read out in any language, and because nobody asks whether they are large or small.
const (
	passwordDigits = 20
	groupDigits    = 4
)

// NewPassword makes a password, in groups as people read numbers out: 4821 0937 5562 1849 2033.
func NewPassword() string {
	digits := make([]byte, 0, passwordDigits+passwordDigits/groupDigits)
	ten := big.NewInt(10)
	for i := range passwordDigits {
		if i > 0 && i%groupDigits == 0 {
			digits = append(digits, ' ')
		}
		n, _ := rand.Int(rand.Reader, ten) // crypto/rand never fails: it ends the program instead
		digits = append(digits, "0123456789"[n.Int64()])
	}
	return string(digits)
}

// ReadPassword brings what was typed into the one form that opens a document: the digits alone, also those of an
// Arabic or a full-width keyboard, with a letter O read as a zero and separators left out. It is false for anything
// that cannot be a password, which then costs no try.
func ReadPassword(typed string) (string, bool) {
	var b strings.Builder
	for _, r := range typed {
		switch {
		case r >= '0' && r <= '9':
			b.WriteRune(r)
		case r == 'o' || r == 'O':
			b.WriteByte('0')
		case r >= '٠' && r <= '٩':
			b.WriteRune('0' + r - '٠')
		case r >= '۰' && r <= '۹':
			b.WriteRune('0' + r - '۰')
		case r >= '０' && r <= '９':
			b.WriteRune('0' + r - '０')
		}
	}
	return b.String(), b.Len() == passwordDigits
}

package config

import (
	"encoding/base64"
	"encoding/hex"
	"errors"
)

// Key is a 32-byte secret. Printing it shows nothing.
type Key [32]byte

var errKey = errors.New("a key has 32 bytes, in base64 or hexadecimal")

// UnmarshalText reads 32 bytes in base64 (either alphabet, padded or not) or 64 hexadecimal digits.
func (k *Key) UnmarshalText(text []byte) error {
	s := string(text)
	if s == "" {
		return nil
	}
	decoders := []func(string) ([]byte, error){
		hex.DecodeString,
		base64.StdEncoding.DecodeString, base64.RawStdEncoding.DecodeString,
		base64.URLEncoding.DecodeString, base64.RawURLEncoding.DecodeString,
	}
	for _, decode := range decoders {
		if b, err := decode(s); err == nil && len(b) == len(k) {
			copy(k[:], b)
			return nil
		}
	}
	return errKey
}

// IsZero tells whether no key was given.
func (k Key) IsZero() bool { return k == Key{} }

// String keeps the key out of logs and error messages.
func (k Key) String() string { return "(secret)" }

// GoString keeps the key out of %#v.
func (k Key) GoString() string { return "config.Key(secret)" }

package email

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"strings"

	"github.com/google/uuid"
)

// VERP makes envelope senders that tell which message a bounce is about (variable envelope return path), and
// reads them again: bounces+<40 letters>@aphp.fr. The letters hold the message's id and a keyed hash of it,
// so that nobody can report on a message that was not sent to them.
type VERP struct {
	// Address is the mailbox that takes the bounces: bounces@aphp.fr. It must take sub-addresses ("+"), and
	// its local part has at most MaxBounceLocal letters.
	Address string
	// Key is the secret of the keyed hash.
	Key []byte
}

const (
	idBytes  = 16
	macBytes = 9 // with the id a multiple of five bytes: base32 has then one way to write them
	// MaxBounceLocal leaves room for "+" and 40 letters in a local part of 64 (RFC 5321, 4.5.3.1.1).
	MaxBounceLocal = 64 - 1 - (idBytes+macBytes)*8/5
)

// letters are in lower case: systems on the way may write an address so.
var letters = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// Sender is the envelope sender for the message with this id (a UUID). For any other id it is the plain
// address, whose bounces nobody can place.
func (v VERP) Sender(messageID string) string {
	id, err := uuid.Parse(messageID)
	at := strings.LastIndexByte(v.Address, '@')
	if err != nil || at < 0 {
		return v.Address
	}
	return v.Address[:at] + "+" + letters.EncodeToString(append(id[:], v.mac(id)...)) + v.Address[at:]
}

// MessageID returns the id of the message whose envelope sender this is, in any case of letters and with or
// without angle brackets. It is false for every address that Sender did not make with the same key. What
// stands before the "+" and after the "@" does not matter: mail systems rewrite both.
func (v VERP) MessageID(address string) (string, bool) {
	address = strings.Trim(strings.TrimSpace(address), "<>")
	local, _, _ := strings.Cut(address, "@")
	code := local[strings.LastIndexByte(local, '+')+1:]
	if len(code) == len(local) || len(code) != letters.EncodedLen(idBytes+macBytes) {
		return "", false
	}
	b, err := letters.DecodeString(strings.ToLower(code))
	if err != nil || len(b) != idBytes+macBytes {
		return "", false
	}
	id := uuid.UUID(b[:idBytes])
	if !hmac.Equal(b[idBytes:], v.mac(id)) {
		return "", false
	}
	return id.String(), true
}

func (v VERP) mac(id uuid.UUID) []byte {
	h := hmac.New(sha256.New, v.Key)
	h.Write(id[:])
	return h.Sum(nil)[:macBytes]
}

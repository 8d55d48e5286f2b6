package bounce

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"strconv"
	"strings"
	"time"
)

// replayWindow is how far a signature's time may be from ours.
const replayWindow = 5 * time.Minute

// Signed tells whether a signature of the form "t=1764000000,v1=<hexadecimal>" is the HMAC-SHA-256, with
// the secret, of "<t>.<body>", and not older (or newer) than five minutes. While a secret changes there
// may be several v1. An empty secret signs nothing.
func Signed(secret, signature string, body []byte, now time.Time) bool {
	var at string
	var given []string
	for part := range strings.SplitSeq(signature, ",") {
		switch name, value, _ := strings.Cut(strings.TrimSpace(part), "="); name {
		case "t":
			at = value
		case "v1":
			given = append(given, value)
		}
	}
	seconds, err := strconv.ParseInt(at, 10, 64)
	if err != nil || secret == "" || now.Sub(time.Unix(seconds, 0)).Abs() > replayWindow {
		return false
	}
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(at + "."))
	mac.Write(body)
	want, ok := mac.Sum(nil), false
	for _, text := range given[:min(len(given), 5)] {
		sum, err := hex.DecodeString(text)
		ok = err == nil && hmac.Equal(sum, want) || ok
	}
	return ok
}

// Bearer tells whether an Authorization header carries the secret. An empty secret opens nothing.
func Bearer(secret, authorization string) bool {
	scheme, token, _ := strings.Cut(authorization, " ")
	return secret != "" && strings.EqualFold(scheme, "Bearer") && subtle.ConstantTimeCompare([]byte(strings.TrimSpace(token)), []byte(secret)) == 1
}

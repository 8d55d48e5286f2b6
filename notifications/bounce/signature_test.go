package bounce

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"testing"
	"time"
)

func sign(secret string, at time.Time, body string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	_, _ = fmt.Fprintf(mac, "%d.%s", at.Unix(), body)
	return hex.EncodeToString(mac.Sum(nil))
}

func TestSigned(t *testing.T) {
	t.Parallel()
	now := time.Unix(1_764_000_000, 0)
	header := func(at time.Time, sums ...string) string {
		text := fmt.Sprintf("t=%d", at.Unix())
		for _, s := range sums {
			text += ",v1=" + s
		}
		return text
	}
	good := sign("secret", now, "mail")
	old := now.Add(-replayWindow - time.Second)
	for name, c := range map[string]struct {
		secret, signature string
		want              bool
	}{
		"good":                        {"secret", header(now, good), true},
		"with spaces":                 {"secret", "t=1764000000, v1=" + good, true},
		"while the secret changes":    {"secret", header(now, sign("former", now, "mail"), good), true},
		"clocks apart":                {"secret", header(now.Add(4*time.Minute), sign("secret", now.Add(4*time.Minute), "mail")), true},
		"another secret":              {"secret", header(now, sign("guessed", now, "mail")), false},
		"another body":                {"secret", header(now, sign("secret", now, "other")), false},
		"another time":                {"secret", header(now.Add(time.Second), good), false},
		"sent again later":            {"secret", header(old, sign("secret", old, "mail")), false},
		"of the future":               {"secret", header(now.Add(time.Hour), sign("secret", now.Add(time.Hour), "mail")), false},
		"no time":                     {"secret", "v1=" + good, false},
		"no sum":                      {"secret", header(now), false},
		"not hexadecimal":             {"secret", header(now, "zz"), false},
		"nothing":                     {"secret", "", false},
		"no secret is configured":     {"", header(now, sign("", now, "mail")), false},
		"the last of many signatures": {"secret", header(now, "00", "00", "00", "00", "00", good), false},
	} {
		if got := Signed(c.secret, c.signature, []byte("mail"), now); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestBearer(t *testing.T) {
	t.Parallel()
	for authorization, want := range map[string]bool{
		"Bearer secret": true, "bearer  secret": true, "Bearer secret2": false, "Bearer": false, "": false, "Basic secret": false, "secret": false,
	} {
		if got := Bearer("secret", authorization); got != want {
			t.Errorf("%q: %v", authorization, got)
		}
	}
	if Bearer("", "Bearer ") || Bearer("", "") {
		t.Error("no secret opens the door")
	}
}

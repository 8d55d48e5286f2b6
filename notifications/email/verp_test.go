package email_test

import (
	"strings"
	"testing"

	"github.com/google/uuid"

	"teleconsult/notifications/email"
)

var verp = email.VERP{Address: "bounces@aphp.test", Key: []byte("key")}

func TestVERP(t *testing.T) {
	t.Parallel()
	id := "0197aaaa-0000-7000-8000-000000000001"
	sender := verp.Sender(id)
	if sender != "bounces+agl2vkqaabyabaaaaaaaaaaaagozpgm4ylyp2ua4@aphp.test" && len(sender) != len("bounces+@aphp.test")+40 {
		t.Errorf("%q", sender)
	}
	if verp.Sender(strings.ToUpper(id)) != sender {
		t.Error("the same id gives another address")
	}
	for _, same := range []string{
		sender, "<" + sender + ">", " " + strings.ToUpper(sender) + "\r\n",
		strings.Replace(sender, "@aphp.test", "@mx1.interne.aphp.test", 1), "autre" + sender[len("bounces"):],
	} {
		if got, ok := verp.MessageID(same); !ok || got != id {
			t.Errorf("%q: %q %v", same, got, ok)
		}
	}
	code := sender[len("bounces+"):strings.IndexByte(sender, '@')]
	forged := []byte(code)
	forged[0] ^= 1
	for _, other := range []string{
		"", "@", "+", "bounces@aphp.test", code + "@aphp.test", "bounces+" + string(forged) + "@aphp.test",
		"bounces+" + code[:39] + "@aphp.test", "bounces+" + code + "a@aphp.test", "bounces+" + strings.Repeat("0", 40) + "@aphp.test",
		email.VERP{Address: verp.Address, Key: []byte("another")}.Sender(id),
	} {
		if got, ok := verp.MessageID(other); ok {
			t.Errorf("%q is read as %q", other, got)
		}
	}
	if got := verp.Sender("no uuid"); got != verp.Address {
		t.Errorf("no uuid: %q", got)
	}
	longest := email.VERP{Address: strings.Repeat("b", email.MaxBounceLocal) + "@aphp.test"}
	if local, _, _ := strings.Cut(longest.Sender(id), "@"); len(local) != 64 {
		t.Errorf("%d letters", len(local))
	}
}

// Whatever is read was written by us, letter for letter but for their case.
func FuzzVERP(f *testing.F) {
	f.Add(verp.Sender("0197aaaa-0000-7000-8000-000000000001"))
	f.Add("<BOUNCES+" + strings.Repeat("a", 40) + "@x>")
	f.Add("a+b+c@d@e")
	f.Fuzz(func(t *testing.T, address string) {
		id, ok := verp.MessageID(address)
		if !ok {
			return
		}
		if uuid.Validate(id) != nil {
			t.Fatalf("%q", id)
		}
		local, _, _ := strings.Cut(verp.Sender(id), "@")
		if !strings.Contains(strings.ToLower(address), local[strings.IndexByte(local, '+'):]) {
			t.Errorf("%q is read as %q", address, id)
		}
	})
}

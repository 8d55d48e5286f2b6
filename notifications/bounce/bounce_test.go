package bounce

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"
)

const (
	ourMessage = "018f2d6e-7b2a-7c3e-9d1f-0a1b2c3d4e5f"
	ourVERP    = "rebond+018f2d6e7b2a7c3e9d1f0a1b2c3d4e5f@hopital.test"
)

// own knows the one envelope sender that stands in the fixtures.
var own = Identity{
	VERP: func(address string) (string, bool) { return ourMessage, strings.EqualFold(address, ourVERP) },
	Host: "teleconsult.hopital.test",
}

func fixture(t testing.TB, name string) []byte {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("testdata", name+".eml"))
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// variants are the ways in which a mail's lines come, each of which must say the same.
func variants(raw []byte) map[string][]byte {
	unix := bytes.ReplaceAll(raw, []byte("\r\n"), []byte("\n"))
	return map[string][]byte{
		"LF":      unix,
		"CRLF":    bytes.ReplaceAll(unix, []byte("\n"), []byte("\r\n")),
		"mailbox": append([]byte("From MAILER-DAEMON Mon Nov 23 10:00:00 2026\n"), unix...),
	}
}

func TestDeliveryReports(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]struct {
		action      Action
		code, about string // about: an address that the report is about
	}{
		"postfix-unknown-user":         {ActionFailed, "550 5.1.1", "inconnu@exemple.fr"},
		"postfix-unknown-user-full":    {ActionFailed, "550 5.1.1", "inconnu@exemple.fr"},
		"postfix-mailbox-full":         {ActionFailed, "552 5.2.2", "pleine@exemple.fr"},
		"postfix-mailbox-full-delayed": {ActionDelayed, "delayed 4.2.2", "saturee@exemple.fr"},
		"postfix-mailbox-full-expired": {ActionFailed, "expired 4.2.2", "saturee@exemple.fr"},
		"postfix-refused":              {ActionFailed, "554 5.7.1", "refus@exemple.fr"},
		"postfix-relay-refused":        {ActionFailed, "554 5.7.1", "quelquun@ailleurs.example"},
		"postfix-unknown-domain":       {ActionFailed, "5.4.4", "quelquun@domaine-inconnu.example"},
		"postfix-delayed":              {ActionDelayed, "delayed 4.4.1", "quelquun@muet.example"},
		"postfix-expired":              {ActionFailed, "expired 4.4.1", "quelquun@muet.example"},
		"postfix-forwarded":            {ActionFailed, "550 5.1.1", "suivi@renvoi.example"},
		"postfix-delivered":            {ActionDelivered, "delivered 2.0.0", "camille@exemple.fr"},
		"postfix-relayed":              {ActionRelayed, "relayed 2.0.0", "camille@exemple.fr"},
		"postfix-utf8-recipient":       {ActionFailed, "550 5.1.1", "amélie@exemple.fr"},
		"postfix-french":               {ActionFailed, "550 5.1.1", "inconnu@exemple.fr"},
		"postfix-french-delayed":       {ActionDelayed, "delayed 4.4.1", "quelquun@muet.example"},
		"postfix-french-expired":       {ActionFailed, "expired 4.4.1", "quelquun@muet.example"},
		"made-exchange-online-fr":      {ActionFailed, "550 5.1.10", "camille@clinique.example"},
		"made-gmail-like":              {ActionFailed, "550 5.1.1", "Camile@gmail.example"},
		"made-qmail":                   {ActionFailed, "5.1.1", ""},
		"made-qmail-expired":           {ActionFailed, "expired 4.4.1", ""},
		"made-exim-old":                {ActionFailed, "550 5.1.1", "inconnu@exim.example"},
		"made-exchange-old-fr":         {ActionFailed, "550 5.1.1", ""},
		"made-no-original":             {ActionFailed, "5.2.1", "camille+test@mx.example"},
		"made-broken":                  {ActionFailed, "552 5.2.2", "camille@mx.example"},
		"made-several":                 {ActionFailed, "550 5.7.1", "un@mx.example"},
		"made-utf8-xtext":              {ActionFailed, "5.6.7", "amélie@exemple.fr"},
		"made-nested":                  {ActionFailed, "550 5.1.1", "inconnu@exemple.fr"},
	} {
		for ends, raw := range variants(fixture(t, name)) {
			t.Run(name+" "+ends, func(t *testing.T) {
				t.Parallel()
				r, err := Parse(raw, own)
				if err != nil || r.Kind != KindDelivery || len(r.Recipients) == 0 {
					t.Fatalf("%+v, %v", r, err)
				}
				if r.MessageID != ourMessage || !r.Proven || r.FromPerson || r.Key == "" {
					t.Errorf("message %q, proven %v, by a person %v, key %q", r.MessageID, r.Proven, r.FromPerson, r.Key)
				}
				first := r.Recipients[0]
				if first.Action != want.action || first.Code() != want.code {
					t.Errorf("%s %q, want %s %q", first.Action, first.Code(), want.action, want.code)
				}
				if want.about != "" && !first.Is(want.about) {
					t.Errorf("is about %q and %q, want %q", first.Final, first.Original, want.about)
				}
				if first.Is("") || first.Is("personne@exemple.fr") {
					t.Error("is about anybody")
				}
			})
		}
	}
}

func TestMailsThatAreNoDeliveryReports(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]Kind{
		"made-absence-outlook": KindAutoReply,
		"made-absence-rfc3834": KindAutoReply,
		"made-read-receipt":    KindAutoReply,
		"made-complaint":       KindComplaint,
		"made-human":           KindHuman,
		"made-daemon-unclear":  KindUnknown,
		"made-exim-old-delay":  KindAutoReply,
	} {
		for ends, raw := range variants(fixture(t, name)) {
			t.Run(name+" "+ends, func(t *testing.T) {
				t.Parallel()
				r, err := Parse(raw, own)
				if err != nil || r.Kind != want {
					t.Errorf("%+v, %v, want %s", r, err, want)
				}
			})
		}
	}
}

// Without the authenticated address the message is still named, by what came back, but not proven; and a
// server that writes for people only is not believed.
func TestWithoutTheAuthenticatedAddress(t *testing.T) {
	t.Parallel()
	stranger := Identity{Host: own.Host}
	for _, name := range []string{"postfix-unknown-user", "postfix-unknown-user-full", "postfix-utf8-recipient", "made-gmail-like", "made-utf8-xtext"} {
		r, err := Parse(fixture(t, name), stranger)
		if err != nil || r.Kind != KindDelivery || r.MessageID != ourMessage || r.Proven {
			t.Errorf("%s: %+v, %v", name, r, err)
		}
	}
	for _, name := range []string{"made-qmail", "made-exchange-old-fr"} {
		if r, err := Parse(fixture(t, name), stranger); err != nil || r.Kind != KindUnknown || len(r.Recipients) > 0 {
			t.Errorf("%s: %+v, %v", name, r, err)
		}
	}
	if r, err := Parse(fixture(t, "postfix-unknown-user"), Identity{Host: "other.example"}); err != nil || r.MessageID != ourMessage {
		t.Errorf("the envelope's identifier is left: %+v, %v", r, err)
	}
	raw := bytes.ReplaceAll(fixture(t, "postfix-unknown-user"), []byte("Original-Envelope-Id"), []byte("X-Nothing"))
	if r, err := Parse(raw, Identity{Host: "other.example"}); err != nil || r.MessageID != "" {
		t.Errorf("a message of another host is ours: %+v, %v", r, err)
	}
}

// A person who sends a notification on is still a person.
func TestReportSentOnByAPerson(t *testing.T) {
	t.Parallel()
	r, err := Parse(fixture(t, "made-forwarded-by-person"), own)
	if err != nil || r.Kind != KindDelivery || !r.FromPerson || r.MessageID != ourMessage {
		t.Errorf("%+v, %v", r, err)
	}
}

func TestSeveralRecipients(t *testing.T) {
	t.Parallel()
	r, err := Parse(fixture(t, "made-several"), own)
	if err != nil || len(r.Recipients) != 3 {
		t.Fatalf("%+v, %v", r, err)
	}
	for i, want := range []string{"550 5.7.1", "relayed 2.0.0", "delayed 4.0.0"} {
		if got := r.Recipients[i].Code(); got != want {
			t.Errorf("recipient %d: %q, want %q", i, got, want)
		}
	}
}

// What no database takes is not in a report.
func TestControlCharacters(t *testing.T) {
	t.Parallel()
	raw := bytes.ReplaceAll(fixture(t, "postfix-unknown-user"), []byte("Recipient address"), []byte("Recip\x00ient\x1b \xff address"))
	r, err := Parse(raw, own)
	if err != nil || len(r.Recipients) != 1 || r.Recipients[0].Code() != "550 5.1.1" {
		t.Fatalf("%+v, %v", r, err)
	}
	if text := r.Recipients[0].Diagnostic; strings.ContainsAny(text, "\x00\x1b") || !utf8.ValidString(text) {
		t.Errorf("%q", text)
	}
}

// A mail that is cut anywhere after its status still says the same; before, it is no bounce.
func TestCutAnywhere(t *testing.T) {
	t.Parallel()
	raw := fixture(t, "postfix-unknown-user-full")
	complete := bytes.Index(raw, []byte("Content-Description: Undelivered Message"))
	for n := range raw {
		r, err := Parse(raw[:n], own)
		if n >= complete && (err != nil || r.Kind != KindDelivery || r.Recipients[0].Code() != "550 5.1.1" || !r.Proven) {
			t.Fatalf("%d of %d bytes: %+v, %v", n, len(raw), r, err)
		}
		if err != nil && !errors.Is(err, ErrUnreadable) {
			t.Fatal(err)
		}
	}
}

func TestSameReportHasTheSameKey(t *testing.T) {
	t.Parallel()
	raw := fixture(t, "postfix-unknown-user")
	first, err := Parse(raw, own)
	if err != nil {
		t.Fatal(err)
	}
	second, err := Parse(append([]byte("Received: from a.example by b.example; Mon, 23 Nov 2026 10:00:00 +0000\n"), raw...), own)
	if err != nil || first.Key != second.Key {
		t.Errorf("%q and %q, %v", first.Key, second.Key, err)
	}
	other, err := Parse(fixture(t, "postfix-french"), own)
	if err != nil || other.Key == first.Key {
		t.Errorf("two reports have one key: %v", err)
	}
	bare := []byte("To: a@b.example\n\nfirst")
	one, err := Parse(bare, own)
	if err != nil {
		t.Fatal(err)
	}
	if two, err := Parse(bytes.ReplaceAll(bare, []byte("first"), []byte("second")), own); err != nil || one.Key == two.Key {
		t.Errorf("two bodies have one key: %v", err)
	}
}

func TestNoMail(t *testing.T) {
	t.Parallel()
	for _, raw := range []string{"", "\n", "nothing at all", "\x00\x01\x02", "<html></html>"} {
		if r, err := Parse([]byte(raw), own); !errors.Is(err, ErrUnreadable) {
			t.Errorf("%q: %+v, %v", raw, r, err)
		}
	}
}

// Parts within parts within parts end somewhere.
func TestDeepMailsEnd(t *testing.T) {
	t.Parallel()
	var deep strings.Builder
	for range 2000 {
		deep.WriteString("Content-Type: message/rfc822\n\n")
	}
	var wide strings.Builder
	wide.WriteString("Content-Type: multipart/mixed; boundary=b\n\n")
	for range 5000 {
		wide.WriteString("--b\nContent-Type: text/plain\n\nx\n")
	}
	for _, raw := range []string{deep.String(), wide.String()} {
		if r, err := Parse([]byte(raw), own); err != nil || r.Kind != KindHuman {
			t.Errorf("%+v, %v", r, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	names, err := filepath.Glob(filepath.Join("testdata", "*.eml"))
	if err != nil || len(names) < 30 {
		f.Fatalf("%d fixtures, %v", len(names), err)
	}
	for _, name := range names {
		raw, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		r, err := Parse(raw, own)
		if err != nil {
			if !errors.Is(err, ErrUnreadable) {
				t.Fatal(err)
			}
			return
		}
		if r.Kind == "" || r.Key == "" || (r.Kind == KindDelivery) != (len(r.Recipients) > 0) || len(r.Recipients) > maxRecipients {
			t.Fatalf("%+v", r)
		}
		if r.Proven && r.MessageID != ourMessage {
			t.Fatalf("proven, but not ours: %q", r.MessageID)
		}
		for _, one := range r.Recipients {
			if one.Action == "" || len(one.Status) < 5 || strings.ContainsAny(one.Code()+one.Diagnostic, "\n\x00") || strings.ContainsAny(one.Code(), "@<>") || len(one.Code()) > 25 {
				t.Fatalf("%+v has the code %q", one, one.Code())
			}
		}
	})
}

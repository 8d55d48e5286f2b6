package templates_test

import (
	"strings"
	"testing"

	"teleconsult/templates"
)

func TestDigest(t *testing.T) {
	own := templates.Digest{
		Hospital: "AP-HP, hôpital <Test>", Department: "DEMO-A", Link: "https://tc.example.fr/missing",
		Steps: []templates.DigestStep{{Step: "prescription", Count: 1}, {Step: "record", Count: 2}},
	}
	overdue := own
	overdue.Overdue, overdue.Days, overdue.Steps = true, 2, []templates.DigestStep{{Step: "coding", Count: 1}}
	for _, c := range []struct {
		language string
		digest   templates.Digest
		subject  string
		has      []string
	}{
		{"fr", own, "3 actes à compléter", []string{"1 document à remettre", "2 comptes rendus à verser", "dans DEMO-A", "https://tc.example.fr/missing"}},
		{"en", own, "3 acts to complete", []string{"1 document to deliver", "2 notes to put into the record"}},
		{"fr", overdue, "1 étape en retard dans DEMO-A", []string{"depuis plus de 2 jours", "1 acte à coder"}},
		{"en", overdue, "1 step is overdue in DEMO-A", []string{"more than 2 days", "1 act to code"}},
	} {
		mail, err := templates.RenderEmailWorded(c.language, c.digest, templates.Wording{})
		if err != nil {
			t.Fatal(err)
		}
		if mail.Subject != c.subject {
			t.Errorf("subject %q, want %q", mail.Subject, c.subject)
		}
		for _, part := range c.has {
			if !strings.Contains(mail.Text, part) || !strings.Contains(mail.HTML, part) {
				t.Errorf("%s: %q is missing:\n%s", c.language, part, mail.Text)
			}
		}
		for _, medical := range []string{"ordonnance", "prescription", "<Test>"} {
			if strings.Contains(strings.ToLower(mail.HTML), medical) {
				t.Errorf("%s: the mail says %q", c.language, medical)
			}
		}
	}
	for _, wrong := range []templates.Digest{{}, {Steps: []templates.DigestStep{{Step: "party", Count: 1}}}, {Steps: []templates.DigestStep{{Step: "record"}}}} {
		if _, err := templates.RenderEmailWorded("fr", wrong, templates.Wording{}); err == nil {
			t.Errorf("%+v was rendered", wrong)
		}
	}
	if _, err := templates.RenderSMSWorded("fr", own, ""); err == nil {
		t.Error("a digest as SMS")
	}
}

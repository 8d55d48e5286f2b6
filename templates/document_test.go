package templates_test

import (
	"encoding/json"
	"strings"
	"testing"

	"teleconsult/templates"
)

// What goes with a document says neither what it is nor whose, and shows no password beside it.
func TestMessagesOfADocument(t *testing.T) {
	t.Parallel()
	sender := templates.Sender{Brand: "AP-HP", Hospital: "AP-HP, hôpital Exemple", Phone: "01 23 45 67 89"}
	for _, language := range templates.Languages {
		protected := map[string]string{"fr": "mot de passe, que vous recevez", "en": "password, which you receive"}[language]
		for _, c := range []templates.DocumentMail{
			{Sender: sender, Document: "id"}, {Sender: sender, Document: "id", Secure: true}, {Sender: sender, Document: "id", Secure: true, Professional: true},
		} {
			mail, err := templates.RenderEmailWorded(language, c, templates.Wording{})
			if err != nil {
				t.Fatal(err)
			}
			for _, text := range []string{mail.Subject, mail.Text, mail.HTML} {
				if found := forbidden.FindString(text); found != "" || strings.Contains(text, "{") && !strings.Contains(text, "<style>") {
					t.Errorf("%s %+v says %q:\n%s", language, c, found, text)
				}
			}
			if got := strings.Contains(mail.Text, protected); got == c.Secure {
				t.Errorf("%s %+v speaks of a password: %v", language, c, got)
			}
			if got := strings.Contains(mail.Text, "MSSanté"); got != c.Secure {
				t.Errorf("%s %+v speaks of MSSanté: %v", language, c, got)
			}
			if got := strings.Contains(mail.Text, "votre suivi") || strings.Contains(mail.Text, "your care"); got == c.Professional && language == "fr" {
				t.Errorf("%s %+v: says to whom it is of use: %v", language, c, got)
			}
		}
		stored, err := json.Marshal(templates.DocumentPassword{Sender: sender, Password: "k7mp-3xq9-wd4t"})
		if err != nil || strings.Contains(string(stored), "k7mp") {
			t.Errorf("the stored parameters hold the password: %s %v", stored, err)
		}
		c, err := templates.Decode("document-password", stored, "k7mp-3xq9-wd4t")
		if err != nil {
			t.Fatal(err)
		}
		text, err := templates.RenderSMSWorded(language, c, "")
		if err != nil || !strings.Contains(text, "k7mp-3xq9-wd4t") || len(text) > 160 || forbidden.MatchString(text) {
			t.Errorf("%s: %q %v", language, text, err)
		}
	}
}

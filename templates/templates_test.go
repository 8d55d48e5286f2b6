package templates_test

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"
	"time"

	"teleconsult/templates"
)

// every calls f with each template in each variant, with the longest realistic values.
func every(t *testing.T, link string, f func(t *testing.T, language string, c templates.Content)) {
	t.Helper()
	start := time.Date(2026, 9, 30, 12, 30, 0, 0, time.UTC)
	for _, language := range templates.Languages {
		phone := map[string]string{"fr": "01 23 45 67 89", "en": "+33 1 23 45 67 89"}[language]
		for variant := range 8 {
			telephone, moved, representative := variant&1 != 0, variant&2 != 0, variant&4 != 0
			sender := templates.Sender{
				Brand: "AP-HP", Hospital: "AP-HP, hôpital Saint-Louis", Phone: phone, Representative: representative,
			}
			a := templates.Appointment{Start: start, Zone: "Europe/Paris", Minutes: 30, Telephone: telephone, Moved: moved}
			all := []templates.Content{
				templates.Notice{Sender: sender, Appointment: a, Link: link},
				templates.Invitation{Sender: sender, Appointment: a, Link: link},
				templates.ConsentReminder{Sender: sender, Appointment: a, Link: link},
				templates.LinkTest{Sender: sender, Appointment: a, Link: link},
				templates.Reminder{Sender: sender, Appointment: a, Link: link},
				templates.Delay{Sender: sender, Appointment: a, Late: 20, Link: link},
				templates.Cancellation{Sender: sender, Appointment: a},
				templates.Cancellation{Sender: sender, Appointment: a, Cause: templates.CausePatient},
				templates.Cancellation{Sender: sender, Appointment: a, Cause: templates.CauseRefused},
				templates.PrescriptionNotice{Sender: sender, PortalURL: "https://espace-patient.aphp.fr"},
				templates.DocumentLink{Sender: sender, Until: start, Zone: "Europe/Paris", Link: link},
				templates.DocumentPassword{Sender: sender, Password: password},
			}
			for _, c := range all {
				name := strings.Join([]string{
					string(c.Name()), language, word(telephone, "telephone"), word(moved, "moved"), word(representative, "representative"),
				}, " ")
				t.Run(name, func(t *testing.T) { f(t, language, c) })
			}
		}
	}
}

func word(yes bool, w string) string {
	if yes {
		return w
	}
	return "-"
}

const (
	link     = "https://teleconsult.aphp.fr/p/7Kd3Qx9mB2LfT0pZ"
	password = "4821 0937 5562 1849 2033"
)

// secretOf is what a message has beside its stored parameters.
func secretOf(c templates.Content) string {
	if c, ok := c.(templates.DocumentPassword); ok {
		return c.Password
	}
	return link
}

// Words that tell more than a message may.
var forbidden = regexp.MustCompile(`(?i)cardio|onco|psy|dermato|gynéco|hémato|maladie|traitement|médicament|ordonnance|diagnos|prescription|medical|médical|symptom|Dr |Pr `)

// What an e-mail must not hold: anything that runs or is fetched.
var active = regexp.MustCompile(`(?i)<(?:script|img|link|iframe|form)|\ssrc=|url\(|@import|\son[a-z]+=`)

func TestEveryEmailRenders(t *testing.T) {
	every(t, link, func(t *testing.T, language string, c templates.Content) {
		mail, err := templates.RenderEmailWorded(language, c, templates.Wording{})
		if err != nil {
			t.Fatal(err)
		}
		if mail.Subject == "" || strings.ContainsAny(mail.Subject, "\r\n") || len([]rune(mail.Subject)) > 120 {
			t.Errorf("subject %q", mail.Subject)
		}
		for part, text := range map[string]string{"subject": mail.Subject, "text": mail.Text, "html": mail.HTML} {
			if found := forbidden.FindString(text); found != "" {
				t.Errorf("%s says %q", part, found)
			}
			if strings.Contains(text, "<no value>") || strings.Contains(text, "ZgotmplZ") || strings.Contains(text, "{{") {
				t.Errorf("%s is not filled in", part)
			}
		}
		wantsLink := c.Name() != templates.NameCancellation && c.Name() != templates.NamePrescriptionNotice && c.Name() != templates.Name("document-password")
		if got := strings.Contains(mail.HTML, `href="`+secretOf(c)+`"`) && strings.Contains(mail.Text, secretOf(c)); got != wantsLink {
			t.Errorf("link present: %v, want %v", got, wantsLink)
		}
		if !strings.Contains(mail.HTML, `<html lang="`+language+`"`) {
			t.Error("the language of the page is not declared")
		}
		if found := active.FindString(mail.HTML); found != "" {
			t.Errorf("remote or active content: %q", found)
		}
		if size := len(mail.HTML); size > 20_000 {
			t.Errorf("%d bytes of HTML; Gmail cuts at 102 kB, ours stay small", size)
		}
	})
}

func TestEveryMailSpeaksOfItsVariant(t *testing.T) {
	every(t, link, func(t *testing.T, language string, c templates.Content) {
		mail, err := templates.RenderEmailWorded(language, c, templates.Wording{})
		if err != nil {
			t.Fatal(err)
		}
		if n, ok := c.(templates.Notice); ok {
			says := map[string][3]string{
				"fr": {"Par téléphone", "Nouvel horaire", "la personne que vous représentez"},
				"en": {"By telephone", "New time", "the person you represent"},
			}[language]
			for i, want := range []bool{n.Telephone, n.Moved, n.Representative} {
				where := mail.Subject + "\n" + mail.Text
				if got := strings.Contains(where, says[i]); got != want {
					t.Errorf("says %q: %v, want %v", says[i], got, want)
				}
			}
		}
		switch c.(type) {
		case templates.PrescriptionNotice:
			return // it is about no appointment
		case templates.DocumentPassword:
			if !strings.Contains(mail.Text, password) || !strings.Contains(mail.HTML, password) || strings.Contains(mail.Subject, "4821") || strings.Contains(mail.HTML, "/p/") {
				t.Errorf("subject %q\n%s", mail.Subject, mail.Text)
			}
			return
		}
		when := map[string]string{"fr": "mercredi 30 septembre 2026", "en": "Wednesday 30 September 2026"}[language]
		if _, ok := c.(templates.DocumentLink); ok {
			if !strings.Contains(mail.Text, when) || strings.Contains(mail.Text, "4821") {
				t.Error("the last day is missing")
			}
			return
		}
		clock := map[string]string{"fr": "14\u00a0h\u00a030", "en": "14:30"}[language]
		if !strings.Contains(mail.Text, when) || !strings.Contains(mail.Text, clock) || !strings.Contains(mail.HTML, clock) {
			t.Error("the date or the time is missing")
		}
	})
}

func TestEverySMSRendersOnOneLine(t *testing.T) {
	every(t, link, func(t *testing.T, language string, c templates.Content) {
		text, err := templates.RenderSMSWorded(language, c, "")
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(text, "AP-HP: ") || strings.ContainsAny(text, "\n\r\t\u00a0\u202f") {
			t.Errorf("%q", text)
		}
		if found := forbidden.FindString(text); found != "" {
			t.Errorf("says %q", found)
		}
	})
}

func TestParametersSurviveStorage(t *testing.T) {
	every(t, link, func(t *testing.T, language string, c templates.Content) {
		stored, err := json.Marshal(c)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(stored), "7Kd3Qx9mB2LfT0pZ") || strings.Contains(string(stored), "4821") {
			t.Fatal("a link or a password is a secret and must not be stored with the parameters")
		}
		back, err := templates.Decode(c.Name(), stored, secretOf(c))
		if err != nil {
			t.Fatal(err)
		}
		want, err := templates.RenderSMSWorded(language, c, "")
		if err != nil {
			t.Fatal(err)
		}
		if got, err := templates.RenderSMSWorded(language, back, ""); err != nil || got != want {
			t.Errorf("after storage %q (%v), want %q", got, err, want)
		}
	})
}

func TestVersionNamesTheText(t *testing.T) {
	seen := map[string]bool{}
	for _, language := range templates.Languages {
		for _, name := range templates.Names() {
			v := templates.Version(name, language)
			if len(v) != 64 || seen[v] {
				t.Errorf("version of %s.%s is %q", name, language, v)
			}
			seen[v] = true
		}
	}
	if templates.Version("nothing", "fr") != "" || templates.Version(templates.NameNotice, "de") != "" {
		t.Error("a template that does not exist has no version")
	}
}

func TestBadInput(t *testing.T) {
	ok := templates.Notice{Appointment: templates.Appointment{Zone: "Europe/Paris"}}
	if _, err := templates.RenderEmailWorded("de", ok, templates.Wording{}); err == nil {
		t.Error("an unknown language must be an error")
	}
	if _, err := templates.RenderSMSWorded("de", ok, ""); err == nil {
		t.Error("an unknown language must be an error")
	}
	nowhere := templates.Notice{Appointment: templates.Appointment{Zone: "Europe/Atlantis"}}
	if _, err := templates.RenderEmailWorded("fr", nowhere, templates.Wording{}); err == nil {
		t.Error("an unknown zone must be an error")
	}
	if _, err := templates.Decode("nothing", nil, ""); err == nil {
		t.Error("an unknown template must be an error")
	}
	if _, err := templates.Decode(templates.NameNotice, []byte("[1]"), ""); err == nil {
		t.Error("parameters of another form must be an error")
	}
}

func TestLinkIsEscaped(t *testing.T) {
	evil := `https://example.test/p/"><script>alert(1)</script>`
	c := templates.Notice{Appointment: templates.Appointment{Zone: "Europe/Paris"}, Link: evil}
	c.Hospital = "<b>Hôpital</b>"
	mail, err := templates.RenderEmailWorded("fr", c, templates.Wording{})
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(mail.HTML, "<script") || strings.Contains(mail.HTML, "<b>") {
		t.Error("values must be escaped")
	}
}

package wording

import (
	"strings"
	"testing"

	"teleconsult/notifications"
	"teleconsult/templates"
)

var (
	mailKey = Key{templates.NameNotice, notifications.ChannelEmail, "fr"}
	smsKey  = Key{templates.NameNotice, notifications.ChannelSMS, "fr"}
	homes   = homesOf("https://teleconsult.aphp.fr", "https://portail.exemple.fr:8443/x")
)

// found lists "field:code" of everything that is wrong.
func found(k Key, w templates.Wording) string {
	var all []string
	for _, v := range check(k, tidy(k, w), homes) {
		all = append(all, v.Field+":"+v.Code)
	}
	return strings.Join(all, " ")
}

func TestCheck(t *testing.T) {
	const must = "{encadré}\n{lien}\n"
	for name, c := range map[string]struct{ subject, body, want string }{
		"fine":                    {"Rendez-vous", must + "Bonjour, préparez votre carte Vitale et appelez le {téléphone}.", ""},
		"empty":                   {"", " \n", "body:empty subject:empty"},
		"missing and unknown":     {"A", "{encadré} {nom}", "body:placeholder_unknown body:placeholder_missing"},
		"unknown in the subject":  {"{patient}", must, "subject:placeholder_unknown"},
		"mark in the subject":     {"[vidéo] A", must, "subject:mark_in_subject"},
		"a brace":                 {"A", must + "{lien", "body:brace_open"},
		"speciality":              {"Service de Cardiologie", must, "body:medical_word"},
		"accents and capitals":    {"A", must + "GYNÉCOLOGIE", "body:medical_word"},
		"result":                  {"A", must + "Vos résultats sont là", "body:medical_word"},
		"hiv":                     {"A", must + "dépistage du VIH.", "body:medical_word body:medical_word"},
		"whole words only":        {"A", must + "Existe un artiste d'horlogerie, oralement, résister", ""},
		"a name":                  {"A", must + "Le Dr Martin vous attend", "body:person_named"},
		"password":                {"A", must + "Munissez-vous de votre mot de passe", "body:password_asked"},
		"code":                    {"A", must + "Donnez le code reçu par SMS", "body:password_asked"},
		"our link":                {"A", must + "Voir https://teleconsult.aphp.fr/aide et portail.exemple.fr", ""},
		"another link":            {"A", must + "Voir https://exemple.org/x", "body:link_foreign"},
		"another host, no scheme": {"A", must + "Voir bit.ly/abc", "body:link_foreign"},
		"beside ours":             {"A", must + "Voir https://teleconsult.aphp.fr.exemple.org", "body:link_foreign"},
		"a script":                {"A", must + "javascript:alert(1)", "body:link_foreign"},
		"an e-mail address":       {"A", must + "Écrivez à secretariat@exemple.fr", ""},
		"no space after a stop":   {"A", must + "Bonjour.Le lien suit.Merci", ""},
		"long subject":            {strings.Repeat("a", 121), must, "subject:too_long"},
		"long body":               {"A", must + strings.Repeat("a ", 2500), "body:too_long"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := found(mailKey, templates.Wording{Subject: c.subject, Body: c.body}); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestCheckSMS(t *testing.T) {
	const must = "Le {date} à {heure}: {lien}"
	for name, c := range map[string]struct{ body, want string }{
		"fine":            {must, ""},
		"three parts":     {must + strings.Repeat("x", 360), ""},
		"four parts":      {must + strings.Repeat("x", 400), "body:too_long"},
		"in one case":     {must + "\n[représentant, téléphone] " + strings.Repeat("x", 400), "body:too_long"},
		"another script":  {must + strings.Repeat("ж", 160), "body:too_long"},
		"frame":           {"{encadré} {date} {heure} {lien}", "body:placeholder_unknown"},
		"subject ignored": {must, ""},
	} {
		t.Run(name, func(t *testing.T) {
			if got := found(smsKey, templates.Wording{Subject: "Cardiologie", Body: c.body}); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// What patients receive today passes the rules that departments must hold.
func TestOwnWordsPass(t *testing.T) {
	for _, k := range keys() {
		own, ok := k.kind().Own()
		if !ok {
			t.Fatalf("%+v has no words", k)
		}
		if got := check(k, tidy(k, own), homes); len(got) > 0 {
			t.Errorf("%+v: %+v", k, got)
		}
		if titles[k.Template] == "" {
			t.Errorf("%s has no title", k.Template)
		}
	}
}

func FuzzCheck(f *testing.F) {
	f.Add("Sujet {date}", "{encadré}\n{lien}\nhttps://x.test/ javascript: data:")
	f.Add("[vidéo]", "{{}} \u202e <b>www.exemple.com</b> é́")
	f.Fuzz(func(t *testing.T, subject, body string) {
		for _, k := range []Key{mailKey, smsKey} {
			w := tidy(k, templates.Wording{Subject: subject, Body: body})
			if tidy(k, w) != w {
				t.Fatalf("%q is tidied twice", w)
			}
			if len(check(k, w, homes)) > 0 {
				continue
			}
			// What passes renders in every case.
			for _, v := range variants(k.Template) {
				content, err := v.content(k, nil, exampleLink)
				if err != nil {
					t.Fatal(err)
				}
				if k.Channel == notifications.ChannelSMS {
					_, err = templates.RenderSMSWorded(k.Language, content, w.Body)
				} else {
					_, err = templates.RenderEmailWorded(k.Language, content, w)
				}
				if err != nil {
					t.Fatalf("%+v: %v", w, err)
				}
			}
		}
	})
}

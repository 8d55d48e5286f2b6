package templates_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/net/html"

	"teleconsult/templates"
)

// elements are all that a mail may be made of.
var elements = []string{
	"html", "head", "meta", "title", "style", "body", "div", "table", "tbody", "tr", "td", "h1", "h2", "p", "ul", "li", "a", "strong", "br",
}

// reading is what a mail client makes of the HTML part.
type reading struct {
	text  []string // what is read, in order
	links []string
}

// read parses a mail and fails on what a mail client would have to mend, or may not show.
func read(t *testing.T, mail templates.Mail) reading {
	t.Helper()
	balanced(t, mail.HTML)
	root, err := html.Parse(strings.NewReader(mail.HTML))
	if err != nil {
		t.Fatal(err)
	}
	var r reading
	var walk func(n *html.Node)
	walk = func(n *html.Node) {
		switch n.Type {
		case html.ElementNode:
			if !slices.Contains(elements, n.Data) {
				t.Errorf("an element <%s>", n.Data)
			}
			if n.Data == "head" || attribute(n, "style") != "" && strings.HasPrefix(attribute(n, "style"), "display:none") {
				return
			}
			if n.Data == "a" {
				r.links = append(r.links, attribute(n, "href"))
			}
		case html.TextNode:
			r.text = append(r.text, n.Data)
		case html.CommentNode:
			if !strings.HasPrefix(n.Data, "[if mso]>") || !strings.HasSuffix(n.Data, "<![endif]") {
				t.Errorf("a comment %q", n.Data)
			}
		case html.DocumentNode, html.DoctypeNode, html.ErrorNode, html.RawNode:
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c)
		}
	}
	walk(root)
	return r
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// balanced tells that every element is closed where it was opened: the parser would mend it silently, and
// each mail client in its own way.
func balanced(t *testing.T, source string) {
	t.Helper()
	var open []string
	z := html.NewTokenizer(strings.NewReader(source))
	for {
		switch z.Next() {
		case html.ErrorToken:
			if len(open) > 0 {
				t.Errorf("left open: %v", open)
			}
			return
		case html.StartTagToken:
			if name, _ := z.TagName(); !slices.Contains([]string{"meta", "br"}, string(name)) {
				open = append(open, string(name))
			}
		case html.EndTagToken:
			name, _ := z.TagName()
			if len(open) == 0 || open[len(open)-1] != string(name) {
				t.Fatalf("</%s> closes %v", name, open)
			}
			open = open[:len(open)-1]
		case html.TextToken, html.SelfClosingTagToken, html.CommentToken, html.DoctypeToken:
		}
	}
}

// words are the visible words, without the signs that only one of the two parts has.
func words(s string) string {
	return strings.Join(strings.FieldsFunc(s, unicode.IsSpace), " ")
}

// Both parts of a mail say the same in the same order, apart from the head and from the address under a button.
func TestBothPartsSayTheSame(t *testing.T) {
	every(t, link, func(t *testing.T, language string, c templates.Content) {
		mail, err := templates.RenderEmailWorded(language, c, templates.Wording{})
		if err != nil {
			t.Fatal(err)
		}
		r := read(t, mail)
		shown := words(strings.Join(r.text, " "))
		for _, only := range []string{"Si le bouton ne s’ouvre pas, copiez cette adresse : ", "If the button does not open, copy this address: "} {
			shown = strings.Replace(shown, only, "", 1)
		}
		shown = strings.TrimPrefix(shown, "AP-HP, hôpital Saint-Louis ")
		var plain []string
		for line := range strings.Lines(mail.Text) {
			plain = append(plain, strings.TrimPrefix(strings.TrimPrefix(strings.TrimSpace(line), "--"), "- "))
		}
		loose := strings.NewReplacer(" :", "", ":", "", " .", ".", " )", ")", "( ", "(", " ", "")
		if got, want := loose.Replace(shown), loose.Replace(words(strings.Join(plain, " "))); got != want {
			t.Errorf("the HTML part says\n%s\nthe text part says\n%s", shown, words(strings.Join(plain, " ")))
		}
		for _, href := range r.links {
			if href != link && href != "https://espace-patient.aphp.fr" && !strings.HasPrefix(href, "tel:0123") && !strings.HasPrefix(href, "tel:+33123") {
				t.Errorf("a link to %q", href)
			}
		}
	})
}

// A department's own words, in every case.
func TestWordedMail(t *testing.T) {
	w := templates.Wording{
		Subject: "Rendez-vous du {date}",
		Body:    "Bonjour,\n\n{Votre rendez-vous} a lieu le {date} à {heure}.\n\n{lien}\n\n[téléphone] Nous vous appelons.\n[représentant] - Pour votre proche\n<b>L'été</b> {hôpital}",
	}
	n := templates.Example(templates.NameNotice, "fr", link).(templates.Notice)
	n.Moved, n.Representative = true, true
	mail, err := templates.RenderEmailWorded("fr", n, w)
	if err != nil {
		t.Fatal(err)
	}
	if mail.Subject != "Nouvel horaire\u00a0: rendez-vous du mardi 12 mai 2026" {
		t.Errorf("subject %q", mail.Subject)
	}
	want := "Le rendez-vous est déplacé\n\nBonjour,\n\n" +
		"Le rendez-vous de la personne que vous représentez a un nouvel horaire, qui remplace le précédent.\n\n" +
		"Le rendez-vous de la personne que vous représentez a lieu le mardi 12 mai 2026 à 14\u00a0h\u00a030.\n\n" +
		"Lire l’information et répondre\u00a0:\n" + link + "\n\n- Pour votre proche\n\n<b>L’été</b> AP-HP, hôpital Exemple\n\n--\n"
	if !strings.HasPrefix(mail.Text, want) {
		t.Errorf("got %q\nwant %q", mail.Text, want)
	}
	if read(t, mail); !strings.Contains(mail.HTML, "&lt;b&gt;L’été&lt;/b&gt;") {
		t.Error("a wording is text, not markup")
	}
	if _, err = templates.RenderEmailWorded("fr", n, templates.Wording{Subject: "A", Body: "{inconnu}"}); err == nil {
		t.Error("a placeholder that does not exist must be an error")
	}
}

func TestWordedSMS(t *testing.T) {
	i := templates.Example(templates.NameInvitation, "fr", link).(templates.Invitation)
	body := "[vidéo] Rendez-vous {modalité} le {date} à {heure}\n{lien}\n[téléphone] Restez joignable"
	for _, c := range []struct {
		moved bool
		want  string
	}{
		{false, "AP-HP: Rendez-vous vidéo le 12/05 à 14h30 " + link},
		{true, "AP-HP: nouvel horaire. Rendez-vous vidéo le 12/05 à 14h30 " + link},
	} {
		i.Moved = c.moved
		if got, err := templates.RenderSMSWorded("fr", i, body); err != nil || got != c.want {
			t.Errorf("%q (%v), want %q", got, err, c.want)
		}
	}
	if _, err := templates.RenderSMSWorded("fr", i, "{encadré}"); err == nil {
		t.Error("a frame has no place in an SMS")
	}
}

// Whoever starts to edit starts from what patients receive today.
func TestOwnWordsAreAWording(t *testing.T) {
	every(t, link, func(t *testing.T, language string, c templates.Content) {
		own, ok := templates.Kind{Name: c.Name(), Language: language}.Own()
		if !ok {
			t.Fatal("no words")
		}
		want, err := templates.RenderEmailWorded(language, c, templates.Wording{})
		if err != nil {
			t.Fatal(err)
		}
		if got, err := templates.RenderEmailWorded(language, c, own); err != nil || got != want {
			t.Errorf("%v, got\n%s\nwant\n%s", err, got.Text, want.Text)
		}
		kind := templates.Kind{Name: c.Name(), Language: language, SMS: true}
		own, ok = kind.Own()
		want.Subject, err = templates.RenderSMSWorded(language, c, "")
		if !ok || err != nil {
			t.Fatal(ok, err)
		}
		if got, err := templates.RenderSMSWorded(language, c, own.Body); err != nil || got != want.Subject {
			t.Errorf("%v, got %q, want %q", err, got, want.Subject)
		}
	})
}

func kinds(f func(k templates.Kind)) {
	for _, language := range templates.Languages {
		for _, name := range templates.Names() {
			f(templates.Kind{Name: name, Language: language})
			f(templates.Kind{Name: name, Language: language, SMS: true})
		}
	}
}

func TestOwnWordsHaveNoFlaw(t *testing.T) {
	kinds(func(k templates.Kind) {
		own, _ := k.Own()
		if flaws, _ := k.Flaws(own); flaws != nil {
			t.Errorf("%+v: %+v", k, flaws)
		}
		for _, p := range k.Placeholders() {
			if p.Label == "" || p.Example == "" {
				t.Errorf("%+v: %+v", k, p)
			}
		}
		if len(k.Marks()) < 2 {
			t.Errorf("%+v has no marks", k)
		}
	})
}

func TestFlaws(t *testing.T) {
	mail, text := templates.Kind{Name: templates.NameNotice, Language: "fr"}, templates.Kind{Name: templates.NameNotice, Language: "fr", SMS: true}
	for name, c := range map[string]struct {
		kind templates.Kind
		w    templates.Wording
		want []templates.Flaw
	}{
		"fine":          {mail, templates.Wording{Subject: "A", Body: "{encadré}\n{lien}"}, nil},
		"without frame": {mail, templates.Wording{Subject: "A", Body: "{date} {heure}\n{lien}"}, nil},
		"empty": {mail, templates.Wording{}, []templates.Flaw{
			{Code: "empty"}, {Subject: true, Code: "empty"},
		}},
		"link for some only": {mail, templates.Wording{Subject: "A", Body: "{encadré}\n[vidéo] {lien}"}, []templates.Flaw{{Code: "placeholder_missing", Name: "lien"}}},
		"unknown":            {text, templates.Wording{Body: "{date} {heure} {lien} {nom}\n[visio] A"}, []templates.Flaw{{Code: "placeholder_unknown", Name: "nom"}, {Code: "mark_unknown", Name: "visio"}}},
		"frame in an SMS":    {text, templates.Wording{Body: "{encadré} {lien} le {date} à {heure}"}, []templates.Flaw{{Code: "placeholder_unknown", Name: "encadré"}}},
		"mark in subject":    {mail, templates.Wording{Subject: "[vidéo] A", Body: "{encadré}\n{lien}"}, []templates.Flaw{{Subject: true, Code: "mark_in_subject", Name: "vidéo"}}},
	} {
		t.Run(name, func(t *testing.T) {
			got, _ := c.kind.Flaws(c.w)
			if !slices.Equal(got, c.want) {
				t.Errorf("got %+v, want %+v", got, c.want)
			}
		})
	}
}

func TestTrial(t *testing.T) {
	params, err := json.Marshal(templates.Example(templates.NameReminder, "fr", ""))
	if err != nil {
		t.Fatal(err)
	}
	trial := templates.Trial{Of: templates.NameReminder, Params: params, Link: link, Wording: templates.Wording{Subject: "Bientôt", Body: "Le {date}\n{lien}"}}
	stored, err := json.Marshal(trial)
	if err != nil {
		t.Fatal(err)
	}
	back, err := templates.Decode(templates.NameTrial, stored, "")
	if err != nil {
		t.Fatal(err)
	}
	mail, err := templates.RenderEmailWorded("fr", back, templates.Wording{})
	if err != nil || mail.Subject != "[Essai] Bientôt" || !strings.Contains(mail.Text, "Le mardi 12 mai 2026\n\nOuvrir mon lien personnel\u00a0:\n"+link) {
		t.Errorf("%v %q\n%s", err, mail.Subject, mail.Text)
	}
	if text, err := templates.RenderSMSWorded("fr", back, ""); err != nil || text != "Essai. AP-HP: Le 12/05 "+link {
		t.Errorf("%v %q", err, text)
	}
}

func FuzzRender(f *testing.F) {
	f.Add("AP-HP", "Hôpital \"Saint-Louis\"", "01 23 45 67 89", "https://t.test/p/x", "Le {date} {heure}\n{lien}", "Sujet {date}")
	f.Add("A\r\nBcc: x@y", "{lien}\n<script>", "0\n1", "javascript:alert(1)", "<img src=x>\n[vidéo] - {téléphone}", "a\r\nb")
	f.Add("\u202eمستشفى", "😀 & <b>", "+33 {date}", `https://t.test/"><p>`, "== {hôpital}\nX : {lien}\n{encadré}", "{Votre rendez-vous}\u2028")
	f.Fuzz(func(t *testing.T, brand, hospital, phone, to, body, subject string) {
		for _, name := range templates.Names() {
			content := templates.Example(name, "fr", to)
			sender := templates.Sender{Brand: brand, Hospital: hospital, Phone: phone}
			switch c := content.(type) {
			case templates.Notice:
				c.Sender = sender
				c.Moved = true
				content = c
			case templates.PrescriptionNotice:
				c.Sender, c.PortalURL = sender, to
				content = c
			case templates.Delay:
				c.Sender = sender
				content = c
			}
			for _, w := range []templates.Wording{{}, {Subject: subject, Body: body}} {
				if mail, err := templates.RenderEmailWorded("fr", content, w); err == nil {
					fuzzedMail(t, mail)
				}
				if text, err := templates.RenderSMSWorded("fr", content, w.Body); err == nil && strings.ContainsFunc(text, unicode.IsControl) {
					t.Fatalf("SMS %q", text)
				}
			}
		}
	})
}

// fuzzedMail holds whatever stands in the values.
func fuzzedMail(t *testing.T, mail templates.Mail) {
	t.Helper()
	if strings.ContainsFunc(mail.Subject, unicode.IsControl) {
		t.Fatalf("subject %q", mail.Subject)
	}
	r := read(t, mail)
	for _, href := range r.links {
		scheme, _, _ := strings.Cut(strings.ToLower(strings.TrimSpace(href)), ":")
		if strings.Contains(href, ":") && strings.HasPrefix(scheme, "javascript") {
			t.Fatalf("a link to %q", href)
		}
	}
}

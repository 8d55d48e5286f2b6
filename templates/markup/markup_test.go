package markup_test

import (
	"slices"
	"strings"
	"testing"
	"unicode"

	"teleconsult/templates/markup"
)

var known = markup.Vocabulary{Placeholders: []string{"date", "lien", "téléphone", "votre rendez-vous", "encadré"}, Marks: []string{"vidéo", "déplacé"}}

var values = map[string]markup.Value{
	"date": {Text: "12 mai"}, "lien": {Text: "https://a.test/p/x", URL: "https://a.test/p/x", Label: "Ouvrir"},
	"téléphone": {Text: "01 02", Tel: "0102"}, "votre rendez-vous": {Text: "votre rendez-vous"},
	"encadré": {Text: "12 mai", Card: [][]markup.Span{{{Text: "12 mai", Strong: true}}, {{Text: "14 h"}}}},
}

func TestPlain(t *testing.T) {
	for name, c := range map[string]struct{ source, marks, want string }{
		"paragraphs":           {"Bonjour,\n\nLe {date}.\nAppelez {téléphone}.", "", "Bonjour,\n\nLe 12 mai.\nAppelez 01 02."},
		"many empty lines":     {"\n\nA\n\n\n\nB\n\n", "", "A\n\nB"},
		"windows":              {"A\r\n\r\nB", "", "A\n\nB"},
		"list":                 {"- un\n- deux\ntrois", "", "- un\n- deux\n\ntrois"},
		"heading":              {"== Titre\nTexte", "", "Titre\n\nTexte"},
		"button":               {"{lien}", "", "Ouvrir :\nhttps://a.test/p/x"},
		"button with a label":  {"Répondre : {lien}", "", "Répondre :\nhttps://a.test/p/x"},
		"link in a sentence":   {"Avec {lien} le jour dit", "", "Avec https://a.test/p/x le jour dit"},
		"link after words":     {"Avec {lien}", "", "Avec https://a.test/p/x"},
		"link in a list":       {"- Essayez : {lien}", "", "- Essayez : https://a.test/p/x"},
		"card":                 {"A\n{encadré}\nB", "", "A\n\n12 mai\n14 h\n\nB"},
		"card in a sentence":   {"Le {encadré}.", "", "Le 12 mai."},
		"mark holds":           {"[vidéo] A\n[déplacé] B\nC", "vidéo", "A\nC"},
		"all marks hold":       {"[vidéo, déplacé] A\n[vidéo][déplacé] B", "vidéo,déplacé", "A\nB"},
		"one does not":         {"[vidéo, déplacé] A\nB", "vidéo", "B"},
		"marked item":          {"[vidéo] - A\n[déplacé] - B", "déplacé", "- B"},
		"accents and capitals": {"[VIDEO] le {Date}, {TELEPHONE}", "vidéo", "le 12 mai, 01 02"},
		"capital":              {"{Votre rendez-vous} et {votre  rendez-vous}", "", "Votre rendez-vous et votre rendez-vous"},
		"marked empty line":    {"A\n[vidéo]\nB", "vidéo", "A\nB"},
		"bidi and controls":    {"A\u202eB\x00C\u2028D", "", "ABC\nD"},
	} {
		t.Run(name, func(t *testing.T) {
			text, problems := markup.Parse(c.source, known)
			if problems != nil {
				t.Fatalf("%+v", problems)
			}
			if got := markup.Plain(text.Fill(values, strings.Split(c.marks, ",")...), " :"); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestProblems(t *testing.T) {
	for source, want := range map[string][]markup.Problem{
		"{nom}":            {{Code: "placeholder_unknown", Name: "nom"}},
		"[visio] A":        {{Code: "mark_unknown", Name: "visio"}},
		"[vidéo, autre] A": {{Code: "mark_unknown", Name: "autre"}},
		"le {date":         {{Code: "brace_open"}},
		"a } b":            {{Code: "brace_open"}},
		"A [vidéo] B":      nil, // a bracket inside a line is a bracket
	} {
		if _, got := markup.Parse(source, known); !slices.Equal(got, want) {
			t.Errorf("%q: %+v, want %+v", source, got, want)
		}
	}
}

func TestUsesInEveryCase(t *testing.T) {
	text, _ := markup.Parse("[vidéo] {lien}\n{date}", known)
	if !text.Uses("lien", "vidéo") || text.Uses("lien") || !text.Uses("date") || !text.Marked("vidéo") || text.Marked("déplacé") {
		t.Error("what a text uses depends on the marks that hold")
	}
}

func TestAValueIsNeverMarkup(t *testing.T) {
	evil := map[string]markup.Value{"date": {Text: "{lien} [vidéo] - == "}, "lien": values["lien"]}
	text, _ := markup.Parse("A {date} B", known)
	if got := text.OneLine(evil); got != "A {lien} [vidéo] - == B" {
		t.Errorf("%q", got)
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{
		"Bonjour,\n\n[vidéo] - Le {date} à {lien}", "== T\n{encadré}\n", "{{{}}}", "[[]]", "[vidéo][déplacé]", "Label : {lien}\n{lien}",
		"\u202e{Votre rendez-vous}\u2066", "- \n- {date}\n==", "\r\r\n\x00",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, source string) {
		text, problems := markup.Parse(source, known)
		for _, marks := range [][]string{nil, {"vidéo"}, {"vidéo", "déplacé"}} {
			blocks := text.Fill(values, marks...)
			plain := markup.Plain(blocks, " :")
			if strings.ContainsFunc(plain, func(r rune) bool { return unicode.IsControl(r) && r != '\n' || r >= 0x202a && r <= 0x202e }) {
				t.Fatalf("%q became %q", source, plain)
			}
			for _, b := range blocks {
				if b.Kind == markup.Button && b.URL != "https://a.test/p/x" || b.Kind != markup.Button && len(b.Lines) == 0 {
					t.Fatalf("%q became %+v", source, b)
				}
			}
			if one := text.OneLine(values, marks...); strings.ContainsAny(one, "\r\n") {
				t.Fatalf("%q is not one line", one)
			}
		}
		if again, more := markup.Parse(source, known); len(more) != len(problems) || again.Literals() != text.Literals() {
			t.Fatal("not the same twice")
		}
	})
}

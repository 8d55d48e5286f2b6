package sms_test

import (
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"teleconsult/notifications/sms"
	"teleconsult/templates"
)

func TestTransliterate(t *testing.T) {
	for in, want := range map[string]string{
		"":                    "",
		"à é è ù É Ç ä ö ü ñ": "à é è ù É Ç ä ö ü ñ",
		"ç â ê î ô û ë ï ÿ":   "c a e i o u e i y",
		"À È Ù Â Ê Î Ô Û Œ œ": "A E U A E I O U OE oe",
		"l’accord « oui » – non — fin…":      `l'accord " oui " - non - fin...`,
		"14\u00a0h\u202f30":                  "14 h 30",
		"bonjour 😀!":                         "bonjour !",
		"e\u0301te\u0301":                    "été", // decomposed input
		"Łódź, Çelik, Nguyễn, Müller, Şahin": "Lódź",
		"€ [x] {y} ~ | ^ \\":                 "€ [x] {y} ~ | ^ \\",
		"æÆ øØ åÅ ß":                         "æÆ øØ åÅ ß",
		"ﬁn ﬀ ﬃ ﬆ ĳ":                         "fin ff ffi st ij",
		"œuvre, ŒUVRE, lætitia, Æ":           "oeuvre, OEUVRE, lætitia, Æ",
		"5 € à 8 €":                          "5 € à 8 €",
		"C\u0327a… c\u0327a":                 "Ça... ca",
		"👩‍⚕️ ok 👍🏽 1️⃣ 🇫🇷":                  " ok  1 ",
		"A→B, ≥ 3, ±1, 5 µg, 20 °C":          "A->B, >= 3, +/-1, 5 ug, 20 oC",
		"\x00a\u200bb\ufeff":                 "ab",
		"12º":                                "12o",
		"a\xffb":                             "ab",
		"Привет":                             "Привет",
	} {
		if strings.HasPrefix(in, "Łódź") {
			want = "Lodz, Çelik, Nguyen, Müller, Sahin"
		}
		if got := sms.Transliterate(in); got != want {
			t.Errorf("Transliterate(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestMeasure(t *testing.T) {
	cases := []struct {
		name string
		text string
		want sms.Size
	}{
		{"empty", "", sms.Size{Encoding: sms.GSM7}},
		{"one", "a", sms.Size{Encoding: sms.GSM7, Units: 1, Segments: 1}},
		{"full", strings.Repeat("a", 160), sms.Size{Encoding: sms.GSM7, Units: 160, Segments: 1}},
		{"one over", strings.Repeat("a", 161), sms.Size{Encoding: sms.GSM7, Units: 161, Segments: 2}},
		{"two full", strings.Repeat("a", 306), sms.Size{Encoding: sms.GSM7, Units: 306, Segments: 2}},
		{"three", strings.Repeat("a", 307), sms.Size{Encoding: sms.GSM7, Units: 307, Segments: 3}},
		{"euro costs two", strings.Repeat("€", 80), sms.Size{Encoding: sms.GSM7, Units: 160, Segments: 1}},
		{"euro over", strings.Repeat("€", 81), sms.Size{Encoding: sms.GSM7, Units: 162, Segments: 2}},
		// 152 + € would be 154: the pair moves to the second part
		{"pair not split", strings.Repeat("a", 152) + "€" + strings.Repeat("a", 152), sms.Size{Encoding: sms.GSM7, Units: 306, Segments: 3}},
		{"ucs2", strings.Repeat("ж", 70), sms.Size{Encoding: sms.UCS2, Units: 70, Segments: 1}},
		{"ucs2 over", strings.Repeat("ж", 71), sms.Size{Encoding: sms.UCS2, Units: 71, Segments: 2}},
		{"ucs2 two full", strings.Repeat("ж", 134), sms.Size{Encoding: sms.UCS2, Units: 134, Segments: 2}},
		{"one sign makes it ucs2", strings.Repeat("a", 100) + "ç", sms.Size{Encoding: sms.UCS2, Units: 101, Segments: 2}},
		{"surrogates", strings.Repeat("😀", 35), sms.Size{Encoding: sms.UCS2, Units: 70, Segments: 1}},
		// 66 + 2 > 67
		{"surrogates not split", strings.Repeat("ж", 66) + "😀" + strings.Repeat("ж", 66), sms.Size{Encoding: sms.UCS2, Units: 134, Segments: 3}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := sms.Measure(c.text); got != c.want {
				t.Errorf("got %+v, want %+v", got, c.want)
			}
		})
	}
}

func TestCost(t *testing.T) {
	for text, want := range map[string]sms.Estimate{
		"":                          {Encoding: sms.GSM7},
		"êtes-vous prêt ?":          {Encoding: sms.GSM7, Characters: 16, Segments: 1, Cents: 7.1},
		strings.Repeat("œ", 80):     {Encoding: sms.GSM7, Characters: 160, Segments: 1, Cents: 7.1},
		strings.Repeat("œ", 81):     {Encoding: sms.GSM7, Characters: 162, Segments: 2, Cents: 14.2},
		strings.Repeat("€", 230):    {Encoding: sms.GSM7, Characters: 460, Segments: 4, Cents: 28.4},
		strings.Repeat("Привет", 3): {Encoding: sms.UCS2, Characters: 18, Segments: 1, Cents: 7.1},
	} {
		if got := sms.Cost(text, 7.1); got != want {
			t.Errorf("%q: %+v, want %+v", text, got, want)
		}
	}
	if got := sms.Cost("a", -1).Cents; got != 0 {
		t.Errorf("a negative price costs %v", got)
	}
}

func TestReplaced(t *testing.T) {
	for text, want := range map[string][]string{
		"":                  nil,
		"à é è ù É Ç €":     nil,
		"prêt, même prêt":   {"ê→e"},
		"l’œuvre\u00a0: 3…": {"’→'", "œ→oe", "…→..."},
		"😀 ok 👍🏽":           {"😀→∅", "👍→∅", "🏽→∅"},
		"Привет\u200b":      nil,
		"c\u0327a":          {"ç→c"},
		"\xff":              nil,
		"« oui »":           {"«→\"", "»→\""},
		"Ô Ê À":             {"Ô→O", "Ê→E", "À→A"},
	} {
		if got := sms.Replaced(text); !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// The code of each sign, written down once more from 3GPP TS 23.038; the second table follows an ESC (27).
var (
	defaultTable = []rune("@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?" +
		"¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà")
	extensionTable = map[byte]rune{
		10: '\f', 20: '^', 40: '{', 41: '}', 47: '\\', 60: '[', 61: '~', 62: ']', 64: '|', 101: '€',
	}
)

const escape = 27

var codes = func() map[rune][]byte {
	m := map[rune][]byte{}
	for at, r := range defaultTable {
		if at != escape {
			m[r] = []byte{byte(at)}
		}
	}
	for code, r := range extensionTable {
		m[r] = []byte{escape, code}
	}
	return m
}()

// encode writes each sign as its septets; false when one has none.
func encode(text string) (signs [][]byte, ok bool) {
	for _, r := range text {
		code := codes[r]
		if code == nil {
			return nil, false
		}
		signs = append(signs, code)
	}
	return signs, true
}

func decode(septets []byte) string {
	var b strings.Builder
	for i := 0; i < len(septets); i++ {
		if septets[i] == escape {
			i++
			b.WriteRune(extensionTable[septets[i]]) // a part that ends in ESC was divided wrongly: out of range
			continue
		}
		b.WriteRune(defaultTable[septets[i]])
	}
	return b.String()
}

// divide puts signs into parts that no sign spans.
func divide[T any](signs [][]T, single, part int) (parts [][]T) {
	total := 0
	for _, s := range signs {
		total += len(s)
	}
	limit := part
	if total <= single {
		limit = single
	}
	for _, s := range signs {
		if len(parts) == 0 || len(parts[len(parts)-1])+len(s) > limit {
			parts = append(parts, nil)
		}
		parts[len(parts)-1] = append(parts[len(parts)-1], s...)
	}
	return parts
}

// travel sends a text over the air and puts it together again: how, in how many parts, and what arrives.
func travel(text string) (e sms.Encoding, units int, parts int, arrived string) {
	if signs, ok := encode(text); ok {
		divided := divide(signs, 160, 153)
		for _, p := range divided {
			units += len(p)
			arrived += decode(p)
		}
		return sms.GSM7, units, len(divided), arrived
	}
	var signs [][]uint16
	for _, r := range text {
		signs = append(signs, utf16.Encode([]rune{r}))
	}
	divided := divide(signs, 70, 67)
	for _, p := range divided {
		units += len(p)
		arrived += string(utf16.Decode(p))
	}
	return sms.UCS2, units, len(divided), arrived
}

// Whatever is written: what is measured is what travels, in as many parts as are counted, and arrives whole.
func FuzzMeasure(f *testing.F) {
	for _, s := range []string{
		"", "été", "😀€ç", "\x00\xff", "l’œuvre – 5 €", "e\u0301te\u0301", "ﬁn", "👩‍⚕️", "Привет 😀", "\x1b", "\f^{}\\[~]|€",
		strings.Repeat("€", 200), strings.Repeat("a", 152) + "€" + strings.Repeat("a", 152), strings.Repeat("ж", 66) + "😀" + strings.Repeat("ж", 66),
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		out := sms.Transliterate(text)
		if !utf8.ValidString(out) {
			t.Fatalf("not UTF-8: %q", out)
		}
		if again := sms.Transliterate(out); again != out {
			t.Fatalf("not stable: %q then %q", out, again)
		}
		for _, s := range []string{out, strings.ToValidUTF8(text, "?")} {
			size := sms.Measure(s)
			e, units, parts, arrived := travel(s)
			if size.Encoding != e || size.Units != units || size.Segments != parts || arrived != s {
				t.Fatalf("%q: %+v, but %d units travel in %d parts as %s and arrive as %q", s, size, units, parts, e, arrived)
			}
		}
		cost := sms.Cost(text, 1)
		if size := sms.Measure(out); cost.Segments != size.Segments || cost.Cents != float64(size.Segments) || cost.Characters != size.Units {
			t.Fatalf("%q: %+v", text, cost)
		}
		for _, r := range sms.Replaced(text) {
			from, to, ok := strings.Cut(r, "→")
			if !ok || from == "" && !strings.HasPrefix(r, "→→") || to == "" {
				t.Fatalf("%q: %q", text, r)
			}
		}
	})
}

// Every SMS of the product is one part of GSM-7, with the real host and with the one of a developer.
func TestEveryTemplateIsOnePart(t *testing.T) {
	links := []string{"https://teleconsult.aphp.fr/p/7Kd3Qx9mB2LfT0pZ", "http://localhost:8080/p/7Kd3Qx9mB2LfT0pZ"}
	phones := map[string][]string{"fr": {"01 23 45 67 89", "+33 1 23 45 67 89"}, "en": {"01 23 45 67 89", "+33 1 23 45 67 89"}}
	longest := 0
	for _, language := range templates.Languages {
		for _, link := range links {
			for _, phone := range phones[language] {
				for variant := range 8 {
					for _, c := range contents(link, phone, variant) {
						text, err := templates.RenderSMSWorded(language, c, "")
						if err != nil {
							t.Fatal(err)
						}
						text = sms.Transliterate(text)
						size := sms.Measure(text)
						if size.Encoding != sms.GSM7 || size.Segments != 1 {
							t.Errorf("%s.%s variant %d: %+v: %s", c.Name(), language, variant, size, text)
						}
						longest = max(longest, size.Units)
					}
				}
			}
		}
	}
	t.Logf("longest: %d septets", longest)
}

func contents(link, phone string, variant int) []templates.Content {
	s := templates.Sender{Brand: "AP-HP", Hospital: "AP-HP", Phone: phone, Representative: variant&4 != 0}
	a := templates.Appointment{
		Start: time.Date(2026, 9, 28, 12, 30, 0, 0, time.UTC), Zone: "Europe/Paris", Minutes: 30,
		Telephone: variant&1 != 0, Moved: variant&2 != 0,
	}
	return []templates.Content{
		templates.Notice{Sender: s, Appointment: a, Link: link},
		templates.ConsentReminder{Sender: s, Appointment: a, Link: link},
		templates.LinkTest{Sender: s, Appointment: a, Link: link},
		templates.Delay{Sender: s, Appointment: a, Late: 60, Link: link},
		templates.Invitation{Sender: s, Appointment: a, Link: link},
		templates.Reminder{Sender: s, Appointment: a, Link: link},
		templates.Cancellation{Sender: s, Appointment: a},
		templates.Cancellation{Sender: s, Appointment: a, Cause: templates.CausePatient},
		templates.Cancellation{Sender: s, Appointment: a, Cause: templates.CauseRefused},
		templates.PrescriptionNotice{Sender: s, PortalURL: "https://espace-patient.aphp.fr"},
		templates.DocumentLink{Sender: s, Until: a.Start, Zone: a.Zone, Link: strings.Replace(link, "/p/", "/p/drop/", 1)},
		templates.DocumentPassword{Sender: s, Password: "0123 4567 8901 2345 6789"},
	}
}

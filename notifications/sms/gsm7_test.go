package sms_test

import (
	"strings"
	"testing"
	"time"
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
		"ﬁn":                                 "fin",
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

func FuzzMeasure(f *testing.F) {
	for _, s := range []string{"", "été", "😀€ç", "\x00\xff", strings.Repeat("€", 200)} {
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
		for _, s := range []string{out, text} {
			size := sms.Measure(s)
			single, part := 160, 153
			if size.Encoding == sms.UCS2 {
				single, part = 70, 67
			}
			switch {
			case (size.Units == 0) != (size.Segments == 0),
				size.Segments == 1 && size.Units > single,
				size.Segments > 1 && (size.Units <= single || size.Units > size.Segments*part || size.Units < (size.Segments-1)*(part-1)):
				t.Fatalf("%q: %+v", s, size)
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
						text, err := templates.RenderSMS(language, c)
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
		templates.Invitation{Sender: s, Appointment: a, Link: link},
		templates.Reminder{Sender: s, Appointment: a, Link: link},
		templates.Cancellation{Sender: s, Appointment: a},
		templates.Cancellation{Sender: s, Appointment: a, Cause: templates.CausePatient},
		templates.Cancellation{Sender: s, Appointment: a, Cause: templates.CauseRefused},
		templates.PrescriptionNotice{Sender: s, PortalURL: "https://espace-patient.aphp.fr"},
	}
}

package meeting

import (
	"os"
	"strings"
	"testing"

	"teleconsult/server/meeting/invitationtext"
)

// hostileTexts are made to cost: the work must grow with the length only.
func hostileTexts(size int) map[string]string {
	return map[string]string{
		"one line of dates":     strings.Repeat("12/05/2026 14:30 ", size/len("12/05/2026 14:30 ")),
		"lines of dates":        strings.Repeat("12 mai 2026 99:30\n", size/len("12 mai 2026 99:30\n")),
		"one line of links":     strings.Repeat("https://zoom.us/j/87654321098 ", size/len("https://zoom.us/j/87654321098 ")),
		"other links":           strings.Repeat(" https://a.example/j/b ", size/len(" https://a.example/j/b ")),
		"one long link":         "https://zoom.us/j/87654321098?pwd=" + strings.Repeat("a", size-64),
		"stars":                 strings.Repeat("*a", size/len("*a")),
		"angle brackets":        strings.Repeat("<https:", size/len("<https:")),
		"tags":                  strings.Repeat("<a href=https://x.example/>", size/len("<a href=https://x.example/>")),
		"labels":                strings.Repeat("code secret ", size/len("code secret ")),
		"labels one a line":     strings.Repeat("Meeting ID:\n", size/len("Meeting ID:\n")),
		"quoted printable":      strings.Repeat("=3D", size/len("=3D")),
		"nested mail":           strings.Repeat("Content-Type: message/rfc822\n\n", size/len("Content-Type: message/rfc822\n\n")),
		"headers":               strings.Repeat("Date: 12 mai 2026 14:30\n", size/len("Date: 12 mai 2026 14:30\n")),
		"nested wrappers":       strings.Repeat("https://www.google.com/url?q=", size/len("https://www.google.com/url?q=")),
		"spaces":                strings.Repeat(" ", size),
		"entities":              strings.Repeat("&amp;", size/len("&amp;")),
		"calendar":              strings.Repeat("BEGIN:VEVENT\n", size/len("BEGIN:VEVENT\n")),
		"digits":                strings.Repeat("1", size),
		"digits and separators": "Meeting ID: " + strings.Repeat("1 ", size/2-8),
		"colons":                strings.Repeat("time:", size/len("time:")),
	}
}

func TestHostileTextsEnd(t *testing.T) {
	t.Parallel()
	for name, text := range hostileTexts(8 << 10) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, err := Parse(text, corpusNow, "")
			if err != nil {
				t.Fatal(err)
			}
			checkInvariants(t, r)
		})
	}
}

func BenchmarkParse(b *testing.B) {
	for _, file := range []string{"zoom-fr-web.txt", "zoom-safelinks-html.html", "zoom-mail-source.eml"} {
		text, err := os.ReadFile("testdata/" + file)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(file, func(b *testing.B) {
			for b.Loop() {
				if _, err := Parse(string(text), corpusNow, ""); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkParseHostile(b *testing.B) {
	for name, text := range hostileTexts(invitationtext.MaxBytes) {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := Parse(text, corpusNow, ""); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

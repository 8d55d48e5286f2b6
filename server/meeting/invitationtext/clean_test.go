package invitationtext

import (
	"errors"
	"strings"
	"testing"
)

func TestClean(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, raw, want string }{
		{"line ends", "a\r\nb\rc\u2028d\u0085e", "a\nb\nc\nd\ne"},
		{"spaces", "a\u00a0b\u202fc\u2009d\te", "a b c d e"},
		{"invisible", "a\u200bb\u00adc\u202ad\u202c\ufeff", "abcd"},
		{"mark of UTF-8", "\ufeffContent-Type: text/plain\n\nx", "x"},
		{"apostrophes and hyphens", "l’heure abc‑defg", "l'heure abc-defg"},
		{"wide colon", "ID：1", "ID:1"},
		{"bold", "*ID :* 1\n**Code**: 2\n*Kx9*", "ID : 1\nCode: 2\nKx9"},
		{"a mask stays", "Code : ******", "Code : ******"},
		{"signs of a passcode stay", "Code : a*b*c", "Code : a*b*c"},
		{"Markdown escapes", `Code : \*\*\*\*`, "Code : ****"},
		{"quote marks", "> > a\n>b", "a\nb"},
		{"messenger marks", "[12:01, 04/05/2026] Dr X: salut", "salut"},
		{"entities", "a&nbsp;&amp;amp;&#233;&#xE9;", "a &éé"},
		{"parameters are no entities", "?a=1&copy=2&reg=3", "?a=1&copy=2&reg=3"},
		{"windows-1252", "r\xe9union \x96 caf\xe9", "réunion – café"},
		{"quoted-printable", "r=C3=A9union ?pwd=3DAb=\nCd", "réunion ?pwd=AbCd"},
		{"quoted-printable in Latin-1", "r=E9union=20\n?pwd=3DA", "réunion\n?pwd=A"},
		{"lower-case quoted-printable", "r=c3=a9union", "réunion"},
		{"no quoted-printable", "?pwd=ABcd ?pwd=ABef", "?pwd=ABcd ?pwd=ABef"},
		{"quoted-printable with a header", "x=\"b\" r=C3=A9u =C3=A9t =C3=A9", "x=\"b\" réu ét é"},
		{"decomposed letters", "re\u0301union", "réunion"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := Clean(tt.raw)
			if err != nil || got != tt.want {
				t.Errorf("got %q (%v), want %q", got, err, tt.want)
			}
		})
	}
}

func TestCleanHTML(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, raw, want string }{
		{"blocks", "<p>a</p><div>b<br>c</div>", "a\n\nb\nc"},
		{"source line ends are spaces", "<p>a\nb</p>", "a b"},
		{"preformatted", "<pre>a\nb</pre>", "a\nb"},
		{"cells", "<table><tr><td>ID :</td><td>1</td></tr><tr><td>x</td></tr></table>", "ID : 1\n\nx"},
		{"link", `<a href="https://x.example/?a=1&amp;b=2">Entrer</a>`, "Entrer <https://x.example/?a=1&b=2>"},
		{"link that shows itself", `<a href="https://x.example/">https://x.example/</a>`, "https://x.example/"},
		{"link left open", `<a href="https://x.example/a">A<p>B`, "A\nB <https://x.example/a>"},
		{"other schemes", `<a href="mailto:a@x.example">A</a><a href="javascript:x">B</a>`, "AB"},
		{"skipped parts", "<style>p{}</style><script>x</script><title>t</title><p>a</p><!-- c --><!--[if mso]><p>m</p><![endif]-->", "a"},
		{"address in angle brackets", "<p>a <https://x.example/j/1> b</p>", "a <https://x.example/j/1> b"},
		{"cut address", "<a href=\"https://x.example/\n j\">A</a>", "A <https://x.example/j>"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := Clean(tt.raw)
			if err != nil || got != tt.want {
				t.Errorf("got %q (%v), want %q", got, err, tt.want)
			}
		})
	}
}

func TestCleanMail(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, raw, want string }{
		{"base64", "Subject: x\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\nUsOp\ndW5pb24=\n", "Subject: x\n\nRéunion"},
		{"charset", "Content-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: quoted-printable\n\nR=E9union", "Réunion"},
		{"subject in words", "Subject: =?utf-8?B?UsOpdW5pb24=?=\nMIME-Version: 1.0\nContent-Type: text/html\n\n<p>a</p>", "Subject: Réunion\n\n\na"},
		{"parts", "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\nA\n--b\nContent-Type: image/png\n\nB\n--b\nContent-Type: text/calendar\n\nBEGIN:VEVENT\nSUMMARY:C\\, d\n--b--\n", "A\n\nBEGIN:VEVENT\nSUMMARY:C, d"},
		{"from the first part on", "--b\nContent-Type: text/plain\n\nA\n--b--\n", "A"},
		{"forwarded", "Content-Type: message/rfc822\n\nSubject: in\nContent-Type: text/plain\n\nA", "Subject: in\n\nA"},
		{"a colon makes no mail", "Sujet: x\n\nContent-Type: rien", "Sujet: x\n\nContent-Type: rien"},
		{"unknown charset", "Content-Type: text/plain; charset=x-none\n\nA", "A"},
		{"broken base64", "Content-Type: text/plain\nContent-Transfer-Encoding: base64\n\nQQ==!", "A"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := Clean(tt.raw)
			if err != nil || got != tt.want {
				t.Errorf("got %q (%v), want %q", got, err, tt.want)
			}
		})
	}
}

func TestCleanCalendar(t *testing.T) {
	t.Parallel()
	raw := "BEGIN:VCALENDAR\r\nBEGIN:VTIMEZONE\r\nDTSTART:19701025T030000\r\nEND:VTIMEZONE\r\nBEGIN:VEVENT\r\n" +
		"DESCRIPTION:a\\nb\\, c\r\n  d\r\nX-ALT-DESC;FMTTYPE=text/html:<p>h</p>\r\nEND:VEVENT\r\nBEGIN:VALARM\r\nTRIGGER:x\r\nEND:VALARM\r\nEND:VCALENDAR"
	want := "BEGIN:VCALENDAR\n\nBEGIN:VEVENT\na\nb, c d\nEND:VEVENT\n\nEND:VCALENDAR"
	if got, err := Clean("BEGIN:VEVENT\nDESCRIPTION:<p>Lien : <a href=\"https://x.example/j\">Entrer</a></p>a\nEND:VEVENT"); err != nil ||
		got != "BEGIN:VEVENT\n\nLien : Entrer <https://x.example/j>\na\nEND:VEVENT" {
		t.Errorf("HTML in a description: %q (%v)", got, err)
	}
	if got, err := Clean(raw); err != nil || got != want {
		t.Errorf("got %q (%v), want %q", got, err, want)
	}
}

func TestCleanRefuses(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, raw string
		want      error
	}{
		{"too large", strings.Repeat("a", MaxBytes+1), ErrTooLarge},
		{"as large as allowed", strings.Repeat("a", MaxBytes), nil},
		{"NUL", "a\x00b", ErrUnreadable},
		{"controls", strings.Repeat("\x01\x02ab", 9), ErrUnreadable},
		{"replaced bytes", strings.Repeat("\uFFFDa", 9), ErrUnreadable},
		{"stray bytes", strings.Repeat("\xfe\xff\x80a", 9), ErrUnreadable},
		{"one replaced byte in a text", "La réunion a lieu \uFFFD 14h30 mardi.", nil},
		{"bell and escape of a terminal", "a\x07b\x1b[0m", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if _, err := Clean(tt.raw); !errors.Is(err, tt.want) {
				t.Errorf("got %v, want %v", err, tt.want)
			}
		})
	}
}

func TestFoldIsRuneForRune(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"AOÛT": "aout", "Março": "marco", "Straße": "strase", "œuvre": "ouvre", "12 – 13": "12 - 13", "İ": "i", "日本": "日本", "ﬁ": "ﬁ",
	} {
		if got := Fold(in); got != want || len([]rune(got)) != len([]rune(in)) {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

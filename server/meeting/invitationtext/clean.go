// Package invitationtext turns a pasted meeting invitation, in whatever form it was copied (mail
// source, HTML, calendar file, quoted reply), into plain lines, and reads the labelled values from
// them ("Meeting ID: …") in French, English, German, Spanish and Portuguese.
package invitationtext

import (
	"errors"
	"html"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/unicode/norm"
)

// MaxBytes is the longest text that is read.
const MaxBytes = 256 << 10

// ErrTooLarge and ErrUnreadable are the two refusals of Clean.
var (
	ErrTooLarge   = errors.New("invitationtext: over 256 KiB")
	ErrUnreadable = errors.New("invitationtext: not a text")
)

// Clean gives the text as plain lines: one kind of space, no invisible characters, no markup, no
// transfer encoding. Targets of HTML links follow their words in angle brackets.
func Clean(raw string) (string, error) {
	if len(raw) > MaxBytes {
		return "", ErrTooLarge
	}
	s, ok := decode(strings.TrimPrefix(raw, "\ufeff"))
	if !ok {
		return "", ErrUnreadable
	}
	s = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u2028", "\n", "\u2029", "\n", "\u0085", "\n").Replace(s)
	s = unwrapMail(s)
	s = plain(s)
	return tidy(s), nil
}

// plain undoes quoted-printable and HTML where the text shows that it is one or the other, and
// reads calendar parts by their own rules.
func plain(s string) string {
	if isQuotedPrintable(s) {
		s = repair(unquotePrintable(s))
	}
	var b strings.Builder
	end := 0
	for _, part := range calendarBlock.FindAllStringIndex(s, -1) {
		b.WriteString(words(s[end:part[0]]))
		b.WriteString(calendarLines(s[part[0]:part[1]]))
		end = part[1]
	}
	b.WriteString(words(s[end:]))
	return b.String()
}

// words gives what a reader sees of a text outside calendar parts.
func words(s string) string {
	if isHTML(s) {
		return htmlText(s)
	}
	return unescape(s)
}

// decode gives valid UTF-8, reading stray bytes as Windows-1252, and tells whether the result
// can be a text at all.
func decode(raw string) (string, bool) {
	s := repair(raw)
	strange, stray, total := 0, 0, 0
	for _, r := range s {
		total++
		switch {
		case r == 0:
			return "", false
		case r == utf8.RuneError:
			strange++
		case r < ' ' && !strings.ContainsRune("\t\n\v\f\r\a\x1b", r):
			strange++
		}
	}
	for i := 0; i < len(raw); {
		r, size := utf8.DecodeRuneInString(raw[i:])
		if r == utf8.RuneError && size == 1 {
			stray++
		}
		i += size
	}
	const enough = 3
	if strange >= enough && strange*20 > total || strange > 0 && strange*4 > total {
		return "", false
	}
	return s, stray < enough || stray*4 <= total
}

// repair replaces each byte that is not UTF-8 by its Windows-1252 character.
func repair(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && size == 1 {
			r = charmap.Windows1252.DecodeByte(s[i])
		}
		b.WriteRune(r)
		i += size
	}
	return b.String()
}

// entity needs its semicolon: without one, the "&copy=1" of a link would become a sign.
var entity = regexp.MustCompile(`&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});`)

// unescape decodes HTML entities, twice because mails are forwarded.
func unescape(s string) string {
	for range 2 {
		s = entity.ReplaceAllStringFunc(s, html.UnescapeString)
	}
	return s
}

var (
	notQP  = regexp.MustCompile(`=(?:[^0-9A-Fa-f\n]|[0-9A-Fa-f](?:[^0-9A-Fa-f]|$))`)
	sureQP = regexp.MustCompile(`(?i)=3D|=C2=A0|=C3=[89AB][0-9A-F]|=E2=80=|=20\n`)
)

// isQuotedPrintable asks for a typical escape and every "=" to be an escape, since the "=AB" of
// "pwd=ABc" looks like one too; a few others are borne where a header was pasted along.
func isQuotedPrintable(s string) bool {
	const several = 3
	sure, not := len(sureQP.FindAllStringIndex(s, -1)), len(notQP.FindAllStringIndex(s, -1))
	return sure > 0 && not == 0 || sure >= several && sure > 2*not
}

var hexOrBreak = regexp.MustCompile(`=(?:\n|[0-9A-Fa-f]{2})`)

func unquotePrintable(s string) string {
	return hexOrBreak.ReplaceAllStringFunc(s, func(m string) string {
		if m == "=\n" {
			return ""
		}
		return string([]byte{unhex(m[1])<<4 | unhex(m[2])})
	})
}

func unhex(c byte) byte {
	switch {
	case c >= 'a':
		return c - 'a' + 10
	case c >= 'A':
		return c - 'A' + 10
	}
	return c - '0'
}

var (
	calendarBlock = regexp.MustCompile(`(?s)BEGIN:(?:VCALENDAR|VEVENT).*?(?:END:VCALENDAR|\z)`)
	fold          = regexp.MustCompile(`\n[ \t]`)
	htmlProperty  = regexp.MustCompile(`(?m)^X-ALT-DESC[^\n]*\n?`)
	zonePart      = regexp.MustCompile(`(?s)BEGIN:(VTIMEZONE).*?END:VTIMEZONE|BEGIN:(VALARM).*?END:VALARM`)
	description   = regexp.MustCompile(`(?m)^(DESCRIPTION|COMMENT)(?:;[^:\n]*)?:`)
	calendarText  = strings.NewReplacer(`\n`, "\n", `\N`, "\n", `\,`, ",", `\;`, ";", `\\`, `\`)
)

// calendarLines unfolds and unescapes a calendar part (RFC 5545 §3.1 and §3.3.11), and drops its
// zone definitions, whose dates are not the meeting's. Google writes HTML into descriptions.
func calendarLines(block string) string {
	block = fold.ReplaceAllString(block, "")
	block = htmlProperty.ReplaceAllString(block, "")
	block = zonePart.ReplaceAllString(block, "")
	lines := strings.Split(description.ReplaceAllString(calendarText.Replace(block), ""), "\n")
	for i, l := range lines {
		lines[i] = words(l)
	}
	return strings.Join(lines, "\n")
}

var (
	bold       = regexp.MustCompile(`(^|[\s(>:|])\*{1,2}([^\s*](?:[^*\n]*[^\s*])?)\*{1,2}($|[\s:.,;)|])`)
	quoteMarks = regexp.MustCompile(`^(?:\s*>)+ ?`)
	// chatMark is what messengers put before a copied message: when it was sent, by whom.
	chatMark    = regexp.MustCompile(`^(?:\[[^\]\n]{0,24}\d{1,2}[:.]\d{2}[^\]\n]{0,16}\] ?[^:\n]{1,40}: ?|\d{1,2}[/.]\d{1,2}[/.]\d{2,4},? (?:à |um |at )?\d{1,2}:\d{2}(?: ?[AaPp][Mm])? - [^:\n]{1,40}: ?)`)
	escapedSign = regexp.MustCompile(`\\([*_#])`) // Markdown
	spaces      = regexp.MustCompile(` {2,}`)
)

// tidy makes every line comparable.
func tidy(s string) string {
	s = strings.Map(tidyRune, norm.NFC.String(s))
	lines := strings.Split(s, "\n")
	for i, l := range lines {
		if !strings.HasPrefix(strings.TrimSpace(l), ">>>") {
			l = quoteMarks.ReplaceAllString(l, "")
		}
		l = escapedSign.ReplaceAllString(chatMark.ReplaceAllString(l, ""), "$1")
		for range 2 {
			l = bold.ReplaceAllString(l, "$1$2$3")
		}
		lines[i] = strings.TrimSpace(spaces.ReplaceAllString(l, " "))
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}

func tidyRune(r rune) rune {
	switch {
	case r == '\n':
		return r
	case r == '\t' || unicode.Is(unicode.Zs, r):
		return ' '
	case r == '\v' || r == '\f':
		return '\n'
	case unicode.IsControl(r), unicode.Is(unicode.Cf, r):
		return -1 // soft hyphens, zero-width and bidirectional marks
	case r == '’' || r == '‘' || r == 'ʼ':
		return '\''
	case r == '‐' || r == '‑' || r == '‒':
		return '-'
	case r == '：':
		return ':'
	}
	return r
}

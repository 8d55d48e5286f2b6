// Package sms sends text messages through Twilio's Messages API, and knows how a text is encoded and
// counted on its way to a phone.
package sms

import (
	"strings"
	"unicode"
	"unicode/utf16"

	"golang.org/x/text/unicode/norm"
)

// basic is the GSM 7-bit default alphabet, one septet each (3GPP TS 23.038, 6.2.1).
const basic = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?" +
	"¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"

// extended is the extension table, two septets each (6.2.1.1).
const extended = "\f^{}\\[~]|€"

// septets is the cost of a rune in GSM-7; a rune that is not in it cannot be sent that way.
var septets = func() map[rune]int {
	m := map[rune]int{}
	for _, r := range basic {
		m[r] = 1
	}
	for _, r := range extended {
		m[r] = 2
	}
	return m
}()

// replacements are signs that GSM-7 lacks and Unicode decomposition does not reach.
var replacements = map[rune]string{
	'’': "'", '‘': "'", '‚': "'", 'ʼ': "'", '′': "'", '`': "'", '´': "'",
	'«': `"`, '»': `"`, '“': `"`, '”': `"`, '„': `"`, '″': `"`, '‹': `"`, '›': `"`,
	'–': "-", '—': "-", '‑': "-", '‐': "-", '−': "-", '•': "-", '·': "-",
	'…': "...", '\t': " ", '\u00a0': " ", '\u202f': " ", '\u2009': " ", '\u2007': " ", '\u2028': "\n", '\u2029': "\n",
	'œ': "oe", 'Œ': "OE", '×': "x", '÷': "/", '°': "o", 'º': "o", 'ª': "a", '²': "2", '³': "3", '№': "No",
	'ł': "l", 'Ł': "L", 'đ': "d", 'Đ': "D", 'ð': "d", 'Ð': "D", 'þ': "th", 'Þ': "Th", 'ı': "i", 'ħ': "h", 'Ħ': "H",
	'→': "->", '←': "<-", '⇒': "=>", '≥': ">=", '≤': "<=", '±': "+/-", '≈': "~", 'µ': "u", 'ẞ': "SS",
	'ŋ': "n", 'Ŋ': "N", '©': "(c)", '®': "(r)", '™': "TM", '½': "1/2", '¼': "1/4", '¾': "3/4",
}

// Transliterate writes a text with the GSM-7 alphabet wherever that is possible: ç→c, ê→e, œ→oe, ’→',
// emoji removed. What has no likeness in it (Greek, Cyrillic, Arabic …) stays, and makes the message
// a UCS-2 one: a name in another script is better long than missing.
func Transliterate(text string) string {
	var b strings.Builder
	for _, r := range norm.NFC.String(strings.ToValidUTF8(text, "")) {
		b.WriteString(transliterate(r))
	}
	return b.String()
}

func transliterate(r rune) string {
	if septets[r] > 0 {
		return string(r)
	}
	if s, ok := replacements[r]; ok {
		return s
	}
	return strip(r)
}

// strip takes the accents off a letter, and removes what is no text at all.
func strip(r rune) string {
	if unicode.Is(unicode.So, r) || unicode.Is(unicode.Sk, r) || unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Mn, r) ||
		unicode.Is(unicode.Me, r) || unicode.Is(unicode.Cc, r) || unicode.Is(unicode.Co, r) {
		return ""
	}
	decomposed := norm.NFKD.String(string(r))
	var b strings.Builder
	for _, d := range decomposed {
		switch {
		case septets[d] > 0:
			b.WriteRune(d)
		case unicode.Is(unicode.Mn, d):
		case replacements[d] != "":
			b.WriteString(replacements[d])
		default:
			return string(r)
		}
	}
	return b.String()
}

// Encoding is how the characters travel.
type Encoding string

// The encodings.
const (
	GSM7 Encoding = "GSM-7"
	UCS2 Encoding = "UCS-2"
)

// Sizes of one part, alone and as one of several (6 octets go to the header that joins them).
const (
	gsmSingle, gsmPart = 160, 153 // septets
	ucsSingle, ucsPart = 70, 67   // UTF-16 units
)

// Size is what a text costs.
type Size struct {
	Encoding Encoding
	// Units are septets (GSM-7) or UTF-16 units (UCS-2).
	Units int
	// Segments is the number of parts that are sent and paid for; 0 for an empty text.
	Segments int
}

// Measure counts a text as it is: Transliterate it first. A pair of septets or of surrogates is never
// divided between two parts, so a part may end one unit early.
func Measure(text string) Size {
	costs := make([]int, 0, len(text))
	for _, r := range text {
		n := septets[r]
		if n == 0 {
			return measureUCS2(text)
		}
		costs = append(costs, n)
	}
	return pack(GSM7, costs, gsmSingle, gsmPart)
}

func measureUCS2(text string) Size {
	costs := make([]int, 0, len(text))
	for _, r := range text {
		costs = append(costs, max(utf16.RuneLen(r), 1))
	}
	return pack(UCS2, costs, ucsSingle, ucsPart)
}

func pack(e Encoding, costs []int, single, part int) Size {
	s := Size{Encoding: e}
	for _, n := range costs {
		s.Units += n
	}
	switch {
	case s.Units == 0:
		return s
	case s.Units <= single:
		s.Segments = 1
		return s
	}
	s.Segments = 1
	used := 0
	for _, n := range costs {
		if used+n > part {
			s.Segments++
			used = 0
		}
		used += n
	}
	return s
}

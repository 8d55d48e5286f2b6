package invitationtext

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Fold gives a text without accents and capitals, rune for rune, so that one table of words
// serves every spelling ("AOÛT", "août", "aout").
func Fold(s string) string {
	return strings.Map(foldRune, s)
}

func foldRune(r rune) rune {
	if r < unicode.MaxASCII {
		return unicode.ToLower(r)
	}
	switch r {
	case 'ß':
		return 's'
	case 'ø', 'Ø':
		return 'o'
	case 'œ', 'Œ':
		return 'o'
	case '–', '—', '−':
		return '-'
	}
	base := []rune(norm.NFD.String(string(r)))
	return unicode.ToLower(base[0])
}

package column

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Key is a header in the form by which it is compared and remembered: lower case, no accents, no punctuation,
// single spaces.
func Key(header string) string {
	var b strings.Builder
	gap := false
	for _, r := range norm.NFKD.String(strings.ToLower(norm.NFKD.String(header))) {
		switch {
		case unicode.Is(unicode.M, r) || unicode.Is(unicode.Cf, r):
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			if gap && b.Len() > 0 {
				b.WriteByte(' ')
			}
			gap = false
			b.WriteString(spelled(r))
		default:
			gap = true
		}
	}
	return b.String()
}

func spelled(r rune) string {
	switch r {
	case 'œ':
		return "oe"
	case 'æ':
		return "ae"
	case 'ß':
		return "ss"
	}
	return string(r)
}

// heading is what a header says.
type heading struct {
	field Field
	// score is 0 when nothing is known about the column, so that its content decides.
	score int
	// ignored: the header says that the column is something else.
	ignored bool
	// sure: every word is understood, so that the cell is a header and no data.
	sure bool
	// generic: the field is only one of those that the header may mean; its content helps to decide.
	generic bool
}

const (
	// longestHeader, in bytes: a longer cell is a text.
	longestHeader = 120
	// perUnknownWord is what a word that is not understood costs, and leastScore what must remain.
	perUnknownWord, leastScore = 20, 50
)

// phrases are words that mean something together only.
var phrases = strings.NewReplacer(
	" e mail ", " mail ", " e mails ", " mail ", " mot de passe ", " mdp ", " rendez vous ", " rdv ", " jeune fille ", " naissance ",
	" last name ", " surname ", " family name ", " surname ", " first name ", " prenom ", " given name ", " prenom ", " full name ", " identite ",
	" d d n ", " ddn ", " plate forme ", " outil ", " sans fil ", " mobile ", " a contacter ", " urgence ", " code postal ", " ville ",
)

// read understands a header.
func read(header string) heading {
	if len(header) > longestHeader {
		return heading{}
	}
	words := strings.Fields(phrases.Replace(" " + Key(unglue(header)) + " "))
	var all meaning
	unknown, rank := 0, 0
	for _, word := range words {
		switch m, known := mean(word); {
		case known:
			all |= m
		case len(word) == 1 && word[0] >= '1' && word[0] <= '9':
			rank = int(word[0] - '1') // Portable 2
		default:
			unknown++
		}
	}
	if len(words) == 0 {
		return heading{}
	}
	if all&other != 0 {
		return heading{ignored: true, sure: unknown == 0}
	}
	for _, r := range rules {
		if all&r.all != r.all || r.some != 0 && all&r.some == 0 || all&r.none != 0 {
			continue
		}
		score := r.score - perUnknownWord*unknown - rank
		if r.field == Ignored {
			return heading{ignored: true, sure: unknown == 0}
		}
		if score < leastScore || r.weak && unknown > 0 {
			return heading{}
		}
		return heading{field: r.field, score: score, sure: unknown == 0, generic: r.weak}
	}
	// Numbers of the rows, and the like.
	number := all&^(filler|numbered) == 0 && unknown == 0 && all&numbered != 0
	return heading{ignored: number, sure: number}
}

// unglue puts a space before a capital that follows a small letter: DateNaissance.
func unglue(header string) string {
	var b strings.Builder
	small := false
	for _, r := range header {
		if small && unicode.IsUpper(r) {
			b.WriteByte(' ')
		}
		small = unicode.IsLower(r)
		b.WriteRune(r)
	}
	return b.String()
}

// mean looks a word up, or the words that it is made of: datenaiss, nompatient.
func mean(word string) (meaning, bool) {
	if m, known := vocabulary[word]; known {
		return m, true
	}
	// Shorter parts would find something in any word.
	const shortestPart, longestGlued = 3, 40
	if len(word) > longestGlued {
		return 0, false
	}
	found := make([]meaning, len(word)+1) // what the beginning of that length means, 0 when it means nothing
	found[0] = filler
	for end := 2; end <= len(word); end++ {
		for start := range end - 1 {
			part := word[start:end]
			m, known := vocabulary[part]
			known = known && (len(part) >= shortestPart || part == "de" || part == "du" || part == "dt" || part == "id")
			if known && found[start] != 0 && found[end] == 0 {
				found[end] = found[start] | m
			}
		}
	}
	return found[len(word)], found[len(word)] != 0
}

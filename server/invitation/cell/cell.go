// Package cell reads what one cell of a secretary's spreadsheet says: a date, a time, a mobile, a name.
// It is generous about how things are written and strict about what they mean: what could be two things is
// refused or comes with a warning, because a link to a consultation that goes to the wrong person does harm.
// It judges the form only; what a department or a patient may have is judged where these values are used.
package cell

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Severity says whether a row may be imported in spite of a note.
type Severity string

// Severities.
const (
	// Error comes with no value: the cell must be written again.
	Error Severity = "error"
	// Warning comes with a value that somebody should look at.
	Warning Severity = "warning"
)

// Note is a remark about one cell. Cells share their notes: nobody changes one.
type Note struct {
	// Code is stable and meant for programs.
	Code     string
	Severity Severity
	// Message says in French what to do. It quotes nothing of the cell.
	Message string
}

func refused(code, message string) *Note { return &Note{code, Error, message} }

func doubtful(code, message string) *Note { return &Note{code, Warning, message} }

// visible removes what cannot be seen (marks of direction in numbers copied from a telephone, soft hyphens).
func visible(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(unicode.Cf, r):
			return -1
		case unicode.IsControl(r):
			return ' '
		}
		return r
	}, text)
}

// quotes stand around a cell where a program wanted to keep it from being read as a number.
const quotes = " '\"`’‘“”«»"

// tidy gives the text in its plainest form: full-width characters made narrow, one kind of space, no quotes.
func tidy(text string) string {
	text = strings.Join(strings.Fields(norm.NFKC.String(visible(text))), " ")
	if inner, wrapped := strings.CutPrefix(text, `="`); wrapped {
		text = inner
	}
	return strings.Trim(text, quotes)
}

// fold is the lower case without accents.
func fold(text string) string {
	var b strings.Builder
	for _, r := range norm.NFD.String(strings.ToLower(text)) {
		switch {
		case unicode.Is(unicode.Mn, r):
		case r == 'œ':
			b.WriteString("oe")
		case r == '’' || r == '‘':
			b.WriteByte('\'')
		case r == '–' || r == '—' || r == '−' || r == '‐' || r == '‑':
			b.WriteByte('-')
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// words are the folded words of a text, without punctuation.
func words(text string) []string {
	return strings.FieldsFunc(fold(tidy(text)), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

// nothing are the words for "there is none".
var nothing = []string{
	"neant", "aucun", "aucune", "nc", "n.c", "nr", "n.r", "na", "n/a", "#n/a", "nan", "null", "none", "non", "sans", "sans objet",
	"inconnu", "inconnue", "non connu", "non renseigne", "non renseignee", "non communique", "non fourni", "pas de mail",
	"pas d'email", "pas d'e-mail", "pas d'adresse mail", "pas de portable", "pas de mobile", "pas de telephone", "vide",
}

// reading is the folded text of a cell, "" when it says that there is nothing.
func reading(text string) string {
	folded := fold(tidy(text))
	bare := strings.Trim(folded, " .,;:-_/?*!()")
	if bare == "" || slices.Contains(nothing, bare) {
		return ""
	}
	return folded
}

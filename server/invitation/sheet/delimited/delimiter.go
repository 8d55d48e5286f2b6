package delimited

import (
	"regexp"
	"strings"
)

// delimiters in the order in which they are preferred when nothing else decides.
const delimiters = ";,\t|"

// sampled is how much of a text is looked at to find its delimiter.
const sampled = 64 << 10

var (
	declaration = regexp.MustCompile(`^"?(?i:sep)=([^"\r\n])"?([^\r\n]*)(?:\r\n|\r|\n|$)`)
	punctuation = regexp.MustCompile("^[\t!-/:-@\\[-`{-~]$")
)

// declared takes off the line "sep=;", which Excel obeys and hides.
func declared(text string) (rest string, delimiter byte) {
	m := declaration.FindStringSubmatch(text)
	// Saved again by another program, the line got the delimiters of an empty row.
	if m == nil || !punctuation.MatchString(m[1]) || strings.Trim(m[2], m[1]) != "" {
		return text, 0
	}
	return text[len(m[0]):], m[1][0]
}

// likely is the one that stands in the most rows; of several, the one that makes the most rows
// equally wide, and those wide rather than narrow. The headers decide: decimal commas are not in them.
func likely(pasted bool, text string) byte {
	if pasted && fitOf(pasted, text, '\t').with > 0 {
		return '\t' // a spreadsheet copies with tabs; commas are part of what people write
	}
	best, bestFit := delimiters[0], fit{}
	for _, d := range []byte(delimiters) {
		// In fewer than half of the rows it is a mark in what people wrote.
		if f := fitOf(pasted, text, d); f.with*2 >= f.rows && f.better(bestFit) {
			best, bestFit = d, f
		}
	}
	return best
}

// fit says how well a delimiter explains the first rows: how many there are, how many have it, and the
// rows of one width times its inner borders.
type fit struct{ rows, with, borders int }

func (f fit) better(than fit) bool {
	if share, other := f.with*than.rows, than.with*f.rows; share != other {
		return share > other
	}
	return f.borders > than.borders
}

func fitOf(pasted bool, text string, delimiter byte) fit {
	const rows, wide = 30, 12
	cut := len(text) > sampled
	s := Scanner{text: text[:min(len(text), sampled)], delimiter: delimiter, pasted: pasted, columns: wide}
	widths := map[int]int{}
	var f fit
	for f.rows < rows && s.Next() {
		if s.blank() || cut && s.at == len(s.text) {
			continue
		}
		f.rows++
		if s.width > 1 {
			f.with++
		}
		widths[s.width]++
	}
	for width, count := range widths {
		f.borders = max(f.borders, count*(min(width, wide)-1))
	}
	return f
}

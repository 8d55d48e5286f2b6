package record

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"teleconsult/server/encounter"
	"teleconsult/server/record/pdf"
)

// width is the longest line, in characters: what a terminal of ORBIS shows without breaking.
const width = 80

// indent begins the lines on which an item goes on.
const indent = "  "

// day and clock are how the note writes dates and times.
const (
	day   = "02/01/2006"
	clock = "15:04"
)

// writer lays the note out, as text and as the parts of a printed page.
type writer struct {
	facts  *encounter.Facts
	draft  Draft
	b      strings.Builder
	blocks []pdf.Block
}

// String is the text so far.
func (w *writer) String() string { return w.b.String() }

// heading begins a part, with an empty line before it unless it is the first.
func (w *writer) heading(text string) {
	if w.b.Len() > 0 {
		w.b.WriteByte('\n')
	}
	w.b.WriteString(text + "\n")
	w.blocks = append(w.blocks, pdf.Block{Kind: pdf.Heading, Text: text})
}

// item writes "Label : text", wrapped. What people typed comes in as words, so it can neither begin a line
// of its own nor hide anything.
func (w *writer) item(label, text string) {
	found := words(text)
	w.wrap(label+" :", found)
	w.blocks = append(w.blocks, pdf.Block{Kind: pdf.Item, Label: label, Text: strings.Join(found, " ")})
}

// paragraphs writes what somebody typed in its own lines and paragraphs, each line indented.
func (w *writer) paragraphs(text string) {
	if text == "" {
		w.item("Texte", "non renseigné")
		return
	}
	var lines []string
	for line := range strings.SplitSeq(text, "\n") {
		found := words(line)
		empty := len(found) == 0
		if empty && (len(lines) == 0 || lines[len(lines)-1] == "") {
			continue
		}
		lines = append(lines, strings.Join(found, " "))
		if empty {
			w.b.WriteByte('\n')
			continue
		}
		w.wrap(indent+found[0], found[1:])
	}
	w.blocks = append(w.blocks, pdf.Block{Kind: pdf.Paragraphs, Text: strings.TrimSpace(strings.Join(lines, "\n"))})
}

// wrap writes the beginning of a line and the words that follow it.
func (w *writer) wrap(line string, found []string) {
	used := utf8.RuneCountInString(line)
	for _, word := range found {
		n := utf8.RuneCountInString(word)
		if used+1+n > width {
			w.b.WriteString(line + "\n")
			line, used = indent+word, len(indent)+n
			continue
		}
		line, used = line+" "+word, used+1+n
	}
	w.b.WriteString(line + "\n")
}

// words cuts a text at white space, keeps French double punctuation with the word before it, and cuts what
// is longer than a line. Letters are composed, so that a character is one column.
func words(text string) []string {
	var found []string
	for _, word := range strings.FieldsFunc(norm.NFC.String(visible(text)), unicode.IsSpace) {
		for utf8.RuneCountInString(word) > width-len(indent)-2 {
			cut := 0
			for range width - len(indent) - 2 {
				_, size := utf8.DecodeRuneInString(word[cut:])
				cut += size
			}
			found = append(found, word[:cut])
			word = word[cut:]
		}
		last := len(found) - 1
		if last >= 0 && len(word) == 1 && strings.Contains(";:!?", word) && utf8.RuneCountInString(found[last])+2 <= width-len(indent) {
			found[last] += " " + word
			continue
		}
		found = append(found, word)
	}
	return found
}

// visible drops control and format characters, such as those that turn the direction of writing; white
// space among them stays white space.
func visible(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '’': // the record's editor is no typographer
			return '\''
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Cf, r), r == utf8.RuneError:
			return -1
		}
		return r
	}, text)
}

func (w *writer) zone() *time.Location {
	if w.facts.Department.Zone == nil {
		return time.UTC
	}
	return w.facts.Department.Zone
}

// moment is "le 12/05/2026 à 14:30".
func (w *writer) moment(t time.Time) string {
	t = t.In(w.zone())
	return "le " + t.Format(day) + " à " + t.Format(clock)
}

// span is "le 12/05/2026 de 14:30 à 14:50 (UTC+02:00)". The offset settles the hour that a night in October
// has twice; the second day and offset are written where they differ from the first.
func (w *writer) span(from, to time.Time) string {
	from, to = from.In(w.zone()), to.In(w.zone())
	text := "le " + from.Format(day) + " de " + from.Format(clock)
	start, end := " (UTC"+from.Format("-07:00")+")", " (UTC"+to.Format("-07:00")+")"
	if start != end {
		text += start
	}
	text += " à " + to.Format(clock)
	if from.Format(day) != to.Format(day) {
		text += " le " + to.Format(day)
	}
	return text + end
}

func by(name string) string {
	if name == "" {
		return ""
	}
	return " par " + name
}

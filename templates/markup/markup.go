// Package markup is the plain form in which the words of messages are written, by the product and by
// departments, and reads it into blocks that become HTML or plain text.
//
// A blank line ends a paragraph; "== " begins a heading, "- " an item of a list. A placeholder is a name
// in braces, such as {date}. A line may begin with marks in brackets, such as [vidéo] or
// [déplacé, représentant]: it is there only when all of them hold. Names are read without regard to
// accents and capitals; a placeholder with a capital begins with one.
//
// A value never becomes markup: the text is read first and filled once.
package markup

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Problem is something in a text that cannot be read.
type Problem struct {
	// Code is "placeholder_unknown", "mark_unknown" or "brace_open".
	Code string
	// Name is what was found in the braces or brackets.
	Name string
}

// Vocabulary is what may stand in braces and in brackets.
type Vocabulary struct{ Placeholders, Marks []string }

// Text is a text that was read.
type Text struct{ lines []line }

type kind int

const (
	plain kind = iota
	blank
	heading
	item
)

type line struct {
	kind  kind
	marks []string
	parts []part
}

// part is literal text, or a placeholder when name is not "".
type part struct {
	text, name string
	capital    bool
}

// Fold makes a name comparable: lower case, no accents, one space between words.
func Fold(name string) string {
	var b strings.Builder
	for _, r := range norm.NFD.String(strings.ToLower(name)) {
		switch {
		case unicode.Is(unicode.Mn, r):
		case unicode.IsSpace(r):
			b.WriteByte(' ')
		case r == '’':
			b.WriteByte('\'')
		default:
			b.WriteRune(r)
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// find returns the word of the list that name stands for.
func find(list []string, name string) (string, bool) {
	folded := Fold(name)
	i := slices.IndexFunc(list, func(known string) bool { return Fold(known) == folded })
	if i < 0 {
		return "", false
	}
	return list[i], true
}

var (
	markForm        = regexp.MustCompile(`^\[([^\[\]]{1,60})\]\s*`)
	placeholderForm = regexp.MustCompile(`\{([^{}\n]{1,60})\}`)
)

// Parse reads a text. What cannot be read stays in it as it was typed, and is told.
func Parse(source string, known Vocabulary) (Text, []Problem) {
	var t Text
	var problems []Problem
	for raw := range strings.Lines(clean(source)) {
		l, wrong := parseLine(strings.TrimSpace(raw), known)
		t.lines = append(t.lines, l)
		problems = append(problems, wrong...)
	}
	return t, problems
}

var newlines = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u2028", "\n", "\u2029", "\n")

// clean leaves lines of visible text.
func clean(s string) string {
	s = newlines.Replace(strings.ToValidUTF8(s, ""))
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n':
			return r
		case r == '\t':
			return ' '
		case unicode.IsControl(r), r == '\ufeff', r >= '\u202a' && r <= '\u202e', r >= '\u2066' && r <= '\u2069':
			return -1 // what turns the direction of a text could make it read otherwise than it is
		}
		return r
	}, s)
}

// Line is a value on one line, without what cannot be seen.
func Line(s string) string {
	return strings.Join(strings.FieldsFunc(clean(s), func(r rune) bool { return r == ' ' || r == '\n' }), " ")
}

func parseLine(s string, known Vocabulary) (line, []Problem) {
	var l line
	var problems []Problem
	for {
		found := markForm.FindStringSubmatch(s)
		if found == nil {
			break
		}
		for name := range strings.SplitSeq(found[1], ",") {
			mark, ok := find(known.Marks, name)
			if !ok {
				problems = append(problems, Problem{"mark_unknown", strings.TrimSpace(name)})
				continue
			}
			l.marks = append(l.marks, mark)
		}
		s = s[len(found[0]):]
	}
	switch {
	case s == "" && l.marks == nil:
		l.kind = blank
		return l, problems
	case strings.HasPrefix(s, "== "):
		l.kind, s = heading, strings.TrimSpace(s[3:])
	case strings.HasPrefix(s, "- "):
		l.kind, s = item, strings.TrimSpace(s[2:])
	}
	parts, wrong := parseParts(s, known)
	l.parts = parts
	return l, append(problems, wrong...)
}

func parseParts(s string, known Vocabulary) (parts []part, problems []Problem) {
	literal := func(text string) {
		if text == "" {
			return
		}
		if strings.ContainsAny(text, "{}") {
			problems = append(problems, Problem{Code: "brace_open"})
		}
		parts = append(parts, part{text: text})
	}
	end := 0
	for _, at := range placeholderForm.FindAllStringSubmatchIndex(s, -1) {
		typed := s[at[2]:at[3]]
		name, ok := find(known.Placeholders, typed)
		literal(s[end:at[0]])
		end = at[1]
		if !ok {
			problems = append(problems, Problem{"placeholder_unknown", strings.TrimSpace(typed)})
			parts = append(parts, part{text: s[at[0]:at[1]]})
			continue
		}
		first, _ := utf8.DecodeRuneInString(strings.TrimSpace(typed))
		parts = append(parts, part{name: name, capital: unicode.IsUpper(first)})
	}
	literal(s[end:])
	return parts, problems
}

// Uses tells whether a placeholder stands anywhere in what is shown when exactly these marks hold.
func (t Text) Uses(placeholder string, marks ...string) bool {
	for _, l := range t.shown(marks) {
		for _, p := range l.parts {
			if p.name == placeholder {
				return true
			}
		}
	}
	return false
}

// Marked tells whether a line depends on the mark.
func (t Text) Marked(mark string) bool {
	return slices.ContainsFunc(t.lines, func(l line) bool { return slices.Contains(l.marks, mark) })
}

// shown are the lines that are there when exactly these marks hold.
func (t Text) shown(marks []string) []line {
	var out []line
	for _, l := range t.lines {
		if !slices.ContainsFunc(l.marks, func(m string) bool { return !slices.Contains(marks, m) }) {
			out = append(out, l)
		}
	}
	return out
}

// Literals are the words of a text without its placeholders and marks, a line each.
func (t Text) Literals() string {
	var b strings.Builder
	for _, l := range t.lines {
		for _, p := range l.parts {
			if p.name != "" {
				b.WriteByte(' ')
				continue
			}
			b.WriteString(p.text)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// Typeset returns the text with its literal words changed by f.
func (t Text) Typeset(f func(string) string) Text {
	out := Text{lines: slices.Clone(t.lines)}
	for i, l := range out.lines {
		l.parts = slices.Clone(l.parts)
		for j := range l.parts {
			l.parts[j].text = f(l.parts[j].text)
		}
		out.lines[i] = l
	}
	return out
}

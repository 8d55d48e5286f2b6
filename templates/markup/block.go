package markup

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Value is what a placeholder stands for.
type Value struct {
	// Text is what is read, on one line.
	Text string
	// URL makes it a link; at the end of a line after ":", or alone on it, it becomes a button.
	URL string
	// Label is the button's where the line gives none.
	Label string
	// Tel makes it a telephone link.
	Tel string
	// Card, alone on its line, becomes a frame with these lines.
	Card [][]Span
}

// Kind is what a block is.
type Kind string

// The kinds of blocks.
const (
	Paragraph Kind = "paragraph"
	Heading   Kind = "heading"
	List      Kind = "list"
	Card      Kind = "card"
	Button    Kind = "button"
)

// Block is a part of a message.
type Block struct {
	Kind Kind
	// Lines are those of a paragraph or a card, or the items of a list; a heading has one.
	Lines [][]Span
	// Label and URL are a button's.
	Label, URL string
}

// Span is a piece of a line.
type Span struct {
	Text   string
	URL    string
	Tel    string
	Strong bool
}

// longestLabel is how many characters a button can hold on a telephone, on two lines.
const longestLabel = 60

// Fill puts the values of the placeholders into the lines that are there when exactly these marks hold.
// A placeholder without a value is empty.
func (t Text) Fill(values map[string]Value, marks ...string) []Block {
	var blocks []Block
	var open *Block
	add := func(k Kind, spans []Span) {
		if open == nil || open.Kind != k || k == Heading {
			blocks = append(blocks, Block{Kind: k})
			open = &blocks[len(blocks)-1]
		}
		open.Lines = append(open.Lines, spans)
	}
	for _, l := range t.shown(marks) {
		if l.kind == blank {
			open = nil
			continue
		}
		if b, ok := l.standing(values); ok {
			blocks, open = append(blocks, b), nil
			continue
		}
		spans := l.spans(values)
		switch {
		case len(spans) == 0:
		case l.kind == heading:
			add(Heading, spans)
		case l.kind == item:
			add(List, spans)
		default:
			add(Paragraph, spans)
		}
	}
	return blocks
}

// standing is the block that a line makes by itself: a card or a button.
func (l line) standing(values map[string]Value) (Block, bool) {
	if l.kind != plain || len(l.parts) == 0 {
		return Block{}, false
	}
	before, last := l.parts[:len(l.parts)-1], l.parts[len(l.parts)-1]
	v := values[last.name]
	switch {
	case last.name == "":
	case v.Card != nil && len(before) == 0:
		return Block{Kind: Card, Lines: v.Card}, true
	case v.URL != "":
		label := textOf(line{parts: before}.spans(values))
		if label == "" {
			return Block{Kind: Button, Label: v.Label, URL: v.URL}, true
		}
		short, ok := strings.CutSuffix(strings.TrimSpace(label), ":")
		if ok && utf8.RuneCountInString(label) <= longestLabel {
			return Block{Kind: Button, Label: strings.TrimRightFunc(short, unicode.IsSpace), URL: v.URL}, true
		}
	}
	return Block{}, false
}

func (l line) spans(values map[string]Value) []Span {
	var out []Span
	for _, p := range l.parts {
		s := Span{Text: p.text}
		if p.name != "" {
			v := values[p.name]
			s = Span{Text: v.Text, URL: v.URL, Tel: v.Tel}
			if p.capital {
				s.Text = Capital(s.Text)
			}
		}
		switch last := len(out) - 1; {
		case s.Text == "":
		case s.URL == "" && s.Tel == "" && last >= 0 && out[last].URL == "" && out[last].Tel == "":
			out[last].Text += s.Text
		default:
			out = append(out, s)
		}
	}
	return out
}

// longestGreeting is how many characters a greeting has at most.
const longestGreeting = 40

// Greets tells whether the block is a greeting, such as "Bonjour,".
func (b Block) Greets() bool {
	if b.Kind != Paragraph || len(b.Lines) != 1 {
		return false
	}
	text := textOf(b.Lines[0])
	return strings.HasSuffix(text, ",") && utf8.RuneCountInString(text) <= longestGreeting
}

// Capital makes the first letter a capital.
func Capital(s string) string {
	first, size := utf8.DecodeRuneInString(s)
	if size == 0 {
		return s
	}
	return string(unicode.ToUpper(first)) + s[size:]
}

func textOf(spans []Span) string {
	var b strings.Builder
	for _, s := range spans {
		b.WriteString(s.Text)
	}
	return b.String()
}

// OneLine writes the text on one line, such as a subject or an SMS; addresses are written out.
func (t Text) OneLine(values map[string]Value, marks ...string) string {
	var lines []string
	for _, l := range t.shown(marks) {
		lines = append(lines, textOf(l.spans(values)))
	}
	return Line(strings.Join(lines, "\n"))
}

// Plain writes blocks as plain text, with an empty line between them. colon stands between the label and
// the address of a button.
func Plain(blocks []Block, colon string) string {
	written := make([]string, 0, len(blocks))
	for _, b := range blocks {
		var lines []string
		for _, spans := range b.Lines {
			text := textOf(spans)
			if b.Kind == List {
				text = "- " + text
			}
			lines = append(lines, text)
		}
		if b.Kind == Button {
			if b.Label != "" {
				lines = append(lines, b.Label+colon)
			}
			lines = append(lines, b.URL)
		}
		written = append(written, strings.Join(lines, "\n"))
	}
	return strings.Join(written, "\n\n")
}

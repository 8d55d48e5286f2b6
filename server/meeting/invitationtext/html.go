package invitationtext

import (
	"regexp"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

var (
	htmlTag  = regexp.MustCompile(`(?i)<(?:!doctype|html|head|body|div|p|br|table|tr|td|span|a|ul|ol|li|b|strong|font|pre|h[1-6])(?:\s[^<>]*)?/?>`)
	autoLink = regexp.MustCompile(`<((?:https?|zoommtg|msteams):[^<>\s"]+)>`)
)

func isHTML(s string) bool { return htmlTag.MatchString(s) }

var skipped = map[atom.Atom]bool{atom.Script: true, atom.Style: true, atom.Title: true, atom.Template: true}

var blocks = map[atom.Atom]bool{
	atom.P: true, atom.Div: true, atom.Tr: true, atom.Table: true, atom.Li: true, atom.Ul: true,
	atom.Ol: true, atom.H1: true, atom.H2: true, atom.H3: true, atom.H4: true, atom.H5: true,
	atom.H6: true, atom.Hr: true, atom.Blockquote: true, atom.Section: true, atom.Article: true,
	atom.Header: true, atom.Footer: true, atom.Pre: true, atom.Dt: true, atom.Dl: true, atom.Center: true,
}

// pageText collects the visible text of a page.
type pageText struct {
	b     strings.Builder
	depth int      // inside so many skipped elements
	pre   int      // inside so many <pre>
	hrefs []string // targets of the open links
	mark  []int    // where the words of each open link begin
}

// htmlText gives the visible text; the target of a link follows its words in angle brackets
// unless the words are the target. Comments (and Outlook's conditional ones) are dropped.
func htmlText(s string) string {
	var t pageText
	z := html.NewTokenizer(strings.NewReader(autoLink.ReplaceAllString(s, "&lt;$1&gt;")))
	for {
		switch z.Next() {
		case html.ErrorToken:
			t.closeLinks()
			return t.b.String()
		case html.TextToken:
			t.text(string(z.Text()))
		case html.StartTagToken, html.SelfClosingTagToken:
			tok := z.Token()
			t.start(tok)
			if tok.Type == html.SelfClosingTagToken && (tok.DataAtom == atom.A || skipped[tok.DataAtom]) {
				t.end(tok)
			}
		case html.EndTagToken:
			t.end(z.Token())
		case html.CommentToken, html.DoctypeToken:
		}
	}
}

func (t *pageText) text(raw string) {
	if t.depth > 0 {
		return
	}
	s := html.UnescapeString(raw)
	if t.pre > 0 {
		t.b.WriteString(s)
		return
	}
	// A line end in the source is a space on the page.
	t.b.WriteString(strings.NewReplacer("\n", " ", "\t", " ").Replace(s))
}

func (t *pageText) start(tok html.Token) {
	switch {
	case skipped[tok.DataAtom]:
		t.depth++
	case tok.DataAtom == atom.Br, blocks[tok.DataAtom]:
		t.b.WriteByte('\n')
	case tok.DataAtom == atom.A:
		t.closeLinks()
		t.hrefs = append(t.hrefs, attribute(tok, "href"))
		t.mark = append(t.mark, t.b.Len())
	}
	if tok.DataAtom == atom.Pre {
		t.pre++
	}
}

func (t *pageText) end(tok html.Token) {
	switch {
	case skipped[tok.DataAtom]:
		t.depth = max(0, t.depth-1)
	case tok.DataAtom == atom.A:
		t.closeLinks()
	case tok.DataAtom == atom.Td || tok.DataAtom == atom.Th:
		t.b.WriteByte(' ')
	case blocks[tok.DataAtom]:
		t.b.WriteByte('\n')
	}
	if tok.DataAtom == atom.Pre {
		t.pre = max(0, t.pre-1)
	}
}

// closeLinks writes the targets of open links: links do not nest, but broken pages leave them open.
func (t *pageText) closeLinks() {
	for i, href := range t.hrefs {
		href = strings.Join(strings.Fields(href), "")
		words := strings.TrimSpace(t.b.String()[t.mark[i]:])
		scheme, _, _ := strings.Cut(strings.ToLower(href), ":")
		switch scheme {
		case "http", "https", "zoommtg", "zoomus", "msteams":
			if words != href {
				t.b.WriteString(" <" + href + "> ")
			}
		}
	}
	t.hrefs, t.mark = nil, nil
}

func attribute(tok html.Token, name string) string {
	for _, a := range tok.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

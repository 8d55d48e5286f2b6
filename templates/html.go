package templates

import (
	"html"
	"html/template"
	"strings"

	"teleconsult/templates/markup"
)

// The blocks of an e-mail are written by hand: thousands of messages a minute are rendered, and html/template
// takes several times as long for them. Every text goes through esc, every address through href.

// Styles stand on the elements, because several mail clients drop a style sheet; the classes are for dark mode.
const (
	fontStyle  = `font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif`
	openTable  = `<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0"`
	linkStyle  = `class="link" style="color:#0b4f82;word-break:break-all"`
	openCard   = openTable + ` class="card" style="background:#f3f7fa;border:1px solid #d6e0e8;border-radius:10px;margin:0 0 20px"><tr><td class="ink" style="padding:16px 20px;` + fontStyle + `;font-size:16px;line-height:25px;color:#17222c">`
	openButton = openTable + ` style="margin:0 0 14px"><tr><td align="center" bgcolor="#0b4f82" class="press" style="background:#0b4f82;border-radius:10px"><a href="`
	midButton  = `" target="_blank" rel="noopener" style="display:block;padding:15px 18px;` + fontStyle + `;font-size:17px;line-height:22px;font-weight:600;color:#ffffff;text-decoration:none;border-radius:10px">`
)

// esc makes a text of a text, also inside the quotes of an attribute.
func esc(s string) string { return html.EscapeString(s) }

// href is an address that may be followed, "#" for one that is none of the web.
func href(url string) string {
	if !strings.HasPrefix(url, "https://") && !strings.HasPrefix(url, "http://") {
		return "#"
	}
	return esc(url)
}

func bodyHTML(blocks []markup.Block, copyThis string) template.HTML {
	var b strings.Builder
	b.Grow(4096)
	for _, block := range blocks {
		writeBlock(&b, block, copyThis)
	}
	return template.HTML(b.String()) //nolint:gosec // escaped piece by piece
}

func footHTML(blocks []markup.Block) template.HTML {
	var b strings.Builder
	for _, block := range blocks {
		b.WriteString("\n" + `<p style="margin:0 0 8px">`)
		writeLines(&b, block.Lines)
		b.WriteString("</p>")
	}
	return template.HTML(b.String()) //nolint:gosec // escaped piece by piece
}

func writeBlock(b *strings.Builder, block markup.Block, copyThis string) {
	switch block.Kind {
	case markup.Heading:
		b.WriteString(`<h2 class="ink" style="margin:0 0 8px;font-size:17px;line-height:24px;font-weight:700;color:#17222c">`)
		writeLines(b, block.Lines)
		b.WriteString("</h2>\n")
	case markup.List:
		b.WriteString(`<ul class="ink" style="margin:0 0 20px;padding:0 0 0 20px;color:#17222c">`)
		for _, item := range block.Lines {
			b.WriteString("\n" + `<li style="margin:0 0 6px">`)
			writeSpans(b, item)
			b.WriteString("</li>")
		}
		b.WriteString("\n</ul>\n")
	case markup.Card:
		b.WriteString(openCard)
		writeLines(b, block.Lines)
		b.WriteString("</td></tr></table>\n")
	case markup.Button:
		link := href(block.URL)
		b.WriteString(openButton + link + midButton + esc(block.Label) + "</a></td></tr></table>\n")
		b.WriteString(`<p class="soft" style="margin:0 0 22px;font-size:14px;line-height:21px;color:#51606d">` + esc(copyThis) +
			`<br><a href="` + link + `" ` + linkStyle + `>` + esc(block.URL) + "</a></p>\n")
	case markup.Paragraph:
		b.WriteString(`<p class="ink" style="margin:0 0 16px;color:#17222c">`)
		writeLines(b, block.Lines)
		b.WriteString("</p>\n")
	}
}

func writeLines(b *strings.Builder, lines [][]markup.Span) {
	for i, spans := range lines {
		if i > 0 {
			b.WriteString("<br>")
		}
		writeSpans(b, spans)
	}
}

func writeSpans(b *strings.Builder, spans []markup.Span) {
	for _, s := range spans {
		switch text := esc(s.Text); {
		case s.Tel != "":
			b.WriteString(`<a href="tel:` + esc(s.Tel) + `" class="link" style="color:#0b4f82;white-space:nowrap">` + text + `</a>`)
		case s.URL != "":
			b.WriteString(`<a href="` + href(s.URL) + `" ` + linkStyle + `>` + text + `</a>`)
		case s.Strong:
			b.WriteString(`<strong style="font-size:18px">` + text + `</strong>`)
		default:
			b.WriteString(text)
		}
	}
}

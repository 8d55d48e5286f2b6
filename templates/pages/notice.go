package pages

import (
	"bytes"
	"fmt"
	"strings"
	"text/template"

	"teleconsult/templates"
)

// NoticeText is what the text of a notice depends on. Nothing in it is personal: two patients who are
// informed of the same thing read the same text.
type NoticeText struct {
	// Tool is a tool's code, "telephone" by telephone.
	Tool string
	// Provisional: the tool is not one that the hospital holds to be secure.
	Provisional bool
	// Preferred is the code of the secure tool that comes first, "" when there is none.
	Preferred string
	// Representative: a legal representative reads and decides.
	Representative bool
	// Controller and DPO name who answers for the data (GDPR article 13).
	Controller, DPO string
}

// NoticeSection is a part of a notice under its title; the first section is the summary.
type NoticeSection struct {
	Title string
	Parts []NoticePart
}

// longSection is the number of items from which a section is folded on the page.
const longSection = 7

// Long tells whether the section is better folded away at first.
func (s NoticeSection) Long() bool {
	items := 0
	for _, p := range s.Parts {
		items += len(p.Items)
	}
	return items >= longSection
}

// NoticePart is a paragraph, or a list.
type NoticePart struct {
	Text  string
	Items []string
}

// toolNames are the tools as patients know them; the languages differ where there is no name.
var toolNames = map[string]string{
	"ortif": "ORTIF", "zoom": "Zoom", "lasuite_visio": "Visio (La Suite numérique)", "teams": "Microsoft Teams", "webex": "Webex",
	"jitsi": "Jitsi Meet", "google_meet": "Google Meet", "bigbluebutton": "BigBlueButton", "doctolib": "Doctolib", "doxy_me": "doxy.me",
}

func toolName(language, code string) string {
	switch name, known := toolNames[code]; {
	case known:
		return name
	case code == "telephone" && language == "en":
		return "the telephone"
	case code == "telephone":
		return "le téléphone"
	case language == "en":
		return "another video tool"
	}
	return "un autre outil vidéo"
}

// abroad are the tools whose maker, or whose usual server, is outside the European Union. A tool that is
// not known is one of them.
func abroad(tool string) bool {
	switch tool {
	case "telephone", "ortif", "lasuite_visio", "bigbluebutton", "doctolib":
		return false
	}
	return true
}

// noticeData is NoticeText in one language.
type noticeData struct {
	NoticeText
	ToolName, PreferredName string
	Telephone, Abroad       bool
}

var notices = parseNotices()

func parseNotices() map[string]*template.Template {
	all := map[string]*template.Template{}
	for _, language := range templates.Languages {
		text := templates.Typeset(language, pageText("notice."+language+".txt"))
		all[language] = template.Must(template.New("notice").Option("missingkey=error").Parse(text))
	}
	return all
}

// RenderNotice renders a notice as plain text: a line "== Title" begins a section, "- " an item of a list,
// every other line is a paragraph. This text is what is kept as evidence, and what the page is made from.
func RenderNotice(language string, n NoticeText) (string, error) {
	t, ok := notices[language]
	if !ok {
		return "", fmt.Errorf("no notice in %q", language)
	}
	data := noticeData{
		NoticeText: n, ToolName: toolName(language, n.Tool), Telephone: n.Tool == "telephone", Abroad: abroad(n.Tool),
	}
	if n.Preferred != "" && n.Preferred != n.Tool {
		data.PreferredName = toolName(language, n.Preferred)
	}
	var b bytes.Buffer
	if err := t.Execute(&b, data); err != nil {
		return "", fmt.Errorf("notice in %s: %w", language, err)
	}
	var lines []string
	for line := range strings.Lines(b.String()) {
		if line = strings.TrimRight(line, " \r\n"); line != "" {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n") + "\n", nil
}

// NoticeSections reads the text of a notice, as RenderNotice writes it.
func NoticeSections(body string) []NoticeSection {
	var sections []NoticeSection
	for line := range strings.Lines(body) {
		line = strings.TrimSpace(line)
		if title, ok := strings.CutPrefix(line, "== "); ok || len(sections) == 0 {
			sections = append(sections, NoticeSection{Title: title})
			continue
		}
		s := &sections[len(sections)-1]
		item, isItem := strings.CutPrefix(line, "- ")
		switch last := len(s.Parts) - 1; {
		case isItem && last >= 0 && s.Parts[last].Items != nil:
			s.Parts[last].Items = append(s.Parts[last].Items, item)
		case isItem:
			s.Parts = append(s.Parts, NoticePart{Items: []string{item}})
		default:
			s.Parts = append(s.Parts, NoticePart{Text: line})
		}
	}
	return sections
}

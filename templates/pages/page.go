// Package pages holds the pages that patients see in their browser, and the text of the notice, in every language.
package pages

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"maps"
	"strings"
	"time"

	"teleconsult/templates"
)

//go:embed *.html *.css *.txt
var pageFiles embed.FS

// Page is the typed content of one patient page.
type Page interface {
	file() string
	language() string
}

// Frame is what surrounds every patient page.
type Frame struct {
	// Language is one of templates.Languages.
	Language string
	// Base is the path of the personal page, "/p/<token>", "" on a page that belongs to none.
	Base string
	// Self is the path to which the language switch leads, "" for no switch.
	Self string
	// Query is what goes from page to page: the language once the reader chose one, and Mark; "" for neither.
	Query string
	// Mark is the parameter m of the link that was opened, "" when it had none; the language switch keeps it.
	Mark string
	// Hospital and Phone (the department's) are "" where they are not known.
	Hospital string
	Phone    string
}

func (f Frame) language() string { return f.Language }

// BirthDatePage asks for the birth date. It shows nothing personal.
type BirthDatePage struct {
	Frame
	// Representative: somebody else than the patient reads.
	Representative bool
	// Day, Month and Year are as they were typed.
	Day, Month, Year string
	// Problem is "", "wrong" or "unreadable".
	Problem string
	// Remaining is the number of tries left, 0 when it is not worth saying.
	Remaining int
	// LockedMinutes is 0 unless no try is accepted.
	LockedMinutes int
}

// EncounterPage is the personal page: when, with whom, the notice and its question, the portal, the day.
type EncounterPage struct {
	Frame
	templates.Appointment
	// Patient and Practitioner are full names.
	Patient, Practitioner string
	Representative        bool
	// Tool is a tool's code.
	Tool string
	// State is "going-on", "finished" or "cancelled".
	State string
	// Answer is "", "agreed" or "refused", for the tool in use.
	Answer string
	// MayAnswer: the consultation has not begun.
	MayAnswer bool
	// OtherTool: an answer was given for another tool.
	OtherTool     bool
	Notice        []NoticeSection
	NoticeVersion string
	// Explanation is as it was typed.
	Explanation string
	// Problem is "", "notice" (it changed meanwhile), "answer", "explanation" "portal" or "device".
	Problem string
	// Portal is "" or the answer: open, declined, impossible.
	Portal    string
	PortalURL string
	// RoomOpens is when the waiting room opens; RoomOpen tells whether it is open.
	RoomOpens time.Time
	RoomOpen  bool
	// NumberEnd is the end of the number that is called, "" when there is none.
	NumberEnd string
	// MayTest: the device can be tried. Device is what the patient said then: "", "works" or "problem".
	MayTest bool
	Device  string
	// LateMinutes is by how much the practitioner said to be late, 0 for nothing said.
	LateMinutes int
}

// testPages are the tools' own public pages on which anybody can try a device without a meeting. Only addresses
// that the maker itself gives; the other tools have words instead, which ask for no more than a telephone.
var testPages = map[string]string{
	"zoom":  "https://zoom.us/test",
	"webex": "https://www.webex.com/test-meeting.html",
}

// TestPage is where the tool lets anybody try a device, "" where it has no such page.
func (p EncounterPage) TestPage() string { return testPages[p.Tool] }

// WaitingRoomPage is where the patient waits and opens the meeting from.
type WaitingRoomPage struct {
	Frame
	templates.Appointment
	Patient, Practitioner string
	Tool                  string
	// HasLink: there is a meeting to open.
	HasLink bool
	// InMeeting: it was opened.
	InMeeting bool
	// Shows names what this page shows, for WaitingStatePage to notice when that is outdated.
	Shows string
}

// WaitingStatePage is the part of the waiting room that is loaded again and again (by the Refresh header of
// its answer), so that the rest stays still under the reader's finger or screen reader; each load is a sign
// of life.
type WaitingStatePage struct {
	Frame
	Start time.Time
	Zone  string
	// Seconds between two loads.
	Seconds int
	Checked time.Time
	// Started: the practitioner has begun. Late: it is past the time. Over: the room is closed.
	Started, Late, Over bool
	// LateMinutes is by how much the practitioner said to be late, 0 for nothing said.
	LateMinutes int
	// Reload: the room around shows something outdated.
	Reload bool
}

// MessagePage says why there is nothing else to see.
type MessagePage struct {
	Frame
	// Kind is "invalid" (unknown, expired or revoked link), "busy", "often", "refused" or "failed".
	Kind string
	// Action and Fields send again what could not be taken ("busy"), so that nothing typed is lost.
	Action string
	Fields []Field
}

// Field is a field of a form to be sent again.
type Field struct{ Name, Value string }

// LostPage sends a lost link again. Its answer is the same whether or not there is an appointment.
type LostPage struct {
	Frame
	Contact, Day, Month, Year string
	// Problem: something is missing. Sent: the request was taken.
	Problem, Sent bool
}

// DropPage asks for what opens a document. It shows nothing personal.
type DropPage struct {
	Frame
	Representative bool
	// Until is when the document is deleted, in Zone; Left is how many downloads are left.
	Until time.Time
	Zone  string
	Left  int
	// Day, Month, Year and Password are as they were typed.
	Day, Month, Year, Password string
	// Problem is "", "wrong", "unreadable" or "locked".
	Problem string
	// Remaining is the number of tries left, 0 when it is not worth saying.
	Remaining int
}

func (BirthDatePage) file() string    { return "birth-date" }
func (EncounterPage) file() string    { return "encounter" }
func (WaitingRoomPage) file() string  { return "waiting-room" }
func (WaitingStatePage) file() string { return "waiting-state" }
func (MessagePage) file() string      { return "message" }
func (LostPage) file() string         { return "lost" }
func (DropPage) file() string         { return "drop" }

type pageKey struct{ file, language string }

var (
	pageStyle = strings.ReplaceAll(pageText("style.css"), "\n", "")
	pages     = parsePages()
)

func parsePages() map[pageKey]*template.Template {
	all := map[pageKey]*template.Template{}
	for _, language := range templates.Languages {
		for _, file := range []string{"birth-date", "encounter", "waiting-room", "message", "lost", "drop"} {
			all[pageKey{file, language}] = parsePage(language, "layout.html", "words."+language+".html", ""+file+".html")
		}
		all[pageKey{"waiting-state", language}] = parsePage(language, "waiting-state.html", "words."+language+".html")
	}
	return all
}

// parsePage parses the files; the first one is what is rendered.
func parsePage(language string, names ...string) *template.Template {
	t := template.New("page").Funcs(pageFunctions(language)).Option("missingkey=error")
	for i := len(names) - 1; i >= 0; i-- {
		text := pageText(names[i])
		if strings.HasPrefix(names[i], "words.") {
			text = templates.Typeset(language, text)
		}
		template.Must(t.Parse(text))
	}
	return t
}

func pageFunctions(language string) template.FuncMap {
	f := template.FuncMap{}
	maps.Copy(f, templates.Functions(language))
	other, otherName := "en", "English"
	if language == "en" {
		other, otherName = "fr", "Français"
	}
	f["otherLang"] = func() string { return other }
	f["otherLangName"] = func() string { return otherName }
	f["toolName"] = func(code string) string { return toolName(language, code) }
	f["style"] = func() template.CSS { return template.CSS(pageStyle) } //nolint:gosec // our own style sheet
	return f
}

func pageText(name string) string {
	b, err := pageFiles.ReadFile(name)
	if err != nil {
		panic(err) // the file is embedded or the program is wrong
	}
	return string(b)
}

// Render renders a patient page as a whole HTML document.
func Render(p Page) ([]byte, error) {
	t, ok := pages[pageKey{p.file(), p.language()}]
	if !ok {
		return nil, fmt.Errorf("no page %s.%s", p.file(), p.language())
	}
	var b bytes.Buffer
	if err := t.Execute(&b, p); err != nil {
		return nil, fmt.Errorf("page %s.%s: %w", p.file(), p.language(), err)
	}
	return b.Bytes(), nil
}

// StyleHash is the SHA-256 of the inline style sheet of every patient page in base64, as a content security
// policy names it.
func StyleHash() string {
	sum := sha256.Sum256([]byte(pageStyle))
	return base64.StdEncoding.EncodeToString(sum[:])
}

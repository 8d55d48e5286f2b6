// Package templates holds every text that patients read, in French and English, and renders it from
// one typed struct per template.
//
// The words of the messages are in words/, in the form of package markup; a department may put its own
// in their place (Wording). Around the words of an e-mail stands always the product's layout, with the
// sentences that must be there.
//
// Rules for messages (design 3.8): no medical word, no speciality, no reason, no name of a patient
// or a practitioner; nothing remote in an e-mail; an SMS fits one part of 160 GSM-7 septets.
package templates

import (
	"bytes"
	"fmt"
	"html/template"
	"strings"

	"teleconsult/templates/markup"
)

// Languages are those that every template exists in; the first is the default.
var Languages = [...]string{"fr", "en"}

// Mail is a rendered e-mail.
type Mail struct {
	Subject string
	Text    string
	HTML    string
}

// selfWorded is content that brings its own words: a trial, or a message to staff.
type selfWorded interface {
	email(language string) (Mail, error)
	sms(language string) (string, error)
}

// mailPage is what the layout shows.
type mailPage struct {
	Subject, Title, Preheader, Hospital string
	Body, Foot                          template.HTML
}

// RenderEmailWorded renders c as an e-mail in the words of a department; the zero Wording stands for the
// product's own. A wording that cannot be read is an error.
func RenderEmailWorded(language string, c Content, w Wording) (Mail, error) {
	if own, ok := c.(selfWorded); ok {
		return own.email(language)
	}
	m, err := layOut(language, c, w)
	if err != nil {
		return Mail{}, err
	}
	page := m.page
	page.Body, page.Foot = bodyHTML(m.blocks, m.frame.copyThis), footHTML(m.foot)
	html := bytes.NewBuffer(make([]byte, 0, htmlSize))
	if err = layouts[language].Execute(html, page); err != nil {
		return Mail{}, fmt.Errorf("html of %s.%s: %w", c.Name(), language, err)
	}
	return Mail{Subject: page.Subject, Text: m.text(), HTML: html.String()}, nil
}

// RenderEmailText is RenderEmailWorded without the HTML part, which takes most of the time.
func RenderEmailText(language string, c Content, w Wording) (subject, text string, err error) {
	if own, ok := c.(selfWorded); ok {
		mail, err := own.email(language)
		return mail.Subject, mail.Text, err
	}
	m, err := layOut(language, c, w)
	if err != nil {
		return "", "", err
	}
	return m.page.Subject, m.text(), nil
}

// laidOut is an e-mail whose words are filled in.
type laidOut struct {
	page         mailPage
	blocks, foot []markup.Block
	frame        frame
}

func layOut(language string, c Content, w Wording) (laidOut, error) {
	kind := Kind{Name: c.Name(), Language: language}
	own, ok := emails[kind]
	if !ok {
		return laidOut{}, fmt.Errorf("no template %s.%s", c.Name(), language)
	}
	filled, err := fill(kind, c.facts())
	if err != nil {
		return laidOut{}, fmt.Errorf("%s.%s: %w", c.Name(), language, err)
	}
	subject, body := own.subject, own.body
	if w != (Wording{}) {
		if subject, body, err = kind.read(w); err != nil {
			return laidOut{}, err
		}
	}
	filled.label(filled.oneLine(own.button))
	return laidOut{
		blocks: filled.movedBody(body), foot: filled.blocks(feet[language]), frame: frames[language],
		page: mailPage{
			Subject: filled.movedSubject(filled.oneLine(subject)), Title: filled.oneLine(own.title), Preheader: filled.oneLine(own.preheader),
			Hospital: filled.values[phHospital].Text,
		},
	}, nil
}

func (m laidOut) text() string {
	return m.page.Title + "\n\n" + markup.Plain(m.blocks, m.frame.colon) + "\n\n--\n" + markup.Plain(m.foot, m.frame.colon) + "\n"
}

// htmlSize is about that of an e-mail, in bytes.
const htmlSize = 12 << 10

// RenderSMSWorded renders c as an SMS, on one line, in the words of a department; "" stands for the
// product's own. The hospital's brand begins it.
func RenderSMSWorded(language string, c Content, body string) (string, error) {
	if own, ok := c.(selfWorded); ok {
		return own.sms(language)
	}
	kind := Kind{Name: c.Name(), Language: language, SMS: true}
	text, ok := texts[kind]
	if !ok {
		return "", fmt.Errorf("no template %s.%s", c.Name(), language)
	}
	filled, err := fill(kind, c.facts())
	if err != nil {
		return "", fmt.Errorf("%s.%s: %w", c.Name(), language, err)
	}
	if body != "" {
		if _, text, err = kind.read(Wording{Body: body}); err != nil {
			return "", err
		}
	}
	said := filled.oneLine(text)
	if filled.unsaidMove(text) {
		said = frames[language].movedSMS + said
	}
	return noBreak.Replace(filled.brand + ": " + said), nil
}

// noBreak makes plain spaces of those that would cost an SMS its alphabet.
var noBreak = strings.NewReplacer("\u00a0", " ", "\u202f", " ")

// frame is what the layout says in one language, around any words.
type frame struct {
	copyThis, colon                   string
	movedSubject, movedBody, movedSMS string
}

var frames = map[string]frame{
	"fr": {
		copyThis: "Si le bouton ne s’ouvre pas, copiez cette adresse\u00a0:", colon: "\u00a0:", movedSubject: "Nouvel horaire\u00a0: ",
		movedBody: "{Votre rendez-vous} a un nouvel horaire, qui remplace le précédent.", movedSMS: "nouvel horaire. ",
	},
	"en": {
		copyThis: "If the button does not open, copy this address:", colon: ":", movedSubject: "New time: ",
		movedBody: "There is a new time for {votre rendez-vous}, which replaces the previous one.", movedSMS: "new time. ",
	},
}

// What Outlook for Windows alone reads: it lays a mail out like a Word document, and takes no max-width, no
// padding of a link, and its default font for one that it does not know.
const (
	outlookHead = `<xml><o:OfficeDocumentSettings><o:PixelsPerInch>96</o:PixelsPerInch></o:OfficeDocumentSettings></xml>` +
		`<style>td,p,li,a,h1,h2,strong{font-family:Arial,sans-serif!important}.press{padding:15px 18px!important}</style>`
	outlookOpen  = `<table role="presentation" width="600" align="center" cellpadding="0" cellspacing="0" border="0"><tr><td>`
	outlookClose = `</td></tr></table>`
)

// previewPadding keeps the first lines of the mail out of the preview that an inbox shows.
var previewPadding = strings.Repeat("&#847;&zwnj;&nbsp;", 60)

var layouts = parseLayouts()

// parseLayouts puts in what is the same in every mail of a language. html/template drops comments, so those for
// Outlook come in as values.
func parseLayouts() map[string]*template.Template {
	all := map[string]*template.Template{}
	for _, language := range Languages {
		source := strings.NewReplacer("LANGUAGE", language, "FONT", fontStyle, "PADDING", previewPadding,
			"OUTLOOK-HEAD", "{{outlook 0}}", "OUTLOOK-OPEN", "{{outlook 1}}", "OUTLOOK-CLOSE", "{{outlook 2}}").Replace(fileText("email/layout.html"))
		parts := make([]template.HTML, 0, 3)
		for _, part := range []string{outlookHead, outlookOpen, outlookClose} {
			parts = append(parts, template.HTML("<!--[if mso]>"+part+"<![endif]-->")) //nolint:gosec // our own tables
		}
		funcs := template.FuncMap{"outlook": func(i int) template.HTML { return parts[i] }}
		all[language] = template.Must(template.New("layout").Funcs(funcs).Option("missingkey=error").Parse(source))
	}
	return all
}

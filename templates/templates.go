// Package templates holds every text that patients read, in French and English, and renders it from
// one typed struct per template.
//
// Rules for messages (design 3.8): no medical word, no speciality, no reason, no name of a patient
// or a practitioner; nothing remote in an e-mail; an SMS fits one part of 160 GSM-7 septets.
package templates

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"encoding/json"
	"fmt"
	htmltemplate "html/template"
	"io"
	"slices"
	"strings"
	texttemplate "text/template"
)

//go:embed email sms
var files embed.FS

// Languages are those that every template exists in; the first is the default.
var Languages = [...]string{"fr", "en"}

// Mail is a rendered e-mail.
type Mail struct {
	Subject string
	Text    string
	HTML    string
}

// message is one message template in one language, parsed.
type message struct {
	version string
	html    *htmltemplate.Template
	text    *texttemplate.Template
	sms     *texttemplate.Template
}

type messageKey struct {
	name     Name
	language string
}

// parsed once at start; a template that does not parse stops the program at once.
var messages = parseMessages()

func parseMessages() map[messageKey]message {
	all := map[messageKey]message{}
	for _, language := range Languages {
		for _, name := range Names() {
			all[messageKey{name, language}] = parseMessage(name, language)
		}
	}
	return all
}

func parseMessage(name Name, language string) message {
	base := string(name) + "." + language
	funcs := functions(language)
	html := []string{"email/layout.html", "email/words." + language + ".html", "email/" + base + ".html"}
	text := []string{"email/layout.txt", "email/words." + language + ".txt", "email/" + base + ".txt"}
	sms := []string{"sms/words." + language + ".txt", "sms/" + base + ".txt"}
	return message{
		version: hash(slices.Concat(html, text, sms)),
		html: htmltemplate.Must(htmltemplate.New("layout.html").Funcs(htmltemplate.FuncMap(funcs)).
			Option("missingkey=error").ParseFS(files, html...)),
		text: texttemplate.Must(texttemplate.New("layout.txt").Funcs(texttemplate.FuncMap(funcs)).
			Option("missingkey=error").ParseFS(files, text...)),
		sms: texttemplate.Must(texttemplate.New(base+".txt").Funcs(texttemplate.FuncMap(funcs)).
			Option("missingkey=error").ParseFS(files, sms...)),
	}
}

// hash is the hex SHA-256 over the named files.
func hash(names []string) string {
	h := sha256.New()
	for _, name := range names {
		b, err := files.ReadFile(name)
		if err != nil {
			panic(err) // the file is embedded or the program is wrong
		}
		_, _ = fmt.Fprintf(h, "%s\n%d\n", name, len(b))
		_, _ = h.Write(b)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// Version names the texts of a template in a language by their content: hex SHA-256 over all files
// that it is made of. It is "" for a template or language that does not exist.
func Version(name Name, language string) string {
	return messages[messageKey{name, language}].version
}

// RenderEmail renders c as an e-mail.
func RenderEmail(language string, c Content) (Mail, error) {
	m, ok := messages[messageKey{c.Name(), language}]
	if !ok {
		return Mail{}, fmt.Errorf("no template %s.%s", c.Name(), language)
	}
	var subject, text, html bytes.Buffer
	if err := m.text.ExecuteTemplate(&subject, "subject", c); err != nil {
		return Mail{}, fmt.Errorf("subject of %s.%s: %w", c.Name(), language, err)
	}
	if err := m.text.Execute(&text, c); err != nil {
		return Mail{}, fmt.Errorf("text of %s.%s: %w", c.Name(), language, err)
	}
	page := struct {
		Content Content
		Subject string
	}{c, oneLine(subject.String())}
	if err := m.html.Execute(&html, page); err != nil {
		return Mail{}, fmt.Errorf("html of %s.%s: %w", c.Name(), language, err)
	}
	return Mail{Subject: page.Subject, Text: tidy(text.String()), HTML: html.String()}, nil
}

// RenderSMS renders c as an SMS, on one line.
func RenderSMS(language string, c Content) (string, error) {
	m, ok := messages[messageKey{c.Name(), language}]
	if !ok {
		return "", fmt.Errorf("no template %s.%s", c.Name(), language)
	}
	var text bytes.Buffer
	if err := m.sms.Execute(&text, c); err != nil {
		return "", fmt.Errorf("sms of %s.%s: %w", c.Name(), language, err)
	}
	return oneLine(text.String()), nil
}

// Decode reads the stored parameters of a template and puts the personal link into them.
func Decode(name Name, params []byte, link string) (Content, error) {
	switch name {
	case NameNotice:
		return decode[Notice](params, link)
	case NameInvitation:
		return decode[Invitation](params, link)
	case NameReminder:
		return decode[Reminder](params, link)
	case NameCancellation:
		return decode[Cancellation](params, link)
	case NamePrescriptionNotice:
		return decode[PrescriptionNotice](params, link)
	}
	return nil, fmt.Errorf("no template %q", name)
}

func decode[T Content](params []byte, link string) (Content, error) {
	var c T
	d := json.NewDecoder(bytes.NewReader(params))
	if err := d.Decode(&c); err != nil && err != io.EOF {
		return nil, fmt.Errorf("parameters of %s: %w", c.Name(), err)
	}
	return c.withLink(link), nil
}

// oneLine joins all white space into single spaces; U+00A0 is kept.
func oneLine(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r == ' ' || r == '\n' || r == '\r' || r == '\t' }), " ")
}

// tidy makes at most one empty line of several, which template actions leave behind.
func tidy(s string) string {
	var out []string
	for line := range strings.Lines(s) {
		line = strings.TrimRight(line, " \t\r\n")
		if line == "" && (len(out) == 0 || out[len(out)-1] == "") {
			continue
		}
		out = append(out, line)
	}
	return strings.TrimRight(strings.Join(out, "\n"), "\n") + "\n"
}

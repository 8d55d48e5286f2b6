package templates

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"strings"
	"unicode"

	"teleconsult/templates/markup"
)

//go:embed email words
var files embed.FS

// Kind names one text that can be worded: a template, in a language, for one of the two channels.
type Kind struct {
	Name     Name
	Language string
	SMS      bool
}

// Wording is what a department writes in place of the product's own words, in the form of package
// markup; the zero value stands for those.
type Wording struct {
	// Subject is for an e-mail only.
	Subject string
	Body    string
}

// ownEmail are the product's own words of an e-mail, read.
type ownEmail struct {
	wording                                 Wording
	subject, title, preheader, button, body markup.Text
}

// read once at start; words that cannot be read stop the program at once.
var (
	emails = readEmails()
	texts  = readTexts()
	feet   = readFeet()
)

func readEmails() map[Kind]ownEmail {
	all := map[Kind]ownEmail{}
	for _, language := range Languages {
		for _, name := range append(Names(), nameDocumentMail) {
			kind := Kind{Name: name, Language: language}
			head, body, _ := strings.Cut(fileText(kind.file()), "\n\n")
			fields := map[string]string{}
			for line := range strings.Lines(head) {
				key, value, _ := strings.Cut(line, ": ")
				fields[key] += value
			}
			own := ownEmail{wording: Wording{Subject: strings.TrimSpace(fields["subject"]), Body: strings.TrimSpace(body)}}
			own.subject, own.title, own.preheader = kind.must(fields["subject"]), kind.must(fields["title"]), kind.must(fields["preheader"])
			own.button, own.body = kind.must(fields["button"]), kind.must(body)
			all[kind] = own
		}
	}
	return all
}

func readTexts() map[Kind]markup.Text {
	all := map[Kind]markup.Text{}
	for _, language := range Languages {
		for _, name := range Names() {
			kind := Kind{Name: name, Language: language, SMS: true}
			all[kind] = kind.must(fileText(kind.file()))
		}
	}
	return all
}

// readFeet reads what stands under every e-mail of a language.
func readFeet() map[string]markup.Text {
	all := map[string]markup.Text{}
	for _, language := range Languages {
		all[language] = Kind{Name: NameNotice, Language: language}.must(fileText(footFile(language)))
	}
	return all
}

func (k Kind) file() string {
	if k.SMS {
		return "words/" + string(k.Name) + "." + k.Language + ".sms.txt"
	}
	return "words/" + string(k.Name) + "." + k.Language + ".email.txt"
}

func footFile(language string) string { return "words/foot." + language + ".email.txt" }

func fileText(name string) string {
	b, err := files.ReadFile(name)
	if err != nil {
		panic(err) // the file is embedded or the program is wrong
	}
	return string(b)
}

// must reads the product's own words.
func (k Kind) must(source string) markup.Text {
	text, problems := k.parse(source)
	if len(problems) > 0 {
		panic(fmt.Sprintf("%s: %+v", k.file(), problems))
	}
	return text
}

func (k Kind) parse(source string) (markup.Text, []markup.Problem) {
	text, problems := markup.Parse(source, k.vocabulary())
	if k.SMS {
		return text, problems
	}
	return text.Typeset(func(s string) string { return Typeset(k.Language, apostrophes(s)) }), problems
}

// apostrophes makes typographic ones of those that were typed between two letters.
func apostrophes(s string) string {
	letters := []rune(s)
	for i := 1; i < len(letters)-1; i++ {
		if letters[i] == '\'' && unicode.IsLetter(letters[i-1]) && unicode.IsLetter(letters[i+1]) {
			letters[i] = '’'
		}
	}
	return string(letters)
}

// read reads a department's words.
func (k Kind) read(w Wording) (subject, body markup.Text, err error) {
	subject, wrongSubject := k.parse(w.Subject)
	body, wrongBody := k.parse(w.Body)
	if wrong := append(wrongSubject, wrongBody...); len(wrong) > 0 {
		return subject, body, fmt.Errorf("wording of %s.%s: %s", k.Name, k.Language, wrong[0].Code)
	}
	return subject, body, nil
}

// Own returns the product's own words, to start from; false for a template that does not exist.
func (k Kind) Own() (Wording, bool) {
	if !k.SMS {
		own, ok := emails[k]
		return own.wording, ok
	}
	if _, ok := texts[k]; !ok {
		return Wording{}, false
	}
	return Wording{Body: strings.TrimSpace(fileText(k.file()))}, true
}

// Version names the product's own texts of a template in a language by their content: hex SHA-256 over
// all files that it is made of. It is "" for a template or language that does not exist.
func Version(name Name, language string) string {
	return versions[Kind{Name: name, Language: language}]
}

var versions = hashAll()

func hashAll() map[Kind]string {
	all := map[Kind]string{}
	for _, language := range Languages {
		frame := []string{"email/layout.html", footFile(language)}
		all[Kind{Name: NameTrial, Language: language}] = hash(frame)
		for _, name := range Names() {
			kind := Kind{Name: name, Language: language}
			all[kind] = hash(append(frame, kind.file(), Kind{Name: name, Language: language, SMS: true}.file()))
		}
	}
	return all
}

// hash is the hex SHA-256 over the named files.
func hash(names []string) string {
	h := sha256.New()
	for _, name := range names {
		text := fileText(name)
		_, _ = fmt.Fprintf(h, "%s\n%d\n%s", name, len(text), text)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// Package wording lets a department write its own words for the messages that its patients receive: checked
// before they are kept, every version kept for ever, seen and tried before anybody receives them.
//
// The form of the words is templates/markup's. The rules (design 3.8; domain 1.7): no medical word, no
// speciality, nobody's name, no link but our own, and nothing that reads like a demand for a password.
package wording

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"teleconsult/notifications"
	"teleconsult/notifications/sms"
	"teleconsult/server/fault"
	"teleconsult/templates"
)

// Key names one text of a department.
type Key struct {
	Template templates.Name
	Channel  notifications.Channel
	Language string
}

func (k Key) kind() templates.Kind {
	return templates.Kind{Name: k.Template, Language: k.Language, SMS: k.Channel == notifications.ChannelSMS}
}

// keys lists every text that a department can word, in the order of an appointment.
func keys() []Key {
	var all []Key
	for _, name := range templates.Names() {
		if name.Fixed() {
			continue
		}
		for _, channel := range []notifications.Channel{notifications.ChannelEmail, notifications.ChannelSMS} {
			for _, language := range templates.Languages {
				all = append(all, Key{name, channel, language})
			}
		}
	}
	return all
}

// titles are the templates as a screen calls them.
var titles = map[templates.Name]string{
	templates.NameNotice:             "Information et demande d’accord",
	templates.NameConsentReminder:    "Relance : réponse attendue",
	templates.NameInvitation:         "Invitation avec le lien",
	templates.NameLinkTest:           "Essai de l’appareil",
	templates.NameReminder:           "Rappel du rendez-vous",
	templates.NameDelay:              "Retard",
	templates.NameCancellation:       "Annulation",
	templates.NamePrescriptionNotice: "Document disponible",
}

// Version is what a department wrote, once.
type Version struct {
	ID      string    `db:"id"`
	Number  int64     `db:"version"`
	Subject string    `db:"subject"`
	Body    string    `db:"body"` // "" goes back to the product's own words
	At      time.Time `db:"written_at"`
	By      string    `db:"written_by"` // the name
}

// Standing is what patients receive at present.
type Standing struct {
	Key
	// Version is the newest that was written; its Number is 0 when none ever was.
	Version
	// Own tells that the product's own words stand; Subject and Body are theirs.
	Own bool
	// Problems are what speaks against these words, when the product or its rules changed since.
	Problems []fault.Violation
}

// standing is what patients receive after the newest version.
func standing(k Key, newest Version, homes []string) Standing {
	s := Standing{Key: k, Version: newest}
	if newest.Body != "" {
		s.Problems = check(k, newest.words(), homes)
		return s
	}
	own, _ := k.kind().Own()
	s.Own, s.Subject, s.Body = true, own.Subject, own.Body
	return s
}

func (v Version) words() templates.Wording {
	return templates.Wording{Subject: v.Subject, Body: v.Body}
}

// Longest texts, in characters, and the most parts of an SMS.
const (
	maxSubject  = 120
	maxBody     = 5000
	maxSegments = 3
)

// tidy returns the words as they are kept: without what cannot be seen around them.
func tidy(k Key, w templates.Wording) templates.Wording {
	w.Body = strings.TrimSpace(strings.ReplaceAll(w.Body, "\r\n", "\n"))
	w.Subject = strings.Join(strings.Fields(w.Subject), " ")
	if k.Channel == notifications.ChannelSMS {
		w.Subject = ""
	}
	return w
}

// check finds everything that speaks against words. homes are the hosts that a link may lead to.
func check(k Key, w templates.Wording, homes []string) []fault.Violation {
	var c checks
	flaws, literals := k.kind().Flaws(w)
	for _, f := range flaws {
		c.flaw(f)
	}
	if utf8.RuneCountInString(w.Subject) > maxSubject {
		c.add("subject", "too_long", fmt.Sprintf("L’objet compte plus de %d caractères.", maxSubject))
	}
	if utf8.RuneCountInString(w.Body) > maxBody {
		c.add("body", "too_long", fmt.Sprintf("Le texte compte plus de %d caractères.", maxBody))
	}
	c.words(literals)
	c.links(literals, homes)
	if len(flaws) == 0 && k.Channel == notifications.ChannelSMS {
		c.segments(k, w)
	}
	return c.violations
}

type checks struct{ violations []fault.Violation }

func (c *checks) add(field, code, message string) {
	v := fault.Violation{Field: field, Code: code, Message: message}
	if !slices.Contains(c.violations, v) {
		c.violations = append(c.violations, v)
	}
}

func (c *checks) flaw(f templates.Flaw) {
	field, where := "body", "Le texte"
	if f.Subject {
		field, where = "subject", "L’objet"
	}
	switch f.Code {
	case "placeholder_missing":
		c.add(field, f.Code, "Il manque {"+f.Name+"}, au moins pour une partie des patients.")
	case "placeholder_unknown":
		c.add(field, f.Code, where+" contient entre accolades un nom qui n’existe pas pour ce message. Choisissez-le dans la liste.")
	case "mark_unknown":
		c.add(field, f.Code, "Une ligne commence par des crochets dont le nom n’existe pas. Choisissez-le dans la liste.")
	case "mark_in_subject":
		c.add(field, f.Code, "L’objet est le même pour tous : pas de crochets au début.")
	case "brace_open":
		c.add(field, f.Code, where+" contient une accolade qui n’est pas fermée ou pas ouverte.")
	default:
		c.add(field, f.Code, where+" est vide.")
	}
}

// segments counts the parts in every case that the words tell apart, with real lengths.
func (c *checks) segments(k Key, w templates.Wording) {
	for _, v := range variants(k.Template) {
		content, err := v.content(k, nil, exampleLink)
		if err != nil {
			continue // an example always renders
		}
		text, err := templates.RenderSMSWorded(k.Language, content, w.Body)
		if err == nil && sms.Cost(text, 0).Segments > maxSegments {
			c.add("body", "too_long", fmt.Sprintf("Ce SMS compte plus de %d parties, payées chacune. Raccourcissez-le.", maxSegments))
		}
	}
}

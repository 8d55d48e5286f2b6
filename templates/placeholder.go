package templates

import (
	"slices"
	"strings"
	"time"

	"teleconsult/templates/markup"
)

// Placeholder is what may stand in braces in a wording.
type Placeholder struct {
	Name  string
	Label string // French
	// Example is its value for Example.
	Example string
	// Required: a wording without it leaves the reader without what the message is for.
	Required bool
}

// Mark is what may stand in brackets at the beginning of a line, which is then there only in that case.
type Mark struct {
	Name  string
	Label string // French
}

var placeholderLabels = []Mark{
	{phDate, "La date du rendez-vous"},
	{phTime, "L’heure du rendez-vous"},
	{phDuration, "La durée prévue"},
	{phModality, "« vidéo » ou « par téléphone »"},
	{phCard, "L’encadré avec la date, l’heure et la durée, seul sur sa ligne"},
	{phAppointment, "« votre rendez-vous », ou « le rendez-vous de la personne que vous représentez »"},
	{phLate, "Le retard annoncé"},
	{phLink, "Le lien personnel ; seul sur sa ligne, ou après « : », il devient un bouton"},
	{phPortal, "L’adresse de l’espace patient ; seule sur sa ligne, elle devient un bouton"},
	{phUntil, "Le dernier jour du document"},
	{phPassword, "Le mot de passe du document"},
	{phPhone, "Le téléphone du service"},
	{phHospital, "L’hôpital"},
}

var markLabels = []Mark{
	{markVideo, "Seulement pour un rendez-vous vidéo"},
	{markTelephone, "Seulement pour un rendez-vous par téléphone"},
	{markNew, "Seulement quand l’horaire n’a pas changé"},
	{markMoved, "Seulement quand le rendez-vous a été déplacé"},
	{markPatient, "Seulement quand le patient lit lui-même"},
	{markRepresentative, "Seulement pour un représentant légal"},
	{markHospital, "Seulement quand l’hôpital annule"},
	{markAsked, "Seulement quand le patient a demandé l’annulation"},
	{markRefused, "Seulement quand le patient préfère venir sur place"},
	{markSecure, "Seulement par messagerie sécurisée de santé"},
	{markProtected, "Seulement pour un document sous mot de passe"},
}

// withLink tells whether the message leads to a page of the patient's.
func (n Name) withLink() bool {
	return n != NameCancellation && n != NamePrescriptionNotice && n != nameDocumentMail && n != nameDocumentPassword
}

// Fixed tells whether the words are the product's alone: what brings a document, and its password, keeps the two apart.
func (n Name) Fixed() bool {
	return n == nameDocumentLink || n == nameDocumentMail || n == nameDocumentPassword
}

// ofDocument tells whether the message is about a document, and about no appointment.
func (n Name) ofDocument() bool {
	return n == NamePrescriptionNotice || n.Fixed()
}

func (k Kind) allows(placeholder string) bool {
	switch placeholder {
	case phPhone, phHospital:
		return true
	case phPortal:
		return k.Name == NamePrescriptionNotice
	case phCard:
		return !k.Name.ofDocument() && !k.SMS
	case phUntil:
		return k.Name == nameDocumentLink
	case phPassword:
		return k.Name == nameDocumentPassword
	case phLink:
		return k.Name.withLink()
	case phLate:
		return k.Name == NameDelay
	}
	return !k.Name.ofDocument()
}

// required are the placeholders of which the words must use one of each group.
func (k Kind) required() [][]string {
	switch k.Name {
	case NamePrescriptionNotice:
		if k.SMS {
			return [][]string{{phPhone}}
		}
		return [][]string{{phPortal}}
	case nameDocumentLink:
		return [][]string{{phLink}}
	case nameDocumentPassword:
		return [][]string{{phPassword}}
	case nameDocumentMail:
		return nil
	case NameDelay:
		return [][]string{{phTime, phCard}, {phLate}}
	case NameCancellation:
		if k.SMS {
			return [][]string{{phDate}, {phTime}, {phPhone}}
		}
		return [][]string{{phDate, phCard}, {phTime, phCard}}
	default:
		return [][]string{{phDate, phCard}, {phTime, phCard}, {phLink}}
	}
}

func (k Kind) vocabulary() markup.Vocabulary {
	var v markup.Vocabulary
	for _, p := range placeholderLabels {
		if k.allows(p.Name) {
			v.Placeholders = append(v.Placeholders, p.Name)
		}
	}
	for _, m := range k.Marks() {
		v.Marks = append(v.Marks, m.Name)
	}
	return v
}

// Placeholders lists what may stand in braces in this text.
func (k Kind) Placeholders() []Placeholder {
	example, err := fill(k, Example(k.Name, k.Language, exampleLink).facts())
	if err != nil {
		return nil // the example's zone is one that the program carries
	}
	var all []Placeholder
	for _, p := range placeholderLabels {
		if k.allows(p.Name) {
			needed := slices.ContainsFunc(k.required(), func(group []string) bool { return group[0] == p.Name })
			all = append(all, Placeholder{Name: p.Name, Label: p.Label, Example: example.values[p.Name].Text, Required: needed})
		}
	}
	return all
}

// Marks lists what may stand in brackets at the beginning of a line of this text.
func (k Kind) Marks() []Mark {
	return slices.DeleteFunc(slices.Clone(markLabels), func(m Mark) bool {
		switch m.Name {
		case markPatient, markRepresentative:
			return false
		case markHospital, markAsked, markRefused:
			return k.Name != NameCancellation
		case markSecure, markProtected:
			return k.Name != nameDocumentMail
		}
		return k.Name.ofDocument()
	})
}

// Flaw is something that a wording may not go out with.
type Flaw struct {
	// Subject: it is in the subject, not in the body.
	Subject bool
	// Code is "placeholder_unknown", "placeholder_missing", "mark_unknown", "mark_in_subject", "brace_open" or "empty".
	Code string
	// Name is the placeholder or the mark.
	Name string
}

// Flaws reads a wording and tells what is wrong with its form, for every case that its marks tell apart.
// Literals are its words without placeholders.
func (k Kind) Flaws(w Wording) (found []Flaw, literals string) {
	v := k.vocabulary()
	body, wrong := markup.Parse(w.Body, v)
	for _, p := range wrong {
		found = append(found, Flaw{Code: p.Code, Name: p.Name})
	}
	if strings.TrimSpace(w.Body) == "" {
		found = append(found, Flaw{Code: "empty"})
	} else {
		for _, missing := range k.missing(body) {
			found = append(found, Flaw{Code: "placeholder_missing", Name: missing})
		}
	}
	if k.SMS {
		return found, body.Literals()
	}
	subject, wrong := markup.Parse(w.Subject, markup.Vocabulary{Placeholders: v.Placeholders})
	for _, p := range wrong {
		if p.Code == "mark_unknown" {
			p.Code = "mark_in_subject"
		}
		found = append(found, Flaw{Subject: true, Code: p.Code, Name: p.Name})
	}
	if strings.TrimSpace(w.Subject) == "" {
		found = append(found, Flaw{Subject: true, Code: "empty"})
	}
	return found, subject.Literals() + body.Literals()
}

// missing are the required placeholders that one of the cases does not show.
func (k Kind) missing(body markup.Text) []string {
	var names []string
	for _, marks := range k.cases() {
		for _, group := range k.required() {
			shown := slices.ContainsFunc(group, func(name string) bool { return body.Uses(name, marks...) })
			if !shown && !slices.Contains(names, group[0]) {
				names = append(names, group[0])
			}
		}
	}
	return names
}

// cases are all combinations of marks that a message can have.
func (k Kind) cases() [][]string {
	sets := [][]string{{markPatient, markRepresentative}}
	if !k.Name.ofDocument() {
		sets = append(sets, []string{markVideo, markTelephone}, []string{markNew, markMoved})
	}
	if k.Name == NameCancellation {
		sets = append(sets, []string{markHospital, markAsked, markRefused})
	}
	all := [][]string{nil}
	for _, set := range sets {
		var next [][]string
		for _, marks := range all {
			for _, mark := range set {
				next = append(next, append(slices.Clone(marks), mark))
			}
		}
		all = next
	}
	return all
}

// exampleLink has the length of a real one.
const exampleLink = "https://teleconsult.aphp.fr/p/xxxxxxxxxxxxxxxx"

// Example is a message about nobody, to show what words look like.
func Example(name Name, language, link string) Content {
	sender := Sender{Brand: "AP-HP", Hospital: "AP-HP, hôpital Exemple", Phone: "01 23 45 67 89"}
	if language == "en" {
		sender.Phone = "+33 1 23 45 67 89"
	}
	a := Appointment{Start: time.Date(2026, time.May, 12, 12, 30, 0, 0, time.UTC), Zone: "Europe/Paris", Minutes: 30}
	switch name {
	case NameNotice:
		return Notice{Sender: sender, Appointment: a, Link: link}
	case NameConsentReminder:
		return ConsentReminder{Sender: sender, Appointment: a, Link: link}
	case NameInvitation:
		return Invitation{Sender: sender, Appointment: a, Link: link}
	case NameLinkTest:
		return LinkTest{Sender: sender, Appointment: a, Link: link}
	case NameDelay:
		return Delay{Sender: sender, Appointment: a, Late: 20, Link: link}
	case NameCancellation:
		return Cancellation{Sender: sender, Appointment: a}
	case NamePrescriptionNotice:
		return PrescriptionNotice{Sender: sender, PortalURL: "https://espace-patient.aphp.fr"}
	case nameDocumentLink:
		return DocumentLink{Sender: sender, Until: a.Start, Zone: a.Zone, Link: link}
	case nameDocumentPassword:
		return DocumentPassword{Sender: sender, Password: "0123 4567 8901 2345 6789"}
	case NameReminder, NameTrial, NameDigest, nameDocumentMail:
	}
	return Reminder{Sender: sender, Appointment: a, Link: link}
}

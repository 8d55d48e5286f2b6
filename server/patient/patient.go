// Package patient holds a patient's identity and the ways to reach them.
package patient

import (
	"slices"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"teleconsult/server/fault"
)

// Protection says why somebody else decides for the patient and receives the messages.
type Protection string

// Kinds of protection (Code civil 388 and 425).
const (
	Unprotected    Protection = "none"
	Minor          Protection = "minor"
	ProtectedAdult Protection = "protected-adult"
)

// Representative is the legal representative of a minor or a protected adult.
type Representative struct {
	Name string
	// Relationship is parent, guardian (tuteur), curator (curateur) or other.
	Relationship string
	Email        string
	Mobile       string
}

// Patient is a person of one department's patients.
type Patient struct {
	ID           string
	DepartmentID string
	// IPP is the hospital's identifier, "" when it is not known.
	IPP        string
	FamilyName string
	GivenName  string
	// BirthDate has no time: midnight UTC.
	BirthDate time.Time
	// Email and Mobile (E.164) are "" when there is none.
	Email      string
	Mobile     string
	Language   string
	Protection Protection
	// Representative is nil unless the patient is protected.
	Representative *Representative
}

// Contact is where messages go: to the representative where there is one, else to the patient.
func (p Patient) Contact() (email, mobile string) {
	if p.Representative != nil {
		return p.Representative.Email, p.Representative.Mobile
	}
	return p.Email, p.Mobile
}

// adulthood is the age of majority in years (Code civil 388).
const adulthood = 18

// IsMinorOn tells whether the patient is under 18 on a day.
func (p Patient) IsMinorOn(day time.Time) bool {
	return p.BirthDate.AddDate(adulthood, 0, 0).After(day)
}

// Normalise trims what was typed, and brings addresses and numbers into their one form.
// Numbers that cannot be read are left as they are for Check to refuse.
func (p Patient) Normalise() Patient {
	p.FamilyName = tidy(p.FamilyName)
	p.GivenName = tidy(p.GivenName)
	p.IPP = strings.ReplaceAll(tidy(p.IPP), " ", "")
	p.Email = strings.TrimSpace(p.Email)
	p.Mobile = normaliseMobile(p.Mobile)
	if p.Language == "" {
		p.Language = "fr"
	}
	if p.Protection == "" {
		p.Protection = Unprotected
	}
	if p.Representative != nil {
		r := *p.Representative
		r.Name = tidy(r.Name)
		r.Email = strings.TrimSpace(r.Email)
		r.Mobile = normaliseMobile(r.Mobile)
		p.Representative = &r
	}
	return p
}

// Check says which rules a normalised patient breaks on the day of the consultation.
// emailConfirmed means that the person insists on an address that looks mistyped.
func Check(p Patient, today, consultation time.Time, emailConfirmed bool) []fault.Violation {
	var c checks
	c.name("patient.familyName", p.FamilyName)
	c.name("patient.givenName", p.GivenName)
	if p.BirthDate.IsZero() {
		c.add("patient.birthDate", "birth_date_missing", "Indiquez la date de naissance.")
	} else if p.BirthDate.After(today) || p.BirthDate.Before(today.AddDate(-130, 0, 0)) {
		c.add("patient.birthDate", "birth_date_impossible", "Cette date de naissance n’est pas possible.")
	}
	if p.IPP != "" && !validIPP(p.IPP) {
		c.add("patient.ipp", "ipp_invalid", "Un IPP AP-HP a 10 à 13 chiffres et commence par 80.")
	}
	if !slices.Contains([]string{"fr", "en"}, p.Language) {
		c.add("patient.language", "language_unknown", "Choisissez le français ou l’anglais.")
	}
	c.email("patient.email", p.Email, emailConfirmed)
	c.mobile("patient.mobile", p.Mobile)
	c.representative(p, consultation, emailConfirmed)
	return c.violations
}

type checks struct{ violations []fault.Violation }

func (c *checks) add(field, code, message string) {
	c.violations = append(c.violations, fault.Violation{Field: field, Code: code, Message: message})
}

func (c *checks) name(field, name string) {
	switch {
	case name == "":
		c.add(field, "name_missing", "Indiquez le nom et le prénom.")
	case len([]rune(name)) > 100:
		c.add(field, "too_long", "100 caractères au plus.")
	case strings.ContainsFunc(name, unicode.IsControl) || !strings.ContainsFunc(name, unicode.IsLetter):
		c.add(field, "name_invalid", "Ce nom contient des caractères inattendus.")
	}
}

func (c *checks) representative(p Patient, consultation time.Time, emailConfirmed bool) {
	if p.Protection == Unprotected {
		if !p.BirthDate.IsZero() && !p.BirthDate.After(consultation) && p.IsMinorOn(consultation) {
			c.add("patient.representative", "representative_missing",
				"Le patient est mineur à la date de la consultation : indiquez son représentant légal.")
			return
		}
		if p.Email == "" && p.Mobile == "" {
			c.add("patient.mobile", "contact_missing", "Indiquez une adresse e-mail ou un mobile, pour envoyer le lien.")
		}
		return
	}
	r := p.Representative
	if r == nil || r.Name == "" {
		c.add("patient.representative.name", "representative_missing", "Indiquez le nom du représentant légal.")
		return
	}
	if !slices.Contains([]string{"parent", "guardian", "curator", "other"}, r.Relationship) {
		c.add("patient.representative.relationship", "relationship_unknown", "Choisissez le lien avec le patient.")
	}
	c.email("patient.representative.email", r.Email, emailConfirmed)
	c.mobile("patient.representative.mobile", r.Mobile)
	if r.Email == "" && r.Mobile == "" {
		c.add("patient.representative.mobile", "contact_missing",
			"Indiquez une adresse e-mail ou un mobile du représentant légal : c’est à lui que le lien est envoyé.")
	}
}

func validIPP(s string) bool {
	return len(s) >= 10 && len(s) <= 13 && strings.HasPrefix(s, "80") && strings.Trim(s, "0123456789") == ""
}

// tidy folds white space and removes what cannot be seen.
func tidy(s string) string {
	return strings.Join(strings.Fields(norm.NFC.String(s)), " ")
}

// SearchName is the form by which names are looked up: lower case, no accents, letters and single spaces only.
func SearchName(names ...string) string {
	var b strings.Builder
	space := true
	for _, r := range norm.NFD.String(strings.ToLower(strings.Join(names, " "))) {
		switch {
		case unicode.Is(unicode.Mn, r):
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			b.WriteRune(r)
			space = false
		case !space:
			b.WriteByte(' ')
			space = true
		}
	}
	return strings.TrimSpace(strings.NewReplacer("œ", "oe", "æ", "ae", "ß", "ss").Replace(b.String()))
}

// Package department holds a department's settings: its name for patients, its tools in order of
// preference, and the rules it may set.
package department

import (
	"slices"
	"time"

	"teleconsult/server/outreach"
)

// Department is a hospital department (service) and its settings.
type Department struct {
	ID       string
	Code     string
	Name     string
	Hospital string
	// Phone is what a patient calls when nobody comes.
	Phone string
	// Email receives the patients' replies.
	Email string
	// Zone is where its clocks are.
	Zone *time.Location
	// Tools are codes of meeting tools in order of preference; the first needs no reason.
	Tools []string
	// SecureTools are the tools the hospital holds to be secure for health data.
	SecureTools []string
	// MeetingHosts are its own meeting servers.
	MeetingHosts  []string
	DoxyMeAllowed bool
	PortalURL     string
	// NotifyBoth sends the notice by e-mail and SMS where both are known.
	NotifyBoth bool
	// BirthDateAsked guards the personal page with the birth date.
	BirthDateAsked bool
	// CodingTarget is the activity software, "Gilda".
	CodingTarget string
	// Unit is the code of the unit (UF) that its acts are filed under, "" when nobody said.
	Unit string
	// Speciality is one of Specialities; it proposes the code of an act.
	Speciality string
	// Delivery is how it reaches its patients, as it chose it; see Delivery.WithDefaults.
	Delivery outreach.Delivery
}

// Specialities are what a department can be, in French; "" is a speciality that nobody said.
var Specialities = map[string]string{
	"": "non renseignée", "general": "médecine générale", "psychiatry": "psychiatrie", "neurology": "neurologie",
	"gynaecology": "gynécologie", "specialist": "autre spécialité",
}

// Lists tells whether the department works with this tool at all.
func (d Department) Lists(tool string) bool { return slices.Contains(d.Tools, tool) }

// IsFirst tells whether this is the tool that needs no reason.
func (d Department) IsFirst(tool string) bool { return len(d.Tools) > 0 && d.Tools[0] == tool }

// IsSecure tells whether the hospital holds this tool to be secure for health data.
func (d Department) IsSecure(tool string) bool { return slices.Contains(d.SecureTools, tool) }

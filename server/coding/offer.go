package coding

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"teleconsult/server/department"
	"teleconsult/server/encounter"
)

// Choice is a code that may be used for an act.
type Choice struct {
	Code
	// Proposed marks the one code that is offered first.
	Proposed bool
}

// Flag is something that a person has to look at before the act is coded.
type Flag struct {
	Code string `json:"code"`
	Text string `json:"text" doc:"In French."`
}

// defaultCode is that of all specialities (TCG is the general practitioner's, TCS the specialist's since 2024).
const defaultCode = "TC"

// usefulContent is how long a consultation at least lasts that needs no second look.
const usefulContent = 3 * time.Minute

// Offer is what may be chosen for an act.
type Offer struct {
	// Choices are in the order in which they fit; the first is proposed.
	Choices []Choice
	// Why says in one French line what the proposal rests on; "" when there is none.
	Why string
	// Explanation says why there is no choice, in French; "" when there is one.
	Explanation string
	// Flags ask for a look by a person.
	Flags []Flag
	// Certain: one code fits better than all others, and nothing asks for a look.
	Certain bool
}

// Proposed is the code that is offered first.
func (o Offer) Proposed() (Code, bool) {
	if len(o.Choices) == 0 {
		return Code{}, false
	}
	return o.Choices[0].Code, true
}

// OfferFor keeps the codes of the list that may be used for the act, the one that fits its speciality best first, and
// proposes that one. A telephone act outside the legal exception has none.
func OfferFor(list []Code, act Act, telephone Period) Offer {
	o := Offer{Flags: act.flags()}
	for _, c := range list {
		if c.check(act, telephone) == nil {
			o.Choices = append(o.Choices, Choice{Code: c})
		}
	}
	if len(o.Choices) == 0 {
		o.Explanation = "Aucun code de la liste n’est valable ce jour-là pour cette façon de consulter."
		if act.byTelephoneOutside(telephone) {
			o.Explanation = telephoneRefusal
		}
		return o
	}
	slices.SortStableFunc(o.Choices, func(a, b Choice) int {
		return cmp.Or(b.fits(act.Speciality)-a.fits(act.Speciality), defaultFirst(a, b), cmp.Compare(a.Code.Code, b.Code.Code))
	})
	best := &o.Choices[0]
	best.Proposed = true
	o.Why = best.why(act)
	alone := len(o.Choices) == 1 || o.Choices[1].fits(act.Speciality) < best.fits(act.Speciality) || best.Code.Code == defaultCode
	o.Certain = act.Speciality != "" && best.fits(act.Speciality) > 0 && alone && len(o.Flags) == 0
	return o
}

func defaultFirst(a, b Choice) int {
	switch {
	case a.Code.Code == b.Code.Code:
		return 0
	case a.Code.Code == defaultCode:
		return -1
	case b.Code.Code == defaultCode:
		return 1
	}
	return 0
}

// fits ranks how well a code suits a speciality: 3 its own, 2 that of all specialists, 1 everybody's, 0 another's.
func (c Code) fits(speciality string) int {
	specialist := speciality != "" && speciality != "general"
	switch {
	case c.Speciality == "":
		return 1
	case c.Speciality == speciality:
		return 3
	case c.Speciality == "specialist" && specialist:
		return 2
	}
	return 0
}

func (c Code) why(act Act) string {
	speciality := "spécialité du service : " + department.Specialities[act.Speciality]
	switch c.fits(act.Speciality) {
	case 0:
		speciality = "aucun code n’est prévu pour la spécialité du service"
	case 1:
		speciality = "code de toutes les spécialités"
		if act.Speciality == "" {
			speciality += ", celle du service n’est pas renseignée"
		}
	}
	modality := "vidéo"
	if act.Modality == encounter.Telephone {
		modality = "téléphone dans l’exception légale (" + encounter.TelephoneReasons[act.TelephoneReason] + ")"
	}
	return strings.Join([]string{speciality, modality, "valable le " + act.Day.Format("02/01/2006")}, " ; ")
}

// lawfulReasons are those for which the exception let a telephone act be billed whoever the patient is (decree
// 2020-459); the others of decree ask for a criterion and a missing device together, which the product does not know.
var lawfulReasons = []string{"covid", "age-70", "ald", "pregnancy", "no-broadband"}

// flags are what a person has to look at: an act that was cut may have had no useful content, and then is none.
func (a Act) flags() []Flag {
	var found []Flag
	add := func(code, text string) {
		if !slices.ContainsFunc(found, func(f Flag) bool { return f.Code == code }) {
			found = append(found, Flag{Code: code, Text: text})
		}
	}
	for _, i := range a.Incidents {
		switch i.Consequence {
		case "stopped", "rescheduled":
			add("interrupted", "Consultation interrompue ou reportée : sans contenu utile, il n’y a pas d’acte.")
		case "continued-by-telephone":
			if a.Modality != encounter.Telephone {
				add("continued_by_telephone", "Poursuivie par téléphone : vérifiez ce qui est facturable.")
			}
		}
	}
	if a.Held && a.Duration < usefulContent {
		add("short", "Moins de trois minutes : vérifiez qu’il y a eu un contenu utile.")
	}
	if a.Modality == encounter.Telephone && !slices.Contains(lawfulReasons, a.TelephoneReason) {
		add("telephone_criterion", "Le motif du téléphone ne suffit pas à lui seul : vérifiez le critère.")
	}
	return found
}

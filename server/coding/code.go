// Package coding says how a teleconsultation is billed: with a code of the dated list, or not at all, with
// the reason.
//
// Sources: SNDS documentation of the codes (2021) and ameli.fr (13 September 2018): in a hospital a
// teleconsultation follows the rules of its other consultations. The codes and amounts themselves are rows
// of the table activity_code, each with its own source, to be confirmed by the hospital.
package coding

import (
	"time"

	"teleconsult/server/encounter"
	"teleconsult/server/fault"
)

// Code is one row of the dated list.
type Code struct {
	ID    string
	Code  string
	Label string
	// AmountCents is nil where the amount depends on the speciality.
	AmountCents *int64
	// Modality is video, telephone or any.
	Modality string
	// ValidFrom and ValidTo are days (midnight UTC), both included; ValidTo is zero while the code is valid.
	ValidFrom time.Time
	ValidTo   time.Time
}

// Period is a span of days (midnight UTC), both included. The zero Period covers no day.
type Period struct {
	From  time.Time
	Until time.Time
}

// Covers tells whether a day lies within the period.
func (p Period) Covers(day time.Time) bool { return !day.Before(p.From) && !day.After(p.Until) }

// TelephoneException is the time in which a consultation by telephone alone could be billed: announced by
// the minister on 4 April 2020 and given its ground by decree 2020-459 of 21 April 2020; ended with
// 30 September 2022 (to be confirmed by the hospital, hence configurable). It limits what may be coded,
// never what may be done.
func TelephoneException() Period {
	return Period{
		From:  time.Date(2020, time.April, 4, 0, 0, 0, 0, time.UTC),
		Until: time.Date(2022, time.September, 30, 0, 0, 0, 0, time.UTC),
	}
}

// Act is what the rules need to know of an encounter.
type Act struct {
	// Day is the day of the consultation in the department's zone (midnight UTC): the real one once it has
	// started, else the planned one.
	Day      time.Time
	Modality encounter.Modality
	// Held tells whether the consultation has finished.
	Held bool
}

// ActOf reads the act from the facts.
func ActOf(f *encounter.Facts) Act {
	at := f.PlannedStart
	if !f.StartedAt.IsZero() {
		at = f.StartedAt
	}
	if f.Department.Zone != nil {
		at = at.In(f.Department.Zone)
	}
	y, m, d := at.Date()
	return Act{Day: time.Date(y, m, d, 0, 0, 0, 0, time.UTC), Modality: f.Modality, Held: f.Status == encounter.Finished}
}

// ValidOn tells whether the code may be used for an act of that day.
func (c Code) ValidOn(day time.Time) bool {
	return !day.Before(c.ValidFrom) && (c.ValidTo.IsZero() || !day.After(c.ValidTo))
}

// Suits tells whether the code is meant for the modality.
func (c Code) Suits(m encounter.Modality) bool { return c.Modality == "any" || c.Modality == string(m) }

// Choice is a code that may be used for an act.
type Choice struct {
	Code
	// Proposed marks the one code that is offered first.
	Proposed bool
}

// defaultCode is proposed where it may be used: the product does not know the practitioner's speciality, and
// TC is the code of all of them (TCG is the general practitioner's, TCS the specialist's since 2024).
const defaultCode = "TC"

// Offer is what may be chosen for an act.
type Offer struct {
	Choices []Choice
	// Explanation says why there is no choice, in French; "" when there is one.
	Explanation string
}

// OfferFor keeps the codes of the list that may be used for the act and proposes one of them: TC, else the
// first of the list. A telephone act outside the legal exception has none.
func OfferFor(list []Code, act Act, telephone Period) Offer {
	var o Offer
	proposed := 0
	for _, c := range list {
		if c.check(act, telephone) != nil {
			continue
		}
		if c.Code == defaultCode {
			proposed = len(o.Choices)
		}
		o.Choices = append(o.Choices, Choice{Code: c})
	}
	switch {
	case len(o.Choices) > 0:
		o.Choices[proposed].Proposed = true
	case act.byTelephoneOutside(telephone):
		o.Explanation = telephoneRefusal
	default:
		o.Explanation = "Aucun code de la liste n’est valable ce jour-là pour cette façon de consulter."
	}
	return o
}

// check tells why a code may not be used for an act.
func (c Code) check(act Act, telephone Period) error {
	switch {
	case act.byTelephoneOutside(telephone):
		return refused("telephone_not_billable", telephoneRefusal)
	case !c.ValidOn(act.Day):
		return refused("code_not_valid_on_day", "Ce code n’est pas valable le jour de la consultation. Choisissez un code de la liste de ce jour.")
	case !c.Suits(act.Modality):
		return refused("code_not_for_modality", "Ce code n’est pas prévu pour cette façon de consulter (vidéo ou téléphone). Choisissez un code de la liste.")
	}
	return nil
}

func (a Act) byTelephoneOutside(telephone Period) bool {
	return a.Modality == encounter.Telephone && !telephone.Covers(a.Day)
}

const telephoneRefusal = "Une consultation par téléphone seul n’est facturable que pendant l’exception légale, et ce jour n’en fait pas partie. Indiquez « non facturable » avec ce motif."

func refused(code, message string) error {
	f := fault.New(fault.KindInvalid, code, message)
	f.Violations = []fault.Violation{{Field: "activityCodeId", Code: code, Message: message}}
	return f
}

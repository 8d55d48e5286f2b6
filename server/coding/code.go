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
	// Speciality is one of department.Specialities; "" is every one, specialist each but general medicine.
	Speciality string
	// ValidFrom and ValidTo are days (midnight UTC), both included; ValidTo is zero while the code is valid.
	ValidFrom time.Time
	ValidTo   time.Time
	// Source is where the row comes from.
	Source string
	// ConfirmedBy is the manager who confirmed the row for the hospital, "" while nobody has.
	ConfirmedBy string
	// ConfirmedAt is zero while nobody has.
	ConfirmedAt time.Time
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
	// TelephoneReason is one of encounter.TelephoneReasons, "" for a video.
	TelephoneReason string
	// Speciality is the department's, "" when it is not known.
	Speciality string
	// Held tells whether the consultation has finished.
	Held bool
	// Duration is the real one, zero unless it was held.
	Duration  time.Duration
	Incidents []encounter.Incident
}

// ActOf reads the act from the facts.
func ActOf(f *encounter.Facts) Act {
	at := f.PlannedStart
	if !f.StartedAt.IsZero() {
		at = f.StartedAt
	}
	act := Act{
		Day: DayOf(at, f.Department.Zone), Modality: f.Modality, TelephoneReason: f.TelephoneReason, Speciality: f.Department.Speciality,
		Held: f.Status == encounter.Finished, Incidents: f.Incidents,
	}
	if act.Held {
		act.Duration = f.FinishedAt.Sub(f.StartedAt)
	}
	return act
}

// DayOf is the local day of a moment (midnight UTC).
func DayOf(at time.Time, zone *time.Location) time.Time {
	if zone != nil {
		at = at.In(zone)
	}
	y, m, d := at.Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

// ValidOn tells whether the code may be used for an act of that day.
func (c Code) ValidOn(day time.Time) bool {
	return !day.Before(c.ValidFrom) && (c.ValidTo.IsZero() || !day.After(c.ValidTo))
}

// Suits tells whether the code is meant for the modality.
func (c Code) Suits(m encounter.Modality) bool { return c.Modality == "any" || c.Modality == string(m) }

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

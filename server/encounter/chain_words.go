package encounter

import (
	"strconv"
	"time"

	"teleconsult/server/consent"
)

// dayBefore is an hour of the day before the consultation, in the department's zone. What is planned or moved
// after that hour is due an hour later, and in any case at the start: nobody is late for what did not exist.
func (f *Facts) dayBefore(hour int) time.Time {
	due, earliest := f.at(f.PlannedStart, -1, hour), latest(f.CreatedAt, f.MovedAt).Add(time.Hour)
	if !due.Before(earliest) {
		return due
	}
	if earliest.After(f.PlannedStart) {
		return f.PlannedStart
	}
	return earliest
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// nextDay is an hour of the day after a moment.
func (f *Facts) nextDay(from time.Time, hour int) time.Time { return f.at(from, 1, hour) }

// sameEvening is 20:00 of the same day, or an hour later for what happens after 19:00.
func (f *Facts) sameEvening(from time.Time) time.Time {
	evening, hourLater := f.at(from, 0, 20), from.Add(time.Hour)
	if hourLater.After(evening) {
		return hourLater
	}
	return evening
}

// workingDays is the end (20:00) of the n-th working day, Monday to Friday, after a moment.
func (f *Facts) workingDays(from time.Time, n int) time.Time {
	days := 0
	for n > 0 {
		days++
		if w := f.at(from, days, 12).Weekday(); w != time.Saturday && w != time.Sunday {
			n--
		}
	}
	return f.at(from, days, 20)
}

// at counts calendar days in the department's zone, so that a change of clocks moves nothing.
func (f *Facts) at(from time.Time, days, hour int) time.Time {
	y, m, d := from.In(f.zone()).Date()
	return time.Date(y, m, d+days, hour, 0, 0, 0, f.zone()).UTC()
}

func (f *Facts) zone() *time.Location {
	if f.Department.Zone == nil {
		return time.UTC
	}
	return f.Department.Zone
}

func (f *Facts) clock(t time.Time) string { return t.In(f.zone()).Format("15:04") }

func (f *Facts) dayAndClock(t time.Time) string {
	return t.In(f.zone()).Format("02/01/2006") + " à " + f.clock(t)
}

func by(name string) string {
	if name == "" {
		return ""
	}
	return " par " + name
}

func decisionWords(d consent.Decision) string {
	words := map[consent.Mode]string{consent.Web: "sur la page personnelle", consent.Oral: "de vive voix", consent.Paper: "sur papier"}[d.Mode]
	if d.Giver == consent.ByRepresentative {
		words += " par le représentant légal"
	}
	if d.RecorderName != "" {
		words += ", recueilli par " + d.RecorderName
	}
	return words
}

func incidentWords(incidents []Incident) string {
	switch len(incidents) {
	case 0:
		return ", sans incident"
	case 1:
		return ", un incident : " + IncidentKinds[incidents[0].Kind]
	}
	return ", " + strconv.Itoa(len(incidents)) + " incidents"
}

// has tells whether there is a message of this purpose that was not called back.
func (f *Facts) has(purpose string) bool {
	for _, m := range f.Messages {
		if m.Purpose == purpose && m.Status != "cancelled" {
			return true
		}
	}
	return false
}

// openedSince tells when the patient was first known to have opened the personal page after a message was written:
// what it says is there, whichever message brought them.
func (f *Facts) openedSince(m MessageFact) (at time.Time, ok bool) {
	for _, other := range f.Messages {
		if r := other.ReadAt; r != nil && (other.ID == m.ID || r.After(m.CreatedAt)) && (!ok || r.Before(at)) {
			at, ok = *r, true
		}
	}
	return at, ok
}

// reached tells when and how a message of this purpose reached the person.
func (f *Facts) reached(purpose string) (at time.Time, how string, ok bool) {
	for _, m := range f.Messages {
		if m.Purpose != purpose || m.Status == "cancelled" {
			continue
		}
		if opened, ok := f.openedSince(m); ok {
			return opened, "Lue : le patient a ouvert sa page personnelle.", true
		}
		if m.Status == "delivered" && !ok {
			at, how, ok = m.At, channelWords[m.Channel]+" remis.", true
		}
	}
	return at, how, ok
}

var channelWords = map[string]string{"email": "E-mail", "sms": "SMS"}

// delivery says in the five words of the product how far the messages of a purpose are, and who acts.
func (f *Facts) delivery(purpose string) (StepState, Acts, string) {
	sent, queued, failed := 0, 0, 0
	for _, m := range f.Messages {
		if m.Purpose != purpose {
			continue
		}
		switch m.Status {
		case "queued", "sending", "unknown": // as in notifications.Status.Word: it is not known to have left
			queued++
		case "accepted", "delivered":
			sent++
		case "undelivered", "expired":
			failed++
		}
	}
	_, _, reached := f.reached(purpose)
	switch {
	case reached:
		return Waiting, PatientActs, "remise, pas encore lue."
	case sent > 0 && purpose == "notice":
		return Waiting, PatientActs, "envoyée, pas encore lue."
	case sent > 0:
		return Waiting, PatientActs, "envoyée, pas encore remise ni lue."
	case queued > 0:
		return Waiting, SystemActs, "en file d’envoi."
	case failed > 0:
		return Todo, SecretaryActs, "non remise. Vérifier l’adresse ou appeler le patient."
	}
	return Todo, SecretaryActs, "pas encore envoyée."
}

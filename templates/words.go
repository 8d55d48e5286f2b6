package templates

import (
	"fmt"
	"regexp"
	"strings"
	"sync"
	"time"
)

// speech is how times and lengths are said in one language. Times are given with their IANA zone.
type speech struct {
	day, clock, shortDay, shortClock func(t time.Time, zone string) (string, error)
	// city follows "heure" or comes before "time"; zone is both.
	city, zone func(zone string) string
	duration   func(minutes int) string
	// the modality after "appointment", and by itself
	video, telephone, byVideo, byTelephone string
	// words between the parts of the card
	at, planned string
	// yours and theirs: the appointment of the reader, and of the person whom the reader represents
	yours, theirs string
}

var french = speech{
	day: dayFrench, clock: clockFrench, shortDay: shortDayFrench, shortClock: shortClockFrench, city: cityFrench, duration: durationFrench,
	zone:  func(zone string) string { return "heure " + cityFrench(zone) },
	video: "vidéo", telephone: "par téléphone", byVideo: "En vidéo", byTelephone: "Par téléphone", at: " à ", planned: ", durée prévue ",
	yours: "votre rendez-vous", theirs: "le rendez-vous de la personne que vous représentez",
}

var english = speech{
	day: dayEnglish, clock: clockEnglish, shortDay: shortDayEnglish, shortClock: clockEnglish, city: cityEnglish, duration: durationEnglish,
	zone:  func(zone string) string { return cityEnglish(zone) + " time" },
	video: "video", telephone: "telephone", byVideo: "By video", byTelephone: "By telephone", at: " at ", planned: ", planned for ",
	yours: "your appointment", theirs: "the appointment of the person you represent",
}

func speechOf(language string) speech {
	if language == "en" {
		return english
	}
	return french
}

// Functions are what the template of a page may call.
func Functions(language string) map[string]any {
	s := speechOf(language)
	return map[string]any{
		"lang": func() string { return language }, "phone": phoneLink, "day": s.day, "clock": s.clock,
		"city": s.city, "duration": s.duration, "host": host,
	}
}

var (
	weekdaysFrench = [...]string{"dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"}
	monthsFrench   = [...]string{
		"janvier", "février", "mars", "avril", "mai", "juin",
		"juillet", "août", "septembre", "octobre", "novembre", "décembre",
	}
)

func local(t time.Time, zone string) (time.Time, error) {
	if known, ok := zones.Load(zone); ok {
		return t.In(known.(*time.Location)), nil
	}
	location, err := time.LoadLocation(zone)
	if err != nil {
		return t, fmt.Errorf("time zone: %w", err)
	}
	zones.Store(zone, location)
	return t.In(location), nil
}

// zones are those that were needed before: reading one takes longer than writing the message.
var zones sync.Map

// dayFrench: mardi 12 mai 2026, vendredi 1er mai 2026.
func dayFrench(t time.Time, zone string) (string, error) {
	t, err := local(t, zone)
	number := fmt.Sprint(t.Day())
	if t.Day() == 1 {
		number = "1er"
	}
	return fmt.Sprintf("%s %s %s %d", weekdaysFrench[t.Weekday()], number, monthsFrench[t.Month()-1], t.Year()), err
}

// clockFrench: 14 h 30, with no-break spaces, as the Imprimerie nationale writes it.
func clockFrench(t time.Time, zone string) (string, error) {
	t, err := local(t, zone)
	return t.Format("15\u00a0h\u00a004"), err
}

// shortDayFrench: 12/05.
func shortDayFrench(t time.Time, zone string) (string, error) {
	t, err := local(t, zone)
	return t.Format("02/01"), err
}

// shortClockFrench: 14h30.
func shortClockFrench(t time.Time, zone string) (string, error) {
	t, err := local(t, zone)
	return t.Format("15h04"), err
}

// dayEnglish: Tuesday 12 May 2026.
func dayEnglish(t time.Time, zone string) (string, error) {
	t, err := local(t, zone)
	return t.Format("Monday 2 January 2006"), err
}

// clockEnglish: 14:30.
func clockEnglish(t time.Time, zone string) (string, error) {
	t, err := local(t, zone)
	return t.Format("15:04"), err
}

// shortDayEnglish: 12 May, which no reader takes for 5 December.
func shortDayEnglish(t time.Time, zone string) (string, error) {
	t, err := local(t, zone)
	return t.Format("2 Jan"), err
}

// cities that are not written like the last part of their zone.
var (
	citiesFrench = map[string]string{
		"Indian/Reunion": "de La Réunion", "Indian/Mayotte": "de Mayotte", "America/Guadeloupe": "de Guadeloupe",
		"America/Martinique": "de Martinique", "America/Cayenne": "de Cayenne", "Pacific/Noumea": "de Nouméa",
	}
	citiesEnglish = map[string]string{"Indian/Reunion": "Réunion", "Pacific/Noumea": "Nouméa"}
)

// cityFrench: "de Paris", after "heure".
func cityFrench(zone string) string {
	if name, ok := citiesFrench[zone]; ok {
		return name
	}
	return "de " + lastPart(zone)
}

// cityEnglish: "Paris", before "time".
func cityEnglish(zone string) string {
	if name, ok := citiesEnglish[zone]; ok {
		return name
	}
	return lastPart(zone)
}

func lastPart(zone string) string {
	return strings.ReplaceAll(zone[strings.LastIndexByte(zone, '/')+1:], "_", " ")
}

// durationFrench: 30 minutes, 1 h 15.
func durationFrench(minutes int) string {
	switch {
	case minutes <= 60:
		return fmt.Sprintf("%d\u00a0minutes", minutes)
	case minutes%60 == 0:
		return fmt.Sprintf("%d\u00a0h", minutes/60)
	}
	return fmt.Sprintf("%d\u00a0h\u00a0%02d", minutes/60, minutes%60)
}

// durationEnglish: 30 minutes, 1 h 15 min.
func durationEnglish(minutes int) string {
	switch {
	case minutes <= 60:
		return fmt.Sprintf("%d\u00a0minutes", minutes)
	case minutes%60 == 0:
		return fmt.Sprintf("%d\u00a0h", minutes/60)
	}
	return fmt.Sprintf("%d\u00a0h\u00a0%d\u00a0min", minutes/60, minutes%60)
}

// phoneLink is the number as a tel: link wants it.
func phoneLink(number string) string {
	var b strings.Builder
	for i, r := range number {
		if r >= '0' && r <= '9' || r == '+' && i == 0 {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// host is the address without its scheme and path, to be read by people.
func host(url string) string {
	_, rest, ok := strings.Cut(url, "://")
	if !ok {
		rest = url
	}
	name, _, _ := strings.Cut(rest, "/")
	return name
}

var frenchSigns = regexp.MustCompile(` ([:;?!»])|« `)

// Typeset puts the no-break spaces that French wants beside its signs.
func Typeset(language, text string) string {
	if language != "fr" {
		return text
	}
	return frenchSigns.ReplaceAllStringFunc(text, func(s string) string { return strings.ReplaceAll(s, " ", "\u00a0") })
}

package cell

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"
)

var (
	dateUnreadable = refused("date_unreadable", "Cette date n’est pas lisible. Écrivez-la ainsi : 12/05/2026.")
	dateImpossible = refused("date_impossible", "Ce jour n’existe pas dans le calendrier. Vérifiez la date.")
	yearMissing    = refused("birth_year_missing", "L’année de naissance manque. Écrivez la date entière : 12/05/1957.")
	swapped        = doubtful("day_month_swapped", "Le mois est écrit avant le jour. Vérifiez la date.")
	yearAssumed    = doubtful("year_assumed", "L’année est incomplète et a été devinée. Vérifiez-la.")
	weekdayDiffers = doubtful("weekday_differs", "Le jour de la semaine ne va pas avec cette date. Vérifiez les deux.")
	zoneIgnored    = doubtful("time_zone_ignored", "L’heure est écrite avec un fuseau horaire. Vérifiez que c’est l’heure du service.")
)

const (
	// longestLife bounds the births that a serial number or two digits of a year may mean.
	longestLife = 110
	// serialReach is how many years from today an appointment written as a serial number may be.
	serialReach = 5
	// farAhead, in days: a day without year this far ahead was more likely yesterday than next year.
	farAhead = 300
)

// BirthDate reads a date of birth, as midnight UTC. A time that an export added is dropped.
func BirthDate(text string, today time.Time) (time.Time, *Note) {
	s := reading(text)
	if s == "" {
		return time.Time{}, nil
	}
	today = midnight(today)
	if day, _, ok := serial(s, today.AddDate(-longestLife, 0, 0), today); ok {
		return day, nil
	}
	w, ok := write(bornPrefix.ReplaceAllString(s, ""))
	if !ok || !ageSuffix.MatchString(w.rest) && !timeOrNothing(w.rest) {
		return time.Time{}, dateUnreadable
	}
	note := w.order()
	switch {
	case note == dateImpossible:
		return time.Time{}, note
	case w.digits == 0:
		return time.Time{}, yearMissing
	case w.digits == 2:
		for _, century := range []int{today.Year() / 100 * 100, today.Year()/100*100 - 100} {
			if day, exists := w.in(century + w.year); exists && !day.After(today) {
				return day, first(note, yearAssumed)
			}
		}
		return time.Time{}, dateImpossible
	}
	day, exists := w.in(w.year)
	if !exists {
		return time.Time{}, dateImpossible
	}
	return day, note
}

// Date reads the day of an appointment (YYYY-MM-DD), and its time (HH:MM) when the cell holds one too. Midnight
// is no time: spreadsheets add it to dates, and nobody consults then.
func Date(text string, today time.Time) (date, clock string, note *Note) {
	s := reading(text)
	if s == "" {
		return "", "", nil
	}
	today = midnight(today)
	if day, minutes, ok := serial(s, today.AddDate(-serialReach, 0, 0), today.AddDate(serialReach, 0, 0)); ok {
		return day.Format(time.DateOnly), notMidnight(minutes), nil
	}
	w, ok := write(s)
	if !ok {
		return "", "", dateUnreadable
	}
	note = w.order()
	if note == dateImpossible {
		return "", "", note
	}
	day, exists, assumed := w.appointment(today)
	if !exists {
		return "", "", dateImpossible
	}
	minutes, zone, verdict := w.time()
	switch verdict {
	case clockRead:
	case clockUnreadable:
		return "", "", dateUnreadable
	case clockImpossible:
		return "", "", timeImpossible
	}
	note = first(note, assumed)
	if zone {
		note = first(note, zoneIgnored)
	}
	if w.weekday >= 0 && day.Weekday() != w.weekday {
		note = first(note, weekdayDiffers)
	}
	return day.Format(time.DateOnly), notMidnight(minutes), note
}

// appointment completes the year: two digits are of this century, none is the next such day.
func (w written) appointment(today time.Time) (day time.Time, exists bool, note *Note) {
	switch w.digits {
	case 4:
		day, exists = w.in(w.year)
		return day, exists, nil
	case 2:
		day, exists = w.in(2000 + w.year)
		return day, exists, nil
	}
	// 29 February comes back after eight years at the latest.
	for year := today.Year(); year <= today.Year()+8; year++ {
		if day, exists = w.in(year); exists && !day.Before(today) {
			if day.After(today.AddDate(0, 0, farAhead)) {
				note = yearAssumed
			}
			return day, true, note
		}
	}
	return time.Time{}, false, nil
}

func midnight(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
}

func notMidnight(minutes int) string {
	if minutes <= 0 {
		return ""
	}
	return hhmm(minutes)
}

func hhmm(minutes int) string { return fmt.Sprintf("%02d:%02d", minutes/60, minutes%60) }

func first(notes ...*Note) *Note {
	for _, n := range notes {
		if n != nil {
			return n
		}
	}
	return nil
}

var serialForm = regexp.MustCompile(`^(\d{4,5})(?:[.,](\d{1,18}))?$`)

// serialEpoch makes day 61 the first of March 1900: Excel counts a 29 February that 1900 did not have.
var serialEpoch = time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)

// serial reads the number under which a spreadsheet (1900 system) keeps a day and its time, within bounds.
func serial(s string, from, to time.Time) (day time.Time, minutes int, ok bool) {
	m := serialForm.FindStringSubmatch(s)
	if m == nil {
		return time.Time{}, 0, false
	}
	days, err := strconv.Atoi(m[1])
	if err != nil {
		return time.Time{}, 0, false
	}
	fraction, err := strconv.ParseFloat("0."+m[2]+"0", 64)
	if err != nil {
		return time.Time{}, 0, false
	}
	minutes = int(math.Round(fraction * minutesADay))
	day = serialEpoch.AddDate(0, 0, days+minutes/minutesADay)
	return day, minutes % minutesADay, !day.Before(from) && !day.After(to)
}

var (
	bornPrefix = regexp.MustCompile(`^(?:nee?|ne\(e\)|born)(?: le| on)? +`)
	ageSuffix  = regexp.MustCompile(`^[ (,-]*\d{1,3} ?(?:ans?|mois|years?(?: old)?|y|yo)\)?$`)
)

func timeOrNothing(rest string) bool {
	_, _, verdict := written{rest: rest}.time()
	return verdict == clockRead
}

var (
	zoneSuffix = regexp.MustCompile(`^(.*\d) ?(?:z|utc|gmt|\+\d{2}:?\d{2})$`)
	zoneBehind = regexp.MustCompile(`^(t\d{2}:\d{2}.*)-\d{2}:?\d{2}$`)
	timePrefix = regexp.MustCompile(`^(?:t|[ ,;-]+)(?:(?:a|at|vers|de|@) )?`)
)

// time reads what follows the date; minutes is 0 when nothing does.
func (w written) time() (minutes int, zoned bool, verdict clockVerdict) {
	rest := w.rest
	if strings.Trim(rest, " ,;.-") == "" {
		return 0, false, clockRead
	}
	for _, form := range []*regexp.Regexp{zoneSuffix, zoneBehind} {
		if m := form.FindStringSubmatch(rest); m != nil {
			rest, zoned = m[1], true
			break
		}
	}
	start := timePrefix.FindString(rest)
	if start == "" {
		return 0, false, clockUnreadable
	}
	minutes, verdict = clockOf(strings.TrimSpace(rest[len(start):]))
	return minutes, zoned, verdict
}

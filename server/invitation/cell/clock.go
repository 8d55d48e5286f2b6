package cell

import (
	"math"
	"regexp"
	"strconv"
	"strings"
)

const minutesADay = 24 * 60

var (
	timeUnreadable     = refused("time_unreadable", "Cette heure n’est pas lisible. Écrivez-la ainsi : 14:30.")
	timeImpossible     = refused("time_impossible", "Cette heure n’existe pas. Écrivez-la ainsi : 14:30.")
	hourAssumed        = doubtful("hour_assumed", "L’heure est écrite sans minutes. Vérifiez-la.")
	durationUnreadable = refused("duration_unreadable", "Cette durée n’est pas lisible. Écrivez le nombre de minutes : 20.")
	durationImpossible = refused("duration_impossible", "Cette durée n’est pas possible. Écrivez le nombre de minutes : 20.")
)

type clockVerdict int

const (
	clockRead clockVerdict = iota
	clockUnreadable
	clockImpossible
)

var (
	clockForm  = regexp.MustCompile(`^(\d{1,2})(?: ?(h|hrs?|heures?) ?(\d{1,2})?| ?[:.,] ?(\d{2}))? ?(?:mn|min|minutes)?(?: ?[:.] ?(\d{2})(?:[.,]\d+)?)? ?(?:([ap])\.?m\.?)?$`)
	bareHour   = regexp.MustCompile(`^\d{1,2}$`)
	fourDigits = regexp.MustCompile(`^(\d{1,2})(\d{2})$`)
	rangeForm  = regexp.MustCompile(`^(?:de |entre |from )?([^-/>]+?) ?(?:-+>?|/|>| a | et | to ) ?([^-/>]+)$`)
	fraction   = regexp.MustCompile(`^(?:0?[.,]\d+|\d(?:[.,]\d+)?e-\d{1,2})$`)
	// A spreadsheet keeps a time as one of its day zero.
	dayZero = regexp.MustCompile(`^(?:1899-12-3[01]|1900-01-0[01]|3[01]/12/1899|0?[01]/0?1/1900)(?:t| +)`)
)

// Clock reads a time of the day, HH:MM. Of a span of time it gives the beginning, of a date with a time the time.
func Clock(text string) (string, *Note) {
	s := dayZero.ReplaceAllString(reading(text), "")
	if s == "" {
		return "", nil
	}
	for _, prefix := range []string{"a ", "at ", "vers "} {
		s = strings.TrimPrefix(s, prefix)
	}
	if bareHour.MatchString(s) && number(s) < 24 {
		return hhmm(number(s) * 60), hourAssumed
	}
	minutes, verdict := clockOf(s)
	if m := fourDigits.FindStringSubmatch(s); m != nil && verdict == clockUnreadable {
		minutes, verdict = minutesOf(number(m[1]), number(m[2]))
	}
	if part, ok := partOfDay(s); ok {
		minutes, verdict = part, clockRead
	}
	if verdict == clockUnreadable {
		return clockOfDay(s)
	}
	if verdict == clockImpossible || minutes >= minutesADay {
		return "", timeImpossible
	}
	return hhmm(minutes), nil
}

// clockOfDay reads the time that follows a whole date: a column that shows only times often holds the days, too.
func clockOfDay(s string) (string, *Note) {
	w, ok := write(s)
	if !ok || w.digits != 4 || w.order() == dateImpossible || strings.Trim(w.rest, " ,;.-") == "" {
		return "", timeUnreadable
	}
	minutes, zoned, verdict := w.time()
	switch {
	case verdict == clockUnreadable:
		return "", timeUnreadable
	case verdict == clockImpossible:
		return "", timeImpossible
	case zoned:
		return hhmm(minutes), zoneIgnored
	}
	return hhmm(minutes), nil
}

// clockOf reads a time or a span of time, in minutes from midnight.
func clockOf(s string) (int, clockVerdict) {
	minutes, verdict := oneClock(s)
	if verdict != clockUnreadable {
		return minutes, verdict
	}
	if m := rangeForm.FindStringSubmatch(s); m != nil {
		if _, end := oneClock(m[2]); end == clockRead {
			return oneClock(m[1])
		}
	}
	return 0, clockUnreadable
}

func oneClock(s string) (int, clockVerdict) {
	switch s {
	case "midi", "noon":
		return 12 * 60, clockRead
	case "minuit", "midnight":
		return 0, clockRead
	}
	m := clockForm.FindStringSubmatch(s)
	if m == nil {
		return 0, clockUnreadable
	}
	h, minute, seconds, half := m[2], m[3]+m[4], m[5], m[6]
	if h+minute+half == "" {
		return 0, clockUnreadable // a number alone
	}
	hour := number(m[1])
	switch {
	case half == "a" && hour > 12, half != "" && hour == 0, seconds != "" && number(seconds) > 59:
		return 0, clockImpossible
	case half == "a" && hour == 12:
		hour = 0
	case half == "p" && hour < 12:
		hour += 12
	}
	return minutesOf(hour, number("0"+minute))
}

func minutesOf(hour, minute int) (int, clockVerdict) {
	if hour > 23 || minute > 59 {
		return 0, clockImpossible
	}
	return hour*60 + minute, clockRead
}

// partOfDay reads the fraction of a day under which a spreadsheet keeps a time, in minutes. 0.30 is one, too:
// nobody consults at half past midnight.
func partOfDay(s string) (int, bool) {
	if !fraction.MatchString(s) {
		return 0, false
	}
	part, err := strconv.ParseFloat(strings.Replace(s, ",", ".", 1), 64)
	return int(math.Round(part * minutesADay)), err == nil
}

var (
	minutesForm = regexp.MustCompile(`^(\d{1,4})(?:[.,]0+)? ?(?:m|mn|mns|min|mins|minutes?|')?\.?$`)
	hoursForm   = regexp.MustCompile(`^(\d{1,2}) ?(?:h|hr|hrs|heures?|hours?|:) ?(?:(\d{1,2}) ?(?:m|mn|min|minutes?)?)?(?:: ?\d{2})?\.?$`)
	decimalForm = regexp.MustCompile(`^(\d[.,]\d{1,2}) ?(?:h|hrs?|heures?|hours?)$`)
)

// Minutes reads a duration.
func Minutes(text string) (int, *Note) {
	s := dayZero.ReplaceAllString(reading(text), "")
	if s == "" {
		return 0, nil
	}
	minutes := -1
	if part, ok := partOfDay(s); ok {
		minutes = part
	} else if m := minutesForm.FindStringSubmatch(s); m != nil {
		minutes = number(m[1])
	} else if m := hoursForm.FindStringSubmatch(s); m != nil {
		minutes = number(m[1])*60 + number("0"+m[2])
	} else if m := decimalForm.FindStringSubmatch(s); m != nil {
		if hours, err := strconv.ParseFloat(strings.Replace(m[1], ",", ".", 1), 64); err == nil {
			minutes = int(math.Round(hours * 60))
		}
	}
	switch {
	case minutes < 0:
		return 0, durationUnreadable
	case minutes == 0 || minutes > minutesADay:
		return 0, durationImpossible
	}
	return minutes, nil
}

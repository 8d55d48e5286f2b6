package cell

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// written is a date as it stands in a cell, not yet checked against the calendar.
type written struct {
	day, month, year int
	// digits of the year: 4, 2, or 0 when there is no year.
	digits int
	// weekday is -1 when none is written.
	weekday time.Weekday
	// rest is what follows the date.
	rest string
}

// in gives the day in a year, if there is one.
func (w written) in(year int) (time.Time, bool) {
	t := time.Date(year, time.Month(w.month), w.day, 0, 0, 0, 0, time.UTC)
	return t, year >= 1800 && year < 2200 && t.Day() == w.day && int(t.Month()) == w.month
}

// order takes the month before the day when the French order is impossible. It notes that, or that neither is possible.
func (w *written) order() *Note {
	const leap = 2000 // so that 29 February is left for the year to decide
	if _, exists := w.in(leap); exists {
		return nil
	}
	turned := *w
	turned.day, turned.month = w.month, w.day
	if _, exists := turned.in(leap); exists && w.month > 12 {
		*w = turned
		return swapped
	}
	return dateImpossible
}

const monthWords = `(janvier|janv|jan|january|fevrier|fevr|fev|february|feb|mars|mar|march|avril|avr|april|apr|mai|may|juin|june|jun|` +
	`juillet|juil|jul|july|aout|aou|august|aug|septembre|sept|sep|september|octobre|oct|october|novembre|nov|november|decembre|dec|december)`

var (
	weekdayForm = regexp.MustCompile(`^(?:le )?(lun(?:di)?|mar(?:di)?|mer(?:credi)?|jeu(?:di)?|ven(?:dredi)?|sam(?:edi)?|dim(?:anche)?|` +
		`mon(?:day)?|tue(?:s|sday)?|wed(?:nesday)?|thu(?:rs?|rsday)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?)\b[., ]*(?:le )?`)
	isoForm     = regexp.MustCompile(`^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})\b`)
	isoTime     = regexp.MustCompile(`^(\d{4})-(\d{2})-(\d{2})t`)
	compactForm = regexp.MustCompile(`^(\d{8})(?:t?(\d{2})(\d{2})(?:\d{2})?(z?))?$`)
	numericForm = regexp.MustCompile(`^(\d{1,2}) ?[-/.] ?(\d{1,2})\b`)
	spacedForm  = regexp.MustCompile(`^(\d{1,2}) (\d{1,2}) (\d{4})\b`)
	dayMonth    = regexp.MustCompile(`^(\d{1,2})(?:er|st|nd|rd|th)?[-/. ]*` + monthWords + `\b\.?`)
	monthDay    = regexp.MustCompile(`^` + monthWords + `\b[. ]*(\d{1,2})(?:st|nd|rd|th)?\b,?`)
	yearForm    = regexp.MustCompile(`^ ?[-/.] ?(\d{4}|\d{2})\b`)
	yearAfter   = regexp.MustCompile(`^[-/.', ]*(\d{4}|\d{2})\b`)
	clockStart  = regexp.MustCompile(`^(?: ?h| ?:|[.,]\d| ?am\b| ?pm\b)`)
)

// weekdays are known by their first letters, French then English, from Sunday on.
var weekdays = [][]string{{"dim", "sun"}, {"lun", "mon"}, {"mar", "tue"}, {"mer", "wed"}, {"jeu", "thu"}, {"ven", "fri"}, {"sam", "sat"}}

// months are known by their first letters, after which French and English go their own ways.
var months = [][]string{
	{"jan"},
	{"fe"},
	{"mar"},
	{"av", "ap"},
	{"mai", "may"},
	{"juin", "jun"},
	{"juil", "jul"},
	{"ao", "au"},
	{"se"},
	{"oc"},
	{"no"},
	{"de"},
}

// starting is the place of the list that has a beginning of the word.
func starting(lists [][]string, word string) int {
	return slices.IndexFunc(lists, func(beginnings []string) bool {
		return slices.ContainsFunc(beginnings, func(b string) bool { return strings.HasPrefix(word, b) })
	})
}

// write takes a folded text apart.
func write(s string) (written, bool) {
	if m := weekdayForm.FindStringSubmatch(s); m != nil {
		// mar may be a day of the week or a month
		if w, ok := writeDay(s[len(m[0]):]); ok {
			w.weekday = time.Weekday(starting(weekdays, m[1]))
			return w, true
		}
	}
	return writeDay(strings.TrimPrefix(s, "le "))
}

func writeDay(s string) (written, bool) {
	w := written{weekday: -1}
	if m := compactForm.FindStringSubmatch(s); m != nil {
		return w.compact(m), true
	}
	for _, form := range []*regexp.Regexp{isoTime, isoForm} {
		if m := form.FindStringSubmatch(s); m != nil {
			w.year, w.month, w.day, w.digits = number(m[1]), number(m[2]), number(m[3]), 4
			w.rest = s[len(strings.TrimSuffix(m[0], "t")):]
			return w, true
		}
	}
	if m := numericForm.FindStringSubmatch(s); m != nil {
		w.day, w.month = number(m[1]), number(m[2])
		w.takeYear(s[len(m[0]):], yearForm)
		// 12.1 is what a spreadsheet makes of 12.10: without year, only two digits after a dot are a month.
		if w.digits == 0 && strings.Contains(m[0], ".") && len(m[2]) < 2 {
			return written{}, false
		}
		return w, true
	}
	if m := spacedForm.FindStringSubmatch(s); m != nil {
		w.day, w.month, w.year, w.digits, w.rest = number(m[1]), number(m[2]), number(m[3]), 4, s[len(m[0]):]
		return w, true
	}
	if m := dayMonth.FindStringSubmatch(s); m != nil {
		w.day, w.month = number(m[1]), 1+starting(months, m[2])
		w.takeYear(s[len(m[0]):], yearAfter)
		return w, true
	}
	if m := monthDay.FindStringSubmatch(s); m != nil {
		w.day, w.month = number(m[2]), 1+starting(months, m[1])
		w.takeYear(s[len(m[0]):], yearAfter)
		return w, true
	}
	return written{}, false
}

// takeYear reads the year, unless it is the beginning of a time: 12 mai 14h30.
func (w *written) takeYear(s string, form *regexp.Regexp) {
	w.rest = s
	m := form.FindStringSubmatch(s)
	if m == nil || len(m[1]) == 2 && clockStart.MatchString(s[len(m[0]):]) {
		return
	}
	w.year, w.digits, w.rest = number(m[1]), len(m[1]), s[len(m[0]):]
}

// compact reads eight digits, year first or day first: no day is both, because no month is 19 or 20.
func (w written) compact(m []string) written {
	d := m[1]
	w.digits = 4
	w.year, w.month, w.day = number(d[:4]), number(d[4:6]), number(d[6:])
	if _, exists := w.in(w.year); !exists {
		w.day, w.month, w.year = number(d[:2]), number(d[2:4]), number(d[4:])
	}
	if m[2] != "" {
		w.rest = " " + m[2] + ":" + m[3] + m[4]
	}
	return w
}

// number reads digits that a form has matched.
func number(digits string) int {
	n, err := strconv.Atoi(digits)
	if err != nil {
		return -1
	}
	return n
}

package starttime

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// monthWords has one line a month, every language's names and abbreviations, folded.
const monthWords = `janvier janv january januar janner enero janeiro jan ene
fevrier fevr february februar febrero fevereiro feb fev
mars march marz maerz marzo marco mar mrz
avril avr april abril abr apr
mai may mayo maio
juin june juni junio junho jun
juillet juil july juli julio julho jul
aout august agosto aug ago
septembre september septiembre setiembre setembro sept sep set
octobre october oktober octubre outubro oct okt out
novembre november noviembre novembro nov
decembre december dezember diciembre dezembro dec dez dic`

// weekdayWords has one line a day from Sunday on.
const weekdayWords = `dimanche dim sunday sun sonntag so domingo dom
lundi lun monday mon montag mo lunes segunda-feira segunda seg
mardi mar tuesday tue tues dienstag di martes terca-feira terca ter
mercredi mer wednesday wed mittwoch mi miercoles mie quarta-feira quarta qua
jeudi jeu thursday thu thur thurs donnerstag do jueves jue quinta-feira quinta qui
vendredi ven friday fri freitag fr viernes vie sexta-feira sexta sex
samedi sam saturday sat samstag sa sabado sab`

const englishMonths = `january|february|march|april|may|june|july|august|september|october|november|december|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec`

func wordTable(text string) map[string]int {
	table := map[string]int{}
	for i, l := range strings.Split(text, "\n") {
		for w := range strings.FieldsSeq(l) {
			table[w] = i
		}
	}
	return table
}

func sortLongestFirst(words []string) {
	slices.SortFunc(words, func(a, b string) int {
		return cmp.Or(cmp.Compare(len(b), len(a)), cmp.Compare(a, b))
	})
}

func alternatives(table map[string]int) string {
	words := make([]string, 0, len(table))
	for w := range table {
		words = append(words, w)
	}
	sortLongestFirst(words)
	return strings.Join(words, "|")
}

var (
	months   = sync.OnceValue(func() map[string]int { return wordTable(monthWords) })
	weekdays = sync.OnceValue(func() map[string]int { return wordTable(weekdayWords) })

	dayMonth = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`(\d{1,2})(?:er|st|nd|rd|th|[oº°])?[\s./-]{0,2}(?:de |of |d')?(` + alternatives(months()) +
			`)\b\.?(?:,?[\s./-]{0,2}(?:de |del |do )?(\d{4})\b)?`)
	})
	monthDay = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`\b(` + alternatives(months()) + `)\.?\s?(\d{1,2})(?:st|nd|rd|th)?\b(?:,?\s(?:de |del )?(\d{4})\b)?`)
	})
	englishMonth = regexp.MustCompile(`^(?:` + englishMonths + `)$`)
	numericDay   = regexp.MustCompile(`(\d{1,4})([/.-])(\d{1,2})([/.-])(\d{2,4})`)
	shortDay     = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`(?:^|\b(?:le|du|am|on|el|dia|em|no|au)\s|[:,(|]\s?|\b(?:` + alternatives(weekdays()) +
			`)\.?,?\s)(\d{1,2})(?:/(\d{1,2})|\.(\d{1,2})\.)`)
	})
	weekdayWord = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`\b(` + alternatives(weekdays()) + `)\b\.?,?\s?(?:(?:le|den|dem|the|el|dia)\s)?$`)
	})
	// otherDay introduces a date that is not the meeting's: a birth date, when a mail was sent.
	otherDay = regexp.MustCompile(`(?:(?:envoye|sent|gesendet|enviad[oa](?: el| em)?)\s?:\s?(?:[a-z]{2,10}[.,]{0,2}\s)?|nee?(?: le)?|nee?\(e\)(?: le)?|ne\(e\)(?: le)?|born(?: on)?|geboren(?: am)?|geb\.|nacid[oa](?: el)?|nascid[oa](?: em)?|naissance|birth|geburtsdatum|nacimiento|nascimento|ddn|dob)\s?:?\s?$`)
)

// day is a date found on a line; year is 0 when it is not written.
type day struct {
	at, end          int
	year, month, day int
}

func number(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		return 0
	}
	return n
}

func (d day) valid() bool {
	const earliest, latest = 2000, 2099
	if d.year != 0 && (d.year < earliest || d.year > latest) {
		return false
	}
	year := d.year
	if year == 0 {
		year = earliest // a leap year: 29 February may come
	}
	t := time.Date(year, time.Month(d.month), d.day, 0, 0, 0, 0, time.UTC)
	return d.month >= 1 && d.month <= 12 && t.Day() == d.day && int(t.Month()) == d.month
}

// daysOn finds the dates of a line, in order and without overlap. American says that numeric
// dates are month first.
func daysOn(s string, american bool) []day {
	var found []day
	for _, m := range dayMonth().FindAllStringSubmatchIndex(s, -1) {
		found = append(found, day{m[0], m[1], group(s, m, 3), months()[s[m[4]:m[5]]] + 1, group(s, m, 1)})
	}
	for _, m := range monthDay().FindAllStringSubmatchIndex(s, -1) {
		if m[6] < 0 && !englishMonth.MatchString(s[m[2]:m[3]]) {
			continue // "mar. 12" without a year is a Tuesday
		}
		found = append(found, day{m[0], m[1], group(s, m, 3), months()[s[m[2]:m[3]]] + 1, group(s, m, 2)})
	}
	found = append(found, numericDays(s, american)...)
	found = slices.DeleteFunc(found, func(d day) bool {
		return !d.valid() || !standsAlone(s, d) || otherDay.MatchString(tail(s[:d.at]))
	})
	return withoutOverlap(found)
}

func group(s string, m []int, n int) int {
	if m[2*n] < 0 {
		return 0
	}
	return number(s[m[2*n]:m[2*n+1]])
}

func numericDays(s string, american bool) []day {
	var found []day
	for _, m := range numericDay.FindAllStringSubmatchIndex(s, -1) {
		a, b, c := group(s, m, 1), group(s, m, 3), group(s, m, 5)
		first, last := m[3]-m[2], m[11]-m[10]
		switch {
		case s[m[4]] != s[m[8]]:
		case first == 4 && last == 2:
			found = append(found, day{m[0], m[1], a, b, c})
		case first <= 2 && last != 3:
			if last == 2 {
				c += 2000
			}
			d := day{m[0], m[1], c, b, a}
			found = append(found, rightOrder(s, d, american && s[m[4]] == '/'))
		}
	}
	for _, m := range shortDay().FindAllStringSubmatchIndex(s, -1) {
		d := day{m[2], m[1], 0, max(group(s, m, 2), group(s, m, 3)), group(s, m, 1)}
		if m[1] < len(s) && (s[m[1]] == '/' || s[m[1]] >= '0' && s[m[1]] <= '9') {
			continue
		}
		found = append(found, rightOrder(s, d, american && m[4] >= 0))
	}
	return found
}

// rightOrder swaps day and month where the text means month first: only that order is a date,
// or its weekday fits that order only, or the language says so.
func rightOrder(s string, d day, american bool) day {
	swapped := d
	swapped.day, swapped.month = d.month, d.day
	switch {
	case !swapped.valid():
		return d
	case !d.valid():
		return swapped
	}
	if m := weekdayWord().FindStringSubmatch(tail(s[:d.at])); m != nil && d.year != 0 {
		want := weekdays()[m[1]]
		fits, fitsSwapped := d.weekday() == want, swapped.weekday() == want
		if fits != fitsSwapped {
			american = fitsSwapped
		}
	}
	if american {
		return swapped
	}
	return d
}

func (d day) weekday() int {
	return int(time.Date(d.year, time.Month(d.month), d.day, 0, 0, 0, 0, time.UTC).Weekday())
}

// tail bounds what is looked at before a place, so that a very long line costs no more.
func tail(s string) string {
	const enough = 48
	return s[max(0, len(s)-enough):]
}

// standsAlone refuses digits that are part of something longer: a clock, a telephone number.
func standsAlone(s string, d day) bool {
	if d.at > 0 && strings.ContainsRune("0123456789/.:+", rune(s[d.at-1])) && s[d.at] >= '0' && s[d.at] <= '9' {
		return false
	}
	rest := s[d.end:]
	if rest == "" {
		return true
	}
	digit := func(i int) bool { return len(rest) > i && rest[i] >= '0' && rest[i] <= '9' }
	return !digit(0) && (!strings.ContainsRune("/.-", rune(rest[0])) || !digit(1))
}

// withoutOverlap keeps, of dates that share characters, the one with a year, else the longer.
func withoutOverlap(found []day) []day {
	slices.SortFunc(found, func(a, b day) int {
		return cmp.Or(-cmp.Compare(min(a.year, 1), min(b.year, 1)), -cmp.Compare(a.end-a.at, b.end-b.at), cmp.Compare(a.at, b.at))
	})
	var kept []day
	for _, d := range found {
		if !slices.ContainsFunc(kept, func(k day) bool { return d.at < k.end && k.at < d.end }) {
			kept = append(kept, d)
		}
	}
	slices.SortFunc(kept, func(a, b day) int { return cmp.Compare(a.at, b.at) })
	return kept
}

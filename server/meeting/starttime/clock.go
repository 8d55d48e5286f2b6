package starttime

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
)

const half = `(?:\s?(a\.?\s?m\b\.?|p\.?\s?m\b\.?|(?:de|da|del|por) (?:la |a )?(?:tarde|noche|noite|manana|manha)\b|(?:de l')?apres-midi|du soir|du matin|nachmittags|abends|vormittags|morgens|in the (?:afternoon|morning|evening)))?`

// clockForms are the ways to write a time of day. Groups: hour, minute, half of the day.
var clockForms = []*regexp.Regexp{
	regexp.MustCompile(`(\d{1,2})\s?[:h]\s?(\d{2})(?::\d{2})?(?:\s?min\b)?` + half),
	regexp.MustCompile(`(\d{1,2})\s?(?:heures?|uhr|horas?|hrs?|h)\b(?:\s(\d{2})\b(?:\s?min)?)?` + half),
	regexp.MustCompile(`(\d{1,2})(?:\.(\d{2}))?\s?(a\.?\s?m\b\.?|p\.?\s?m\b\.?)`),
	regexp.MustCompile(`(\d{1,2})\.(\d{2})\s?(?:uhr|h)\b()`),
	regexp.MustCompile(`\b(?:um|at|a|as|las|von|from|de|kl) (\d{1,2})\.(\d{2})\b()`),
}

// spanForms write a beginning whose unit is only at the end: "2 – 3pm", "14-15h".
// Groups: hour, minute, end hour, end minute, half of the day.
var spanForms = []*regexp.Regexp{
	regexp.MustCompile(`(\d{1,2})(?:[:.](\d{2}))?\s?(?:-|to|a)\s?(\d{1,2})(?:[:.](\d{2}))?\s?(a\.?\s?m\b\.?|p\.?\s?m\b\.?)`),
	regexp.MustCompile(`(\d{1,2})()\s?(?:-|a|bis|e)\s?(\d{1,2})()\s?(?:h|uhr|heures)\b()`),
}

var (
	rangeWord  = regexp.MustCompile(`^\s?(?:-|to|a|bis|until|till|as|ate|ate as|hasta|hasta las|a las|jusqu'a|et|und|y|e|and|uhr -|uhr bis|h -|h a)\s?$`)
	germanAm   = regexp.MustCompile(`^\s?(?:\d{1,2}\.|(?:mo|di|mi|do|fr|sa|so|mon|diens|donners|frei|sams|sonn)(?:tag|ttwoch|nabend)?\b)`)
	noonWord   = regexp.MustCompile(`(?:^|[^-])\b(midi|noon|mediodia|meio-dia)\b`)
	clockSigns = "0123456789.:+/"
	noClock    = regexp.MustCompile(`(?:utc|gmt)\s?-$|\d,$`)
)

// clock is a time of day found on a line. next is where the text goes on after it, or after the
// end of its range.
type clock struct {
	at, end, next int
	hour, minute  int
	half          byte // 'a', 'p' or 0
}

// clocksOn finds the times of a line outside the given dates, in order; the end of a range is
// not one of its own.
func clocksOn(s string, days []day) []clock {
	var found []clock
	for _, form := range spanForms {
		for _, m := range form.FindAllStringSubmatchIndex(s, -1) {
			c := clock{at: m[0], end: m[1], hour: group(s, m, 1), minute: group(s, m, 2)}
			if m[10] < m[11] {
				c.half = beginningHalf(c, group(s, m, 3), group(s, m, 4), s[m[10]])
			}
			found = append(found, c)
		}
	}
	for _, form := range clockForms {
		for _, m := range form.FindAllStringSubmatchIndex(s, -1) {
			found = append(found, readClock(s, m))
		}
	}
	for _, m := range noonWord.FindAllStringSubmatchIndex(s, -1) {
		found = append(found, clock{at: m[2], end: m[3], hour: 12})
	}
	found = slices.DeleteFunc(found, func(c clock) bool {
		return !c.valid() || !alone(s, c) ||
			slices.ContainsFunc(days, func(d day) bool { return c.at < d.end && d.at < c.end })
	})
	return joinRanges(s, firstOfOverlap(found))
}

func readClock(s string, m []int) clock {
	c := clock{at: m[2], end: m[1], hour: group(s, m, 1), minute: group(s, m, 2)}
	if m[6] < 0 || m[6] == m[7] {
		return c
	}
	word := s[m[6]:m[7]]
	if word == "am" && germanAm.MatchString(s[m[7]:]) {
		c.end = m[6] // "um 12:30 am Dienstag": the German preposition
		return c
	}
	c.half = halfOf(word)
	return c
}

func halfOf(word string) byte {
	for _, morning := range []string{"matin", "manana", "manha", "morg", "vormittag", "morning"} {
		if strings.Contains(word, morning) {
			return 'a'
		}
	}
	if word[0] == 'a' && !strings.HasPrefix(word, "abend") && !strings.HasPrefix(word, "apres") {
		return 'a'
	}
	return 'p'
}

func (c clock) valid() bool {
	return c.hour <= 23 && c.minute <= 59
}

// alone refuses digits that go on: a version, a telephone number, an offset from UTC.
func alone(s string, c clock) bool {
	if c.at > 0 && strings.IndexByte(clockSigns, s[c.at-1]) >= 0 || noClock.MatchString(tail(s[:c.at])) {
		return false
	}
	rest := s[c.end:]
	return rest == "" || rest[0] != ':' && (rest[0] < '0' || rest[0] > '9') &&
		(rest[0] != '.' || len(rest) < 2 || rest[1] < '0' || rest[1] > '9')
}

// firstOfOverlap keeps, of times that share characters, the one found by the earlier form.
func firstOfOverlap(found []clock) []clock {
	var kept []clock
	for _, c := range found {
		if !slices.ContainsFunc(kept, func(k clock) bool { return c.at < k.end && k.at < c.end }) {
			kept = append(kept, c)
		}
	}
	slices.SortFunc(kept, func(a, b clock) int { return cmp.Compare(a.at, b.at) })
	return kept
}

// joinRanges makes one clock of a beginning and its end; the beginning takes the end's half of
// the day when it has none.
func joinRanges(s string, found []clock) []clock {
	var out []clock
	for _, c := range found {
		c.next = c.end
		if n := len(out); n > 0 && out[n-1].next == out[n-1].end && rangeWord.MatchString(s[out[n-1].end:c.at]) {
			begin := &out[n-1]
			if begin.half == 0 && c.half != 0 {
				begin.half = beginningHalf(*begin, c.hour, c.minute, c.half)
			}
			begin.next = c.end
			continue
		}
		out = append(out, c)
	}
	return out
}

// beginningHalf gives the half of the day of a beginning from its end's: the same, unless the
// meeting would then end before it begins ("11:30 – 12:15 pm").
func beginningHalf(begin clock, hour, minute int, end byte) byte {
	const noon = 12
	if begin.hour > noon || begin.hour == 0 {
		return 0
	}
	if begin.hour%noon*60+begin.minute <= hour%noon*60+minute {
		return end
	}
	if end == 'p' {
		return 'a'
	}
	return 'p'
}

// of24 gives the hour of a day of 24.
func (c clock) of24() int {
	const noon = 12
	switch {
	case c.half == 'p' && c.hour < noon:
		return c.hour + noon
	case c.half == 'a' && c.hour == noon:
		return 0
	}
	return c.hour
}

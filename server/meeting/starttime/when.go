// Package starttime reads when a meeting starts from an invitation that invitationtext made plain:
// dates, clocks and zones as French, English, German, Spanish and Portuguese texts write them, and
// calendar files.
package starttime

import (
	"regexp"
	"strings"
	"time"

	"teleconsult/server/meeting/invitationtext"
)

// When is the start that a text says.
type When struct {
	// Start is in the zone of the text. It has a meaning only when Found is true.
	Start time.Time
	Found bool
	// ZoneAssumed: the text names no zone, the fallback was taken.
	ZoneAssumed bool
	// YearAssumed: the text names no year, the next such day was taken.
	YearAssumed bool
	// Ambiguous: the clock shows this time twice that day; Start is the first.
	Ambiguous bool
	// Skipped: the clock never shows this time that day; Found is false.
	Skipped bool
}

// line is one line of the text without links, and its folded form, rune for rune.
type line struct {
	original, folded string
	skip             bool // a mail header: when it was sent, not when they meet
}

// said is a date with its clock and what follows them.
type said struct {
	day   day
	clock clock
	dayOn int // the line of the day
	on    int // the line of the clock
}

// Read reads the start of the meeting from a text that invitationtext.Clean gave. A calendar file's DTSTART
// wins, then lines labelled as a date or a time, then the first date that has a clock near it.
// A date without clock is no start.
func Read(text string, now time.Time, fallback *time.Location) When {
	lines := linesOf(text)
	if w, ok := calendarStart(text, lines, fallback); ok {
		return w
	}
	var folded strings.Builder
	for _, l := range lines {
		folded.WriteString(l.folded)
		folded.WriteByte('\n')
	}
	lang := language(folded.String())
	for _, labelled := range []bool{true, false} {
		if w, ok := firstStart(lines, labelled, lang, now, fallback); ok {
			return w
		}
	}
	return When{}
}

// firstStart gives the first start to come on the labelled or the other lines, else the first of
// all: a text may also speak of the last consultation.
func firstStart(lines []line, labelled bool, lang string, now time.Time, fallback *time.Location) (When, bool) {
	const most = 40 // of a text full of dates, the first ones are enough
	var first When
	for i, seen := 0, 0; i < len(lines) && seen < most; i++ {
		if lines[i].skip || isLabelled(lines, i) != labelled {
			continue
		}
		for _, s := range startsOn(lines, i, lang) {
			if seen == most {
				break
			}
			w := s.resolve(lines, now, fallback)
			if seen == 0 {
				first = w
			}
			seen++
			if w.Found && w.Start.After(now) && !w.YearAssumed || w.Skipped && seen == 1 {
				return w, true
			}
		}
	}
	return first, first.Found || first.Skipped
}

// longestLine bounds the work on a text without line ends.
const longestLine = 6000

func linesOf(text string) []line {
	var lines []line
	for l := range strings.SplitSeq(withoutLinks(text), "\n") {
		if r := []rune(l); len(r) > longestLine {
			l = string(r[:longestLine])
		}
		f := invitationtext.Fold(l)
		f = strings.ReplaceAll(f, " daylight time", " standard time") // as long as the other
		lines = append(lines, line{original: l, folded: f})
	}
	markHeaders(lines)
	return lines
}

var (
	sentHeader  = regexp.MustCompile(`^(?:envoye|envoye le|sent|gesendet|enviad[oa](?: el| em)?|date d'envoi|recu(?: le)?|received|empfangen|recibido|recebido|cree(?: le)?|created|erstellt|criado|creado|imprime le|mis a jour|dtstamp|created|last-modified|duree|duration|dauer|duracion|duracao|horaires? d'ouverture)\s?(?:le|on|am|el|em)?\s?:`)
	dateHeader  = regexp.MustCompile(`^(?:date|datum|fecha|data)\s?:`)
	otherHeader = regexp.MustCompile(`^(?:de|from|von|expediteur|an|to|para|cc|message-id|reply-to|received)\s?:\s?\S`)
	rfcDate     = regexp.MustCompile(`^date: [a-z]{3}, \d{1,2} [a-z]{3} \d{4} \d{2}:\d{2}:\d{2} [+-]\d{4}`)
	attribution = regexp.MustCompile(`(?:a ecrit|wrote|schrieb|escribio|escreveu)\s?:?$`)
	attributes  = regexp.MustCompile(`^(?:le|on|am|el|em|a)\b.*\d`)
	timeLabel   = regexp.MustCompile(`^(?:\W*)(?:heure|time|uhrzeit|hora|horario|when|quand|wann|cuando|quando|date|datum|fecha|data|debut|start|starts|beginn|inicio|zeit|termin|jour|tag|dia|day|rendez-vous|rdv|appointment)\b[^:]{0,28}:`)
)

// near is the number of lines of a mail's header block around its sender.
const near = 4

// markHeaders marks the lines that say when a mail was sent or forwarded.
func markHeaders(lines []line) {
	for i := range lines {
		f := lines[i].folded
		switch {
		case sentHeader.MatchString(f), rfcDate.MatchString(f):
			lines[i].skip = true
		case dateHeader.MatchString(f):
			for j := max(0, i-near); j < min(len(lines), i+near); j++ {
				if otherHeader.MatchString(lines[j].folded) {
					lines[i].skip = true
				}
			}
		case attribution.MatchString(f):
			lines[i].skip = true
			for j := i - 1; j >= max(0, i-2) && !attributes.MatchString(f); j-- {
				f = lines[j].folded
				lines[j].skip = attributes.MatchString(f)
			}
		}
	}
}

// isLabelled tells whether line i is introduced by a label, on it or alone on the line before.
func isLabelled(lines []line, i int) bool {
	if timeLabel.MatchString(lines[i].folded) {
		return true
	}
	return i > 0 && strings.HasSuffix(strings.TrimSpace(lines[i-1].folded), ":") &&
		timeLabel.MatchString(lines[i-1].folded)
}

// startsOn finds the dates of line i that have a clock: after them, before them, or on a line
// nearby. The end of a range of days is no start.
func startsOn(lines []line, i int, lang string) []said {
	f := lines[i].folded
	if !strings.ContainsAny(f, "0123456789") {
		return nil
	}
	american := lang == "en" && halfWord.MatchString(f+" "+nextFolded(lines, i))
	days := daysOn(f, american)
	clocks := clocksOn(f, days)
	var out []said
	for n, d := range days {
		if n > 0 && rangeEnd.MatchString(f[:d.at]) {
			continue
		}
		if c, ok := clockBeside(f, d, clocks); ok {
			out = append(out, said{d, c, i, i})
		} else if c, on, ok := clockNearby(lines, i); ok {
			out = append(out, said{d, c, i, on})
		}
	}
	return out
}

var rangeEnd = regexp.MustCompile(`(?:-|\b(?:to|au|bis|a|al|ate|until|jusqu'au))\s(?:[a-z]{2,10}[.,]{0,2}\s)?$|-$`)

// clockBeside finds the clock of a date on its line: the next one, the one before, or glued to
// the date as in 2026-05-12T14:30.
func clockBeside(f string, d day, clocks []clock) (clock, bool) {
	for _, c := range clocks {
		if c.at >= d.end && c.at-d.end <= reach {
			return c, true
		}
	}
	for _, c := range clocks {
		if c.at < d.at && d.at-c.next <= reach {
			return c, true
		}
	}
	if m := isoTime.FindStringSubmatchIndex(f[d.end:]); m != nil {
		return clock{
			at: d.end + m[2], end: d.end + m[5], next: d.end + m[1],
			hour: group(f[d.end:], m, 1), minute: group(f[d.end:], m, 2),
		}, true
	}
	return clock{}, false
}

// reach is the largest number of characters between a date and its clock.
const reach = 60

var (
	halfWord = regexp.MustCompile(`\d\s?[ap]\.?\s?m\b`)
	isoTime  = regexp.MustCompile(`^t(\d{2}):(\d{2})(?::\d{2}(?:\.\d+)?)?`)
	hourLine = regexp.MustCompile(`^\W*(?:(?:heure|time|uhrzeit|hora|horario|de|from|von|a|at|um|as|das|debut|start|beginn|inicio)\b|\d)`)
)

func nextFolded(lines []line, i int) string {
	for j := i + 1; j < len(lines); j++ {
		if strings.TrimSpace(lines[j].folded) != "" {
			return lines[j].folded
		}
	}
	return ""
}

// clockNearby finds a clock at the beginning of one of the next three lines that say something,
// or on a line labelled as an hour just before.
func clockNearby(lines []line, i int) (clock, int, bool) {
	const ahead = 3
	for j, seen := i+1, 0; j < len(lines) && seen < ahead; j++ {
		f := lines[j].folded
		if strings.TrimSpace(f) == "" || lines[j].skip {
			continue
		}
		seen++
		days := daysOn(f, false)
		if len(days) > 0 {
			break
		}
		if c := clocksOn(f, days); len(c) > 0 && hourLine.MatchString(f) {
			return c[0], j, true
		}
	}
	for j := i - 1; j >= max(0, i-2); j-- {
		f := lines[j].folded
		if c := clocksOn(f, daysOn(f, false)); len(c) > 0 && timeLabel.MatchString(f) && !lines[j].skip {
			return c[0], j, true
		}
	}
	return clock{}, 0, false
}

// resolve finds the zone and the year and makes the time.
func (s said) resolve(lines []line, now time.Time, fallback *time.Location) When {
	l := lines[s.on]
	at := len([]rune(l.folded[:s.clock.next]))
	z := zoneAt(l.folded[s.clock.next:], string([]rune(l.original)[at:]))
	if z.loc == nil && s.on == s.dayOn && s.clock.next < s.day.at { // "14:30 Paris, 12 mai": the zone ends the line
		z = zoneAt(l.folded[s.day.end:], string([]rune(l.original)[len([]rune(l.folded[:s.day.end])):]))
	}
	if z.loc == nil {
		z = zoneBelow(lines, s.on)
	}
	if z.loc == nil || z.fixed {
		if elsewhere := textZone(lines); elsewhere.loc != nil && (z.loc == nil || !elsewhere.fixed) {
			z = elsewhere
		}
	}
	w := When{}
	if z.loc == nil {
		z.loc, w.ZoneAssumed = fallback, true
	}
	d := s.day
	if d.year == 0 {
		w.YearAssumed = true
		d.year = nextYear(s, now, z.loc)
	}
	return w.at(d, s.clock.of24(), s.clock.minute, z)
}

// zoneBelow reads a zone that has the next line for itself, as in the mails of Google Calendar
// ("Heure d'Europe centrale - Paris").
func zoneBelow(lines []line, i int) zone {
	const longest = 60
	for j := i + 1; j < min(len(lines), i+3); j++ {
		if l := lines[j]; l.folded != "" && len(l.folded) <= longest {
			if z := zoneAt(l.folded, l.original); z.loc != nil && !z.fixed {
				return z
			}
		}
	}
	return zone{}
}

// nextYear gives the year in which the day and time come next after now.
func nextYear(s said, now time.Time, loc *time.Location) int {
	const leap = 8 // 29 February can be eight years away
	year := now.In(loc).Year()
	for y := year; y <= year+leap; y++ {
		t := time.Date(y, time.Month(s.day.month), s.day.day, s.clock.of24(), s.clock.minute, 0, 0, loc)
		if t.Day() == s.day.day && t.After(now) {
			return y
		}
	}
	return year
}

// at makes the time and tells whether the clock skips it or shows it twice.
func (w When) at(d day, hour, minute int, z zone) When {
	wall := time.Date(d.year, time.Month(d.month), d.day, hour, minute, 0, 0, time.UTC)
	first, second := instants(wall, z.loc)
	switch {
	case first.IsZero():
		w.Skipped = true
		return w
	case !second.IsZero():
		switch z.word {
		case "cest", "mesz", "haec", "central european summer time":
		case "cet", "mez", "hnec", "central european standard time":
			first = second
		default:
			w.Ambiguous = true
		}
	}
	w.Start, w.Found = first, true
	return w
}

// instants gives the moments at which a clock in loc shows the wall time: none, one or two.
func instants(wall time.Time, loc *time.Location) (first, second time.Time) {
	for _, around := range []time.Duration{-24 * time.Hour, 24 * time.Hour} {
		_, seconds := wall.Add(around).In(loc).Zone()
		t := wall.Add(-time.Duration(seconds) * time.Second).In(loc)
		if _, there := t.Zone(); there != seconds || t.Equal(first) {
			continue
		}
		if first.IsZero() {
			first = t
		} else {
			second = t
		}
	}
	return first, second
}

var (
	eventStart = regexp.MustCompile(`(?m)^DTSTART(;[^:\n]*(?:"[^"\n]*"[^:\n]*)*)?:(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(?:\d{2})?(Z?)`)
	zoneParam  = regexp.MustCompile(`(?i)TZID="?([^";]+)`)
)

// calendarStart reads DTSTART of a calendar file (RFC 5545 §3.8.2.4).
func calendarStart(text string, lines []line, fallback *time.Location) (When, bool) {
	m := eventStart.FindStringSubmatch(text)
	if m == nil {
		return When{}, false
	}
	d := day{year: number(m[2]), month: number(m[3]), day: number(m[4])}
	c := clock{hour: number(m[5]), minute: number(m[6])}
	if !d.valid() || !c.valid() {
		return When{}, false
	}
	z := zone{}
	if p := zoneParam.FindStringSubmatch(m[1]); p != nil {
		z = zoneAt(linesOf(p[1])[0].folded, p[1])
	}
	if m[7] == "Z" {
		z = zone{loc: time.UTC}
	}
	if z.loc == nil {
		z = textZone(lines)
	}
	w := When{}
	if z.loc == nil {
		z.loc, w.ZoneAssumed = fallback, true
	}
	return w.at(d, c.hour, c.minute, z), true
}

package meeting

import (
	"regexp"
	"strings"
	"time"

	"teleconsult/server/meeting/invitationtext"
	"teleconsult/server/meeting/starttime"
)

var (
	// opens are lines with which tools open an invitation, labels those with which they go on; without accents and in
	// lower case.
	opens = regexp.MustCompile(`\b(?:vous invite|vous a invite|is inviting you|invites you|ladt sie|te esta invitando|lhe convida|convidando voce|been invited to)\b` +
		`|^(?:reuniao do |reunion de |reunion )?microsoft teams\b`)
	labels = regexp.MustCompile(`^\W*(?:sujet|topic|thema|tema|topico|assunto|heure|time|uhrzeit|zeit|hora|horario|quand|when|wann|cuando|quando)\W*:`)
	// tails are lines that come after the link: what to dial, and other links.
	tails = regexp.MustCompile(`https?:/|#|\+\d|(?:id|pin|code|kenncode|passcode|password|passe|senha|acceso|numero|number)\b.*:.*\w`)
	// rulers are lines of signs alone.
	rulers = regexp.MustCompile(`^\W*$`)
)

// tabular tells whether a text is rows of a spreadsheet rather than prose: most lines have a tab or a semicolon, or the
// same number of commas.
func tabular(lines []string) bool {
	const fewCommas = 3 // a sentence may have two
	full, separated := 0, 0
	commas := map[int]int{}
	for _, line := range lines {
		if strings.TrimSpace(line) == "" {
			continue
		}
		full++
		if strings.ContainsAny(line, "\t;") {
			separated++
		}
		if n := strings.Count(line, ","); n >= fewCommas {
			commas[n]++
			separated = max(separated, commas[n])
		}
	}
	return separated*2 > full
}

// Split parts a text that holds several invitations one after the other, so that each part has one meeting. It is empty
// where there is no meeting in the text, or where the text is rows of a spreadsheet.
func Split(text string) []string {
	lines := strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
	if tabular(lines) {
		return nil
	}
	var parts []string
	begin, last, lastKey := 0, -1, ""
	for i, line := range lines {
		key := meetingOf(line)
		if key == "" || key == lastKey {
			if key != "" {
				last = i
			}
			continue
		}
		if last >= 0 {
			at := boundary(lines, begin, last+1, i)
			parts = append(parts, strings.TrimSpace(strings.Join(lines[begin:at], "\n")))
			begin = at
		}
		last, lastKey = i, key
	}
	if last < 0 {
		return nil
	}
	return append(parts, strings.TrimSpace(strings.Join(lines[begin:], "\n")))
}

// meetingOf is what the first meeting for a patient in a line is known by, "" for none.
func meetingOf(line string) string {
	for _, f := range findLinks(line) {
		switch {
		case f.reason == reasonSuspicious:
			return "?" + line // it is refused later, with its row
		case (f.kind == kindPatient || f.kind == kindPersonal) && !f.weak && f.reason == reasonNone:
			return f.key()
		}
	}
	return ""
}

// boundary is the line at which the invitation of the meeting in line to begins; the one before began in line begin, and
// its link is above line from.
func boundary(lines []string, begin, from, to int) int {
	folded := make([]string, to-from) // of the lines from there on
	for i := from; i < to; i++ {
		line := strings.TrimSpace(invitationtext.Fold(lines[i]))
		if folded[i-from] = line; opens.MatchString(line) {
			return i
		}
	}
	first := afterStart(lines, begin, from, to)
	last, blank := -1, -1
	for i := first; i < to; i++ {
		switch line := folded[i-from]; {
		case labels.MatchString(line):
			return i
		case rulers.MatchString(line):
			blank = i
		case tails.MatchString(line):
			last = i
		}
	}
	switch {
	case last < 0 && blank < 0, last >= 0 && last+1 < to && (last > blank && saysStart(lines[last+1:to])):
		return max(last+1, first)
	case last > blank: // what to dial stands above the link, too
		return max(blank+1, first)
	}
	return max(last+1, first)
}

// mostBelow is how many lines below a link may say when its meeting begins.
const mostBelow = 12

// afterStart is the line after the start of the first meeting, where it is told below the link: what follows without a
// blank line belongs to it.
func afterStart(lines []string, begin, from, to int) int {
	if saysStart(lines[begin:from]) {
		return from
	}
	for i := from; i < min(to, from+mostBelow) && strings.TrimSpace(lines[i]) != ""; i++ {
		if saysStart(lines[begin : i+1]) {
			return i + 1
		}
	}
	return from
}

// saysStart tells whether lines say when a meeting begins.
func saysStart(lines []string) bool {
	text, err := invitationtext.Clean(strings.Join(lines, "\n"))
	return err == nil && starttime.Read(text, time.Time{}, time.UTC).Found
}

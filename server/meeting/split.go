package meeting

import (
	"regexp"
	"strings"

	"teleconsult/server/meeting/invitationtext"
)

// beginsInvitation are lines with which tools begin an invitation, without accents and in lower case.
var beginsInvitation = regexp.MustCompile(`\b(?:vous invite|vous a invite|is inviting you|invites you|ladt sie|te esta invitando|lhe convida|convidando voce)\b` +
	`|^\**\s*(?:sujet|topic|thema|tema|topico|heure|time|uhrzeit|hora|horario|quand|when)\s*:`)

// tabular tells whether a text is rows of a spreadsheet rather than prose.
func tabular(lines []string) bool {
	full, separated := 0, 0
	for _, line := range lines {
		if strings.TrimSpace(line) == "" {
			continue
		}
		full++
		if strings.ContainsAny(line, "\t;") {
			separated++
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
			at := boundary(lines, last+1, i)
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

// boundary is the line at which the invitation of the meeting in line to begins: after from, where one begins, else
// after the last blank line, else there.
func boundary(lines []string, from, to int) int {
	for i := from; i < to; i++ {
		if beginsInvitation.MatchString(strings.TrimSpace(invitationtext.Fold(lines[i]))) {
			return i
		}
	}
	for i := to - 1; i >= from; i-- {
		if strings.TrimSpace(lines[i]) == "" {
			return i + 1
		}
	}
	return to
}

package cell

import (
	"regexp"
	"strings"
	"testing"
	"time"
)

var (
	clockShape  = regexp.MustCompile(`^([01]\d|2[0-3]):[0-5]\d$`)
	mobileShape = regexp.MustCompile(`^\+?\d+$`)
	emailShape  = regexp.MustCompile(`^[!-?A-~]+@[a-z0-9.-]+$`)
)

// FuzzCells holds every reader against what it promises: a value in its form, none together with an error, and
// the same value when it is read again.
func FuzzCells(f *testing.F) {
	for _, text := range []string{
		"", "12/05/2026 à 14h30", "mardi 12 mai", "46154.6041666667", "2026-05-12T14:30:00Z", "29/02", "14 h 30", "2:30 PM", "0.6",
		"06 39 98 01 12 / 01 40 00 00 00", "6,12E+08", "+33 (0)6 39 98 01 12", "Jeanne <jeanne@exemple.fr>", "a@x,fr", "a(at)x.fr; a@x.fr",
		"80 1234 5678", "DUPONT ép. MARTIN Jeanne", "DE LA TOUR Anne-Marie", "M. et Mme", "1h15", "visio", "82 ans", "\xff\xfe", "=\"'06\"",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		check := func(name, value string, note *Note, shape *regexp.Regexp, read func(string) (string, *Note)) {
			if note != nil && (note.Severity == Error && value != "" || note.Severity != Error && note.Severity != Warning || note.Message == "") {
				t.Fatalf("%s(%q) = %q with note %v", name, text, value, *note)
			}
			if value == "" {
				return
			}
			if !shape.MatchString(value) {
				t.Fatalf("%s(%q) = %q is not in its form", name, text, value)
			}
			if again, second := read(value); again != value || second != nil && second.Severity == Error {
				t.Fatalf("%s(%q) = %q, read again %q %v", name, text, value, again, second)
			}
		}
		whole := func(s string) (string, *Note) {
			date, clock, note := Date(s, today)
			return strings.TrimSpace(date + " " + clock), note
		}
		value, note := whole(text)
		check("Date", value, note, regexp.MustCompile(`^\d{4}-\d{2}-\d{2}( ([01]\d|2[0-3]):[0-5]\d)?$`), whole)
		born := func(s string) (string, *Note) {
			day, note := BirthDate(s, today)
			if day.IsZero() {
				return "", note
			}
			return day.Format(time.DateOnly), note
		}
		value, note = born(text)
		check("BirthDate", value, note, regexp.MustCompile(`^\d{4}-\d{2}-\d{2}$`), born)
		value, note = Clock(text)
		check("Clock", value, note, clockShape, Clock)
		value, note = Mobile(text)
		check("Mobile", value, note, mobileShape, Mobile)
		value, note = Email(text)
		check("Email", value, note, emailShape, Email)
		anything := regexp.MustCompile(`(?s).`)
		value, note = IPP(text)
		check("IPP", value, note, anything, IPP)
		for name, read := range map[string]func(string) (string, *Note){
			"Language": Language, "Modality": Modality, "TelephoneReason": TelephoneReason, "Tool": Tool, "Relationship": Relationship,
		} {
			value, note = read(text)
			check(name, value, note, anything, read)
		}
		if minutes, note := Minutes(text); minutes < 0 || minutes > minutesADay || minutes > 0 && note != nil {
			t.Fatalf("Minutes(%q) = %d", text, minutes)
		}
		for _, parts := range [][3]string{{"", "", text}, {text, "", ""}, {text, "Jeanne", ""}, {text, text, text}, {"", text, text}, {text, "", text}} {
			family, given, note := Names(parts[0], parts[1], parts[2])
			if note != nil && note.Severity == Error && family+given != "" {
				t.Fatalf("Names(%q) = %q, %q with an error", parts, family, given)
			}
		}
	})
}

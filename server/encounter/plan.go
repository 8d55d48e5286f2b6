package encounter

import (
	"fmt"
	"strings"
	"time"

	"teleconsult/server/department"
	"teleconsult/server/fault"
)

// Plan is what is typed when a teleconsultation is planned or moved.
type Plan struct {
	PractitionerID string
	// Date (YYYY-MM-DD) and Clock (HH:MM) are local to the department.
	Date  string
	Clock string
	// RepeatedHour settles a time that occurs twice when summer time ends: "first" or "second".
	RepeatedHour    string
	DurationMinutes int
	Modality        Modality
	TelephoneReason string
	Tool            string
	ToolReason      string
}

// planned is a plan that keeps all rules.
type planned struct {
	start, end      time.Time
	modality        Modality
	telephoneReason string
	tool            string
	toolReason      string
}

// settle checks a plan against the department's rules and returns all violations at once.
func (p Plan) settle(d department.Department, now time.Time) (planned, []fault.Violation) {
	out := planned{
		modality: p.Modality, telephoneReason: p.TelephoneReason, tool: p.Tool, toolReason: strings.TrimSpace(p.ToolReason),
	}
	var violations []fault.Violation
	add := func(field, code, message string) {
		violations = append(violations, fault.Violation{Field: field, Code: code, Message: message})
	}
	start, violation := localTime(p.Date, p.Clock, p.RepeatedHour, d.Zone)
	switch {
	case violation != nil:
		violations = append(violations, *violation)
	case start.Before(now):
		add("time", "date_in_past", "Cette date est passée. Choisissez une date et une heure à venir.")
	case start.After(now.AddDate(2, 0, 0)):
		add("date", "date_too_far", "Cette date est dans plus de deux ans. Vérifiez l’année.")
	}
	if p.DurationMinutes < minDuration || p.DurationMinutes > maxDuration {
		add("durationMinutes", "duration_out_of_range", fmt.Sprintf("La durée va de %d à %d minutes.", minDuration, maxDuration))
	}
	out.start, out.end = start, start.Add(time.Duration(p.DurationMinutes)*time.Minute)
	p.checkModality(&out, d, add)
	if len([]rune(out.toolReason)) > 500 {
		add("toolReason", "too_long", "500 caractères au plus.")
	}
	return out, violations
}

func (p Plan) checkModality(out *planned, d department.Department, add func(field, code, message string)) {
	switch p.Modality {
	case Telephone:
		if _, known := TelephoneReasons[p.TelephoneReason]; !known {
			add("telephoneReason", "telephone_reason_missing", "Le téléphone est une exception : choisissez le critère qui la permet.")
		}
		out.tool, out.toolReason = ToolTelephone, ""
	case Video:
		out.telephoneReason = ""
		switch {
		case !d.Lists(p.Tool):
			add("tool", "tool_not_listed", "Choisissez un outil de la liste du service.")
		case !d.IsFirst(p.Tool) && out.toolReason == "":
			add("toolReason", "tool_reason_missing", "Indiquez pourquoi "+ToolNames[d.Tools[0]]+" n’est pas utilisé.")
		case d.IsFirst(p.Tool):
			out.toolReason = ""
		}
	default:
		add("modality", "modality_unknown", "Choisissez vidéo ou téléphone.")
	}
}

// localTime reads a date and a clock in a zone. A time skipped when summer time begins does not exist; one
// that occurs twice when it ends must be settled by repeated ("first" or "second").
func localTime(date, clock, repeated string, zone *time.Location) (time.Time, *fault.Violation) {
	day, err := time.Parse(time.DateOnly, date)
	if err != nil {
		return time.Time{}, &fault.Violation{Field: "date", Code: "date_invalid", Message: "Cette date n’est pas lisible."}
	}
	hour, err := time.Parse("15:04", clock)
	if err != nil {
		return time.Time{}, &fault.Violation{Field: "time", Code: "time_invalid", Message: "Cette heure n’est pas lisible. Exemple : 14:30."}
	}
	var found []time.Time
	wall := time.Date(day.Year(), day.Month(), day.Day(), hour.Hour(), hour.Minute(), 0, 0, time.UTC)
	for _, offset := range offsets(wall, zone) {
		t := wall.Add(-offset)
		if l := t.In(zone); l.Hour() == wall.Hour() && l.Minute() == wall.Minute() && l.Day() == wall.Day() {
			found = append(found, t)
		}
	}
	switch {
	case len(found) == 0:
		return time.Time{}, &fault.Violation{
			Field: "time", Code: "time_does_not_exist",
			Message: "Cette heure n’existe pas ce jour-là : les horloges avancent d’une heure.",
		}
	case len(found) == 2 && repeated == "second":
		return found[1], nil
	case len(found) == 2 && repeated != "first":
		return time.Time{}, &fault.Violation{
			Field: "repeatedHour", Code: "time_ambiguous",
			Message: "Cette heure existe deux fois ce jour-là (passage à l’heure d’hiver) : choisissez la première ou la seconde.",
		}
	}
	return found[0], nil
}

// offsets are the zone's offsets around a wall time, the greater (earlier instant) first.
func offsets(wall time.Time, zone *time.Location) []time.Duration {
	_, before := wall.Add(-24 * time.Hour).In(zone).Zone()
	_, after := wall.Add(24 * time.Hour).In(zone).Zone()
	if before == after {
		return []time.Duration{time.Duration(before) * time.Second}
	}
	return []time.Duration{time.Duration(max(before, after)) * time.Second, time.Duration(min(before, after)) * time.Second}
}

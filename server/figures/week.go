package figures

import (
	"fmt"
	"time"

	"teleconsult/server/fault"
)

// maxWeeks is how many weeks are looked at together: two years and what two cut weeks add.
const maxWeeks = 106

// week is an ISO week by its Monday, at midnight UTC: a day of the calendar, not a moment.
type week time.Time

// weekOf is the week that a day of the calendar is in.
func weekOf(day time.Time) week {
	back := (int(day.Weekday()) + 6) % 7 // Monday 0, Sunday 6
	return week(time.Date(day.Year(), day.Month(), day.Day()-back, 0, 0, 0, 0, time.UTC))
}

func (w week) next() week        { return week(time.Time(w).AddDate(0, 0, 7)) }
func (w week) monday() string    { return time.Time(w).Format(time.DateOnly) }
func (w week) sunday() string    { return time.Time(w).AddDate(0, 0, 6).Format(time.DateOnly) }
func (w week) after(o week) bool { return time.Time(w).After(time.Time(o)) }

// name is that of ISO 8601, "2026-W01"; its year is not always that of the Monday.
func (w week) name() string {
	year, number := time.Time(w).ISOWeek()
	return fmt.Sprintf("%04d-W%02d", year, number)
}

// bounds are the moments at which the week begins and the next one does, on the clocks of a zone: seven days are not
// always 168 hours.
func (w week) bounds(zone *time.Location) (from, to time.Time) {
	midnight := func(w week) time.Time {
		year, month, day := time.Time(w).Date()
		return time.Date(year, month, day, 0, 0, 0, 0, zone)
	}
	return midnight(w), midnight(w.next())
}

// weeksOf are the whole weeks of the days from and to, both YYYY-MM-DD and included.
func weeksOf(from, to string) ([]week, error) {
	var violations []fault.Violation
	parse := func(field, day string) week {
		t, err := time.Parse(time.DateOnly, day)
		if err != nil {
			violations = append(violations, fault.Violation{Field: field, Code: "invalid_date", Message: "Cette date n’existe pas."})
		}
		return weekOf(t)
	}
	first, last := parse("from", from), parse("to", to)
	if err := fault.Invalid(violations...); err != nil {
		return nil, err
	}
	var weeks []week
	for w := first; !w.after(last) && len(weeks) <= maxWeeks; w = w.next() {
		weeks = append(weeks, w)
	}
	if len(weeks) == 0 || len(weeks) > maxWeeks {
		return nil, fault.Invalid(fault.Violation{
			Field: "to", Code: "period_invalid", Message: "La période va d’une semaine à deux ans, le premier jour avant le dernier.",
		})
	}
	return weeks, nil
}

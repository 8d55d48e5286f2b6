package outreach

import "time"

// courtesyEnds: so long before the appointment nothing waits for the morning.
const courtesyEnds = 2 * time.Hour

// TextHours are the hours of the day in which SMS go; the zero value holds none back. That care messages keep to them
// is courtesy: they are allowed at any hour [domain §9].
type TextHours struct {
	// From is the first hour, Until the hour at which the last one ends (24 is midnight), both of the department's day.
	From, Until int
}

// Next returns the first moment, at or after at, when an SMS about an appointment that begins at start may go. Within
// two hours of the start that is at any hour.
func (h TextHours) Next(at, start time.Time, zone *time.Location) time.Time {
	urgent := start.Add(-courtesyEnds)
	if h.Until == 0 || (!at.Before(urgent) && at.Before(start)) {
		return at
	}
	local := at.In(zone)
	day := local.Day()
	switch hour := local.Hour(); {
	case hour >= h.Until:
		day++
	case hour >= h.From:
		return at
	}
	morning := time.Date(local.Year(), local.Month(), day, h.From, 0, 0, 0, zone)
	if at.Before(urgent) && urgent.Before(morning) {
		return urgent.UTC()
	}
	return morning.UTC()
}

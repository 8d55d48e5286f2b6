package figures

import (
	"errors"
	"testing"
	"time"

	"pgregory.net/rapid"

	"teleconsult/server/fault"
)

func day(t *testing.T, text string) time.Time {
	t.Helper()
	d, err := time.Parse(time.DateOnly, text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestWeekOf(t *testing.T) {
	for _, c := range []struct{ day, monday, sunday, name string }{
		{"2026-05-12", "2026-05-11", "2026-05-17", "2026-W20"},
		{"2026-05-11", "2026-05-11", "2026-05-17", "2026-W20"},
		{"2026-05-17", "2026-05-11", "2026-05-17", "2026-W20"},
		{"2026-12-31", "2026-12-28", "2027-01-03", "2026-W53"},
		{"2027-01-01", "2026-12-28", "2027-01-03", "2026-W53"},
		{"2027-01-04", "2027-01-04", "2027-01-10", "2027-W01"},
		{"2025-12-29", "2025-12-29", "2026-01-04", "2026-W01"},
		{"2024-02-29", "2024-02-26", "2024-03-03", "2024-W09"},
	} {
		t.Run(c.day, func(t *testing.T) {
			w := weekOf(day(t, c.day))
			if w.monday() != c.monday || w.sunday() != c.sunday || w.name() != c.name {
				t.Errorf("%s to %s, %s", w.monday(), w.sunday(), w.name())
			}
		})
	}
}

func TestAWeekIsNotAlways168Hours(t *testing.T) {
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	for monday, hours := range map[string]float64{"2026-03-23": 167, "2026-03-30": 168, "2026-10-19": 169, "2026-12-28": 168} {
		from, to := weekOf(day(t, monday)).bounds(paris)
		if got := to.Sub(from).Hours(); got != hours || from.Hour() != 0 || to.Hour() != 0 || from.Weekday() != time.Monday || to.Weekday() != time.Monday {
			t.Errorf("%s: %v to %v, %v hours, want %v", monday, from, to, got, hours)
		}
	}
}

// Every moment is in exactly one week, and it is that of its local day.
func TestWeeksFollowEachOtherWithoutAGap(t *testing.T) {
	zones := []string{"Europe/Paris", "Indian/Reunion", "America/Cayenne", "Pacific/Noumea", "America/St_Johns"}
	rapid.Check(t, func(t *rapid.T) {
		zone, err := time.LoadLocation(rapid.SampledFrom(zones).Draw(t, "zone"))
		if err != nil {
			t.Fatal(err)
		}
		at := time.Unix(rapid.Int64Range(1_700_000_000, 1_900_000_000).Draw(t, "at"), 0).In(zone)
		w := weekOf(at)
		from, to := w.bounds(zone)
		if at.Before(from) || !at.Before(to) {
			t.Errorf("%v is not in %v to %v", at, from, to)
		}
		if next, _ := w.next().bounds(zone); !next.Equal(to) {
			t.Errorf("%s ends at %v, the next begins at %v", w.name(), to, next)
		}
	})
}

func TestWeeksOf(t *testing.T) {
	for _, c := range []struct {
		name, from, to string
		weeks          int
		code           string
	}{
		{"one day", "2026-05-12", "2026-05-12", 1, ""},
		{"two weeks cut", "2026-05-17", "2026-05-18", 2, ""},
		{"across the year's end", "2026-12-28", "2027-01-05", 2, ""},
		{"two years", "2024-05-13", "2026-05-12", 105, ""},
		{"as long as it goes", "2024-05-13", "2026-05-18", 106, ""},
		{"too long", "2024-05-13", "2026-05-25", 0, "period_invalid"},
		{"a millennium", "1026-05-12", "2026-05-12", 0, "period_invalid"},
		{"backwards", "2026-05-18", "2026-05-17", 0, "period_invalid"},
		{"no such day", "2026-02-30", "2026-05-12", 0, "invalid_date"},
		{"words", "2026-05-12", "demain", 0, "invalid_date"},
	} {
		t.Run(c.name, func(t *testing.T) {
			weeks, err := weeksOf(c.from, c.to)
			if len(weeks) != c.weeks {
				t.Errorf("%d weeks, want %d", len(weeks), c.weeks)
			}
			if f, ok := errors.AsType[*fault.Error](err); c.code != "" && (!ok || f.Violations[0].Code != c.code) || c.code == "" && err != nil {
				t.Errorf("error %v, want %q", err, c.code)
			}
		})
	}
}

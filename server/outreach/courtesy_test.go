package outreach_test

import (
	"testing"
	"time"

	"teleconsult/server/outreach"
)

func TestTextHours(t *testing.T) {
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	cases := []struct{ name, at, start, want string }{
		{"by day", "2026-05-11 14:00", "2026-05-12 14:30", "2026-05-11 14:00"},
		{"eight in the morning", "2026-05-11 08:00", "2026-05-12 14:30", "2026-05-11 08:00"},
		{"just before eight in the evening", "2026-05-11 19:59", "2026-05-12 14:30", "2026-05-11 19:59"},
		{"evening", "2026-05-11 20:00", "2026-05-12 14:30", "2026-05-12 08:00"},
		{"midnight", "2026-05-12 00:00", "2026-05-12 14:30", "2026-05-12 08:00"},
		{"before dawn", "2026-05-12 05:00", "2026-05-12 14:30", "2026-05-12 08:00"},
		{"two hours before", "2026-05-12 06:00", "2026-05-12 08:00", "2026-05-12 06:00"},
		{"within two hours", "2026-05-12 07:15", "2026-05-12 08:00", "2026-05-12 07:15"},
		{"late evening appointment", "2026-05-12 20:30", "2026-05-12 21:00", "2026-05-12 20:30"},
		{"not later than two hours before", "2026-05-12 03:00", "2026-05-12 09:00", "2026-05-12 07:00"},
		{"night before an early one", "2026-05-11 22:00", "2026-05-12 08:30", "2026-05-12 06:30"},
		{"after the start nothing is urgent", "2026-05-12 21:00", "2026-05-12 20:30", "2026-05-13 08:00"},
		{"last evening of a month", "2026-05-31 21:00", "2026-06-02 10:00", "2026-06-01 08:00"},
		{"night of the change to summer time", "2026-03-28 23:00", "2026-03-30 10:00", "2026-03-29 08:00"},
		{"night of the change to winter time", "2026-10-24 23:00", "2026-10-26 10:00", "2026-10-25 08:00"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			read := func(s string) time.Time {
				v, err := time.ParseInLocation("2006-01-02 15:04", s, paris)
				if err != nil {
					t.Fatal(err)
				}
				return v
			}
			if got := (outreach.TextHours{From: 8, Until: 20}).Next(read(c.at).UTC(), read(c.start).UTC(), paris); !got.Equal(read(c.want)) {
				t.Errorf("got %s", got.In(paris))
			}
		})
	}
}

func TestTextsAtAnyHour(t *testing.T) {
	night := time.Date(2026, time.May, 12, 1, 30, 0, 0, time.UTC)
	for _, h := range []outreach.TextHours{{}, {From: 0, Until: 24}} {
		if got := h.Next(night, night.Add(48*time.Hour), time.UTC); !got.Equal(night) {
			t.Errorf("%+v: got %s", h, got)
		}
	}
}

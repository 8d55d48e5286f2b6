package starttime

import (
	"strings"
	"testing"
	"time"
)

// TestOnlyTheFirstDatesOfALineCount: each one is looked up in the whole text, so a line full of them took seconds.
func TestOnlyTheFirstDatesOfALineCount(t *testing.T) {
	now := time.Date(2026, 5, 11, 7, 0, 0, 0, time.UTC)
	line := strings.Repeat("12/05/2020 14:30 ", 60) + "12/05/2027 15:00"
	if w := Read(line, now, time.UTC); !w.Found || w.Start.Year() != 2020 {
		t.Errorf("read %+v, want the first date", w)
	}
	if w := Read(strings.Repeat("12/05/2020 14:30 ", 5)+"12/05/2027 15:00", now, time.UTC); w.Start.Year() != 2027 {
		t.Errorf("read %+v, want the one to come", w)
	}
}

package number_test

import (
	"testing"

	"teleconsult/server/invitation/sheet/number"
)

func TestBuiltin(t *testing.T) {
	for id, want := range map[int]string{
		0: none, 2: none, 13: none, 26: none, 49: none, 164: none, -1: none,
		14: date, 17: date, 27: date, 31: date, 36: date, 50: date, 57: date,
		18: clock, 20: clock, 21: clock, 33: clock, 45: clock, 46: clock, 55: clock, 22: both,
	} {
		if got := shown(number.Builtin(id)); got != want {
			t.Errorf("format %d: got %q, want %q", id, got, want)
		}
	}
}

// The three answers tell what a format shows: a time below one day, midnight, or neither.
const none, date, clock, both = "0.5 46154", "0.5 2026-05-12", "12:00 2026-05-12", "12:00 2026-05-12 00:00"

func shown(f number.Format) string {
	return number.Text("0.5", f, false) + " " + number.Text("46154", f, false)
}

func TestParse(t *testing.T) {
	for code, want := range map[string]string{
		"General": none, "Standard": none, "": none, "0.00E+00": none, "#,##0.00\\ _€;[Red]-#,##0.00\\ _€": none, `0" d"`: none, "@": none,
		"[Blue]0": none, "[>=100]0;0": none, "0;dd/mm/yyyy": none, `\d\m\y`: none, "_d*y0": none, `0"dd`: none, "[": none, "[]": none, `\`: none, "[$-40C": none,
		"dd/mm/yyyy": date, "[$-40C]d\\ mmmm\\ yyyy;@": date, "[$-F800]dddd\\,\\ mmmm\\ dd\\,\\ yyyy": date, "mmm": date, "DD/MM/YY": date, "jj/mm/aaaa": date,
		"hh:mm": clock, "h:mm:ss AM/PM": clock, "[h]:mm": clock, "[mm]": clock, "mm:ss.0": clock, "[$-F400]h:mm:ss\\ AM/PM": clock,
		"dd/mm/yyyy hh:mm": both, `d/m/yy\ h"h"mm`: both, "mmm-yy h": both,
	} {
		if got := shown(number.Parse(code)); got != want {
			t.Errorf("%q: got %q, want %q", code, got, want)
		}
	}
}

package number_test

import (
	"testing"

	"teleconsult/server/invitation/sheet/number"
)

const noonOfMay12 = "46154.5"

func TestBuiltin(t *testing.T) {
	for id, want := range map[int]string{
		0: "46154.5", 2: "46154.5", 13: "46154.5", 49: "46154.5", 164: "46154.5", -1: "46154.5",
		14: "2026-05-12 12:00", 17: "2026-05-12 12:00", 20: "2026-05-12 12:00", 22: "2026-05-12 12:00", 46: "2026-05-12 12:00", 31: "2026-05-12 12:00", 55: "2026-05-12 12:00",
	} {
		if got := number.Text(noonOfMay12, number.Builtin(id), false); got != want {
			t.Errorf("format %d: got %q, want %q", id, got, want)
		}
	}
}

// The three answers tell what a format shows: a time below one day, midnight, or neither.
func TestParse(t *testing.T) {
	const none, date, clock, both = "0.5 46154", "0.5 2026-05-12", "12:00 2026-05-12", "12:00 2026-05-12 00:00"
	for code, want := range map[string]string{
		"General": none, "Standard": none, "": none, "0.00E+00": none, "#,##0.00\\ _€;[Red]-#,##0.00\\ _€": none, `0" d"`: none, "@": none,
		"[Blue]0": none, "[>=100]0;0": none, "0;dd/mm/yyyy": none, `\d\m\y`: none, "_d*y0": none, `0"dd`: none, "[": none, "[]": none, `\`: none, "[$-40C": none,
		"dd/mm/yyyy": date, "[$-40C]d\\ mmmm\\ yyyy;@": date, "[$-F800]dddd\\,\\ mmmm\\ dd\\,\\ yyyy": date, "mmm": date, "DD/MM/YY": date, "jj/mm/aaaa": date,
		"hh:mm": clock, "h:mm:ss AM/PM": clock, "[h]:mm": clock, "[mm]": clock, "mm:ss.0": clock, "[$-F400]h:mm:ss\\ AM/PM": clock,
		"dd/mm/yyyy hh:mm": both, `d/m/yy\ h"h"mm`: both, "mmm-yy h": both,
	} {
		f := number.Parse(code)
		if got := number.Text("0.5", f, false) + " " + number.Text("46154", f, false); got != want {
			t.Errorf("%q: got %q, want %q", code, got, want)
		}
	}
}

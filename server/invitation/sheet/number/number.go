// Package number writes the numbers of a workbook as they are meant: dates and times, which are stored as
// days since an epoch and told only by their format, and plain decimals.
package number

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// Format says what a number format shows of a date. Its zero value shows none.
type Format struct{ date, time bool }

// Builtin is that of a format that every Excel knows by its number, so that files do not define it.
func Builtin(id int) Format {
	switch {
	case 14 <= id && id <= 17:
		return Format{date: true}
	case 18 <= id && id <= 21, 45 <= id && id <= 47:
		return Format{time: true}
	case id == 22:
		return Format{date: true, time: true}
	case 27 <= id && id <= 31, id == 36, 50 <= id && id <= 54, id == 57, id == 58: // East Asian
		return Format{date: true}
	case 32 <= id && id <= 35, id == 55, id == 56:
		return Format{time: true}
	}
	return Format{}
}

// Parse reads the code of a format: "dd/mm/yyyy", `[$-40C]d\ mmmm\ yyyy;@`, "[h]:mm". Only the first
// of its sections counts, which is that of positive numbers.
func Parse(code string) Format {
	if strings.EqualFold(code, "general") || strings.EqualFold(code, "standard") {
		return Format{}
	}
	var found Format
	month := false // or minute
	for i := 0; i < len(code); i++ {
		switch code[i] {
		case ';':
			i = len(code)
		case '\\', '_', '*': // the next character is shown, or is as wide, or fills
			i++
		case '"':
			i = skipTo(code, i, '"')
		case '[': // a colour, a condition, a locale; or hours that go on after 24
			end := skipTo(code, i, ']')
			inside := strings.ToLower(code[i+1 : min(end, len(code))])
			if inside != "" && strings.Trim(inside, inside[:1]) == "" && strings.Contains("hms", inside[:1]) {
				found.time = true
			}
			i = end
		case 'd', 'D', 'y', 'Y':
			found.date = true
		case 'h', 'H', 's', 'S':
			found.time = true
		case 'm', 'M':
			month = true
		}
	}
	if month && !found.time {
		found.date = true
	}
	return found
}

// skipTo is the place of the next b after i, or the end.
func skipTo(code string, i int, b byte) int {
	if n := strings.IndexByte(code[i+1:], b); n >= 0 {
		return i + 1 + n
	}
	return len(code)
}

const (
	dateLayout     = "2006-01-02"
	timeLayout     = "15:04"
	dateTimeLayout = dateLayout + " " + timeLayout
)

// Text writes a stored number: "2006-01-02", "2006-01-02 15:04", "15:04" or a plain decimal. What is no
// number comes back as it is.
func Text(raw string, format Format, date1904 bool) string {
	if raw == "" || strings.Trim(raw, "0123456789+-.eE") != "" {
		return raw
	}
	n, err := strconv.ParseFloat(raw, 64)
	if err != nil {
		return raw
	}
	if format.date || format.time {
		if shown, ok := serial(n, format, date1904); ok {
			return shown
		}
	}
	return decimal(n)
}

// decimal has no exponent, and no more decimals than a spreadsheet computes right.
func decimal(n float64) string {
	const decimals = 10
	s := strconv.FormatFloat(n, 'f', -1, 64)
	if dot := strings.IndexByte(s, '.'); dot >= 0 && len(s)-dot-1 > decimals {
		s = strings.TrimRight(strings.TrimRight(strconv.FormatFloat(n, 'f', decimals, 64), "0"), ".")
	}
	if s == "-0" {
		return "0"
	}
	return s
}

// serial writes days since the epoch of the workbook. What the format hides is written all the same when it
// is there: a column that shows only hours often holds the whole date. No date: false.
func serial(n float64, format Format, date1904 bool) (string, bool) {
	const daySeconds, dayMinutes, end = 86400, 1440, 2958466 // year 10000
	if n < 0 || n >= end {
		return "", false
	}
	seconds := int64(math.Round(n * daySeconds)) // stored fractions are never exact
	day := seconds / daySeconds
	// To the nearest minute, but 23:59:59 stays on its day.
	minutes := min(int64(math.Round(float64(seconds%daySeconds)/60)), dayMinutes-1)
	clock := time.Date(2000, 1, 1, 0, int(minutes), 0, 0, time.UTC).Format(timeLayout)
	if day == 0 && format.time {
		return clock, true
	}
	var date string
	const leapBug = 60 // 29 February 1900, which Excel counts although it never was
	switch {
	case date1904:
		date = time.Date(1904, 1, 1+int(day), 0, 0, 0, 0, time.UTC).Format(dateLayout)
	case day == 0:
		return "", false
	case day == leapBug:
		date = "1900-02-29"
	case day < leapBug:
		date = time.Date(1899, 12, 31+int(day), 0, 0, 0, 0, time.UTC).Format(dateLayout)
	default:
		date = time.Date(1899, 12, 30+int(day), 0, 0, 0, 0, time.UTC).Format(dateLayout)
	}
	if minutes > 0 || format.time && format.date {
		return date + " " + clock, true
	}
	return date, true
}

// ISO writes a date that is stored as ISO 8601, which strict files do, like Text. What is no date comes
// back as it is.
func ISO(raw string) string {
	for _, layout := range []string{"2006-01-02T15:04:05.999999999Z07:00", "2006-01-02T15:04:05", "2006-01-02T15:04"} {
		if t, err := time.Parse(layout, raw); err == nil {
			return t.Round(time.Minute).Format(dateTimeLayout)
		}
	}
	if t, err := time.Parse("15:04:05", raw); err == nil {
		return t.Format(timeLayout)
	}
	return raw
}

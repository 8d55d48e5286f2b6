package sheet

import (
	"regexp"
	"strings"

	"teleconsult/server/invitation/sheet/delimited"
)

// readDelimited reads CSV or pasted rows.
func readDelimited(kind, text string, limits Limits) (Table, error) {
	s := delimited.New(text, kind == KindText, mostColumns)
	c := collector{kind: kind, limits: limits}
	for s.Next() {
		if s.Far > 0 {
			return Table{}, tooManyColumns(place(kind, s.Line, s.Far))
		}
		for column, cell := range s.Cells {
			value, formula := unwrap(clean(cell))
			if formula {
				if err := c.formula(s.Line, column); err != nil {
					return Table{}, err
				}
			}
			if err := c.put(s.Line, column, value); err != nil {
				return Table{}, err
			}
		}
		if err := c.endRow(s.Line, false); err != nil {
			return Table{}, err
		}
	}
	if s.Open > 0 {
		return Table{}, openQuote(s.Open)
	}
	if err := c.finish(); err != nil {
		return Table{}, err
	}
	return Table{Kind: kind, Rows: c.rows}, nil
}

var textAsResult = regexp.MustCompile(`^="((?:[^"]|"")*)"$`)

// unwrap takes the text out of ="0612345678", by which programs keep Excel from making it a number.
// Any other cell that begins with = is a formula.
func unwrap(value string) (text string, formula bool) {
	if !strings.HasPrefix(value, "=") {
		return value, false
	}
	if m := textAsResult.FindStringSubmatch(value); m != nil {
		return clean(strings.ReplaceAll(m[1], `""`, `"`)), false
	}
	return value, true
}

package sheet

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	mostColumns    = 100
	mostCharacters = 8000
	namedFormulas  = 5 // as many are named to the user
)

const byteOrderMark = "\uFEFF"

// collector takes the cells of a table in order and keeps the rows with content.
type collector struct {
	kind     string
	limits   Limits
	rows     []Row
	formulas []string
	cells    []string // of the row being read
	width    int      // cells of all rows so far at most: a good size for the next
	text     int64    // bytes in all rows so far
}

// unfolded is how many times larger than its file the text of a table may be. A workbook is packed, and holds a text once
// for all cells that repeat it; other files at most treble, when they are decoded.
const unfolded = 8

// put takes one cell, already clean, of the current row.
func (c *collector) put(line, column int, value string) error {
	if value == "" {
		return nil
	}
	if column >= mostColumns {
		return tooManyColumns(place(c.kind, line, column))
	}
	if len(value) > mostCharacters && utf8.RuneCountInString(value) > mostCharacters {
		return cellTooLong(place(c.kind, line, column))
	}
	if c.text += int64(len(value)); c.text > unfolded*c.limits.Bytes && c.limits.Bytes > 0 {
		return unpackedTooLarge(unfolded * c.limits.Bytes)
	}
	if c.cells == nil {
		c.cells = make([]string, 0, max(c.width, column+1))
	}
	for len(c.cells) <= column {
		c.cells = append(c.cells, "")
	}
	c.cells[column] = value
	return nil
}

// formula notes a cell that is computed. It stops the reading once there are enough to name.
func (c *collector) formula(line, column int) error {
	c.formulas = append(c.formulas, cellName(c.kind, line, column))
	if len(c.formulas) > namedFormulas {
		return hasFormulas(c.kind, c.formulas)
	}
	return nil
}

// endRow keeps the current row if it has content.
func (c *collector) endRow(line int, hidden bool) error {
	if len(c.cells) == 0 {
		return nil
	}
	if len(c.rows) > c.limits.Rows {
		return tooManyRows(c.limits.Rows)
	}
	c.rows = append(c.rows, Row{Line: line, Hidden: hidden, Cells: c.cells})
	c.width, c.cells = max(c.width, len(c.cells)), nil
	return nil
}

// finish says what the whole table is refused for.
func (c *collector) finish() error {
	switch {
	case len(c.formulas) > 0:
		return hasFormulas(c.kind, c.formulas)
	case len(c.rows) == 0:
		return empty(c.kind)
	}
	return nil
}

// clean takes off what is not seen: control characters, byte order marks and the marks of writing
// direction that come with telephone numbers out of an address book, and white space around.
func clean(s string) string {
	s = strings.TrimSpace(s)
	if !strings.ContainsFunc(s, unseen) {
		return s
	}
	s = strings.ReplaceAll(s, "\r\n", "\n")
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\r':
			return '\n'
		case unseen(r):
			return -1
		}
		return r
	}, s)
	return strings.TrimSpace(s)
}

func unseen(r rune) bool {
	switch {
	case r == '\n', r == '\t':
		return false
	case r < utf8.RuneSelf:
		return r < ' ' || r == '\x7f'
	case r == '\uFEFF', r == '\u200B', r == '\u2060', // no width
		r == '\u200E', r == '\u200F', '\u202A' <= r && r <= '\u202E', '\u2066' <= r && r <= '\u2069': // direction
		return true
	}
	return unicode.IsControl(r)
}

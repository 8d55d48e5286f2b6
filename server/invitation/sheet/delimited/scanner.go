// Package delimited cuts CSV, or rows that were copied in a spreadsheet, into cells. It is as lenient as
// Excel with quotes, except where that would make one cell of many rows.
package delimited

import (
	"slices"
	"strings"
	"unicode"
)

// Scanner cuts a text into rows and cells.
type Scanner struct {
	// Line is that of the current row, as a spreadsheet counts: a line end in quotes begins no line.
	Line int
	// Cells are those of the current row, up to as many columns as are allowed.
	Cells []string
	// Far is the first column, from 0, with content beyond those that are allowed; 0 when there is none.
	Far int
	// Open is the line of a quote that is never closed, which ends the reading; 0 when there is none.
	Open int

	text      string
	delimiter byte
	columns   int
	// pasted: spreadsheets copy a cell that holds quotes as it is, unless it also holds a line end. So a
	// quote that is not closed right before the end of the cell, or only after a tab, is one that somebody
	// typed.
	pasted    bool
	at        int
	width     int  // of the current row
	neverEnds bool // there is no quote any more that could close one
}

// New makes a scanner of a text, in a delimiter that the text declares or that is the likely one. pasted
// says that it was copied in a spreadsheet.
func New(text string, pasted bool, columns int) *Scanner {
	text, delimiter := declared(text)
	if delimiter == 0 {
		delimiter = likely(pasted, text)
	}
	return &Scanner{text: text, delimiter: delimiter, pasted: pasted, columns: columns}
}

// Next reads a row. It stops at the end, and at a quote that is never closed.
func (s *Scanner) Next() bool {
	if s.at >= len(s.text) || s.Open > 0 {
		return false
	}
	s.Line++
	s.Cells, s.width, s.Far = s.Cells[:0], 0, 0
	for {
		cell := s.cell()
		switch {
		case s.width < s.columns:
			s.Cells = append(s.Cells, cell)
		case s.Far == 0 && !unwritten(cell):
			s.Far = s.width
		}
		s.width++
		if s.Open > 0 {
			return false
		}
		if s.at >= len(s.text) {
			return true
		}
		ended := s.text[s.at]
		s.at++
		if ended == s.delimiter {
			continue
		}
		if ended == '\r' && s.at < len(s.text) && s.text[s.at] == '\n' {
			s.at++
		}
		return true
	}
}

// cell reads up to the delimiter or line end that follows.
func (s *Scanner) cell() string {
	if strings.HasPrefix(s.text[s.at:], `"`) && !s.neverEnds {
		if value, ok := s.quoted(); ok {
			return value
		}
	}
	start := s.at
	s.at = s.end(s.at)
	return s.text[start:s.at]
}

// end is where a cell without quotes ends.
func (s *Scanner) end(from int) int {
	for i := from; i < len(s.text); i++ {
		if b := s.text[i]; b == s.delimiter || b == '\n' || b == '\r' {
			return i
		}
	}
	return len(s.text)
}

// quoted reads a cell in quotes. What stands between the closing quote and the delimiter belongs to it,
// as in Excel. When the quotes went over a line end, though, such a rest shows that a lone quote was
// paired with one of a later row: rows would be lost unseen.
func (s *Scanner) quoted() (string, bool) {
	start := s.at + 1
	closing := start
	for {
		i := strings.IndexByte(s.text[closing:], '"')
		if i < 0 {
			s.neverEnds = true
			return "", s.refuse()
		}
		closing += i
		if !strings.HasPrefix(s.text[closing+1:], `"`) {
			break
		}
		closing += 2
	}
	value, end := s.text[start:closing], s.end(closing+1)
	rest := s.text[closing+1 : end]
	if strings.TrimSpace(rest) != "" && (s.pasted || strings.ContainsAny(value, "\r\n")) ||
		s.pasted && s.delimiter == '\t' && strings.Contains(value, "\t") {
		return "", s.refuse()
	}
	s.at = end
	return strings.ReplaceAll(value, `""`, `"`) + rest, true
}

// refuse says that a quote cannot be paired; in a pasted text it is then read as typed (false).
func (s *Scanner) refuse() bool {
	if s.pasted {
		return false
	}
	s.Open = s.Line
	return true
}

// blank says that the current row has no content.
func (s *Scanner) blank() bool {
	return s.Far == 0 && !slices.ContainsFunc(s.Cells, func(c string) bool { return !unwritten(c) })
}

// unwritten says that a cell shows nothing.
func unwritten(cell string) bool {
	return strings.TrimFunc(cell, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }) == ""
}

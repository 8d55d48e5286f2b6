// Package spreadsheet writes tables as files that Excel and LibreOffice open with a double click, without a cell being computed.
package spreadsheet

import (
	"bufio"
	"fmt"
	"io"
	"iter"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
)

// byteOrderMark tells Excel that a text is UTF-8.
const byteOrderMark = "\uFEFF"

// WriteCSV writes what Excel opens with a double click: semicolons, UTF-8 with a mark, CRLF. A cell that
// could be taken for a formula gets an apostrophe in front, telephone numbers such as +33… too.
func WriteCSV(w io.Writer, header []string, rows iter.Seq[[]string]) error {
	out := bufio.NewWriter(w)
	if _, err := out.WriteString(byteOrderMark); err != nil {
		return err
	}
	if len(header) > 0 {
		if err := writeRecord(out, header); err != nil {
			return err
		}
	}
	for row := range rows {
		if err := writeRecord(out, row); err != nil {
			return err
		}
	}
	return out.Flush()
}

func writeRecord(out *bufio.Writer, cells []string) error {
	for i, cell := range cells {
		if i > 0 {
			_ = out.WriteByte(';') // a bufio.Writer keeps its error for the last call
		}
		cell = harmless(cell)
		if strings.ContainsAny(cell, ";,\t|\"\r\n") || strings.TrimSpace(cell) != cell {
			cell = `"` + strings.ReplaceAll(cell, `"`, `""`) + `"`
		}
		_, _ = out.WriteString(cell)
	}
	_, err := out.WriteString("\r\n")
	return err
}

// harmless neutralises a cell. Whoever opens the file with another delimiter than ours (an English Excel
// takes the comma) sees a cell begin after every comma or line end, so these places are treated alike.
func harmless(cell string) string {
	cell = strings.ToValidUTF8(strings.ReplaceAll(cell, "\x00", ""), "\uFFFD")
	if !strings.ContainsAny(cell, "\t\r=+-@＝＋－＠") {
		return cell
	}
	var b strings.Builder
	begins := true
	for i, r := range cell {
		if begins && dangerous(cell[i:]) {
			b.WriteByte('\'')
		}
		b.WriteRune(r)
		begins = strings.ContainsRune(";,\t|\r\n", r)
	}
	return b.String()
}

// dangerous says that a program may compute a cell that begins so. White space, quotes and what is not
// seen are passed over, as some programs do.
func dangerous(cell string) bool {
	if first, _ := utf8.DecodeRuneInString(cell); first == '\t' || first == '\r' {
		return true
	}
	for _, r := range cell {
		switch {
		case strings.ContainsRune("=+-@＝＋－＠", r):
			return true
		case unicode.IsSpace(r), unicode.IsControl(r), unicode.Is(unicode.Cf, r), r == '"', r == '\'':
		default:
			return false
		}
	}
	return false
}

// WriteXLSX writes a workbook of one sheet whose cells are all text, so that telephone numbers keep their
// zero and nothing is computed.
func WriteXLSX(w io.Writer, sheet string, header []string, rows iter.Seq[[]string]) (err error) {
	f := excelize.NewFile()
	defer func() {
		if closing := f.Close(); err == nil {
			err = closing
		}
	}()
	sheet = sheetName(sheet)
	if err := f.SetSheetName(f.GetSheetName(0), sheet); err != nil {
		return fmt.Errorf("spreadsheet: name: %w", err)
	}
	if err := f.SetDocProps(&excelize.DocProperties{Creator: "Teleconsult"}); err != nil {
		return fmt.Errorf("spreadsheet: properties: %w", err)
	}
	const text = 49 // the number format "@"
	plain, err := f.NewStyle(&excelize.Style{NumFmt: text})
	if err != nil {
		return fmt.Errorf("spreadsheet: style: %w", err)
	}
	bold, err := f.NewStyle(&excelize.Style{NumFmt: text, Font: &excelize.Font{Bold: true}})
	if err != nil {
		return fmt.Errorf("spreadsheet: style: %w", err)
	}
	stream, err := f.NewStreamWriter(sheet)
	if err != nil {
		return fmt.Errorf("spreadsheet: stream: %w", err)
	}
	if err := writeRows(stream, header, bold, rows, plain); err != nil {
		return err
	}
	if err := f.Write(w); err != nil {
		return fmt.Errorf("spreadsheet: write: %w", err)
	}
	return nil
}

func writeRows(stream *excelize.StreamWriter, header []string, bold int, rows iter.Seq[[]string], plain int) error {
	const width = 18
	// The style of the columns too: what is typed below the last row is then text as well.
	if err := stream.SetColStyle(1, max(len(header), 1), plain); err != nil {
		return fmt.Errorf("spreadsheet: columns: %w", err)
	}
	if err := stream.SetColWidth(1, max(len(header), 1), width); err != nil {
		return fmt.Errorf("spreadsheet: columns: %w", err)
	}
	line := 0
	write := func(cells []string, style int) error {
		line++
		values := make([]any, len(cells))
		for i, cell := range cells {
			values[i] = excelize.Cell{StyleID: style, Value: strings.ToValidUTF8(cell, "\uFFFD")}
		}
		if err := stream.SetRow(fmt.Sprintf("A%d", line), values); err != nil {
			return fmt.Errorf("spreadsheet: row %d: %w", line, err)
		}
		return nil
	}
	if len(header) > 0 {
		if err := write(header, bold); err != nil {
			return err
		}
	}
	for row := range rows {
		if err := write(row, plain); err != nil {
			return err
		}
	}
	if err := stream.Flush(); err != nil {
		return fmt.Errorf("spreadsheet: flush: %w", err)
	}
	return nil
}

// sheetName is one that Excel takes.
func sheetName(name string) string {
	const longest = 31
	name = strings.Map(func(r rune) rune {
		if strings.ContainsRune(`:\/?*[]`, r) || unicode.IsControl(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(name, ""))
	runes := []rune(name)
	name = strings.Trim(string(runes[:min(len(runes), longest)]), " '")
	if name == "" {
		return "Feuille1"
	}
	return name
}

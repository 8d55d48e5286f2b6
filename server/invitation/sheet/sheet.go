// Package sheet reads the spreadsheets that a secretary drops on a page (CSV, XLSX) or the rows
// pasted out of one, and writes exports. Bytes in, values out: it knows neither headers nor patients.
//
// What a file is, is told by its content, never by its name. Nothing of a file is trusted: what is
// unpacked, how long a token is and how deep elements nest are bounded, and no formula is computed or
// let through, because its stored result may be old.
package sheet

import (
	"fmt"
	"strings"

	"teleconsult/server/fault"
)

// What a table was read from.
const (
	KindCSV  = "csv"
	KindXLSX = "xlsx"
	KindText = "text"
)

// Limits bound what is read.
type Limits struct {
	// Bytes is the size of the file or the pasted text.
	Bytes int64
	// Rows is without the header; as headers are not known here, one more row with content is let through.
	Rows int
}

// Table is what was read, as text.
type Table struct {
	// Kind is one of KindCSV, KindXLSX, KindText.
	Kind string
	// Sheet is the name of the sheet that was read (XLSX only).
	Sheet string
	// OtherSheets are the names of the other visible sheets with content (XLSX only).
	OtherSheets []string
	// Rows are the rows with content.
	Rows []Row
}

// Row is one row with content. Its last cell is not empty.
type Row struct {
	// Line is the number that the spreadsheet shows, from 1.
	Line int
	// Hidden says that the row is hidden or filtered out in the workbook.
	Hidden bool
	// Cells start with column A. White space around a cell and control characters are taken off.
	Cells []string
}

// Read reads a file. name is what the user calls it; it only makes a refusal clearer. The errors are
// faults: file_empty, file_too_large, file_kind_unknown, file_encrypted, file_has_macros,
// file_has_formulas, file_broken, too_many_rows, too_many_columns, cell_too_long.
func Read(name string, content []byte, limits Limits) (table Table, err error) {
	// A file is made by anybody: what nobody thought of must not take the server down.
	defer func() {
		if p := recover(); p != nil {
			table, err = Table{}, broken(fmt.Errorf("sheet: panic: %v", p))
		}
	}()
	if int64(len(content)) > limits.Bytes {
		return Table{}, tooLarge("Ce fichier est trop lourd", limits.Bytes)
	}
	if startsWith(content, "PK") {
		archive, err := openArchive(content)
		if err != nil {
			return Table{}, err
		}
		return readXLSX(archive, limits)
	}
	if err := refuseBinary(content); err != nil {
		return Table{}, err
	}
	text := decode(content)
	if err := refuseText(name, text); err != nil {
		return Table{}, err
	}
	return readDelimited(KindCSV, text, limits)
}

// ReadText reads rows that were copied in a spreadsheet, which come with tabs between the cells;
// without any tab the text is read as CSV. The errors are those of Read.
func ReadText(text string, limits Limits) (Table, error) {
	if int64(len(text)) > limits.Bytes {
		return Table{}, tooLarge("Le texte collé est trop long", limits.Bytes)
	}
	text = strings.TrimPrefix(strings.ToValidUTF8(text, "\uFFFD"), byteOrderMark)
	if mostlyControl(text) {
		return Table{}, fault.New(fault.KindUnprocessable, "file_kind_unknown",
			"Ce qui a été collé n’est pas un texte lisible. Copiez les lignes dans le tableur, puis collez-les ici.")
	}
	return readDelimited(KindText, text, limits)
}

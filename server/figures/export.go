package figures

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"teleconsult/server/auth"
)

const (
	formatCSV  = "csv"
	formatXLSX = "xlsx"
)

var contentTypes = map[string]string{
	formatCSV:  "text/csv; charset=utf-8",
	formatXLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}

// File is what is handed out.
type File struct {
	Name    string
	Content []byte
}

// Export returns the figures by week and practitioner as a file (csv or xlsx) to a caller whose right was checked, and
// traces it.
func (s *Service) Export(ctx context.Context, caller auth.Caller, q Query, format string) (File, error) {
	sheet, err := s.read(ctx, caller, q, "figures.export")
	if err != nil {
		return File{}, err
	}
	rows, err := table(sheet, q.PractitionerID)
	if err != nil {
		return File{}, err
	}
	var out bytes.Buffer
	if format == formatXLSX {
		err = writeXLSX(&out, rows)
	} else {
		err = writeCSV(&out, rows)
	}
	first, last := sheet.weeks[0], sheet.weeks[len(sheet.weeks)-1]
	return File{Name: "chiffres-" + first.monday() + "-" + last.sunday() + "." + format, Content: out.Bytes()}, err
}

// writeCSV writes what Excel opens with a double click: semicolons, UTF-8 with a mark, CRLF.
func writeCSV(w io.Writer, rows [][]any) error {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return fmt.Errorf("write figures: %w", err)
	}
	out := csv.NewWriter(w)
	out.Comma, out.UseCRLF = ';', true
	for _, row := range rows {
		cells := make([]string, 0, len(row))
		for _, value := range row {
			switch value := value.(type) {
			case int:
				cells = append(cells, strconv.Itoa(value))
			case string:
				cells = append(cells, harmless(value))
			default:
				cells = append(cells, "")
			}
		}
		if err := out.Write(cells); err != nil {
			return fmt.Errorf("write figures: %w", err)
		}
	}
	out.Flush()
	return out.Error()
}

// harmless is a text that no program takes for a formula: names of staff are typed by people.
func harmless(text string) string {
	if begins := strings.TrimLeft(text, " \"'\u00a0"); begins != "" && strings.ContainsRune("=+-@\t\r＝＋－＠", []rune(begins)[0]) {
		return "'" + text
	}
	return text
}

// writeXLSX writes a workbook of one sheet whose counts are numbers, with its header always in sight.
func writeXLSX(w io.Writer, rows [][]any) (err error) {
	f := excelize.NewFile()
	defer func() {
		if closing := f.Close(); err == nil {
			err = closing
		}
	}()
	const sheet = "Chiffres"
	if err = f.SetSheetName(f.GetSheetName(0), sheet); err != nil {
		return fmt.Errorf("write figures: %w", err)
	}
	if err = f.SetDocProps(&excelize.DocProperties{Creator: "Teleconsult"}); err != nil {
		return fmt.Errorf("write figures: %w", err)
	}
	bold, err := f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}, Alignment: &excelize.Alignment{WrapText: true, Vertical: "top"}})
	if err != nil {
		return fmt.Errorf("write figures: %w", err)
	}
	stream, err := f.NewStreamWriter(sheet)
	if err != nil {
		return fmt.Errorf("write figures: %w", err)
	}
	if err = stream.SetPanes(&excelize.Panes{Freeze: true, XSplit: 3, YSplit: 1, TopLeftCell: "D2", ActivePane: "bottomRight"}); err != nil {
		return fmt.Errorf("write figures: %w", err)
	}
	if err = stream.SetColWidth(1, len(rows[0]), 14); err != nil {
		return fmt.Errorf("write figures: %w", err)
	}
	for i, row := range rows {
		options := []excelize.RowOpts{}
		if i == 0 {
			options = append(options, excelize.RowOpts{StyleID: bold})
		}
		if err = stream.SetRow(fmt.Sprintf("A%d", i+1), row, options...); err != nil {
			return fmt.Errorf("write figures: %w", err)
		}
	}
	if err = stream.Flush(); err != nil {
		return fmt.Errorf("write figures: %w", err)
	}
	if err = f.Write(w); err != nil {
		return fmt.Errorf("write figures: %w", err)
	}
	return nil
}

package sheet_test

import (
	"bytes"
	"fmt"
	"slices"
	"testing"

	"github.com/xuri/excelize/v2"

	"teleconsult/server/spreadsheet"
)

const benchRows, benchColumns = 5000, 10

func benchTable() [][]string {
	rows := make([][]string, benchRows)
	for i := range rows {
		rows[i] = []string{
			fmt.Sprintf("D’Aubigné %d", i), "Zoë", "29/05/1971", fmt.Sprintf("06 39 98 %02d %02d", i/100%100, i%100), fmt.Sprintf("zoe%d@exemple.fr", i),
			"12/05/2026", "14:30", "Consultation de suivi", "oui", "Appeler le matin ; laisser sonner",
		}
	}
	return rows
}

// benchBook is what a spreadsheet saves: shared texts, dates as numbers.
func benchBook(b *testing.B) []byte {
	b.Helper()
	f := excelize.NewFile()
	date, err := f.NewStyle(&excelize.Style{NumFmt: 14})
	if err != nil {
		b.Fatal(err)
	}
	for i, cells := range benchTable() {
		values := make([]any, benchColumns)
		for j, c := range cells {
			values[j] = c
		}
		values[5] = 46154 + i%20
		line := i + 1
		if err := f.SetSheetRow("Sheet1", fmt.Sprintf("A%d", line), &values); err != nil {
			b.Fatal(err)
		}
	}
	if err := f.SetCellStyle("Sheet1", "F1", fmt.Sprintf("F%d", benchRows), date); err != nil {
		b.Fatal(err)
	}
	var out bytes.Buffer
	if err := f.Write(&out); err != nil {
		b.Fatal(err)
	}
	return out.Bytes()
}

func BenchmarkRead(b *testing.B) {
	var csv, inline bytes.Buffer
	if err := spreadsheet.WriteCSV(&csv, nil, slices.Values(benchTable())); err != nil {
		b.Fatal(err)
	}
	if err := spreadsheet.WriteXLSX(&inline, "Mai", nil, slices.Values(benchTable())); err != nil {
		b.Fatal(err)
	}
	for name, content := range map[string][]byte{"CSV": csv.Bytes(), "XLSX": benchBook(b), "XLSX-inline": inline.Bytes()} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(content)))
			b.ReportAllocs()
			for b.Loop() {
				if table := mustRead(b, name, content); len(table.Rows) != benchRows {
					b.Fatal(len(table.Rows))
				}
			}
		})
	}
}

package spreadsheet_test

import (
	"bytes"
	"slices"
	"testing"

	"teleconsult/server/spreadsheet"
)

// What was written once can be written again: the same table is the same file.
func TestTheSameTableIsTheSameFile(t *testing.T) {
	rows := [][]string{{"D’Aubigné", "=1+1"}, {"", "0639980002"}}
	for _, format := range []string{spreadsheet.CSV, spreadsheet.XLSX} {
		first, err := spreadsheet.Write(format, "Lot 1", []string{"Nom", "Mobile"}, slices.Values(rows))
		if err != nil {
			t.Fatal(err)
		}
		again, err := spreadsheet.Write(format, "Lot 1", []string{"Nom", "Mobile"}, slices.Values(rows))
		if err != nil || !bytes.Equal(first, again) || len(first) == 0 {
			t.Errorf("%s: %d bytes, then %d (%v)", format, len(first), len(again), err)
		}
	}
	if name := spreadsheet.NewDownload("lot-1", spreadsheet.XLSX, nil).Disposition; name != `attachment; filename="lot-1.xlsx"` {
		t.Error(name)
	}
}

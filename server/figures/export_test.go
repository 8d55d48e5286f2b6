package figures

import (
	"bytes"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

func exported(t *testing.T, only string) [][]any {
	t.Helper()
	weeks, err := weeksOf("2026-05-11", "2026-05-18")
	if err != nil {
		t.Fatal(err)
	}
	rows, err := table(sheetOf{
		weeks: weeks, cells: []cell{{weeks[0], "a", everyCount}, {weeks[0], "b", "planned 1"}},
		names: map[string]string{"a": "Dr Claire Martin", "b": "=Ali;Benali"},
	}, only)
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func TestTable(t *testing.T) {
	rows := exported(t, "")
	var lines []string
	for _, row := range rows {
		if len(row) != len(rows[0]) {
			t.Fatalf("%d cells, the header has %d", len(row), len(rows[0]))
		}
		lines = append(lines, row[0].(string)+" "+row[2].(string))
	}
	want := "Semaine Praticien, 2026-W20 Tout le service, 2026-W20 =Ali;Benali, 2026-W20 Dr Claire Martin, 2026-W21 Tout le service"
	if got := strings.Join(lines, ", "); got != want {
		t.Errorf("%s", got)
	}
	cells := map[string]any{}
	for i, heading := range rows[0] {
		cells[heading.(string)] = rows[1][i]
	}
	for heading, value := range map[string]any{
		"Du lundi": "2026-05-11", "Prévues": 11, "Tenues": 6, "Ni tenues ni annulées": 2, "Patient absent": 1,
		"Annulées : annulée à la demande du patient": 2, "Accord refusé ou retiré": 1, "Tenues par téléphone": 2,
		"Téléphone : affection de longue durée": 2, "Messages par SMS": 20, "Échecs par SMS": 3, "Retard médian (min)": 4,
		"Retard, 9e décile (min)": 4, "Tenues depuis plus de 24 h": 5, "Ordonnance en 24 h": 0, "Compte rendu en 24 h": 4,
		"Codage en 24 h": 0, "Codées": 3, "Non facturables": 1, "Incidents Zoom : problème de son": 2,
	} {
		if cells[heading] != value {
			t.Errorf("%s: %v, want %v", heading, cells[heading], value)
		}
	}
	if late := rows[4][len(rows[0])-9]; late != nil {
		t.Errorf("a week without a consultation was late by %v", late)
	}
	if alone := exported(t, "b"); len(alone) != 2 || alone[1][2] != "=Ali;Benali" {
		t.Errorf("of one alone: %v", alone)
	}
}

func TestCSV(t *testing.T) {
	var out bytes.Buffer
	if err := writeCSV(&out, [][]any{{"Semaine", "Praticien", "Retard"}, {"2026-W20", "=Ali;Benali", -3}, {"2026-W21", "Dr \"X\"", nil}}); err != nil {
		t.Fatal(err)
	}
	want := "\ufeffSemaine;Praticien;Retard\r\n2026-W20;\"'=Ali;Benali\";-3\r\n2026-W21;\"Dr \"\"X\"\"\";\r\n"
	if out.String() != want {
		t.Errorf("%q", out.String())
	}
}

func TestNamesAreNoFormulas(t *testing.T) {
	for text, want := range map[string]string{
		"Dr Claire Martin": "Dr Claire Martin", "": "", "=1+1": "'=1+1", " +33": "' +33", "\"@x": "'\"@x", "-": "'-", "＝1": "'＝1", "\t=1": "'\t=1",
		"Jean-Luc": "Jean-Luc",
	} {
		if got := harmless(text); got != want {
			t.Errorf("%q: %q", text, got)
		}
	}
}

func TestXLSX(t *testing.T) {
	var out bytes.Buffer
	if err := writeXLSX(&out, exported(t, "")); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(&out)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	for at, want := range map[string]string{"A1": "Semaine", "A2": "2026-W20", "C3": "=Ali;Benali", "D2": "11"} {
		if got, err := f.GetCellValue("Chiffres", at); err != nil || got != want {
			t.Errorf("%s: %q, want %q (%v)", at, got, want, err)
		}
	}
	if formula, err := f.GetCellFormula("Chiffres", "C3"); err != nil || formula != "" {
		t.Errorf("a name became the formula %q (%v)", formula, err)
	}
	if kind, err := f.GetCellType("Chiffres", "D2"); err != nil || kind != excelize.CellTypeUnset && kind != excelize.CellTypeNumber {
		t.Errorf("a count is of kind %v (%v)", kind, err)
	}
}

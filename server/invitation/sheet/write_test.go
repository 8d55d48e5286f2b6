package sheet_test

import (
	"bytes"
	"errors"
	"iter"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/xuri/excelize/v2"

	"teleconsult/server/invitation/sheet"
	"teleconsult/server/spreadsheet"
)

func writeCSV(t testing.TB, header []string, rows ...[]string) string {
	t.Helper()
	var b bytes.Buffer
	if err := spreadsheet.WriteCSV(&b, header, slices.Values(rows)); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestWriteCSV(t *testing.T) {
	got := writeCSV(t, []string{"Nom", "Remarque"}, []string{"D’Aubigné", `dit "oui" ; puis`}, []string{"", "a\nb"}, []string{"+33639980001", " x"})
	want := "\uFEFFNom;Remarque\r\nD’Aubigné;\"dit \"\"oui\"\" ; puis\"\r\n;\"a\nb\"\r\n'+33639980001;\" x\"\r\n"
	if got != want {
		t.Errorf("got\n%q\nwant\n%q", got, want)
	}
	same(t, mustRead(t, "a.csv", []byte(got)).Rows, []sheet.Row{
		row(1, "Nom", "Remarque"), row(2, "D’Aubigné", `dit "oui" ; puis`), row(3, "", "a\nb"), row(4, "'+33639980001", "x"),
	})
}

func TestWriteCSVNeutralises(t *testing.T) {
	for cell, want := range map[string]string{
		"=1+1": "'=1+1", "+33639980001": "'+33639980001", "-5": "'-5", "@SUM(A1)": "'@SUM(A1)", "-": "'-",
		"\tx": "\"'\tx\"", "\rx": "\"'\rx\"", "\n=x": "\"'\n'=x\"", "  =x": "'  =x", "\u00A0=x": "'\u00A0=x", "\u200B=x": "'\u200B=x",
		`"=x"`: `"'""=x"""`, "'=x": "''=x", "＝x": "'＝x",
		"a,=x": `"a,'=x"`, "a; +x": `"a;' +x"`, "a\n-x": "\"a\n'-x\"", "a|@x": `"a|'@x"`,
		"a=b": "a=b", "Jean-Marc": "Jean-Marc", "a@exemple.fr": "a@exemple.fr", "1-2": "1-2", "": "", "'": "'", "\x00=": "'=",
	} {
		if got := writeCSV(t, nil, []string{cell}); got != "\uFEFF"+want+"\r\n" {
			t.Errorf("%q: got %q, want %q", cell, got, want)
		}
	}
}

// harmful finds a cell that some program could compute, whichever delimiter it takes and whether or not it
// knows quotes.
func harmful(file string) string {
	for _, separators := range []string{";\r\n", ",\r\n", "\t\r\n", "|\r\n", ";,\t|\r\n", "\r\n"} {
		cells := strings.FieldsFunc(strings.TrimPrefix(file, "\uFEFF"), func(r rune) bool { return strings.ContainsRune(separators, r) })
		for _, cell := range cells {
			seen := strings.TrimLeftFunc(cell, func(r rune) bool {
				return r == '"' || unicode.IsSpace(r) || unicode.IsControl(r) || unicode.Is(unicode.Cf, r)
			})
			if seen != "" && strings.ContainsAny(seen[:1], "=+-@") {
				return cell
			}
		}
	}
	return ""
}

type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, errors.New("disk full") }

func TestWriteFails(t *testing.T) {
	forever := iter.Seq[[]string](func(yield func([]string) bool) {
		for yield([]string{strings.Repeat("x", 1000)}) {
		}
	})
	if spreadsheet.WriteCSV(failing{}, []string{"a"}, forever) == nil {
		t.Error("no error")
	}
	if spreadsheet.WriteXLSX(failing{}, "a", []string{"a"}, slices.Values([][]string{{"b"}})) == nil {
		t.Error("no error")
	}
}

func TestWriteXLSX(t *testing.T) {
	rows := [][]string{{"D’Aubigné", "+33639980001", "=1+1"}, {}, {"", "0639980002", "a\nb _x0041_ <&>"}, {"46154", "6.12E+08", "TRUE"}}
	var b bytes.Buffer
	if err := spreadsheet.WriteXLSX(&b, "Mai [2026]: à l'hôpital, consultations", []string{"Nom", "Mobile", "Remarque"}, slices.Values(rows)); err != nil {
		t.Fatal(err)
	}
	table := mustRead(t, "a.xlsx", b.Bytes())
	same(t, table.Rows, []sheet.Row{row(1, "Nom", "Mobile", "Remarque"), row(2, rows[0]...), row(4, rows[2]...), row(5, rows[3]...)})
	if table.Sheet != "Mai  2026   à l'hôpital, consul" {
		t.Errorf("sheet %q", table.Sheet)
	}
	f, err := excelize.OpenReader(&b)
	if err != nil {
		t.Fatal(err)
	}
	for _, cell := range []string{"A1", "C2", "A5", "C5"} {
		kind, err := f.GetCellType(table.Sheet, cell)
		if err != nil || kind != excelize.CellTypeInlineString {
			t.Errorf("%s: type %v, %v", cell, kind, err)
		}
		if formula, err := f.GetCellFormula(table.Sheet, cell); formula != "" || err != nil {
			t.Errorf("%s: formula %q, %v", cell, formula, err)
		}
		id, err := f.GetCellStyle(table.Sheet, cell)
		if err != nil {
			t.Fatal(err)
		}
		if style, err := f.GetStyle(id); err != nil || style.NumFmt != 49 {
			t.Errorf("%s: %+v, %v", cell, style, err)
		}
	}
	for _, name := range []string{"", " ' ", "\x00", strings.Repeat("é", 40)} {
		if err := spreadsheet.WriteXLSX(&bytes.Buffer{}, name, nil, slices.Values(rows)); err != nil {
			t.Errorf("%q: %v", name, err)
		}
	}
}

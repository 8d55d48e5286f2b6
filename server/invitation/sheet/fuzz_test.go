package sheet_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"teleconsult/server/fault"
	"teleconsult/server/invitation/sheet"
)

// sound checks what holds for every answer, and that every refusal is a known fault.
func sound(t *testing.T, table sheet.Table, err error, limits sheet.Limits) {
	t.Helper()
	if err != nil {
		problem, ok := errors.AsType[*fault.Error](err)
		if !ok || problem.Code == "" || problem.Detail == "" || strings.Contains(problem.Error(), "panic") {
			t.Fatalf("%v", err)
		}
		if len(table.Rows) > 0 {
			t.Fatal("both an answer and an error")
		}
		return
	}
	if len(table.Rows) == 0 || len(table.Rows) > limits.Rows+1 {
		t.Fatalf("%d rows", len(table.Rows))
	}
	for _, r := range table.Rows {
		if r.Line < 1 || len(r.Cells) == 0 || len(r.Cells) > 100 || r.Cells[len(r.Cells)-1] == "" {
			t.Fatalf("row %+v", r)
		}
		for _, c := range r.Cells {
			if !utf8.ValidString(c) || utf8.RuneCountInString(c) > 8000 || strings.TrimSpace(c) != c ||
				strings.ContainsFunc(c, func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' || r == '\uFEFF' }) {
				t.Fatalf("cell %q", c)
			}
		}
	}
}

var small = sheet.Limits{Bytes: 1 << 20, Rows: 50}

func FuzzReadCSV(f *testing.F) {
	for _, name := range []string{"windows-1252.csv", "utf8-mark.csv", "unicode-text.txt", "tabs.tsv", "declared.csv"} {
		f.Add(fixture(f, name))
	}
	f.Add([]byte("a,b\n=\"06\",\"x\ny\"\"\"\r1;2|3"))
	f.Add([]byte("\"a\"b\tc\n\"d\te\""))
	f.Fuzz(func(t *testing.T, content []byte) {
		table, err := sheet.Read("a.csv", content, small)
		sound(t, table, err, small)
		for i := 1; i < len(table.Rows); i++ {
			if table.Kind == sheet.KindCSV && table.Rows[i].Line <= table.Rows[i-1].Line {
				t.Fatal("lines do not rise")
			}
		}
		table, err = sheet.ReadText(string(content), small)
		sound(t, table, err, small)
	})
}

func FuzzReadXLSX(f *testing.F) {
	names, err := filepath.Glob("testdata/*.xls*")
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range names {
		content, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(content, "", "")
	}
	f.Add([]byte(nil), `<row r="3" hidden="1"><c r="B3" s="1"><v>46154.5</v></c><c t="s"><v>0</v></c><c t="inlineStr"><is><t>a</t></is></c></row>`, "<si><t>a_x000D_</t></si>")
	f.Add([]byte(nil), `<row><c><f>1</f></c></row>`, "<si/>")
	f.Fuzz(func(t *testing.T, content []byte, rows, texts string) {
		if len(content) == 0 { // a mutated ZIP is seldom one, so the XML inside is also mutated
			content = []byte(zipped(shared(book(rows), texts)...))
		}
		table, err := sheet.Read("a.xlsx", content, small)
		sound(t, table, err, small)
	})
}

func FuzzWriteCSV(f *testing.F) {
	for _, cell := range []string{"=1+1", " \"+x", "a,\n=x", "a;\t@x", "\u202E-x", "\uFEFF=x", "x\x00,\x00=y", "'", "é", "\xff=", "a\r\"=\""} {
		f.Add(cell, "b")
	}
	f.Add("\x84+x", "\xd8") // together a character that is not seen
	f.Fuzz(func(t *testing.T, a, b string) {
		file := writeCSV(t, []string{a, "Mobile"}, []string{b, a}, []string{"x", b + a})
		if cell := harmful(file); cell != "" {
			t.Fatalf("%q is harmful in %q", cell, file)
		}
		table, err := sheet.Read("a.csv", []byte(file), small)
		sound(t, table, err, small)
	})
}

package sheet_test

import (
	"bytes"
	"errors"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"teleconsult/server/fault"
	"teleconsult/server/invitation/sheet"
)

var usual = sheet.Limits{Bytes: 5 << 20, Rows: 5000}

func fixture(t testing.TB, name string) []byte {
	t.Helper()
	content, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func mustRead(t testing.TB, name string, content []byte) sheet.Table {
	t.Helper()
	table, err := sheet.Read(name, content, usual)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return table
}

// refused checks the code of a fault and that its sentence says certain words.
func refused(t testing.TB, err error, code string, words ...string) {
	t.Helper()
	if fault.CodeOf(err) != code {
		t.Fatalf("got %v, want %s", err, code)
	}
	problem, _ := errors.AsType[*fault.Error](err)
	for _, w := range words {
		if !strings.Contains(problem.Detail, w) {
			t.Errorf("%q does not say %q", problem.Detail, w)
		}
	}
}

func same(t testing.TB, got, want []sheet.Row) {
	t.Helper()
	equal := func(a, b sheet.Row) bool {
		return a.Line == b.Line && a.Hidden == b.Hidden && slices.Equal(a.Cells, b.Cells)
	}
	if !slices.EqualFunc(got, want, equal) {
		t.Errorf("got\n%+v\nwant\n%+v", got, want)
	}
}

func row(line int, cells ...string) sheet.Row { return sheet.Row{Line: line, Cells: cells} }

func hidden(line int, cells ...string) sheet.Row {
	return sheet.Row{Line: line, Hidden: true, Cells: cells}
}

// The same people in every encoding and with every delimiter that Excel writes.
func TestTextFixtures(t *testing.T) {
	want := []sheet.Row{
		row(1, "Nom", "Prénom", "Né(e) le", "Mobile", "Mail", "Remarque"),
		row(2, "D’Aubigné", "Zoë", "29/05/1971", "06 39 98 01 01", "zoe@exemple.fr", "coût : 5 €"),
		row(3, "Lefèvre-Ça", "Noël", "03/02/1958", "06 39 98 01 02", "noel@exemple.fr", "Dit : « l’après-midi » ; \"Nono\""),
		row(4, "Œuvrard", "Inès", "11/12/1990", "06 39 98 01 03", "ines@exemple.fr"),
	}
	for _, name := range []string{"windows-1252.csv", "utf8-mark.csv", "unicode-text.txt", "tabs.tsv", "declared.csv"} {
		t.Run(name, func(t *testing.T) {
			content := fixture(t, name)
			table := mustRead(t, name, content)
			same(t, table.Rows, want)
			if table.Kind != sheet.KindCSV || table.Sheet != "" {
				t.Errorf("kind %q, sheet %q", table.Kind, table.Sheet)
			}
		})
	}
	t.Run("UTF-16 without a mark", func(t *testing.T) {
		same(t, mustRead(t, "a.txt", fixture(t, "unicode-text.txt")[2:]).Rows, want)
	})
	t.Run("UTF-16, high byte first", func(t *testing.T) {
		content := fixture(t, "unicode-text.txt")
		for i := 0; i+1 < len(content); i += 2 {
			content[i], content[i+1] = content[i+1], content[i]
		}
		same(t, mustRead(t, "a.txt", content).Rows, want)
	})
	t.Run("pasted", func(t *testing.T) {
		table, err := sheet.ReadText(string(fixture(t, "tabs.tsv")), usual)
		if err != nil {
			t.Fatal(err)
		}
		same(t, table.Rows, want)
		if table.Kind != sheet.KindText {
			t.Errorf("kind %q", table.Kind)
		}
	})
}

func TestWorkbookFixtures(t *testing.T) {
	t.Run("dates, numbers, texts", func(t *testing.T) {
		table := mustRead(t, "appointments.xlsx", fixture(t, "appointments.xlsx"))
		same(t, table.Rows, []sheet.Row{
			row(1, "Consultations de mai 2026"),
			row(3, "Nom", "Prénom", "Né(e) le", "Mobile", "Mail", "Date", "Heure", "Date longue", "Date et heure", "Durée", "Présent", "Remarque"),
			row(4, "D’Aubigné", "Zoë", "1971-05-29", "639980101", "zoe@exemple.fr",
				"2026-05-12", "14:30", "2026-05-12", "2026-05-12 14:30", "00:20", "1", "Appeler\nle matin"),
			row(5, "Lefèvre-Ça", "Noël", "-695", "06 39 98 01 02", "noel@exemple.fr", // Excel cannot show 1898 either
				"2026-05-13", "09:00", "2026-05-13", "2026-05-13 09:00", "01:05", "0", "6.12E+08"),
			row(6, "Œuvrard", "Inès", "inconnue", "+33639980103", "",
				"2026-05-14", "23:59", "2026-05-14", "2026-05-14 00:00", "", "-", "0.604166667"),
		})
		if table.Kind != sheet.KindXLSX || table.Sheet != "Rendez-vous" || len(table.OtherSheets) > 0 {
			t.Errorf("kind %q, sheet %q, others %q", table.Kind, table.Sheet, table.OtherSheets)
		}
	})
	t.Run("hidden and filtered rows", func(t *testing.T) {
		same(t, mustRead(t, "filtered.xlsx", fixture(t, "filtered.xlsx")).Rows, []sheet.Row{
			row(1, "Nom", "Prénom", "Mobile"),
			row(2, "Bertin", "Anaïs", "06 39 98 02 01"),
			hidden(3, "Cazal", "Hugo", "06 39 98 02 02"),
			row(4, "Dumé", "Léa", "06 39 98 02 03"),
			hidden(5, "Estève", "Jean", "06 39 98 02 04"),
		})
	})
	t.Run("an empty, a hidden and two sheets", func(t *testing.T) {
		table := mustRead(t, "two-sheets.xlsx", fixture(t, "two-sheets.xlsx"))
		same(t, table.Rows, []sheet.Row{row(1, "Nom", "Mobile"), row(2, "Fauré", "06 39 98 03 01")})
		if table.Sheet != "Mai" || !slices.Equal(table.OtherSheets, []string{"Juin"}) {
			t.Errorf("sheet %q, others %q", table.Sheet, table.OtherSheets)
		}
	})
}

func TestRefused(t *testing.T) {
	picture := new(bytes.Buffer)
	if err := png.Encode(picture, image.NewGray(image.Rect(0, 0, 1, 1))); err != nil {
		t.Fatal(err)
	}
	xlsx := fixture(t, "appointments.xlsx")
	ole := "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1" + strings.Repeat("\x00", 504)
	const unknown, broken = "file_kind_unknown", "file_broken"
	for name, c := range map[string]struct {
		content string
		code    string
		words   []string
	}{
		"appointments.xls":  {string(fixture(t, "appointments.xls")), unknown, []string{".xls", "« Classeur Excel (.xlsx) »"}},
		"appointments.ods":  {string(fixture(t, "appointments.ods")), unknown, []string{".ods", "(.xlsx)"}},
		"web-page.xls":      {string(fixture(t, "web-page.xls")), unknown, []string{"page web (HTML), même si son nom finit par .xls"}},
		"formula.xlsx":      {string(fixture(t, "formula.xlsx")), "file_has_formulas", []string{"cellules D2, D3, D4)", "collage spécial « valeurs »"}},
		"encrypted.xlsx":    {string(fixture(t, "encrypted.xlsx")), "file_encrypted", []string{"mot de passe"}},
		"letter.doc":        {ole + "W\x00o\x00r\x00d\x00D\x00o\x00c\x00u\x00m\x00e\x00n\x00t\x00", unknown, []string{"Word"}},
		"table.xlsx (html)": {" \r\n<table><tr><td>a</td></tr></table>", unknown, []string{"page web"}},
		"export.xml":        {`<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook/>`, unknown, []string{"XML"}},
		"list.pdf":          {"%PDF-1.7\n%\xE2\xE3\xCF\xD3", unknown, []string{"PDF", "au format .xlsx ou .csv"}},
		"list.png":          {picture.String(), unknown, []string{"image"}},
		"photo.heic":        {"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00", unknown, []string{"image"}},
		"list.bmp":          {"BM\x46\x00\x00\x00\x00\x00", unknown, []string{"image"}},
		"list.rtf":          {`{\rtf1\ansi Nom}`, unknown, []string{"RTF"}},
		"list.csv.gz":       {"\x1F\x8B\x08\x00", unknown, []string{"archive"}},
		"page.mht":          {"MIME-Version: 1.0\r\n", unknown, []string{"page web"}},
		"program.bin":       {strings.Repeat("\x01\x02\x03abc\x00\x7f", 40), unknown, []string{"ne lit pas"}},
		"list.docx":         {zipped(part{"word/document.xml", "<a/>"}), unknown, []string{"Word"}},
		"list.pptx":         {zipped(part{"ppt/presentation.xml", "<a/>"}), unknown, []string{"PowerPoint"}},
		"list.odt":          {zipped(part{"mimetype", "application/vnd.oasis.opendocument.text"}), unknown, []string{"LibreOffice"}},
		"list.numbers":      {zipped(part{"Index/Document.iwa", "x"}), unknown, []string{"Numbers", "Exporter"}},
		"list.zip":          {zipped(part{"liste.csv", "a;b"}), unknown, []string{"archive"}},
		"list.xlsm":         {zipped(append(book("<row/>"), part{`xl\vbaProject.bin`, "x"})...), "file_has_macros", []string{"macros", ".xlsx"}},
		"list.xltm":         {zipped(append(book("<row/>"), part{"[Content_Types].xml", `<Types><Override ContentType="application/vnd.ms-excel.template.macroEnabled.main+xml"/></Types>`})...), "file_has_macros", nil},
		"list.xlsb":         {zipped(part{"xl/workbook.bin", "x"}), "file_has_macros", nil},
		"old-macros.xlsx":   {zipped(append(book("<row/>"), part{"xl/macrosheets/sheet1.xml", "<a/>"})...), "file_has_macros", nil},
		"empty.csv":         {"", "file_empty", []string{"vide"}},
		"mark-only.csv":     {"\xEF\xBB\xBF", "file_empty", nil},
		"blank.csv":         {";;;\r\n\r\n \u00A0;\r\n", "file_empty", nil},
		"empty.xlsx":        {zipped(book("")...), "file_empty", nil},
		"truncated.xlsx":    {string(xlsx[:len(xlsx)/2]), broken, []string{"abîmé"}},
		"four-bytes.xlsx":   {"PK\x03\x04", broken, nil},
		"corrupt.xlsx":      {corrupt(zipped(book("<row><c><v>1</v></c></row>")...), "<v>1</v>"), broken, nil},
		"xml-stops.xlsx":    {zipped(book("<row><c><v>1</v></c></row><row><c><v>2")...), broken, nil},
		"no-sheet.xlsx":     {zipped(book("<row/>")[:4]...), broken, nil},
		"no-parts.xlsx":     {zipped(part{"xl/workbook.xml", ""}), broken, nil},
		"no-text.xlsx":      {zipped(book(`<row><c t="s"><v>0</v></c></row>`)...), broken, nil},
		"far-row.xlsx":      {zipped(book(`<row r="1048577"><c><v>1</v></c></row>`)...), broken, nil},
		"far-column.xlsx":   {zipped(book(`<row><c r="XFE1"><v>1</v></c></row>`)...), broken, nil},
		"deep.xlsx":         {zipped(book(strings.Repeat("<a>", 100_000))...), broken, nil},
		"long-text.xlsx":    {zipped(book("<row>" + strings.Repeat(" ", 2<<20))...), broken, nil},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := sheet.Read(name, []byte(c.content), usual)
			refused(t, err, c.code, c.words...)
		})
	}
}

func TestLimits(t *testing.T) {
	limits := sheet.Limits{Bytes: 64, Rows: 2}
	read := func(content string) error {
		_, err := sheet.Read("a.csv", []byte(content), limits)
		return err
	}
	pasted := func(content string) error {
		_, err := sheet.ReadText(content, limits)
		return err
	}
	for name, err := range map[string]error{
		"a header and as many rows as allowed": read("Nom\nA\n\n;\nB\n\n\n"),
		"as many bytes as allowed":             read(strings.Repeat("a", 64)),
		"pasted":                               pasted("Nom\nA\nB"),
	} {
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	refused(t, read("Nom\nA\nB\nC"), "too_many_rows", "plus de 2)")
	refused(t, pasted("Nom\nA\nB\nC"), "too_many_rows")
	refused(t, read(strings.Repeat("a", 65)), "file_too_large", "64 octets")
	refused(t, pasted(strings.Repeat("a", 65)), "file_too_large", "Le texte collé est trop long")
	refused(t, pasted(" \n"), "file_empty", "collé")
	refused(t, pasted("\x00\x01\x02\x03"), "file_kind_unknown", "collé")

	_, err := sheet.Read("a.csv", make([]byte, 5<<20+1), usual)
	refused(t, err, "file_too_large", "plus de 5 Mo")
	_, err = sheet.Read("a.csv", []byte(strings.Repeat("a\n", 5002)), usual)
	refused(t, err, "too_many_rows", "plus de 5 000")
	_, err = sheet.Read("a.xlsx", []byte(zipped(book(strings.Repeat("<row><c><v>1</v></c></row>", 5002))...)), usual)
	refused(t, err, "too_many_rows")

	wide := strings.Repeat("a;", 100)
	if _, err := sheet.Read("a.csv", []byte(wide+strings.Repeat(";", 1000)), usual); err != nil {
		t.Error(err)
	}
	_, err = sheet.Read("a.csv", []byte("x\n"+wide+";a"), usual)
	refused(t, err, "too_many_columns", "plus de 100", "cellule CX2")
	_, err = sheet.Read("a.xlsx", []byte(zipped(book(`<row r="7"><c r="CW7"><v>1</v></c></row>`)...)), usual)
	refused(t, err, "too_many_columns", "cellule CW7")

	long := strings.Repeat("é", 8000)
	if _, err := sheet.Read("a.csv", []byte("a;"+long), usual); err != nil {
		t.Error(err)
	}
	_, err = sheet.Read("a.csv", []byte("a;b\n\nc;"+long+"é"), usual)
	refused(t, err, "cell_too_long", "8 000", "cellule B3")
	_, err = sheet.ReadText("a\tb\n\nc\t"+long+"é", usual)
	refused(t, err, "cell_too_long", "ligne 3 colonne B")
	_, err = sheet.Read("a.xlsx", []byte(zipped(book(`<row r="9"><c r="AA9" t="inlineStr"><is><t>`+long+`é</t></is></c></row>`)...)), usual)
	refused(t, err, "cell_too_long", "cellule AA9")
}

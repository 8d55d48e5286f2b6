package sheet_test

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"fmt"
	"hash/crc32"
	"io"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"teleconsult/server/invitation/sheet"
)

// part is one file of a ZIP; of two with one name, the later counts.
type part struct{ name, content string }

func zipped(parts ...part) string {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, p := range parts {
		w, err := z.Create(p.name)
		if err == nil {
			_, err = io.WriteString(w, p.content)
		}
		if err != nil {
			panic(err)
		}
	}
	if err := z.Close(); err != nil {
		panic(err)
	}
	return b.String()
}

const (
	officeTypes = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
	// The number formats of bookStyles: style 1 is the first of them.
	bookStyles = `<numFmts><numFmt numFmtId="164" formatCode="[$-40C]dddd\ d\ mmmm\ yyyy;@"/><numFmt numFmtId="165" formatCode="dd/mm/yyyy\ &quot;à&quot;\ hh:mm"/>` +
		`<numFmt numFmtId="166" formatCode="[h]:mm"/><numFmt numFmtId="167" formatCode="[Red]0.00&quot; dys&quot;_m\h*d"/><numFmt numFmtId="168" formatCode="[$-F400]h:mm:ss\ AM/PM"/>` +
		`<numFmt numFmtId="169" formatCode="General;dd/mm/yyyy"/><numFmt numFmtId="170" formatCode="mmm\-yy"/><numFmt numFmtId="171" formatCode="0#&quot; &quot;##&quot; &quot;##&quot; &quot;##&quot; &quot;##"/></numFmts>` +
		`<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="20"/><xf numFmtId="22"/><xf numFmtId="164"/><xf numFmtId="165"/>` +
		`<xf numFmtId="166"/><xf numFmtId="167"/><xf numFmtId="168"/><xf numFmtId="169"/><xf numFmtId="170"/><xf numFmtId="171"/><xf numFmtId="47"/><xf numFmtId="11"/><xf numFmtId="49"/></cellXfs>`
)

// book is the parts of a workbook with one sheet of these rows.
func book(rows string) []part {
	return bookOf("", "<worksheet><sheetData>"+rows+"</sheetData></worksheet>")
}

func bookOf(properties string, sheets ...string) []part {
	parts := []part{{}, {}, {}, {"xl/styles.xml", "<styleSheet>" + bookStyles + "</styleSheet>"}}
	var entries, relations strings.Builder
	for i, s := range sheets {
		n := i + 1
		state := ""
		content, hidden := strings.CutPrefix(s, "hidden:")
		if hidden {
			state = ` state="hidden"`
		}
		fmt.Fprintf(&entries, `<sheet name="S%d" sheetId="%d"%s r:id="r%d"/>`, n, n, state, n)
		fmt.Fprintf(&relations, `<Relationship Id="r%d" Type="%sworksheet" Target="worksheets/sheet%d.xml"/>`, n, officeTypes, n)
		parts = append(parts, part{fmt.Sprintf("xl/worksheets/sheet%d.xml", n), content})
	}
	parts[0] = part{"[Content_Types].xml", "<Types/>"}
	parts[1] = part{"xl/workbook.xml", `<workbook xmlns:r="x">` + properties + "<sheets>" + entries.String() + "</sheets></workbook>"}
	parts[2] = part{"xl/_rels/workbook.xml.rels", "<Relationships>" + relations.String() +
		`<Relationship Id="s" Type="` + officeTypes + `styles" Target="/xl/styles.xml"/></Relationships>`}
	return parts
}

// shared adds shared texts to a workbook.
func shared(parts []part, texts string) []part {
	parts[2].content = strings.Replace(parts[2].content, "</Relationships>",
		`<Relationship Id="t" Type="`+officeTypes+`sharedStrings" Target="sharedStrings.xml"/></Relationships>`, 1)
	return append(parts, part{"xl/sharedStrings.xml", "<sst>" + texts + "</sst>"})
}

// corrupt stores all parts as they are and changes a byte of a text in one of them.
func corrupt(file, text string) string {
	z, err := zip.NewReader(strings.NewReader(file), int64(len(file)))
	if err != nil {
		panic(err)
	}
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			panic(err)
		}
		content, err := io.ReadAll(r)
		if err != nil {
			panic(err)
		}
		out, err := w.CreateHeader(&zip.FileHeader{Name: f.Name, Method: zip.Store})
		if err == nil {
			_, err = out.Write(content)
		}
		if err != nil {
			panic(err)
		}
	}
	if err := w.Close(); err != nil {
		panic(err)
	}
	return strings.Replace(b.String(), text, strings.Replace(text, "1", "2", 1), 1)
}

func TestReadNumbers(t *testing.T) {
	for _, c := range []struct{ cell, want string }{
		{`<c><v>612345678</v></c>`, "612345678"},
		{`<c><v>6.12345678E8</v></c>`, "612345678"},
		{`<c s="13"><v>6.12345678E+8</v></c>`, "612345678"},
		{`<c t="n"><v>8012345678</v></c>`, "8012345678"},
		{`<c><v>801234567890123</v></c>`, "801234567890123"},
		{`<c><v>29587.0</v></c>`, "29587"},
		{`<c><v>0.604166667</v></c>`, "0.604166667"},
		{`<c><v>0.60416666666666663</v></c>`, "0.6041666667"},
		{`<c><v>0.30000000000000004</v></c>`, "0.3"},
		{`<c><v>1E-20</v></c>`, "0"},
		{`<c><v>-0</v></c>`, "0"},
		{`<c><v>-12.5</v></c>`, "-12.5"},
		{`<c><v>1E+21</v></c>`, "1000000000000000000000"},
		{`<c><v>1E999</v></c>`, "1E999"},
		{`<c><v>NaN</v></c>`, "NaN"},
		{`<c s="999"><v>5</v></c>`, "5"},
		{`<c s="11"><v>639980001</v></c>`, "639980001"}, // the French telephone format

		{`<c s="1"><v>46154</v></c>`, "2026-05-12"},
		{`<c s="1"><v>46154.604166667</v></c>`, "2026-05-12 14:30"}, // the format hides the time
		{`<c s="2"><v>0.604166666</v></c>`, "14:30"},
		{`<c s="2"><v>0.6041666666666667</v></c>`, "14:30"},
		{`<c s="2"><v>0</v></c>`, "00:00"},
		{`<c s="2"><v>0.99999</v></c>`, "23:59"},
		{`<c s="2"><v>46154.604166667</v></c>`, "2026-05-12 14:30"}, // the format hides the date
		{`<c s="3"><v>46154.604166667</v></c>`, "2026-05-12 14:30"},
		{`<c s="3"><v>46154</v></c>`, "2026-05-12 00:00"},
		{`<c s="3"><v>46153.99999</v></c>`, "2026-05-11 23:59"},
		{`<c s="3"><v>46153.999999999</v></c>`, "2026-05-12 00:00"},
		{`<c s="4"><v>46154</v></c>`, "2026-05-12"},
		{`<c s="5"><v>46154.375</v></c>`, "2026-05-12 09:00"},
		{`<c s="6"><v>0.375</v></c>`, "09:00"},
		{`<c s="7"><v>46154</v></c>`, "46154"},       // letters that are shown, not counted
		{`<c s="8"><v>0.604502315</v></c>`, "14:30"}, // 14:30:29
		{`<c s="8"><v>0.604513889</v></c>`, "14:31"}, // 14:30:30
		{`<c s="9"><v>46154</v></c>`, "46154"},
		{`<c s="10"><v>46143</v></c>`, "2026-05-01"},
		{`<c s="12"><v>0.375</v></c>`, "09:00"},
		{`<c s="14"><v>46154</v></c>`, "46154"},
		{`<c s="1"><v>59</v></c>`, "1900-02-28"},
		{`<c s="1"><v>60</v></c>`, "1900-02-29"}, // as Excel shows it
		{`<c s="1"><v>61</v></c>`, "1900-03-01"},
		{`<c s="1"><v>1</v></c>`, "1900-01-01"},
		{`<c s="1"><v>0</v></c>`, "0"},
		{`<c s="1"><v>-5</v></c>`, "-5"},
		{`<c s="1"><v>2958465</v></c>`, "9999-12-31"},
		{`<c s="1"><v>2958466</v></c>`, "2958466"},
		{`<c s="1"><v>639980001</v></c>`, "639980001"},
		{`<c t="d"><v>2026-05-12</v></c>`, "2026-05-12"},
		{`<c t="d"><v>2026-05-12T14:30:00</v></c>`, "2026-05-12 14:30"},
		{`<c t="d"><v>2026-05-12T14:30:00.000Z</v></c>`, "2026-05-12 14:30"},
		{`<c t="d"><v>14:30:00</v></c>`, "14:30"},

		{`<c t="b"><v>1</v></c>`, "TRUE"},
		{`<c t="b"><v>0</v></c>`, "FALSE"},
		{`<c t="e"><v>#REF!</v></c>`, "#REF!"},
		{`<c t="str"><v> a_x000D_&#10;b </v></c>`, "a\nb"},
		{`<c t="str" s="1"><v>46154</v></c>`, "46154"},
		{`<c t="inlineStr"><is><t>6.12E+08</t></is></c>`, "6.12E+08"},
		{`<c t="inlineStr"><is><t>=1+1</t></is></c>`, "=1+1"},
		{`<c t="inlineStr"><is><r><rPr><b/></rPr><t xml:space="preserve">Zo</t></r><r><t>ë </t></r><rPh><t>zo</t></rPh></is></c>`, "Zoë"},
		{`<c t="inlineStr"><is><t>&#xA0;a&#x200B;&amp;<![CDATA[<b>]]>_x005F_x0041__x0041_ </t></is></c>`, "a&<b>_x0041_A"},
		{`<x:c t="inlineStr"><x:is><x:t>a</x:t></x:is></x:c>`, "a"},
		{`<c><v>1<!-- -->2</v><extLst><ext><v>3</v></ext></extLst></c>`, "123"},
	} {
		table, err := sheet.Read("a.xlsx", []byte(zipped(book("<row>"+c.cell+"</row>")...)), usual)
		if err != nil || len(table.Rows) != 1 || len(table.Rows[0].Cells) != 1 || table.Rows[0].Cells[0] != c.want {
			t.Errorf("%s: got %+v, %v, want %q", c.cell, table.Rows, err, c.want)
		}
	}
}

func TestReadDates1904(t *testing.T) {
	for _, flag := range []string{"1", "true"} {
		parts := bookOf(`<workbookPr date1904="`+flag+`"/>`, `<worksheet><sheetData><row><c s="1"><v>44692</v></c><c s="2"><v>0.375</v></c><c s="1"><v>0</v></c></row></sheetData></worksheet>`)
		same(t, mustRead(t, "a.xlsx", []byte(zipped(parts...))).Rows, []sheet.Row{row(1, "2026-05-12", "09:00", "1904-01-01")})
	}
}

func TestReadPlaces(t *testing.T) {
	rows := `<row r="3" hidden="1"><c r="B3"><v>1</v></c><c><v>2</v></c><c r="F3"><v>3</v></c></row>` +
		`<row><c><v>4</v></c></row><row r="9"><c r="C9" s="1"/><c r="D9" t="inlineStr"><is><t> </t></is></c></row><row r="10" hidden="false"><c r="A10"><v>5</v></c></row>`
	same(t, mustRead(t, "a.xlsx", []byte(zipped(book(rows)...))).Rows,
		[]sheet.Row{hidden(3, "", "1", "2", "", "", "3"), row(4, "4"), row(10, "5")})
}

func TestSharedTexts(t *testing.T) {
	rows := `<row><c t="s"><v>2</v></c><c t="s"><v>0</v></c><c t="s"><v>1</v></c><c t="s"/></row>`
	texts := `<si><t>Nom</t></si><si/><si><r><t>D’</t></r><r><t>Aubigné</t></r><rPh><t>x</t></rPh></si>`
	same(t, mustRead(t, "a.xlsx", []byte(zipped(shared(book(rows), texts)...))).Rows, []sheet.Row{row(1, "D’Aubigné", "Nom")})

	_, err := sheet.Read("a.xlsx", []byte(zipped(shared(book(`<row><c t="s"><v>3</v></c></row>`), texts)...)), usual)
	refused(t, err, "file_broken")
	_, err = sheet.Read("a.xlsx", []byte(zipped(shared(book(`<row><c t="s"><v>-1</v></c></row>`), texts)...)), usual)
	refused(t, err, "file_broken")
}

// A text that is held once can stand in every cell: what counts is how much there is to read in the end.
func TestARepeatedTextIsBounded(t *testing.T) {
	limits := sheet.Limits{Bytes: 4 << 10, Rows: 100}
	repeated := func(cells int) error {
		rows := "<row>" + strings.Repeat(`<c t="s"><v>0</v></c>`, cells) + "</row>"
		text := "<si><t>" + strings.Repeat("a", 4000) + "</t></si>"
		_, err := sheet.Read("a.xlsx", []byte(zipped(shared(book(rows), text)...)), limits)
		return err
	}
	if err := repeated(8); err != nil {
		t.Errorf("32,000 characters: %v", err)
	}
	refused(t, repeated(9), "file_too_large", "32 Ko")
}

func TestSheets(t *testing.T) {
	filled := `<worksheet><sheetData><row><c><v>%d</v></c></row></sheetData></worksheet>`
	one, two := fmt.Sprintf(filled, 1), fmt.Sprintf(filled, 2)
	computed := `<worksheet><sheetData><row><c><f>1+1</f><v>2</v></c></row></sheetData></worksheet>`
	none := `<worksheet><sheetData><row><c s="1"/></row></sheetData></worksheet>`
	table := mustRead(t, "a.xlsx", []byte(zipped(bookOf("", none, "hidden:"+one, two, none, computed, "hidden:"+computed, one)...)))
	if table.Sheet != "S3" || !slices.Equal(table.OtherSheets, []string{"S5", "S7"}) {
		t.Errorf("sheet %q, others %q", table.Sheet, table.OtherSheets)
	}
	same(t, table.Rows, []sheet.Row{row(1, "2")})
	_, err := sheet.Read("a.xlsx", []byte(zipped(bookOf("", none, "hidden:"+one)...)), usual)
	refused(t, err, "file_empty", "masquée")
	_, err = sheet.Read("a.xlsx", []byte(zipped(bookOf("", computed, one)...)), usual)
	refused(t, err, "file_has_formulas", "(cellule A1)")
}

func TestFormulas(t *testing.T) {
	for name, f := range map[string]string{
		"plain":  `<f>A1+7</f><v>3</v>`,
		"shared": `<f t="shared" si="0"/><v>3</v>`,
		"empty":  `<f/>`,
	} {
		_, err := sheet.Read("a.xlsx", []byte(zipped(book(`<row r="2"><c r="D2">`+f+`</c><c r="E2"><v>1</v></c></row>`)...)), usual)
		t.Log(name)
		refused(t, err, "file_has_formulas", "(cellule D2)")
	}
	many := strings.Repeat(`<row><c><f>1</f></c><c><f>1</f></c></row>`, 5000)
	_, err := sheet.Read("a.xlsx", []byte(zipped(book(many)...)), usual)
	refused(t, err, "file_has_formulas", "(cellules A1, B1, A2, B2, A3…)")
}

// Whatever another library writes must come back; it also escapes and compresses in its own way.
func TestReadOfExcelize(t *testing.T) {
	f := excelize.NewFile()
	want := []string{"D’Aubigné", "a\nb", "a  b", "<&>", "TRUE", "12.5", "2026-05-12 14:30"}
	values := []any{want[0], want[1], want[2], want[3], true, 12.5}
	if err := f.SetSheetRow("Sheet1", "A1", &values); err != nil {
		t.Fatal(err)
	}
	style, err := f.NewStyle(&excelize.Style{NumFmt: 22})
	if err != nil {
		t.Fatal(err)
	}
	if err := f.SetCellValue("Sheet1", "G1", 46154.604166667); err != nil {
		t.Fatal(err)
	}
	if err := f.SetCellStyle("Sheet1", "G1", "G1", style); err != nil {
		t.Fatal(err)
	}
	plain, secret := new(bytes.Buffer), new(bytes.Buffer)
	if err := f.Write(plain); err != nil {
		t.Fatal(err)
	}
	same(t, mustRead(t, "a.xlsx", plain.Bytes()).Rows, []sheet.Row{row(1, want...)})
	if err := f.Write(secret, excelize.Options{Password: "exemple"}); err != nil {
		t.Fatal(err)
	}
	_, err = sheet.Read("a.xlsx", secret.Bytes(), usual)
	refused(t, err, "file_encrypted")
}

// allocated is how many bytes f allocates, garbage included.
func allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

const generous = 32 << 20

func TestZipBomb(t *testing.T) {
	// A megabyte of zeros, flushed, may be repeated: what it refers to is in itself.
	const megabytes = 200
	var packed bytes.Buffer
	w, err := flate.NewWriter(&packed, flate.BestSpeed)
	if err != nil {
		t.Fatal(err)
	}
	zeros := make([]byte, 1<<20)
	if _, err := w.Write(zeros); err != nil {
		t.Fatal(err)
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	once := bytes.Clone(packed.Bytes())
	packed.Write(bytes.Repeat(once, megabytes-1))
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	sum := crc32.NewIEEE()
	for range megabytes {
		sum.Write(zeros)
	}
	if n, err := io.Copy(io.Discard, flate.NewReader(bytes.NewReader(packed.Bytes()))); err != nil || n != megabytes<<20 {
		t.Fatalf("the bomb itself: %d bytes, %v", n, err)
	}
	// bomb is a workbook whose sheet unpacks to 200 MB and says that it has so many.
	bomb := func(declared uint64) []byte {
		var b bytes.Buffer
		z := zip.NewWriter(&b)
		for _, p := range book("")[:4] {
			part, err := z.Create(p.name)
			if err == nil {
				_, err = io.WriteString(part, p.content)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		raw, err := z.CreateRaw(&zip.FileHeader{
			Name: "xl/worksheets/sheet1.xml", Method: zip.Deflate, CRC32: sum.Sum32(),
			CompressedSize64: uint64(packed.Len()), UncompressedSize64: declared,
		})
		if err == nil {
			_, err = raw.Write(packed.Bytes())
		}
		if err == nil {
			err = z.Close()
		}
		if err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	for name, c := range map[string]struct {
		content []byte
		code    string
	}{
		"honest":         {bomb(megabytes << 20), "file_too_large"},
		"just below":     {bomb(60 << 20), "file_too_large"}, // too dense
		"lies":           {bomb(1 << 20), "file_broken"},
		"one long text":  {[]byte(zipped(book(strings.Repeat(" ", 3<<20))...)), "file_broken"},
		"many texts":     {[]byte(zipped(shared(book(`<row><c t="s"><v>99999999</v></c></row>`), "")...)), "file_broken"},
		"a flat comment": {[]byte(zipped(book("<!--" + strings.Repeat("<", 3<<20) + "-->")...)), "file_broken"},
		"many formulas":  {[]byte(zipped(book(strings.Repeat("<row><c><f/></c></row>", 100_000))...)), "file_has_formulas"},
		"many rows":      {[]byte(zipped(book(strings.Repeat("<row><c><v>1</v></c></row>", 100_000))...)), "too_many_rows"},
	} {
		t.Run(name, func(t *testing.T) {
			var err error
			if n := allocated(func() { _, err = sheet.Read("a.xlsx", c.content, usual) }); n > generous {
				t.Errorf("%d MiB allocated", n>>20)
			}
			refused(t, err, c.code)
		})
	}
}

// A sheet that was formatted down to its last row has few rows with content.
func TestFormattedToTheEnd(t *testing.T) {
	var b strings.Builder
	b.WriteString(`<row r="1"><c r="A1"><v>1</v></c></row>`)
	for line := 2; line <= 1<<20; line += 32 { // all of them take a second, half a minute with the race detector
		fmt.Fprintf(&b, `<row r="%d" s="1" customFormat="1"/>`, line)
	}
	parts := bookOf("", `<worksheet><dimension ref="A1:XFD1048576"/><sheetData>`+b.String()+`</sheetData></worksheet>`)
	same(t, mustRead(t, "a.xlsx", []byte(zipped(parts...))).Rows, []sheet.Row{row(1, "1")})
}

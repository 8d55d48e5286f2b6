package sheet_test

import (
	"strings"
	"testing"

	"teleconsult/server/invitation/sheet"
)

func TestReadCSV(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		want []sheet.Row
	}{
		"comma":                             {"a,b\n1,2\n", []sheet.Row{row(1, "a", "b"), row(2, "1", "2")}},
		"pipe":                              {"a|b\n1|2\n", []sheet.Row{row(1, "a", "b"), row(2, "1", "2")}},
		"one column":                        {"Mobile\n06 39 98 00 01\n", []sheet.Row{row(1, "Mobile"), row(2, "06 39 98 00 01")}},
		"one column, a comma once":          {"Adresse\nLyon\nNice\nParis, rue Bleue\n", []sheet.Row{row(1, "Adresse"), row(2, "Lyon"), row(3, "Nice"), row(4, "Paris, rue Bleue")}},
		"commas inside of cells":            {"Patient;Mobile\nA, B;1\nC, D;2\n", []sheet.Row{row(1, "Patient", "Mobile"), row(2, "A, B", "1"), row(3, "C, D", "2")}},
		"decimal commas":                    {"a;b\n1,5;2,5\n3,5;4,5\n", []sheet.Row{row(1, "a", "b"), row(2, "1,5", "2,5"), row(3, "3,5", "4,5")}},
		"commas in every row but the first": {"Patient;Motif\nA, B;c, d\nE, F;g, h\n", []sheet.Row{row(1, "Patient", "Motif"), row(2, "A, B", "c, d"), row(3, "E, F", "g, h")}},
		"rows of several widths":            {"a,b,c\n1\n1,2\n1,2,3\n", []sheet.Row{row(1, "a", "b", "c"), row(2, "1"), row(3, "1", "2"), row(4, "1", "2", "3")}},
		"a title above":                     {"Consultations, mai 2026\n\nNom;Mobile;Mail\nA;1;2\n", []sheet.Row{row(1, "Consultations, mai 2026"), row(3, "Nom", "Mobile", "Mail"), row(4, "A", "1", "2")}},
		"delimiter inside of quotes":        {"\"a;b;c\",1\n\"d;e;f\",2\n", []sheet.Row{row(1, "a;b;c", "1"), row(2, "d;e;f", "2")}},

		"CR":              {"a;b\r1;2\r", []sheet.Row{row(1, "a", "b"), row(2, "1", "2")}},
		"CRLF, not ended": {"a;b\r\n1;2", []sheet.Row{row(1, "a", "b"), row(2, "1", "2")}},
		"mixed line ends": {"a;b\r\n1;2\r3;4\n5;6", []sheet.Row{row(1, "a", "b"), row(2, "1", "2"), row(3, "3", "4"), row(4, "5", "6")}},
		"blank lines":     {"\n\na;b\n\n;;\n ; \n1;2\n\n", []sheet.Row{row(3, "a", "b"), row(7, "1", "2")}},

		"a line end in quotes is no new line": {
			"a;b\r\n\"x\r\ny\rz\";2\r\n3;4\r\n",
			[]sheet.Row{row(1, "a", "b"), row(2, "x\ny\nz", "2"), row(3, "3", "4")},
		},
		"doubled quotes":                   {"a;b\n\"x \"\"y\"\"\";2\n", []sheet.Row{row(1, "a", "b"), row(2, `x "y"`, "2")}},
		"only quotes":                      {"a;b\n\"\"\"\";\"\"\n", []sheet.Row{row(1, "a", "b"), row(2, `"`)}},
		"quotes inside of a cell":          {"a;b\n5\" x 7\";2\n", []sheet.Row{row(1, "a", "b"), row(2, `5" x 7"`, "2")}},
		"text after the closing quote":     {"a;b\n\"x\"y \"z\";2\n", []sheet.Row{row(1, "a", "b"), row(2, `xy "z"`, "2")}},
		"spaces after the closing quote":   {"a;b\n\"x\ny\"  ;2\n", []sheet.Row{row(1, "a", "b"), row(2, "x\ny", "2")}},
		"sep=":                             {"sep=,\r\na;b,c\r\n", []sheet.Row{row(1, "a;b", "c")}},
		"SEP= in quotes, then saved again": {"\"SEP=;\";;\na;b\n", []sheet.Row{row(1, "a", "b")}},
		"sep=tab":                          {"sep=\t\na,b\tc,d\n", []sheet.Row{row(1, "a,b", "c,d")}},
		"a cell sep=…":                     {"sep=a\nb;c\n", []sheet.Row{row(1, "sep=a"), row(2, "b", "c")}},

		`="…"`:                {"a;b;c\n=\"0639980001\";\"=\"\"0639980002\"\"\";=\"\"\n", []sheet.Row{row(1, "a", "b", "c"), row(2, "0639980001", "0639980002")}},
		"no formulas":         {"a;b;c;d\n+33 6 39 98 00 01;-;@x;-5\n", []sheet.Row{row(1, "a", "b", "c", "d"), row(2, "+33 6 39 98 00 01", "-", "@x", "-5")}},
		"6.12E+08 stays":      {"a;b\n6.12E+08;6,12E+08\n", []sheet.Row{row(1, "a", "b"), row(2, "6.12E+08", "6,12E+08")}},
		"white space":         {"a;b\n\u00A0x\u00A0y\u202F;\t z\t\n", []sheet.Row{row(1, "a", "b"), row(2, "x\u00A0y", "z")}},
		"unseen characters":   {"a;b\n\u202A+33 6\u202C;x\u200B\x1Ay\uFEFF\u0085\n\x1A", []sheet.Row{row(1, "a", "b"), row(2, "+33 6", "xy")}},
		"a tab in a cell":     {"a;b\n\"x\ty\";2\n", []sheet.Row{row(1, "a", "b"), row(2, "x\ty", "2")}},
		"Windows-1252":        {"a;b\n\x80 \x93x\x94;D\x92\x8Cuf\n", []sheet.Row{row(1, "a", "b"), row(2, "€ “x”", "D’Œuf")}},
		"empty cells between": {"a;;c;;\n;;3\n", []sheet.Row{row(1, "a", "", "c"), row(2, "", "", "3")}},
	} {
		t.Run(name, func(t *testing.T) {
			table, err := sheet.Read("a.csv", []byte(c.text), usual)
			if err != nil {
				t.Fatal(err)
			}
			same(t, table.Rows, c.want)
		})
	}
}

func TestCSVFormulas(t *testing.T) {
	read := func(text string) error {
		_, err := sheet.Read("a.csv", []byte(text), usual)
		return err
	}
	refused(t, read("a;b\n1;=SOMME(A1)\n"), "file_has_formulas", "(cellule B2)")
	refused(t, read("a;b\n1; \"=1+1\"\n2;\"\u200B=1+1\"\n"), "file_has_formulas", "(cellule B3)")
	refused(t, read("a;b\n"+strings.Repeat("=1;\"=2\"\n", 3)), "file_has_formulas", "(cellules A2, B2, A3, B3, A4…)")
	refused(t, read("a;b\n=\"1\"&\"2\";x\n"), "file_has_formulas", "A2")
	_, err := sheet.ReadText("a\tb\n1\t=2\n3\t=4", usual)
	refused(t, err, "file_has_formulas", "(ligne 2 colonne B, ligne 3 colonne B)")
}

// A quote that is not closed would make one cell of many patients.
func TestOpenQuote(t *testing.T) {
	read := func(text string) error {
		_, err := sheet.Read("a.csv", []byte(text), usual)
		return err
	}
	refused(t, read("Nom;Mobile\n\nA;1\nB;\"2\nC;3\nD;4\n"), "file_broken", "À la ligne 4,")
	refused(t, read("Nom;Mobile\n\"A;1\nB;2\n\"C;3\nD;4\n"), "file_broken", "À la ligne 2,")
	refused(t, read("\""), "file_broken", "À la ligne 1,")
}

func TestReadText(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		want []sheet.Row
	}{
		"tabs, though commas are more": {"A, B, C\t1\nD, E, F\t2", []sheet.Row{row(1, "A, B, C", "1"), row(2, "D, E, F", "2")}},
		"as CSV":                       {"a;b\n1;2", []sheet.Row{row(1, "a", "b"), row(2, "1", "2")}},
		"one line":                     {"A\t1", []sheet.Row{row(1, "A", "1")}},
		"one word":                     {"A", []sheet.Row{row(1, "A")}},
		"a line end in a cell":         {"a\tb\n\"x\ny \"\"z\"\"\"\t2\n3\t4", []sheet.Row{row(1, "a", "b"), row(2, "x\ny \"z\"", "2"), row(3, "3", "4")}},
		"quotes copied as they are":    {"a\tb\n\"x\" y\t2\n\"z\t3\n4\"\t5", []sheet.Row{row(1, "a", "b"), row(2, `"x" y`, "2"), row(3, "\"z", "3"), row(4, "4\"", "5")}},
		"a quote never closed":         {"a\tb\n\"z\t3\n4\t5\n\"\t6", []sheet.Row{row(1, "a", "b"), row(2, "\"z", "3"), row(3, "4", "5"), row(4, "\"", "6")}},
		"not UTF-8":                    {"a\tb\n\xff\t2\xff", []sheet.Row{row(1, "a", "b"), row(2, "\uFFFD", "2\uFFFD")}},
		"a mark":                       {"\uFEFFa\tb", []sheet.Row{row(1, "a", "b")}},
	} {
		t.Run(name, func(t *testing.T) {
			table, err := sheet.ReadText(c.text, usual)
			if err != nil {
				t.Fatal(err)
			}
			same(t, table.Rows, c.want)
		})
	}
}

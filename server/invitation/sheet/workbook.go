package sheet

import (
	"encoding/xml"
	"path"
	"strconv"
	"strings"

	"teleconsult/server/invitation/sheet/number"
)

// workbook is what the cells of all sheets need.
type workbook struct {
	*archive
	sheets   []sheetEntry
	formats  []number.Format // of each cell style
	date1904 bool
	texts    *sharedTexts
}

type sheetEntry struct {
	name, relation string
	part           string // empty when it is no sheet of cells, such as a chart
	hidden         bool
}

// relation is the target of a relationship and the last word of its type.
type relation struct{ kind, target string }

// readXLSX reads the first visible sheet with content.
//
// The parts are read here as a stream instead of with excelize, which would keep every part and a tree of
// the sheet in memory to tell a formula or a date, and takes XML that breaks off for the end of the sheet.
func readXLSX(a *archive, limits Limits) (Table, error) {
	book, err := openWorkbook(a)
	if err != nil {
		return Table{}, a.fault(err)
	}
	defer book.texts.close()
	table := Table{Kind: KindXLSX}
	for _, s := range book.sheets {
		if s.hidden || s.part == "" {
			continue
		}
		if table.Rows == nil {
			rows, err := book.readSheet(s.part, limits)
			if err != nil {
				return Table{}, err
			}
			if len(rows) > 0 {
				table.Sheet, table.Rows = s.name, rows
			}
			continue
		}
		other, err := book.hasContent(s.part)
		if err != nil {
			return Table{}, err
		}
		if other {
			table.OtherSheets = append(table.OtherSheets, s.name)
		}
	}
	if table.Rows == nil {
		return Table{}, empty(KindXLSX)
	}
	if err := book.texts.rest(); err != nil {
		return Table{}, a.fault(err)
	}
	return table, nil
}

func openWorkbook(a *archive) (*workbook, error) {
	book := &workbook{archive: a}
	main := "xl/workbook.xml"
	top, err := a.relations("")
	if err != nil {
		return nil, err
	}
	for _, r := range top {
		if r.kind == "officeDocument" {
			main = r.target
		}
	}
	if err := book.readMain(main); err != nil {
		return nil, err
	}
	relations, err := a.relations(main)
	if err != nil {
		return nil, err
	}
	for i, s := range book.sheets {
		if r := relations[s.relation]; r.kind == "worksheet" {
			book.sheets[i].part = r.target
		}
	}
	book.texts = &sharedTexts{archive: a}
	for _, r := range relations {
		switch r.kind {
		case "sharedStrings":
			book.texts.part = r.target
		case "styles":
			if err := book.readStyles(r.target); err != nil {
				return nil, err
			}
		}
	}
	return book, nil
}

// readMain reads the names of the sheets and what their dates count from.
func (b *workbook) readMain(name string) error {
	in, err := b.tokens(name)
	if err != nil {
		return err
	}
	defer in.part.Close()
	return in.each(func(parent string, e xml.StartElement) error {
		switch {
		case e.Name.Local == "workbookPr":
			b.date1904 = isTrue(attribute(e, "date1904"))
		case e.Name.Local == "sheet" && parent == "sheets":
			s := sheetEntry{name: clean(attribute(e, "name"))}
			for _, a := range e.Attr {
				if a.Name.Local == "id" && a.Name.Space != "" {
					s.relation = a.Value
				}
			}
			state := attribute(e, "state")
			s.hidden = state == "hidden" || state == "veryHidden"
			b.sheets = append(b.sheets, s)
			if len(b.sheets) > mostItems {
				return errItems
			}
		}
		return nil
	})
}

// relations reads what a part ("" for the package) points to. Without any the map is empty.
func (a *archive) relations(of string) (map[string]relation, error) {
	folder := path.Dir("/" + of)
	name := partName(folder + "/_rels/" + path.Base(of) + ".rels")
	if of == "" {
		name = "_rels/.rels"
	}
	found := map[string]relation{}
	if a.parts[name] == nil {
		return found, nil
	}
	in, err := a.tokens(name)
	if err != nil {
		return nil, err
	}
	defer in.part.Close()
	err = in.each(func(_ string, e xml.StartElement) error {
		if e.Name.Local != "Relationship" || strings.EqualFold(attribute(e, "TargetMode"), "External") {
			return nil
		}
		target := attribute(e, "Target")
		if !strings.HasPrefix(target, "/") {
			target = folder + "/" + target
		}
		found[attribute(e, "Id")] = relation{kind: path.Base(attribute(e, "Type")), target: partName(target)}
		if len(found) > mostItems {
			return errItems
		}
		return nil
	})
	return found, err
}

// readStyles reads which cell styles show a number as a date or a time.
func (b *workbook) readStyles(name string) error {
	in, err := b.tokens(name)
	if err != nil {
		return err
	}
	defer in.part.Close()
	custom := map[string]number.Format{}
	var styles []string // number format of each
	err = in.each(func(parent string, e xml.StartElement) error {
		switch {
		case e.Name.Local == "numFmt" && parent == "numFmts":
			custom[attribute(e, "numFmtId")] = number.Parse(attribute(e, "formatCode"))
		case e.Name.Local == "xf" && parent == "cellXfs":
			styles = append(styles, attribute(e, "numFmtId"))
		}
		if len(custom) > mostItems || len(styles) > mostItems {
			return errItems
		}
		return nil
	})
	if err != nil {
		return err
	}
	b.formats = make([]number.Format, len(styles))
	for i, id := range styles {
		format, ok := custom[id]
		if !ok {
			n, _ := strconv.Atoi(id) // an unreadable one is the general format, as 0 is
			format = number.Builtin(n)
		}
		b.formats[i] = format
	}
	return nil
}

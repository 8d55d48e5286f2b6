package sheet

import (
	"encoding/xml"
	"errors"
	"io"
	"strconv"
	"strings"

	"teleconsult/server/invitation/sheet/number"
)

const excelRows, excelColumns = 1 << 20, 1 << 14

var errPlace = errors.New("sheet: a row or a cell is at no place of a sheet")

// sheetReader reads the cells of one sheet.
type sheetReader struct {
	book   *workbook
	in     *tokens
	found  collector
	line   int
	column int
	// contentOnly: it is only asked whether there is any, so the first is enough.
	contentOnly bool
}

// readSheet reads the rows with content; none is no error here, the next sheet may have some.
func (b *workbook) readSheet(part string, limits Limits) ([]Row, error) {
	r := sheetReader{book: b, found: collector{kind: KindXLSX, limits: limits}}
	if err := r.read(part); err != nil {
		return nil, err
	}
	if len(r.found.formulas) > 0 {
		return nil, r.found.finish()
	}
	return r.found.rows, nil
}

func (b *workbook) hasContent(part string) (bool, error) {
	r := sheetReader{book: b, contentOnly: true, found: collector{kind: KindXLSX, limits: Limits{Rows: 1}}}
	err := r.read(part)
	return len(r.found.rows)+len(r.found.formulas) > 0, err
}

func (r *sheetReader) read(part string) error {
	in, err := r.book.tokens(part)
	if err != nil {
		return r.book.fault(err)
	}
	defer in.part.Close()
	r.in = in
	for inside := false; ; {
		token, err := in.next()
		if err != nil {
			return r.book.fault(unfinished(err)) // the end must not come before the end of the cells
		}
		switch token := token.(type) {
		case xml.StartElement:
			inside = inside || token.Name.Local == "sheetData"
			if inside && token.Name.Local == "row" {
				if err := r.row(token); err != nil {
					return err
				}
				if r.contentOnly && len(r.found.rows)+len(r.found.formulas) > 0 {
					return nil
				}
			}
		case xml.EndElement:
			if token.Name.Local == "sheetData" {
				if err := in.part.rest(); err != nil {
					return r.book.fault(err)
				}
				return nil
			}
		}
	}
}

// row reads up to the end of a row. Rows and cells without a number follow the one before.
func (r *sheetReader) row(e xml.StartElement) error {
	r.line, r.column = r.line+1, -1
	if number := attribute(e, "r"); number != "" {
		n, err := strconv.Atoi(number)
		if err != nil {
			return broken(errPlace)
		}
		r.line = n
	}
	if r.line < 1 || r.line > excelRows {
		return broken(errPlace)
	}
	for {
		token, err := r.in.next()
		if err != nil {
			return r.book.fault(unfinished(err))
		}
		switch token := token.(type) {
		case xml.StartElement:
			if token.Name.Local == "c" {
				if err := r.cell(token); err != nil {
					return err
				}
			}
		case xml.EndElement:
			if token.Name.Local == "row" {
				return r.found.endRow(r.line, isTrue(attribute(e, "hidden")))
			}
		}
	}
}

func (r *sheetReader) cell(e xml.StartElement) error {
	r.column++
	style, kind := "", ""
	for _, a := range e.Attr {
		switch a.Name.Local {
		case "r":
			column, ok := columnNumber(a.Value)
			if !ok {
				return broken(errPlace)
			}
			r.column = column
		case "s":
			style = a.Value
		case "t":
			kind = a.Value
		}
	}
	if r.column >= excelColumns {
		return broken(errPlace)
	}
	raw, formula, err := r.content()
	if err != nil {
		return r.book.fault(err)
	}
	if formula {
		if err := r.found.formula(r.line, r.column); err != nil {
			return err
		}
	}
	value, err := r.book.value(kind, style, raw)
	if err != nil {
		return r.book.fault(err)
	}
	return r.found.put(r.line, r.column, value)
}

// content reads up to the end of a cell: its value or its own text, and whether it is computed.
func (r *sheetReader) content() (raw string, formula bool, err error) {
	var value []byte // comments may cut it into many tokens
	inValue := false
	for {
		token, err := r.in.next()
		if err != nil {
			return "", false, unfinished(err)
		}
		switch token := token.(type) {
		case xml.StartElement:
			inValue = token.Name.Local == "v"
			switch token.Name.Local {
			case "f":
				formula = true
			case "is":
				if raw, err = r.in.richText("is"); err != nil {
					return "", false, err
				}
			}
		case xml.CharData:
			if inValue {
				value = append(value, token...)
			}
		case xml.EndElement:
			inValue = false
			if token.Name.Local == "c" {
				return raw + string(value), formula, nil
			}
		}
	}
}

// value makes the text of what is stored.
func (b *workbook) value(kind, style, raw string) (string, error) {
	switch kind {
	case "s":
		if raw == "" {
			return "", nil
		}
		return b.texts.get(raw)
	case "inlineStr":
		return raw, nil // made clean where its runs were joined
	case "str":
		return clean(unescape(raw)), nil
	case "b":
		switch strings.TrimSpace(raw) {
		case "1", "true":
			return "TRUE", nil
		case "0", "false":
			return "FALSE", nil
		}
		return clean(raw), nil
	case "d":
		return clean(number.ISO(strings.TrimSpace(raw))), nil
	case "", "n":
		var format number.Format
		if n, err := strconv.Atoi(style); err == nil && n >= 0 && n < len(b.formats) {
			format = b.formats[n]
		}
		return clean(number.Text(strings.TrimSpace(raw), format, b.date1904)), nil
	}
	return clean(raw), nil // "e": the text of the error
}

// columnNumber reads the letters of a name such as AB12, counted from 0.
func columnNumber(name string) (int, bool) {
	const letters = 26
	n := 0
	for i := range len(name) {
		switch b := name[i]; {
		case 'A' <= b && b <= 'Z':
			n = n*letters + int(b-'A') + 1
		case i > 0 && '0' <= b && b <= '9':
			return n - 1, true
		default:
			return 0, false
		}
		if n > excelColumns {
			return 0, false
		}
	}
	return 0, false
}

// fault leaves what is already one, and says of anything else what the user can do.
func (b *workbook) fault(err error) error {
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	return b.archive.fault(err)
}

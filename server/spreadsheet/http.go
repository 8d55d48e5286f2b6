package spreadsheet

import (
	"bytes"
	"iter"

	"github.com/danielgtaylor/huma/v2"
)

// Formats of a file to download.
const (
	CSV  = "csv"
	XLSX = "xlsx"
)

// contentTypes are the formats as HTTP names them.
var contentTypes = map[string]string{
	CSV:  "text/csv; charset=utf-8",
	XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}

// Download is a file as the answer of an operation.
type Download struct {
	ContentType string `header:"Content-Type"`
	Disposition string `header:"Content-Disposition"`
	Cache       string `header:"Cache-Control"`
	Body        []byte
}

// NewDownload answers with a file; its name is in plain letters, without the ending.
func NewDownload(name, format string, content []byte) *Download {
	return &Download{
		ContentType: contentTypes[format], Disposition: `attachment; filename="` + name + "." + format + `"`, Cache: "no-store", Body: content,
	}
}

// AsFile describes an operation that answers with a file in either format.
func AsFile(o huma.Operation) huma.Operation {
	content := &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}
	o.Responses = map[string]*huma.Response{"200": {
		Description: "A file.", Content: map[string]*huma.MediaType{contentTypes[CSV]: content, contentTypes[XLSX]: content},
	}}
	return o
}

// Write makes a file of a table; name is that of the workbook's sheet.
func Write(format, name string, header []string, rows iter.Seq[[]string]) ([]byte, error) {
	var out bytes.Buffer
	var err error
	if format == XLSX {
		err = WriteXLSX(&out, name, header, rows)
	} else {
		err = WriteCSV(&out, header, rows)
	}
	return out.Bytes(), err
}

package sheet

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"path"
	"strings"
)

const (
	mostUnpacked = 64 << 20 // of all parts, declared, and of what is really read
	mostRatio    = 200      // unpacked to packed; real workbooks stay below 50
	mostNesting  = 64       // of XML elements
	mostToken    = 1 << 20  // bytes of one tag or text; a cell holds 32,767 characters
	mostItems    = 1 << 16  // sheets, styles, number formats, relationships: each of them
	ratioFrom    = 4 << 20  // below this an archive may be as dense as it likes
)

var (
	errUnpacked = errors.New("sheet: more is unpacked than allowed")
	errToken    = errors.New("sheet: a tag or text is too long")
	errNesting  = errors.New("sheet: elements nest too deep")
	errItems    = errors.New("sheet: too many styles, sheets or relationships")
	errMissing  = errors.New("sheet: a part is missing")
)

// archive is a ZIP whose parts are found as Excel finds them: whatever the case, with either slash.
type archive struct {
	parts map[string]*zip.File
	left  int64 // bytes that may still be unpacked
}

// openArchive opens an OOXML spreadsheet and refuses all else that is a ZIP.
func openArchive(content []byte) (*archive, error) {
	z, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		return nil, broken(err)
	}
	a := &archive{parts: make(map[string]*zip.File, len(z.File)), left: mostUnpacked}
	var unpacked uint64
	for _, f := range z.File {
		unpacked += min(f.UncompressedSize64, mostUnpacked+1)
		if unpacked > mostUnpacked {
			return nil, unpackedTooLarge(mostUnpacked)
		}
		const encryptedFlag = 1
		if f.Flags&encryptedFlag != 0 {
			return nil, encrypted()
		}
		a.parts[partName(f.Name)] = f
	}
	if unpacked > ratioFrom && unpacked > mostRatio*uint64(len(content)) {
		return nil, unpackedTooLarge(mostUnpacked)
	}
	return a, a.refuse()
}

func partName(name string) string {
	return strings.ToLower(strings.TrimPrefix(path.Clean("/"+strings.ReplaceAll(name, `\`, "/")), "/"))
}

// refuse refuses what is no XLSX, or one that may hold macros: a user who finds them accepted here
// would think that they are accepted by the hospital.
func (a *archive) refuse() error {
	if !a.has("xl/workbook") {
		return unknown(a.seems())
	}
	types, err := a.text("[content_types].xml")
	if err != nil {
		return a.fault(err)
	}
	if a.has("xl/vbaproject") || a.has("xl/macrosheets/") || a.has("xl/workbook.bin") || strings.Contains(strings.ToLower(types), "macroenabled") {
		return hasMacros()
	}
	return nil
}

func (a *archive) has(prefix string) bool {
	for name := range a.parts {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return false
}

// seems says what another ZIP is, and what to do.
func (a *archive) seems() (what, advice string) {
	kind, err := a.text("mimetype") // OpenDocument
	switch {
	case err == nil && strings.Contains(kind, "opendocument.spreadsheet"):
		return "un classeur LibreOffice (.ods)", saveAsXLSX
	case err == nil && strings.Contains(kind, "opendocument"):
		return "un document LibreOffice", dropTheTable
	case a.has("word/"):
		return "un document Word (.docx)", dropTheTable
	case a.has("ppt/"):
		return "une présentation PowerPoint (.pptx)", dropTheTable
	case a.has("index/document.iwa"), a.has("index.zip"):
		return "un classeur Numbers", "Dans Numbers, choisissez Fichier, Exporter vers, Excel, puis déposez ce nouveau fichier."
	}
	return "une archive compressée", "Ouvrez-la, puis déposez le tableau qu’elle contient."
}

// text reads a small part; a missing one is empty.
func (a *archive) text(name string) (string, error) {
	if a.parts[name] == nil {
		return "", nil
	}
	part, err := a.open(name)
	if err != nil {
		return "", err
	}
	defer part.Close()
	part.token = mostToken
	content, err := io.ReadAll(part)
	return string(content), err
}

// fault is what the user is told about an error of reading.
func (a *archive) fault(err error) error {
	if errors.Is(err, errUnpacked) {
		return unpackedTooLarge(mostUnpacked)
	}
	return broken(err)
}

// part is an unpacked part that counts what is read of it.
type part struct {
	io.ReadCloser
	archive *archive
	token   int
}

func (a *archive) open(name string) (*part, error) {
	f := a.parts[name]
	if f == nil {
		return nil, errMissing
	}
	r, err := f.Open()
	if err != nil {
		return nil, err
	}
	return &part{ReadCloser: r, archive: a}, nil
}

func (p *part) Read(b []byte) (int, error) {
	switch {
	case p.archive.left <= 0:
		return 0, errUnpacked
	case p.token <= 0:
		return 0, errToken
	}
	n, err := p.ReadCloser.Read(b)
	p.archive.left -= int64(n)
	p.token -= n
	return n, err
}

// rest reads what is left of a part, because only its end shows whether all of it was whole.
func (p *part) rest() error {
	p.token = mostUnpacked
	_, err := io.Copy(io.Discard, p)
	return err
}

// tokens reads the XML of a part. The raw tokens of the decoder are taken because the others keep every
// open element in memory; names are compared without their prefix, which each writer chooses.
type tokens struct {
	part    *part
	decoder *xml.Decoder
	nesting int
}

func (a *archive) tokens(name string) (*tokens, error) {
	p, err := a.open(name)
	if err != nil {
		return nil, err
	}
	return &tokens{part: p, decoder: xml.NewDecoder(p)}, nil
}

// next returns the next token, valid until the one after; io.EOF at the end.
func (t *tokens) next() (xml.Token, error) {
	t.part.token = mostToken
	token, err := t.decoder.RawToken()
	if err != nil {
		return nil, err
	}
	switch token.(type) {
	case xml.StartElement:
		t.nesting++
		if t.nesting > mostNesting {
			return nil, errNesting
		}
	case xml.EndElement:
		t.nesting--
	}
	return token, nil
}

// each calls visit for every start of an element, with the names of the element it stands in.
func (t *tokens) each(visit func(parent string, e xml.StartElement) error) error {
	var open []string
	for some := false; ; {
		token, err := t.next()
		if errors.Is(err, io.EOF) && len(open) == 0 && some {
			return nil
		}
		if err != nil {
			return err
		}
		switch token := token.(type) {
		case xml.StartElement:
			parent := ""
			if len(open) > 0 {
				parent = open[len(open)-1]
			}
			if err := visit(parent, token); err != nil {
				return err
			}
			open, some = append(open, token.Name.Local), true
		case xml.EndElement:
			if len(open) == 0 {
				return io.ErrUnexpectedEOF
			}
			open = open[:len(open)-1]
		}
	}
}

// attribute returns the value of an attribute without prefix, or "".
func attribute(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name && a.Name.Space == "" {
			return a.Value
		}
	}
	return ""
}

func isTrue(value string) bool { return value == "1" || value == "true" }

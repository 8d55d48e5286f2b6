package drop

import (
	"bytes"
	"errors"
	"image"
	_ "image/jpeg" // the two kinds of pictures that are taken
	_ "image/png"
	"io"
	"regexp"
	"strconv"

	"teleconsult/server/fault"
)

// The kinds of documents that are taken, told by their content. Their names and what a browser says of them do not count.
const (
	pdf  = "application/pdf"
	jpeg = "image/jpeg"
	png  = "image/png"
)

var (
	errKind        = fault.New(fault.KindUnprocessable, "file_kind_unknown", "Ce fichier n’est pas un PDF, ni une image JPEG ou PNG.")
	errBroken      = fault.New(fault.KindUnprocessable, "file_broken", "Ce fichier est abîmé ou incomplet. Enregistrez-le de nouveau, puis redéposez-le.")
	errInterrupted = fault.New(fault.KindUnprocessable, "upload_interrupted", "L’envoi du fichier s’est interrompu. Recommencez.")
	errEmpty       = fault.New(fault.KindUnprocessable, "file_empty", "Ce fichier est vide.")
	errLarge       = fault.New(fault.KindTooLarge, "file_too_large", "Ce fichier dépasse 20 Mo.")
)

const (
	// headBytes is how far into a picture its size is looked for: profiles and previews stand before it.
	headBytes = 1 << 20
	// tailBytes is where the end of a document is looked for.
	tailBytes = 2 << 10
	// maxPixels is more than any camera takes.
	maxPixels = 200_000_000
)

var pdfHead = regexp.MustCompile(`^%PDF-(1\.[0-7]|2\.0)[\r\n \t]`)

// recognise tells the kind of a document by its beginning, and gives back a reader of the whole.
func recognise(content io.Reader) (mediaType string, whole io.Reader, err error) {
	head := make([]byte, 1024)
	n, err := io.ReadFull(content, head)
	head = head[:n]
	switch {
	case fault.KindOf(err) != 0:
		return "", nil, err // of the line
	case n == 0:
		return "", nil, errEmpty
	case pdfHead.Match(head):
		return pdf, io.MultiReader(bytes.NewReader(head), content), nil
	case bytes.Contains(head, []byte("%PDF-")):
		return "", nil, errKind // a reader of PDF would take it for one
	}
	var read bytes.Buffer
	config, format, err := image.DecodeConfig(io.TeeReader(io.LimitReader(io.MultiReader(bytes.NewReader(head), content), headBytes), &read))
	if fault.KindOf(err) != 0 {
		return "", nil, err // of the line
	}
	if err != nil || config.Width <= 0 || config.Height <= 0 || config.Width > maxPixels/config.Height {
		return "", nil, errKind
	}
	rest := io.MultiReader(bytes.NewReader(head[min(read.Len(), n):]), content)
	return map[string]string{"jpeg": jpeg, "png": png}[format], io.MultiReader(&read, rest), nil
}

// document counts a document as it comes, and holds its end.
type document struct {
	content io.Reader
	size    int64
	tail    []byte
}

// Read implements io.Reader; it refuses what is too large, and tells a line that died from an end.
func (d *document) Read(b []byte) (int, error) {
	n, err := d.content.Read(b)
	d.size += int64(n)
	if d.size > MaxBytes {
		return 0, errLarge
	}
	d.tail = append(d.tail, b[max(0, n-tailBytes):n]...)
	if extra := len(d.tail) - tailBytes; extra > 0 {
		d.tail = append(d.tail[:0], d.tail[extra:]...)
	}
	if err != nil && !errors.Is(err, io.EOF) {
		err = errInterrupted.Because(err)
	}
	return n, err
}

var (
	pdfTail = regexp.MustCompile(`startxref\s+(\d{1,10})\s+%%EOF\s*$`)
	pngTail = []byte("\x00\x00\x00\x00IEND\xaeB\x60\x82")
)

// check looks at the end of a document that has passed: a PDF and a PNG end with their own end, with nothing else
// behind it. Cameras write more behind the picture of a JPEG.
func (d *document) check(mediaType string) error {
	switch mediaType {
	case pdf:
		found := pdfTail.FindSubmatch(d.tail)
		if found == nil {
			return errBroken
		}
		if at, err := strconv.ParseInt(string(found[1]), 10, 64); err != nil || at >= d.size {
			return errBroken
		}
	case png:
		if !bytes.HasSuffix(d.tail, pngTail) {
			return errBroken
		}
	}
	return nil
}

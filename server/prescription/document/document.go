// Package document keeps what is to be mailed until its message has left: sealed with the server's key in small
// chunks, never in clear in the database, and wiped as soon as the message cannot be sent again.
package document

import (
	"bytes"
	"encoding/binary"
	"errors"
	"time"

	"teleconsult/server/fault"
)

// MaxBytes is the size of the largest document that is taken at all.
const MaxBytes = 20 << 20

// KeptFor is how long a document is kept at the most, whatever becomes of its message.
const KeptFor = 48 * time.Hour

// ErrGone is returned for a document that was wiped, or never was.
var ErrGone = errors.New("the document is no longer there")

// Check tells by its content whether a file is a PDF of at most so many bytes. Its name does not count.
func Check(content []byte, most int) error {
	refuse := func(code, message string) error {
		return fault.Invalid(fault.Violation{Field: "file", Code: code, Message: message})
	}
	switch {
	case len(content) == 0:
		return refuse("file_empty", "Choisissez le document à envoyer.")
	case len(content) > most:
		return refuse("file_too_large", "Ce document est trop lourd pour ce canal.")
	case !isPDF(content):
		return refuse("file_not_pdf", "Ce fichier n’est pas un PDF.")
	}
	return nil
}

// tail is where the end mark of a PDF must stand (ISO 32000-1, annex H.3).
const tail = 1024

// isPDF: the header is the very first, so that no other reader takes the file for something else.
func isPDF(content []byte) bool {
	head := content[:min(len(content), len("%PDF-1."))]
	known := bytes.Equal(head, []byte("%PDF-1.")) || bytes.Equal(head, []byte("%PDF-2."))
	end := content[max(0, len(content)-tail):]
	return known && bytes.Contains(end, []byte("startxref")) && bytes.Contains(end, []byte("%%EOF"))
}

const (
	// chunkSize is how much of a document is sealed at a time, in bytes.
	chunkSize = 512 << 10
	purpose   = "document"
	idSize    = 16
	placeSize = idSize + 8 + 8
)

// placed puts a chunk's place before it, so that chunks cannot be exchanged, left out or moved to another document.
func placed(id [idSize]byte, number, chunks int, chunk []byte) []byte {
	b := make([]byte, 0, placeSize+len(chunk))
	b = append(b, id[:]...)
	b = binary.BigEndian.AppendUint64(b, uint64(number)) //nolint:gosec // never negative
	b = binary.BigEndian.AppendUint64(b, uint64(chunks)) //nolint:gosec // never negative
	return append(b, chunk...)
}

// errPlace: the chunk belongs elsewhere.
var errPlace = errors.New("a chunk of the document is not in its place")

func unplaced(id [idSize]byte, number, chunks int, b []byte) ([]byte, error) {
	if want := placed(id, number, chunks, nil); !bytes.HasPrefix(b, want) {
		return nil, errPlace
	}
	return b[placeSize:], nil
}

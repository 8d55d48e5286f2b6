package sheet

import (
	"bytes"
	"path"
	"slices"
	"strings"
)

const dropTheTable = "Déposez le tableau lui-même, au format .xlsx ou .csv."

// signatures are the first bytes of what gets dropped by mistake.
var signatures = []struct{ start, what, advice string }{
	{"%PDF-", "un PDF", dropTheTable},
	{`{\rtf`, "un document RTF", dropTheTable},
	{"\x89PNG", "une image", dropTheTable},
	{"\xFF\xD8\xFF", "une image", dropTheTable},
	{"GIF8", "une image", dropTheTable},
	{"BM", "une image", dropTheTable},
	{"II*\x00", "une image", dropTheTable},
	{"MM\x00*", "une image", dropTheTable},
	{"\x1F\x8B", "une archive compressée", "Ouvrez-la, puis déposez le tableau qu’elle contient."},
	{"7z\xBC\xAF", "une archive compressée", "Ouvrez-la, puis déposez le tableau qu’elle contient."},
	{"Rar!", "une archive compressée", "Ouvrez-la, puis déposez le tableau qu’elle contient."},
	{"MIME-Version:", "une page web enregistrée", saveAsXLSX},
}

// refuseBinary refuses what is known to be no text.
func refuseBinary(content []byte) error {
	if startsWith(content, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1") {
		return refuseOLE(content)
	}
	for _, s := range signatures {
		// "BM" also begins words: an image has zeros near its start
		if startsWith(content, s.start) && (s.start != "BM" || bytes.IndexByte(content[:min(len(content), 16)], 0) > 0) {
			return unknown(s.what, s.advice)
		}
	}
	const box = 4 // ISO media files have their kind after a length: HEIC photos, films
	if len(content) > box && startsWith(content[box:], "ftyp") || startsWith(content, "RIFF") {
		return unknown("une image ou un film", dropTheTable)
	}
	return nil
}

// refuseOLE tells apart what is in the container of Office 97: also the encrypted files of today.
func refuseOLE(content []byte) error {
	holds := func(stream string) bool {
		var wide []byte // the names of its streams are UTF-16
		for _, b := range []byte(stream) {
			wide = append(wide, b, 0)
		}
		return bytes.Contains(content, wide)
	}
	switch {
	case holds("EncryptedPackage"):
		return encrypted()
	case holds("WordDocument"):
		return unknown("un document Word (.doc)", dropTheTable)
	case holds("PowerPoint Document"):
		return unknown("une présentation PowerPoint (.ppt)", dropTheTable)
	}
	return unknown("un ancien classeur Excel (.xls)", saveAsXLSX)
}

// refuseText refuses a text that is no table: what nobody wrote, HTML and XML. Many programs call a web
// page "export.xls", and Excel opens it.
func refuseText(name, text string) error {
	if mostlyControl(text) {
		return unknown("d’un format que cette page ne lit pas", dropTheTable)
	}
	start := strings.ToLower(strings.TrimSpace(text[:min(len(text), sampled)]))
	if !strings.HasPrefix(start, "<") {
		return nil
	}
	named := ""
	if ext := strings.ToLower(path.Ext(name)); slices.Contains([]string{".xls", ".xlsx", ".csv"}, ext) {
		named = ", même si son nom finit par " + ext
	}
	for _, tag := range []string{"<!doctype html", "<html", "<head", "<meta", "<body", "<table", "<div", "<style"} {
		if strings.Contains(start, tag) {
			return unknown("une page web (HTML)"+named, saveAsXLSX)
		}
	}
	if strings.HasPrefix(start, "<?xml") || strings.HasPrefix(start, "<workbook") {
		return unknown("un fichier XML"+named, saveAsXLSX)
	}
	return nil
}

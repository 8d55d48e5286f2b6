package sheet

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

// sampled is how much of a text is looked at to tell what it is.
const sampled = 64 << 10

// decode makes text of bytes. Excel writes UTF-8 with a mark, UTF-16 with one ("texte Unicode"), or
// Windows-1252 ("CSV"); what is valid UTF-8 without a mark comes from other programs.
func decode(content []byte) string {
	switch {
	case startsWith(content, "\xEF\xBB\xBF"):
		return strings.ToValidUTF8(string(content[3:]), "\uFFFD")
	case startsWith(content, "\xFF\xFE"):
		return decoded(unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM), content)
	case startsWith(content, "\xFE\xFF"):
		return decoded(unicode.UTF16(unicode.BigEndian, unicode.ExpectBOM), content)
	case isUTF16(content):
		return decoded(unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), content)
	case utf8.Valid(content):
		return string(content)
	}
	return decoded(charmap.Windows1252, content)
}

// decoded never fails: these decoders put U+FFFD where they cannot read.
func decoded(from encoding.Encoding, content []byte) string {
	text, err := from.NewDecoder().Bytes(content)
	if err != nil {
		return strings.ToValidUTF8(string(content), "\uFFFD")
	}
	return string(text)
}

// isUTF16 tells UTF-16LE without a mark: of Latin text nearly every second byte is zero.
func isUTF16(content []byte) bool {
	sample := content[:min(len(content), sampled)]
	const fewest = 4
	if len(content)%2 != 0 || len(sample) < fewest {
		return false
	}
	var low, high int
	for i := 0; i+1 < len(sample); i += 2 {
		if sample[i] == 0 {
			low++
		}
		if sample[i+1] == 0 {
			high++
		}
	}
	pairs := len(sample) / 2
	return low == 0 && high*10 >= pairs*8
}

// mostlyControl tells a text that nobody wrote: more than one character in a hundred is a control
// character.
func mostlyControl(text string) bool {
	control, all := 0, 0
	for _, r := range text[:min(len(text), sampled)] {
		all++
		if r < ' ' && !strings.ContainsRune("\t\n\v\f\r\x1a", r) || r == '\x7f' {
			control++
		}
	}
	return control*100 > all
}

func startsWith(content []byte, prefix string) bool { return bytes.HasPrefix(content, []byte(prefix)) }

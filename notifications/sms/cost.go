package sms

import (
	"math"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Estimate is what a text will cost, known before it is sent.
type Estimate struct {
	Encoding Encoding
	// Characters are counted as the network does: septets of GSM-7, where € and a few others take two, or
	// UTF-16 units of UCS-2.
	Characters int
	// Segments is the number of parts, each of them paid for.
	Segments int
	// Cents is the price of all segments, in hundredths of the currency.
	Cents float64
}

// Cost measures a text as it will be sent, after Transliterate, at a price per segment in cents.
func Cost(text string, centsPerSegment float64) Estimate {
	size := Measure(Transliterate(text))
	return Estimate{
		Encoding: size.Encoding, Characters: size.Units, Segments: size.Segments,
		Cents: math.Round(float64(size.Segments)*max(centsPerSegment, 0)*100) / 100,
	}
}

// Replaced lists what Transliterate changes in a text that a reader can see, each once and in the order of the
// text: "ê→e", "’→'"; "😀→∅" for what is left out. Spaces and invisible signs are not told.
func Replaced(text string) []string {
	var all []string
	seen := map[rune]bool{}
	for _, r := range norm.NFC.String(strings.ToValidUTF8(text, "")) {
		if seen[r] || !unicode.IsGraphic(r) || unicode.IsSpace(r) || unicode.Is(unicode.M, r) {
			continue
		}
		seen[r] = true
		switch to := transliterate(r); to {
		case string(r):
		case "":
			all = append(all, string(r)+"→∅")
		default:
			all = append(all, string(r)+"→"+to)
		}
	}
	return all
}

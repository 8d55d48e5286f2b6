package cell

import (
	"regexp"
	"strings"
)

var (
	ippMangled  = refused("ipp_mangled", "Le tableur a abrégé cet IPP et des chiffres sont perdus. Mettez la colonne au format texte et exportez-la de nouveau.")
	ippRestored = doubtful("ipp_restored", "Le tableur avait transformé cet IPP, qui a été remis en chiffres. Vérifiez-le.")
)

var (
	ippLabel = regexp.MustCompile(`^(?i:(?:ipp|nip|n[°o.])[ :.]*)+`)
	blanks   = regexp.MustCompile(`[ \x{2000}-\x{200a}]`)
)

// IPP reads the hospital's number of a patient; whether it is a right one is for the rules of a patient to say.
func IPP(text string) (string, *Note) {
	s := reading(text)
	if s == "" {
		return "", nil
	}
	if m := abridged.FindStringSubmatch(s); m != nil {
		if whole, ok := unabridged(m); ok {
			return whole, ippRestored
		}
		return "", ippMangled
	}
	s = blanks.ReplaceAllString(strings.ToUpper(s), "")
	return floated.ReplaceAllString(ippLabel.ReplaceAllString(s, ""), "$1"), nil
}

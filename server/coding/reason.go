package coding

import (
	"strings"
	"unicode"

	"teleconsult/server/fault"
)

// other is the reason that has to be written.
const other = "other"

// Reasons are why an act is in a state, by the state and the reason's code, in French. They hold nothing clinical: they
// leave with the export.
var Reasons = map[State]map[string]string{
	NotBillable: {
		"telephone": "téléphone hors de l’exception légale", "no-content": "échange interrompu sans contenu utile",
		"hospitalised": "patient hospitalisé ce jour-là", "included": "compris dans un autre acte ou un forfait",
		"duplicate": "acte déjà facturé", "free": "acte gratuit ou de recherche", other: "autre raison",
	},
	Refused: {
		"identity": "identité inconnue du logiciel", "no-visit": "pas de venue ouverte", "rights": "droits du patient fermés",
		"code": "code refusé", "duplicate": "acte déjà présent", forPractitioner: "à revoir avec le praticien", other: "autre raison",
	},
	Reopened: {"mistake": "erreur de saisie", "corrected": "acte corrigé après coup", other: "autre raison"},
}

// forPractitioner is the refusal that only the practitioner can settle; encounter's chain knows it too.
const forPractitioner = "practitioner"

// maxReason is in characters.
const maxReason = 500

// reason checks the reason of a state and returns its code and its words. One without a code is another reason.
func (in Input) reason() (code, words string, err error) {
	separates := func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }
	text := strings.Join(strings.FieldsFunc(in.Reason, separates), " ")
	if code = in.ReasonCode; code == "" {
		code = other
	}
	words, known := Reasons[in.State][code]
	switch {
	case !known:
		return "", "", fault.Invalid(fault.Violation{Field: "reasonCode", Code: "reason_unknown", Message: "Choisissez une raison de la liste."})
	case len([]rune(text)) > maxReason:
		return "", "", fault.Invalid(fault.Violation{Field: "reason", Code: "too_long", Message: "500 caractères au plus."})
	case code == other && text == "":
		return "", "", fault.Invalid(fault.Violation{Field: "reason", Code: "reason_missing", Message: "Indiquez la raison."})
	case code == other:
		return code, text, nil
	case text != "":
		return code, words + " : " + text, nil
	}
	return code, words, nil
}

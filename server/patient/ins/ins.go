// Package ins knows the national health identity of France (INS): the form of its number, and how sure an identity is.
//
// Sources: domain.md §3.1 and §3.2 (référentiel INS; RNIV, EXI SI 07; FRCorePatientINSProfile; INSEE's rule of the key).
package ins

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"teleconsult/server/fault"
)

// Status is how sure an identity is; exactly one holds.
type Status string

// The statuses (RNIV).
const (
	Provisional Status = "PROV"  // neither asked of the INSi service nor seen on a document
	Retrieved   Status = "RECUP" // asked of the INSi service
	Validated   Status = "VALI"  // seen on a document
	Qualified   Status = "QUAL"  // both
)

// The OIDs of the two kinds of number.
const (
	NIR = "1.2.250.1.213.1.4.8" // social security number
	NIA = "1.2.250.1.213.1.4.9" // number in waiting
)

// Identity is what is known of a patient's INS.
type Identity struct {
	// Matricule has 15 characters.
	Matricule string
	// OID is NIR or NIA.
	OID    string
	Status Status
}

// Qualified tells whether the identity may be used outside: only then is an address made of it.
func (i Identity) Qualified() bool { return i.Status == Qualified && validMatricule(i.Matricule) }

// matriculePattern is the form of a NIR or NIA. Months 20 to 42 and 50 to 99 stand for an incomplete civil status.
var matriculePattern = regexp.MustCompile(`^[123478]\d{2}(0[1-9]|1[0-2]|[23]\d|4[0-2]|[5-9]\d)(\d{2}|2[AB])\d{3}\d{3}\d{2}$`)

var separators = strings.NewReplacer(" ", "", ".", "", "-", "", "\u00a0", "", "\u202f", "")

// Normalise takes the spaces out of a matricule as it was typed, and writes its letters in upper case.
func Normalise(typed string) string {
	return strings.ToUpper(separators.Replace(strings.TrimSpace(typed)))
}

// Check says what is wrong with an identity, all at once.
func (i Identity) Check() []fault.Violation {
	var all []fault.Violation
	add := func(field, code, message string) {
		all = append(all, fault.Violation{Field: field, Code: code, Message: message})
	}
	switch {
	case !matriculePattern.MatchString(i.Matricule):
		add("matricule", "matricule_invalid", "Un matricule INS a 15 caractères : les 13 du numéro de sécurité sociale et sa clé.")
	case !validMatricule(i.Matricule):
		add("matricule", "matricule_key", "La clé ne correspond pas : vérifiez les 15 caractères.")
	}
	if i.OID != NIR && i.OID != NIA {
		add("oid", "oid_unknown", "Choisissez NIR ou NIA.")
	}
	switch i.Status {
	case Provisional, Retrieved, Validated, Qualified:
	default:
		add("status", "status_unknown", "Choisissez le statut de l’identité.")
	}
	return all
}

func validMatricule(m string) bool {
	if !matriculePattern.MatchString(m) {
		return false
	}
	key, err := Key(m[:13])
	return err == nil && key == m[13:]
}

// Key is the key of the 13 characters of a NIR: 97 less the rest of their division by 97; 2A and 2B of Corsica count as
// 19 and 18.
func Key(thirteen string) (string, error) {
	number, err := strconv.ParseUint(strings.NewReplacer("2A", "19", "2B", "18").Replace(thirteen), 10, 64)
	if err != nil || len(thirteen) != 13 {
		return "", fmt.Errorf("a NIR has 13 digits without its key")
	}
	return fmt.Sprintf("%02d", 97-number%97), nil
}

// Born tells whether the matricule's year and month are those of a birth date, as far as the matricule says them. A
// difference is a warning, never a proof: numbers are given on documents that err.
func (i Identity) Born(day time.Time) bool {
	if len(i.Matricule) != 15 {
		return false
	}
	month := i.Matricule[3:5]
	return i.Matricule[1:3] == day.Format("06") && (month > "12" || month == day.Format("01"))
}

// Masked shows the matricule's end alone.
func (i Identity) Masked() string {
	if len(i.Matricule) != 15 {
		return ""
	}
	return "•••••••••• " + i.Matricule[10:13] + " " + i.Matricule[13:]
}

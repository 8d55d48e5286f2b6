package coding

import (
	"strings"
	"unicode"

	"teleconsult/server/encounter"
	"teleconsult/server/fault"
)

// State is what became of the coding.
type State string

// States: Coded in the activity software, or NotBillable with a reason.
const (
	Coded       State = "coded"
	NotBillable State = "not-billable"
)

// maxReason is in characters.
const maxReason = 500

// Input is what a member of staff says about the coding.
type Input struct {
	State State
	// ActivityCodeID is the row of the dated list; it is for Coded only.
	ActivityCodeID string
	// Reason is why the act is not billed; it is for NotBillable only.
	Reason string
}

// Entry is a row of the coding that keeps all rules.
type Entry struct {
	State State
	// Code is empty for an act that is not billed.
	Code   Code
	Reason string
}

// Entry holds the input against the rules: the act was held, its code is valid on its day and for its
// modality, and what is not billed has a reason, which is also the way out for a telephone act outside the
// legal exception.
func (in Input) Entry(list []Code, act Act, telephone Period) (Entry, error) {
	if !act.Held {
		return Entry{}, fault.New(fault.KindConflict, "act_not_held",
			"La consultation n’a pas été tenue jusqu’à son terme : il n’y a pas d’acte à coder.")
	}
	switch in.State {
	case Coded:
		c, err := in.code(list, act, telephone)
		return Entry{State: Coded, Code: c}, err
	case NotBillable:
		reason, err := in.reason()
		return Entry{State: NotBillable, Reason: reason}, err
	}
	return Entry{}, fault.Invalid(fault.Violation{
		Field: "state", Code: "state_unknown", Message: "Indiquez si l’acte est codé ou non facturable.",
	})
}

func (in Input) code(list []Code, act Act, telephone Period) (Code, error) {
	if act.byTelephoneOutside(telephone) { // whatever the code, this is what there is to know
		return Code{}, refused("telephone_not_billable", telephoneRefusal)
	}
	if in.ActivityCodeID == "" {
		return Code{}, refused("code_missing", "Choisissez le code de l’acte.")
	}
	for _, c := range list {
		if c.ID == in.ActivityCodeID {
			return c, c.check(act, telephone)
		}
	}
	return Code{}, refused("code_unknown", "Ce code n’est pas dans la liste. Choisissez un code de la liste.")
}

func (in Input) reason() (string, error) {
	separates := func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }
	reason := strings.Join(strings.FieldsFunc(in.Reason, separates), " ")
	switch {
	case reason == "":
		return "", fault.Invalid(fault.Violation{
			Field: "reason", Code: "reason_missing", Message: "Indiquez pourquoi l’acte n’est pas facturable.",
		})
	case len([]rune(reason)) > maxReason:
		return "", fault.Invalid(fault.Violation{Field: "reason", Code: "too_long", Message: "500 caractères au plus."})
	}
	return reason, nil
}

// Repeats tells whether the standing entry says the same already, as after a second tap.
func (e Entry) Repeats(c *encounter.Coding) bool {
	return c != nil && State(c.State) == e.State && c.Code == e.Code.Code && c.Reason == e.Reason
}

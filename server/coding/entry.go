package coding

import (
	"teleconsult/server/encounter"
	"teleconsult/server/fault"
)

// State is what became of the coding.
type State string

// States. An act without an entry is to be coded, and so is a reopened one.
const (
	// ToCode is the state of an act that nobody has coded yet; no entry has it.
	ToCode State = "to-code"
	// Coded in the activity software.
	Coded State = "coded"
	// NotBillable, with a reason.
	NotBillable State = "not-billable"
	// Refused by the activity software or the coding staff, with the reason: it is a task again.
	Refused State = "refused"
	// Reopened is a second thought, with its reason.
	Reopened State = "reopened"
)

// Input is what a member of staff says about the coding.
type Input struct {
	State State
	// ActivityCodeID is the row of the dated list; it is for Coded only.
	ActivityCodeID string
	// ReasonCode is a key of Reasons, "" for another reason; it and Reason are for all states but Coded.
	ReasonCode string
	// Reason is what is written beside it; another reason needs it.
	Reason string
	// Seen is the state that the person decided on, "" when they did not say: it may have changed meanwhile.
	Seen State
}

// Entry is a row of the coding that keeps all rules.
type Entry struct {
	State State
	// Code is empty unless the act is coded.
	Code               Code
	ReasonCode, Reason string
}

// Entry holds the input against the rules: the act was held, its code is valid on its day and for its
// modality, and everything else has a reason, which is also the way out for a telephone act outside the
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
	case NotBillable, Refused, Reopened:
		code, words, err := in.reason()
		return Entry{State: in.State, ReasonCode: code, Reason: words}, err
	case ToCode: // no entry says so
	}
	return Entry{}, fault.Invalid(fault.Violation{
		Field: "state", Code: "state_unknown", Message: "Indiquez si l’acte est codé, refusé ou non facturable.",
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

// Repeats tells whether the standing entry says the same already, as after a second tap.
func (e Entry) Repeats(c *encounter.Coding) bool {
	return c != nil && State(c.State) == e.State && c.Code == e.Code.Code && c.Label == e.Code.Label && c.Reason == e.Reason
}

// StateOf is the state in the words of a worklist: what was reopened is to be coded.
func StateOf(c *encounter.Coding) State {
	if c == nil || State(c.State) == Reopened {
		return ToCode
	}
	return State(c.State)
}

// mayFollow tells whether the entry may come after the standing one; batch is the number of the export that took that
// one, 0 for none. What was exported is changed only with a reason, so that the next batch can say so.
func (e Entry) mayFollow(standing *encounter.Coding, batch int64, seen State) error {
	now := StateOf(standing)
	switch {
	case seen != "" && seen != now:
		words := "Quelqu’un vient de rouvrir cet acte."
		if standing != nil && now != ToCode {
			words = standing.By + " vient de traiter cet acte : " + standing.Code + standing.Reason + "."
		}
		return fault.New(fault.KindConflict, "coded_meanwhile", words+" Regardez la ligne de nouveau.")
	case e.State == Reopened && now == ToCode:
		return fault.New(fault.KindConflict, "not_coded", "Cet acte n’est pas codé : il n’y a rien à rouvrir.")
	case batch > 0 && (e.State == Coded || e.State == NotBillable):
		return fault.New(fault.KindConflict, "act_exported",
			"Cet acte a déjà été exporté. Rouvrez-le avec un motif pour le corriger : il partira dans le lot suivant.")
	}
	return nil
}

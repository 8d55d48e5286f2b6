package review

import (
	"hash/fnv"
	"slices"

	"teleconsult/server/invitation/cell"
	"teleconsult/server/invitation/column"
	"teleconsult/server/patient"
)

// Index knows which rows of a list have something in common.
type Index struct {
	rows map[string][]place
	keys map[int][]string
}

// place is a row as another one sees it.
type place struct {
	number, line int
	person       patient.Person
	clock        string
}

// NewIndex knows no rows yet.
func NewIndex() Index { return Index{rows: map[string][]place{}, keys: map[int][]string{}} }

// Add takes up rows; those that are left out are in nobody's way.
func (x Index) Add(all []Reading) {
	for _, r := range all {
		keys := r.keys()
		x.keys[r.Number] = keys
		if r.LeftOut {
			continue
		}
		for _, k := range keys {
			x.rows[k] = append(x.rows[k], place{r.Number, r.Line, patient.PersonOf(r.Patient), r.Plan.Clock})
		}
	}
}

// keys are what a row may have in common with another: p a person at a moment, i an identifier at a moment, d and e the
// same on a day, m a meeting, c a contact, b a practitioner at a moment.
func (r Reading) keys() []string {
	var keys []string
	when := r.Plan.Date + " " + r.Plan.Clock
	known := r.Plan.Date != "" && r.Plan.Clock != ""
	if person := r.Person; known && person.Name != "" && !r.Patient.BirthDate.IsZero() {
		who := person.Name + "|" + person.BirthDate + "|"
		keys = append(keys, "p|"+who+when, "d|"+who+r.Plan.Date)
	}
	if known && r.Patient.IPP != "" {
		keys = append(keys, "i|"+r.Patient.IPP+"|"+when, "e|"+r.Patient.IPP+"|"+r.Plan.Date)
	}
	if known && r.Plan.PractitionerID != "" && r.EncounterID == "" {
		keys = append(keys, "b|"+r.Plan.PractitionerID+"|"+when)
	}
	for _, k := range r.LinkKeys {
		keys = append(keys, key(k))
	}
	email, mobile := r.Patient.Contact()
	for _, address := range []string{email, mobile} {
		if address != "" && r.Patient.Representative == nil {
			keys = append(keys, "c|"+address)
		}
	}
	return keys
}

// problems are those that other rows make for one.
func (x Index) problems(r Reading) []RowProblem {
	if r.LeftOut {
		return nil
	}
	var all []RowProblem
	seen := map[string]bool{}
	for _, k := range x.keys[r.Number] {
		others := slices.DeleteFunc(slices.Clone(x.rows[k]), func(p place) bool { return p.number == r.Number })
		if len(others) == 0 {
			continue
		}
		p, ok := clash(k, r, others)
		hushed := p.Severity == cell.Warning && p.Code != "same_day" && slices.Contains(r.Accepted, p.Code)
		if !ok || hushed || seen[p.Code+string(p.Field)] {
			continue
		}
		seen[p.Code+string(p.Field)] = true
		all = append(all, p)
	}
	return all
}

// clash is what having a key in common with other rows means.
func clash(k string, r Reading, others []place) (RowProblem, bool) {
	first := others[0]
	p := RowProblem{Field: RowField, Severity: cell.Error, Line: first.line}
	switch k[:2] {
	case "p|", "i|":
		// the first of them is the one that counts
		p.Code, p.Message = "duplicate_row", "Même personne à la même heure que la ligne indiquée. Laissez l’une des deux de côté."
		return p, first.number < r.Number
	case "d|", "e|":
		// what is at the same moment is a duplicate
		i := slices.IndexFunc(others, func(o place) bool { return o.clock != r.Plan.Clock })
		if i < 0 {
			return p, false
		}
		p.Field, p.Code, p.Line, p.Acceptable = column.Time, "same_day", others[i].line, true
		p.Message = "Cette personne a une autre consultation ce jour-là dans la liste. Une seconde serait prévue."
		if slices.Contains(r.Accepted, p.Code) {
			p.Severity, p.Acceptable = cell.Warning, false
		}
		return p, others[i].number < r.Number
	case "m|":
		p.Field, p.Code = column.Link, "link_twice"
		p.Message = "Ce lien est aussi celui d’une autre ligne. Chaque consultation a le sien."
		return p, true
	case "c|":
		own := r.Person
		i := slices.IndexFunc(others, func(o place) bool { return o.person != own })
		if i < 0 {
			return p, false
		}
		p.Field, p.Severity, p.Line = column.Email, cell.Warning, others[i].line
		if k[2] == '+' {
			p.Field = column.Mobile
		}
		p.Code, p.Message = "contact_shared", "Une autre personne de la liste a le même contact. Vérifiez que c’est voulu."
		return p, true
	case "b|":
		p.Field, p.Severity, p.Code = column.Time, cell.Warning, "practitioner_busy"
		p.Message = "Le praticien a une autre personne de la liste à la même heure."
		return p, first.person != r.Person
	}
	return p, false
}

// numbers stand for keys where they are stored.
func numbers(keys []string) []int64 {
	all := make([]int64, 0, len(keys))
	for _, k := range keys {
		h := fnv.New64a()
		_, _ = h.Write([]byte(k))
		all = append(all, int64(h.Sum64())) //nolint:gosec // any 64 bits will do
	}
	return all
}

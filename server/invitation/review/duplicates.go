package review

import (
	"hash/fnv"
	"slices"
	"strings"

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
// same on a day, n an identifier, m a meeting, c a contact, b a practitioner at a moment.
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
	if r.Patient.IPP != "" && r.EncounterID == "" {
		keys = append(keys, "n|"+r.Patient.IPP)
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
		p, ok := clashes[k[0]].of(k, r, x.rows[k])
		if !ok || seen[p.Code+string(p.Field)] {
			continue
		}
		seen[p.Code+string(p.Field)] = true
		all = append(all, p)
	}
	return all
}

// clash is what having a key of a kind in common with another row means.
type clash struct {
	problem RowProblem
	// with tells whether it means that for a row and another one.
	with func(r Reading, o place) bool
}

var clashes = map[byte]clash{'p': duplicate, 'i': duplicate, 'd': sameDate, 'e': sameDate, 'n': oneIPP, 'm': oneLink, 'c': oneContact, 'b': busy}

var (
	duplicate = clash{RowProblem{
		Field: RowField, Code: "duplicate_row", Severity: cell.Error,
		Message: "Même personne à la même heure que la ligne indiquée. Laissez l’une des deux de côté.",
	}, earlier}
	sameDate = clash{RowProblem{
		Field: column.Time, Code: "same_day", Severity: cell.Error, Acceptable: true,
		Message: "Cette personne a une autre consultation ce jour-là dans la liste. Une seconde serait prévue.",
	}, func(r Reading, o place) bool { return earlier(r, o) && o.clock != r.Plan.Clock }} // at the same hour it is a duplicate
	oneIPP = clash{RowProblem{
		Field: column.IPP, Code: "ipp_twice", Severity: cell.Error,
		Message: "Une autre ligne donne cet IPP à une autre personne. Vérifiez les deux.",
	}, func(r Reading, o place) bool { return differ(r.Person, o.person) }}
	oneLink = clash{RowProblem{
		Field: column.Link, Code: "link_twice", Severity: cell.Error,
		Message: "Ce lien est aussi celui d’une autre ligne. Chaque consultation a le sien.",
	}, func(Reading, place) bool { return true }}
	oneContact = clash{RowProblem{
		Field: column.Email, Code: "contact_shared", Severity: cell.Warning,
		Message: "Une autre personne de la liste a le même contact. Vérifiez que c’est voulu.",
	}, somebodyElse}
	busy = clash{RowProblem{
		Field: column.Time, Code: "practitioner_busy", Severity: cell.Warning,
		Message: "Le praticien a une autre personne de la liste à la même heure.",
	}, somebodyElse}
)

// earlier: the first of several is the one that counts.
func earlier(r Reading, o place) bool { return o.number < r.Number }

func somebodyElse(r Reading, o place) bool { return o.person != r.Person }

// unborn is the birth date of whom none was typed.
var unborn = patient.PersonOf(patient.Patient{}).BirthDate

// differ tells whether two people cannot be one, as far as anything was typed of them.
func differ(a, b patient.Person) bool {
	if a.BirthDate != b.BirthDate && a.BirthDate != unborn && b.BirthDate != unborn {
		return true
	}
	within := func(short, long string) bool { return short == "" || strings.HasPrefix(long+" ", short+" ") }
	return !within(a.Name, b.Name) && !within(b.Name, a.Name)
}

// of is the problem that other rows make for one because of a key, false for none.
func (c clash) of(k string, r Reading, others []place) (p RowProblem, ok bool) {
	i := slices.IndexFunc(others, func(o place) bool { return o.number != r.Number && c.with(r, o) })
	if i < 0 {
		return p, false
	}
	p = c.problem
	p.Line = others[i].line
	if strings.HasPrefix(k, "c|+") {
		p.Field = column.Mobile
	}
	switch accepted := slices.Contains(r.Accepted, p.Code); {
	case accepted && p.Severity == cell.Warning:
		return p, false
	case accepted && p.Acceptable:
		p.Severity, p.Acceptable = cell.Warning, false
	}
	return p, true
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

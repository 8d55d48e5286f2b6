// Package codelist keeps the dated list of activity codes in the hands of the managers. The list is the whole hospital's,
// so any manager of a department may change it, and the trace says who did. What was used once keeps its meaning: a
// change closes the row and begins another.
package codelist

import (
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"teleconsult/server/coding"
	"teleconsult/server/department"
	"teleconsult/server/fault"
)

// Draft is a row of the list as a manager wants it.
type Draft struct {
	Code  string
	Label string
	// AmountCents is in euro cents, nil where it depends on the act.
	AmountCents *int64
	// Modality is video, telephone or any.
	Modality string
	// Speciality is one of department.Specialities, "" for all.
	Speciality string
	// ValidFrom and ValidTo are days (midnight UTC), both included; ValidTo is zero for no end.
	ValidFrom, ValidTo time.Time
	Source             string
}

// Bounds of a row; the lengths are in characters, the amount in euro cents.
const (
	maxLabel  = 200
	maxSource = 300
	maxAmount = 100_000
)

var (
	codeForm   = regexp.MustCompile(`^[A-Z][A-Z0-9]{0,9}$`)
	modalities = []string{"any", "video", "telephone"}
)

// trimmed is the draft without the spaces around what was typed.
func (d Draft) trimmed() Draft {
	for _, text := range []*string{&d.Code, &d.Label, &d.Source} {
		*text = strings.TrimSpace(*text)
	}
	d.Code = strings.ToUpper(d.Code)
	return d
}

// check finds everything that is wrong with a trimmed draft alone.
func (d Draft) check() []fault.Violation {
	var found []fault.Violation
	add := func(wrong bool, field, code, message string) {
		if wrong {
			found = append(found, fault.Violation{Field: field, Code: code, Message: message})
		}
	}
	_, known := department.Specialities[d.Speciality]
	add(!codeForm.MatchString(d.Code), "code", "code_invalid", "Le code compte de 1 à 10 lettres majuscules ou chiffres. Exemple : TCS.")
	add(!isText(d.Label, maxLabel), "label", "label_invalid", "Indiquez le libellé, en 200 caractères au plus.")
	add(d.AmountCents != nil && (*d.AmountCents < 0 || *d.AmountCents > maxAmount), "amountCents", "amount_invalid",
		"Le montant est compris entre 0 et 1 000 €.")
	add(!slices.Contains(modalities, d.Modality), "modality", "modality_unknown", "Choisissez la façon de consulter.")
	add(!known, "speciality", "speciality_unknown", "Choisissez une spécialité de la liste.")
	add(d.ValidFrom.IsZero(), "validFrom", "required", "Indiquez le premier jour.")
	add(!d.ValidTo.IsZero() && d.ValidTo.Before(d.ValidFrom), "validTo", "ends_before_start", "Le dernier jour précède le premier.")
	add(!isText(d.Source, maxSource), "source", "source_invalid", "Indiquez d’où vient la ligne (texte, note de service), en 300 caractères au plus.")
	return found
}

func isText(s string, longest int) bool {
	return s != "" && utf8.ValidString(s) && utf8.RuneCountInString(s) <= longest && !strings.ContainsFunc(s, unicode.IsControl)
}

// overlap finds another row of the same code, speciality and modality that is valid on one of the days; except is an id.
func (d Draft) overlap(list []coding.Code, except string) (coding.Code, bool) {
	i := slices.IndexFunc(list, func(c coding.Code) bool {
		same := c.Code == d.Code && c.Speciality == d.Speciality && c.Modality == d.Modality
		return c.ID != except && same && !ends(d.ValidTo).Before(c.ValidFrom) && !ends(c.ValidTo).Before(d.ValidFrom)
	})
	if i < 0 {
		return coding.Code{}, false
	}
	return list[i], true
}

// ends is the last day of a row, far away for one without an end.
func ends(t time.Time) time.Time {
	if t.IsZero() {
		return time.Date(9999, time.December, 31, 0, 0, 0, 0, time.UTC)
	}
	return t
}

func (d Draft) checkOverlap(list []coding.Code, except string) error {
	c, found := d.overlap(list, except)
	if !found {
		return nil
	}
	until := "sans fin"
	if !c.ValidTo.IsZero() {
		until = "au " + c.ValidTo.Format("02/01/2006")
	}
	return fault.Invalid(fault.Violation{
		Field: "validFrom", Code: "overlap",
		Message: "Une ligne du même code, de la même spécialité et de la même façon de consulter est valable du " +
			c.ValidFrom.Format("02/01/2006") + " " + until + ". Fermez-la d’abord.",
	})
}

// sameMeaning tells whether an act that was coded with the row means the same under the draft.
func (d Draft) sameMeaning(c coding.Code) bool {
	amount := d.AmountCents == c.AmountCents || d.AmountCents != nil && c.AmountCents != nil && *d.AmountCents == *c.AmountCents
	return amount && d.Code == c.Code && d.Label == c.Label && d.Modality == c.Modality && d.Speciality == c.Speciality &&
		d.ValidFrom.Equal(c.ValidFrom)
}

// row is the draft as a row of the list that nobody has confirmed.
func (d Draft) row(id string) coding.Code {
	return coding.Code{
		ID: id, Code: d.Code, Label: d.Label, AmountCents: d.AmountCents, Modality: d.Modality, Speciality: d.Speciality,
		ValidFrom: d.ValidFrom, ValidTo: d.ValidTo, Source: d.Source,
	}
}

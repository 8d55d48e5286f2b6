package review

import (
	"errors"
	"slices"
	"strings"

	"teleconsult/server/fault"
	"teleconsult/server/patient"
	"teleconsult/server/staff"
)

// titles say nothing about who is meant.
var titles = []string{"dr", "docteur", "pr", "prof", "professeur", "m", "mme", "mr", "monsieur", "madame"}

// colleagues are the practitioners of the department that a text may mean: by the whole name in any order, else by
// the family name alone.
func (r *reader) colleagues(text string) []staff.Member {
	words := strings.Fields(patient.SearchName(text))
	words = slices.DeleteFunc(words, func(w string) bool { return slices.Contains(titles, w) })
	slices.Sort(words)
	typed := strings.Join(words, " ")
	match := func(is func(m staff.Member) bool) (found []staff.Member) {
		for _, m := range r.Practitioners {
			if is(m) {
				found = append(found, m)
			}
		}
		return found
	}
	for _, is := range []func(m staff.Member) bool{
		func(m staff.Member) bool {
			return m.ID == text || m.RPPS != "" && m.RPPS == text || strings.EqualFold(m.Email, text)
		},
		func(m staff.Member) bool { return typed != "" && typed == sorted(m.FamilyName, m.GivenName) },
		func(m staff.Member) bool { return typed != "" && typed == sorted(m.FamilyName) },
		func(m staff.Member) bool { // "Martin C."
			initial := patient.SearchName(m.GivenName)
			return typed != "" && initial != "" && typed == sorted(m.FamilyName, initial[:1])
		},
	} {
		if found := match(is); len(found) > 0 {
			return found
		}
	}
	return nil
}

// sorted are the words of names in the order of the alphabet.
func sorted(names ...string) string {
	words := strings.Fields(patient.SearchName(names...))
	slices.Sort(words)
	return strings.Join(words, " ")
}

func asFault(err error) (*fault.Error, bool) { return errors.AsType[*fault.Error](err) }

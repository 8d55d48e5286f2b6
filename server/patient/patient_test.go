package patient_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"teleconsult/server/fault"
	"teleconsult/server/patient"
)

var (
	today        = time.Date(2026, 5, 11, 0, 0, 0, 0, time.UTC)
	consultation = time.Date(2026, 5, 12, 12, 30, 0, 0, time.UTC)
)

func adult(change ...func(*patient.Patient)) patient.Patient {
	p := patient.Patient{
		FamilyName: "Dupont", GivenName: "Jeanne", BirthDate: time.Date(1980, 1, 2, 0, 0, 0, 0, time.UTC), Email: "jeanne@exemple.fr",
	}
	for _, c := range change {
		c(&p)
	}
	return p
}

func codes(violations []fault.Violation) string {
	all := []string{}
	for _, v := range violations {
		all = append(all, v.Field+":"+v.Code)
	}
	slices.Sort(all)
	return strings.Join(all, " ")
}

func TestCheck(t *testing.T) {
	represented := func(p *patient.Patient) {
		p.Protection = patient.ProtectedAdult
		p.Representative = &patient.Representative{Name: "Anne Dupont", Relationship: "guardian", Mobile: "0612345678"}
	}
	for _, c := range []struct {
		name      string
		change    func(*patient.Patient)
		confirmed bool
		want      string
	}{
		{"an adult with e-mail", func(*patient.Patient) {}, false, ""},
		{"an adult with mobile", func(p *patient.Patient) { p.Email, p.Mobile = "", "07 12 34 56 78" }, false, ""},
		{"no names", func(p *patient.Patient) { p.FamilyName, p.GivenName = " ", "" }, false, "patient.familyName:name_missing patient.givenName:name_missing"},
		{"digits for a name", func(p *patient.Patient) { p.FamilyName = "123" }, false, "patient.familyName:name_invalid"},
		{"no birth date", func(p *patient.Patient) { p.BirthDate = time.Time{} }, false, "patient.birthDate:birth_date_missing"},
		{"born tomorrow", func(p *patient.Patient) { p.BirthDate = today.AddDate(0, 0, 2) }, false, "patient.birthDate:birth_date_impossible"},
		{"born too long ago", func(p *patient.Patient) { p.BirthDate = today.AddDate(-131, 0, 0) }, false, "patient.birthDate:birth_date_impossible"},
		{"IPP of AP-HP", func(p *patient.Patient) { p.IPP = "80 1234 5678" }, false, ""},
		{"another number", func(p *patient.Patient) { p.IPP = "123" }, false, "patient.ipp:ipp_invalid"},
		{"another language", func(p *patient.Patient) { p.Language = "de" }, false, "patient.language:language_unknown"},
		{"a typo", func(p *patient.Patient) { p.Email = "jeanne@gmial.com" }, false, "patient.email:email_typo"},
		{"a typo that is none", func(p *patient.Patient) { p.Email = "jeanne@gmial.com" }, true, ""},
		{"a landline", func(p *patient.Patient) { p.Mobile = "01 40 00 00 00" }, false, "patient.mobile:mobile_not_mobile"},
		{"half a number", func(p *patient.Patient) { p.Mobile = "0612" }, false, "patient.mobile:mobile_invalid"},
		{"a mobile of La Réunion", func(p *patient.Patient) { p.Mobile = "+262 692 12 34 56" }, false, ""},
		{"a foreign mobile", func(p *patient.Patient) { p.Mobile = "+49 151 12345678" }, false, ""},
		{"no way to reach them", func(p *patient.Patient) { p.Email = "" }, false, "patient.mobile:contact_missing"},
		{"minor until the day after", func(p *patient.Patient) { p.BirthDate = time.Date(2008, 5, 13, 0, 0, 0, 0, time.UTC) }, false, "patient.representative:representative_missing"},
		{"of age on the day", func(p *patient.Patient) { p.BirthDate = time.Date(2008, 5, 12, 0, 0, 0, 0, time.UTC) }, false, ""},
		{"protected and represented", func(p *patient.Patient) { represented(p); p.Email = "" }, false, ""},
		{"protected without a name", func(p *patient.Patient) { represented(p); p.Representative.Name = "" }, false, "patient.representative.name:representative_missing"},
		{"represented by whom", func(p *patient.Patient) { represented(p); p.Representative.Relationship = "" }, false, "patient.representative.relationship:relationship_unknown"},
		{"a representative out of reach", func(p *patient.Patient) { represented(p); p.Representative.Mobile = "" }, false, "patient.representative.mobile:contact_missing"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := codes(patient.Check(adult(c.change).Normalise(), today, consultation, c.confirmed)); got != c.want {
				t.Errorf("violations %q, want %q", got, c.want)
			}
		})
	}
}

func TestNormalise(t *testing.T) {
	p := adult(func(p *patient.Patient) {
		p.FamilyName, p.Mobile, p.Email = "  Du\u00a0 Pont ", "06.12.34.56.78", " jeanne@exemple.fr "
	}).Normalise()
	if p.FamilyName != "Du Pont" || p.Mobile != "+33612345678" || p.Email != "jeanne@exemple.fr" {
		t.Errorf("%+v", p)
	}
	for _, typed := range []string{"0612345678", "06 12 34 56 78", "+33612345678", "+33 6 12 34 56 78", "0033612345678", "06-12-34-56-78"} {
		if got := adult(func(p *patient.Patient) { p.Mobile = typed }).Normalise().Mobile; got != "+33612345678" {
			t.Errorf("%q becomes %q", typed, got)
		}
	}
}

func TestSearchName(t *testing.T) {
	for in, want := range map[string]string{
		"Élodie": "elodie", "D'Artagnan  Jean-Noël": "d artagnan jean noel", "Œuvrard": "oeuvrard", "%_": "", "STRASSE": "strasse", "Ñuñez": "nunez",
	} {
		if got := patient.SearchName(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func TestContactIsTheRepresentatives(t *testing.T) {
	p := adult(func(p *patient.Patient) {
		p.Mobile = "+33612345678"
		p.Protection = patient.Minor
		p.Representative = &patient.Representative{Name: "Anne", Email: "anne@exemple.fr"}
	})
	if email, mobile := p.Contact(); email != "anne@exemple.fr" || mobile != "" {
		t.Errorf("messages go to %q and %q, want only the representative", email, mobile)
	}
}

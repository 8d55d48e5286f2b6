package review

import (
	"slices"
	"time"

	"teleconsult/server/encounter"
	"teleconsult/server/fault"
	"teleconsult/server/invitation/cell"
	"teleconsult/server/invitation/column"
	"teleconsult/server/patient"
)

// people finds the patients that rows mean.
type people struct {
	byIPP    map[string]patient.Patient
	byPerson map[patient.Person][]patient.Patient
}

func (k Known) people() people {
	p := people{byIPP: map[string]patient.Patient{}, byPerson: map[patient.Person][]patient.Patient{}}
	for _, known := range k.Patients {
		if known.IPP != "" {
			p.byIPP[known.IPP] = known
		}
		person := patient.PersonOf(known)
		p.byPerson[person] = append(p.byPerson[person], known)
	}
	return p
}

// find is the stored patient that is meant, nil for a new one. Two identities that do not agree are never put together.
func (p people) find(typed patient.Patient, person patient.Person) (*patient.Patient, *RowProblem) {
	if typed.IPP != "" {
		if known, ok := p.byIPP[typed.IPP]; ok {
			if !agree(typed, known) {
				return nil, &RowProblem{
					Field: column.IPP, Code: "ipp_of_another", Severity: cell.Error,
					Message: "Cet IPP est celui d’un autre patient du service : le nom ou la date de naissance ne correspond pas.",
				}
			}
			return &known, nil
		}
	}
	if typed.BirthDate.IsZero() {
		return nil, nil // nobody is known by a name alone
	}
	switch same := p.byPerson[person]; {
	case len(same) == 0:
		return nil, nil // a new patient
	case len(same) > 1:
		return nil, &RowProblem{
			Field: column.IPP, Code: "several_patients", Severity: cell.Error,
			Message: "Plusieurs patients du service ont ce nom et cette date de naissance : indiquez l’IPP.",
		}
	case typed.IPP != "" && same[0].IPP != "" && typed.IPP != same[0].IPP:
		return nil, &RowProblem{
			Field: column.IPP, Code: "ipp_differs", Severity: cell.Error,
			Message: "Le patient de ce nom et de cette date de naissance a un autre IPP dans le service.",
		}
	default:
		return &same[0], nil
	}
}

// agree tells whether nothing that was typed of a person says that it is somebody else: a list that has the identifier
// often has no date of birth.
func agree(typed, known patient.Patient) bool {
	name := patient.SearchName(typed.FamilyName, typed.GivenName)
	named := name == "" || name == patient.SearchName(known.FamilyName, known.GivenName) ||
		typed.GivenName == "" && name == patient.SearchName(known.FamilyName)
	return named && (typed.BirthDate.IsZero() || typed.BirthDate.Equal(known.BirthDate))
}

// contactTyped is how a row says that the person is reached.
type contactTyped struct{ email, mobile string }

// typedContact is what the row says, and what is stored where it says nothing.
func (j *judgement) typedContact(stored patient.Patient) contactTyped {
	c := contactTyped{j.Patient.Email, j.Patient.Mobile}
	if stored.Representative != nil && j.Patient.Representative != nil {
		c = contactTyped{j.Patient.Representative.Email, j.Patient.Representative.Mobile}
	}
	email, mobile := stored.Contact()
	return contactTyped{or(c.email, email), or(c.mobile, mobile)}
}

func (c contactTyped) differs(stored patient.Patient) bool {
	email, mobile := stored.Contact()
	return c.email != email || c.mobile != mobile
}

func (c contactTyped) input() encounter.ContactInput {
	return encounter.ContactInput{Email: c.email, Mobile: c.mobile}
}

// fields are the cells that violations are about.
var fields = map[string]column.Field{
	"patient.familyName": column.FamilyName, "patient.givenName": column.GivenName, "patient.birthDate": column.BirthDate,
	"patient.ipp": column.IPP, "patient.email": column.Email, "patient.mobile": column.Mobile, "patient.language": column.Language,
	"patient.representative": column.RepresentativeName, "patient.representative.name": column.RepresentativeName,
	"patient.representative.relationship": column.RepresentativeRelationship,
	"patient.representative.email":        column.RepresentativeEmail, "patient.representative.mobile": column.RepresentativeMobile,
	"date": column.Date, "time": column.Time, "repeatedHour": column.Time, "durationMinutes": column.Duration,
	"practitionerId": column.Practitioner, "modality": column.Modality, "telephoneReason": column.TelephoneReason,
	"tool": column.Tool, "toolReason": column.Tool,
}

// contacts are the cells that say how somebody is reached.
var contacts = []column.Field{column.Email, column.Mobile, column.RepresentativeEmail, column.RepresentativeMobile}

// said tells whether an error says already what is wrong: one mistake is told once.
func (j *judgement) said(field column.Field, code string) bool {
	return slices.ContainsFunc(j.problems, func(p RowProblem) bool {
		switch {
		case p.Severity != cell.Error:
			return false
		case p.Field == field:
			return true
		}
		return code == "name_missing" && p.Code == "name_unreadable" ||
			code == "representative_missing" && p.Field == column.BirthDate || code == "too_late" && p.Field == column.Date ||
			code == "contact_missing" && slices.Contains(contacts, p.Field)
	})
}

// violation adds a broken rule of the plan or the patient, unless an error says so already.
func (j *judgement) violation(v fault.Violation) {
	field, ok := fields[v.Field]
	if !ok {
		field = RowField
	}
	if j.said(field, v.Code) {
		return
	}
	if v.Code == "date_in_past" && j.Plan.Date != j.Now.In(j.Department.Zone).Format(time.DateOnly) {
		field = column.Date // another hour of that day would be past too
	}
	problem := RowProblem{Field: field, Code: v.Code, Severity: cell.Error, Message: v.Message}
	switch v.Code {
	case "email_typo":
		address := j.Patient.Email
		if field == column.RepresentativeEmail && j.Patient.Representative != nil {
			address = j.Patient.Representative.Email
		}
		problem.Acceptable, problem.Suggestion = true, patient.Suggest(address)
	case "time_ambiguous":
		problem.Acceptable = true
		problem.Message = "Cette heure existe deux fois ce jour-là (passage à l’heure d’hiver) : changez-la, ou acceptez la première."
	case "tool_reason_missing":
		problem.Message += " Écrivez-le une fois dans les réglages de la liste."
	}
	j.problems = append(j.problems, problem)
}

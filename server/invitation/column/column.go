// Package column finds out which column of a secretary's spreadsheet holds what: by its header, in French or
// English and as hospital exports write it, else by what stands below. What it finds is a proposal that the
// secretary sees and may change, and what she says is remembered by the department.
package column

import "slices"

// Field is what a column holds.
type Field string

// Fields of a patient, of the appointment, of the meeting and of the legal representative.
const (
	// Ignored columns hold nothing that an appointment needs.
	Ignored    Field = ""
	FamilyName Field = "familyName"
	GivenName  Field = "givenName"
	// FullName is both names in one cell.
	FullName  Field = "fullName"
	BirthDate Field = "birthDate"
	IPP       Field = "ipp"
	Email     Field = "email"
	Mobile    Field = "mobile"
	Language  Field = "language"

	// Date may hold the time, too.
	Date            Field = "date"
	Time            Field = "time"
	Duration        Field = "duration"
	Practitioner    Field = "practitioner"
	Modality        Field = "modality"
	TelephoneReason Field = "telephoneReason"

	Tool Field = "tool"
	// Link is the address of the meeting or a whole pasted invitation.
	Link     Field = "link"
	Passcode Field = "passcode"
	// Reference is that of the ORTIF session.
	Reference Field = "reference"

	RepresentativeName         Field = "representativeName"
	RepresentativeRelationship Field = "representativeRelationship"
	RepresentativeEmail        Field = "representativeEmail"
	RepresentativeMobile       Field = "representativeMobile"
)

// model is the order of the columns in a model file, with their headers.
var model = []struct {
	field  Field
	header string
}{
	{FamilyName, "Nom"},
	{GivenName, "Prénom"},
	{FullName, "Nom et prénom"},
	{BirthDate, "Date de naissance"},
	{IPP, "IPP"},
	{Email, "E-mail"},
	{Mobile, "Mobile"},
	{Language, "Langue"},
	{Date, "Date du rendez-vous"},
	{Time, "Heure du rendez-vous"},
	{Duration, "Durée (minutes)"},
	{Practitioner, "Praticien"},
	{Modality, "Vidéo ou téléphone"},
	{TelephoneReason, "Motif du téléphone"},
	{Tool, "Outil"},
	{Link, "Lien de connexion"},
	{Passcode, "Code d’accès"},
	{Reference, "Référence ORTIF"},
	{RepresentativeName, "Représentant légal"},
	{RepresentativeRelationship, "Lien avec le patient"},
	{RepresentativeEmail, "E-mail du représentant"},
	{RepresentativeMobile, "Mobile du représentant"},
}

// Fields are all fields but Ignored, in the order of a model file.
func Fields() []Field {
	fields := make([]Field, len(model))
	for i, m := range model {
		fields[i] = m.field
	}
	return fields
}

// Header is the header of a model file's column, "" for Ignored.
func (f Field) Header() string {
	if i := f.place(); i >= 0 {
		return model[i].header
	}
	return ""
}

// place is the field's in the model file, -1 for none.
func (f Field) place() int {
	return slices.IndexFunc(model, func(m struct {
		field  Field
		header string
	},
	) bool {
		return m.field == f
	})
}

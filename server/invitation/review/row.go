// Package review says of every row of a list what will happen to it, before anything is sent: who is meant, what is
// wrong in plain words, which message goes where. It is pure: what the hospital knows comes in as Known, and the same
// rows always give the same verdicts, but for the ids of whom and what is new.
package review

import (
	"time"

	"teleconsult/notifications"
	"teleconsult/server/department"
	"teleconsult/server/encounter"
	"teleconsult/server/invitation/cell"
	"teleconsult/server/invitation/column"
	"teleconsult/server/outreach"
	"teleconsult/server/patient"
	"teleconsult/server/staff"
)

// Row is one line of a list, as it was typed or corrected.
type Row struct {
	// Number counts the rows of the list from 1; Line is what the spreadsheet shows.
	Number, Line int
	LeftOut      bool
	Values       map[column.Field]string
	// Accepted are codes of problems that a person overruled.
	Accepted []string
	// EncounterID is the planned encounter that the row was made from, "" for none.
	EncounterID string
}

// BatchDefaults stand for what a row does not say.
type BatchDefaults struct {
	PractitionerID  string             `json:"practitionerId,omitempty" format:"uuid"`
	DurationMinutes int                `json:"durationMinutes"`
	Modality        encounter.Modality `json:"modality" enum:"video,telephone"`
	TelephoneReason string             `json:"telephoneReason,omitempty" maxLength:"40"`
	Tool            string             `json:"tool,omitempty" maxLength:"40"`
	ToolReason      string             `json:"toolReason,omitempty" maxLength:"2000"`
	// Declared are codes of meeting checklists that somebody vouches for, for all links of the list.
	Declared []string `json:"declared" maxItems:"40"`
}

// Desk is where the rows are read: a department at a moment.
type Desk struct {
	Now           time.Time
	Department    department.Department
	Practitioners []staff.Member
	Defaults      BatchDefaults
	// Service reads and recognises links.
	Service *encounter.Service
}

// RowField is the field of a problem that is about the row as a whole.
const RowField column.Field = "row"

// RowProblem is one thing that is wrong with a row, or worth a look.
type RowProblem struct {
	Field    column.Field  `json:"field"`
	Code     string        `json:"code"`
	Severity cell.Severity `json:"severity" enum:"error,warning"`
	Message  string        `json:"message" doc:"In French."`
	// Acceptable: a person may overrule the error.
	Acceptable bool `json:"acceptable,omitempty" doc:"An error that a person may overrule by its code."`
	// Suggestion is a value that would mend it.
	Suggestion string `json:"suggestion,omitempty" doc:"A value for the field that would mend it."`
	// Line is that of the other row it is about.
	Line int `json:"line,omitempty" doc:"The other line that it is about."`
}

// Known is what the hospital knows about the people and meetings of the rows.
type Known struct {
	// Patients may be those of the rows.
	Patients []patient.Patient
	// Encounters are those that rows were made from, by id.
	Encounters map[string]*encounter.Facts
	// Planned are encounters to come, by the patient's id.
	Planned map[string][]*encounter.Facts
	// Used says which encounter took a meeting, by its key.
	Used       map[string]string
	Reputation encounter.Reputation
	// At is when the messages are to go.
	At time.Time
	// Show renders what a patient would get; without it there are no outcomes.
	Show func(f *encounter.Facts, w outreach.Wanted) (Shown, error)
}

// Shown is a message as it would be sent, with its personal link masked.
type Shown struct {
	Text     string
	Segments int
	Cents    float64
}

// ChannelOutcome is one message of an outcome.
type ChannelOutcome struct {
	Channel  notifications.Channel `json:"channel" enum:"email,sms"`
	To       string                `json:"to" doc:"Masked."`
	Segments int                   `json:"segments,omitempty"`
	Cents    float64               `json:"cents,omitempty"`
}

// LinkOutcome is the meeting of a row.
type LinkOutcome struct {
	Tool string `json:"tool"`
	Host string `json:"host"`
}

// RowOutcome is what sending a row does.
type RowOutcome struct {
	Patient   string                `json:"patient" enum:"new,known"`
	Encounter string                `json:"encounter" enum:"new,update"`
	Start     time.Time             `json:"start"`
	Zone      string                `json:"zone"`
	Purpose   notifications.Purpose `json:"purpose" enum:"notice,invitation"`
	Channels  []ChannelOutcome      `json:"channels"`
	Preview   string                `json:"preview" doc:"The first 160 characters of the real message, with the personal link masked."`
	Link      *LinkOutcome          `json:"link,omitempty"`
}

// Verdict is what is said of a row.
type Verdict struct {
	Row
	// Values are what was understood, and as typed what was not.
	Values   map[column.Field]string
	Problems []RowProblem
	// Outcome is nil while an error keeps it from being known.
	Outcome *RowOutcome
	// Keys are numbers of what the row may have in common with others; others may have the same by chance.
	Keys []int64
	// Tool is that of the row's link, "" without one.
	Tool string
	// Plan is what was understood of the appointment.
	Plan encounter.Plan
	Deed Deed
}

// Deed is what is to be done for a row without errors.
type Deed struct {
	// Facts are the encounter's as they will be.
	Facts *encounter.Facts
	// New: the encounter is to be planned; NewPatient: its patient is to be added.
	New, NewPatient bool
	// Contact: the stored patient is reached in another way from now on.
	Contact bool
	// Link is what is to be attached, the zero value for nothing.
	Link     encounter.LinkInput
	LinkKeys [][]byte
}

// Severity is the gravest among the problems, "" without any.
func (v Verdict) Severity() cell.Severity {
	worst := cell.Severity("")
	for _, p := range v.Problems {
		if p.Severity == cell.Error {
			return cell.Error
		}
		worst = p.Severity
	}
	return worst
}

// Sendable tells whether sending the list does something for the row.
func (v Verdict) Sendable() bool { return !v.LeftOut && v.Severity() != cell.Error }

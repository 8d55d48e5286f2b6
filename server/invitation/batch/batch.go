// Package batch keeps lists of people that are invited together, and their rows, as they are stored.
package batch

import (
	"time"

	"teleconsult/server/fault"
	"teleconsult/server/invitation/column"
	"teleconsult/server/invitation/review"
)

// ErrNotFound is the fault for a list that is not there, or that is none of the caller's.
var ErrNotFound = fault.New(fault.KindNotFound, "not_found", "Cet envoi n’existe pas ou n’est pas accessible.")

// State is how far a list is.
type State string

// The states of a list; the last two of the screen are worked out of its rows and messages (see BatchHead).
const (
	Draft     State = "draft"
	Sending   State = "sending"
	Paused    State = "paused"
	Cancelled State = "cancelled"
	Scheduled State = "scheduled"
	Sent      State = "sent"
)

// RowState is how far a row is.
type RowState string

// The states of a row.
const (
	RowOpen        RowState = "open"
	RowReleased    RowState = "released"
	RowDone        RowState = "done"
	RowWithdrawing RowState = "withdrawing"
	RowCancelled   RowState = "cancelled"
)

// SheetColumn is one column of a file, and what it holds.
type SheetColumn struct {
	Index  int          `json:"index"`
	Header string       `json:"header"`
	Field  column.Field `json:"field,omitempty"`
	Sample string       `json:"sample"`
}

// List is a list as it is stored.
type List struct {
	ID, DepartmentID            string
	Source, FileName, Sheet     string
	OtherSheets                 []string
	Columns                     []SheetColumn
	Defaults                    review.BatchDefaults
	State                       State
	Revision, ConfirmedRevision int64
	SendAt, ConfirmedAt         time.Time
	CreatedBy, ConfirmedBy      string // names, for the screen
	ConfirmedByID               string
	CreatedAt, ReviewedAt       time.Time
}

// Row is a row as it is stored.
type Row struct {
	Number, Line int
	Hidden       bool
	Cells        []string
	Corrections  map[column.Field]string
	Accepted     []string
	LeftOut      bool
	EncounterID  string
	// PlannedHere: the encounter was planned for this row.
	PlannedHere bool
	State       RowState
	ToldAt      time.Time
	Review      Reviewed
	Severity    int
	Keys        []int64
}

// Reviewed is what the last review said of a row.
type Reviewed struct {
	Values   map[column.Field]string `json:"values"`
	Problems []review.RowProblem     `json:"problems"`
	Outcome  *review.RowOutcome      `json:"outcome,omitempty"`
}

// Values are the cells by what they hold, with what was corrected.
func (r Row) Values(columns []SheetColumn) map[column.Field]string {
	values := map[column.Field]string{}
	for _, c := range columns {
		if c.Field != column.Ignored && c.Index < len(r.Cells) {
			values[c.Field] = r.Cells[c.Index]
		}
	}
	corrected := false
	for field, text := range r.Corrections {
		values[field] = text
		corrected = corrected || field == column.FamilyName || field == column.GivenName
	}
	if corrected {
		delete(values, column.FullName) // what was read out of it is corrected now
	}
	return values
}

// Reviewable is the row as the review looks at it. The rest of a name that came in one cell goes on as it was understood.
func (r Row) Reviewable(columns []SheetColumn) review.Row {
	out := review.Row{Number: r.Number, Line: r.Line, LeftOut: r.LeftOut, Values: r.Values(columns), Accepted: r.Accepted}
	if _, split := r.Corrections[column.FamilyName]; !split {
		_, split = r.Corrections[column.GivenName]
		if split {
			out.Values[column.FamilyName] = or(out.Values[column.FamilyName], r.Review.Values[column.FamilyName])
		}
	} else if out.Values[column.GivenName] == "" {
		if _, emptied := r.Corrections[column.GivenName]; !emptied {
			out.Values[column.GivenName] = r.Review.Values[column.GivenName]
		}
	}
	if r.State != RowDone && !r.PlannedHere {
		out.EncounterID = r.EncounterID
	}
	return out
}

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

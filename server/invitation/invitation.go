// Package invitation lets a secretary invite a whole list of people: from a file, from pasted rows or meeting
// invitations, or by ticking planned consultations. A list (batch) is a draft on the server until somebody confirms it;
// then each row is worked on once, whoever is looking.
package invitation

import (
	"context"
	"log/slog"
	"slices"
	"time"

	"teleconsult/server/auth"
	"teleconsult/server/db"
	"teleconsult/server/encounter"
	"teleconsult/server/fault"
	"teleconsult/server/invitation/column"
	"teleconsult/server/invitation/review"
	"teleconsult/server/invitation/sheet"
	"teleconsult/server/trace"
)

// Service is what the use cases of lists need.
type Service struct {
	Encounters *encounter.Service
	// Limits bound a list.
	Limits sheet.Limits
	Log    *slog.Logger

	// wake tells the workers that a list was confirmed.
	wake chan struct{}
}

// New makes the service.
func New(encounters *encounter.Service, limits sheet.Limits, log *slog.Logger) *Service {
	return &Service{Encounters: encounters, Limits: limits, Log: log, wake: make(chan struct{}, 1)}
}

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

// BatchColumn is one column of a file, and what it holds.
type BatchColumn struct {
	Index  int          `json:"index"`
	Header string       `json:"header"`
	Field  column.Field `json:"field,omitempty"`
	Sample string       `json:"sample"`
}

// batch is a list as it is stored.
type batch struct {
	ID, DepartmentID            string
	Source, FileName, Sheet     string
	OtherSheets                 []string
	Columns                     []BatchColumn
	Defaults                    review.BatchDefaults
	State                       State
	Revision, ConfirmedRevision int64
	SendAt, ConfirmedAt         time.Time
	CreatedBy, ConfirmedBy      string // names, for the screen
	ConfirmedByID               string
	CreatedAt, ReviewedAt       time.Time
}

// row is a row as it is stored.
type row struct {
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
	Review      reviewed
	Severity    int
	Keys        []string
}

// reviewed is what the last review said of a row.
type reviewed struct {
	Values   map[column.Field]string `json:"values"`
	Problems []review.RowProblem     `json:"problems"`
	Outcome  *review.RowOutcome      `json:"outcome,omitempty"`
	// Tool is that of the row's link.
	Tool string `json:"tool,omitempty"`
}

// values are the cells by what they hold, with what was corrected.
func (r row) values(columns []BatchColumn) map[column.Field]string {
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

// reviewable is the row as the review looks at it. The rest of a name that came in one cell goes on as it was understood.
func (r row) reviewable(columns []BatchColumn) review.Row {
	out := review.Row{Number: r.Number, Line: r.Line, LeftOut: r.LeftOut, Values: r.values(columns), Accepted: r.Accepted}
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

var errNotFound = fault.New(fault.KindNotFound, "not_found", "Cet envoi n’existe pas ou n’est pas accessible.")

// mayInvite are the departments in which the caller may work on lists: whoever plans and sends.
func mayInvite(caller auth.Caller) []string {
	return slices.DeleteFunc(caller.Departments(auth.MessageSend), func(id string) bool { return !caller.Can(id, auth.EncounterSchedule) })
}

// within runs a use case on one list of the caller's departments. The list is locked unless it is only looked at.
func (s *Service) within(
	ctx context.Context, caller auth.Caller, id string, action string, do func(ctx context.Context, tx db.Tx, b *batch) error,
) error {
	departments := mayInvite(caller)
	return s.Encounters.DB.InTx(ctx, db.Departments(departments...), func(ctx context.Context, tx db.Tx) error {
		b, err := lockBatch(ctx, tx, id, departments)
		if err != nil {
			return err
		}
		if err = do(ctx, tx, b); err != nil {
			return err
		}
		return s.traced(ctx, tx, caller, b, action, nil)
	})
}

// traced appends to the trace what somebody did with a list.
func (s *Service) traced(ctx context.Context, tx db.Tx, caller auth.Caller, b *batch, action string, data map[string]any) error {
	if data == nil {
		data = map[string]any{}
	}
	data["batch"] = b.ID
	return trace.Append(ctx, tx, s.Encounters.Now(), caller.Actor(), trace.Event{DepartmentID: b.DepartmentID, Action: action, Data: data})
}

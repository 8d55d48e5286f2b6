package figures

import (
	"context"
	"time"

	"teleconsult/server/auth"
	"teleconsult/server/db"
	"teleconsult/server/trace"
)

// Query says which figures are asked for.
type Query struct {
	DepartmentID string
	// From and To are days of the calendar (YYYY-MM-DD), both included; their whole weeks are shown.
	From string
	To   string
	// PractitionerID is "" for the whole department.
	PractitionerID string
}

// Read returns the figures of a department to a caller whose right was checked, and traces that they were read.
func (s *Service) Read(ctx context.Context, caller auth.Caller, q Query) (Figures, error) {
	sheet, err := s.read(ctx, caller, q, "figures.read")
	if err != nil {
		return Figures{}, err
	}
	f, err := arrange(sheet.weeks, sheet.cells, sheet.names, q.PractitionerID)
	if err != nil {
		return Figures{}, err
	}
	if !sheet.since.IsZero() {
		f.PendingSince = &sheet.since
	}
	return f, nil
}

// sheetOf is what was counted of a department in some weeks.
type sheetOf struct {
	weeks []week
	cells []cell
	// names are those of the practitioners by id.
	names map[string]string
	// since is when the oldest change came that is not counted yet.
	since time.Time
}

func (s *Service) read(ctx context.Context, caller auth.Caller, q Query, action string) (sheetOf, error) {
	weeks, err := weeksOf(q.From, q.To)
	if err != nil {
		return sheetOf{}, err
	}
	found := sheetOf{weeks: weeks}
	err = s.Encounters.DB.InTx(ctx, db.Departments(q.DepartmentID), func(ctx context.Context, tx db.Tx) error {
		if found.cells, err = readWeeks(ctx, tx, q.DepartmentID, weeks[0], weeks[len(weeks)-1]); err != nil {
			return err
		}
		if found.names, err = names(ctx, tx, found.cells); err != nil {
			return err
		}
		if found.since, err = pendingSince(ctx, tx, q.DepartmentID); err != nil {
			return err
		}
		data := map[string]any{"from": weeks[0].monday(), "to": weeks[len(weeks)-1].sunday()}
		return trace.Append(ctx, tx, s.Encounters.Now(), caller.Actor(), trace.Event{DepartmentID: q.DepartmentID, Action: action, Data: data})
	})
	return found, err
}

package figures

import (
	"context"
	"encoding/json"
	"fmt"
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
	f := arrange(sheet.weeks, sheet.cells, sheet.names, q.PractitionerID)
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
		rows, since, err := readWeeks(ctx, tx, q.DepartmentID, weeks[0], weeks[len(weeks)-1])
		if err != nil {
			return err
		}
		found.since = since.UTC()
		if since.IsZero() {
			found.since = time.Time{}
		}
		var ids []string
		if found.cells, ids, err = decode(rows); err != nil {
			return err
		}
		if found.names, err = names(ctx, tx, ids); err != nil {
			return err
		}
		data := map[string]any{"from": weeks[0].monday(), "to": weeks[len(weeks)-1].sunday()}
		return trace.Append(ctx, tx, s.Encounters.Now(), caller.Actor(), trace.Event{DepartmentID: q.DepartmentID, Action: action, Data: data})
	})
	return found, err
}

// decode reads stored counts, and tells whose they are.
func decode(rows []counted) (cells []cell, practitioners []string, err error) {
	seen := map[string]bool{}
	cells = make([]cell, 0, len(rows))
	for _, r := range rows {
		c := cell{week: week(r.Week.UTC()), practitioner: r.Practitioner}
		if err := json.Unmarshal(r.Counts, &c.counts); err != nil {
			return nil, nil, fmt.Errorf("read the figures of a week: %w", err)
		}
		cells = append(cells, c)
		if !seen[r.Practitioner] {
			seen[r.Practitioner] = true
			practitioners = append(practitioners, r.Practitioner)
		}
	}
	return cells, practitioners, nil
}

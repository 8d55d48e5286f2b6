package invitation

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"time"

	"teleconsult/server/auth"
	"teleconsult/server/db"
	"teleconsult/server/encounter/view"
	"teleconsult/server/fault"
	"teleconsult/server/invitation/batch"
	"teleconsult/server/invitation/review"
)

// Batch is a list with a part of its rows.
type Batch struct {
	BatchHead
	Rows []BatchRow `json:"rows"`
	Next string     `json:"next,omitempty"`
}

const (
	// pageSize is how many rows are shown at once.
	pageSize = 500
	// reviewLife is how long a review is believed: meanwhile somebody else may have planned the same.
	reviewLife = time.Minute
)

// Get shows a list. What was reviewed a while ago is reviewed again, so that nobody confirms what is not so any more.
// Without rows it only counts.
func (s *Service) Get(ctx context.Context, caller auth.Caller, id, cursor string, withRows bool) (page Batch, err error) {
	after, err := decodeCursor(cursor)
	if err != nil {
		return page, err
	}
	if withRows && cursor == "" {
		if err = s.refresh(ctx, caller, id); err != nil {
			return page, err
		}
	}
	departments := MayInvite(caller)
	err = s.Encounters.DB.InTx(ctx, db.Departments(departments...), func(ctx context.Context, tx db.Tx) error {
		b, err := batch.Load(ctx, tx, id, departments)
		if err != nil {
			return err
		}
		if page.BatchHead, err = s.HeadOf(ctx, tx, b); err != nil {
			return err
		}
		page.Rows = []BatchRow{}
		if !withRows {
			return nil
		}
		if page.Rows, page.Next, err = s.rowsOfPage(ctx, tx, b, after); err != nil {
			return err
		}
		seen := []string{}
		for _, r := range page.Rows {
			if r.EncounterID != "" {
				seen = append(seen, r.EncounterID)
			}
		}
		return s.Traced(ctx, tx, caller, b, "batch.read", map[string]any{"rows": len(page.Rows), "encounters": seen})
	})
	return page, err
}

// refresh reviews the open rows again when the last review is old.
func (s *Service) refresh(ctx context.Context, caller auth.Caller, id string) error {
	departments := MayInvite(caller)
	return s.Encounters.DB.InTx(db.Patient(ctx, Patience), db.Departments(departments...), func(ctx context.Context, tx db.Tx) error {
		b, err := batch.Load(ctx, tx, id, departments)
		if err != nil || s.Encounters.Now().Sub(b.ReviewedAt) < reviewLife {
			return err
		}
		if b, err = batch.Lock(ctx, tx, id, departments); err != nil {
			return err
		}
		_, err = s.ReviewOpen(ctx, tx, b)
		return err
	})
}

// ReviewOpen reviews the rows that nobody confirmed yet, and tells whether what would be sent is another than before; the
// revision then rises. The list is locked.
func (s *Service) ReviewOpen(ctx context.Context, tx db.Tx, b *batch.List) (changed bool, err error) {
	before, err := batch.CountRows(ctx, tx, b.ID)
	if err != nil {
		return false, err
	}
	rows, err := batch.RowsToReview(ctx, tx, b.ID)
	if err != nil {
		return false, err
	}
	err = s.Judge(ctx, tx, b, rows, rows, func(_ []batch.Row, verdicts []review.Verdict) error {
		return batch.StoreReviews(ctx, tx, b.ID, verdicts)
	})
	if err != nil {
		return false, err
	}
	after, err := batch.CountRows(ctx, tx, b.ID)
	if err != nil {
		return false, err
	}
	now := s.Encounters.Now()
	b.ReviewedAt = now
	if changed = wouldSend(before) != wouldSend(after); changed {
		return true, batch.Update(ctx, tx, b, now)
	}
	return false, batch.TouchReview(ctx, tx, b.ID, now)
}

// wouldSend is the part of a summary that somebody confirms.
func wouldSend(counts []batch.Count) BatchSummary {
	var s BatchSummary
	for _, c := range counts {
		if batch.RowState(c.State) == batch.RowOpen {
			s.addOpen(c, false)
		}
	}
	s.Ready, s.Warnings = 0, 0
	return s
}

// HeadOf counts what a list is at.
func (s *Service) HeadOf(ctx context.Context, tx db.Tx, b *batch.List) (BatchHead, error) {
	counts, err := batch.CountRows(ctx, tx, b.ID)
	if err != nil {
		return BatchHead{}, err
	}
	tools, err := batch.ToolsOf(ctx, tx, b.ID)
	return headOf(b, counts, tools, s.Encounters.Now()), err
}

// rowsOfPage reads a page of rows, and for those that nobody was reached by what is to be done.
func (s *Service) rowsOfPage(ctx context.Context, tx db.Tx, b *batch.List, after batch.Place) (views []BatchRow, next string, err error) {
	rows, err := batch.PageOfRows(ctx, tx, b.ID, after, pageSize)
	if err != nil {
		return nil, "", err
	}
	if len(rows) > pageSize {
		rows = rows[:pageSize]
		last := rows[pageSize-1]
		next = encodeCursor(batch.Place{Rank: last.Rank, Number: last.Number})
	}
	views = make([]BatchRow, 0, len(rows))
	var failed []string
	for _, r := range rows {
		one, err := r.Row()
		if err != nil {
			return nil, "", err
		}
		v, err := ViewOf(one, r.Delivery.String, r.Consent, r.Channels)
		if err != nil {
			return nil, "", err
		}
		if v.Delivery != nil && v.Delivery.State == "failed" {
			failed = append(failed, v.EncounterID)
		}
		views = append(views, v)
	}
	facts, err := loadByID(ctx, tx, b.DepartmentID, failed)
	for i, v := range views {
		if f := facts[v.EncounterID]; f != nil && v.Delivery != nil {
			views[i].Delivery.Task = view.Task(f.ContactTask(s.Encounters.Now()))
		}
	}
	return views, next, err
}

// Lists are the newest lists of a department, drafts first.
func (s *Service) Lists(ctx context.Context, caller auth.Caller, departmentID string) (all []batch.BatchListed, err error) {
	err = s.Encounters.DB.InTx(ctx, caller.Scope(auth.MessageSend), func(ctx context.Context, tx db.Tx) error {
		all, err = batch.Listing(ctx, tx, departmentID, s.Encounters.Now())
		return err
	})
	return all, err
}

func encodeCursor(p batch.Place) string {
	b, err := json.Marshal(p)
	if err != nil { // two numbers always have a JSON form
		panic(err)
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

func decodeCursor(s string) (p batch.Place, err error) {
	p = batch.Place{Rank: -1}
	if s == "" {
		return p, nil
	}
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err == nil {
		err = json.Unmarshal(b, &p)
	}
	if err != nil {
		return p, fault.Invalid(fault.Violation{Field: "cursor", Code: "cursor_invalid", Message: "La suite de la liste n’est plus valable : rechargez-la."})
	}
	return p, nil
}

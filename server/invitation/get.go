package invitation

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"time"

	"teleconsult/server/auth"
	"teleconsult/server/db"
	"teleconsult/server/fault"
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
	departments := mayInvite(caller)
	err = s.Encounters.DB.InTx(ctx, db.Departments(departments...), func(ctx context.Context, tx db.Tx) error {
		b, err := loadBatch(ctx, tx, id, departments)
		if err != nil {
			return err
		}
		if page.BatchHead, err = s.headOf(ctx, tx, b); err != nil {
			return err
		}
		page.Rows = []BatchRow{}
		if !withRows {
			return nil
		}
		if page.Rows, page.Next, err = s.rowsOfPage(ctx, tx, b, after); err != nil {
			return err
		}
		return s.traced(ctx, tx, caller, b, "batch.read", map[string]any{"rows": len(page.Rows)})
	})
	return page, err
}

// refresh reviews the open rows again when the last review is old.
func (s *Service) refresh(ctx context.Context, caller auth.Caller, id string) error {
	departments := mayInvite(caller)
	return s.Encounters.DB.InTx(ctx, db.Departments(departments...), func(ctx context.Context, tx db.Tx) error {
		b, err := loadBatch(ctx, tx, id, departments)
		if err != nil || s.Encounters.Now().Sub(b.ReviewedAt) < reviewLife {
			return err
		}
		if b, err = lockBatch(ctx, tx, id, departments); err != nil {
			return err
		}
		_, err = s.reviewOpen(ctx, tx, b)
		return err
	})
}

// reviewOpen reviews the rows that nobody confirmed yet, and tells whether what would be sent is another than before; the
// revision then rises. The list is locked.
func (s *Service) reviewOpen(ctx context.Context, tx db.Tx, b *batch) (changed bool, err error) {
	before, err := countRows(ctx, tx, b.ID)
	if err != nil {
		return false, err
	}
	rows, err := openRows(ctx, tx, b.ID)
	if err != nil {
		return false, err
	}
	verdicts, err := s.judge(ctx, tx, b, rows, rows)
	if err != nil {
		return false, err
	}
	if err = storeReviews(ctx, tx, b.ID, verdicts); err != nil {
		return false, err
	}
	after, err := countRows(ctx, tx, b.ID)
	if err != nil {
		return false, err
	}
	now := s.Encounters.Now()
	b.ReviewedAt = now
	if changed = wouldSend(before) != wouldSend(after); changed {
		return true, updateBatch(ctx, tx, b, now)
	}
	return false, touchReview(ctx, tx, b.ID, now)
}

// wouldSend is the part of a summary that somebody confirms.
func wouldSend(counts []count) BatchSummary {
	var s BatchSummary
	for _, c := range counts {
		if RowState(c.State) == RowOpen {
			s.addOpen(c, false)
		}
	}
	s.Ready, s.Warnings = 0, 0
	return s
}

func (s *Service) headOf(ctx context.Context, tx db.Tx, b *batch) (BatchHead, error) {
	counts, err := countRows(ctx, tx, b.ID)
	if err != nil {
		return BatchHead{}, err
	}
	tools, err := toolsOf(ctx, tx, b.ID)
	return b.head(counts, tools, s.Encounters.Now()), err
}

// rowsOfPage reads a page of rows, and for those that nobody was reached by what is to be done.
func (s *Service) rowsOfPage(ctx context.Context, tx db.Tx, b *batch, after place) (views []BatchRow, next string, err error) {
	rows, err := pageOfRows(ctx, tx, b.ID, after, pageSize)
	if err != nil {
		return nil, "", err
	}
	if len(rows) > pageSize {
		rows = rows[:pageSize]
		last := rows[pageSize-1]
		next = encodeCursor(place{last.Rank, last.Number})
	}
	views = make([]BatchRow, 0, len(rows))
	var failed []string
	for _, r := range rows {
		one, err := r.row()
		if err != nil {
			return nil, "", err
		}
		v, err := one.view(r.Delivery.String, r.Consent, r.Channels)
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
			views[i].Delivery.Task = f.ContactTask(s.Encounters.Now()).View()
		}
	}
	return views, next, err
}

// Lists are the newest lists of a department, drafts first.
func (s *Service) Lists(ctx context.Context, caller auth.Caller, departmentID string) (all []BatchListed, err error) {
	err = s.Encounters.DB.InTx(ctx, caller.Scope(auth.MessageSend), func(ctx context.Context, tx db.Tx) error {
		all, err = listBatches(ctx, tx, departmentID, s.Encounters.Now())
		return err
	})
	return all, err
}

func encodeCursor(p place) string {
	b, err := json.Marshal(p)
	if err != nil { // two numbers always have a JSON form
		panic(err)
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

func decodeCursor(s string) (p place, err error) {
	p = place{Rank: -1}
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

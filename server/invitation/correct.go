package invitation

import (
	"context"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"teleconsult/server/auth"
	"teleconsult/server/db"
	"teleconsult/server/fault"
	"teleconsult/server/invitation/batch"
	"teleconsult/server/invitation/column"
	"teleconsult/server/invitation/review"
)

// Correction is what a person changes in a row; what is nil stays.
type Correction struct {
	Values   map[column.Field]string
	LeftOut  *bool
	Accepted *[]string
}

// Corrected is a list after a correction, with the rows that look different now.
type Corrected struct {
	Revision int64        `json:"revision"`
	Summary  BatchSummary `json:"summary"`
	Rows     []BatchRow   `json:"rows"`
}

const longestCell = 8000

// fixedFields may be changed in a row that is about a planned encounter.
var fixedFields = []column.Field{
	column.Email, column.Mobile, column.RepresentativeEmail, column.RepresentativeMobile, column.Link, column.Passcode, column.Reference,
}

// Correct changes a row that is not confirmed, and reviews it and those that have something in common with it. The same
// correction again changes nothing.
func (s *Service) Correct(ctx context.Context, caller auth.Caller, id string, number int, c Correction) (out Corrected, err error) {
	if err = c.check(); err != nil {
		return out, err
	}
	err = s.Within(ctx, caller, id, "batch.correct", func(ctx context.Context, tx db.Tx, b *batch.List) error {
		r, err := batch.LockRow(ctx, tx, b.ID, number)
		if err != nil {
			return err
		}
		switch {
		case b.State == batch.Cancelled || r.State != batch.RowOpen:
			return fault.New(fault.KindConflict, "row_confirmed", "Cette ligne est déjà partie : corrigez la fiche du patient.")
		case r.EncounterID != "" && slices.ContainsFunc(slices.Collect(maps.Keys(c.Values)), func(f column.Field) bool { return !slices.Contains(fixedFields, f) }):
			return fault.New(fault.KindConflict, "row_fixed", "Cette consultation est déjà prévue : changez-la dans sa fiche.")
		}
		old := r.Keys
		r = c.applied(r)
		if err = batch.UpdateRow(ctx, tx, b.ID, r); err != nil {
			return err
		}
		changed, err := s.reviewAround(ctx, tx, b, r, old)
		if err != nil {
			return err
		}
		if err = batch.Update(ctx, tx, b, s.Encounters.Now()); err != nil {
			return err
		}
		counts, err := batch.CountRows(ctx, tx, b.ID)
		out = Corrected{Revision: b.Revision, Summary: headOf(b, counts, nil, s.Encounters.Now()).Summary, Rows: changed}
		return err
	})
	return out, err
}

func (c Correction) check() error {
	var violations []fault.Violation
	for field, text := range c.Values {
		switch {
		case field == column.FullName || !slices.Contains(column.Fields(), field):
			violations = append(violations, fault.Violation{Field: "values", Code: "field_unknown", Message: "Cette colonne n’existe pas."})
		case utf8.RuneCountInString(text) > longestCell:
			violations = append(violations, fault.Violation{Field: "values." + string(field), Code: "too_long", Message: "Ce texte est trop long."})
		case strings.ContainsRune(text, 0) || !utf8.ValidString(text):
			violations = append(violations, fault.Violation{Field: "values." + string(field), Code: "unreadable_value", Message: "Ce texte n’est pas lisible."})
		}
	}
	return fault.Invalid(violations...)
}

func (c Correction) applied(r batch.Row) batch.Row {
	corrections := maps.Clone(r.Corrections)
	if corrections == nil {
		corrections = map[column.Field]string{}
	}
	maps.Copy(corrections, c.Values)
	r.Corrections = corrections
	if c.LeftOut != nil {
		r.LeftOut = *c.LeftOut
	}
	if c.Accepted != nil {
		r.Accepted = *c.Accepted
	}
	return r
}

// reviewAround reviews a corrected row and those that had, or have now, something in common with it, and returns them as
// they look now, the corrected one first.
func (s *Service) reviewAround(ctx context.Context, tx db.Tx, b *batch.List, r batch.Row, oldKeys []int64) ([]BatchRow, error) {
	alone, err := s.JudgeOne(ctx, tx, b, r)
	if err != nil {
		return nil, err
	}
	touched := append(slices.Clone(oldKeys), alone.Keys...)
	near, err := batch.RowsSharing(ctx, tx, b.ID, touched)
	if err != nil {
		return nil, err
	}
	near = append(slices.DeleteFunc(near, func(n batch.Row) bool { return n.Number == r.Number }), r)
	around := slices.Clone(touched)
	for _, n := range near {
		around = append(around, n.Keys...)
	}
	among, err := batch.RowsSharing(ctx, tx, b.ID, around)
	if err != nil {
		return nil, err
	}
	among = append(slices.DeleteFunc(among, func(n batch.Row) bool { return n.Number == r.Number }), r)
	slices.SortFunc(among, func(a, b batch.Row) int { return a.Number - b.Number })
	var verdicts []review.Verdict
	err = s.Judge(ctx, tx, b, near, among, func(_ []batch.Row, some []review.Verdict) error {
		verdicts = append(verdicts, some...)
		return batch.StoreReviews(ctx, tx, b.ID, some)
	})
	if err != nil {
		return nil, err
	}
	return viewsOf(near, verdicts, r.Number)
}

// viewsOf are rows with new verdicts, that of a number first.
func viewsOf(rows []batch.Row, verdicts []review.Verdict, first int) ([]BatchRow, error) {
	byNumber := map[int]review.Verdict{}
	for _, v := range verdicts {
		byNumber[v.Number] = v
	}
	slices.SortStableFunc(rows, func(a, b batch.Row) int {
		if (a.Number == first) != (b.Number == first) {
			if a.Number == first {
				return -1
			}
			return 1
		}
		return a.Number - b.Number
	})
	views := make([]BatchRow, 0, len(rows))
	for _, r := range rows {
		v := byNumber[r.Number]
		r.Review = batch.Reviewed{Values: v.Values, Problems: v.Problems, Outcome: v.Outcome}
		view, err := ViewOf(r, "", "", nil)
		if err != nil {
			return nil, err
		}
		views = append(views, view)
	}
	return views, nil
}

// Adjustment is what a person changes for the whole list; what is nil stays.
type Adjustment struct {
	Defaults *review.BatchDefaults
	// Columns say what the columns named hold; the others stay.
	Columns []batch.SheetColumn
	// LeaveErrorsOut leaves the rows with errors out.
	LeaveErrorsOut bool
}

// Adjust changes what the columns hold, or what stands for what rows do not say, and reviews the open rows.
func (s *Service) Adjust(ctx context.Context, caller auth.Caller, id string, a Adjustment) (head BatchHead, err error) {
	err = s.Within(ctx, caller, id, "batch.adjust", func(ctx context.Context, tx db.Tx, b *batch.List) error {
		if b.State == batch.Cancelled {
			return fault.New(fault.KindConflict, "batch_cancelled", "Cet envoi a été annulé.")
		}
		if a.Defaults != nil {
			b.Defaults = *a.Defaults
		}
		if err := s.remap(ctx, tx, b, a.Columns); err != nil {
			return err
		}
		if a.LeaveErrorsOut {
			if err := batch.LeaveErrorsOut(ctx, tx, b.ID); err != nil {
				return err
			}
		}
		if err := batch.Update(ctx, tx, b, s.Encounters.Now()); err != nil {
			return err
		}
		if _, err := s.ReviewOpen(ctx, tx, b); err != nil {
			return err
		}
		head, err = s.HeadOf(ctx, tx, b)
		return err
	})
	return head, err
}

// remap gives columns what they hold, each field to one of them, and remembers it for the department's next file.
func (s *Service) remap(ctx context.Context, tx db.Tx, b *batch.List, wanted []batch.SheetColumn) error {
	said := map[string]column.Field{}
	for _, w := range wanted {
		switch {
		case w.Index < 0 || w.Index >= len(b.Columns):
			return fault.Invalid(fault.Violation{Field: "columns", Code: "column_unknown", Message: "Cette colonne n’existe pas."})
		case w.Field != column.Ignored && !slices.Contains(column.Fields(), w.Field):
			return fault.Invalid(fault.Violation{Field: "columns", Code: "field_unknown", Message: "Choisissez ce que contient la colonne."})
		}
		for i := range b.Columns {
			if b.Columns[i].Field == w.Field && i != w.Index {
				b.Columns[i].Field = column.Ignored
				if h := column.Key(b.Columns[i].Header); h != "" {
					said[h] = column.Ignored
				}
			}
		}
		b.Columns[w.Index].Field = w.Field
		if h := column.Key(b.Columns[w.Index].Header); h != "" {
			said[h] = w.Field
		}
	}
	if len(said) == 0 {
		return nil
	}
	return batch.RememberHeaders(ctx, tx, b.DepartmentID, said, s.Encounters.Now())
}

// Discard removes a draft.
func (s *Service) Discard(ctx context.Context, caller auth.Caller, id string) error {
	return s.Within(ctx, caller, id, "batch.discard", func(ctx context.Context, tx db.Tx, b *batch.List) error {
		if b.State != batch.Draft {
			return fault.New(fault.KindConflict, "batch_confirmed", "Cet envoi est parti : il ne peut plus être supprimé.")
		}
		return batch.Delete(ctx, tx, b.ID)
	})
}

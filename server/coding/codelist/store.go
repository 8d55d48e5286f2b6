package codelist

import (
	"context"
	"fmt"
	"slices"
	"time"

	"teleconsult/server/coding"
	"teleconsult/server/db"
	"teleconsult/server/fault"
)

// step is one write of a change, with its word in the trace.
type step struct {
	word string
	run  func(ctx context.Context, tx db.Tx) error
}

// lockList lets one change of the list after the other.
func lockList(ctx context.Context, tx db.Tx) error {
	if _, err := tx.ExecContext(ctx, `SELECT pg_advisory_xact_lock(hashtextextended('activity_code', 0))`); err != nil {
		return fmt.Errorf("lock the code list: %w", err)
	}
	return nil
}

// lock waits until no act is being coded with a row, and tells whether one ever was.
func lock(ctx context.Context, tx db.Tx, list []coding.Code, id string) (c coding.Code, used bool, err error) {
	i := slices.IndexFunc(list, func(c coding.Code) bool { return c.ID == id })
	if i < 0 {
		return c, false, fault.New(fault.KindNotFound, "not_found", "Cette ligne n’existe pas.")
	}
	if _, err = tx.ExecContext(ctx, `SELECT FROM activity_code WHERE id = $1 FOR UPDATE`, id); err != nil {
		return c, false, fmt.Errorf("lock a code: %w", err)
	}
	if err = tx.GetContext(ctx, &used, `SELECT EXISTS (SELECT FROM coding_entry WHERE activity_code_id = $1)`, id); err != nil {
		return c, false, fmt.Errorf("look whether a code was used: %w", err)
	}
	return list[i], used, nil
}

func load(ctx context.Context, tx db.Tx) ([]Row, error) {
	list, err := coding.Codes(ctx, tx)
	if err != nil {
		return nil, err
	}
	used := []string{}
	const query = `SELECT c.id FROM activity_code AS c WHERE EXISTS (SELECT FROM coding_entry AS e WHERE e.activity_code_id = c.id)`
	if err = tx.SelectContext(ctx, &used, query); err != nil {
		return nil, fmt.Errorf("look which codes were used: %w", err)
	}
	rows := make([]Row, 0, len(list))
	for _, c := range list {
		rows = append(rows, Row{Code: c, Used: slices.Contains(used, c.ID)})
	}
	return rows, nil
}

func add(c coding.Code) step {
	return step{"add", func(ctx context.Context, tx db.Tx) error {
		const query = `INSERT INTO activity_code (id, code, label, amount_cents, modality, speciality, valid_from, valid_to, source)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`
		_, err := tx.ExecContext(ctx, query, c.ID, c.Code, c.Label, c.AmountCents, c.Modality, c.Speciality, c.ValidFrom, day(c.ValidTo), c.Source)
		return err
	}}
}

// replace writes a row anew; it stays confirmed only where its meaning stays.
func replace(c coding.Code, confirmed bool) step {
	return step{"change", func(ctx context.Context, tx db.Tx) error {
		const query = `UPDATE activity_code SET code = $2, label = $3, amount_cents = $4, modality = $5, speciality = $6, valid_from = $7,
			valid_to = $8, source = $9, confirmed_by = CASE WHEN $10 THEN confirmed_by END, confirmed_at = CASE WHEN $10 THEN confirmed_at END
			WHERE id = $1`
		_, err := tx.ExecContext(ctx, query, c.ID, c.Code, c.Label, c.AmountCents, c.Modality, c.Speciality, c.ValidFrom, day(c.ValidTo), c.Source, confirmed)
		return err
	}}
}

func closeOn(id string, last time.Time) step {
	return step{"close", func(ctx context.Context, tx db.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE activity_code SET valid_to = $2 WHERE id = $1`, id, last)
		return err
	}}
}

func confirm(id, staffID string, now time.Time) step {
	return step{"confirm", func(ctx context.Context, tx db.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE activity_code SET confirmed_by = $2, confirmed_at = $3 WHERE id = $1`, id, staffID, now)
		return err
	}}
}

// day is a date that may be missing.
func day(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t
}

package coding

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/google/uuid"

	"teleconsult/server/db"
	"teleconsult/server/encounter"
)

type codeRow struct {
	ID          string        `db:"id"`
	Code        string        `db:"code"`
	Label       string        `db:"label"`
	AmountCents sql.NullInt64 `db:"amount_cents"`
	Modality    string        `db:"modality"`
	ValidFrom   time.Time     `db:"valid_from"`
	ValidTo     sql.NullTime  `db:"valid_to"`
}

// codes returns the whole list, past rows included: it has some tens of rows, and the rules are in Go.
func codes(ctx context.Context, tx db.Tx) ([]Code, error) {
	var rows []codeRow
	const query = `SELECT id, code, label, amount_cents, modality, valid_from, valid_to FROM activity_code ORDER BY code, valid_from`
	if err := tx.SelectContext(ctx, &rows, query); err != nil {
		return nil, fmt.Errorf("list of activity codes: %w", err)
	}
	list := make([]Code, 0, len(rows))
	for _, r := range rows {
		c := Code{ID: r.ID, Code: r.Code, Label: r.Label, Modality: r.Modality, ValidFrom: r.ValidFrom.UTC()}
		if r.AmountCents.Valid {
			c.AmountCents = &r.AmountCents.Int64
		}
		if r.ValidTo.Valid {
			c.ValidTo = r.ValidTo.Time.UTC()
		}
		list = append(list, c)
	}
	return list, nil
}

func insert(ctx context.Context, tx db.Tx, f *encounter.Facts, e Entry, staffID string, now time.Time) error {
	const query = `INSERT INTO coding_entry (id, encounter_id, department_id, state, activity_code_id, reason, coded_by, coded_at)
		VALUES ($1, $2, $3, $4, nullif($5, '')::uuid, $6, $7, $8)`
	_, err := tx.ExecContext(ctx, query, uuid.Must(uuid.NewV7()).String(), f.ID, f.Department.ID, string(e.State), e.Code.ID, e.Reason, staffID, now)
	if err != nil {
		return fmt.Errorf("record the coding: %w", err)
	}
	return nil
}

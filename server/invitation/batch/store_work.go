package batch

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/lib/pq"

	"teleconsult/server/db"
)

// Next is a list on which there is something to do, the one that was confirmed first; nil when there is none.
func Next(ctx context.Context, tx db.Tx) (*List, error) {
	var r batchRow
	const query = `SELECT ` + batchColumns + ` FROM batch AS b
		WHERE b.state = 'sending' AND EXISTS (SELECT FROM batch_row AS r WHERE r.batch_id = b.id AND r.state = 'released')
			OR b.state = 'cancelled' AND EXISTS (SELECT FROM batch_row AS r WHERE r.batch_id = b.id AND r.state = 'withdrawing')
		ORDER BY b.confirmed_at, b.id LIMIT 1`
	err := tx.GetContext(ctx, &r, query)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil //nolint:nilnil // there is nothing to do
	}
	if err != nil {
		return nil, fmt.Errorf("look for a list to work on: %w", err)
	}
	return r.batch()
}

// Share reads a list and keeps others from changing it until the transaction ends.
func Share(ctx context.Context, tx db.Tx, id, departmentID string) (*List, error) {
	return findBatch(ctx, tx, ` FOR SHARE OF b`, id, []string{departmentID})
}

// TakeRows holds rows of a state that nobody else works on.
func TakeRows(ctx context.Context, tx db.Tx, batchID string, state RowState, most int) ([]Row, error) {
	return selectRows(ctx, tx, `SELECT `+rowColumns+` FROM batch_row AS r WHERE r.batch_id = $1 AND r.state = $2
		ORDER BY r.number LIMIT $3 FOR UPDATE SKIP LOCKED`, batchID, string(state), most)
}

// Done is a row whose patient is told.
type Done struct {
	Number      int
	EncounterID string
	// Planned: the encounter was planned for the row.
	Planned bool
}

// FinishRows notes which rows are done, with their encounters and when their patients were told.
func FinishRows(ctx context.Context, tx db.Tx, batchID string, rows []Done, now time.Time) error {
	if len(rows) == 0 {
		return nil
	}
	var numbers, encounters, planned pq.StringArray
	for _, r := range rows {
		numbers, encounters = append(numbers, strconv.Itoa(r.Number)), append(encounters, r.EncounterID)
		planned = append(planned, strconv.FormatBool(r.Planned))
	}
	const update = `UPDATE batch_row AS r SET state = 'done', encounter_id = d.encounter_id, planned_here = d.planned, told_at = $2
		FROM unnest($3::bigint [], $4::uuid [], $5::boolean []) AS d (number, encounter_id, planned)
		WHERE r.batch_id = $1 AND r.number = d.number`
	if _, err := tx.ExecContext(ctx, update, batchID, now, numbers, encounters, planned); err != nil {
		return fmt.Errorf("finish the rows of a list: %w", err)
	}
	return nil
}

// ReopenRow opens a row with what is in its way.
func ReopenRow(ctx context.Context, tx db.Tx, batchID string, r Row) error {
	content, err := json.Marshal(r.Review)
	if err != nil {
		return fmt.Errorf("open a row: %w", err)
	}
	const update = `UPDATE batch_row SET state = 'open', severity = 2, review = $3 WHERE batch_id = $1 AND number = $2`
	if _, err = tx.ExecContext(ctx, update, batchID, r.Number, string(content)); err != nil {
		return fmt.Errorf("open a row: %w", err)
	}
	return nil
}

// SetRowStates moves rows of some states to another.
func SetRowStates(ctx context.Context, tx db.Tx, batchID string, to RowState, from ...RowState) error {
	var names pq.StringArray
	for _, f := range from {
		names = append(names, string(f))
	}
	if _, err := tx.ExecContext(ctx, `UPDATE batch_row SET state = $2 WHERE batch_id = $1 AND state = ANY($3)`, batchID, string(to), names); err != nil {
		return fmt.Errorf("change the rows of a list: %w", err)
	}
	return nil
}

// WithdrawHeld marks the rows whose messages are held.
func WithdrawHeld(ctx context.Context, tx db.Tx, batchID string) error {
	const update = `UPDATE batch_row AS r SET state = 'withdrawing' WHERE r.batch_id = $1 AND r.state = 'done' AND ` + toldLast + ` AND EXISTS (
			SELECT FROM message AS m WHERE m.encounter_id = r.encounter_id AND m.status = 'queued' AND m.last_code = 'paused'
		)`
	if _, err := tx.ExecContext(ctx, update, batchID); err != nil {
		return fmt.Errorf("take back the messages of a list: %w", err)
	}
	return nil
}

// SetRowState puts one row into another state.
func SetRowState(ctx context.Context, tx db.Tx, batchID string, number int, to RowState) error {
	if _, err := tx.ExecContext(ctx, `UPDATE batch_row SET state = $3 WHERE batch_id = $1 AND number = $2`, batchID, number, string(to)); err != nil {
		return fmt.Errorf("change a row of a list: %w", err)
	}
	return nil
}

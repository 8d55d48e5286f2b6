package demo

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"teleconsult/server/db"
)

func anyDepartment(ctx context.Context, tx db.Tx) (bool, error) {
	var found bool
	if err := tx.GetContext(ctx, &found, `SELECT EXISTS (SELECT 1 FROM department)`); err != nil {
		return false, fmt.Errorf("look for departments: %w", err)
	}
	return found, nil
}

// settleMessages says of the demo's past messages what became of them: nobody waits for mail of yesterday.
func settleMessages(ctx context.Context, tx db.Tx, encounterID, status, code string, before time.Time) error {
	var waiting []struct {
		ID           string    `db:"id"`
		DepartmentID string    `db:"department_id"`
		NotBefore    time.Time `db:"not_before"`
	}
	const query = `UPDATE message SET status = $2, last_code = $3, secrets = NULL, accepted_at = not_before, settled_at = not_before
		WHERE encounter_id = $1 AND status = 'queued' AND not_before < $4 RETURNING id, department_id, not_before`
	if err := tx.SelectContext(ctx, &waiting, query, encounterID, status, code, before); err != nil {
		return fmt.Errorf("settle demo messages: %w", err)
	}
	for _, m := range waiting {
		const event = `INSERT INTO message_event (id, message_id, department_id, at, kind, code) VALUES ($1, $2, $3, $4, $5, $6)`
		id := uuid.Must(uuid.NewV7()).String()
		if _, err := tx.ExecContext(ctx, event, id, m.ID, m.DepartmentID, m.NotBefore.Add(time.Minute), status, code); err != nil {
			return fmt.Errorf("settle demo messages: %w", err)
		}
	}
	return nil
}

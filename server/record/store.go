package record

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"teleconsult/server/db"
	"teleconsult/server/encounter"
)

// insert appends a transfer with the text that was transferred.
func insert(ctx context.Context, tx db.Tx, f *encounter.Facts, version, text, staffID string, now time.Time) error {
	const query = `INSERT INTO record_transfer (id, encounter_id, department_id, note_version, note, transferred_by, transferred_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7)`
	_, err := tx.ExecContext(ctx, query, uuid.Must(uuid.NewV7()).String(), f.ID, f.Department.ID, version, text, staffID, now)
	if err != nil {
		return fmt.Errorf("record a transfer: %w", err)
	}
	return nil
}

package prescription

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"teleconsult/server/db"
	"teleconsult/server/encounter"
)

// insert appends a row; the risk of ordinary e-mail counts as accepted when it is recorded.
func insert(ctx context.Context, tx db.Tx, f *encounter.Facts, in Input, staffID string, now time.Time) error {
	const query = `INSERT INTO prescription_step (id, encounter_id, department_id, channel, state, wanted_today, proof,
			risk_accepted_by, risk_accepted_at, recorded_by, recorded_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, CASE WHEN $8 <> '' THEN $10::timestamptz END, $9, $10)`
	_, err := tx.ExecContext(ctx, query, uuid.Must(uuid.NewV7()).String(), f.ID, f.Department.ID, string(in.Channel), string(in.State),
		in.WantedToday, in.Proof, in.RiskAcceptedBy, staffID, now)
	if err != nil {
		return fmt.Errorf("record a prescription: %w", err)
	}
	return nil
}

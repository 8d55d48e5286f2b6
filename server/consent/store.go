package consent

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/lib/pq"

	"teleconsult/server/db"
)

// Record appends a decision for an encounter.
func Record(ctx context.Context, tx db.Tx, encounterID, departmentID string, d Decision) error {
	const insert = `INSERT INTO consent_decision
		(id, encounter_id, department_id, decision, tool, mode, given_by, giver_name, notice_version, explanation,
		recorded_by, decided_at, recorded_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, nullif($9, ''), $10, nullif($11, '')::uuid, $12, $13)`
	_, err := tx.ExecContext(ctx, insert, uuid.Must(uuid.NewV7()).String(), encounterID, departmentID, string(d.Verdict), d.Tool,
		string(d.Mode), string(d.Giver), d.GiverName, d.NoticeVersion, d.Explanation, d.RecordedBy, d.DecidedAt, d.RecordedAt)
	if err != nil {
		return fmt.Errorf("record a decision: %w", err)
	}
	return nil
}

// StoreNotice keeps the text of a notice that becomes evidence; a text that is known already stays as it is.
func StoreNotice(ctx context.Context, tx db.Tx, now time.Time, n Notice) error {
	const insert = `INSERT INTO notice (version, language, tool, body, first_used_at) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (version) DO NOTHING`
	if _, err := tx.ExecContext(ctx, insert, n.Version, n.Language, n.Tool, n.Body, now); err != nil {
		return fmt.Errorf("keep a notice: %w", err)
	}
	return nil
}

// Notices reads the texts that are kept under these versions, as they were shown, the oldest first. A version
// that is not kept is left out.
func Notices(ctx context.Context, tx db.Tx, versions ...string) ([]Notice, error) {
	found := []Notice{}
	const query = `SELECT version, language, tool, body FROM notice WHERE version = ANY($1) ORDER BY first_used_at, version`
	if err := tx.SelectContext(ctx, &found, query, pq.Array(versions)); err != nil {
		return nil, fmt.Errorf("read notices: %w", err)
	}
	return found, nil
}

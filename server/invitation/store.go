package invitation

import (
	"context"
	"fmt"
	"time"

	"github.com/lib/pq"

	"teleconsult/server/db"
	"teleconsult/server/department"
)

// usedMeetings tells which encounters took these meetings.
func usedMeetings(ctx context.Context, tx db.Tx, keys [][]byte) (map[string]string, error) {
	used := map[string]string{}
	if len(keys) == 0 {
		return used, nil
	}
	rows := []struct {
		Key []byte `db:"key_hash"`
		By  string `db:"encounter_id"`
	}{}
	const query = `SELECT key_hash, encounter_id FROM meeting_use WHERE key_hash = ANY($1::bytea [])`
	if err := tx.SelectContext(ctx, &rows, query, pq.ByteaArray(keys)); err != nil {
		return nil, fmt.Errorf("look for used meetings: %w", err)
	}
	for _, r := range rows {
		used[string(r.Key)] = r.By
	}
	return used, nil
}

// comingEncounters are the encounters of patients that are planned for local days.
func comingEncounters(ctx context.Context, tx db.Tx, d department.Department, patients []string, first, last string) ([]string, error) {
	ids := []string{}
	const query = `SELECT id FROM encounter WHERE department_id = $1 AND patient_id = ANY($2::uuid []) AND status IN ('planned', 'arrived')
		AND planned_start >= $3::date::timestamp AT TIME ZONE $5 AND planned_start < ($4::date + 1)::timestamp AT TIME ZONE $5`
	if err := tx.SelectContext(ctx, &ids, query, d.ID, pq.StringArray(patients), first, last, d.Zone.String()); err != nil {
		return nil, fmt.Errorf("look for planned encounters: %w", err)
	}
	return ids, nil
}

// LockEncounters holds encounters in the order in which everybody does.
func LockEncounters(ctx context.Context, tx db.Tx, departmentID string, ids []string) error {
	var found []string
	const query = `SELECT id FROM encounter WHERE id = ANY($1::uuid []) AND department_id = $2 ORDER BY id FOR UPDATE`
	if err := tx.SelectContext(ctx, &found, query, pq.StringArray(ids), departmentID); err != nil {
		return fmt.Errorf("lock encounters: %w", err)
	}
	return nil
}

// followUpFrom has encounters followed up from a moment on: whether their messages are late is counted anew.
func followUpFrom(ctx context.Context, tx db.Tx, ids []string, at time.Time) error {
	const update = `UPDATE encounter SET follow_up_at = $2 WHERE id = ANY($1::uuid []) AND status IN ('planned', 'arrived')`
	if _, err := tx.ExecContext(ctx, update, pq.StringArray(ids), at); err != nil {
		return fmt.Errorf("follow encounters up: %w", err)
	}
	return nil
}

package digest

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"teleconsult/server/db"
)

// reader is who gets a digest.
type reader struct {
	ID     string
	Email  string
	Counts []Count
}

func departments(ctx context.Context, tx db.Tx) ([]string, error) {
	var ids []string
	if err := tx.SelectContext(ctx, &ids, `SELECT id FROM department ORDER BY id`); err != nil {
		return nil, fmt.Errorf("departments for their digests: %w", err)
	}
	return ids, nil
}

// ownSteps counts, for each practitioner of the department who can sign in, the steps of their consultations that wait for
// them and are due before a moment. Secretaries share theirs, in the worklist.
func ownSteps(ctx context.Context, tx db.Tx, departmentID string, before time.Time) ([]reader, error) {
	const query = `SELECT s.id, s.email, json_agg(json_build_object('Step', w.step, 'N', w.n)) AS counts
		FROM (
			SELECT e.practitioner_id, e.next_step AS step, count(*) AS n FROM encounter AS e
			WHERE e.department_id = $1 AND e.next_step IS NOT NULL AND e.acts_next = 'practitioner' AND e.due_at < $2
			GROUP BY e.practitioner_id, e.next_step
		) AS w JOIN staff AS s ON s.id = w.practitioner_id
		WHERE s.disabled_at IS NULL GROUP BY s.id, s.email ORDER BY s.id`
	var rows []struct {
		ID     string `db:"id"`
		Email  string `db:"email"`
		Counts []byte `db:"counts"`
	}
	if err := tx.SelectContext(ctx, &rows, query, departmentID, before); err != nil {
		return nil, fmt.Errorf("what waits for practitioners: %w", err)
	}
	readers := make([]reader, 0, len(rows))
	for _, r := range rows {
		one := reader{ID: r.ID, Email: r.Email}
		if err := json.Unmarshal(r.Counts, &one.Counts); err != nil {
			return nil, fmt.Errorf("what waits for a practitioner: %w", err)
		}
		readers = append(readers, one)
	}
	return readers, nil
}

// overdueSteps counts the steps of the department that staff should have done before a moment.
func overdueSteps(ctx context.Context, tx db.Tx, departmentID string, before time.Time) ([]Count, error) {
	const query = `SELECT next_step AS step, count(*) AS n FROM encounter
		WHERE department_id = $1 AND next_step IS NOT NULL AND acts_next IN ('practitioner', 'secretary') AND due_at < $2
		GROUP BY next_step`
	var counts []Count
	if err := tx.SelectContext(ctx, &counts, query, departmentID, before); err != nil {
		return nil, fmt.Errorf("what is overdue: %w", err)
	}
	return counts, nil
}

func managers(ctx context.Context, tx db.Tx, departmentID string) ([]reader, error) {
	const query = `SELECT s.id, s.email FROM staff_role AS r JOIN staff AS s ON s.id = r.staff_id
		WHERE r.department_id = $1 AND r.role = 'manager' AND s.disabled_at IS NULL ORDER BY s.id`
	var rows []struct {
		ID    string `db:"id"`
		Email string `db:"email"`
	}
	if err := tx.SelectContext(ctx, &rows, query, departmentID); err != nil {
		return nil, fmt.Errorf("managers of a department: %w", err)
	}
	readers := make([]reader, 0, len(rows))
	for _, r := range rows {
		readers = append(readers, reader{ID: r.ID, Email: r.Email})
	}
	return readers, nil
}

// mark keeps that somebody is told; first is false when they were already.
func mark(ctx context.Context, tx db.Tx, staffID, departmentID string, k Kind, day time.Time, n int, now time.Time) (first bool, err error) {
	const query = `INSERT INTO day_digest (staff_id, department_id, kind, day, steps, sent_at)
		VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING`
	result, err := tx.ExecContext(ctx, query, staffID, departmentID, string(k), day.Format(time.DateOnly), n, now)
	if err != nil {
		return false, fmt.Errorf("mark a digest: %w", err)
	}
	rows, err := result.RowsAffected()
	return rows == 1, err
}

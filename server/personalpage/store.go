package personalpage

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"teleconsult/server/db"
)

// access is a personal link as it is stored.
type access struct {
	EncounterID  string       `db:"encounter_id"`
	DepartmentID string       `db:"department_id"`
	ExpiresAt    time.Time    `db:"expires_at"`
	RevokedAt    sql.NullTime `db:"revoked_at"`
	Failures     int          `db:"failures"`
	LockedUntil  sql.NullTime `db:"locked_until"`
}

const accessColumns = `encounter_id, department_id, expires_at, revoked_at, failures, locked_until`

// findAccess looks a personal link up by the hash of its token, whatever department it belongs to.
func findAccess(ctx context.Context, tx db.Tx, hash []byte) (access, error) {
	var a access
	if err := tx.GetContext(ctx, &a, `SELECT `+accessColumns+` FROM patient_access WHERE token_hash = $1`, hash); err != nil {
		return a, db.Translate(err)
	}
	return a, nil
}

// lockAccess is findAccess that holds the row until the transaction ends, so that tries are counted one by one.
func lockAccess(ctx context.Context, tx db.Tx, hash []byte) (access, error) {
	var a access
	const query = `SELECT ` + accessColumns + ` FROM patient_access WHERE token_hash = $1 FOR UPDATE`
	if err := tx.GetContext(ctx, &a, query, hash); err != nil {
		return a, db.Translate(err)
	}
	return a, nil
}

func updateAccessFailures(ctx context.Context, tx db.Tx, hash []byte, failures int, lockedUntil time.Time) error {
	until := sql.NullTime{Time: lockedUntil, Valid: !lockedUntil.IsZero()}
	const query = `UPDATE patient_access SET failures = $2, locked_until = $3 WHERE token_hash = $1`
	if _, err := tx.ExecContext(ctx, query, hash, failures, until); err != nil {
		return fmt.Errorf("count a try: %w", err)
	}
	return nil
}

// lostLimit is how many links one request for a lost link may send again.
const lostLimit = 3

const (
	// lostPerEncounter is how often a day a lost link of one encounter is sent again, lostPerContact how often one
	// address or number gets any: whoever knows them and a birth date must not fill a mailbox with it, nor spend
	// the department's money on SMS.
	lostPerEncounter = 3
	lostPerContact   = 6
	lostWindow       = 24 * time.Hour
)

// lostContact compares a patient, p, with the address $1 and the number $2, of which one is ”.
const lostContact = `($1 <> '' AND lower(CASE WHEN p.protection = 'none' THEN p.email ELSE p.representative_email END) = lower($1)
	OR $2 <> '' AND CASE WHEN p.protection = 'none' THEN p.mobile ELSE p.representative_mobile END = $2)`

// lostEncounters are the coming encounters that a contact and a birth date belong to, in all departments.
func lostEncounters(ctx context.Context, tx db.Tx, email, mobile string, birthDate, now time.Time) ([]access, error) {
	found := []access{}
	const query = `SELECT e.id AS encounter_id, e.department_id, e.planned_end AS expires_at
		FROM patient AS p JOIN encounter AS e ON e.patient_id = p.id AND e.department_id = p.department_id
		WHERE p.birth_date = $3::date AND e.planned_end > $4 AND e.status IN ('planned', 'arrived', 'in-progress') AND ` + lostContact + `
		ORDER BY e.planned_start, e.id LIMIT $5`
	if err := tx.SelectContext(ctx, &found, query, email, mobile, birthDate.Format(time.DateOnly), now, lostLimit); err != nil {
		return nil, fmt.Errorf("look for a lost link: %w", err)
	}
	return found, nil
}

// countLostOfContact counts the links that one contact was sent again since a moment, in all departments.
func countLostOfContact(ctx context.Context, tx db.Tx, email, mobile string, since time.Time) (int, error) {
	n := 0
	const query = `SELECT count(*) FROM audit_event AS a JOIN patient AS p ON p.id = a.patient_id
		WHERE a.action = 'patient.lost-link' AND a.at > $3 AND ` + lostContact
	if err := tx.GetContext(ctx, &n, query, email, mobile, since); err != nil {
		return 0, fmt.Errorf("count lost links: %w", err)
	}
	return n, nil
}

// countLostOfEncounter counts how often the link of one encounter was sent again since a moment.
func countLostOfEncounter(ctx context.Context, tx db.Tx, a access, since time.Time) (int, error) {
	n := 0
	const query = `SELECT count(*) FROM audit_event
		WHERE encounter_id = $1 AND department_id = $2 AND action = 'patient.lost-link' AND at > $3`
	if err := tx.GetContext(ctx, &n, query, a.EncounterID, a.DepartmentID, since); err != nil {
		return 0, fmt.Errorf("count lost links: %w", err)
	}
	return n, nil
}

// tellAbsences turns the presences without a sign of life since a moment into absences, and tells the screens
// of each; of several instances that do so at once, one tells.
func tellAbsences(ctx context.Context, tx db.Tx, since time.Time) error {
	const query = `
		WITH gone AS (
			UPDATE presence SET state = 'away', since = seen_at WHERE state = 'present' AND seen_at < $1
			RETURNING encounter_id, department_id
		)
		SELECT pg_notify('encounter_changed', json_build_object('encounterId', encounter_id, 'departmentId', department_id,
			'kind', 'patient.away')::text)
		FROM gone`
	if _, err := tx.ExecContext(ctx, query, since); err != nil {
		return fmt.Errorf("tell absences: %w", err)
	}
	return nil
}

package encounter

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"teleconsult/server/db"
)

func insertAccess(ctx context.Context, tx db.Tx, f *Facts, hash, sealed []byte, now, expires time.Time) error {
	const query = `INSERT INTO patient_access (token_hash, encounter_id, department_id, token_sealed, created_at, expires_at)
		VALUES ($1, $2, $3, $4, $5, $6)`
	if _, err := tx.ExecContext(ctx, query, hash, f.ID, f.Department.ID, sealed, now, expires); err != nil {
		return fmt.Errorf("make a personal link: %w", err)
	}
	return nil
}

// sealedToken is the newest standing token of an encounter.
func sealedToken(ctx context.Context, tx db.Tx, encounterID string) ([]byte, error) {
	var sealed []byte
	const query = `SELECT token_sealed FROM patient_access WHERE encounter_id = $1 AND revoked_at IS NULL
		ORDER BY created_at DESC LIMIT 1`
	if err := tx.GetContext(ctx, &sealed, query, encounterID); err != nil {
		return nil, db.Translate(err)
	}
	return sealed, nil
}

func updateAccessExpiry(ctx context.Context, tx db.Tx, encounterID string, expires time.Time) error {
	const query = `UPDATE patient_access SET expires_at = $2 WHERE encounter_id = $1 AND revoked_at IS NULL`
	if _, err := tx.ExecContext(ctx, query, encounterID, expires); err != nil {
		return fmt.Errorf("extend a personal link: %w", err)
	}
	return nil
}

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
	const query = `UPDATE patient_access SET failures = $2, locked_until = $3 WHERE token_hash = $1`
	if _, err := tx.ExecContext(ctx, query, hash, failures, nullTime(lockedUntil)); err != nil {
		return fmt.Errorf("count a try: %w", err)
	}
	return nil
}

// revokeAccess closes every personal link of an encounter.
func revokeAccess(ctx context.Context, tx db.Tx, encounterID string, now time.Time) error {
	const query = `UPDATE patient_access SET revoked_at = $2 WHERE encounter_id = $1 AND revoked_at IS NULL`
	if _, err := tx.ExecContext(ctx, query, encounterID, now); err != nil {
		return fmt.Errorf("revoke a personal link: %w", err)
	}
	return nil
}

// lostLimit is how many links one request for a lost link may send again.
const lostLimit = 3

// lostEncounters are the coming encounters that a contact and a birth date belong to, in all departments.
func lostEncounters(ctx context.Context, tx db.Tx, email, mobile string, birthDate, now time.Time) ([]access, error) {
	found := []access{}
	const query = `SELECT e.id AS encounter_id, e.department_id, e.planned_end AS expires_at
		FROM patient AS p JOIN encounter AS e ON e.patient_id = p.id AND e.department_id = p.department_id
		WHERE p.birth_date = $1::date AND e.planned_end > $2 AND e.status IN ('planned', 'arrived', 'in-progress')
			AND ($3 <> '' AND lower(CASE WHEN p.protection = 'none' THEN p.email ELSE p.representative_email END) = lower($3)
				OR $4 <> '' AND CASE WHEN p.protection = 'none' THEN p.mobile ELSE p.representative_mobile END = $4)
		ORDER BY e.planned_start, e.id LIMIT $5`
	if err := tx.SelectContext(ctx, &found, query, birthDate.Format(time.DateOnly), now, email, mobile, lostLimit); err != nil {
		return nil, fmt.Errorf("look for a lost link: %w", err)
	}
	return found, nil
}

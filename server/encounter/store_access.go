package encounter

import (
	"context"
	"fmt"
	"time"

	"teleconsult/server/db"
)

func insertAccess(ctx context.Context, tx db.Tx, f *Facts, a Access, now time.Time) error {
	const query = `INSERT INTO patient_access (token_hash, encounter_id, department_id, token_sealed, created_at, expires_at)
		VALUES ($1, $2, $3, $4, $5, $6)`
	if _, err := tx.ExecContext(ctx, query, a.Hash, f.ID, f.Department.ID, a.Sealed, now, a.Expires); err != nil {
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

// revokeAccess closes every personal link of an encounter.
func revokeAccess(ctx context.Context, tx db.Tx, encounterID string, now time.Time) error {
	const query = `UPDATE patient_access SET revoked_at = $2 WHERE encounter_id = $1 AND revoked_at IS NULL`
	if _, err := tx.ExecContext(ctx, query, encounterID, now); err != nil {
		return fmt.Errorf("revoke a personal link: %w", err)
	}
	return nil
}

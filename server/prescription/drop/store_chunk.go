package drop

import (
	"context"
	"fmt"
	"time"

	"teleconsult/server/db"
)

// insertChunk writes a part of a document that is arriving; false when it was given up meanwhile.
func insertChunk(ctx context.Context, tx db.Tx, d Drop, number int, content []byte) (bool, error) {
	const query = `INSERT INTO document_drop_chunk (drop_id, number, department_id, content)
		SELECT $1, $2, $3, $4 FROM document_drop WHERE id = $1 AND state = 'arriving' FOR KEY SHARE`
	return changed(tx.ExecContext(ctx, query, d.ID, number, d.DepartmentID, content))
}

// readChunk reads a part of a document, while it may be read; nil when there is none.
func readChunk(ctx context.Context, tx db.Tx, id string, number int) ([]byte, error) {
	found := [][]byte{}
	const query = `SELECT c.content FROM document_drop_chunk AS c JOIN document_drop AS d ON d.id = c.drop_id
		WHERE c.drop_id = $1 AND c.number = $2 AND d.state IN ('standing', 'used-up')`
	if err := tx.SelectContext(ctx, &found, query, id, number); err != nil {
		return nil, fmt.Errorf("read a part of a document: %w", err)
	}
	if len(found) == 0 {
		return nil, nil
	}
	return found[0], nil
}

// erase deletes a document; its row and its receipt stay.
func erase(ctx context.Context, tx db.Tx, id string, now time.Time) error {
	if _, err := tx.ExecContext(ctx, `DELETE FROM document_drop_chunk WHERE drop_id = $1`, id); err != nil {
		return fmt.Errorf("delete a document: %w", err)
	}
	_, err := changed(tx.ExecContext(ctx, `UPDATE document_drop SET erased_at = $2 WHERE id = $1`, id, now))
	return err
}

// due is a drop that a sweep has something to do with.
type due struct {
	ID           string `db:"id"`
	EncounterID  string `db:"encounter_id"`
	DepartmentID string `db:"department_id"`
}

// sweepAtOnce is how many drops one sweep takes up.
const sweepAtOnce = 500

// findDue finds the drops that have expired, whose lock nobody has noted, or whose document is still there without
// need. A download that goes on is let end, for a while.
func findDue(ctx context.Context, tx db.Tx, now time.Time) ([]due, error) {
	found := []due{}
	const query = `SELECT id, encounter_id, department_id FROM document_drop
		WHERE erased_at IS NULL AND (
			state IN ('arriving', 'standing') AND expires_at <= $1
			OR state = 'standing' AND tries >= $2 AND locked_at IS NULL AND tried_at < $3
			OR state IN ('expired', 'revoked', 'abandoned')
			OR state = 'used-up' AND downloaded_at < $4
		) ORDER BY expires_at LIMIT $5`
	err := tx.SelectContext(ctx, &found, query, now, MaxTries, now.Add(-lostTry), now.Add(-lastDownload), sweepAtOnce)
	if err != nil {
		return nil, fmt.Errorf("look for drops that are over: %w", err)
	}
	return found, nil
}

// lockDue reads a drop and holds it, whatever its state.
func lockDue(ctx context.Context, tx db.Tx, id string) (*Drop, error) {
	return one(ctx, tx, `SELECT `+columns+` FROM document_drop WHERE id = $1 FOR UPDATE`, id)
}

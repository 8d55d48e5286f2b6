package drop

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"teleconsult/server/db"
	"teleconsult/server/encounter"
)

const columns = `id, encounter_id, department_id, state, media_type, size, coalesce(link_message_id::text, '') AS link_message,
	coalesce(password_message_id::text, '') AS password_message, created_at, expires_at, tries, locked_at, downloads, fetched_at`

// insertArriving makes the row of a document that is about to come; nobody knows the token of its link.
func insertArriving(ctx context.Context, tx db.Tx, d Drop, tokenHash []byte, staffID string) error {
	const query = `INSERT INTO document_drop (id, encounter_id, department_id, state, token_hash, media_type, created_by, created_at, expires_at)
		VALUES ($1, $2, $3, 'arriving', $4, $5, $6, $7, $8)`
	_, err := tx.ExecContext(ctx, query, d.ID, d.EncounterID, d.DepartmentID, tokenHash, d.MediaType, staffID, d.CreatedAt, d.ExpiresAt)
	if err != nil {
		return fmt.Errorf("begin a drop: %w", err)
	}
	return nil
}

// updateStanding makes a document that came whole wait for the patient; false when it was given up meanwhile.
func updateStanding(ctx context.Context, tx db.Tx, d Drop) (bool, error) {
	const query = `UPDATE document_drop SET state = 'standing', size = $2, link_message_id = $3,
			password_message_id = nullif($4, '')::uuid, created_at = $5, expires_at = $6
		WHERE id = $1 AND state = 'arriving'`
	return changed(tx.ExecContext(ctx, query, d.ID, d.Size, d.LinkMessage, d.PasswordMessage, d.CreatedAt, d.ExpiresAt))
}

// updateState ends a drop.
func updateState(ctx context.Context, tx db.Tx, id string, from, to State) (bool, error) {
	return changed(tx.ExecContext(ctx, `UPDATE document_drop SET state = $3 WHERE id = $1 AND state = $2`, id, string(from), string(to)))
}

func changed(result sql.Result, err error) (bool, error) {
	if err != nil {
		return false, fmt.Errorf("change a drop: %w", err)
	}
	n, err := result.RowsAffected()
	return n > 0, err
}

// standing is the drop of an encounter that waits, nil when there is none.
func standing(ctx context.Context, tx db.Tx, encounterID string) (*Drop, error) {
	return one(ctx, tx, `SELECT `+columns+` FROM document_drop WHERE encounter_id = $1 AND state = 'standing' FOR UPDATE`, encounterID)
}

// lockDrop reads a drop of an encounter and holds it, nil when there is none.
func lockDrop(ctx context.Context, tx db.Tx, encounterID, id string) (*Drop, error) {
	return one(ctx, tx, `SELECT `+columns+` FROM document_drop WHERE encounter_id = $1 AND id = $2 AND state <> 'arriving' FOR UPDATE`, encounterID, id)
}

// byToken looks a drop up by the hash of its link's token, whatever department it belongs to; nil when there is none.
func byToken(ctx context.Context, tx db.Tx, hash []byte) (*Drop, error) {
	return one(ctx, tx, `SELECT `+columns+` FROM document_drop WHERE token_hash = $1`, hash)
}

func one(ctx context.Context, tx db.Tx, query string, args ...any) (*Drop, error) {
	var d Drop
	switch err := tx.GetContext(ctx, &d, query, args...); {
	case errors.Is(err, sql.ErrNoRows):
		return nil, nil //nolint:nilnil // none is no error
	case err != nil:
		return nil, fmt.Errorf("read a drop: %w", err)
	}
	return &d, nil
}

// countTry counts a try before it is looked at, whatever others do at the same moment; nil when none is taken.
func countTry(ctx context.Context, tx db.Tx, id string, now time.Time) (*Drop, error) {
	const query = `UPDATE document_drop SET tries = tries + 1, tried_at = $2
		WHERE id = $1 AND state = 'standing' AND expires_at > $2 AND tries < $3 RETURNING ` + columns
	return one(ctx, tx, query, id, now, MaxTries)
}

// updateLocked notes that the last try was wrong; false when that is noted already, or somebody else was right.
func updateLocked(ctx context.Context, tx db.Tx, id string, now time.Time) (bool, error) {
	const query = `UPDATE document_drop SET locked_at = $2 WHERE id = $1 AND tries >= $3 AND locked_at IS NULL`
	return changed(tx.ExecContext(ctx, query, id, now, MaxTries))
}

func updateUnlocked(ctx context.Context, tx db.Tx, id string) (bool, error) {
	const query = `UPDATE document_drop SET tries = 0, locked_at = NULL WHERE id = $1 AND tries >= $2`
	return changed(tx.ExecContext(ctx, query, id, MaxTries))
}

// beginDownload counts a download, and clears the tries; nil when the drop does not stand any more.
func beginDownload(ctx context.Context, tx db.Tx, id string, now time.Time) (*Drop, error) {
	const query = `UPDATE document_drop SET tries = 0, locked_at = NULL, downloads = downloads + 1, downloaded_at = $2,
			state = CASE WHEN downloads + 1 >= $3 THEN 'used-up' ELSE state END
		WHERE id = $1 AND state = 'standing' AND expires_at > $2 RETURNING ` + columns
	return one(ctx, tx, query, id, now, MaxDownloads)
}

// updateFetched notes the first download that went through; false for a later one.
func updateFetched(ctx context.Context, tx db.Tx, id string, now time.Time) (bool, error) {
	return changed(tx.ExecContext(ctx, `UPDATE document_drop SET fetched_at = $2 WHERE id = $1 AND fetched_at IS NULL`, id, now))
}

// record appends to the receipt.
func record(ctx context.Context, tx db.Tx, d Drop, kind, staffID string, now time.Time) error {
	const query = `INSERT INTO document_drop_event (id, drop_id, department_id, at, kind, staff_id)
		VALUES ($1, $2, $3, $4, $5, nullif($6, '')::uuid)`
	if _, err := tx.ExecContext(ctx, query, uuid.Must(uuid.NewV7()).String(), d.ID, d.DepartmentID, now, kind, staffID); err != nil {
		return fmt.Errorf("record what became of a drop: %w", err)
	}
	return nil
}

// listed is a drop with who made it.
type listed struct {
	Drop
	CreatedBy string `db:"created_by"`
}

// happened is a line of the receipt.
type happened struct {
	DropID string    `db:"drop_id"`
	At     time.Time `db:"at"`
	Kind   string    `db:"kind"`
	By     string    `db:"by"`
}

// list reads the drops of an encounter, the newest first, with their receipts in order.
func list(ctx context.Context, tx db.Tx, f *encounter.Facts) ([]listed, []happened, error) {
	drops, events := []listed{}, []happened{}
	const query = `SELECT d.*, trim(s.title || ' ' || s.given_name || ' ' || s.family_name) AS created_by
		FROM (SELECT ` + columns + `, created_by AS maker FROM document_drop
			WHERE encounter_id = $1 AND department_id = $2 AND state NOT IN ('arriving', 'abandoned')) AS d
		JOIN staff AS s ON s.id = d.maker ORDER BY d.created_at DESC, d.id DESC LIMIT 50`
	if err := tx.Unsafe().SelectContext(ctx, &drops, query, f.ID, f.Department.ID); err != nil {
		return nil, nil, fmt.Errorf("list drops: %w", err)
	}
	const lines = `SELECT e.drop_id, e.at, e.kind, coalesce(trim(s.title || ' ' || s.given_name || ' ' || s.family_name), '') AS by
		FROM document_drop_event AS e JOIN document_drop AS d ON d.id = e.drop_id LEFT JOIN staff AS s ON s.id = e.staff_id
		WHERE d.encounter_id = $1 AND d.department_id = $2 ORDER BY e.at, e.id LIMIT 500`
	if err := tx.SelectContext(ctx, &events, lines, f.ID, f.Department.ID); err != nil {
		return nil, nil, fmt.Errorf("list drops: %w", err)
	}
	return drops, events, nil
}

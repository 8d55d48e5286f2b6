package document

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"teleconsult/server/db"
	"teleconsult/server/fault"
	"teleconsult/server/secret"
)

// Put keeps a document and returns its id. One chunk is sealed and written at a time.
func Put(ctx context.Context, tx db.Tx, box *secret.Box, now time.Time, departmentID string, content []byte) (string, error) {
	id := uuid.Must(uuid.NewV7())
	chunks := (len(content) + chunkSize - 1) / chunkSize
	const insert = `INSERT INTO document (id, department_id, size, chunks, created_at) VALUES ($1, $2, $3, $4, $5)`
	if _, err := tx.ExecContext(ctx, insert, id.String(), departmentID, len(content), chunks, now); err != nil {
		return "", fmt.Errorf("keep a document: %w", err)
	}
	const insertChunk = `INSERT INTO document_chunk (document_id, number, department_id, content) VALUES ($1, $2, $3, $4)`
	for number := range chunks {
		chunk := content[number*chunkSize : min((number+1)*chunkSize, len(content))]
		sealed, err := box.Seal(purpose, placed(id, number, chunks, chunk))
		if err != nil {
			return "", fmt.Errorf("keep a document: %w", err)
		}
		if _, err = tx.ExecContext(ctx, insertChunk, id.String(), number, departmentID, sealed); err != nil {
			return "", fmt.Errorf("keep a document: %w", err)
		}
	}
	return id.String(), nil
}

// Read returns a whole document, or ErrGone.
func Read(ctx context.Context, tx db.Tx, box *secret.Box, id string) ([]byte, error) {
	parsed, err := uuid.Parse(id)
	if err != nil {
		return nil, ErrGone
	}
	var d struct {
		Size   int `db:"size"`
		Chunks int `db:"chunks"`
	}
	err = db.Translate(tx.GetContext(ctx, &d, `SELECT size, chunks FROM document WHERE id = $1 AND wiped_at IS NULL`, id))
	if fault.KindOf(err) == fault.KindNotFound {
		return nil, ErrGone
	}
	if err != nil {
		return nil, err
	}
	content := make([]byte, 0, d.Size)
	for number := range d.Chunks {
		var sealed []byte
		const query = `SELECT content FROM document_chunk WHERE document_id = $1 AND number = $2`
		if err = tx.GetContext(ctx, &sealed, query, id, number); err != nil {
			return nil, fmt.Errorf("read a document: %w", db.Translate(err))
		}
		plain, err := box.Open(purpose, sealed)
		if err != nil {
			return nil, fmt.Errorf("read a document: %w", err)
		}
		chunk, err := unplaced(parsed, number, d.Chunks, plain)
		if err != nil {
			return nil, err
		}
		content = append(content, chunk...)
	}
	if len(content) != d.Size {
		return nil, errPlace
	}
	return content, nil
}

// Wipe removes a document's content for good; that there was one is still known.
func Wipe(ctx context.Context, tx db.Tx, now time.Time, id string) error {
	if _, err := tx.ExecContext(ctx, `UPDATE document SET wiped_at = $2 WHERE id = $1 AND wiped_at IS NULL`, id, now); err != nil {
		return fmt.Errorf("wipe a document: %w", err)
	}
	if _, err := tx.ExecContext(ctx, `DELETE FROM document_chunk WHERE document_id = $1`, id); err != nil {
		return fmt.Errorf("wipe a document: %w", err)
	}
	return nil
}

// sweepSize is how many documents one call of Sweep wipes, so that its transaction stays short.
const sweepSize = 50

// Sweep wipes what is older than KeptFor.
func Sweep(ctx context.Context, d *db.DB, now time.Time) error {
	return d.InTx(ctx, db.System("documents"), func(ctx context.Context, tx db.Tx) error {
		ids := []string{}
		const query = `SELECT id FROM document WHERE wiped_at IS NULL AND created_at <= $1 ORDER BY created_at LIMIT $2 FOR UPDATE SKIP LOCKED`
		if err := tx.SelectContext(ctx, &ids, query, now.Add(-KeptFor), sweepSize); err != nil {
			return fmt.Errorf("look for documents to wipe: %w", err)
		}
		for _, id := range ids {
			if err := Wipe(ctx, tx, now, id); err != nil {
				return err
			}
		}
		return nil
	})
}

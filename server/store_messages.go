package main

import (
	"context"

	"github.com/lib/pq"

	"teleconsult/server/db"
)

// lockEncounters is encounter.Lock for the system scope of messages, which serves all departments and knows only
// the encounters yet. They are locked in the order of their ids.
func lockEncounters(ctx context.Context, tx db.Tx, ids []string) error {
	_, err := tx.ExecContext(ctx, `SELECT FROM encounter WHERE id = ANY($1::uuid []) ORDER BY id FOR UPDATE`, pq.Array(ids))
	return db.Translate(err)
}

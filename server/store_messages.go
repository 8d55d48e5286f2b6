package main

import (
	"context"

	"teleconsult/server/db"
)

// lockEncounter is encounter.Lock for the system scope of messages, which serves all departments and knows only
// the encounter yet.
func lockEncounter(ctx context.Context, tx db.Tx, id string) error {
	var found string
	return db.Translate(tx.GetContext(ctx, &found, `SELECT id FROM encounter WHERE id = $1 FOR UPDATE`, id))
}

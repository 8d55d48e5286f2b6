package auth

import (
	"context"
	"fmt"
	"time"

	"teleconsult/server/db"
)

// counter is a row of attempt_counter; a zero LockedUntil is no lock.
type counter struct {
	Failures    int
	WindowStart time.Time
	LockedUntil time.Time
}

// lockCounter returns a counter, made when it is new, and keeps its row locked until the transaction ends.
func lockCounter(ctx context.Context, tx db.Tx, key []byte, now time.Time) (counter, error) {
	const upsert = `INSERT INTO attempt_counter (key_hash, window_start) VALUES ($1, $2)
		ON CONFLICT (key_hash) DO UPDATE SET key_hash = excluded.key_hash
		RETURNING failures, window_start, locked_until`
	var row struct {
		Failures    int        `db:"failures"`
		WindowStart time.Time  `db:"window_start"`
		LockedUntil *time.Time `db:"locked_until"`
	}
	if err := tx.GetContext(ctx, &row, upsert, key, now); err != nil {
		return counter{}, fmt.Errorf("count an attempt: %w", err)
	}
	c := counter{Failures: row.Failures, WindowStart: row.WindowStart}
	if row.LockedUntil != nil {
		c.LockedUntil = *row.LockedUntil
	}
	return c, nil
}

func saveCounter(ctx context.Context, tx db.Tx, key []byte, c counter) error {
	const update = `UPDATE attempt_counter SET failures = $2, window_start = $3, locked_until = $4 WHERE key_hash = $1`
	if _, err := tx.ExecContext(ctx, update, key, c.Failures, c.WindowStart, c.LockedUntil); err != nil {
		return fmt.Errorf("count an attempt: %w", err)
	}
	return nil
}

func deleteAttempts(ctx context.Context, tx db.Tx, key []byte) error {
	if _, err := tx.ExecContext(ctx, `DELETE FROM attempt_counter WHERE key_hash = $1`, key); err != nil {
		return fmt.Errorf("forget attempts: %w", err)
	}
	return nil
}

func refundAttempt(ctx context.Context, tx db.Tx, key []byte) error {
	const update = `UPDATE attempt_counter SET failures = greatest(failures - 1, 0), locked_until = NULL WHERE key_hash = $1`
	if _, err := tx.ExecContext(ctx, update, key); err != nil {
		return fmt.Errorf("refund an attempt: %w", err)
	}
	return nil
}

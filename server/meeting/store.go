package meeting

import (
	"context"
	"fmt"

	"teleconsult/server/db"
)

func hostAccounts(ctx context.Context, tx db.Tx, staffID string) ([]HostAccount, error) {
	accounts := []HostAccount{}
	const query = `SELECT tool, email, recorded_at FROM host_account WHERE staff_id = $1 ORDER BY tool`
	if err := tx.SelectContext(ctx, &accounts, query, staffID); err != nil {
		return nil, fmt.Errorf("read host accounts: %w", err)
	}
	return accounts, nil
}

func putHostAccount(ctx context.Context, tx db.Tx, staffID string, a HostAccount) error {
	const query = `INSERT INTO host_account (staff_id, tool, email, recorded_at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (staff_id, tool) DO UPDATE SET email = excluded.email, recorded_at = excluded.recorded_at`
	if _, err := tx.ExecContext(ctx, query, staffID, a.Tool, a.Email, a.RecordedAt); err != nil {
		return fmt.Errorf("record a host account: %w", err)
	}
	return nil
}

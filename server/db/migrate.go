package db

import (
	"context"
	"fmt"
	"net/url"

	"github.com/lib/pq"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"

	"teleconsult/migrations"
)

// Migrate brings the schema up to date as its owner, under a lock so that several instances may start
// at once, and then grants the server's own role (the user of appURL) what it may do.
func Migrate(ctx context.Context, ownerURL, appURL string) error {
	pool, err := open(ownerURL)
	if err != nil {
		return err
	}
	defer func() { _ = pool.Close() }()
	locker, err := lock.NewPostgresSessionLocker()
	if err != nil {
		return fmt.Errorf("migration lock: %w", err)
	}
	provider, err := goose.NewProvider(goose.DialectPostgres, pool.DB, migrations.Files, goose.WithSessionLocker(locker))
	if err != nil {
		return fmt.Errorf("read migrations: %w", err)
	}
	if _, err = provider.Up(ctx); err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	role, err := userOf(appURL)
	if err != nil {
		return err
	}
	// One writer at a time: concurrent GRANTs on the same rows fail with "tuple concurrently updated".
	tx, err := pool.BeginTxx(ctx, nil)
	if err != nil {
		return fmt.Errorf("grant: %w", err)
	}
	defer func() { _ = tx.Rollback() }()
	const grantLock = 7234001
	if _, err = tx.ExecContext(ctx, `SELECT pg_advisory_xact_lock($1)`, grantLock); err != nil {
		return fmt.Errorf("grant: %w", err)
	}
	if _, err = tx.ExecContext(ctx, fmt.Sprintf(migrations.Grants, pq.QuoteIdentifier(role))); err != nil {
		return fmt.Errorf("grant to the server's role: %w", err)
	}
	if err = tx.Commit(); err != nil {
		return fmt.Errorf("grant: %w", err)
	}
	return nil
}

func userOf(databaseURL string) (string, error) {
	u, err := url.Parse(databaseURL)
	if err != nil {
		return "", fmt.Errorf("the database URL is not readable")
	}
	if name := u.User.Username(); name != "" {
		return name, nil
	}
	if name := u.Query().Get("user"); name != "" {
		return name, nil
	}
	return "", fmt.Errorf("the database URL names no user")
}

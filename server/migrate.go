package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"teleconsult/server/config"
	"teleconsult/server/db"
)

// migrate brings the schema up to date; with the embedded database, serve does it by itself.
func migrate(ctx context.Context, environ []string, stdout io.Writer) error {
	cfg, err := config.Read(environ)
	if err != nil {
		return err
	}
	if cfg.Embedded() || cfg.MigrateDatabaseURL == "" {
		return errors.New("migrate needs MIGRATE_DATABASE_URL (the owner of the schema) and DATABASE_URL (the server's role)")
	}
	if err = db.Migrate(ctx, cfg.MigrateDatabaseURL, cfg.DatabaseURL); err != nil {
		return err
	}
	_, err = fmt.Fprintln(stdout, "the schema is up to date")
	return err
}

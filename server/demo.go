package main

import (
	"context"
	"errors"
	"io"

	"teleconsult/server/config"
)

// demo fills the embedded database of a development machine with demo people and a day of encounters.
func demo(_ context.Context, environ []string, _ io.Writer) error {
	cfg, err := config.Read(environ)
	if err != nil {
		return err
	}
	if !cfg.Demo() {
		return errors.New("demo people exist only with the embedded database in development: unset DATABASE_URL and ENV")
	}
	return errors.New("no demo yet")
}

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"teleconsult/server/config"
	"teleconsult/server/demo"
	"teleconsult/server/encounter"
	"teleconsult/server/secret"
)

// fillDemo fills the embedded database of a development machine without serving it.
func fillDemo(ctx context.Context, environ []string, stdout io.Writer) error {
	cfg, err := config.Read(environ)
	if err != nil {
		return err
	}
	if !cfg.Demo() {
		return errors.New("demo people exist only with the embedded database in development: unset DATABASE_URL and ENV")
	}
	database, err := openDatabase(ctx, cfg)
	if err != nil {
		return err
	}
	defer database.close()
	key, err := masterKey(cfg)
	if err != nil {
		return err
	}
	p := newParts(cfg, newLog(cfg, stdout), database.DB, secret.New(key))
	if err = p.demoHospital().Seed(ctx); err != nil {
		return err
	}
	_, err = fmt.Fprintln(stdout, "demo people and their day are there")
	return err
}

// demoHospital is where the demo people work. Their past was planned on clocks of other days.
func (p *parts) demoHospital() demo.Hospital {
	return demo.Hospital{DB: p.db, Now: clock, Timezone: p.cfg.DemoTimezone, Encounters: func(now func() time.Time) *encounter.Service {
		return newEncounters(p.db, p.box, p.cfg.PublicURL, now)
	}}
}

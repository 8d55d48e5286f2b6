package main

import (
	"context"
	"io"
	"log/slog"
	"time"

	"teleconsult/notifications/bounce"
	"teleconsult/notifications/mssante"
	"teleconsult/server/config"
	"teleconsult/server/devbox"
	"teleconsult/server/devbox/operator"
	"teleconsult/server/devbox/pharmacies"
	"teleconsult/server/prescription/directory"
)

// secureMail is how the MSSanté operator is reached.
func secureMail(cfg config.Config) mssante.Config {
	return mssante.Config{
		URL: cfg.MSSanteURL, From: cfg.MSSanteFrom, Certificate: cfg.MSSanteCertificate, Key: cfg.MSSanteKey, Authority: cfg.MSSanteCA, Now: clock,
	}
}

// openSecure starts the simulated MSSanté operator and directory of the embedded default, for what is not configured.
func openSecure(ctx context.Context, cfg *config.Config, box *devbox.Box) (opened []io.Closer, err error) {
	if !cfg.MSSante() {
		o, err := operator.Start(ctx, operator.Config{Now: clock, Taken: box.Show, After: answerAfter})
		if err != nil {
			return nil, err
		}
		opened = append(opened, o)
		cfg.MSSanteURL, cfg.MSSanteFrom, cfg.MSSanteIMAPURL = o.SMTPURL(), "AP-HP <"+operator.Mailbox+">", o.IMAPURL()
		cfg.MSSanteCertificate, cfg.MSSanteKey, cfg.MSSanteCA = o.Certificate, o.Key, o.Authority
	}
	if cfg.DirectoryAPIKey == "" {
		d, err := pharmacies.Start(ctx, &pharmacies.Directory{Entries: pharmacies.Demo(), Now: clock})
		if err != nil {
			return opened, err
		}
		opened = append(opened, d)
		cfg.DirectoryURL, cfg.DirectoryAPIKey = d.URL(), pharmacies.Key
	}
	return opened, nil
}

// answerAfter is how long the simulated recipients take.
const answerAfter = time.Second

// newSecureReader makes the reader of what comes back to our MSSanté mailbox; nil where there is none.
func (p *parts) newSecureReader() (*bounce.Reader, error) {
	if p.secure == nil || p.cfg.MSSanteIMAPURL == "" {
		return nil, nil //nolint:nilnil // the mailbox is optional
	}
	reader, err := secureMail(p.cfg).Reader(p.cfg.MSSanteIMAPURL)
	if err != nil {
		return nil, err
	}
	hooks := p.bounceHooks()
	hooks.Bounces = bounce.Identity{Host: p.secure.Host()}
	receipts := mssante.Receipts{Hooks: hooks, Host: p.secure.Host(), Told: p.mailing.Disposed}
	reader.Handle, reader.Log = receipts.Handle, p.log
	return reader, nil
}

// newDirectory makes the client of the national directory; config.Read has checked its address.
func newDirectory(cfg config.Config, log *slog.Logger) *directory.Client {
	client, err := directory.New(cfg.DirectoryURL, cfg.DirectoryAPIKey)
	if err != nil {
		log.ErrorContext(context.Background(), "pharmacies cannot be looked up", "error", err.Error())
		return &directory.Client{}
	}
	return client
}

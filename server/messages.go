package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"

	"github.com/gofiber/fiber/v2"

	"teleconsult/notifications"
	"teleconsult/notifications/email"
	"teleconsult/notifications/sms"
	"teleconsult/server/config"
	"teleconsult/server/db"
	"teleconsult/server/encounter"
	"teleconsult/server/fault"
	"teleconsult/server/problem"
	"teleconsult/server/secret"
)

func vault(box *secret.Box) notifications.Vault {
	return notifications.Vault{
		Seal: func(b []byte) ([]byte, error) { return box.Seal("message", b) },
		Open: func(b []byte) ([]byte, error) { return box.Open("message", b) },
		Hash: func(s string) []byte { return box.MAC("message-recipient", s) },
	}
}

// newLedger lets what becomes of a message change its encounter's chain, in one transaction.
func newLedger(d *db.DB, box *secret.Box, encounters *encounter.Service) *notifications.Ledger {
	return &notifications.Ledger{
		Now: clock, Vault: vault(box),
		InTx: func(ctx context.Context, fn func(ctx context.Context, ex notifications.Executor) error) error {
			return d.InTx(ctx, db.System("messages"), func(ctx context.Context, tx db.Tx) error { return fn(ctx, tx) })
		},
		LockEncounter: func(ctx context.Context, ex notifications.Executor, id string) error {
			return onTx(ex, func(tx db.Tx) error { return lockEncounter(ctx, tx, id) })
		},
		OnOutcome: func(ctx context.Context, ex notifications.Executor, o notifications.Outcome) error {
			if o.EncounterID == "" {
				return nil
			}
			return onTx(ex, func(tx db.Tx) error { return encounters.SettleOutcome(ctx, tx, o.DepartmentID, o.EncounterID) })
		},
	}
}

// onTx gives the transaction back that InTx lent to the notifications.
func onTx(ex notifications.Executor, fn func(tx db.Tx) error) error {
	tx, ok := ex.(db.Tx)
	if !ok {
		return fmt.Errorf("not a transaction of ours: %T", ex)
	}
	return fn(tx)
}

// newDispatcher makes the part that sends, with the real clients in every mode.
func (p *parts) newDispatcher() (*notifications.Dispatcher, error) {
	cfg := p.cfg
	senders := map[notifications.Channel]notifications.Sender{}
	public, err := url.Parse(cfg.PublicURL)
	if err != nil {
		return nil, fmt.Errorf("PUBLIC_URL: %w", err)
	}
	if cfg.SMTPURL != "" {
		sender, err := email.New(email.Config{URL: cfg.SMTPURL, From: cfg.SMTPFrom, Host: public.Hostname(), Now: clock})
		if err != nil {
			return nil, err
		}
		senders[notifications.ChannelEmail] = sender
	}
	if cfg.Twilio() {
		sender, err := sms.New(sms.Config{
			AccountSID: cfg.TwilioAccountSID, AuthToken: cfg.TwilioAuthToken, From: cfg.TwilioFrom, BaseURL: cfg.TwilioBaseURL,
			PublicURL: cfg.PublicURL, Now: clock,
		})
		if err != nil {
			return nil, err
		}
		senders[notifications.ChannelSMS] = sender
	}
	return &notifications.Dispatcher{
		Ledger: p.ledger, Senders: senders, PublicURL: cfg.PublicURL, Wake: p.hub.Wake(), Log: p.log,
	}, nil
}

// registerHooks adds the addresses that providers call; each call is signed by its provider.
func (p *parts) registerHooks(r fiber.Router) {
	hooks := &notifications.Hooks{
		Ledger: p.ledger,
		ValidateTwilio: func(address string, params map[string]string, signature string) bool {
			return p.cfg.Twilio() && sms.ValidateSignature(p.cfg.TwilioAuthToken, address, params, signature)
		},
	}
	r.Post(sms.HookPath+":attempt", func(c *fiber.Ctx) error {
		form, err := url.ParseQuery(string(c.Body()))
		if err != nil {
			return problem.Send(c, fault.New(fault.KindUnprocessable, "malformed_callback", "Le formulaire n’est pas lisible."))
		}
		err = hooks.HandleTwilio(c.UserContext(), c.Params("attempt"), form, c.Get("X-Twilio-Signature"), p.cfg.PublicURL+c.OriginalURL())
		switch {
		case errors.Is(err, notifications.ErrSignature):
			return problem.Send(c, fault.New(fault.KindForbidden, "signature_invalid", "La signature n’est pas valable."))
		case errors.Is(err, notifications.ErrMalformed):
			return problem.Send(c, fault.New(fault.KindUnprocessable, "malformed_callback", "Il manque une information."))
		case err != nil:
			return problem.Send(c, err)
		}
		return c.SendStatus(fiber.StatusNoContent)
	})
}

// withDevbox points the clients at the post office of the embedded default, where nothing else is configured.
func withDevbox(cfg config.Config, smtpURL, twilioURL, accountSID, authToken string) config.Config {
	if cfg.SMTPURL == "" {
		cfg.SMTPURL = smtpURL
	}
	if !cfg.Twilio() {
		cfg.TwilioBaseURL, cfg.TwilioAccountSID, cfg.TwilioAuthToken, cfg.TwilioFrom = twilioURL, accountSID, authToken, "APHP"
	}
	return cfg
}

package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/gofiber/fiber/v2"

	"teleconsult/notifications"
	"teleconsult/notifications/dispatch"
	"teleconsult/notifications/email"
	"teleconsult/notifications/enclose"
	"teleconsult/notifications/mssante"
	"teleconsult/notifications/reconcile"
	"teleconsult/notifications/sms"
	"teleconsult/server/config"
	"teleconsult/server/db"
	"teleconsult/server/encounter"
	"teleconsult/server/fault"
	"teleconsult/server/prescription/mailing"
	"teleconsult/server/problem"
	"teleconsult/server/secret"
)

func vault(box *secret.Box) notifications.Vault {
	return notifications.Vault{
		Seal: func(b []byte) ([]byte, error) { return box.Seal("message", b) },
		Open: func(b []byte) ([]byte, error) { return box.Open("message", b) },
		// An address is the same however its letters are written.
		Hash: func(s string) []byte { return box.MAC("message-recipient", strings.ToLower(s)) },
	}
}

// newLedger lets what becomes of a message change its encounter's chain, in one transaction.
func newLedger(d *db.DB, box *secret.Box, encounters *encounter.Service, documents *mailing.Service) *notifications.Ledger {
	return &notifications.Ledger{
		Now: clock, Vault: vault(box),
		InTx: func(ctx context.Context, fn func(ctx context.Context, ex notifications.Executor) error) error {
			return d.InTx(ctx, db.System("messages"), func(ctx context.Context, tx db.Tx) error { return fn(ctx, tx) })
		},
		LockEncounters: func(ctx context.Context, ex notifications.Executor, ids []string) error {
			return onTx(ex, func(tx db.Tx) error { return lockEncounters(ctx, tx, ids) })
		},
		OnOutcomes: func(ctx context.Context, ex notifications.Executor, all []notifications.Outcome) error {
			changed := map[string]string{}
			for _, o := range all {
				if o.EncounterID != "" {
					changed[o.EncounterID] = o.DepartmentID
				}
			}
			return onTx(ex, func(tx db.Tx) error {
				if err := documents.Outcomes(ctx, tx, all); err != nil {
					return err
				}
				return encounters.SettleOutcomes(ctx, tx, changed)
			})
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
func (p *parts) newDispatcher() (*dispatch.Dispatcher, error) {
	cfg := p.cfg
	senders := map[notifications.Channel]notifications.Sender{}
	public, err := url.Parse(cfg.PublicURL)
	if err != nil {
		return nil, fmt.Errorf("PUBLIC_URL: %w", err)
	}
	if cfg.SMTPURL != "" {
		c := email.Config{
			URL: cfg.SMTPURL, From: cfg.SMTPFrom, Host: public.Hostname(), Now: clock, Connections: cfg.SMTPConnections,
		}
		if cfg.BounceAddress != "" {
			c.Bounce = p.bounces().Sender
		}
		if p.mail, err = email.New(c); err != nil {
			return nil, err
		}
		senders[notifications.ChannelEmail] = enclose.New(p.mail, p.mailing.Open)
	}
	if cfg.MSSante() {
		if p.secure, err = mssante.New(secureMail(cfg)); err != nil {
			return nil, err
		}
		senders[notifications.ChannelMSSante] = enclose.New(p.secure, p.mailing.Open)
	}
	if cfg.Twilio() {
		p.texts, err = sms.New(sms.Config{
			AccountSID: cfg.TwilioAccountSID, AuthToken: cfg.TwilioAuthToken, From: cfg.TwilioFrom, BaseURL: cfg.TwilioBaseURL,
			PublicURL: cfg.PublicURL, Now: clock,
		})
		if err != nil {
			return nil, err
		}
		senders[notifications.ChannelSMS] = p.texts
	}
	return &dispatch.Dispatcher{
		Ledger: p.ledger, Senders: senders, PublicURL: cfg.PublicURL, Wake: p.hub.Wake(), Log: p.log,
		Limits: map[notifications.Channel]dispatch.Limit{
			notifications.ChannelEmail: {Name: "smtp", PerMinute: float64(cfg.EmailsPerMinute)},
			notifications.ChannelSMS:   {Name: "twilio", PerMinute: float64(cfg.SMSPerMinute)},
		},
		// While one message is on the wire, the next is made ready and the one before is marked.
		Workers: max(8, 2*cfg.SMTPConnections),
	}, nil
}

// bounces makes the envelope senders of e-mails, and finds the message of a bounce by them.
func (p *parts) bounces() email.VERP {
	return email.VERP{Address: p.cfg.BounceAddress, Key: p.box.MAC("bounce-address")}
}

// reconcile asks the SMS provider about the messages whose fate is open; without one it does nothing.
func (p *parts) reconcile(ctx context.Context) error {
	if p.texts == nil {
		return nil
	}
	r := reconcile.Reconciler{
		Ledger: p.ledger, Lister: p.texts, PublicURL: p.cfg.PublicURL, Log: p.log, Observe: p.metrics.looked,
	}
	return r.Reconcile(ctx)
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

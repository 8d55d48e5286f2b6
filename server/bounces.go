package main

import (
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/url"

	"github.com/gofiber/fiber/v2"

	"teleconsult/notifications"
	"teleconsult/notifications/bounce"
	"teleconsult/server/fault"
	"teleconsult/server/problem"
)

// bounceHooks take what comes back to our e-mails, from the mailbox and from relays.
func (p *parts) bounceHooks() *notifications.Hooks {
	own := bounce.Identity{VERP: p.bounces().MessageID}
	if public, err := url.Parse(p.cfg.PublicURL); err == nil {
		own.Host = public.Hostname() // see newDispatcher: the host of our Message-IDs
	}
	return &notifications.Hooks{Ledger: p.ledger, Bounces: own}
}

// newBounceReader makes the reader of the mailbox of bounces; nil where there is no such mailbox.
func (p *parts) newBounceReader() (*bounce.Reader, error) {
	if p.cfg.BounceIMAPURL == "" {
		return nil, nil //nolint:nilnil // the mailbox is optional
	}
	reader, err := bounce.NewReader(p.cfg.BounceIMAPURL, nil)
	if err != nil {
		return nil, err
	}
	reader.Handle, reader.Log = p.bounceHooks().HandleBounce, p.log
	// From the start, so that a mailbox that was never read is told of too.
	p.metrics.bounceMailboxRead()
	reader.Looked = p.metrics.bounceMailboxRead
	return reader, nil
}

// bounceHookPath is where relays hand reports over.
const bounceHookPath = "/hooks/bounce"

// registerBounceHook opens the address for relays that push what comes back: the mail as it is
// (message/rfc822), or a form with it in the part "email".
func (p *parts) registerBounceHook(r fiber.Router) {
	secret := p.cfg.BounceHookSecret
	if secret == "" {
		return
	}
	hooks := p.bounceHooks()
	r.Post(bounceHookPath, func(c *fiber.Ctx) error {
		body := c.Body()
		if !bounce.Bearer(secret, c.Get(fiber.HeaderAuthorization)) && !bounce.Signed(secret, c.Get("X-Bounce-Signature"), body, clock()) {
			return problem.Send(c, fault.New(fault.KindUnauthenticated, "signature_invalid", "La signature n’est pas valable."))
		}
		raw, err := mailOf(c, body)
		if err == nil {
			var kind bounce.Kind
			if kind, err = hooks.HandleBounce(c.UserContext(), raw); err == nil {
				// Nothing else tells people of a mail that is not clear: it is not kept.
				p.log.InfoContext(c.UserContext(), "bounce", "kind", kind)
			}
		}
		switch {
		case errors.Is(err, notifications.ErrMalformed):
			return problem.Send(c, fault.New(fault.KindUnprocessable, "malformed_mail", "Ce n’est pas un e-mail."))
		case err != nil:
			return problem.Send(c, err)
		}
		return c.SendStatus(fiber.StatusNoContent)
	})
}

// mailOf takes the mail out of a request.
func mailOf(c *fiber.Ctx, body []byte) ([]byte, error) {
	kind, _, err := mime.ParseMediaType(c.Get(fiber.HeaderContentType))
	if err != nil {
		return nil, fiber.ErrUnsupportedMediaType
	}
	raw := body
	switch kind {
	case "message/rfc822", "message/global":
	case fiber.MIMEMultipartForm:
		if raw, err = formMail(c); err != nil {
			return nil, err
		}
	default:
		return nil, fiber.ErrUnsupportedMediaType
	}
	if len(raw) > bounce.MaxSize {
		return nil, fault.New(fault.KindTooLarge, "mail_too_large", "L’e-mail dépasse 1 Mio.")
	}
	return raw, nil
}

// formMail is the part "email" of a form, a file or a field.
func formMail(c *fiber.Ctx) ([]byte, error) {
	form, err := c.MultipartForm()
	if err != nil {
		return nil, fmt.Errorf("%w: %w", notifications.ErrMalformed, err)
	}
	if values := form.Value["email"]; len(values) > 0 {
		return []byte(values[0]), nil
	}
	if files := form.File["email"]; len(files) > 0 {
		return readPart(files[0])
	}
	return nil, notifications.ErrMalformed
}

func readPart(part *multipart.FileHeader) ([]byte, error) {
	file, err := part.Open()
	if err != nil {
		return nil, fmt.Errorf("%w: %w", notifications.ErrMalformed, err)
	}
	defer func() { _ = file.Close() }()
	raw, err := io.ReadAll(io.LimitReader(file, bounce.MaxSize+1))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", notifications.ErrMalformed, err)
	}
	return raw, nil
}

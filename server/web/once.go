package web

import (
	"context"
	"crypto/sha256"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humafiber"
	"github.com/gofiber/fiber/v2"

	"teleconsult/server/auth"
	"teleconsult/server/fault"
	"teleconsult/server/problem"
)

// keyHeader names a request that must be done once however often it is sent.
const keyHeader = "Idempotency-Key"

const (
	// answerLife is how long an answer is kept.
	answerLife = 24 * time.Hour
	// abandonedAfter is when a request that never ended counts as dead with its process: longer than any
	// request may take. It may then be done again.
	abandonedAfter = 3 * requestTimeout
	// settleTimeout bounds keeping an answer, which must not depend on what is left of the request's time.
	settleTimeout = 5 * time.Second
)

var (
	errKeyForm = fault.New(fault.KindInvalid, "idempotency_key_invalid", "La clé d’idempotence doit compter de 8 à 100 caractères.")
	errReused  = fault.New(fault.KindInvalid, "idempotency_key_reused", "Cette clé a déjà servi à une autre demande.")
	errRunning = fault.New(fault.KindConflict, "request_in_progress", "La même demande est déjà en cours.")
)

// once answers a changing request that carries an Idempotency-Key a second time with the first answer.
// Only what was done is kept: a request that was refused changed nothing, and the same key may then go
// with a corrected body.
func (s *Server) once(ctx huma.Context, next func(huma.Context)) {
	key := ctx.Header(keyHeader)
	caller, signedIn := auth.CallerFrom(ctx.Context())
	p, _ := permissionOf(ctx.Operation())
	streams := takesStream(ctx.Operation()) // what came once cannot be compared with what comes again
	if key == "" || !signedIn || p == auth.Public || isSafe(ctx.Method()) || streams {
		next(ctx)
		return
	}
	if len(key) < 8 || len(key) > 100 {
		problem.Write(s.api, ctx, errKeyForm)
		return
	}
	c := humafiber.Unwrap(ctx)
	// A body can hold a password: a plain hash of it in the database could be guessed at.
	mine := claim{StaffID: caller.StaffID, Key: key, Request: s.o.Secret.MAC("idempotent-request", string(requestHash(c)))}
	kept, err := s.answers.begin(ctx.Context(), mine)
	switch {
	case err != nil:
		problem.Write(s.api, ctx, err)
	case kept != nil:
		replay(c, *kept)
	default:
		s.doOnce(ctx, next, c, mine)
	}
}

// doOnce does the request and settles its claim, also when it panics.
func (s *Server) doOnce(ctx huma.Context, next func(huma.Context), c *fiber.Ctx, mine claim) {
	done := false
	defer func() {
		settle, cancel := settling(ctx)
		defer cancel()
		if !done {
			s.answers.release(settle, mine)
			return
		}
		// When keeping fails, the claim still refuses repetitions until it counts as abandoned.
		if err := s.answers.keep(settle, mine, answerOf(c)); err != nil {
			s.o.Log.ErrorContext(ctx.Context(), "an answer could not be kept",
				"request_id", auth.ClientFrom(ctx.Context()).RequestID, "error", err.Error())
		}
	}()
	next(ctx)
	done = c.Response().StatusCode() < http.StatusMultipleChoices && !c.Response().IsBodyStream()
}

func settling(ctx huma.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx.Context()), settleTimeout)
}

func answerOf(c *fiber.Ctx) answer {
	r := c.Response()
	return answer{
		Status: r.StatusCode(), ContentType: string(r.Header.ContentType()),
		ETag: string(r.Header.Peek(fiber.HeaderETag)), Location: string(r.Header.Peek(fiber.HeaderLocation)),
		Body: r.Body(),
	}
}

func replay(c *fiber.Ctx, kept answer) {
	c.Status(kept.Status)
	for name, value := range map[string]string{
		fiber.HeaderContentType: kept.ContentType, fiber.HeaderETag: kept.ETag, fiber.HeaderLocation: kept.Location,
		"Idempotency-Replayed": "true",
	} {
		if value != "" {
			c.Set(name, value)
		}
	}
	c.Response().SetBody(kept.Body)
}

// requestHash tells whether two requests are the same one: method, address with query, and body.
func requestHash(c *fiber.Ctx) []byte {
	h := sha256.New()
	for _, part := range [][]byte{[]byte(c.Method()), c.Request().RequestURI(), c.Request().Header.Peek(fiber.HeaderIfMatch), c.Request().Body()} {
		sum := sha256.Sum256(part)
		h.Write(sum[:])
	}
	return h.Sum(nil)
}

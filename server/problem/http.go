package problem

import (
	"errors"
	"net/http"
	"strconv"
	"sync"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"

	"teleconsult/server/fault"
)

var install sync.Once

// Install sets what huma keeps globally: it answers with problems and describes lists as lists. Call it before the first API is made; calling it again does nothing.
func Install() {
	install.Do(func() {
		nameRules()
		huma.DefaultArrayNullable = false // rooms answer an empty list as [], never as null
		huma.NewError = func(status int, message string, errs ...error) huma.StatusError {
			return translate(status, message, errs)
		}
		huma.NewErrorWithContext = func(ctx huma.Context, status int, message string, errs ...error) huma.StatusError {
			if status >= http.StatusInternalServerError {
				remember(ctx.Context(), errors.Join(errs...))
			}
			p := translate(status, message, errs)
			setRetryAfter(ctx.SetHeader, p.RetryAfter)
			return p
		}
	})
}

// translate makes the problem of what huma found: the fault that a handler returned, or all broken rules.
// A body that is missing or no JSON is unprocessable (422) like any other input that cannot be used, so that
// a client has one status to look at.
func translate(status int, message string, errs []error) *Problem {
	if len(errs) == 1 && fault.KindOf(errs[0]) != 0 {
		_, p := From(errs[0])
		return &p
	}
	if status == http.StatusBadRequest {
		status = http.StatusUnprocessableEntity
	}
	p := plain(status)
	if status >= http.StatusInternalServerError {
		return &p
	}
	for _, err := range errs {
		var d huma.ErrorDetailer
		if errors.As(err, &d) {
			detail := d.ErrorDetail()
			p.Violations = append(p.Violations, violation(detail.Location, detail.Message))
		}
	}
	if message == "request body is required" {
		p.Violations = append(p.Violations, fault.Violation{Code: "required", Message: rules["required"].sentence})
	}
	return &p
}

// Write answers a huma request with the problem of err; it is for middleware, handlers just return err.
func Write(api huma.API, ctx huma.Context, err error) {
	remember(ctx.Context(), err)
	status, p := From(err)
	setRetryAfter(ctx.SetHeader, p.RetryAfter)
	ctx.SetHeader("Content-Type", ContentType)
	ctx.SetStatus(status)
	_ = api.Marshal(ctx.BodyWriter(), "application/json", &p) // a client that left hears nothing
}

// Send answers a Fiber request with the problem of err, Fiber's own errors (404, 405, 413) included.
func Send(c *fiber.Ctx, err error) error {
	p := Prepare(c, err)
	return c.JSON(&p, ContentType)
}

// Prepare sets the status and headers of a failed Fiber request and returns its problem, for those who
// answer with a page.
func Prepare(c *fiber.Ctx, err error) Problem {
	remember(c.UserContext(), err)
	_, p := From(err)
	if e, ok := errors.AsType[*fiber.Error](err); ok && fault.KindOf(err) == 0 {
		p = plain(e.Code)
	}
	setRetryAfter(c.Set, p.RetryAfter)
	c.Status(p.Status)
	return p
}

func setRetryAfter(set func(name, value string), seconds int) {
	if seconds > 0 {
		set("Retry-After", strconv.Itoa(seconds))
	}
}

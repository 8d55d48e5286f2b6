package web

import (
	"context"
	"fmt"
	"log/slog"
	"mime"
	"net/http"
	"regexp"
	"runtime/debug"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/realclientip/realclientip-go"

	"teleconsult/server/auth"
	"teleconsult/server/fault"
	"teleconsult/server/problem"
	"teleconsult/server/secret"
)

// recoverPanic turns whatever goes wrong below it into a 500 that shows nothing. It stands first, and once
// more inside observe, so that a request that panicked is counted and numbered like any other.
func (s *Server) recoverPanic(c *fiber.Ctx) (err error) {
	defer func() {
		if p := recover(); p != nil {
			s.o.Log.ErrorContext(c.UserContext(), "a request failed unexpectedly",
				"request_id", auth.ClientFrom(c.UserContext()).RequestID, "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
			c.Response().Reset()
			err = fiber.ErrInternalServerError
		}
	}()
	return c.Next()
}

// observe numbers the request, knows its client, and afterwards writes one line to the log and the metrics.
// Neither holds a path, a query or an address: a path can carry a patient's token.
func (s *Server) observe(c *fiber.Ctx) error {
	start := s.o.Now()
	client := auth.Client{RequestID: s.requestID(c), Address: s.clientAddress(c)}
	ctx, cause := problem.WithCause(auth.WithClient(c.UserContext(), client))
	c.SetUserContext(ctx)
	if err := c.Next(); err != nil {
		if err = s.fail(c, err); err != nil {
			return err
		}
	}
	c.Set(fiber.HeaderXRequestID, client.RequestID)
	status, took := c.Response().StatusCode(), s.o.Now().Sub(start)
	s.metrics.observe(c.Route().Path, c.Method(), status, took)
	s.log(ctx, c, client.RequestID, status, took, cause.Err)
	return nil
}

func (s *Server) log(ctx context.Context, c *fiber.Ctx, requestID string, status int, took time.Duration, cause error) {
	level := slog.LevelInfo
	attributes := []slog.Attr{
		slog.String("request_id", requestID), slog.String("method", c.Method()), slog.String("route", c.Route().Path),
		slog.Int("status", status), slog.Float64("ms", float64(took.Microseconds())/1000),
	}
	switch {
	case status >= http.StatusInternalServerError:
		level = slog.LevelError
	case isProbe(c.Path()):
		level = slog.LevelDebug
	}
	if cause != nil && status >= http.StatusInternalServerError {
		attributes = append(attributes, slog.String("error", cause.Error()))
	} else if code := fault.CodeOf(cause); code != "" {
		attributes = append(attributes, slog.String("code", code))
	}
	s.o.Log.LogAttrs(ctx, level, "request", attributes...)
}

func isProbe(path string) bool { return path == "/healthz" || path == "/readyz" || path == "/metrics" }

var isRequestID = regexp.MustCompile(`^[A-Za-z0-9_-]{8,64}$`)

// requestID takes the number that a trusted proxy gave, else makes one.
func (s *Server) requestID(c *fiber.Ctx) string {
	if given := c.Get(fiber.HeaderXRequestID); s.o.Config.TrustedProxies > 0 && isRequestID.MatchString(given) {
		return given
	}
	return secret.NewToken()
}

// addressStrategy takes the address that the outermost trusted proxy saw; everything left of it in
// X-Forwarded-For can be made up by the client.
func addressStrategy(trusted int) (realclientip.Strategy, error) {
	if trusted == 0 {
		return realclientip.RemoteAddrStrategy{}, nil
	}
	counted, err := realclientip.NewRightmostTrustedCountStrategy(fiber.HeaderXForwardedFor, trusted)
	if err != nil {
		return nil, fmt.Errorf("trusted proxies: %w", err)
	}
	return realclientip.NewChainStrategy(counted, realclientip.RemoteAddrStrategy{}), nil
}

func (s *Server) clientAddress(c *fiber.Ctx) string {
	header := http.Header{}
	for _, value := range c.Request().Header.PeekAll(fiber.HeaderXForwardedFor) {
		header.Add(fiber.HeaderXForwardedFor, string(value))
	}
	ip, _ := realclientip.SplitHostZone(s.address.ClientIP(header, c.Context().RemoteAddr().String()))
	return ip
}

// deadline gives the request's context an end of its own.
func (s *Server) deadline(c *fiber.Ctx) error {
	ctx, cancel := context.WithTimeout(c.UserContext(), timeFor(c))
	defer cancel()
	c.SetUserContext(ctx)
	return c.Next()
}

// ownHost refuses a request that names a host which is not this server's.
func (s *Server) ownHost(c *fiber.Ctx) error {
	if !s.o.Config.Answers(string(c.Request().Host())) {
		return fiber.ErrMisdirectedRequest
	}
	return c.Next()
}

// sameSite refuses what a browser sends on behalf of another site's page, everywhere.
func (s *Server) sameSite(c *fiber.Ctx) error {
	if isSafe(c.Method()) {
		return c.Next()
	}
	from := auth.Site{Fetch: c.Get("Sec-Fetch-Site"), Origin: c.Get(fiber.HeaderOrigin), Host: string(c.Request().Host())}
	if from.Origin == "null" && isPage(c.Path()) {
		from.Origin = "" // a form of a page that sends no referrer
	}
	if err := auth.CheckSite(from, s.o.Config.PublicURL); err != nil {
		return err
	}
	return c.Next()
}

// guardAPI refuses changing requests to the API without the custom header, or with a body that is not JSON:
// a missing Content-Type would be taken as JSON, and a form of another site can send one without asking. A stream is
// of a kind that no form can send.
func (s *Server) guardAPI(c *fiber.Ctx) error {
	c.Set(fiber.HeaderCacheControl, "no-store")
	if isSafe(c.Method()) {
		return c.Next()
	}
	if err := auth.CheckHeader(c.Get(auth.CSRFHeader)); err != nil {
		return err
	}
	if hasBody(c) {
		media, _, err := mime.ParseMediaType(c.Get(fiber.HeaderContentType))
		if err != nil || !mediaAllowed(c, media) {
			return fiber.ErrUnsupportedMediaType
		}
	}
	return c.Next()
}

// identify finds out who is signed in; whether somebody must be is the operation's question.
func (s *Server) identify(c *fiber.Ctx) error {
	token := c.Cookies(s.o.Auth.CookieName())
	if token == "" {
		return c.Next()
	}
	caller, err := s.o.Auth.Resume(c.UserContext(), token)
	if err == nil {
		c.SetUserContext(auth.WithCaller(c.UserContext(), caller))
	} else if fault.KindOf(err) != fault.KindUnauthenticated {
		return err
	}
	return c.Next()
}

// Package web is the HTTP face of the server: the Fiber application with its middleware, the API that the
// rooms register their operations on, the static files of the front end, and the pages of operations
// (/healthz, /readyz, /metrics). It holds no rule of the domain.
package web

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humafiber"
	"github.com/gofiber/fiber/v2"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/realclientip/realclientip-go"

	"teleconsult/server/auth"
	"teleconsult/server/config"
	"teleconsult/server/db"
	"teleconsult/server/problem"
	"teleconsult/server/secret"
)

// Limits of one request.
const (
	// maxBody is read before anything is decided, so that a client that sends too much still hears why;
	// operations set their own, lower limits.
	maxBody = 4 << 20
	// aroundFile is what a request has around the largest file that may be sent, and more, so that one that is a little
	// too large is refused with its reason.
	aroundFile = 1 << 20
	// maxDocument is the largest document that may be sent.
	maxDocument = 20 << 20
	// maxHeaders fits a cookie, an identity provider's return and a long referrer.
	maxHeaders = 16 << 10
	// readTimeout bounds how long a request may take to arrive.
	readTimeout = 30 * time.Second
	// idleTimeout is how long a connection waits for its next request; longer than proxies keep theirs.
	idleTimeout = 120 * time.Second
	// requestTimeout bounds the work for one request: Fiber does not notice a client that left.
	requestTimeout = 20 * time.Second
)

// apiPrefix is where the JSON API lives.
const apiPrefix = "/api/v1"

// Options are the parts that the rooms and main bring.
type Options struct {
	Config config.Config
	// Version is shown by the API's description.
	Version string
	Now     func() time.Time
	Log     *slog.Logger
	DB      *db.DB
	Secret  *secret.Box
	Auth    *auth.Service
	// Assets is the built front end, nil without one.
	Assets fs.FS
	// API are the rooms' operations, Pages their server-rendered pages and hooks.
	API   []func(huma.API)
	Pages []func(fiber.Router)
	// ErrorPage answers a failed request for a page under /p/; without one a bare page is shown.
	ErrorPage func(c *fiber.Ctx, p problem.Problem) error
	// Collectors are the rooms' metrics.
	Collectors []prometheus.Collector
}

// Server is the application, ready to listen.
type Server struct {
	app     *fiber.App
	api     huma.API
	openapi []byte

	o       Options
	address realclientip.Strategy
	metrics *metrics
	static  *static
	answers *answers
	// textLimit is how large a body may be that is no form, in bytes.
	textLimit int
	streams   []streamRoute
}

// New builds the application. It fails when an operation carries no permission or the front end is unreadable.
func New(o Options) (*Server, error) {
	problem.Install()
	s := &Server{
		o: o, metrics: newMetrics(o.Collectors),
		answers: &answers{db: o.DB, box: o.Secret, now: o.Now},
	}
	var err error
	if s.address, err = addressStrategy(o.Config.TrustedProxies); err != nil {
		return nil, err
	}
	if s.static, err = newStatic(o.Assets); err != nil {
		return nil, err
	}
	s.textLimit = max(maxBody, o.Config.BatchMegabytes<<20+aroundFile)
	s.app = fiber.New(fiber.Config{
		DisableStartupMessage: true,
		CaseSensitive:         true,
		// Without it header, query and path strings are overwritten by later requests.
		Immutable:       true,
		BodyLimit:       max(s.textLimit, maxDocument+aroundFile),
		ReadBufferSize:  maxHeaders,
		ReadTimeout:     readTimeout,
		IdleTimeout:     idleTimeout,
		ErrorHandler:    s.fail,
		WriteBufferSize: 16 << 10,
		// A body is read by receive, or by its operation as it comes.
		StreamRequestBody: true,
		// A body is read as it was sent: a signature covers its bytes.
		DisablePreParseMultipartForm: true,
		// No WriteTimeout: it would end the streams of live events.
	})
	s.app.Use(s.recoverPanic, s.observe, s.recoverPanic, s.secure, s.receive, s.ownHost, s.sameSite)
	if err = s.routes(); err != nil {
		return nil, err
	}
	return s, nil
}

// routes mounts the API, the pages and, last, the front end, which answers every other GET.
func (s *Server) routes() error {
	s.app.Get("/healthz", s.getHealth)
	s.app.Get("/readyz", s.getReady)
	s.app.Get("/metrics", s.metricsHandler())
	group := s.app.Group(apiPrefix, s.deadline, s.guardAPI, s.identify)
	s.api = humafiber.NewWithGroup(s.app, group, apiConfig(s.o.Version))
	s.api.UseMiddleware(s.giveBody, s.authorise, s.once)
	for _, register := range s.o.API {
		register(s.api)
	}
	if err := everyOperationHasPermission(s.api.OpenAPI()); err != nil {
		return err
	}
	s.streams = findStreams(s.api.OpenAPI())
	description, err := describe(s.api.OpenAPI())
	if err != nil {
		return fmt.Errorf("describe the API: %w", err)
	}
	s.openapi = description
	group.Get("/openapi.json", s.getOpenAPI)
	pages := s.app.Group("", s.deadline)
	for _, register := range s.o.Pages {
		register(pages)
	}
	s.app.Use(s.serveStatic)
	return nil
}

// Fiber is the application itself, for tests that look inside.
func (s *Server) Fiber() *fiber.App { return s.app }

// Listen answers requests until Shutdown is called, which it does not wait for.
func (s *Server) Listen(l net.Listener) error { return s.app.Listener(lingeringListener{l}) }

// Shutdown lets running requests end, for at most timeout. Streams must have been ended before.
func (s *Server) Shutdown(timeout time.Duration) error { return s.app.ShutdownWithTimeout(timeout) }

// API is where the rooms' operations are registered; its description lists every route.
func (s *Server) API() huma.API { return s.api }

// OpenAPI is the description of the API (OpenAPI 3.1, indented JSON), the same bytes for the same operations.
func (s *Server) OpenAPI() []byte { return s.openapi }

// Sweep forgets stored answers that nobody can ask for any more. It is run from time to time.
func (s *Server) Sweep(ctx context.Context) error { return s.answers.sweep(ctx) }

// fail is Fiber's error handler: a problem for programs, a page for patients.
func (s *Server) fail(c *fiber.Ctx, err error) error {
	if len(c.Response().Header.Peek(fiber.HeaderXContentTypeOptions)) == 0 {
		s.setHeaders(c) // the request was refused before any middleware saw it
	}
	if errors.Is(err, fiber.ErrRequestEntityTooLarge) {
		linger(c.Context().Conn())
	}
	if isPage(c.Path()) && wantsHTML(c) {
		return s.failPage(c, err)
	}
	return problem.Send(c, err)
}

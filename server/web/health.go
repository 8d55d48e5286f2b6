package web

import (
	"context"
	"crypto/subtle"
	"net"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/gofiber/fiber/v2/middleware/adaptor"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"teleconsult/server/auth"
)

// readyTimeout is how long the database may take to answer before the server says that it is not ready.
const readyTimeout = time.Second

// getHealth says that the process runs; it asks nobody else, so that a database away restarts no server.
func (s *Server) getHealth(c *fiber.Ctx) error {
	c.Set(fiber.HeaderCacheControl, "no-store")
	return c.SendString("ok")
}

// getReady says whether requests can be served now.
func (s *Server) getReady(c *fiber.Ctx) error {
	ctx, cancel := context.WithTimeout(c.UserContext(), readyTimeout)
	defer cancel()
	c.Set(fiber.HeaderCacheControl, "no-store")
	if err := s.o.DB.Ping(ctx); err != nil {
		return c.Status(fiber.StatusServiceUnavailable).SendString("the database does not answer")
	}
	return c.SendString("ready")
}

// metrics are what the server counts about its own requests.
type metrics struct {
	registry *prometheus.Registry
	requests *prometheus.HistogramVec
}

func newMetrics(more []prometheus.Collector) *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "teleconsult_http_request_seconds", Help: "Time to answer a request, by route pattern.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10},
		}, []string{"route", "method", "status"}),
	}
	m.registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}), m.requests)
	m.registry.MustRegister(more...)
	return m
}

func (m *metrics) observe(route, method string, status int, took time.Duration) {
	m.requests.WithLabelValues(route, method, strconv.Itoa(status)).Observe(took.Seconds())
}

// metricsHandler shows the metrics to a bearer of METRICS_TOKEN; without a token only to the machine itself,
// and then only when no proxy stands in between, which would make everybody look like the machine itself.
func (s *Server) metricsHandler() fiber.Handler {
	show := adaptor.HTTPHandler(promhttp.HandlerFor(s.metrics.registry, promhttp.HandlerOpts{}))
	return func(c *fiber.Ctx) error {
		c.Set(fiber.HeaderCacheControl, "no-store")
		if want := s.o.Config.MetricsToken; want != "" {
			given, ok := strings.CutPrefix(c.Get(fiber.HeaderAuthorization), "Bearer ")
			if !ok || subtle.ConstantTimeCompare([]byte(given), []byte(want)) != 1 {
				return fiber.ErrUnauthorized
			}
			return show(c)
		}
		ip := net.ParseIP(auth.ClientFrom(c.UserContext()).Address)
		if s.o.Config.TrustedProxies > 0 || c.Get(fiber.HeaderXForwardedFor) != "" || ip == nil || !ip.IsLoopback() {
			return fiber.ErrNotFound
		}
		return show(c)
	}
}

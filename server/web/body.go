package web

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humafiber"
	"github.com/gofiber/fiber/v2"

	"teleconsult/server/fault"
)

// Fiber hands every body over as a stream. This file reads it whole, within the limits, before anything else looks at
// it; only an operation that takes nothing but application/octet-stream reads its body by itself, as it comes.

const (
	// streamTimeout bounds a request whose body is a stream: 20 MB in ten minutes are 280 kbit/s.
	streamTimeout = 10 * time.Minute
	// streamPause is how long nothing may come of a stream.
	streamPause = 30 * time.Second
)

var errLength = fault.New(fault.KindUnprocessable, "length_required", "La taille du fichier n’est pas annoncée.")

// receive reads the body of a request.
func (s *Server) receive(c *fiber.Ctx) error {
	stream := c.Context().RequestBodyStream()
	if stream == nil {
		return c.Next()
	}
	if s.isStream(c) {
		return s.pass(c, stream)
	}
	limit := s.limitOf(c)
	length := c.Request().Header.ContentLength()
	if length > limit {
		return refuseBody(c)
	}
	var body bytes.Buffer
	if length > 0 {
		body.Grow(length + bytes.MinRead)
	}
	switch n, err := body.ReadFrom(io.LimitReader(stream, int64(limit)+1)); {
	case isTimeout(err):
		c.Context().SetConnectionClose()
		return fiber.ErrRequestTimeout
	case err != nil || length >= 0 && n != int64(length):
		c.Context().SetConnectionClose()
		return fiber.ErrBadRequest
	case n > int64(limit):
		return refuseBody(c)
	}
	c.Request().SetBodyRaw(body.Bytes())
	return c.Next()
}

// limitOf is how large a body may be that is read whole: documents come in forms, everything else is text or a list.
func (s *Server) limitOf(c *fiber.Ctx) int {
	if strings.HasPrefix(c.Get(fiber.HeaderContentType), fiber.MIMEMultipartForm) {
		return s.app.Config().BodyLimit
	}
	return s.textLimit
}

func isTimeout(err error) bool {
	timeout, ok := errors.AsType[net.Error](err)
	return ok && timeout.Timeout() || errors.Is(err, os.ErrDeadlineExceeded)
}

// refuseBody says that a body is too large; what of it still comes is not taken for the next request.
func refuseBody(c *fiber.Ctx) error {
	c.Context().SetConnectionClose()
	return fiber.ErrRequestEntityTooLarge
}

// isStream tells whether a request is for an operation that reads its body by itself.
func (s *Server) isStream(c *fiber.Ctx) bool {
	for _, route := range s.streams {
		if c.Method() == route.method && fiber.RoutePatternMatch(c.Path(), route.pattern, fiber.Config{CaseSensitive: true}) {
			return true
		}
	}
	return false
}

// streamRoute is an operation that reads its body by itself.
type streamRoute struct{ method, pattern string }

// takesStream tells whether an operation reads its body by itself: it takes nothing but bytes.
func takesStream(op *huma.Operation) bool {
	return op.RequestBody != nil && len(op.RequestBody.Content) == 1 && op.RequestBody.Content[fiber.MIMEOctetStream] != nil
}

// findStreams finds all such operations.
func findStreams(api *huma.OpenAPI) []streamRoute {
	var found []streamRoute
	for path, item := range api.Paths {
		for _, op := range []*huma.Operation{item.Put, item.Post, item.Patch} {
			if op != nil && takesStream(op) {
				pattern := strings.NewReplacer("{", ":", "}", "").Replace(apiPrefix + path)
				found = append(found, streamRoute{op.Method, pattern})
			}
		}
	}
	return found
}

type arrivingKey struct{}

// pass leaves a body to its operation. Whatever it leaves of it ends the connection.
func (s *Server) pass(c *fiber.Ctx, stream io.Reader) error {
	a := &arriving{stream: stream, conn: c.Context().Conn(), left: c.Request().Header.ContentLength()}
	if a.left < 0 {
		c.Context().SetConnectionClose()
		return errLength
	}
	// The time that a whole request has is over too soon for a file; from now on every part of it has its own.
	_ = a.conn.SetReadDeadline(time.Time{})
	a.silence = time.AfterFunc(streamPause, func() { _ = a.conn.Close() })
	c.SetUserContext(context.WithValue(c.UserContext(), arrivingKey{}, a))
	err := c.Next()
	a.silence.Stop()
	if a.left > 0 {
		c.Context().SetConnectionClose()
		linger(a.conn)
	}
	return err
}

// arriving is a body that an operation reads as it comes.
type arriving struct {
	stream io.Reader
	conn   net.Conn
	// left is what has not been read, in bytes.
	left    int
	silence *time.Timer
}

// Read implements io.Reader. A body that ends too early is io.ErrUnexpectedEOF.
func (a *arriving) Read(b []byte) (int, error) {
	if a.left == 0 {
		return 0, io.EOF
	}
	n, err := a.stream.Read(b)
	a.left -= n
	a.silence.Reset(streamPause)
	if a.left > 0 && errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	return n, err
}

// bodied gives an operation its body: humafiber would look for a stream where the body was read already.
type bodied struct {
	request
	body io.Reader
}

// request has a name that hides no method.
type request = huma.Context

// Unwrap implements what humafiber.Unwrap asks for.
func (b bodied) Unwrap() huma.Context { return b.request }

// BodyReader implements huma.Context.
func (b bodied) BodyReader() io.Reader { return b.body }

// SetReadDeadline implements huma.Context: there is nothing more to wait for, and a stream has its own time.
func (b bodied) SetReadDeadline(time.Time) error { return nil }

// giveBody lets operations read the body that was received, or the stream that they asked for.
func (s *Server) giveBody(ctx huma.Context, next func(huma.Context)) {
	if a, ok := ctx.Context().Value(arrivingKey{}).(*arriving); ok {
		next(bodied{ctx, a})
		return
	}
	next(bodied{ctx, bytes.NewReader(humafiber.Unwrap(ctx).Request().Body())})
}

// hasBody tells whether something is in the body.
func hasBody(c *fiber.Ctx) bool {
	if a, ok := c.UserContext().Value(arrivingKey{}).(*arriving); ok {
		return a.left > 0
	}
	return len(c.Request().Body()) > 0
}

// mediaAllowed tells whether a body may be of this kind.
func mediaAllowed(c *fiber.Ctx, media string) bool {
	if c.UserContext().Value(arrivingKey{}) != nil {
		// not one of the three that a form of another site can send
		return media == fiber.MIMEOctetStream
	}
	return media == fiber.MIMEApplicationJSON || strings.HasPrefix(media, "multipart/")
}

// timeFor is how long the work for a request may take.
func timeFor(c *fiber.Ctx) time.Duration {
	if c.UserContext().Value(arrivingKey{}) != nil {
		return streamTimeout
	}
	return requestTimeout
}

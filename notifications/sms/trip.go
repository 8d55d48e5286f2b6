package sms

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

// trip carries one call's requests to the configured address, and remembers what twilio-go does not tell.
type trip struct {
	ctx   context.Context //nolint:containedctx // one trip is one call
	base  *url.URL
	next  http.RoundTripper
	now   func() time.Time
	limit int64 // how much of an answer is read, in bytes

	wrote      atomic.Bool // some of the request may have reached the server
	status     int
	retryAfter time.Duration
}

// maxAnswer and maxList bound what is read of an answer about one message, or about a thousand.
const maxAnswer, maxList = 64 << 10, 4 << 20

func (s *Sender) trip(ctx context.Context, limit int64) *trip {
	return &trip{ctx: ctx, base: s.base, next: s.transport, now: s.config.Now, limit: limit}
}

var errTooLong = errors.New("the answer is too long")

// RoundTrip implements http.RoundTripper.
func (t *trip) RoundTrip(r *http.Request) (*http.Response, error) {
	ctx := httptrace.WithClientTrace(t.ctx, &httptrace.ClientTrace{
		WroteHeaders: func() { t.wrote.Store(true) },
	})
	r = r.Clone(ctx)
	r.URL.Scheme, r.URL.Host = t.base.Scheme, t.base.Host
	r.URL.Path = strings.TrimSuffix(t.base.Path, "/") + r.URL.Path
	r.Host = t.base.Host
	answer, err := t.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	t.status = answer.StatusCode
	t.retryAfter = retryAfter(answer.Header.Get("Retry-After"), t.now())
	// Read it here, so that a body that breaks off is this trip's error, and so that an error page
	// that is no JSON does not hide the status.
	body, err := io.ReadAll(io.LimitReader(answer.Body, t.limit+1))
	if closing := answer.Body.Close(); err == nil {
		err = closing
	}
	if int64(len(body)) > t.limit {
		body, err = body[:t.limit], errTooLong
	}
	if err != nil && t.status < http.StatusBadRequest {
		return nil, fmt.Errorf("read answer: %w", err)
	}
	answer.Body = io.NopCloser(bytes.NewReader(body))
	return answer, nil
}

// longestWait bounds what is believed of a Retry-After header.
const longestWait = time.Hour

// retryAfter reads the header in its two forms, seconds and a date (RFC 9110, 10.2.3); 0 for anything else.
func retryAfter(header string, now time.Time) time.Duration {
	header = strings.TrimSpace(header)
	if seconds, err := strconv.ParseUint(header, 10, 31); err == nil {
		return min(time.Duration(seconds)*time.Second, longestWait)
	}
	if at, err := http.ParseTime(header); err == nil {
		return max(0, min(at.Sub(now), longestWait))
	}
	return 0
}

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
	"regexp"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	twilio "github.com/twilio/twilio-go/client"
	api "github.com/twilio/twilio-go/rest/api/v2010"

	"teleconsult/notifications"
)

// Config says how to reach Twilio.
type Config struct {
	AccountSID string
	AuthToken  string
	// From is an E.164 number, an alphanumeric sender, or the SID of a Messaging Service ("MG…").
	From string
	// BaseURL is Twilio's own when it is empty.
	BaseURL string
	// PublicURL is where Twilio reaches the server for status callbacks, without a slash at its end.
	PublicURL string
	// Now is the clock.
	Now func() time.Time
}

// HookPath is where status callbacks arrive, followed by the attempt's id.
const HookPath = "/hooks/twilio/"

const defaultBaseURL = "https://api.twilio.com"

// Validity periods that Twilio takes, in seconds.
const minValidity, maxValidity = 60, 36_000

var messagingService = regexp.MustCompile(`^MG[0-9a-fA-F]{32}$`)

// Sender sends through Twilio. It is safe for concurrent use.
type Sender struct {
	config    Config
	base      *url.URL
	transport http.RoundTripper
}

// New checks the configuration and makes a sender.
func New(c Config) (*Sender, error) {
	if c.BaseURL == "" {
		c.BaseURL = defaultBaseURL
	}
	base, err := url.Parse(c.BaseURL)
	if err != nil || base.Host == "" || base.Scheme != "https" && base.Scheme != "http" {
		return nil, errors.New("TWILIO_BASE_URL is not an http(s) address")
	}
	if c.AccountSID == "" || c.AuthToken == "" || c.From == "" {
		return nil, errors.New("TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN and TWILIO_FROM are needed together")
	}
	transport, ok := http.DefaultTransport.(*http.Transport)
	if !ok {
		return nil, errors.New("the default transport is not the standard library's")
	}
	own := transport.Clone()
	own.MaxIdleConnsPerHost = 16
	own.ResponseHeaderTimeout = 20 * time.Second
	return &Sender{config: c, base: base, transport: own}, nil
}

// Send hands one message to Twilio.
//
// Twilio has no idempotency key: when the request left and no answer came, the verdict is unknown and
// the status callback will tell. Only what surely was not taken is tried again.
func (s *Sender) Send(ctx context.Context, m notifications.Outgoing) notifications.Result {
	text := Transliterate(m.Text)
	size := Measure(text)
	p := &api.CreateMessageParams{}
	p.SetTo(m.To).SetBody(text).SetStatusCallback(s.config.PublicURL + HookPath + m.AttemptID)
	p.SetValidityPeriod(validity(m.ExpiresAt.Sub(s.config.Now())))
	if messagingService.MatchString(s.config.From) {
		p.SetMessagingServiceSid(s.config.From)
	} else {
		p.SetFrom(s.config.From)
	}
	trip := &trip{ctx: ctx, base: s.base, next: s.transport}
	answer, err := s.service(trip).CreateMessage(p)
	r := classify(trip, answer, err)
	r.Segments = size.Segments
	return r
}

// service is a twilio-go client bound to one round trip: its functions take no context.
func (s *Sender) service(t *trip) *api.ApiService {
	c := &twilio.Client{
		Credentials: twilio.NewCredentials(s.config.AccountSID, s.config.AuthToken),
		HTTPClient: &http.Client{
			Transport:     t,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}
	c.SetAccountSid(s.config.AccountSID)
	return api.NewApiService(twilio.NewRequestHandler(c))
}

func validity(left time.Duration) int {
	return max(minValidity, min(maxValidity, int(left/time.Second)))
}

// trip sends one request to the configured address and remembers what twilio-go does not tell.
type trip struct {
	ctx  context.Context //nolint:containedctx // one trip is one call
	base *url.URL
	next http.RoundTripper

	wrote      atomic.Bool // some of the request may have reached the server
	status     int
	retryAfter time.Duration
}

// maxAnswer bounds how much of an answer is read, in bytes.
const maxAnswer = 64 << 10

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
	t.retryAfter = retryAfter(answer.Header.Get("Retry-After"))
	// Read it here, so that a body that breaks off is this trip's error, and so that an error page
	// that is no JSON does not hide the status.
	body, err := io.ReadAll(io.LimitReader(answer.Body, maxAnswer))
	if closing := answer.Body.Close(); err == nil {
		err = closing
	}
	if err != nil && t.status < http.StatusBadRequest {
		return nil, fmt.Errorf("read answer: %w", err)
	}
	answer.Body = io.NopCloser(bytes.NewReader(body))
	return answer, nil
}

// retryAfter reads the header in its form of seconds; Twilio does not send dates.
func retryAfter(header string) time.Duration {
	seconds, err := strconv.Atoi(strings.TrimSpace(header))
	if err != nil || seconds < 0 {
		return 0
	}
	return min(time.Duration(seconds)*time.Second, time.Hour)
}

// Codes of Twilio's error dictionary that decide more than their HTTP status does.
const (
	codeOptOut     = 21610 // the recipient answered STOP
	codeTooMany    = 20429
	codeQueueFull  = 21611 // this sender's queue at Twilio is full
	codeAuth       = 20003 // our credentials are wrong: a person mends that, and the message is still good
	codeSuspended  = 20005
	codeNoBalance  = 30002
	codeForbidden  = 20008
	codeBadSender  = 21606 // our own sender is not usable
	codeNoSender   = 21603
	codeBadAddress = 21609 // our callback address is not valid
)

// ours are mistakes on our side: a person mends them, and the message is still good.
var ours = map[int]bool{
	codeAuth: true, codeSuspended: true, codeNoBalance: true, codeForbidden: true,
	codeBadSender: true, codeNoSender: true, codeBadAddress: true, codeQueueFull: true, codeTooMany: true,
}

func classify(t *trip, answer *api.ApiV2010Message, err error) notifications.Result {
	if err == nil {
		return accepted(answer)
	}
	var refused *twilio.TwilioRestError
	r := notifications.Result{RetryAfter: t.retryAfter}
	if errors.As(err, &refused) && refused.Code != 0 {
		r.Code, r.Detail = strconv.Itoa(refused.Code), refused.Message
	} else if t.status != 0 {
		r.Code = strconv.Itoa(t.status)
	}
	switch {
	case t.status == 0 && !t.wrote.Load():
		r.Verdict, r.Code = notifications.VerdictRetry, notifications.CodeConnection
	case t.status == 0, t.status < http.StatusBadRequest: // the answer broke off or made no sense: it may have been taken
		r.Verdict, r.Code = notifications.VerdictUnknown, notifications.CodeNoAnswer
	case t.status == http.StatusBadGateway, t.status == http.StatusGatewayTimeout:
		// said by something between us and Twilio's own servers, which may have gone on
		r.Verdict = notifications.VerdictUnknown
	case t.status == http.StatusTooManyRequests, t.status >= http.StatusInternalServerError,
		t.status == http.StatusUnauthorized, refused != nil && ours[refused.Code]:
		r.Verdict = notifications.VerdictRetry
	default:
		r.Verdict = notifications.VerdictUndelivered
		r.Suppress = refused != nil && refused.Code == codeOptOut
	}
	return r
}

func accepted(answer *api.ApiV2010Message) notifications.Result {
	r := notifications.Result{Verdict: notifications.VerdictAccepted}
	if answer == nil || answer.Sid == nil || *answer.Sid == "" {
		// 2xx without a message in it: not Twilio's word
		return notifications.Result{Verdict: notifications.VerdictUnknown, Code: notifications.CodeNoAnswer}
	}
	r.ProviderID = *answer.Sid
	if answer.ErrorCode != nil && *answer.ErrorCode != 0 {
		r.Verdict, r.Code = notifications.VerdictUndelivered, strconv.Itoa(*answer.ErrorCode)
		r.Suppress = *answer.ErrorCode == codeOptOut
	}
	return r
}

// ValidateSignature checks that a status callback to fullURL with these form parameters comes from
// Twilio: signature is the header X-Twilio-Signature.
func ValidateSignature(authToken, fullURL string, params map[string]string, signature string) bool {
	v := twilio.NewRequestValidator(authToken)
	return v.Validate(fullURL, params, signature)
}

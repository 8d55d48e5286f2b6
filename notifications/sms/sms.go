package sms

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"regexp"
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

// Validity periods in seconds. Twilio takes 1 to 36,000 (error 90007); below a minute a short queue at Twilio
// would already drop the message.
const minValidity, maxValidity = 60, 36_000

var messagingService = regexp.MustCompile(`^MG[0-9a-fA-F]{32}$`)

// Sender sends through Twilio, and asks it what it has. It is safe for concurrent use.
type Sender struct {
	config    Config
	base      *url.URL
	transport http.RoundTripper
	// masked says that this account's list does not show recipients' numbers.
	masked atomic.Bool
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
// Twilio has no idempotency key: when the request left and no answer came, the verdict is unknown; the
// status callback will tell, or List. Only what surely was not taken is tried again.
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
	trip := s.trip(ctx, maxAnswer)
	answer, err := s.service(trip).CreateMessage(p)
	r := classify(trip, answer, err)
	if r.Segments == 0 {
		r.Segments = size.Segments
	}
	return r
}

// service is a twilio-go client bound to one call: its functions take no context.
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

// ValidateSignature checks that a status callback to fullURL with these form parameters comes from
// Twilio: signature is the header X-Twilio-Signature. Twilio signs the address with or without its port,
// so both count; the query is part of it.
func ValidateSignature(authToken, fullURL string, params map[string]string, signature string) bool {
	if authToken == "" || strings.TrimSpace(signature) == "" {
		return false
	}
	v := twilio.NewRequestValidator(authToken)
	return v.Validate(fullURL, params, signature)
}

package sms_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base64"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"teleconsult/notifications"
	"teleconsult/notifications/cause"
	"teleconsult/notifications/sms"
	"teleconsult/server/devbox"
)

var now = time.Date(2026, 5, 11, 9, 0, 0, 0, time.UTC)

func clock() time.Time { return now }

func box(t *testing.T) *devbox.Box {
	t.Helper()
	b, err := devbox.Start(t.Context(), devbox.Config{Now: clock})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	})
	return b
}

func config(b *devbox.Box) sms.Config {
	sid, token := b.Account()
	return sms.Config{
		AccountSID: sid, AuthToken: token, From: devbox.From, BaseURL: b.TwilioURL(),
		PublicURL: "http://127.0.0.1:1", Now: clock,
	}
}

func sender(t *testing.T, c sms.Config) *sms.Sender {
	t.Helper()
	s, err := sms.New(c)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func outgoing() notifications.Outgoing {
	return notifications.Outgoing{
		MessageID: "m", AttemptID: "0197aaaa-0000-7000-8000-000000000002", To: "+33612345678",
		Text: "AP-HP: à demain, l’accès ouvre à 14h25…", ExpiresAt: now.Add(time.Hour),
	}
}

func TestTextArrivesTransliterated(t *testing.T) {
	b := box(t)
	r := sender(t, config(b)).Send(t.Context(), outgoing())
	if r.Verdict != notifications.VerdictAccepted || !strings.HasPrefix(r.ProviderID, "SM") || r.Segments != 1 {
		t.Fatalf("%+v", r)
	}
	if got := b.Messages()[0]; got.To != "+33612345678" || got.Text != "AP-HP: à demain, l'accès ouvre à 14h25..." || got.Channel != "sms" {
		t.Errorf("%+v", got)
	}
}

func TestEveryWayToFail(t *testing.T) {
	for _, c := range []struct {
		fault notifications.Result
		kind  devbox.Fault
	}{
		{notifications.Result{Verdict: notifications.VerdictRetry, Code: "20429", RetryAfter: time.Second}, devbox.TwilioTooMany},
		{notifications.Result{Verdict: notifications.VerdictUnknown, Code: "20500"}, devbox.TwilioError},
		{notifications.Result{Verdict: notifications.VerdictUnknown, Code: "502"}, devbox.TwilioGateway},
		{notifications.Result{Verdict: notifications.VerdictUndelivered, Code: "21211"}, devbox.TwilioInvalid},
		{notifications.Result{Verdict: notifications.VerdictUndelivered, Code: "21610", Suppress: true}, devbox.TwilioOptOut},
		{notifications.Result{Verdict: notifications.VerdictUndelivered, Code: "21614"}, devbox.TwilioNotMobile},
		{notifications.Result{Verdict: notifications.VerdictRetry, Code: "21606"}, devbox.TwilioSender}, // ours to mend
		{notifications.Result{Verdict: notifications.VerdictAccepted}, devbox.TwilioSlow},
	} {
		t.Run(string(c.kind), func(t *testing.T) {
			b := box(t)
			if err := b.Fail(1, c.kind); err != nil {
				t.Fatal(err)
			}
			s := sender(t, config(b))
			r := s.Send(t.Context(), outgoing())
			if r.Verdict != c.fault.Verdict || r.Code != c.fault.Code || r.RetryAfter != c.fault.RetryAfter || r.Suppress != c.fault.Suppress {
				t.Errorf("%+v", r)
			}
			if r = s.Send(t.Context(), outgoing()); r.Verdict != notifications.VerdictAccepted {
				t.Errorf("afterwards %+v", r)
			}
		})
	}
}

func TestNoAnswerIsUnknown(t *testing.T) {
	b := box(t)
	if err := b.Fail(1, devbox.TwilioLost); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	r := sender(t, config(b)).Send(ctx, outgoing())
	if r.Verdict != notifications.VerdictUnknown || r.Code != cause.NoAnswer || len(b.Messages()) != 1 {
		t.Errorf("%+v", r)
	}
}

func TestNobodyListensIsRetry(t *testing.T) {
	b := box(t)
	c := config(b)
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = l.Close()
	c.BaseURL = "http://" + l.Addr().String()
	if r := sender(t, c).Send(t.Context(), outgoing()); r.Verdict != notifications.VerdictRetry || r.Code != cause.Connection {
		t.Errorf("%+v", r)
	}
}

func TestWrongTokenIsOurAffair(t *testing.T) {
	c := config(box(t))
	c.AuthToken = "wrong"
	if r := sender(t, c).Send(t.Context(), outgoing()); r.Verdict != notifications.VerdictRetry || r.Code != "20003" {
		t.Errorf("the message is good, our password is not: %+v", r)
	}
}

// twilio answers every request with one body, and keeps the last form.
func twilio(t *testing.T, status int, body string) (sms.Config, func(name string) string) {
	t.Helper()
	last := url.Values{}
	var mu sync.Mutex
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		clear(last)
		if r.ParseForm() == nil {
			maps.Copy(last, r.PostForm)
		}
		last.Set("path", r.URL.Path)
		for name := range r.URL.Query() {
			last.Set("query:"+name, r.URL.Query().Get(name))
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}))
	t.Cleanup(s.Close)
	cfg := sms.Config{
		AccountSID: "AC1", AuthToken: "token", From: "APHP", BaseURL: s.URL + "/proxy/",
		PublicURL: "https://teleconsult.test", Now: clock,
	}
	return cfg, func(name string) string {
		mu.Lock()
		defer mu.Unlock()
		return last.Get(name)
	}
}

func TestParameters(t *testing.T) {
	c, sent := twilio(t, http.StatusCreated, `{"sid":"SM1","status":"queued"}`)
	if r := sender(t, c).Send(t.Context(), outgoing()); r.ProviderID != "SM1" {
		t.Fatalf("%+v", r)
	}
	for name, want := range map[string]string{
		"From": "APHP", "MessagingServiceSid": "", "To": "+33612345678", "ValidityPeriod": "3600",
		"StatusCallback": "https://teleconsult.test/hooks/twilio/0197aaaa-0000-7000-8000-000000000002",
		"path":           "/proxy/2010-04-01/Accounts/AC1/Messages.json",
	} {
		if got := sent(name); got != want {
			t.Errorf("%s = %q, want %q", name, got, want)
		}
	}
	c.From = "MG0123456789abcdef0123456789abcdef"
	m := outgoing()
	for expires, want := range map[time.Duration]string{48 * time.Hour: "36000", -time.Hour: "60"} {
		m.ExpiresAt = now.Add(expires)
		sender(t, c).Send(t.Context(), m)
		if sent("MessagingServiceSid") != c.From || sent("From") != "" || sent("ValidityPeriod") != want {
			t.Errorf("%q %q %q", sent("MessagingServiceSid"), sent("From"), sent("ValidityPeriod"))
		}
	}
}

func TestStrangeAnswers(t *testing.T) {
	for name, c := range map[string]struct {
		status  int
		body    string
		verdict notifications.Verdict
		code    string
	}{
		"created, but no JSON":  {201, "<html>", notifications.VerdictUnknown, cause.NoAnswer},
		"created, but no sid":   {201, "{}", notifications.VerdictUnknown, cause.NoAnswer},
		"redirect":              {302, "", notifications.VerdictUnknown, cause.NoAnswer},
		"failed at once":        {201, `{"sid":"SM1","status":"failed","error_code":30006}`, notifications.VerdictUndelivered, "30006"},
		"not a mobile":          {400, `{"code":21614,"message":"not a mobile","status":400}`, notifications.VerdictUndelivered, "21614"},
		"bad request, no JSON":  {400, "no", notifications.VerdictUndelivered, "400"},
		"service is away":       {503, "no", notifications.VerdictRetry, "503"},
		"too many, no JSON":     {429, "", notifications.VerdictRetry, "429"},
		"gateway timeout":       {504, "", notifications.VerdictUnknown, "504"},
		"our sender is refused": {400, `{"code":21606,"message":"From","status":400}`, notifications.VerdictRetry, "21606"},
	} {
		t.Run(name, func(t *testing.T) {
			cfg, _ := twilio(t, c.status, c.body)
			if r := sender(t, cfg).Send(t.Context(), outgoing()); r.Verdict != c.verdict || r.Code != c.code {
				t.Errorf("%+v", r)
			}
		})
	}
}

func TestBadConfiguration(t *testing.T) {
	good := sms.Config{AccountSID: "AC1", AuthToken: "t", From: "APHP"}
	if _, err := sms.New(good); err != nil {
		t.Fatal(err)
	}
	for name, spoil := range map[string]func(*sms.Config){
		"base":  func(c *sms.Config) { c.BaseURL = "ftp://x" },
		"empty": func(c *sms.Config) { c.BaseURL = "http://" },
		"sid":   func(c *sms.Config) { c.AccountSID = "" },
		"token": func(c *sms.Config) { c.AuthToken = "" },
		"from":  func(c *sms.Config) { c.From = "" },
	} {
		c := good
		spoil(&c)
		if _, err := sms.New(c); err == nil {
			t.Errorf("%s must be refused", name)
		}
	}
}

// sign is Twilio's signature, written once more.
func sign(token, address string, params map[string]string) string {
	h := hmac.New(sha1.New, []byte(token))
	_, _ = io.WriteString(h, address)
	for _, name := range slices.Sorted(maps.Keys(params)) {
		_, _ = io.WriteString(h, name+params[name])
	}
	return base64.StdEncoding.EncodeToString(h.Sum(nil))
}

// The example of Twilio's documentation of request signatures.
func TestSignature(t *testing.T) {
	params := map[string]string{
		"CallSid": "CA1234567890ABCDE", "Caller": "+14158675310", "Digits": "1234", "From": "+14158675310", "To": "+18005551212",
	}
	const address, good = "https://example.com/myapp.php?foo=1&bar=2", "L/OH5YylLD5NRKLltdqwSvS0BnU="
	if !sms.ValidateSignature("12345", address, params, good) {
		t.Error("Twilio's own example is refused")
	}
	if sms.ValidateSignature("12346", address, params, good) || sms.ValidateSignature("12345", address+"x", params, good) ||
		sms.ValidateSignature("12345", address, params, "") {
		t.Error("a forged callback is taken")
	}
}

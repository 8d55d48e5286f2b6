package sms_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"teleconsult/notifications"
	"teleconsult/notifications/cause"
	"teleconsult/notifications/sms"
)

func serve(t *testing.T, answer http.HandlerFunc) sms.Config {
	t.Helper()
	s := httptest.NewServer(answer)
	t.Cleanup(s.Close)
	return sms.Config{AccountSID: "AC1", AuthToken: "token", From: "APHP", BaseURL: s.URL, PublicURL: "https://teleconsult.test", Now: clock}
}

func TestRetryAfterInBothForms(t *testing.T) {
	for header, want := range map[string]time.Duration{
		"":                               0,
		"7":                              7 * time.Second,
		" 7 ":                            7 * time.Second,
		"-7":                             0,
		"7.5":                            0,
		"99999":                          time.Hour,
		"99999999999999999999":           0,
		"soon":                           0,
		"Mon, 11 May 2026 09:02:00 GMT":  2 * time.Minute,
		"Monday, 11-May-26 09:02:00 GMT": 2 * time.Minute,
		"Mon May 11 09:02:00 2026":       2 * time.Minute,
		"Mon, 11 May 2026 08:00:00 GMT":  0,
		"Tue, 12 May 2026 09:00:00 GMT":  time.Hour,
	} {
		for _, status := range []int{http.StatusTooManyRequests, http.StatusServiceUnavailable} {
			c := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Retry-After", header)
				w.WriteHeader(status)
			})
			if r := sender(t, c).Send(t.Context(), outgoing()); r.Verdict != notifications.VerdictRetry || r.RetryAfter != want {
				t.Errorf("%q with %d: %+v", header, status, r)
			}
		}
	}
}

func TestTheContextEndsTheTrip(t *testing.T) {
	gone := make(chan struct{})
	c := serve(t, func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // else the server does not notice that the client leaves
		<-r.Context().Done()
		close(gone)
	})
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(50*time.Millisecond, cancel)
	if r := sender(t, c).Send(ctx, outgoing()); r.Verdict != notifications.VerdictUnknown {
		t.Errorf("%+v", r)
	}
	<-gone
	ended, stop := context.WithCancel(t.Context())
	stop()
	if r := sender(t, c).Send(ended, outgoing()); r.Verdict != notifications.VerdictRetry || r.Code != cause.Connection {
		t.Errorf("nothing left: %+v", r)
	}
}

// An answer that breaks off hides nothing: an error stays that error, a success becomes unknown.
func TestAnswersThatBreakOff(t *testing.T) {
	for status, want := range map[int]notifications.Result{
		http.StatusCreated:             {Verdict: notifications.VerdictUnknown, Code: cause.NoAnswer},
		http.StatusBadRequest:          {Verdict: notifications.VerdictUndelivered, Code: "400"},
		http.StatusTooManyRequests:     {Verdict: notifications.VerdictRetry, Code: "429"},
		http.StatusInternalServerError: {Verdict: notifications.VerdictUnknown, Code: "500"},
	} {
		c := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "1000")
			w.WriteHeader(status)
			_, _ = io.WriteString(w, `{"sid":"SM1","code":`)
		})
		if r := sender(t, c).Send(t.Context(), outgoing()); r.Verdict != want.Verdict || r.Code != want.Code {
			t.Errorf("%d: %+v", status, r)
		}
	}
	long := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusCreated)
		_, _ = io.WriteString(w, `{"sid":"SM1","body":"`+strings.Repeat("x", 1<<20)+`"}`)
	})
	if r := sender(t, long).Send(t.Context(), outgoing()); r.Verdict != notifications.VerdictUnknown {
		t.Errorf("a megabyte: %+v", r)
	}
}

func TestErrorClasses(t *testing.T) {
	for verdict, codes := range map[notifications.Verdict][]int{
		notifications.VerdictRetry: {
			20003, 20005, 20404, 20429, 21212, 21603, 21606, 21609, 21611, 21659, 21660, 21661, 21703, 21704, 30001, 30002, 63038, 90007, 90010,
		},
		notifications.VerdictUndelivered: {21211, 21214, 21217, 21408, 21610, 21612, 21614, 21617, 21635, 30450},
	} {
		for _, code := range codes {
			cfg, _ := twilio(t, http.StatusBadRequest, fmt.Sprintf(`{"code":%d,"message":"m","status":400}`, code))
			r := sender(t, cfg).Send(t.Context(), outgoing())
			if r.Verdict != verdict || r.Code != fmt.Sprint(code) || r.Detail != "m" || r.Suppress != (code == 21610) {
				t.Errorf("%d: %+v", code, r)
			}
		}
	}
	for status, verdict := range map[int]notifications.Verdict{
		400: notifications.VerdictUndelivered, 413: notifications.VerdictUndelivered,
		401: notifications.VerdictRetry, 403: notifications.VerdictRetry, 404: notifications.VerdictRetry,
		407: notifications.VerdictRetry, 408: notifications.VerdictRetry, 429: notifications.VerdictRetry, 503: notifications.VerdictRetry,
		500: notifications.VerdictUnknown, 502: notifications.VerdictUnknown, 504: notifications.VerdictUnknown, 520: notifications.VerdictUnknown,
	} {
		cfg, _ := twilio(t, status, "no JSON")
		if r := sender(t, cfg).Send(t.Context(), outgoing()); r.Verdict != verdict || r.Code != fmt.Sprint(status) {
			t.Errorf("%d: %+v", status, r)
		}
	}
}

func TestPriceAndSegmentsOfTheAnswer(t *testing.T) {
	for body, want := range map[string]notifications.Result{
		`{"sid":"SM1","num_segments":"2","price":"-0.0760","price_unit":"eur"}`: {Segments: 2, PriceMicros: 76_000, PriceCurrency: "EUR"},
		`{"sid":"SM1","num_segments":"0","price":null,"price_unit":"USD"}`:      {Segments: 1},
		`{"sid":"SM1","num_segments":"-4","price":"0.1","price_unit":""}`:       {Segments: 1},
		`{"sid":"SM1","price":"NaN","price_unit":"USD"}`:                        {Segments: 1},
		`{"sid":"SM1","price":"-1e300","price_unit":"USD"}`:                     {Segments: 1},
		`{"sid":"SM1","num_segments":"many"}`:                                   {Segments: 1},
	} {
		cfg, _ := twilio(t, http.StatusCreated, body)
		r := sender(t, cfg).Send(t.Context(), outgoing())
		if r.Verdict != notifications.VerdictAccepted || r.Segments != want.Segments || r.PriceMicros != want.PriceMicros || r.PriceCurrency != want.PriceCurrency {
			t.Errorf("%s: %+v", body, r)
		}
	}
}

// The address that is signed has its query; with or without the port of its scheme, it is the same address.
func TestSignatureKnowsThePortVariants(t *testing.T) {
	params := map[string]string{"MessageSid": "SM1", "MessageStatus": "delivered", "To": "+33612345678"}
	const path = "/hooks/twilio/0197aaaa-0000-7000-8000-000000000002?bodySHA256=x&a=1"
	for _, c := range []struct {
		signed, called string
		want           bool
	}{
		{"https://teleconsult.test" + path, "https://teleconsult.test" + path, true},
		{"https://teleconsult.test:443" + path, "https://teleconsult.test" + path, true},
		{"http://teleconsult.test:80" + path, "http://teleconsult.test" + path, true},
		{"https://teleconsult.test" + path, "https://teleconsult.test:8443" + path, true}, // Twilio leaves ports out at times
		{"https://teleconsult.test:8443" + path, "https://teleconsult.test:8443" + path, true},
		{"https://teleconsult.test:8443" + path, "https://teleconsult.test:8444" + path, false},
		{"https://teleconsult.test" + path, "https://teleconsult.test" + path + "&b=1", false},
		{"https://teleconsult.test" + path, "http://teleconsult.test" + path, false},
		{"https://other.test" + path, "https://teleconsult.test" + path, false},
	} {
		signature := sign("token", c.signed, params)
		if got := sms.ValidateSignature("token", c.called, params, signature); got != c.want {
			t.Errorf("signed %s, called %s: %v", c.signed, c.called, got)
		}
		if sms.ValidateSignature("", c.called, params, sign("", c.signed, params)) {
			t.Error("without a token, everybody signs")
		}
	}
}

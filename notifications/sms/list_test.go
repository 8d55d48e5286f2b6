package sms_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"teleconsult/notifications"
	"teleconsult/server/devbox"
)

// entry is one message of a list as Twilio writes it.
func entry(sid, to, body, created string) map[string]any {
	return map[string]any{
		"sid": sid, "to": to, "body": body, "status": "delivered", "direction": "outbound-api", "num_segments": "1",
		"date_created": created, "price": "-0.07600", "price_unit": "USD", "error_code": nil,
	}
}

func listing(entries ...map[string]any) string {
	text, err := json.Marshal(map[string]any{"messages": append([]map[string]any{}, entries...), "next_page_uri": nil})
	if err != nil {
		panic(err)
	}
	return string(text)
}

const (
	early  = "Mon, 11 May 2026 08:59:30 +0000"
	later  = "Mon, 11 May 2026 08:59:50 +0000"
	before = "Mon, 11 May 2026 08:00:00 +0000"
	sentAs = "AP-HP: à demain, l'accès ouvre à 14h25..."
)

func TestListTellsWhatWasTaken(t *testing.T) {
	inbound := entry("SM5", "+33612345678", "STOP", later)
	inbound["direction"] = "inbound"
	c, asked := twilio(t, http.StatusOK, listing(
		entry("SM4", "+33612345678", "", later), inbound, entry("SM3", "+33612345678", "another", later),
		entry("SM2", "+33612345678", sentAs, early), entry("SM1", "+33612345678", sentAs, before),
	))
	all, err := sender(t, c).List(t.Context(), outgoing(), now.Add(-time.Minute))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, one := range all {
		got = append(got, fmt.Sprint(one.ProviderID, " ", one.Same, " ", one.Hidden))
	}
	if want := []string{"SM2 true false", "SM4 false true", "SM3 false false"}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	if one := all[0]; one.Status != "delivered" || one.PriceMicros != 76_000 || one.PriceCurrency != "USD" || one.Segments != 1 ||
		!one.At.Equal(now.Add(-30*time.Second)) {
		t.Errorf("%+v", one)
	}
	if asked("path") != "/proxy/2010-04-01/Accounts/AC1/Messages.json" || asked("query:To") != "+33612345678" {
		t.Errorf("%q %q", asked("path"), asked("query:To"))
	}
}

// A list that is not surely complete is an error: nothing may be concluded from what is not in it.
func TestListsThatProveNothing(t *testing.T) {
	var many []map[string]any
	for i := range 1000 {
		many = append(many, entry(fmt.Sprint("SM", i), "+33612345678", "x", later))
	}
	next := `{"messages":[],"next_page_uri":"/2010-04-01/Accounts/AC1/Messages.json?Page=1"}`
	for name, c := range map[string]struct {
		status int
		body   string
	}{
		"refused":       {401, `{"code":20003,"message":"Authenticate","status":401}`},
		"error":         {500, "no"},
		"redirect":      {302, "no"},
		"no JSON":       {200, "<html>"},
		"half":          {200, listing(entry("SM1", "+33612345678", "x", later))[:80]},
		"no date":       {200, listing(entry("SM1", "+33612345678", "x", ""))},
		"too many":      {200, listing(many...)},
		"too long":      {200, `{"messages":[],"uri":"` + strings.Repeat("x", 5<<20) + `"}`},
		"endless pages": {200, next},
	} {
		t.Run(name, func(t *testing.T) {
			cfg, _ := twilio(t, c.status, c.body)
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			all, err := sender(t, cfg).List(ctx, outgoing(), now.Add(-time.Minute))
			if err == nil {
				t.Fatalf("%d listed, no error", len(all))
			}
			if strings.Contains(err.Error(), "336") {
				t.Errorf("the error tells the number: %v", err)
			}
		})
	}
	many[999]["date_created"] = before
	cfg, _ := twilio(t, 200, listing(many...))
	if all, err := sender(t, cfg).List(t.Context(), outgoing(), now.Add(-time.Minute)); err != nil || len(all) != 999 {
		t.Errorf("it goes back far enough: %d, %v", len(all), err)
	}
}

// An account that masks numbers cannot be asked by number: its empty list proves nothing.
func TestMaskedNumbersAreNoticed(t *testing.T) {
	body := entry("SM1", "+3361234XXXX", "", early)
	text, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	one, _ := twilio(t, 200, string(text))
	s := sender(t, one)
	if _, err := s.Fetch(t.Context(), "SM1"); err != nil {
		t.Fatal(err)
	}
	if all, err := s.List(t.Context(), outgoing(), now.Add(-time.Minute)); err == nil {
		t.Errorf("%v", all)
	}
	empty, _ := twilio(t, 200, listing())
	if all, err := sender(t, empty).List(t.Context(), outgoing(), now.Add(-time.Minute)); err != nil || len(all) != 0 {
		t.Errorf("%v %v", all, err)
	}
}

func TestFetch(t *testing.T) {
	failed := entry("SM1", "+33612345678", "x", early)
	failed["status"], failed["error_code"], failed["price"], failed["num_segments"] = "undelivered", 30003, nil, "0"
	text, err := json.Marshal(failed)
	if err != nil {
		t.Fatal(err)
	}
	c, asked := twilio(t, 200, string(text))
	one, err := sender(t, c).Fetch(t.Context(), "SM1")
	if err != nil || one.Status != "undelivered" || one.Code != "30003" || one.PriceCurrency != "" || one.Segments != 0 {
		t.Errorf("%+v %v", one, err)
	}
	if asked("path") != "/proxy/2010-04-01/Accounts/AC1/Messages/SM1.json" {
		t.Error(asked("path"))
	}
	if _, err = sender(t, c).Fetch(t.Context(), "SM2"); err == nil {
		t.Error("another message is taken for it")
	}
	gone, _ := twilio(t, 404, `{"code":20404,"message":"not found","status":404}`)
	if _, err = sender(t, gone).Fetch(t.Context(), "SM1"); err == nil || !strings.Contains(err.Error(), "20404") {
		t.Errorf("%v", err)
	}
}

func TestListOverTheRealClient(t *testing.T) {
	b := box(t)
	s := sender(t, config(b))
	for range 3 {
		if r := s.Send(t.Context(), outgoing()); r.Verdict != notifications.VerdictAccepted {
			t.Fatalf("%+v", r)
		}
	}
	other := outgoing()
	other.To = "+33698765432"
	r := s.Send(t.Context(), other)
	all, err := s.List(t.Context(), outgoing(), now.Add(-time.Minute))
	if err != nil || len(all) != 3 || !all[0].Same {
		t.Fatalf("%+v %v", all, err)
	}
	if one, err := s.Fetch(t.Context(), r.ProviderID); err != nil || one.ProviderID != r.ProviderID {
		t.Errorf("%+v %v", one, err)
	}
	if err = b.Fail(1, devbox.TwilioTimeout); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	if r = s.Send(ctx, outgoing()); r.Verdict != notifications.VerdictUnknown {
		t.Fatalf("%+v", r)
	}
	if all, err = s.List(t.Context(), outgoing(), now.Add(-time.Minute)); err != nil || len(all) != 4 {
		t.Errorf("only the list knows: %d, %v", len(all), err)
	}
}

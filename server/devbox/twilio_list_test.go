package devbox_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"teleconsult/server/devbox"
)

// read asks the simulator for something; path begins after the host.
func read(t *testing.T, b *devbox.Box, token, path string) (int, map[string]any) {
	t.Helper()
	sid, _ := b.Account()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, b.TwilioURL()+path, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	r.SetBasicAuth(sid, token)
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	var body map[string]any
	if err = json.NewDecoder(answer.Body).Decode(&body); err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, body
}

func messages(body map[string]any) (all []map[string]any) {
	for _, one := range body["messages"].([]any) {
		all = append(all, one.(map[string]any))
	}
	return all
}

func until(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for range 1000 {
		if ok() {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatal(what)
}

func quick(t *testing.T) (b *devbox.Box, token, list string) {
	t.Helper()
	b, err := devbox.Start(t.Context(), devbox.Config{Now: func() time.Time { return now }, PriceAfter: 10 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = b.Close() })
	sid, token := b.Account()
	return b, token, "/2010-04-01/Accounts/" + sid + "/Messages.json"
}

func TestListIsPagedNewestFirst(t *testing.T) {
	b, token, list := quick(t)
	sid, _ := b.Account()
	for i := range 7 {
		form := good()
		form.Set("Body", fmt.Sprint("n", i))
		if status, body := call(t, b, sid, token, form); status != http.StatusCreated {
			t.Fatalf("%d %v", status, body)
		}
	}
	other := good()
	other.Set("To", "+33698765432")
	call(t, b, sid, token, other)
	var bodies []string
	pages := 0
	for next := list + "?PageSize=3&To=" + url.QueryEscape("+33612345678"); next != ""; pages++ {
		status, body := read(t, b, token, next)
		if status != http.StatusOK {
			t.Fatalf("%d %v", status, body)
		}
		for _, m := range messages(body) {
			bodies = append(bodies, m["body"].(string))
		}
		// what comes meanwhile moves nothing
		call(t, b, sid, token, good())
		next, _ = body["next_page_uri"].(string)
	}
	if want := []string{"n6", "n5", "n4", "n3", "n2", "n1", "n0"}; !slices.Equal(bodies, want) || pages != 3 {
		t.Errorf("%v in %d pages", bodies, pages)
	}
}

func TestListFiltersByDateSent(t *testing.T) {
	b, token, list := quick(t)
	sid, _ := b.Account()
	call(t, b, sid, token, good())
	until(t, "never delivered", func() bool {
		_, body := read(t, b, token, list)
		return messages(body)[0]["status"] == "delivered"
	})
	for query, want := range map[string]int{
		"DateSent%3E=2026-05-11T08%3A00%3A00Z": 1, "DateSent%3E=2026-05-12": 0, "DateSent=2026-05-11": 1,
		"DateSent%3C=2026-05-10": 0, "DateSent%3C=2026-05-12": 1, "DateSent=nonsense": 0, "From=%2B33700000000": 1, "From=APHP": 0,
	} {
		if _, body := read(t, b, token, list+"?"+query); len(messages(body)) != want {
			t.Errorf("%s: %d messages", query, len(messages(body)))
		}
	}
}

func TestOneMessageHasItsPriceLater(t *testing.T) {
	b, token, list := quick(t)
	sid, _ := b.Account()
	_, created := call(t, b, sid, token, good())
	if created["price"] != nil {
		t.Errorf("a price at once: %v", created["price"])
	}
	path := strings.TrimSuffix(list, ".json") + "/" + created["sid"].(string) + ".json"
	until(t, "no price", func() bool {
		_, one := read(t, b, token, path)
		return one["status"] == "delivered" && one["price"] == "-0.07600" && one["price_unit"] == "USD" && one["date_sent"] != nil
	})
	if status, body := read(t, b, token, strings.TrimSuffix(list, ".json")+"/SM0.json"); status != http.StatusNotFound || body["code"] != float64(20404) {
		t.Errorf("%d %v", status, body)
	}
	for _, p := range []string{list, path} {
		if status, body := read(t, b, "wrong", p); status != http.StatusUnauthorized {
			t.Errorf("%d %v", status, body)
		}
	}
	if status, _ := read(t, b, token, list+"?PageSize=0"); status != http.StatusBadRequest {
		t.Errorf("%d", status)
	}
}

func TestUndeliveredIsListedWithItsCode(t *testing.T) {
	b, token, list := quick(t)
	sid, _ := b.Account()
	form := good()
	form.Set("To", "+33639980003")
	call(t, b, sid, token, form)
	until(t, "no code", func() bool {
		_, body := read(t, b, token, list)
		return messages(body)[0]["status"] == "undelivered" && messages(body)[0]["error_code"] == float64(30003)
	})
}

func TestCallbacksThatMisbehave(t *testing.T) {
	b := start(t, "")
	sid, token := b.Account()
	b.Delay(700 * time.Millisecond)
	for name, c := range map[string]struct {
		fault devbox.Fault
		want  []string // in any order when sorted is set
		any   bool
	}{
		"duplicate": {devbox.TwilioDuplicate, []string{"sent", "sent", "delivered", "delivered"}, false},
		"reorder":   {devbox.TwilioReorder, []string{"delivered", "queued", "sent"}, true},
		"delay":     {devbox.TwilioDelay, []string{"sent", "delivered"}, false},
		"lie":       {devbox.TwilioLie, []string{"sent", "delivered"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			l := listen(t, token)
			before := len(b.Messages())
			if err := b.Fail(1, c.fault); err != nil {
				t.Fatal(err)
			}
			form := good()
			form.Set("StatusCallback", l.URL+"/hooks/twilio/a")
			asked := time.Now()
			if status, body := call(t, b, sid, token, form); status != http.StatusCreated {
				t.Fatalf("%d %v", status, body)
			}
			got := func() []string {
				all := strings.Split(l.statuses(), ", ")
				if c.any {
					slices.Sort(all)
				}
				return all
			}
			until(t, "the callbacks do not come", func() bool { return slices.Equal(got(), c.want) })
			if c.fault == devbox.TwilioDelay && time.Since(asked) < 700*time.Millisecond {
				t.Error("not late")
			}
			arrived := len(b.Messages()) - before
			if want := map[bool]int{true: 0, false: 1}[c.fault == devbox.TwilioLie]; arrived != want {
				t.Errorf("%d arrived", arrived)
			}
		})
	}
}

// No answer comes; only the list tells whether the message was taken.
func TestOnlyTheListKnows(t *testing.T) {
	for fault, want := range map[devbox.Fault]int{devbox.TwilioTimeout: 1, devbox.TwilioRefusedTimeout: 0} {
		t.Run(string(fault), func(t *testing.T) {
			b, token, list := quick(t)
			sid, _ := b.Account()
			l := listen(t, token)
			if err := b.Fail(1, fault); err != nil {
				t.Fatal(err)
			}
			form := good()
			form.Set("StatusCallback", l.URL+"/hooks/twilio/a")
			ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
			defer cancel()
			r, err := http.NewRequestWithContext(ctx, http.MethodPost, b.TwilioURL()+list, strings.NewReader(form.Encode()))
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			r.SetBasicAuth(sid, token)
			if answer, err := http.DefaultClient.Do(r); err == nil {
				_ = answer.Body.Close()
				t.Fatal("it answered")
			}
			if _, body := read(t, b, token, list); len(messages(body)) != want || len(b.Messages()) != want {
				t.Errorf("%v", body)
			}
			if want == 1 {
				until(t, "never delivered", func() bool {
					_, body := read(t, b, token, list)
					return messages(body)[0]["status"] == "delivered"
				})
			}
			if l.statuses() != "" {
				t.Error("it was heard of again")
			}
		})
	}
}

func TestPageOffersTheFaults(t *testing.T) {
	b := start(t, "")
	a := app(b)
	form := func(body string, header ...string) *http.Response {
		header = append(header, "Content-Type", "application/x-www-form-urlencoded")
		answer, _ := fetch(t, a, http.MethodPost, "/dev/mailbox/faults", body, header...)
		return answer
	}
	if answer := form("kind=twilio-timeout&count=2&seconds=5"); answer.StatusCode != http.StatusForbidden {
		t.Errorf("another site's form: %d", answer.StatusCode)
	}
	if answer := form("kind=twilio-timeout&count=2&seconds=", "Sec-Fetch-Site", "same-origin"); answer.StatusCode != http.StatusSeeOther {
		t.Errorf("the page's own form: %d", answer.StatusCode)
	}
	if got := b.Planned(); len(got) != 2 || got[0] != devbox.TwilioTimeout {
		t.Errorf("%v", got)
	}
	_, page := fetch(t, a, http.MethodGet, "/dev/mailbox", "")
	for _, fault := range devbox.Faults() {
		if !strings.Contains(page, `value="`+string(fault)+`"`) {
			t.Errorf("%s is not offered", fault)
		}
		if fault.Label() == string(fault) {
			t.Errorf("%s has no French name", fault)
		}
	}
	if !strings.Contains(page, "2 prévues") {
		t.Error("the page does not say what is planned")
	}
	form("kind=none", "Sec-Fetch-Site", "same-origin")
	if got := b.Planned(); len(got) != 0 {
		t.Errorf("%v", got)
	}
}

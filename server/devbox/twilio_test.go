package devbox_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"teleconsult/notifications/sms"
	"teleconsult/server/devbox"
)

// call sends a form to the simulator.
func call(t *testing.T, b *devbox.Box, user, password string, form url.Values) (int, map[string]any) {
	t.Helper()
	sid, _ := b.Account()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost,
		b.TwilioURL()+"/2010-04-01/Accounts/"+sid+"/Messages.json", strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.SetBasicAuth(user, password)
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

func good() url.Values {
	return url.Values{"To": {"+33612345678"}, "From": {devbox.From}, "Body": {"AP-HP: à demain"}}
}

func TestSimulatorAnswersLikeTwilio(t *testing.T) {
	b := start(t, "")
	sid, token := b.Account()
	status, body := call(t, b, sid, token, good())
	if status != http.StatusCreated {
		t.Fatalf("%d %v", status, body)
	}
	for name, want := range map[string]any{
		"status": "queued", "to": "+33612345678", "from": devbox.From, "num_segments": "1", "error_code": nil,
		"account_sid": sid, "direction": "outbound-api", "date_created": "Mon, 11 May 2026 09:00:00 +0000", "date_sent": nil,
	} {
		if body[name] != want {
			t.Errorf("%s = %v, want %v", name, body[name], want)
		}
	}
	form := good()
	form.Del("From")
	form.Set("MessagingServiceSid", "MG1")
	if _, body = call(t, b, sid, token, form); body["status"] != "accepted" || body["messaging_service_sid"] != "MG1" {
		t.Errorf("%v", body)
	}
	if n := len(b.Messages()); n != 2 {
		t.Errorf("%d messages", n)
	}
}

func TestSimulatorRefusesLikeTwilio(t *testing.T) {
	b := start(t, "")
	sid, token := b.Account()
	for name, c := range map[string]struct {
		set          [2]string
		status, code int
	}{
		"no to":            {[2]string{"To", ""}, 400, 21604},
		"bad to":           {[2]string{"To", "0612345678"}, 400, 21211},
		"no from":          {[2]string{"From", ""}, 400, 21603},
		"bad from":         {[2]string{"From", "AP-HP!"}, 400, 21212},
		"no body":          {[2]string{"Body", ""}, 400, 21602},
		"long body":        {[2]string{"Body", strings.Repeat("a", 1601)}, 400, 21617},
		"bad validity":     {[2]string{"ValidityPeriod", "0"}, 400, 21624},
		"bad callback":     {[2]string{"StatusCallback", "localhost"}, 400, 21609},
		"invalid number":   {[2]string{"To", "+15005550001"}, 400, 21211},
		"said stop":        {[2]string{"To", "+15005550004"}, 400, 21610},
		"sender with name": {[2]string{"From", "APHP"}, 201, 0},
	} {
		t.Run(name, func(t *testing.T) {
			form := good()
			form.Set(c.set[0], c.set[1])
			status, body := call(t, b, sid, token, form)
			if status != c.status {
				t.Fatalf("%d %v", status, body)
			}
			if c.code != 0 && (body["code"] != float64(c.code) || body["status"] != float64(c.status) || body["more_info"] == "") {
				t.Errorf("%v", body)
			}
		})
	}
	for _, pair := range [][2]string{{sid, "wrong"}, {"AC0", token}, {"", ""}} {
		if status, body := call(t, b, pair[0], pair[1], good()); status != 401 || body["code"] != float64(20003) {
			t.Errorf("%d %v", status, body)
		}
	}
}

// listener collects callbacks after checking their signature.
type listener struct {
	*httptest.Server
	mu    sync.Mutex
	forms []url.Values
}

func listen(t *testing.T, token string) *listener {
	t.Helper()
	l := &listener{}
	l.Server = httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if err := r.ParseForm(); err != nil {
			t.Error(err)
		}
		params := map[string]string{}
		for k := range r.PostForm {
			params[k] = r.PostForm.Get(k)
		}
		if !sms.ValidateSignature(token, l.URL+r.URL.RequestURI(), params, r.Header.Get("X-Twilio-Signature")) {
			t.Error("the signature is not valid")
		}
		l.mu.Lock()
		defer l.mu.Unlock()
		l.forms = append(l.forms, r.PostForm)
	}))
	t.Cleanup(l.Close)
	return l
}

func (l *listener) statuses() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	var all []string
	for _, f := range l.forms {
		all = append(all, strings.TrimSpace(f.Get("MessageStatus")+" "+f.Get("ErrorCode")))
	}
	return strings.Join(all, ", ")
}

func TestCallbacks(t *testing.T) {
	b := start(t, "")
	sid, token := b.Account()
	for name, c := range map[string]struct {
		fault devbox.Fault
		to    string
		want  string
	}{
		"good":         {"", "+33612345678", "sent, delivered"},
		"undelivered":  {devbox.TwilioUndelivered, "+33612345678", "sent, undelivered 30003"},
		"magic number": {"", "+33639980003", "sent, undelivered 30003"},
		"backwards":    {devbox.TwilioBackwards, "+33612345678", "delivered, sent"},
		"never a word": {devbox.TwilioNoCallback, "+33612345678", ""},
	} {
		t.Run(name, func(t *testing.T) {
			l := listen(t, token)
			if c.fault != "" {
				if err := b.Fail(1, c.fault); err != nil {
					t.Fatal(err)
				}
			}
			form := good()
			form.Set("To", c.to)
			form.Set("StatusCallback", l.URL+"/hooks/twilio/a?x=1")
			if status, body := call(t, b, sid, token, form); status != http.StatusCreated {
				t.Fatalf("%d %v", status, body)
			}
			deadline := time.Now().Add(5 * time.Second)
			for l.statuses() != c.want && time.Now().Before(deadline) {
				time.Sleep(10 * time.Millisecond)
			}
			if c.want == "" {
				time.Sleep(500 * time.Millisecond) // nothing may come: longer than both pauses
			}
			if got := l.statuses(); got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}

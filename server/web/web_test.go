package web

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"

	"teleconsult/server/problem"
)

// isProblem fails the test unless the answer is a problem with this status and code.
func isProblem(t *testing.T, response *http.Response, body string, status int, code string) {
	t.Helper()
	var p problem.Problem
	if err := json.Unmarshal([]byte(body), &p); err != nil || response.StatusCode != status || p.Code != code || p.Status != status ||
		p.Detail == "" || response.Header.Get("Content-Type") != problem.ContentType {
		t.Errorf("want %d %s, got %d %s %s", status, code, response.StatusCode, response.Header.Get("Content-Type"), body)
	}
}

func TestSessionOverHTTP(t *testing.T) {
	t.Parallel()
	h := newHouse(t, func(o *Options) { o.Config.PublicURL = "http://localhost:8080" })
	response, body := h.browser().get("/api/v1/session")
	isProblem(t, response, body, 401, "unauthenticated")
	response, body = h.browser().post("/api/v1/session", `{"email":"claire@demo.test","password":"wrong"}`)
	isProblem(t, response, body, 401, "wrong_credentials")
	b := h.browser()
	response, body = b.post("/api/v1/session", `{"email":"claire@demo.test","password":"teleconsult-demo","sharedDevice":true}`)
	cookie := response.Header.Get("Set-Cookie")
	if response.StatusCode != 200 || !strings.HasPrefix(cookie, "session=") || !strings.HasSuffix(cookie, "; Path=/; HttpOnly; SameSite=Lax") {
		t.Errorf("%d %q", response.StatusCode, cookie)
	}
	if response.Header.Get("Cache-Control") != "no-store" {
		t.Error("an answer of the API may be kept by a cache")
	}
	var me struct {
		Departments []struct {
			ID    string   `json:"id"`
			Roles []string `json:"roles"`
		} `json:"departments"`
		Permissions []string `json:"permissions"`
	}
	if err := json.Unmarshal([]byte(body), &me); err != nil || len(me.Departments) != 1 || me.Departments[0].ID != cardio || len(me.Permissions) < 10 {
		t.Errorf("me: %s", body)
	}
	b.cookie, _, _ = strings.Cut(cookie, ";")
	if response, body = b.get("/api/v1/session"); response.StatusCode != 200 || !strings.Contains(body, "claire@demo.test") {
		t.Errorf("%d %s", response.StatusCode, body)
	}
	if response, body = b.do("DELETE", "/api/v1/session", ""); response.StatusCode != 204 || !strings.Contains(response.Header.Get("Set-Cookie"), "Max-Age=0") {
		t.Errorf("%d %s", response.StatusCode, body)
	}
	response, body = b.get("/api/v1/session")
	isProblem(t, response, body, 401, "unauthenticated")
	if response, _ = b.do("DELETE", "/api/v1/session", ""); response.StatusCode != 204 {
		t.Errorf("signing out twice: %d", response.StatusCode)
	}
}

func TestSecureCookieAndHSTSOverTLS(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	response, _ := h.browser().post("/api/v1/session", `{"email":"claire@demo.test","password":"teleconsult-demo"}`)
	cookie := response.Header.Get("Set-Cookie")
	for _, want := range []string{"__Host-session=", "; Secure", "; HttpOnly", "; SameSite=Lax", "; Path=/", "; Max-Age=43200"} {
		if !strings.Contains(cookie, want) {
			t.Errorf("%q lacks %q", cookie, want)
		}
	}
	if !strings.HasPrefix(response.Header.Get("Strict-Transport-Security"), "max-age=") {
		t.Error("no HSTS")
	}
	plain := newHouse(t, func(o *Options) { o.Config.PublicURL = "http://localhost:8080" })
	if response, _ = plain.browser().get("/healthz"); response.Header.Get("Strict-Transport-Security") != "" {
		t.Error("HSTS without TLS")
	}
}

func TestRateLimitOverHTTP(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	var response *http.Response
	var body string
	for range 6 {
		response, body = h.browser().with("X-Forwarded-For", "203.0.113.9").post("/api/v1/session", `{"email":"claire@demo.test","password":"wrong"}`)
	}
	isProblem(t, response, body, 429, "too_many_attempts")
	if response.Header.Get("Retry-After") == "" || !strings.Contains(body, `"retryAfter":`) {
		t.Errorf("no Retry-After: %v", response.Header)
	}
}

func TestCSRF(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	b := h.signedIn("claire@demo.test")
	const thing = `{"text":"a"}`
	for name, test := range map[string]struct {
		b      *browser
		status int
		code   string
	}{
		"without the header":  {b.with("X-Requested-With", ""), 403, "csrf_header_missing"},
		"another header":      {b.with("X-Requested-With", "XMLHttpRequest"), 403, "csrf_header_missing"},
		"a foreign origin":    {b.with("Origin", "https://evil.example"), 403, "cross_site_request"},
		"no origin":           {b.with("Origin", "null"), 403, "cross_site_request"},
		"cross site":          {b.with("Sec-Fetch-Site", "cross-site"), 403, "cross_site_request"},
		"a form":              {b.with("Content-Type", "application/x-www-form-urlencoded"), 415, "unsupported_media_type"},
		"without a type":      {b.with("Content-Type", ""), 415, "unsupported_media_type"},
		"a disguised type":    {b.with("Content-Type", "text/plain; a=application/json"), 415, "unsupported_media_type"},
		"own origin":          {b.with("Origin", publicly), 201, ""},
		"own origin, said so": {b.with("Origin", publicly).with("Sec-Fetch-Site", "same-origin"), 201, ""},
		"JSON with a charset": {b.with("Content-Type", "application/json; charset=utf-8"), 201, ""},
	} {
		response, body := test.b.post("/api/v1/things", thing)
		if test.status == 201 {
			if response.StatusCode != 201 {
				t.Errorf("%s: %d %s", name, response.StatusCode, body)
			}
			continue
		}
		t.Run(name, func(t *testing.T) { isProblem(t, response, body, test.status, test.code) })
	}
	if got := h.done.Load(); got != 3 {
		t.Errorf("done %d times, want 3", got)
	}
	if response, _ := h.browser().with("Sec-Fetch-Site", "cross-site").post("/p/x/join", "a=b"); response.StatusCode != 403 {
		t.Errorf("a page's form from another site: %d", response.StatusCode)
	}
	if response, _ := h.browser().with("Origin", "null").with("Sec-Fetch-Site", "same-origin").post("/p/x/join", "a=b"); response.StatusCode != 303 {
		t.Errorf("a page's own form: %d", response.StatusCode)
	}
	if response, _ := h.browser().with("Origin", "null").post("/p/x/join", "a=b"); response.StatusCode != 303 {
		t.Errorf("a page's own form in an old browser: %d", response.StatusCode)
	}
	if response, _ := h.browser().with("X-Requested-With", "").post("/hooks/x", "a=b"); response.StatusCode != 200 {
		t.Errorf("a hook: %d", response.StatusCode)
	}
}

// TestAnotherNameForThisMachineIsRefused: a foreign page whose name was pointed here has that name as its origin.
func TestAnotherNameForThisMachineIsRefused(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for host, want := range map[string]int{"evil.example": http.StatusMisdirectedRequest, "tele.example": http.StatusOK} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, h.url+"/healthz", http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		request.Host = host
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close()
		if response.StatusCode != want {
			t.Errorf("%s: %d, want %d", host, response.StatusCode, want)
		}
	}
}

func TestDefaultDeny(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	b := h.signedIn("claire@demo.test")
	response, body := b.get("/api/v1/hidden")
	isProblem(t, response, body, 403, "forbidden")
	response, body = b.get("/api/v1/manage")
	isProblem(t, response, body, 403, "forbidden")
	response, body = h.browser().get("/api/v1/manage")
	isProblem(t, response, body, 401, "unauthenticated")
	response, body = h.browser().with("Cookie", "__Host-session=forged").get("/api/v1/manage")
	isProblem(t, response, body, 401, "unauthenticated")
}

func TestAnOperationWithoutPermissionKeepsTheServerFromStarting(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	o := h.o
	o.Collectors = nil
	o.API = []func(huma.API){func(api huma.API) {
		huma.Get(api, "/forgotten", func(_ context.Context, _ *struct{}) (*struct{}, error) { return nil, nil }) //nolint:nilnil // never called
	}}
	if _, err := New(o); err == nil || !strings.Contains(err.Error(), "GET /forgotten") {
		t.Errorf("got %v", err)
	}
}

func TestEveryFailureIsAProblem(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	b := h.signedIn("claire@demo.test")
	for name, test := range map[string]struct {
		method, path, body string
		status             int
		code               string
	}{
		"an unknown operation":       {"GET", "/api/v1/nothing", "", 404, "not_found"},
		"an unknown operation, POST": {"POST", "/api/v1/nothing", "{}", 404, "not_found"},
		"another method":             {"PUT", "/api/v1/things", "{}", 405, "method_not_allowed"},
		"no JSON":                    {"POST", "/api/v1/things", "{", 422, "invalid_input"},
		"broken rules":               {"POST", "/api/v1/things", `{"text":1}`, 422, "invalid_input"},
		"over the operation's limit": {"POST", "/api/v1/things", `{"text":"` + strings.Repeat("a", 3<<20) + `"}`, 413, "too_large"},
		"over the limit of sign-in":  {"POST", "/api/v1/session", `{"email":"` + strings.Repeat("a", 1<<20) + `"}`, 413, "too_large"},
		"a refusal":                  {"POST", "/api/v1/things", `{"text":"refuse"}`, 409, "no"},
		"a panic":                    {"POST", "/api/v1/things", `{"text":"panic"}`, 500, "internal"},
		"an unknown file":            {"GET", "/assets/none.js", "", 404, "not_found"},
		"a post to the application":  {"POST", "/agenda", "{}", 404, "not_found"},
	} {
		t.Run(name, func(t *testing.T) {
			response, body := b.do(test.method, test.path, test.body)
			isProblem(t, response, body, test.status, test.code)
			if strings.Contains(body, "secret") || strings.Contains(body, "aaaa") {
				t.Errorf("shows the inside or an echo: %.200s", body)
			}
			if response.Header.Get("X-Content-Type-Options") != "nosniff" || response.Header.Get("X-Request-Id") == "" {
				t.Errorf("headers are missing: %v", response.Header)
			}
		})
	}
	if !strings.Contains(h.log.String(), "with a secret inside") {
		t.Error("the log does not know the panic")
	}
}

func TestAnOversizedBodyStillHearsWhy(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	b := h.signedIn("claire@demo.test")
	for range 5 {
		response, body := b.post("/api/v1/things", `{"text":"`+strings.Repeat("a", 12<<20)+`"}`)
		isProblem(t, response, body, 413, "too_large")
	}
}

func TestLongHeaders(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	if response, _ := h.browser().with("Cookie", "a="+strings.Repeat("a", 12<<10)).get("/healthz"); response.StatusCode != 200 {
		t.Errorf("12 KiB of headers: %d", response.StatusCode)
	}
	response, body := h.browser().with("Cookie", "a="+strings.Repeat("a", 20<<10)).get("/healthz")
	isProblem(t, response, body, 431, "headers_too_large")
}

func TestPages(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	response, body := h.browser().get("/p/abc")
	if response.StatusCode != 200 || body != "<h1>page</h1>" {
		t.Errorf("%d %s", response.StatusCode, body)
	}
	policy := response.Header.Get("Content-Security-Policy")
	for _, want := range []string{"default-src 'none'", "frame-ancestors 'none'", "form-action 'self' https:"} {
		if !strings.Contains(policy, want) {
			t.Errorf("%q lacks %q", policy, want)
		}
	}
	if strings.Contains(policy, "script-src") || strings.Contains(policy, "unsafe") {
		t.Errorf("scripts are possible: %q", policy)
	}
	if response.Header.Get("Referrer-Policy") != "no-referrer" || response.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("headers %v", response.Header)
	}
	html := h.browser().with("Accept", "text/html,application/xhtml+xml")
	for path, want := range map[string]struct {
		status int
		text   string
	}{
		"/p/fault": {410, "n&#39;est plus valable"}, "/p/panic": {500, "erreur inattendue"}, "/p/a/b/c": {404, "existe pas"},
	} {
		response, body = html.get(path)
		if response.StatusCode != want.status || !strings.Contains(body, want.text) || !strings.HasPrefix(response.Header.Get("Content-Type"), "text/html") ||
			strings.Contains(body, "secret") {
			t.Errorf("%s: %d %s", path, response.StatusCode, body)
		}
	}
	own := newHouse(t, func(o *Options) {
		o.ErrorPage = func(c *fiber.Ctx, p problem.Problem) error { return c.SendString("page " + p.Code) }
	})
	if response, body = own.browser().with("Accept", "text/html").get("/p/fault"); response.StatusCode != 410 || body != "page link_expired" {
		t.Errorf("%d %s", response.StatusCode, body)
	}
}

func TestLogsHoldNoTokenAndNoQuery(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.browser().get("/p/SecretToken12345")
	h.browser().get("/api/v1/session?q=Dupont")
	h.browser().with("Accept", "text/html").get("/p/SecretToken12345/unknown")
	log := h.log.String()
	if strings.Contains(log, "SecretToken") || strings.Contains(log, "Dupont") || strings.Contains(log, "127.0.0.1") {
		t.Error(log)
	}
	if !strings.Contains(log, `"route":"/p/:token"`) || !strings.Contains(log, `"request_id"`) {
		t.Error(log)
	}
	_, metrics := h.browser().get("/metrics")
	if strings.Contains(metrics, "SecretToken") || !strings.Contains(metrics, `route="/p/:token"`) {
		t.Error("the metrics name a path or no route")
	}
}

func TestClientAddressCannotBeMadeUp(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		trusted int
		header  string
		want    string
	}{
		{0, "203.0.113.9", "127.0.0.1"},
		{1, "203.0.113.9", "203.0.113.9"},
		{1, "198.51.100.1, 203.0.113.9", "203.0.113.9"},
		{2, "198.51.100.1, 203.0.113.9, 192.0.2.1", "203.0.113.9"},
		{2, "203.0.113.9", "127.0.0.1"},
		{1, "rubbish", "127.0.0.1"},
		{1, "", "127.0.0.1"},
	} {
		t.Run(fmt.Sprintf("%d behind %q", test.trusted, test.header), func(t *testing.T) {
			t.Parallel()
			h := newHouse(t, func(o *Options) { o.Config.TrustedProxies = test.trusted })
			if _, got := h.browser().with("X-Forwarded-For", test.header).get("/p/address"); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestRequestIDs(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	if response, _ := h.browser().with("X-Request-Id", "chosen-by-client").get("/healthz"); response.Header.Get("X-Request-Id") == "chosen-by-client" {
		t.Error("a stranger numbers the requests")
	}
	behind := newHouse(t, func(o *Options) { o.Config.TrustedProxies = 1 })
	for given, taken := range map[string]bool{"proxy-number-1": true, "a b\"c-injected": false, "short": false} {
		response, _ := behind.browser().with("X-Request-Id", given).get("/healthz")
		if got := response.Header.Get("X-Request-Id"); (got == given) != taken {
			t.Errorf("%q became %q", given, got)
		}
	}
}

// Fiber reuses its buffers: without Immutable, strings kept from one request are overwritten by the next.
func TestStringsOfARequestStayAsTheyWere(t *testing.T) {
	t.Parallel()
	kept := make(chan [3]string, 64)
	h := newHouse(t, func(o *Options) {
		o.Pages = append(o.Pages, func(r fiber.Router) {
			r.Get("/keep/:name", func(c *fiber.Ctx) error {
				kept <- [3]string{c.Params("name"), c.Query("q"), c.Get("X-Q")}
				return nil
			})
		})
	})
	for i := range 64 {
		n := fmt.Sprintf("%06d", i)
		h.browser().with("X-Q", n).get("/keep/" + n + "?q=" + n)
	}
	for i := range 64 {
		n := fmt.Sprintf("%06d", i)
		if got := <-kept; got != [3]string{n, n, n} {
			t.Fatalf("request %s became %v", n, got)
		}
	}
}

func TestHealthReadyMetrics(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for path, want := range map[string]string{"/healthz": "ok", "/readyz": "ready"} {
		if response, body := h.browser().get(path); response.StatusCode != 200 || body != want {
			t.Errorf("%s: %d %s", path, response.StatusCode, body)
		}
	}
	if response, body := h.browser().get("/metrics"); response.StatusCode != 200 || !strings.Contains(body, "teleconsult_http_request_seconds") {
		t.Errorf("metrics on the machine itself: %d", response.StatusCode)
	}
	if response, _ := h.browser().with("X-Forwarded-For", "203.0.113.9").get("/metrics"); response.StatusCode != 404 {
		t.Errorf("metrics through a proxy: %d", response.StatusCode)
	}
	token := newHouse(t, func(o *Options) { o.Config.MetricsToken, o.Config.TrustedProxies = "opens-metrics", 1 })
	for given, want := range map[string]int{"": 401, "Bearer wrong": 401, "opens-metrics": 401, "Bearer opens-metrics": 200} {
		if response, _ := token.browser().with("Authorization", given).get("/metrics"); response.StatusCode != want {
			t.Errorf("metrics with %q: %d", given, response.StatusCode)
		}
	}
	begin := time.Now()
	_ = h.db.Close()
	if response, _ := h.browser().get("/readyz"); response.StatusCode != 503 || time.Since(begin) > 3*time.Second {
		t.Errorf("ready without a database: %d after %v", response.StatusCode, time.Since(begin))
	}
	if response, _ := h.browser().get("/healthz"); response.StatusCode != 200 {
		t.Errorf("healthy without a database: %d", response.StatusCode)
	}
}

func TestOpenAPI(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	response, body := h.browser().get("/api/v1/openapi.json")
	if response.StatusCode != 200 || body != string(h.OpenAPI()) {
		t.Fatalf("%d", response.StatusCode)
	}
	var doc struct {
		OpenAPI string                     `json:"openapi"`
		Paths   map[string]json.RawMessage `json:"paths"`
	}
	if err := json.Unmarshal([]byte(body), &doc); err != nil || !strings.HasPrefix(doc.OpenAPI, "3.1") || doc.Paths["/session"] == nil {
		t.Errorf("%v %s", err, doc.OpenAPI)
	}
	for _, want := range []string{`"x-permission": "encounter.schedule"`, "Idempotency-Key", "application/problem+json", `"Problem"`} {
		if !strings.Contains(body, want) {
			t.Errorf("the description lacks %s", want)
		}
	}
	if strings.Contains(body, `"/hidden"`) {
		t.Error("a hidden operation is described")
	}
}

func TestShutdownLetsRunningRequestsEnd(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.gate = make(chan struct{})
	b := h.signedIn("claire@demo.test")
	status := make(chan int, 1)
	go func() {
		response, _ := b.post("/api/v1/things", `{"text":"a"}`)
		status <- response.StatusCode
	}()
	for h.done.Load() == 0 {
		time.Sleep(time.Millisecond)
	}
	stopped := make(chan error, 1)
	go func() { stopped <- h.Shutdown(10 * time.Second) }()
	for { // no new connection is taken while the old request runs
		response, err := bare.Do(h.browser().with("Connection", "close").request(http.MethodGet, "/healthz", ""))
		if err != nil {
			break
		}
		_ = response.Body.Close()
	}
	close(h.gate)
	if got := <-status; got != 201 {
		t.Errorf("the running request was answered with %d", got)
	}
	if err := <-stopped; err != nil {
		t.Error(err)
	}
}

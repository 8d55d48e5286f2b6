package problem

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humafiber"
	"github.com/gofiber/fiber/v2"

	"teleconsult/server/fault"
)

func TestEveryKindHasItsStatus(t *testing.T) {
	t.Parallel()
	for kind, want := range map[fault.Kind]int{
		fault.KindInvalid: 422, fault.KindUnprocessable: 422, fault.KindTooLarge: 413, fault.KindUnauthenticated: 401,
		fault.KindForbidden: 403, fault.KindNotFound: 404, fault.KindConflict: 409, fault.KindStale: 412,
		fault.KindPrecondition: 428, fault.KindRateLimited: 429, fault.KindGone: 410, fault.KindUnavailable: 503,
	} {
		status, p := From(fmt.Errorf("deeper: %w", fault.New(kind, "a_code", "Une phrase.")))
		if status != want || p.Status != want || p.Code != "a_code" || p.Detail != "Une phrase." || p.Type != "about:blank" || p.Title == "" {
			t.Errorf("kind %d: %d %+v", kind, status, p)
		}
	}
}

func TestAnUnknownErrorShowsNothing(t *testing.T) {
	t.Parallel()
	for _, err := range []error{errors.New("pq: secret table"), fault.New(fault.Kind(99), "x", "inner detail")} {
		status, p := From(err)
		body, _ := json.Marshal(p)
		if status != 500 || p.Code != "internal" || strings.Contains(string(body), "secret") || strings.Contains(string(body), "inner") {
			t.Errorf("%d %s", status, body)
		}
	}
}

func TestIfMatch(t *testing.T) {
	t.Parallel()
	if ETag(3) != `"v3"` {
		t.Errorf("tag %s", ETag(3))
	}
	for header, want := range map[string]int64{`"v3"`: 3, `W/"v12"`: 12, ` "v0" `: 0} {
		if got, err := IfMatch(header); err != nil || got != want {
			t.Errorf("%s: %d, %v", header, got, err)
		}
	}
	for header, want := range map[string]fault.Kind{
		"": fault.KindPrecondition, "*": fault.KindStale, `"abc"`: fault.KindStale, `"v-1"`: fault.KindStale, "v3": fault.KindStale, `"v3`: fault.KindStale,
	} {
		if _, err := IfMatch(header); fault.KindOf(err) != want {
			t.Errorf("%q: %v", header, err)
		}
	}
}

type visit struct {
	Email    string   `json:"email" format:"email"`
	Day      string   `json:"day" format:"date"`
	ID       string   `json:"id" format:"uuid"`
	Minutes  int      `json:"minutes" minimum:"5" maximum:"240"`
	Modality string   `json:"modality" enum:"video,telephone"`
	Patient  person   `json:"patient"`
	Tags     []string `json:"tags,omitempty" maxItems:"2"`
}

type person struct {
	Name string `json:"name" minLength:"2" maxLength:"5"`
}

// serve runs one operation that answers with err, or with nothing when it is nil.
func serve(t *testing.T, err error) func(body, contentType string) (*http.Response, string, *Cause) {
	t.Helper()
	Install()
	var cause *Cause
	app := fiber.New(fiber.Config{ErrorHandler: Send, BodyLimit: 4096})
	app.Use(func(c *fiber.Ctx) error {
		ctx, kept := WithCause(c.UserContext())
		cause = kept
		c.SetUserContext(ctx)
		return c.Next()
	})
	cfg := huma.DefaultConfig("test", "1")
	cfg.CreateHooks = nil
	api := humafiber.New(app, cfg)
	huma.Register(api, huma.Operation{OperationID: "visit", Method: http.MethodPost, Path: "/visits", MaxBodyBytes: 2048},
		func(context.Context, *struct {
			Page int `query:"page" minimum:"1"`
			Body visit
		},
		) (*struct{}, error) {
			return nil, err
		})
	return func(body, contentType string) (*http.Response, string, *Cause) {
		t.Helper()
		path := "/visits"
		if strings.HasPrefix(contentType, "?") {
			path, contentType = path+contentType, "application/json"
		}
		request := httptest.NewRequest(http.MethodPost, path, strings.NewReader(body))
		request.Header.Set("Content-Type", contentType)
		response, err := app.Test(request, -1)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = response.Body.Close() }()
		answer, err := io.ReadAll(response.Body)
		if err != nil {
			t.Fatal(err)
		}
		return response, string(answer), cause
	}
}

const goodVisit = `{"email":"a@b.fr","day":"2026-05-12","id":"0192d3a0-0000-7000-8000-000000000000","minutes":20,"modality":"video","patient":{"name":"Anne"}}`

func TestViolationsAreNamedAndEchoNothing(t *testing.T) {
	post := serve(t, nil)
	const secret = "Dupont-Ultra-Secret"
	for name, test := range map[string]struct {
		body string
		want []string // field:code
	}{
		"everything missing": {`{}`, []string{"email:required", "day:required", "id:required", "minutes:required", "modality:required", "patient:required"}},
		"wrong forms": {
			`{"email":"` + secret + `","day":"` + secret + `","id":"` + secret + `","minutes":20,"modality":"` + secret + `","patient":{"name":"` + secret + `"}}`,
			[]string{"email:invalid_email", "day:invalid_date", "id:invalid_id", "modality:not_allowed", "patient.name:too_long"},
		},
		"wrong types and sizes": {
			strings.NewReplacer(`:20,`, `:4,`, `"Anne"`, `"A"`, `"video"`, `7`).Replace(goodVisit),
			[]string{"minutes:too_small", "patient.name:too_short", "modality:invalid_type"},
		},
		"nested required":              {strings.Replace(goodVisit, `{"name":"Anne"}`, `{}`, 1), []string{"patient.name:required"}},
		"unknown field":                {strings.Replace(goodVisit, `{"email"`, `{"extra":"`+secret+`","email"`, 1), []string{"extra:unknown_field"}},
		"unknown field that is a text": {strings.Replace(goodVisit, `{"email"`, `{"<b>`+secret+`</b>":1,"email"`, 1), []string{":unknown_field"}},
		"no JSON":                      {`{"email": "` + secret, []string{":malformed_json"}},
		"binary":                       {"\x00\x01\xff" + secret, []string{":malformed_json"}},
		"too many":                     {strings.Replace(goodVisit, `{"email"`, `{"tags":["a","b","c"],"email"`, 1), []string{"tags:too_many"}},
		"no body":                      {``, []string{":required"}},
	} {
		t.Run(name, func(t *testing.T) {
			response, body, _ := post(test.body, "application/json")
			if response.StatusCode != 422 || response.Header.Get("Content-Type") != ContentType {
				t.Fatalf("%d %s %s", response.StatusCode, response.Header.Get("Content-Type"), body)
			}
			if strings.Contains(body, secret) {
				t.Errorf("echoed: %s", body)
			}
			var p Problem
			if err := json.Unmarshal([]byte(body), &p); err != nil {
				t.Fatal(err)
			}
			got := map[string]bool{}
			for _, v := range p.Violations {
				got[v.Field+":"+v.Code] = true
				if v.Message == "" || strings.Contains(v.Message, "%") || strings.Contains(v.Message, "expected") {
					t.Errorf("message %q", v.Message)
				}
			}
			for _, want := range test.want {
				if !got[want] {
					t.Errorf("%s is missing in %s", want, body)
				}
			}
		})
	}
}

func TestBoundsAreTold(t *testing.T) {
	_, body, _ := serve(t, nil)(strings.Replace(goodVisit, ":20,", ":300,", 1), "application/json")
	if !strings.Contains(body, "La plus grande valeur possible est 240.") {
		t.Error(body)
	}
	response, body, _ := serve(t, nil)(goodVisit, "?page=zero")
	if response.StatusCode != 422 || !strings.Contains(body, `"field":"page"`) || strings.Contains(body, "zero") {
		t.Errorf("%d %s", response.StatusCode, body)
	}
}

func TestHandlersJustReturnFaults(t *testing.T) {
	limited := fault.New(fault.KindRateLimited, "too_many_attempts", "Trop d'essais.")
	limited.RetryAfter = 42
	response, body, cause := serve(t, fmt.Errorf("use case: %w", limited))(goodVisit, "application/json")
	if response.StatusCode != 429 || response.Header.Get("Retry-After") != "42" || !strings.Contains(body, `"code":"too_many_attempts"`) {
		t.Errorf("%d %q %s", response.StatusCode, response.Header.Get("Retry-After"), body)
	}
	if !errors.Is(cause.Err, error(limited)) {
		t.Errorf("the log does not know the cause: %v", cause.Err)
	}
	response, body, cause = serve(t, errors.New("the inside"))(goodVisit, "application/json")
	if response.StatusCode != 500 || strings.Contains(body, "inside") || !strings.Contains(body, `"code":"internal"`) {
		t.Errorf("%d %s", response.StatusCode, body)
	}
	if cause.Err == nil || !strings.Contains(cause.Err.Error(), "the inside") {
		t.Errorf("the log does not know the cause: %v", cause.Err)
	}
}

func TestTransportErrorsAreProblemsToo(t *testing.T) {
	post := serve(t, nil)
	for name, test := range map[string]struct {
		body, contentType string
		status            int
		code              string
	}{
		"another media type":              {goodVisit, "text/plain", 415, "unsupported_media_type"},
		"over the limit of the operation": {`{"email":"` + strings.Repeat("a", 2100) + `"}`, "application/json", 413, "too_large"},
	} {
		response, body, _ := post(test.body, test.contentType)
		if response.StatusCode != test.status || !strings.Contains(body, `"code":"`+test.code+`"`) || response.Header.Get("Content-Type") != ContentType {
			t.Errorf("%s: %d %s", name, response.StatusCode, body)
		}
	}
	for _, status := range []int{400, 404, 405, 406, 408, 413, 415, 431, 418, 500, 502} {
		p := plain(status)
		if p.Status != status || p.Code == "" || p.Detail == "" || p.Title == "" {
			t.Errorf("%d: %+v", status, p)
		}
	}
}

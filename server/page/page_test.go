package page_test

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"

	"teleconsult/server/page"
	"teleconsult/server/problem"
	"teleconsult/templates/pages"
)

// answered is what a handler answers to a request.
func answered(t *testing.T, handler fiber.Handler, request *http.Request) (*http.Response, string) {
	t.Helper()
	app := fiber.New()
	app.All("/p/x", handler)
	response, err := app.Test(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	var body io.Reader = response.Body
	if response.Header.Get("Content-Encoding") == "gzip" {
		if body, err = gzip.NewReader(body); err != nil {
			t.Fatal(err)
		}
	}
	b, err := io.ReadAll(body)
	if err != nil {
		t.Fatal(err)
	}
	return response, string(b)
}

func TestAPageIsKeptByNobody(t *testing.T) {
	t.Parallel()
	show := func(c *fiber.Ctx) error {
		frame := pages.Frame{Language: page.SpokenLanguage(c), Hospital: "Hôpital"}
		return page.Send(c, http.StatusGone, page.Message(frame, problem.Problem{Status: http.StatusGone}))
	}
	for language, words := range map[string]string{"en-GB,fr": "This link is not valid", "fr": "n’est pas valable", "": "n’est pas valable"} {
		for _, encoding := range []string{"", "gzip, br"} {
			request := httptest.NewRequest(http.MethodGet, "/p/x", nil)
			request.Header.Set("Accept-Language", language)
			request.Header.Set("Accept-Encoding", encoding)
			response, body := answered(t, show, request)
			if response.StatusCode != http.StatusGone || !strings.Contains(body, words) || strings.Contains(body, "Hôpital") {
				t.Errorf("%q: %d %.300s", language, response.StatusCode, body)
			}
			policy := response.Header.Get("Content-Security-Policy")
			if response.Header.Get("Cache-Control") != "no-store" || response.Header.Get("X-Content-Type-Options") != "nosniff" ||
				!strings.Contains(policy, "default-src 'none'") || strings.Contains(policy, "script") {
				t.Errorf("%v", response.Header)
			}
		}
	}
}

func TestFormsAreReadAsTheyWereMeant(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{"7/3/1958": "1958-03-07", "07/03/1958": "1958-03-07", "31/2/1980": "", "7/3/58": "", "x/3/1958": "", "//": ""} {
		parts := strings.Split(typed, "/")
		form := url.Values{"day": {" " + parts[0]}, "month": {parts[1]}, "year": {parts[2]}, "note": {" a\x00b\u0007\nc\xff "}}
		request := httptest.NewRequest(http.MethodPost, "/p/x?lang=en", strings.NewReader(form.Encode()))
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		answered(t, func(c *fiber.Ctx) error {
			date, readable := page.Date(c)
			if readable != (want != "") || readable && date.Format("2006-01-02") != want {
				t.Errorf("%q is read as %v, %v", typed, date, readable)
			}
			if note := page.Field(c, "note"); note != "ab\nc" {
				t.Errorf("%q", note)
			}
			if fields := page.Fields(c, "note", "missing"); len(fields) != 1 || fields[0].Name != "note" {
				t.Errorf("%+v", fields)
			}
			if page.ChosenLanguage(c) != "en" {
				t.Error("the reader's choice is lost")
			}
			return nil
		}, request)
	}
}

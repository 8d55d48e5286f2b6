// Package page answers patients with pages: HTML without any script, in their language, that nobody keeps. It knows
// neither what the pages say nor who may see them.
package page

import (
	"bytes"
	"compress/gzip"
	"net/http"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/gofiber/fiber/v2"

	"teleconsult/server/problem"
	"teleconsult/templates"
	"teleconsult/templates/pages"
)

// ChosenLanguage is the language the reader switched to, "" when they did not.
func ChosenLanguage(c *fiber.Ctx) string {
	for _, l := range templates.Languages {
		if c.Query("lang") == l {
			return l
		}
	}
	return ""
}

// SpokenLanguage is the browser's, French unless it says English first.
func SpokenLanguage(c *fiber.Ctx) string {
	if strings.HasPrefix(strings.ToLower(c.Get(fiber.HeaderAcceptLanguage)), "en") {
		return "en"
	}
	return "fr"
}

// policy lets a page have its own style and its own forms, and nothing else. Opening the meeting is a form
// that is answered by a redirect to another host, which browsers measure by form-action too.
var policy = "default-src 'none'; style-src 'sha256-" + pages.StyleHash() + "'; img-src 'self' data:; " +
	"form-action 'self' https:; base-uri 'none'; "

// Headers says that nobody frames, keeps or lists what is answered.
func Headers(c *fiber.Ctx) {
	c.Set(fiber.HeaderContentSecurityPolicy, policy+"frame-ancestors 'none'")
	c.Set(fiber.HeaderReferrerPolicy, "no-referrer")
	c.Set(fiber.HeaderCacheControl, "no-store")
	c.Set("X-Robots-Tag", "noindex, nofollow")
	c.Set(fiber.HeaderXContentTypeOptions, "nosniff")
}

// Send answers with a page, compressed where the browser takes that.
func Send(c *fiber.Ctx, status int, p pages.Page) error {
	html, err := pages.Render(p)
	if err != nil {
		return err
	}
	Headers(c)
	switch p.(type) {
	case pages.WaitingRoomPage:
		c.Set(fiber.HeaderContentSecurityPolicy, policy+"frame-src 'self'; frame-ancestors 'none'")
	case pages.WaitingStatePage:
		c.Set(fiber.HeaderContentSecurityPolicy, policy+"frame-ancestors 'self'")
		c.Set(fiber.HeaderXFrameOptions, "SAMEORIGIN")
	}
	c.Set(fiber.HeaderContentType, fiber.MIMETextHTMLCharsetUTF8)
	c.Vary(fiber.HeaderAcceptEncoding)
	c.Status(status)
	if c.Get(fiber.HeaderAcceptEncoding) == "" || c.AcceptsEncodings("gzip") != "gzip" {
		return c.Send(html)
	}
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err = w.Write(html); err == nil {
		err = w.Close()
	}
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentEncoding, "gzip")
	return c.Send(b.Bytes())
}

// Message is the page that says in words what went wrong.
func Message(frame pages.Frame, p problem.Problem) pages.MessagePage {
	m := pages.MessagePage{Frame: frame, Kind: "failed"}
	switch p.Status {
	case http.StatusNotFound, http.StatusGone:
		m.Kind, m.Self, m.Hospital = "invalid", "", ""
	case http.StatusServiceUnavailable:
		m.Kind = "busy"
	case http.StatusTooManyRequests:
		m.Kind = "often"
	case http.StatusForbidden:
		m.Kind = "refused"
	}
	return m
}

// Fields are those of the named fields of a form that were filled in.
func Fields(c *fiber.Ctx, names ...string) []pages.Field {
	var typed []pages.Field
	for _, name := range names {
		if value := Field(c, name); value != "" {
			typed = append(typed, pages.Field{Name: name, Value: value})
		}
	}
	return typed
}

// Field is a field of the form without what cannot be seen or stored.
func Field(c *fiber.Ctx, name string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' {
			return -1
		}
		return r
	}, strings.ToValidUTF8(c.FormValue(name), "")))
}

// Date reads day, month and year, written with or without leading zeros.
func Date(c *fiber.Ctx) (time.Time, bool) {
	year, err := strconv.Atoi(Field(c, "year"))
	month, errMonth := strconv.Atoi(Field(c, "month"))
	day, errDay := strconv.Atoi(Field(c, "day"))
	if err != nil || errMonth != nil || errDay != nil || year < 1000 || year > 9999 {
		return time.Time{}, false
	}
	date := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	return date, date.Day() == day && int(date.Month()) == month
}

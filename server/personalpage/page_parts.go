package personalpage

import (
	"bytes"
	"compress/gzip"
	"net/http"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/gofiber/fiber/v2"

	"teleconsult/notifications"
	"teleconsult/server/auth"
	"teleconsult/server/encounter"
	"teleconsult/server/fault"
	"teleconsult/server/problem"
	"teleconsult/templates"
)

func visitOf(c *fiber.Ctx) visit {
	return visit{
		token: c.Params("token"), proof: c.Cookies(proofCookie), language: chosenLanguage(c), via: notifications.LinkVia(c.Query("m")),
		by: auth.PatientActor(c.UserContext()),
	}
}

// chosenLanguage is the language the reader switched to, "" when they did not.
func chosenLanguage(c *fiber.Ctx) string {
	for _, l := range templates.Languages {
		if c.Query("lang") == l {
			return l
		}
	}
	return ""
}

// mark is what the opened link said about the message that it stood in, see notifications.PersonalLink.
func (v visit) mark() string {
	if v.via == notifications.ChannelEmail {
		return "e"
	}
	return ""
}

// query carries the reader's choice of a language, and which link was opened, from page to page.
func (v visit) query() string {
	var all []string
	if v.language != "" {
		all = append(all, "lang="+v.language)
	}
	if m := v.mark(); m != "" {
		all = append(all, "m="+m)
	}
	if len(all) == 0 {
		return ""
	}
	return "?" + strings.Join(all, "&")
}

// frame is what surrounds a page. Without facts, or before the birth date, it shows nothing personal: the
// hospital and the telephone stand in the message that brought the link.
func (s *Service) frame(c *fiber.Ctx, v visit, f *encounter.Facts) templates.PageFrame {
	frame := templates.PageFrame{Language: v.language, Query: v.query(), Mark: v.mark()}
	if f == nil {
		if frame.Language == "" {
			frame.Language = spokenLanguage(c)
		}
		return frame
	}
	frame.Base = "/p/" + v.token
	frame.Self, frame.Language = frame.Base, v.languageOf(f)
	frame.Hospital, frame.Phone = f.Department.Hospital, f.Department.Phone
	return frame
}

// spokenLanguage is the browser's, French unless it says English first.
func spokenLanguage(c *fiber.Ctx) string {
	if strings.HasPrefix(strings.ToLower(c.Get(fiber.HeaderAcceptLanguage)), "en") {
		return "en"
	}
	return "fr"
}

// pagePolicy lets a page have its own style and its own forms, and nothing else. Opening the meeting is a form
// that is answered by a redirect to another host, which browsers measure by form-action too.
var pagePolicy = "default-src 'none'; style-src 'sha256-" + templates.PageStyleHash() + "'; img-src 'self' data:; " +
	"form-action 'self' https:; base-uri 'none'; "

func pageHeaders(c *fiber.Ctx) {
	c.Set(fiber.HeaderContentSecurityPolicy, pagePolicy+"frame-ancestors 'none'")
	c.Set(fiber.HeaderReferrerPolicy, "no-referrer")
	c.Set(fiber.HeaderCacheControl, "no-store")
	c.Set("X-Robots-Tag", "noindex, nofollow")
	c.Set(fiber.HeaderXContentTypeOptions, "nosniff")
}

func sendPage(c *fiber.Ctx, status int, page templates.Page) error {
	html, err := templates.RenderPage(page)
	if err != nil {
		return err
	}
	pageHeaders(c)
	switch page.(type) {
	case templates.WaitingRoomPage:
		c.Set(fiber.HeaderContentSecurityPolicy, pagePolicy+"frame-src 'self'; frame-ancestors 'none'")
	case templates.WaitingStatePage:
		c.Set(fiber.HeaderContentSecurityPolicy, pagePolicy+"frame-ancestors 'self'")
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

// toPage sends the reader back to the personal page, which shows how things stand now.
func (s *Service) toPage(c *fiber.Ctx, v visit, anchor string) error {
	pageHeaders(c)
	return c.Redirect("/p/"+v.token+v.query()+anchor, http.StatusSeeOther)
}

func (s *Service) backToPage(c *fiber.Ctx) error {
	v := visitOf(c)
	if _, err := s.find(c.UserContext(), v); err != nil {
		return s.failPage(c, v, nil, err)
	}
	return s.toPage(c, v, "")
}

// failPage says in words what went wrong. What the state of the encounter does not allow leads back to the
// personal page, which shows that state; what could not be taken for the moment can be sent again.
func (s *Service) failPage(c *fiber.Ctx, v visit, f *encounter.Facts, err error) error {
	switch fault.KindOf(err) { //nolint:exhaustive // the others have no words of their own
	case fault.KindConflict, fault.KindPrecondition, fault.KindUnauthenticated:
		return s.toPage(c, v, "")
	case 0, fault.KindForbidden:
		return err // logged, and shown by ErrorPage
	}
	p := problem.Prepare(c, err)
	page := messagePage(s.frame(c, v, f), p)
	if page.Kind == "busy" {
		page.Self = c.Path()
		if c.Method() == fiber.MethodPost {
			page.Action = c.Path() + page.Query
			page.Fields = typedFields(c)
		}
	}
	return sendPage(c, p.Status, page)
}

// ErrorPage shows a reader of the patients' pages that a request failed; it is for requests that never
// reached a page, too.
func ErrorPage(c *fiber.Ctx, p problem.Problem) error {
	frame := templates.PageFrame{Language: chosenLanguage(c)}
	frame.Query = visit{language: frame.Language}.query()
	if frame.Language == "" {
		frame.Language = spokenLanguage(c)
	}
	return sendPage(c, p.Status, messagePage(frame, p))
}

func messagePage(frame templates.PageFrame, p problem.Problem) templates.MessagePage {
	page := templates.MessagePage{PageFrame: frame, Kind: "failed"}
	switch p.Status {
	case http.StatusNotFound, http.StatusGone:
		page.Kind, page.Self, page.Hospital = "invalid", "", ""
	case http.StatusServiceUnavailable:
		page.Kind = "busy"
	case http.StatusTooManyRequests:
		page.Kind = "often"
	case http.StatusForbidden:
		page.Kind = "refused"
	}
	return page
}

// formFields are all fields of the patients' forms.
var formFields = []string{"day", "month", "year", "answer", "explanation", "notice", "contact"}

func typedFields(c *fiber.Ctx) []templates.PageField {
	var typed []templates.PageField
	for _, name := range formFields {
		if value := field(c, name); value != "" {
			typed = append(typed, templates.PageField{Name: name, Value: value})
		}
	}
	return typed
}

// field is a field of the form without what cannot be seen or stored.
func field(c *fiber.Ctx, name string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' {
			return -1
		}
		return r
	}, strings.ToValidUTF8(c.FormValue(name), "")))
}

// typedDate reads day, month and year, written with or without leading zeros.
func typedDate(c *fiber.Ctx) (time.Time, bool) {
	year, err := strconv.Atoi(field(c, "year"))
	month, errMonth := strconv.Atoi(field(c, "month"))
	day, errDay := strconv.Atoi(field(c, "day"))
	if err != nil || errMonth != nil || errDay != nil || year < 1000 || year > 9999 {
		return time.Time{}, false
	}
	date := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	return date, date.Day() == day && int(date.Month()) == month
}

// isPrefetch tells whether the browser only loads the page in case the reader will want it.
func isPrefetch(c *fiber.Ctx) bool {
	return strings.Contains(c.Get("Sec-Purpose")+c.Get("Purpose"), "prefetch")
}

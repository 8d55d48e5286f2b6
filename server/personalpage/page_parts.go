package personalpage

import (
	"net/http"
	"strings"

	"github.com/gofiber/fiber/v2"

	"teleconsult/notifications"
	"teleconsult/server/auth"
	"teleconsult/server/encounter"
	"teleconsult/server/fault"
	"teleconsult/server/page"
	"teleconsult/server/problem"
	"teleconsult/templates/pages"
)

func visitOf(c *fiber.Ctx) visit {
	return visit{
		token: c.Params("token"), proof: c.Cookies(proofCookie), language: page.ChosenLanguage(c), via: notifications.LinkVia(c.Query("m")),
		by: auth.PatientActor(c.UserContext()),
	}
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
func (s *Service) frame(c *fiber.Ctx, v visit, f *encounter.Facts) pages.Frame {
	frame := pages.Frame{Language: v.language, Query: v.query(), Mark: v.mark()}
	if f == nil {
		if frame.Language == "" {
			frame.Language = page.SpokenLanguage(c)
		}
		return frame
	}
	frame.Base = "/p/" + v.token
	frame.Self, frame.Language = frame.Base, v.languageOf(f)
	frame.Hospital, frame.Phone = f.Department.Hospital, f.Department.Phone
	return frame
}

// toPage sends the reader back to the personal page, which shows how things stand now.
func (s *Service) toPage(c *fiber.Ctx, v visit, anchor string) error {
	page.Headers(c)
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
	shown := page.Message(s.frame(c, v, f), p)
	if shown.Kind == "busy" {
		shown.Self = c.Path()
		if c.Method() == fiber.MethodPost {
			shown.Action = c.Path() + shown.Query
			shown.Fields = page.Fields(c, formFields...)
		}
	}
	return page.Send(c, p.Status, shown)
}

// ErrorPage shows a reader of the patients' pages that a request failed; it is for requests that never
// reached a page, too.
func ErrorPage(c *fiber.Ctx, p problem.Problem) error {
	frame := pages.Frame{Language: page.ChosenLanguage(c)}
	frame.Query = visit{language: frame.Language}.query()
	if frame.Language == "" {
		frame.Language = page.SpokenLanguage(c)
	}
	return page.Send(c, p.Status, page.Message(frame, p))
}

// formFields are all fields of the patients' forms.
var formFields = []string{"day", "month", "year", "answer", "explanation", "notice", "contact"}

// isPrefetch tells whether the browser only loads the page in case the reader will want it.
func isPrefetch(c *fiber.Ctx) bool {
	return strings.Contains(c.Get("Sec-Purpose")+c.Get("Purpose"), "prefetch")
}

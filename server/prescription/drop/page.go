package drop

import (
	"net/http"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"teleconsult/server/auth"
	"teleconsult/server/encounter"
	"teleconsult/server/fault"
	"teleconsult/server/page"
	"teleconsult/server/problem"
	"teleconsult/templates/pages"
)

const (
	// downloadSilence is how long a download may stand still.
	downloadSilence = time.Minute
	// downloadTime is how long it may take: 20 MB at 100 kbit/s.
	downloadTime = 30 * time.Minute
)

// RegisterPages mounts the page of a document. It stands before the personal pages, whose addresses look alike.
func (s *Service) RegisterPages(r fiber.Router) {
	r.Get("/p/"+linkPath+":token", s.showDrop)
	r.Post("/p/"+linkPath+":token", s.takeDrop)
}

func visitOf(c *fiber.Ctx) visit {
	return visit{token: c.Params("token"), language: page.ChosenLanguage(c), by: auth.PatientActor(c.UserContext())}
}

func (s *Service) showDrop(c *fiber.Ctx) error {
	v := visitOf(c)
	f, d, err := s.look(c.UserContext(), v)
	if err != nil {
		return s.failPage(c, v, f, err)
	}
	return page.Send(c, http.StatusOK, s.asked(c, v, f, d, ""))
}

func (s *Service) takeDrop(c *fiber.Ctx) error {
	v := visitOf(c)
	birthDate, readable := page.Date(c)
	password, complete := ReadPassword(page.Field(c, "password"))
	if !readable || !complete {
		f, d, err := s.look(c.UserContext(), v)
		if err != nil {
			return s.failPage(c, v, f, err)
		}
		return page.Send(c, http.StatusUnprocessableEntity, s.asked(c, v, f, d, "unreadable"))
	}
	o, err := s.fetch(c.UserContext(), v, attempt{birthDate: birthDate, password: password})
	switch {
	case err != nil:
		return s.failPage(c, v, o.facts, err)
	case o.content == nil:
		return page.Send(c, http.StatusUnprocessableEntity, s.asked(c, v, o.facts, o.drop, "wrong"))
	}
	return s.download(c, o.content)
}

// asked is the page that asks. What was typed stays, so that one wrong digit is not twenty.
func (s *Service) asked(c *fiber.Ctx, v visit, f *encounter.Facts, d Drop, wrong string) pages.DropPage {
	p := pages.DropPage{
		Frame: frame(c, v, f), Representative: f.Patient.Representative != nil, Until: d.ExpiresAt, Zone: f.AppointmentWords().Zone,
		Left: max(1, MaxDownloads-d.Downloads), Problem: wrong,
		Day: page.Field(c, "day"), Month: page.Field(c, "month"), Year: page.Field(c, "year"), Password: page.Field(c, "password"),
	}
	switch {
	case d.Locked():
		p.Problem = "locked"
	case wrong == "wrong":
		p.Remaining = MaxTries - d.Tries
	}
	return p
}

func frame(c *fiber.Ctx, v visit, f *encounter.Facts) pages.Frame {
	p := pages.Frame{Language: v.language}
	if v.language != "" {
		p.Query = "?lang=" + v.language
	}
	if f == nil {
		if p.Language == "" {
			p.Language = page.SpokenLanguage(c)
		}
		return p
	}
	if p.Language == "" {
		p.Language = f.Patient.Language
	}
	p.Base = "/p/" + linkPath + v.token
	p.Self, p.Hospital, p.Phone = p.Base, f.Department.Hospital, f.Department.Phone
	return p
}

// failPage says in words what went wrong; what could not be taken for the moment can be sent again.
func (s *Service) failPage(c *fiber.Ctx, v visit, f *encounter.Facts, err error) error {
	switch fault.KindOf(err) { //nolint:exhaustive // the others have no words of their own
	case 0, fault.KindForbidden:
		return err // logged, and shown by the error page
	}
	p := problem.Prepare(c, err)
	m := page.Message(frame(c, v, f), p)
	if m.Kind == "busy" {
		m.Self = c.Path()
		if c.Method() == fiber.MethodPost {
			m.Action, m.Fields = c.Path()+m.Query, page.Fields(c, "day", "month", "year", "password")
		}
	}
	return page.Send(c, p.Status, m)
}

var fileNames = map[string]string{pdf: "document.pdf", jpeg: "document.jpg", png: "document.png"}

// download answers with the document as it is decrypted. Its name says nothing, and no browser takes it for a page.
func (s *Service) download(c *fiber.Ctx, content *content) error {
	page.Headers(c)
	c.Set(fiber.HeaderContentSecurityPolicy, "default-src 'none'; sandbox; frame-ancestors 'none'")
	c.Set(fiber.HeaderContentType, content.drop.MediaType)
	c.Set(fiber.HeaderContentDisposition, `attachment; filename="`+fileNames[content.drop.MediaType]+`"`)
	c.Set(fiber.HeaderContentLength, strconv.FormatInt(content.drop.Size, 10))
	c.Set("X-Accel-Buffering", "no") // a proxy that takes all of it at once would make a receipt of nothing
	conn := c.Context().Conn()
	hangUp := func() { _ = conn.Close() }
	silence, end := time.AfterFunc(downloadSilence, hangUp), time.AfterFunc(downloadTime, hangUp)
	content.moved = func() { silence.Reset(downloadSilence) }
	content.ended = func() { silence.Stop(); end.Stop() }
	c.Context().SetBodyStream(content, int(content.drop.Size))
	return nil
}

package personalpage

import (
	"context"
	"net/http"
	"time"

	"github.com/gofiber/fiber/v2"

	"teleconsult/server/fault"
	"teleconsult/templates"
)

func (s *Service) showLost(c *fiber.Ctx) error {
	return sendPage(c, http.StatusOK, s.lostPage(c))
}

// lostTime is how long the answer takes whether or not there was a link to send again: writing messages takes
// longer than finding nobody, and the difference would tell who has an appointment.
const lostTime = 250 * time.Millisecond

func rest(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// takeLost gives the same answer to everybody whose form is complete.
func (s *Service) takeLost(c *fiber.Ctx) error {
	page := s.lostPage(c)
	birthDate, readable := typedDate(c)
	in := lostLink{contact: field(c, "contact"), birthDate: birthDate}
	if !readable || in.contact == "" || len(in.contact) > 254 {
		page.Problem = true
		page.Contact, page.Day, page.Month, page.Year = in.contact, field(c, "day"), field(c, "month"), field(c, "year")
		return sendPage(c, http.StatusUnprocessableEntity, page)
	}
	v, began := visitOf(c), s.Encounters.Now()
	err := s.countLost(c.UserContext(), v, in)
	if err == nil {
		err = s.resendLost(c.UserContext(), v, in)
		rest(c.UserContext(), lostTime-s.Encounters.Now().Sub(began))
	}
	if err != nil && fault.KindOf(err) != fault.KindConflict { // a contact that cannot be reached answers like any other
		return s.failPage(c, v, nil, err)
	}
	page.Sent = true
	return sendPage(c, http.StatusOK, page)
}

func (s *Service) lostPage(c *fiber.Ctx) templates.LostPage {
	page := templates.LostPage{PageFrame: s.frame(c, visitOf(c), nil)}
	page.Self = "/p/lost"
	return page
}

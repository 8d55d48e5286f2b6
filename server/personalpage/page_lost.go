package personalpage

import (
	"context"
	"net/http"
	"time"

	"github.com/gofiber/fiber/v2"

	"teleconsult/server/fault"
	"teleconsult/server/page"
	"teleconsult/templates/pages"
)

func (s *Service) showLost(c *fiber.Ctx) error {
	return page.Send(c, http.StatusOK, s.lostPage(c))
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
	shown := s.lostPage(c)
	birthDate, readable := page.Date(c)
	in := lostLink{contact: page.Field(c, "contact"), birthDate: birthDate}
	if !readable || in.contact == "" || len(in.contact) > 254 {
		shown.Problem = true
		shown.Contact, shown.Day, shown.Month, shown.Year = in.contact, page.Field(c, "day"), page.Field(c, "month"), page.Field(c, "year")
		return page.Send(c, http.StatusUnprocessableEntity, shown)
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
	shown.Sent = true
	return page.Send(c, http.StatusOK, shown)
}

func (s *Service) lostPage(c *fiber.Ctx) pages.LostPage {
	shown := pages.LostPage{Frame: s.frame(c, visitOf(c), nil)}
	shown.Self = "/p/lost"
	return shown
}

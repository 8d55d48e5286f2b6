package personalpage

import (
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"teleconsult/notifications"
	"teleconsult/server/encounter"
	"teleconsult/server/fault"
	"teleconsult/server/interop/ics"
	"teleconsult/server/page"
	"teleconsult/templates/pages"
)

// proofCookie holds a device's proof for one personal page, whose path it is bound to.
const proofCookie = "proof"

// RegisterPages mounts the patients' pages below /p. They are HTML without any script, in the patient's
// language; every form is answered by a redirect, so that reloading repeats nothing.
func (s *Service) RegisterPages(r fiber.Router) {
	r.Get("/p/lost", s.showLost)
	r.Post("/p/lost", s.takeLost)
	r.Get("/p/:token", s.showEncounter)
	r.Get("/p/:token/calendar.ics", s.showCalendar)
	r.Get("/p/:token/waiting-room", s.showWaitingRoom)
	r.Get("/p/:token/waiting-room/state/:shown", s.showWaitingState)
	r.Post("/p/:token/birth-date", s.takeBirthDate)
	r.Post("/p/:token/answer", s.takeAnswer)
	r.Post("/p/:token/portal", s.takePortal)
	r.Post("/p/:token/device", s.takeDevice)
	r.Post("/p/:token/join", s.takeJoin)
	r.Post("/p/:token/leave", s.takeLeave)
	r.Get("/p/:token/:form", s.backToPage) // an address that only takes forms, loaded again
}

func (s *Service) showEncounter(c *fiber.Ctx) error {
	v := visitOf(c)
	f, err := s.readPage(c.UserContext(), v)
	if fault.CodeOf(err) == errUnproven.Code {
		return page.Send(c, http.StatusOK, birthDatePage(s.frame(c, v, f), f))
	}
	if err != nil {
		return s.failPage(c, v, f, err)
	}
	return s.sendEncounter(c, v, f, http.StatusOK, "", "")
}

func (s *Service) sendEncounter(c *fiber.Ctx, v visit, f *encounter.Facts, status int, problem, typed string) error {
	shown, err := encounterPage(s.frame(c, v, f), f, s.Encounters.Now(), problem, typed)
	if err != nil {
		return err
	}
	return page.Send(c, status, shown)
}

func (s *Service) takeBirthDate(c *fiber.Ctx) error {
	v := visitOf(c)
	birthDate, readable := page.Date(c)
	if !readable {
		f, err := s.readPage(c.UserContext(), v)
		if fault.CodeOf(err) != errUnproven.Code {
			return s.failPage(c, v, f, err)
		}
		return page.Send(c, http.StatusUnprocessableEntity, s.asked(c, v, f, "unreadable"))
	}
	f, result, err := s.prove(c.UserContext(), v, birthDate)
	switch {
	case err != nil:
		return s.failPage(c, v, f, err)
	case result.proof != "":
		s.setProof(c, v, result)
		return s.toPage(c, v, "")
	}
	shown := s.asked(c, v, f, "wrong")
	shown.Remaining = result.remaining
	if result.lockedFor > 0 {
		shown.LockedMinutes = int((result.lockedFor + time.Minute - 1) / time.Minute)
		c.Set(fiber.HeaderRetryAfter, strconv.Itoa(int((result.lockedFor+time.Second-1)/time.Second)))
		return page.Send(c, http.StatusTooManyRequests, shown)
	}
	return page.Send(c, http.StatusUnprocessableEntity, shown)
}

func (s *Service) asked(c *fiber.Ctx, v visit, f *encounter.Facts, problem string) pages.BirthDatePage {
	shown := birthDatePage(s.frame(c, v, f), f)
	shown.Problem, shown.Day, shown.Month, shown.Year = problem, page.Field(c, "day"), page.Field(c, "month"), page.Field(c, "year")
	return shown
}

func birthDatePage(frame pages.Frame, f *encounter.Facts) pages.BirthDatePage {
	return pages.BirthDatePage{Frame: frame, Representative: f.Patient.Representative != nil}
}

// setProof keeps the proof on this device, for this page only. Lax and not Strict, because the link is
// opened out of a mail program; an age and not a date, because a device's clock may be wrong.
func (s *Service) setProof(c *fiber.Ctx, v visit, result proofResult) {
	c.Cookie(&fiber.Cookie{
		Name: proofCookie, Value: result.proof, Path: "/p/" + v.token, MaxAge: int(result.until.Sub(s.Encounters.Now()).Seconds()),
		HTTPOnly: true, Secure: strings.HasPrefix(s.Encounters.PublicURL, "https://"), SameSite: fiber.CookieSameSiteLaxMode,
	})
}

func (s *Service) takeAnswer(c *fiber.Ctx) error {
	v := visitOf(c)
	in := pageAnswer{answer: page.Field(c, "answer"), explanation: page.Field(c, "explanation"), notice: page.Field(c, "notice")}
	f, err := s.answerOnPage(c.UserContext(), v, in)
	switch {
	case fault.CodeOf(err) == errNoticeChanged.Code:
		return s.sendEncounter(c, v, f, http.StatusConflict, "notice", in.explanation)
	case fault.KindOf(err) == fault.KindInvalid && f != nil:
		return s.sendEncounter(c, v, f, http.StatusUnprocessableEntity, problemOf(err), in.explanation)
	case err != nil:
		return s.failPage(c, v, f, err)
	}
	return s.toPage(c, v, "")
}

func (s *Service) takePortal(c *fiber.Ctx) error {
	v := visitOf(c)
	f, err := s.answerPortalOnPage(c.UserContext(), v, page.Field(c, "answer"))
	if fault.KindOf(err) == fault.KindInvalid && f != nil {
		return s.sendEncounter(c, v, f, http.StatusUnprocessableEntity, problemOf(err), "")
	}
	if err != nil {
		return s.failPage(c, v, f, err)
	}
	return s.toPage(c, v, "#portal")
}

func (s *Service) takeDevice(c *fiber.Ctx) error {
	v := visitOf(c)
	f, err := s.testDevice(c.UserContext(), v, page.Field(c, "answer"))
	if fault.KindOf(err) == fault.KindInvalid && f != nil {
		return s.sendEncounter(c, v, f, http.StatusUnprocessableEntity, problemOf(err), "")
	}
	if err != nil {
		return s.failPage(c, v, f, err)
	}
	return s.toPage(c, v, "#device")
}

// problemOf names the part of the page that a fault is about.
func problemOf(err error) string {
	if e, ok := errors.AsType[*fault.Error](err); ok && len(e.Violations) > 0 {
		switch field := e.Violations[0].Field; field {
		case "explanation", "portal", "device":
			return field
		}
	}
	return "answer"
}

func (s *Service) showWaitingRoom(c *fiber.Ctx) error {
	v := visitOf(c)
	if isPrefetch(c) {
		return c.SendStatus(http.StatusServiceUnavailable) // nobody has arrived who only might
	}
	f, err := s.wait(c.UserContext(), v)
	if err != nil {
		return s.failPage(c, v, f, err)
	}
	frame := s.frame(c, v, f)
	frame.Self += "/waiting-room"
	return page.Send(c, http.StatusOK, waitingRoomPage(frame, f))
}

// showWaitingState is the part of the waiting room that reloads itself, in a frame.
func (s *Service) showWaitingState(c *fiber.Ctx) error {
	v := visitOf(c)
	f, err := s.wait(c.UserContext(), v)
	closed := false
	switch fault.KindOf(err) {
	case fault.KindConflict, fault.KindPrecondition, fault.KindUnauthenticated:
		closed = true
	default:
		if err != nil {
			return s.failPage(c, v, f, err)
		}
	}
	if !closed {
		c.Set("Refresh", strconv.Itoa(stateSeconds))
	}
	return page.Send(c, http.StatusOK, waitingStatePage(s.frame(c, v, f), f, s.Encounters.Now(), c.Params("shown"), closed))
}

func (s *Service) takeJoin(c *fiber.Ctx) error {
	v := visitOf(c)
	url, err := s.join(c.UserContext(), v)
	if fault.CodeOf(err) == "link_missing" {
		return c.Redirect("/p/"+v.token+"/waiting-room"+v.query(), http.StatusSeeOther)
	}
	if err != nil {
		return s.failPage(c, v, nil, err)
	}
	page.Headers(c)
	return c.Redirect(url, http.StatusSeeOther)
}

func (s *Service) takeLeave(c *fiber.Ctx) error {
	v := visitOf(c)
	f, err := s.leave(c.UserContext(), v)
	if err != nil {
		return s.failPage(c, v, f, err)
	}
	return s.toPage(c, v, "")
}

func (s *Service) showCalendar(c *fiber.Ctx) error {
	v := visitOf(c)
	f, err := s.readPage(c.UserContext(), v)
	if err != nil {
		return s.failPage(c, v, f, err)
	}
	event := s.Encounters.CalendarEvent(f, v.token, s.Encounters.Now())
	event.Method, event.Language = ics.Publish, v.languageOf(f)
	event.Link = notifications.PersonalLink(s.Encounters.PublicURL, v.token, v.via)
	text, err := ics.Write(event)
	if err != nil {
		return err
	}
	page.Headers(c)
	c.Set(fiber.HeaderContentType, "text/calendar; charset=utf-8; method=PUBLISH")
	c.Set(fiber.HeaderContentDisposition, `attachment; filename="rendez-vous.ics"`)
	return c.SendString(text)
}

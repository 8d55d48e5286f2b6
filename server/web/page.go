package web

import (
	"fmt"
	"html"
	"strings"

	"github.com/gofiber/fiber/v2"

	"teleconsult/server/problem"
)

func wantsHTML(c *fiber.Ctx) bool {
	return strings.Contains(c.Get(fiber.HeaderAccept), fiber.MIMETextHTML)
}

// failPage answers a patient in words, with the same status a program would get.
func (s *Server) failPage(c *fiber.Ctx, err error) error {
	p := problem.Prepare(c, err)
	if s.o.ErrorPage != nil {
		if failed := s.o.ErrorPage(c, p); failed == nil {
			return nil
		}
	}
	c.Set(fiber.HeaderContentType, fiber.MIMETextHTMLCharsetUTF8)
	return c.SendString(fmt.Sprintf(`<!doctype html><html lang="fr"><meta charset="utf-8">`+
		`<meta name="viewport" content="width=device-width, initial-scale=1"><title>Téléconsultation</title>`+
		`<main><h1>Téléconsultation</h1><p>%s</p></main></html>`, html.EscapeString(p.Detail)))
}

package devbox

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"mime"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"teleconsult/notifications/sms"
)

//go:embed mailbox.html
var mailboxHTML string

var mailboxPage = template.Must(template.New("mailbox").Funcs(template.FuncMap{
	"links": links, "day": day, "clock": clock, "segments": segments, "path": url.PathEscape, "initial": initial,
	"label": Fault.Label,
}).Parse(mailboxHTML))

// policy lets the page and the mails in it show their inline styles, and nothing run or load. The frames
// of the mails inherit it.
const policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

// Register adds the mailbox page and what tests use to read it and to plan faults.
func (b *Box) Register(r fiber.Router) {
	r.Get("/dev/mailbox", b.getPage)
	r.Get("/dev/mailbox.json", func(c *fiber.Ctx) error {
		c.Set(fiber.HeaderCacheControl, "no-store") // the personal links in it open pages
		return c.JSON(b.Messages())
	})
	r.Get("/dev/mailbox/:id/attachments/:name", b.getAttachment)
	r.Post("/dev/mailbox/faults", sameProgram, b.postFault)
	r.Delete("/dev/mailbox", sameProgram, func(c *fiber.Ctx) error {
		if err := b.Clear(); err != nil {
			return err
		}
		return c.SendStatus(fiber.StatusNoContent)
	})
}

// sameProgram keeps other web sites from writing here through a developer's browser, which says itself where a
// form comes from.
func sameProgram(c *fiber.Ctx) error {
	if c.Get("X-Requested-With") != "teleconsult" && c.Get("Sec-Fetch-Site") != "same-origin" {
		return c.SendStatus(fiber.StatusForbidden)
	}
	return c.Next()
}

// person is what one recipient got, newest first.
type person struct {
	To    string
	Items []Item
}

func (b *Box) getPage(c *fiber.Ctx) error {
	var people []*person
	byName := map[string]*person{}
	all := b.Messages()
	for _, it := range all {
		p, ok := byName[it.To]
		if !ok {
			p = &person{To: it.To}
			byName[it.To] = p
			people = append(people, p)
		}
		p.Items = append(p.Items, it)
	}
	var page bytes.Buffer
	err := mailboxPage.Execute(&page, struct {
		People  []*person
		Count   int
		Faults  []Fault
		Planned []Fault
	}{people, len(all), Faults(), b.Planned()})
	if err != nil {
		return fmt.Errorf("mailbox page: %w", err)
	}
	c.Set(fiber.HeaderContentSecurityPolicy, policy)
	c.Set(fiber.HeaderCacheControl, "no-store")
	c.Set(fiber.HeaderContentType, fiber.MIMETextHTMLCharsetUTF8)
	return c.Send(page.Bytes())
}

func (b *Box) getAttachment(c *fiber.Ctx) error {
	name, err := url.PathUnescape(c.Params("name"))
	if err != nil {
		return c.SendStatus(fiber.StatusNotFound)
	}
	a, ok := b.mailbox.attachment(c.Params("id"), name)
	if !ok {
		return c.SendStatus(fiber.StatusNotFound)
	}
	c.Set(fiber.HeaderContentType, a.Type)
	c.Set(fiber.HeaderContentDisposition, mime.FormatMediaType("attachment", map[string]string{"filename": a.Name}))
	c.Set(fiber.HeaderContentSecurityPolicy, "default-src 'none'; sandbox")
	c.Set(fiber.HeaderCacheControl, "no-store")
	return c.Send(a.content)
}

// postFault plans faults: {"kind": "smtp-temporary", "count": 2}; seconds, when given, is for how long what is
// delayed is delayed. The kind "none" forgets what was planned. The page's own form is answered with the page.
func (b *Box) postFault(c *fiber.Ctx) error {
	var in struct {
		Kind    Fault `json:"kind" form:"kind"`
		Count   int   `json:"count" form:"count"`
		Seconds int   `json:"seconds" form:"seconds"`
	}
	if err := c.BodyParser(&in); err != nil {
		return c.SendStatus(fiber.StatusUnprocessableEntity)
	}
	if in.Seconds > 0 {
		b.Delay(time.Duration(min(in.Seconds, int(longestDelay/time.Second))) * time.Second)
	}
	if in.Kind == "none" {
		b.Behave()
	} else if err := b.Fail(max(in.Count, 1), in.Kind); err != nil {
		return c.Status(fiber.StatusUnprocessableEntity).JSON(fiber.Map{"kinds": Faults()})
	}
	if strings.HasPrefix(c.Get(fiber.HeaderContentType), fiber.MIMEApplicationForm) {
		return c.Redirect("/dev/mailbox", fiber.StatusSeeOther)
	}
	return c.SendStatus(fiber.StatusNoContent)
}

var address = regexp.MustCompile(`https?://[^\s<>"]+[^\s<>".,;:!?)]`)

// links makes the web addresses of a text clickable; everything else is escaped.
func links(text string) template.HTML {
	var b strings.Builder
	last := 0
	for _, at := range address.FindAllStringIndex(text, -1) {
		b.WriteString(template.HTMLEscapeString(text[last:at[0]]))
		target := template.HTMLEscapeString(text[at[0]:at[1]])
		b.WriteString(`<a href="` + target + `" target="_blank" rel="noopener noreferrer">` + target + `</a>`)
		last = at[1]
	}
	b.WriteString(template.HTMLEscapeString(text[last:]))
	return template.HTML(b.String()) //nolint:gosec // every piece is escaped above
}

// paris is the zone that the page shows times in; UTC on a machine without zone files.
var paris = func() *time.Location {
	if z, err := time.LoadLocation("Europe/Paris"); err == nil {
		return z
	}
	return time.UTC
}()

func day(t time.Time) string   { return t.In(paris).Format("02/01/2006") }
func clock(t time.Time) string { return t.In(paris).Format("15:04:05") }

func segments(text string) string {
	size := sms.Measure(text)
	parts := "1 segment"
	if size.Segments > 1 {
		parts = fmt.Sprintf("%d segments", size.Segments)
	}
	return fmt.Sprintf("%s, %d, %s", size.Encoding, size.Units, parts)
}

// initial is the letter on a recipient's badge.
func initial(to string) string {
	for _, r := range to {
		if r != '+' {
			return strings.ToUpper(string(r))
		}
	}
	return "?"
}

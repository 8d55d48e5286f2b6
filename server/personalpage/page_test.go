package personalpage_test

import (
	"compress/gzip"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"teleconsult/server/auth"
	"teleconsult/server/db"
	"teleconsult/server/encounter"
	"teleconsult/server/personalpage"
	"teleconsult/server/problem"
)

// browser is a patient's device: it keeps cookies by path, and follows no redirect.
type browser struct {
	t       *testing.T
	app     *fiber.App
	cookies []*http.Cookie
	address string
	// headers are sent with every request.
	headers map[string]string
	// dead makes the database seem away.
	dead bool
}

type answer struct {
	status int
	body   string
	header http.Header
}

// pages is the application with the patients' pages only, as the web room mounts them.
func (h *hospital) pages() *fiber.App {
	app := fiber.New(fiber.Config{Immutable: true, ErrorHandler: func(c *fiber.Ctx, err error) error {
		return personalpage.ErrorPage(c, problem.Prepare(c, err))
	}})
	app.Use(func(c *fiber.Ctx) error {
		ctx := auth.WithClient(c.UserContext(), auth.Client{RequestID: "request-1", Address: c.Get("X-Test-Address")})
		if c.Get("X-Test-Dead") != "" {
			var cancel context.CancelFunc
			ctx, cancel = context.WithDeadline(ctx, time.Unix(1, 0))
			defer cancel()
		}
		c.SetUserContext(ctx)
		return c.Next()
	})
	h.site.RegisterPages(app)
	return app
}

func (h *hospital) device() *browser {
	return &browser{t: h.t, app: h.pages(), address: "192.0.2.1", headers: map[string]string{}}
}

func (b *browser) do(request *http.Request) answer {
	b.t.Helper()
	for _, c := range b.cookies {
		if strings.HasPrefix(request.URL.Path, c.Path) {
			request.AddCookie(c)
		}
	}
	request.Header.Set("X-Test-Address", b.address)
	if b.dead {
		request.Header.Set("X-Test-Dead", "1")
	}
	for name, value := range b.headers {
		request.Header.Set(name, value)
	}
	response, err := b.app.Test(request, 30_000)
	if err != nil {
		b.t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	b.cookies = append(b.cookies, response.Cookies()...)
	// a French sentence is easier to look for without its no-break spaces and entities
	text := strings.NewReplacer("\u00a0", " ", "&#39;", "'", "&nbsp;", " ").Replace(string(body))
	return answer{response.StatusCode, text, response.Header}
}

func (b *browser) get(path string) answer {
	b.t.Helper()
	return b.do(httptest.NewRequest(http.MethodGet, path, nil))
}

func (b *browser) post(path string, fields ...string) answer {
	b.t.Helper()
	form := url.Values{}
	for i := 0; i < len(fields); i += 2 {
		form.Set(fields[i], fields[i+1])
	}
	request := httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode()))
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return b.do(request)
}

// prove gives the right birth date.
func (b *browser) prove(path string) {
	b.t.Helper()
	b.post(path+"/birth-date", "day", "2", "month", "1", "year", "1980").leadsTo(b.t, path)
}

func (a answer) says(t *testing.T, status int, words ...string) answer {
	t.Helper()
	if a.status != status {
		t.Fatalf("status %d, want %d\n%s", a.status, status, a.text())
	}
	for _, w := range words {
		if !strings.Contains(a.body, w) {
			t.Errorf("does not say %q:\n%s", w, a.text())
		}
	}
	return a
}

func (a answer) hides(t *testing.T, words ...string) answer {
	t.Helper()
	for _, w := range words {
		if strings.Contains(a.body, w) {
			t.Errorf("says %q:\n%s", w, a.text())
		}
	}
	return a
}

func (a answer) leadsTo(t *testing.T, where string) answer {
	t.Helper()
	if a.status != http.StatusSeeOther || a.header.Get("Location") != where {
		t.Fatalf("status %d to %q, want 303 to %q\n%s", a.status, a.header.Get("Location"), where, a.text())
	}
	return a
}

var markup = regexp.MustCompile(`(?s)<style>.*?</style>|<[^>]+>`)

// text is the answer as it is read, for a failure's message.
func (a answer) text() string {
	return regexp.MustCompile(`\s*\n\s*`).ReplaceAllString(markup.ReplaceAllString(a.body, "\n"), "\n")
}

// path is the encounter's personal page.
func (h *hospital) path(f *encounter.Facts) string {
	h.t.Helper()
	var sealed []byte
	h.inTx(func(ctx context.Context, tx db.Tx) error {
		return tx.GetContext(ctx, &sealed,
			`SELECT token_sealed FROM patient_access WHERE encounter_id = $1 AND revoked_at IS NULL`, f.ID)
	})
	token, err := h.Secrets.Open("patient-access", sealed)
	if err != nil {
		h.t.Fatal(err)
	}
	return "/p/" + string(token)
}

func (h *hospital) exec(statement string, args ...any) {
	h.t.Helper()
	h.inTx(func(ctx context.Context, tx db.Tx) error {
		result, err := tx.ExecContext(ctx, statement, args...)
		if err != nil {
			return err
		}
		if n, err := result.RowsAffected(); err != nil || n == 0 {
			return errors.Join(err, errors.New("no row"))
		}
		return nil
	})
}

func (h *hospital) count(query string, args ...any) int {
	h.t.Helper()
	n := 0
	h.inTx(func(ctx context.Context, tx db.Tx) error { return tx.GetContext(ctx, &n, query, args...) })
	return n
}

func (h *hospital) events(f *encounter.Facts, kind string) int {
	h.t.Helper()
	return h.count(`SELECT count(*) FROM encounter_event WHERE encounter_id = $1 AND kind = $2 AND actor_kind = 'patient'`, f.ID, kind)
}

// facts reads the encounter again and checks its summary.
func (h *hospital) facts(f *encounter.Facts) *encounter.Facts {
	h.t.Helper()
	return h.must(h.Read(context.Background(), h.practitioner, auth.EncounterRead, f.ID, "encounter.read"))
}

// sent pretends that the provider took all messages whose time has come.
func (h *hospital) sent(f *encounter.Facts) {
	h.t.Helper()
	h.exec(`UPDATE message SET status = 'accepted', accepted_at = $2
		WHERE encounter_id = $1 AND status = 'queued' AND not_before <= $2`, f.ID, h.clock)
	h.inTx(func(ctx context.Context, tx db.Tx) error {
		_, err := h.Settle(ctx, tx, f.Department.ID, f.ID, "message.outcome")
		return err
	})
}

func TestPageHeaders(t *testing.T) {
	h := newHospital(t)
	b := h.device()
	path := h.path(h.schedule())
	b.headers["Accept-Encoding"] = "gzip, br"
	for _, p := range []string{path, "/p/lost", "/p/nonsense"} {
		a := b.get(p)
		for name, want := range map[string]string{
			"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow",
			"Content-Type": "text/html; charset=utf-8", "Content-Encoding": "gzip",
		} {
			if got := a.header.Get(name); got != want {
				t.Errorf("%s of %s: %q, want %q", name, p, got, want)
			}
		}
		policy := a.header.Get("Content-Security-Policy")
		for _, part := range []string{
			"default-src 'none'", "style-src 'sha256-", "form-action 'self' https:", "base-uri 'none'", "frame-ancestors 'none'",
		} {
			if !strings.Contains(policy, part) {
				t.Errorf("policy %q has no %q", policy, part)
			}
		}
		if strings.Contains(policy, "unsafe") || strings.Contains(policy, "script-src") {
			t.Errorf("policy %q allows too much", policy)
		}
	}
	unpacked, err := gzip.NewReader(strings.NewReader(rawBody(t, b, path)))
	if err != nil {
		t.Fatal(err)
	}
	if html, err := io.ReadAll(unpacked); err != nil || !strings.Contains(string(html), "<!doctype html>") {
		t.Errorf("compressed page %q, error %v", html, err)
	}
}

func rawBody(t *testing.T, b *browser, path string) string {
	t.Helper()
	request := httptest.NewRequest(http.MethodGet, path, nil)
	request.Header.Set("Accept-Encoding", "gzip")
	response, err := b.app.Test(request, 30_000)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

func TestLanguageFollowsThePatientAndTheReader(t *testing.T) {
	h := newHospital(t)
	b := h.device()
	french := h.path(h.schedule())
	english := h.path(h.schedule(func(in *encounter.ScheduleInput) { in.Patient.Language = "en" }))
	b.get(french).says(t, 200, `<html lang="fr">`, "Votre date de naissance", french+`?lang=en`)
	b.get(english).says(t, 200, `<html lang="en">`, "Your date of birth", english+`?lang=fr`)
	b.get(french+"?lang=en").says(t, 200, `<html lang="en">`, french+"/birth-date?lang=en")
	b.get(french+"?lang=xx").says(t, 200, `<html lang="fr">`)
	b.post(french+"/birth-date?lang=en", "day", "2", "month", "1", "year", "1980").leadsTo(t, french+"?lang=en")
	b.get(french+"?lang=en").says(t, 200, "I agree to the remote consultation", french+"/answer?lang=en")
	b.headers["Accept-Language"] = "en-GB,en;q=0.9"
	b.get("/p/AAAAAAAAAAAAAAAA").says(t, 404, "This link is not valid")
}

// The link in an e-mail says so, and the pages keep it: what went by SMS was not opened.
func TestTheMarkOfALinkGoesFromPageToPage(t *testing.T) {
	h := newHospital(t)
	b := h.device()
	f := h.schedule()
	path := h.path(f)
	h.exec(`UPDATE message SET status = 'accepted' WHERE encounter_id = $1 AND channel = 'email'`, f.ID)
	h.exec(`INSERT INTO message (id, department_id, encounter_id, purpose, channel, recipient, language, template, template_version, params, status,
			priority, not_before, expires_at, created_at)
		SELECT gen_random_uuid(), department_id, encounter_id, purpose, 'sms', '+33612345678', language, template, template_version, params, 'accepted',
			priority, not_before, expires_at, created_at FROM message WHERE encounter_id = $1 AND channel = 'email' LIMIT 1`, f.ID)
	b.get(path+"?m=e").says(t, 200, path+"/birth-date?m=e", path+"?lang=en&amp;m=e")
	b.get(path+"?m=x&lang=en").says(t, 200, path+`/birth-date?lang=en"`)
	b.post(path+"/birth-date?lang=en&m=e", "day", "2", "month", "1", "year", "1980").leadsTo(t, path+"?lang=en&m=e")
	b.get(path + "?lang=en&m=e")
	read := func() (all []string) {
		for _, m := range h.facts(f).Messages {
			if m.ReadAt != nil {
				all = append(all, m.Channel)
			}
		}
		return all
	}
	if got := read(); !slices.Equal(got, []string{"email"}) {
		t.Errorf("read: %v", got)
	}
	b.get(path) // the SMS has room for no mark
	b.get(path)
	if got := read(); len(got) != 2 || h.events(f, "page-read") != 2 {
		t.Errorf("read: %v, noted %d times", got, h.events(f, "page-read"))
	}
}

func TestALinkThatOpensNothing(t *testing.T) {
	h := newHospital(t)
	b := h.device()
	expired, revoked := h.schedule(), h.schedule()
	expiredPath, revokedPath := h.path(expired), h.path(revoked)
	h.exec(`UPDATE patient_access SET revoked_at = $2 WHERE encounter_id = $1`, revoked.ID, h.clock)
	unknown := b.get("/p/AAAAAAAAAAAAAAAA").says(t, 404, "Ce lien n’est pas valable")
	h.clock = expired.PlannedEnd.Add(8 * 24 * time.Hour)
	for path, status := range map[string]int{expiredPath: 410, revokedPath: 410, "/p/nonsense": 404, "/p/AAAAAAAAAAAAAAA%27": 404} {
		for _, a := range []answer{
			b.get(path), b.post(path+"/birth-date", "day", "2", "month", "1", "year", "1980"),
			b.post(path+"/answer", "answer", "agree"), b.post(path + "/join"), b.get(path + "/waiting-room"), b.get(path + "/calendar.ics"),
			b.get(path + "/answer"),
		} {
			a.says(t, status).hides(t, "Dupont", "Martin")
			if a.body != unknown.body {
				t.Errorf("%s is answered differently from an unknown link", path)
			}
		}
	}
}

func TestAMovedEncounterKeepsItsLink(t *testing.T) {
	h := newHospital(t)
	f := h.schedule()
	path := h.path(f)
	plan := h.aPlan()
	plan.Date = "2026-06-12"
	f = h.must(h.Reschedule(context.Background(), h.secretary, f.ID, f.Version, plan))
	h.clock = f.PlannedStart
	b := h.device()
	b.get(path).says(t, 200, "Votre date de naissance")
	b.prove(path)
	b.get(path).says(t, 200, "vendredi 12 juin 2026", "ont changé")
}

func TestTheDatabaseIsAway(t *testing.T) {
	h := newHospital(t)
	b := h.device()
	f := h.schedule()
	path := h.path(f)
	b.prove(path)
	b.dead = true
	b.get(path).says(t, 503, "Un instant", `href="`+path+`"`)
	a := b.post(path+"/answer", "answer", "refuse", "explanation", `Je n'ai "rien"`)
	a.says(t, 503, "Rien n’est perdu", `action="`+path+`/answer"`, `name="explanation" value="Je n'ai &#34;rien&#34;"`, `name="answer" value="refuse"`)
	if a.header.Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
	b.dead = false
	b.post(path+"/answer", "answer", "refuse", "explanation", `Je n'ai "rien"`).leadsTo(t, path)
	if d := h.facts(f).Decisions; len(d) != 1 || d[0].Explanation != `Je n'ai "rien"` {
		t.Errorf("decisions %+v", d)
	}
}

func TestCalendarFile(t *testing.T) {
	h := newHospital(t)
	b := h.device()
	f := h.schedule()
	path := h.path(f)
	b.get(path+"/calendar.ics").leadsTo(t, path)
	b.prove(path)
	a := b.get(path+"/calendar.ics").says(t, 200, "BEGIN:VCALENDAR", "METHOD:PUBLISH", "DTSTART;TZID=Europe/Paris:20260512T143000")
	a.hides(t, "Dupont", "Martin", "zoom")
	if !strings.HasPrefix(a.header.Get("Content-Type"), "text/calendar") {
		t.Errorf("type %q", a.header.Get("Content-Type"))
	}
}

func TestEndedEncountersSaySo(t *testing.T) {
	h := newHospital(t)
	ctx := context.Background()
	b := h.device()
	cancelled := h.schedule()
	path := h.path(cancelled)
	b.prove(path)
	h.must(h.Cancel(ctx, h.secretary, cancelled.ID, encounter.CancelInput{Reason: "practitioner"}))
	b.get(path).says(t, 200, "n’a pas lieu", "01 23 45 67 89").hides(t, "J’accepte")
	b.post(path+"/answer", "answer", "agree").leadsTo(t, path)
	b.post(path+"/portal", "answer", "open").leadsTo(t, path)
	b.get(path+"/waiting-room").leadsTo(t, path)
	b.post(path+"/leave").leadsTo(t, path)
	if f := h.facts(cancelled); len(f.Decisions) != 0 || f.Portal != nil || f.Presence != nil {
		t.Errorf("an ended encounter was changed: %+v", f)
	}
}

package devbox_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/smtp"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"teleconsult/server/dbtest"
	"teleconsult/server/devbox"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

var now = time.Date(2026, 5, 11, 9, 0, 0, 0, time.UTC)

func start(t *testing.T, dir string) *devbox.Box {
	t.Helper()
	b, err := devbox.Start(t.Context(), devbox.Config{DataDir: dir, Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = b.Close() })
	return b
}

const mail = "From: a@b.fr\r\nSubject: =?UTF-8?Q?Rendez-vous_vid=C3=A9o?=\r\nMIME-Version: 1.0\r\n" +
	"Content-Type: multipart/mixed; boundary=x\r\n\r\n" +
	"--x\r\nContent-Type: multipart/alternative; boundary=y\r\n\r\n" +
	"--y\r\nContent-Type: text/plain; charset=ISO-8859-1\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n=C0 bient=F4t https://a.test/p/1.\r\n" +
	"--y\r\nContent-Type: text/html; charset=UTF-8\r\n\r\n<p>À \"bientôt\"</p><script>alert(1)</script>\r\n" +
	"--y--\r\n" +
	"--x\r\nContent-Type: text/calendar; method=REQUEST\r\nContent-Disposition: attachment; filename=\"invite.ics\"\r\n\r\nBEGIN:VCALENDAR\r\n" +
	"--x--\r\n"

func post(t *testing.T, b *devbox.Box, to, body string) error {
	t.Helper()
	u, err := url.Parse(b.SMTPURL())
	if err != nil {
		t.Fatal(err)
	}
	return smtp.SendMail(u.Host, nil, "a@b.fr", []string{to}, []byte(body))
}

func app(b *devbox.Box) *fiber.App {
	a := fiber.New(fiber.Config{Immutable: true})
	b.Register(a)
	return a
}

func fetch(t *testing.T, a *fiber.App, method, path, body string, header ...string) (*http.Response, string) {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, path, strings.NewReader(body))
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	answer, err := a.Test(r, 5000)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	content, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer, string(content)
}

func TestMailIsTakenApart(t *testing.T) {
	b := start(t, "")
	if err := post(t, b, "jeanne@exemple.fr", mail); err != nil {
		t.Fatal(err)
	}
	answer, body := fetch(t, app(b), http.MethodGet, "/dev/mailbox.json", "")
	if got := answer.Header.Get("Cache-Control"); got != "no-store" {
		t.Errorf("personal links may be cached: %q", got)
	}
	var items []map[string]any
	if err := json.Unmarshal([]byte(body), &items); err != nil || len(items) != 1 {
		t.Fatalf("%v in %s", err, body)
	}
	got := items[0]
	for name, want := range map[string]any{
		"channel": "email", "to": "jeanne@exemple.fr", "subject": "Rendez-vous vidéo",
		"text": "À bientôt https://a.test/p/1.", "html": "<p>À \"bientôt\"</p><script>alert(1)</script>", "at": "2026-05-11T09:00:00Z",
	} {
		if got[name] != want {
			t.Errorf("%s = %q, want %q", name, got[name], want)
		}
	}
	if len(got) != 8 {
		t.Errorf("the contract has 8 fields: %v", got)
	}
	files, err := json.Marshal(got["attachments"])
	if err != nil || string(files) != `[{"name":"invite.ics","type":"text/calendar"}]` {
		t.Errorf("attachments %s", files)
	}
}

func TestPageShowsMailInASandbox(t *testing.T) {
	b := start(t, "")
	if err := post(t, b, "jeanne@exemple.fr", mail); err != nil {
		t.Fatal(err)
	}
	answer, page := fetch(t, app(b), http.MethodGet, "/dev/mailbox", "")
	if !strings.Contains(answer.Header.Get("Content-Security-Policy"), "default-src 'none'") {
		t.Error("no policy")
	}
	for _, want := range []string{
		`sandbox="allow-popups allow-popups-to-escape-sandbox"`, `srcdoc="&lt;p&gt;À &#34;bientôt&#34;`, "Rendez-vous vidéo",
		`<a href="https://a.test/p/1" target="_blank" rel="noopener noreferrer">https://a.test/p/1</a>.`, "invite.ics", "11/05/2026",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("no %s", want)
		}
	}
	if strings.Contains(page, "<script") {
		t.Error("the mail's script is in the page")
	}
	id := b.Messages()[0].ID
	answer, content := fetch(t, app(b), http.MethodGet, "/dev/mailbox/"+id+"/attachments/invite.ics", "")
	if content != "BEGIN:VCALENDAR" || answer.Header.Get("Content-Type") != "text/calendar" {
		t.Errorf("attachment %q %q", content, answer.Header.Get("Content-Type"))
	}
	for _, path := range []string{"/dev/mailbox/nope/attachments/invite.ics", "/dev/mailbox/" + id + "/attachments/other"} {
		if answer, _ = fetch(t, app(b), http.MethodGet, path, ""); answer.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %d", path, answer.StatusCode)
		}
	}
}

func TestEmptyMailbox(t *testing.T) {
	a := app(start(t, ""))
	if _, body := fetch(t, a, http.MethodGet, "/dev/mailbox.json", ""); body != "[]" {
		t.Errorf("%q", body)
	}
	if _, page := fetch(t, a, http.MethodGet, "/dev/mailbox", ""); !strings.Contains(page, "Aucun message") {
		t.Error("an empty mailbox says so")
	}
}

func TestBinaryJunkIsShownAsText(t *testing.T) {
	b := start(t, "")
	if err := post(t, b, "a@b.fr", "no header at all \xff\x00"); err != nil {
		t.Fatal(err)
	}
	if got := b.Messages()[0]; !strings.Contains(got.Text, "no header") {
		t.Errorf("%+v", got)
	}
	if _, page := fetch(t, app(b), http.MethodGet, "/dev/mailbox", ""); !strings.Contains(page, "no header") {
		t.Error("not shown")
	}
}

func TestMailboxOutlivesARestartAndAKill(t *testing.T) {
	dir := t.TempDir()
	b := start(t, dir)
	if err := post(t, b, "jeanne@exemple.fr", mail); err != nil {
		t.Fatal(err)
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "devbox", "mailbox.jsonl")
	f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err = f.WriteString(`{"id":"half a li`); err != nil {
		t.Fatal(err)
	}
	if err = f.Close(); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", info, err)
	}
	b = start(t, dir)
	got := b.Messages()
	if len(got) != 1 || got[0].Subject != "Rendez-vous vidéo" || len(got[0].Attachments) != 1 {
		t.Fatalf("%+v", got)
	}
	_, content := fetch(t, app(b), http.MethodGet, "/dev/mailbox/"+got[0].ID+"/attachments/invite.ics", "")
	if content != "BEGIN:VCALENDAR" {
		t.Errorf("attachment %q", content)
	}
	if answer, _ := fetch(t, app(b), http.MethodDelete, "/dev/mailbox", ""); answer.StatusCode != http.StatusForbidden {
		t.Error("another site could empty it")
	}
	if answer, _ := fetch(t, app(b), http.MethodDelete, "/dev/mailbox", "", "X-Requested-With", "teleconsult"); answer.StatusCode != http.StatusNoContent {
		t.Error("cannot be emptied")
	}
	if n := len(b.Messages()); n != 0 {
		t.Errorf("%d left", n)
	}
}

func TestMailboxIsBounded(t *testing.T) {
	b := start(t, t.TempDir())
	u, err := url.Parse(b.SMTPURL())
	if err != nil {
		t.Fatal(err)
	}
	c, err := smtp.Dial(u.Host)
	if err != nil {
		t.Fatal(err)
	}
	for range 1005 {
		if err = c.Mail("a@b.fr"); err != nil {
			t.Fatal(err)
		}
		if err = c.Rcpt("c@d.fr"); err != nil {
			t.Fatal(err)
		}
		w, err := c.Data()
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.WriteString(w, "Subject: x\r\n\r\nx")
		if err = w.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(b.Messages()); n != 500 {
		t.Errorf("%d kept", n)
	}
}

func TestAddressesThatMisbehave(t *testing.T) {
	b := start(t, "")
	for to, want := range map[string]string{
		"bounce@exemple.fr": "550 5.1.1", "later@exemple.fr": "451 4.7.0", "a@nowhere.invalid": "550 5.1.2",
	} {
		if err := post(t, b, to, mail); err == nil || !strings.Contains(strings.ReplaceAll(err.Error(), `"`, ""), want) {
			t.Errorf("%s: %v", to, err)
		}
	}
}

func TestFaultsArePlannedOverHTTP(t *testing.T) {
	b := start(t, "")
	a := app(b)
	ask := func(body string) int {
		answer, _ := fetch(t, a, http.MethodPost, "/dev/mailbox/faults", body, "Content-Type", "application/json", "X-Requested-With", "teleconsult")
		return answer.StatusCode
	}
	for body, want := range map[string]int{
		`{"kind":"smtp-permanent","count":2}`: http.StatusNoContent,
		`{"kind":"nonsense"}`:                 http.StatusUnprocessableEntity,
		`{"kind":"smtp-slow","count":100000}`: http.StatusUnprocessableEntity,
		`no json`:                             http.StatusUnprocessableEntity,
	} {
		if got := ask(body); got != want {
			t.Errorf("%s: %d", body, got)
		}
	}
	if answer, _ := fetch(t, a, http.MethodPost, "/dev/mailbox/faults", `{"kind":"smtp-slow"}`, "Content-Type", "application/json"); answer.StatusCode != http.StatusForbidden {
		t.Error("another site could plan faults")
	}
	for i, want := range []bool{false, false, true} {
		if err := post(t, b, "a@b.fr", mail); (err == nil) != want {
			t.Errorf("mail %d: %v", i, err)
		}
	}
}

// A server that stops ends the context and closes the box at the same time.
func TestCloseWhileTheContextEnds(t *testing.T) {
	for range 50 {
		ctx, cancel := context.WithCancel(t.Context())
		b, err := devbox.Start(ctx, devbox.Config{Now: time.Now})
		if err != nil {
			t.Fatal(err)
		}
		go cancel()
		if err = b.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestCloseTwice(t *testing.T) {
	b, err := devbox.Start(t.Context(), devbox.Config{Now: time.Now, DataDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	if err = b.Close(); err != nil {
		t.Error(err)
	}
	if err = b.Close(); err != nil {
		t.Errorf("second close: %v", err)
	}
	if err = post(t, b, "a@b.fr", mail); err == nil {
		t.Error("still listening")
	}
	file := filepath.Join(t.TempDir(), "file")
	if err = os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err = devbox.Start(t.Context(), devbox.Config{Now: time.Now, DataDir: file}); err == nil {
		t.Error("a folder that cannot be made must be an error")
	}
}

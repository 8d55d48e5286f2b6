package web

import (
	"bytes"
	"context"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"

	"teleconsult/server/auth"
	"teleconsult/server/config"
	"teleconsult/server/db"
	"teleconsult/server/dbtest"
	"teleconsult/server/fault"
	"teleconsult/server/live"
	"teleconsult/server/secret"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

const (
	claire   = "01900000-0000-7000-8000-000000000001"
	paul     = "01900000-0000-7000-8000-000000000002"
	cardio   = "01900000-0000-7000-8000-00000000000a"
	neuro    = "01900000-0000-7000-8000-00000000000b"
	password = "teleconsult-demo"
	publicly = "https://tele.example"
)

var hash = sync.OnceValue(func() string { return auth.HashPassword(password) })

// house is the whole web room, listening on a port of its own, on a database with a practitioner in
// cardiology (Claire) and one in neurology (Paul).
type house struct {
	*Server
	t       *testing.T
	db      *db.DB
	url     string
	hub     *live.Hub
	log     *lines
	elapsed atomic.Int64
	// done counts how often the test operation "create" was done; gate, when set, holds it open.
	done atomic.Int32
	gate chan struct{}
}

// lines is a log that tests can read.
type lines struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (l *lines) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(b)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}

type option func(*Options)

func withFiles(files fs.FS) option { return func(o *Options) { o.Assets = files } }

func newHouse(t *testing.T, options ...option) *house {
	t.Helper()
	app, _ := dbtest.URLs(t)
	return newHouseOn(t, app, options...)
}

func newHouseOn(t *testing.T, app string, options ...option) *house {
	t.Helper()
	d, err := db.Open(t.Context(), app)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	h := &house{t: t, db: d, log: &lines{}}
	h.seed()
	log := slog.New(slog.NewJSONHandler(h.log, nil))
	h.hub = live.NewHub(log)
	now := func() time.Time { return time.Now().Add(time.Duration(h.elapsed.Load())) }
	box := secret.New([32]byte{1})
	o := Options{
		Config: config.Config{PublicURL: publicly, TrustedProxies: 0}, Version: "test", Now: now, Log: log, DB: d, Secret: box,
	}
	o.API = []func(huma.API){h.operations}
	o.Pages = []func(fiber.Router){h.pages}
	for _, set := range options {
		set(&o)
	}
	o.Auth = auth.New(auth.Options{DB: d, Secret: box, Now: now, Idle: time.Hour, Lifetime: 12 * time.Hour, Secure: o.Config.Secure()})
	o.API = append(o.API,
		func(api huma.API) { auth.Register(api, o.Auth) },
		func(api huma.API) { live.Register(api, h.hub, o.Auth, log) })
	if h.Server, err = New(o); err != nil {
		t.Fatal(err)
	}
	h.listen(app)
	return h
}

func (h *house) listen(databaseURL string) {
	h.t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		h.t.Fatal(err)
	}
	h.url = "http://" + listener.Addr().String()
	ctx, cancel := context.WithCancel(context.Background())
	var group sync.WaitGroup
	group.Go(func() { _ = h.Listen(listener) })
	group.Go(func() { _ = h.hub.Run(ctx, databaseURL) })
	h.t.Cleanup(func() {
		h.hub.Close()
		if err := h.Shutdown(10 * time.Second); err != nil {
			h.t.Errorf("shutdown: %v", err)
		}
		cancel()
		group.Wait()
	})
	for deadline := time.Now().Add(5 * time.Second); ; {
		response, err := http.Get(h.url + "/healthz")
		if err == nil {
			_ = response.Body.Close()
			return
		}
		if time.Now().After(deadline) {
			h.t.Fatal(err)
		}
	}
}

func (h *house) seed() {
	h.t.Helper()
	err := h.db.InTx(h.t.Context(), db.System("test"), func(ctx context.Context, tx db.Tx) error {
		for _, d := range []string{cardio, neuro} {
			if _, err := tx.ExecContext(ctx, `INSERT INTO department (id, code, name, hospital, phone, email)
				VALUES ($1, $2, $2, 'HEGP', '+33156090000', 'x@y.example')`, d, "C"+d[35:]); err != nil {
				return err
			}
		}
		for id, where := range map[string]string{claire: cardio, paul: neuro} {
			email := map[string]string{claire: "claire@demo.test", paul: "paul@demo.test"}[id]
			if _, err := tx.ExecContext(ctx, `INSERT INTO staff (id, email, family_name, given_name, password_hash)
				VALUES ($1, $2, 'Martin', 'Claire', $3)`, id, email, hash()); err != nil {
				return err
			}
			if _, err := tx.ExecContext(ctx, `INSERT INTO staff_role VALUES ($1, $2, 'practitioner')`, id, where); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		h.t.Fatal(err)
	}
}

// answerText is what the test operations answer.
type answerText struct {
	Location string `header:"Location"`
	ETag     string `header:"ETag"`
	Body     struct {
		Text string `json:"text"`
	}
}

type createInput struct {
	Echo string `header:"X-Echo"`
	Body struct {
		Text string `json:"text" maxLength:"3000000"`
	}
}

// operations stand for the rooms: one that creates, one that panics, one that fails, one for managers only.
func (h *house) operations(api huma.API) {
	huma.Register(api, huma.Operation{
		OperationID: "create", Method: http.MethodPost, Path: "/things", DefaultStatus: http.StatusCreated,
		Metadata: auth.Metadata(auth.EncounterSchedule), MaxBodyBytes: 3 << 20,
	}, func(_ context.Context, in *createInput) (*answerText, error) {
		n := h.done.Add(1)
		if h.gate != nil {
			<-h.gate
		}
		if in.Body.Text == "refuse" {
			return nil, fault.New(fault.KindConflict, "no", "Non.")
		}
		if in.Body.Text == "panic" {
			panic("with a secret inside")
		}
		out := &answerText{Location: "/things/1", ETag: `"v1"`}
		out.Body.Text = strings.Repeat("x", int(n)) + in.Body.Text
		return out, nil
	})
	huma.Register(api, huma.Operation{
		OperationID: "manage", Method: http.MethodGet, Path: "/manage", Metadata: auth.Metadata(auth.StaffManage),
	}, func(context.Context, *struct{}) (*struct{}, error) { return nil, nil }) //nolint:nilnil // huma's way to answer nothing
	huma.Register(api, huma.Operation{
		OperationID: "hidden", Method: http.MethodGet, Path: "/hidden", Hidden: true,
	}, func(context.Context, *struct{}) (*struct{}, error) { return nil, nil }) //nolint:nilnil // huma's way to answer nothing
}

func (h *house) pages(r fiber.Router) {
	r.Get("/p/:token", func(c *fiber.Ctx) error {
		switch c.Params("token") {
		case "panic":
			panic("with a secret inside")
		case "fault":
			return fault.New(fault.KindGone, "link_expired", "Ce lien n'est plus valable.")
		case "address":
			return c.SendString(auth.ClientFrom(c.UserContext()).Address)
		}
		c.Set(fiber.HeaderContentType, fiber.MIMETextHTMLCharsetUTF8)
		return c.SendString("<h1>page</h1>")
	})
	r.Post("/p/:token/join", func(c *fiber.Ctx) error { return c.Redirect("https://zoom.us/j/1", http.StatusSeeOther) })
	r.Post("/hooks/x", func(c *fiber.Ctx) error { return c.SendString("hooked") })
}

// browser keeps one person's session.
type browser struct {
	h      *house
	cookie string
	header http.Header
}

func (h *house) browser() *browser { return &browser{h: h, header: http.Header{}} }

func (h *house) signedIn(email string) *browser {
	h.t.Helper()
	b := h.browser()
	response, body := b.post("/api/v1/session", `{"email":"`+email+`","password":"`+password+`"}`)
	if response.StatusCode != http.StatusOK {
		h.t.Fatalf("sign in: %d %s", response.StatusCode, body)
	}
	b.cookie, _, _ = strings.Cut(response.Header.Get("Set-Cookie"), ";")
	return b
}

// with returns the browser with another header on its next requests.
func (b *browser) with(name, value string) *browser {
	other := &browser{h: b.h, cookie: b.cookie, header: b.header.Clone()}
	other.header.Set(name, value)
	return other
}

func (b *browser) request(method, path, body string) *http.Request {
	b.h.t.Helper()
	request, err := http.NewRequestWithContext(b.h.t.Context(), method, b.h.url+path, strings.NewReader(body))
	if err != nil {
		b.h.t.Fatal(err)
	}
	if method != http.MethodGet {
		request.Header.Set("X-Requested-With", "teleconsult")
		if body != "" {
			request.Header.Set("Content-Type", "application/json")
		}
	}
	if b.cookie != "" {
		request.Header.Set("Cookie", b.cookie)
	}
	for name, values := range b.header {
		request.Header[name] = values
		if values[0] == "" {
			request.Header.Del(name)
		}
	}
	return request
}

// bare follows no redirect and unpacks nothing.
var bare = &http.Client{
	Transport:     &http.Transport{DisableCompression: true},
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

func (b *browser) do(method, path, body string) (*http.Response, string) {
	b.h.t.Helper()
	response, err := bare.Do(b.request(method, path, body))
	if err != nil {
		b.h.t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		b.h.t.Fatal(err)
	}
	return response, string(answer)
}

func (b *browser) get(path string) (*http.Response, string) { return b.do(http.MethodGet, path, "") }

func (b *browser) post(path, body string) (*http.Response, string) {
	return b.do(http.MethodPost, path, body)
}

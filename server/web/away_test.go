package web

import (
	"io"
	"net"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"teleconsult/server/dbtest"
)

// line is the way to the database, which can be cut and mended.
type line struct {
	t        *testing.T
	from, to string

	mu       sync.Mutex
	listener net.Listener
	open     []net.Conn
}

// newLine returns a line and the database's address through it.
func newLine(t *testing.T, databaseURL string) (*line, string) {
	t.Helper()
	u, err := url.Parse(databaseURL)
	if err != nil {
		t.Fatal(err)
	}
	const socket = ".s.PGSQL.5432"
	dir := t.TempDir()
	q := u.Query()
	l := &line{t: t, from: filepath.Join(dir, socket), to: filepath.Join(q.Get("host"), socket)}
	q.Set("host", dir)
	u.RawQuery = q.Encode()
	l.mend()
	t.Cleanup(l.cut)
	return l, u.String()
}

func (l *line) mend() {
	l.t.Helper()
	listener, err := net.Listen("unix", l.from)
	if err != nil {
		l.t.Fatal(err)
	}
	l.mu.Lock()
	l.listener = listener
	l.mu.Unlock()
	go func() {
		for {
			in, err := listener.Accept()
			if err != nil {
				return
			}
			out, err := net.Dial("unix", l.to)
			if err != nil {
				_ = in.Close()
				continue
			}
			l.mu.Lock()
			l.open = append(l.open, in, out)
			l.mu.Unlock()
			go func() { _, _ = io.Copy(in, out); _ = in.Close() }()
			go func() { _, _ = io.Copy(out, in); _ = out.Close() }()
		}
	}()
}

func (l *line) cut() {
	l.mu.Lock()
	defer l.mu.Unlock()
	_ = l.listener.Close()
	for _, c := range l.open {
		_ = c.Close()
	}
	l.open = nil
}

func TestThePostgresIsAwayForAWhile(t *testing.T) {
	t.Parallel()
	direct, _ := dbtest.URLs(t)
	way, through := newLine(t, direct)
	h := newHouseOn(t, through)
	b := h.signedIn("claire@demo.test").with("Idempotency-Key", key)
	s := b.watch(t)
	h.listening(s, cardio)
	way.cut()
	begin := time.Now()
	for range 3 {
		response, body := b.post("/api/v1/things", `{"text":"typed"}`)
		isProblem(t, response, body, http.StatusServiceUnavailable, "database_unavailable")
		if response.Header.Get("Retry-After") == "" {
			t.Error("no Retry-After")
		}
	}
	response, body := h.browser().post("/api/v1/session", `{"email":"claire@demo.test","password":"teleconsult-demo"}`)
	isProblem(t, response, body, http.StatusServiceUnavailable, "database_unavailable")
	if response, _ = h.browser().get("/readyz"); response.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("ready: %d", response.StatusCode)
	}
	if response, _ = h.browser().get("/healthz"); response.StatusCode != http.StatusOK {
		t.Errorf("healthy: %d", response.StatusCode)
	}
	if took := time.Since(begin); took > 10*time.Second {
		t.Errorf("the answers took %v", took)
	}
	if h.done.Load() != 0 {
		t.Error("something was done without a database")
	}
	way.mend()
	if response, body = b.post("/api/v1/things", `{"text":"typed"}`); response.StatusCode != http.StatusCreated || h.done.Load() != 1 {
		t.Errorf("the same request once it is back: %d %s", response.StatusCode, body)
	}
	for got := ""; !strings.Contains(got, `"kind":"resync"`); { // the stream lived through it and reads again
		got = s.next()
	}
}

package web

import (
	"bufio"
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"teleconsult/server/db"
)

// screen is an open stream of live events.
type screen struct {
	t      *testing.T
	events chan string // "name data"
	ended  chan struct{}
	retry  string
	close  context.CancelFunc
}

func (b *browser) watch(t *testing.T) *screen {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	response, err := bare.Do(b.request(http.MethodGet, "/api/v1/events", "").WithContext(ctx))
	if err != nil {
		t.Fatal(err)
	}
	if response.StatusCode != 200 || !strings.HasPrefix(response.Header.Get("Content-Type"), "text/event-stream") ||
		response.Header.Get("Cache-Control") != "no-store" || response.Header.Get("X-Accel-Buffering") != "no" {
		t.Fatalf("%d %v", response.StatusCode, response.Header)
	}
	s := &screen{t: t, events: make(chan string, 4096), ended: make(chan struct{}), close: cancel}
	t.Cleanup(cancel)
	go s.read(response)
	if first := s.next(); first != "ping {}" {
		t.Fatalf("first event %q", first)
	}
	return s
}

func (s *screen) read(response *http.Response) {
	defer close(s.ended)
	defer func() { _ = response.Body.Close() }()
	name := ""
	for lines := bufio.NewScanner(response.Body); lines.Scan(); {
		field, value, _ := strings.Cut(lines.Text(), ": ")
		switch field {
		case "retry":
			s.retry = value
		case "event":
			name = value
		case "data":
			s.events <- name + " " + value
		}
	}
}

func (s *screen) next() string {
	s.t.Helper()
	select {
	case e := <-s.events:
		return e
	case <-s.ended:
		s.t.Fatal("the stream ended")
	case <-time.After(10 * time.Second):
		s.t.Fatal("no event")
	}
	return ""
}

func (s *screen) end() {
	s.t.Helper()
	select {
	case <-s.ended:
	case <-time.After(10 * time.Second):
		s.t.Fatal("the stream goes on")
	}
}

// change does what encounter.Settle does.
func (h *house) change(department, kind string) {
	h.t.Helper()
	err := h.db.InTx(h.t.Context(), db.System("test"), func(ctx context.Context, tx db.Tx) error {
		_, err := tx.ExecContext(ctx, `SELECT pg_notify('encounter_changed', $1)`,
			fmt.Sprintf(`{"encounterId":"e","departmentId":%q,"kind":%q}`, department, kind))
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
}

func event(department, kind string) string {
	return fmt.Sprintf(`encounter {"encounterId":"e","departmentId":%q,"kind":%q}`, department, kind)
}

func (h *house) screens(n int) {
	h.t.Helper()
	for deadline := time.Now().Add(10 * time.Second); h.hub.Subscribers() != n; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			h.t.Fatalf("%d screens are connected, want %d", h.hub.Subscribers(), n)
		}
	}
}

// listening waits until the hub listens to the database.
func (h *house) listening(s *screen, department string) {
	h.t.Helper()
	for deadline := time.Now().Add(10 * time.Second); ; {
		h.change(department, "hello")
		select {
		case <-s.events:
			for { // whatever else was said while waiting
				select {
				case <-s.events:
				case <-time.After(50 * time.Millisecond):
					return
				}
			}
		case <-time.After(50 * time.Millisecond):
		}
		if time.Now().After(deadline) {
			h.t.Fatal("the hub hears nothing")
		}
	}
}

func TestEventsReachTheScreensOfTheirDepartment(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	claire := h.signedIn("claire@demo.test")
	one, two := claire.watch(t), claire.watch(t)
	other := h.signedIn("paul@demo.test").watch(t)
	h.listening(one, cardio)
	for len(two.events) > 0 {
		<-two.events
	}
	if one.retry != "3000" {
		t.Errorf("retry %q", one.retry)
	}
	for i := range 5 {
		kind := fmt.Sprintf("kind-%d", i)
		h.change(cardio, kind)
		for _, s := range []*screen{one, two} {
			if got := s.next(); got != event(cardio, kind) {
				t.Errorf("got %s", got)
			}
		}
	}
	h.change(neuro, "theirs")
	if got := other.next(); got != event(neuro, "theirs") {
		t.Errorf("the other department got %s", got)
	}
	h.change(cardio, "last")
	if got := one.next(); got != event(cardio, "last") {
		t.Errorf("a foreign event came through: %s", got)
	}
	two.close()
	h.change(cardio, "after") // writing to a screen that is gone ends its stream
	if got := one.next(); got != event(cardio, "after") {
		t.Errorf("got %s", got)
	}
}

func TestAScreenThatReconnectsReadsAgain(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	s := h.signedIn("claire@demo.test").with("Last-Event-Id", "7").watch(t)
	if got := s.next(); got != `encounter {"encounterId":"","departmentId":"`+cardio+`","kind":"resync"}` {
		t.Errorf("got %s", got)
	}
}

func TestStreamsEndWithTheirSession(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	claire, paul := h.signedIn("claire@demo.test"), h.signedIn("paul@demo.test")
	s, stays := claire.watch(t), paul.watch(t)
	h.listening(s, cardio)
	if response, _ := claire.do("DELETE", "/api/v1/session", ""); response.StatusCode != 204 {
		t.Fatal("sign out")
	}
	s.end()
	h.change(neuro, "still here")
	if got := stays.next(); got != event(neuro, "still here") {
		t.Errorf("got %s", got)
	}
	h.screens(1)
	response, body := claire.get("/api/v1/events")
	isProblem(t, response, body, 401, "unauthenticated")
}

func TestStreamsEndAtShutdownAndNewOnesAreRefused(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	b := h.signedIn("claire@demo.test")
	s := b.watch(t)
	h.hub.Close()
	s.end()
	response, body := b.get("/api/v1/events")
	isProblem(t, response, body, 503, "stopping")
}

func TestOnePersonCannotOpenScreensWithoutEnd(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	b := h.signedIn("claire@demo.test")
	other := h.signedIn("paul@demo.test").watch(t)
	oldest := b.watch(t)
	for range 19 {
		b.watch(t)
	}
	h.screens(21)
	newest := b.watch(t)
	oldest.end()
	h.screens(21)
	h.listening(newest, cardio)
	h.listening(other, neuro)
}

func TestABrokenNotificationHarmsNobody(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	s := h.signedIn("claire@demo.test").watch(t)
	h.listening(s, cardio)
	err := h.db.InTx(t.Context(), db.System("test"), func(ctx context.Context, tx db.Tx) error {
		_, err := tx.ExecContext(ctx, `SELECT pg_notify('encounter_changed', 'rubbish'), pg_notify('message_queued', '')`)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	select {
	case <-h.hub.Wake():
	case <-time.After(10 * time.Second):
		t.Error("the dispatcher is not woken")
	}
	h.change(cardio, "next")
	if got := s.next(); got != event(cardio, "next") {
		t.Errorf("got %s", got)
	}
}

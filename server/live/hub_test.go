package live

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"strings"
	"testing"
	"time"

	"teleconsult/server/auth"
	"teleconsult/server/db"
	"teleconsult/server/dbtest"
	"teleconsult/server/secret"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

func newTestHub() *Hub { return NewHub(slog.New(slog.DiscardHandler)) }

func subscribe(t *testing.T, h *Hub, staff, session string, departments ...string) *subscriber {
	t.Helper()
	s, err := h.subscribe(staff, session, departments)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestPublishKeepsToDepartments(t *testing.T) {
	t.Parallel()
	h := newTestHub()
	a, b := subscribe(t, h, "s1", "k1", "a"), subscribe(t, h, "s2", "k2", "a", "b")
	h.Publish(Event{DepartmentID: "b", Kind: "x"})
	h.Publish(Event{DepartmentID: "", Kind: "nowhere"})
	if len(a.events) != 0 || len(b.events) != 1 {
		t.Errorf("%d and %d events", len(a.events), len(b.events))
	}
}

func TestASlowScreenLosesEventsAndIsToldSo(t *testing.T) {
	t.Parallel()
	h := newTestHub()
	s := subscribe(t, h, "s", "k", "a")
	for range queueLength + 1 {
		h.Publish(Event{DepartmentID: "a"})
	}
	if len(s.events) != queueLength || !h.takeLost(s) || h.takeLost(s) {
		t.Error("lost events are told once")
	}
	h.resync() // the queue is still full
	h.resync()
	if !h.takeLost(s) || len(s.nudge) != 1 {
		t.Error("a resync needs no room in the queue")
	}
}

func TestWakeIsOneSignal(t *testing.T) {
	t.Parallel()
	h := newTestHub()
	for range 3 {
		h.notified(queuedChannel, "")
	}
	<-h.Wake()
	select {
	case <-h.Wake():
		t.Error("a second signal")
	default:
	}
}

func TestEndingIsOnceForAll(t *testing.T) {
	t.Parallel()
	h := newTestHub()
	a, b := subscribe(t, h, "s", "k1", "a"), subscribe(t, h, "s", "k2", "a")
	h.notified(endedChannel, "k1")
	<-a.ended
	h.unsubscribe(a) // twice is nothing
	h.Close()
	h.Close()
	<-b.ended
	if _, err := h.subscribe("s", "k", nil); !errors.Is(err, errClosed) {
		t.Errorf("after closing: %v", err)
	}
	if h.Subscribers() != 0 {
		t.Error("somebody is left")
	}
}

// The connection is cut while the hub listens: it comes back and everybody is told to read again.
func TestTheListenerComesBack(t *testing.T) {
	t.Parallel()
	app, _ := dbtest.URLs(t)
	d, err := db.Open(t.Context(), app)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = d.Close() }()
	h := newTestHub()
	s := subscribe(t, h, "s", "k", "a")
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- h.Run(ctx, app) }()
	exec := func(statement string) {
		t.Helper()
		if err := d.InTx(t.Context(), db.System("test"), func(ctx context.Context, tx db.Tx) error {
			_, err := tx.ExecContext(ctx, statement)
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
	const say = `SELECT pg_notify('encounter_changed', '{"encounterId":"e","departmentId":"a","kind":"k"}')`
	heard := func(what string) {
		t.Helper()
		for deadline := time.Now().Add(15 * time.Second); ; {
			exec(say)
			select {
			case <-s.events:
				return
			case <-time.After(50 * time.Millisecond):
			}
			if time.Now().After(deadline) {
				t.Fatalf("%s: not heard", what)
			}
		}
	}
	heard("first")
	exec(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'`)
	select {
	case <-s.nudge:
	case <-time.After(15 * time.Second):
		t.Fatal("nobody was told that events may be lost")
	}
	if !h.takeLost(s) {
		t.Error("nothing to read again")
	}
	<-h.Wake()
	heard("after")
	cancel()
	if err = <-ended; err != nil {
		t.Errorf("ended with %v", err)
	}
}

func TestRunEndsWhileTheDatabaseIsAway(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- newTestHub().Run(ctx, "postgres://nobody@127.0.0.1:1/none?sslmode=disable") }()
	cancel()
	select {
	case err := <-ended:
		if err != nil {
			t.Errorf("ended with %v", err)
		}
	case <-time.After(10 * time.Second):
		t.Error("it goes on")
	}
}

func TestHeartbeatsAndTheEndOfASession(t *testing.T) {
	t.Parallel()
	h := newTestHub()
	sessions := auth.New(auth.Options{DB: dbtest.New(t), Secret: secret.New([32]byte{1}), Now: time.Now, Idle: time.Hour, Lifetime: time.Hour})
	// A pace of a minute's length would be slow to watch; a check comes after as many beats as make a minute.
	s := &streams{hub: h, sessions: sessions, log: slog.New(slog.DiscardHandler), pace: 10 * time.Millisecond, recheck: 30 * time.Millisecond}
	sub := subscribe(t, h, "s", "00", "a")
	var out bytes.Buffer
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.stream(t.Context(), bufio.NewWriter(&out), sub, auth.Caller{StaffID: "s"}, false)
	}()
	select {
	case <-done: // the caller has no session: the first check ends it
	case <-time.After(10 * time.Second):
		t.Fatal("the stream goes on without a session")
	}
	if got := strings.Count(out.String(), "event: ping"); got != 4 {
		t.Errorf("%d pings: %s", got, out.String())
	}
	if !strings.HasPrefix(out.String(), "retry: 3000\n\nevent: ping\nid: 1\ndata: {}\n\n") {
		t.Error(out.String())
	}
}

func TestAStreamEndsWhenNobodyReads(t *testing.T) {
	t.Parallel()
	h := newTestHub()
	s := &streams{hub: h, log: slog.New(slog.DiscardHandler), pace: time.Hour, recheck: time.Hour}
	for _, again := range []bool{false, true} {
		r, w := io.Pipe()
		sub := subscribe(t, h, "s", "k", "a")
		done := make(chan struct{})
		go func() {
			defer close(done)
			s.stream(t.Context(), bufio.NewWriter(w), sub, auth.Caller{}, again)
		}()
		first, err := bufio.NewReader(r).ReadString('}')
		if err != nil || !strings.Contains(first, "ping") {
			t.Fatalf("%q, %v", first, err)
		}
		_ = r.Close()
		h.Publish(Event{DepartmentID: "a"})
		<-done
	}
}

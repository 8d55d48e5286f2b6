package notifications_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/lib/pq"

	"teleconsult/notifications"
	"teleconsult/notifications/dispatch"
	"teleconsult/server/db"
	"teleconsult/server/dbtest"
	"teleconsult/templates"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

// world is a database with a department and an encounter, and a clock that the test moves.
type world struct {
	t          testing.TB
	db         *db.DB
	ledger     *notifications.Ledger
	outbox     notifications.Outbox
	department string
	encounter  string
	start      time.Time

	mu       sync.Mutex
	now      time.Time
	outcomes []notifications.Outcome
	failMark error // returned by OnOutcomes, which rolls the mark back
}

func newWorld(t testing.TB) *world {
	t.Helper()
	w := &world{
		t: t, db: dbtest.New(t), department: uuid.NewString(), encounter: uuid.NewString(),
		now: time.Date(2026, 5, 11, 9, 0, 0, 0, time.UTC), start: time.Date(2026, 5, 12, 12, 30, 0, 0, time.UTC),
	}
	// The seal is the tests' own: it is enough to see that nothing readable is stored.
	vault := notifications.Vault{
		Seal: func(b []byte) ([]byte, error) { return append([]byte("sealed:"), flip(b)...), nil },
		Open: func(b []byte) ([]byte, error) {
			rest, ok := bytes.CutPrefix(b, []byte("sealed:"))
			if !ok {
				return nil, errors.New("not sealed")
			}
			return flip(rest), nil
		},
		Hash: func(s string) []byte { h := sha256.Sum256([]byte("key" + s)); return h[:] },
	}
	w.ledger = &notifications.Ledger{InTx: w.inTx, Now: w.clock, Vault: vault, OnOutcomes: w.onOutcomes}
	w.ledger.LockEncounters = func(ctx context.Context, ex notifications.Executor, ids []string) error {
		_, err := ex.ExecContext(ctx, `SELECT FROM encounter WHERE id = ANY($1) ORDER BY id FOR UPDATE`, pq.Array(ids))
		return err
	}
	w.outbox = notifications.Outbox{Vault: vault, PublicURL: "https://teleconsult.test"}
	w.seed()
	return w
}

func flip(b []byte) []byte {
	out := slices.Clone(b)
	for i := range out {
		out[i] ^= 0xaa
	}
	return out
}

func (w *world) seed() {
	staff, patient := uuid.NewString(), uuid.NewString()
	w.exec(`INSERT INTO department (id, code, name, hospital, phone, email)
		VALUES ($1, 'A', 'A', 'Hôpital', '01 23 45 67 89', 'secretariat@exemple.fr')`, w.department)
	w.exec(`INSERT INTO staff (id, email, family_name, given_name, password_hash) VALUES ($1, 'm@exemple.fr', 'M', 'M', '-')`, staff)
	w.exec(`INSERT INTO patient (id, department_id, family_name, given_name, search_name, birth_date, email, created_at, updated_at)
		VALUES ($1, $2, 'P', 'P', 'p p', '1980-01-01', 'p@exemple.fr', now(), now())`, patient, w.department)
	w.exec(`INSERT INTO encounter (id, department_id, patient_id, practitioner_id, modality, tool, planned_start, planned_end,
			created_by, created_at, updated_at)
		VALUES ($1, $2, $3, $4, 'video', 'zoom', $5, $6, $4, now(), now())`,
		w.encounter, w.department, patient, staff, w.start, w.start.Add(30*time.Minute))
}

func (w *world) inTx(ctx context.Context, fn func(ctx context.Context, ex notifications.Executor) error) error {
	return w.db.InTx(ctx, db.System("test"), func(ctx context.Context, tx db.Tx) error { return fn(ctx, tx) })
}

func (w *world) clock() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

func (w *world) pass(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = w.now.Add(d)
}

func (w *world) onOutcomes(_ context.Context, _ notifications.Executor, all []notifications.Outcome) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.failMark != nil {
		return w.failMark
	}
	w.outcomes = append(w.outcomes, all...)
	return nil
}

// told lists the states that were reported of a message.
func (w *world) told(id string) []notifications.Status {
	w.mu.Lock()
	defer w.mu.Unlock()
	var all []notifications.Status
	for _, o := range w.outcomes {
		if o.MessageID == id {
			all = append(all, o.Status)
		}
	}
	return all
}

func (w *world) exec(query string, args ...any) {
	w.t.Helper()
	err := w.inTx(context.Background(), func(ctx context.Context, ex notifications.Executor) error {
		_, err := ex.ExecContext(ctx, query, args...)
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

// value reads one column of one row.
func value[T any](w *world, query string, args ...any) T {
	w.t.Helper()
	var v T
	err := w.inTx(context.Background(), func(ctx context.Context, ex notifications.Executor) error {
		rows, err := ex.QueryxContext(ctx, query, args...)
		if err != nil {
			return err
		}
		defer func() { _ = rows.Close() }()
		if !rows.Next() {
			return errors.Join(errors.New("no row"), rows.Err())
		}
		return rows.Scan(&v)
	})
	if err != nil {
		w.t.Fatalf("%s: %v", query, err)
	}
	return v
}

func (w *world) status(id string) notifications.Status {
	w.t.Helper()
	return notifications.Status(value[string](w, `SELECT status FROM message WHERE id = $1`, id))
}

// becomes waits until the message is in that state.
func (w *world) becomes(id string, want notifications.Status) {
	w.t.Helper()
	w.until(func() bool { return w.status(id) == want }, "message stays %s, want %s", w.status(id), want)
}

func (w *world) until(ok func() bool, message string, args ...any) {
	w.t.Helper()
	for range 400 {
		if ok() {
			return
		}
		time.Sleep(10 * time.Millisecond) // a poll, not a guess
	}
	w.t.Fatalf(message, args...)
}

// mail and text are messages that can be sent at once.
func (w *world) mail() notifications.NewMessage {
	return notifications.NewMessage{
		DepartmentID: w.department, EncounterID: w.encounter, Channel: notifications.ChannelEmail,
		Recipient: "p@exemple.fr", ReplyTo: "secretariat@exemple.fr", Language: "fr", LinkToken: "7Kd3Qx9mB2LfT0pZ",
		Content: templates.Invitation{
			Sender:      templates.Sender{Brand: "AP-HP", Hospital: "AP-HP", Phone: "01 23 45 67 89"},
			Appointment: templates.Appointment{Start: w.start, Zone: "Europe/Paris", Minutes: 30},
		},
		Calendar:  notifications.Calendar{Method: "REQUEST", Text: "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"},
		ExpiresAt: w.start,
	}
}

func (w *world) text() notifications.NewMessage {
	m := w.mail()
	m.Channel, m.Recipient, m.ReplyTo, m.Calendar = notifications.ChannelSMS, "+33612345678", "", notifications.Calendar{}
	return m
}

func (w *world) enqueue(m notifications.NewMessage) string {
	w.t.Helper()
	var id string
	err := w.inTx(context.Background(), func(ctx context.Context, ex notifications.Executor) (err error) {
		id, err = w.outbox.Enqueue(ctx, ex, w.clock(), m)
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return id
}

// peer is a provider that does what the test says: the next answers in order, then accepted.
type peer struct {
	mu      sync.Mutex
	answers []func(ctx context.Context, m notifications.Outgoing) notifications.Result
	sent    []notifications.Outgoing
}

// Send implements notifications.Sender.
func (p *peer) Send(ctx context.Context, m notifications.Outgoing) notifications.Result {
	p.mu.Lock()
	p.sent = append(p.sent, m)
	answer := func(context.Context, notifications.Outgoing) notifications.Result {
		return notifications.Result{Verdict: notifications.VerdictAccepted}
	}
	if len(p.answers) > 0 {
		answer, p.answers = p.answers[0], p.answers[1:]
	}
	p.mu.Unlock()
	return answer(ctx, m)
}

func (p *peer) next(results ...notifications.Result) {
	for _, r := range results {
		p.then(func(context.Context, notifications.Outgoing) notifications.Result { return r })
	}
}

func (p *peer) then(f func(context.Context, notifications.Outgoing) notifications.Result) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.answers = append(p.answers, f)
}

func (p *peer) seen() []notifications.Outgoing {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.sent)
}

// dispatcher is one instance with quick settings.
func (w *world) dispatcher(p notifications.Sender) *dispatch.Dispatcher {
	return &dispatch.Dispatcher{
		Ledger:    w.ledger,
		Senders:   map[notifications.Channel]notifications.Sender{notifications.ChannelEmail: p, notifications.ChannelSMS: p},
		PublicURL: "https://teleconsult.test", Log: slog.New(slog.DiscardHandler),
		Workers: 4, Poll: 10 * time.Millisecond, Grace: 2 * time.Second,
	}
}

// run starts an instance and returns the function that stops it and waits.
func (w *world) run(d *dispatch.Dispatcher) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- d.Run(ctx) }()
	stop = sync.OnceFunc(func() {
		cancel()
		if err := <-done; err != nil {
			w.t.Error(err)
		}
	})
	w.t.Cleanup(stop)
	return stop
}

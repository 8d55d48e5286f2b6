package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/jmoiron/sqlx"
	"pgregory.net/rapid"

	"teleconsult/notifications"
	"teleconsult/server/auth"
	"teleconsult/server/config"
	"teleconsult/server/db"
	"teleconsult/server/dbtest"
	"teleconsult/server/demo"
	"teleconsult/server/department"
	"teleconsult/server/devbox"
	"teleconsult/server/secret"
)

// proofChecks is how many random schedules run when -rapid.checks does not say so.
const proofChecks = "6"

// TestAnySchedule throws everything at the whole delivery at once: appointments that are made, moved and cancelled,
// messages of every kind, a peer that misbehaves in every way that the post office knows, servers that are killed or
// stopped, withdrawals, and a clock that jumps, with the real clients and the chains on a real Postgres. Then the peer
// behaves, time passes, and what must hold is checked, see proof.judge.
func TestAnySchedule(t *testing.T) {
	given := map[string]bool{}
	flag.Visit(func(f *flag.Flag) { given[f.Name] = true })
	for name, value := range map[string]string{"rapid.checks": proofChecks, "rapid.nofailfile": "true", "rapid.shrinktime": "1ms"} {
		if !given[name] {
			before := flag.Lookup(name).Value.String()
			if err := flag.Set(name, value); err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = flag.Set(name, before) })
		}
	}
	rapid.Check(t, func(r *rapid.T) {
		w := newProof(t, r)
		defer w.close()
		r.Repeat(map[string]func(*rapid.T){
			"plan": w.plan, "go on": w.goOn, "move": w.move, "cancel": w.cancel, "read": w.read,
			"write": w.write, "write more": w.write, "withdraw": w.withdraw,
			"fault": w.fault, "another fault": w.fault, "kill": w.kill, "restart": w.restart,
			"time": w.pass, "work": w.work, "look": func(*rapid.T) { w.look() },
		})
		w.settle()
		w.judge()
	})
}

// proof is a hospital with servers that die and a post office that misbehaves.
type proof struct {
	*parts
	t     *testing.T
	r     *rapid.T
	owner *sqlx.DB
	box   *devbox.Box
	ended []func() // run in close, the last first

	department              department.Department
	practitioner, secretary auth.Caller
	encounters              []planned // in the order in which they were planned

	mu  sync.Mutex
	now time.Time

	instances []*mortal
	all       []*mortal // also those that are dead
	kills     int
	faults    map[devbox.Fault]int
	written   []written
	cancelled map[string]int // copies of a message when it was cancelled
	kind      time.Time      // since when the peer behaves
	kindFrom  int64          // the last change before
	slept     time.Time      // when lapse last moved the clock
}

// planned is an encounter of the schedule.
type planned struct {
	id        string
	both      bool // its patient has an e-mail address and a mobile
	disturbed bool // moved, cancelled or refused
}

// written is a message that the schedule wrote by itself, with a word that no other message has.
type written struct{ id, word string }

func newProof(t *testing.T, r *rapid.T) *proof {
	w := &proof{
		t: t, r: r, now: time.Date(2026, 5, 11, 9, 0, 0, 0, time.UTC), faults: map[devbox.Fault]int{}, cancelled: map[string]int{},
	}
	ctx, cancel := context.WithCancel(context.Background())
	w.later(cancel)
	appURL, ownerURL := dbtest.URLs(t)
	database := must(db.Open(ctx, appURL))(t)
	w.later(func() { _ = database.Close() })
	w.owner = must(sqlx.Open("postgres", ownerURL))(t)
	w.owner.SetMaxOpenConns(1)
	w.later(func() { _ = w.owner.Close() })
	w.do(proofChanges)
	const account, token = "AC00000000000000000000000000000000", "proof"
	w.box = must(devbox.Start(ctx, devbox.Config{Now: w.clock, AccountSID: account, AuthToken: token, PriceAfter: 50 * time.Millisecond}))(t)
	w.box.Delay(300 * time.Millisecond)
	listener := must(listenLocal())(t)
	cfg := must(config.Read([]string{
		"PUBLIC_URL=http://" + listener.Addr().String(), "SMTP_FROM=AP-HP <ne-pas-repondre@demo.test>",
		"BOUNCE_ADDRESS=" + devbox.BounceAddress, "BOUNCE_IMAP_URL=" + w.box.IMAPURL(),
	}))(t)
	cfg = withDevbox(cfg, w.box.SMTPURL(), w.box.TwilioURL(), account, token)
	w.parts = newParts(cfg, slog.New(slog.DiscardHandler), database, secret.New([32]byte{1}))
	w.ledger.Now, w.encounter.Now = w.clock, w.clock
	w.hire()

	hooks := fiber.New(fiber.Config{DisableStartupMessage: true})
	w.registerHooks(hooks)
	go func() { _ = hooks.Listener(listener) }()
	w.later(func() { _ = hooks.ShutdownWithTimeout(5 * time.Second) })
	w.later(func() { _ = w.box.Close() })
	reader := must(w.newBounceReader())(t)
	var reading sync.WaitGroup
	reading.Go(func() { _ = reader.Run(ctx) })
	w.later(func() { cancel(); reading.Wait() })
	for range 2 {
		w.start()
	}
	return w
}

// must gives a value, or ends the test.
func must[T any](v T, err error) func(t *testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func (w *proof) later(f func()) { w.ended = append(w.ended, f) }

func (w *proof) close() {
	for _, m := range w.all {
		m.cancel()
	}
	for _, m := range w.all {
		<-m.done
	}
	for i := len(w.ended) - 1; i >= 0; i-- {
		w.ended[i]()
	}
}

func (w *proof) hire() {
	departments := must(demo.Departments("Europe/Paris"))(w.t)
	w.department = departments[0]
	err := w.db.InTx(context.Background(), db.System("proof"), func(ctx context.Context, tx db.Tx) error {
		if err := department.Insert(ctx, tx, w.department); err != nil {
			return err
		}
		var err error
		w.practitioner, w.secretary, err = demo.Hire(ctx, tx, w.department, "-")
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *proof) clock() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

func (w *proof) jump(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = w.now.Add(d)
}

// proofChanges writes down every change of state as it is committed, in order, whoever makes it.
const proofChanges = `
	CREATE TABLE proof_change (n bigserial PRIMARY KEY, message_id uuid NOT NULL, was text NOT NULL, became text NOT NULL, secrets boolean NOT NULL);
	GRANT SELECT ON proof_change TO teleconsult_app;
	CREATE FUNCTION proof_note() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN
		INSERT INTO proof_change (message_id, was, became, secrets)
		VALUES (new.id, CASE WHEN tg_op = 'INSERT' THEN '' ELSE old.status END, new.status, new.secrets IS NOT NULL);
		RETURN NULL;
	END $$;
	CREATE TRIGGER proof_insert AFTER INSERT ON message FOR EACH ROW EXECUTE FUNCTION proof_note();
	CREATE TRIGGER proof_update AFTER UPDATE ON message FOR EACH ROW WHEN (old.status <> new.status) EXECUTE FUNCTION proof_note()`

// do runs statements as the owner of the schema.
func (w *proof) do(statement string) {
	w.t.Helper()
	if _, err := w.owner.Exec(`SELECT set_config('teleconsult.system', 'proof', false)`); err != nil {
		w.t.Fatal(err)
	}
	if _, err := w.owner.Exec(statement); err != nil {
		w.t.Fatal(err)
	}
}

// mortal is one server's part that sends; it can be killed at any moment, like a process.
type mortal struct {
	dead   atomic.Bool
	wire   context.CancelFunc // breaks off what is on the wire
	cancel context.CancelFunc
	done   chan struct{}
}

var errKilled = errors.New("killed")

// start adds an instance, as the server wires it, with leases that are short for the test.
func (w *proof) start() {
	own := *w.parts
	d, err := own.newDispatcher()
	if err != nil {
		w.t.Fatal(err)
	}
	wire, breakOff := context.WithCancel(context.Background())
	ctx, cancel := context.WithCancel(context.Background())
	m := &mortal{wire: breakOff, cancel: cancel, done: make(chan struct{})}
	ledger := *w.ledger
	ledger.InTx = func(ctx context.Context, fn func(context.Context, notifications.Executor) error) error {
		err := w.ledger.InTx(ctx, func(ctx context.Context, ex notifications.Executor) error {
			if m.dead.Load() {
				return errKilled
			}
			return errors.Join(fn(ctx, ex), m.lives())
		})
		return errors.Join(err, m.lives()) // it may have been committed, and nobody lives to hear of it
	}
	d.Ledger, d.Wake, d.Workers = &ledger, nil, 4
	d.Poll, d.Lease, d.SendTimeout, d.Grace = 20*time.Millisecond, 3*time.Second, 1200*time.Millisecond, 3*time.Second
	for channel, sender := range d.Senders {
		d.Senders[channel] = mortalSender{m, wire, sender}
	}
	go func() {
		defer close(m.done)
		_ = d.Run(ctx)
		own.mail.Close()
		breakOff()
	}()
	w.instances, w.all = append(w.instances, m), append(w.all, m)
}

func (m *mortal) lives() error {
	if m.dead.Load() {
		return errKilled
	}
	return nil
}

// mortalSender is a client whose connections end with its process.
type mortalSender struct {
	m    *mortal
	wire context.Context //nolint:containedctx // the life of a process
	notifications.Sender
}

// Send implements notifications.Sender.
func (s mortalSender) Send(ctx context.Context, m notifications.Outgoing) notifications.Result {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	stop := context.AfterFunc(s.wire, cancel)
	defer stop()
	if s.m.dead.Load() {
		return notifications.Result{Verdict: notifications.VerdictUnknown, Code: "killed"}
	}
	return s.Sender.Send(ctx, m)
}

// name is a word that no other message of this schedule has, in the form of a personal link.
func (w *proof) name() string {
	return fmt.Sprintf("Proof%s%03d", strings.Repeat("z", 8), len(w.written))
}

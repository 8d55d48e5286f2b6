package notifications_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"teleconsult/notifications"
	"teleconsult/notifications/cause"
	"teleconsult/notifications/reconcile"
)

// register is a provider that can be asked what it has.
type register struct {
	mu     sync.Mutex
	listed []reconcile.Listed
	one    reconcile.Listed
	err    error
	asked  []notifications.Outgoing
	since  time.Time
}

func (g *register) List(_ context.Context, m notifications.Outgoing, since time.Time) ([]reconcile.Listed, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.asked, g.since = append(g.asked, m), since
	return slices.Clone(g.listed), g.err
}

func (g *register) Fetch(_ context.Context, id string) (reconcile.Listed, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.asked = append(g.asked, notifications.Outgoing{AttemptID: id})
	return g.one, g.err
}

func (g *register) count() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return len(g.asked)
}

// reconciler asks g, and notes the results in the slice.
func (w *world) reconciler(g reconcile.Lister) (*reconcile.Reconciler, *[]string) {
	var results []string
	return &reconcile.Reconciler{
		Ledger: w.ledger, Lister: g, PublicURL: "https://teleconsult.test", Log: slog.New(slog.DiscardHandler),
		Observe: func(r string) { results = append(results, r) },
	}, &results
}

func (w *world) reconcile(r *reconcile.Reconciler) {
	w.t.Helper()
	if err := r.Reconcile(context.Background()); err != nil {
		w.t.Fatal(err)
	}
}

// unknownText is an SMS whose attempt, a moment ago, ended without an answer; it can be sent at once.
func (w *world) unknownText() (id, attempt string) {
	w.t.Helper()
	id, attempt = w.sentText(notifications.StatusUnknown)
	w.exec(`UPDATE message SET not_before = expires_at WHERE id = $1`, id)
	return id, attempt
}

func TestUnknownThatIsListedWasTaken(t *testing.T) {
	for status, want := range map[string]notifications.Status{
		"queued": "accepted", "sent": "accepted", "delivered": "delivered", "undelivered": "undelivered", "failed": "undelivered",
		"some_new_word": "accepted",
	} {
		t.Run(status, func(t *testing.T) {
			w := newWorld(t)
			id, attempt := w.unknownText()
			g := &register{listed: []reconcile.Listed{{
				ProviderID: "SM1", Status: status, At: w.clock(), Same: true, Segments: 2, PriceMicros: 152_000, PriceCurrency: "EUR",
			}}}
			r, results := w.reconciler(g)
			w.reconcile(r)
			if g.count() != 0 {
				t.Fatal("asked before the callback had its time")
			}
			w.pass(2 * time.Minute)
			w.reconcile(r)
			if got := w.status(id); got != want || !slices.Equal(*results, []string{"found"}) {
				t.Errorf("%s, %v", got, *results)
			}
			if m := g.asked[0]; m.To != "+33612345678" || !strings.Contains(m.Text, "https://teleconsult.test/p/7Kd3Qx9mB2LfT0pZ") {
				t.Errorf("asked about %+v", m)
			}
			if want := w.clock().Add(-12 * time.Minute); !g.since.Equal(want) {
				t.Errorf("since %s, want %s", g.since, want)
			}
			if got := value[string](w, `SELECT provider_id || ' ' || segments || ' ' || price_micros || ' ' || price_currency FROM message WHERE id = $1`, id); got != "SM1 2 152000 EUR" {
				t.Errorf("%q", got)
			}
			if n := value[int](w, `SELECT count(*) FROM message_callback WHERE attempt_id = $1 AND provider_id = 'SM1' AND applied_at IS NOT NULL`, attempt); n != 1 {
				t.Errorf("stored %d times", n)
			}
			// the real callback comes late: nothing changes twice
			if err := w.hooks().HandleTwilio(t.Context(), attempt, callback("SM1", status, ""), "good", callbackURL); err != nil {
				t.Fatal(err)
			}
			if got := w.status(id); got != want || len(w.told(id)) > 1 {
				t.Errorf("%s, told %v", got, w.told(id))
			}
		})
	}
}

func TestTwoListsWithoutItProveThatItWasNotTaken(t *testing.T) {
	w := newWorld(t)
	id, _ := w.unknownText()
	r, results := w.reconciler(&register{})
	w.pass(2 * time.Minute)
	w.reconcile(r)
	w.reconcile(r) // too early for another look
	if got := w.status(id); got != notifications.StatusUnknown || !slices.Equal(*results, []string{"absent"}) {
		t.Fatalf("%s, %v", got, *results)
	}
	w.pass(2 * time.Minute)
	w.reconcile(r)
	if got := w.status(id); got != notifications.StatusQueued || !slices.Equal(*results, []string{"absent", "not-taken"}) {
		t.Fatalf("%s, %v", got, *results)
	}
	if got := value[string](w, `SELECT last_code || ' ' || looks || ' ' || absent FROM message WHERE id = $1`, id); got != cause.NotTaken+" 0 0" {
		t.Errorf("%q", got)
	}
	p := &peer{}
	w.run(w.dispatcher(p))
	w.becomes(id, notifications.StatusAccepted)
	if sent := p.seen(); len(sent) != 1 || !strings.Contains(sent[0].Text, "/p/7Kd3Qx9mB2LfT0pZ") {
		t.Errorf("%+v", sent)
	}
}

func TestNothingIsProven(t *testing.T) {
	at := time.Date(2026, 5, 11, 9, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		listed []reconcile.Listed
		err    error
		prior  string
		want   string
	}{
		"no answer":                        {nil, errors.New("503"), "", "failed"},
		"another text at that time":        {[]reconcile.Listed{{ProviderID: "SM1", Status: "sent", At: at}}, nil, "", "doubtful"},
		"another message's own":            {[]reconcile.Listed{{ProviderID: "SM9", Same: true, At: at}}, nil, "SM9", "absent"},
		"the only hidden text of the time": {[]reconcile.Listed{{ProviderID: "SM1", Status: "sent", Hidden: true, At: at}}, nil, "", "found"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			id, _ := w.unknownText()
			if c.prior != "" {
				other, _ := w.sentText(notifications.StatusAccepted)
				w.exec(`UPDATE message SET provider_id = $2, price_micros = 1 WHERE id = $1`, other, c.prior)
			}
			w.pass(2 * time.Minute)
			r, results := w.reconciler(&register{listed: c.listed, err: c.err})
			w.reconcile(r)
			if !slices.Equal(*results, []string{c.want}) {
				t.Errorf("%v, want %s", *results, c.want)
			}
			if got := w.status(id); (got == notifications.StatusUnknown) != (c.want != "found") {
				t.Errorf("%s", got)
			}
		})
	}
}

// A doubtful list between two empty ones: the absences are not in a row.
func TestAbsencesAreCountedInARow(t *testing.T) {
	w := newWorld(t)
	id, _ := w.unknownText()
	g := &register{}
	r, results := w.reconciler(g)
	doubt := []reconcile.Listed{{ProviderID: "SM1", At: w.clock()}}
	for i, listed := range [][]reconcile.Listed{nil, doubt, nil, nil} {
		w.pass([]time.Duration{2 * time.Minute, 2 * time.Minute, 4 * time.Minute, 8 * time.Minute}[i])
		g.listed = listed
		w.reconcile(r)
	}
	if want := []string{"absent", "doubtful", "absent", "not-taken"}; !slices.Equal(*results, want) || w.status(id) != notifications.StatusQueued {
		t.Errorf("%v, %s", *results, w.status(id))
	}
}

func TestNotTakenIsNotSentWhenNobodyWantsIt(t *testing.T) {
	for name, c := range map[string]struct {
		spoil string
		want  notifications.Status
	}{
		"called back":           {`SELECT`, "cancelled"},
		"followed by an e-mail": {`SELECT`, "cancelled"},
		"nearly useless":        {`UPDATE message SET expires_at = '2026-05-11 09:04:30Z'`, "unknown"},
		"killed its senders":    {`INSERT INTO message_attempt (id, message_id, department_id, number, started_at, outcome) SELECT gen_random_uuid(), id, department_id, -n, created_at, 'abandoned' FROM message, generate_series(1, 5) AS n`, "unknown"},
		"a callback is faster":  {`UPDATE message SET status = 'delivered', secrets = NULL WHERE absent > 0`, "delivered"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			id, _ := w.unknownText()
			if name == "followed by an e-mail" {
				m := w.mail()
				m.Follows, m.NotBefore = id, w.clock().Add(time.Hour)
				w.enqueue(m)
			}
			if name == "called back" {
				err := w.inTx(t.Context(), func(ctx context.Context, ex notifications.Executor) error {
					n, err := notifications.CancelPending(ctx, ex, w.clock(), w.encounter)
					if n != 0 {
						t.Errorf("%d counted: it may have arrived", n)
					}
					return err
				})
				if err != nil {
					t.Fatal(err)
				}
			}
			r, _ := w.reconciler(&register{})
			w.pass(2 * time.Minute)
			w.reconcile(r)
			w.exec(c.spoil)
			w.pass(2 * time.Minute)
			w.reconcile(r)
			if got := w.status(id); got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
			if c.want == "cancelled" && value[bool](w, `SELECT secrets IS NOT NULL FROM message WHERE id = $1`, id) {
				t.Error("secrets are kept")
			}
		})
	}
}

// Several instances: each unknown message is looked up by one of them.
func TestOneLooksForAll(t *testing.T) {
	w := newWorld(t)
	for range 8 {
		w.unknownText()
	}
	w.pass(2 * time.Minute)
	g := &register{err: errors.New("away")}
	var all sync.WaitGroup
	for range 4 {
		r, _ := w.reconciler(g)
		all.Go(func() {
			if err := r.Reconcile(context.Background()); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if g.count() != 8 {
		t.Errorf("%d looks at 8 messages", g.count())
	}
}

// A message that nobody was heard of again, or whose price is unknown, is asked for at growing intervals, four times.
func TestSilentMessagesAreAskedFor(t *testing.T) {
	w := newWorld(t)
	id, _ := w.sentText(notifications.StatusAccepted)
	w.exec(`UPDATE message SET provider_id = 'SM1', accepted_at = $2 WHERE id = $1`, id, w.clock())
	// Its price may be known before its end is.
	g := &register{one: reconcile.Listed{ProviderID: "SM1", Status: "sent", Segments: 1, PriceMicros: 76_000, PriceCurrency: "USD"}}
	r, _ := w.reconciler(g)
	for i, pause := range []time.Duration{9 * time.Minute, time.Minute, 44 * time.Minute, time.Minute, 6 * time.Hour, 24 * time.Hour, 24 * time.Hour} {
		w.pass(pause)
		w.reconcile(r)
		if want := []int{0, 1, 1, 2, 3, 4, 4}[i]; g.count() != want {
			t.Errorf("step %d: asked %d times, want %d", i, g.count(), want)
		}
	}
	if got := w.status(id); got != notifications.StatusAccepted {
		t.Errorf("%s", got)
	}
}

func TestLostCallbackAndPriceAreFetched(t *testing.T) {
	w := newWorld(t)
	id, _ := w.sentText(notifications.StatusAccepted)
	w.exec(`UPDATE message SET provider_id = 'SM1', accepted_at = $2 WHERE id = $1`, id, w.clock())
	g := &register{one: reconcile.Listed{ProviderID: "SM1", Status: "delivered", Segments: 3}}
	r, _ := w.reconciler(g)
	w.pass(10 * time.Minute)
	w.reconcile(r)
	if got := w.status(id); got != notifications.StatusDelivered || !slices.Equal(w.told(id), []notifications.Status{"delivered"}) {
		t.Fatalf("%s %v", got, w.told(id))
	}
	g.one.PriceMicros, g.one.PriceCurrency = 228_000, "USD"
	w.pass(45 * time.Minute)
	w.reconcile(r)
	if got := value[string](w, `SELECT price_micros || price_currency || segments FROM message WHERE id = $1`, id); got != "228000USD3" {
		t.Errorf("%q", got)
	}
	w.pass(48 * time.Hour)
	w.reconcile(r)
	if g.count() != 2 {
		t.Errorf("asked %d times", g.count())
	}
}

// The provider's answer is worth no more than a callback: it never takes a fact back.
func TestFetchedStateNeverGoesBack(t *testing.T) {
	w := newWorld(t)
	id, _ := w.sentText(notifications.StatusAccepted)
	w.exec(`UPDATE message SET status = 'delivered', provider_id = 'SM1', settled_at = $2 WHERE id = $1`, id, w.clock())
	for i, status := range []string{"sent", "undelivered", "queued"} {
		r, _ := w.reconciler(&register{one: reconcile.Listed{ProviderID: "SM1", Status: status}})
		w.pass([]time.Duration{10 * time.Minute, time.Hour, 6 * time.Hour}[i])
		w.reconcile(r)
		if got := w.status(id); got != notifications.StatusDelivered {
			t.Fatalf("%s after %s", got, status)
		}
	}
	if n := value[int](w, `SELECT count(*) FROM message_event WHERE message_id = $1 AND kind = 'receipt'`, id); n != 3 {
		t.Errorf("%d notes", n)
	}
}

func TestReconcilerSaysWhenItCannotWork(t *testing.T) {
	w := newWorld(t)
	w.unknownText()
	w.exec(`UPDATE message SET secrets = 'torn'`)
	w.pass(2 * time.Minute)
	g := &register{}
	r, results := w.reconciler(g)
	w.reconcile(r)
	if fmt.Sprint(*results) != "[failed]" || g.count() != 0 {
		t.Errorf("%v, asked %d", *results, g.count())
	}
	broken := *w.ledger
	broken.InTx = func(context.Context, func(context.Context, notifications.Executor) error) error {
		return errors.New("down")
	}
	r.Ledger = &broken
	if err := r.Reconcile(t.Context()); err == nil {
		t.Error("no error though the database is down")
	}
}

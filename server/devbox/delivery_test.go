package devbox_test

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"teleconsult/notifications"
	"teleconsult/notifications/dispatch"
	"teleconsult/notifications/email"
	"teleconsult/notifications/reconcile"
	"teleconsult/notifications/sms"
	"teleconsult/server/db"
	"teleconsult/server/dbtest"
	"teleconsult/server/devbox"
	"teleconsult/server/secret"
	"teleconsult/templates"
)

// delivery is the whole way of a message on its real parts: Postgres, dispatcher, go-mail, twilio-go,
// the post office, and signed callbacks over HTTP.
type delivery struct {
	t          *testing.T
	db         *db.DB
	box        *devbox.Box
	ledger     *notifications.Ledger
	outbox     notifications.Outbox
	text       *sms.Sender
	dispatcher func() *dispatch.Dispatcher
	department string
}

func newDelivery(t *testing.T) *delivery {
	t.Helper()
	d := &delivery{t: t, db: dbtest.New(t), department: uuid.NewString()}
	var err error
	if d.box, err = devbox.Start(t.Context(), devbox.Config{Now: time.Now, PriceAfter: 50 * time.Millisecond}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.box.Close() })
	d.exec(`INSERT INTO department (id, code, name, hospital, phone, email)
		VALUES ($1, 'A', 'A', 'AP-HP', '01 23 45 67 89', 'secretariat@exemple.fr')`, d.department)
	box := secret.New([32]byte{1})
	vault := notifications.Vault{
		Seal: func(b []byte) ([]byte, error) { return box.Seal("message", b) },
		Open: func(b []byte) ([]byte, error) { return box.Open("message", b) },
		Hash: func(s string) []byte { return box.MAC("recipient", s) },
	}
	d.ledger = &notifications.Ledger{Now: time.Now, Vault: vault, InTx: func(ctx context.Context, fn func(context.Context, notifications.Executor) error) error {
		return d.db.InTx(ctx, db.System("dispatcher"), func(ctx context.Context, tx db.Tx) error { return fn(ctx, tx) })
	}}
	sid, token := d.box.Account()
	hooks := notifications.Hooks{Ledger: d.ledger, ValidateTwilio: func(u string, p map[string]string, s string) bool {
		return sms.ValidateSignature(token, u, p, s)
	}}
	var public string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := r.ParseForm(); err != nil {
			t.Error(err)
		}
		attempt := strings.TrimPrefix(r.URL.Path, sms.HookPath)
		if err := hooks.HandleTwilio(r.Context(), attempt, r.PostForm, r.Header.Get("X-Twilio-Signature"), public+r.URL.RequestURI()); err != nil {
			t.Error(err)
			w.WriteHeader(http.StatusForbidden)
		}
	}))
	t.Cleanup(server.Close)
	public = server.URL
	d.outbox = notifications.Outbox{Vault: vault, PublicURL: public}
	mail, err := email.New(email.Config{URL: d.box.SMTPURL(), From: "AP-HP <ne-pas-repondre@aphp.test>", Host: "teleconsult.test", Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	text, err := sms.New(sms.Config{AccountSID: sid, AuthToken: token, From: devbox.From, BaseURL: d.box.TwilioURL(), PublicURL: public, Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	d.text = text
	d.dispatcher = func() *dispatch.Dispatcher {
		return &dispatch.Dispatcher{
			Ledger: d.ledger, PublicURL: public, Log: slog.New(slog.DiscardHandler), Poll: 20 * time.Millisecond,
			SendTimeout: time.Second,
			Senders:     map[notifications.Channel]notifications.Sender{notifications.ChannelEmail: mail, notifications.ChannelSMS: text},
		}
	}
	return d
}

func (d *delivery) run(dispatcher *dispatch.Dispatcher) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- dispatcher.Run(ctx) }()
	stopped := false
	stop = func() {
		if stopped {
			return
		}
		stopped = true
		cancel()
		if err := <-done; err != nil {
			d.t.Error(err)
		}
	}
	d.t.Cleanup(stop)
	return stop
}

func (d *delivery) tx(fn func(ctx context.Context, tx db.Tx) error) {
	d.t.Helper()
	if err := d.db.InTx(context.Background(), db.System("test"), fn); err != nil {
		d.t.Fatal(err)
	}
}

func (d *delivery) exec(query string, args ...any) {
	d.t.Helper()
	d.tx(func(ctx context.Context, tx db.Tx) error {
		_, err := tx.ExecContext(ctx, query, args...)
		return err
	})
}

func (d *delivery) status(id string) (status string) {
	d.t.Helper()
	d.tx(func(ctx context.Context, tx db.Tx) error {
		return tx.GetContext(ctx, &status, `SELECT status FROM message WHERE id = $1`, id)
	})
	return status
}

func (d *delivery) becomes(id string, want notifications.Status) {
	d.t.Helper()
	deadline := time.Now().Add(10 * time.Second)
	for d.status(id) != string(want) {
		if time.Now().After(deadline) {
			d.t.Fatalf("stays %s, want %s", d.status(id), want)
		}
		time.Sleep(10 * time.Millisecond)
	}
}

func (d *delivery) message(channel notifications.Channel, to string) notifications.NewMessage {
	begin := time.Now().Add(3 * time.Hour)
	return notifications.NewMessage{
		DepartmentID: d.department, Channel: channel, Recipient: to, Language: "fr", LinkToken: secret.NewToken(),
		Content: templates.Invitation{
			Sender:      templates.Sender{Brand: "AP-HP", Hospital: "AP-HP", Phone: "01 23 45 67 89"},
			Appointment: templates.Appointment{Start: begin, Zone: "Europe/Paris", Minutes: 30},
		},
		ExpiresAt: begin,
	}
}

func (d *delivery) enqueue(m notifications.NewMessage) (id string) {
	d.t.Helper()
	d.tx(func(ctx context.Context, tx db.Tx) (err error) {
		id, err = d.outbox.Enqueue(ctx, tx, time.Now(), m)
		return err
	})
	return id
}

func TestMailAndTextReachThePostOffice(t *testing.T) {
	d := newDelivery(t)
	d.run(d.dispatcher())
	mail := d.enqueue(d.message(notifications.ChannelEmail, "jeanne@exemple.fr"))
	text := d.enqueue(d.message(notifications.ChannelSMS, "+33612345678"))
	d.becomes(mail, notifications.StatusAccepted) // no receipt for mail: it stays "envoyé"
	d.becomes(text, notifications.StatusDelivered)
	for _, it := range d.box.Messages() {
		if !strings.Contains(it.Text, "/p/") {
			t.Errorf("no personal link: %q", it.Text)
		}
		if it.Channel == "sms" && sms.Measure(it.Text).Segments != 1 {
			t.Errorf("%+v", sms.Measure(it.Text))
		}
	}
}

func TestReceiptsOutOfOrderAndFailures(t *testing.T) {
	d := newDelivery(t)
	d.run(d.dispatcher())
	for _, c := range []struct {
		fault devbox.Fault
		want  notifications.Status
	}{
		{devbox.TwilioBackwards, notifications.StatusDelivered},
		{devbox.TwilioUndelivered, notifications.StatusUndelivered},
		{devbox.TwilioNoCallback, notifications.StatusAccepted},
		{devbox.TwilioTooMany, notifications.StatusQueued},
	} {
		if err := d.box.Fail(1, c.fault); err != nil {
			t.Fatal(err)
		}
		id := d.enqueue(d.message(notifications.ChannelSMS, "+33612345678"))
		d.becomes(id, c.want)
	}
}

// The answer to an SMS is lost: unknown, never sent again, and its callback tells.
func TestLostAnswerIsToldByTheCallback(t *testing.T) {
	d := newDelivery(t)
	if err := d.box.Fail(1, devbox.TwilioLost); err != nil {
		t.Fatal(err)
	}
	d.run(d.dispatcher())
	id := d.enqueue(d.message(notifications.ChannelSMS, "+33612345678"))
	d.becomes(id, notifications.StatusDelivered)
	if n := len(d.box.Messages()); n != 1 {
		t.Errorf("%d copies", n)
	}
}

// A dispatcher is killed between the relay's answer and its mark: the mail is taken up again, and the
// second copy carries the same Message-ID.
func TestCrashCostsAtMostOneCopyWithTheSameMessageID(t *testing.T) {
	d := newDelivery(t)
	whole := *d.ledger
	dying := whole
	dying.InTx = func(ctx context.Context, fn func(context.Context, notifications.Executor) error) error {
		if len(d.box.Messages()) > 0 {
			return errors.New("killed") // it reaches the database no more
		}
		return whole.InTx(ctx, fn)
	}
	d.ledger = &dying
	dead := d.dispatcher()
	dead.Lease = 300 * time.Millisecond
	stop := d.run(dead)
	id := d.enqueue(d.message(notifications.ChannelEmail, "jeanne@exemple.fr"))
	deadline := time.Now().Add(5 * time.Second)
	for len(d.box.Messages()) == 0 && time.Now().Before(deadline) {
		time.Sleep(5 * time.Millisecond)
	}
	d.ledger = &whole
	heir := d.dispatcher()
	heir.Lease = dead.Lease
	d.run(heir)
	d.becomes(id, notifications.StatusAccepted)
	copies := d.box.Messages()
	if len(copies) != 2 {
		t.Fatalf("%d copies", len(copies))
	}
	for _, c := range copies {
		if !strings.Contains(c.Header, "<"+id+"@teleconsult.test>") {
			t.Errorf("another Message-ID:\n%s", c.Header)
		}
	}
	stop()
}

func TestDroppedAfterTheDotIsUnknownUntilItIsSentOnceMore(t *testing.T) {
	d := newDelivery(t)
	if err := d.box.Fail(1, devbox.SMTPDropAfterDot); err != nil {
		t.Fatal(err)
	}
	d.run(d.dispatcher())
	id := d.enqueue(d.message(notifications.ChannelEmail, "jeanne@exemple.fr"))
	d.becomes(id, notifications.StatusUnknown)
	d.exec(`UPDATE message SET not_before = now() WHERE id = $1`, id) // the pause is over
	d.becomes(id, notifications.StatusAccepted)
	if n := len(d.box.Messages()); n != 2 {
		t.Errorf("%d copies", n)
	}
}

func TestTwoDispatchersSendEachMailOnce(t *testing.T) {
	d := newDelivery(t)
	const n = 60
	for range n {
		d.enqueue(d.message(notifications.ChannelEmail, uuid.NewString()+"@exemple.fr"))
	}
	d.run(d.dispatcher())
	d.run(d.dispatcher())
	deadline := time.Now().Add(20 * time.Second)
	for len(d.box.Messages()) < n && time.Now().Before(deadline) {
		time.Sleep(20 * time.Millisecond)
	}
	seen := map[string]int{}
	for _, it := range d.box.Messages() {
		seen[it.To]++
	}
	for to, count := range seen {
		if count != 1 {
			t.Errorf("%s got %d", to, count)
		}
	}
	if len(seen) != n {
		t.Errorf("%d of %d", len(seen), n)
	}
}

// reconcile asks the simulator what it has, as if the pauses before each look were over.
func (d *delivery) reconcile() (results []string) {
	d.t.Helper()
	d.exec(`UPDATE message SET looked_at = looked_at - interval '1 day'`)
	d.exec(`UPDATE message_attempt SET finished_at = finished_at - interval '5 minutes', started_at = started_at - interval '5 minutes'
		WHERE outcome = 'unknown' AND finished_at > now() - interval '2 minutes'`)
	d.exec(`UPDATE message SET accepted_at = accepted_at - interval '1 day', settled_at = settled_at - interval '1 day'`)
	r := reconcile.Reconciler{
		Ledger: d.ledger, Lister: d.text, PublicURL: d.outbox.PublicURL, Log: slog.New(slog.DiscardHandler),
		Observe: func(result string) { results = append(results, result) },
	}
	if err := r.Reconcile(context.Background()); err != nil {
		d.t.Fatal(err)
	}
	return results
}

// Twilio took the message and neither answered nor called: its list tells, and no second copy goes.
func TestListTellsThatItWasTaken(t *testing.T) {
	d := newDelivery(t)
	if err := d.box.Fail(1, devbox.TwilioTimeout); err != nil {
		t.Fatal(err)
	}
	d.run(d.dispatcher())
	id := d.enqueue(d.message(notifications.ChannelSMS, "+33612345678"))
	d.becomes(id, notifications.StatusUnknown)
	if got := d.reconcile(); !slices.Equal(got, []string{"found"}) {
		t.Fatalf("%v", got)
	}
	d.becomes(id, notifications.StatusDelivered)
	if n := len(d.box.Messages()); n != 1 {
		t.Errorf("%d copies", n)
	}
}

// Twilio never took it: two lists prove that, and it goes once more.
func TestListTellsThatItWasNotTaken(t *testing.T) {
	d := newDelivery(t)
	if err := d.box.Fail(1, devbox.TwilioRefusedTimeout); err != nil {
		t.Fatal(err)
	}
	d.run(d.dispatcher())
	id := d.enqueue(d.message(notifications.ChannelSMS, "+33612345678"))
	d.becomes(id, notifications.StatusUnknown)
	if got := d.reconcile(); !slices.Equal(got, []string{"absent"}) {
		t.Fatalf("%v", got)
	}
	if got := d.reconcile(); !slices.Equal(got, []string{"not-taken"}) {
		t.Fatalf("%v", got)
	}
	d.becomes(id, notifications.StatusDelivered)
	if n := len(d.box.Messages()); n != 1 {
		t.Errorf("%d copies", n)
	}
}

// A callback that never came, and the price that comes later: both are fetched.
func TestLostCallbackAndPriceAreFetched(t *testing.T) {
	d := newDelivery(t)
	if err := d.box.Fail(1, devbox.TwilioNoCallback); err != nil {
		t.Fatal(err)
	}
	d.run(d.dispatcher())
	id := d.enqueue(d.message(notifications.ChannelSMS, "+33612345678"))
	d.becomes(id, notifications.StatusAccepted)
	deadline := time.Now().Add(10 * time.Second)
	price := ""
	for price == "" && time.Now().Before(deadline) {
		time.Sleep(100 * time.Millisecond)
		d.exec(`UPDATE message SET looks = 0`)
		d.reconcile()
		d.tx(func(ctx context.Context, tx db.Tx) error {
			return tx.GetContext(ctx, &price, `SELECT coalesce(price_micros || price_currency || '/' || segments, '') FROM message WHERE id = $1`, id)
		})
	}
	if price != "76000USD/1" || d.status(id) != string(notifications.StatusDelivered) {
		t.Errorf("%q, %s", price, d.status(id))
	}
}

// Callbacks in any order, twice, late, or lying: what the person got is what is believed, as far as Twilio tells it.
func TestCallbacksThatMisbehaveAreHarmless(t *testing.T) {
	d := newDelivery(t)
	d.box.Delay(300 * time.Millisecond)
	d.run(d.dispatcher())
	for _, fault := range []devbox.Fault{devbox.TwilioDuplicate, devbox.TwilioReorder, devbox.TwilioDelay, devbox.TwilioLie} {
		if err := d.box.Fail(1, fault); err != nil {
			t.Fatal(err)
		}
		id := d.enqueue(d.message(notifications.ChannelSMS, "+33612345678"))
		d.becomes(id, notifications.StatusDelivered)
		if n := d.events(id, "delivered"); n != 1 {
			t.Errorf("%s: delivered %d times", fault, n)
		}
	}
}

func (d *delivery) events(id, kind string) (n int) {
	d.t.Helper()
	d.tx(func(ctx context.Context, tx db.Tx) error {
		return tx.GetContext(ctx, &n, `SELECT count(*) FROM message_event WHERE message_id = $1 AND kind = $2`, id, kind)
	})
	return n
}

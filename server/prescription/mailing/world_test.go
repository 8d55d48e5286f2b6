package mailing_test

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"codeberg.org/go-pdf/fpdf"
	"github.com/google/uuid"
	"github.com/lib/pq"

	"teleconsult/notifications"
	"teleconsult/notifications/bounce"
	"teleconsult/notifications/dispatch"
	"teleconsult/notifications/email"
	"teleconsult/notifications/enclose"
	"teleconsult/notifications/mssante"
	"teleconsult/notifications/sms"
	"teleconsult/server/db"
	"teleconsult/server/dbtest"
	"teleconsult/server/devbox"
	"teleconsult/server/devbox/operator"
	"teleconsult/server/encountertest"
	"teleconsult/server/patient/ins"
	"teleconsult/server/prescription/mailing"
	"teleconsult/server/prescription/protect"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

// world is a hospital with a post office and an MSSanté operator, and everything that sends and reads.
type world struct {
	*encountertest.World
	t        *testing.T
	s        *mailing.Service
	operator *operator.Operator
	box      *devbox.Box
	ledger   *notifications.Ledger
	receipts mssante.Receipts

	mu       sync.Mutex
	progress []mailing.Progress
	taken    map[string][]byte // mails that the operator took, by recipient
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{World: encountertest.New(t), t: t, taken: map[string][]byte{}}
	var err error
	if w.operator, err = operator.Start(t.Context(), operator.Config{Now: time.Now, Taken: w.take}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = w.operator.Close() })
	if w.box, err = devbox.Start(t.Context(), devbox.Config{Now: time.Now}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = w.box.Close() })
	w.s = &mailing.Service{Encounters: w.Encounters, Protector: protect.New(), MSSante: true, Directory: true, Progress: w.told}
	w.ledger = &notifications.Ledger{
		Now: w.Encounters.Now, Vault: w.Encounters.Outbox.Vault,
		InTx: func(ctx context.Context, fn func(ctx context.Context, ex notifications.Executor) error) error {
			return w.DB.InTx(ctx, db.System("messages"), func(ctx context.Context, tx db.Tx) error { return fn(ctx, tx) })
		},
		LockEncounters: func(ctx context.Context, ex notifications.Executor, ids []string) error {
			_, err := ex.ExecContext(ctx, `SELECT FROM encounter WHERE id = ANY($1::uuid []) ORDER BY id FOR UPDATE`, pq.Array(ids))
			return err
		},
		OnOutcomes: func(ctx context.Context, ex notifications.Executor, all []notifications.Outcome) error {
			changed := map[string]string{}
			for _, o := range all {
				changed[o.EncounterID] = o.DepartmentID
			}
			tx := ex.(db.Tx)
			if err := w.s.Outcomes(ctx, tx, all); err != nil {
				return err
			}
			return w.Encounters.SettleOutcomes(ctx, tx, changed)
		},
	}
	return w
}

func (w *world) take(to string, raw []byte) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.taken[to] = raw
}

func (w *world) told(_ context.Context, _ db.Tx, p mailing.Progress) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.progress = append(w.progress, p)
	return nil
}

// heard are the states that were told of a mailing, in order.
func (w *world) heard(id string) (states []string, last mailing.Progress) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, p := range w.progress {
		if p.DeliveryID == id {
			states, last = append(states, p.State), p
		}
	}
	return states, last
}

// secure is how our MSSanté mailbox is reached.
func (w *world) secure() mssante.Config {
	o := w.operator
	return mssante.Config{URL: o.SMTPURL(), From: operator.Mailbox, Certificate: o.Certificate, Key: o.Key, Authority: o.Authority, Now: time.Now}
}

// send runs the dispatcher and the reader of receipts until the function that it returns is called.
func (w *world) send() (stop func()) {
	w.t.Helper()
	secure, err := mssante.New(w.secure())
	if err != nil {
		w.t.Fatal(err)
	}
	mail, err := email.New(email.Config{URL: w.box.SMTPURL(), From: "ne-pas-repondre@exemple.fr", Now: time.Now})
	if err != nil {
		w.t.Fatal(err)
	}
	sid, token := w.box.Account()
	texts, err := sms.New(sms.Config{AccountSID: sid, AuthToken: token, From: "APHP", BaseURL: w.box.TwilioURL(), PublicURL: encountertest.PublicURL, Now: time.Now})
	if err != nil {
		w.t.Fatal(err)
	}
	d := &dispatch.Dispatcher{
		Ledger: w.ledger, PublicURL: encountertest.PublicURL, Log: slog.New(slog.DiscardHandler), Poll: 30 * time.Millisecond,
		Senders: map[notifications.Channel]notifications.Sender{
			notifications.ChannelMSSante: enclose.New(secure, w.s.Open), notifications.ChannelEmail: enclose.New(mail, w.s.Open), notifications.ChannelSMS: texts,
		},
	}
	reader, err := w.secure().Reader(w.operator.IMAPURL())
	if err != nil {
		w.t.Fatal(err)
	}
	w.receipts = mssante.Receipts{
		Hooks: &notifications.Hooks{Ledger: w.ledger, Bounces: bounce.Identity{Host: secure.Host()}}, Host: secure.Host(), Told: w.s.Disposed,
	}
	reader.Handle = w.receipts.Handle
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() {
		if err := d.Run(ctx); err != nil {
			w.t.Error(err)
		}
	})
	running.Go(func() { _ = reader.Run(ctx) })
	stop = sync.OnceFunc(func() {
		cancel()
		running.Wait()
		secure.Close()
		mail.Close()
	})
	w.t.Cleanup(stop)
	return stop
}

// until waits for something that other goroutines do.
func (w *world) until(what string, done func() bool) {
	w.t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !done(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			w.t.Fatalf("waited in vain: %s", what)
		}
	}
}

// becomes waits for a state and returns the mailing.
func (w *world) becomes(encounterID, id string, want mailing.State) mailing.Mailing {
	w.t.Helper()
	var m mailing.Mailing
	w.until("state "+string(want), func() bool {
		m = w.mailing(encounterID, id)
		return m.State == want
	})
	return m
}

func (w *world) mailing(encounterID, id string) mailing.Mailing {
	w.t.Helper()
	all, err := w.s.Read(context.Background(), w.Secretary, encounterID)
	if err != nil {
		w.t.Fatal(err)
	}
	for _, m := range all.Items {
		if m.ID == id {
			return m
		}
	}
	w.t.Fatalf("no mailing %s", id)
	return mailing.Mailing{}
}

// leftover is how many chunks of documents are in the database.
func (w *world) leftover() int { return w.Count(`SELECT count(*) FROM document_chunk`) }

// letter is a PDF with a word that must not show.
func letter(t testing.TB) []byte {
	t.Helper()
	f := fpdf.New("P", "mm", "A4", "")
	f.SetFont("Helvetica", "", 14)
	f.SetCompression(false)
	f.AddPage()
	f.Cell(40, 10, secretWord)
	var out bytes.Buffer
	if err := f.Output(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

const secretWord = "Amoxicilline"

// toPharmacist is an order that is fit to be carried out.
func (w *world) toPharmacist(local string) mailing.Order {
	return mailing.Order{
		ID: uuid.NewString(), Channel: mailing.MSSante, Addressee: mailing.Pharmacist, Address: local + "@pharmacie.mssante.fr",
		Name: "Pharmacie du Parc", Content: letter(w.t),
	}
}

func (w *world) byEmail() mailing.Order {
	return mailing.Order{
		ID: uuid.NewString(), Channel: mailing.Email, Addressee: mailing.Patient, Content: letter(w.t),
		Risk: mailing.Risk{AcceptedBy: "Zoé Durand", How: mailing.Oral, At: w.Now.Add(-time.Minute)},
	}
}

// order carries an order out as the secretary.
func (w *world) order(encounterID string, o mailing.Order) mailing.Handed {
	w.t.Helper()
	handed, err := w.s.Send(context.Background(), w.Secretary, encounterID, o)
	if err != nil {
		w.t.Fatal(err)
	}
	return handed
}

func (w *world) identify(encounterID string, status ins.Status) mailing.PatientINS {
	w.t.Helper()
	view, err := w.s.SetINS(context.Background(), w.Secretary, encounterID, ins.Identity{Matricule: "2 79 03 51 215 189 89", OID: ins.NIR, Status: status})
	if err != nil {
		w.t.Fatal(err)
	}
	return view
}

// dump is the whole database as its thief reads it.
func (w *world) dump() string {
	w.t.Helper()
	var all strings.Builder
	w.In(func(ctx context.Context, tx db.Tx) error {
		tables := []string{}
		if err := tx.SelectContext(ctx, &tables, `SELECT quote_ident(table_name) FROM information_schema.tables WHERE table_schema = 'public'`); err != nil {
			return err
		}
		for _, table := range tables {
			rows := []string{}
			if err := tx.SelectContext(ctx, &rows, `SELECT t::text FROM `+table+` AS t`); err != nil {
				return err
			}
			all.WriteString(strings.Join(rows, "\n"))
		}
		return nil
	})
	return all.String()
}

// text is what a query selects.
func (w *world) text(query string, args ...any) (s string) {
	w.t.Helper()
	w.In(func(ctx context.Context, tx db.Tx) error { return tx.GetContext(ctx, &s, query, args...) })
	return s
}

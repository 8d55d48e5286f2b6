package drop

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"teleconsult/server/db"
	"teleconsult/server/dbtest"
	"teleconsult/server/encountertest"
	"teleconsult/server/trace"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

// ward is a hospital with a consultation that has finished, whose patient has an address and a mobile.
type ward struct {
	*encountertest.World
	t  testing.TB
	s  *Service
	id string

	mu   sync.Mutex
	told []Progress
}

var born = time.Date(1950, time.February, 3, 0, 0, 0, 0, time.UTC)

func newWard(t testing.TB) *ward {
	t.Helper()
	w := &ward{World: encountertest.New(t), t: t}
	w.s = New(w.Encounters)
	w.s.work = 8
	w.s.Progress = func(_ context.Context, _ db.Tx, p Progress) error {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.told = append(w.told, p)
		return nil
	}
	w.id = w.Held()
	w.reach("zoe@exemple.fr", "+33612345678")
	return w
}

// reach gives the patient these contacts.
func (w *ward) reach(email, mobile string) {
	w.t.Helper()
	w.Exec(`UPDATE patient SET email = $2, mobile = $3 WHERE id = $1`, w.Patient, email, mobile)
}

// states are what the prescription was told, in order.
func (w *ward) states() string {
	var all []string
	for _, p := range w.told {
		all = append(all, p.State)
	}
	return strings.Join(all, " ")
}

// pdfOf is a document of a size.
func pdfOf(size int) []byte {
	const head, tail = "%PDF-1.7\n", "\nstartxref\n9\n%%EOF\n"
	middle := make([]byte, max(0, size-len(head)-len(tail)))
	chacha := rand.NewChaCha8([32]byte{7})
	_, _ = chacha.Read(middle)
	return []byte(head + string(middle) + tail)
}

func (w *ward) leave(content []byte) Created {
	w.t.Helper()
	c, err := w.s.Create(w.t.Context(), w.Practitioner, w.id, Wish{}, bytes.NewReader(content))
	if err != nil {
		w.t.Fatal(err)
	}
	return c
}

// post is what waits in the queue: the sealed part of each message, opened.
type post struct {
	Channel, Purpose, Recipient    string
	LinkToken, Password, Encounter string
}

func (w *ward) queue() map[string]post {
	w.t.Helper()
	found := map[string]post{}
	w.In(func(ctx context.Context, tx db.Tx) error {
		rows := []struct {
			Channel   string `db:"channel"`
			Purpose   string `db:"purpose"`
			Recipient string `db:"recipient"`
			Secrets   []byte `db:"secrets"`
		}{}
		if err := tx.SelectContext(ctx, &rows, `SELECT channel, purpose, recipient, secrets FROM message WHERE status = 'queued'`); err != nil {
			return err
		}
		for _, r := range rows {
			plain, err := w.Encounters.Outbox.Vault.Open(r.Secrets)
			if err != nil {
				return err
			}
			p := post{Channel: r.Channel, Purpose: r.Purpose, Recipient: r.Recipient}
			if err = json.Unmarshal(plain, &p); err != nil {
				return err
			}
			if _, twice := found[r.Purpose]; twice {
				return fmt.Errorf("two messages of purpose %s", r.Purpose)
			}
			found[r.Purpose] = p
		}
		return nil
	})
	return found
}

// keys are what the patient has been sent.
func (w *ward) keys() (token, password string) {
	w.t.Helper()
	queue := w.queue()
	return strings.TrimPrefix(queue["document-link"].LinkToken, linkPath), queue["document-password"].Password
}

func visitor(token string) visit {
	return visit{token: token, by: trace.ByPatient("test", "")}
}

func (w *ward) try(token, password string, birthDate time.Time) (outcome, error) {
	key, _ := ReadPassword(password)
	return w.s.fetch(w.t.Context(), visitor(token), attempt{birthDate: birthDate, password: key})
}

// download opens and reads all, as a browser does.
func (w *ward) download(token, password string) ([]byte, error) {
	w.t.Helper()
	o, err := w.try(token, password, born)
	if err != nil {
		return nil, err
	}
	if o.content == nil {
		return nil, errors.New("refused")
	}
	all, err := io.ReadAll(o.content)
	return all, errors.Join(err, o.content.CloseWithError(err))
}

func (w *ward) shown() dropView {
	w.t.Helper()
	shown, err := w.s.Show(w.t.Context(), w.Practitioner, w.id)
	if err != nil || len(shown.Drops) == 0 {
		w.t.Fatalf("%v: %+v", err, shown)
	}
	return shown.Drops[0]
}

// kinds are the lines of the newest receipt.
func (w *ward) kinds() string {
	w.t.Helper()
	var all []string
	for _, e := range w.shown().Events {
		all = append(all, e.Kind)
	}
	return strings.Join(all, " ")
}

func (w *ward) chunks() int {
	w.t.Helper()
	return w.Count(`SELECT count(*) FROM document_drop_chunk`)
}

package notifications_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"teleconsult/notifications"
	"teleconsult/notifications/bounce"
	"teleconsult/notifications/email"
	"teleconsult/notifications/explain"
)

var verp = email.VERP{Address: "rebonds@hopital.test", Key: []byte("key")}

func (w *world) bounces() *notifications.Hooks {
	return &notifications.Hooks{Ledger: w.ledger, Bounces: bounce.Identity{VERP: verp.MessageID, Host: "teleconsult.hopital.test"}}
}

// sentMail is an e-mail in the given state.
func (w *world) sentMail(status notifications.Status) string {
	w.t.Helper()
	m := w.mail()
	m.NotBefore = w.clock().Add(10 * time.Hour) // no dispatcher takes it
	id := w.enqueue(m)
	w.exec(`UPDATE message SET status = $2, attempts = 1 WHERE id = $1`, id, string(status))
	return id
}

// returned is a fixture of the parser about this message and recipient. With a secret that is not ours the
// envelope sender is forged.
func returned(t *testing.T, name, messageID, recipient string, sender email.VERP) []byte {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("bounce", "testdata", name+".eml"))
	if err != nil {
		t.Fatal(err)
	}
	return []byte(strings.NewReplacer(
		"rebond+018f2d6e7b2a7c3e9d1f0a1b2c3d4e5f@hopital.test", sender.Sender(messageID),
		"018f2d6e-7b2a-7c3e-9d1f-0a1b2c3d4e5f", messageID,
		"inconnu@exemple.fr", recipient, "quelquun@muet.example", recipient, "camille@exemple.fr", recipient,
		"<20261123", "<"+messageID, // a report of its own
	).Replace(string(raw)))
}

func TestReportsInEveryOrder(t *testing.T) {
	w := newWorld(t)
	h := w.bounces()
	for name, c := range map[string]struct {
		from    notifications.Status
		reports []string
		want    notifications.Status
		code    string
		told    []notifications.Status
	}{
		"refused":                       {"accepted", []string{"postfix-unknown-user"}, "undelivered", "550 5.1.1", []notifications.Status{"undelivered"}},
		"given up":                      {"accepted", []string{"postfix-delayed", "postfix-expired"}, "undelivered", "expired 4.4.1", []notifications.Status{"undelivered"}},
		"delayed only":                  {"accepted", []string{"postfix-delayed"}, "accepted", "", nil},
		"delivered":                     {"accepted", []string{"postfix-delivered"}, "delivered", "", []notifications.Status{"delivered"}},
		"passed on":                     {"accepted", []string{"postfix-relayed"}, "accepted", "", nil},
		"passed on, then refused":       {"accepted", []string{"postfix-relayed", "made-nested"}, "undelivered", "550 5.1.1", []notifications.Status{"undelivered"}},
		"delivered, then failed":        {"accepted", []string{"postfix-delivered", "postfix-unknown-user"}, "delivered", "", []notifications.Status{"delivered"}},
		"failed, then delivered":        {"accepted", []string{"postfix-unknown-user", "postfix-delivered"}, "undelivered", "550 5.1.1", []notifications.Status{"undelivered"}},
		"of unknown outcome, refused":   {"unknown", []string{"postfix-unknown-user"}, "undelivered", "550 5.1.1", []notifications.Status{"undelivered"}},
		"of unknown outcome, delivered": {"unknown", []string{"postfix-delivered"}, "delivered", "", []notifications.Status{"delivered"}},
		"before our own mark":           {"sending", []string{"postfix-unknown-user"}, "undelivered", "550 5.1.1", []notifications.Status{"undelivered"}},
		"to be sent once more":          {"queued", []string{"postfix-unknown-user"}, "undelivered", "550 5.1.1", []notifications.Status{"undelivered"}},
		"taken back, delivered":         {"cancelled", []string{"postfix-delivered"}, "delivered", "", []notifications.Status{"delivered"}},
		"taken back, refused":           {"cancelled", []string{"postfix-unknown-user"}, "cancelled", "", nil},
		"expired, refused":              {"expired", []string{"postfix-unknown-user"}, "expired", "", nil},
		"from a server of old":          {"accepted", []string{"made-qmail"}, "undelivered", "5.1.1", []notifications.Status{"undelivered"}},
		"absent":                        {"accepted", []string{"made-absence-rfc3834", "made-absence-outlook"}, "accepted", "", nil},
		"answered by a person":          {"accepted", []string{"made-human"}, "accepted", "", nil},
		"unwanted":                      {"accepted", []string{"made-complaint"}, "accepted", "", nil},
	} {
		t.Run(name, func(t *testing.T) {
			id := w.sentMail(c.from)
			for _, report := range c.reports {
				for range 2 { // the same one again changes nothing
					if _, err := h.HandleBounce(t.Context(), returned(t, report, id, "p@exemple.fr", verp)); err != nil {
						t.Fatal(err)
					}
				}
			}
			if got := w.status(id); got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
			if got := value[string](w, `SELECT last_code FROM message WHERE id = $1`, id); got != c.code {
				t.Errorf("code %q, want %q", got, c.code)
			}
			if got := w.told(id); !slices.Equal(got, c.told) {
				t.Errorf("told %v, want %v", got, c.told)
			}
			if n := value[int](w, `SELECT count(*) FROM message_callback WHERE message_id = $1 AND applied_at IS NULL`, id); n != 0 {
				t.Errorf("%d reports are not applied", n)
			}
			if n := value[int](w, `SELECT count(*) FROM message_event WHERE message_id = $1 AND kind <> 'queued'`, id); n > len(c.reports) {
				t.Errorf("%d events of %d reports", n, len(c.reports))
			}
			if n := value[int](w, `SELECT count(*) FROM message_event WHERE message_id = $1 AND detail LIKE '%@%'`, id); n != 0 {
				t.Error("an address stands in an event")
			}
		})
	}
}

// Nobody can make a message fail without having received it, or being the server of its recipient.
func TestForgedReports(t *testing.T) {
	w := newWorld(t)
	h := w.bounces()
	forged := email.VERP{Address: verp.Address, Key: []byte("guessed")}
	for name, c := range map[string]struct {
		report, about string
		want          notifications.Status
	}{
		"of another address":           {"postfix-unknown-user", "autre@exemple.fr", "accepted"},
		"delivered to another address": {"postfix-delivered", "autre@exemple.fr", "accepted"},
		"for people only":              {"made-qmail", "p@exemple.fr", "accepted"},
		"unwanted":                     {"made-complaint", "p@exemple.fr", "accepted"},
		"of our recipient's server":    {"postfix-unknown-user", "P@Exemple.fr", "undelivered"},
	} {
		t.Run(name, func(t *testing.T) {
			id := w.sentMail("accepted")
			if _, err := h.HandleBounce(t.Context(), returned(t, c.report, id, c.about, forged)); err != nil {
				t.Fatal(err)
			}
			if got := w.status(id); got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
			if n := value[int](w, `SELECT count(*) FROM message_event WHERE message_id = $1 AND kind = 'receipt'`, id); n != 0 {
				t.Error("it is noted")
			}
		})
	}
}

// A mailbox that sends its mail on: with the proof, the other address's failure is the message's.
func TestForwardedReport(t *testing.T) {
	w := newWorld(t)
	id := w.sentMail("accepted")
	if _, err := w.bounces().HandleBounce(t.Context(), returned(t, "postfix-unknown-user", id, "ailleurs@exemple.fr", verp)); err != nil {
		t.Fatal(err)
	}
	if got := w.status(id); got != notifications.StatusUndelivered {
		t.Errorf("%s", got)
	}
	id = w.sentMail("accepted")
	if _, err := w.bounces().HandleBounce(t.Context(), returned(t, "made-several", id, "", verp)); err != nil {
		t.Fatal(err)
	}
	if got := w.status(id); got != notifications.StatusAccepted {
		t.Errorf("%s, though one of several addresses may have it", got)
	}
}

// Who read the message has it, whatever a server says later.
func TestReportAfterReading(t *testing.T) {
	w := newWorld(t)
	id := w.sentMail("accepted")
	w.exec(`INSERT INTO message_event (id, message_id, department_id, at, kind) VALUES ($1, $2, $3, $4, 'read')`,
		uuid.NewString(), id, w.department, w.clock())
	if _, err := w.bounces().HandleBounce(t.Context(), returned(t, "postfix-unknown-user", id, "p@exemple.fr", verp)); err != nil {
		t.Fatal(err)
	}
	if got := w.status(id); got != notifications.StatusAccepted {
		t.Errorf("%s", got)
	}
	if n := value[int](w, `SELECT count(*) FROM message_event WHERE message_id = $1 AND kind = 'receipt' AND code = '550 5.1.1'`, id); n != 1 {
		t.Errorf("%d notes", n)
	}
}

func TestKindsAndWhatIsNoMail(t *testing.T) {
	w := newWorld(t)
	h := w.bounces()
	id := w.sentMail("accepted")
	for name, want := range map[string]bounce.Kind{
		"postfix-delayed": bounce.KindDelivery, "made-human": bounce.KindHuman, "made-absence-outlook": bounce.KindAutoReply,
		"made-daemon-unclear": bounce.KindUnknown, "made-forwarded-by-person": bounce.KindHuman, "made-complaint": bounce.KindComplaint,
	} {
		if kind, err := h.HandleBounce(t.Context(), returned(t, name, id, "p@exemple.fr", verp)); err != nil || kind != want {
			t.Errorf("%s: %s, %v", name, kind, err)
		}
	}
	if _, err := h.HandleBounce(t.Context(), []byte("nothing")); !errors.Is(err, notifications.ErrMalformed) {
		t.Errorf("%v", err)
	}
	// of a message that is not here
	if kind, err := h.HandleBounce(t.Context(), returned(t, "postfix-unknown-user", uuid.NewString(), "p@exemple.fr", verp)); err != nil || kind != bounce.KindUnknown {
		t.Errorf("%s, %v", kind, err)
	}
	if kind, err := h.HandleBounce(t.Context(), returned(t, "postfix-relayed", uuid.NewString(), "p@exemple.fr", verp)); err != nil || kind != bounce.KindDelivery {
		t.Errorf("%s, %v", kind, err)
	}
	// a text message has no bounces
	sms, _ := w.sentText("accepted")
	if _, err := h.HandleBounce(t.Context(), returned(t, "postfix-unknown-user", sms, "+33612345678", verp)); err != nil || w.status(sms) != "accepted" {
		t.Errorf("%s, %v", w.status(sms), err)
	}
}

// A report that was stored, but not applied because the server stopped, is applied later.
func TestStoredReportIsAppliedByTheDispatcher(t *testing.T) {
	w := newWorld(t)
	id := w.sentMail("accepted")
	w.failMark = errors.New("stopped in between")
	if _, err := w.bounces().HandleBounce(t.Context(), returned(t, "postfix-unknown-user", id, "p@exemple.fr", verp)); err != nil {
		t.Fatalf("it is stored: %v", err)
	}
	if w.status(id) != notifications.StatusAccepted {
		t.Fatal("applied though the transaction failed")
	}
	w.failMark = nil
	w.pass(time.Minute)
	w.run(w.dispatcher(&peer{}))
	w.becomes(id, notifications.StatusUndelivered)
}

func TestReportsAreExplained(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]string{
		"550 5.1.1":       "n’existe pas",
		"552 5.2.2":       "pleine",
		"expired 4.2.2":   "pleine.",
		"expired 4.4.1":   "resté injoignable",
		"expired 4.0.0":   "resté injoignable",
		"delayed 4.4.1":   "continue d’essayer",
		"relayed 2.0.0":   "pas d’accusé",
		"delivered 2.0.0": "arrivé",
		"5.4.4":           "introuvable",
		"complaint":       "indésirable",
	} {
		if got := explain.Code(code); !strings.Contains(got, want) {
			t.Errorf("%s: %q, want %q", code, got, want)
		}
	}
}

package notifications_test

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"teleconsult/notifications"
	"teleconsult/server/db"
	"teleconsult/templates"
)

func TestEnqueueKeepsNoSecretReadable(t *testing.T) {
	w := newWorld(t)
	id := w.enqueue(w.mail())
	row := value[string](w, `SELECT row_to_json(m)::text FROM message AS m WHERE id = $1`, id)
	if strings.Contains(row, "7Kd3Qx9mB2LfT0pZ") || strings.Contains(row, "VCALENDAR") {
		t.Error("the personal link can be read in the row")
	}
	sealed := value[[]byte](w, `SELECT secrets FROM message WHERE id = $1`, id)
	if !bytes.HasPrefix(sealed, []byte("sealed:")) {
		t.Error("the secrets are not sealed")
	}
	if v := value[string](w, `SELECT template_version FROM message WHERE id = $1`, id); v != templates.Version("invitation", "fr") {
		t.Errorf("version %q", v)
	}
}

func TestEnqueueRefusesWhatCannotBeSent(t *testing.T) {
	w := newWorld(t)
	for name, spoil := range map[string]func(*notifications.NewMessage){
		"no recipient":        func(m *notifications.NewMessage) { m.Recipient = "" },
		"header in recipient": func(m *notifications.NewMessage) { m.Recipient = "a@b.fr\r\nBcc: c@d.fr" },
		"language":            func(m *notifications.NewMessage) { m.Language = "de" },
		"channel":             func(m *notifications.NewMessage) { m.Channel = "fax" },
		"no content":          func(m *notifications.NewMessage) { m.Content = nil },
		"no department":       func(m *notifications.NewMessage) { m.DepartmentID = "" },
		"zone":                func(m *notifications.NewMessage) { m.Content = templates.Reminder{} },
	} {
		t.Run(name, func(t *testing.T) {
			m := w.mail()
			spoil(&m)
			if name == "zone" {
				m.Content = templates.Reminder{Appointment: templates.Appointment{Zone: "Nowhere/Atall"}}
			}
			err := w.inTx(t.Context(), func(ctx context.Context, ex notifications.Executor) error {
				_, err := w.outbox.Enqueue(ctx, ex, w.clock(), m)
				return err
			})
			if err == nil {
				t.Error("must be refused")
			}
		})
	}
	if n := value[int](w, `SELECT count(*) FROM message`); n != 0 {
		t.Errorf("%d rows written", n)
	}
}

func TestExpiryIsBounded(t *testing.T) {
	w := newWorld(t)
	m := w.mail()
	m.ExpiresAt = w.now.AddDate(1, 0, 0)
	far := w.enqueue(m)
	m.ExpiresAt = time.Time{}
	m.NotBefore = w.now.Add(time.Hour)
	none := w.enqueue(m)
	for id, want := range map[string]time.Time{far: w.now.Add(48 * time.Hour), none: w.now.Add(49 * time.Hour)} {
		if got := value[time.Time](w, `SELECT expires_at FROM message WHERE id = $1`, id); !got.Equal(want) {
			t.Errorf("expires at %v, want %v", got, want)
		}
	}
}

func TestRolledBackUseCaseSendsNothing(t *testing.T) {
	w := newWorld(t)
	p := &peer{}
	w.run(w.dispatcher(p))
	undone := errors.New("undone")
	err := w.inTx(t.Context(), func(ctx context.Context, ex notifications.Executor) error {
		if _, err := w.outbox.Enqueue(ctx, ex, w.clock(), w.mail()); err != nil {
			t.Fatal(err)
		}
		return undone
	})
	if !errors.Is(err, undone) {
		t.Fatal(err)
	}
	// Another message goes through, so the dispatcher had looked.
	w.becomes(w.enqueue(w.text()), notifications.StatusAccepted)
	if n := len(p.seen()); n != 1 {
		t.Errorf("%d messages sent, want the committed one alone", n)
	}
}

func TestCancelPending(t *testing.T) {
	w := newWorld(t)
	set := func(id, status string) { w.exec(`UPDATE message SET status = $2 WHERE id = $1`, id, status) }
	ids := map[string]string{}
	for _, status := range []string{"queued", "sending", "accepted", "delivered", "undelivered", "unknown", "expired", "cancelled"} {
		ids[status] = w.enqueue(w.mail())
		set(ids[status], status)
	}
	unknownSMS := w.enqueue(w.text())
	set(unknownSMS, "unknown")
	reminder := w.mail()
	reminder.Content = templates.Reminder{Appointment: templates.Appointment{Start: w.start, Zone: "Europe/Paris"}}
	other := w.enqueue(reminder)

	cancel := func(purposes ...notifications.Purpose) (n int) {
		err := w.inTx(t.Context(), func(ctx context.Context, ex notifications.Executor) (err error) {
			n, err = notifications.CancelPending(ctx, ex, w.clock(), w.encounter, purposes...)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	if n := cancel(notifications.PurposeInvitation); n != 3 {
		t.Errorf("%d cancelled, want queued, sending and the unknown e-mail", n)
	}
	want := map[string]notifications.Status{
		ids["queued"]: "cancelled", ids["sending"]: "sending", ids["unknown"]: "cancelled", ids["accepted"]: "accepted",
		ids["delivered"]: "delivered", ids["undelivered"]: "undelivered", ids["expired"]: "expired",
		unknownSMS: "unknown", other: "queued",
	}
	for id, status := range want {
		if got := w.status(id); got != status {
			t.Errorf("%s, want %s", got, status)
		}
	}
	if sealed := value[bool](w, `SELECT secrets IS NOT NULL FROM message WHERE id = $1`, ids["queued"]); sealed {
		t.Error("a cancelled message keeps no secret")
	}
	if n := cancel(notifications.PurposeInvitation); n != 0 {
		t.Errorf("%d cancelled twice", n)
	}
	if n := cancel(); n != 1 || w.status(other) != notifications.StatusCancelled {
		t.Errorf("without a purpose all are meant: %d", n)
	}
}

func TestMarkReadOnceAndOnlyWhatHasLeft(t *testing.T) {
	w := newWorld(t)
	accepted, queued, failed := w.enqueue(w.mail()), w.enqueue(w.mail()), w.enqueue(w.text())
	w.exec(`UPDATE message SET status = 'accepted' WHERE id = $1`, accepted)
	w.exec(`UPDATE message SET status = 'undelivered' WHERE id = $1`, failed)
	for range 2 {
		err := w.inTx(t.Context(), func(ctx context.Context, ex notifications.Executor) error {
			return notifications.MarkRead(ctx, ex, w.clock(), w.encounter)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for id, want := range map[string]int{accepted: 1, queued: 0, failed: 0} {
		if n := value[int](w, `SELECT count(*) FROM message_event WHERE kind = 'read' AND message_id = $1`, id); n != want {
			t.Errorf("%s: %d read events, want %d", w.status(id), n, want)
		}
	}
}

func TestDepartmentsWallHoldsForMessages(t *testing.T) {
	w := newWorld(t)
	w.enqueue(w.mail())
	for name, want := range map[string]int{w.department: 1, "00000000-0000-0000-0000-000000000001": 0} {
		var n int
		err := w.db.InTx(t.Context(), db.Departments(name), func(ctx context.Context, tx db.Tx) error {
			return tx.GetContext(ctx, &n, `SELECT count(*) FROM message WHERE encounter_id = $1`, w.encounter)
		})
		if err != nil || n != want {
			t.Errorf("%d messages (%v), want %d", n, err, want)
		}
	}
}

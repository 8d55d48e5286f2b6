package notifications_test

import (
	"bytes"
	"context"
	"errors"
	"slices"
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
	for i := range 2 {
		if n := w.markRead(notifications.ChannelEmail); n != 1-i {
			t.Errorf("time %d: %d marked", i, n)
		}
	}
	for id, want := range map[string]int{accepted: 1, queued: 0, failed: 0} {
		if n := value[int](w, `SELECT count(*) FROM message_event WHERE kind = 'read' AND message_id = $1`, id); n != want {
			t.Errorf("%s: %d read events, want %d", w.status(id), n, want)
		}
	}
}

func (w *world) markRead(via notifications.Channel) (n int) {
	w.t.Helper()
	err := w.inTx(w.t.Context(), func(ctx context.Context, ex notifications.Executor) (err error) {
		n, err = w.outbox.MarkRead(ctx, ex, w.clock(), w.encounter, via)
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return n
}

// Read is what the opened link brought: what went by another channel, or to another address, was not.
func TestReadIsOnlyWhatTheLinkCameBy(t *testing.T) {
	const wrong, right, mobile, oldMobile = "w@exemple.fr", "r@exemple.fr", "+33612345678", "+33687654321"
	type sent struct {
		to     string
		status notifications.Status
	}
	cases := []struct {
		name     string
		messages []sent // the oldest first
		via      notifications.Channel
		want     []int // which were read
	}{
		{"the SMS was opened, the e-mail went elsewhere", []sent{{wrong, "accepted"}, {mobile, "delivered"}}, "", []int{1}},
		{"whichever left last", []sent{{mobile, "delivered"}, {wrong, "accepted"}}, "", []int{0}},
		{"the e-mail's link", []sent{{right, "accepted"}, {mobile, "accepted"}, {right, "unknown"}}, "email", []int{0, 2}},
		{"a corrected address", []sent{{wrong, "accepted"}, {right, "accepted"}}, "email", []int{1}},
		{"a corrected number", []sent{{oldMobile, "accepted"}, {mobile, "accepted"}, {mobile, "delivered"}}, "", []int{1, 2}},
		{"copied by hand, and no SMS", []sent{{right, "accepted"}, {right, "delivered"}}, "", []int{1}},
		{"copied by hand, and the newest failed", []sent{{right, "accepted"}, {wrong, "undelivered"}}, "", []int{0}},
		{"its address failed later", []sent{{wrong, "accepted"}, {wrong, "undelivered"}}, "email", nil},
		{"its address failed before", []sent{{right, "undelivered"}, {right, "accepted"}}, "email", []int{1}},
		{"an e-mail's link, and none has left", []sent{{mobile, "delivered"}, {right, "queued"}}, "email", nil},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			var ids []string
			for _, one := range c.messages {
				m := w.text()
				if strings.Contains(one.to, "@") {
					m = w.mail()
				}
				m.Recipient = one.to
				id := w.enqueue(m)
				w.exec(`UPDATE message SET status = $2 WHERE id = $1`, id, string(one.status))
				w.exec(`INSERT INTO message_failure (recipient_hash, channel, code, at) VALUES ($1, $2, 'x', now()) ON CONFLICT DO NOTHING`,
					w.ledger.Vault.Hash(one.to), string(m.Channel))
				ids = append(ids, id)
				w.pass(time.Minute)
			}
			w.markRead(c.via)
			var read []int
			recipients := map[string]bool{}
			for i, id := range ids {
				if value[bool](w, `SELECT EXISTS (SELECT FROM message_event WHERE kind = 'read' AND message_id = $1)`, id) {
					read = append(read, i)
				}
				recipients[c.messages[i].to] = true
			}
			if !slices.Equal(read, c.want) {
				t.Errorf("read %v, want %v", read, c.want)
			}
			forgotten := min(len(c.want), 1)
			if n := value[int](w, `SELECT count(*) FROM message_failure`); n != len(recipients)-forgotten {
				t.Errorf("%d of %d failures are left: only the recipient who was reached has none", n, len(recipients))
			}
		})
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

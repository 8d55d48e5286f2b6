package notifications_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"teleconsult/notifications"
	"teleconsult/templates"
)

// notice is a message that is useless after the start, as one of many.
func (w *world) notice(channel notifications.Channel, slot string) notifications.NewMessage {
	m := w.text()
	if channel == notifications.ChannelEmail {
		m = w.mail()
		m.Calendar = notifications.Calendar{}
	}
	sender := templates.Sender{Brand: "AP-HP", Hospital: "AP-HP", Phone: "01 23 45 67 89"}
	m.Content = templates.Notice{Sender: sender, Appointment: templates.Appointment{Start: w.start, Zone: "Europe/Paris", Minutes: 30}}
	m.Priority, m.Slot, m.ExpiresAt = notifications.PriorityBulk, slot, w.start
	return m
}

func (w *world) hold(at time.Time) int {
	w.t.Helper()
	var n int
	err := w.inTx(context.Background(), func(ctx context.Context, ex notifications.Executor) (err error) {
		n, err = notifications.Hold(ctx, ex, w.clock(), []notifications.Told{
			{EncounterID: w.encounter, At: at, Start: w.start, End: w.start.Add(30 * time.Minute)},
		})
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return n
}

func (w *world) release(when func(encounterID string, channel notifications.Channel, expires time.Time) time.Time) int {
	w.t.Helper()
	var n int
	err := w.inTx(context.Background(), func(ctx context.Context, ex notifications.Executor) (err error) {
		n, err = notifications.Release(ctx, ex, w.clock(), []string{w.encounter}, when)
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return n
}

func TestHoldKeepsWhatASaidMomentWrote(t *testing.T) {
	w := newWorld(t)
	before := w.enqueue(w.notice(notifications.ChannelEmail, ""))
	w.pass(time.Minute)
	told := w.clock()
	held := map[string]string{
		"the notice":         w.enqueue(w.notice(notifications.ChannelEmail, "")),
		"by text":            w.enqueue(w.notice(notifications.ChannelSMS, "")),
		"in another's place": w.enqueue(w.notice(notifications.ChannelSMS, "after/"+before)),
		"an invitation":      w.enqueue(w.mail()),
	}
	sending := w.enqueue(w.notice(notifications.ChannelEmail, ""))
	w.exec(`UPDATE message SET status = 'sending', lease_owner = gen_random_uuid(), lease_until = $2 WHERE id = $1`, sending, w.clock().Add(time.Minute))
	free := map[string]string{
		"what was written before": before, "what is being sent": sending,
		"what waits for its time":    w.enqueue(w.notice(notifications.ChannelSMS, "reminder/1440/x")),
		"an invitation by the rules": w.enqueue(func() notifications.NewMessage { m := w.mail(); m.Slot = "invitation/x"; return m }()),
		"a delay": w.enqueue(func() notifications.NewMessage {
			m := w.notice(notifications.ChannelSMS, "")
			m.Purpose = notifications.PurposeDelay
			return m
		}()),
	}
	w.pass(time.Minute)
	if n := w.hold(told); n != len(held) {
		t.Errorf("%d held, want %d", n, len(held))
	}
	if n := w.hold(told); n != 0 {
		t.Errorf("%d held twice", n)
	}
	for what, id := range held {
		end := w.start
		if what == "an invitation" {
			end = w.start.Add(30 * time.Minute)
		}
		if got := value[time.Time](w, `SELECT not_before FROM message WHERE id = $1 AND first_due_at = not_before AND expires_at = not_before AND last_code = 'paused'`, id); !got.Equal(end) {
			t.Errorf("%s waits until %v, want %v", what, got, end)
		}
		if n := value[int](w, `SELECT count(*) FROM message_event WHERE message_id = $1 AND kind = 'queued' AND code = 'paused'`, id); n != 1 {
			t.Errorf("%s: %d events", what, n)
		}
	}
	for what, id := range free {
		if n := value[int](w, `SELECT count(*) FROM message WHERE id = $1 AND last_code = '' AND not_before <= $2`, id, w.clock()); n != 1 {
			t.Errorf("%s is held", what)
		}
	}
}

// However long it lasts, what is held does not leave and is not lost; released, it is tried as any other.
func TestWhatIsHeldLeavesOnceItIsReleased(t *testing.T) {
	w := newWorld(t)
	w.start = w.start.AddDate(0, 0, 20)
	w.exec(`UPDATE encounter SET planned_start = $2, planned_end = $3 WHERE id = $1`, w.encounter, w.start, w.start.Add(30*time.Minute))
	told := w.clock()
	mail, text := w.enqueue(w.notice(notifications.ChannelEmail, "")), w.enqueue(w.notice(notifications.ChannelSMS, ""))
	w.hold(told)
	p := &peer{}
	w.pass(5 * 24 * time.Hour)
	stop := w.run(w.dispatcher(p))
	other := w.enqueue(w.mail())
	w.becomes(other, notifications.StatusAccepted)
	stop()
	if err := w.ledger.Tend(context.Background()); err != nil {
		t.Fatal(err)
	}
	if w.status(mail) != notifications.StatusQueued || w.status(text) != notifications.StatusQueued || p.count() != 1 {
		t.Fatalf("held: %s and %s, %d sent", w.status(mail), w.status(text), p.count())
	}
	later := w.clock().Add(time.Hour)
	released := w.release(func(id string, channel notifications.Channel, expires time.Time) time.Time {
		if id != w.encounter || !expires.Equal(w.start) {
			t.Errorf("asked for %s until %v", id, expires)
		}
		if channel == notifications.ChannelSMS {
			return later
		}
		return w.clock()
	})
	if released != 2 {
		t.Errorf("%d released", released)
	}
	for id, at := range map[string]time.Time{mail: w.clock(), text: later} {
		if got := value[time.Time](w, `SELECT not_before FROM message WHERE id = $1 AND first_due_at = not_before AND last_code = ''`, id); !got.Equal(at) {
			t.Errorf("goes at %v, want %v", got, at)
		}
		if got := value[time.Time](w, `SELECT expires_at FROM message WHERE id = $1`, id); !got.Equal(at.Add(48 * time.Hour)) {
			t.Errorf("is tried until %v, want two days from %v", got, at)
		}
	}
	if n := w.release(func(string, notifications.Channel, time.Time) time.Time { t.Error("asked again"); return later }); n != 0 {
		t.Errorf("%d released twice", n)
	}
	w.run(w.dispatcher(p))
	w.becomes(mail, notifications.StatusAccepted)
	w.pass(time.Hour)
	w.becomes(text, notifications.StatusAccepted)
}

// Nobody waits for a message shortly before the start longer than until then.
func TestWhatIsReleasedIsUselessAfterTheStart(t *testing.T) {
	w := newWorld(t)
	told := w.clock()
	id := w.enqueue(w.notice(notifications.ChannelEmail, ""))
	w.hold(told)
	w.pass(24 * time.Hour)
	w.release(func(string, notifications.Channel, time.Time) time.Time { return w.clock() })
	if got := value[time.Time](w, `SELECT expires_at FROM message WHERE id = $1`, id); !got.Equal(w.start) {
		t.Errorf("is tried until %v, want %v", got, w.start)
	}
}

func TestPreviewIsWhatIsSent(t *testing.T) {
	w := newWorld(t)
	p := &peer{}
	w.run(w.dispatcher(p))
	preview := w.outbox.NewPreview()
	for _, channel := range []notifications.Channel{notifications.ChannelEmail, notifications.ChannelSMS} {
		for _, language := range []string{"fr", "en"} {
			m := w.notice(channel, "")
			m.Language = language
			id := w.enqueue(m)
			w.becomes(id, notifications.StatusAccepted)
			sent := p.seen()[len(p.seen())-1]
			m.LinkToken = "xxxxxxxxxxxxxxxx"
			var shown notifications.Outgoing
			err := w.inTx(context.Background(), func(ctx context.Context, ex notifications.Executor) (err error) {
				shown, err = preview.Of(ctx, ex, m)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			if want := strings.ReplaceAll(sent.Text, "7Kd3Qx9mB2LfT0pZ", m.LinkToken); shown.Text != want || !strings.Contains(shown.Text, m.LinkToken) {
				t.Errorf("%s in %s is shown as\n%s\nand sent as\n%s", channel, language, shown.Text, want)
			}
		}
	}
	if n := value[int](w, `SELECT count(*) FROM message`); n != 4 {
		t.Errorf("a preview wrote: %d messages", n)
	}
	err := w.inTx(context.Background(), func(ctx context.Context, ex notifications.Executor) error {
		m := w.notice(notifications.ChannelEmail, "")
		m.Recipient = ""
		_, err := preview.Of(ctx, ex, m)
		return err
	})
	if err == nil {
		t.Error("a message to nobody is shown")
	}
}

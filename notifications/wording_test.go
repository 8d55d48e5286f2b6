package notifications_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/uuid"

	"teleconsult/notifications"
	"teleconsult/templates"
)

// words writes a version of what the department says by e-mail in a reminder.
func (w *world) words(version int, subject, body string) string {
	w.t.Helper()
	id := uuid.NewString()
	w.exec(`INSERT INTO message_wording (id, department_id, template, channel, language, version, subject, body, written_by, written_at)
		SELECT $1, $2, 'reminder', 'email', 'fr', $3, $4, $5, id, now() FROM staff LIMIT 1`, id, w.department, version, subject, body)
	return id
}

// reminder writes a reminder, and returns it as the dispatcher reads it.
func (w *world) reminder() notifications.Stored {
	w.t.Helper()
	var id string
	err := w.inTx(context.Background(), func(ctx context.Context, ex notifications.Executor) (err error) {
		id, err = w.outbox.Enqueue(ctx, ex, w.clock(), notifications.NewMessage{
			DepartmentID: w.department, EncounterID: w.encounter, Channel: notifications.ChannelEmail, Recipient: "p@exemple.fr", Language: "fr",
			Content: templates.Example(templates.NameReminder, "fr", ""), LinkToken: "7Kd3Qx9mB2LfT0pZ",
		})
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	m := notifications.Stored{
		ID: id, Channel: notifications.ChannelEmail, Language: "fr", Template: "reminder",
		Params:    value[[]byte](w, `SELECT params::text FROM message WHERE id = $1`, id),
		Secrets:   value[[]byte](w, `SELECT secrets FROM message WHERE id = $1`, id),
		WordingID: value[string](w, `SELECT coalesce(wording_id::text, '') FROM message WHERE id = $1`, id),
	}
	if m.WordingID != "" {
		m.Subject = value[string](w, `SELECT subject FROM message_wording WHERE id = $1`, m.WordingID)
		m.Body = value[string](w, `SELECT body FROM message_wording WHERE id = $1`, m.WordingID)
	}
	return m
}

func TestTheDepartmentsWordsGoOut(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	own, err := w.outbox.Compose(w.reminder())
	if err != nil || !strings.HasPrefix(own.Subject, "Rappel") {
		t.Fatalf("%q, %v", own.Subject, err)
	}
	w.words(1, "Avant", "Avant\n{lien}")
	second := w.words(2, "À bientôt", "Le {date} à {heure}\n{lien}")
	m := w.reminder()
	out, err := w.outbox.Compose(m)
	if err != nil || m.WordingID != second || out.Subject != "À bientôt" || !strings.Contains(out.Text, "https://teleconsult.test/p/7Kd3Qx9mB2LfT0pZ") {
		t.Errorf("%q, %v", out.Subject, err)
	}
	w.words(3, "", "") // back to the product's own
	if m = w.reminder(); m.WordingID != "" {
		t.Error("an empty version is the product's own words")
	}
}

// Words that cannot be read any more lose nobody a message.
func TestUnreadableWordsGoOutAsOurs(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	m := w.reminder()
	w.words(1, "A", "{un nom de demain}")
	if late := w.reminder(); late.WordingID != "" {
		t.Error("a new message does not even name them")
	}
	m.WordingID, m.Subject, m.Body = uuid.NewString(), "A", "{un nom de demain}"
	out, err := w.outbox.Compose(m)
	if !errors.Is(err, notifications.ErrWording) || !strings.HasPrefix(out.Subject, "Rappel") || !strings.Contains(out.Text, "7Kd3Qx9mB2LfT0pZ") {
		t.Errorf("%+v, %v", out, err)
	}
}

package wording_test

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2/humatest"
	"github.com/google/uuid"

	"teleconsult/notifications"
	"teleconsult/server/auth"
	"teleconsult/server/db"
	"teleconsult/server/dbtest"
	"teleconsult/server/encountertest"
	"teleconsult/server/fault"
	"teleconsult/server/problem"
	"teleconsult/server/wording"
	"teleconsult/templates"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

var (
	mail = wording.Key{Template: templates.NameReminder, Channel: notifications.ChannelEmail, Language: "fr"}
	text = wording.Key{Template: templates.NameReminder, Channel: notifications.ChannelSMS, Language: "fr"}
	good = templates.Wording{Subject: "Bientôt : le {date}", Body: "Bonjour,\n\n{encadré}\n\n{lien}"}
)

type world struct {
	*encountertest.World
	*wording.Service
	t testing.TB
}

func newWorld(t testing.TB) *world {
	w := &world{World: encountertest.New(t), t: t}
	keep := func(b []byte) ([]byte, error) { return b, nil }
	w.World.Encounters.PublicURL = "https://teleconsult.test"
	w.World.Encounters.Outbox = notifications.Outbox{
		PublicURL: w.World.Encounters.PublicURL, Vault: notifications.Vault{Seal: keep, Open: keep, Hash: func(s string) []byte { return []byte(s) }},
	}
	w.Service = &wording.Service{Encounters: w.World.Encounters}
	return w
}

// standing is what the department says at present.
func (w *world) standing(k wording.Key) wording.Standing {
	w.t.Helper()
	all, err := w.List(w.t.Context(), w.Manager, w.Department)
	if err != nil || len(all) != 32 {
		w.t.Fatal(len(all), err)
	}
	for _, s := range all {
		if s.Key == k {
			return s
		}
	}
	w.t.Fatalf("no %+v", k)
	return wording.Standing{}
}

// enqueue writes a reminder and returns its id.
func (w *world) enqueue(channel notifications.Channel, to string) (id string) {
	w.t.Helper()
	w.In(func(ctx context.Context, tx db.Tx) (err error) {
		id, err = w.World.Encounters.Outbox.Enqueue(ctx, tx, w.Now, notifications.NewMessage{
			DepartmentID: w.Department, Channel: channel, Recipient: to, Language: "fr",
			Content: templates.Example(templates.NameReminder, "fr", ""), LinkToken: "7Kd3Qx9mB2LfT0pZ",
		})
		return err
	})
	return id
}

// wordingOf is the version that a message goes out in, 0 for the product's own words.
func (w *world) wordingOf(messageID string) int {
	return w.Count(`SELECT coalesce((SELECT w.version FROM message AS m JOIN message_wording AS w ON w.id = m.wording_id WHERE m.id = $1), 0)`, messageID)
}

func TestSaveAndReset(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	own := w.standing(mail)
	if !own.Own || own.Number != 0 || !strings.Contains(own.Body, "{encadré}") {
		t.Fatalf("%+v", own)
	}
	before, other := w.enqueue("email", "a@exemple.fr"), w.enqueue("sms", "+33612345678")
	sent := w.enqueue("email", "b@exemple.fr")
	w.Exec(`UPDATE message SET status = 'accepted' WHERE id = $1`, sent)

	first, err := w.Save(t.Context(), w.Manager, w.Department, mail, good, 0)
	if err != nil || first.Own || first.Number != 1 || first.Body != good.Body || first.By == "" {
		t.Fatalf("%+v, %v", first, err)
	}
	if got := w.standing(mail); got.Number != 1 || got.Subject != good.Subject || got.By != w.Manager.Name || got.Problems != nil {
		t.Errorf("%+v", got)
	}
	after := w.enqueue("email", "c@exemple.fr")
	if w.wordingOf(before) != 1 || w.wordingOf(after) != 1 {
		t.Error("what has not left speaks in the new words")
	}
	if w.wordingOf(sent) != 0 || w.wordingOf(other) != 0 {
		t.Error("what has left, or goes by the other channel, stays as it is")
	}
	if _, err = w.Save(t.Context(), w.Manager, w.Department, mail, good, 0); fault.KindOf(err) != fault.KindStale {
		t.Errorf("words that somebody else wrote meanwhile: %v", err)
	}
	if _, err = w.Save(t.Context(), w.Manager, w.Department, mail, templates.Wording{Subject: "A", Body: "Cardiologie"}, 1); fault.KindOf(err) != fault.KindInvalid {
		t.Errorf("words against the rules: %v", err)
	}

	back, err := w.Reset(t.Context(), w.Manager, w.Department, mail)
	if err != nil || !back.Own || back.Number != 2 || back.Body != own.Body {
		t.Fatalf("%+v, %v", back, err)
	}
	if back, err = w.Reset(t.Context(), w.Manager, w.Department, mail); err != nil || back.Number != 2 {
		t.Errorf("a second time is no new version: %+v, %v", back, err)
	}
	if w.wordingOf(before) != 0 || w.wordingOf(w.enqueue("email", "d@exemple.fr")) != 0 {
		t.Error("back to the product's own words")
	}
	history, err := w.History(t.Context(), w.Secretary, w.Department, mail)
	if err != nil || len(history) != 2 || history[0].Body != "" || history[1].Body != good.Body || !history[1].At.Equal(w.Now) {
		t.Errorf("%+v, %v", history, err)
	}
	if n := w.Count(`SELECT count(*) FROM audit_event WHERE department_id = $1 AND action IN ('wording.change', 'wording.reset')`, w.Department); n != 2 {
		t.Errorf("%d traces", n)
	}
}

// A transaction that holds a message and wants what the writer holds: Postgres ends one of the two, and the words are
// saved all the same.
func TestADeadlockLosesNoWords(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.enqueue("email", "a@exemple.fr")
	saved := make(chan error, 1)
	err := w.World.Encounters.DB.InTx(t.Context(), db.Departments(w.Department), func(ctx context.Context, tx db.Tx) error {
		if _, err := tx.ExecContext(ctx, `SELECT FROM message WHERE id = $1 FOR UPDATE`, id); err != nil {
			return err
		}
		go func() {
			_, err := w.Save(context.WithoutCancel(ctx), w.Manager, w.Department, mail, good, 0)
			saved <- err
		}()
		for range 1000 {
			if w.Count(`SELECT count(*) FROM pg_locks WHERE NOT granted`) > 0 {
				break
			}
			time.Sleep(5 * time.Millisecond) // a poll, not a guess
		}
		_, err := tx.ExecContext(ctx, `SELECT FROM department WHERE id = $1 FOR UPDATE`, w.Department)
		return err
	})
	if err != nil && !db.IsDeadlock(err) {
		t.Fatal(err)
	}
	if err = <-saved; err != nil || w.wordingOf(id) != 1 {
		t.Errorf("%v, version %d", err, w.wordingOf(id))
	}
}

func TestPreview(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p, err := w.Preview(t.Context(), w.Secretary, w.Department, wording.Draft{Key: mail, Words: good, Variant: wording.Variant{Telephone: true}})
	if err != nil || p.Mail.Subject != "Bientôt\u00a0: le mardi 19 mai 2026" || !strings.Contains(p.Mail.Text, "Par téléphone") ||
		!strings.Contains(p.Mail.Text, "Hôpital Exemple") || p.Problems != nil {
		t.Errorf("%+v, %v", p, err)
	}
	id := w.Plan()
	words := templates.Wording{Body: "Forêt le {date} à {heure} {lien}"}
	p, err = w.Preview(t.Context(), w.Secretary, w.Department, wording.Draft{Key: text, Words: words, EncounterID: id})
	if err != nil || p.SMS != "AP-HP: Foret le 12/05 à 14h30 https://teleconsult.test/p/xxxxxxxxxxxxxxxx" || p.Cost.Segments != 1 || p.Cost.Cents != 7 ||
		strings.Join(p.Replaced, " ") != "ê→e" {
		t.Errorf("%+v, %v", p, err)
	}
	if w.Traced(id, "wording.preview") != 1 {
		t.Error("who looks at an encounter is traced")
	}
	p, err = w.Preview(t.Context(), w.Secretary, w.Department, wording.Draft{Key: mail, Words: good, EncounterID: id})
	if err != nil || !strings.Contains(p.Mail.Text, "/p/••••") {
		t.Errorf("%s, %v", p.Mail.Text, err)
	}
	p, err = w.Preview(t.Context(), w.Secretary, w.Department, wording.Draft{Key: mail, Words: templates.Wording{Body: "{nom}"}})
	if err != nil || p.Mail.Text != "" || len(p.Problems) == 0 {
		t.Errorf("%+v, %v", p, err)
	}
	for name, who := range map[string]auth.Caller{
		"a stranger": w.Stranger, "an administrator": {StaffID: uuid.NewString(), Admin: true},
	} {
		if _, err = w.Preview(t.Context(), who, w.Department, wording.Draft{Key: mail, Words: good, EncounterID: id}); fault.KindOf(err) != fault.KindNotFound {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestTry(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	manager := w.Manager
	manager.Email = "cadre@exemple.fr"
	if err := w.Try(t.Context(), manager, w.Department, wording.Draft{Key: mail, Words: good}, ""); err != nil {
		t.Fatal(err)
	}
	sms := wording.Draft{Key: text, Words: templates.Wording{Body: "Le {date} {heure} {lien}"}}
	if err := w.Try(t.Context(), manager, w.Department, sms, "06 12 34 56 78"); err != nil {
		t.Fatal(err)
	}
	const sent = `SELECT count(*) FROM message WHERE department_id = $1 AND purpose = 'test' AND encounter_id IS NULL AND wording_id IS NULL
		AND status = 'queued' AND recipient = $2 AND params->'wording'->>'Body' LIKE '%{lien}'`
	if w.Count(sent, w.Department, "cadre@exemple.fr") != 1 || w.Count(sent, w.Department, "+33612345678") != 1 {
		t.Error("one message each")
	}
	if err := w.Try(t.Context(), manager, w.Department, sms, "12"); fault.KindOf(err) != fault.KindInvalid {
		t.Errorf("no mobile: %v", err)
	}
	if err := w.Try(t.Context(), manager, w.Department, wording.Draft{Key: mail, Words: templates.Wording{Subject: "A", Body: "A"}}, ""); fault.KindOf(err) != fault.KindInvalid {
		t.Errorf("words against the rules: %v", err)
	}
	for range 18 {
		if err := w.Try(t.Context(), manager, w.Department, sms, "06 12 34 56 78"); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Try(t.Context(), manager, w.Department, sms, "06 12 34 56 78"); fault.KindOf(err) != fault.KindRateLimited {
		t.Errorf("the 21st in an hour: %v", err)
	}
	w.Now = w.Now.Add(time.Hour + time.Minute)
	if err := w.Try(t.Context(), manager, w.Department, sms, "06 12 34 56 78"); err != nil {
		t.Errorf("an hour later: %v", err)
	}
}

func TestWordingsOverHTTP(t *testing.T) {
	problem.Install()
	w := newWorld(t)
	_, api := humatest.New(t)
	wording.Register(api, w.Service)
	manager, secretary := auth.WithCaller(t.Context(), w.Manager), auth.WithCaller(t.Context(), w.Secretary)
	stranger := auth.WithCaller(t.Context(), w.Stranger)
	path := "/departments/" + w.Department + "/wordings"
	const one = "/reminder/email/fr"

	var list struct {
		Items []struct {
			Template, Channel, Language, Title, Body string
			Version                                  int64
			Placeholders, Marks                      []map[string]any
		}
	}
	answer := api.GetCtx(secretary, path)
	if err := json.Unmarshal(answer.Body.Bytes(), &list); err != nil || answer.Code != http.StatusOK || len(list.Items) != 32 {
		t.Fatalf("%d %.300s (%v)", answer.Code, answer.Body, err)
	}
	if first := list.Items[0]; first.Template != "notice" || first.Channel != "email" || first.Language != "fr" || first.Title == "" ||
		len(first.Placeholders) < 6 || len(first.Marks) != 6 || strings.Contains(answer.Body.String(), "null") {
		t.Errorf("%+v", first)
	}
	saved := map[string]any{"subject": good.Subject, "body": good.Body, "version": 0}
	draft := map[string]any{"template": "reminder", "channel": "sms", "language": "fr", "body": "Le {date} à {heure} {lien}"}
	var preview struct {
		SMS struct {
			Segments int
			Encoding string
		}
		Problems []any
	}
	answer = api.PostCtx(secretary, path+"/preview", draft)
	if err := json.Unmarshal(answer.Body.Bytes(), &preview); err != nil || preview.SMS.Segments != 1 || preview.SMS.Encoding != "GSM-7" || preview.Problems == nil {
		t.Errorf("%d %s (%v)", answer.Code, answer.Body, err)
	}
	for _, c := range []struct {
		name   string
		answer interface{ Result() *http.Response }
		want   int
	}{
		{"nobody", api.Get(path), http.StatusUnauthorized},
		{"a stranger", api.GetCtx(stranger, path), http.StatusNotFound},
		{"a secretary writes", api.PutCtx(secretary, path+one, saved), http.StatusForbidden},
		{"a manager writes", api.PutCtx(manager, path+one, saved), http.StatusOK},
		{"on what changed", api.PutCtx(manager, path+one, saved), http.StatusPreconditionFailed},
		{"against the rules", api.PutCtx(manager, path+one, map[string]any{"subject": "", "body": "x", "version": 1}), http.StatusUnprocessableEntity},
		{"no such template", api.PutCtx(manager, path+"/other/email/fr", saved), http.StatusUnprocessableEntity},
		{"history", api.GetCtx(secretary, path+one+"/history"), http.StatusOK},
		{"back", api.DeleteCtx(manager, path+one), http.StatusOK},
		{"a stranger previews", api.PostCtx(stranger, path+"/preview", draft), http.StatusNotFound},
		{"a secretary tries", api.PostCtx(secretary, path+"/test", draft), http.StatusForbidden},
		{"to no mobile", api.PostCtx(manager, path+"/test", draft), http.StatusUnprocessableEntity},
	} {
		if got := c.answer.Result().StatusCode; got != c.want {
			t.Errorf("%s: %d, want %d", c.name, got, c.want)
		}
	}
	draft["to"] = "06 12 34 56 78"
	if answer = api.PostCtx(manager, path+"/test", draft); answer.Code != http.StatusAccepted {
		t.Errorf("%d %s", answer.Code, answer.Body)
	}
}

package drop

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"time"

	"filippo.io/age"

	"teleconsult/notifications"
	"teleconsult/server/auth"
	"teleconsult/server/db"
	"teleconsult/server/fault"
	"teleconsult/server/secret"
)

func TestADocumentComesBackAsItWas(t *testing.T) {
	w := newWard(t)
	for name, content := range map[string][]byte{
		"20 MB": pdfOf(MaxBytes), "a picture": picture(t, "png"), "another": withProfile(picture(t, "jpeg"), 9),
		"a whole part": pdfOf(chunkBytes), "a short one": pdfOf(0),
	} {
		w.leave(content)
		token, password := w.keys()
		got, err := w.download(token, password)
		if err != nil || !bytes.Equal(got, content) {
			t.Errorf("%s: %d bytes of %d came back, %v", name, len(got), len(content), err)
		}
		if d := w.shown(); d.Size != int64(len(content)) || d.FetchedAt == nil || !d.FetchedAt.Equal(w.Now) {
			t.Errorf("%s: %+v", name, d)
		}
		if err := w.s.Revoke(t.Context(), w.Practitioner, w.id, w.shown().ID); err != nil || w.chunks() != 0 {
			t.Errorf("%s: %v, %d parts are left", name, err, w.chunks())
		}
		w.Exec(`UPDATE message SET status = 'cancelled', settled_at = $1, secrets = NULL`, w.Now)
	}
}

func TestTheLinkAndThePasswordGoTwoWays(t *testing.T) {
	w := newWard(t)
	c := w.leave(pdfOf(1000))
	queue := w.queue()
	link, password := queue["document-link"], queue["document-password"]
	if len(queue) != 2 || c.Password != "" || link.Channel != "email" || link.Recipient != "zoe@exemple.fr" || link.Password != "" ||
		password.Channel != "sms" || password.Recipient != "+33612345678" || password.LinkToken != "" {
		t.Errorf("%+v %q", queue, c.Password)
	}
	if _, ok := ReadPassword(password.Password); !ok || !secret.IsToken(strings.TrimPrefix(link.LinkToken, "drop/")) {
		t.Errorf("%+v", queue)
	}
	if w.states() != "sent" || w.told[0].StaffID != w.Practitioner.StaffID || w.told[0].Proof != "Dépôt chiffré : lien par e-mail, mot de passe par SMS." ||
		w.told[0].EncounterID != w.id || w.told[0].DepartmentID != w.Department || w.told[0].DropID != c.ID || !w.told[0].At.Equal(w.Now) {
		t.Errorf("%+v", w.told)
	}
	if w.Traced(w.id, "drop.create") != 1 || w.kinds() != "created" {
		t.Errorf("%d in the trace, receipt %q", w.Traced(w.id, "drop.create"), w.kinds())
	}
	d := w.shown()
	if d.Link.Recipient != "z•••@exemple.fr" || d.Password.Recipient != "•• •• •• 56 78" || d.Link.Word != "en file" || d.ByTelephone ||
		!d.ExpiresAt.Equal(w.Now.Add(7*24*time.Hour)) || d.TriesLeft != 5 || d.DownloadsLeft != 5 || d.CreatedBy != "Dr Claire Martin" {
		t.Errorf("%+v", d)
	}
	// Whatever becomes of them, no other channel takes their place.
	w.Exec(`UPDATE message SET status = 'undelivered', settled_at = $1, secrets = NULL`, w.Now)
	w.In(func(ctx context.Context, tx db.Tx) error {
		_, err := w.Encounters.Settle(ctx, tx, w.Department, w.id, "test")
		return err
	})
	w.Now = w.Now.Add(2 * time.Hour)
	if err := w.Encounters.FollowUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := w.Count(`SELECT count(*) FROM message`); n != 2 {
		t.Errorf("%d messages, want the two that failed", n)
	}
}

func TestWithOneChannelThePasswordIsTold(t *testing.T) {
	for name, c := range map[string]struct {
		email, mobile, channel string
		wish                   Wish
	}{
		"an address alone": {"zoe@exemple.fr", "", "email", Wish{}},
		"a mobile alone":   {"", "+33612345678", "sms", Wish{}},
		"by wish":          {"zoe@exemple.fr", "+33612345678", "email", Wish{Telephone: true}},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWard(t)
			w.reach(c.email, c.mobile)
			made, err := w.s.Create(t.Context(), w.Secretary, w.id, c.wish, bytes.NewReader(pdfOf(1000)))
			queue := w.queue()
			if err != nil || len(queue) != 1 || queue["document-link"].Channel != c.channel || queue["document-link"].Password != "" {
				t.Fatalf("%v %+v", err, queue)
			}
			if d := w.shown(); !d.ByTelephone || d.ToldAt != nil || d.Password != nil {
				t.Errorf("%+v", d)
			}
			w.Now = w.Now.Add(time.Minute)
			if err = w.s.Tell(t.Context(), w.Secretary, w.id, made.ID); err != nil {
				t.Fatal(err)
			}
			if d := w.shown(); d.ToldAt == nil || !d.ToldAt.Equal(w.Now) || w.kinds() != "created told" || w.Traced(w.id, "drop.tell") != 1 {
				t.Errorf("%+v", d)
			}
			token, _ := w.keys()
			if got, err := w.download(token, made.Password); err != nil || !bytes.Equal(got, pdfOf(1000)) {
				t.Errorf("what was told opens nothing: %v", err)
			}
		})
	}
}

func (w *ward) refuse(channel, address string) {
	w.t.Helper()
	w.Exec(`INSERT INTO message_suppression (recipient_hash, channel, code, since) VALUES ($1, $2, '21610', $3)`, w.Encounters.Outbox.Vault.Hash(address), channel, w.Now)
}

// Whoever refused SMS has one channel.
func TestARefusedChannelIsNone(t *testing.T) {
	w := newWard(t)
	w.refuse("sms", "+33612345678")
	if c := w.leave(pdfOf(1000)); c.Password == "" || len(w.queue()) != 1 {
		t.Errorf("%q %+v", c.Password, w.queue())
	}
}

func TestNobodyIsWokenByAPassword(t *testing.T) {
	w := newWard(t)
	w.leave(pdfOf(1000)) // at 15:00, nine minutes after the consultation
	if n := w.Count(`SELECT count(*) FROM message WHERE not_before = $1 AND priority = 1`, w.Now); n != 2 {
		t.Errorf("%d messages for somebody who waits", n)
	}
	w = newWard(t)
	w.Now = time.Date(2026, 5, 12, 20, 30, 0, 0, time.UTC) // 22:30 in Paris
	w.leave(pdfOf(1000))
	morning := time.Date(2026, 5, 13, 6, 0, 0, 0, time.UTC)
	if w.Count(`SELECT count(*) FROM message WHERE channel = 'sms' AND not_before = $1`, morning) != 1 ||
		w.Count(`SELECT count(*) FROM message WHERE channel = 'email' AND not_before = $1`, w.Now) != 1 {
		t.Error("a text at night")
	}
}

// untouched insists that nothing can be reached, nothing was said and nothing is left.
func (w *ward) untouched() {
	w.t.Helper()
	if n := w.chunks(); n != 0 {
		w.t.Errorf("%d parts are left", n)
	}
	if n := w.Count(`SELECT count(*) FROM document_drop WHERE state NOT IN ('abandoned')`); n != 0 {
		w.t.Errorf("%d drops", n)
	}
	if n := w.Count(`SELECT count(*) FROM message`); n != 0 || len(w.told) > 0 {
		w.t.Errorf("%d messages, %+v", n, w.told)
	}
}

func TestCreateRefuses(t *testing.T) {
	w := newWard(t)
	planned, cancelled := w.Plan(), w.Plan()
	w.Exec(`UPDATE encounter SET status = 'cancelled', cancelled_at = $2, cancel_reason = 'no-show' WHERE id = $1`, cancelled, w.Now)
	good := pdfOf(3 * chunkBytes)
	for _, c := range []struct {
		name    string
		caller  auth.Caller
		id      string
		content io.Reader
		want    string
	}{
		{"before the end", w.Practitioner, planned, iotest.ErrReader(errors.New("read")), "not_finished"},
		{"after a no-show", w.Practitioner, cancelled, iotest.ErrReader(errors.New("read")), "not_held"},
		{"a manager", w.Manager, w.id, iotest.ErrReader(errors.New("read")), "forbidden"},
		{"somebody of another department", w.Stranger, w.id, iotest.ErrReader(errors.New("read")), "not_found"},
		{"nothing", w.Practitioner, w.id, bytes.NewReader(nil), "file_empty"},
		{"a page", w.Practitioner, w.id, strings.NewReader("<html>"), "file_kind_unknown"},
		{"half a document", w.Practitioner, w.id, bytes.NewReader(good[:2*chunkBytes]), "file_broken"},
		{"a line that dies", w.Practitioner, w.id, io.MultiReader(bytes.NewReader(good[:2*chunkBytes]), iotest.ErrReader(io.ErrUnexpectedEOF)), "upload_interrupted"},
		{"too large", w.Practitioner, w.id, bytes.NewReader(pdfOf(MaxBytes + 1)), "file_too_large"},
	} {
		_, err := w.s.Create(t.Context(), c.caller, c.id, Wish{}, c.content)
		if got := fault.CodeOf(err); got != c.want {
			t.Errorf("%s: %v, want %s", c.name, err, c.want)
		}
		w.untouched()
	}
	w.refuse("sms", "+33612345678")
	w.refuse("email", "zoe@exemple.fr")
	if _, err := w.s.Create(t.Context(), w.Practitioner, w.id, Wish{}, bytes.NewReader(good)); fault.CodeOf(err) != "contact_missing" {
		t.Errorf("a patient who wants no messages: %v", err)
	}
	w.untouched()
}

func TestOneDocumentWaitsAtATime(t *testing.T) {
	w := newWard(t)
	var group sync.WaitGroup
	codes := make([]string, 3)
	for i := range codes {
		group.Go(func() {
			_, err := w.s.Create(t.Context(), w.Practitioner, w.id, Wish{}, bytes.NewReader(pdfOf(chunkBytes)))
			codes[i] = fault.CodeOf(err)
		})
	}
	group.Wait()
	if strings.Count(strings.Join(codes, " "), "drop_standing") != 2 || w.Count(`SELECT count(*) FROM message`) != 2 ||
		w.Count(`SELECT count(DISTINCT drop_id) FROM document_drop_chunk`) != 1 {
		t.Errorf("%q", codes)
	}
	// One that has expired makes room, also before a sweep.
	w.Now = w.Now.Add(Life)
	w.Exec(`UPDATE message SET status = 'delivered', settled_at = $1, secrets = NULL`, w.Now)
	w.leave(pdfOf(1000))
	if w.states() != "sent failed sent" || w.Count(`SELECT count(DISTINCT drop_id) FROM document_drop_chunk`) != 1 {
		t.Errorf("%s", w.states())
	}
}

// An attacker has every row of the database, and not the server's key.
func TestAStolenDatabaseOpensNothing(t *testing.T) {
	w := newWard(t)
	w.s.work = workFactor
	content := []byte("%PDF-1.7\n" + strings.Repeat("AMOXICILLINE 500 mg, Zoé Durand\n", 40_000) + "startxref\n9\n%%EOF\n")
	w.leave(content)
	token, password := w.keys()
	key, _ := ReadPassword(password)
	var dump []string
	var file []byte
	w.In(func(ctx context.Context, tx db.Tx) error {
		tables := []string{}
		if err := tx.SelectContext(ctx, &tables, `SELECT tablename FROM pg_tables WHERE schemaname = 'public'`); err != nil {
			return err
		}
		for _, table := range tables {
			rows := []string{}
			// bytea both as hexadecimal digits and as the characters that it may hold
			if err := tx.SelectContext(ctx, &rows, `SELECT row_to_json(t)::text FROM `+table+` AS t`); err != nil {
				return err
			}
			dump = append(dump, rows...)
		}
		parts := [][]byte{}
		err := tx.SelectContext(ctx, &parts, `SELECT content FROM document_drop_chunk ORDER BY number`)
		file = bytes.Join(parts, nil)
		return err
	})
	all := strings.Join(dump, "\n")
	if len(file) < len(content) || !strings.Contains(all, "Durand") {
		t.Fatal("this is no dump")
	}
	hex := func(s string) string {
		const digits = "0123456789abcdef"
		var b strings.Builder
		for i := range len(s) {
			b.WriteByte(digits[s[i]>>4])
			b.WriteByte(digits[s[i]&15])
		}
		return b.String()
	}
	for name, s := range map[string]string{"the password": password, "its digits": key, "a group of it": password[5:14], "the token": token, "the document": "AMOXICILLINE"} {
		if strings.Contains(all, s) || strings.Contains(all, hex(s)) || bytes.Contains(file, []byte(s)) {
			t.Errorf("the dump shows %s", name)
		}
	}
	if !bytes.HasPrefix(file, []byte("age-encryption.org/v1\n-> scrypt ")) || !bytes.Contains(file[:200], []byte(" 15\n")) {
		t.Errorf("not the form that was promised: %q", file[:80])
	}
	wrong := errors.As(func() error { _, err := open(file, "48210937556218492033"); return err }(), new(*age.NoIdentityMatchError))
	if plain, err := open(file, key); !wrong || err != nil || !bytes.Equal(plain, content) {
		t.Errorf("wrong password refused: %v; right one: %v", wrong, err)
	}
	// The sealed part of the messages opens with no other key, and is gone once they are settled.
	other := secret.New([32]byte{2})
	w.In(func(ctx context.Context, tx db.Tx) error {
		sealed := [][]byte{}
		if err := tx.SelectContext(ctx, &sealed, `SELECT secrets FROM message WHERE secrets IS NOT NULL`); err != nil {
			return err
		}
		for _, s := range sealed {
			if _, err := other.Open("message", s); err == nil {
				t.Error("another key opens the password")
			}
		}
		if _, err := notifications.CancelPending(ctx, tx, w.Now, w.id); err != nil {
			return err
		}
		return tx.SelectContext(ctx, &sealed, `SELECT secrets FROM message WHERE secrets IS NOT NULL`)
	})
	if n := w.Count(`SELECT count(*) FROM message WHERE secrets IS NOT NULL`); n != 0 {
		t.Errorf("%d messages keep what they held", n)
	}
}

// open is what anybody with the file and the password can do, without this product.
func open(file []byte, password string) ([]byte, error) {
	identity, err := age.NewScryptIdentity(password)
	if err != nil {
		return nil, err
	}
	plain, err := age.Decrypt(bytes.NewReader(file), identity)
	if err != nil {
		return nil, err
	}
	return io.ReadAll(plain)
}

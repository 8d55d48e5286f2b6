package mailing_test

import (
	"bytes"
	"context"
	"encoding/hex"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"teleconsult/notifications"
	"teleconsult/notifications/sms"
	"teleconsult/server/devbox"
	"teleconsult/server/fault"
	"teleconsult/server/prescription/mailing"
)

var passwordForm = regexp.MustCompile(`[2-9a-z]{4}-[2-9a-z]{4}-[2-9a-z]{4}`)

// received is what came to an address, or to a number.
func (w *world) received(channel, to string) *devbox.Item {
	for _, it := range w.box.Messages() {
		if it.Channel == channel && it.To == to {
			return &it
		}
	}
	return nil
}

// opens tells whether a password opens a PDF, in the program of others.
func opens(t *testing.T, pdf []byte, password string) bool {
	t.Helper()
	file := filepath.Join(t.TempDir(), "received.pdf")
	if err := os.WriteFile(file, pdf, 0o600); err != nil {
		t.Fatal(err)
	}
	text, err := exec.CommandContext(t.Context(), "pdftotext", "-upw", password, file, "-").CombinedOutput()
	return err == nil && strings.Contains(string(text), secretWord)
}

// The document goes by e-mail under a password, and the password by SMS.
func TestByEmailUnderAPassword(t *testing.T) {
	w := newWorld(t)
	w.Exec(`UPDATE patient SET mobile = '+33612345678' WHERE id = $1`, w.Patient)
	id := w.Held()
	o := w.byEmail()
	handed := w.order(id, o)
	m := handed.Mailing
	if handed.Password != "" || m.State != mailing.Sent || m.PasswordBy != "sms" || m.Proof != "PDF protégé envoyé par e-mail à z•••@exemple.fr." {
		t.Errorf("%+v", handed)
	}
	if m.RiskAcceptedBy != "Zoé Durand" || m.RiskAcceptedHow != "oral" || !m.RiskAcceptedAt.Equal(w.Now.Add(-time.Minute)) {
		t.Errorf("the acceptance of the risk: %+v", m)
	}
	if states, p := w.heard(o.ID); !slices.Equal(states, []string{"sent"}) || p.RiskAcceptedBy != "Zoé Durand" || p.StaffID != w.Secretary.StaffID || p.Channel != "email" {
		t.Errorf("told %v %+v", states, p)
	}
	stolen := strings.ToLower(w.dump())
	w.send()
	w.until("both arrive", func() bool {
		return w.received("email", "zoe@exemple.fr") != nil && w.received("sms", "+33612345678") != nil
	})
	mail, text := w.received("email", "zoe@exemple.fr"), w.received("sms", "+33612345678")
	password := passwordForm.FindString(text.Text)
	if password == "" || sms.Measure(text.Text).Segments != 1 {
		t.Fatalf("the SMS says %q", text.Text)
	}
	if len(mail.Attachments) != 1 || mail.Attachments[0].Name != "document.pdf" || mail.Attachments[0].Type != "application/pdf" {
		t.Fatalf("attachments %+v", mail.Attachments)
	}
	pdf := mail.Attachments[0].Content()
	if !opens(t, pdf, password) || opens(t, pdf, "") || opens(t, pdf, strings.ToUpper(password)) || bytes.Contains(pdf, []byte(secretWord)) {
		t.Error("the document does not open with its password alone")
	}
	for _, words := range []string{mail.Subject, mail.Text, text.Text} {
		if regexp.MustCompile(`(?i)ordonnance|prescri|m[ée]dica|santé publique|derm`).MatchString(words) || strings.Contains(words, "Durand") {
			t.Errorf("it says what it is about: %q", words)
		}
	}
	if strings.Contains(mail.Text, password) || strings.Contains(mail.HTML, password) {
		t.Error("the password goes with the document")
	}
	for _, word := range []string{password, secretWord, "%PDF-"} {
		if strings.Contains(stolen, strings.ToLower(word)) || strings.Contains(stolen, hex.EncodeToString([]byte(word))) {
			t.Errorf("a stolen database showed %q while both were in the queue", word)
		}
	}
	// Both have left: nothing is kept of document and password.
	w.until("both are wiped", func() bool {
		return w.leftover() == 0 && w.Count(`SELECT count(*) FROM message WHERE secrets IS NOT NULL AND encounter_id = $1`, id) == 0
	})
}

// Without a mobile the password is shown once, to be told by telephone; until then nobody can read the document.
func TestWithoutAMobileThePasswordIsTold(t *testing.T) {
	w := newWorld(t)
	id := w.Held()
	o := w.byEmail()
	handed := w.order(id, o)
	if !passwordForm.MatchString(handed.Password) || handed.Mailing.PasswordBy != "telephone" {
		t.Fatalf("%+v", handed)
	}
	if strings.Contains(w.dump(), handed.Password) {
		t.Error("the password is in the database")
	}
	again := w.order(id, o)
	if again.Password != "" || again.Mailing.ID != o.ID || w.Count(`SELECT count(*) FROM document_mail`) != 1 || w.Count(`SELECT count(*) FROM message`) != 1 {
		t.Errorf("the same order again: %+v", again)
	}
	stop := w.send()
	w.until("it arrives", func() bool { return w.received("email", "zoe@exemple.fr") != nil })
	w.until("it is marked", func() bool { return !w.mailing(id, o.ID).Leaving })
	stop()
	if !opens(t, w.received("email", "zoe@exemple.fr").Attachments[0].Content(), handed.Password) {
		t.Error("the password that was shown does not open the document")
	}
	w.settle(o.ID, "message_id", notifications.StatusDelivered)
	if m := w.mailing(id, o.ID); m.State != mailing.Sent {
		t.Errorf("delivered before the password was told: %+v", m)
	}
	for range 2 { // a second tap changes nothing
		m, err := w.s.PasswordTold(context.Background(), w.Practitioner, id, o.ID)
		if err != nil || m.State != mailing.Delivered || m.PasswordToldAt == nil ||
			m.Proof != "Accusé de remise dans la boîte aux lettres du destinataire ; mot de passe donné par téléphone." {
			t.Errorf("%+v %v", m, err)
		}
	}
	if states, p := w.heard(o.ID); !slices.Equal(states, []string{"sent", "delivered"}) || p.StaffID != w.Practitioner.StaffID {
		t.Errorf("told %v %+v", states, p)
	}
}

// settle has a message end in a state, as its provider's receipt does.
func (w *world) settle(mailID, which string, status notifications.Status) {
	w.t.Helper()
	messageID := w.text(`SELECT `+which+`::text FROM document_mail WHERE id = $1`, mailID)
	w.Exec(`UPDATE message SET status = $2, secrets = NULL WHERE id = $1`, messageID, string(status))
	encounterID := w.text(`SELECT encounter_id::text FROM message WHERE id = $1`, messageID)
	purpose := w.text(`SELECT purpose FROM message WHERE id = $1`, messageID)
	err := w.ledger.InTx(context.Background(), func(ctx context.Context, ex notifications.Executor) error {
		return w.ledger.OnOutcomes(ctx, ex, []notifications.Outcome{{
			MessageID: messageID, EncounterID: encounterID, DepartmentID: w.Department, Purpose: notifications.Purpose(purpose), Status: status,
		}})
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

// A document whose password never came cannot be read, however well it travelled.
func TestALostPasswordIsAFailure(t *testing.T) {
	w := newWorld(t)
	w.Exec(`UPDATE patient SET mobile = '+33612345678' WHERE id = $1`, w.Patient)
	id := w.Held()
	for _, order := range [][]string{{"message_id", "password_message_id"}, {"password_message_id", "message_id"}} {
		o := w.byEmail()
		w.order(id, o)
		for _, which := range order {
			status := notifications.StatusDelivered
			if which == "password_message_id" {
				status = notifications.StatusUndelivered
			}
			w.settle(o.ID, which, status)
		}
		m := w.mailing(id, o.ID)
		if states, _ := w.heard(o.ID); m.State != mailing.Failed || states[len(states)-1] != "failed" || !strings.HasPrefix(m.Proof, "Le mot de passe n’est pas arrivé par SMS.") {
			t.Errorf("%v: %+v", order, m)
		}
	}
}

// At night the password waits for the morning, except shortly after the consultation.
func TestThePasswordKeepsQuietHours(t *testing.T) {
	w := newWorld(t)
	w.Exec(`UPDATE patient SET mobile = '+33612345678' WHERE id = $1`, w.Patient)
	id := w.Held() // finished at 14:51 in Paris
	for _, c := range []struct{ now, due time.Time }{
		{w.Now, w.Now},
		{time.Date(2026, 5, 12, 19, 30, 0, 0, time.UTC), time.Date(2026, 5, 13, 6, 0, 0, 0, time.UTC)},
	} {
		w.Now = c.now
		o := w.byEmail()
		w.order(id, o)
		due := w.text(`SELECT to_char(m.not_before AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI') FROM document_mail AS d JOIN message AS m ON m.id = d.password_message_id WHERE d.id = $1`, o.ID)
		if due != c.due.Format("2006-01-02 15:04") {
			t.Errorf("at %s: due %s, want %s", c.now, due, c.due)
		}
	}
	late := w.Held()
	w.Exec(`UPDATE encounter SET finished_at = '2026-05-12T18:30:00Z' WHERE id = $1`, late)
	w.Now = time.Date(2026, 5, 12, 18, 35, 0, 0, time.UTC)
	o := w.byEmail()
	w.order(late, o)
	if n := w.Count(`SELECT count(*) FROM document_mail AS d JOIN message AS m ON m.id = d.password_message_id WHERE d.id = $1 AND m.not_before = $2`, o.ID, w.Now); n != 1 {
		t.Error("just after the consultation the password waits for the morning")
	}
}

func TestWhatIsRefused(t *testing.T) {
	w := newWorld(t)
	planned, held := w.Plan(), w.Held()
	off := &mailing.Service{Encounters: w.Encounters, Protector: w.s.Protector}
	mailable := w.byEmail()
	for name, c := range map[string]struct {
		s      *mailing.Service
		id     string
		change func(o *mailing.Order)
		want   []string
	}{
		"before the end":            {w.s, planned, func(*mailing.Order) {}, []string{"not_finished"}},
		"a risk nobody accepted":    {w.s, held, func(o *mailing.Order) { o.Risk = mailing.Risk{} }, []string{"risk_how_missing", "risk_not_accepted"}},
		"a name of blanks":          {w.s, held, func(o *mailing.Order) { o.Risk.AcceptedBy = " \n\x00" }, []string{"risk_not_accepted"}},
		"accepted tomorrow":         {w.s, held, func(o *mailing.Order) { o.Risk.At = w.Now.Add(24 * time.Hour) }, []string{"time_impossible"}},
		"accepted last year":        {w.s, held, func(o *mailing.Order) { o.Risk.At = w.Now.AddDate(-1, 0, 0) }, []string{"time_impossible"}},
		"e-mail to a pharmacist":    {w.s, held, func(o *mailing.Order) { o.Addressee = mailing.Pharmacist }, []string{"email_to_patient_only"}},
		"no PDF":                    {w.s, held, func(o *mailing.Order) { o.Content = []byte("<html>") }, []string{"file_not_pdf"}},
		"no document":               {w.s, held, func(o *mailing.Order) { o.Content = nil }, []string{"file_empty"}},
		"too much for MSSanté":      {w.s, held, func(o *mailing.Order) { *o = w.toPharmacist("x"); o.Content = make([]byte, 10<<20+1) }, []string{"file_too_large"}},
		"too much for all":          {w.s, held, func(o *mailing.Order) { o.Content = make([]byte, 20<<20+1) }, []string{"file_too_large"}},
		"a plain address":           {w.s, held, func(o *mailing.Order) { *o = w.toPharmacist("x"); o.Address = "pharmacie@gmail.com" }, []string{"address_not_mssante"}},
		"an address that lies":      {w.s, held, func(o *mailing.Order) { *o = w.toPharmacist("x"); o.Address = "x@y.mssante.fr.evil.example" }, []string{"address_not_mssante"}},
		"a patient as a pharmacist": {w.s, held, func(o *mailing.Order) { *o = w.toPharmacist("x"); o.Address = "279035121518989@patient.mssante.fr" }, []string{"address_not_mssante"}},
		"no channel":                {w.s, held, func(o *mailing.Order) { o.Channel = "fax" }, []string{"channel_unknown"}},
		"nobody":                    {w.s, held, func(o *mailing.Order) { o.Channel, o.Addressee = mailing.MSSante, "nurse" }, []string{"addressee_unknown"}},
		"no operator":               {off, held, func(o *mailing.Order) { *o = w.toPharmacist("x") }, []string{"mssante_not_configured"}},
		"all at once": {
			w.s, held, func(o *mailing.Order) {
				*o = mailing.Order{ID: "x", Channel: mailing.MSSante, Addressee: mailing.Pharmacist, Content: []byte("x")}
			},
			[]string{"address_not_mssante", "file_not_pdf", "invalid_id"},
		},
	} {
		o := mailable
		c.change(&o)
		_, err := c.s.Send(context.Background(), w.Secretary, c.id, o)
		if got := codes(err); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
	for name, c := range map[string]struct {
		code string
		err  error
	}{
		"a manager":  {"forbidden", second(w.s.Send(context.Background(), w.Manager, held, mailable))},
		"a stranger": {"not_found", second(w.s.Send(context.Background(), w.Stranger, held, mailable))},
	} {
		if got := fault.CodeOf(c.err); got != c.code && got != "not_found" {
			t.Errorf("%s: %v", name, c.err)
		}
	}
	w.Exec(`UPDATE patient SET email = '', mobile = '+33612345678' WHERE id = $1`, w.Patient)
	if _, err := w.s.Send(context.Background(), w.Secretary, held, mailable); fault.CodeOf(err) != "email_missing" {
		t.Errorf("no address: %v", err)
	}
	if w.Count(`SELECT count(*) FROM message`) != 0 || w.leftover() != 0 || w.Count(`SELECT count(*) FROM document_mail`) != 0 || len(w.progress) != 0 {
		t.Error("something that was refused left a trace in the queue")
	}
	other := w.Held()
	w.order(other, w.toPharmacist("x"))
	taken := w.toPharmacist("x")
	taken.ID = w.text(`SELECT id::text FROM document_mail`)
	if _, err := w.s.Send(context.Background(), w.Secretary, held, taken); fault.CodeOf(err) != "id_taken" {
		t.Errorf("an id of another encounter: %v", err)
	}
	if _, err := w.s.PasswordTold(context.Background(), w.Secretary, other, taken.ID); fault.CodeOf(err) != "password_by_sms" {
		t.Errorf("no password to tell: %v", err)
	}
	if _, err := w.s.PasswordTold(context.Background(), w.Secretary, held, taken.ID); fault.CodeOf(err) != "not_found" {
		t.Errorf("of another encounter: %v", err)
	}
}

func second[T any](_ T, err error) error { return err }

// codes are those of the violations, or of the fault.
func codes(err error) []string {
	var all []string
	for _, v := range violations(err) {
		all = append(all, v.Code)
	}
	if len(all) == 0 {
		return []string{fault.CodeOf(err)}
	}
	slices.Sort(all)
	return all
}

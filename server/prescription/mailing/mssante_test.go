package mailing_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"mime"
	"net/mail"
	"slices"
	"strings"
	"testing"
	"time"

	"teleconsult/notifications/bounce"
	"teleconsult/notifications/mssante"
	"teleconsult/server/devbox/operator"
	"teleconsult/server/fault"
	"teleconsult/server/patient/ins"
	"teleconsult/server/prescription/mailing"
)

// A document goes to a pharmacist over the operator, and what comes back is its proof. After it the document is wiped.
func TestToAPharmacistUpToTheProof(t *testing.T) {
	w := newWorld(t)
	id := w.Held()
	w.send()
	for local, c := range map[string]struct {
		state mailing.State
		proof string
		read  bool
	}{
		"parc":    {mailing.Delivered, "Accusé MSSanté : reçu et traité par le logiciel du destinataire.", false},
		"lu":      {mailing.Delivered, "Accusé MSSanté : reçu et traité par le logiciel du destinataire.", true},
		"muet":    {mailing.Delivered, "Accusé de remise dans la boîte aux lettres du destinataire.", false},
		"ko":      {mailing.Failed, "Le logiciel du destinataire n’a pas pu intégrer le document : E042 Patient inconnu.", false},
		"rebond":  {mailing.Failed, "Non remis. Cette adresse e-mail n’existe pas.", false},
		"inconnu": {mailing.Failed, "Non remis. Cette adresse e-mail n’existe pas.", false},
	} {
		o := w.toPharmacist(local)
		sent := w.order(id, o).Mailing
		if sent.State != mailing.Sent || sent.Proof != "Envoyé par MSSanté à Pharmacie du Parc ("+o.Address+")." || sent.SentBy != "Dr Claire Petit" {
			t.Errorf("%s: at first %+v", local, sent)
		}
		m := w.becomes(id, o.ID, c.state)
		states, last := w.heard(o.ID)
		if m.Proof != c.proof || !slices.Equal(states, []string{"sent", string(c.state)}) || last.StaffID != "" || last.Proof != m.Proof ||
			last.Channel != "mssante" || last.EncounterID != id || last.DepartmentID != w.Department {
			t.Errorf("%s: %+v, told %v %+v", local, m, states, last)
		}
		if c.read {
			w.until("it is opened", func() bool { return w.mailing(id, o.ID).ReadAt != nil })
		}
	}
	w.until("the mailbox is read", func() bool { return w.operator.Waiting() == 0 })
	if n := w.leftover(); n != 0 {
		t.Errorf("%d chunks are left after the end", n)
	}
	if n := w.Traced(id, "document.mail"); n != 6 {
		t.Errorf("%d times traced, want 6", n)
	}
}

// What arrives is the document itself, with the subject that software looks for and the wish for a receipt.
func TestWhatArrivesIsWhatWasSent(t *testing.T) {
	w := newWorld(t)
	id := w.Held()
	w.identify(id, ins.Qualified)
	w.send()
	pharmacist := w.toPharmacist("parc")
	patient := mailing.Order{ID: pharmacist.ID[:35] + "f", Channel: mailing.MSSante, Addressee: mailing.Patient, Content: letter(t)}
	for to, o := range map[string]mailing.Order{"parc@pharmacie.mssante.fr": pharmacist, "279035121518989@patient.mssante.fr": patient} {
		w.order(id, o)
		w.becomes(id, o.ID, mailing.Delivered)
		w.mu.Lock()
		raw := w.taken[to]
		w.mu.Unlock()
		m, err := mail.ReadMessage(bytes.NewReader(raw))
		if err != nil {
			t.Fatal(err)
		}
		subject, err := (&mime.WordDecoder{}).DecodeHeader(m.Header.Get("Subject"))
		if err != nil || subject != "XDM/1.0/DDM+Document DURAND Zoé 03/02/1950" {
			t.Errorf("subject %q %v", subject, err)
		}
		if m.Header.Get("Disposition-Notification-To") != "<"+operator.Mailbox+">" || (m.Header.Get("X-Mss-Mes") == "FIN") != (o.Addressee == mailing.Patient) {
			t.Errorf("%s: header %v", to, m.Header)
		}
		if m.Header.Get("Reply-To") != "" {
			t.Errorf("answers would leave the trust space: %s", m.Header.Get("Reply-To"))
		}
		text := strings.ReplaceAll(string(raw), "\r\n", "")
		if !strings.Contains(text, base64.StdEncoding.EncodeToString(o.Content)) {
			t.Errorf("%s: the document is not what was sent", to)
		}
	}
}

// The patient's own mailbox is written to only with a qualified INS.
func TestThePatientsMailboxNeedsAQualifiedINS(t *testing.T) {
	w := newWorld(t)
	id := w.Held()
	o := mailing.Order{ID: w.toPharmacist("x").ID, Channel: mailing.MSSante, Addressee: mailing.Patient, Content: letter(t)}
	for _, status := range []ins.Status{"", ins.Provisional, ins.Retrieved, ins.Validated} {
		if status != "" {
			w.identify(id, status)
		}
		if _, err := w.s.Send(context.Background(), w.Secretary, id, o); fault.CodeOf(err) != "ins_not_qualified" {
			t.Errorf("%q: %v", status, err)
		}
	}
	if view := w.identify(id, ins.Qualified); !view.Qualified || !view.BirthDiffers || view.Masked != "•••••••••• 189 89" {
		t.Errorf("%+v", view)
	}
	if m := w.order(id, o).Mailing; strings.Contains(m.Address, "27903") || m.Proof != "Envoyé par MSSanté dans Mon espace santé." {
		t.Errorf("%+v", m)
	}
	// The table of INS shows no matricule; the address in the queue is the one thing that must.
	if n := w.Count(`SELECT count(*) FROM patient_ins AS t WHERE t::text LIKE '%279035%'`); n != 0 {
		t.Error("the matricule is readable")
	}
}

// The software of a pharmacy may refuse what its mail server took: then the document has failed after all. What comes
// twice counts once; what comes from elsewhere is left to people.
func TestReceiptsAfterTheArrival(t *testing.T) {
	w := newWorld(t)
	id := w.Held()
	stop := w.send()
	o := w.toPharmacist("muet")
	w.order(id, o)
	w.becomes(id, o.ID, mailing.Delivered)
	stop()
	messageID := w.text(`SELECT message_id FROM document_mail WHERE id = $1`, o.ID)
	ours := "<" + messageID + "@" + w.receipts.Host + ">"
	handle := func(raw string, want bounce.Kind) {
		t.Helper()
		if kind, err := w.receipts.Handle(context.Background(), []byte(raw)); err != nil || kind != want {
			t.Errorf("%s %v, want %s", kind, err, want)
		}
	}
	refusal := "processed/Error: E1^Illisible"
	handle(operator.Disposition("autre@pharmacie.mssante.fr", ours, "x", refusal, w.Now), bounce.KindUnknown)
	handle(operator.Disposition(o.Address, strings.Replace(ours, messageID, w.toPharmacist("x").ID, 1), "x", "processed", w.Now), bounce.KindUnknown)
	if m := w.mailing(id, o.ID); m.State != mailing.Delivered {
		t.Fatalf("after receipts of strangers: %+v", m)
	}
	ko := operator.Disposition(o.Address, ours, "x", refusal, w.Now)
	handle(ko, bounce.KindDelivery)
	handle(ko, bounce.KindDelivery)
	handle(operator.Disposition(o.Address, ours, "x", "processed", w.Now), bounce.KindDelivery)
	m := w.mailing(id, o.ID)
	states, last := w.heard(o.ID)
	if m.State != mailing.Failed || m.Proof != "Le logiciel du destinataire n’a pas pu intégrer le document : E1 Illisible." ||
		!slices.Equal(states, []string{"sent", "delivered", "failed"}) || last.Proof != m.Proof {
		t.Errorf("%+v, told %v", m, states)
	}
	if n := w.Count(`SELECT count(*) FROM document_mail_event`); n != 4 {
		t.Errorf("%d events, want sent, delivered, refused, failed", n)
	}
}

// An operator that is away for two days leaves nothing behind but the knowledge that it failed.
func TestWhatNeverLeavesFailsAndIsWiped(t *testing.T) {
	w := newWorld(t)
	id := w.Held()
	o := w.toPharmacist("parc")
	w.order(id, o)
	if n := w.leftover(); n == 0 {
		t.Fatal("no document is kept")
	}
	w.Now = w.Now.Add(48*time.Hour + time.Second)
	if err := w.ledger.Tend(context.Background()); err != nil {
		t.Fatal(err)
	}
	if m := w.mailing(id, o.ID); m.State != mailing.Failed || m.Proof != "Non remis. Le message n’a pas pu partir à temps." || w.leftover() != 0 {
		t.Errorf("%+v, %d chunks left", m, w.leftover())
	}
}

// A document that is no longer there is not sent as a mail without it.
func TestWithoutItsDocumentAMailDoesNotLeave(t *testing.T) {
	w := newWorld(t)
	id := w.Held()
	o := w.toPharmacist("parc")
	w.order(id, o)
	w.Exec(`UPDATE document SET wiped_at = now()`)
	w.send()
	if m := w.becomes(id, o.ID, mailing.Failed); m.Proof != "Non remis. Le document n’est plus conservé : envoyez-le de nouveau." || len(w.taken) != 0 {
		t.Errorf("%+v, %d mails left", m, len(w.taken))
	}
}

func TestDispositionsAboutNothing(t *testing.T) {
	w := newWorld(t)
	known, err := w.s.Disposed(context.Background(), mssante.Disposition{Kind: mssante.Processed, MessageID: w.toPharmacist("x").ID})
	if err != nil || known {
		t.Errorf("%v %v", known, err)
	}
}

package record_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"teleconsult/server/db"
	"teleconsult/server/encounter"
	"teleconsult/server/record"
)

func (w *world) erase() {
	w.t.Helper()
	if err := w.service().Erase(context.Background()); err != nil {
		w.t.Fatal(err)
	}
}

const (
	textsLeft  = `SELECT (SELECT count(*) FROM note_draft WHERE findings <> '') + (SELECT count(*) FROM record_transfer WHERE note <> '')`
	transfers  = `SELECT count(*) FROM record_transfer WHERE length(note_version) = 64`
	ninetyDays = 90 * 24 * time.Hour
)

func TestTheTextIsDeletedNinetyDaysAfterTheLastTransferAndTheEvidenceStays(t *testing.T) {
	w := newWorld(t)
	ctx, e := context.Background(), w.editor(w.Held())
	said := record.Report{Findings: "Éruption", Participants: "une infirmière", Identity: record.IdentityKnown}
	transfer := func(r record.Report) record.Pages {
		t.Helper()
		p := e.must(r)
		if _, err := w.service().Transfer(ctx, w.Practitioner, e.id, p.Note.Version); err != nil {
			t.Fatal(err)
		}
		return p
	}
	transfer(said)
	w.Now = w.Now.Add(ninetyDays - time.Hour)
	said.Findings = "Éruption, revue"
	last := transfer(said)
	w.Now = w.Now.Add(ninetyDays - time.Second)
	if w.erase(); w.Count(textsLeft) != 3 {
		t.Fatal("a text was deleted too early")
	}
	w.Now = w.Now.Add(2 * time.Second)
	w.erase()
	w.erase()
	if w.Count(textsLeft) != 0 || w.Count(transfers) != 2 {
		t.Fatalf("%d texts, %d transfers are left", w.Count(textsLeft), w.Count(transfers))
	}
	p, err := w.service().Show(ctx, w.Practitioner, e.id)
	if err != nil {
		t.Fatal(err)
	}
	if p.Note.Version != last.Note.Version || p.Note.Number != 2 || strings.Contains(p.Note.Text, "Éruption") || strings.Contains(p.Note.Text, "infirmière") ||
		!strings.Contains(flat(p.Note.Text), "supprimé de cet outil le 08/11/2026 à 13:00 ; il figure au dossier, dans la version 2 versée le 10/08/2026 à 14:00") {
		t.Errorf("version %d:\n%s", p.Note.Number, p.Note.Text)
	}
	if p.Draft.Identity != record.IdentityKnown || p.Draft.ErasedAt.IsZero() || p.Issued[1].ErasedAt.IsZero() || p.Issued[1].By != "Dr Claire Martin" {
		t.Errorf("draft %+v, issued %+v", p.Draft, p.Issued)
	}
	f, err := w.service().Transfer(ctx, w.Practitioner, e.id, p.Note.Version)
	if err != nil || w.Step(f, encounter.StepRecord) != encounter.Done || w.Count(transfers) != 2 {
		t.Errorf("the step stays done: %v", err)
	}
	// writing again begins a new version
	e.revision = p.Draft.Revision
	if p = e.must(record.Report{Findings: "complément"}); p.Note.Number != 3 || !p.Draft.ErasedAt.IsZero() {
		t.Errorf("after the deletion: %+v", p.Draft)
	}
}

func TestATextThatIsNotInTheRecordIsNotDeleted(t *testing.T) {
	w := newWorld(t)
	ctx, never, corrected := context.Background(), w.editor(w.Held()), w.editor(w.Held())
	never.must(record.Report{Findings: "jamais versé"})
	p := corrected.must(record.Report{Findings: "versé"})
	if _, err := w.service().Transfer(ctx, w.Practitioner, corrected.id, p.Note.Version); err != nil {
		t.Fatal(err)
	}
	w.Now = w.Now.Add(time.Minute)
	corrected.must(record.Report{Findings: "corrigé, pas versé"})
	w.Now = w.Now.Add(2 * ninetyDays)
	if w.erase(); w.Count(textsLeft) != 3 {
		t.Errorf("%d texts are left, want all three", w.Count(textsLeft))
	}
}

func TestTheServerCanOnlyErase(t *testing.T) {
	w := newWorld(t)
	e := w.editor(w.Held())
	p := e.must(record.Report{Findings: "versé"})
	if _, err := w.service().Transfer(context.Background(), w.Practitioner, e.id, p.Note.Version); err != nil {
		t.Fatal(err)
	}
	for _, statement := range []string{
		`UPDATE record_transfer SET note = 'autre'`, `UPDATE record_transfer SET erased_at = now()`, `UPDATE record_transfer SET note = ''`,
		`UPDATE record_transfer SET note_version = ''`, `UPDATE record_transfer SET transferred_at = now()`, `DELETE FROM record_transfer`,
		`UPDATE encounter_closing SET closed_at = now()`, `DELETE FROM note_draft`,
	} {
		err := w.DB.InTx(context.Background(), db.System("test"), func(ctx context.Context, tx db.Tx) error {
			_, err := tx.ExecContext(ctx, statement)
			return err
		})
		if err == nil {
			t.Errorf("%s is possible", statement)
		}
	}
}

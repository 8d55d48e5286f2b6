package record_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"teleconsult/server/auth"
	"teleconsult/server/encounter"
	"teleconsult/server/fault"
	"teleconsult/server/record"
)

// editor is one device that somebody types on.
type editor struct {
	w        *world
	id       string
	caller   auth.Caller
	writer   string
	revision int64
}

func (w *world) editor(id string) *editor {
	return &editor{w: w, id: id, caller: w.Practitioner, writer: uuid.NewString()}
}

// save sends what the editor has; it hears of its revision when heard is true.
func (e *editor) save(r record.Report, heard bool) (record.Pages, error) {
	p, err := e.w.service().Write(context.Background(), e.caller, e.id, record.WriteInput{Report: r, Revision: e.revision, Writer: e.writer})
	if err == nil && heard {
		e.revision = p.Draft.Revision
	}
	return p, err
}

func (e *editor) must(r record.Report) record.Pages {
	e.w.t.Helper()
	p, err := e.save(r, true)
	if err != nil {
		e.w.t.Fatal(err)
	}
	return p
}

func TestWhatIsTypedIsSavedAtAnyTime(t *testing.T) {
	w := newWorld(t)
	e := w.editor(w.Plan())
	p := e.must(record.Report{Findings: " Éruption.\r\n\r\nStable \x00", Identity: record.IdentityStated, Participants: "une infirmière"})
	if d := p.Draft; d.Findings != "Éruption.\n\nStable" || d.Revision != 1 || !d.ChangedAt.Equal(w.Now) || !strings.Contains(p.Note.Text, "  Éruption.\n\n  Stable\n") {
		t.Errorf("draft %+v in\n%s", d, p.Note.Text)
	}
	if p = e.must(record.Report{Findings: "Éruption.\n\nStable", Identity: record.IdentityStated, Participants: "une infirmière"}); p.Draft.Revision != 1 {
		t.Errorf("the same again is revision %d", p.Draft.Revision)
	}
	w.Now = w.Now.Add(time.Minute)
	if p = e.must(record.Report{Findings: "Éruption", Follows: true}); p.Draft.Revision != 2 || !p.Draft.Follows {
		t.Errorf("draft %+v", p.Draft)
	}
	if n := w.Traced(e.id, "note.write"); n != 1 {
		t.Errorf("%d trace events of one author within a minute, want 1", n)
	}
	w.Now = w.Now.Add(time.Hour)
	e.must(record.Report{Findings: "Éruption, revue"})
	if n := w.Traced(e.id, "note.write"); n != 2 {
		t.Errorf("%d trace events, want another an hour later", n)
	}
	if n := w.Count(`SELECT count(*) FROM note_draft WHERE encounter_id = $1 AND department_id = $2`, e.id, w.Department); n != 1 {
		t.Errorf("%d drafts", n)
	}
}

func TestAnotherDeviceIsNeverOverwritten(t *testing.T) {
	w := newWorld(t)
	id := w.Held()
	one, two := w.editor(id), w.editor(id)
	one.must(record.Report{Findings: "du téléphone", Conclusion: "commune"})
	_, err := two.save(record.Report{Findings: "de l’ordinateur", Conclusion: "commune"}, true)
	var f *fault.Error
	if !errors.As(err, &f) || f.Kind != fault.KindConflict || f.Code != "note_written_elsewhere" {
		t.Fatalf("%v, want note_written_elsewhere", err)
	}
	if len(f.Violations) != 1 || f.Violations[0].Field != "findings" || f.Violations[0].Message != "du téléphone" {
		t.Errorf("violations %+v, want the other text of what differs", f.Violations)
	}
	if n := w.Count(`SELECT count(*) FROM note_draft WHERE findings = 'du téléphone' AND revision = 1`); n != 1 {
		t.Error("the stored text changed")
	}
	// once the person has decided, it goes on from the other's revision
	two.revision = 1
	if p := two.must(record.Report{Findings: "du téléphone\n\nde l’ordinateur", Conclusion: "commune"}); p.Draft.Revision != 2 {
		t.Errorf("revision %d", p.Draft.Revision)
	}
	if _, err = one.save(record.Report{Findings: "du téléphone, suite"}, true); fault.CodeOf(err) != "note_written_elsewhere" {
		t.Errorf("%v, want note_written_elsewhere for the first device", err)
	}
	// the same text from elsewhere is no conflict
	if _, err = w.editor(id).save(record.Report{Findings: "du téléphone\n\nde l’ordinateur", Conclusion: "commune"}, true); err != nil {
		t.Errorf("the same text: %v", err)
	}
}

func TestALostAnswerIsNoConflict(t *testing.T) {
	w := newWorld(t)
	e := w.editor(w.Held())
	if _, err := e.save(record.Report{Findings: "a"}, false); err != nil {
		t.Fatal(err)
	}
	if _, err := e.save(record.Report{Findings: "ab"}, false); err != nil {
		t.Fatalf("its own text, of which it never heard: %v", err)
	}
	if p := e.must(record.Report{Findings: "abc"}); p.Draft.Revision != 3 || p.Draft.Findings != "abc" {
		t.Errorf("draft %+v", p.Draft)
	}
}

func TestTwoDevicesAtOnce(t *testing.T) {
	w := newWorld(t)
	id := w.Held()
	var group sync.WaitGroup
	results := make([]error, 8)
	for i := range results {
		e := w.editor(id)
		group.Go(func() { _, results[i] = e.save(record.Report{Findings: strings.Repeat("x", i+1)}, true) })
	}
	group.Wait()
	saved := 0
	for _, err := range results {
		switch {
		case err == nil:
			saved++
		case fault.CodeOf(err) != "note_written_elsewhere":
			t.Errorf("%v", err)
		}
	}
	if saved != 1 {
		t.Errorf("%d of 8 first saves went through, want 1", saved)
	}
}

func TestACorrectionAfterTheTransferIsANewVersion(t *testing.T) {
	w := newWorld(t)
	ctx, e := context.Background(), w.editor(w.Held())
	first := e.must(record.Report{Findings: "Éruption", Identity: record.IdentityKnown})
	if !strings.Contains(first.Note.Text, "\nVersion : 1\n") || first.Note.Number != 1 {
		t.Errorf("the first version:\n%s", first.Note.Text)
	}
	if _, err := w.service().Transfer(ctx, w.Practitioner, e.id, first.Note.Version); err != nil {
		t.Fatal(err)
	}
	w.Now = w.Now.Add(10 * time.Minute)
	second := e.must(record.Report{Findings: "Éruption étendue", Identity: record.IdentityKnown})
	if !strings.Contains(second.Note.Text, "\nVersion : 2, remplace la version 1 versée le 12/05/2026 à 15:00\n") || second.Note.Number != 2 {
		t.Errorf("the second version:\n%s", second.Note.Text)
	}
	f, err := w.Encounters.Read(ctx, w.Practitioner, auth.EncounterRead, e.id, "encounter.read")
	if err != nil || w.Step(f, encounter.StepRecord) != encounter.Todo || f.Stored != f.Summary(w.Now) {
		t.Errorf("step %s, stored %+v, %v: want it to come back", w.Step(f, encounter.StepRecord), f.Stored, err)
	}
	if f, err = w.service().Transfer(ctx, w.Practitioner, e.id, second.Note.Version); err != nil || w.Step(f, encounter.StepRecord) != encounter.Done {
		t.Fatalf("the second transfer: %v", err)
	}
	w.Now = w.Now.Add(10 * time.Minute)
	e.must(record.Report{Findings: "faute", Identity: record.IdentityKnown})
	w.Now = w.Now.Add(10 * time.Minute)
	// a change that is taken back is the version that stands, to be confirmed
	back := e.must(record.Report{Findings: "Éruption étendue", Identity: record.IdentityKnown})
	if back.Note.Version != second.Note.Version || back.Note.Number != 2 {
		t.Errorf("version %d after the change was taken back", back.Note.Number)
	}
	if f, err = w.service().Transfer(ctx, w.Practitioner, e.id, back.Note.Version); err != nil || w.Step(f, encounter.StepRecord) != encounter.Done {
		t.Errorf("confirmed: %v", err)
	}
	w.Now = w.Now.Add(10 * time.Minute)
	third := e.must(record.Report{Findings: "Éruption étendue, bis", Identity: record.IdentityKnown})
	if third.Note.Number != 3 || len(third.Issued) != 2 || !strings.Contains(third.Note.Text, "Version : 3, remplace la version 2 versée le 12/05/2026 à 15:10\n") {
		t.Errorf("version %d of %d:\n%s", third.Note.Number, len(third.Issued), third.Note.Text)
	}
	if n := w.Count(`SELECT count(*) FROM record_transfer WHERE encounter_id = $1 AND note LIKE '%Éruption%'`, e.id); n != 3 {
		t.Errorf("%d texts are kept", n)
	}
}

func TestWriteRefuses(t *testing.T) {
	w := newWorld(t)
	id := w.Held()
	service := w.service()
	for _, c := range []struct {
		name   string
		caller auth.Caller
		id     string
		report record.Report
		want   string
	}{
		{"a secretary", w.Secretary, id, record.Report{}, "forbidden"},
		{"a manager", w.Manager, id, record.Report{}, "forbidden"},
		{"somebody of another department", w.Stranger, id, record.Report{}, "not_found"},
		{"an encounter that does not exist", w.Practitioner, uuid.NewString(), record.Report{}, "not_found"},
		{"long texts", w.Practitioner, id, record.Report{Findings: strings.Repeat("é", 20_001), Participants: strings.Repeat("é", 1001)}, "invalid_input"},
		{"another check", w.Practitioner, id, record.Report{Identity: "guessed"}, "invalid_input"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := service.Write(context.Background(), c.caller, c.id, record.WriteInput{Report: c.report, Writer: uuid.NewString()})
			if fault.CodeOf(err) != c.want {
				t.Errorf("%v, want %s", err, c.want)
			}
		})
	}
	if n := w.Count(`SELECT count(*) FROM note_draft`); n != 0 {
		t.Errorf("%d drafts after refusals", n)
	}
	full := record.Report{Findings: strings.Repeat("é", 20_000), Conclusion: strings.Repeat("é", 20_000), FollowUp: strings.Repeat("é", 20_000)}
	if _, err := service.Write(context.Background(), w.Practitioner, id, record.WriteInput{Report: full, Writer: uuid.NewString()}); err != nil {
		t.Errorf("three full texts: %v", err)
	}
}

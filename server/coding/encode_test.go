package coding_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"teleconsult/server/auth"
	"teleconsult/server/coding"
	"teleconsult/server/encounter"
)

func (w *world) service() *coding.Service {
	return &coding.Service{Encounters: w.Encounters, Telephone: coding.TelephoneException()}
}

func (w *world) idOf(code string) string {
	w.t.Helper()
	offer, err := w.service().Codes(context.Background(), w.Secretary, w.Held())
	if err != nil {
		w.t.Fatal(err)
	}
	i := slices.IndexFunc(offer.Choices, func(c coding.Choice) bool { return c.Code.Code == code })
	if i < 0 {
		w.t.Fatalf("%s is not offered", code)
	}
	return offer.Choices[i].ID
}

func (w *world) byTelephone(id string) {
	w.t.Helper()
	w.Exec(`UPDATE encounter SET modality = 'telephone', tool = 'telephone', tool_reason = '', telephone_reason = 'no-terminal' WHERE id = $1`, id)
}

func TestCodesOfTheSeededList(t *testing.T) {
	w := newWorld(t)
	id := w.Held()
	offer, err := w.service().Codes(context.Background(), w.Manager, id)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, c := range offer.Choices {
		names = append(names, c.Code.Code)
		if c.Proposed != (c.Code.Code == "TC") {
			t.Errorf("%s proposed: %v", c.Code.Code, c.Proposed)
		}
		if c.Code.Code == "TCG" && (c.AmountCents == nil || *c.AmountCents != 2500) {
			t.Errorf("amount of TCG: %v", c.AmountCents)
		}
	}
	if want := []string{"TC", "TTE", "TCG", "TCS", "TCS", "TCS", "TCS"}; !slices.Equal(names, want) {
		t.Errorf("codes %v, want %v", names, want)
	}
	if n := w.Traced(id, "activity-codes.read"); n != 1 {
		t.Errorf("%d trace events of the look at the act", n)
	}

	w.byTelephone(id)
	if offer, err = w.service().Codes(context.Background(), w.Manager, id); err != nil || len(offer.Choices) != 0 || offer.Explanation == "" {
		t.Errorf("telephone after the exception: %+v, %v", offer, err)
	}
}

func TestCodeAddsRowsAndTheLastOneStands(t *testing.T) {
	w := newWorld(t)
	tc, tcg, id := w.idOf("TC"), w.idOf("TCG"), w.Held()
	ctx := context.Background()
	f, err := w.service().Code(ctx, w.Secretary, id, coding.Input{State: "coded", ActivityCodeID: tc})
	if err != nil {
		t.Fatal(err)
	}
	if c := f.Coding; c == nil || c.State != "coded" || c.Code != "TC" || c.Label == "" || c.By != "Dr Claire Petit" || !c.At.Equal(w.Now) {
		t.Errorf("standing entry %+v", c)
	}
	if got := w.Step(f, encounter.StepCoding); got != encounter.Done {
		t.Errorf("step %s, want done", got)
	}
	if stored, want := f.Stored, f.Summary(w.Now); stored != want {
		t.Errorf("stored summary %+v, want %+v", stored, want)
	}
	for _, in := range []coding.Input{
		{State: "coded", ActivityCodeID: tc}, // a second tap
		{State: "coded", ActivityCodeID: tcg},
		{State: "not-billable", Reason: "consultation gratuite"},
	} {
		w.Now = w.Now.Add(time.Minute)
		if f, err = w.service().Code(ctx, w.Secretary, id, in); err != nil {
			t.Fatal(err)
		}
	}
	if f.Coding.State != "not-billable" || f.Coding.Reason != "consultation gratuite" || f.Coding.Code != "" {
		t.Errorf("standing entry %+v", f.Coding)
	}
	if n := w.Count(`SELECT count(*) FROM coding_entry WHERE encounter_id = $1`, id); n != 3 {
		t.Errorf("%d rows, want 3", n)
	}
	if n := w.Traced(id, "act.code"); n != 4 {
		t.Errorf("%d trace events, want 4", n)
	}
}

func TestCodeRefuses(t *testing.T) {
	w := newWorld(t)
	tc, planned, held, byTelephone := w.idOf("TC"), w.Plan(), w.Held(), w.Held()
	w.byTelephone(byTelephone)
	old := uuid.NewString()
	w.Exec(`INSERT INTO activity_code (id, code, label, modality, valid_from, valid_to, source)
		VALUES ($1, 'TLC', 'expérimentation', 'any', '2016-01-01', '2018-09-14', 'test')`, old)
	coded := coding.Input{State: "coded", ActivityCodeID: tc}
	for _, c := range []struct {
		name   string
		caller auth.Caller
		id     string
		in     coding.Input
		want   string
	}{
		{"not held", w.Secretary, planned, coded, "act_not_held"},
		{"ended code", w.Secretary, held, coding.Input{State: "coded", ActivityCodeID: old}, "code_not_valid_on_day"},
		{"unknown code", w.Secretary, held, coding.Input{State: "coded", ActivityCodeID: uuid.NewString()}, "code_unknown"},
		{"telephone", w.Secretary, byTelephone, coded, "telephone_not_billable"},
		{"seen as coded", w.Secretary, held, coding.Input{State: "coded", ActivityCodeID: tc, Seen: "coded"}, "coded_meanwhile"},
		{"nothing to reopen", w.Secretary, held, coding.Input{State: "reopened", ReasonCode: "mistake"}, "not_coded"},
		{"no reason", w.Secretary, held, coding.Input{State: "not-billable"}, "reason_missing"},
		{"another department", w.Stranger, held, coded, "not_found"},
		{"no role", auth.Caller{StaffID: w.Secretary.StaffID}, held, coded, "not_found"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := w.service().Code(context.Background(), c.caller, c.id, c.in); code(err) != c.want {
				t.Errorf("%v, want %s", err, c.want)
			}
		})
	}
	if n := w.Count(`SELECT count(*) FROM coding_entry`); n != 0 {
		t.Errorf("%d rows after refusals", n)
	}
	if _, err := w.service().Code(context.Background(), w.Secretary, byTelephone, coding.Input{State: "not-billable", Reason: "téléphone seul"}); err != nil {
		t.Errorf("a telephone act must be settled as not billable: %v", err)
	}
	if _, err := w.service().Codes(context.Background(), w.Stranger, held); code(err) != "not_found" {
		t.Errorf("codes for another department's encounter: %v", err)
	}
}

// A refusal is a task again, for whoever can settle it, until the act is coded anew.
func TestARefusedActIsATaskAgain(t *testing.T) {
	w := newWorld(t)
	tc, id := w.idOf("TC"), w.Held()
	steps := func(f *encounter.Facts) encounter.Step {
		t.Helper()
		if stored := f.Summary(w.Now); f.Stored != stored {
			t.Errorf("stored summary %+v, want %+v", f.Stored, stored)
		}
		chain := encounter.Chain(f, w.Now)
		return chain[len(chain)-1]
	}
	for _, c := range []struct {
		in    coding.Input
		state encounter.StepState
		acts  encounter.Acts
		words string
	}{
		{coding.Input{State: "coded", ActivityCodeID: tc, Seen: "to-code"}, encounter.Done, encounter.NobodyActs, "Codé TC"},
		{coding.Input{State: "refused", ReasonCode: "no-visit", Seen: "coded"}, encounter.Todo, encounter.SecretaryActs, "pas de venue ouverte"},
		{coding.Input{State: "refused", ReasonCode: "practitioner", Reason: "horaires"}, encounter.Todo, encounter.PractitionerActs, "à revoir avec le praticien : horaires"},
		{coding.Input{State: "coded", ActivityCodeID: tc, Seen: "refused"}, encounter.Done, encounter.NobodyActs, "Codé TC"},
		{coding.Input{State: "reopened", ReasonCode: "corrected"}, encounter.Todo, encounter.SecretaryActs, "acte corrigé après coup"},
		{coding.Input{State: "not-billable", ReasonCode: "free", Seen: "to-code"}, encounter.Done, encounter.NobodyActs, "acte gratuit"},
	} {
		w.Now = w.Now.Add(time.Minute)
		f, err := w.service().Code(t.Context(), w.Secretary, id, c.in)
		if err != nil {
			t.Fatalf("%+v: %v", c.in, err)
		}
		if s := steps(f); s.State != c.state || s.ActsNext != c.acts || !strings.Contains(s.Evidence, c.words) {
			t.Errorf("%+v: %+v", c.in, s)
		}
	}
	if n := w.Count(`SELECT count(*) FROM coding_entry WHERE encounter_id = $1`, id); n != 6 {
		t.Errorf("%d rows", n)
	}
}

func TestUndoTakesBackOnesOwnLastEntry(t *testing.T) {
	w := newWorld(t)
	s, tc, id := w.service(), w.idOf("TC"), w.Held()
	undo := func(caller auth.Caller, want coding.State, refusal string) {
		t.Helper()
		w.Now = w.Now.Add(time.Minute)
		f, err := s.Undo(t.Context(), caller, id)
		if code(err) != refusal || err == nil && coding.StateOf(f.Coding) != want {
			t.Fatalf("%v, want %q and %s: %+v", err, refusal, want, f)
		}
	}
	record := func(in coding.Input) {
		t.Helper()
		w.Now = w.Now.Add(time.Minute)
		if _, err := s.Code(t.Context(), w.Secretary, id, in); err != nil {
			t.Fatal(err)
		}
	}
	undo(w.Secretary, "", "nothing_to_undo")
	record(coding.Input{State: "coded", ActivityCodeID: tc})
	undo(w.Practitioner, "", "nothing_to_undo")
	undo(w.Stranger, "", "not_found")
	undo(w.Secretary, coding.ToCode, "")
	record(coding.Input{State: "refused", ReasonCode: "rights"})
	record(coding.Input{State: "coded", ActivityCodeID: tc})
	undo(w.Secretary, coding.Refused, "")
	record(coding.Input{State: "coded", ActivityCodeID: tc})
	w.Now = w.Now.Add(time.Hour)
	undo(w.Secretary, "", "nothing_to_undo")
	if n := w.Traced(id, "act.undo"); n != 2 {
		t.Errorf("%d trace events, want 2", n)
	}
}

// Two people code one act at once, each as it looked before: one of them is told who was faster.
func TestTwoPeopleCodeOneAct(t *testing.T) {
	w := newWorld(t)
	s, id := w.service(), w.Held()
	codes := []string{w.idOf("TC"), w.idOf("TCG")}
	callers := []auth.Caller{w.Secretary, w.Manager}
	failed := make(chan error, 2)
	for i := range 2 {
		go func() {
			_, err := s.Code(context.Background(), callers[i], id, coding.Input{State: "coded", ActivityCodeID: codes[i], Seen: "to-code"})
			failed <- err
		}()
	}
	got := []string{code(<-failed), code(<-failed)}
	slices.Sort(got)
	if !slices.Equal(got, []string{"", "coded_meanwhile"}) {
		t.Errorf("%q", got)
	}
	if n := w.Count(`SELECT count(*) FROM coding_entry WHERE encounter_id = $1`, id); n != 1 {
		t.Errorf("%d rows", n)
	}
}

package coding_test

import (
	"context"
	"slices"
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
	if want := []string{"TC", "TCG", "TCS", "TTE"}; !slices.Equal(names, want) {
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

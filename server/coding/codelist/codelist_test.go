package codelist_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"teleconsult/server/auth"
	"teleconsult/server/coding"
	"teleconsult/server/coding/codelist"
	"teleconsult/server/dbtest"
	"teleconsult/server/encountertest"
	"teleconsult/server/fault"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

type world struct {
	*encountertest.World
	*codelist.Service
	t *testing.T
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := encountertest.New(t)
	return &world{World: w, Service: &codelist.Service{DB: w.DB, Now: func() time.Time { return w.Now }}, t: t}
}

func day(text string) time.Time {
	d, err := time.Parse(time.DateOnly, text)
	if err != nil {
		panic(err)
	}
	return d
}

func cents(n int64) *int64 { return &n }

// aDraft is a code that the seeded list does not have.
func aDraft(change ...func(*codelist.Draft)) codelist.Draft {
	d := codelist.Draft{
		Code: "TCX", Label: "Téléconsultation d’essai", AmountCents: cents(3000), Modality: "any", Speciality: "general",
		ValidFrom: day("2026-01-01"), Source: "note de service 12",
	}
	for _, c := range change {
		c(&d)
	}
	return d
}

func codes(err error) (all []string) {
	f, ok := errors.AsType[*fault.Error](err)
	if !ok {
		return nil
	}
	for _, v := range f.Violations {
		all = append(all, v.Code)
	}
	if len(all) == 0 {
		all = []string{f.Code}
	}
	return all
}

func (w *world) create(d codelist.Draft) codelist.Row {
	w.t.Helper()
	row, err := w.Create(w.t.Context(), w.Manager, d)
	if err != nil {
		w.t.Fatal(err)
	}
	return row
}

// use codes an act with a row of the list.
func (w *world) use(id string) {
	w.t.Helper()
	s := &coding.Service{Encounters: w.Encounters, Telephone: coding.TelephoneException()}
	if _, err := s.Code(w.t.Context(), w.Secretary, w.Held(), coding.Input{State: coding.Coded, ActivityCodeID: id}); err != nil {
		w.t.Fatal(err)
	}
}

func TestTheSeededListHasSourcesAndWaitsForTheHospital(t *testing.T) {
	w := newWorld(t)
	rows, err := w.List(t.Context())
	if err != nil || len(rows) != 7 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	for _, r := range rows {
		if r.Source == "" || r.ConfirmedBy != "" || r.Used {
			t.Errorf("%+v", r)
		}
	}
}

func TestWhatARowMayBe(t *testing.T) {
	w := newWorld(t)
	w.create(aDraft(func(d *codelist.Draft) { d.Code, d.ValidTo = " tcx ", day("2026-06-30") }))
	for name, c := range map[string]struct {
		change func(*codelist.Draft)
		want   string
	}{
		"a code with a blank":       {func(d *codelist.Draft) { d.Code = "T C" }, "code_invalid"},
		"no label":                  {func(d *codelist.Draft) { d.Label = " " }, "label_invalid"},
		"an amount below nothing":   {func(d *codelist.Draft) { d.AmountCents = cents(-1) }, "amount_invalid"},
		"an amount beyond reason":   {func(d *codelist.Draft) { d.AmountCents = cents(100_001) }, "amount_invalid"},
		"another modality":          {func(d *codelist.Draft) { d.Modality = "letter" }, "modality_unknown"},
		"another speciality":        {func(d *codelist.Draft) { d.Speciality = "astrology" }, "speciality_unknown"},
		"no first day":              {func(d *codelist.Draft) { d.ValidFrom = time.Time{} }, "required"},
		"an end before the start":   {func(d *codelist.Draft) { d.ValidTo = day("2025-12-31") }, "ends_before_start"},
		"no source":                 {func(d *codelist.Draft) { d.Source = "" }, "source_invalid"},
		"the last day of the other": {func(d *codelist.Draft) { d.ValidFrom = day("2026-06-30") }, "overlap"},
		"around the other":          {func(d *codelist.Draft) { d.ValidFrom = day("2020-01-01") }, "overlap"},
		"the day after":             {func(d *codelist.Draft) { d.ValidFrom = day("2026-07-01") }, ""},
		"the other modality":        {func(d *codelist.Draft) { d.Modality = "video" }, ""},
		"the other speciality":      {func(d *codelist.Draft) { d.Speciality = "neurology" }, ""},
	} {
		t.Run(name, func(t *testing.T) {
			want := []string{c.want}
			if c.want == "" {
				want = nil
			}
			if _, err := w.Create(t.Context(), w.Manager, aDraft(c.change)); !slices.Equal(codes(err), want) {
				t.Errorf("%v, want %v", err, want)
			}
		})
	}
}

func TestARowThatWasUsedKeepsItsMeaning(t *testing.T) {
	w := newWorld(t)
	row := w.create(aDraft())
	// Nobody has used it: it becomes what the manager wants.
	cheaper := aDraft(func(d *codelist.Draft) { d.AmountCents = cents(2900) })
	if changed, err := w.Change(t.Context(), w.Manager, row.ID, cheaper); err != nil || changed.ID != row.ID || *changed.AmountCents != 2900 {
		t.Fatalf("%+v, %v", changed, err)
	}
	if confirmed, err := w.Confirm(t.Context(), w.Manager, row.ID); err != nil || confirmed.ConfirmedBy != "Dr Claire Leroy" || !confirmed.ConfirmedAt.Equal(w.World.Now) {
		t.Fatalf("%+v, %v", confirmed, err)
	}
	w.use(row.ID)
	if _, err := w.Change(t.Context(), w.Manager, row.ID, aDraft()); !slices.Equal(codes(err), []string{"used_row"}) {
		t.Fatalf("%v", err)
	}
	// The source and the end are no part of what it means.
	again := cheaper
	again.Source, again.ValidTo = "JO du 1er juin", day("2027-12-31")
	if changed, err := w.Change(t.Context(), w.Manager, row.ID, again); err != nil || changed.ID != row.ID || changed.ConfirmedBy == "" || !changed.Used {
		t.Fatalf("%+v, %v", changed, err)
	}
	next, err := w.Change(t.Context(), w.Manager, row.ID, aDraft(func(d *codelist.Draft) { d.ValidFrom = day("2026-07-01") }))
	if err != nil || next.ID == row.ID || *next.AmountCents != 3000 || next.ConfirmedBy != "" || next.Used {
		t.Fatalf("%+v, %v", next, err)
	}
	rows, err := w.List(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	old := rows[slices.IndexFunc(rows, func(r codelist.Row) bool { return r.ID == row.ID })]
	if *old.AmountCents != 2900 || !old.ValidTo.Equal(day("2026-06-30")) || !old.Used || old.ConfirmedBy == "" {
		t.Errorf("%+v", old)
	}
	if n := w.Count(`SELECT count(*) FROM audit_event WHERE action = 'code-list.change' AND actor_id = $1`, w.Manager.StaffID); n != 5 {
		t.Errorf("%d trace events, want 5", n)
	}
	if _, err := w.Change(t.Context(), w.Manager, w.Patient, aDraft()); fault.KindOf(err) != fault.KindNotFound {
		t.Errorf("no such row: %v", err)
	}
}

// A manager who changes a row waits for whoever is coding with it, and then finds it used.
func TestNobodyCodesWithAMeaningThatChanges(t *testing.T) {
	w := newWorld(t)
	row := w.create(aDraft())
	s := &coding.Service{Encounters: w.Encounters, Telephone: coding.TelephoneException()}
	changes := make(chan error, 1)
	dearer := aDraft(func(d *codelist.Draft) { d.AmountCents = cents(4000) })
	id := w.Held()
	go func() {
		_, err := w.Change(context.Background(), w.Manager, row.ID, dearer)
		changes <- err
	}()
	_, coded := s.Code(t.Context(), w.Secretary, id, coding.Input{State: coding.Coded, ActivityCodeID: row.ID})
	changed := <-changes
	amount := w.Count(`SELECT amount_cents FROM activity_code WHERE id = $1`, row.ID)
	switch {
	case coded != nil:
		t.Error(coded)
	case changed == nil && amount != 4000, changed != nil && (amount != 3000 || !slices.Equal(codes(changed), []string{"used_row"})):
		t.Errorf("amount %d after %v", amount, changed)
	}
}

// Whatever managers try, in whatever order: no day has two rows of one code, speciality and modality, and what was used
// stays as it was.
func TestNoDayHasTwoRows(t *testing.T) {
	w := newWorld(t)
	tries := 0
	rapid.Check(t, func(r *rapid.T) {
		tries++ // every try has a code of its own: nothing is ever deleted
		ours := func() (rows []codelist.Row) {
			all, err := w.List(context.Background())
			if err != nil {
				r.Fatal(err)
			}
			return slices.DeleteFunc(all, func(row codelist.Row) bool { return row.Code.Code != fmt.Sprint("X", tries) })
		}
		meaning := map[string]codelist.Row{}
		anyDay := rapid.IntRange(0, 40)
		for range rapid.IntRange(1, 4).Draw(r, "steps") {
			from := day("2026-04-20").AddDate(0, 0, anyDay.Draw(r, "from"))
			d := aDraft(func(d *codelist.Draft) {
				d.Code, d.ValidFrom, d.AmountCents = fmt.Sprint("X", tries), from, cents(int64(rapid.IntRange(1, 3).Draw(r, "amount")))
				if rapid.Bool().Draw(r, "ends") {
					d.ValidTo = from.AddDate(0, 0, anyDay.Draw(r, "span"))
				}
			})
			var err error
			rows := ours()
			if len(rows) == 0 || rapid.Bool().Draw(r, "create") {
				_, err = w.Create(context.Background(), w.Manager, d)
			} else {
				_, err = w.Change(context.Background(), w.Manager, rapid.SampledFrom(rows).Draw(r, "row").ID, d)
			}
			if err != nil && fault.KindOf(err) != fault.KindInvalid {
				r.Fatal(err)
			}
			rows = ours()
			for i, a := range rows {
				for _, b := range rows[i+1:] {
					for n := range 90 {
						if at := day("2026-04-10").AddDate(0, 0, n); a.ValidOn(at) && b.ValidOn(at) {
							r.Fatalf("on %s both %+v and %+v", at, a, b)
						}
					}
				}
				if was, used := meaning[a.ID]; used && (*was.AmountCents != *a.AmountCents || !was.ValidFrom.Equal(a.ValidFrom)) {
					r.Fatalf("%+v became %+v", was, a)
				}
				if a.ValidOn(day("2026-05-12")) && rapid.IntRange(0, 3).Draw(r, "use") == 0 {
					w.use(a.ID)
					meaning[a.ID] = a
				}
			}
		}
	})
}

func TestConfirmingTwiceIsConfirmingOnce(t *testing.T) {
	w := newWorld(t)
	row := w.create(aDraft())
	first, err := w.Confirm(t.Context(), w.Manager, row.ID)
	if err != nil {
		t.Fatal(err)
	}
	w.World.Now = w.World.Now.Add(time.Hour)
	if _, err = w.Confirm(t.Context(), w.Practitioner, row.ID); fault.KindOf(err) != fault.KindForbidden {
		t.Errorf("a practitioner confirmed: %v", err)
	}
	again, err := w.Confirm(t.Context(), w.Member("Noir", auth.Manager, w.Department), row.ID)
	if err != nil || again.ConfirmedBy != first.ConfirmedBy || !again.ConfirmedAt.Equal(first.ConfirmedAt) {
		t.Errorf("%+v, %v", again, err)
	}
}

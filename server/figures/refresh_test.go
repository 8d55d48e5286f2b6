package figures_test

import (
	"context"
	"reflect"
	"testing"
	"time"

	"teleconsult/server/auth"
	"teleconsult/server/db"
	"teleconsult/server/encounter"
	"teleconsult/server/figures"
)

// compare holds every week, every practitioner and the total against a count of the facts.
func (w *world) compare(when, from, to string) {
	w.t.Helper()
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		w.t.Fatal(err)
	}
	f, past := w.read(from, to, ""), w.past()
	if f.PendingSince != nil {
		w.t.Errorf("%s: something is not counted since %v", when, f.PendingSince)
	}
	within := func(e *encounter.Facts, first, last string) bool {
		day := e.PlannedStart.In(paris).Format(time.DateOnly)
		return day >= first && day <= last
	}
	same := func(what string, got figures.FigureCounts, include func(e *encounter.Facts) bool) {
		w.t.Helper()
		if want := past.direct(include); !reflect.DeepEqual(got, want) {
			w.t.Errorf("%s, %s:\n got %+v %+v\nwant %+v %+v", when, what, got, got.Late, want, want.Late)
		}
	}
	same("total", f.Total, func(e *encounter.Facts) bool { return within(e, f.From, f.To) })
	for _, week := range f.Weeks {
		monday, err := time.Parse(time.DateOnly, week.Monday)
		if err != nil {
			w.t.Fatal(err)
		}
		sunday := monday.AddDate(0, 0, 6).Format(time.DateOnly)
		same(week.Week, week.Counts, func(e *encounter.Facts) bool { return within(e, week.Monday, sunday) })
	}
	for _, p := range f.Practitioners {
		same(p.Name, p.Counts, func(e *encounter.Facts) bool { return e.Practitioner.ID == p.ID && within(e, f.From, f.To) })
		if alone := w.read(from, to, p.ID); !reflect.DeepEqual(alone.Total, p.Counts) {
			w.t.Errorf("%s: %s alone is %+v, among others %+v", when, p.Name, alone.Total, p.Counts)
		}
	}
}

// TestFiguresAreADirectCount writes a past over two changes of the clocks and two year's ends, counts it week by week,
// and after each change of an old fact holds the figures against the facts.
func TestFiguresAreADirectCount(t *testing.T) {
	w := newWorld(t)
	for _, around := range []time.Time{
		time.Date(2025, time.October, 26, 1, 0, 0, 0, time.UTC), time.Date(2025, time.December, 31, 23, 0, 0, 0, time.UTC),
		time.Date(2026, time.March, 29, 0, 0, 0, 0, time.UTC), w.Now,
	} {
		for range 25 {
			w.happened(around.Add(time.Duration(w.dice.IntN(14*24*3600)-7*24*3600) * time.Second))
		}
		// The last moment of a week and the first of the next one, on clocks that may just have changed.
		w.happened(around.Truncate(time.Hour))
		w.happened(around.Truncate(time.Hour).Add(-time.Microsecond))
	}
	const from, to = "2025-10-13", "2026-05-24"
	if f := w.read(from, to, ""); f.PendingSince == nil || f.Total.Planned != 0 {
		t.Errorf("before the first count: %d planned, pending since %v", f.Total.Planned, f.PendingSince)
	}
	w.refresh()
	w.compare("at first", from, to)
	if total := w.read(from, to, "").Total; total.Held < 30 || total.Ripe < 20 || total.ByPhone == 0 || len(total.Incidents) == 0 || total.InTime.Record == 0 ||
		total.InTime.Record == total.Ripe || total.Failed["sms"] == 0 || total.NoShow == 0 || total.Refused == 0 {
		t.Fatalf("this past says too little: %+v", total)
	}

	old := w.happened(time.Date(2025, time.November, 4, 9, 0, 0, 0, time.UTC))
	w.refresh()
	w.compare("one more", from, to)
	for _, change := range []struct {
		name, query string
		args        []any
	}{
		{
			"moved to another week", `UPDATE encounter SET planned_start = $2, planned_end = $2::timestamptz + interval '1 hour' WHERE id = $1`,
			[]any{old, time.Date(2026, time.January, 1, 9, 0, 0, 0, time.UTC)},
		},
		{"to somebody else", `UPDATE encounter SET practitioner_id = $2 WHERE id = $1`, []any{old, w.practitioners[1]}},
		{"a message that failed", `UPDATE message SET status = 'undelivered' WHERE id = (SELECT min(id::text)::uuid FROM message WHERE status = 'delivered')`, nil},
		{"a message that was taken back", `UPDATE message SET status = 'cancelled' WHERE id = (SELECT min(id::text)::uuid FROM message WHERE status = 'queued')`, nil},
		{"a late bounce taken for good", `UPDATE message SET status = 'delivered' WHERE id = (SELECT min(id::text)::uuid FROM message WHERE status = 'expired')`, nil},
		{"another tool", `UPDATE encounter SET tool = 'webex', consent = 'unknown' WHERE id = (SELECT min(v.encounter_id::text)::uuid FROM encounter_event AS v JOIN encounter AS e ON e.id = v.encounter_id
			WHERE v.data ? 'incidents' AND v.kind = 'finished' AND e.modality = 'video')`, nil},
	} {
		w.Exec(change.query, change.args...)
		w.refresh()
		w.compare(change.name, from, to)
	}
	for _, add := range []struct {
		name string
		do   func(id string)
	}{
		{"coded otherwise", func(id string) { w.code(id, "not-billable", w.Now) }},
		{"coded again", func(id string) { w.code(id, "coded", w.Now.Add(time.Minute)) }},
		{"one more message", func(id string) { w.message(id, w.Now) }},
		{"a late note", func(id string) {
			w.Exec(`INSERT INTO record_transfer (id, encounter_id, department_id, note_version, note, transferred_by, transferred_at, number)
				VALUES (gen_random_uuid(), $1, $2, 'v', 'n', $3, $4, (SELECT count(*) + 1 FROM record_transfer WHERE encounter_id = $1))`, id, w.Department, w.Practitioner.StaffID, w.Now)
		}},
		{"a late prescription", func(id string) {
			w.Exec(`INSERT INTO prescription_step (id, encounter_id, department_id, channel, state, recorded_by, recorded_at)
				VALUES (gen_random_uuid(), $1, $2, 'none', 'announced', $3, $4)`, id, w.Department, w.Practitioner.StaffID, w.Now)
		}},
	} {
		w.In(func(ctx context.Context, tx db.Tx) error {
			return tx.GetContext(ctx, &old, `SELECT id FROM encounter WHERE status = 'finished' ORDER BY planned_start, id LIMIT 1`)
		})
		add.do(old)
		w.refresh()
		w.compare(add.name, from, to)
	}
}

// Time alone makes a consultation one that can be judged: 24 hours after its end, with nothing else changed.
func TestFiguresRipen(t *testing.T) {
	w := newWorld(t)
	w.encounters = append(w.encounters, w.Held())
	w.refresh()
	w.compare("at once", "2026-05-12", "2026-05-12")
	ended := w.Now.Add(-9 * time.Minute)
	w.Now = ended.Add(24*time.Hour - time.Second)
	w.refresh()
	if ripe := w.read("2026-05-12", "2026-05-12", "").Total.Ripe; ripe != 0 {
		t.Errorf("a second too early: %d", ripe)
	}
	w.Now = ended.Add(24 * time.Hour)
	w.refresh()
	if ripe := w.read("2026-05-12", "2026-05-12", "").Total.Ripe; ripe != 1 {
		t.Errorf("after 24 hours: %d", ripe)
	}
	w.compare("after 24 hours", "2026-05-12", "2026-05-12")
	if n := w.Count(`SELECT count(*) FROM figure_week WHERE recount_at IS NOT NULL`); n != 0 {
		t.Errorf("%d weeks would be counted again for ever", n)
	}
}

// A change that is not committed while its week is counted is not lost, although an older one of the week was taken.
func TestAChangeUnderWayIsNotLost(t *testing.T) {
	w := newWorld(t)
	id := w.Held()
	w.encounters = append(w.encounters, id)
	err := w.DB.InTx(context.Background(), db.Departments(w.Department), func(ctx context.Context, tx db.Tx) error {
		if _, err := tx.ExecContext(ctx, `UPDATE encounter SET consent = 'withdrawn' WHERE id = $1`, id); err != nil {
			return err
		}
		w.refresh()
		if f := w.read("2026-05-12", "2026-05-12", ""); f.Total.Held != 1 || f.Total.Refused != 0 {
			t.Errorf("while it is under way: %+v", f.Total)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	w.refresh()
	if f := w.read("2026-05-12", "2026-05-12", ""); f.Total.Refused != 1 || f.PendingSince != nil {
		t.Errorf("afterwards: %+v, pending since %v", f.Total, f.PendingSince)
	}
}

// A department that another instance is counting is left to it.
func TestTwoInstancesCountOnce(t *testing.T) {
	w := newWorld(t)
	w.Held()
	w.In(func(ctx context.Context, tx db.Tx) error {
		if _, err := tx.ExecContext(ctx, `SELECT pg_advisory_xact_lock(hashtextextended('figures/' || $1, 0))`, w.Department); err != nil {
			return err
		}
		w.refresh()
		return nil
	})
	if f := w.read("2026-05-12", "2026-05-12", ""); f.Total.Held != 0 || f.PendingSince == nil {
		t.Errorf("%+v", f)
	}
	w.refresh()
	if f := w.read("2026-05-12", "2026-05-12", ""); f.Total.Held != 1 || f.PendingSince != nil {
		t.Errorf("%+v", f)
	}
}

// On other clocks the weeks begin at other moments.
func TestOtherClocks(t *testing.T) {
	w := newWorld(t)
	w.happened(time.Date(2026, time.May, 10, 22, 30, 0, 0, time.UTC)) // Monday 00:30 in Paris, Sunday in Cayenne
	w.refresh()
	if f := w.read("2026-05-04", "2026-05-17", ""); f.Weeks[0].Counts.Planned != 0 || f.Weeks[1].Counts.Planned != 1 {
		t.Errorf("in Paris %+v", f.Weeks)
	}
	w.Exec(`UPDATE department SET timezone = 'America/Cayenne' WHERE id = $1`, w.Department)
	w.refresh()
	if f := w.read("2026-05-04", "2026-05-17", ""); f.Weeks[0].Counts.Planned != 1 || f.Weeks[1].Counts.Planned != 0 {
		t.Errorf("in Cayenne %+v", f.Weeks)
	}
}

// What was there before the figures is counted once they come; the last encounter that leaves a week empties it.
func TestEverythingIsCountedOnce(t *testing.T) {
	w := newWorld(t)
	for weeks := range 9 {
		w.happened(w.Now.AddDate(0, 0, -7*weeks))
	}
	w.Exec(`DELETE FROM figure_change`)
	w.refresh()
	if n := w.Count(`SELECT count(*) FROM figure_week`); n != 0 {
		t.Fatalf("%d weeks counted without a change", n)
	}
	w.Exec(`INSERT INTO figure_change (department_id) VALUES ($1)`, w.Department)
	w.refresh()
	w.compare("everything", "2026-03-01", "2026-05-17")
	if n := w.Count(`SELECT count(DISTINCT week) FROM figure_week`); n != 9 {
		t.Errorf("%d weeks", n)
	}
	w.Exec(`UPDATE encounter SET planned_start = planned_start - interval '7 days' WHERE id = $1`, w.encounters[0])
	w.refresh()
	w.compare("an empty week", "2026-03-01", "2026-05-17")
	if n := w.Count(`SELECT count(DISTINCT week) FROM figure_week`); n != 8 {
		t.Errorf("%d weeks after one was emptied", n)
	}
}

// The usual way of a message changes no figure, and so leaves nothing to count.
func TestAMessageOnItsWayLeavesNothingToCount(t *testing.T) {
	w := newWorld(t)
	id := w.Plan()
	w.message(id, w.Now)
	w.Exec(`UPDATE message SET status = 'queued'`)
	w.Exec(`DELETE FROM figure_change`)
	for _, status := range []string{"sending", "accepted", "delivered"} {
		w.Exec(`UPDATE message SET status = $1`, status)
	}
	w.Exec(`UPDATE encounter SET acts_next = 'patient', due_at = $1`, w.Now)
	if n := w.Count(`SELECT count(*) FROM figure_change`); n != 0 {
		t.Errorf("%d changes", n)
	}
	w.Exec(`UPDATE message SET status = 'undelivered'`)
	if n := w.Count(`SELECT count(*) FROM figure_change`); n != 1 {
		t.Errorf("%d changes after a failure", n)
	}
}

func TestTheWallAroundFigures(t *testing.T) {
	w := newWorld(t)
	w.Held()
	w.refresh()
	w.Held()
	other := w.Stranger.Departments(auth.EncounterRead)
	see := func(scope db.Scope, table string) (n int) {
		err := w.DB.InTx(context.Background(), scope, func(ctx context.Context, tx db.Tx) error {
			return tx.GetContext(ctx, &n, `SELECT count(*) FROM `+table)
		})
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	for _, table := range []string{"figure_week", "figure_change"} {
		if n := see(db.Departments(other...), table); n != 0 {
			t.Errorf("%s shows %d rows to another department", table, n)
		}
		if n := see(db.Departments(w.Department), table); n == 0 {
			t.Errorf("%s shows nothing to its department", table)
		}
	}
}

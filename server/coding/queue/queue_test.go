package queue_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2/humatest"

	"teleconsult/server/auth"
	"teleconsult/server/coding"
	"teleconsult/server/coding/queue"
	"teleconsult/server/db"
	"teleconsult/server/dbtest"
	"teleconsult/server/encounter"
	"teleconsult/server/encountertest"
	"teleconsult/server/fault"
	"teleconsult/server/problem"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

type world struct {
	*encountertest.World
	queue *queue.Service
	codes *coding.Service
	t     testing.TB
}

func newWorld(t testing.TB) *world {
	t.Helper()
	w := encountertest.New(t)
	w.Exec(`UPDATE department SET speciality = 'psychiatry' WHERE id = $1`, w.Department)
	return &world{
		World: w, t: t, queue: &queue.Service{Encounters: w.Encounters, Telephone: coding.TelephoneException()},
		codes: &coding.Service{Encounters: w.Encounters, Telephone: coding.TelephoneException()},
	}
}

// today are the days of the world's consultations.
func (w *world) today() queue.Days {
	return queue.Days{DepartmentID: w.Department, From: "2026-05-12", To: "2026-05-12"}
}

func (w *world) look(state coding.State, cursor string) queue.CodingPage {
	w.t.Helper()
	page, err := w.queue.Look(context.Background(), w.Secretary, queue.Query{Days: w.today(), State: state, Cursor: cursor})
	if err != nil {
		w.t.Fatal(err)
	}
	return page
}

func (w *world) record(id string, in coding.Input) {
	w.t.Helper()
	w.Now = w.Now.Add(time.Second)
	if _, err := w.codes.Code(context.Background(), w.Secretary, id, in); err != nil {
		w.t.Fatal(err)
	}
}

// held adds so many held consultations, a minute apart.
func (w *world) held(n int) (ids []string) {
	w.t.Helper()
	for range n {
		id := w.Held()
		w.Exec(`UPDATE encounter SET planned_start = planned_start + $2 * interval '1 minute' WHERE id = $1`, id, len(ids))
		ids = append(ids, id)
	}
	return ids
}

func (w *world) stopped(id string) {
	w.t.Helper()
	w.Exec(`INSERT INTO encounter_event (id, encounter_id, department_id, kind, occurred_at, recorded_at, actor_kind, data)
		SELECT gen_random_uuid(), id, department_id, 'finished', finished_at, finished_at, 'system', '{"incidents":[{"kind":"cut","consequence":"stopped"}]}'
		FROM encounter WHERE id = $1`, id)
}

func TestLookShowsEveryActWithItsProposal(t *testing.T) {
	w := newWorld(t)
	w.Plan() // not held: no act
	ids := w.held(6)
	w.stopped(ids[1])
	tc := w.look("", "").Codes
	tcs := tc[slices.IndexFunc(tc, func(c coding.ActivityCode) bool { return c.Label == "Téléconsultation, psychiatre" })]
	w.record(ids[2], coding.Input{State: coding.Coded, ActivityCodeID: tcs.ID})
	w.record(ids[3], coding.Input{State: coding.NotBillable, ReasonCode: "free"})
	w.record(ids[4], coding.Input{State: coding.Refused, ReasonCode: "rights"})
	w.record(ids[5], coding.Input{State: coding.Coded, ActivityCodeID: tcs.ID})
	w.record(ids[5], coding.Input{State: coding.Reopened, ReasonCode: "mistake"})

	page := w.look("", "")
	if want := (queue.CodingCounts{ToCode: 3, Refused: 1, Coded: 1, NotBillable: 1, Certain: 1}); page.Counts != want {
		t.Errorf("counts %+v, want %+v", page.Counts, want)
	}
	if len(page.Items) != 6 || page.Next != "" || !page.SpecialityKnown {
		t.Fatalf("%d items, next %q", len(page.Items), page.Next)
	}
	for i, r := range page.Items {
		if r.EncounterID != ids[i] || r.Choices[0] != tcs.ID || r.Why == "" || r.Minutes != 19 || r.Patient.IPP != "8012345678" {
			t.Errorf("item %d: %+v", i, r)
		}
		if r.Certain != (i == 0) {
			t.Errorf("item %d is certain: %v", i, r.Certain)
		}
	}
	if f := page.Items[1].Flags; len(f) != 1 || f[0].Code != "interrupted" {
		t.Errorf("flags %+v", f)
	}
	if r := page.Items[2]; r.State != coding.Coded || r.Code != "TCS" || r.CodedBy != "Dr Claire Petit" || r.CodedAt == nil {
		t.Errorf("coded: %+v", r)
	}
	if r := page.Items[5]; r.State != coding.ToCode || r.Reason != "erreur de saisie" {
		t.Errorf("reopened: %+v", r)
	}
	for state, want := range map[coding.State][]string{
		coding.ToCode: {ids[0], ids[1], ids[5]}, coding.Refused: {ids[4]}, coding.Coded: {ids[2]}, coding.NotBillable: {ids[3]},
	} {
		var got []string
		for _, r := range w.look(state, "").Items {
			got = append(got, r.EncounterID)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", state, got, want)
		}
	}
	if n := w.Count(`SELECT count(*) FROM audit_event WHERE action = 'worklist.coding' AND data -> 'encounters' ? $1`, ids[4]); n != 3 {
		t.Errorf("%d looks were traced", n)
	}
}

func TestPagesOfActs(t *testing.T) {
	w := newWorld(t)
	fill(t, w, 230)
	seen := map[string]bool{}
	for cursor, pages := "", 1; ; pages++ {
		page := w.look(coding.ToCode, cursor)
		for _, r := range page.Items {
			if seen[r.EncounterID] {
				t.Fatalf("%s twice", r.EncounterID)
			}
			seen[r.EncounterID] = true
		}
		if cursor = page.Next; cursor == "" {
			if pages != 3 || len(seen) != 230 {
				t.Errorf("%d acts on %d pages", len(seen), pages)
			}
			return
		}
	}
}

// fill adds so many acts of one day by plain SQL.
func fill(t testing.TB, w *world, n int) {
	t.Helper()
	w.Exec(`INSERT INTO encounter (id, department_id, patient_id, practitioner_id, status, modality, tool, tool_reason, planned_start, planned_end,
			started_at, finished_at, created_by, created_at, updated_at, next_step, acts_next, due_at)
		SELECT gen_random_uuid(), $1, $2, $3, 'finished', 'video', 'zoom', 'ORTIF en panne', at, at + interval '10 minutes', at, at + interval '9 minutes',
			$3, at, at, 'prescription', 'practitioner', at + interval '1 day'
		FROM generate_series(1, $4) AS n CROSS JOIN LATERAL (SELECT timestamptz '2026-05-12 05:00Z' + n / 20 * interval '1 minute' AS at) AS t`,
		w.Department, w.Patient, w.Practitioner.StaffID, n)
	w.Now = encountertest.Lunch.Add(time.Hour)
}

func TestConfirmCodesWhatIsCertainOnce(t *testing.T) {
	w := newWorld(t)
	fill(t, w, 40)
	ids := w.held(3)
	w.stopped(ids[0])
	w.record(ids[1], coding.Input{State: coding.NotBillable, ReasonCode: "free"})
	ctx := context.Background()
	if _, err := w.queue.Confirm(ctx, w.Secretary, w.today(), 40); fault.CodeOf(err) != "certain_changed" {
		t.Fatalf("one more than was seen: %v", err)
	}
	if n := w.Count(`SELECT count(*) FROM coding_entry`); n != 1 {
		t.Fatalf("%d entries", n)
	}
	// Two people press at once, one after the other, and again.
	done := make(chan int, 2)
	for _, caller := range []auth.Caller{w.Secretary, w.Manager} {
		go func() {
			n, err := w.queue.Confirm(ctx, caller, w.today(), 41)
			if err != nil {
				t.Error(err)
			}
			done <- n
		}()
	}
	if a, b := <-done, <-done; a+b != 41 || a*b != 0 {
		t.Errorf("%d and %d", a, b)
	}
	if n, err := w.queue.Confirm(ctx, w.Secretary, w.today(), 41); n != 0 || err != nil {
		t.Errorf("again: %d, %v", n, err)
	}
	if n := w.Count(`SELECT count(*) FROM coding_entry WHERE state = 'coded'`); n != 41 {
		t.Errorf("%d coded", n)
	}
	if c := w.look("", "").Counts; c != (queue.CodingCounts{ToCode: 1, Coded: 41, NotBillable: 1}) {
		t.Errorf("%+v", c)
	}
	if n := w.Traced(ids[2], "act.code"); n != 1 {
		t.Errorf("traced %d times", n)
	}
	// What the rows say of the chains is what their facts say.
	w.In(func(ctx context.Context, tx db.Tx) error {
		var all []string
		if err := tx.SelectContext(ctx, &all, `SELECT id FROM encounter`); err != nil {
			return err
		}
		facts, err := encounter.LoadMany(ctx, tx, all, []string{w.Department})
		for _, f := range facts {
			if want := f.Summary(w.Now); f.Coding != nil && f.Stored != want {
				t.Errorf("stored %+v, want %+v", f.Stored, want)
			}
		}
		return err
	})
}

func TestOnlyOnesOwnDepartment(t *testing.T) {
	problem.Install()
	w := newWorld(t)
	w.held(1)
	_, api := humatest.New(t)
	queue.Register(api, w.queue)
	path := "/worklists/coding?departmentId=" + w.Department + "&from=2026-05-12&to=2026-05-12"
	body := map[string]any{"departmentId": w.Department, "from": "2026-05-12", "to": "2026-05-12", "expected": 1}
	as := func(c auth.Caller) context.Context { return auth.WithCaller(context.Background(), c) }
	for _, c := range []struct {
		name   string
		answer interface{ Result() *http.Response }
		want   int
	}{
		{"nobody", api.Get(path), 401},
		{"a stranger", api.GetCtx(as(w.Stranger), path), 404},
		{"a stranger confirms", api.PostCtx(as(w.Stranger), "/worklists/coding/confirm", body), 404},
		{"a cursor that is none", api.GetCtx(as(w.Secretary), path+"&cursor=x"), 422},
		{"days in the wrong order", api.GetCtx(as(w.Secretary), path[:len(path)-2]+"11"), 422},
		{"too many days", api.GetCtx(as(w.Secretary), path[:len(path)-10]+"2026-12-31"), 422},
		{"another state", api.GetCtx(as(w.Secretary), path+"&state=lost"), 422},
		{"the secretary", api.GetCtx(as(w.Secretary), path+"&state=to-code"), 200},
		{"the manager confirms", api.PostCtx(as(w.Manager), "/worklists/coding/confirm", body), 200},
	} {
		response := c.answer.Result()
		var p map[string]any
		err := json.NewDecoder(response.Body).Decode(&p)
		_ = response.Body.Close()
		if err != nil || response.StatusCode != c.want {
			t.Errorf("%s: %d, want %d: %v", c.name, response.StatusCode, c.want, p)
		}
	}
	if _, err := w.queue.Look(context.Background(), w.Stranger, queue.Query{Days: w.today()}); fault.KindOf(err) != fault.KindNotFound {
		t.Error(err)
	}
}

// BenchmarkCoding measures a day range of 2,000 acts: the first page, the last one, and the confirmation of all.
func BenchmarkCoding(b *testing.B) {
	w := newWorld(b)
	fill(b, w, 2000)
	timed := func(name string, do func() error) {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if err := do(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	var last string
	for cursor := ""; ; {
		page := w.look(coding.ToCode, cursor)
		if cursor = page.Next; cursor == "" {
			break
		}
		last = cursor
	}
	for name, cursor := range map[string]string{"first-page-of-2000": "", "last-page-of-2000": last} {
		timed(name, func() error {
			_, err := w.queue.Look(context.Background(), w.Secretary, queue.Query{Days: w.today(), State: coding.ToCode, Cursor: cursor})
			return err
		})
	}
	b.Run("confirm-2000", func(b *testing.B) {
		for b.Loop() {
			b.StopTimer()
			w := newWorld(b) // nothing that was coded is ever deleted
			fill(b, w, 2000)
			b.StartTimer()
			if n, err := w.queue.Confirm(context.Background(), w.Secretary, w.today(), 2000); n != 2000 || err != nil {
				b.Fatal(fmt.Sprint(n), err)
			}
		}
	})
}

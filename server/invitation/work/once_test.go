package work

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"teleconsult/server/auth"
	"teleconsult/server/db"
	"teleconsult/server/dbtest"
	"teleconsult/server/encounter"
	"teleconsult/server/invitation"
	"teleconsult/server/invitation/batch"
	"teleconsult/server/invitation/column"
	"teleconsult/server/invitation/intake"
	"teleconsult/server/patient"
)

// planned counts what a list of new people leaves behind, which must be one of each.
func (w *ward) planned(n int) {
	w.t.Helper()
	for what, query := range map[string]string{
		"encounters":          `SELECT count(*) FROM encounter`,
		"patients":            `SELECT count(*) FROM patient WHERE ipp IS NULL`,
		"rows that are done":  `SELECT count(*) FROM batch_row WHERE state = 'done'`,
		"encounters of rows":  `SELECT count(DISTINCT encounter_id) FROM batch_row WHERE state = 'done'`,
		"notices":             `SELECT count(*) FROM message WHERE purpose = 'notice' AND status = 'queued'`,
		"patients with one":   `SELECT count(DISTINCT encounter_id) FROM message WHERE purpose = 'notice' AND status = 'queued'`,
		"personal links":      `SELECT count(*) FROM patient_access WHERE revoked_at IS NULL`,
		"links":               `SELECT count(*) FROM meeting_link WHERE revoked_at IS NULL`,
		"traces of planning":  `SELECT count(*) FROM audit_event WHERE action = 'encounter.schedule'`,
		"traces of links":     `SELECT count(*) FROM audit_event WHERE action = 'link.attach'`,
		"meetings by address": `SELECT count(DISTINCT encounter_id) FROM meeting_use`,
	} {
		if got := w.Count(query); got != n {
			w.t.Errorf("%d %s, want %d", got, what, n)
		}
	}
}

func TestManyWorkersDoEachRowOnce(t *testing.T) {
	t.Parallel()
	w := newWard(t)
	b := w.file(people(300))
	w.send(b, "")
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			for more := true; more; {
				var err error
				if more, err = w.Work(w.ctx); err != nil && !db.IsDeadlock(err) {
					t.Error(err)
					return
				}
			}
		})
	}
	group.Wait()
	w.workAll() // a worker looks away while the others hold the rest
	w.planned(300)
	w.settled()
}

// Whatever the workers are at when somebody pauses the list: what was planned is held, the rest is not planned.
func TestAPauseMeetsTheWorkers(t *testing.T) {
	t.Parallel()
	w := newWard(t)
	for round := range 4 {
		var all []line
		for i := range 40 {
			n := round*40 + i
			all = append(all, line{
				family: "NOM" + letters(n), date: fmt.Sprintf("%02d/06/2026", round+1), clock: fmt.Sprintf("%02d:%02d", 8+i/6, i%6*10),
				email: fmt.Sprintf("p%d@exemple.fr", n), link: zoomLink(n),
			})
		}
		b := w.file(lines(all...))
		w.send(b, "")
		var group sync.WaitGroup
		group.Go(w.workAll)
		group.Go(func() {
			for range 10_000 * (round % 2) { // in every other round, once something is done
				if w.Count(`SELECT count(*) FROM batch_row WHERE batch_id = $1 AND state <> 'released'`, b.ID) > 0 {
					break
				}
			}
			w.step(pause, b.ID)
		})
		group.Wait()
		p := w.get(b.ID).Summary.Progress
		if due := w.due(); due > 0 || p.Working+p.Held != 40 || p.Queued > 0 {
			t.Fatalf("%d due, %+v", due, p)
		}
		w.step(resume, b.ID)
		w.workAll()
		if due := w.become("delivered", 100); due != 40 {
			t.Fatalf("%d due after all", due)
		}
	}
}

// The same confirmation from two windows at once sends once.
func TestTwoConfirmAtOnce(t *testing.T) {
	t.Parallel()
	w := newWard(t)
	b := w.file(people(20))
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			head, err := w.Send(w.ctx, w.Secretary, b.ID, b.Revision, "")
			if err != nil || head.Summary.Progress.Working != 20 {
				t.Errorf("%+v (%v)", head.Summary, err)
			}
		})
	}
	group.Wait()
	w.workAll()
	w.planned(20)
}

// A worker may die at any moment: what it began is as if it had never been, and the next one does it.
func TestAWorkerDies(t *testing.T) {
	t.Parallel()
	w := newWard(t)
	w.schedule(patient.Patient{ID: w.Patient}, "2026-06-02", "10:00")
	clock := w.Encounters.Now
	rows := 0
	for looks := 1; ; looks++ {
		n := rows
		rows += 3
		var all []line
		for i := n; i < rows; i++ {
			all = append(all, line{
				family: "NOM" + letters(i), email: fmt.Sprintf("p%d@exemple.fr", i), clock: fmt.Sprintf("%02d:%02d", 8+i/6, i%6*10), link: zoomLink(i),
			})
		}
		// somebody who is reached in another way from now on, goes alone
		all = append(all, line{
			family: "DURAND", given: "Zoé", born: "03/02/1950", date: time.Date(2026, 6, looks+2, 0, 0, 0, 0, time.UTC).Format("02/01/2006"),
			email: fmt.Sprintf("zoe%d@exemple.fr", looks), link: zoomLink(1000 + looks),
		})
		b := w.file(lines(all...))
		w.send(b, "")
		ctx, kill := context.WithCancel(w.ctx)
		seen := 0
		w.Encounters.Now = func() time.Time {
			if seen++; seen == looks {
				kill()
			}
			return clock()
		}
		_, err := w.Work(ctx)
		kill()
		w.Encounters.Now = clock
		w.Exec(`SELECT FROM batch_row WHERE batch_id = $1 FOR UPDATE`, b.ID) // once the server has noticed that it died
		w.workAll()
		if r := w.get(b.ID); r.Summary.Progress.Queued != 4 {
			t.Fatalf("killed at look %d: %+v", looks, r.Summary)
		}
		if err == nil {
			if looks < 10 {
				t.Fatalf("it looked at the clock only %d times", looks)
			}
			break
		}
	}
	if got := w.Count(`SELECT count(*) FROM patient WHERE family_name LIKE 'NOM%'`); got != rows {
		t.Errorf("%d patients, want %d", got, rows)
	}
	if got := w.Count(`SELECT count(*) FROM (SELECT FROM message WHERE purpose = 'notice' AND status = 'queued' GROUP BY encounter_id HAVING count(*) > 1) AS m`); got > 0 {
		t.Errorf("%d patients are told twice", got)
	}
	w.settled()
}

// The clock goes on while a row is worked on: what it wrote is still known to be its own.
func TestTheClockGoesOn(t *testing.T) {
	t.Parallel()
	w := newWard(t)
	w.schedule(patient.Patient{ID: w.Patient}, "2026-06-02", "10:00")
	known := w.schedule(someone("Prevue", "prevue@exemple.fr"), "2026-06-03", "10:00")
	w.become("undelivered", 10)
	b := w.file(lines(
		line{email: "a@exemple.fr", link: zoomLink(1)},
		line{family: "DURAND", given: "Zoé", born: "03/02/1950", email: "neuve@exemple.fr", link: zoomLink(2), clock: "11:00"},
		line{family: "PREVUE", date: "03/06/2026", clock: "10:00", email: "bonne@exemple.fr", link: zoomLink(3)},
	))
	w.send(b, "")
	var tick sync.Mutex
	w.Encounters.Now = func() time.Time {
		tick.Lock()
		defer tick.Unlock()
		w.Now = w.Now.Add(time.Millisecond)
		return w.Now
	}
	w.workAll()
	for _, r := range w.get(b.ID).Rows {
		if r.Delivery == nil || r.Delivery.State != "queued" || len(r.Delivery.Channels) != 1 {
			t.Errorf("row %d: %+v", r.ID, r.Delivery)
		}
	}
	if head := w.step(pause, b.ID); head.Summary.Progress.Held != 3 {
		t.Errorf("held %+v", head.Summary.Progress)
	}
	if f := w.facts(known.ID); f.Patient.Email != "bonne@exemple.fr" || f.Link == nil {
		t.Errorf("%+v, link %v", f.Patient, f.Link)
	}
}

// Somebody else takes the meeting of a row, or its patient's identifier, after it was confirmed.
func TestWhatWasTakenMeanwhileOpensTheRow(t *testing.T) {
	t.Parallel()
	w := newWard(t)
	other := w.schedule(someone("Autre", "autre@exemple.fr"), "2026-05-20", "15:00")
	b := w.file(lines(
		line{email: "a@exemple.fr", link: zoomLink(1)},
		line{family: "PRISE", clock: "10:00", email: "b@exemple.fr", link: zoomLink(2)},
		line{family: "IDENTIFIEE", clock: "11:00", email: "c@exemple.fr", ipp: "8099999999", link: zoomLink(3)},
		line{family: "DERNIERE", clock: "12:00", email: "d@exemple.fr", link: zoomLink(4)},
	))
	w.send(b, "")
	_, err := w.Encounters.Attach(w.ctx, w.Practitioner, other.ID, encounter.LinkInput{
		Text: zoomLink(2), Declared: b.Defaults.Declared,
	})
	if err != nil {
		t.Fatal(err)
	}
	p := someone("Tierce", "tierce@exemple.fr")
	p.IPP = "8099999999"
	w.schedule(p, "2026-05-20", "16:00")
	w.workAll()
	for number, want := range map[int]string{1: "", 2: "link:link_already_used", 3: "ipp:ipp_of_another", 4: ""} {
		r := w.row(b.ID, number)
		if state := map[bool]batch.RowState{true: batch.RowDone, false: batch.RowOpen}[want == ""]; codes(r) != want || r.State != state {
			t.Errorf("row %d is %s: %s, want %q", number, r.State, codes(r), want)
		}
	}
	// corrected, they go with another confirmation
	w.correct(b, 2, map[column.Field]string{column.Link: zoomLink(5)})
	w.correct(b, 3, map[column.Field]string{column.IPP: ""})
	if head := w.send(w.get(b.ID), ""); head.Summary.Progress.Working != 2 || head.Summary.Progress.Queued != 2 {
		t.Errorf("%+v", head.Summary.Progress)
	}
	w.workAll()
	if head := w.get(b.ID).BatchHead; head.Summary.Progress.Queued != 4 || head.Summary.Progress.Refused != 0 {
		t.Errorf("%+v", head.Summary.Progress)
	}
	w.settled()
}

// asOwner runs statements as the owner of the tables.
func (w *ward) asOwner(statements ...string) {
	w.t.Helper()
	_, other := dbtest.URLs(w.t)
	u, err := url.Parse(other)
	if err != nil {
		w.t.Fatal(err)
	}
	w.In(func(ctx context.Context, tx db.Tx) error {
		var name string
		err := tx.GetContext(ctx, &name, `SELECT current_database()`)
		u.Path = "/" + name
		return err
	})
	pool, err := sqlx.Open("postgres", u.String())
	if err != nil {
		w.t.Fatal(err)
	}
	defer func() { _ = pool.Close() }()
	for _, s := range statements {
		if _, err = pool.ExecContext(w.ctx, s); err != nil {
			w.t.Fatal(err)
		}
	}
}

func TestARowThatFailsHoldsUpNoOther(t *testing.T) {
	t.Parallel()
	w := newWard(t)
	w.asOwner(
		`CREATE FUNCTION broken() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
			IF NEW.family_name LIKE 'PANNE%' THEN RAISE EXCEPTION 'out of order'; END IF; RETURN NEW;
		END $$`,
		`CREATE TRIGGER broken BEFORE INSERT ON patient FOR EACH ROW EXECUTE FUNCTION broken()`,
	)
	var all []line
	for i, name := range []string{"UN", "PANNE", "DEUX", "TROIS", "PANNE D", "QUATRE"} {
		all = append(all, line{family: name, clock: fmt.Sprintf("%02d:00", 9+i), email: fmt.Sprintf("p%d@exemple.fr", i), link: zoomLink(i)})
	}
	b := w.file(lines(all...))
	if b.Summary.Errors > 0 {
		t.Fatalf("%+v", b.Summary)
	}
	w.send(b, "")
	w.workAll()
	for _, r := range w.get(b.ID).Rows {
		failed := strings.HasPrefix(r.Values[column.FamilyName], "PANNE")
		if failed != (r.State == batch.RowOpen) || failed != (codes(r) == "row:unexpected") {
			t.Errorf("%s is %s: %s", r.Values[column.FamilyName], r.State, codes(r))
		}
	}
	w.planned(4)
	w.asOwner(`DROP TRIGGER broken ON patient`)
	w.Now = w.Now.Add(2 * time.Minute)
	w.send(w.get(b.ID), "")
	w.workAll()
	w.planned(6)
}

// Two lists about the same people at the same moments, confirmed at once: the second finds what the first has planned.
func TestTwoListsAboutTheSamePeople(t *testing.T) {
	t.Parallel()
	w := newWard(t)
	one, two := w.file(people(30)), w.file(people(30))
	w.send(one, "")
	w.send(two, "")
	w.workAll()
	w.planned(30)
	second := w.get(two.ID)
	if second.Summary.Errors != 30 || second.Summary.Progress.Refused != 30 || codes(second.Rows[0]) == "" {
		t.Errorf("%+v: %s", second.Summary, codes(second.Rows[0]))
	}
}

func TestAListOfAnotherDepartmentIsNotThere(t *testing.T) {
	t.Parallel()
	w := newWard(t)
	b := w.file(people(2))
	sent := w.file(lines(line{email: "a@exemple.fr", link: zoomLink(100)}))
	w.send(sent, "")
	w.workAll()
	strangers := w.strangers()
	for _, who := range append(strangers, w.Manager) {
		for what, do := range map[string]func(id string) error{
			"get": func(id string) error { _, err := w.Get(w.ctx, who, id, "", true); return err },
			"adjust": func(id string) error {
				_, err := w.Adjust(w.ctx, who, id, invitation.Adjustment{LeaveErrorsOut: true})
				return err
			},
			"discard": func(id string) error { return w.Discard(w.ctx, who, id) },
			"links":   func(id string) error { _, _, err := w.lists.Links(w.ctx, who, id, zoomLink(9)); return err },
			"correct": func(id string) error {
				_, err := w.Correct(w.ctx, who, id, 1, invitation.Correction{Values: map[column.Field]string{column.Email: "x@exemple.fr"}})
				return err
			},
			"send":   func(id string) error { _, err := w.Send(w.ctx, who, id, b.Revision, ""); return err },
			"pause":  func(id string) error { _, err := w.Pause(w.ctx, who, id); return err },
			"resume": func(id string) error { _, err := w.Resume(w.ctx, who, id); return err },
			"cancel": func(id string) error { _, err := w.Cancel(w.ctx, who, id); return err },
			"again":  func(id string) error { _, err := w.lists.Again(w.ctx, who, id, "unanswered"); return err },
		} {
			for _, id := range []string{b.ID, sent.ID} {
				refused(t, what+" by "+who.Name, do(id), "not_found")
			}
		}
	}
	for _, who := range []auth.Caller{w.Secretary, w.Practitioner} {
		if all, err := w.Lists(w.ctx, who, w.Department); err != nil || len(all) != 2 || all[0].ID != b.ID {
			t.Errorf("%s: %+v (%v)", who.Name, all, err)
		}
	}
	for _, who := range strangers {
		if all, err := w.Lists(w.ctx, who, w.Department); err != nil || len(all) != 0 {
			t.Errorf("%s: %+v (%v)", who.Name, all, err)
		}
	}
	if got := w.get(b.ID); got.Summary.Rows != 2 || got.State != batch.Draft {
		t.Errorf("%+v", got.BatchHead)
	}
}

// Encounters of another department cannot be brought into a list.
func TestEncountersOfAnotherDepartment(t *testing.T) {
	t.Parallel()
	w := newWard(t)
	id := w.Plan()
	stranger := w.strangers()[1]
	var other string
	for d := range stranger.Roles {
		other = d
	}
	_, err := w.lists.Create(w.ctx, stranger, other, intake.Source{EncounterIDs: []string{id}})
	if !hasViolation(err, "encounter_unknown") || w.Count(`SELECT count(*) FROM batch`) > 0 {
		t.Errorf("made of another department's: %v", err)
	}
}

// Two workers plan parts of one list at once; somebody new who stands in both is written down once.
func TestTwoWorkersMeetOneNewPerson(t *testing.T) {
	t.Parallel()
	w := newWard(t)
	one := people(1)
	again := strings.ReplaceAll(one[strings.Index(one, "\r\n")+2:], "13/05/2026", "02/09/2026")
	b := w.file(people(chunk+20) + strings.ReplaceAll(again, zoomLink(0), zoomLink(chunk+100)))
	if b.Summary.People != chunk+21 {
		t.Fatalf("%+v", b.Summary)
	}
	w.send(b, "")
	var group sync.WaitGroup
	for range workers {
		group.Go(func() {
			if _, err := w.Work(w.ctx); err != nil && !db.IsDeadlock(err) {
				t.Error(err)
			}
		})
	}
	group.Wait()
	w.workAll()
	if patients, encounters := w.Count(`SELECT count(*) FROM patient WHERE ipp IS NULL`), w.Count(`SELECT count(*) FROM encounter`); patients != chunk+20 || encounters != chunk+21 {
		t.Errorf("%d patients, %d encounters", patients, encounters)
	}
}

package digest_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"teleconsult/server/db"
	"teleconsult/server/digest"
	"teleconsult/server/encountertest"
)

// evening is 18:30 in Paris on the day of the world's clock.
func evening(w *encountertest.World) {
	zone, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		panic(err)
	}
	y, m, d := w.Now.In(zone).Date()
	w.Now = time.Date(y, m, d, 18, 30, 0, 0, zone).UTC()
}

// held is a consultation that has finished and waits for its practitioner.
func held(w *encountertest.World) {
	id := w.Held()
	w.In(func(ctx context.Context, tx db.Tx) error {
		_, err := w.Encounters.Settle(ctx, tx, w.Department, id, "test")
		return err
	})
}

const mails = `SELECT count(*) FROM message WHERE purpose = 'day-digest' AND params ->> 'overdue' IS DISTINCT FROM 'true'`

func TestPractitionersAreToldOnceAtTheEndOfTheDay(t *testing.T) {
	w := encountertest.New(t)
	s := &digest.Service{Encounters: w.Encounters}
	held(w)
	held(w)
	send := func() {
		t.Helper()
		if err := s.Send(context.Background()); err != nil {
			t.Fatal(err)
		}
	}
	w.Exec(`UPDATE encounter SET next_step = 'record', acts_next = 'practitioner', due_at = $1`, w.Now)
	noon := w.Now
	w.Now = time.Date(noon.Year(), noon.Month(), noon.Day(), 10, 0, 0, 0, time.UTC)
	send()
	if n := w.Count(mails); n != 0 {
		t.Fatalf("%d digests before the end of the day", n)
	}
	evening(w)
	var group sync.WaitGroup
	for range 4 { // as many instances
		group.Go(func() {
			if err := s.Send(context.Background()); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if n := w.Count(mails + ` AND params -> 'steps' -> 0 ->> 'count' = '2'`); n != 1 {
		t.Errorf("%d digests that count two, want 1", n)
	}
	w.Now = w.Now.Add(24 * time.Hour)
	send()
	if n := w.Count(mails); n != 2 {
		t.Errorf("%d digests after two evenings, want 2", n)
	}
}

func TestNothingIsSaidWhenNothingWaits(t *testing.T) {
	w := encountertest.New(t)
	evening(w)
	if err := (&digest.Service{Encounters: w.Encounters}).Send(context.Background()); err != nil {
		t.Fatal(err)
	}
	if n := w.Count(`SELECT count(*) FROM message WHERE purpose = 'day-digest'`); n != 0 {
		t.Errorf("%d digests", n)
	}
}

func TestWhatIsOverdueClimbsToTheManager(t *testing.T) {
	w := encountertest.New(t)
	s := &digest.Service{Encounters: w.Encounters}
	held(w)
	evening(w)
	const climbed = `SELECT count(*) FROM message WHERE purpose = 'day-digest' AND params ->> 'overdue' = 'true'`
	w.Exec(`UPDATE encounter SET due_at = $1`, w.Now.Add(-47*time.Hour))
	if err := s.Send(context.Background()); err != nil {
		t.Fatal(err)
	}
	if n := w.Count(climbed); n != 0 {
		t.Errorf("%d managers are told of what is late for less than two days", n)
	}
	w.Now = w.Now.Add(24 * time.Hour)
	if err := s.Send(context.Background()); err != nil {
		t.Fatal(err)
	}
	if n := w.Count(climbed); n != 1 {
		t.Errorf("%d managers are told, want 1", n)
	}
	if n := w.Count(climbed + ` AND params::text ILIKE '%' || (SELECT family_name FROM patient LIMIT 1) || '%'`); n != 0 {
		t.Error("a digest names a patient")
	}
}

func TestTheDayOfADepartment(t *testing.T) {
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	for at, want := range map[string]string{
		"2026-05-12T15:59:59Z": "2026-05-12 false", "2026-05-12T16:00:00Z": "2026-05-12 true", "2026-05-12T21:59:00Z": "2026-05-12 true",
		"2026-05-12T22:00:00Z": "2026-05-13 false", "2026-10-25T16:59:00Z": "2026-10-25 false", "2026-10-25T17:00:00Z": "2026-10-25 true",
	} {
		now, err := time.Parse(time.RFC3339, at)
		if err != nil {
			t.Fatal(err)
		}
		day, ended := digest.Day(now, paris)
		if got := day.Format(time.DateOnly) + " " + map[bool]string{true: "true", false: "false"}[ended]; got != want {
			t.Errorf("%s is %s, want %s", at, got, want)
		}
	}
}

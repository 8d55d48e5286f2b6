package demo

import (
	"context"
	"testing"
	"time"

	"teleconsult/server/db"
	"teleconsult/server/dbtest"
	"teleconsult/server/encounter"
	"teleconsult/server/encountertest"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

// TestTheDayIsThereOnce: every scene can be played, by day and at night, and a second start adds nothing.
func TestTheDayIsThereOnce(t *testing.T) {
	other := encountertest.New(t) // for its use cases, not for its departments
	for name, at := range map[string]time.Time{
		"at lunch": encountertest.Lunch, "at midnight": time.Date(2026, time.October, 25, 0, 2, 0, 0, time.UTC),
	} {
		t.Run(name, func(t *testing.T) {
			d := dbtest.New(t)
			now := at
			h := Hospital{DB: d, Timezone: "Europe/Paris", Now: func() time.Time { return now }, Encounters: func(now func() time.Time) *encounter.Service {
				s := *other.Encounters
				s.DB, s.Now = d, now
				return &s
			}}
			for range 2 {
				if err := h.Seed(t.Context()); err != nil {
					t.Fatal(err)
				}
				if n, want := count(t, d, `SELECT count(*) FROM encounter`), len(scenes)+len(otherScenes); n != want {
					t.Errorf("%d encounters, want %d", n, want)
				}
				if n := count(t, d, `SELECT count(DISTINCT staff_id) FROM staff_role`); n != len(people)-1 {
					t.Errorf("%d people with a role, want all but the administrator", n)
				}
				now = now.Add(24 * time.Hour)
			}
			for _, status := range []encounter.Status{encounter.Planned, encounter.InProgress, encounter.Finished, encounter.Cancelled} {
				if count(t, d, `SELECT count(*) FROM encounter WHERE status = $1`, string(status)) == 0 {
					t.Errorf("nothing of the day is %s", status)
				}
			}
		})
	}
}

func count(t *testing.T, d *db.DB, query string, args ...any) (n int) {
	t.Helper()
	err := d.InTx(t.Context(), db.System("test"), func(ctx context.Context, tx db.Tx) error { return tx.GetContext(ctx, &n, query, args...) })
	if err != nil {
		t.Fatal(err)
	}
	return n
}

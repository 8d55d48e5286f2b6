// Package encountertest gives the rooms above the encounter a small hospital to be tested in: real rows of two
// departments, their people and a patient, and a clock that the test moves. Encounters are written as rows, so
// that a test begins where its room does.
package encountertest

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"teleconsult/notifications"
	"teleconsult/server/auth"
	"teleconsult/server/db"
	"teleconsult/server/dbtest"
	"teleconsult/server/department"
	"teleconsult/server/encounter"
	"teleconsult/server/patient"
	"teleconsult/server/secret"
	"teleconsult/server/staff"
)

// World is a database with two departments, their people, and a clock that stands still until it is moved.
type World struct {
	DB *db.DB
	// Now is the time in this world.
	Now        time.Time
	Encounters *encounter.Service
	// Department and Patient are ids.
	Department, Patient string
	// Stranger is a practitioner of the other department; all others are of Department.
	Practitioner, Secretary, Manager, Stranger auth.Caller

	t testing.TB
}

// Lunch is 12 May 2026, 14:00 in Paris.
var Lunch = time.Date(2026, time.May, 12, 12, 0, 0, 0, time.UTC)

// PublicURL is where patients reach the server of this world.
const PublicURL = "https://teleconsult.exemple.fr"

// New makes a world in a database of its own. The package's TestMain calls dbtest.Main.
func New(t testing.TB) *World {
	t.Helper()
	w := &World{t: t, DB: dbtest.New(t), Now: Lunch}
	box := secret.New([32]byte{1})
	w.Encounters = &encounter.Service{
		DB: w.DB, Now: func() time.Time { return w.Now }, Secrets: box, PublicURL: PublicURL,
		Outbox: notifications.Outbox{
			Vault: notifications.Vault{
				Seal: func(b []byte) ([]byte, error) { return box.Seal("message", b) },
				Open: func(b []byte) ([]byte, error) { return box.Open("message", b) },
				Hash: func(s string) []byte { return box.MAC("recipient", strings.ToLower(s)) },
			},
			PublicURL: PublicURL,
		},
	}
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	var other string
	w.In(func(ctx context.Context, tx db.Tx) error {
		for _, d := range []struct {
			id   *string
			code string
		}{{&w.Department, "DERM"}, {&other, "NEURO"}} {
			*d.id = uuid.NewString()
			err := department.Insert(ctx, tx, department.Department{
				ID: *d.id, Code: d.code, Name: "Service " + d.code, Hospital: "Hôpital Exemple", Phone: "01 00 00 00 00",
				Email: "secretariat@exemple.fr", Zone: paris, Tools: []string{"ortif", "zoom"}, SecureTools: []string{"ortif"},
				PortalURL: "https://portail.exemple.fr", BirthDateAsked: true, CodingTarget: "Gilda",
			})
			if err != nil {
				return err
			}
		}
		w.Patient = uuid.NewString()
		return patient.Insert(ctx, tx, w.Now, patient.Patient{
			ID: w.Patient, DepartmentID: w.Department, IPP: "8012345678", FamilyName: "Durand", GivenName: "Zoé",
			BirthDate: time.Date(1950, time.February, 3, 0, 0, 0, 0, time.UTC), Email: "zoe@exemple.fr", Language: "fr",
			Protection: patient.Unprotected,
		})
	})
	w.Practitioner = w.Member("Martin", auth.Practitioner, w.Department)
	w.Secretary = w.Member("Petit", auth.Secretary, w.Department)
	w.Manager = w.Member("Leroy", auth.Manager, w.Department)
	w.Stranger = w.Member("Roux", auth.Practitioner, other)
	return w
}

// In runs fn in a transaction that sees everything.
func (w *World) In(fn func(ctx context.Context, tx db.Tx) error) {
	w.t.Helper()
	if err := w.DB.InTx(context.Background(), db.System("test"), fn); err != nil {
		w.t.Fatal(err)
	}
}

// Member is somebody new who has one role in a department.
func (w *World) Member(name string, role auth.Role, departmentID string) auth.Caller {
	w.t.Helper()
	m := staff.Member{ID: uuid.NewString(), Email: name + "@exemple.fr", FamilyName: name, GivenName: "Claire", Title: "Dr", RPPS: "10000023084"}
	w.In(func(ctx context.Context, tx db.Tx) error {
		if err := staff.Insert(ctx, tx, m, "no-password"); err != nil {
			return err
		}
		return staff.GiveRole(ctx, tx, m.ID, departmentID, string(role))
	})
	return auth.Caller{StaffID: m.ID, Name: m.Name(), Roles: map[string][]auth.Role{departmentID: {role}}, RequestID: "test"}
}

// Plan writes an encounter of 12 May 2026, 14:30 in Paris, by Zoom.
func (w *World) Plan() string {
	w.t.Helper()
	id := uuid.NewString()
	w.Exec(`INSERT INTO encounter (id, department_id, patient_id, practitioner_id, modality, tool, tool_reason, planned_start,
			planned_end, created_by, created_at, updated_at)
		VALUES ($1, $2, $3, $4, 'video', 'zoom', 'ORTIF en panne', $5, $6, $4, $7, $7)`,
		id, w.Department, w.Patient, w.Practitioner.StaffID, Lunch.Add(30*time.Minute), Lunch.Add(50*time.Minute), w.Now)
	return id
}

// Held writes such an encounter that took place from 14:32 to 14:51; the clock then stands at 15:00.
func (w *World) Held() string {
	w.t.Helper()
	id := w.Plan()
	w.Exec(`UPDATE encounter SET status = 'finished', started_at = $2, finished_at = $3 WHERE id = $1`,
		id, Lunch.Add(32*time.Minute), Lunch.Add(51*time.Minute))
	w.Now = Lunch.Add(time.Hour)
	return id
}

// Exec runs one statement that sees everything.
func (w *World) Exec(query string, args ...any) {
	w.t.Helper()
	w.In(func(ctx context.Context, tx db.Tx) error {
		_, err := tx.ExecContext(ctx, query, args...)
		return err
	})
}

// Count is the number that a query selects.
func (w *World) Count(query string, args ...any) int {
	w.t.Helper()
	var n int
	w.In(func(ctx context.Context, tx db.Tx) error { return tx.GetContext(ctx, &n, query, args...) })
	return n
}

// Traced counts the events of an action in an encounter's trace.
func (w *World) Traced(encounterID, action string) int {
	w.t.Helper()
	return w.Count(`SELECT count(*) FROM audit_event WHERE encounter_id = $1 AND action = $2`, encounterID, action)
}

// Step is the state of a step in the chain of the facts.
func (w *World) Step(f *encounter.Facts, code encounter.StepCode) encounter.StepState {
	w.t.Helper()
	chain := encounter.Chain(f, w.Now)
	i := slices.IndexFunc(chain, func(s encounter.Step) bool { return s.Code == code })
	return chain[i].State
}

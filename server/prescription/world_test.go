package prescription_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"teleconsult/server/auth"
	"teleconsult/server/db"
	"teleconsult/server/dbtest"
	"teleconsult/server/department"
	"teleconsult/server/encounter"
	"teleconsult/server/patient"
	"teleconsult/server/staff"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

// world is a database with two departments, their people, and a clock that stands still until it is moved.
type world struct {
	t                                          *testing.T
	db                                         *db.DB
	now                                        time.Time
	encounters                                 *encounter.Service
	department, patient                        string
	practitioner, secretary, manager, stranger auth.Caller
}

// lunch is 12 May 2026, 14:00 in Paris.
var lunch = time.Date(2026, time.May, 12, 12, 0, 0, 0, time.UTC)

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, db: dbtest.New(t), now: lunch}
	w.encounters = &encounter.Service{DB: w.db, Now: func() time.Time { return w.now }}
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	var other string
	w.in(func(ctx context.Context, tx db.Tx) error {
		for _, d := range []struct {
			id   *string
			code string
		}{{&w.department, "DERM"}, {&other, "NEURO"}} {
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
		w.patient = uuid.NewString()
		return patient.Insert(ctx, tx, w.now, patient.Patient{
			ID: w.patient, DepartmentID: w.department, IPP: "8012345678", FamilyName: "Durand", GivenName: "Zoé",
			BirthDate: time.Date(1950, time.February, 3, 0, 0, 0, 0, time.UTC), Email: "zoe@exemple.fr", Language: "fr",
			Protection: patient.Unprotected,
		})
	})
	w.practitioner = w.member("Martin", auth.Practitioner, w.department)
	w.secretary = w.member("Petit", auth.Secretary, w.department)
	w.manager = w.member("Leroy", auth.Manager, w.department)
	w.stranger = w.member("Roux", auth.Practitioner, other)
	return w
}

func (w *world) in(fn func(ctx context.Context, tx db.Tx) error) {
	w.t.Helper()
	if err := w.db.InTx(context.Background(), db.System("test"), fn); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) member(name string, role auth.Role, departmentID string) auth.Caller {
	w.t.Helper()
	m := staff.Member{ID: uuid.NewString(), Email: name + "@exemple.fr", FamilyName: name, GivenName: "Claire", Title: "Dr", RPPS: "10000023084"}
	w.in(func(ctx context.Context, tx db.Tx) error {
		if err := staff.Insert(ctx, tx, m, "no-password"); err != nil {
			return err
		}
		return staff.GiveRole(ctx, tx, m.ID, departmentID, string(role))
	})
	return auth.Caller{StaffID: m.ID, Name: m.Name(), Roles: map[string][]auth.Role{departmentID: {role}}, RequestID: "test"}
}

// plan is an encounter of 12 May 2026, 14:30 in Paris, by Zoom.
func (w *world) plan() string {
	w.t.Helper()
	id := uuid.NewString()
	w.exec(`INSERT INTO encounter (id, department_id, patient_id, practitioner_id, modality, tool, tool_reason, planned_start,
			planned_end, created_by, created_at, updated_at)
		VALUES ($1, $2, $3, $4, 'video', 'zoom', 'ORTIF en panne', $5, $6, $4, $7, $7)`,
		id, w.department, w.patient, w.practitioner.StaffID, lunch.Add(30*time.Minute), lunch.Add(50*time.Minute), w.now)
	return id
}

// held is such an encounter that took place from 14:32 to 14:51; the clock then stands at 15:00.
func (w *world) held() string {
	w.t.Helper()
	id := w.plan()
	w.exec(`UPDATE encounter SET status = 'finished', started_at = $2, finished_at = $3 WHERE id = $1`,
		id, lunch.Add(32*time.Minute), lunch.Add(51*time.Minute))
	w.now = lunch.Add(time.Hour)
	return id
}

func (w *world) exec(query string, args ...any) {
	w.t.Helper()
	w.in(func(ctx context.Context, tx db.Tx) error {
		_, err := tx.ExecContext(ctx, query, args...)
		return err
	})
}

func (w *world) count(query string, args ...any) int {
	w.t.Helper()
	var n int
	w.in(func(ctx context.Context, tx db.Tx) error { return tx.GetContext(ctx, &n, query, args...) })
	return n
}

// traced counts the events of an action in an encounter's trace.
func (w *world) traced(encounterID, action string) int {
	w.t.Helper()
	return w.count(`SELECT count(*) FROM audit_event WHERE encounter_id = $1 AND action = $2`, encounterID, action)
}

// step is the state of a step in the chain of the facts.
func (w *world) step(f *encounter.Facts, code encounter.StepCode) encounter.StepState {
	w.t.Helper()
	chain := encounter.Chain(f, w.now)
	i := slices.IndexFunc(chain, func(s encounter.Step) bool { return s.Code == code })
	return chain[i].State
}

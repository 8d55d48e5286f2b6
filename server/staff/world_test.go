package staff_test

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"teleconsult/server/auth"
	"teleconsult/server/db"
	"teleconsult/server/dbtest"
	"teleconsult/server/department"
	"teleconsult/server/secret"
	"teleconsult/server/staff"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

var noon = time.Date(2026, time.May, 12, 10, 0, 0, 0, time.UTC)

// world is a database with two departments and their people.
type world struct {
	*staff.Service
	t                           *testing.T
	cardio, neuro               string
	manager, secretary, visitor auth.Caller
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, Service: &staff.Service{DB: dbtest.New(t), Now: func() time.Time { return noon }}}
	for code, id := range map[string]*string{"CARDIO": &w.cardio, "NEURO": &w.neuro} {
		*id = uuid.NewString()
		w.in(func(ctx context.Context, tx db.Tx) error {
			return department.Insert(ctx, tx, department.Department{
				ID: *id, Code: code, Name: code, Hospital: "H", Phone: "1", Email: "s@exemple.fr", Zone: time.UTC, Tools: []string{"ortif"},
			})
		})
	}
	w.manager = w.member("leroy", w.cardio, auth.Manager)
	w.secretary = w.member("petit", w.cardio, auth.Secretary)
	w.visitor = w.member("roux", w.neuro, auth.Practitioner)
	return w
}

func (w *world) in(fn func(ctx context.Context, tx db.Tx) error) {
	w.t.Helper()
	if err := w.DB.InTx(context.Background(), db.System("test"), fn); err != nil {
		w.t.Fatal(err)
	}
}

var hash = sync.OnceValue(func() string { return auth.HashPassword("mot de passe d'avant") })

func (w *world) member(name, departmentID string, role auth.Role) auth.Caller {
	w.t.Helper()
	m := staff.Member{ID: uuid.NewString(), Email: name + "@exemple.fr", FamilyName: name, GivenName: "Claire", Title: "Dr"}
	w.in(func(ctx context.Context, tx db.Tx) error {
		if err := staff.Insert(ctx, tx, m, hash()); err != nil {
			return err
		}
		return staff.GiveRole(ctx, tx, m.ID, departmentID, string(role))
	})
	return auth.Caller{StaffID: m.ID, Name: m.Name(), Email: m.Email, Roles: map[string][]auth.Role{departmentID: {role}}}
}

func (w *world) exec(query string, args ...any) {
	w.t.Helper()
	w.in(func(ctx context.Context, tx db.Tx) error {
		_, err := tx.ExecContext(ctx, query, args...)
		return err
	})
}

// all returns the text column of all rows of a query.
func (w *world) all(query string, args ...any) []string {
	w.t.Helper()
	found := []string{}
	w.in(func(ctx context.Context, tx db.Tx) error { return tx.SelectContext(ctx, &found, query, args...) })
	return found
}

func (w *world) roles(departmentID, staffID string) []string {
	w.t.Helper()
	return w.all(`SELECT role FROM staff_role WHERE department_id = $1 AND staff_id = $2 ORDER BY role`, departmentID, staffID)
}

func (w *world) traced(departmentID string, actions ...string) {
	w.t.Helper()
	got := w.all(`SELECT action FROM audit_event WHERE department_id = $1 ORDER BY id`, departmentID)
	if !slices.Equal(got, actions) {
		w.t.Errorf("trace %v, want %v", got, actions)
	}
}

// signIn tells whether a password opens a session, and returns the session's token.
func (w *world) signIn(email, password string) (token string, ok bool) {
	w.t.Helper()
	token, _, err := w.sessions().SignIn(w.t.Context(), auth.Credentials{Email: email, Password: password})
	return token, err == nil
}

func (w *world) sessions() *auth.Service {
	return auth.New(auth.Options{DB: w.DB, Secret: secret.New([32]byte{1}), Now: w.Now, Idle: time.Hour, Lifetime: time.Hour})
}

package department_test

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2/humatest"
	"github.com/google/uuid"

	"teleconsult/server/auth"
	"teleconsult/server/db"
	"teleconsult/server/dbtest"
	"teleconsult/server/department"
	"teleconsult/server/fault"
	"teleconsult/server/problem"
	"teleconsult/server/trace"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

var noon = time.Date(2026, time.May, 12, 10, 0, 0, 0, time.UTC)

// house is a service on a database with two departments.
type house struct {
	*department.Service
	t               *testing.T
	cardio, neuro   string
	manager, member auth.Caller
}

func settings(name string) department.Settings {
	return department.Settings{
		Name: name, Hospital: "Hôpital Exemple", Phone: "01 40 00 00 01", Email: "secretariat@exemple.fr", Timezone: "Europe/Paris",
		Tools: []string{"ortif", "zoom"}, SecureTools: []string{"ortif"}, MeetingHosts: []string{}, PortalURL: "https://portail.exemple.fr",
		BirthDateAsked: true, CodingTarget: "Gilda",
	}
}

func newHouse(t *testing.T) *house {
	t.Helper()
	h := &house{t: t, Service: &department.Service{
		DB: dbtest.New(t), Now: func() time.Time { return noon }, Tools: []string{"ortif", "zoom", "jitsi"},
	}}
	root := auth.Caller{StaffID: uuid.NewString(), Admin: true}
	for code, id := range map[string]*string{"CARDIO": &h.cardio, "NEURO": &h.neuro} {
		d, err := h.Create(t.Context(), root, code, settings("Service "+code))
		if err != nil {
			t.Fatal(err)
		}
		*id = d.ID
	}
	h.manager = auth.Caller{StaffID: uuid.NewString(), Roles: map[string][]auth.Role{h.cardio: {auth.Manager}}}
	h.member = auth.Caller{StaffID: uuid.NewString(), Roles: map[string][]auth.Role{h.cardio: {auth.Secretary}, h.neuro: {auth.Practitioner}}}
	return h
}

// traced returns the data of the events of an action in a department.
func (h *house) traced(departmentID, action string) (found []string) {
	h.t.Helper()
	err := h.DB.InTx(h.t.Context(), db.Departments(departmentID), func(ctx context.Context, tx db.Tx) error {
		return tx.SelectContext(ctx, &found, `SELECT data::text FROM audit_event WHERE department_id = $1 AND action = $2 ORDER BY id`, departmentID, action)
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return found
}

func TestCreateDepartment(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	root := auth.Caller{StaffID: uuid.NewString(), Admin: true}
	if got := h.traced(h.cardio, "department.create"); len(got) != 1 {
		t.Errorf("trace %v", got)
	}
	var stored department.Department
	err := h.DB.InTx(t.Context(), db.Departments(h.cardio), func(ctx context.Context, tx db.Tx) (err error) {
		stored, err = department.Load(ctx, tx, h.cardio)
		return err
	})
	if err != nil || stored.Code != "CARDIO" || stored.Zone.String() != "Europe/Paris" || !stored.IsFirst("ortif") || !stored.BirthDateAsked {
		t.Errorf("%+v, %v", stored, err)
	}
	if _, err = h.Create(t.Context(), root, " CARDIO ", settings("Encore")); fault.KindOf(err) != fault.KindInvalid || !strings.Contains(err.Error(), "code:code_taken") {
		t.Errorf("the same code twice: %v", err)
	}
	if _, err = h.Create(t.Context(), root, "x", department.Settings{}); err == nil ||
		!strings.Contains(err.Error(), "code:code_invalid") || !strings.Contains(err.Error(), "tools:tools_missing") {
		t.Errorf("all violations at once: %v", err)
	}
}

func TestChangeDepartment(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	next := settings("Cardiologie  ")
	next.Tools, next.MeetingHosts = []string{"jitsi", "ortif"}, []string{" Visio.Exemple.FR"}
	d, err := h.Change(t.Context(), h.manager, h.cardio, next)
	if err != nil || d.Name != "Cardiologie" || !d.IsFirst("jitsi") || !slices.Equal(d.MeetingHosts, []string{"visio.exemple.fr"}) {
		t.Fatalf("%+v, %v", d, err)
	}
	if _, err = h.Change(t.Context(), h.manager, h.cardio, next); err != nil {
		t.Error(err)
	}
	if got := h.traced(h.cardio, "department.change"); !slices.Equal(got, []string{`{"fields": ["name", "tools", "meetingHosts"]}`}) {
		t.Errorf("the trace names what changed, once: %v", got)
	}
	found, err := h.Departments(t.Context(), h.member)
	if err != nil || len(found) != 2 || found[0].Name != "Cardiologie" || found[0].Tools[0] != "jitsi" || found[1].Name != "Service NEURO" {
		t.Errorf("%+v, %v", found, err)
	}
	if found, err = h.Departments(t.Context(), auth.Caller{}); err != nil || len(found) != 0 {
		t.Errorf("somebody without a department sees %v, %v", found, err)
	}
	next.Phone = "poste 12"
	if _, err = h.Change(t.Context(), h.manager, h.cardio, next); fault.KindOf(err) != fault.KindInvalid {
		t.Errorf("a wrong telephone: %v", err)
	}
	if _, err = h.Change(t.Context(), h.manager, uuid.NewString(), settings("Nulle part")); fault.KindOf(err) != fault.KindNotFound {
		t.Errorf("no department: %v", err)
	}
}

// An instance that was killed in between leaves neither the change nor its trace.
func TestNoChangeWithoutItsTrace(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	err := h.DB.InTx(t.Context(), db.Departments(h.neuro), func(ctx context.Context, tx db.Tx) error {
		return trace.Append(ctx, tx, noon, h.manager.Actor(), trace.Event{DepartmentID: h.cardio, Action: "department.change"})
	})
	if err == nil {
		t.Error("the trace of another department was written")
	}
}

func TestDepartmentsOverHTTP(t *testing.T) {
	problem.Install()
	h := newHouse(t)
	_, api := humatest.New(t)
	department.Register(api, h.Service)
	manager := auth.WithCaller(t.Context(), h.manager)
	root := auth.WithCaller(t.Context(), auth.Caller{StaffID: uuid.NewString(), Admin: true})

	var list struct{ Items []department.Overview }
	answer := api.GetCtx(manager, "/departments")
	if err := json.Unmarshal(answer.Body.Bytes(), &list); err != nil || len(list.Items) != 1 || !list.Items[0].CanManage || list.Items[0].Code != "CARDIO" {
		t.Errorf("%d %s (%v)", answer.Code, answer.Body, err)
	}
	answer = api.GetCtx(auth.WithCaller(t.Context(), h.member), "/departments")
	if err := json.Unmarshal(answer.Body.Bytes(), &list); err != nil || len(list.Items) != 2 || list.Items[0].CanManage {
		t.Errorf("%d %s (%v)", answer.Code, answer.Body, err)
	}
	if strings.Contains(answer.Body.String(), "null") {
		t.Errorf("a list that is null: %s", answer.Body)
	}

	change := settings("Cardiologie")
	answer = api.PutCtx(manager, "/departments/"+h.cardio, change)
	var view department.Overview
	if err := json.Unmarshal(answer.Body.Bytes(), &view); err != nil || answer.Code != http.StatusOK || view.Name != "Cardiologie" || !view.CanManage {
		t.Errorf("%d %s (%v)", answer.Code, answer.Body, err)
	}
	fields := map[string]any{"code": "URO"}
	raw, err := json.Marshal(settings("Urologie"))
	if err != nil || json.Unmarshal(raw, &fields) != nil {
		t.Fatal(err)
	}
	answer = api.PostCtx(root, "/departments", fields)
	if err := json.Unmarshal(answer.Body.Bytes(), &view); err != nil || answer.Code != http.StatusCreated || view.Code != "URO" || !view.CanManage {
		t.Errorf("%d %s (%v)", answer.Code, answer.Body, err)
	}

	for name, test := range map[string]struct {
		status int
		want   int
	}{
		"nobody lists":                       {api.Get("/departments").Code, http.StatusUnauthorized},
		"nobody changes":                     {api.Put("/departments/"+h.cardio, change).Code, http.StatusUnauthorized},
		"a manager creates":                  {api.PostCtx(manager, "/departments", fields).Code, http.StatusForbidden},
		"a manager changes another one":      {api.PutCtx(manager, "/departments/"+h.neuro, change).Code, http.StatusNotFound},
		"a secretary changes":                {api.PutCtx(auth.WithCaller(t.Context(), h.member), "/departments/"+h.cardio, change).Code, http.StatusForbidden},
		"an unknown department":              {api.PutCtx(root, "/departments/"+uuid.NewString(), change).Code, http.StatusNotFound},
		"a field too few":                    {api.PutCtx(manager, "/departments/"+h.cardio, map[string]any{"name": "x"}).Code, http.StatusUnprocessableEntity},
		"the code cannot be changed":         {api.PutCtx(manager, "/departments/"+h.cardio, fields).Code, http.StatusUnprocessableEntity},
		"the administrator makes one twice":  {api.PostCtx(root, "/departments", fields).Code, http.StatusUnprocessableEntity},
		"a manager sets what is not allowed": {api.PutCtx(manager, "/departments/"+h.cardio, department.Settings{}).Code, http.StatusUnprocessableEntity},
	} {
		if test.status != test.want {
			t.Errorf("%s: %d, want %d", name, test.status, test.want)
		}
	}
}

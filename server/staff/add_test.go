package staff_test

import (
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"

	"teleconsult/server/auth"
	"teleconsult/server/fault"
	"teleconsult/server/staff"
)

var newcomer = staff.Member{Email: " Nina.Faure@Exemple.fr", Title: "Dr", GivenName: "Nina", FamilyName: "Faure", RPPS: "100 0002 3084", IsAdmin: true}

func TestAddSomebodyNew(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	added, err := w.Add(t.Context(), w.manager, w.cardio, newcomer, []auth.Role{auth.Practitioner, auth.Secretary, auth.Practitioner})
	if err != nil {
		t.Fatal(err)
	}
	if added.IsAdmin || added.Email != "nina.faure@exemple.fr" || added.RPPS != "10000023084" || len(added.InitialPassword) != 19 ||
		!slices.Equal(added.Roles, []auth.Role{auth.Secretary, auth.Practitioner}) {
		t.Errorf("%+v", added)
	}
	if got := w.roles(w.cardio, added.ID); !slices.Equal(got, []string{"practitioner", "secretary"}) {
		t.Errorf("roles %v", got)
	}
	stored := w.all(`SELECT password_hash FROM staff WHERE id = $1 AND NOT is_admin`, added.ID)
	if len(stored) != 1 || !strings.HasPrefix(stored[0], "$argon2id$") {
		t.Errorf("stored %v", stored)
	}
	if _, ok := w.signIn("nina.faure@exemple.fr", added.InitialPassword); !ok {
		t.Error("the initial password does not open a session")
	}
	w.traced(w.cardio, "staff.create", "role.change")
	for _, data := range w.all(`SELECT data::text FROM audit_event`) {
		if strings.Contains(strings.ToLower(data), "faure") || strings.Contains(data, added.InitialPassword) {
			t.Errorf("the trace tells too much: %s", data)
		}
	}
	if _, err = w.Add(t.Context(), w.manager, w.cardio, newcomer, []auth.Role{auth.Manager}); fault.CodeOf(err) != "already_member" {
		t.Errorf("twice: %v", err)
	}
}

func TestAddSomebodyWhoWorksElsewhere(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	typed := staff.Member{Email: "Roux@exemple.fr", GivenName: "Quelqu'un", FamilyName: "d'Autre"}
	added, err := w.Add(t.Context(), w.manager, w.cardio, typed, []auth.Role{auth.Secretary})
	if err != nil {
		t.Fatal(err)
	}
	if added.ID != w.visitor.StaffID || added.FamilyName != "roux" || added.InitialPassword != "" {
		t.Errorf("%+v", added)
	}
	if !slices.Equal(w.roles(w.cardio, added.ID), []string{"secretary"}) || !slices.Equal(w.roles(w.neuro, added.ID), []string{"practitioner"}) {
		t.Error("roles here or elsewhere are wrong")
	}
	if _, ok := w.signIn("roux@exemple.fr", "mot de passe d'avant"); !ok {
		t.Error("the password was changed")
	}
	w.traced(w.cardio, "role.change")
}

func TestRefusedAdditions(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	gone := w.member("parti", w.neuro, auth.Secretary)
	w.exec(`UPDATE staff SET disabled_at = now() WHERE id = $1`, gone.StaffID)
	both := auth.Caller{StaffID: w.visitor.StaffID, Roles: map[string][]auth.Role{w.cardio: {auth.Manager}}}
	for name, test := range map[string]struct {
		caller auth.Caller
		member staff.Member
		roles  []auth.Role
		want   string
	}{
		"no role":            {w.manager, newcomer, nil, "roles:roles_missing"},
		"an unknown role":    {w.manager, newcomer, []auth.Role{"boss"}, "roles:role_unknown"},
		"everything":         {w.manager, staff.Member{RPPS: "1"}, nil, "email:email_invalid familyName:family_name_invalid givenName:given_name_invalid rpps:rpps_invalid roles:roles_missing"},
		"a disabled account": {w.manager, staff.Member{Email: "parti@exemple.fr", GivenName: "P", FamilyName: "P"}, []auth.Role{auth.Secretary}, "account_disabled"},
		"oneself":            {both, staff.Member{Email: "roux@exemple.fr", GivenName: "C", FamilyName: "R"}, []auth.Role{auth.Manager}, "own_role"},
		"without the scope":  {w.visitor, newcomer, []auth.Role{auth.Secretary}, "not_found"},
	} {
		_, err := w.Add(t.Context(), test.caller, w.cardio, test.member, test.roles)
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v, want %s", name, err, test.want)
		}
	}
	if _, err := w.Add(t.Context(), w.manager, uuid.NewString(), newcomer, []auth.Role{auth.Secretary}); fault.KindOf(err) != fault.KindNotFound {
		t.Errorf("no department: %v", err)
	}
	if n := w.all(`SELECT email FROM staff WHERE email LIKE 'nina%'`); len(n) != 0 {
		t.Errorf("left behind: %v", n)
	}
	w.traced(w.cardio)
}

func TestAssignRoles(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.secretary.StaffID
	c, err := w.Assign(t.Context(), w.manager, w.cardio, id, []auth.Role{auth.Manager, auth.Practitioner})
	if err != nil || !slices.Equal(c.Roles, []auth.Role{auth.Practitioner, auth.Manager}) || c.FamilyName != "petit" {
		t.Fatalf("%+v, %v", c, err)
	}
	if got := w.roles(w.cardio, id); !slices.Equal(got, []string{"manager", "practitioner"}) {
		t.Errorf("roles %v", got)
	}
	if _, err = w.Assign(t.Context(), w.manager, w.cardio, id, []auth.Role{auth.Practitioner, auth.Manager}); err != nil {
		t.Error(err)
	}
	if got := w.all(`SELECT data::text FROM audit_event WHERE action = 'role.change'`); len(got) != 1 ||
		!strings.Contains(got[0], `"given": ["practitioner", "manager"]`) || !strings.Contains(got[0], `"taken": ["secretary"]`) {
		t.Errorf("trace %v", got)
	}
	if c, err = w.Assign(t.Context(), w.manager, w.cardio, id, nil); err != nil || c.Roles == nil || len(c.Roles) != 0 {
		t.Errorf("leaving: %+v, %v", c, err)
	}
	if people, err := w.Colleagues(t.Context(), w.manager, w.cardio); err != nil || len(people) != 1 || people[0].ID != w.manager.StaffID {
		t.Errorf("%+v, %v", people, err)
	}
	for name, test := range map[string]struct {
		staffID string
		roles   []auth.Role
		want    string
	}{
		"somebody who left":         {id, []auth.Role{auth.Secretary}, "not_found"},
		"somebody of another one":   {w.visitor.StaffID, []auth.Role{auth.Secretary}, "not_found"},
		"an unknown role":           {w.manager.StaffID, []auth.Role{"boss"}, "role_unknown"},
		"the last manager":          {w.manager.StaffID, nil, "last_manager"},
		"another role for oneself ": {w.manager.StaffID, []auth.Role{auth.Manager, auth.Practitioner}, "own_role"},
	} {
		if _, err = w.Assign(t.Context(), w.manager, w.cardio, test.staffID, test.roles); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v, want %s", name, err, test.want)
		}
	}
}

// Two managers who leave at the same moment must not both succeed.
func TestOneManagerStays(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	managers := []auth.Caller{w.manager, w.member("second", w.cardio, auth.Manager), w.member("third", w.cardio, auth.Manager)}
	errs := make([]error, len(managers))
	var together sync.WaitGroup
	for i, m := range managers {
		together.Go(func() { _, errs[i] = w.Assign(t.Context(), m, w.cardio, m.StaffID, nil) })
	}
	together.Wait()
	refused := 0
	for _, err := range errs {
		if fault.CodeOf(err) == "last_manager" {
			refused++
		} else if err != nil {
			t.Error(err)
		}
	}
	if refused != 1 {
		t.Errorf("%d refused: %v", refused, errs)
	}
}

func TestResetPassword(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	token, ok := w.signIn("petit@exemple.fr", "mot de passe d'avant")
	if !ok {
		t.Fatal("cannot sign in")
	}
	reset, err := w.ResetPassword(t.Context(), w.manager, w.cardio, w.secretary.StaffID)
	if err != nil || reset.ID != w.secretary.StaffID || reset.InitialPassword == "" {
		t.Fatalf("%+v, %v", reset, err)
	}
	if _, err = w.sessions().Resume(t.Context(), token); fault.KindOf(err) != fault.KindUnauthenticated {
		t.Errorf("still signed in: %v", err)
	}
	if _, ok = w.signIn("petit@exemple.fr", "mot de passe d'avant"); ok {
		t.Error("the old password still opens")
	}
	if _, ok = w.signIn("petit@exemple.fr", reset.InitialPassword); !ok {
		t.Error("the new password does not open")
	}
	w.traced(w.cardio, "password.reset")

	shared := w.member("partage", w.cardio, auth.Secretary)
	w.exec(`INSERT INTO staff_role VALUES ($1, $2, 'practitioner')`, shared.StaffID, w.neuro)
	gone := w.member("parti", w.cardio, auth.Secretary)
	w.exec(`UPDATE staff SET disabled_at = now() WHERE id = $1`, gone.StaffID)
	for name, test := range map[string]struct{ staffID, want string }{
		"somebody of another department":        {w.visitor.StaffID, "not_found"},
		"somebody of this one and another":      {shared.StaffID, "member_elsewhere"},
		"oneself":                               {w.manager.StaffID, "own_password"},
		"somebody whose account was taken away": {gone.StaffID, "account_disabled"},
	} {
		if _, err = w.ResetPassword(t.Context(), w.manager, w.cardio, test.staffID); fault.CodeOf(err) != test.want {
			t.Errorf("%s: %v, want %s", name, err, test.want)
		}
	}
	if _, ok = w.signIn("partage@exemple.fr", "mot de passe d'avant"); !ok {
		t.Error("a refusal changed the password")
	}
}

package staff

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"teleconsult/server/auth"
	"teleconsult/server/fault"
)

func TestRPPS(t *testing.T) {
	t.Parallel()
	for number, want := range map[string]bool{
		"10000023084": true, "10002518818": true, "10100067569": true, "99700218896": true,
		"10000023085": false, "10000032084": false, "1000002308": false, "100000230840": false, "1000002308x": false,
		"00000000000": false, "": false, "１0000023084": false,
	} {
		if got := isRPPS(number); got != want {
			t.Errorf("%q: %v", number, got)
		}
	}
}

// Luhn's digit finds every single wrong digit.
func TestRPPSFindsEveryWrongDigit(t *testing.T) {
	t.Parallel()
	const right = "10000023084"
	for i := range len(right) {
		for d := byte('0'); d <= '9'; d++ {
			wrong := right[:i] + string(d) + right[i+1:]
			if isRPPS(wrong) != (wrong == right) {
				t.Errorf("%s", wrong)
			}
		}
	}
}

func violated(err error) string {
	var found []string
	if f, ok := errors.AsType[*fault.Error](err); ok {
		for _, v := range f.Violations {
			found = append(found, v.Field+":"+v.Code)
		}
	}
	return strings.Join(found, " ")
}

func TestMembersAreChecked(t *testing.T) {
	t.Parallel()
	good := Member{Email: "claire.martin@exemple.fr", Title: "Dr", GivenName: "Claire", FamilyName: "Martin", RPPS: "10000023084"}
	for name, test := range map[string]struct {
		change func(*Member)
		want   string
	}{
		"all well":             {func(*Member) {}, ""},
		"no title, no number":  {func(m *Member) { m.Title, m.RPPS = "", "" }, ""},
		"a number in groups":   {func(m *Member) { m.RPPS = "100 0002\u202f3084" }, ""},
		"capitals and spaces":  {func(m *Member) { m.Email = " Claire.Martin@Exemple.FR " }, ""},
		"a compound name":      {func(m *Member) { m.FamilyName = "N'Guyen d'Haussonville-Le Ñu" }, ""},
		"no address":           {func(m *Member) { m.Email = "" }, "email:email_invalid"},
		"an address cut short": {func(m *Member) { m.Email = "claire@exemple" }, "email:email_invalid"},
		"a named address":      {func(m *Member) { m.Email = "Claire <claire@exemple.fr>" }, "email:email_invalid"},
		"no name":              {func(m *Member) { m.FamilyName = " " }, "familyName:family_name_invalid"},
		"a name of two lines":  {func(m *Member) { m.GivenName = "Claire\nMartin" }, "givenName:given_name_invalid"},
		"a long title":         {func(m *Member) { m.Title = strings.Repeat("x", 21) }, "title:title_invalid"},
		"a wrong check digit":  {func(m *Member) { m.RPPS = "10000023085" }, "rpps:rpps_invalid"},
		"everything at once": {
			func(m *Member) { *m = Member{RPPS: "1"} },
			"email:email_invalid familyName:family_name_invalid givenName:given_name_invalid rpps:rpps_invalid",
		},
	} {
		m := good
		test.change(&m)
		if got := violated(fault.Invalid(m.trimmed().check()...)); got != test.want {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
	}
	if m := (Member{Email: " A@B.FR", RPPS: "10 00\u00a00023084"}).trimmed(); m.Email != "a@b.fr" || m.RPPS != "10000023084" {
		t.Errorf("%+v", m)
	}
}

func TestWhoMayChangeRoles(t *testing.T) {
	t.Parallel()
	const me, other = "me", "other"
	manager := auth.Caller{StaffID: me, Roles: map[string][]auth.Role{"d": {auth.Manager}}}
	root := auth.Caller{StaffID: me, Admin: true}
	s, p, m := auth.Secretary, auth.Practitioner, auth.Manager
	type roles = []auth.Role
	for name, test := range map[string]struct {
		caller        auth.Caller
		staffID       string
		before, after roles
		managers      int
		want          string
	}{
		"a colleague gets a role":                 {manager, other, roles{s}, roles{s, p}, 1, ""},
		"a colleague leaves":                      {manager, other, roles{s, p}, nil, 1, ""},
		"a colleague becomes manager":             {manager, other, roles{s}, roles{m}, 1, ""},
		"another manager leaves":                  {manager, other, roles{m}, nil, 2, ""},
		"the last manager leaves":                 {manager, me, roles{m}, nil, 1, "last_manager"},
		"the last manager becomes something else": {manager, me, roles{m, s}, roles{s}, 1, "last_manager"},
		"the last manager gives up another role":  {manager, me, roles{m, s}, roles{m}, 1, ""},
		"one of two managers leaves":              {manager, me, roles{m}, nil, 2, ""},
		"a manager becomes practitioner too":      {manager, me, roles{m}, roles{m, p}, 2, "own_role"},
		"nothing changes":                         {manager, me, roles{m}, roles{m, m}, 1, ""},
		"the administrator takes a role":          {root, me, nil, roles{p}, 1, "own_role"},
		"the administrator takes the last one":    {root, other, roles{m}, nil, 1, ""},
	} {
		if got := fault.CodeOf(mayChange(test.caller, test.staffID, test.before, test.after, test.managers)); got != test.want {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
	}
}

func TestWhoMayHandOutPasswords(t *testing.T) {
	t.Parallel()
	manager := auth.Caller{StaffID: "me", Roles: map[string][]auth.Role{"a": {auth.Manager}, "b": {auth.Secretary}}}
	root := auth.Caller{StaffID: "me", Admin: true}
	for name, test := range map[string]struct {
		caller      auth.Caller
		member      Member
		departments []string
		want        string
	}{
		"a colleague of the department":     {manager, Member{ID: "x"}, []string{"a"}, ""},
		"somebody of another department":    {manager, Member{ID: "x"}, []string{"a", "c"}, "member_elsewhere"},
		"where the caller does not manage":  {manager, Member{ID: "x"}, []string{"a", "b"}, "member_elsewhere"},
		"an administrator":                  {manager, Member{ID: "x", IsAdmin: true}, []string{"a"}, "member_elsewhere"},
		"oneself":                           {manager, Member{ID: "me"}, []string{"a"}, "own_password"},
		"anybody, by the administrator":     {root, Member{ID: "x"}, []string{"a", "c"}, ""},
		"the administrator's own":           {root, Member{ID: "me", IsAdmin: true}, nil, "own_password"},
		"another administrator, by the one": {root, Member{ID: "x", IsAdmin: true}, []string{"a"}, ""},
	} {
		if got := fault.CodeOf(mayReset(test.caller, test.member, test.departments)); got != test.want {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
	}
}

func TestRolesHaveAnOrder(t *testing.T) {
	t.Parallel()
	if got := ordered([]auth.Role{auth.Manager, auth.Secretary, auth.Manager}); !slices.Equal(got, []auth.Role{auth.Secretary, auth.Manager}) {
		t.Errorf("%v", got)
	}
	if ordered(nil) == nil {
		t.Error("no roles are null")
	}
	if violated(fault.Invalid(checkRoles([]auth.Role{auth.Manager, "boss"})...)) != "roles:role_unknown" || checkRoles(Roles) != nil {
		t.Error("roles are not checked")
	}
}

package auth

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"teleconsult/server/fault"
	"teleconsult/server/trace"
)

func TestPermissionTable(t *testing.T) {
	t.Parallel()
	// The table once more, as the rule says it: all but …
	all := []Permission{
		EncounterRead, EncounterSchedule, EncounterHold, EncounterCancel, LinkAttach, InformationRecord, ConsentRecord, MessageSend,
		PrescriptionRecord, NoteWrite, ActCode, DepartmentRead, DepartmentManage, StaffManage, TraceRead, MeetingParse, HostAccountManage,
		FiguresRead,
	}
	except := func(without ...Permission) []Permission {
		return slices.DeleteFunc(slices.Clone(all), func(p Permission) bool { return slices.Contains(without, p) })
	}
	for role, want := range map[Role][]Permission{
		Secretary:    except(EncounterHold, NoteWrite, DepartmentManage, StaffManage, FiguresRead),
		Practitioner: except(DepartmentManage, StaffManage, FiguresRead),
		Manager:      {EncounterRead, EncounterSchedule, ActCode, DepartmentRead, DepartmentManage, StaffManage, TraceRead, MeetingParse, FiguresRead},
	} {
		slices.Sort(want)
		if got := permissions(false, role); !slices.Equal(got, want) {
			t.Errorf("%s may %v, want %v", role, got, want)
		}
	}
	for _, p := range permissions(true) {
		if slices.Contains([]Permission{EncounterRead, EncounterSchedule, ConsentRecord, TraceRead, NoteWrite, LinkAttach, FiguresRead}, p) {
			t.Errorf("an administrator without a role may %s", p)
		}
	}
	if len(permissionsOf) != 3 || permissions(false, "nobody") == nil && len(permissions(false, "nobody")) != 0 {
		t.Error("an unknown role may something")
	}
}

func TestCallerActsInTheirDepartmentsOnly(t *testing.T) {
	t.Parallel()
	c := Caller{StaffID: "s", Roles: map[string][]Role{"a": {Secretary}, "b": {Practitioner}, "c": {Manager}}, RequestID: "r", ClientAddress: "::1"}
	for name, test := range map[string]struct {
		department string
		p          Permission
		want       bool
	}{
		"secretary schedules":            {"a", EncounterSchedule, true},
		"secretary does not start":       {"a", EncounterHold, false},
		"practitioner starts":            {"b", EncounterHold, true},
		"manager does not attach a link": {"c", LinkAttach, false},
		"another department":             {"d", EncounterRead, false},
		"no department":                  {"", EncounterRead, false},
	} {
		if got := c.Can(test.department, test.p); got != test.want {
			t.Errorf("%s: %v", name, got)
		}
	}
	if got := c.Departments(EncounterHold); !slices.Equal(got, []string{"b"}) {
		t.Errorf("may hold in %v", got)
	}
	if got := c.Departments(EncounterRead); !slices.Equal(got, []string{"a", "b", "c"}) {
		t.Errorf("may read in %v", got)
	}
	if want := (trace.Actor{Kind: trace.Staff, ID: "s", RequestID: "r", ClientAddress: "::1"}); c.Actor() != want {
		t.Errorf("actor %+v", c.Actor())
	}
}

func TestAdministratorRunsAllDepartmentsWithoutPatients(t *testing.T) {
	t.Parallel()
	c := Caller{Admin: true, departments: []string{"a", "b"}, Roles: map[string][]Role{"b": {Secretary}}}
	if got := c.Departments(StaffManage); !slices.Equal(got, []string{"a", "b"}) {
		t.Errorf("manages staff in %v", got)
	}
	if got := c.Departments(EncounterRead); !slices.Equal(got, []string{"b"}) {
		t.Errorf("reads encounters in %v", got)
	}
	if c.Can("", StaffManage) {
		t.Error("may manage nowhere in particular")
	}
}

func TestRequire(t *testing.T) {
	t.Parallel()
	nobody := context.Background()
	secretary := WithCaller(nobody, Caller{StaffID: "s", Roles: map[string][]Role{"a": {Secretary}}})
	none := WithCaller(nobody, Caller{StaffID: "n"})
	for name, test := range map[string]struct {
		ctx  context.Context
		p    Permission
		want fault.Kind
	}{
		"public":                     {nobody, Public, 0},
		"nobody":                     {nobody, EncounterRead, fault.KindUnauthenticated},
		"nobody, anyone signed in":   {nobody, SignedIn, fault.KindUnauthenticated},
		"somebody without a role":    {none, EncounterRead, fault.KindForbidden},
		"somebody, anyone signed in": {none, SignedIn, 0},
		"secretary reads":            {secretary, EncounterRead, 0},
		"secretary starts":           {secretary, EncounterHold, fault.KindForbidden},
		"an unknown permission":      {secretary, "encounter.burn", fault.KindForbidden},
	} {
		if _, err := Require(test.ctx, test.p); fault.KindOf(err) != test.want {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, test := range map[string]struct {
		department string
		p          Permission
		want       fault.Kind
	}{
		"own department":                       {"a", EncounterRead, 0},
		"own department, not allowed anywhere": {"a", EncounterHold, fault.KindForbidden},
		"a department that is not theirs":      {"b", EncounterRead, fault.KindNotFound},
	} {
		if _, err := RequireIn(secretary, test.department, test.p); fault.KindOf(err) != test.want {
			t.Errorf("%s: %v", name, err)
		}
	}
	both := WithCaller(nobody, Caller{Roles: map[string][]Role{"a": {Secretary}, "b": {Practitioner}}})
	if _, err := RequireIn(both, "a", EncounterHold); fault.KindOf(err) != fault.KindForbidden {
		t.Errorf("allowed in another department only: %v", err)
	}
}

func TestPasswordHashes(t *testing.T) {
	t.Parallel()
	v := newVerifier()
	phc := HashPassword("un mot de passe long")
	if !strings.HasPrefix(phc, "$argon2id$v=19$m=19456,t=2,p=1$") || phc == HashPassword("un mot de passe long") {
		t.Errorf("hash %s", phc)
	}
	// Made by the reference program (argon2 command line): password "password", salt "somesalt", m=65536, t=2, p=1.
	const reference = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"
	for name, test := range map[string]struct {
		phc, password string
		ok, stale     bool
	}{
		"right":                   {phc, "un mot de passe long", true, false},
		"wrong":                   {phc, "un mot de passe lonG", false, false},
		"empty":                   {phc, "", false, false},
		"reference, another cost": {reference, "password", true, true},
		"no account":              {"", "no account has this password", false, false},
		"a megabyte":              {phc, strings.Repeat("a", 1<<20), false, false},
	} {
		ok, stale, err := v.matches(t.Context(), test.phc, test.password)
		if err != nil || ok != test.ok || stale != test.stale {
			t.Errorf("%s: %v %v %v", name, ok, stale, err)
		}
	}
	for _, bad := range []string{
		"plain", "$argon2i$v=19$m=1,t=1,p=1$c2FsdA$aGFzaA", "$argon2id$v=16$m=1,t=1,p=1$c2FsdA$aGFzaA", "$argon2id$v=19$m=x$c2FsdA$aGFzaA",
		"$argon2id$v=19$m=8,t=1,p=1$!$aGFzaA", "$argon2id$v=19$m=8,t=1,p=1$c2FsdA$!", "$argon2id$v=19$m=8,t=1,p=1$c2FsdA$aGFzaA",
		"$argon2id$v=19$m=99999999,t=1,p=1$c2FsdA$c29tZXNhbHRzb21lc2FsdA",
	} {
		if _, _, err := v.matches(t.Context(), bad, "x"); err == nil {
			t.Errorf("%s was taken for a hash", bad)
		}
	}
}

func TestOnlySoManyPasswordsAtOnce(t *testing.T) {
	t.Parallel()
	v := newVerifier()
	for range concurrentHashes {
		v.slots <- struct{}{}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, _, err := v.matches(ctx, "", "x"); fault.KindOf(err) != fault.KindUnavailable {
		t.Errorf("got %v", err)
	}
}

func TestNewPasswords(t *testing.T) {
	t.Parallel()
	for password, want := range map[string]string{
		"court": "password_too_short", strings.Repeat("é", 11): "password_too_short", strings.Repeat("é", 12): "",
		strings.Repeat("a", 201): "password_too_long", "Claire.Martin2026": "password_contains_name", "teleconsult-demo": "",
	} {
		err := CheckNewPassword(password, "claire.martin@hopital.example")
		var got string
		if f, ok := errors.AsType[*fault.Error](err); ok {
			got = f.Violations[0].Code
		}
		if got != want {
			t.Errorf("%s: %q, want %q", password, got, want)
		}
	}
}

func TestCheckSite(t *testing.T) {
	t.Parallel()
	const public = "https://tele.example"
	for name, test := range map[string]struct {
		from Site
		ok   bool
	}{
		"a program":                        {Site{Host: "tele.example"}, true},
		"same origin":                      {Site{Fetch: "same-origin", Origin: public, Host: "inside:8080"}, true},
		"typed by hand":                    {Site{Fetch: "none"}, true},
		"cross site":                       {Site{Fetch: "cross-site", Origin: public, Host: "tele.example"}, false},
		"a sister domain":                  {Site{Fetch: "same-site", Origin: "https://other.example"}, false},
		"old browser, own origin":          {Site{Origin: public, Host: "inside:8080"}, true},
		"old browser, same host":           {Site{Origin: "http://127.0.0.1:8080", Host: "127.0.0.1:8080"}, true},
		"old browser, foreign origin":      {Site{Origin: "https://evil.example", Host: "tele.example"}, false},
		"old browser, origin null":         {Site{Origin: "null", Host: "tele.example"}, false},
		"a name that begins like ours":     {Site{Origin: "https://tele.example.evil.example", Host: "tele.example"}, false},
		"same origin from a no-referrer p": {Site{Fetch: "same-origin", Origin: "null", Host: "tele.example"}, true},
	} {
		if err := CheckSite(test.from, public); (err == nil) != test.ok {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, value := range []string{"", "XMLHttpRequest", "Teleconsult"} {
		if CheckHeader(value) == nil {
			t.Errorf("header %q accepted", value)
		}
	}
	if err := CheckHeader("teleconsult"); err != nil {
		t.Error(err)
	}
}

func TestCookies(t *testing.T) {
	t.Parallel()
	plain := &Service{lifetime: 12 * time.Hour}
	secure := &Service{lifetime: 12 * time.Hour, secure: true}
	for name, test := range map[string]struct{ got, want string }{
		"over TLS":        {secure.setCookie("t", false), "__Host-session=t; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=43200"},
		"a shared device": {secure.setCookie("t", true), "__Host-session=t; Path=/; HttpOnly; SameSite=Lax; Secure"},
		"on this machine": {plain.setCookie("t", false), "session=t; Path=/; HttpOnly; SameSite=Lax; Max-Age=43200"},
		"taken away":      {secure.setCookie("", false), "__Host-session=; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=0"},
	} {
		if test.got != test.want {
			t.Errorf("%s: %s", name, test.got)
		}
	}
}

func TestLocksGrow(t *testing.T) {
	t.Parallel()
	want := map[int]time.Duration{
		0: 0, 4: 0, 5: 30 * time.Second, 6: time.Minute, 7: 2 * time.Minute, 9: 8 * time.Minute, 10: 15 * time.Minute, 5000: 15 * time.Minute,
	}
	for failures := range maps.Keys(want) {
		if got := lockAfter(failures, 5); got != want[failures] {
			t.Errorf("after %d: %v, want %v", failures, got, want[failures])
		}
	}
}

func TestSessionLife(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 5, 12, 10, 0, 0, 0, time.UTC)
	good := session{LastSeenAt: now.Add(-59 * time.Minute), ExpiresAt: now.Add(time.Minute)}
	idle, old, disabled := good, good, good
	idle.LastSeenAt = now.Add(-time.Hour)
	old.ExpiresAt = now
	disabled.Disabled = true
	for name, test := range map[string]struct {
		s    session
		want bool
	}{"in use": {good, true}, "idle": {idle, false}, "over": {old, false}, "disabled": {disabled, false}} {
		if got := test.s.alive(now, time.Hour); got != test.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

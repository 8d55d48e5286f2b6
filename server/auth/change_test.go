package auth

import (
	"context"
	"errors"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"teleconsult/server/db"
	"teleconsult/server/fault"
)

const another = "quelque chose de nouveau"

func TestOnlyAdministratorsCreateDepartments(t *testing.T) {
	t.Parallel()
	if !slices.Contains(permissions(true), DepartmentCreate) {
		t.Error("an administrator may not")
	}
	if slices.Contains(permissions(false, Secretary, Practitioner, Manager), DepartmentCreate) {
		t.Error("somebody else may")
	}
}

func TestInitialPasswords(t *testing.T) {
	t.Parallel()
	form := regexp.MustCompile(`^[a-hjkmnp-z2-9]{4}(?:-[a-hjkmnp-z2-9]{4}){3}$`)
	seen, letters := map[string]bool{}, map[rune]bool{}
	for range 500 {
		p := InitialPassword("claire.martin@exemple.fr")
		if !form.MatchString(p) || seen[p] || CheckNewPassword(p, "claire.martin@exemple.fr") != nil {
			t.Fatalf("%q", p)
		}
		seen[p] = true
		for _, r := range p {
			letters[r] = true
		}
	}
	if len(letters) != len(legible)+1 {
		t.Errorf("%d different characters of %d", len(letters), len(legible)+1)
	}
}

// violated lists "field:code" of all violations, in their order.
func violated(err error) string {
	var found []string
	if f, ok := errors.AsType[*fault.Error](err); ok {
		for _, v := range f.Violations {
			found = append(found, v.Field+":"+v.Code)
		}
	}
	return strings.Join(found, " ")
}

func TestChangeOfPasswordIsChecked(t *testing.T) {
	t.Parallel()
	const current = "correct horse battery"
	for name, test := range map[string]struct {
		right bool
		next  string
		want  string
	}{
		"all well":                {true, another, ""},
		"wrong":                   {false, another, "current:wrong_password"},
		"wrong and short":         {false, "short", "current:wrong_password next:password_too_short"},
		"the same":                {true, current, "next:password_unchanged"},
		"wrong, and the same":     {false, current, "current:wrong_password"},
		"the account's name":      {true, "xx-claire-yy-claire", "next:password_contains_name"},
		"longer than it can be":   {true, strings.Repeat("x", 201), "next:password_too_long"},
		"accents count as letter": {true, "éééééééééééé", ""},
	} {
		if got := violated(fault.Invalid(checkChange(test.right, "claire@demo.test", current, test.next)...)); got != test.want {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
	}
}

func TestChangePassword(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ctx := from(t, "192.0.2.1")
	token, mine, err := h.SignIn(ctx, Credentials{Email: "claire@demo.test", Password: password})
	if err != nil {
		t.Fatal(err)
	}
	elsewhere, _, err := h.SignIn(from(t, "192.0.2.2"), Credentials{Email: "claire@demo.test", Password: password})
	if err != nil {
		t.Fatal(err)
	}
	stranger, _, err := h.SignIn(ctx, Credentials{Email: "root@demo.test", Password: password})
	if err != nil {
		t.Fatal(err)
	}

	if err = h.ChangePassword(ctx, mine, "not this one", "short"); violated(err) != "current:wrong_password next:password_too_short" {
		t.Errorf("refused with %v", err)
	}
	if n := h.count(t, `SELECT count(*) FROM audit_event WHERE action = 'password.refuse' AND actor_id = $1`, claire); n != 1 {
		t.Errorf("%d traces of the refusal", n)
	}
	if _, err = h.Resume(ctx, elsewhere); err != nil {
		t.Errorf("a refusal ended a session: %v", err)
	}

	if err = h.ChangePassword(ctx, mine, password, another); err != nil {
		t.Fatal(err)
	}
	if _, err = h.Resume(ctx, token); err != nil {
		t.Errorf("the session itself goes on: %v", err)
	}
	if _, err = h.Resume(ctx, elsewhere); fault.KindOf(err) != fault.KindUnauthenticated {
		t.Errorf("the other session: %v", err)
	}
	if _, err = h.Resume(ctx, stranger); err != nil {
		t.Errorf("somebody else's session: %v", err)
	}
	if _, _, err = h.SignIn(ctx, Credentials{Email: "claire@demo.test", Password: password}); fault.CodeOf(err) != "wrong_credentials" {
		t.Errorf("the old password: %v", err)
	}
	if _, _, err = h.SignIn(ctx, Credentials{Email: "claire@demo.test", Password: another}); err != nil {
		t.Errorf("the new password: %v", err)
	}
	if n := h.count(t, `SELECT count(*) FROM audit_event WHERE action = 'password.change' AND actor_id = $1`, claire); n != 1 {
		t.Errorf("%d traces of the change", n)
	}
}

func TestTheCurrentPasswordCannotBeGuessed(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ctx := from(t, "192.0.2.1")
	_, mine, err := h.SignIn(ctx, Credentials{Email: "claire@demo.test", Password: password})
	if err != nil {
		t.Fatal(err)
	}
	for range freePerPair {
		if err = h.ChangePassword(ctx, mine, "not this one", another); violated(err) != "current:wrong_password" {
			t.Fatal(err)
		}
	}
	if err = h.ChangePassword(ctx, mine, password, another); fault.CodeOf(err) != "too_many_attempts" {
		t.Errorf("after %d tries: %v", freePerPair, err)
	}
	h.turn(lastLock + time.Second)
	if err = h.ChangePassword(ctx, mine, password, another); err != nil {
		t.Errorf("later: %v", err)
	}
}

func TestReplacingAPasswordEndsEverySession(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ctx := from(t, "192.0.2.1")
	token, _, err := h.SignIn(ctx, Credentials{Email: "claire@demo.test", Password: password})
	if err != nil {
		t.Fatal(err)
	}
	err = h.db.InTx(ctx, systemScope, func(ctx context.Context, tx db.Tx) error {
		return ReplacePassword(ctx, tx, claire, HashPassword(another), "")
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err = h.Resume(ctx, token); fault.KindOf(err) != fault.KindUnauthenticated {
		t.Errorf("still signed in: %v", err)
	}
	if _, _, err = h.SignIn(ctx, Credentials{Email: "claire@demo.test", Password: another}); err != nil {
		t.Errorf("the new password: %v", err)
	}
}

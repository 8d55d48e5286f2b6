package auth

import (
	"bytes"
	"context"
	"errors"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"teleconsult/server/db"
	"teleconsult/server/dbtest"
	"teleconsult/server/fault"
	"teleconsult/server/secret"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

const (
	claire   = "01900000-0000-7000-8000-000000000001"
	root     = "01900000-0000-7000-8000-000000000002"
	gone     = "01900000-0000-7000-8000-000000000003"
	cardio   = "01900000-0000-7000-8000-00000000000a"
	neuro    = "01900000-0000-7000-8000-00000000000b"
	password = "teleconsult-demo"
)

var start = time.Date(2026, 5, 12, 8, 0, 0, 0, time.UTC)

// house is a service on a database with three accounts, and a clock to turn.
type house struct {
	*Service
	db      *db.DB
	elapsed atomic.Int64
}

func (h *house) turn(d time.Duration) { h.elapsed.Add(int64(d)) }

func (h *house) exec(t *testing.T, statement string, args ...any) {
	t.Helper()
	err := h.db.InTx(t.Context(), db.System("test"), func(ctx context.Context, tx db.Tx) error {
		_, err := tx.ExecContext(ctx, statement, args...)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func (h *house) count(t *testing.T, query string, args ...any) int {
	t.Helper()
	var n int
	err := h.db.InTx(t.Context(), db.System("test"), func(ctx context.Context, tx db.Tx) error {
		return tx.GetContext(ctx, &n, query, args...)
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

var hash = sync.OnceValue(func() string { return HashPassword(password) })

func newHouse(t *testing.T) *house {
	t.Helper()
	h := &house{db: dbtest.New(t)}
	h.Service = New(Options{
		DB: h.db, Secret: secret.New([32]byte{1}), Idle: time.Hour, Lifetime: 12 * time.Hour,
		Now: func() time.Time { return start.Add(time.Duration(h.elapsed.Load())) },
	})
	for _, d := range []string{cardio, neuro} {
		h.exec(t, `INSERT INTO department (id, code, name, hospital, phone, email) VALUES ($1, $2, $3, 'HEGP', '+33156090000', 'x@y.example')`,
			d, "C"+d[35:], "Service "+d[35:])
	}
	for id, email := range map[string]string{claire: "claire@demo.test", root: "root@demo.test", gone: "gone@demo.test"} {
		h.exec(t, `INSERT INTO staff (id, email, family_name, given_name, title, password_hash, is_admin, disabled_at)
			VALUES ($1, $2, 'Martin', 'Claire', 'Dr', $3, $4, $5)`, id, email, hash(), id == root, disabledAt(id))
	}
	h.exec(t, `INSERT INTO staff_role VALUES ($1, $2, 'practitioner'), ($1, $2, 'manager')`, claire, cardio)
	return h
}

func disabledAt(id string) any {
	if id == gone {
		return start
	}
	return nil
}

func from(t *testing.T, address string) context.Context {
	t.Helper()
	return WithClient(t.Context(), Client{RequestID: "req-1", Address: address})
}

func TestSignInResumeSignOut(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ctx := from(t, "192.0.2.1")
	token, caller, err := h.SignIn(ctx, Credentials{Email: " Claire@Demo.test ", Password: password})
	if err != nil {
		t.Fatal(err)
	}
	if caller.StaffID != claire || caller.Name != "Dr Claire Martin" || caller.RequestID != "req-1" || caller.ClientAddress != "192.0.2.1" {
		t.Errorf("caller %+v", caller)
	}
	if !slices.Equal(caller.Roles[cardio], []Role{Manager, Practitioner}) || len(caller.Roles) != 1 {
		t.Errorf("roles %v", caller.Roles)
	}
	if n := h.count(t, `SELECT count(*) FROM session WHERE token_hash = $1`, secret.HashToken(token)); n != 1 {
		t.Errorf("%d sessions", n)
	}
	again, err := h.Resume(from(t, "192.0.2.9"), token)
	if err != nil || again.StaffID != claire || again.ClientAddress != "192.0.2.9" || again.SessionKey() != caller.SessionKey() {
		t.Errorf("resumed %+v, %v", again, err)
	}
	if strings.Contains(again.SessionKey(), token) {
		t.Error("the key opens the session")
	}
	me, err := h.Me(ctx, again)
	if err != nil || me.Staff.Email != "claire@demo.test" || len(me.Departments) != 1 || me.Departments[0].CodingTarget != "Gilda" ||
		!slices.Contains(me.Permissions, EncounterHold) || !slices.Contains(me.Departments[0].Permissions, DepartmentManage) ||
		len(me.Departments[0].Tools) == 0 {
		t.Errorf("me %+v, %v", me, err)
	}
	if !h.StillOpen(ctx, again) {
		t.Error("the session is open")
	}
	if err = h.SignOut(ctx, again); err != nil {
		t.Fatal(err)
	}
	if _, err = h.Resume(ctx, token); fault.KindOf(err) != fault.KindUnauthenticated {
		t.Errorf("resumed after signing out: %v", err)
	}
	if h.StillOpen(ctx, again) {
		t.Error("the session is over")
	}
	for _, action := range []string{"session.open", "session.close"} {
		if n := h.count(t, `SELECT count(*) FROM audit_event WHERE action = $1 AND actor_id = $2 AND client_address = '192.0.2.1'`+
			` OR action = $1 AND client_address = '192.0.2.9'`, action, claire); n != 1 {
			t.Errorf("%d traces of %s", n, action)
		}
	}
}

func TestRefusalsLookAlike(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for email, reason := range map[string]string{
		"claire@demo.test": "wrong-password", "nobody@demo.test": "unknown-account", "gone@demo.test": "disabled-account",
	} {
		pw := "wrong"
		if email == "gone@demo.test" {
			pw = password
		}
		_, _, err := h.SignIn(from(t, "192.0.2.1"), Credentials{Email: email, Password: pw})
		if !errors.Is(err, errCredentials) {
			t.Errorf("%s: %v", email, err)
		}
		if n := h.count(t, `SELECT count(*) FROM audit_event WHERE action = 'session.refuse' AND data->>'reason' = $1`, reason); n != 1 {
			t.Errorf("%d traces of %s", n, reason)
		}
	}
	if n := h.count(t, `SELECT count(*) FROM audit_event WHERE data::text LIKE '%demo.test%'`); n != 0 {
		t.Error("the trace keeps an address that was typed")
	}
	if _, _, err := h.SignIn(from(t, "192.0.2.1"), Credentials{Email: "a\x00b\xff@demo.test", Password: "x"}); !errors.Is(err, errCredentials) {
		t.Errorf("binary junk: %v", err)
	}
}

func TestUnknownAccountsTakeAsLong(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	// In turns, so that a machine that is busy for a while is busy for both.
	known, unknown := time.Hour, time.Hour
	for i := range 8 {
		for email, best := range map[string]*time.Duration{"claire@demo.test": &known, "nobody@demo.test": &unknown} {
			begin := time.Now()
			_, _, _ = h.SignIn(from(t, netip.AddrFrom4([4]byte{192, 0, 2, byte(i)}).String()), Credentials{Email: email, Password: "wrong"})
			*best = min(*best, time.Since(begin))
		}
	}
	if unknown < known/3 {
		t.Errorf("unknown after %v, known after %v", unknown, known)
	}
}

func TestGuessingIsSlowed(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	try := func(address, email, pw string) error {
		_, _, err := h.SignIn(from(t, address), Credentials{Email: email, Password: pw})
		return err
	}
	for i := range freePerPair {
		if err := try("192.0.2.1", "claire@demo.test", "wrong"); !errors.Is(err, errCredentials) {
			t.Fatalf("try %d: %v", i, err)
		}
	}
	err := try("192.0.2.1", "claire@demo.test", password)
	var f *fault.Error
	if !errors.As(err, &f) || f.Kind != fault.KindRateLimited || f.RetryAfter < 1 || f.RetryAfter > 30 {
		t.Fatalf("the right password while locked: %+v", err)
	}
	if err = try("198.51.100.7", "claire@demo.test", password); err != nil {
		t.Errorf("the owner elsewhere is locked out: %v", err)
	}
	if err = try("192.0.2.1", "root@demo.test", password); err != nil {
		t.Errorf("a colleague at the same address is locked out: %v", err)
	}
	h.turn(31 * time.Second)
	if err = try("192.0.2.1", "claire@demo.test", password); err != nil {
		t.Errorf("after the lock: %v", err)
	}
	if err = try("192.0.2.1", "claire@demo.test", "wrong"); !errors.Is(err, errCredentials) {
		t.Errorf("a success clears the count: %v", err)
	}
	if n := h.count(t, `SELECT count(*) FROM attempt_counter WHERE encode(key_hash, 'escape') LIKE '%192.0%'`); n != 0 {
		t.Error("an address is readable")
	}
}

func TestGuessingFromManyPlacesIsSlowed(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	var group sync.WaitGroup
	var checked, limited atomic.Int32
	for i := range 30 { // at once: counting comes before checking
		group.Go(func() {
			ctx := WithClient(context.Background(), Client{Address: netip.AddrFrom4([4]byte{198, 51, 100, byte(i)}).String()})
			_, _, err := h.SignIn(ctx, Credentials{Email: "claire@demo.test", Password: "wrong"})
			switch fault.KindOf(err) {
			case fault.KindRateLimited:
				limited.Add(1)
			case fault.KindUnauthenticated:
				checked.Add(1)
			default:
				t.Errorf("got %v", err)
			}
		})
	}
	group.Wait()
	if checked.Load() != freePerAccount || limited.Load() != 30-freePerAccount {
		t.Errorf("%d checked, %d limited", checked.Load(), limited.Load())
	}
}

func TestOneClientCannotTryAllAccounts(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	l := h.limiter
	take := func(n int) (err error) {
		for range n {
			err = h.db.InTx(t.Context(), db.System("test"), func(ctx context.Context, tx db.Tx) error {
				return l.Take(ctx, tx, h.now(), Attempt{Kind: "sign-in.client", Value: "192.0.2.1", Free: freePerClient})
			})
		}
		return err
	}
	if err := take(freePerClient - 1); err != nil {
		t.Fatal(err)
	}
	// A right password of one colleague takes its own try back and nothing else.
	if _, _, err := h.SignIn(from(t, "192.0.2.1"), Credentials{Email: "claire@demo.test", Password: password}); err != nil {
		t.Fatal(err)
	}
	if err := take(1); err != nil {
		t.Fatal(err)
	}
	if _, _, err := h.SignIn(from(t, "192.0.2.1"), Credentials{Email: "root@demo.test", Password: "x"}); fault.KindOf(err) != fault.KindRateLimited {
		t.Errorf("got %v", err)
	}
	h.turn(attemptWindow + time.Minute)
	if err := take(1); err != nil {
		t.Errorf("a new window: %v", err)
	}
}

func TestSessionsEnd(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ctx := from(t, "192.0.2.1")
	signIn := func() string {
		token, _, err := h.SignIn(ctx, Credentials{Email: "claire@demo.test", Password: password})
		if err != nil {
			t.Fatal(err)
		}
		return token
	}
	idle, used := signIn(), signIn()
	for range 3 { // used every 50 minutes
		h.turn(50 * time.Minute)
		if _, err := h.Resume(ctx, used); err != nil {
			t.Fatalf("in use: %v", err)
		}
	}
	if _, err := h.Resume(ctx, idle); !errors.Is(err, errEnded) {
		t.Errorf("idle: %v", err)
	}
	for range 12 {
		h.turn(50 * time.Minute)
		_, _ = h.Resume(ctx, used)
	}
	if _, err := h.Resume(ctx, used); !errors.Is(err, errEnded) {
		t.Errorf("after 12 hours: %v", err)
	}
	if err := h.Sweep(ctx); err != nil {
		t.Fatal(err)
	}
	if n := h.count(t, `SELECT count(*) FROM session`); n != 0 {
		t.Errorf("%d sessions are left", n)
	}
	fresh := signIn()
	h.exec(t, `UPDATE staff SET disabled_at = now() WHERE id = $1`, claire)
	if _, err := h.Resume(ctx, fresh); !errors.Is(err, errEnded) {
		t.Errorf("disabled: %v", err)
	}
	if _, err := h.Resume(ctx, "no such token"); !errors.Is(err, errEnded) {
		t.Errorf("unknown: %v", err)
	}
}

func TestStreamsEndWhenRolesChange(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ctx := from(t, "192.0.2.1")
	_, caller, err := h.SignIn(ctx, Credentials{Email: "claire@demo.test", Password: password})
	if err != nil {
		t.Fatal(err)
	}
	h.exec(t, `INSERT INTO staff_role VALUES ($1, $2, 'secretary')`, claire, neuro)
	if h.StillOpen(ctx, caller) {
		t.Error("the stream goes on with the old departments")
	}
}

func TestAdministratorKnowsAllDepartments(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	_, caller, err := h.SignIn(from(t, "192.0.2.1"), Credentials{Email: "root@demo.test", Password: password})
	if err != nil {
		t.Fatal(err)
	}
	if got := caller.Departments(StaffManage); !slices.Equal(got, []string{cardio, neuro}) {
		t.Errorf("departments %v", got)
	}
	me, err := h.Me(t.Context(), caller)
	if err != nil || len(me.Departments) != 0 || !me.Staff.IsAdmin || slices.Contains(me.Permissions, EncounterRead) {
		t.Errorf("me %+v, %v", me, err)
	}
}

func TestAnOldHashIsRenewedAtSignIn(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.exec(t, `UPDATE staff SET password_hash = $2 WHERE id = $1`, claire,
		"$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc")
	for range 2 {
		if _, _, err := h.SignIn(from(t, "192.0.2.1"), Credentials{Email: "claire@demo.test", Password: "password"}); err != nil {
			t.Fatal(err)
		}
	}
	if n := h.count(t, `SELECT count(*) FROM staff WHERE password_hash LIKE '$argon2id$v=19$m=19456,t=2,p=1$%' AND id = $1`, claire); n != 1 {
		t.Error("the hash was not renewed")
	}
}

func TestLimiterKeysAreUnreadable(t *testing.T) {
	t.Parallel()
	a := NewLimiter(secret.New([32]byte{1})).key(Attempt{Kind: "k", Value: "v"})
	b := NewLimiter(secret.New([32]byte{2})).key(Attempt{Kind: "k", Value: "v"})
	if bytes.Equal(a, b) {
		t.Error("the key does not count")
	}
}

func TestReadingWithoutATransactionSeesNothingBehindTheWall(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.exec(t, `INSERT INTO audit_event (id, at, department_id, actor_kind, action) VALUES (gen_random_uuid(), now(), $1, 'system', 'x')`, cardio)
	var n int
	if err := h.db.GetContext(t.Context(), &n, `SELECT count(*) FROM audit_event WHERE department_id IS NOT NULL`); err != nil || n != 0 {
		t.Errorf("%d rows, %v", n, err)
	}
	err := h.db.GetContext(t.Context(), &n, `SELECT 1 FROM staff WHERE email = 'nobody'`)
	if fault.KindOf(err) != fault.KindNotFound {
		t.Errorf("got %v", err)
	}
}

package db_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"teleconsult/server/db"
	"teleconsult/server/dbtest"
	"teleconsult/server/fault"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

const (
	one = "00000000-0000-7000-8000-000000000001"
	two = "00000000-0000-7000-8000-000000000002"
)

// twoDepartments adds two departments with a patient each.
func twoDepartments(t *testing.T) *db.DB {
	t.Helper()
	d := dbtest.New(t)
	err := d.InTx(context.Background(), db.System("test"), func(ctx context.Context, tx db.Tx) error {
		for _, id := range []string{one, two} {
			const insert = `INSERT INTO department (id, code, name, hospital, phone, email)
				VALUES ($1::uuid, right($1::uuid::text, 1), 'D', 'H', '01 40 00 00 00', 'd@exemple.fr')`
			if _, err := tx.ExecContext(ctx, insert, id); err != nil {
				return err
			}
			if err := addPatient(ctx, tx, id); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func addPatient(ctx context.Context, tx db.Tx, department string) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO patient (id, department_id, family_name, given_name, search_name, birth_date, mobile,
		created_at, updated_at) VALUES (gen_random_uuid(), $1, 'N', 'P', 'n p', '1980-01-02', '+33612345678', now(), now())`, department)
	return err
}

func countPatients(t *testing.T, d *db.DB, scope db.Scope) int {
	t.Helper()
	n := 0
	err := d.InTx(context.Background(), scope, func(ctx context.Context, tx db.Tx) error {
		return tx.GetContext(ctx, &n, `SELECT count(*) FROM patient`)
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestTheWallHoldsWithoutAWhere: even a query that forgets its department sees and writes nothing beyond it.
func TestTheWallHoldsWithoutAWhere(t *testing.T) {
	d := twoDepartments(t)
	for _, c := range []struct {
		name  string
		scope db.Scope
		want  int
	}{
		{"nobody", db.Scope{}, 0},
		{"no department", db.Departments(), 0},
		{"one", db.Departments(one), 1},
		{"both", db.Departments(one, two), 2},
		{"a machine task", db.System("test"), 2},
	} {
		if got := countPatients(t, d, c.scope); got != c.want {
			t.Errorf("%s sees %d patients, want %d", c.name, got, c.want)
		}
	}
	err := d.InTx(context.Background(), db.Departments(one), func(ctx context.Context, tx db.Tx) error { return addPatient(ctx, tx, two) })
	if err == nil || countPatients(t, d, db.System("test")) != 2 {
		t.Errorf("a patient was written over the wall: %v", err)
	}
}

func TestTheScopeEndsWithItsTransaction(t *testing.T) {
	d := twoDepartments(t)
	for range 50 { // over all pooled connections
		countPatients(t, d, db.System("test"))
		if n := countPatients(t, d, db.Scope{}); n != 0 {
			t.Fatalf("a connection kept its scope: %d patients", n)
		}
	}
}

// TestEveryTableWithADepartmentHasTheWall reads the catalogue, so that a new table cannot forget it.
func TestEveryTableWithADepartmentHasTheWall(t *testing.T) {
	d := dbtest.New(t)
	var without []string
	err := d.InTx(context.Background(), db.System("test"), func(ctx context.Context, tx db.Tx) error {
		return tx.SelectContext(ctx, &without, `
			SELECT c.relname FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attname = 'department_id'
			WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND c.relname <> 'staff_role'
				AND NOT (c.relrowsecurity AND c.relforcerowsecurity
					AND EXISTS (SELECT FROM pg_policy AS p WHERE p.polrelid = c.oid))`)
	})
	if err != nil || len(without) > 0 {
		t.Errorf("tables without row-level security: %v %v", without, err)
	}
}

func TestEvidenceCannotBeChanged(t *testing.T) {
	d := dbtest.New(t)
	for _, table := range []string{
		"audit_event", "consent_decision", "encounter_event", "message_event", "prescription_step", "record_transfer", "coding_entry", "notice", "encounter_closing",
	} {
		var insert, change bool
		err := d.InTx(context.Background(), db.System("test"), func(ctx context.Context, tx db.Tx) error {
			const query = `SELECT has_table_privilege($1, 'INSERT'), has_table_privilege($1, 'UPDATE, DELETE, TRUNCATE')`
			return tx.QueryRowxContext(ctx, query, table).Scan(&insert, &change)
		})
		if err != nil || !insert || change {
			t.Errorf("%s: the server's role may insert %v, change %v (%v)", table, insert, change, err)
		}
	}
}

func TestARolledBackTransactionLeavesNothing(t *testing.T) {
	d := twoDepartments(t)
	failure := errors.New("changed my mind")
	err := d.InTx(context.Background(), db.Departments(one), func(ctx context.Context, tx db.Tx) error {
		if err := addPatient(ctx, tx, one); err != nil {
			return err
		}
		return failure
	})
	if !errors.Is(err, failure) || countPatients(t, d, db.System("test")) != 2 {
		t.Errorf("error %v, patients %d", err, countPatients(t, d, db.System("test")))
	}
}

func TestErrorsAreTranslated(t *testing.T) {
	d := dbtest.New(t)
	for _, c := range []struct {
		statement string
		kind      fault.Kind
	}{
		{`SELECT 'x'::uuid`, fault.KindInvalid},
		{`SELECT '{"text": "\u0000"}'::jsonb`, fault.KindInvalid},
		{`SELECT '99999999999'::int`, fault.KindInvalid},
		{`INSERT INTO department (id, code, name, hospital, phone, email)
			SELECT gen_random_uuid(), 'same', 'n', 'h', 'p', 'e' FROM generate_series(1, 2)`, fault.KindConflict},
		{`SELECT pg_terminate_backend(pg_backend_pid())`, fault.KindUnavailable},
	} {
		err := d.InTx(context.Background(), db.System("test"), func(ctx context.Context, tx db.Tx) error {
			_, err := tx.ExecContext(ctx, c.statement)
			return err
		})
		if fault.KindOf(err) != c.kind {
			t.Errorf("%s: %v, want kind %d", c.statement, err, c.kind)
		}
	}
	err := d.InTx(context.Background(), db.System("test"), func(ctx context.Context, tx db.Tx) error {
		var id string
		return tx.GetContext(ctx, &id, `SELECT id FROM department WHERE code = 'none'`)
	})
	if fault.KindOf(err) != fault.KindNotFound {
		t.Errorf("no row: %v", err)
	}
}

// TestInstancesMigrateAtOnce: several instances may start on an empty database at the same moment.
func TestInstancesMigrateAtOnce(t *testing.T) {
	cluster := newCluster(t)
	var group sync.WaitGroup
	for range 3 {
		group.Go(func() {
			if err := db.Migrate(context.Background(), cluster.OwnerURL(), cluster.AppURL()); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	d, err := db.Open(context.Background(), cluster.AppURL())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = d.Close() }()
	if n := countPatients(t, d, db.System("test")); n != 0 {
		t.Errorf("%d patients in an empty database", n)
	}
}

func newCluster(t *testing.T) *db.Cluster {
	t.Helper()
	cluster, err := db.StartCluster(context.Background(), newFolder(t), "fsync=off")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(cluster.Stop)
	return cluster
}

func newFolder(t *testing.T) string {
	t.Helper()
	folder, err := os.MkdirTemp("", "teleconsult-db-") //nolint:usetesting // another user must be able to enter it: t.TempDir is closed to all but root
	if err != nil {
		t.Fatal(err)
	}
	if err = os.Chmod(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(folder) })
	return folder
}

func TestAClusterKeepsItsDataAndItsVersion(t *testing.T) {
	folder := newFolder(t)
	for range 2 { // the second start finds the database
		cluster, err := db.StartCluster(context.Background(), folder, "fsync=off")
		if err != nil {
			t.Fatal(err)
		}
		if err = db.Migrate(context.Background(), cluster.OwnerURL(), cluster.AppURL()); err != nil {
			t.Error(err)
		}
		cluster.Stop()
	}
	pin := filepath.Join(folder, "postgres", "data", "PG_VERSION")
	if err := os.WriteFile(pin, []byte("7\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := db.StartCluster(context.Background(), folder); err == nil || !strings.Contains(err.Error(), "postgresql-7") {
		t.Errorf("error %v, want one that says which Postgres to install", err)
	}
}

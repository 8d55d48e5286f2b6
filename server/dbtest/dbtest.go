// Package dbtest gives each test a real, migrated Postgres database of its own.
//
// A test package starts one private cluster (TestMain calls Main) and every test clones a migrated
// template, which takes some tens of milliseconds.
package dbtest

import (
	"context"
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/jmoiron/sqlx"

	"teleconsult/server/db"
)

const template = "template_teleconsult"

// ownerRole owns the schema, and the database as it does in production.
const ownerRole = "teleconsult_owner"

var (
	cluster *db.Cluster
	start   sync.Once
	folder  string
	failure error
	count   atomic.Int64
)

// Main runs the tests of a package and stops its cluster after them. Use it as
//
//	func TestMain(m *testing.M) { dbtest.Main(m) }
func Main(m *testing.M) {
	code := m.Run()
	if cluster != nil {
		cluster.Stop()
	}
	if folder != "" {
		_ = os.RemoveAll(folder)
	}
	os.Exit(code)
}

// URLs clones the template and returns the addresses of the clone for the server's role and for the owner.
func URLs(t testing.TB) (app, owner string) {
	t.Helper()
	start.Do(func() { failure = prepare(context.Background()) })
	if failure != nil {
		t.Fatalf("start the test cluster: %v", failure)
	}
	name := fmt.Sprintf("test_%d", count.Add(1))
	super(t, "CREATE DATABASE "+name+" OWNER "+ownerRole+" TEMPLATE "+template+" STRATEGY file_copy")
	t.Cleanup(func() { super(t, "DROP DATABASE "+name+" WITH (FORCE)") })
	return cluster.URLOf("app", name), cluster.URLOf("owner", name)
}

// New clones the template and connects to it as the server does.
func New(t testing.TB) *db.DB {
	t.Helper()
	app, _ := URLs(t)
	d, err := db.Open(context.Background(), app)
	if err != nil {
		t.Fatalf("open the test database: %v", err)
	}
	t.Cleanup(func() { _ = d.Close() })
	return d
}

func prepare(ctx context.Context) error {
	var err error
	if folder, err = os.MkdirTemp("", "teleconsult-test-"); err != nil {
		return err
	}
	if err = os.Chmod(folder, 0o755); err != nil { //nolint:gosec // Postgres runs as another user when the tests run as root
		return err
	}
	cluster, err = db.StartCluster(ctx, folder, "fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=300")
	if err != nil {
		return err
	}
	if err = db.Migrate(ctx, cluster.OwnerURL(), cluster.AppURL()); err != nil {
		return err
	}
	pool, err := sqlx.Open("postgres", cluster.SuperURL())
	if err != nil {
		return err
	}
	defer func() { _ = pool.Close() }()
	_, err = pool.ExecContext(ctx, "ALTER DATABASE teleconsult RENAME TO "+template)
	return err
}

func super(t testing.TB, statement string) {
	t.Helper()
	pool, err := sqlx.Open("postgres", cluster.SuperURL())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = pool.Close() }()
	if _, err = pool.ExecContext(context.Background(), statement); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}

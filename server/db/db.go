// Package db opens Postgres, runs transactions behind the departments' wall, and translates its errors.
package db

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"
	_ "github.com/lib/pq" // the driver
)

// Tx is the transaction that use cases pass to the stores.
type Tx = *sqlx.Tx

// txTimeout bounds every transaction that asks for no more: Fiber's request contexts do not end when the client leaves.
const txTimeout = 10 * time.Second

type patienceKey struct{}

// Patient lets the transactions of a context last longer than others, for work on thousands of rows.
func Patient(ctx context.Context, patience time.Duration) context.Context {
	return context.WithValue(ctx, patienceKey{}, patience)
}

func patience(ctx context.Context) time.Duration {
	if p, ok := ctx.Value(patienceKey{}).(time.Duration); ok {
		return p
	}
	return txTimeout
}

// Scope says whose rows a transaction may see. Its zero value sees none.
type Scope struct {
	departments []string
	system      string
}

// Departments is the scope of a person: the rows of these departments (ids) and no others.
func Departments(ids ...string) Scope { return Scope{departments: ids} }

// System is the scope of a machine task that serves all departments. Its name goes into the session
// settings, so that a look at pg_stat_activity or a policy can tell the tasks apart.
func System(name string) Scope { return Scope{system: name} }

// DB is the pool of one database, connected as the role that owns nothing.
type DB struct {
	pool *sqlx.DB
	// Around, when given, is called at the beginning of each transaction (InTx): it returns the context that the
	// transaction runs in, and what is called once it has committed. Set it before the first use.
	Around func(ctx context.Context) (in context.Context, committed func())
}

// Open connects to databaseURL (a postgres:// URL) and waits until it answers or ctx ends.
func Open(ctx context.Context, databaseURL string) (*DB, error) {
	pool, err := open(databaseURL)
	if err != nil {
		return nil, err
	}
	pool.SetMaxOpenConns(20)
	pool.SetMaxIdleConns(20)
	pool.SetConnMaxIdleTime(5 * time.Minute)
	d := &DB{pool: pool}
	for {
		if err = d.Ping(ctx); err == nil {
			return d, nil
		}
		select {
		case <-ctx.Done():
			_ = pool.Close()
			return nil, fmt.Errorf("connect to the database: %w", err)
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// Over works on a pool that somebody else opened, for measuring beside it.
func Over(pool *sqlx.DB) *DB { return &DB{pool: pool} }

func open(databaseURL string) (*sqlx.DB, error) {
	withParameters, err := withBinaryParameters(databaseURL)
	if err != nil {
		return nil, err
	}
	pool, err := sqlx.Open("postgres", withParameters)
	if err != nil {
		return nil, fmt.Errorf("open the database: %w", err)
	}
	return pool, nil
}

// withBinaryParameters makes lib/pq send a query and its parameters in one round trip instead of two,
// which also is what lets it work behind a transaction pooler.
func withBinaryParameters(databaseURL string) (string, error) {
	u, err := url.Parse(databaseURL)
	if err != nil || !strings.HasPrefix(u.Scheme, "postgres") {
		return "", fmt.Errorf("the database URL is not of the form postgres://user@host/name")
	}
	q := u.Query()
	q.Set("binary_parameters", "yes")
	u.RawQuery = q.Encode()
	return u.String(), nil
}

// Close ends all connections.
func (d *DB) Close() error { return d.pool.Close() }

// Ping tells whether the database answers.
func (d *DB) Ping(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	return Translate(d.pool.PingContext(ctx))
}

// GetContext reads one row without a transaction: one round trip instead of four, for what every request asks.
// No scope is set, so a table behind the departments' wall shows it nothing.
func (d *DB) GetContext(ctx context.Context, dest any, query string, args ...any) error {
	ctx, cancel := context.WithTimeout(ctx, txTimeout)
	defer cancel()
	return Translate(d.pool.GetContext(ctx, dest, query, args...))
}

// InTx runs fn in one transaction that sees only the scope's rows. It commits when fn returns nil and
// rolls back otherwise. Errors of the database come back as faults (see Translate).
func (d *DB) InTx(ctx context.Context, scope Scope, fn func(ctx context.Context, tx Tx) error) error {
	ctx, cancel := context.WithTimeout(ctx, patience(ctx))
	defer cancel()
	committed := func() {}
	if d.Around != nil {
		ctx, committed = d.Around(ctx)
	}
	tx, err := d.pool.BeginTxx(ctx, nil)
	if err != nil {
		return Translate(err)
	}
	defer func() { _ = tx.Rollback() }() // after Commit it does nothing
	const set = `SELECT set_config('teleconsult.departments', $1, true), set_config('teleconsult.system', $2, true)`
	if _, err = tx.ExecContext(ctx, set, "{"+strings.Join(scope.departments, ",")+"}", scope.system); err != nil {
		return Translate(err)
	}
	if err = fn(ctx, tx); err != nil {
		return Translate(err)
	}
	if err = tx.Commit(); err != nil {
		return Translate(err)
	}
	committed()
	return nil
}

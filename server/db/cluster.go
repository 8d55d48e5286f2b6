package db

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"time"
)

const (
	superRole    = "teleconsult_cluster"
	ownerRole    = "teleconsult_owner"
	appRole      = "teleconsult_app"
	databaseName = "teleconsult"
)

// environment is all that Postgres gets to know of this process's environment, which holds secrets.
var environment = []string{"PATH=/usr/bin:/bin", "LC_ALL=C.UTF-8", "TZ=UTC"}

// Cluster is a private Postgres that lives and dies with this process. It listens on a unix socket in a
// folder that only its user may enter, and on no network port.
type Cluster struct {
	place  place
	done   chan struct{}
	stop   chan struct{}
	output *lastLines
}

// StartCluster starts the cluster of a data folder with the machine's Postgres binaries, creating it the
// first time. settings are extra "name=value" server settings.
// The error says in one line what to install when the machine has no Postgres.
func StartCluster(ctx context.Context, dataDir string, settings ...string) (*Cluster, error) {
	p, err := findPlace(dataDir)
	if err != nil {
		return nil, err
	}
	if err = p.initialise(ctx); err != nil {
		return nil, err
	}
	c := &Cluster{place: p, done: make(chan struct{}), stop: make(chan struct{}), output: &lastLines{}}
	started := make(chan error, 1)
	go c.run(started, settings)
	if err = <-started; err != nil {
		return nil, fmt.Errorf("start Postgres: %w", err)
	}
	if err = c.waitUntilReady(ctx); err != nil {
		c.Stop()
		return nil, err
	}
	if err = c.createRoles(ctx); err != nil {
		c.Stop()
		return nil, err
	}
	return c, nil
}

// run keeps one OS thread for the life of the server: Pdeathsig fires when the *thread* that started the
// child ends, so this thread must not end before the process does.
func (c *Cluster) run(started chan<- error, settings []string) {
	runtime.LockOSThread()
	defer close(c.done)
	args := []string{"-D", c.place.data, "-k", c.place.socket, "-h", "", "-c", "log_min_messages=warning"}
	for _, s := range settings {
		args = append(args, "-c", s)
	}
	cmd := exec.Command(filepath.Join(c.place.bin, "postgres"), args...) //nolint:noctx,gosec // it lives as long as the process; the path is the one found
	cmd.Stderr = c.output
	cmd.Env = environment
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGINT, Credential: c.place.credential, Setpgid: true}
	err := cmd.Start()
	started <- err
	if err != nil {
		return
	}
	ended := make(chan struct{})
	go func() {
		_ = cmd.Wait()
		close(ended)
	}()
	select {
	case <-ended:
	case <-c.stop:
		_ = cmd.Process.Signal(syscall.SIGINT) // fast shutdown: roll back, checkpoint, end
		<-ended
	}
}

// Stop shuts the cluster down cleanly and waits for it. It may be called once.
func (c *Cluster) Stop() {
	select {
	case <-c.done:
	default:
		close(c.stop)
		<-c.done
	}
}

// AppURL is how the server connects: a role that owns nothing, under row-level security.
func (c *Cluster) AppURL() string { return c.url(appRole, databaseName) }

// OwnerURL is how migrations connect.
func (c *Cluster) OwnerURL() string { return c.url(ownerRole, databaseName) }

// SuperURL is for tests, which create databases.
func (c *Cluster) SuperURL() string { return c.url(superRole, "postgres") }

// URLOf is the address of another database of this cluster for the named role: "app" or "owner".
func (c *Cluster) URLOf(role, database string) string {
	if role == "owner" {
		return c.url(ownerRole, database)
	}
	return c.url(appRole, database)
}

func (c *Cluster) url(role, database string) string {
	q := url.Values{"host": {c.place.socket}, "user": {role}, "sslmode": {"disable"}}
	return "postgres:///" + database + "?" + q.Encode()
}

func (c *Cluster) waitUntilReady(ctx context.Context) error {
	pool, err := open(c.SuperURL())
	if err != nil {
		return err
	}
	defer func() { _ = pool.Close() }()
	ctx, cancel := context.WithTimeout(ctx, 60*time.Second)
	defer cancel()
	for {
		if err = pool.PingContext(ctx); err == nil {
			return nil
		}
		select {
		case <-c.done:
			return fmt.Errorf("the embedded Postgres ended at its start: %s", c.output)
		case <-ctx.Done():
			return fmt.Errorf("the embedded Postgres does not answer: %w", err)
		case <-time.After(10 * time.Millisecond):
		}
	}
}

func (c *Cluster) createRoles(ctx context.Context) error {
	pool, err := open(c.SuperURL())
	if err != nil {
		return err
	}
	defer func() { _ = pool.Close() }()
	var exists bool
	if err = pool.GetContext(ctx, &exists, `SELECT EXISTS (SELECT 1 FROM pg_database WHERE datname = $1)`, databaseName); err != nil {
		return fmt.Errorf("look for the database: %w", err)
	}
	if exists {
		return nil
	}
	for _, statement := range []string{
		`DO $$ BEGIN
			IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = '` + ownerRole + `') THEN
				CREATE ROLE ` + ownerRole + ` LOGIN NOSUPERUSER NOBYPASSRLS;
			END IF;
			IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = '` + appRole + `') THEN
				CREATE ROLE ` + appRole + ` LOGIN NOSUPERUSER NOBYPASSRLS;
			END IF;
		END $$`,
		`CREATE DATABASE ` + databaseName + ` OWNER ` + ownerRole,
	} {
		if _, err = pool.ExecContext(ctx, statement); err != nil {
			return fmt.Errorf("create roles and database: %w", err)
		}
	}
	return nil
}

// initialise makes the data folder once; a half-made one (a kill during initdb) is made anew.
func (p place) initialise(ctx context.Context) error {
	if _, err := os.Stat(filepath.Join(p.data, "PG_VERSION")); err == nil {
		return nil
	}
	making := p.data + ".making"
	if err := os.RemoveAll(making); err != nil {
		return fmt.Errorf("clear an unfinished data folder: %w", err)
	}
	cmd := exec.CommandContext(ctx, filepath.Join(p.bin, "initdb"), //nolint:gosec // the path is the one found
		"-D", making, "-U", superRole, "-E", "UTF8", "--locale=C.UTF-8", "--auth=trust", "--no-sync", "--no-instructions")
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: p.credential}
	cmd.Env = environment
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %w: %s", err, bytes.TrimSpace(out))
	}
	if err := os.Rename(making, p.data); err != nil {
		return fmt.Errorf("finish the data folder: %w", err)
	}
	return nil
}

// lastLines keeps the end of what the server said, for the error that explains why it ended.
type lastLines struct{ buf bytes.Buffer }

func (l *lastLines) Write(b []byte) (int, error) {
	if l.buf.Len() > 16<<10 {
		l.buf.Reset()
	}
	return l.buf.Write(b)
}

func (l *lastLines) String() string {
	lines := strings.Split(strings.TrimSpace(l.buf.String()), "\n")
	if len(lines) > 3 {
		lines = lines[len(lines)-3:]
	}
	return strings.Join(lines, " / ")
}

var errNoPostgres = errors.New("no Postgres on this machine: install it with “apt-get install postgresql”, or set DATABASE_URL")

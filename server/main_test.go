package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"net"
	"os"
	"strconv"
	"strings"
	"testing"

	"teleconsult/server/dbtest"
)

// command runs the program to its end and returns what it wrote.
func command(t *testing.T, environ []string, stdin string, args ...string) (string, error) {
	t.Helper()
	var out bytes.Buffer
	err := run(t.Context(), args, environ, strings.NewReader(stdin), &out)
	return out.String(), err
}

func TestCommands(t *testing.T) {
	t.Parallel()
	if out, err := command(t, nil, "", "help"); err != nil || out != usage {
		t.Errorf("help: %v", err)
	}
	if out, err := command(t, nil, "", "version"); err != nil || strings.TrimSpace(out) != version {
		t.Errorf("version: %q, %v", out, err)
	}
	for _, args := range [][]string{{"frobnicate"}, {"admin"}, {"admin", "delete"}} {
		if _, err := command(t, nil, "", args...); !errors.Is(err, errUsage) {
			t.Errorf("%v: %v", args, err)
		}
	}
	for _, name := range []string{"serve", "migrate", "health", "demo"} {
		_, err := command(t, []string{"DATABASE_URL=postgres://app@db/teleconsult"}, "", name)
		if err == nil || !strings.Contains(err.Error(), "ENV") || strings.Contains(err.Error(), "app@db") {
			t.Errorf("%s with a forgotten ENV: %v", name, err)
		}
	}
	if _, err := command(t, nil, "", "migrate"); err == nil || !strings.Contains(err.Error(), "MIGRATE_DATABASE_URL") {
		t.Errorf("migrate without an owner: %v", err)
	}
	if _, err := command(t, []string{"DATABASE_URL=postgres://app@db/teleconsult", "ENV=development"}, "", "demo"); err == nil {
		t.Error("demo people on a database that others reach")
	}
}

func TestTheDescriptionIsTheSameTwice(t *testing.T) {
	t.Parallel()
	one, err := command(t, nil, "", "openapi")
	if err != nil {
		t.Fatal(err)
	}
	two, err := command(t, []string{"DATABASE_URL=ignored"}, "", "openapi")
	if err != nil || one != two || !json.Valid([]byte(one)) {
		t.Errorf("%v, the same: %v", err, one == two)
	}
}

func TestAdministratorsAreMadeOnce(t *testing.T) {
	t.Parallel()
	app, owner := dbtest.URLs(t)
	environ := []string{"DATABASE_URL=" + app, "MIGRATE_DATABASE_URL=" + owner, "ENV=development", "DATA_DIR=" + t.TempDir()}
	if out, err := command(t, environ, "", "migrate"); err != nil || !strings.Contains(out, "up to date") {
		t.Fatalf("migrate: %q, %v", out, err)
	}
	who := []string{"admin", "create", "--email", "Root@hopital.example", "--family-name", "Racine", "--given-name", "Anne"}
	for name, test := range map[string]struct {
		args  []string
		stdin string
		want  string
	}{
		"no address":         {[]string{"admin", "create"}, "", "--email"},
		"no name":            {who[:4], "", "--family-name"},
		"an unknown flag":    {append(who[:len(who):len(who)], "--password", "x"), "", "password"},
		"no password":        {who, "", "standard input"},
		"a short password":   {who, "short\n", "password_too_short"},
		"the name inside it": {append([]string{"admin", "create", "--email", "racine@hopital.example"}, who[4:]...), "racine-racine-racine\n", "password_contains_name"},
	} {
		if _, err := command(t, environ, test.stdin, test.args...); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if out, err := command(t, environ, "une longue phrase\n", who...); err != nil || !strings.Contains(out, "created") {
		t.Fatalf("%q, %v", out, err)
	}
	if _, err := command(t, environ, "une longue phrase\n", who...); err == nil || !strings.Contains(err.Error(), "exists already") {
		t.Errorf("twice: %v", err)
	}
}

func TestHealth(t *testing.T) {
	t.Parallel()
	a := startApp(t)
	_, port, err := net.SplitHostPort(strings.TrimPrefix(a.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err = command(t, []string{"PORT=" + port}, "", "health"); err != nil {
		t.Errorf("a running server: %v", err)
	}
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = free.Close() }()
	taken := strconv.Itoa(free.Addr().(*net.TCPAddr).Port)
	if _, err = command(t, []string{"PORT=" + taken, "DATA_DIR=" + t.TempDir()}, "", "serve"); err == nil || !strings.Contains(err.Error(), "listen") {
		t.Errorf("a port that is taken: %v", err)
	}
	_ = free.Close()
	if _, err = command(t, []string{"PORT=" + taken}, "", "health"); err == nil {
		t.Error("no server, and healthy")
	}
	if _, err = os.Stat("data"); err == nil {
		t.Error("a command left a data folder behind")
	}
}

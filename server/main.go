// Command teleconsult is the whole product in one binary: the server, its migrations, and the few tasks
// of its operator.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
)

// version is set by the build (-ldflags "-X main.version=…").
var version = "development"

const usage = `usage: teleconsult <command>

  serve          answer requests (without DATABASE_URL: with a private database and demo people)
  migrate        bring the schema up to date as its owner (MIGRATE_DATABASE_URL)
  demo           fill the embedded database with demo people and a day of encounters, then stop
  admin create   create an administrator: admin create --email … --family-name … --given-name …
                 (the password is read from the standard input)
  openapi        write the description of the API
  health         ask a running server on PORT whether it is ready (exit status 0 or 1)
  version        write the version
`

// errUsage is returned for a command line that says nothing this program knows.
var errUsage = errors.New("unknown command")

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Environ(), os.Stdin, os.Stdout)
	stop()
	switch {
	case errors.Is(err, errUsage):
		fmt.Fprint(os.Stderr, usage)
		os.Exit(2)
	case err != nil:
		fmt.Fprintln(os.Stderr, "teleconsult:", err)
		os.Exit(1)
	}
}

// run is the program without its process: tests start it too. It ends when ctx does.
func run(ctx context.Context, args, environ []string, stdin io.Reader, stdout io.Writer) error {
	command := "serve"
	if len(args) > 0 {
		command, args = args[0], args[1:]
	}
	switch command {
	case "serve":
		return serve(ctx, environ, stdout)
	case "migrate":
		return migrate(ctx, environ, stdout)
	case "demo":
		return fillDemo(ctx, environ, stdout)
	case "admin":
		return admin(ctx, args, environ, stdin, stdout)
	case "openapi":
		return describeAPI(stdout)
	case "health":
		return health(ctx, environ)
	case "version":
		_, err := fmt.Fprintln(stdout, version)
		return err
	case "help", "-h", "--help":
		_, err := fmt.Fprint(stdout, usage)
		return err
	}
	return errUsage
}

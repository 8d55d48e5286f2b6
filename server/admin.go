package main

import (
	"bufio"
	"context"
	"flag"
	"fmt"
	"io"
	"net/mail"
	"strings"

	"github.com/google/uuid"

	"teleconsult/server/auth"
	"teleconsult/server/config"
	"teleconsult/server/db"
	"teleconsult/server/staff"
	"teleconsult/server/trace"
)

// admin creates the first administrator. The password comes from the standard input: a command line is
// seen by every user of the machine.
func admin(ctx context.Context, args, environ []string, stdin io.Reader, stdout io.Writer) error {
	if len(args) == 0 || args[0] != "create" {
		return errUsage
	}
	member, err := parseAdministrator(args[1:])
	if err != nil {
		return err
	}
	cfg, err := config.Read(environ)
	if err != nil {
		return err
	}
	line, err := bufio.NewReader(stdin).ReadString('\n')
	if err != nil && line == "" {
		return fmt.Errorf("give the password on the standard input: %w", err)
	}
	password := strings.TrimRight(line, "\r\n")
	if err = auth.CheckNewPassword(password, member.Email); err != nil {
		return fmt.Errorf("the password is refused: %w", err)
	}
	database, err := openDatabase(ctx, cfg)
	if err != nil {
		return err
	}
	defer database.close()
	err = database.InTx(ctx, db.System("administration"), func(ctx context.Context, tx db.Tx) error {
		if err := staff.Insert(ctx, tx, member, auth.HashPassword(password)); err != nil {
			return err
		}
		return trace.Append(ctx, tx, clock(), trace.BySystem(), trace.Event{Action: "staff.create", Data: map[string]any{"staffId": member.ID, "admin": true}})
	})
	if db.IsUnique(err, "staff_email_key") {
		return fmt.Errorf("an account with this e-mail address exists already")
	}
	if err != nil {
		return fmt.Errorf("create the administrator: %w", err)
	}
	_, err = fmt.Fprintln(stdout, "administrator created")
	return err
}

func parseAdministrator(args []string) (staff.Member, error) {
	m := staff.Member{ID: uuid.Must(uuid.NewV7()).String(), IsAdmin: true}
	flags := flag.NewFlagSet("admin create", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.StringVar(&m.Email, "email", "", "")
	flags.StringVar(&m.FamilyName, "family-name", "", "")
	flags.StringVar(&m.GivenName, "given-name", "", "")
	flags.StringVar(&m.Title, "title", "", "")
	if err := flags.Parse(args); err != nil {
		return m, fmt.Errorf("admin create: %w", err)
	}
	m.Email = strings.ToLower(strings.TrimSpace(m.Email))
	if address, err := mail.ParseAddress(m.Email); err != nil || address.Address != m.Email {
		return m, fmt.Errorf("admin create: --email must be an e-mail address")
	}
	if strings.TrimSpace(m.FamilyName) == "" || strings.TrimSpace(m.GivenName) == "" {
		return m, fmt.Errorf("admin create: --family-name and --given-name are needed")
	}
	return m, nil
}

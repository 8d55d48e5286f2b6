package auth

import (
	"context"
	"errors"

	"teleconsult/server/db"
	"teleconsult/server/fault"
	"teleconsult/server/trace"
)

// ChangePassword gives the caller another password and ends their other sessions: whoever learned the old one
// is signed out with it. The current password is asked so that a device left open does not give the account away.
func (s *Service) ChangePassword(ctx context.Context, c Caller, current, next string) error {
	tries := Attempt{Kind: "password.current", Value: c.StaffID, Free: freePerPair}
	var who account
	err := s.db.InTx(ctx, systemScope, func(ctx context.Context, tx db.Tx) error {
		if err := s.limiter.Take(ctx, tx, s.now(), tries); err != nil {
			return err
		}
		var err error
		who, err = findAccount(ctx, tx, c.Email)
		return err
	})
	if err != nil {
		return err
	}
	ok, _, err := s.passwords.matches(ctx, who.PasswordHash, current)
	if err != nil {
		return err
	}
	violations := checkChange(ok, c.Email, current, next)
	hash := ""
	if len(violations) == 0 {
		hash = HashPassword(next)
	}
	err = s.db.InTx(ctx, systemScope, func(ctx context.Context, tx db.Tx) error {
		if !ok {
			return trace.Append(ctx, tx, s.now(), c.Actor(), trace.Event{Action: "password.refuse"})
		}
		if err := s.limiter.Forget(ctx, tx, tries); err != nil || len(violations) > 0 {
			return err
		}
		if err := ReplacePassword(ctx, tx, c.StaffID, hash, c.sessionKey); err != nil {
			return err
		}
		return trace.Append(ctx, tx, s.now(), c.Actor(), trace.Event{Action: "password.change"})
	})
	if err != nil {
		return err
	}
	return fault.Invalid(violations...)
}

// checkChange says what is wrong with a change of password; right tells whether the current one was given.
func checkChange(right bool, email, current, next string) []fault.Violation {
	var violations []fault.Violation
	if !right {
		violations = append(violations, fault.Violation{
			Field: "current", Code: "wrong_password", Message: "Ce n’est pas votre mot de passe actuel.",
		})
	}
	if f, refused := errors.AsType[*fault.Error](CheckNewPassword(next, email)); refused {
		for _, v := range f.Violations {
			v.Field = "next"
			violations = append(violations, v)
		}
	} else if right && next == current {
		violations = append(violations, fault.Violation{
			Field: "next", Code: "password_unchanged", Message: "Choisissez un autre mot de passe que l’actuel.",
		})
	}
	return violations
}

// ReplacePassword stores the PHC string of a person's new password and ends their sessions, all but the one
// with the key keep ("" keeps none).
func ReplacePassword(ctx context.Context, tx db.Tx, staffID, phc, keep string) error {
	if err := savePassword(ctx, tx, staffID, phc); err != nil {
		return err
	}
	var but []byte
	if keep != "" {
		var err error
		if but, err = hashOf(keep); err != nil {
			return err
		}
	}
	return deleteSessions(ctx, tx, staffID, but)
}

package auth

import (
	"context"
	"strconv"
	"strings"
	"time"

	"teleconsult/server/db"
	"teleconsult/server/fault"
	"teleconsult/server/secret"
	"teleconsult/server/trace"
)

// systemScope is the named scope of signing in: nobody's departments are known before.
var systemScope = db.System("sign-in")

// Credentials are what somebody signs in with.
type Credentials struct {
	Email    string
	Password string
}

// How many wrong passwords are free within a quarter of an hour: from one place for one account, for one
// account from everywhere, and from one place for all accounts (a hospital may have one address).
const (
	freePerPair    = 5
	freePerAccount = 20
	freePerClient  = 50
)

var errCredentials = fault.New(fault.KindUnauthenticated, "wrong_credentials", "L’adresse ou le mot de passe ne convient pas.")

// SignIn opens a session and returns its token with the caller. Whether the address or the password was
// wrong is not told, in words or in time.
func (s *Service) SignIn(ctx context.Context, in Credentials) (token string, caller Caller, err error) {
	email := strings.ToLower(strings.TrimSpace(in.Email))
	client := ClientFrom(ctx)
	mine := []Attempt{
		{Kind: "sign-in.pair", Value: email + " " + Network(client.Address), Free: freePerPair},
		{Kind: "sign-in.account", Value: email, Free: freePerAccount},
	}
	shared := Attempt{Kind: "sign-in.client", Value: Network(client.Address), Free: freePerClient}
	var who account
	err = s.db.InTx(ctx, systemScope, func(ctx context.Context, tx db.Tx) error {
		if err := s.limiter.Take(ctx, tx, s.now(), mine[0], mine[1], shared); err != nil {
			return err
		}
		who, err = findAccount(ctx, tx, email)
		return err
	})
	if err != nil {
		return "", Caller{}, err
	}
	ok, stale, err := s.passwords.matches(ctx, who.PasswordHash, in.Password)
	if err != nil {
		return "", Caller{}, err
	}
	if !ok || who.Disabled {
		return "", Caller{}, s.refuse(ctx, who, client)
	}
	token = secret.NewLongToken()
	err = s.db.InTx(ctx, systemScope, func(ctx context.Context, tx db.Tx) error {
		if err := s.limiter.Forget(ctx, tx, mine...); err != nil {
			return err
		}
		if err := s.limiter.Refund(ctx, tx, shared); err != nil {
			return err
		}
		if stale {
			if err := savePassword(ctx, tx, who.ID, HashPassword(in.Password)); err != nil {
				return err
			}
		}
		caller, err = s.open(ctx, tx, who.ID, token, client)
		return err
	})
	return token, caller, err
}

func (s *Service) open(ctx context.Context, tx db.Tx, staffID, token string, client Client) (Caller, error) {
	now := s.now()
	hash := secret.HashToken(token)
	if err := insertSession(ctx, tx, hash, staffID, now, now.Add(s.lifetime)); err != nil {
		return Caller{}, err
	}
	found, err := findSession(ctx, tx, hash)
	if err != nil {
		return Caller{}, err
	}
	caller := found.caller
	caller.RequestID, caller.ClientAddress = client.RequestID, client.Address
	return caller, trace.Append(ctx, tx, now, caller.Actor(), trace.Event{Action: "session.open"})
}

// refuse leaves a trace of the failure; the address that was tried is kept only when it is somebody's.
func (s *Service) refuse(ctx context.Context, who account, client Client) error {
	reason := "wrong-password"
	switch {
	case who.ID == "":
		reason = "unknown-account"
	case who.Disabled:
		reason = "disabled-account"
	}
	by := trace.Actor{Kind: trace.Staff, ID: who.ID, RequestID: client.RequestID, ClientAddress: client.Address}
	err := s.db.InTx(ctx, systemScope, func(ctx context.Context, tx db.Tx) error {
		return trace.Append(ctx, tx, s.now(), by, trace.Event{Action: "session.refuse", Data: map[string]any{"reason": reason}})
	})
	if err != nil {
		return err
	}
	return errCredentials
}

func seconds(d time.Duration) string { return strconv.FormatInt(int64(d/time.Second), 10) }

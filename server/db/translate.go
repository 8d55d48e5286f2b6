package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"net"

	"github.com/lib/pq"

	"teleconsult/server/fault"
)

// IsUnique tells whether err is a violation of the named unique constraint or index.
func IsUnique(err error, constraint string) bool {
	e, ok := errors.AsType[*pq.Error](err)
	return ok && e.Code == "23505" && e.Constraint == constraint
}

// IsDeadlock tells whether Postgres ended a transaction because it and another waited for each other: nothing was
// written, and the same may go well a moment later.
func IsDeadlock(err error) bool {
	e, ok := errors.AsType[*pq.Error](err)
	return ok && e.Code == "40P01"
}

// Translate turns an error of the database into a fault where it has a meaning for the caller.
// Faults and unknown errors pass through unchanged; nil stays nil.
func Translate(err error) error {
	if err == nil || fault.KindOf(err) != 0 {
		return err
	}
	if errors.Is(err, sql.ErrNoRows) {
		return fault.New(fault.KindNotFound, "not_found", "Cet élément n’existe pas ou n’est pas accessible.").Because(err)
	}
	if e, ok := errors.AsType[*pq.Error](err); ok {
		return translatePostgres(e, err)
	}
	_, isNet := errors.AsType[net.Error](err)
	if isNet || errors.Is(err, driver.ErrBadConn) || errors.Is(err, sql.ErrConnDone) ||
		errors.Is(err, context.DeadlineExceeded) {
		return unavailable(err)
	}
	return err
}

func translatePostgres(e *pq.Error, err error) error {
	switch e.Code.Class() {
	case "08", "53", "57": // connection, resources, operator intervention
		return unavailable(err)
	case "40": // serialisation failure, deadlock
		return fault.New(fault.KindConflict, "try_again",
			"Une autre personne modifiait la même donnée. Réessayez.").Because(err)
	}
	switch e.Code {
	case "23505":
		return fault.New(fault.KindConflict, "already_exists", "Cet élément existe déjà.").Because(err)
	case "22P02", "22P05", "22003", "22007", "22008", "22021": // 22P05: a NUL inside of JSON
		return fault.New(fault.KindInvalid, "unreadable_value", "Une valeur n’est pas lisible.").Because(err)
	case "42501": // row-level security or a missing grant
		return fault.New(fault.KindNotFound, "not_found", "Cet élément n’existe pas ou n’est pas accessible.").Because(err)
	}
	return err
}

func unavailable(err error) error {
	f := fault.New(fault.KindUnavailable, "database_unavailable",
		"La base de données ne répond pas. Rien n’est perdu : réessayez dans quelques secondes.")
	f.RetryAfter = 5
	return f.Because(err)
}

package auth

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/lib/pq"

	"teleconsult/server/db"
)

// account is what signing in needs of a member of staff; the zero account is nobody's.
type account struct {
	ID           string `db:"id"`
	PasswordHash string `db:"password_hash"`
	Disabled     bool   `db:"disabled"`
}

// findAccount returns the zero account for an unknown address: the caller must go on as if it were known.
func findAccount(ctx context.Context, tx db.Tx, email string) (account, error) {
	var a account
	const query = `SELECT id, password_hash, disabled_at IS NOT NULL AS disabled FROM staff WHERE email = $1`
	err := tx.GetContext(ctx, &a, query, strings.ToValidUTF8(strings.ReplaceAll(email, "\x00", ""), ""))
	if errors.Is(err, sql.ErrNoRows) {
		return account{}, nil
	}
	if err != nil {
		return account{}, fmt.Errorf("find an account: %w", err)
	}
	return a, nil
}

func savePassword(ctx context.Context, tx db.Tx, staffID, hash string) error {
	if _, err := tx.ExecContext(ctx, `UPDATE staff SET password_hash = $2 WHERE id = $1`, staffID, hash); err != nil {
		return fmt.Errorf("save a password: %w", err)
	}
	return nil
}

func insertSession(ctx context.Context, tx db.Tx, hash []byte, staffID string, now, expires time.Time) error {
	const insert = `INSERT INTO session (token_hash, staff_id, created_at, last_seen_at, expires_at) VALUES ($1, $2, $3, $3, $4)`
	if _, err := tx.ExecContext(ctx, insert, hash, staffID, now, expires); err != nil {
		return fmt.Errorf("open a session: %w", err)
	}
	return nil
}

// reader is a transaction, or the pool where one row is all that is asked.
type reader interface {
	GetContext(ctx context.Context, dest any, query string, args ...any) error
}

// findSession returns a session with its owner, or a not-found fault. None of its tables is behind the wall.
func findSession(ctx context.Context, from reader, hash []byte) (session, error) {
	const query = `SELECT s.staff_id, s.last_seen_at, s.expires_at, p.disabled_at IS NOT NULL AS disabled,
			p.email, trim(p.title || ' ' || p.given_name || ' ' || p.family_name) AS name, p.is_admin,
			ARRAY(SELECT r.department_id || ' ' || r.role FROM staff_role AS r
				WHERE r.staff_id = s.staff_id ORDER BY r.department_id, r.role) AS roles,
			CASE WHEN p.is_admin THEN ARRAY(SELECT d.id::text FROM department AS d) ELSE '{}' END AS departments
		FROM session AS s JOIN staff AS p ON p.id = s.staff_id WHERE s.token_hash = $1`
	var row struct {
		StaffID     string         `db:"staff_id"`
		LastSeenAt  time.Time      `db:"last_seen_at"`
		ExpiresAt   time.Time      `db:"expires_at"`
		Disabled    bool           `db:"disabled"`
		Email       string         `db:"email"`
		Name        string         `db:"name"`
		IsAdmin     bool           `db:"is_admin"`
		Roles       pq.StringArray `db:"roles"`
		Departments pq.StringArray `db:"departments"`
	}
	if err := from.GetContext(ctx, &row, query, hash); err != nil {
		return session{}, db.Translate(fmt.Errorf("find a session: %w", err))
	}
	caller := Caller{
		StaffID: row.StaffID, Name: row.Name, Email: row.Email, Admin: row.IsAdmin,
		Roles: map[string][]Role{}, departments: row.Departments, sessionKey: sessionKeyOf(hash),
	}
	for _, r := range row.Roles {
		department, role, _ := strings.Cut(r, " ")
		caller.Roles[department] = append(caller.Roles[department], Role(role))
	}
	return session{
		StaffID: row.StaffID, LastSeenAt: row.LastSeenAt, ExpiresAt: row.ExpiresAt, Disabled: row.Disabled, caller: caller,
	}, nil
}

func touchSession(ctx context.Context, tx db.Tx, hash []byte, now time.Time) error {
	if _, err := tx.ExecContext(ctx, `UPDATE session SET last_seen_at = $2 WHERE token_hash = $1`, hash, now); err != nil {
		return fmt.Errorf("touch a session: %w", err)
	}
	return nil
}

// deleteSession removes a session and tells all instances.
func deleteSession(ctx context.Context, tx db.Tx, hash []byte) error {
	if _, err := tx.ExecContext(ctx, `DELETE FROM session WHERE token_hash = $1`, hash); err != nil {
		return fmt.Errorf("end a session: %w", err)
	}
	if _, err := tx.ExecContext(ctx, `SELECT pg_notify($1, $2)`, EndedChannel, sessionKeyOf(hash)); err != nil {
		return fmt.Errorf("tell that a session ended: %w", err)
	}
	return nil
}

// deleteSessions ends all sessions of a person but one (nil for none) and tells all instances.
func deleteSessions(ctx context.Context, tx db.Tx, staffID string, but []byte) error {
	const end = `WITH ended AS (
			DELETE FROM session WHERE staff_id = $1 AND token_hash IS DISTINCT FROM $2 RETURNING token_hash
		) SELECT pg_notify($3, encode(token_hash, 'hex')) FROM ended`
	if _, err := tx.ExecContext(ctx, end, staffID, but, EndedChannel); err != nil {
		return fmt.Errorf("end a person's sessions: %w", err)
	}
	return nil
}

func sweep(ctx context.Context, tx db.Tx, now, idleSince, attemptsBefore time.Time) error {
	if _, err := tx.ExecContext(ctx, `DELETE FROM session WHERE expires_at < $1 OR last_seen_at < $2`, now, idleSince); err != nil {
		return fmt.Errorf("remove old sessions: %w", err)
	}
	if _, err := tx.ExecContext(ctx, `DELETE FROM attempt_counter WHERE window_start < $1`, attemptsBefore); err != nil {
		return fmt.Errorf("remove old counters: %w", err)
	}
	return nil
}

func loadMeStaff(ctx context.Context, tx db.Tx, staffID string) (MeStaff, error) {
	var row struct {
		ID         string `db:"id"`
		Email      string `db:"email"`
		FamilyName string `db:"family_name"`
		GivenName  string `db:"given_name"`
		Title      string `db:"title"`
		IsAdmin    bool   `db:"is_admin"`
	}
	const query = `SELECT id, email, family_name, given_name, title, is_admin FROM staff WHERE id = $1`
	if err := tx.GetContext(ctx, &row, query, staffID); err != nil {
		return MeStaff{}, fmt.Errorf("load the caller: %w", err)
	}
	return MeStaff(row), nil
}

// loadMeDepartments returns the departments where the person has a role, by name.
func loadMeDepartments(ctx context.Context, tx db.Tx, staffID string) ([]MeDepartment, error) {
	rows := []struct {
		ID           string         `db:"id"`
		Code         string         `db:"code"`
		Name         string         `db:"name"`
		Hospital     string         `db:"hospital"`
		Phone        string         `db:"phone"`
		Timezone     string         `db:"timezone"`
		Tools        pq.StringArray `db:"tools"`
		SecureTools  pq.StringArray `db:"secure_tools"`
		PortalURL    string         `db:"portal_url"`
		CodingTarget string         `db:"coding_target"`
	}{}
	const query = `SELECT id, code, name, hospital, phone, timezone, tools, secure_tools, portal_url, coding_target
		FROM department AS d WHERE EXISTS (SELECT 1 FROM staff_role AS r WHERE r.department_id = d.id AND r.staff_id = $1)
		ORDER BY name, id`
	if err := tx.SelectContext(ctx, &rows, query, staffID); err != nil {
		return nil, fmt.Errorf("load the caller's departments: %w", err)
	}
	departments := make([]MeDepartment, 0, len(rows))
	for _, r := range rows {
		departments = append(departments, MeDepartment{
			ID: r.ID, Code: r.Code, Name: r.Name, Hospital: r.Hospital, Phone: r.Phone, Timezone: r.Timezone,
			Tools: r.Tools, SecureTools: r.SecureTools, PortalURL: r.PortalURL, CodingTarget: r.CodingTarget,
		})
	}
	return departments, nil
}

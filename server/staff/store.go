package staff

import (
	"context"
	"fmt"
	"strings"

	"teleconsult/server/db"
)

type row struct {
	ID         string `db:"id"`
	Email      string `db:"email"`
	FamilyName string `db:"family_name"`
	GivenName  string `db:"given_name"`
	Title      string `db:"title"`
	RPPS       string `db:"rpps"`
	IsAdmin    bool   `db:"is_admin"`
}

func (r row) member() Member {
	return Member(r)
}

// Practitioners returns those who may be planned in a department, by name.
func Practitioners(ctx context.Context, tx db.Tx, departmentID string) ([]Member, error) {
	rows := []row{}
	const query = `SELECT s.id, s.email, s.family_name, s.given_name, s.title, coalesce(s.rpps, '') AS rpps, s.is_admin
		FROM staff AS s JOIN staff_role AS r ON r.staff_id = s.id
		WHERE r.department_id = $1 AND r.role = 'practitioner' AND s.disabled_at IS NULL
		ORDER BY s.family_name, s.given_name, s.id`
	if err := tx.SelectContext(ctx, &rows, query, departmentID); err != nil {
		return nil, fmt.Errorf("practitioners of a department: %w", err)
	}
	members := make([]Member, 0, len(rows))
	for _, r := range rows {
		members = append(members, r.member())
	}
	return members, nil
}

// PractitionerOf returns the practitioner when they may be planned in the department, else a not-found fault.
func PractitionerOf(ctx context.Context, tx db.Tx, departmentID, staffID string) (Member, error) {
	var r row
	const query = `SELECT s.id, s.email, s.family_name, s.given_name, s.title, coalesce(s.rpps, '') AS rpps, s.is_admin
		FROM staff AS s JOIN staff_role AS r ON r.staff_id = s.id
		WHERE r.department_id = $1 AND r.role = 'practitioner' AND s.disabled_at IS NULL AND s.id = $2`
	if err := tx.GetContext(ctx, &r, query, departmentID, staffID); err != nil {
		return Member{}, db.Translate(err)
	}
	return r.member(), nil
}

// Insert adds a member with the PHC string of the password's hash.
func Insert(ctx context.Context, tx db.Tx, m Member, passwordHash string) error {
	const insert = `INSERT INTO staff (id, email, family_name, given_name, title, rpps, is_admin, password_hash)
		VALUES ($1, $2, $3, $4, $5, nullif($6, ''), $7, $8)`
	_, err := tx.ExecContext(ctx, insert, m.ID, strings.ToLower(m.Email), m.FamilyName, m.GivenName, m.Title, m.RPPS, m.IsAdmin, passwordHash)
	if err != nil {
		return fmt.Errorf("add a member of staff: %w", err)
	}
	return nil
}

// GiveRole lets a member act in a department as secretary, practitioner or manager.
func GiveRole(ctx context.Context, tx db.Tx, staffID, departmentID, role string) error {
	const insert = `INSERT INTO staff_role (staff_id, department_id, role) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`
	if _, err := tx.ExecContext(ctx, insert, staffID, departmentID, role); err != nil {
		return fmt.Errorf("give a role: %w", err)
	}
	return nil
}

package staff

import (
	"context"
	"fmt"

	"github.com/lib/pq"

	"teleconsult/server/auth"
	"teleconsult/server/db"
)

type colleagueRow struct {
	row
	Disabled bool           `db:"disabled"`
	Roles    pq.StringArray `db:"roles"`
}

func (r colleagueRow) colleague() Colleague {
	roles := make([]auth.Role, 0, len(r.Roles))
	for _, role := range r.Roles {
		roles = append(roles, auth.Role(role))
	}
	return Colleague{Member: r.member(), Roles: ordered(roles), Disabled: r.Disabled}
}

// $1 is the department.
const colleagueColumns = `s.id, s.email, s.family_name, s.given_name, s.title, coalesce(s.rpps, '') AS rpps, s.is_admin,
	s.disabled_at IS NOT NULL AS disabled,
	ARRAY(SELECT r.role FROM staff_role AS r WHERE r.staff_id = s.id AND r.department_id = $1) AS roles`

func colleagues(ctx context.Context, tx db.Tx, departmentID string) ([]Colleague, error) {
	rows := []colleagueRow{}
	const query = `SELECT ` + colleagueColumns + ` FROM staff AS s
		WHERE EXISTS (SELECT 1 FROM staff_role AS r WHERE r.staff_id = s.id AND r.department_id = $1)
		ORDER BY s.family_name, s.given_name, s.id`
	if err := tx.SelectContext(ctx, &rows, query, departmentID); err != nil {
		return nil, fmt.Errorf("people of a department: %w", err)
	}
	people := make([]Colleague, 0, len(rows))
	for _, r := range rows {
		people = append(people, r.colleague())
	}
	return people, nil
}

// colleague returns somebody with a role in the department, else a not-found fault.
func colleague(ctx context.Context, tx db.Tx, departmentID, staffID string) (Colleague, error) {
	var r colleagueRow
	const query = `SELECT ` + colleagueColumns + ` FROM staff AS s
		WHERE s.id = $2 AND EXISTS (SELECT 1 FROM staff_role AS r WHERE r.staff_id = s.id AND r.department_id = $1)`
	if err := tx.GetContext(ctx, &r, query, departmentID, staffID); err != nil {
		return Colleague{}, db.Translate(err)
	}
	return r.colleague(), nil
}

// findByEmail returns an account without its roles, else a not-found fault.
func findByEmail(ctx context.Context, tx db.Tx, email string) (Colleague, error) {
	var r colleagueRow
	const query = `SELECT id, email, family_name, given_name, title, coalesce(rpps, '') AS rpps, is_admin, disabled_at IS NOT NULL AS disabled
		FROM staff WHERE email = $1`
	if err := tx.GetContext(ctx, &r, query, email); err != nil {
		return Colleague{}, db.Translate(err)
	}
	return r.colleague(), nil
}

func rolesOf(ctx context.Context, tx db.Tx, departmentID, staffID string) ([]auth.Role, error) {
	roles := []auth.Role{}
	const query = `SELECT role FROM staff_role WHERE staff_id = $1 AND department_id = $2`
	if err := tx.SelectContext(ctx, &roles, query, staffID, departmentID); err != nil {
		return nil, fmt.Errorf("roles in a department: %w", err)
	}
	return roles, nil
}

func departmentsOf(ctx context.Context, tx db.Tx, staffID string) ([]string, error) {
	ids := []string{}
	const query = `SELECT DISTINCT department_id FROM staff_role WHERE staff_id = $1`
	if err := tx.SelectContext(ctx, &ids, query, staffID); err != nil {
		return nil, fmt.Errorf("departments of a member: %w", err)
	}
	return ids, nil
}

// lockDepartment makes the changes of a department's people come one after the other.
func lockDepartment(ctx context.Context, tx db.Tx, departmentID string) error {
	var id string
	if err := tx.GetContext(ctx, &id, `SELECT id FROM department WHERE id = $1 FOR NO KEY UPDATE`, departmentID); err != nil {
		return db.Translate(err)
	}
	return nil
}

// countManagers counts the managers of a department who can sign in.
func countManagers(ctx context.Context, tx db.Tx, departmentID string) (int, error) {
	var n int
	const query = `SELECT count(*) FROM staff_role AS r JOIN staff AS s ON s.id = r.staff_id
		WHERE r.department_id = $1 AND r.role = 'manager' AND s.disabled_at IS NULL`
	if err := tx.GetContext(ctx, &n, query, departmentID); err != nil {
		return 0, fmt.Errorf("count the managers of a department: %w", err)
	}
	return n, nil
}

func takeRole(ctx context.Context, tx db.Tx, staffID, departmentID string, role auth.Role) error {
	const remove = `DELETE FROM staff_role WHERE staff_id = $1 AND department_id = $2 AND role = $3`
	if _, err := tx.ExecContext(ctx, remove, staffID, departmentID, string(role)); err != nil {
		return fmt.Errorf("take a role: %w", err)
	}
	return nil
}

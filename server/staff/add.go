package staff

import (
	"context"
	"time"

	"github.com/google/uuid"

	"teleconsult/server/auth"
	"teleconsult/server/db"
	"teleconsult/server/fault"
	"teleconsult/server/trace"
)

// Service is what the use cases about people need.
type Service struct {
	DB *db.DB
	// Now is the clock.
	Now func() time.Time
}

// Colleague is a member with their roles in one department, in the order of Roles.
type Colleague struct {
	Member
	Roles    []auth.Role
	Disabled bool
}

// Added is a colleague who was added to a department.
type Added struct {
	Colleague
	// InitialPassword is set when the account is new. It is shown once: only its hash is stored.
	InitialPassword string
}

// Colleagues returns the people of a department, by name.
func (s *Service) Colleagues(ctx context.Context, caller auth.Caller, departmentID string) (people []Colleague, err error) {
	err = s.DB.InTx(ctx, caller.Scope(auth.StaffManage), func(ctx context.Context, tx db.Tx) (err error) {
		people, err = colleagues(ctx, tx, departmentID)
		return err
	})
	return people, err
}

// Add gives somebody roles in a department. Whoever has no account yet gets one with an initial password; an
// existing account keeps its own name and password, whatever was typed.
func (s *Service) Add(ctx context.Context, caller auth.Caller, departmentID string, m Member, roles []auth.Role) (added Added, err error) {
	m = m.trimmed()
	violations := append(m.check(), checkRoles(roles)...)
	if len(roles) == 0 {
		violations = append(violations, fault.Violation{Field: "roles", Code: "roles_missing", Message: "Choisissez au moins un rôle."})
	}
	if err = fault.Invalid(violations...); err != nil {
		return Added{}, err
	}
	// Before the transaction, because it takes tens of milliseconds.
	password := auth.InitialPassword(m.Email)
	hash := auth.HashPassword(password)
	err = s.DB.InTx(ctx, caller.Scope(auth.StaffManage), func(ctx context.Context, tx db.Tx) error {
		if err := lockDepartment(ctx, tx, departmentID); err != nil {
			return err
		}
		known, err := findByEmail(ctx, tx, m.Email)
		switch {
		case err == nil:
			added, err = s.join(ctx, tx, caller, departmentID, known, roles)
			return err
		case fault.KindOf(err) != fault.KindNotFound:
			return err
		}
		m.ID, m.IsAdmin = uuid.Must(uuid.NewV7()).String(), false
		if err = Insert(ctx, tx, m, hash); err != nil {
			return err
		}
		created := trace.Event{DepartmentID: departmentID, Action: "staff.create", Data: map[string]any{"staffId": m.ID}}
		if err = trace.Append(ctx, tx, s.Now(), caller.Actor(), created); err != nil {
			return err
		}
		if err = s.setRoles(ctx, tx, caller, departmentID, m.ID, nil, roles); err != nil {
			return err
		}
		added = Added{Colleague: Colleague{Member: m, Roles: ordered(roles)}, InitialPassword: password}
		return nil
	})
	return added, err
}

// join gives roles to somebody who works elsewhere already.
func (s *Service) join(ctx context.Context, tx db.Tx, caller auth.Caller, departmentID string, known Colleague, roles []auth.Role) (Added, error) {
	if known.Disabled {
		return Added{}, errDisabled
	}
	had, err := rolesOf(ctx, tx, departmentID, known.ID)
	if err != nil {
		return Added{}, err
	}
	if len(had) > 0 {
		return Added{}, errMember
	}
	if err = mayChange(caller, known.ID, nil, roles, 0); err != nil {
		return Added{}, err
	}
	known.Roles = ordered(roles)
	return Added{Colleague: known}, s.setRoles(ctx, tx, caller, departmentID, known.ID, nil, roles)
}

// setRoles turns the roles before into those after and leaves a trace of what was given and taken.
func (s *Service) setRoles(
	ctx context.Context, tx db.Tx, caller auth.Caller, departmentID, staffID string, before, after []auth.Role,
) error {
	given, taken := difference(before, after)
	if len(given)+len(taken) == 0 {
		return nil
	}
	for _, r := range given {
		if err := GiveRole(ctx, tx, staffID, departmentID, string(r)); err != nil {
			return err
		}
	}
	for _, r := range taken {
		if err := takeRole(ctx, tx, staffID, departmentID, r); err != nil {
			return err
		}
	}
	data := map[string]any{"staffId": staffID, "given": ordered(given), "taken": ordered(taken)}
	return trace.Append(ctx, tx, s.Now(), caller.Actor(), trace.Event{DepartmentID: departmentID, Action: "role.change", Data: data})
}

// ordered returns each role once, in the order of Roles, never nil.
func ordered(roles []auth.Role) []auth.Role {
	given, _ := difference(nil, roles)
	return append([]auth.Role{}, given...)
}

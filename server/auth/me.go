package auth

import (
	"context"

	"teleconsult/server/db"
)

// Me is what a signed-in person's screens need to know at the start.
type Me struct {
	Staff       MeStaff        `json:"staff"`
	Departments []MeDepartment `json:"departments"`
	// Permissions are what the person may do in some department or everywhere.
	Permissions []Permission `json:"permissions"`
}

// MeStaff is the person.
type MeStaff struct {
	ID         string `json:"id" format:"uuid"`
	Email      string `json:"email"`
	FamilyName string `json:"familyName"`
	GivenName  string `json:"givenName"`
	Title      string `json:"title"`
	IsAdmin    bool   `json:"isAdmin"`
}

// MeDepartment is a department of the person with the settings its screens follow.
type MeDepartment struct {
	ID           string       `json:"id" format:"uuid"`
	Code         string       `json:"code"`
	Name         string       `json:"name"`
	Hospital     string       `json:"hospital"`
	Phone        string       `json:"phone"`
	Timezone     string       `json:"timezone" example:"Europe/Paris"`
	Tools        []string     `json:"tools" doc:"Meeting tools in order of preference; another than the first wants a reason."`
	SecureTools  []string     `json:"secureTools"`
	PortalURL    string       `json:"portalUrl"`
	CodingTarget string       `json:"codingTarget" example:"Gilda"`
	Roles        []Role       `json:"roles" enum:"secretary,practitioner,manager"`
	Permissions  []Permission `json:"permissions"`
}

// Me tells the caller who they are and what they may do where.
func (s *Service) Me(ctx context.Context, c Caller) (Me, error) {
	me := Me{Departments: []MeDepartment{}, Permissions: c.Permissions()}
	err := s.db.InTx(ctx, systemScope, func(ctx context.Context, tx db.Tx) error {
		var err error
		if me.Staff, err = loadMeStaff(ctx, tx, c.StaffID); err != nil {
			return err
		}
		me.Departments, err = loadMeDepartments(ctx, tx, c.StaffID)
		return err
	})
	for i, d := range me.Departments {
		me.Departments[i].Roles = c.Roles[d.ID]
		me.Departments[i].Permissions = permissions(c.Admin, c.Roles[d.ID]...)
	}
	return me, err
}

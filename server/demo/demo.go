// Package demo is a small hospital of made-up people with a day of encounters in every state of the chain, for a
// development machine and for tests that need people to sign in as.
package demo

import (
	"context"
	"time"

	"github.com/google/uuid"

	"teleconsult/server/auth"
	"teleconsult/server/db"
	"teleconsult/server/department"
	"teleconsult/server/encounter"
	"teleconsult/server/outreach"
	"teleconsult/server/staff"
)

// Password is the password of all demo people. They exist only where nobody else reaches the server.
const Password = "teleconsult-demo"

// Hospital is where the demo people work.
type Hospital struct {
	DB  *db.DB
	Now func() time.Time
	// Timezone is the IANA zone of the demo departments.
	Timezone string
	// Encounters makes the product's use cases on a clock: the demo's day was planned on other days.
	Encounters func(now func() time.Time) *encounter.Service
}

// person is somebody to sign in as.
type person struct {
	email, title, given, family, rpps string
	admin                             bool
	role                              auth.Role
	// department is an index into Departments, without a meaning for the administrator.
	department int
}

var people = []person{
	{email: "medecin@demo.test", title: "Dr", given: "Claire", family: "Martin", rpps: "10000023084", role: auth.Practitioner},
	{email: "secretaire@demo.test", title: "Mme", given: "Odile", family: "Bernard", role: auth.Secretary},
	{email: "cadre@demo.test", title: "M.", given: "Yves", family: "Lambert", role: auth.Manager},
	{email: "admin@demo.test", title: "Mme", given: "Nadia", family: "Perrin", admin: true},
	{email: "medecin2@demo.test", title: "Dr", given: "Karim", family: "Benali", rpps: "10002518818", role: auth.Practitioner, department: 1},
}

// Departments are the two of the hospital, new each time and not stored; timezone is an IANA name.
func Departments(timezone string) ([]department.Department, error) {
	zone, err := time.LoadLocation(timezone)
	if err != nil {
		return nil, err
	}
	first, last := 0, 24 // whoever tries the demo in the evening sees the texts go
	one := department.Department{
		ID: uuid.NewString(), Code: "DEMO-A", Name: "Médecine interne", Hospital: "AP-HP, hôpital de démonstration",
		Phone: "01 40 00 00 01", Email: "service-a@demo.test", Zone: zone,
		Tools:       []string{"ortif", "zoom", "lasuite_visio", "teams", "webex", "jitsi", "other"},
		SecureTools: []string{"ortif", "lasuite_visio"}, MeetingHosts: []string{"visio.demo.test"},
		PortalURL: "https://espace-patient.aphp.fr", BirthDateAsked: true, CodingTarget: "Gilda",
		Delivery: outreach.Delivery{SMSFromHour: &first, SMSUntilHour: &last},
		Unit:     "101", Speciality: "specialist",
	}
	two := one
	two.ID, two.Code, two.Name, two.Phone, two.Email = uuid.NewString(), "DEMO-B", "Gériatrie", "01 40 00 00 02", "service-b@demo.test"
	two.Unit = "102"
	two.Tools, two.NotifyBoth = []string{"lasuite_visio", "ortif", "zoom"}, true
	return []department.Department{one, two}, nil
}

// Seed adds the demo people and a day of encounters in every state of the chain, once.
func (h Hospital) Seed(ctx context.Context) error {
	departments, err := Departments(h.Timezone)
	if err != nil {
		return err
	}
	callers := make([]auth.Caller, len(people))
	seeded := false
	err = h.DB.InTx(ctx, db.System("demo"), func(ctx context.Context, tx db.Tx) error {
		if seeded, err = anyDepartment(ctx, tx); err != nil || seeded {
			return err
		}
		for _, d := range departments {
			if err = department.Insert(ctx, tx, d); err != nil {
				return err
			}
		}
		hash := auth.HashPassword(Password)
		for i, p := range people {
			if callers[i], err = p.hire(ctx, tx, departments[p.department], hash); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil || seeded {
		return err
	}
	day := &Day{Practitioner: callers[0], Secretary: callers[1], Department: departments[0]}
	if err = h.play(ctx, day, scenes); err != nil {
		return err
	}
	other := &Day{Practitioner: callers[4], Secretary: callers[4], Department: departments[1]}
	return h.play(ctx, other, otherScenes)
}

// Hire adds the first practitioner and the first secretary to a department that is stored.
func Hire(ctx context.Context, tx db.Tx, in department.Department, hash string) (practitioner, secretary auth.Caller, err error) {
	if practitioner, err = people[0].hire(ctx, tx, in, hash); err != nil {
		return practitioner, secretary, err
	}
	secretary, err = people[1].hire(ctx, tx, in, hash)
	return practitioner, secretary, err
}

func (p person) hire(ctx context.Context, tx db.Tx, in department.Department, hash string) (auth.Caller, error) {
	m := staff.Member{
		ID: uuid.NewString(), Email: p.email, Title: p.title, GivenName: p.given, FamilyName: p.family, RPPS: p.rpps, IsAdmin: p.admin,
	}
	if err := staff.Insert(ctx, tx, m, hash); err != nil {
		return auth.Caller{}, err
	}
	caller := auth.Caller{StaffID: m.ID, Name: m.Name(), Email: m.Email, Admin: p.admin, Roles: map[string][]auth.Role{}}
	if p.role == "" {
		return caller, nil
	}
	caller.Roles[in.ID] = []auth.Role{p.role}
	return caller, staff.GiveRole(ctx, tx, m.ID, in.ID, string(p.role))
}

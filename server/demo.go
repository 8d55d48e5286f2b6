package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/google/uuid"

	"teleconsult/server/auth"
	"teleconsult/server/config"
	"teleconsult/server/db"
	"teleconsult/server/department"
	"teleconsult/server/secret"
	"teleconsult/server/staff"
)

// demoPassword is the password of all demo people. They exist only where nobody else reaches the server.
const demoPassword = "teleconsult-demo"

// demo fills the embedded database of a development machine without serving it.
func demo(ctx context.Context, environ []string, stdout io.Writer) error {
	cfg, err := config.Read(environ)
	if err != nil {
		return err
	}
	if !cfg.Demo() {
		return errors.New("demo people exist only with the embedded database in development: unset DATABASE_URL and ENV")
	}
	database, err := openDatabase(ctx, cfg)
	if err != nil {
		return err
	}
	defer database.close()
	key, err := masterKey(cfg)
	if err != nil {
		return err
	}
	p := newParts(cfg, newLog(cfg, stdout), database.DB, secret.New(key))
	if err = p.seedDemo(ctx); err != nil {
		return err
	}
	_, err = fmt.Fprintln(stdout, "demo people and their day are there")
	return err
}

// demoPerson is somebody to sign in as.
type demoPerson struct {
	email, title, given, family, rpps string
	admin                             bool
	role                              auth.Role
	// department is an index into demoDepartments, without a meaning for the administrator.
	department int
}

var demoPeople = []demoPerson{
	{email: "medecin@demo.test", title: "Dr", given: "Claire", family: "Martin", rpps: "10000023084", role: auth.Practitioner},
	{email: "secretaire@demo.test", title: "Mme", given: "Odile", family: "Bernard", role: auth.Secretary},
	{email: "cadre@demo.test", title: "M.", given: "Yves", family: "Lambert", role: auth.Manager},
	{email: "admin@demo.test", title: "Mme", given: "Nadia", family: "Perrin", admin: true},
	{email: "medecin2@demo.test", title: "Dr", given: "Karim", family: "Benali", rpps: "10002518818", role: auth.Practitioner, department: 1},
}

func demoDepartments() ([]department.Department, error) {
	zone, err := paris()
	if err != nil {
		return nil, err
	}
	one := department.Department{
		ID: uuid.NewString(), Code: "DEMO-A", Name: "Médecine interne", Hospital: "AP-HP, hôpital de démonstration",
		Phone: "01 40 00 00 01", Email: "service-a@demo.test", Zone: zone,
		Tools:       []string{"ortif", "zoom", "lasuite_visio", "teams", "webex", "jitsi", "other"},
		SecureTools: []string{"ortif", "lasuite_visio"}, MeetingHosts: []string{"visio.demo.test"},
		PortalURL: "https://espace-patient.aphp.fr", BirthDateAsked: true, CodingTarget: "Gilda",
	}
	two := one
	two.ID, two.Code, two.Name, two.Phone, two.Email = uuid.NewString(), "DEMO-B", "Gériatrie", "01 40 00 00 02", "service-b@demo.test"
	two.Tools, two.NotifyBoth = []string{"lasuite_visio", "ortif", "zoom"}, true
	return []department.Department{one, two}, nil
}

// seedDemo adds the demo people and a day of encounters in every state of the chain, once.
func (p *parts) seedDemo(ctx context.Context) error {
	departments, err := demoDepartments()
	if err != nil {
		return err
	}
	callers := make([]auth.Caller, len(demoPeople))
	seeded := false
	err = p.db.InTx(ctx, db.System("demo"), func(ctx context.Context, tx db.Tx) error {
		if seeded, err = anyDepartment(ctx, tx); err != nil || seeded {
			return err
		}
		for _, d := range departments {
			if err = department.Insert(ctx, tx, d); err != nil {
				return err
			}
		}
		hash := auth.HashPassword(demoPassword)
		for i, person := range demoPeople {
			if callers[i], err = person.hire(ctx, tx, departments[person.department], hash); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil || seeded {
		return err
	}
	day := &demoDay{parts: p, practitioner: callers[0], secretary: callers[1], department: departments[0]}
	if err = day.play(ctx, scenes); err != nil {
		return err
	}
	other := &demoDay{parts: p, practitioner: callers[4], secretary: callers[4], department: departments[1]}
	return other.play(ctx, otherScenes)
}

func (d demoPerson) hire(ctx context.Context, tx db.Tx, in department.Department, hash string) (auth.Caller, error) {
	m := staff.Member{
		ID: uuid.NewString(), Email: d.email, Title: d.title, GivenName: d.given, FamilyName: d.family, RPPS: d.rpps, IsAdmin: d.admin,
	}
	if err := staff.Insert(ctx, tx, m, hash); err != nil {
		return auth.Caller{}, err
	}
	caller := auth.Caller{StaffID: m.ID, Name: m.Name(), Email: m.Email, Admin: d.admin, Roles: map[string][]auth.Role{}}
	if d.role == "" {
		return caller, nil
	}
	caller.Roles[in.ID] = []auth.Role{d.role}
	return caller, staff.GiveRole(ctx, tx, m.ID, in.ID, string(d.role))
}

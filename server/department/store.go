package department

import (
	"context"
	"fmt"
	"time"

	"github.com/lib/pq"

	"teleconsult/server/db"
)

type row struct {
	ID             string         `db:"id"`
	Code           string         `db:"code"`
	Name           string         `db:"name"`
	Hospital       string         `db:"hospital"`
	Phone          string         `db:"phone"`
	Email          string         `db:"email"`
	Timezone       string         `db:"timezone"`
	Tools          pq.StringArray `db:"tools"`
	SecureTools    pq.StringArray `db:"secure_tools"`
	MeetingHosts   pq.StringArray `db:"meeting_hosts"`
	DoxyMeAllowed  bool           `db:"doxy_me_allowed"`
	PortalURL      string         `db:"portal_url"`
	NotifyBoth     bool           `db:"notify_both_channels"`
	BirthDateAsked bool           `db:"birth_date_asked"`
	CodingTarget   string         `db:"coding_target"`
}

const columns = `id, code, name, hospital, phone, email, timezone, tools, secure_tools, meeting_hosts, doxy_me_allowed,
	portal_url, notify_both_channels, birth_date_asked, coding_target`

// Load returns the settings of one department.
func Load(ctx context.Context, tx db.Tx, id string) (Department, error) {
	var r row
	if err := tx.GetContext(ctx, &r, `SELECT `+columns+` FROM department WHERE id = $1`, id); err != nil {
		return Department{}, db.Translate(err)
	}
	return r.department()
}

// Insert adds a department.
func Insert(ctx context.Context, tx db.Tx, d Department) error {
	const insert = `INSERT INTO department (` + columns + `)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`
	_, err := tx.ExecContext(ctx, insert, d.ID, d.Code, d.Name, d.Hospital, d.Phone, d.Email, d.Zone.String(),
		list(d.Tools), list(d.SecureTools), list(d.MeetingHosts), d.DoxyMeAllowed,
		d.PortalURL, d.NotifyBoth, d.BirthDateAsked, d.CodingTarget)
	if err != nil {
		return fmt.Errorf("add a department: %w", err)
	}
	return nil
}

func (r row) department() (Department, error) {
	zone, err := time.LoadLocation(r.Timezone)
	if err != nil {
		return Department{}, fmt.Errorf("time zone of department %s: %w", r.Code, err)
	}
	return Department{
		ID: r.ID, Code: r.Code, Name: r.Name, Hospital: r.Hospital, Phone: r.Phone, Email: r.Email, Zone: zone,
		Tools: r.Tools, SecureTools: r.SecureTools, MeetingHosts: r.MeetingHosts, DoxyMeAllowed: r.DoxyMeAllowed,
		PortalURL: r.PortalURL, NotifyBoth: r.NotifyBoth, BirthDateAsked: r.BirthDateAsked, CodingTarget: r.CodingTarget,
	}, nil
}

// list is never NULL in the database.
func list(s []string) pq.StringArray {
	if s == nil {
		return pq.StringArray{}
	}
	return s
}

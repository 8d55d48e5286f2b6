package department

import (
	"context"
	"encoding/json"
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
	Unit           string         `db:"unit"`
	Speciality     string         `db:"speciality"`
	Delivery       []byte         `db:"delivery"`
}

const columns = `id, code, name, hospital, phone, email, timezone, tools, secure_tools, meeting_hosts, doxy_me_allowed,
	portal_url, notify_both_channels, birth_date_asked, coding_target, delivery, unit, speciality`

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
	delivery, err := json.Marshal(d.Delivery)
	if err != nil {
		return fmt.Errorf("add a department: %w", err)
	}
	const insert = `INSERT INTO department (` + columns + `)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)`
	_, err = tx.ExecContext(ctx, insert, d.ID, d.Code, d.Name, d.Hospital, d.Phone, d.Email, d.Zone.String(),
		list(d.Tools), list(d.SecureTools), list(d.MeetingHosts), d.DoxyMeAllowed,
		d.PortalURL, d.NotifyBoth, d.BirthDateAsked, d.CodingTarget, string(delivery), d.Unit, d.Speciality)
	if err != nil {
		return fmt.Errorf("add a department: %w", err)
	}
	return nil
}

// loadAll returns the settings of these departments, by name.
func loadAll(ctx context.Context, tx db.Tx, ids []string) ([]Department, error) {
	rows := []row{}
	const query = `SELECT ` + columns + ` FROM department WHERE id = ANY($1::uuid[]) ORDER BY name, id`
	if err := tx.SelectContext(ctx, &rows, query, list(ids)); err != nil {
		return nil, fmt.Errorf("read departments: %w", err)
	}
	departments := make([]Department, 0, len(rows))
	for _, r := range rows {
		d, err := r.department()
		if err != nil {
			return nil, err
		}
		departments = append(departments, d)
	}
	return departments, nil
}

// lock returns the settings of one department and keeps others from changing them until the transaction ends.
func lock(ctx context.Context, tx db.Tx, id string) (Department, error) {
	var r row
	if err := tx.GetContext(ctx, &r, `SELECT `+columns+` FROM department WHERE id = $1 FOR NO KEY UPDATE`, id); err != nil {
		return Department{}, db.Translate(err)
	}
	return r.department()
}

func codeTaken(ctx context.Context, tx db.Tx, code string) (taken bool, err error) {
	if err = tx.GetContext(ctx, &taken, `SELECT EXISTS (SELECT 1 FROM department WHERE code = $1)`, code); err != nil {
		return false, fmt.Errorf("look for a department's code: %w", err)
	}
	return taken, nil
}

func update(ctx context.Context, tx db.Tx, d Department) error {
	delivery, err := json.Marshal(d.Delivery)
	if err != nil {
		return fmt.Errorf("change a department: %w", err)
	}
	const change = `UPDATE department SET name = $2, hospital = $3, phone = $4, email = $5, timezone = $6, tools = $7, secure_tools = $8,
		meeting_hosts = $9, doxy_me_allowed = $10, portal_url = $11, notify_both_channels = $12, birth_date_asked = $13, coding_target = $14, delivery = $15,
		unit = $16, speciality = $17
		WHERE id = $1`
	_, err = tx.ExecContext(ctx, change, d.ID, d.Name, d.Hospital, d.Phone, d.Email, d.Zone.String(),
		list(d.Tools), list(d.SecureTools), list(d.MeetingHosts), d.DoxyMeAllowed,
		d.PortalURL, d.NotifyBoth, d.BirthDateAsked, d.CodingTarget, string(delivery), d.Unit, d.Speciality)
	if err != nil {
		return fmt.Errorf("change a department: %w", err)
	}
	return nil
}

// planAnew has the messages of the coming encounters compared with new delivery settings at the next follow-up.
func planAnew(ctx context.Context, tx db.Tx, id string, now time.Time) error {
	const query = `UPDATE encounter SET follow_up_at = $2 WHERE department_id = $1 AND status IN ('planned', 'arrived') AND planned_end > $2`
	if _, err := tx.ExecContext(ctx, query, id, now); err != nil {
		return fmt.Errorf("plan the messages of a department anew: %w", err)
	}
	return nil
}

func (r row) department() (Department, error) {
	zone, err := time.LoadLocation(r.Timezone)
	if err != nil {
		return Department{}, fmt.Errorf("time zone of department %s: %w", r.Code, err)
	}
	d := Department{
		ID: r.ID, Code: r.Code, Name: r.Name, Hospital: r.Hospital, Phone: r.Phone, Email: r.Email, Zone: zone,
		Tools: r.Tools, SecureTools: r.SecureTools, MeetingHosts: r.MeetingHosts, DoxyMeAllowed: r.DoxyMeAllowed,
		PortalURL: r.PortalURL, NotifyBoth: r.NotifyBoth, BirthDateAsked: r.BirthDateAsked, CodingTarget: r.CodingTarget,
		Unit: r.Unit, Speciality: r.Speciality,
	}
	if err = json.Unmarshal(r.Delivery, &d.Delivery); err != nil {
		return Department{}, fmt.Errorf("delivery settings of department %s: %w", r.Code, err)
	}
	return d, nil
}

// list is never NULL in the database.
func list(s []string) pq.StringArray {
	if s == nil {
		return pq.StringArray{}
	}
	return s
}

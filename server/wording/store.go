package wording

import (
	"context"
	"fmt"
	"time"

	"teleconsult/notifications"
	"teleconsult/server/db"
	"teleconsult/server/department"
	"teleconsult/templates"
)

type row struct {
	Version
	Template string `db:"template"`
	Channel  string `db:"channel"`
	Language string `db:"language"`
}

const columns = `w.id, w.template, w.channel, w.language, w.version, w.subject, w.body, w.written_at,
	trim(s.title || ' ' || s.given_name || ' ' || s.family_name) AS written_by
	FROM message_wording AS w JOIN staff AS s ON s.id = w.written_by`

// loadNewest returns the newest version of every text that the department ever wrote.
func loadNewest(ctx context.Context, tx db.Tx, departmentID string) (map[Key]Version, error) {
	rows := []row{}
	const query = `SELECT DISTINCT ON (w.template, w.channel, w.language) ` + columns + `
		WHERE w.department_id = $1 ORDER BY w.template, w.channel, w.language, w.version DESC`
	if err := tx.SelectContext(ctx, &rows, query, departmentID); err != nil {
		return nil, fmt.Errorf("load wordings: %w", err)
	}
	all := make(map[Key]Version, len(rows))
	for _, r := range rows {
		all[Key{templates.Name(r.Template), notifications.Channel(r.Channel), r.Language}] = r.Version
	}
	return all, nil
}

// loadHistory returns every version of one text, newest first.
func loadHistory(ctx context.Context, tx db.Tx, departmentID string, k Key) ([]Version, error) {
	rows := []row{}
	const query = `SELECT ` + columns + `
		WHERE w.department_id = $1 AND w.template = $2 AND w.channel = $3 AND w.language = $4 ORDER BY w.version DESC`
	if err := tx.SelectContext(ctx, &rows, query, departmentID, string(k.Template), string(k.Channel), k.Language); err != nil {
		return nil, fmt.Errorf("load the history of a wording: %w", err)
	}
	all := make([]Version, 0, len(rows))
	for _, r := range rows {
		all = append(all, r.Version)
	}
	return all, nil
}

func insert(ctx context.Context, tx db.Tx, departmentID string, k Key, v Version, staffID string) error {
	const statement = `INSERT INTO message_wording (id, department_id, template, channel, language, version, subject, body, written_by, written_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`
	_, err := tx.ExecContext(ctx, statement, v.ID, departmentID, string(k.Template), string(k.Channel), k.Language, v.Number,
		v.Subject, v.Body, staffID, v.At)
	if err != nil {
		return fmt.Errorf("write a wording: %w", err)
	}
	return nil
}

// lockDepartment keeps others from writing for the department until the transaction ends.
func lockDepartment(ctx context.Context, tx db.Tx, id string) (department.Department, error) {
	var locked string
	if err := tx.GetContext(ctx, &locked, `SELECT id FROM department WHERE id = $1 FOR NO KEY UPDATE`, id); err != nil {
		return department.Department{}, db.Translate(err)
	}
	return department.Load(ctx, tx, id)
}

// countTrials counts what a department sent to try its words since a moment.
func countTrials(ctx context.Context, tx db.Tx, departmentID string, since time.Time) (n int, err error) {
	const query = `SELECT count(*) FROM message WHERE department_id = $1 AND purpose = 'test' AND created_at >= $2`
	if err = tx.GetContext(ctx, &n, query, departmentID, since); err != nil {
		return 0, fmt.Errorf("count trials: %w", err)
	}
	return n, nil
}

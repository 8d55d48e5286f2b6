package batch

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"github.com/lib/pq"

	"teleconsult/server/db"
	"teleconsult/server/fault"
	"teleconsult/server/invitation/column"
	"teleconsult/server/invitation/review"
)

type batchRow struct {
	ID                string         `db:"id"`
	DepartmentID      string         `db:"department_id"`
	Source            string         `db:"source"`
	FileName          string         `db:"file_name"`
	Sheet             string         `db:"sheet"`
	OtherSheets       pq.StringArray `db:"other_sheets"`
	Columns           []byte         `db:"columns"`
	Defaults          []byte         `db:"defaults"`
	State             string         `db:"state"`
	Revision          int64          `db:"revision"`
	ConfirmedRevision int64          `db:"confirmed_revision"`
	SendAt            sql.NullTime   `db:"send_at"`
	ConfirmedAt       sql.NullTime   `db:"confirmed_at"`
	CreatedBy         string         `db:"created_by"`
	ConfirmedBy       string         `db:"confirmed_by"`
	ConfirmedByID     string         `db:"confirmed_by_id"`
	CreatedAt         time.Time      `db:"created_at"`
	ReviewedAt        time.Time      `db:"reviewed_at"`
}

const batchColumns = `b.id, b.department_id, b.source, b.file_name, b.sheet, b.other_sheets, b.columns, b.defaults, b.state, b.revision,
	b.confirmed_revision, b.send_at, b.confirmed_at, b.created_at, b.reviewed_at,
	(SELECT trim(s.title || ' ' || s.given_name || ' ' || s.family_name) FROM staff AS s WHERE s.id = b.created_by) AS created_by,
	coalesce((SELECT trim(s.title || ' ' || s.given_name || ' ' || s.family_name) FROM staff AS s WHERE s.id = b.confirmed_by), '') AS confirmed_by,
	coalesce(b.confirmed_by::text, '') AS confirmed_by_id`

func (r batchRow) batch() (*List, error) {
	b := &List{
		ID: r.ID, DepartmentID: r.DepartmentID, Source: r.Source, FileName: r.FileName, Sheet: r.Sheet, OtherSheets: r.OtherSheets,
		State: State(r.State), Revision: r.Revision, ConfirmedRevision: r.ConfirmedRevision, SendAt: timeOf(r.SendAt),
		ConfirmedAt: timeOf(r.ConfirmedAt), CreatedBy: r.CreatedBy, ConfirmedBy: r.ConfirmedBy, ConfirmedByID: r.ConfirmedByID,
		CreatedAt: r.CreatedAt.UTC(), ReviewedAt: r.ReviewedAt.UTC(),
	}
	for content, into := range map[*[]byte]any{&r.Columns: &b.Columns, &r.Defaults: &b.Defaults} {
		if err := json.Unmarshal(*content, into); err != nil {
			return nil, fmt.Errorf("read a list: %w", err)
		}
	}
	return b, nil
}

func timeOf(t sql.NullTime) time.Time {
	if !t.Valid {
		return time.Time{}
	}
	return t.Time.UTC()
}

func orNull(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t
}

// Lock holds a list until the transaction ends; one outside the departments is not found.
func Lock(ctx context.Context, tx db.Tx, id string, departments []string) (*List, error) {
	return findBatch(ctx, tx, ` FOR UPDATE OF b`, id, departments)
}

// Load reads a list.
func Load(ctx context.Context, tx db.Tx, id string, departments []string) (*List, error) {
	return findBatch(ctx, tx, ``, id, departments)
}

func findBatch(ctx context.Context, tx db.Tx, how, id string, departments []string) (*List, error) {
	var r batchRow
	query := `SELECT ` + batchColumns + ` FROM batch AS b WHERE b.id = $1 AND b.department_id = ANY($2::uuid [])` + how
	err := db.Translate(tx.GetContext(ctx, &r, query, id, pq.StringArray(departments)))
	if fault.KindOf(err) == fault.KindNotFound {
		return nil, ErrNotFound
	}
	if err != nil {
		return nil, err
	}
	return r.batch()
}

// Insert adds a list without its rows.
func Insert(ctx context.Context, tx db.Tx, b *List, createdBy string) error {
	columns, err := json.Marshal(b.Columns)
	if err != nil {
		return fmt.Errorf("add a list: %w", err)
	}
	defaults, err := json.Marshal(b.Defaults)
	if err != nil {
		return fmt.Errorf("add a list: %w", err)
	}
	const insert = `INSERT INTO batch (id, department_id, source, file_name, sheet, other_sheets, columns, defaults, created_by, created_at,
			changed_at, reviewed_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10, $10)`
	_, err = tx.ExecContext(ctx, insert, b.ID, b.DepartmentID, b.Source, b.FileName, b.Sheet, pq.StringArray(append([]string{}, b.OtherSheets...)),
		string(columns), string(defaults), createdBy, b.CreatedAt)
	if err != nil {
		return fmt.Errorf("add a list: %w", err)
	}
	return nil
}

// Update writes what may change, and raises the revision.
func Update(ctx context.Context, tx db.Tx, b *List, now time.Time) error {
	columns, err := json.Marshal(b.Columns)
	if err != nil {
		return fmt.Errorf("change a list: %w", err)
	}
	defaults, err := json.Marshal(b.Defaults)
	if err != nil {
		return fmt.Errorf("change a list: %w", err)
	}
	b.Revision++
	const update = `UPDATE batch SET columns = $2, defaults = $3, state = $4, revision = $5, confirmed_revision = $6, send_at = $7,
			confirmed_at = $8, confirmed_by = nullif($9, '')::uuid, changed_at = $10, reviewed_at = $11
		WHERE id = $1`
	_, err = tx.ExecContext(ctx, update, b.ID, string(columns), string(defaults), string(b.State), b.Revision, b.ConfirmedRevision,
		orNull(b.SendAt), orNull(b.ConfirmedAt), b.ConfirmedByID, now, b.ReviewedAt)
	if err != nil {
		return fmt.Errorf("change a list: %w", err)
	}
	return nil
}

// Delete removes a list with its rows.
func Delete(ctx context.Context, tx db.Tx, id string) error {
	if _, err := tx.ExecContext(ctx, `DELETE FROM batch WHERE id = $1`, id); err != nil {
		return fmt.Errorf("discard a list: %w", err)
	}
	return nil
}

// Sweep removes drafts that nobody touched since a moment, and lists that were sent, or were to go, before another.
func Sweep(ctx context.Context, tx db.Tx, drafts, sent time.Time) error {
	const remove = `DELETE FROM batch WHERE CASE WHEN state = 'draft' THEN changed_at < $1 ELSE greatest(changed_at, send_at) < $2 END`
	if _, err := tx.ExecContext(ctx, remove, drafts, sent); err != nil {
		return fmt.Errorf("remove old lists: %w", err)
	}
	return nil
}

// BatchListed is a list among others.
type BatchListed struct { //nolint:revive // the API's description names its schema so
	ID        string     `json:"id" format:"uuid" db:"id"`
	Source    string     `json:"source" enum:"file,text,encounters" db:"source"`
	FileName  string     `json:"fileName,omitempty" db:"file_name"`
	CreatedAt time.Time  `json:"createdAt" db:"created_at"`
	CreatedBy string     `json:"createdBy" db:"created_by"`
	State     State      `json:"state" enum:"draft,sending,scheduled,paused,sent,cancelled" db:"state"`
	SendAt    *time.Time `json:"sendAt,omitempty" db:"send_at"`
	Rows      int        `json:"rows" db:"rows"`
	Errors    int        `json:"errors" db:"errors"`
	People    int        `json:"people" db:"people" doc:"Who was told, or would be."`
}

// listedBatches is how many lists are shown.
const listedBatches = 50

// Listing are the newest lists of a department, drafts first.
func Listing(ctx context.Context, tx db.Tx, departmentID string, now time.Time) ([]BatchListed, error) {
	all := []BatchListed{}
	const query = `SELECT b.id, b.source, b.file_name, b.created_at, b.send_at, r.rows, r.errors, r.people,
			CASE WHEN b.state <> 'sending' OR r.waiting > 0 THEN b.state WHEN b.send_at > $3 THEN 'scheduled' ELSE 'sent' END AS state,
			(SELECT trim(s.title || ' ' || s.given_name || ' ' || s.family_name) FROM staff AS s WHERE s.id = b.created_by) AS created_by
		FROM (SELECT * FROM batch WHERE department_id = $1 ORDER BY created_at DESC, id DESC LIMIT $2) AS b
		CROSS JOIN LATERAL (
			SELECT count(*) AS rows, count(*) FILTER (WHERE state = 'open' AND severity = 2 AND NOT left_out) AS errors,
				count(*) FILTER (WHERE state IN ('released', 'done') OR state = 'open' AND severity < 2 AND NOT left_out) AS people,
				count(*) FILTER (WHERE state IN ('released', 'withdrawing')) AS waiting
			FROM batch_row WHERE batch_id = b.id
		) AS r ORDER BY (b.state = 'draft') DESC, b.created_at DESC, b.id DESC`
	if err := tx.SelectContext(ctx, &all, query, departmentID, listedBatches, now); err != nil {
		return nil, fmt.Errorf("list the lists: %w", err)
	}
	return all, nil
}

// RememberedHeaders are what a department said last about headers.
func RememberedHeaders(ctx context.Context, tx db.Tx, departmentID string) (map[string]column.Field, error) {
	rows := []struct {
		Header string `db:"header"`
		Field  string `db:"field"`
	}{}
	if err := tx.SelectContext(ctx, &rows, `SELECT header, field FROM batch_header WHERE department_id = $1`, departmentID); err != nil {
		return nil, fmt.Errorf("read remembered headers: %w", err)
	}
	remembered := map[string]column.Field{}
	for _, r := range rows {
		remembered[r.Header] = column.Field(r.Field)
	}
	return remembered, nil
}

// RememberHeaders notes what a department says that headers hold; the last word counts.
func RememberHeaders(ctx context.Context, tx db.Tx, departmentID string, said map[string]column.Field, now time.Time) error {
	var headers, fields pq.StringArray
	for header, field := range said {
		headers, fields = append(headers, header), append(fields, string(field))
	}
	const upsert = `INSERT INTO batch_header (department_id, header, field, recorded_at)
		SELECT $1, h.header, h.field, $2 FROM unnest($3::text [], $4::text []) AS h (header, field) ORDER BY h.header
		ON CONFLICT (department_id, header) DO UPDATE SET field = excluded.field, recorded_at = excluded.recorded_at`
	if _, err := tx.ExecContext(ctx, upsert, departmentID, now, headers, fields); err != nil {
		return fmt.Errorf("remember headers: %w", err)
	}
	return nil
}

// SeverityOf is how a verdict's gravity is stored: it sorts.
func SeverityOf(v review.Verdict) int {
	switch v.Severity() {
	case "error":
		return SeverityError
	case "warning":
		return SeverityWarning
	}
	return 0
}

// The gravity of a row as it is stored; 0 is none.
const (
	SeverityWarning = 1
	SeverityError   = 2
)

// TouchReview notes when the open rows were last reviewed.
func TouchReview(ctx context.Context, tx db.Tx, id string, now time.Time) error {
	if _, err := tx.ExecContext(ctx, `UPDATE batch SET reviewed_at = $2 WHERE id = $1`, id, now); err != nil {
		return fmt.Errorf("note a review: %w", err)
	}
	return nil
}

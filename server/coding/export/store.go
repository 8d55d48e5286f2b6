package export

import (
	"context"
	"fmt"
	"time"

	"github.com/lib/pq"

	"teleconsult/server/db"
	"teleconsult/server/department"
	"teleconsult/server/spreadsheet"
)

// lastNumber lets one export of a department come after the other, and returns the number of its last one.
func lastNumber(ctx context.Context, tx db.Tx, departmentID string) (last int64, err error) {
	if _, err = tx.ExecContext(ctx, `SELECT pg_advisory_xact_lock(hashtextextended('coding_export ' || $1, 0))`, departmentID); err != nil {
		return 0, fmt.Errorf("lock the exports of a department: %w", err)
	}
	const query = `SELECT coalesce(max(number), 0) FROM coding_export WHERE department_id = $1`
	if err = tx.GetContext(ctx, &last, query, departmentID); err != nil {
		return 0, fmt.Errorf("number of the last export: %w", err)
	}
	return last, nil
}

// waiting are the standing entries that no batch has taken: coded ones, and those that take back what one did take.
const waiting = `
	FROM coding_entry AS c
		JOIN encounter AS e ON e.id = c.encounter_id
		LEFT JOIN LATERAL (SELECT o.state FROM coding_export_row AS r JOIN coding_entry AS o ON o.id = r.coding_entry_id
			WHERE r.encounter_id = c.encounter_id ORDER BY o.coded_at DESC, o.id DESC LIMIT 1) AS b ON true
	WHERE c.department_id = $1 AND (c.state = 'coded' OR (c.state = 'not-billable' AND b.state = 'coded'))
		AND NOT EXISTS (SELECT FROM coding_export_row AS r WHERE r.coding_entry_id = c.id)
		AND NOT EXISTS (SELECT FROM coding_entry AS l WHERE l.encounter_id = c.encounter_id AND (l.coded_at, l.id) > (c.coded_at, c.id))`

// pending reads what the next batch takes of the acts that began before a moment, by hour, and holds their encounters
// until the transaction ends: nobody codes them anew meanwhile.
func pending(ctx context.Context, tx db.Tx, departmentID string, before time.Time) ([]line, error) {
	const lock = `SELECT FROM encounter WHERE id IN (SELECT c.encounter_id` + waiting + ` AND e.started_at < $2) ORDER BY id FOR UPDATE`
	if _, err := tx.ExecContext(ctx, lock, departmentID, before); err != nil {
		return nil, fmt.Errorf("lock the acts of an export: %w", err)
	}
	lines := []line{}
	const query = `
		SELECT w.entry_id, w.encounter_id, w.before, c.state, c.reason_code, c.coded_at, coalesce(a.code, '') AS code, a.amount_cents,
			trim(k.title || ' ' || k.given_name || ' ' || k.family_name) AS coded_by,
			e.started_at, e.finished_at, e.modality, e.tool, coalesce(e.telephone_reason, '') AS telephone_reason,
			coalesce(p.ipp, '') AS ipp,
			(SELECT i.matricule FROM patient_ins AS i WHERE i.patient_id = p.id AND i.status = 'QUAL') AS sealed_ins, p.family_name, p.given_name, p.birth_date,
			coalesce(s.rpps, '') AS rpps, trim(s.title || ' ' || s.given_name || ' ' || s.family_name) AS practitioner,
			EXISTS (SELECT FROM encounter AS o WHERE o.patient_id = e.patient_id AND o.status = 'finished' AND o.id <> e.id
				AND o.planned_start < e.planned_start AND o.planned_start >= e.planned_start - interval '12 months') AS known,
			coalesce((SELECT nullif(v.data -> 'incidents', 'null') FROM encounter_event AS v WHERE v.encounter_id = e.id AND v.kind = 'finished'
				ORDER BY v.recorded_at DESC, v.id DESC LIMIT 1), '[]') AS incidents
		FROM (SELECT c.id AS entry_id, c.encounter_id, coalesce(b.state, '') AS before` + waiting + ` AND e.started_at < $2) AS w
			JOIN coding_entry AS c ON c.id = w.entry_id
			JOIN encounter AS e ON e.id = w.encounter_id
			JOIN patient AS p ON p.id = e.patient_id
			JOIN staff AS s ON s.id = e.practitioner_id
			JOIN staff AS k ON k.id = c.coded_by
			LEFT JOIN activity_code AS a ON a.id = c.activity_code_id
		ORDER BY e.started_at, e.id`
	if err := tx.SelectContext(ctx, &lines, query, departmentID, before); err != nil {
		return nil, fmt.Errorf("read the acts of an export: %w", err)
	}
	return lines, nil
}

func countPending(ctx context.Context, tx db.Tx, departmentID string) (n int, err error) {
	if err = tx.GetContext(ctx, &n, `SELECT count(*)`+waiting, departmentID); err != nil {
		return 0, fmt.Errorf("count the acts to be exported: %w", err)
	}
	return n, nil
}

func insert(ctx context.Context, tx db.Tx, d department.Department, b Batch, staffID string, csv, xlsx []byte) error {
	const query = `INSERT INTO coding_export (id, department_id, number, until, acts, corrections, target, unit, csv, xlsx, created_by, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`
	_, err := tx.ExecContext(ctx, query, b.ID, d.ID, b.Number, b.Until, b.Acts, b.Corrections, b.Target, d.Unit, csv, xlsx, staffID, b.CreatedAt)
	if err != nil {
		return fmt.Errorf("store an export: %w", err)
	}
	return nil
}

// insertRows notes which entries a batch took; one that another batch has taken is an error.
func insertRows(ctx context.Context, tx db.Tx, departmentID, exportID string, lines []line) error {
	var entries, encounters pq.StringArray
	for _, l := range lines {
		entries, encounters = append(entries, l.EntryID), append(encounters, l.EncounterID)
	}
	const query = `INSERT INTO coding_export_row (coding_entry_id, export_id, encounter_id, department_id)
		SELECT r.entry_id, $1, r.encounter_id, $2 FROM unnest($3::uuid [], $4::uuid []) AS r (entry_id, encounter_id)`
	if _, err := tx.ExecContext(ctx, query, exportID, departmentID, entries, encounters); err != nil {
		return fmt.Errorf("note the acts of an export: %w", err)
	}
	return nil
}

func batches(ctx context.Context, tx db.Tx, departmentID string, before int64) ([]Batch, error) {
	rows := []struct {
		ID          string    `db:"id"`
		Number      int64     `db:"number"`
		Until       time.Time `db:"until"`
		Acts        int       `db:"acts"`
		Corrections int       `db:"corrections"`
		Target      string    `db:"target"`
		CreatedBy   string    `db:"created_by"`
		CreatedAt   time.Time `db:"created_at"`
	}{}
	const query = `SELECT x.id, x.number, x.until, x.acts, x.corrections, x.target, x.created_at,
			trim(s.title || ' ' || s.given_name || ' ' || s.family_name) AS created_by
		FROM coding_export AS x JOIN staff AS s ON s.id = x.created_by
		WHERE x.department_id = $1 AND ($2 = 0 OR x.number < $2) ORDER BY x.number DESC LIMIT $3`
	if err := tx.SelectContext(ctx, &rows, query, departmentID, before, listed+1); err != nil {
		return nil, fmt.Errorf("read the exports of a department: %w", err)
	}
	found := make([]Batch, 0, len(rows))
	for _, r := range rows {
		found = append(found, Batch(r))
	}
	return found, nil
}

type fileRow struct {
	DepartmentID string `db:"department_id"`
	Number       int64  `db:"number"`
	Content      []byte `db:"content"`
}

func file(ctx context.Context, tx db.Tx, departments []string, id, format string) (f fileRow, err error) {
	column := "csv"
	if format == spreadsheet.XLSX {
		column = "xlsx"
	}
	query := `SELECT department_id, number, ` + column + ` AS content FROM coding_export WHERE id = $1 AND department_id = ANY($2::uuid [])`
	return f, db.Translate(tx.GetContext(ctx, &f, query, id, pq.StringArray(departments)))
}

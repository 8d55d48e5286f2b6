package queue

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/lib/pq"

	"teleconsult/server/db"
	"teleconsult/server/encounter"
)

type actRow struct {
	ID              string    `db:"id"`
	PlannedStart    time.Time `db:"planned_start"`
	StartedAt       time.Time `db:"started_at"`
	FinishedAt      time.Time `db:"finished_at"`
	Modality        string    `db:"modality"`
	TelephoneReason string    `db:"telephone_reason"`
	State           string    `db:"state"`
	Incidents       []byte    `db:"incidents"`
}

// heldBetween reads what the rules need of all held consultations that were planned between two moments, by hour.
func heldBetween(ctx context.Context, tx db.Tx, departmentID string, from, to time.Time) ([]actRow, error) {
	rows := []actRow{}
	const query = `
		SELECT e.id, e.planned_start, e.started_at, e.finished_at, e.modality, coalesce(e.telephone_reason, '') AS telephone_reason,
			coalesce((SELECT c.state FROM coding_entry AS c WHERE c.encounter_id = e.id ORDER BY c.coded_at DESC, c.id DESC LIMIT 1), '') AS state,
			coalesce((SELECT nullif(v.data -> 'incidents', 'null') FROM encounter_event AS v WHERE v.encounter_id = e.id AND v.kind = 'finished'
				ORDER BY v.recorded_at DESC, v.id DESC LIMIT 1), '[]') AS incidents
		FROM encounter AS e
		WHERE e.department_id = $1 AND e.planned_start >= $2 AND e.planned_start < $3 AND e.status = 'finished'
		ORDER BY e.planned_start, e.id`
	if err := tx.SelectContext(ctx, &rows, query, departmentID, from, to); err != nil {
		return nil, fmt.Errorf("read the acts of some days: %w", err)
	}
	return rows, nil
}

type detailRow struct {
	ID              string       `db:"id"`
	FamilyName      string       `db:"family_name"`
	GivenName       string       `db:"given_name"`
	BirthDate       time.Time    `db:"birth_date"`
	IPP             string       `db:"ipp"`
	HolderID        string       `db:"holder_id"`
	HolderTitle     string       `db:"holder_title"`
	HolderFamily    string       `db:"holder_family"`
	HolderGiven     string       `db:"holder_given"`
	StartedAt       time.Time    `db:"started_at"`
	Modality        string       `db:"modality"`
	Tool            string       `db:"tool"`
	TelephoneReason string       `db:"telephone_reason"`
	Code            string       `db:"code"`
	Reason          string       `db:"reason"`
	CodedBy         string       `db:"coded_by"`
	CodedAt         sql.NullTime `db:"coded_at"`
	Export          int64        `db:"export"`
}

// details reads what a page shows of its acts, by id.
func details(ctx context.Context, tx db.Tx, departmentID string, ids []string) (map[string]detailRow, error) {
	rows := []detailRow{}
	const query = `
		SELECT e.id, p.family_name, p.given_name, p.birth_date, coalesce(p.ipp, '') AS ipp, s.id AS holder_id, s.title AS holder_title,
			s.family_name AS holder_family, s.given_name AS holder_given, e.started_at, e.modality, e.tool,
			coalesce(e.telephone_reason, '') AS telephone_reason, coalesce(a.code, '') AS code, coalesce(c.reason, '') AS reason,
			coalesce(trim(b.title || ' ' || b.given_name || ' ' || b.family_name), '') AS coded_by, c.coded_at,
			coalesce((SELECT max(x.number) FROM coding_export_row AS r JOIN coding_export AS x ON x.id = r.export_id
				WHERE r.encounter_id = e.id), 0) AS export
		FROM encounter AS e
			JOIN patient AS p ON p.id = e.patient_id
			JOIN staff AS s ON s.id = e.practitioner_id
			LEFT JOIN LATERAL (SELECT o.* FROM coding_entry AS o WHERE o.encounter_id = e.id
				ORDER BY o.coded_at DESC, o.id DESC LIMIT 1) AS c ON true
			LEFT JOIN staff AS b ON b.id = c.coded_by
			LEFT JOIN activity_code AS a ON a.id = c.activity_code_id
		WHERE e.id = ANY($1::uuid []) AND e.department_id = $2`
	if err := tx.SelectContext(ctx, &rows, query, pq.StringArray(ids), departmentID); err != nil {
		return nil, fmt.Errorf("read the coding worklist: %w", err)
	}
	byID := make(map[string]detailRow, len(rows))
	for _, r := range rows {
		byID[r.ID] = r
	}
	return byID, nil
}

func (r detailRow) row(a act) CodingRow {
	row := CodingRow{
		EncounterID: r.ID, Patient: CodingPatient{FamilyName: r.FamilyName, GivenName: r.GivenName, BirthDate: r.BirthDate.Format(time.DateOnly), IPP: r.IPP},
		Practitioner: encounter.Practitioner{ID: r.HolderID, Title: r.HolderTitle, FamilyName: r.HolderFamily, GivenName: r.HolderGiven},
		StartedAt:    r.StartedAt.UTC(), Minutes: int(a.Duration.Round(time.Minute) / time.Minute), Modality: encounter.Modality(r.Modality),
		Tool: r.Tool, TelephoneReason: r.TelephoneReason, State: a.state(), Code: r.Code, Reason: r.Reason, CodedBy: r.CodedBy, Export: r.Export,
	}
	if r.CodedAt.Valid {
		at := r.CodedAt.Time.UTC()
		row.CodedAt = &at
	}
	return row
}

// lock holds encounters until the transaction ends, in the order in which everybody takes many.
func lock(ctx context.Context, tx db.Tx, departmentID string, ids []string) error {
	const query = `SELECT FROM encounter WHERE id = ANY($1::uuid []) AND department_id = $2 ORDER BY id FOR UPDATE`
	if _, err := tx.ExecContext(ctx, query, pq.StringArray(ids), departmentID); err != nil {
		return fmt.Errorf("lock acts: %w", err)
	}
	return nil
}

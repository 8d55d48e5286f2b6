package coding

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/lib/pq"

	"teleconsult/server/db"
	"teleconsult/server/encounter"
)

type codeRow struct {
	ID          string        `db:"id"`
	Code        string        `db:"code"`
	Label       string        `db:"label"`
	AmountCents sql.NullInt64 `db:"amount_cents"`
	Modality    string        `db:"modality"`
	Speciality  string        `db:"speciality"`
	ValidFrom   time.Time     `db:"valid_from"`
	ValidTo     sql.NullTime  `db:"valid_to"`
	Source      string        `db:"source"`
	ConfirmedBy string        `db:"confirmed_by"`
	ConfirmedAt sql.NullTime  `db:"confirmed_at"`
}

const codesQuery = `SELECT c.id, c.code, c.label, c.amount_cents, c.modality, c.speciality, c.valid_from, c.valid_to, c.source,
		coalesce(trim(s.title || ' ' || s.given_name || ' ' || s.family_name), '') AS confirmed_by, c.confirmed_at
	FROM activity_code AS c LEFT JOIN staff AS s ON s.id = c.confirmed_by
	ORDER BY c.code, c.speciality, c.modality, c.valid_from, c.id`

// Codes returns the whole list, past rows included: it has some tens of rows, and the rules are in Go.
func Codes(ctx context.Context, tx db.Tx) ([]Code, error) {
	return list(ctx, tx, codesQuery)
}

// HoldCodes returns the whole list and keeps managers from changing a row until the transaction ends, so that an act is
// coded with the meaning that was looked at.
func HoldCodes(ctx context.Context, tx db.Tx) ([]Code, error) {
	return list(ctx, tx, codesQuery+` FOR KEY SHARE OF c`)
}

func list(ctx context.Context, tx db.Tx, query string) ([]Code, error) {
	var rows []codeRow
	if err := tx.SelectContext(ctx, &rows, query); err != nil {
		return nil, fmt.Errorf("list of activity codes: %w", err)
	}
	all := make([]Code, 0, len(rows))
	for _, r := range rows {
		c := Code{
			ID: r.ID, Code: r.Code, Label: r.Label, Modality: r.Modality, Speciality: r.Speciality, ValidFrom: r.ValidFrom.UTC(),
			Source: r.Source, ConfirmedBy: r.ConfirmedBy,
		}
		if r.AmountCents.Valid {
			c.AmountCents = &r.AmountCents.Int64
		}
		if r.ValidTo.Valid {
			c.ValidTo = r.ValidTo.Time.UTC()
		}
		if r.ConfirmedAt.Valid {
			c.ConfirmedAt = r.ConfirmedAt.Time.UTC()
		}
		all = append(all, c)
	}
	return all, nil
}

// Addition is an entry to be added to an act whose encounter the transaction has locked.
type Addition struct {
	EncounterID, DepartmentID string
	Entry                     Entry
}

// InsertMany adds entries in one statement.
func InsertMany(ctx context.Context, tx db.Tx, now time.Time, staffID string, all []Addition) error {
	var ids, encounters, departments, states, codes, reasonCodes, reasons pq.StringArray
	for _, a := range all {
		ids, encounters = append(ids, uuid.Must(uuid.NewV7()).String()), append(encounters, a.EncounterID)
		departments, states = append(departments, a.DepartmentID), append(states, string(a.Entry.State))
		codes = append(codes, a.Entry.Code.ID)
		reasonCodes, reasons = append(reasonCodes, a.Entry.ReasonCode), append(reasons, a.Entry.Reason)
	}
	const query = `INSERT INTO coding_entry (id, encounter_id, department_id, state, activity_code_id, reason_code, reason, coded_by, coded_at)
		SELECT e.id, e.encounter_id, e.department_id, e.state, nullif(e.code, '')::uuid, e.reason_code, e.reason, $1, $2
		FROM unnest($3::uuid [], $4::uuid [], $5::uuid [], $6::text [], $7::text [], $8::text [], $9::text [])
			AS e (id, encounter_id, department_id, state, code, reason_code, reason)`
	if _, err := tx.ExecContext(ctx, query, staffID, now, ids, encounters, departments, states, codes, reasonCodes, reasons); err != nil {
		return fmt.Errorf("record the coding: %w", err)
	}
	return nil
}

// lastEntries reads the last two entries of an act, the standing one first.
func lastEntries(ctx context.Context, tx db.Tx, f *encounter.Facts) (pastEntries, error) {
	rows := []struct {
		State      string    `db:"state"`
		CodeID     string    `db:"code_id"`
		ReasonCode string    `db:"reason_code"`
		Reason     string    `db:"reason"`
		By         string    `db:"coded_by"`
		At         time.Time `db:"coded_at"`
		Export     int64     `db:"export"`
	}{}
	const query = `SELECT c.state, coalesce(c.activity_code_id::text, '') AS code_id, c.reason_code, c.reason, c.coded_by, c.coded_at,
			coalesce(x.number, 0) AS export
		FROM coding_entry AS c LEFT JOIN coding_export_row AS r ON r.coding_entry_id = c.id LEFT JOIN coding_export AS x ON x.id = r.export_id
		WHERE c.encounter_id = $1 AND c.department_id = $2 ORDER BY c.coded_at DESC, c.id DESC LIMIT 2`
	if err := tx.SelectContext(ctx, &rows, query, f.ID, f.Department.ID); err != nil {
		return nil, fmt.Errorf("read the coding: %w", err)
	}
	found := make(pastEntries, 0, len(rows))
	for _, r := range rows {
		e := Entry{State: State(r.State), Code: Code{ID: r.CodeID}, ReasonCode: r.ReasonCode, Reason: r.Reason}
		found = append(found, pastEntry{Entry: e, by: r.By, at: r.At, export: r.Export})
	}
	return found, nil
}

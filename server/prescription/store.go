package prescription

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"teleconsult/server/db"
	"teleconsult/server/encounter"
)

// insert appends a row; the risk of ordinary e-mail counts as accepted when the channel is decided on.
func insert(ctx context.Context, tx db.Tx, f *encounter.Facts, s step) error {
	const query = `INSERT INTO prescription_step (id, encounter_id, department_id, channel, state, wanted_today, proof,
			risk_accepted_by, risk_accepted_how, risk_accepted_at, recorded_by, recorded_at, decided_at, delivery_id)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, CASE WHEN $8 <> '' THEN $12::timestamptz END, nullif($10, '')::uuid, $11, $12,
			nullif($13, '')::uuid)`
	_, err := tx.ExecContext(ctx, query, uuid.Must(uuid.NewV7()).String(), f.ID, f.Department.ID, string(s.Channel), string(s.State),
		s.WantedToday, s.Proof, s.RiskAcceptedBy, string(s.RiskHow), s.StaffID, s.At, s.DecidedAt, s.DeliveryID)
	if err != nil {
		return fmt.Errorf("record a prescription: %w", err)
	}
	return nil
}

// history returns all rows, the oldest first.
func history(ctx context.Context, tx db.Tx, encounterID string) ([]Recorded, error) {
	rows := []Recorded{}
	const query = `SELECT x.channel, x.state, x.wanted_today, x.proof, x.risk_accepted_by, x.risk_accepted_how, x.recorded_at,
			coalesce(concat_ws(' ', nullif(s.title, ''), s.given_name, s.family_name), '') AS by
		FROM prescription_step AS x LEFT JOIN staff AS s ON s.id = x.recorded_by
		WHERE x.encounter_id = $1 ORDER BY x.recorded_at, x.id`
	if err := tx.SelectContext(ctx, &rows, query, encounterID); err != nil {
		return nil, fmt.Errorf("history of a prescription: %w", err)
	}
	return rows, nil
}

// secureAddresses tells whether the patient's own secure mailbox can be written to, and whether a pharmacy got one of the
// patient's documents before.
func secureAddresses(ctx context.Context, tx db.Tx, patientID string) (qualified, pharmacist bool, err error) {
	var found struct {
		Qualified  bool `db:"qualified"`
		Pharmacist bool `db:"pharmacist"`
	}
	const query = `SELECT
		EXISTS (SELECT 1 FROM patient_ins WHERE patient_id = $1 AND status = 'QUAL') AS qualified,
		EXISTS (
			SELECT 1 FROM encounter AS e JOIN document_mail AS m ON m.encounter_id = e.id
				JOIN document_mail_event AS v ON v.document_mail_id = m.id
			WHERE e.patient_id = $1 AND m.addressee = 'pharmacist' AND v.kind = 'delivered'
		) AS pharmacist`
	if err = tx.GetContext(ctx, &found, query, patientID); err != nil {
		return false, false, fmt.Errorf("secure addresses of a patient: %w", err)
	}
	return found.Qualified, found.Pharmacist, nil
}

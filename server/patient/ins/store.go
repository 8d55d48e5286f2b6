package ins

import (
	"context"
	"fmt"
	"time"

	"teleconsult/server/db"
	"teleconsult/server/fault"
	"teleconsult/server/secret"
)

const purpose = "patient-ins"

// Load returns what is known of a patient's INS; the zero Identity when nothing is.
func Load(ctx context.Context, tx db.Tx, box *secret.Box, departmentID, patientID string) (Identity, error) {
	var r struct {
		Matricule []byte `db:"matricule"`
		OID       string `db:"oid"`
		Status    string `db:"status"`
	}
	const query = `SELECT matricule, oid, status FROM patient_ins WHERE patient_id = $1 AND department_id = $2`
	err := db.Translate(tx.GetContext(ctx, &r, query, patientID, departmentID))
	if fault.KindOf(err) == fault.KindNotFound {
		return Identity{}, nil
	}
	if err != nil {
		return Identity{}, err
	}
	matricule, err := Open(box, r.Matricule)
	return Identity{Matricule: matricule, OID: r.OID, Status: Status(r.Status)}, err
}

// Open reads a matricule as it is stored.
func Open(box *secret.Box, sealed []byte) (string, error) {
	plain, err := box.Open(purpose, sealed)
	if err != nil {
		return "", fmt.Errorf("read a matricule: %w", err)
	}
	return string(plain), nil
}

// Store keeps an identity that was checked in place of the one before.
func Store(ctx context.Context, tx db.Tx, box *secret.Box, now time.Time, departmentID, patientID, staffID string, i Identity) error {
	sealed, err := box.Seal(purpose, []byte(i.Matricule))
	if err != nil {
		return fmt.Errorf("keep a matricule: %w", err)
	}
	const statement = `INSERT INTO patient_ins (patient_id, department_id, matricule, oid, status, recorded_by, recorded_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (patient_id) DO UPDATE SET matricule = excluded.matricule, oid = excluded.oid, status = excluded.status,
			recorded_by = excluded.recorded_by, recorded_at = excluded.recorded_at`
	_, err = tx.ExecContext(ctx, statement, patientID, departmentID, sealed, i.OID, string(i.Status), staffID, now)
	if err != nil {
		return fmt.Errorf("keep an INS: %w", err)
	}
	return nil
}

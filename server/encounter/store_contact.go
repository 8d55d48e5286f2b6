package encounter

import (
	"context"
	"fmt"
	"time"

	"github.com/lib/pq"

	"teleconsult/server/db"
	"teleconsult/server/patient"
)

// LockWithPatient is Lock for an encounter whose patient is to be changed: it holds the patient too, and returns all
// encounters that it has locked (see lockPatient).
func LockWithPatient(ctx context.Context, tx db.Tx, now time.Time, id string, departments ...string) ([]string, error) {
	var found struct {
		Patient    string `db:"patient_id"`
		Department string `db:"department_id"`
	}
	const query = `SELECT patient_id, department_id FROM encounter WHERE id = $1 AND department_id = ANY($2)`
	if err := tx.GetContext(ctx, &found, query, id, pq.StringArray(departments)); err != nil {
		return nil, db.Translate(err)
	}
	return lockPatient(ctx, tx, now, found.Department, found.Patient, id)
}

// lockPatient holds a patient, then the encounters that messages to the patient may still be about, and those named,
// in the order of their ids, in which everybody locks encounters. It returns their ids. Whoever changes how a patient
// is reached takes it first: nobody plans another encounter with the old address in between.
func lockPatient(ctx context.Context, tx db.Tx, now time.Time, departmentID, patientID string, named ...string) ([]string, error) {
	if err := patient.Lock(ctx, tx, departmentID, patientID); err != nil {
		return nil, err
	}
	ids := []string{}
	const query = `SELECT id FROM encounter WHERE patient_id = $1 AND department_id = $2
			AND (status IN ('planned', 'arrived') OR status = 'cancelled' AND planned_end > $3 OR id = ANY($4::uuid []))
		ORDER BY id FOR UPDATE`
	if err := tx.SelectContext(ctx, &ids, query, patientID, departmentID, now, pq.StringArray(orEmpty(named))); err != nil {
		return nil, fmt.Errorf("lock a patient's encounters: %w", err)
	}
	return ids, nil
}

package encounter

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/lib/pq"

	"teleconsult/server/db"
	"teleconsult/server/trace"
)

func newID() string { return uuid.Must(uuid.NewV7()).String() }

// Lock holds an encounter until the transaction ends, so that two people's changes come one after the other.
// Whoever changes its messages takes it first, so that everybody takes locks in the same order. An encounter
// outside the departments is fault.KindNotFound; without any department there is none.
func Lock(ctx context.Context, tx db.Tx, id string, departments ...string) error {
	var found string
	const query = `SELECT id FROM encounter WHERE id = $1 AND department_id = ANY($2) FOR UPDATE`
	if err := tx.GetContext(ctx, &found, query, id, pq.StringArray(departments)); err != nil {
		return db.Translate(err)
	}
	return nil
}

func insert(ctx context.Context, tx db.Tx, f *Facts, createdBy string) error {
	const query = `INSERT INTO encounter (id, department_id, patient_id, practitioner_id, modality, telephone_reason, tool,
			tool_reason, planned_start, planned_end, created_by, created_at, updated_at)
		VALUES ($1, $2, $3, $4, $5, nullif($6, ''), $7, $8, $9, $10, $11, $12, $12)`
	_, err := tx.ExecContext(ctx, query, f.ID, f.Department.ID, f.Patient.ID, f.Practitioner.ID, string(f.Modality), f.TelephoneReason,
		f.Tool, f.ToolReason, f.PlannedStart, f.PlannedEnd, createdBy, f.CreatedAt)
	if err != nil {
		return fmt.Errorf("plan an encounter: %w", err)
	}
	return nil
}

// updatePlan writes the planned fields and raises the version.
func updatePlan(ctx context.Context, tx db.Tx, f *Facts, now time.Time) error {
	const query = `UPDATE encounter SET practitioner_id = $2, modality = $3, telephone_reason = nullif($4, ''), tool = $5,
			tool_reason = $6, planned_start = $7, planned_end = $8, updated_at = $9, version = version + 1
		WHERE id = $1 AND department_id = $10`
	_, err := tx.ExecContext(ctx, query, f.ID, f.Practitioner.ID, string(f.Modality), f.TelephoneReason, f.Tool, f.ToolReason,
		f.PlannedStart, f.PlannedEnd, now, f.Department.ID)
	if err != nil {
		return fmt.Errorf("change the plan of an encounter: %w", err)
	}
	return nil
}

// updateStatus writes the status and the times that belong to it.
func updateStatus(ctx context.Context, tx db.Tx, f *Facts, now time.Time) error {
	const query = `UPDATE encounter SET status = $2, started_at = $3, finished_at = $4, cancelled_at = $5,
			cancel_reason = nullif($6, ''), updated_at = $7
		WHERE id = $1 AND department_id = $8`
	_, err := tx.ExecContext(ctx, query, f.ID, string(f.Status), nullTime(f.StartedAt), nullTime(f.FinishedAt),
		nullTime(f.CancelledAt), f.CancelReason, now, f.Department.ID)
	if err != nil {
		return fmt.Errorf("change the status of an encounter: %w", err)
	}
	return nil
}

func insertEvent(
	ctx context.Context, tx db.Tx, f *Facts, by trace.Actor, kind string, occurredAt, recordedAt time.Time, data any,
) error {
	content := []byte("{}")
	if data != nil {
		var err error
		if content, err = json.Marshal(data); err != nil {
			return fmt.Errorf("record %s: %w", kind, err)
		}
	}
	const query = `INSERT INTO encounter_event (id, encounter_id, department_id, kind, occurred_at, recorded_at, actor_kind, actor_id, data)
		VALUES ($1, $2, $3, $4, $5, $6, $7, nullif($8, '')::uuid, $9)`
	_, err := tx.ExecContext(ctx, query, newID(), f.ID, f.Department.ID, kind, occurredAt, recordedAt, string(by.Kind), by.ID, string(content))
	if err != nil {
		return fmt.Errorf("record %s: %w", kind, err)
	}
	return nil
}

// SetPresence says where the patient is; a sign of life in the same state keeps its beginning.
func SetPresence(ctx context.Context, tx db.Tx, f *Facts, state string, now time.Time) error {
	const query = `INSERT INTO presence (encounter_id, department_id, state, since, seen_at) VALUES ($1, $2, $3, $4, $4)
		ON CONFLICT (encounter_id) DO UPDATE SET
			since = CASE WHEN presence.state = excluded.state THEN presence.since ELSE excluded.since END,
			state = excluded.state, seen_at = excluded.seen_at`
	if _, err := tx.ExecContext(ctx, query, f.ID, f.Department.ID, state, now); err != nil {
		return fmt.Errorf("note the presence: %w", err)
	}
	return nil
}

func nullTime(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t
}

package trace

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/lib/pq"

	"teleconsult/server/db"
)

// Append writes one event in the caller's transaction.
func Append(ctx context.Context, tx db.Tx, now time.Time, by Actor, e Event) error {
	return AppendMany(ctx, tx, now, by, []Event{e})
}

// AppendMany writes events in the caller's transaction, in one statement.
func AppendMany(ctx context.Context, tx db.Tx, now time.Time, by Actor, all []Event) error {
	if len(all) == 0 {
		return nil
	}
	var ids, departments, actions, encounters, patients, payloads pq.StringArray
	for _, e := range all {
		data := []byte("{}")
		if len(e.Data) > 0 {
			var err error
			if data, err = json.Marshal(e.Data); err != nil {
				return fmt.Errorf("trace %s: %w", e.Action, err)
			}
		}
		ids, payloads = append(ids, uuid.Must(uuid.NewV7()).String()), append(payloads, string(data))
		departments, actions = append(departments, e.DepartmentID), append(actions, e.Action)
		encounters, patients = append(encounters, e.EncounterID), append(patients, e.PatientID)
	}
	const insert = `INSERT INTO audit_event
			(id, at, department_id, actor_kind, actor_id, action, encounter_id, patient_id, request_id, client_address, data)
		SELECT e.id, $1, nullif(e.department, '')::uuid, $2, nullif($3, '')::uuid, e.action, nullif(e.encounter, '')::uuid,
			nullif(e.patient, '')::uuid, $4, $5, e.data::jsonb
		FROM unnest($6::uuid [], $7::text [], $8::text [], $9::text [], $10::text [], $11::text [])
			AS e (id, department, action, encounter, patient, data)`
	_, err := tx.ExecContext(ctx, insert, now, string(by.Kind), by.ID, by.RequestID, by.ClientAddress, ids, departments, actions,
		encounters, patients, payloads)
	if err != nil {
		return fmt.Errorf("trace %s: %w", all[0].Action, err)
	}
	return nil
}

// OfEncounter returns the newest events of an encounter, newest first, at most limit.
func OfEncounter(ctx context.Context, tx db.Tx, departmentID, encounterID string, limit int) ([]Entry, error) {
	rows := []struct {
		At        time.Time `db:"at"`
		ActorKind string    `db:"actor_kind"`
		ActorName string    `db:"actor_name"`
		Action    string    `db:"action"`
		Data      []byte    `db:"data"`
	}{}
	const query = `SELECT a.at, a.actor_kind, a.action, a.data,
			coalesce(trim(s.title || ' ' || s.given_name || ' ' || s.family_name), '') AS actor_name
		FROM audit_event AS a LEFT JOIN staff AS s ON s.id = a.actor_id
		WHERE a.encounter_id = $1 AND a.department_id = $2 ORDER BY a.at DESC, a.id DESC LIMIT $3`
	if err := tx.SelectContext(ctx, &rows, query, encounterID, departmentID, limit); err != nil {
		return nil, fmt.Errorf("history of an encounter: %w", err)
	}
	entries := make([]Entry, 0, len(rows))
	for _, r := range rows {
		e := Entry{At: r.At, ActorKind: ActorKind(r.ActorKind), ActorName: r.ActorName, Action: r.Action}
		if err := json.Unmarshal(r.Data, &e.Data); err != nil {
			return nil, fmt.Errorf("history of an encounter: %w", err)
		}
		entries = append(entries, e)
	}
	return entries, nil
}

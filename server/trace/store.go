package trace

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"

	"teleconsult/server/db"
)

// Append writes one event in the caller's transaction.
func Append(ctx context.Context, tx db.Tx, now time.Time, by Actor, e Event) error {
	data := []byte("{}")
	if len(e.Data) > 0 {
		var err error
		if data, err = json.Marshal(e.Data); err != nil {
			return fmt.Errorf("trace %s: %w", e.Action, err)
		}
	}
	const insert = `INSERT INTO audit_event
		(id, at, department_id, actor_kind, actor_id, action, encounter_id, patient_id, request_id, client_address, data)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`
	_, err := tx.ExecContext(ctx, insert, uuid.Must(uuid.NewV7()).String(), now, null(e.DepartmentID), string(by.Kind), null(by.ID),
		e.Action, null(e.EncounterID), null(e.PatientID), by.RequestID, by.ClientAddress, string(data))
	if err != nil {
		return fmt.Errorf("trace %s: %w", e.Action, err)
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

func null(s string) any {
	if s == "" {
		return nil
	}
	return s
}

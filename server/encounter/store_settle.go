package encounter

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/lib/pq"

	"teleconsult/server/db"
	"teleconsult/server/department"
)

// updateSummaries writes the summaries of these facts, whose encounters the transaction has locked.
func updateSummaries(ctx context.Context, tx db.Tx, all []*Facts) error {
	if len(all) == 0 {
		return nil
	}
	var ids, departments, next, acts, due, consents, followUps []string
	for _, f := range all {
		s := f.Stored
		ids, departments = append(ids, f.ID), append(departments, f.Department.ID)
		next, acts = append(next, string(s.Next)), append(acts, string(s.ActsNext))
		due, consents = append(due, stamp(s.Due)), append(consents, string(s.Consent))
		followUps = append(followUps, stamp(s.FollowUp))
	}
	const query = `
		UPDATE encounter AS e SET next_step = nullif(s.next_step, ''), acts_next = s.acts_next, due_at = nullif(s.due_at, '')::timestamptz,
			consent = s.consent, follow_up_at = nullif(s.follow_up_at, '')::timestamptz
		FROM unnest($1::uuid [], $2::uuid [], $3::text [], $4::text [], $5::text [], $6::text [], $7::text [])
			AS s (id, department_id, next_step, acts_next, due_at, consent, follow_up_at)
		WHERE e.id = s.id AND e.department_id = s.department_id`
	_, err := tx.ExecContext(ctx, query, pq.StringArray(ids), pq.StringArray(departments), pq.StringArray(next), pq.StringArray(acts),
		pq.StringArray(due), pq.StringArray(consents), pq.StringArray(followUps))
	if err != nil {
		return fmt.Errorf("write the summaries of chains: %w", err)
	}
	return nil
}

// stamp is a time as a parameter in an array, "" for none.
func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02T15:04:05.999999Z")
}

// TellDepartment tells every screen of a department, at commit, that much has changed there.
func (s *Service) TellDepartment(ctx context.Context, tx db.Tx, d department.Department, kind string) error {
	return notify(ctx, tx, []*Facts{{Department: d}}, kind)
}

// notify tells every instance, at commit, which encounters changed; no patient data goes with it.
func notify(ctx context.Context, tx db.Tx, all []*Facts, kind string) error {
	payloads := make([]string, 0, len(all))
	for _, f := range all {
		payload, err := json.Marshal(map[string]string{"encounterId": f.ID, "departmentId": f.Department.ID, "kind": kind})
		if err != nil {
			return fmt.Errorf("tell the screens: %w", err)
		}
		payloads = append(payloads, string(payload))
	}
	const query = `SELECT count(pg_notify('encounter_changed', payload)) FROM unnest($1::text []) AS payload`
	if _, err := tx.ExecContext(ctx, query, pq.StringArray(payloads)); err != nil {
		return fmt.Errorf("tell the screens: %w", err)
	}
	return nil
}

package intake

import (
	"context"
	"fmt"
	"time"

	"github.com/lib/pq"

	"teleconsult/server/db"
)

// waitingForLink are the planned video encounters without a link that begin at these moments, by the moment.
func waitingForLink(ctx context.Context, tx db.Tx, departmentID string, starts map[int]time.Time) (map[int64][]string, error) {
	var moments pq.StringArray
	for _, at := range starts {
		moments = append(moments, at.UTC().Format(time.RFC3339))
	}
	rows := []struct {
		ID    string    `db:"id"`
		Start time.Time `db:"planned_start"`
	}{}
	const query = `SELECT e.id, e.planned_start FROM encounter AS e
		WHERE e.department_id = $1 AND e.planned_start = ANY($2::timestamptz []) AND e.status IN ('planned', 'arrived')
			AND e.modality = 'video' AND e.consent NOT IN ('refused', 'withdrawn')
			AND NOT EXISTS (SELECT FROM meeting_link AS l WHERE l.encounter_id = e.id AND l.revoked_at IS NULL)
		ORDER BY e.id`
	if err := tx.SelectContext(ctx, &rows, query, departmentID, moments); err != nil {
		return nil, fmt.Errorf("look for encounters without a link: %w", err)
	}
	found := map[int64][]string{}
	for _, r := range rows {
		found[r.Start.Unix()] = append(found[r.Start.Unix()], r.ID)
	}
	return found, nil
}

// countEncounters tells how many of these encounters a department has.
func countEncounters(ctx context.Context, tx db.Tx, departmentID string, ids []string) (n int, err error) {
	if len(ids) == 0 {
		return 0, nil
	}
	const query = `SELECT count(*) FROM encounter WHERE id = ANY($1::uuid []) AND department_id = $2`
	if err = tx.GetContext(ctx, &n, query, pq.StringArray(ids), departmentID); err != nil {
		return 0, fmt.Errorf("look for the encounters of a list: %w", err)
	}
	return n, nil
}

// plannedBetween are the encounters that are planned in a period, soonest first.
func plannedBetween(ctx context.Context, tx db.Tx, departmentID string, from, to time.Time, most int) ([]string, error) {
	ids := []string{}
	const query = `SELECT id FROM encounter WHERE department_id = $1 AND planned_start >= $2 AND planned_start < $3
			AND status IN ('planned', 'arrived') AND consent NOT IN ('refused', 'withdrawn')
		ORDER BY planned_start, id LIMIT $4`
	if err := tx.SelectContext(ctx, &ids, query, departmentID, from, to, most); err != nil {
		return nil, fmt.Errorf("look for planned encounters: %w", err)
	}
	return ids, nil
}

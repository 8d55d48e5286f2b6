package encounter

import (
	"context"
	"fmt"
	"time"

	"teleconsult/server/db"
	"teleconsult/server/fault"
)

// dueFollowUps are the ids of encounters whose follow-up is due, the most urgent first.
func dueFollowUps(ctx context.Context, tx db.Tx, now time.Time, most int) ([]string, error) {
	ids := []string{}
	const query = `SELECT id FROM encounter WHERE follow_up_at <= $1 ORDER BY follow_up_at, id LIMIT $2`
	if err := tx.SelectContext(ctx, &ids, query, now, most); err != nil {
		return nil, fmt.Errorf("look for follow-ups: %w", err)
	}
	return ids, nil
}

// takeFollowUp locks an encounter whose follow-up is still due and returns its department; "" when it is not due
// any more, or when somebody else is working on it, who will settle it.
func takeFollowUp(ctx context.Context, tx db.Tx, id string, now time.Time) (string, error) {
	var departmentID string
	const query = `SELECT department_id FROM encounter WHERE id = $1 AND follow_up_at <= $2 FOR UPDATE SKIP LOCKED`
	err := db.Translate(tx.GetContext(ctx, &departmentID, query, id, now))
	if fault.KindOf(err) == fault.KindNotFound {
		return "", nil
	}
	return departmentID, err
}

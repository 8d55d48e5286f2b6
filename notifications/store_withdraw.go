package notifications

import (
	"context"
	"fmt"
	"time"

	"teleconsult/notifications/cause"
)

// Withdraw takes back one message of an encounter and reports whether it could: it waits, also between two attempts,
// and is not being sent at this moment. An SMS of unknown outcome stays as it is, because it may have arrived.
func Withdraw(ctx context.Context, ex Executor, now time.Time, encounterID, messageID string) (bool, error) {
	const statement = `
		WITH pending AS (
			SELECT id FROM message
			WHERE id = $1 AND encounter_id = $2 AND cancel_asked_at IS NULL
				AND (status = 'queued' OR status = 'unknown' AND channel <> 'sms')
			FOR UPDATE
		), changed AS (
			UPDATE message AS m SET status = 'cancelled', last_code = $4, cancel_asked_at = $3, settled_at = $3, secrets = NULL
			FROM pending AS p WHERE m.id = p.id RETURNING m.id, m.department_id, m.channel, m.purpose, m.status
		), logged AS (
			INSERT INTO message_event (id, message_id, department_id, at, kind, code)
			SELECT gen_random_uuid(), id, department_id, $3, 'cancelled', $4 FROM changed
		)
		SELECT channel, purpose, status FROM changed`
	changed, err := collect[settled](ctx, ex, statement, messageID, encounterID, now, cause.Withdrawn)
	if err != nil {
		return false, fmt.Errorf("withdraw a message: %w", err)
	}
	for _, s := range changed {
		note(ctx, s)
	}
	return len(changed) > 0, nil
}

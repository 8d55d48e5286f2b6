package notifications

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
)

// callback is a provider's word about an attempt, or about a message, as it came.
type callback struct {
	ID        string `db:"id"`
	AttemptID string `db:"attempt_id"` // "" when only the message is known
	Provider  string `db:"provider"`
	SID       string `db:"provider_id"`
	Status    string `db:"provider_status"`
	Code      string `db:"code"`
	Detail    string `db:"detail"`
	// the message that it is about, or that the attempt belongs to; "" when there is none
	MessageID   string `db:"message_id"`
	EncounterID string `db:"encounter_id"`
}

// insertCallback stores a callback and returns its id; the same one again is no new row and gives "".
func insertCallback(ctx context.Context, ex Executor, now time.Time, c callback) (string, error) {
	const statement = `
		INSERT INTO message_callback (id, provider, attempt_id, message_id, provider_id, provider_status, code, detail, received_at)
		VALUES ($1, $2, nullif($3, '')::uuid, nullif($4, '')::uuid, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING RETURNING id`
	ids, err := collect[string](ctx, ex, statement,
		uuid.Must(uuid.NewV7()).String(), c.Provider, c.AttemptID, c.MessageID, c.SID, c.Status, c.Code, c.Detail, now)
	if err != nil {
		return "", fmt.Errorf("store callback: %w", err)
	}
	if len(ids) == 0 {
		return "", nil
	}
	return ids[0], nil
}

// waitingCallbacks finds callbacks that were stored but not applied, because the server stopped in between.
func waitingCallbacks(ctx context.Context, ex Executor, before time.Time) ([]string, error) {
	const query = `
		SELECT id FROM message_callback WHERE applied_at IS NULL AND received_at <= $1 ORDER BY received_at LIMIT 200`
	return collect[string](ctx, ex, query, before)
}

// takeCallback locks a callback that is not applied yet; nil when somebody else has it.
func takeCallback(ctx context.Context, ex Executor, id string) (*callback, error) {
	const query = `
		SELECT c.id, coalesce(c.attempt_id::text, '') AS attempt_id, c.provider, c.provider_id, c.provider_status, c.code, c.detail,
			coalesce(m.id::text, '') AS message_id, coalesce(m.encounter_id::text, '') AS encounter_id
		FROM message_callback AS c
		LEFT JOIN message_attempt AS a ON a.id = c.attempt_id
		LEFT JOIN message AS m ON m.id = coalesce(c.message_id, a.message_id)
		WHERE c.id = $1 AND c.applied_at IS NULL FOR UPDATE OF c SKIP LOCKED`
	found, err := collect[callback](ctx, ex, query, id)
	if err != nil {
		return nil, fmt.Errorf("take callback: %w", err)
	}
	if len(found) == 0 {
		return nil, nil //nolint:nilnil // nothing to do is not an error
	}
	return &found[0], nil
}

func callbackApplied(ctx context.Context, ex Executor, now time.Time, id string) error {
	if _, err := ex.ExecContext(ctx, `UPDATE message_callback SET applied_at = $2 WHERE id = $1`, id, now); err != nil {
		return fmt.Errorf("apply callback: %w", err)
	}
	return nil
}

// sentTo returns the address that an e-mail was written to; "" when there is no such e-mail.
func sentTo(ctx context.Context, ex Executor, messageID string) (string, error) {
	found, err := collect[string](ctx, ex, `SELECT recipient FROM message WHERE id = $1 AND channel <> 'sms'`, messageID)
	if err != nil {
		return "", fmt.Errorf("look for message: %w", err)
	}
	return first(found...), nil
}

// wasRead tells whether the patient is known to have read a message.
func wasRead(ctx context.Context, ex Executor, messageID string) (bool, error) {
	found, err := collect[string](ctx, ex, `SELECT kind FROM message_event WHERE message_id = $1 AND kind = 'read' LIMIT 1`, messageID)
	if err != nil {
		return false, fmt.Errorf("look for events: %w", err)
	}
	return len(found) > 0, nil
}

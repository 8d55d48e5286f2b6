package notifications

import (
	"context"
	"fmt"

	"teleconsult/templates"
)

// loadWording reads the newest version of what a department wrote, if it ever wrote any.
func loadWording(ctx context.Context, ex Executor, departmentID, template, channel, language string) ([]Wording, error) {
	const query = `
		SELECT id, subject, body FROM message_wording
		WHERE department_id = $1 AND template = $2 AND channel = $3 AND language = $4 ORDER BY version DESC LIMIT 1`
	found, err := collect[Wording](ctx, ex, query, departmentID, template, channel, language)
	if err != nil {
		return nil, fmt.Errorf("load wording: %w", err)
	}
	return found, nil
}

// Reword gives the messages of a department that have not left yet its new words; id is that of the
// wording, "" for the product's own. It returns how many messages it concerned.
func Reword(ctx context.Context, ex Executor, departmentID string, name templates.Name, channel Channel, language, id string) (int, error) {
	const statement = `
		WITH waiting AS (
			SELECT id FROM message
			WHERE department_id = $1 AND template = $2 AND channel = $3 AND language = $4 AND status = 'queued' ORDER BY id FOR UPDATE
		), changed AS (
			UPDATE message AS m SET wording_id = nullif($5, '')::uuid FROM waiting AS w WHERE m.id = w.id RETURNING 1
		)
		SELECT count(*)::int FROM changed`
	counts, err := collect[int](ctx, ex, statement, departmentID, string(name), string(channel), language, id)
	if err != nil {
		return 0, fmt.Errorf("reword messages: %w", err)
	}
	return counts[0], nil
}

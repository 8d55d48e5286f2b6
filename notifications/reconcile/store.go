package reconcile

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/lib/pq"

	"teleconsult/notifications"
)

// look is a message that the provider is about to be asked about.
type look struct {
	notifications.Stored
	AttemptID  string `db:"attempt_id"`
	ProviderID string `db:"provider_id"`
	// StartedAt is when the first of its attempts of unknown outcome began, EndedAt when the last attempt ended.
	StartedAt time.Time `db:"started_at"`
	EndedAt   time.Time `db:"ended_at"`
}

// lookColumns reads a look out of message m.
const lookColumns = `
	SELECT m.id, coalesce(m.encounter_id::text, '') AS encounter_id, m.channel, m.purpose, m.recipient, m.reply_to, m.language,
		m.template, m.params, m.secrets, m.attempts, m.expires_at, m.provider_id,
		coalesce(w.id::text, '') AS wording_id, coalesce(w.subject, '') AS wording_subject, coalesce(w.body, '') AS wording_body,
		a.id AS attempt_id, a.ended_at, coalesce(a.first_at, a.ended_at) AS started_at
	FROM taken AS m
	JOIN LATERAL (
		SELECT id, coalesce(finished_at, started_at) AS ended_at,
			min(started_at) FILTER (WHERE outcome IN ('unknown', 'abandoned')) OVER () AS first_at
		FROM message_attempt WHERE message_id = m.id ORDER BY number DESC LIMIT 1
	) AS a ON true
	LEFT JOIN message_wording AS w ON w.id = m.wording_id`

// claimUnknown takes SMS of unknown outcome: two minutes after the attempt, then after pauses that double up to an hour.
// Having taken one keeps others from it until its next look is due.
func claimUnknown(ctx context.Context, ex notifications.Executor, now time.Time, n int) ([]look, error) {
	const statement = `
		WITH due AS (
			SELECT m.id FROM message AS m
			WHERE m.status = 'unknown' AND m.channel = 'sms' AND m.expires_at > $1 AND (
				m.looked_at <= $1::timestamptz - make_interval(secs => least(120 * power(2, least(greatest(m.looks - 1, 0), 10)), 3600))
				OR m.looked_at IS NULL AND NOT EXISTS (
					SELECT FROM message_attempt AS a
					WHERE a.message_id = m.id AND coalesce(a.finished_at, a.started_at) > $1::timestamptz - interval '2 minutes'
				)
			)
			ORDER BY m.expires_at LIMIT $2 FOR UPDATE OF m SKIP LOCKED
		), taken AS (
			UPDATE message AS m SET looked_at = $1, looks = least(m.looks + 1, 100) FROM due WHERE m.id = due.id RETURNING m.*
		)` + lookColumns
	found, err := collect[look](ctx, ex, statement, now, n)
	if err != nil {
		return nil, fmt.Errorf("look for unknown messages: %w", err)
	}
	return found, nil
}

// claimSilent takes SMS that the provider accepted and whose end or price is not known yet: 10 minutes after the last
// word of them, then after 45 minutes, six hours and twenty-four: the second look comes before an SMS without a receipt
// counts as late, which by default is after an hour. By then a message without a receipt gets its state, too.
func claimSilent(ctx context.Context, ex notifications.Executor, now time.Time, n int) ([]look, error) {
	const statement = `
		WITH due AS (
			SELECT m.id FROM message AS m
			WHERE m.channel = 'sms' AND m.provider_id <> '' AND (m.price_micros IS NULL OR m.status = 'accepted') AND m.looks < 4
				AND m.status IN ('accepted', 'delivered', 'undelivered')
				AND coalesce(m.looked_at, m.settled_at, m.accepted_at, m.created_at)
				<= $1::timestamptz - ('{10 min,45 min,6 hours,24 hours}'::interval [])[m.looks + 1]
			ORDER BY m.created_at LIMIT $2 FOR UPDATE OF m SKIP LOCKED
		), taken AS (
			UPDATE message AS m SET looked_at = $1, looks = m.looks + 1 FROM due WHERE m.id = due.id RETURNING m.*
		)` + lookColumns
	found, err := collect[look](ctx, ex, statement, now, n)
	if err != nil {
		return nil, fmt.Errorf("look for silent messages: %w", err)
	}
	return found, nil
}

// claimedBy returns those of the provider's ids that belong to other messages than this one.
func claimedBy(ctx context.Context, ex notifications.Executor, messageID string, ids []string) (map[string]bool, error) {
	const query = `
		SELECT provider_id FROM message WHERE provider_id = ANY($2::text []) AND provider_id <> '' AND id <> $1
		UNION
		SELECT c.provider_id FROM message_callback AS c JOIN message_attempt AS a ON a.id = c.attempt_id
		WHERE c.provider = 'twilio' AND c.provider_id = ANY($2::text []) AND a.message_id <> $1`
	found, err := collect[string](ctx, ex, query, messageID, pq.Array(ids))
	if err != nil {
		return nil, fmt.Errorf("look for known messages: %w", err)
	}
	others := make(map[string]bool, len(found))
	for _, id := range found {
		others[id] = true
	}
	return others, nil
}

// countAbsence notes one more list without the message, and returns how many there were in a row.
func countAbsence(ctx context.Context, ex notifications.Executor, id string) (int, error) {
	const statement = `UPDATE message SET absent = least(absent + 1, 100) WHERE id = $1 RETURNING absent::int`
	n, err := collect[int](ctx, ex, statement, id)
	if err != nil || len(n) == 0 {
		return 0, fmt.Errorf("note absence: %w", err)
	}
	return n[0], nil
}

// forgetAbsence begins to count anew, after a list that says something else.
func forgetAbsence(ctx context.Context, ex notifications.Executor, id string) error {
	if _, err := ex.ExecContext(ctx, `UPDATE message SET absent = 0 WHERE id = $1 AND absent <> 0`, id); err != nil {
		return fmt.Errorf("forget absence: %w", err)
	}
	return nil
}

// beginAnew forgets all looks, for the next attempt.
func beginAnew(ctx context.Context, ex notifications.Executor, id string) error {
	if _, err := ex.ExecContext(ctx, `UPDATE message SET absent = 0, looks = 0, looked_at = NULL WHERE id = $1`, id); err != nil {
		return fmt.Errorf("forget looks: %w", err)
	}
	return nil
}

// priceMessage keeps what the provider asked for a message. One of unknown outcome has been found with it, so the
// looks for its price begin.
func priceMessage(ctx context.Context, ex notifications.Executor, id string, one Listed) error {
	const statement = `
		UPDATE message SET
			price_micros = CASE WHEN $4 <> '' THEN $3::bigint ELSE price_micros END, price_currency = $4,
			segments = coalesce(nullif($2::int, 0), segments), absent = 0,
			looks = CASE WHEN status = 'unknown' THEN 0 ELSE looks END
		WHERE id = $1 AND ($4 <> '' OR price_micros IS NULL)`
	if _, err := ex.ExecContext(ctx, statement, id, one.Segments, one.PriceMicros, one.PriceCurrency); err != nil {
		return fmt.Errorf("price message: %w", err)
	}
	return nil
}

// collect reads all rows of a query into the fields of a struct, or its only column into a scalar.
func collect[T any](ctx context.Context, ex notifications.Executor, query string, args ...any) (all []T, err error) {
	rows, err := ex.QueryxContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var one T
		switch any(one).(type) {
		case int, string:
			err = rows.Scan(&one)
		default:
			err = rows.StructScan(&one)
		}
		if err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, rows.Err()
}

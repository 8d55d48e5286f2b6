package notifications

import (
	"context"
	"fmt"
	"time"

	"github.com/lib/pq"

	"teleconsult/notifications/cause"
)

// Told are the messages with which somebody was told something at a moment, and those that took their place.
type Told struct {
	EncounterID string
	At          time.Time
	// Start and End are the encounter's: a notice is useless after the one, an invitation after the other.
	Start, End time.Time
}

// Hold keeps messages that wait from leaving until Release, however late that is. What is on the wire is not held: if it
// does not arrive, it is tried again by its own rules. It returns how many it concerned. The transaction holds the
// encounters.
func Hold(ctx context.Context, ex Executor, now time.Time, all []Told) (int, error) {
	const statement = `
		WITH waiting AS (
			SELECT m.id, greatest(m.expires_at, CASE m.purpose WHEN 'notice' THEN t.starts ELSE t.ends END) AS useless
			FROM unnest($2::uuid [], $3::timestamptz [], $5::timestamptz [], $6::timestamptz []) AS t (encounter_id, at, starts, ends)
			JOIN message AS m ON m.encounter_id = t.encounter_id AND m.created_at >= t.at
			WHERE m.status = 'queued' AND m.last_code <> $1
				AND m.purpose IN ('notice', 'invitation') AND (m.slot = '' OR m.slot LIKE 'after/%')
		), held AS (
			UPDATE message AS m SET not_before = w.useless, first_due_at = w.useless, expires_at = w.useless, last_code = $1
			FROM waiting AS w WHERE m.id = w.id AND m.status = 'queued'
			RETURNING m.id, m.department_id
		), logged AS (
			INSERT INTO message_event (id, message_id, department_id, at, kind, code)
			SELECT gen_random_uuid(), id, department_id, $4, 'queued', $1 FROM held
		)
		SELECT count(*)::int FROM held`
	var ids, since, starts, ends pq.StringArray
	for _, t := range all {
		ids, since = append(ids, t.EncounterID), append(since, moment(t.At))
		starts, ends = append(starts, moment(t.Start)), append(ends, moment(t.End))
	}
	counts, err := collect[int](ctx, ex, statement, cause.Paused, ids, since, now, starts, ends)
	if err != nil {
		return 0, fmt.Errorf("hold messages: %w", err)
	}
	return counts[0], nil
}

// moment is a time as Postgres reads it.
func moment(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.999999Z") }

// heldRow is a message that is held.
type heldRow struct {
	ID          string    `db:"id"`
	EncounterID string    `db:"encounter_id"`
	Channel     Channel   `db:"channel"`
	ExpiresAt   time.Time `db:"expires_at"`
}

// Release lets held messages go; when tells the time of each by its encounter, channel and the moment at which it becomes
// useless. From then on each is tried for as long as any other. It returns how many it concerned.
func Release(
	ctx context.Context, ex Executor, now time.Time, encounterIDs []string,
	when func(encounterID string, channel Channel, expires time.Time) time.Time,
) (int, error) {
	const query = `SELECT id, encounter_id, channel, expires_at FROM message
		WHERE encounter_id = ANY($1::uuid []) AND status = 'queued' AND last_code = $2 ORDER BY id FOR UPDATE`
	held, err := collect[heldRow](ctx, ex, query, pq.StringArray(encounterIDs), cause.Paused)
	if err != nil {
		return 0, fmt.Errorf("release messages: %w", err)
	}
	var ids, times pq.StringArray
	for _, m := range held {
		at := when(m.EncounterID, m.Channel, m.ExpiresAt)
		ids, times = append(ids, m.ID), append(times, moment(at))
	}
	const statement = `
		WITH released AS (
			UPDATE message AS m SET not_before = t.at, first_due_at = t.at, last_code = '',
				expires_at = least(m.expires_at, t.at + $4 * interval '1 second')
			FROM unnest($1::uuid [], $2::timestamptz []) AS t (id, at) WHERE m.id = t.id RETURNING m.id, m.department_id
		), logged AS (
			INSERT INTO message_event (id, message_id, department_id, at, kind)
			SELECT gen_random_uuid(), id, department_id, $3, 'queued' FROM released
		)
		SELECT pg_notify('message_queued', '')::text FROM released LIMIT 1`
	if _, err = collect[string](ctx, ex, statement, ids, times, now, retryFor.Seconds()); err != nil {
		return 0, fmt.Errorf("release messages: %w", err)
	}
	return len(held), nil
}

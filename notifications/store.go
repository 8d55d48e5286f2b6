package notifications

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
)

// Executor runs statements in a transaction that somebody else opened and will end. *sqlx.Tx is one.
type Executor interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryxContext(ctx context.Context, query string, args ...any) (*sqlx.Rows, error)
}

// newRow is a message as it is first written.
type newRow struct {
	NewMessage
	ID      string
	Version string
	Params  string // JSON
	Secrets []byte // sealed, nil when there are none
}

// insertMessage writes the row and its first event, and wakes the dispatchers at commit.
func insertMessage(ctx context.Context, ex Executor, now time.Time, m newRow) error {
	const statement = `
		WITH m AS (
			INSERT INTO message (
				id, department_id, encounter_id, purpose, channel, recipient, reply_to, language,
				template, template_version, params, secrets, priority, not_before, expires_at, created_at
			) VALUES ($1, $2, nullif($3, '')::uuid, $4, $5, $6, $7, $8, $4, $9, $10, $11, $12, $13, $14, $15)
			RETURNING id, department_id
		), e AS (
			INSERT INTO message_event (id, message_id, department_id, at, kind)
			SELECT gen_random_uuid(), id, department_id, $15, 'queued' FROM m
		)
		SELECT pg_notify('message_queued', '')`
	_, err := ex.ExecContext(ctx, statement,
		m.ID, m.DepartmentID, m.EncounterID, string(m.Content.Name()), string(m.Channel), m.Recipient, m.ReplyTo, m.Language,
		m.Version, m.Params, m.Secrets, int64(m.Priority), m.NotBefore, m.ExpiresAt, now)
	if err != nil {
		return fmt.Errorf("queue message: %w", err)
	}
	return nil
}

// CancelPending takes back the encounter's messages of these purposes (all when none is named) that
// are not sent yet. One that is being sent at this moment is not tried again. It returns how many
// messages it concerned.
//
// An SMS whose outcome is unknown stays as it is: it is never sent again, and its receipt may come.
func CancelPending(ctx context.Context, ex Executor, now time.Time, encounterID string, purposes ...Purpose) (int, error) {
	names := make([]string, len(purposes))
	for i, p := range purposes {
		names[i] = string(p)
	}
	const statement = `
		WITH pending AS (
			SELECT id, status FROM message
			WHERE encounter_id = $1 AND (cardinality($3::text []) = 0 OR purpose = ANY($3::text []))
				AND cancel_asked_at IS NULL
				AND (status IN ('queued', 'sending') OR status = 'unknown' AND channel = 'email')
			ORDER BY id FOR UPDATE
		), changed AS (
			UPDATE message AS m SET
				cancel_asked_at = $2,
				status = CASE WHEN p.status = 'sending' THEN p.status ELSE 'cancelled' END,
				secrets = CASE WHEN p.status = 'sending' THEN m.secrets END,
				settled_at = CASE WHEN p.status = 'sending' THEN NULL ELSE $2::timestamptz END
			FROM pending AS p WHERE m.id = p.id
			RETURNING m.id, m.department_id, m.status
		), logged AS (
			INSERT INTO message_event (id, message_id, department_id, at, kind)
			SELECT gen_random_uuid(), id, department_id, $2, 'cancelled' FROM changed WHERE status = 'cancelled'
		)
		SELECT count(*)::int FROM changed`
	counts, err := collect[int](ctx, ex, statement, encounterID, now, pq.Array(names))
	if err != nil {
		return 0, fmt.Errorf("cancel messages: %w", err)
	}
	return counts[0], nil
}

// MarkRead records, once per message, that the patient proved the birth date on the personal page:
// the notice and the invitation that had left by then were read.
func MarkRead(ctx context.Context, ex Executor, now time.Time, encounterID string) error {
	const statement = `
		INSERT INTO message_event (id, message_id, department_id, at, kind)
		SELECT gen_random_uuid(), m.id, m.department_id, $2, 'read' FROM message AS m
		WHERE m.encounter_id = $1 AND m.purpose IN ('notice', 'invitation')
			AND m.status IN ('accepted', 'delivered', 'unknown')
			AND NOT EXISTS (SELECT FROM message_event AS e WHERE e.message_id = m.id AND e.kind = 'read')`
	if _, err := ex.ExecContext(ctx, statement, encounterID, now); err != nil {
		return fmt.Errorf("mark messages read: %w", err)
	}
	return nil
}

// collect reads all rows of a query: into the fields of a struct, or the only column into a scalar.
func collect[T any](ctx context.Context, ex Executor, query string, args ...any) (all []T, err error) {
	rows, err := ex.QueryxContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var one T
		switch any(one).(type) {
		case int, string, []byte:
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

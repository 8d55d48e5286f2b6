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

// insertMessages writes the rows with their first events, and wakes the dispatchers at commit. It returns the ids in
// the order of the rows, "" for one that is kept from being written twice.
func insertMessages(ctx context.Context, ex Executor, now time.Time, all []newRow) ([]string, error) {
	if len(all) == 0 {
		return nil, nil
	}
	const statement = `
		WITH m AS (
			INSERT INTO message (
				id, department_id, encounter_id, purpose, channel, recipient, reply_to, language, template, template_version,
				params, secrets, priority, not_before, expires_at, created_at, slot, follows, wording_id, first_due_at
			)
			SELECT r.id, r.department_id, nullif(r.encounter_id, '')::uuid, r.purpose, r.channel, r.recipient, r.reply_to,
				r.language, r.template, r.template_version, r.params::jsonb, nullif(r.secrets, ''::bytea), r.priority,
				r.not_before::timestamptz, r.expires_at::timestamptz, $1, r.slot, nullif(r.follows, '')::uuid,
				nullif(r.wording_id, '')::uuid, r.not_before::timestamptz
			FROM unnest(
				$2::uuid [], $3::uuid [], $4::text [], $5::text [], $6::text [], $7::text [], $8::text [], $9::text [], $10::text [],
				$11::text [], $12::text [], $13::bytea [], $14::smallint [], $15::text [], $16::text [], $17::text [], $18::text [],
				$19::text []
			) AS r (
				id, department_id, encounter_id, purpose, channel, recipient, reply_to, language, template, template_version,
				params, secrets, priority, not_before, expires_at, slot, follows, wording_id
			)
			ON CONFLICT DO NOTHING RETURNING id, department_id
		), e AS (
			INSERT INTO message_event (id, message_id, department_id, at, kind)
			SELECT gen_random_uuid(), id, department_id, $1, 'queued' FROM m
		), woken AS (
			SELECT pg_notify('message_queued', '') FROM m LIMIT 1
		)
		SELECT id::text FROM m WHERE (SELECT count(*) FROM woken) > 0`
	written, err := collect[string](ctx, ex, statement, append([]any{now}, columnsOf(all)...)...)
	if err != nil {
		return nil, fmt.Errorf("queue messages: %w", err)
	}
	there := make(map[string]bool, len(written))
	for _, id := range written {
		there[id] = true
	}
	ids := make([]string, len(all))
	for i, m := range all {
		if there[m.ID] {
			ids[i] = m.ID
		}
	}
	return ids, nil
}

// columnsOf are the rows as arrays, one for each column.
func columnsOf(all []newRow) []any {
	text := func(of func(m newRow) string) any {
		column := make(pq.StringArray, 0, len(all))
		for _, m := range all {
			column = append(column, of(m))
		}
		return column
	}
	sealed, priorities := make(pq.ByteaArray, 0, len(all)), make(pq.Int64Array, 0, len(all))
	for _, m := range all {
		sealed, priorities = append(sealed, m.Secrets), append(priorities, int64(m.Priority))
	}
	return []any{
		text(func(m newRow) string { return m.ID }), text(func(m newRow) string { return m.DepartmentID }),
		text(func(m newRow) string { return m.EncounterID }), text(func(m newRow) string { return string(m.Purpose) }),
		text(func(m newRow) string { return string(m.Channel) }), text(func(m newRow) string { return m.Recipient }),
		text(func(m newRow) string { return m.ReplyTo }), text(func(m newRow) string { return m.Language }),
		text(func(m newRow) string { return string(m.Content.Name()) }), text(func(m newRow) string { return m.Version }),
		text(func(m newRow) string { return m.Params }), sealed, priorities,
		text(func(m newRow) string { return moment(m.NotBefore) }), text(func(m newRow) string { return moment(m.ExpiresAt) }),
		text(func(m newRow) string { return m.Slot }), text(func(m newRow) string { return m.Follows }),
		text(func(m newRow) string { return m.Wording.ID }),
	}
}

// whyNotWritten tells the two rules apart that keep a message from being written twice.
func whyNotWritten(ctx context.Context, ex Executor, follows string) error {
	if follows == "" {
		return ErrSlotTaken
	}
	followed, err := isFollowed(ctx, ex, follows)
	switch {
	case err != nil:
		return err
	case followed:
		return ErrFollowed
	}
	return ErrSlotTaken
}

// isFollowed tells whether another message takes the place of this one.
func isFollowed(ctx context.Context, ex Executor, id string) (bool, error) {
	found, err := collect[string](ctx, ex, `SELECT id FROM message WHERE follows = $1`, id)
	if err != nil {
		return false, fmt.Errorf("look for a following message: %w", err)
	}
	return len(found) > 0, nil
}

// CancelPending takes back the encounter's messages of these purposes (all when none is named) that
// are not sent yet. One that is being sent at this moment is not tried again. It returns how many
// messages it concerned.
//
// An SMS whose outcome is unknown stays so, since its receipt may come, and is not counted; it is cancelled once it is
// proven that the provider never took it.
func CancelPending(ctx context.Context, ex Executor, now time.Time, encounterID string, purposes ...Purpose) (int, error) {
	names := make([]string, len(purposes))
	for i, p := range purposes {
		names[i] = string(p)
	}
	return cancelPending(ctx, ex, now, encounterID, names, nil)
}

// CancelSlots is CancelPending for the messages that fill these slots of the encounter, or that have no slot and
// one of these ids; none when none is named.
func CancelSlots(ctx context.Context, ex Executor, now time.Time, encounterID string, slots ...string) (int, error) {
	if len(slots) == 0 {
		return 0, nil
	}
	return cancelPending(ctx, ex, now, encounterID, nil, slots)
}

// cancelPending takes back the messages of these purposes and slots; an empty list names all.
func cancelPending(ctx context.Context, ex Executor, now time.Time, encounterID string, purposes, slots []string) (int, error) {
	const statement = `
		WITH pending AS (
			SELECT id, status = 'sending' OR status = 'unknown' AND channel = 'sms' AS gone FROM message
			WHERE encounter_id = $1 AND (coalesce(cardinality($3::text []), 0) = 0 OR purpose = ANY($3::text []))
				AND (coalesce(cardinality($4::text []), 0) = 0 OR slot = ANY($4::text []) OR slot = '' AND id::text = ANY($4::text []))
				AND cancel_asked_at IS NULL
				AND status IN ('queued', 'sending', 'unknown')
			ORDER BY id FOR UPDATE
		), changed AS (
			UPDATE message AS m SET
				cancel_asked_at = $2,
				status = CASE WHEN p.gone THEN m.status ELSE 'cancelled' END,
				secrets = CASE WHEN p.gone THEN m.secrets END,
				settled_at = CASE WHEN p.gone THEN NULL ELSE $2::timestamptz END
			FROM pending AS p WHERE m.id = p.id
			RETURNING m.id, m.department_id, m.status, m.channel, m.purpose
		), logged AS (
			INSERT INTO message_event (id, message_id, department_id, at, kind)
			SELECT gen_random_uuid(), id, department_id, $2, 'cancelled' FROM changed WHERE status = 'cancelled'
		)
		SELECT channel, purpose, status FROM changed WHERE status <> 'unknown'`
	found, err := collect[settled](ctx, ex, statement, encounterID, now, pq.Array(purposes), pq.Array(slots))
	if err != nil {
		return 0, fmt.Errorf("cancel messages: %w", err)
	}
	for _, s := range found {
		if s.Status == StatusCancelled { // else it is on the wire, and its end is told then
			note(ctx, s)
		}
	}
	return len(found), nil
}

// MarkRead records, once per message, that the patient proved the birth date on the personal page: the messages
// that brought the way to it were read, so their address is good. It returns how many messages that concerned.
//
// via is the channel whose link was opened (see PersonalLink), "" when the link does not say so: an SMS has no room
// for it. Then it is taken for an SMS if one has left. What was read are the messages of that channel that had left for
// the address that the newest of them went to; where no SMS has left, only the newest message, because the link
// was copied from somewhere. A message to an address that failed later was not read.
func (o Outbox) MarkRead(ctx context.Context, ex Executor, now time.Time, encounterID string, via Channel) (int, error) {
	const statement = `
		WITH gone AS (
			SELECT m.id, m.department_id, m.recipient, m.channel, m.created_at FROM message AS m
			WHERE m.encounter_id = $1 AND m.purpose NOT IN ('cancellation', 'prescription-notice', 'document-link', 'document-mail', 'document-password', 'test')
				AND m.status IN ('accepted', 'delivered', 'unknown')
				AND NOT EXISTS (
					SELECT FROM message AS f
					WHERE f.encounter_id = m.encounter_id AND f.channel = m.channel AND f.recipient = m.recipient
						AND f.status = 'undelivered' AND (f.created_at, f.id) > (m.created_at, m.id)
				)
		), opened AS (
			SELECT id, channel, recipient FROM gone
			WHERE $3 = '' OR channel = $3 ORDER BY ($3 = '' AND channel = 'sms') DESC, created_at DESC, id DESC LIMIT 1
		), unread AS (
			SELECT g.id, g.department_id, g.recipient, g.channel FROM gone AS g
			JOIN opened AS o ON o.channel = g.channel AND o.recipient = g.recipient
			WHERE (o.id = g.id OR $3 <> '' OR o.channel = 'sms')
				AND NOT EXISTS (SELECT FROM message_event AS e WHERE e.message_id = g.id AND e.kind = 'read')
		), logged AS (
			INSERT INTO message_event (id, message_id, department_id, at, kind)
			SELECT gen_random_uuid(), id, department_id, $2, 'read' FROM unread
		)
		SELECT recipient, channel FROM unread`
	found, err := collect[readRow](ctx, ex, statement, encounterID, now, string(via))
	if err != nil {
		return 0, fmt.Errorf("mark messages read: %w", err)
	}
	var reached addresses
	for _, r := range found {
		reached.add(o.Vault.Hash(r.Recipient), r.Channel, "")
	}
	return len(found), forgetFailures(ctx, ex, reached)
}

type readRow struct {
	Recipient string  `db:"recipient"`
	Channel   Channel `db:"channel"`
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

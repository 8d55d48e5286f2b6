package dispatch

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"teleconsult/notifications"
)

// job is a message that this dispatcher holds.
type job struct {
	notifications.Stored
	// Rank orders the queue: the earlier, the more urgent.
	Rank time.Time `db:"rank"`
	// refused says that the recipient refused the channel for good.
	refused bool
	// checked is the beat at which the message was last known not to be taken back, gone that it was. While
	// the message waits to be looked at, lane.checking guards them.
	checked int64
	gone    bool
}

func (j *job) lease() notifications.Lease {
	return notifications.Lease{ID: j.ID, EncounterID: j.EncounterID}
}

// order is what a claim may take.
type order struct {
	channel notifications.Channel
	owner   string
	now     time.Time
	until   time.Time // when the lease ends
	n       int
	// least is the least urgent priority that is taken.
	least notifications.Priority
	// provider is the name of the provider's budget.
	provider string
}

// bonuses are how much earlier than by its time a message has its turn.
const bonuses = `
	SELECT 1::smallint AS priority, interval '1 day' AS bonus UNION ALL SELECT 2, interval '1 hour' UNION ALL SELECT 3, interval '0'`

// claim takes up to n due messages, most urgent first, and the tokens for them. Rows that another dispatcher
// is about to take are passed over.
//
// The order is by the time since which a message waits, with a bonus for its priority: a patient who waits
// now overtakes what waits for less than a day, a single message what waits for less than an hour; so bulk
// is never put off for ever. Each department's part is looked up by itself, so that one whose bucket is
// empty holds up no other; a waiting patient may take more than the department's bucket has, but not more
// than the provider's.
func claim(ctx context.Context, ex notifications.Executor, o order) ([]*job, error) {
	const statement = `
		WITH bucket AS (
			SELECT b.name, greatest($1, b.refilled_at) AS refilled,
				least(greatest(1, b.per_minute / 6), b.tokens + b.per_minute / 60 * extract(epoch FROM greatest($1, b.refilled_at) - b.refilled_at)) AS tokens
			FROM send_budget AS b WHERE b.name = $7 OR b.name LIKE '%/' || $2 ORDER BY b.name FOR UPDATE
		), due AS (
			SELECT m.id, d.id AS department_id, m.priority, m.not_before - p.bonus AS rank
			FROM department AS d
			CROSS JOIN (` + bonuses + `) AS p
			CROSS JOIN LATERAL (
				SELECT q.id, q.priority, q.not_before FROM message AS q
				WHERE q.status = 'queued' AND q.channel = $2 AND q.department_id = d.id AND q.priority = p.priority
					AND q.not_before <= $1 AND q.expires_at > $1
				ORDER BY q.not_before LIMIT $5
			) AS m
			WHERE p.priority <= $6
		), placed AS (
			SELECT due.*, row_number() OVER (PARTITION BY due.department_id ORDER BY due.rank, due.id) AS place FROM due
		), allowed AS (
			SELECT w.id, w.rank FROM placed AS w LEFT JOIN bucket AS b ON b.name = w.department_id::text || '/' || $2
			WHERE b.name IS NULL OR w.priority = 1 OR w.place <= b.tokens
		), picked AS (
			SELECT id, rank FROM allowed ORDER BY rank, id
			LIMIT least($5, coalesce((SELECT floor(tokens)::int FROM bucket WHERE name = $7), $5))
		), free AS (
			SELECT id FROM message WHERE id = ANY(ARRAY(SELECT id FROM picked)) AND status = 'queued' FOR UPDATE SKIP LOCKED
		), claimed AS (
			UPDATE message SET status = 'sending', lease_until = $3, lease_owner = $4
			WHERE id = ANY(ARRAY(SELECT id FROM free)) RETURNING *
		), spent AS (
			SELECT department_id::text || '/' || $2 AS name, count(*) AS n FROM claimed GROUP BY department_id
			UNION ALL SELECT $7, count(*) FROM claimed
		), paid AS (
			UPDATE send_budget AS b SET tokens = greatest(0, k.tokens - s.n), refilled_at = k.refilled
			FROM bucket AS k JOIN spent AS s ON s.name = k.name WHERE b.name = k.name AND s.n > 0
		)
		SELECT c.id, coalesce(c.encounter_id::text, '') AS encounter_id, c.channel, c.purpose, c.recipient, c.reply_to, c.language,
			c.template, c.params, c.secrets, c.attempts, c.expires_at, c.not_before - p.bonus AS rank,
			coalesce(w.id::text, '') AS wording_id, coalesce(w.subject, '') AS wording_subject, coalesce(w.body, '') AS wording_body
		FROM claimed AS c JOIN (` + bonuses + `) AS p ON p.priority = c.priority
		LEFT JOIN message_wording AS w ON w.id = c.wording_id`
	// An instance that is frozen in the middle must not hold up the others.
	if _, err := ex.ExecContext(ctx, `SET LOCAL idle_in_transaction_session_timeout = '5s'`); err != nil {
		return nil, fmt.Errorf("claim messages: %w", err)
	}
	var jobs []*job
	err := each(ctx, ex, func(rows *sqlx.Rows) error {
		j := &job{}
		jobs = append(jobs, j)
		return rows.StructScan(j)
	}, statement, o.now, string(o.channel), o.until, o.owner, o.n, int64(o.least), o.provider)
	if err != nil {
		return nil, fmt.Errorf("claim messages: %w", err)
	}
	return jobs, nil
}

// each reads all rows of a query.
func each(ctx context.Context, ex notifications.Executor, read func(*sqlx.Rows) error, query string, args ...any) (err error) {
	rows, err := ex.QueryxContext(ctx, query, args...) //nolint:sqlclosecheck // closed below, however read ends
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		if err = read(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// limit is a bucket that must exist.
type limit struct {
	name      string
	perMinute float64
}

// setBudgets makes the buckets of the limits that stand, the providers' and those of the departments'
// settings, and removes the rest: no row is no limit. A bucket holds ten seconds' worth, and at least one
// token. When it was refilled may lie ahead by the little that instances' clocks differ; if it lies far
// ahead, a clock was wrong.
func setBudgets(ctx context.Context, ex notifications.Executor, now time.Time, providers []limit) error {
	const statement = `
		WITH wanted AS (
			SELECT p.name, p.per_minute FROM unnest($2::text [], $3::float8 []) AS p (name, per_minute) WHERE p.per_minute > 0
			UNION ALL
			SELECT d.id::text || '/' || c.channel, (d.delivery ->> c.setting)::float8
			FROM department AS d CROSS JOIN (VALUES ('email', 'emailsPerMinute'), ('sms', 'smsPerMinute')) AS c (channel, setting)
			WHERE (d.delivery ->> c.setting)::float8 > 0
		), gone AS (
			DELETE FROM send_budget AS b WHERE NOT EXISTS (SELECT FROM wanted AS w WHERE w.name = b.name)
		)
		INSERT INTO send_budget AS b (name, per_minute, tokens, refilled_at)
		SELECT w.name, w.per_minute, greatest(1, w.per_minute / 6), $1 FROM wanted AS w ORDER BY w.name
		ON CONFLICT (name) DO UPDATE SET per_minute = excluded.per_minute,
			refilled_at = CASE WHEN b.refilled_at - interval '1 minute' > $1 THEN $1 ELSE b.refilled_at END
		WHERE b.per_minute <> excluded.per_minute OR b.refilled_at - interval '1 minute' > $1`
	names, rates := []string{}, []float64{}
	for _, l := range providers {
		names, rates = append(names, l.name), append(rates, l.perMinute)
	}
	if _, err := ex.ExecContext(ctx, statement, now, pq.Array(names), pq.Array(rates)); err != nil {
		return fmt.Errorf("set the budgets: %w", err)
	}
	return nil
}

// renew prolongs the leases of what owner still holds; what is being marked at this moment needs none.
func renew(ctx context.Context, ex notifications.Executor, until time.Time, owner string, ids []string) error {
	const statement = `
		WITH mine AS (
			SELECT id FROM message WHERE id = ANY($3::uuid []) AND lease_owner = $2 AND status = 'sending' FOR UPDATE SKIP LOCKED
		)
		UPDATE message AS m SET lease_until = $1 FROM mine WHERE m.id = mine.id`
	if _, err := ex.ExecContext(ctx, statement, until, owner, pq.Array(ids)); err != nil {
		return fmt.Errorf("renew leases: %w", err)
	}
	return nil
}

// taken returns which of the messages owner must not begin: taken back, or no longer in its hands.
func taken(ctx context.Context, ex notifications.Executor, owner string, ids []string) (map[string]bool, error) {
	const query = `
		SELECT id FROM message WHERE id = ANY($2::uuid [])
			AND (status <> 'sending' OR cancel_asked_at IS NOT NULL OR lease_owner IS DISTINCT FROM $1)`
	found := map[string]bool{}
	err := each(ctx, ex, func(rows *sqlx.Rows) error {
		var id string
		err := rows.Scan(&id)
		found[id] = true
		return err
	}, query, owner, pq.Array(ids))
	if err != nil {
		return nil, fmt.Errorf("look whether messages were taken back: %w", err)
	}
	return found, nil
}

// errTaken: the message was taken back, or is no longer ours.
var errTaken = errors.New("the message must not be begun")

// begin writes an attempt down before it is made. It waits for whoever takes the message back at this
// moment, and fails with errTaken if they did.
func begin(ctx context.Context, ex notifications.Executor, now time.Time, owner, messageID, attemptID string) error {
	const statement = `
		WITH mine AS (
			UPDATE message SET attempts = attempts + 1
			WHERE id = $2 AND status = 'sending' AND lease_owner = $1 AND cancel_asked_at IS NULL
			RETURNING id, department_id, attempts
		)
		INSERT INTO message_attempt (id, message_id, department_id, number, started_at)
		SELECT $3, id, department_id, attempts, $4 FROM mine`
	result, err := ex.ExecContext(ctx, statement, owner, messageID, attemptID, now)
	if err != nil {
		return fmt.Errorf("begin an attempt: %w", err)
	}
	if n, err := result.RowsAffected(); err != nil || n == 0 {
		return errors.Join(errTaken, err)
	}
	return nil
}

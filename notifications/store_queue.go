package notifications

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/lib/pq"
)

// job is a message that this dispatcher holds, with the attempt that it is about to make.
type job struct {
	ID           string    `db:"id"`
	AttemptID    string    `db:"attempt_id"`
	DepartmentID string    `db:"department_id"`
	EncounterID  string    `db:"encounter_id"`
	Channel      Channel   `db:"channel"`
	Recipient    string    `db:"recipient"`
	ReplyTo      string    `db:"reply_to"`
	Language     string    `db:"language"`
	Template     string    `db:"template"`
	Params       []byte    `db:"params"`
	Secrets      []byte    `db:"secrets"`
	Attempts     int       `db:"attempts"`
	Priority     Priority  `db:"priority"`
	ExpiresAt    time.Time `db:"expires_at"`
	// Refused says that the recipient refused the channel for good.
	Refused bool `db:"-"`
}

// claim takes up to n due messages of these channels for owner until the lease ends, most urgent first, and opens an
// attempt for each. Rows that another dispatcher is about to take are passed over.
func claim(ctx context.Context, ex Executor, now, lease time.Time, owner string, n int, channels []string) ([]job, error) {
	const statement = `
		WITH due AS (
			SELECT id FROM message WHERE status = 'queued' AND not_before <= $1 AND expires_at > $1 AND channel = ANY($5::text [])
			ORDER BY priority, not_before LIMIT $4 FOR UPDATE SKIP LOCKED
		), claimed AS (
			UPDATE message AS m SET status = 'sending', attempts = m.attempts + 1, lease_until = $2, lease_owner = $3
			FROM due WHERE m.id = due.id RETURNING m.*
		), attempt AS (
			INSERT INTO message_attempt (id, message_id, department_id, number, started_at)
			SELECT gen_random_uuid(), id, department_id, attempts, $1 FROM claimed RETURNING id, message_id
		), logged AS (
			INSERT INTO message_event (id, message_id, department_id, at, kind)
			SELECT gen_random_uuid(), id, department_id, $1, 'sending' FROM claimed
		)
		SELECT c.id, a.id AS attempt_id, c.department_id, coalesce(c.encounter_id::text, '') AS encounter_id, c.channel,
			c.recipient, c.reply_to, c.language, c.template, c.params, c.secrets, c.attempts, c.priority, c.expires_at
		FROM claimed AS c JOIN attempt AS a ON a.message_id = c.id ORDER BY c.priority, c.not_before`
	jobs, err := collect[job](ctx, ex, statement, now, lease, owner, n, pq.Array(channels))
	if err != nil {
		return nil, fmt.Errorf("claim messages: %w", err)
	}
	return jobs, nil
}

// renew prolongs the leases of what owner still holds.
func renew(ctx context.Context, ex Executor, lease time.Time, owner string, ids []string) error {
	const statement = `
		UPDATE message SET lease_until = $1 WHERE id = ANY($3::uuid []) AND lease_owner = $2 AND status = 'sending'`
	if _, err := ex.ExecContext(ctx, statement, lease, owner, pq.Array(ids)); err != nil {
		return fmt.Errorf("renew leases: %w", err)
	}
	return nil
}

// stale is a message that time alone has something to say about.
type stale struct {
	ID          string `db:"id"`
	EncounterID string `db:"encounter_id"`
}

// overdue finds messages whose lease lapsed, whose pause after an unknown outcome is over, or whose
// time is over.
func overdue(ctx context.Context, ex Executor, now time.Time) ([]stale, error) {
	const query = `
		SELECT id, coalesce(encounter_id::text, '') AS encounter_id FROM message
		WHERE status = 'sending' AND lease_until < $1
			OR status = 'unknown' AND not_before <= $1
			OR status IN ('queued', 'unknown') AND expires_at <= $1
		ORDER BY expires_at LIMIT 200`
	return collect[stale](ctx, ex, query, now)
}

// held is a message locked for a change.
type held struct {
	ID           string     `db:"id"`
	DepartmentID string     `db:"department_id"`
	EncounterID  string     `db:"encounter_id"`
	Purpose      Purpose    `db:"purpose"`
	Channel      Channel    `db:"channel"`
	Recipient    string     `db:"recipient"`
	Status       Status     `db:"status"`
	Priority     Priority   `db:"priority"`
	Attempts     int        `db:"attempts"`
	NotBefore    time.Time  `db:"not_before"`
	ExpiresAt    time.Time  `db:"expires_at"`
	LeaseUntil   *time.Time `db:"lease_until"`
	LeaseOwner   string     `db:"lease_owner"`
	CancelAsked  bool       `db:"cancel_asked"`
	// Unknowns is how many earlier attempts ended unknown; Abandoned, how many times its dispatcher died.
	Unknowns  int `db:"unknowns"`
	Abandoned int `db:"abandoned"`
}

var errNoMessage = errors.New("no such message")

func hold(ctx context.Context, ex Executor, id string) (held, error) {
	const query = `
		SELECT m.id, m.department_id, coalesce(m.encounter_id::text, '') AS encounter_id, m.purpose, m.channel, m.recipient, m.status,
			m.priority, m.attempts, m.not_before, m.expires_at, m.lease_until, coalesce(m.lease_owner::text, '') AS lease_owner,
			m.cancel_asked_at IS NOT NULL AS cancel_asked,
			(SELECT count(*) FROM message_attempt AS a WHERE a.message_id = m.id AND a.outcome = 'unknown') AS unknowns,
			(SELECT count(*) FROM message_attempt AS a WHERE a.message_id = m.id AND a.outcome = 'abandoned') AS abandoned
		FROM message AS m WHERE m.id = $1 FOR UPDATE OF m`
	rows, err := collect[held](ctx, ex, query, id)
	switch {
	case err != nil:
		return held{}, fmt.Errorf("hold message: %w", err)
	case len(rows) == 0:
		return held{}, errNoMessage
	}
	return rows[0], nil
}

// change is what happens to a held message. With an empty Status only the event is written.
type change struct {
	Status    Status
	NotBefore time.Time // kept when zero
	Kind      string    // of the event
	Code      string
	Detail    string
	Provider  string // the provider's id, kept when empty
	Version   string // of the template that was rendered, kept when empty
	Segments  int    // kept when 0
}

// write applies a change and logs it. Secrets go as soon as the message cannot be sent again.
func (c change) write(ctx context.Context, ex Executor, now time.Time, m held) error {
	const update = `
		UPDATE message SET
			status = $2, not_before = coalesce($3, not_before), last_code = $4,
			provider_id = coalesce(nullif($5, ''), provider_id),
			template_version = coalesce(nullif($6, ''), template_version),
			segments = coalesce(nullif($7::int, 0), segments),
			lease_until = NULL, lease_owner = NULL,
			accepted_at = CASE WHEN $2 IN ('accepted', 'delivered') THEN coalesce(accepted_at, $8) ELSE accepted_at END,
			settled_at = CASE WHEN $9 THEN $8 ELSE settled_at END,
			secrets = CASE WHEN $10 THEN secrets END
		WHERE id = $1`
	if c.Status != "" {
		notBefore := any(nil)
		if !c.NotBefore.IsZero() {
			notBefore = c.NotBefore
		}
		_, err := ex.ExecContext(ctx, update, m.ID, string(c.Status), notBefore, c.Code, c.Provider, c.Version, c.Segments,
			now, c.Status.Final(), c.Status.Sendable())
		if err != nil {
			return fmt.Errorf("change message: %w", err)
		}
	}
	const event = `
		INSERT INTO message_event (id, message_id, department_id, at, kind, code, detail)
		VALUES (gen_random_uuid(), $1, $2, $3, $4, $5, $6)`
	if _, err := ex.ExecContext(ctx, event, m.ID, m.DepartmentID, now, c.Kind, c.Code, c.Detail); err != nil {
		return fmt.Errorf("log message: %w", err)
	}
	return nil
}

// endAttempt records how an attempt ended; a later word replaces a guess (unknown, abandoned), never a fact.
func endAttempt(ctx context.Context, ex Executor, now time.Time, id string, outcome, code, provider string) error {
	const statement = `
		UPDATE message_attempt SET
			finished_at = coalesce(finished_at, $2), outcome = $3, code = $4, provider_id = coalesce(nullif($5, ''), provider_id)
		WHERE id = $1 AND (outcome IS NULL OR outcome IN ('unknown', 'abandoned'))`
	if _, err := ex.ExecContext(ctx, statement, id, now, outcome, code, provider); err != nil {
		return fmt.Errorf("end attempt: %w", err)
	}
	return nil
}

// abandonAttempts ends what a dead dispatcher left open.
func abandonAttempts(ctx context.Context, ex Executor, now time.Time, messageID string) error {
	const statement = `
		UPDATE message_attempt SET finished_at = $2, outcome = 'abandoned', code = $3 WHERE message_id = $1 AND outcome IS NULL`
	if _, err := ex.ExecContext(ctx, statement, messageID, now, CodeAbandoned); err != nil {
		return fmt.Errorf("abandon attempts: %w", err)
	}
	return nil
}

// suppress remembers that a recipient refused a channel for good.
func suppress(ctx context.Context, ex Executor, now time.Time, hash []byte, channel Channel, code string) error {
	const statement = `
		INSERT INTO message_suppression (recipient_hash, channel, code, since) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`
	if _, err := ex.ExecContext(ctx, statement, hash, string(channel), code, now); err != nil {
		return fmt.Errorf("suppress recipient: %w", err)
	}
	return nil
}

// suppressed returns those of the hashes that refused the channel.
func suppressed(ctx context.Context, ex Executor, channel Channel, hashes [][]byte) (map[string]bool, error) {
	if len(hashes) == 0 {
		return map[string]bool{}, nil
	}
	const query = `SELECT recipient_hash FROM message_suppression WHERE channel = $1 AND recipient_hash = ANY($2::bytea [])`
	found, err := collect[[]byte](ctx, ex, query, string(channel), pq.Array(hashes))
	if err != nil {
		return nil, fmt.Errorf("look for refusals: %w", err)
	}
	set := make(map[string]bool, len(found))
	for _, hash := range found {
		set[string(hash)] = true
	}
	return set, nil
}

package notifications

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/lib/pq"

	"teleconsult/notifications/cause"
)

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
	// Unknowns is how many earlier attempts ended unknown; Abandoned, how many times its dispatcher died;
	// Open, how many attempts are under way by their rows. They are counted where they can matter: not for
	// an e-mail that is being sent for the first time.
	Unknowns  int `db:"unknowns"`
	Abandoned int `db:"abandoned"`
	Open      int `db:"open"`
}

// hold locks messages in the order of their ids. One that does not exist is not among them.
func hold(ctx context.Context, ex Executor, all []subject) ([]held, error) {
	const query = `
		SELECT m.id, m.department_id, coalesce(m.encounter_id::text, '') AS encounter_id, m.purpose, m.channel, m.recipient, m.status,
			m.priority, m.attempts, m.not_before, m.expires_at, m.lease_until, coalesce(m.lease_owner::text, '') AS lease_owner,
			m.cancel_asked_at IS NOT NULL AS cancel_asked,
			CASE WHEN m.attempts > 0 THEN
				(SELECT count(*) FROM message_attempt AS a WHERE a.message_id = m.id AND a.outcome = 'unknown') ELSE 0 END AS unknowns,
			CASE WHEN m.attempts > 0 THEN
				(SELECT count(*) FROM message_attempt AS a WHERE a.message_id = m.id AND a.outcome = 'abandoned') ELSE 0 END AS abandoned,
			CASE WHEN m.attempts > 0 THEN
				(SELECT count(*) FROM message_attempt AS a WHERE a.message_id = m.id AND a.outcome IS NULL) ELSE 0 END AS open
		FROM message AS m WHERE m.id = ANY($1::uuid []) ORDER BY m.id FOR UPDATE OF m`
	ids := make([]string, 0, len(all))
	for _, s := range all {
		ids = append(ids, s.ID)
	}
	rows, err := collect[held](ctx, ex, query, pq.Array(ids))
	if err != nil {
		return nil, fmt.Errorf("hold messages: %w", err)
	}
	return rows, nil
}

// change is what happens to a held message. With an empty Status only the event is written.
type change struct {
	Status    Status
	NotBefore time.Time // kept when zero
	Kind      string    // of the event; none is written when it is ""
	Code      string
	Detail    string
	Provider  string // the provider's id, kept when empty
	Version   string // of the template that was rendered, kept when empty
	Segments  int    // kept when 0
	// PriceMicros and PriceCurrency are kept when the currency is empty.
	PriceMicros   int64
	PriceCurrency string
	// Attempt is how an attempt ended, nil when the change tells of none.
	Attempt *attempt
	// Suppress says that the recipient refused the channel for good.
	Suppress bool

	message held // filled in by alterAll
}

// attempt is one try to send a message.
type attempt struct {
	ID        string
	StartedAt time.Time
	Outcome   string
	Code      string
	Provider  string
	// New says that it was not counted yet: its row was not written when it began.
	New bool
}

// columns are the parameters of writeChanges, one slice for each.
type columns struct {
	ids, departments, statuses, notBefore, codes, providers, versions, currencies, kinds, details []string
	segments, prices, tries                                                                       []int64
	final, sendable                                                                               []bool

	attemptIDs, attemptMessages, attemptDepartments, started, outcomes, attemptCodes, attemptProviders []string
	numbers                                                                                            []int64
}

func (t *columns) add(c change) {
	m := c.message
	t.ids, t.departments = append(t.ids, m.ID), append(t.departments, m.DepartmentID)
	t.statuses, t.codes = append(t.statuses, string(c.Status)), append(t.codes, c.Code)
	t.notBefore = append(t.notBefore, stamp(c.NotBefore))
	t.providers, t.versions = append(t.providers, c.Provider), append(t.versions, c.Version)
	t.prices, t.currencies = append(t.prices, c.PriceMicros), append(t.currencies, c.PriceCurrency)
	t.kinds, t.details = append(t.kinds, c.Kind), append(t.details, c.Detail)
	t.segments = append(t.segments, int64(c.Segments))
	t.final, t.sendable = append(t.final, c.Status.Final()), append(t.sendable, c.Status.Sendable())
	a := c.Attempt
	if a == nil {
		t.tries = append(t.tries, 0)
		return
	}
	tried := int64(0)
	if a.New {
		tried = 1
	}
	t.tries = append(t.tries, tried)
	t.attemptIDs, t.attemptMessages = append(t.attemptIDs, a.ID), append(t.attemptMessages, m.ID)
	t.attemptDepartments, t.numbers = append(t.attemptDepartments, m.DepartmentID), append(t.numbers, int64(m.Attempts)+tried)
	t.started, t.outcomes = append(t.started, stamp(a.StartedAt)), append(t.outcomes, a.Outcome)
	t.attemptCodes, t.attemptProviders = append(t.attemptCodes, a.Code), append(t.attemptProviders, a.Provider)
}

// stamp is a time as a parameter in an array, "" for none.
func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return moment(t)
}

// writeChanges applies changes and logs them, in one statement. One that was cancelled and arrived all the same
// leaves its slot to the message that has filled it since. Secrets go as soon as a message cannot be
// sent again. A later word on an attempt replaces a guess (unknown, abandoned), never a fact.
func writeChanges(ctx context.Context, ex Executor, now time.Time, changes []change) error {
	const statement = `
		WITH c AS (
			SELECT * FROM unnest($2::uuid [], $3::text [], $4::text [], $5::text [], $6::text [], $7::text [], $8::int [], $9::bigint [],
				$10::text [], $11::bool [], $12::bool [], $13::bigint [])
			AS c (id, status, not_before, code, provider_id, version, segments, price, currency, final, sendable, tries)
		), changed AS (
			UPDATE message AS m SET
				status = CASE WHEN c.status = '' THEN m.status ELSE c.status END,
				attempts = m.attempts + c.tries,
				not_before = coalesce(nullif(c.not_before, '')::timestamptz, m.not_before),
				last_code = CASE WHEN c.status = '' THEN m.last_code ELSE c.code END,
				provider_id = coalesce(nullif(c.provider_id, ''), m.provider_id),
				template_version = coalesce(nullif(c.version, ''), m.template_version),
				segments = coalesce(nullif(c.segments, 0), m.segments),
				price_micros = CASE WHEN c.currency = '' THEN m.price_micros ELSE c.price END,
				price_currency = coalesce(nullif(c.currency, ''), m.price_currency),
				lease_until = CASE WHEN c.status = '' THEN m.lease_until END,
				lease_owner = CASE WHEN c.status = '' THEN m.lease_owner END,
				accepted_at = CASE WHEN c.status IN ('accepted', 'delivered') THEN coalesce(m.accepted_at, $1) ELSE m.accepted_at END,
				settled_at = CASE WHEN c.final THEN $1 ELSE m.settled_at END,
				slot = CASE
					WHEN m.status = 'cancelled' AND c.status <> '' AND EXISTS (
						SELECT FROM message AS o WHERE o.encounter_id = m.encounter_id AND o.slot = m.slot AND o.status <> 'cancelled'
					) THEN ''
					ELSE m.slot
				END,
				secrets = CASE WHEN c.sendable OR c.status = '' THEN m.secrets END
			FROM c WHERE m.id = c.id AND (c.status <> '' OR c.tries > 0 OR c.currency <> '')
		), ended AS (
			INSERT INTO message_attempt AS a (
				id, message_id, department_id, number, started_at, finished_at, outcome, code, provider_id
			)
			SELECT e.id, e.message_id, e.department_id, e.number, coalesce(nullif(e.started_at, '')::timestamptz, $1), $1, e.outcome, e.code, e.provider_id
			FROM unnest($18::uuid [], $19::uuid [], $20::uuid [], $21::bigint [], $22::text [], $23::text [], $24::text [], $25::text [])
				AS e (id, message_id, department_id, number, started_at, outcome, code, provider_id)
			ON CONFLICT (id) DO UPDATE SET
				finished_at = coalesce(a.finished_at, excluded.finished_at), outcome = excluded.outcome, code = excluded.code,
				provider_id = coalesce(nullif(excluded.provider_id, ''), a.provider_id)
			WHERE a.outcome IS NULL OR a.outcome IN ('unknown', 'abandoned')
		)
		INSERT INTO message_event (id, message_id, department_id, at, kind, code, detail)
		SELECT gen_random_uuid(), v.id, v.department_id, $1, v.kind, v.code, v.detail
		FROM unnest($2::uuid [], $14::uuid [], $15::text [], $16::text [], $17::text []) AS v (id, department_id, kind, code, detail)
		WHERE v.kind <> ''`
	var t columns
	for _, c := range changes {
		t.add(c)
	}
	_, err := ex.ExecContext(ctx, statement, now,
		pq.Array(t.ids), pq.Array(t.statuses), pq.Array(t.notBefore), pq.Array(t.codes), pq.Array(t.providers), pq.Array(t.versions),
		pq.Array(t.segments), pq.Array(t.prices), pq.Array(t.currencies), pq.Array(t.final), pq.Array(t.sendable), pq.Array(t.tries),
		pq.Array(t.departments), pq.Array(t.kinds), pq.Array(t.codes), pq.Array(t.details),
		list(t.attemptIDs), list(t.attemptMessages), list(t.attemptDepartments), pq.Array(t.numbers),
		list(t.started), list(t.outcomes), list(t.attemptCodes), list(t.attemptProviders))
	if err != nil {
		return fmt.Errorf("change messages: %w", err)
	}
	return nil
}

// list is never NULL in the database.
func list(s []string) pq.StringArray {
	if s == nil {
		return pq.StringArray{}
	}
	return s
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
	if _, err := ex.ExecContext(ctx, statement, messageID, now, cause.Abandoned); err != nil {
		return fmt.Errorf("abandon attempts: %w", err)
	}
	return nil
}

// newAttemptID is the id of an attempt whose row was not written when it began.
func newAttemptID() string { return uuid.Must(uuid.NewV7()).String() }

// stale is a message that time alone has something to say about.
func overdue(ctx context.Context, ex Executor, now time.Time) ([]subject, error) {
	const query = `
		SELECT id, coalesce(encounter_id::text, '') AS encounter_id FROM message
		WHERE status = 'unknown' AND channel <> 'sms' AND not_before <= $1 AND expires_at > $1
			AND (SELECT count(*) FROM message_attempt AS a WHERE a.message_id = message.id AND a.outcome = 'unknown') < 2
			OR status IN ('queued', 'unknown') AND expires_at <= $1
		ORDER BY expires_at LIMIT $2`
	due, err := collect[subject](ctx, ex, query, now, overdueBatch)
	if err != nil {
		return nil, fmt.Errorf("look for overdue messages: %w", err)
	}
	return due, nil
}

// overdueBatch is how many messages are aged, or taken up, in one transaction.
const overdueBatch = 200

// lapsed finds messages whose dispatcher let the lease lapse: all of them at once, because each is watched for a while
// before it is taken up, and what is not seen now would begin to be watched only after that.
func lapsed(ctx context.Context, ex Executor, now, last time.Time) ([]Lease, error) {
	const query = `
		SELECT id, coalesce(encounter_id::text, '') AS encounter_id, lease_until FROM message
		WHERE status = 'sending' AND (lease_until < $1 OR lease_until > $2) ORDER BY lease_until LIMIT 20000`
	found, err := collect[Lease](ctx, ex, query, now, last)
	if err != nil {
		return nil, fmt.Errorf("look for lapsed leases: %w", err)
	}
	return found, nil
}

package correspondence

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"teleconsult/server/db"
)

// messageRow is a message as it is stored, with what it says and what was logged about it.
type messageRow struct {
	ID          string    `db:"id"`
	Purpose     string    `db:"purpose"`
	Channel     string    `db:"channel"`
	Recipient   string    `db:"recipient"`
	Language    string    `db:"language"`
	Status      string    `db:"status"`
	Code        string    `db:"last_code"`
	Segments    int       `db:"segments"`
	PriceMicros int64     `db:"price_micros"`
	Currency    string    `db:"price_currency"`
	Follows     string    `db:"follows"`
	CreatedAt   time.Time `db:"created_at"`
	NotBefore   time.Time `db:"not_before"`
	ExpiresAt   time.Time `db:"expires_at"`
	CancelAsked bool      `db:"cancel_asked"`
	Template    string    `db:"template"`
	Params      []byte    `db:"params"`
	Subject     string    `db:"wording_subject"`
	Body        string    `db:"wording_body"`
	Events      []byte    `db:"events"`
}

// messagesOf reads all messages of an encounter, newest first.
func messagesOf(ctx context.Context, tx db.Tx, departmentID, encounterID string) ([]messageRow, error) {
	rows := []messageRow{}
	const query = `SELECT m.id, m.purpose, m.channel, m.recipient, m.language, m.status, m.last_code, coalesce(m.segments, 0) AS segments,
			coalesce(m.price_micros, 0) AS price_micros, m.price_currency, coalesce(m.follows::text, '') AS follows, m.created_at,
			m.not_before, m.expires_at, m.cancel_asked_at IS NOT NULL AS cancel_asked, m.template, m.params,
			coalesce(w.subject, '') AS wording_subject, coalesce(w.body, '') AS wording_body,
			(SELECT coalesce(jsonb_agg(jsonb_build_object('at', v.at, 'kind', v.kind, 'code', v.code, 'detail', v.detail) ORDER BY v.at), '[]')
				FROM message_event AS v WHERE v.message_id = m.id) AS events
		FROM message AS m LEFT JOIN message_wording AS w ON w.id = m.wording_id
		WHERE m.encounter_id = $1 AND m.department_id = $2 ORDER BY m.created_at DESC, m.id DESC`
	if err := tx.SelectContext(ctx, &rows, query, encounterID, departmentID); err != nil {
		return nil, fmt.Errorf("read the messages of an encounter: %w", err)
	}
	return rows, nil
}

func (r messageRow) message() (message, error) {
	m := message{
		ID: r.ID, Purpose: r.Purpose, Channel: r.Channel, Recipient: r.Recipient, Language: r.Language, Status: r.Status, Code: r.Code,
		Segments: r.Segments, PriceMicros: r.PriceMicros, PriceCurrency: r.Currency, Follows: r.Follows, CreatedAt: r.CreatedAt,
		NotBefore: r.NotBefore, ExpiresAt: r.ExpiresAt, CancelAsked: r.CancelAsked,
	}
	if err := json.Unmarshal(r.Events, &m.Events); err != nil {
		return m, fmt.Errorf("read the events of a message: %w", err)
	}
	return m, nil
}

// unreachedLimit is how many encounters are looked at for one list.
const unreachedLimit = 200

// unreachedFor is how long after its planned end an encounter that was neither held nor cancelled is still listed.
const unreachedFor = 7 * 24 * time.Hour

// perhapsUnreached are the encounters, soonest first, for which somebody may have to telephone: a message did not
// arrive, has no receipt or has not left, there is no contact, or the device does not work. Whether it is so, the facts tell.
func perhapsUnreached(ctx context.Context, tx db.Tx, departmentID string, now time.Time) ([]string, error) {
	ids := []string{}
	const query = `SELECT e.id FROM encounter AS e JOIN patient AS p ON p.id = e.patient_id
		WHERE e.department_id = $1 AND (e.status IN ('planned', 'arrived') AND e.planned_end > $4 OR e.status = 'cancelled' AND e.planned_end > $2)
			AND (
				EXISTS (SELECT FROM message AS m WHERE m.encounter_id = e.id
					AND (m.status IN ('undelivered', 'expired') OR m.channel = 'sms' AND m.status = 'accepted'
						OR m.status IN ('queued', 'unknown') AND coalesce(m.first_due_at, m.not_before) < $2))
				OR EXISTS (SELECT FROM encounter_event AS x WHERE x.encounter_id = e.id AND x.kind = 'device-tested' AND x.data ->> 'outcome' = 'problem')
				OR CASE WHEN p.protection = 'none' THEN p.email = '' AND p.mobile = ''
					ELSE p.representative_email = '' AND p.representative_mobile = '' END
			)
		ORDER BY e.planned_start, e.id LIMIT $3`
	if err := tx.SelectContext(ctx, &ids, query, departmentID, now, unreachedLimit, now.Add(-unreachedFor)); err != nil {
		return nil, fmt.Errorf("look for unreached patients: %w", err)
	}
	return ids, nil
}

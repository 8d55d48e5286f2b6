package batch

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/lib/pq"

	"teleconsult/notifications"
	"teleconsult/server/db"
	"teleconsult/server/invitation/review"
)

type rowRow struct {
	Number      int            `db:"number"`
	Line        int            `db:"line"`
	Hidden      bool           `db:"hidden"`
	Cells       pq.StringArray `db:"cells"`
	Corrections []byte         `db:"corrections"`
	Accepted    pq.StringArray `db:"accepted"`
	LeftOut     bool           `db:"left_out"`
	EncounterID string         `db:"encounter_id"`
	PlannedHere bool           `db:"planned_here"`
	State       string         `db:"state"`
	ToldAt      sql.NullTime   `db:"told_at"`
	Severity    int            `db:"severity"`
	Review      []byte         `db:"review"`
	Keys        pq.Int64Array  `db:"keys"`
}

const rowColumns = `r.number, r.line, r.hidden, r.cells, r.corrections, r.accepted, r.left_out, coalesce(r.encounter_id::text, '') AS encounter_id,
	r.planned_here, r.state, r.told_at, r.severity, r.review, r.keys`

func (r rowRow) Row() (Row, error) {
	out := Row{
		Number: r.Number, Line: r.Line, Hidden: r.Hidden, Cells: r.Cells, Accepted: r.Accepted, LeftOut: r.LeftOut,
		EncounterID: r.EncounterID, PlannedHere: r.PlannedHere, State: RowState(r.State), ToldAt: timeOf(r.ToldAt), Severity: r.Severity, Keys: r.Keys,
	}
	if err := json.Unmarshal(r.Corrections, &out.Corrections); err != nil {
		return out, fmt.Errorf("read a row of a list: %w", err)
	}
	if err := json.Unmarshal(r.Review, &out.Review); err != nil {
		return out, fmt.Errorf("read a row of a list: %w", err)
	}
	return out, nil
}

func selectRows(ctx context.Context, tx db.Tx, query string, args ...any) ([]Row, error) {
	var found []rowRow
	if err := tx.SelectContext(ctx, &found, query, args...); err != nil {
		return nil, fmt.Errorf("read the rows of a list: %w", err)
	}
	rows := make([]Row, 0, len(found))
	for _, r := range found {
		one, err := r.Row()
		if err != nil {
			return nil, err
		}
		rows = append(rows, one)
	}
	return rows, nil
}

// briefColumns are those of a row that is reviewed anew: of the old review, only what names were understood.
const briefColumns = `r.number, r.line, r.hidden, r.cells, r.corrections, r.accepted, r.left_out, coalesce(r.encounter_id::text, '') AS encounter_id,
	r.planned_here, r.state, r.told_at, r.severity, r.keys, CASE WHEN r.corrections = '{}' THEN '{}'::jsonb ELSE r.review END AS review`

// OpenRows are the rows that nobody confirmed yet.
func OpenRows(ctx context.Context, tx db.Tx, batchID string) ([]Row, error) {
	return selectRows(ctx, tx, `SELECT `+rowColumns+` FROM batch_row AS r WHERE r.batch_id = $1 AND r.state = 'open' ORDER BY r.number`, batchID)
}

// RowsToReview are OpenRows, of which those without corrections come without their last review.
func RowsToReview(ctx context.Context, tx db.Tx, batchID string) ([]Row, error) {
	return selectRows(ctx, tx, `SELECT `+briefColumns+` FROM batch_row AS r WHERE r.batch_id = $1 AND r.state = 'open' ORDER BY r.number`, batchID)
}

// LockRow holds one row.
func LockRow(ctx context.Context, tx db.Tx, batchID string, number int) (Row, error) {
	rows, err := selectRows(ctx, tx, `SELECT `+rowColumns+` FROM batch_row AS r WHERE r.batch_id = $1 AND r.number = $2 FOR UPDATE`, batchID, number)
	switch {
	case err != nil:
		return Row{}, err
	case len(rows) == 0:
		return Row{}, ErrNotFound
	}
	return rows[0], nil
}

// RowsSharing are the open rows that have one of these keys.
func RowsSharing(ctx context.Context, tx db.Tx, batchID string, keys []int64) ([]Row, error) {
	return selectRows(ctx, tx, `SELECT `+briefColumns+` FROM batch_row AS r
		WHERE r.batch_id = $1 AND r.state = 'open' AND r.keys && $2::bigint [] ORDER BY r.number`, batchID, pq.Int64Array(keys))
}

// reviews are verdicts as columns.
type reviews struct {
	numbers, severities, emails, sms, segments, cents, contents, keys, tools pq.StringArray
}

func (v *reviews) add(verdict review.Verdict) error {
	content, err := json.Marshal(Reviewed{Values: verdict.Values, Problems: verdict.Problems, Outcome: verdict.Outcome})
	if err != nil {
		return fmt.Errorf("write a review: %w", err)
	}
	var emails, texts, segments int
	var cents float64
	if o := verdict.Outcome; o != nil {
		for _, c := range o.Channels {
			if c.Channel == notifications.ChannelEmail {
				emails++
				continue
			}
			texts, segments, cents = texts+1, segments+c.Segments, cents+c.Cents
		}
	}
	keys, err := pq.Int64Array(append([]int64{}, verdict.Keys...)).Value()
	if err != nil {
		return fmt.Errorf("write a review: %w", err)
	}
	v.numbers, v.severities = append(v.numbers, strconv.Itoa(verdict.Number)), append(v.severities, strconv.Itoa(SeverityOf(verdict)))
	v.emails, v.sms = append(v.emails, strconv.Itoa(emails)), append(v.sms, strconv.Itoa(texts))
	v.segments, v.cents = append(v.segments, strconv.Itoa(segments)), append(v.cents, strconv.FormatFloat(cents, 'f', -1, 64))
	v.contents, v.keys = append(v.contents, string(content)), append(v.keys, fmt.Sprint(keys))
	v.tools = append(v.tools, verdict.Tool)
	return nil
}

// StoreReviews writes what was said of rows.
func StoreReviews(ctx context.Context, tx db.Tx, batchID string, verdicts []review.Verdict) error {
	var v reviews
	for _, one := range verdicts {
		if err := v.add(one); err != nil {
			return err
		}
	}
	const update = `UPDATE batch_row AS r SET severity = v.severity, emails = v.emails, sms = v.sms, segments = v.segments, cents = v.cents,
			review = v.review::jsonb, keys = v.keys::bigint [], tool = v.tool
		FROM unnest($2::bigint [], $3::smallint [], $4::smallint [], $5::smallint [], $6::smallint [], $7::double precision [], $8::text [], $9::text [],
			$10::text []) AS v (number, severity, emails, sms, segments, cents, review, keys, tool)
		WHERE r.batch_id = $1 AND r.number = v.number`
	if _, err := tx.ExecContext(ctx, update, batchID, v.numbers, v.severities, v.emails, v.sms, v.segments, v.cents, v.contents, v.keys, v.tools); err != nil {
		return fmt.Errorf("write reviews: %w", err)
	}
	return nil
}

// InsertRows adds the rows of a new list with what was said of them.
func InsertRows(ctx context.Context, tx db.Tx, b *List, rows []Row, verdicts []review.Verdict) error {
	var v reviews
	var lines, hidden, cells, encounters, leftOut pq.StringArray
	for i, r := range rows {
		if err := v.add(verdicts[i]); err != nil {
			return err
		}
		content, err := pq.StringArray(append([]string{}, r.Cells...)).Value()
		if err != nil {
			return fmt.Errorf("add the rows of a list: %w", err)
		}
		lines, hidden = append(lines, strconv.Itoa(r.Line)), append(hidden, strconv.FormatBool(r.Hidden))
		cells, encounters = append(cells, fmt.Sprint(content)), append(encounters, r.EncounterID)
		leftOut = append(leftOut, strconv.FormatBool(r.LeftOut))
	}
	const insert = `INSERT INTO batch_row (batch_id, department_id, number, line, hidden, cells, encounter_id, left_out, severity, emails, sms,
			segments, cents, review, keys, tool)
		SELECT $1, $2, v.number, v.line, v.hidden, v.cells::text [], nullif(v.encounter_id, '')::uuid, v.left_out, v.severity, v.emails, v.sms,
			v.segments, v.cents, v.review::jsonb, v.keys::bigint [], v.tool
		FROM unnest($3::bigint [], $4::bigint [], $5::boolean [], $6::text [], $7::text [], $8::boolean [], $9::smallint [], $10::smallint [],
			$11::smallint [], $12::smallint [], $13::double precision [], $14::text [], $15::text [], $16::text [])
			AS v (number, line, hidden, cells, encounter_id, left_out, severity, emails, sms, segments, cents, review, keys, tool)`
	_, err := tx.ExecContext(ctx, insert, b.ID, b.DepartmentID, v.numbers, lines, hidden, cells, encounters, leftOut, v.severities, v.emails, v.sms,
		v.segments, v.cents, v.contents, v.keys, v.tools)
	if err != nil {
		return fmt.Errorf("add the rows of a list: %w", err)
	}
	return nil
}

// UpdateRow writes what a person changed in a row.
func UpdateRow(ctx context.Context, tx db.Tx, batchID string, r Row) error {
	corrections, err := json.Marshal(r.Corrections)
	if err != nil {
		return fmt.Errorf("correct a row: %w", err)
	}
	const update = `UPDATE batch_row SET corrections = $3, accepted = $4, left_out = $5 WHERE batch_id = $1 AND number = $2`
	_, err = tx.ExecContext(ctx, update, batchID, r.Number, string(corrections), pq.StringArray(append([]string{}, r.Accepted...)), r.LeftOut)
	if err != nil {
		return fmt.Errorf("correct a row: %w", err)
	}
	return nil
}

// LeaveErrorsOut leaves the rows with errors out.
func LeaveErrorsOut(ctx context.Context, tx db.Tx, batchID string) error {
	const update = `UPDATE batch_row SET left_out = true WHERE batch_id = $1 AND state = 'open' AND severity = 2`
	if _, err := tx.ExecContext(ctx, update, batchID); err != nil {
		return fmt.Errorf("leave rows out: %w", err)
	}
	return nil
}

// Release hands the rows that can be sent to the workers and tells how many they are.
func Release(ctx context.Context, tx db.Tx, batchID string) (int64, error) {
	const update = `UPDATE batch_row SET state = 'released' WHERE batch_id = $1 AND state = 'open' AND NOT left_out AND severity < 2`
	result, err := tx.ExecContext(ctx, update, batchID)
	if err != nil {
		return 0, fmt.Errorf("release the rows of a list: %w", err)
	}
	return result.RowsAffected()
}

// Place is where a page of rows begins, after a row of this rank and number.
type Place struct {
	Rank   int `json:"r"`
	Number int `json:"n"`
}

// ListedRow is a row with what became of its messages.
type ListedRow struct {
	rowRow
	Rank     int            `db:"rank"`
	Delivery sql.NullString `db:"delivery"`
	Consent  string         `db:"consent"`
	Channels []byte         `db:"channels"`
}

// deliveryOf tells in one word what became of a row's messages: those that said the first thing, and those that took
// their place. "read" is the patient's own proof.
const deliveryOf = `LEFT JOIN encounter AS e ON e.id = r.encounter_id AND r.told_at IS NOT NULL
	LEFT JOIN LATERAL (
		SELECT CASE
				WHEN bool_or(x.read) THEN 'read'
				WHEN bool_or(m.status = 'delivered') THEN 'delivered'
				WHEN bool_or(m.status IN ('queued', 'sending', 'unknown') AND m.last_code <> 'paused') THEN 'queued'
				WHEN bool_or(m.status = 'queued') THEN 'held'
				WHEN bool_or(m.status = 'accepted') THEN 'sent'
				WHEN bool_or(m.status IN ('undelivered', 'expired')) THEN 'failed'
				ELSE 'cancelled'
			END AS delivery,
			json_agg(json_build_object('channel', m.channel, 'status', m.status, 'read', x.read, 'code', m.last_code) ORDER BY m.created_at, m.id) AS channels
		FROM message AS m CROSS JOIN LATERAL (
			SELECT m.status IN ('accepted', 'delivered', 'undelivered', 'expired') AND EXISTS (
				SELECT FROM message_event AS v WHERE v.message_id = m.id AND v.kind = 'read'
			) AS read
		) AS x
		WHERE m.encounter_id = r.encounter_id AND m.created_at >= r.told_at AND m.purpose IN ('notice', 'invitation')
			AND (m.slot = '' OR m.slot LIKE 'invitation/%' OR m.slot LIKE 'after/%')
	) AS d ON r.told_at IS NOT NULL`

// rankOf puts first what somebody has to look at.
const rankOf = `CASE WHEN r.left_out AND r.state = 'open' THEN 4 WHEN r.state = 'open' AND r.severity = 2 THEN 0 WHEN d.delivery = 'failed' THEN 1
	WHEN r.state = 'open' AND r.severity = 1 THEN 2 ELSE 3 END`

// PageOfRows reads a page of rows, and one more to know whether there is another.
func PageOfRows(ctx context.Context, tx db.Tx, batchID string, after Place, most int) ([]ListedRow, error) {
	rows := []ListedRow{}
	const query = `SELECT * FROM (
			SELECT ` + rowColumns + `, ` + rankOf + ` AS rank, d.delivery, coalesce(e.consent, '') AS consent, d.channels
			FROM batch_row AS r ` + deliveryOf + ` WHERE r.batch_id = $1
		) AS r WHERE (r.rank, r.number) > ($2, $3) ORDER BY r.rank, r.number LIMIT $4`
	if err := tx.SelectContext(ctx, &rows, query, batchID, after.Rank, after.Number, most+1); err != nil {
		return nil, fmt.Errorf("read the rows of a list: %w", err)
	}
	return rows, nil
}

// Count is how many rows are alike.
type Count struct {
	State    string         `db:"state"`
	LeftOut  bool           `db:"left_out"`
	Severity int            `db:"severity"`
	Delivery sql.NullString `db:"delivery"`
	Consent  string         `db:"consent"`
	Rows     int            `db:"rows"`
	Emails   int            `db:"emails"`
	SMS      int            `db:"sms"`
	Segments int            `db:"segments"`
	Cents    float64        `db:"cents"`
}

// CountRows counts the rows of a list by what the screen tells apart.
func CountRows(ctx context.Context, tx db.Tx, batchID string) ([]Count, error) {
	counts := []Count{}
	const query = `SELECT r.state, r.left_out, r.severity, d.delivery, coalesce(e.consent, '') AS consent, count(*) AS rows,
			sum(r.emails) AS emails, sum(r.sms) AS sms, sum(r.segments) AS segments, sum(r.cents) AS cents
		FROM batch_row AS r ` + deliveryOf + ` WHERE r.batch_id = $1 GROUP BY 1, 2, 3, 4, 5`
	if err := tx.SelectContext(ctx, &counts, query, batchID); err != nil {
		return nil, fmt.Errorf("count the rows of a list: %w", err)
	}
	return counts, nil
}

// ToolsOf are the tools of the links in a list.
func ToolsOf(ctx context.Context, tx db.Tx, batchID string) ([]string, error) {
	tools := []string{}
	const query = `SELECT DISTINCT tool FROM batch_row WHERE batch_id = $1 AND tool <> '' ORDER BY 1`
	if err := tx.SelectContext(ctx, &tools, query, batchID); err != nil {
		return nil, fmt.Errorf("look for the tools of a list: %w", err)
	}
	return tools, nil
}

// toldLast is true of the row whose list was the last to tell the patient of its encounter something: the messages that wait
// are that list's, and no other one holds them or takes them back.
const toldLast = `NOT EXISTS (
		SELECT FROM batch_row AS later WHERE later.encounter_id = r.encounter_id AND later.batch_id <> r.batch_id AND later.told_at > r.told_at
	)`

// Told are the encounters whose patients a list was the last to tell something, with when.
func Told(ctx context.Context, tx db.Tx, batchID string) ([]notifications.Told, error) {
	rows := []struct {
		ID    string    `db:"encounter_id"`
		At    time.Time `db:"told_at"`
		Start time.Time `db:"planned_start"`
		End   time.Time `db:"planned_end"`
	}{}
	const query = `SELECT r.encounter_id, r.told_at, e.planned_start, e.planned_end FROM batch_row AS r JOIN encounter AS e ON e.id = r.encounter_id
		WHERE r.batch_id = $1 AND r.state = 'done' AND ` + toldLast + ` ORDER BY r.encounter_id`
	if err := tx.SelectContext(ctx, &rows, query, batchID); err != nil {
		return nil, fmt.Errorf("look for who was told: %w", err)
	}
	all := make([]notifications.Told, 0, len(rows))
	for _, r := range rows {
		all = append(all, notifications.Told{EncounterID: r.ID, At: r.At, Start: r.Start, End: r.End})
	}
	return all, nil
}

// AllRows are all rows with what became of their messages, in the order of the lines.
func AllRows(ctx context.Context, tx db.Tx, batchID string) ([]ListedRow, error) {
	rows := []ListedRow{}
	const query = `SELECT ` + rowColumns + `, 0 AS rank, d.delivery, coalesce(e.consent, '') AS consent, d.channels
		FROM batch_row AS r ` + deliveryOf + ` WHERE r.batch_id = $1 ORDER BY r.number`
	if err := tx.SelectContext(ctx, &rows, query, batchID); err != nil {
		return nil, fmt.Errorf("read the rows of a list: %w", err)
	}
	return rows, nil
}

// EncountersToRepeat are the coming encounters of a list whose patients nothing reached, or who have not answered.
func EncountersToRepeat(ctx context.Context, tx db.Tx, batchID string, failed bool, now time.Time) ([]string, error) {
	ids := []string{}
	const query = `SELECT r.encounter_id FROM batch_row AS r ` + deliveryOf + `
		WHERE r.batch_id = $1 AND r.state = 'done' AND e.status IN ('planned', 'arrived') AND e.planned_start > $3
			AND CASE WHEN $2 THEN d.delivery = 'failed' ELSE e.consent = 'unknown' AND d.delivery NOT IN ('queued', 'held') END
		ORDER BY r.number`
	if err := tx.SelectContext(ctx, &ids, query, batchID, failed, now); err != nil {
		return nil, fmt.Errorf("look for who is to be invited again: %w", err)
	}
	return ids, nil
}

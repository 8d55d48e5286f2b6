package figures

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"github.com/lib/pq"

	"teleconsult/server/db"
	"teleconsult/server/department"
)

// tallyQuery counts the encounters of a week: $1 department, $2 and $3 its bounds, $4 the moment up to which a
// consultation must have ended to be judged. What was done in time is judged by the first row that did it: a
// correction on another day does not make it late.
const tallyQuery = `
WITH e AS MATERIALIZED (
	SELECT id, practitioner_id, status, modality, telephone_reason, tool, planned_start, started_at, finished_at, cancel_reason, consent
	FROM encounter WHERE department_id = $1 AND planned_start >= $2 AND planned_start < $3
), held AS MATERIALIZED (
	SELECT e.*, e.finished_at <= $4 AS ripe,
		(SELECT x.state FROM coding_entry AS x WHERE x.encounter_id = e.id AND x.department_id = $1
			ORDER BY x.coded_at DESC, x.id DESC LIMIT 1) AS coding
	FROM e WHERE e.status = 'finished'
), m AS MATERIALIZED (
	SELECT e.practitioner_id, x.channel, count(*) AS n, count(*) FILTER (WHERE x.status IN ('undelivered', 'expired')) AS failed
	FROM e JOIN message AS x ON x.encounter_id = e.id AND x.department_id = $1
	WHERE x.status <> 'cancelled' GROUP BY 1, 2
)
SELECT practitioner_id, 'planned' AS measure, '' AS key, '' AS detail, 0 AS minutes, count(*) AS n FROM e GROUP BY 1
UNION ALL SELECT practitioner_id, 'refused', '', '', 0, count(*) FROM e WHERE consent IN ('refused', 'withdrawn') GROUP BY 1
UNION ALL SELECT practitioner_id, 'cancelled', cancel_reason, '', 0, count(*) FROM e WHERE status = 'cancelled' GROUP BY 1, 3
UNION ALL SELECT practitioner_id, 'held', '', '', 0, count(*) FROM held GROUP BY 1
UNION ALL SELECT practitioner_id, 'telephone', telephone_reason, '', 0, count(*) FROM held WHERE modality = 'telephone' GROUP BY 1, 3
UNION ALL SELECT practitioner_id, 'late', '', '', floor(extract(epoch FROM started_at - planned_start) / 60)::integer, count(*)
	FROM held GROUP BY 1, 5
UNION ALL SELECT practitioner_id, coding, '', '', 0, count(*) FROM held WHERE coding IS NOT NULL GROUP BY 1, 2
UNION ALL SELECT practitioner_id, 'ripe', '', '', 0, count(*) FROM held WHERE ripe GROUP BY 1
UNION ALL SELECT practitioner_id, 'in-time', 'prescription', '', 0, count(*) FROM held WHERE ripe AND EXISTS (
	SELECT 1 FROM prescription_step AS x WHERE x.encounter_id = held.id AND x.department_id = $1
		AND (x.channel IN ('none', 'portal') OR x.state = 'delivered')
		AND x.recorded_at <= held.finished_at + interval '24 hours') GROUP BY 1
UNION ALL SELECT practitioner_id, 'in-time', 'record', '', 0, count(*) FROM held WHERE ripe AND EXISTS (
	SELECT 1 FROM record_transfer AS x WHERE x.encounter_id = held.id AND x.department_id = $1
		AND x.transferred_at <= held.finished_at + interval '24 hours') GROUP BY 1
UNION ALL SELECT practitioner_id, 'in-time', 'coding', '', 0, count(*) FROM held WHERE ripe AND EXISTS (
	SELECT 1 FROM coding_entry AS x WHERE x.encounter_id = held.id AND x.department_id = $1
		AND x.state IN ('coded', 'not-billable') AND x.coded_at <= held.finished_at + interval '24 hours') GROUP BY 1
UNION ALL SELECT practitioner_id, 'messages', channel, '', 0, n FROM m
UNION ALL SELECT practitioner_id, 'failed', channel, '', 0, failed FROM m WHERE failed > 0
UNION ALL SELECT e.practitioner_id, 'incident', e.tool, i ->> 'kind', 0, count(*)
	FROM e JOIN encounter_event AS x ON x.encounter_id = e.id AND x.department_id = $1 AND x.kind IN ('finished', 'cancelled')
		CROSS JOIN LATERAL jsonb_array_elements(
			CASE jsonb_typeof(x.data -> 'incidents') WHEN 'array' THEN x.data -> 'incidents' ELSE '[]' END) AS i
	WHERE e.status IN ('finished', 'cancelled') GROUP BY 1, 3, 4`

// tallies counts a week, and tells by practitioner when time alone will change the counts.
func tallies(ctx context.Context, tx db.Tx, d department.Department, w week, now time.Time) ([]tally, map[string]time.Time, error) {
	from, to := w.bounds(d.Zone)
	var lines []tally
	if err := tx.SelectContext(ctx, &lines, tallyQuery, d.ID, from, to, now.Add(-inTime)); err != nil {
		return nil, nil, fmt.Errorf("count the week %s: %w", w.name(), err)
	}
	var unripe []struct {
		Practitioner string    `db:"practitioner_id"`
		Ended        time.Time `db:"ended"`
	}
	const query = `SELECT practitioner_id, min(finished_at) AS ended FROM encounter
		WHERE department_id = $1 AND planned_start >= $2 AND planned_start < $3 AND status = 'finished' AND finished_at > $4 GROUP BY 1`
	if err := tx.SelectContext(ctx, &unripe, query, d.ID, from, to, now.Add(-inTime)); err != nil {
		return nil, nil, fmt.Errorf("look into the week %s: %w", w.name(), err)
	}
	recounts := map[string]time.Time{}
	for _, u := range unripe {
		recounts[u.Practitioner] = u.Ended.Add(inTime)
	}
	return lines, recounts, nil
}

// replaceWeek writes the counts of one week in place of those it had.
func replaceWeek(
	ctx context.Context, tx db.Tx, d department.Department, w week, counts map[string]*Counts, recounts map[string]time.Time,
) error {
	if _, err := tx.ExecContext(ctx, `DELETE FROM figure_week WHERE department_id = $1 AND week = $2`, d.ID, w.monday()); err != nil {
		return fmt.Errorf("replace the figures of a week: %w", err)
	}
	for practitioner, c := range counts {
		content, err := json.Marshal(c)
		if err != nil {
			return fmt.Errorf("replace the figures of a week: %w", err)
		}
		recount := sql.NullTime{Time: recounts[practitioner], Valid: !recounts[practitioner].IsZero()}
		const insert = `INSERT INTO figure_week (department_id, week, practitioner_id, counts, recount_at) VALUES ($1, $2, $3, $4, $5)`
		if _, err = tx.ExecContext(ctx, insert, d.ID, w.monday(), practitioner, string(content), recount); err != nil {
			return fmt.Errorf("replace the figures of a week: %w", err)
		}
	}
	return nil
}

// counted is one row of figure_week.
type counted struct {
	Week         time.Time `db:"week"`
	Practitioner string    `db:"practitioner_id"`
	Counts       []byte    `db:"counts"`
}

// readWeeks reads what was counted in these weeks, and since when something waits to be counted in the department,
// zero when nothing does.
func readWeeks(ctx context.Context, tx db.Tx, departmentID string, first, last week) ([]counted, time.Time, error) {
	var since sql.NullTime
	const pending = `SELECT min(changed_at) FROM figure_change WHERE department_id = $1`
	if err := tx.GetContext(ctx, &since, pending, departmentID); err != nil {
		return nil, time.Time{}, fmt.Errorf("read what is not counted yet: %w", err)
	}
	rows := []counted{}
	const query = `SELECT week, practitioner_id, counts FROM figure_week WHERE department_id = $1 AND week BETWEEN $2 AND $3 ORDER BY week`
	if err := tx.SelectContext(ctx, &rows, query, departmentID, first.monday(), last.monday()); err != nil {
		return nil, time.Time{}, fmt.Errorf("read the figures: %w", err)
	}
	return rows, since.Time, nil
}

// names are those of members of staff by id, as screens call them.
func names(ctx context.Context, tx db.Tx, ids []string) (map[string]string, error) {
	var rows []struct {
		ID   string `db:"id"`
		Name string `db:"name"`
	}
	const query = `SELECT id, trim(title || ' ' || given_name || ' ' || family_name) AS name FROM staff WHERE id = ANY($1::uuid [])`
	if err := tx.SelectContext(ctx, &rows, query, pq.StringArray(ids)); err != nil {
		return nil, fmt.Errorf("read the names of practitioners: %w", err)
	}
	found := make(map[string]string, len(rows))
	for _, r := range rows {
		found[r.ID] = r.Name
	}
	return found, nil
}

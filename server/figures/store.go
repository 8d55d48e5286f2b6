package figures

import (
	"context"
	"fmt"
	"time"

	"github.com/lib/pq"

	"teleconsult/server/db"
	"teleconsult/server/department"
)

// countQuery counts the encounters of a week and writes what it finds: $1 department, $2 and $3 the bounds of the week, $4
// the moment up to which a consultation must have ended to be judged, $5 the Monday. What was done in time is judged by
// the first row that did it: a correction on another day does not make it late.
const countQuery = `
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
), counted AS (
	SELECT practitioner_id, 'planned' AS key, count(*) AS n FROM e GROUP BY 1
	UNION ALL SELECT practitioner_id, 'refused', count(*) FROM e WHERE consent IN ('refused', 'withdrawn') GROUP BY 1
	UNION ALL SELECT practitioner_id, 'cancelled/' || cancel_reason, count(*) FROM e WHERE status = 'cancelled' GROUP BY 1, 2
	UNION ALL SELECT practitioner_id, 'held', count(*) FROM held GROUP BY 1
	UNION ALL SELECT practitioner_id, 'telephone/' || telephone_reason, count(*) FROM held WHERE modality = 'telephone' GROUP BY 1, 2
	UNION ALL SELECT practitioner_id, 'late/' || floor(extract(epoch FROM started_at - planned_start) / 60)::integer, count(*) FROM held GROUP BY 1, 2
	UNION ALL SELECT practitioner_id, coding, count(*) FROM held WHERE coding IN ('coded', 'not-billable') GROUP BY 1, 2
	UNION ALL SELECT practitioner_id, 'ripe', count(*) FROM held WHERE ripe GROUP BY 1
	UNION ALL SELECT practitioner_id, 'in-time/prescription', count(*) FROM held WHERE ripe AND EXISTS (
		SELECT 1 FROM prescription_step AS x WHERE x.encounter_id = held.id AND x.department_id = $1
			AND (x.channel IN ('none', 'portal') OR x.state = 'delivered')
			AND x.recorded_at <= held.finished_at + interval '24 hours') GROUP BY 1
	UNION ALL SELECT practitioner_id, 'in-time/record', count(*) FROM held WHERE ripe AND EXISTS (
		SELECT 1 FROM record_transfer AS x WHERE x.encounter_id = held.id AND x.department_id = $1
			AND x.transferred_at <= held.finished_at + interval '24 hours') GROUP BY 1
	UNION ALL SELECT practitioner_id, 'in-time/coding', count(*) FROM held WHERE ripe AND EXISTS (
		SELECT 1 FROM coding_entry AS x WHERE x.encounter_id = held.id AND x.department_id = $1
			AND x.state IN ('coded', 'not-billable') AND x.coded_at <= held.finished_at + interval '24 hours') GROUP BY 1
	UNION ALL SELECT practitioner_id, 'messages/' || channel, n FROM m
	UNION ALL SELECT practitioner_id, 'failed/' || channel, failed FROM m WHERE failed > 0
	UNION ALL SELECT e.practitioner_id, 'incidents/' || e.tool || '/' || (i ->> 'kind'), count(*)
		FROM e JOIN encounter_event AS x ON x.encounter_id = e.id AND x.department_id = $1 AND x.kind IN ('finished', 'cancelled')
			CROSS JOIN LATERAL jsonb_array_elements(
				CASE jsonb_typeof(x.data -> 'incidents') WHEN 'array' THEN x.data -> 'incidents' ELSE '[]' END) AS i
		WHERE e.status IN ('finished', 'cancelled') GROUP BY 1, 2
)
INSERT INTO figure_week (department_id, week, practitioner_id, counts, recount_at)
SELECT $1, $5, practitioner_id, string_agg(key || ' ' || n, E'\n'),
	(SELECT min(finished_at) + interval '24 hours' FROM held WHERE NOT ripe AND held.practitioner_id = counted.practitioner_id)
FROM counted GROUP BY practitioner_id`

// throughIndexes has the transaction read a week, a small part of large tables, through their indexes: statistics that
// lag behind, as after an import, would have it read the whole tables, and compiling the query takes longer than it.
func throughIndexes(ctx context.Context, tx db.Tx) error {
	const query = `SELECT set_config(name, 'off', true) FROM unnest('{enable_seqscan,enable_hashjoin,enable_mergejoin,jit}'::text []) AS name`
	if _, err := tx.ExecContext(ctx, query); err != nil {
		return fmt.Errorf("prepare the counting of figures: %w", err)
	}
	return nil
}

// countWeek replaces the counts of one week by what the facts say.
func countWeek(ctx context.Context, tx db.Tx, d department.Department, w week, now time.Time) error {
	if err := throughIndexes(ctx, tx); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `DELETE FROM figure_week WHERE department_id = $1 AND week = $2`, d.ID, w.monday()); err != nil {
		return fmt.Errorf("replace the figures of a week: %w", err)
	}
	from, to := w.bounds(d.Zone)
	if _, err := tx.ExecContext(ctx, countQuery, d.ID, from, to, now.Add(-inTime), w.monday()); err != nil {
		return fmt.Errorf("count the week %s: %w", w.name(), err)
	}
	return nil
}

// readWeeks reads what was counted in these weeks, in any order.
func readWeeks(ctx context.Context, tx db.Tx, departmentID string, first, last week) ([]cell, error) {
	var rows []struct {
		Week         time.Time `db:"week"`
		Practitioner string    `db:"practitioner_id"`
		Counts       string    `db:"counts"`
	}
	const query = `SELECT week, practitioner_id, counts FROM figure_week WHERE department_id = $1 AND week BETWEEN $2 AND $3`
	if err := tx.SelectContext(ctx, &rows, query, departmentID, first.monday(), last.monday()); err != nil {
		return nil, fmt.Errorf("read the figures: %w", err)
	}
	cells := make([]cell, 0, len(rows))
	for _, r := range rows {
		cells = append(cells, cell{week: week(r.Week.UTC()), practitioner: r.Practitioner, text: r.Counts})
	}
	return cells, nil
}

// names are those of the practitioners of the cells by id, as screens call them.
func names(ctx context.Context, tx db.Tx, cells []cell) (map[string]string, error) {
	var ids []string
	seen := map[string]bool{}
	for _, c := range cells {
		if !seen[c.practitioner] {
			seen[c.practitioner] = true
			ids = append(ids, c.practitioner)
		}
	}
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

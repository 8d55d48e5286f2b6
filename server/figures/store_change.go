package figures

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/lib/pq"

	"teleconsult/server/db"
	"teleconsult/server/department"
)

// departmentsToCount are the departments where a change waits, or time has passed.
func departmentsToCount(ctx context.Context, tx db.Tx, now time.Time) ([]string, error) {
	var ids []string
	const query = `SELECT department_id FROM figure_change UNION SELECT department_id FROM figure_week WHERE recount_at <= $1`
	if err := tx.SelectContext(ctx, &ids, query, now); err != nil {
		return nil, fmt.Errorf("look for figures to count: %w", err)
	}
	return ids, nil
}

// pendingSince is when the oldest change of a department came that is not counted yet, zero when everything is.
func pendingSince(ctx context.Context, tx db.Tx, departmentID string) (time.Time, error) {
	var since sql.NullTime
	const query = `SELECT min(changed_at) FROM figure_change WHERE department_id = $1`
	if err := tx.GetContext(ctx, &since, query, departmentID); err != nil {
		return time.Time{}, fmt.Errorf("read what is not counted yet: %w", err)
	}
	if !since.Valid {
		return time.Time{}, nil
	}
	return since.Time.UTC(), nil
}

// lockCounting keeps other instances from counting a department until the transaction ends, and tells whether one
// does so already: the older count of two must not be the one that stays.
func lockCounting(ctx context.Context, tx db.Tx, departmentID string) (alone bool, err error) {
	const query = `SELECT pg_try_advisory_xact_lock(hashtextextended('figures/' || $1, 0))`
	if err = tx.GetContext(ctx, &alone, query, departmentID); err != nil {
		return false, fmt.Errorf("lock the counting of figures: %w", err)
	}
	return alone, nil
}

// changes are what waited to be counted.
type changes struct {
	// taken is how many there were.
	taken int
	// everything: all weeks of the department, whatever weeks says.
	everything bool
	weeks      []week
	// since is when the oldest of them came.
	since time.Time
}

// takeChanges removes the oldest changes and tells which weeks they touch. What has been committed is counted after
// this; what commits later has left a change of its own.
func takeChanges(ctx context.Context, tx db.Tx, d department.Department, limit int) (changes, error) {
	var rows []struct {
		Week       *time.Time `db:"week"`
		Everything bool       `db:"everything"`
		Since      time.Time  `db:"since"`
		Taken      int        `db:"taken"`
	}
	const query = `
		WITH gone AS (
			DELETE FROM figure_change WHERE department_id = $1 AND id IN (
				SELECT id FROM figure_change WHERE department_id = $1 ORDER BY id LIMIT $3
			) RETURNING encounter_id, moment, changed_at
		), touched AS (
			SELECT moment AS at, encounter_id IS NULL AND moment IS NULL AS everything, changed_at FROM gone
			UNION ALL
			SELECT e.planned_start, false, gone.changed_at
			FROM gone JOIN encounter AS e ON e.id = gone.encounter_id AND e.department_id = $1
		)
		SELECT date_trunc('week', at AT TIME ZONE $2)::date AS week, everything, min(changed_at) AS since, (SELECT count(*) FROM gone) AS taken
		FROM touched GROUP BY 1, 2 ORDER BY 3, 1`
	if err := tx.SelectContext(ctx, &rows, query, d.ID, d.Zone.String(), limit); err != nil {
		return changes{}, fmt.Errorf("take the changes to count: %w", err)
	}
	var c changes
	for _, r := range rows {
		c.taken = r.Taken
		c.everything = c.everything || r.Everything
		if c.since.IsZero() || r.Since.Before(c.since) {
			c.since = r.Since
		}
		if r.Week != nil {
			c.weeks = append(c.weeks, week(r.Week.UTC()))
		}
	}
	return c, nil
}

// leaveWeeks leaves weeks to be counted later.
func leaveWeeks(ctx context.Context, tx db.Tx, d department.Department, weeks []week, since time.Time) error {
	moments := make([]string, 0, len(weeks))
	for _, w := range weeks {
		from, _ := w.bounds(d.Zone)
		moments = append(moments, from.Add(12*time.Hour).UTC().Format(time.RFC3339))
	}
	const insert = `INSERT INTO figure_change (department_id, moment, changed_at) SELECT $1, m, $3 FROM unnest($2::timestamptz []) AS m`
	if _, err := tx.ExecContext(ctx, insert, d.ID, pq.StringArray(moments), since); err != nil {
		return fmt.Errorf("leave weeks to count: %w", err)
	}
	return nil
}

// countAnew forgets all counts of a department and leaves all its weeks to be counted.
func countAnew(ctx context.Context, tx db.Tx, d department.Department, since time.Time) error {
	if _, err := tx.ExecContext(ctx, `DELETE FROM figure_week WHERE department_id = $1`, d.ID); err != nil {
		return fmt.Errorf("forget figures: %w", err)
	}
	const insert = `
		INSERT INTO figure_change (department_id, moment, changed_at)
		SELECT $1, min(planned_start), $3 FROM encounter WHERE department_id = $1
		GROUP BY date_trunc('week', planned_start AT TIME ZONE $2)`
	if _, err := tx.ExecContext(ctx, insert, d.ID, d.Zone.String(), since); err != nil {
		return fmt.Errorf("leave weeks to count: %w", err)
	}
	return nil
}

// weeksThatRipened are those whose counts time alone has changed.
func weeksThatRipened(ctx context.Context, tx db.Tx, d department.Department, now time.Time) ([]week, error) {
	var days []time.Time
	const query = `SELECT DISTINCT week FROM figure_week WHERE department_id = $1 AND recount_at <= $2 ORDER BY week`
	if err := tx.SelectContext(ctx, &days, query, d.ID, now); err != nil {
		return nil, fmt.Errorf("look for weeks to count again: %w", err)
	}
	weeks := make([]week, 0, len(days))
	for _, day := range days {
		weeks = append(weeks, week(day.UTC()))
	}
	return weeks, nil
}

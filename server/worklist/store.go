package worklist

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/lib/pq"

	"teleconsult/server/consent"
	"teleconsult/server/db"
	"teleconsult/server/encounter"
	"teleconsult/server/encounter/view"
)

type listRow struct {
	ID            string         `db:"id"`
	DepartmentID  string         `db:"department_id"`
	Status        string         `db:"status"`
	Modality      string         `db:"modality"`
	Tool          string         `db:"tool"`
	PlannedStart  time.Time      `db:"planned_start"`
	PlannedEnd    time.Time      `db:"planned_end"`
	StartedAt     sql.NullTime   `db:"started_at"`
	FinishedAt    sql.NullTime   `db:"finished_at"`
	NextStep      string         `db:"next_step"`
	ActsNext      string         `db:"acts_next"`
	DueAt         sql.NullTime   `db:"due_at"`
	FamilyName    string         `db:"family_name"`
	GivenName     string         `db:"given_name"`
	BirthDate     time.Time      `db:"birth_date"`
	HolderID      string         `db:"holder_id"`
	HolderTitle   string         `db:"holder_title"`
	HolderFamily  string         `db:"holder_family"`
	HolderGiven   string         `db:"holder_given"`
	Consent       string         `db:"consent"`
	PresenceState sql.NullString `db:"presence_state"`
	PresenceSince sql.NullTime   `db:"presence_since"`
	PresenceSeen  sql.NullTime   `db:"presence_seen"`
}

const listColumns = `
SELECT e.id, e.department_id, e.status, e.modality, e.tool, e.planned_start, e.planned_end, e.started_at, e.finished_at,
	coalesce(e.next_step, '') AS next_step, e.acts_next, e.due_at, p.family_name, p.given_name, p.birth_date,
	s.id AS holder_id, s.title AS holder_title, s.family_name AS holder_family, s.given_name AS holder_given,
	e.consent,
	h.state AS presence_state, h.since AS presence_since, h.seen_at AS presence_seen
FROM encounter AS e
	JOIN patient AS p ON p.id = e.patient_id
	JOIN staff AS s ON s.id = e.practitioner_id
	LEFT JOIN presence AS h ON h.encounter_id = e.id`

// listDay reads one row more than a page has.
func listDay(ctx context.Context, tx db.Tx, q DayQuery, from, to time.Time, after *cursor, now time.Time) ([]Row, error) {
	query := listColumns + ` WHERE e.department_id = $1 AND e.planned_start >= $2 AND e.planned_start < $3`
	arguments := []any{q.DepartmentID, from, to}
	if q.PractitionerID != "" {
		arguments = append(arguments, q.PractitionerID)
		query += fmt.Sprintf(` AND e.practitioner_id = $%d`, len(arguments))
	}
	if after != nil {
		arguments = append(arguments, after.At, after.ID)
		query += fmt.Sprintf(` AND (e.planned_start, e.id) > ($%d, $%d)`, len(arguments)-1, len(arguments))
	}
	return list(ctx, tx, query+fmt.Sprintf(` ORDER BY e.planned_start, e.id LIMIT %d`, pageSize+1), arguments, now)
}

// missingFilter narrows what is missing. With a holder only what waits for them is kept: their own
// consultations, in the departments where they are secretary the secretariat's part, and in those that they manage what
// staff should have done before climbed.
type missingFilter struct {
	departments  []string
	practitioner string
	holder       string
	secretary    []string
	manager      []string
	climbed      time.Time
	after        *cursor
}

func listMissing(ctx context.Context, tx db.Tx, f missingFilter, now time.Time) ([]Row, error) {
	query := listColumns + ` WHERE e.department_id = ANY($1) AND e.next_step IS NOT NULL`
	arguments := []any{pq.StringArray(f.departments)}
	if f.holder != "" {
		arguments = append(arguments, f.holder, pq.StringArray(f.secretary), now, pq.StringArray(f.manager), f.climbed)
		query += ` AND ((e.acts_next = 'practitioner' AND e.practitioner_id = $2)
			OR (e.department_id = ANY($3) AND (e.acts_next = 'secretary' OR (e.acts_next = 'patient' AND e.due_at < $4)))
			OR (e.department_id = ANY($5) AND e.acts_next IN ('practitioner', 'secretary') AND e.due_at < $6))`
	}
	if f.practitioner != "" {
		arguments = append(arguments, f.practitioner)
		query += fmt.Sprintf(` AND e.practitioner_id = $%d`, len(arguments))
	}
	if f.after != nil {
		arguments = append(arguments, f.after.At, f.after.ID)
		query += fmt.Sprintf(` AND (e.due_at, e.id) > ($%d, $%d)`, len(arguments)-1, len(arguments))
	}
	return list(ctx, tx, query+fmt.Sprintf(` ORDER BY e.due_at, e.id LIMIT %d`, pageSize+1), arguments, now)
}

func list(ctx context.Context, tx db.Tx, query string, arguments []any, now time.Time) ([]Row, error) {
	found := []listRow{}
	if err := tx.SelectContext(ctx, &found, query, arguments...); err != nil {
		return nil, fmt.Errorf("read a worklist: %w", err)
	}
	rows := make([]Row, 0, len(found))
	for _, r := range found {
		rows = append(rows, r.row(now))
	}
	return rows, nil
}

func (r listRow) row(now time.Time) Row {
	row := Row{
		ID: r.ID, DepartmentID: r.DepartmentID,
		Patient:      PatientName{FamilyName: r.FamilyName, GivenName: r.GivenName, BirthDate: r.BirthDate.Format(time.DateOnly)},
		Practitioner: encounter.Practitioner{ID: r.HolderID, Title: r.HolderTitle, FamilyName: r.HolderFamily, GivenName: r.HolderGiven},
		Status:       encounter.Status(r.Status), Modality: encounter.Modality(r.Modality), Tool: r.Tool, PlannedStart: r.PlannedStart.UTC(),
		PlannedEnd: r.PlannedEnd.UTC(), StartedAt: moment(r.StartedAt), FinishedAt: moment(r.FinishedAt),
		Consent: consent.Verdict(r.Consent), NextStep: encounter.StepCode(r.NextStep), Weight: WeightOf(encounter.StepCode(r.NextStep)),
		ActsNext: encounter.Acts(r.ActsNext), DueAt: moment(r.DueAt),
	}
	if r.PresenceState.Valid && !row.Status.Ended() {
		p := (&encounter.Presence{State: r.PresenceState.String, Since: r.PresenceSince.Time, SeenAt: r.PresenceSeen.Time}).Now(now)
		row.Presence = &view.PresenceView{State: p.State, Since: p.Since.UTC()}
	}
	return row
}

func moment(t sql.NullTime) *time.Time {
	if !t.Valid {
		return nil
	}
	u := t.Time.UTC()
	return &u
}

func isUUID(s string) bool { return uuid.Validate(s) == nil }

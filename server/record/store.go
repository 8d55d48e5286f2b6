package record

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"teleconsult/server/db"
	"teleconsult/server/encounter"
)

const staffName = `trim(s.title || ' ' || s.given_name || ' ' || s.family_name)`

// insert appends a transfer with the text that was transferred.
func insert(ctx context.Context, tx db.Tx, f *encounter.Facts, n Note, staffID string, now time.Time) error {
	const query = `INSERT INTO record_transfer (id, encounter_id, department_id, number, note_version, note, transferred_by, transferred_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`
	_, err := tx.ExecContext(ctx, query, uuid.Must(uuid.NewV7()).String(), f.ID, f.Department.ID, n.Number, n.Version, n.Text, staffID, now)
	if err != nil {
		return fmt.Errorf("record a transfer: %w", err)
	}
	return nil
}

// issuedOf are the versions that were put into the record, the first one first. One that was put there again, after a
// change that was taken back, is the same version.
func issuedOf(ctx context.Context, tx db.Tx, f *encounter.Facts) ([]Issued, error) {
	var rows []struct {
		Number  int          `db:"number"`
		Version string       `db:"note_version"`
		At      time.Time    `db:"transferred_at"`
		By      string       `db:"by"`
		Erased  sql.NullTime `db:"erased_at"`
	}
	const query = `SELECT DISTINCT ON (t.number) t.number, t.note_version, t.transferred_at, ` + staffName + ` AS by, t.erased_at
		FROM record_transfer AS t JOIN staff AS s ON s.id = t.transferred_by
		WHERE t.encounter_id = $1 AND t.department_id = $2 ORDER BY t.number, t.transferred_at, t.id`
	if err := tx.SelectContext(ctx, &rows, query, f.ID, f.Department.ID); err != nil {
		return nil, fmt.Errorf("read the versions of a note: %w", err)
	}
	issued := make([]Issued, 0, len(rows))
	for _, r := range rows {
		issued = append(issued, Issued{Number: r.Number, Version: r.Version, At: r.At.UTC(), By: r.By, ErasedAt: timeOf(r.Erased)})
	}
	return issued, nil
}

// draftOf is what the practitioner has typed, the zero Draft for nothing.
func draftOf(ctx context.Context, tx db.Tx, f *encounter.Facts) (Draft, error) {
	var r struct {
		Findings     string       `db:"findings"`
		Conclusion   string       `db:"conclusion"`
		FollowUp     string       `db:"follow_up"`
		Follows      bool         `db:"report_follows"`
		Identity     string       `db:"identity_check"`
		Participants string       `db:"participants"`
		Revision     int64        `db:"revision"`
		Writer       string       `db:"writer"`
		ChangedBy    string       `db:"changed_by"`
		ChangedAt    time.Time    `db:"changed_at"`
		Erased       sql.NullTime `db:"erased_at"`
	}
	const query = `SELECT findings, conclusion, follow_up, report_follows, identity_check, participants, revision, writer, changed_by,
			changed_at, erased_at
		FROM note_draft WHERE encounter_id = $1 AND department_id = $2`
	err := tx.GetContext(ctx, &r, query, f.ID, f.Department.ID)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return Draft{}, nil
	case err != nil:
		return Draft{}, fmt.Errorf("read the draft of a note: %w", err)
	}
	return Draft{
		Report: Report{
			Findings: r.Findings, Conclusion: r.Conclusion, FollowUp: r.FollowUp, Follows: r.Follows, Identity: IdentityCheck(r.Identity),
			Participants: r.Participants,
		},
		Revision: r.Revision, Writer: r.Writer, ChangedBy: r.ChangedBy, ChangedAt: r.ChangedAt.UTC(), ErasedAt: timeOf(r.Erased),
	}, nil
}

func saveDraft(ctx context.Context, tx db.Tx, f *encounter.Facts, d Draft, staffID string) error {
	const query = `INSERT INTO note_draft (encounter_id, department_id, findings, conclusion, follow_up, report_follows, identity_check,
			participants, revision, writer, changed_by, changed_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
		ON CONFLICT (encounter_id) DO UPDATE SET findings = excluded.findings, conclusion = excluded.conclusion,
			follow_up = excluded.follow_up, report_follows = excluded.report_follows, identity_check = excluded.identity_check,
			participants = excluded.participants, revision = excluded.revision, writer = excluded.writer,
			changed_by = excluded.changed_by, changed_at = excluded.changed_at, erased_at = NULL`
	_, err := tx.ExecContext(ctx, query, f.ID, f.Department.ID, d.Findings, d.Conclusion, d.FollowUp, d.Follows, string(d.Identity),
		d.Participants, d.Revision, d.Writer, staffID, d.ChangedAt)
	if err != nil {
		return fmt.Errorf("save the draft of a note: %w", err)
	}
	return nil
}

// erase deletes the texts of encounters whose last transfer was before a moment and covers what was typed.
func erase(ctx context.Context, tx db.Tx, before, now time.Time) error {
	const due = `WITH due AS (
			SELECT t.encounter_id FROM record_transfer AS t LEFT JOIN note_draft AS d ON d.encounter_id = t.encounter_id
			WHERE t.erased_at IS NULL
			GROUP BY t.encounter_id, d.changed_at
			HAVING max(t.transferred_at) < $1 AND (d.changed_at IS NULL OR d.changed_at <= max(t.transferred_at)))`
	const drafts = due + ` UPDATE note_draft AS d SET findings = '', conclusion = '', follow_up = '', participants = '', erased_at = $2
		FROM due WHERE due.encounter_id = d.encounter_id AND d.erased_at IS NULL AND d.changed_at < $1`
	const transfers = due + ` UPDATE record_transfer AS t SET note = '', erased_at = $2
		FROM due WHERE due.encounter_id = t.encounter_id AND t.erased_at IS NULL`
	for _, query := range []string{drafts, transfers} {
		if _, err := tx.ExecContext(ctx, query, before, now); err != nil {
			return fmt.Errorf("erase the texts of notes: %w", err)
		}
	}
	return nil
}

// lastClosing is the last closing of an encounter, whether or not it still holds.
func lastClosing(ctx context.Context, tx db.Tx, f *encounter.Facts) (*Closing, error) {
	var rows []struct {
		At time.Time `db:"closed_at"`
		By string    `db:"by"`
	}
	const query = `SELECT c.closed_at, ` + staffName + ` AS by FROM encounter_closing AS c JOIN staff AS s ON s.id = c.closed_by
		WHERE c.encounter_id = $1 AND c.department_id = $2 ORDER BY c.closed_at DESC, c.id DESC LIMIT 1`
	if err := tx.SelectContext(ctx, &rows, query, f.ID, f.Department.ID); err != nil {
		return nil, fmt.Errorf("read the closing of an encounter: %w", err)
	}
	var last *Closing
	for _, r := range rows {
		last = &Closing{At: r.At.UTC(), By: r.By}
	}
	return last, nil
}

func insertClosing(ctx context.Context, tx db.Tx, f *encounter.Facts, staffID string, now time.Time) error {
	const query = `INSERT INTO encounter_closing (id, encounter_id, department_id, closed_by, closed_at) VALUES ($1, $2, $3, $4, $5)`
	if _, err := tx.ExecContext(ctx, query, uuid.Must(uuid.NewV7()).String(), f.ID, f.Department.ID, staffID, now); err != nil {
		return fmt.Errorf("close an encounter: %w", err)
	}
	return nil
}

func timeOf(t sql.NullTime) time.Time {
	if !t.Valid {
		return time.Time{}
	}
	return t.Time.UTC()
}

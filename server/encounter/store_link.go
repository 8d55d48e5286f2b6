package encounter

import (
	"context"
	"fmt"
	"time"

	"github.com/lib/pq"

	"teleconsult/server/db"
	"teleconsult/server/fault"
)

// useMeetings takes everything a meeting is recognised by.
func useMeetings(ctx context.Context, tx db.Tx, keyHashes [][]byte, encounterID string, now time.Time) error {
	for _, hash := range keyHashes {
		if err := useMeeting(ctx, tx, hash, encounterID, now); err != nil {
			return err
		}
	}
	return nil
}

// useMeeting takes a meeting for an encounter, for good. Taking it again for the same encounter is allowed.
func useMeeting(ctx context.Context, tx db.Tx, keyHash []byte, encounterID string, now time.Time) error {
	const query = `INSERT INTO meeting_use (key_hash, encounter_id, first_used_at) VALUES ($1, $2, $3)
		ON CONFLICT (key_hash) DO UPDATE SET first_used_at = meeting_use.first_used_at
			WHERE meeting_use.encounter_id = excluded.encounter_id`
	result, err := tx.ExecContext(ctx, query, keyHash, encounterID, now)
	if err != nil {
		return fmt.Errorf("take a meeting: %w", err)
	}
	taken, err := result.RowsAffected()
	if err != nil {
		return fmt.Errorf("take a meeting: %w", err)
	}
	if taken == 0 {
		return fault.New(fault.KindConflict, "link_already_used",
			"Cette réunion a déjà servi à une autre consultation. Un lien ne sert qu’une fois : créez une nouvelle réunion.")
	}
	return nil
}

func insertLink(ctx context.Context, tx db.Tx, f *Facts, attachedBy string, l Link) error {
	const query = `INSERT INTO meeting_link (id, encounter_id, department_id, tool, url, meeting_number, passcode, topic, reference,
			declared, settled, host_account, attached_by, attached_at)
		VALUES ($1, $2, $3, $4, nullif($5, ''), $6, $7, $8, $9, $10, $11, $12, $13, $14)`
	_, err := tx.ExecContext(ctx, query, l.ID, f.ID, f.Department.ID, l.Tool, l.URL, l.MeetingID, l.Passcode, l.Topic, l.Reference,
		pq.StringArray(orEmpty(l.Declared)), pq.StringArray(orEmpty(l.Settled)), l.HostAccount, attachedBy, l.AttachedAt)
	if err != nil {
		return fmt.Errorf("attach a link: %w", err)
	}
	return nil
}

// revokeLink ends the standing link, if there is one, and erases how to reach the meeting.
func revokeLink(ctx context.Context, tx db.Tx, f *Facts, now time.Time) error {
	const query = `UPDATE meeting_link SET revoked_at = $2, url = NULL, passcode = ''
		WHERE encounter_id = $1 AND department_id = $3 AND revoked_at IS NULL`
	if _, err := tx.ExecContext(ctx, query, f.ID, now, f.Department.ID); err != nil {
		return fmt.Errorf("revoke a link: %w", err)
	}
	return nil
}

// eraseLinks erases how to reach the meetings that were over before a moment; that they took place stays.
func eraseLinks(ctx context.Context, tx db.Tx, over, now time.Time) error {
	const query = `UPDATE meeting_link AS l SET url = NULL, passcode = '', erased_at = $2
		FROM encounter AS e
		WHERE e.id = l.encounter_id AND l.revoked_at IS NULL AND l.erased_at IS NULL
			AND greatest(e.planned_end, coalesce(e.finished_at, e.planned_end)) < $1`
	if _, err := tx.ExecContext(ctx, query, over, now); err != nil {
		return fmt.Errorf("erase meeting links: %w", err)
	}
	return nil
}

func orEmpty(s []string) []string {
	if s == nil {
		return []string{}
	}
	return s
}

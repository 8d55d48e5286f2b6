package bulk

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/lib/pq"

	"teleconsult/server/db"
)

// table collects rows for one statement; each column is an array of texts that the statement casts.
type table []pq.StringArray

func (t *table) add(values ...string) {
	if *t == nil {
		*t = make(table, len(values))
	}
	for i, v := range values {
		(*t)[i] = append((*t)[i], v)
	}
}

// exec runs a statement whose first parameters are given and whose last are the columns; without rows it does nothing.
func (t table) exec(ctx context.Context, tx db.Tx, what, statement string, first ...any) (int64, error) {
	if len(t) == 0 {
		return 0, nil
	}
	for _, column := range t {
		first = append(first, column)
	}
	result, err := tx.ExecContext(ctx, statement, first...)
	if err != nil {
		return 0, fmt.Errorf("%s: %w", what, err)
	}
	return result.RowsAffected()
}

// stamp is a time as Postgres reads it, "" for none.
func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02T15:04:05.999999Z")
}

func hexed(b []byte) string { return fmt.Sprintf("\\x%x", b) }

func (w *writing) insertEncounters(ctx context.Context, tx db.Tx) error {
	var t table
	for _, p := range w.planned {
		f := p.Facts
		t.add(f.ID, f.Department.ID, f.Patient.ID, f.Practitioner.ID, string(f.Modality), f.TelephoneReason, f.Tool, f.ToolReason,
			stamp(f.PlannedStart), stamp(f.PlannedEnd), string(f.Stored.Next), string(f.Stored.ActsNext), stamp(f.Stored.Due),
			string(f.Stored.Consent), stamp(f.Stored.FollowUp))
	}
	const statement = `INSERT INTO encounter (id, department_id, patient_id, practitioner_id, modality, telephone_reason, tool,
			tool_reason, planned_start, planned_end, next_step, acts_next, due_at, consent, follow_up_at, created_by, created_at, updated_at)
		SELECT e.id, e.department_id, e.patient_id, e.practitioner_id, e.modality, nullif(e.telephone_reason, ''), e.tool,
			e.tool_reason, e.planned_start::timestamptz, e.planned_end::timestamptz, nullif(e.next_step, ''), e.acts_next,
			nullif(e.due_at, '')::timestamptz, e.consent, nullif(e.follow_up_at, '')::timestamptz, $1, $2, $2
		FROM unnest($3::uuid [], $4::uuid [], $5::uuid [], $6::uuid [], $7::text [], $8::text [], $9::text [], $10::text [],
			$11::text [], $12::text [], $13::text [], $14::text [], $15::text [], $16::text [], $17::text [])
			AS e (id, department_id, patient_id, practitioner_id, modality, telephone_reason, tool, tool_reason, planned_start,
			planned_end, next_step, acts_next, due_at, consent, follow_up_at)`
	_, err := t.exec(ctx, tx, "plan encounters", statement, w.Caller.StaffID, w.now)
	return err
}

func (w *writing) insertEvents(ctx context.Context, tx db.Tx) error {
	var t table
	for _, p := range w.planned {
		f := p.Facts
		t.add(uuid.Must(uuid.NewV7()).String(), f.ID, f.Department.ID, "scheduled")
		if f.OrtifInvited != nil {
			t.add(uuid.Must(uuid.NewV7()).String(), f.ID, f.Department.ID, "ortif-invited")
		}
	}
	const statement = `INSERT INTO encounter_event (id, encounter_id, department_id, kind, occurred_at, recorded_at, actor_kind, actor_id)
		SELECT e.id, e.encounter_id, e.department_id, e.kind, $1, $1, 'staff', $2
		FROM unnest($3::uuid [], $4::uuid [], $5::uuid [], $6::text []) AS e (id, encounter_id, department_id, kind)`
	_, err := t.exec(ctx, tx, "record encounters", statement, w.now, w.Caller.StaffID)
	return err
}

func (w *writing) insertAccess(ctx context.Context, tx db.Tx) error {
	var t table
	for i, p := range w.planned {
		a := w.access[i]
		t.add(hexed(a.Hash), p.Facts.ID, p.Facts.Department.ID, hexed(a.Sealed), stamp(a.Expires))
	}
	const statement = `INSERT INTO patient_access (token_hash, encounter_id, department_id, token_sealed, created_at, expires_at)
		SELECT a.hash::bytea, a.encounter_id, a.department_id, a.sealed::bytea, $1, a.expires_at::timestamptz
		FROM unnest($2::text [], $3::uuid [], $4::uuid [], $5::text [], $6::text [])
			AS a (hash, encounter_id, department_id, sealed, expires_at)`
	_, err := t.exec(ctx, tx, "make personal links", statement, w.now)
	return err
}

func (w *writing) insertLinks(ctx context.Context, tx db.Tx) error {
	var t table
	for _, p := range w.planned {
		l := p.Facts.Link
		if l == nil {
			continue
		}
		declared, err := pq.StringArray(append([]string{}, l.Declared...)).Value()
		if err != nil {
			return fmt.Errorf("attach links: %w", err)
		}
		settled, err := pq.StringArray(append([]string{}, l.Settled...)).Value()
		if err != nil {
			return fmt.Errorf("attach links: %w", err)
		}
		t.add(l.ID, p.Facts.ID, p.Facts.Department.ID, l.Tool, l.URL, l.MeetingID, l.Passcode, l.Topic, l.Reference,
			fmt.Sprint(declared), fmt.Sprint(settled), l.HostAccount)
	}
	const statement = `INSERT INTO meeting_link (id, encounter_id, department_id, tool, url, meeting_number, passcode, topic, reference,
			declared, settled, host_account, attached_by, attached_at)
		SELECT l.id, l.encounter_id, l.department_id, l.tool, nullif(l.url, ''), l.meeting_number, l.passcode, l.topic, l.reference,
			l.declared::text [], l.settled::text [], l.host_account, $1, $2
		FROM unnest($3::uuid [], $4::uuid [], $5::uuid [], $6::text [], $7::text [], $8::text [], $9::text [], $10::text [], $11::text [],
			$12::text [], $13::text [], $14::text []) AS l (id, encounter_id, department_id, tool, url, meeting_number, passcode, topic,
			reference, declared, settled, host_account)`
	_, err := t.exec(ctx, tx, "attach links", statement, w.Caller.StaffID, w.now)
	return err
}

// takeMeetings takes the meetings for good; one that is taken already is ErrMeanwhile.
func (w *writing) takeMeetings(ctx context.Context, tx db.Tx) error {
	var t table
	wanted := int64(0)
	for _, p := range w.planned {
		for _, key := range p.LinkKeys {
			t.add(hexed(key), p.Facts.ID)
			wanted++
		}
	}
	// in the order of the keys, so that two lists with the same links wait for each other in one direction
	const statement = `INSERT INTO meeting_use (key_hash, encounter_id, first_used_at)
		SELECT m.key_hash::bytea, m.encounter_id, $1 FROM unnest($2::text [], $3::uuid []) AS m (key_hash, encounter_id)
		ORDER BY m.key_hash ON CONFLICT DO NOTHING`
	taken, err := t.exec(ctx, tx, "take meetings", statement, w.now)
	if err == nil && taken < wanted {
		err = ErrMeanwhile
	}
	return err
}

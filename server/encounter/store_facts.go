package encounter

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"github.com/lib/pq"

	"teleconsult/server/consent"
	"teleconsult/server/db"
	"teleconsult/server/department"
	"teleconsult/server/patient"
)

// factsRow is one encounter with everything about it; the lists come as JSON, so that one round trip is enough.
type factsRow struct {
	ID              string       `db:"id"`
	DepartmentID    string       `db:"department_id"`
	PatientID       string       `db:"patient_id"`
	Status          string       `db:"status"`
	Modality        string       `db:"modality"`
	TelephoneReason string       `db:"telephone_reason"`
	Tool            string       `db:"tool"`
	ToolReason      string       `db:"tool_reason"`
	PlannedStart    time.Time    `db:"planned_start"`
	PlannedEnd      time.Time    `db:"planned_end"`
	StartedAt       sql.NullTime `db:"started_at"`
	FinishedAt      sql.NullTime `db:"finished_at"`
	CancelledAt     sql.NullTime `db:"cancelled_at"`
	CancelReason    string       `db:"cancel_reason"`
	Version         int64        `db:"version"`
	CreatedAt       time.Time    `db:"created_at"`
	Consent         string       `db:"consent"`
	NextStep        string       `db:"next_step"`
	ActsNext        string       `db:"acts_next"`
	DueAt           sql.NullTime `db:"due_at"`
	FollowUpAt      sql.NullTime `db:"follow_up_at"`
	Practitioner    []byte       `db:"practitioner"`
	RPPS            string       `db:"rpps"`
	Events          []byte       `db:"events"`
	Decisions       []byte       `db:"decisions"`
	Link            []byte       `db:"link"`
	Messages        []byte       `db:"messages"`
	Prescription    []byte       `db:"prescription"`
	NoteChangedAt   sql.NullTime `db:"note_changed_at"`
	Transfer        []byte       `db:"transfer"`
	Coding          []byte       `db:"coding"`
	Presence        []byte       `db:"presence"`
}

const staffName = `trim(s.title || ' ' || s.given_name || ' ' || s.family_name)`

const factsQuery = `
SELECT e.id, e.department_id, e.patient_id, e.status, e.modality, coalesce(e.telephone_reason, '') AS telephone_reason, e.tool,
	e.tool_reason, e.planned_start, e.planned_end, e.started_at, e.finished_at, e.cancelled_at,
	coalesce(e.cancel_reason, '') AS cancel_reason, e.version, e.created_at,
	coalesce(e.next_step, '') AS next_step, e.acts_next, e.due_at, e.follow_up_at, e.consent,
	json_build_object('id', p.id, 'title', p.title, 'familyName', p.family_name, 'givenName', p.given_name) AS practitioner,
	coalesce(p.rpps, '') AS rpps,
	(SELECT coalesce(json_agg(json_build_object('kind', x.kind, 'at', x.occurred_at, 'recorded_at', x.recorded_at,
			'by', coalesce(` + staffName + `, ''), 'data', x.data) ORDER BY x.recorded_at, x.id), '[]')
		FROM encounter_event AS x LEFT JOIN staff AS s ON s.id = x.actor_id AND x.actor_kind = 'staff'
		WHERE x.encounter_id = e.id) AS events,
	(SELECT coalesce(json_agg(json_build_object('decision', d.decision, 'tool', d.tool, 'mode', d.mode,
			'given_by', d.given_by, 'giver_name', d.giver_name, 'notice_version', coalesce(d.notice_version, ''),
			'explanation', d.explanation, 'decided_at', d.decided_at, 'recorded_at', d.recorded_at,
			'recorded_by', coalesce(d.recorded_by::text, ''), 'recorder_name', coalesce(` + staffName + `, '')) ORDER BY d.recorded_at, d.id), '[]')
		FROM consent_decision AS d LEFT JOIN staff AS s ON s.id = d.recorded_by
		WHERE d.encounter_id = e.id) AS decisions,
	(SELECT json_build_object('id', l.id, 'tool', l.tool, 'url', coalesce(l.url, ''), 'meeting_number', l.meeting_number,
			'passcode', l.passcode, 'topic', l.topic, 'reference', l.reference, 'declared', l.declared, 'settled', l.settled,
			'host_account', l.host_account, 'attached_at', l.attached_at, 'attached_by', ` + staffName + `)
		FROM meeting_link AS l JOIN staff AS s ON s.id = l.attached_by
		WHERE l.encounter_id = e.id AND l.revoked_at IS NULL) AS link,
	(SELECT coalesce(json_agg(json_build_object('id', m.id, 'purpose', m.purpose, 'channel', m.channel,
			'recipient', m.recipient, 'status', m.status, 'code', m.last_code, 'attempts', m.attempts,
			'slot', m.slot, 'follows', coalesce(m.follows::text, ''), 'created_at', m.created_at, 'not_before', m.not_before,
			'due', coalesce(m.first_due_at, m.not_before),
			'at', coalesce(v.at, m.created_at), 'read_at', v.read_at) ORDER BY m.created_at, m.id), '[]')
		FROM message AS m LEFT JOIN LATERAL (
			SELECT max(o.at) FILTER (WHERE o.kind <> 'read') AS at, min(o.at) FILTER (WHERE o.kind = 'read') AS read_at
			FROM message_event AS o WHERE o.message_id = m.id AND (m.attempts > 0 OR m.status <> 'queued')
		) AS v ON true
		WHERE m.encounter_id = e.id) AS messages,
	(SELECT json_build_object('channel', x.channel, 'state', x.state, 'wanted_today', x.wanted_today, 'proof', x.proof,
			'risk_accepted_by', x.risk_accepted_by, 'delivery_id', coalesce(x.delivery_id::text, ''), 'at', x.recorded_at,
			'decided_at', coalesce(x.decided_at, x.recorded_at), 'decided_by', coalesce((SELECT ` + staffName + `
				FROM prescription_step AS y JOIN staff AS s ON s.id = y.recorded_by
				WHERE y.encounter_id = e.id AND y.recorded_at = coalesce(x.decided_at, x.recorded_at) ORDER BY y.id DESC LIMIT 1), ''),
			'by', CASE WHEN s.id IS NULL THEN '' ELSE ` + staffName + ` END)
		FROM prescription_step AS x LEFT JOIN staff AS s ON s.id = x.recorded_by
		WHERE x.encounter_id = e.id ORDER BY x.recorded_at DESC, x.id DESC LIMIT 1) AS prescription,
	(SELECT x.changed_at FROM note_draft AS x WHERE x.encounter_id = e.id) AS note_changed_at,
	(SELECT json_build_object('note_version', x.note_version, 'at', x.transferred_at, 'by', ` + staffName + `)
		FROM record_transfer AS x JOIN staff AS s ON s.id = x.transferred_by
		WHERE x.encounter_id = e.id ORDER BY x.transferred_at DESC, x.id DESC LIMIT 1) AS transfer,
	(SELECT json_build_object('state', x.state, 'code', coalesce(c.code, ''), 'label', coalesce(c.label, ''),
			'reason', x.reason, 'reason_code', x.reason_code, 'at', x.coded_at, 'by', ` + staffName + `)
		FROM coding_entry AS x JOIN staff AS s ON s.id = x.coded_by LEFT JOIN activity_code AS c ON c.id = x.activity_code_id
		WHERE x.encounter_id = e.id ORDER BY x.coded_at DESC, x.id DESC LIMIT 1) AS coding,
	(SELECT json_build_object('state', x.state, 'since', x.since, 'seen_at', x.seen_at)
		FROM presence AS x WHERE x.encounter_id = e.id) AS presence
FROM encounter AS e JOIN staff AS p ON p.id = e.practitioner_id
WHERE e.id = ANY($1::uuid []) AND e.department_id = ANY($2::uuid [])`

// Load reads all facts of one encounter of these departments; another is fault.KindNotFound.
func Load(ctx context.Context, tx db.Tx, id string, departments ...string) (*Facts, error) {
	all, err := LoadMany(ctx, tx, []string{id}, departments)
	switch {
	case err != nil:
		return nil, err
	case len(all) == 0:
		return nil, db.Translate(sql.ErrNoRows)
	}
	return all[0], nil
}

// LoadMany reads all facts of encounters of these departments, by id, in few queries however many they are;
// their order is any.
func LoadMany(ctx context.Context, tx db.Tx, ids, departments []string) ([]*Facts, error) {
	var rows []factsRow
	if err := tx.SelectContext(ctx, &rows, factsQuery, pq.StringArray(ids), pq.StringArray(departments)); err != nil {
		return nil, fmt.Errorf("read the facts of encounters: %w", err)
	}
	patientIDs := make([]string, 0, len(rows))
	settings := map[string]department.Department{}
	for _, r := range rows {
		patientIDs = append(patientIDs, r.PatientID)
		if _, there := settings[r.DepartmentID]; there {
			continue
		}
		d, err := department.Load(ctx, tx, r.DepartmentID)
		if err != nil {
			return nil, err
		}
		settings[r.DepartmentID] = d
	}
	patients, err := patient.LoadMany(ctx, tx, patientIDs)
	if err != nil {
		return nil, err
	}
	all := make([]*Facts, 0, len(rows))
	for _, r := range rows {
		f := r.plan()
		f.Department, f.Patient = settings[r.DepartmentID], patients[r.PatientID]
		if err := r.decode(f); err != nil {
			return nil, err
		}
		all = append(all, f)
	}
	return all, nil
}

func (r factsRow) plan() *Facts {
	return &Facts{
		ID: r.ID, Status: Status(r.Status), Modality: Modality(r.Modality), TelephoneReason: r.TelephoneReason, Tool: r.Tool,
		ToolReason: r.ToolReason, PlannedStart: r.PlannedStart.UTC(), PlannedEnd: r.PlannedEnd.UTC(),
		StartedAt: timeOf(r.StartedAt), FinishedAt: timeOf(r.FinishedAt), CancelledAt: timeOf(r.CancelledAt),
		CancelReason: r.CancelReason, Version: r.Version, CreatedAt: r.CreatedAt.UTC(),
		Stored: Summary{
			Next: StepCode(r.NextStep), ActsNext: Acts(r.ActsNext), Due: timeOf(r.DueAt), Consent: consent.Verdict(r.Consent),
			FollowUp: timeOf(r.FollowUpAt),
		},
	}
}

func (r factsRow) decode(f *Facts) error {
	var events []event
	for _, part := range []struct {
		json []byte
		into any
	}{
		{r.Practitioner, &f.Practitioner},
		{r.Events, &events},
		{r.Decisions, &f.Decisions},
		{r.Link, &f.Link},
		{r.Messages, &f.Messages},
		{r.Prescription, &f.Prescription},
		{r.Transfer, &f.Transfer},
		{r.Coding, &f.Coding},
		{r.Presence, &f.Presence},
	} {
		if part.json == nil {
			continue
		}
		if err := json.Unmarshal(part.json, part.into); err != nil {
			return fmt.Errorf("read the facts of an encounter: %w", err)
		}
	}
	f.Practitioner.RPPS, f.NoteChangedAt = r.RPPS, timeOf(r.NoteChangedAt)
	for _, e := range events {
		if err := f.apply(e); err != nil {
			return fmt.Errorf("read the fact %s: %w", e.Kind, err)
		}
		if f.notes(e) {
			f.NoteChangedAt = later(f.NoteChangedAt, e.RecordedAt)
		}
	}
	return nil
}

// event is one row of encounter_event.
type event struct {
	Kind       string          `json:"kind"`
	At         time.Time       `json:"at"`
	RecordedAt time.Time       `json:"recorded_at"`
	By         string          `json:"by"`
	Data       json.RawMessage `json:"data"`
}

// Payloads of the events that carry more than their time.
type (
	informationData struct {
		Mode          consent.Mode `json:"mode"`
		NoticeVersion string       `json:"noticeVersion"`
		Tool          string       `json:"tool"`
	}
	portalData struct {
		Answer string `json:"answer"`
	}
	finishedData struct {
		Incidents []Incident `json:"incidents"`
		// Text is what was added to the reason of a cancellation.
		Text string `json:"text,omitempty"`
	}
)

// apply adds one event to the facts; events come in the order they were recorded, so the last one counts.
func (f *Facts) apply(e event) error {
	tick := &Tick{At: e.At, By: e.By}
	switch e.Kind {
	case "appointment-planned":
		f.Appointment = tick
	case "information-given":
		var d informationData
		if err := json.Unmarshal(e.Data, &d); err != nil {
			return err
		}
		// the first time for a tool is the evidence; later readings add nothing
		if f.Information == nil || f.Information.Tool != d.Tool {
			f.Information = &Information{At: e.At, By: e.By, Mode: d.Mode, NoticeVersion: d.NoticeVersion, Tool: d.Tool}
		}
	case "portal-answered":
		var d portalData
		if err := json.Unmarshal(e.Data, &d); err != nil {
			return err
		}
		f.Portal = &PortalAnswer{At: e.At, By: e.By, Answer: d.Answer}
	case "ortif-invited":
		if f.Link != nil && !e.RecordedAt.Before(f.Link.AttachedAt) {
			f.OrtifInvited = tick
		}
	case "on-site-offered":
		f.OnSiteOffered = tick
	case "device-tested":
		test := DeviceTest{At: e.At}
		if err := json.Unmarshal(e.Data, &test); err != nil {
			return err
		}
		if test.Tool == f.Tool {
			f.DeviceTest = &test
		}
	case "arrived":
		if f.ArrivedAt.IsZero() {
			f.ArrivedAt = e.At
		}
	case "patient-called":
		call := Call{At: e.At, By: e.By}
		if err := json.Unmarshal(e.Data, &call); err != nil {
			return err
		}
		f.Calls = append(f.Calls, call)
	case "delay-announced":
		delay := Delay{At: e.RecordedAt, By: e.By}
		if err := json.Unmarshal(e.Data, &delay); err != nil {
			return err
		}
		f.Delay = &delay
	case "rescheduled":
		f.MovedAt, f.Delay = e.RecordedAt, nil
	case "finished", "cancelled":
		var d finishedData
		if err := json.Unmarshal(e.Data, &d); err != nil {
			return err
		}
		f.Incidents, f.CancelText = d.Incidents, d.Text
	}
	return nil
}

// notes tells whether the note speaks of an event that was just applied: of information only the first time for a tool.
func (f *Facts) notes(e event) bool {
	switch e.Kind {
	case "appointment-planned", "portal-answered", "on-site-offered", "finished", "cancelled":
		return true
	case "information-given":
		return f.Information.At.Equal(e.At)
	}
	return false
}

func timeOf(t sql.NullTime) time.Time {
	if !t.Valid {
		return time.Time{}
	}
	return t.Time.UTC()
}

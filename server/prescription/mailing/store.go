package mailing

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/lib/pq"

	"teleconsult/server/db"
	"teleconsult/server/fault"
)

func insert(ctx context.Context, tx db.Tx, m *mail) error {
	const statement = `INSERT INTO document_mail (id, encounter_id, department_id, document_id, channel, addressee, addressee_name,
			message_id, password_by, password_message_id, risk_accepted_by, risk_accepted_how, risk_accepted_at, sent_by, sent_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, nullif($10, '')::uuid, $11, $12, $13, $14, $15)`
	_, err := tx.ExecContext(ctx, statement, m.ID, m.EncounterID, m.DepartmentID, m.DocumentID, string(m.Channel), string(m.Addressee),
		m.AddresseeName, m.MessageID, m.PasswordBy, m.PasswordID, m.RiskBy, m.RiskHow, m.RiskAt, m.SentBy, m.SentAt)
	if err != nil {
		return fmt.Errorf("mail a document: %w", db.Translate(err))
	}
	return nil
}

func insertEvent(ctx context.Context, tx db.Tx, m *mail, e event, staffID string) error {
	const statement = `INSERT INTO document_mail_event (id, document_mail_id, department_id, at, kind, proof, staff_id)
		VALUES ($1, $2, $3, $4, $5, $6, nullif($7, '')::uuid)`
	_, err := tx.ExecContext(ctx, statement, uuid.Must(uuid.NewV7()).String(), m.ID, m.DepartmentID, e.At, e.Kind, e.Proof, staffID)
	if err != nil {
		return fmt.Errorf("record what became of a document: %w", err)
	}
	m.events = append(m.events, e)
	return nil
}

const selectMail = `SELECT d.id, d.encounter_id, d.department_id, d.document_id, d.channel, d.addressee, d.addressee_name, d.message_id,
		d.password_by, coalesce(d.password_message_id::text, '') AS password_message_id, d.risk_accepted_by, d.risk_accepted_how,
		d.risk_accepted_at, d.sent_by, concat_ws(' ', nullif(s.title, ''), s.given_name, s.family_name) AS sent_by_name, d.sent_at,
		m.recipient, m.status, m.last_code AS code, coalesce(p.status, '') AS password_status, coalesce(p.last_code, '') AS password_code,
		coalesce((
			SELECT e.detail FROM message_event AS e WHERE e.message_id = d.message_id AND e.kind = 'delivered' ORDER BY e.at DESC LIMIT 1
		), '') AS receipt
	FROM document_mail AS d
	JOIN message AS m ON m.id = d.message_id
	JOIN staff AS s ON s.id = d.sent_by
	LEFT JOIN message AS p ON p.id = d.password_message_id `

// ofEncounter returns what was mailed after an encounter, newest first.
func ofEncounter(ctx context.Context, tx db.Tx, departmentID, encounterID string) ([]*mail, error) {
	return load(ctx, tx, `WHERE d.encounter_id = $1 AND d.department_id = $2 ORDER BY d.sent_at DESC, d.id DESC`, encounterID, departmentID)
}

// byMessages returns the mails that these messages bring, or open.
func byMessages(ctx context.Context, tx db.Tx, ids ...string) ([]*mail, error) {
	return load(ctx, tx, `WHERE d.message_id = ANY($1::uuid []) OR d.password_message_id = ANY($1::uuid []) ORDER BY d.id`, pq.StringArray(ids))
}

func load(ctx context.Context, tx db.Tx, where string, args ...any) ([]*mail, error) {
	all := []*mail{}
	if err := tx.SelectContext(ctx, &all, selectMail+where, args...); err != nil {
		return nil, fmt.Errorf("read mailed documents: %w", err)
	}
	byID, ids := map[string]*mail{}, pq.StringArray{}
	for _, m := range all {
		byID[m.ID], ids = m, append(ids, m.ID)
	}
	events := []event{}
	const query = `SELECT document_mail_id, at, kind, proof FROM document_mail_event WHERE document_mail_id = ANY($1::uuid []) ORDER BY at, id`
	if err := tx.SelectContext(ctx, &events, query, ids); err != nil {
		return nil, fmt.Errorf("read mailed documents: %w", err)
	}
	for _, e := range events {
		byID[e.MailID].events = append(byID[e.MailID].events, e)
	}
	return all, nil
}

// taken tells whether an order's id was used before, and whether for this encounter.
func taken(ctx context.Context, tx db.Tx, encounterID, id string) (used, here bool, err error) {
	err = db.Translate(tx.GetContext(ctx, &here, `SELECT encounter_id = $2 FROM document_mail WHERE id = $1`, id, encounterID))
	if fault.KindOf(err) == fault.KindNotFound {
		return false, false, nil
	}
	return err == nil, here, err
}

// enclosed is whose document it is, for its subject.
type enclosed struct {
	Channel    Channel   `db:"channel"`
	FamilyName string    `db:"family_name"`
	GivenName  string    `db:"given_name"`
	BirthDate  time.Time `db:"birth_date"`
}

func enclosedOf(ctx context.Context, tx db.Tx, documentID string) (e enclosed, err error) {
	const query = `SELECT d.channel, p.family_name, p.given_name, p.birth_date FROM document_mail AS d
		JOIN encounter AS e ON e.id = d.encounter_id JOIN patient AS p ON p.id = e.patient_id WHERE d.document_id = $1`
	return e, db.Translate(tx.GetContext(ctx, &e, query, documentID))
}

package web

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"time"

	"teleconsult/server/db"
	"teleconsult/server/secret"
)

// answers keeps the answers of requests that carry an Idempotency-Key.
type answers struct {
	db  *db.DB
	box *secret.Box
	now func() time.Time
}

// claim is the right to do a request.
type claim struct {
	StaffID string
	Key     string
	Request []byte
}

// answer is what is sent again. It is stored sealed: it can hold a patient's data.
type answer struct {
	Status      int    `json:"status"`
	ContentType string `json:"contentType"`
	ETag        string `json:"etag,omitempty"`
	Location    string `json:"location,omitempty"`
	Body        []byte `json:"body"`
}

const sealPurpose = "idempotent-answer"

// scope is the named scope of the store: answers belong to a person, not to a department.
var scope = db.System("idempotency")

// begin claims a request. It returns the kept answer when the request was done before, and neither an
// answer nor an error when it is to be done now.
func (a *answers) begin(ctx context.Context, c claim) (*answer, error) {
	var kept *answer
	err := a.db.InTx(ctx, scope, func(ctx context.Context, tx db.Tx) error {
		now := a.now()
		claimed, err := insertClaim(ctx, tx, c, now)
		if err != nil || claimed {
			return err
		}
		row, err := lockClaim(ctx, tx, c)
		if err != nil {
			return err
		}
		age := now.Sub(row.CreatedAt)
		switch {
		case age > answerLife || (row.Body == nil && age > abandonedAfter):
			return renewClaim(ctx, tx, c, now)
		case !bytes.Equal(row.Request, c.Request):
			return errReused
		case row.Body == nil:
			running := *errRunning
			running.RetryAfter = 1
			return &running
		}
		kept, err = a.open(row.Body)
		return err
	})
	return kept, err
}

// keep stores the answer of a request that was done.
func (a *answers) keep(ctx context.Context, c claim, x answer) error {
	plain, err := json.Marshal(x)
	if err != nil {
		return fmt.Errorf("keep an answer: %w", err)
	}
	sealed, err := a.box.Seal(sealPurpose, plain)
	if err != nil {
		return fmt.Errorf("keep an answer: %w", err)
	}
	return a.db.InTx(ctx, scope, func(ctx context.Context, tx db.Tx) error {
		const update = `UPDATE idempotency_key SET status = $3, content_type = $4, body = $5 WHERE staff_id = $1 AND key = $2`
		_, err := tx.ExecContext(ctx, update, c.StaffID, c.Key, x.Status, x.ContentType, sealed)
		return err
	})
}

// release gives the key of a request that was refused free again. When that fails, the claim runs out by itself.
func (a *answers) release(ctx context.Context, c claim) {
	_ = a.db.InTx(ctx, scope, func(ctx context.Context, tx db.Tx) error {
		const remove = `DELETE FROM idempotency_key WHERE staff_id = $1 AND key = $2 AND body IS NULL`
		_, err := tx.ExecContext(ctx, remove, c.StaffID, c.Key)
		return err
	})
}

func (a *answers) sweep(ctx context.Context) error {
	return a.db.InTx(ctx, db.System("maintenance"), func(ctx context.Context, tx db.Tx) error {
		_, err := tx.ExecContext(ctx, `DELETE FROM idempotency_key WHERE created_at < $1`, a.now().Add(-answerLife))
		return err
	})
}

func (a *answers) open(sealed []byte) (*answer, error) {
	plain, err := a.box.Open(sealPurpose, sealed)
	if err != nil {
		return nil, fmt.Errorf("open an answer: %w", err)
	}
	x := &answer{}
	if err = json.Unmarshal(plain, x); err != nil {
		return nil, fmt.Errorf("open an answer: %w", err)
	}
	return x, nil
}

type claimRow struct {
	Request   []byte    `db:"request_hash"`
	Body      []byte    `db:"body"`
	CreatedAt time.Time `db:"created_at"`
}

func insertClaim(ctx context.Context, tx db.Tx, c claim, now time.Time) (bool, error) {
	const insert = `INSERT INTO idempotency_key (staff_id, key, request_hash, created_at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (staff_id, key) DO NOTHING`
	result, err := tx.ExecContext(ctx, insert, c.StaffID, c.Key, c.Request, now)
	if err != nil {
		return false, fmt.Errorf("claim a request: %w", err)
	}
	n, err := result.RowsAffected()
	return n == 1, err
}

// lockClaim reads the claim of somebody who was first. When it was released in between, the caller's
// repetition is told that the request is in progress, and its next one succeeds.
func lockClaim(ctx context.Context, tx db.Tx, c claim) (claimRow, error) {
	rows := []claimRow{}
	const query = `SELECT request_hash, body, created_at FROM idempotency_key WHERE staff_id = $1 AND key = $2 FOR UPDATE`
	if err := tx.SelectContext(ctx, &rows, query, c.StaffID, c.Key); err != nil {
		return claimRow{}, fmt.Errorf("read a claim: %w", err)
	}
	if len(rows) == 0 {
		return claimRow{}, errRunning
	}
	return rows[0], nil
}

func renewClaim(ctx context.Context, tx db.Tx, c claim, now time.Time) error {
	const update = `UPDATE idempotency_key SET request_hash = $3, status = NULL, content_type = NULL, body = NULL, created_at = $4
		WHERE staff_id = $1 AND key = $2`
	if _, err := tx.ExecContext(ctx, update, c.StaffID, c.Key, c.Request, now); err != nil {
		return fmt.Errorf("claim a request again: %w", err)
	}
	return nil
}

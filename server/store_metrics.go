package main

import (
	"context"
	"time"

	"teleconsult/server/db"
)

// readQueue reads what stands in the queue. Settled messages are not touched, however many there are.
func readQueue(d *db.DB, now func() time.Time) func(ctx context.Context) (queueState, error) {
	return func(ctx context.Context) (queueState, error) {
		s := queueState{stale: map[string]int64{}}
		err := d.InTx(ctx, db.System("metrics"), func(ctx context.Context, tx db.Tx) error {
			at := now()
			if err := tx.SelectContext(ctx, &s.counts, queueCounts, at); err != nil {
				return err
			}
			if err := tx.SelectContext(ctx, &s.buckets, providerBuckets, at); err != nil {
				return err
			}
			if err := tx.GetContext(ctx, &s.emptyDepartments, emptyBuckets, at); err != nil {
				return err
			}
			if err := tx.GetContext(ctx, &s.callbacks, `SELECT count(*) FROM message_callback WHERE applied_at IS NULL`); err != nil {
				return err
			}
			var stale []struct {
				Channel string `db:"channel"`
				N       int64  `db:"n"`
			}
			if err := tx.SelectContext(ctx, &stale, staleUnknown, at); err != nil {
				return err
			}
			for _, one := range stale {
				s.stale[one.Channel] = one.N
			}
			return nil
		})
		return s, db.Translate(err)
	}
}

const queueCounts = `
	SELECT channel, priority, state, count(*) AS n,
		coalesce(extract(epoch FROM $1 - min(since) FILTER (WHERE state = 'due')), 0)::float8 AS oldest
	FROM (
		SELECT channel, priority, CASE WHEN not_before <= $1 THEN 'due' ELSE 'later' END AS state, greatest(not_before, created_at) AS since
		FROM message WHERE status = 'queued' AND expires_at > $1
		UNION ALL
		SELECT channel, priority, status AS state, not_before AS since FROM message WHERE status IN ('sending', 'unknown')
	) AS waiting
	GROUP BY channel, priority, state`

// bucketLevels fills the buckets up as the next claim would: ten seconds' worth at most, and at least one token.
const bucketLevels = `
	SELECT name, least(greatest(1, per_minute / 6),
		tokens + per_minute / 60 * greatest(extract(epoch FROM $1::timestamptz - refilled_at), 0))::float8 AS tokens
	FROM send_budget`

const providerBuckets = `SELECT name, tokens FROM (` + bucketLevels + `) AS b WHERE name NOT LIKE '%/%' ORDER BY name`

const emptyBuckets = `SELECT count(*) FROM (` + bucketLevels + `) AS b WHERE name LIKE '%/%' AND tokens < 1`

const staleUnknown = `
	SELECT m.channel, count(*) AS n FROM message AS m
	WHERE m.status = 'unknown' AND NOT EXISTS (
		SELECT FROM message_attempt AS a WHERE a.message_id = m.id AND coalesce(a.finished_at, a.started_at) > $1::timestamptz - interval '10 minutes'
	)
	GROUP BY m.channel`

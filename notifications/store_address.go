package notifications

import (
	"context"
	"fmt"
	"time"

	"github.com/lib/pq"

	"teleconsult/notifications/cause"
)

// addresses are recipients by their hash, each with a channel and a code. Their rows are always written in the
// order of the hashes, so that transactions about the same people wait for each other in one direction.
type addresses struct {
	hashes          [][]byte
	channels, codes []string
}

func (a *addresses) add(hash []byte, channel Channel, code string) {
	a.hashes, a.channels, a.codes = append(a.hashes, hash), append(a.channels, string(channel)), append(a.codes, code)
}

// suppress remembers that recipients refused a channel for good.
func suppress(ctx context.Context, ex Executor, now time.Time, a addresses) error {
	const statement = `
		INSERT INTO message_suppression (recipient_hash, channel, code, since)
		SELECT a.hash, a.channel, a.code, $1 FROM unnest($2::bytea [], $3::text [], $4::text []) AS a (hash, channel, code)
		ORDER BY a.hash, a.channel ON CONFLICT DO NOTHING`
	if len(a.hashes) == 0 {
		return nil
	}
	if _, err := ex.ExecContext(ctx, statement, now, pq.Array(a.hashes), pq.Array(a.channels), pq.Array(a.codes)); err != nil {
		return fmt.Errorf("suppress recipients: %w", err)
	}
	return nil
}

// Refused returns those of the recipients that refused the channel for good.
func Refused(ctx context.Context, ex Executor, v Vault, channel Channel, recipients []string) (map[string]bool, error) {
	refused := make(map[string]bool, len(recipients))
	if len(recipients) == 0 {
		return refused, nil
	}
	hashes := make([][]byte, 0, len(recipients))
	for _, r := range recipients {
		hashes = append(hashes, v.Hash(r))
	}
	const query = `SELECT recipient_hash FROM message_suppression WHERE channel = $1 AND recipient_hash = ANY($2::bytea [])`
	found, err := collect[[]byte](ctx, ex, query, string(channel), pq.Array(hashes))
	if err != nil {
		return nil, fmt.Errorf("look for refusals: %w", err)
	}
	set := make(map[string]bool, len(found))
	for _, hash := range found {
		set[string(hash)] = true
	}
	for i, r := range recipients {
		if set[string(hashes[i])] {
			refused[r] = true
		}
	}
	return refused, nil
}

// Recipient is an address on a channel.
type Recipient struct {
	Channel Channel
	Address string // e-mail address or E.164 number
}

// Failure says that the last message to a recipient did not arrive.
type Failure struct {
	// Code is the provider's, see Explain.
	Code string
	At   time.Time
}

// Failures returns, of these recipients, those whose last message failed.
func Failures(ctx context.Context, ex Executor, v Vault, all []Recipient) (map[Recipient]Failure, error) {
	failures := map[Recipient]Failure{}
	if len(all) == 0 {
		return failures, nil
	}
	hashes := make([][]byte, 0, len(all))
	for _, r := range all {
		hashes = append(hashes, v.Hash(r.Address))
	}
	const query = `SELECT recipient_hash, channel, code, at FROM message_failure WHERE recipient_hash = ANY($1::bytea [])`
	found, err := collect[failureRow](ctx, ex, query, pq.Array(hashes))
	if err != nil {
		return nil, fmt.Errorf("look for failures: %w", err)
	}
	for i, r := range all {
		for _, f := range found {
			if f.Channel == r.Channel && string(f.Hash) == string(hashes[i]) {
				failures[r] = Failure{Code: f.Code, At: f.At.UTC()}
			}
		}
	}
	return failures, nil
}

type failureRow struct {
	Hash    []byte    `db:"recipient_hash"`
	Channel Channel   `db:"channel"`
	Code    string    `db:"code"`
	At      time.Time `db:"at"`
}

// ours are failures that say nothing about the address.
var ours = map[string]bool{cause.Template: true, cause.Secrets: true, cause.Internal: true}

// rememberAddresses notes which addresses failed, and forgets it of those that were reached since.
func (l *Ledger) rememberAddresses(ctx context.Context, ex Executor, changes []change) error {
	var refused, failed, reached addresses
	for _, c := range changes {
		m := c.message
		if c.Suppress {
			refused.add(l.Vault.Hash(m.Recipient), m.Channel, c.Code)
		}
		switch {
		case c.Status == StatusUndelivered && !ours[c.Code]:
			failed.add(l.Vault.Hash(m.Recipient), m.Channel, c.Code)
		case c.Status == StatusDelivered:
			reached.add(l.Vault.Hash(m.Recipient), m.Channel, "")
		}
	}
	if err := suppress(ctx, ex, l.Now(), refused); err != nil {
		return err
	}
	if len(failed.hashes) > 0 {
		const statement = `
			INSERT INTO message_failure (recipient_hash, channel, code, at)
			SELECT DISTINCT ON (f.hash, f.channel) f.hash, f.channel, f.code, $1::timestamptz
			FROM unnest($2::bytea [], $3::text [], $4::text []) AS f (hash, channel, code) ORDER BY f.hash, f.channel, f.code
			ON CONFLICT (recipient_hash, channel) DO UPDATE SET code = excluded.code, at = excluded.at`
		_, err := ex.ExecContext(ctx, statement, l.Now(), pq.Array(failed.hashes), pq.Array(failed.channels), pq.Array(failed.codes))
		if err != nil {
			return fmt.Errorf("remember failures: %w", err)
		}
	}
	return forgetFailures(ctx, ex, reached)
}

func forgetFailures(ctx context.Context, ex Executor, reached addresses) error {
	if len(reached.hashes) == 0 {
		return nil
	}
	const statement = `
		WITH reached AS (
			SELECT f.recipient_hash, f.channel FROM message_failure AS f
			JOIN unnest($1::bytea [], $2::text []) AS r (hash, channel) ON f.recipient_hash = r.hash AND f.channel = r.channel
			ORDER BY f.recipient_hash, f.channel FOR UPDATE OF f
		)
		DELETE FROM message_failure AS f USING reached AS r WHERE f.recipient_hash = r.recipient_hash AND f.channel = r.channel`
	if _, err := ex.ExecContext(ctx, statement, pq.Array(reached.hashes), pq.Array(reached.channels)); err != nil {
		return fmt.Errorf("forget failures: %w", err)
	}
	return nil
}

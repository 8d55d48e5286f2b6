package main

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"time"

	"teleconsult/notifications"
	"teleconsult/server/db"
	"teleconsult/server/devbox"
)

// ask reads rows into a slice.
func (w *proof) ask(into any, query string, args ...any) {
	w.r.Helper()
	w.inTx(func(ctx context.Context, tx db.Tx) error { return tx.SelectContext(ctx, into, query, args...) })
}

// fail says what is wrong at once: the same draws may go another way the next time, since servers and peer run freely.
func (w *proof) fail(format string, args ...any) {
	w.r.Helper()
	w.t.Logf(format, args...)
	w.r.Errorf(format, args...)
}

// none fails when a query finds anything that must not be.
func (w *proof) none(what, query string, args ...any) {
	w.r.Helper()
	var found []string
	if w.ask(&found, query, args...); len(found) > 0 {
		w.fail("%s: %s", what, strings.Join(found, ", "))
		for _, id := range found {
			w.tell(id)
		}
	}
}

// tell writes down what happened to a message.
func (w *proof) tell(id string) {
	var changes []string
	if err := w.owner.Select(&changes, `SELECT n || ' ' || was || ' -> ' || became FROM proof_change WHERE message_id::text = $1 ORDER BY n`, id); err != nil {
		w.r.Log(err)
	}
	var rest []string
	w.ask(&rest, `
		SELECT concat_ws(' ', channel, purpose, slot, recipient, status, last_code, not_before, expires_at, cancel_asked_at) FROM message WHERE id::text = $1
		UNION ALL SELECT concat_ws(' ', 'attempt', number, started_at, finished_at, outcome, code, provider_id) FROM message_attempt WHERE message_id::text = $1
		UNION ALL SELECT concat_ws(' ', 'event', at, kind, code, detail) FROM message_event WHERE message_id::text = $1`, id)
	w.t.Logf("%s\n\t%s\n\t%s", id, strings.Join(changes, "; "), strings.Join(rest, "\n\t"))
}

// copies are the moments at which the peer got each e-mail, by the id in its Message-ID, as far as it says so: what it
// lost or sent back is not among them.
func (w *proof) copies() map[string][]time.Time {
	seen := map[string][]time.Time{}
	for _, it := range w.box.Messages() {
		if it.Channel == "email" {
			id := messageID(it.Header)
			seen[id] = append(seen[id], it.At)
		}
	}
	return seen
}

func messageID(header string) string {
	for line := range strings.Lines(header) {
		if rest, ok := strings.CutPrefix(strings.ToLower(line), "message-id:"); ok {
			id, _, _ := strings.Cut(strings.Trim(strings.TrimSpace(rest), "<>"), "@")
			return id
		}
	}
	return ""
}

// taken are the texts that the peer took, whatever it said about them.
func (w *proof) taken() texts {
	request, err := http.NewRequest(http.MethodGet, w.box.TwilioURL()+"/2010-04-01/Accounts/"+w.cfg.TwilioAccountSID+"/Messages.json?PageSize=1000", nil)
	if err != nil {
		w.r.Fatal(err)
	}
	request.SetBasicAuth(w.cfg.TwilioAccountSID, w.cfg.TwilioAuthToken)
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		w.r.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	var list struct{ Messages texts }
	if err = json.NewDecoder(answer.Body).Decode(&list); err != nil {
		w.r.Fatal(err)
	}
	return list.Messages
}

// texts are SMS as the peer lists them.
type texts []struct{ To, Body string }

// with counts those that hold a word.
func (all texts) with(word string) (n int) {
	for _, text := range all {
		if strings.Contains(text.Body, word) {
			n++
		}
	}
	return n
}

// ahead is what still waits, and when the next of it is due.
type ahead struct {
	Busy    int        `db:"busy"`    // due now, or on its way
	Waiting int        `db:"waiting"` // for their time
	Next    *time.Time `db:"next"`
}

// settle lets the peer behave and the time pass, never past a message that is due, until nothing waits any more.
func (w *proof) settle() {
	w.box.Behave()
	w.kind = w.clock()
	if err := w.owner.Get(&w.kindFrom, `SELECT coalesce(max(n), 0) FROM proof_change`); err != nil {
		w.r.Fatal(err)
	}
	w.tick()
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); {
		var all []ahead
		w.ask(&all, `
			WITH open AS (
				SELECT status, CASE
					WHEN status = 'queued' OR status = 'unknown' AND channel = 'email' AND not_before > $1 THEN least(not_before, expires_at)
					WHEN status = 'unknown' AND channel = 'sms' THEN least($1::timestamptz + interval '10 minutes', expires_at)
					WHEN status = 'unknown' AND (SELECT count(*) FROM message_attempt AS a WHERE a.message_id = message.id AND a.outcome = 'unknown') > 1
						THEN expires_at
					ELSE $1::timestamptz END AS at
				FROM message WHERE status IN ('queued', 'sending', 'unknown')
			)
			SELECT count(*) FILTER (WHERE at <= $1) AS busy, count(*) FILTER (WHERE at > $1) AS waiting, min(at) FILTER (WHERE at > $1) AS next
			FROM open`, w.clock())
		switch now := w.clock(); {
		case all[0].Busy > 0:
			time.Sleep(10 * time.Millisecond) // a poll
			w.lapse()
		case all[0].Waiting == 0:
			if w.tick(); w.idle() {
				return
			}
		default:
			w.jump(all[0].Next.Sub(now))
			w.tick()
		}
	}
	w.none("stays in the queue though nothing is wrong any more", `SELECT id FROM message WHERE status IN ('queued', 'sending', 'unknown')`)
}

// lapse lets the leases of the dead run out, by the clock.
func (w *proof) lapse() {
	var until []time.Time
	w.ask(&until, `SELECT lease_until FROM message WHERE status = 'sending' ORDER BY lease_until DESC LIMIT 1`)
	// The living renew theirs.
	if len(until) > 0 && time.Since(w.slept) > 200*time.Millisecond {
		w.slept = time.Now()
		w.jump(time.Second)
	}
}

// idle tells whether nothing waits, callbacks included.
func (w *proof) idle() bool {
	var open []int
	w.ask(&open, `SELECT count(*) FROM message WHERE status IN ('queued', 'sending', 'unknown')
		UNION ALL SELECT count(*) FROM message_callback WHERE applied_at IS NULL`)
	return slices.Max(open) == 0
}

// look checks what holds at every moment.
func (w *proof) look() {
	var changes []struct {
		ID      string               `db:"message_id"`
		Was     notifications.Status `db:"was"`
		Became  notifications.Status `db:"became"`
		Secrets bool                 `db:"secrets"`
	}
	if err := w.owner.Select(&changes, `SELECT message_id, was, became, secrets FROM proof_change ORDER BY n`); err != nil {
		w.r.Fatal(err)
	}
	for _, c := range changes {
		switch {
		case c.Was == "" && c.Became != notifications.StatusQueued, c.Was != "" && !c.Was.CanBecome(c.Became):
			w.fail("%s went from %q to %s", c.ID, c.Was, c.Became)
			w.tell(c.ID)
		case c.Secrets && !c.Became.Sendable():
			w.fail("%s keeps its secrets as %s", c.ID, c.Became)
		}
	}
	w.none("followed twice", `SELECT follows::text FROM message WHERE follows IS NOT NULL GROUP BY follows HAVING count(*) > 1`)
	w.none("a slot is filled twice", `SELECT min(id::text) FROM message WHERE slot <> '' AND status <> 'cancelled' GROUP BY encounter_id, slot HAVING count(*) > 1`)
}

// judge checks what must hold in the end, whatever happened.
func (w *proof) judge() {
	w.look()
	w.settled()
	w.mails()
	w.texted()
	w.followed()
}

// settled: every message has an end, and one that says the truth.
func (w *proof) settled() {
	w.none("has no end", `SELECT id FROM message WHERE status NOT IN ('accepted', 'delivered', 'undelivered', 'expired', 'cancelled')`)
	w.none("is called delivered without a receipt", `
		SELECT m.id FROM message AS m WHERE m.status = 'delivered' AND NOT EXISTS (
			SELECT FROM message_callback AS c LEFT JOIN message_attempt AS a ON a.id = c.attempt_id
			WHERE coalesce(c.message_id, a.message_id) = m.id AND c.provider_status IN ('delivered', 'read'))`)
	w.none("keeps a lease", `SELECT id FROM message WHERE lease_owner IS NOT NULL OR lease_until IS NOT NULL`)
	w.none("has an attempt without an end", `SELECT message_id FROM message_attempt WHERE outcome IS NULL`)
	w.none("has changes that its history does not tell", `
		SELECT c.message_id FROM proof_change AS c WHERE c.became IN ('accepted', 'delivered', 'undelivered', 'unknown', 'expired', 'cancelled')
		GROUP BY c.message_id, c.became
		HAVING count(*) <> (SELECT count(*) FROM message_event AS e WHERE e.message_id = c.message_id AND e.kind = c.became)`)
	// Lost in the queue: useless before it was sent although the peer behaved and there was time.
	w.none("expired unsent though nothing was wrong", `
		SELECT m.id FROM message AS m JOIN proof_change AS c ON c.message_id = m.id
		WHERE c.n > $1 AND c.was = 'queued' AND c.became = 'expired' AND m.expires_at > $2`, w.kindFrom, w.kind.Add(2*time.Minute))
	if w.kills == 0 {
		w.none("was abandoned though no server died", `SELECT message_id FROM message_attempt WHERE outcome = 'abandoned'`)
	}
}

// mails: none is lost, none goes out after it was cancelled, and copies are only those that a kill or an unknown
// outcome explains, each under the same Message-ID.
func (w *proof) mails() {
	var all []struct {
		ID, Status         string
		Abandoned, Unknown int
	}
	w.ask(&all, `SELECT id, status,
		(SELECT count(*) FROM message_attempt AS a WHERE a.message_id = m.id AND a.outcome = 'abandoned') AS abandoned,
		(SELECT count(*) FROM message_attempt AS a WHERE a.message_id = m.id AND a.outcome = 'unknown') AS unknown
		FROM message AS m WHERE channel = 'email'`)
	seen, missing := w.copies(), []string{}
	for _, m := range all {
		n := len(seen[m.ID])
		if n > 1+m.Abandoned+min(1, m.Unknown) || m.Abandoned > w.kills {
			w.fail("%s: %d copies, %d kills, %d times unknown", m.ID, n, m.Abandoned, m.Unknown)
			w.tell(m.ID)
		}
		if before, ok := w.cancelled[m.ID]; ok && n > before {
			w.fail("%s was sent after it was cancelled", m.ID)
			w.tell(m.ID)
		}
		if n == 0 && (m.Status == "accepted" || m.Status == "delivered") {
			missing = append(missing, m.ID)
		}
	}
	if len(missing) > w.faults[devbox.SMTPLie]+w.faults[devbox.SMTPBounce] {
		w.fail("called sent, and never arrived: %v", missing)
		for _, id := range missing {
			w.tell(id)
		}
	}
	words := map[string]string{}
	for _, one := range w.written {
		words[one.word] = one.id
	}
	for _, it := range w.box.Messages() {
		if _, word, ok := strings.Cut(it.Text, "/p/Proof"); ok && it.Channel == "email" && len(word) > 10 {
			if id := words["Proof"+word[:11]]; id != messageID(it.Header) {
				w.fail("a copy of %s has the Message-ID %s", id, messageID(it.Header))
			}
		}
	}
}

// texted: no SMS is taken twice.
func (w *proof) texted() {
	all := w.taken()
	for _, one := range w.written {
		n := all.with(one.word)
		if before, ok := w.cancelled[one.id]; n > 1 || ok && n > before {
			w.fail("%s: sent %d times, cancelled %v", one.id, n, ok)
			w.tell(one.id)
		}
	}
	tried := map[string]int{}
	var recipients []string
	w.ask(&recipients, `SELECT recipient FROM message AS m WHERE channel = 'sms' AND EXISTS (SELECT FROM message_attempt AS a WHERE a.message_id = m.id)`)
	for _, to := range recipients {
		tried[to]++
	}
	for _, text := range all {
		if tried[text.To]--; tried[text.To] < 0 {
			w.fail("more texts to %s than messages", text.To)
		}
	}
}

// followed: the other channel takes over, once, when a message did not reach a patient who has one.
func (w *proof) followed() {
	w.none("one channel was used twice for the same thing", `
		SELECT m.id FROM message AS m JOIN message AS b ON b.id = m.follows WHERE b.channel = m.channel AND b.recipient = m.recipient`)
	w.none("follows what had not failed", `
		SELECT m.id FROM message AS m JOIN message AS b ON b.id = m.follows WHERE b.status IN ('queued', 'sending')`) // what does not leave in time is taken back for it
	for _, e := range w.encounters {
		if !e.both || e.disturbed {
			continue
		}
		w.none("did not arrive, and the other channel was not tried", `
			SELECT m.id FROM message AS m JOIN encounter AS e ON e.id = m.encounter_id
			WHERE m.encounter_id = $1 AND m.status = 'undelivered' AND m.purpose = 'notice' AND m.settled_at < e.planned_start - interval '3 hours'
				AND NOT EXISTS (SELECT FROM message AS f WHERE f.encounter_id = $1 AND f.channel <> m.channel AND f.purpose IN ('notice', 'invitation'))`, e.id)
	}
}

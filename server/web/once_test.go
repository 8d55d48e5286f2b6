package web

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"teleconsult/server/db"
)

const key = "0192d3a0-0000-7000-8000-000000000000"

func TestADoubleSubmitIsDoneOnce(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	b := h.signedIn("claire@demo.test").with("Idempotency-Key", key)
	first, body := b.post("/api/v1/things", `{"text":"a"}`)
	again, repeated := b.post("/api/v1/things", `{"text":"a"}`)
	if first.StatusCode != 201 || again.StatusCode != 201 || body != repeated || h.done.Load() != 1 {
		t.Fatalf("%d %s, %d %s, done %d times", first.StatusCode, body, again.StatusCode, repeated, h.done.Load())
	}
	for _, name := range []string{"Content-Type", "Etag", "Location"} {
		if first.Header.Get(name) == "" || first.Header.Get(name) != again.Header.Get(name) {
			t.Errorf("%s: %q, then %q", name, first.Header.Get(name), again.Header.Get(name))
		}
	}
	if again.Header.Get("Idempotency-Replayed") != "true" || first.Header.Get("Idempotency-Replayed") != "" {
		t.Error("the repetition is not marked")
	}
	response, body := b.post("/api/v1/things", `{"text":"b"}`)
	isProblem(t, response, body, 422, "idempotency_key_reused")
	if other, _ := h.signedIn("paul@demo.test").with("Idempotency-Key", key).post("/api/v1/things", `{"text":"a"}`); other.StatusCode != 201 || h.done.Load() != 2 {
		t.Errorf("another person's same key: %d, done %d times", other.StatusCode, h.done.Load())
	}
	if plain, _ := h.signedIn("claire@demo.test").post("/api/v1/things", `{"text":"a"}`); plain.StatusCode != 201 || h.done.Load() != 3 {
		t.Error("without a key everything is done")
	}
}

func TestParallelSubmitsAreDoneOnce(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.gate = make(chan struct{})
	b := h.signedIn("claire@demo.test").with("Idempotency-Key", key)
	var group sync.WaitGroup
	var created, running atomic.Int32
	for range 8 {
		group.Go(func() {
			response, body := b.post("/api/v1/things", `{"text":"a"}`)
			switch response.StatusCode {
			case http.StatusCreated:
				created.Add(1)
			case http.StatusConflict:
				if !strings.Contains(body, "request_in_progress") || response.Header.Get("Retry-After") != "1" {
					t.Errorf("%v %s", response.Header, body)
				}
				if running.Add(1) == 7 {
					close(h.gate) // all others have been refused: let the first one end
				}
			default:
				t.Errorf("%d %s", response.StatusCode, body)
			}
		})
	}
	group.Wait()
	if created.Load() != 1 || running.Load() != 7 || h.done.Load() != 1 {
		t.Errorf("%d created, %d in progress, done %d times", created.Load(), running.Load(), h.done.Load())
	}
	if response, _ := b.post("/api/v1/things", `{"text":"a"}`); response.StatusCode != 201 || h.done.Load() != 1 {
		t.Errorf("afterwards: %d, done %d times", response.StatusCode, h.done.Load())
	}
}

func TestARefusedRequestFreesItsKey(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	b := h.signedIn("claire@demo.test").with("Idempotency-Key", key)
	for _, bad := range []string{`{"text":"refuse"}`, `{"text":1}`, `{`, `{"text":"panic"}`} {
		if response, _ := b.post("/api/v1/things", bad); response.StatusCode < 400 {
			t.Fatalf("%s: %d", bad, response.StatusCode)
		}
	}
	if response, body := b.post("/api/v1/things", `{"text":"corrected"}`); response.StatusCode != 201 {
		t.Errorf("the corrected request: %d %s", response.StatusCode, body)
	}
}

func TestKeysHaveAForm(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	b := h.signedIn("claire@demo.test")
	for _, bad := range []string{"short", strings.Repeat("k", 101)} {
		response, body := b.with("Idempotency-Key", bad).post("/api/v1/things", `{"text":"a"}`)
		isProblem(t, response, body, 422, "idempotency_key_invalid")
	}
	if h.done.Load() != 0 {
		t.Error("done all the same")
	}
}

func TestStoredAnswersAreSealedAndRunOut(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	b := h.signedIn("claire@demo.test").with("Idempotency-Key", key)
	b.post("/api/v1/things", `{"text":"Dupont"}`)
	rows := func(query string) (n int) {
		err := h.db.InTx(t.Context(), db.System("test"), func(ctx context.Context, tx db.Tx) error { return tx.GetContext(ctx, &n, query) })
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	if rows(`SELECT count(*) FROM idempotency_key WHERE status = 201 AND body IS NOT NULL`) != 1 ||
		rows(`SELECT count(*) FROM idempotency_key WHERE encode(body, 'escape') LIKE '%Dupont%'`) != 0 {
		t.Error("the answer is missing or readable")
	}
	h.elapsed.Store(int64(25 * time.Hour))
	b = h.signedIn("claire@demo.test").with("Idempotency-Key", key)
	if response, _ := b.post("/api/v1/things", `{"text":"other"}`); response.StatusCode != 201 || h.done.Load() != 2 {
		t.Errorf("a day later: %d, done %d times", response.StatusCode, h.done.Load())
	}
	h.elapsed.Store(int64(50 * time.Hour))
	if err := h.Sweep(t.Context()); err != nil || rows(`SELECT count(*) FROM idempotency_key`) != 0 {
		t.Errorf("swept: %v", err)
	}
}

func TestAClaimOfADeadProcessRunsOut(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	b := h.signedIn("claire@demo.test").with("Idempotency-Key", key)
	b.post("/api/v1/things", `{"text":"a"}`)
	err := h.db.InTx(t.Context(), db.System("test"), func(ctx context.Context, tx db.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE idempotency_key SET status = NULL, body = NULL`) // as a crash before the answer leaves it
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	response, body := b.post("/api/v1/things", `{"text":"a"}`)
	isProblem(t, response, body, 409, "request_in_progress")
	h.elapsed.Store(int64(2 * abandonedAfter))
	if response, _ = b.post("/api/v1/things", `{"text":"a"}`); response.StatusCode != 201 || h.done.Load() != 2 {
		t.Errorf("taken up again: %d, done %d times", response.StatusCode, h.done.Load())
	}
}

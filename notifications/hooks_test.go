package notifications_test

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"teleconsult/notifications"
)

const callbackURL = "https://teleconsult.test/hooks/twilio/x"

func (w *world) hooks() *notifications.Hooks {
	return &notifications.Hooks{
		Ledger:         w.ledger,
		ValidateTwilio: func(_ string, _ map[string]string, signature string) bool { return signature == "good" },
	}
}

func callback(sid, status, code string) url.Values {
	v := url.Values{"MessageSid": {sid}, "MessageStatus": {status}}
	if code != "" {
		v.Set("ErrorCode", code)
	}
	return v
}

// sentText is an SMS in the given state, with its attempt.
func (w *world) sentText(status notifications.Status) (id, attempt string) {
	w.t.Helper()
	m := w.text()
	m.NotBefore = w.clock().Add(10 * time.Hour) // no dispatcher takes it
	id, attempt = w.enqueue(m), uuid.NewString()
	w.exec(`UPDATE message SET status = $2, attempts = 1 WHERE id = $1`, id, string(status))
	outcome := any(nil)
	if status != notifications.StatusSending {
		outcome = string(status)
	}
	w.exec(`INSERT INTO message_attempt (id, message_id, department_id, number, started_at, outcome)
		VALUES ($1, $2, $3, 1, $4, $5)`, attempt, id, w.department, w.clock(), outcome)
	return id, attempt
}

func TestCallbacksInEveryOrder(t *testing.T) {
	w := newWorld(t)
	h := w.hooks()
	for name, c := range map[string]struct {
		from  notifications.Status
		calls []string
		want  notifications.Status
		told  []notifications.Status
	}{
		"in order":                  {notifications.StatusAccepted, []string{"queued", "sent", "delivered"}, "delivered", []notifications.Status{"delivered"}},
		"backwards":                 {notifications.StatusAccepted, []string{"delivered", "sent", "queued"}, "delivered", []notifications.Status{"delivered"}},
		"failure then late sent":    {notifications.StatusAccepted, []string{"undelivered", "sent"}, "undelivered", []notifications.Status{"undelivered"}},
		"before our own mark":       {notifications.StatusSending, []string{"delivered"}, "delivered", []notifications.Status{"delivered"}},
		"unknown turns out taken":   {notifications.StatusUnknown, []string{"sent", "delivered"}, "delivered", []notifications.Status{"accepted", "delivered"}},
		"unknown turns out failed":  {notifications.StatusUnknown, []string{"failed"}, "undelivered", []notifications.Status{"undelivered"}},
		"delivered stays delivered": {notifications.StatusAccepted, []string{"delivered", "undelivered"}, "delivered", []notifications.Status{"delivered"}},
		"a word we do not know":     {notifications.StatusAccepted, []string{"partially_delivered"}, "accepted", nil},
	} {
		t.Run(name, func(t *testing.T) {
			id, attempt := w.sentText(c.from)
			sid := "SM" + uuid.NewString()
			for _, status := range c.calls {
				if err := h.HandleTwilio(t.Context(), attempt, callback(sid, status, ""), "good", callbackURL); err != nil {
					t.Fatal(err)
				}
			}
			if got := w.status(id); got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
			if got := w.told(id); !slices.Equal(got, c.told) {
				t.Errorf("told %v, want %v", got, c.told)
			}
			if n := value[int](w, `SELECT count(*) FROM message_callback WHERE provider_id = $1 AND applied_at IS NOT NULL`, sid); n != len(c.calls) {
				t.Errorf("%d callbacks applied, want %d", n, len(c.calls))
			}
		})
	}
}

func TestSameCallbackTwiceIsOne(t *testing.T) {
	w := newWorld(t)
	id, attempt := w.sentText(notifications.StatusAccepted)
	for range 3 {
		if err := w.hooks().HandleTwilio(t.Context(), attempt, callback("SM1", "delivered", ""), "good", callbackURL); err != nil {
			t.Fatal(err)
		}
	}
	if n := value[int](w, `SELECT count(*) FROM message_event WHERE message_id = $1 AND kind = 'delivered'`, id); n != 1 {
		t.Errorf("%d events", n)
	}
	if got := value[string](w, `SELECT provider_id FROM message WHERE id = $1`, id); got != "SM1" {
		t.Errorf("provider id %q", got)
	}
}

func TestFailureKeepsItsCodeAndOptOutIsRemembered(t *testing.T) {
	w := newWorld(t)
	id, attempt := w.sentText(notifications.StatusAccepted)
	if err := w.hooks().HandleTwilio(t.Context(), attempt, callback("SM1", "undelivered", "30003"), "good", callbackURL); err != nil {
		t.Fatal(err)
	}
	if got := value[string](w, `SELECT status || ' ' || last_code FROM message WHERE id = $1`, id); got != "undelivered 30003" {
		t.Errorf("%q", got)
	}
	_, attempt = w.sentText(notifications.StatusAccepted)
	if err := w.hooks().HandleTwilio(t.Context(), attempt, callback("SM2", "failed", "21610"), "good", callbackURL); err != nil {
		t.Fatal(err)
	}
	if n := value[int](w, `SELECT count(*) FROM message_suppression`); n != 1 {
		t.Errorf("%d refusals remembered", n)
	}
}

func TestCallbacksThatAreNotTaken(t *testing.T) {
	w := newWorld(t)
	h := w.hooks()
	_, attempt := w.sentText(notifications.StatusAccepted)
	for name, c := range map[string]struct {
		attempt, signature string
		form               url.Values
		want               error
	}{
		"forged":          {attempt, "bad", callback("SM1", "delivered", ""), notifications.ErrSignature},
		"no status":       {attempt, "good", url.Values{"MessageSid": {"SM1"}}, notifications.ErrMalformed},
		"no sid":          {attempt, "good", url.Values{"MessageStatus": {"sent"}}, notifications.ErrMalformed},
		"no attempt id":   {"../..", "good", callback("SM1", "delivered", ""), notifications.ErrMalformed},
		"unknown attempt": {uuid.NewString(), "good", callback("SM9", "delivered", ""), nil},
	} {
		t.Run(name, func(t *testing.T) {
			if err := h.HandleTwilio(t.Context(), c.attempt, c.form, c.signature, callbackURL); !errors.Is(err, c.want) {
				t.Errorf("%v, want %v", err, c.want)
			}
		})
	}
	if n := value[int](w, `SELECT count(*) FROM message_callback WHERE provider_id = 'SM1'`); n != 0 {
		t.Error("a forged callback was stored")
	}
}

// A callback that was stored, but not applied because the server stopped, is applied later.
func TestStoredCallbackIsAppliedByTheDispatcher(t *testing.T) {
	w := newWorld(t)
	id, attempt := w.sentText(notifications.StatusAccepted)
	w.failMark = errors.New("stopped in between")
	if err := w.hooks().HandleTwilio(t.Context(), attempt, callback("SM1", "delivered", ""), "good", callbackURL); err != nil {
		t.Fatalf("it is stored, so the provider is told so: %v", err)
	}
	if w.status(id) != notifications.StatusAccepted {
		t.Fatal("applied though the transaction failed")
	}
	w.failMark = nil
	w.pass(time.Minute)
	w.run(w.dispatcher(&peer{}))
	w.becomes(id, notifications.StatusDelivered)
}

func TestCallbackOvertakesTheMark(t *testing.T) {
	w := newWorld(t)
	p := &peer{}
	h := w.hooks()
	p.then(func(ctx context.Context, m notifications.Outgoing) notifications.Result {
		if err := h.HandleTwilio(ctx, m.AttemptID, callback("SM7", "delivered", ""), "good", callbackURL); err != nil {
			t.Error(err)
		}
		return notifications.Result{Verdict: notifications.VerdictAccepted, ProviderID: "SM7"}
	})
	stop := w.run(w.dispatcher(p))
	id := w.enqueue(w.text())
	w.becomes(id, notifications.StatusDelivered)
	stop() // the mark has been written by now
	if got := w.status(id); got != notifications.StatusDelivered {
		t.Errorf("went back to %s", got)
	}
}

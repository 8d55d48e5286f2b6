package notifications_test

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"teleconsult/notifications"
)

// report is one callback to come: a state, and the code that goes with a failure.
type report struct{ status, code string }

// Callbacks in every order, each any number of times, in every state that an SMS can be in: facts never go back, the last
// state is the furthest that was reported, every change is told once, and every callback is stored and applied once.
func TestCallbackOrderNeverMatters(t *testing.T) {
	w := newWorld(t)
	h := w.hooks()
	ends := []report{{"delivered", ""}, {"undelivered", "30003"}, {"failed", "30008"}}
	begins := []notifications.Status{
		notifications.StatusQueued, notifications.StatusSending, notifications.StatusAccepted, notifications.StatusUnknown, notifications.StatusExpired,
		notifications.StatusCancelled,
	}
	rapid.Check(t, func(t *rapid.T) {
		begin := rapid.SampledFrom(begins).Draw(t, "begin")
		end := rapid.SampledFrom(ends).Draw(t, "end")
		calls := []report{{"queued", ""}, {"sending", ""}, {"sent", ""}, end}
		for range rapid.IntRange(0, 5).Draw(t, "duplicates") {
			calls = append(calls, rapid.SampledFrom(calls[:4]).Draw(t, "duplicate"))
		}
		calls = rapid.Permutation(calls).Draw(t, "order")

		id, attempt := w.sentText(notifications.StatusAccepted)
		w.exec(`UPDATE message SET status = $2 WHERE id = $1`, id, string(begin))
		sid := "SM" + strings.ReplaceAll(uuid.NewString(), "-", "")
		reached := begin
		for _, c := range calls {
			if err := h.HandleTwilio(context.Background(), attempt, callback(sid, c.status, c.code), "good", callbackURL); err != nil {
				t.Fatal(err)
			}
			now := w.status(id)
			if now != reached && !reached.CanBecome(now) {
				t.Fatalf("%s became %s", reached, now)
			}
			reached = now
		}
		want := notifications.StatusDelivered
		if end.status != "delivered" {
			want = notifications.StatusUndelivered
		}
		if want == notifications.StatusUndelivered && (begin == notifications.StatusExpired || begin == notifications.StatusCancelled) {
			want = begin // it is not delivered either way
		}
		if reached != want {
			t.Fatalf("from %s: %s, want %s", begin, reached, want)
		}
		told := w.told(id)
		for i, s := range told {
			if slices.Contains(told[:i], s) {
				t.Fatalf("told twice: %v", told)
			}
		}
		if n := value[int](w, `SELECT count(*) FROM message_callback WHERE provider_id = $1 AND applied_at IS NOT NULL`, sid); n != 4 {
			t.Fatalf("%d stored and applied, want 4", n)
		}
	})
}

// Whatever is posted: no panic, no error but the two that are the caller's, and without a signature nothing is stored.
func FuzzCallback(f *testing.F) {
	for _, body := range []string{
		"", "MessageSid=SM1&MessageStatus=delivered", "SmsSid=SM1&SmsStatus=sent&ErrorCode=30003", "MessageSid=SM1&MessageStatus=undelivered&ErrorCode=21610",
		"MessageSid=%00&MessageStatus=delivered", "MessageSid=SM1&MessageStatus=%ff", "MessageStatus=delivered&MessageStatus=failed&MessageSid=SM1",
		"MessageSid=" + strings.Repeat("x", 5000) + "&MessageStatus=sent", "%", "a=b;c=d", "MessageSid=SM1&MessageStatus=delivered&ErrorCode='",
	} {
		f.Add(body, true, "")
		f.Add(body, false, "x")
	}
	w := newWorld(f)
	h := w.hooks()
	id, attempt := w.sentText(notifications.StatusAccepted)
	f.Fuzz(func(t *testing.T, body string, signed bool, spoil string) {
		w.t = t
		form, err := url.ParseQuery(body)
		if err != nil {
			return // answered by the route
		}
		before := fmt.Sprint(w.status(id), value[int](w, `SELECT count(*) FROM message_callback`))
		signature := map[bool]string{true: "good", false: "bad"}[signed]
		err = h.HandleTwilio(t.Context(), attempt+spoil, form, signature, callbackURL)
		switch {
		case !signed && !errors.Is(err, notifications.ErrSignature):
			t.Fatalf("without a signature: %v", err)
		case err != nil && !errors.Is(err, notifications.ErrSignature) && !errors.Is(err, notifications.ErrMalformed):
			t.Fatalf("an error of ours: %v", err)
		case err != nil:
			if after := fmt.Sprint(w.status(id), value[int](w, `SELECT count(*) FROM message_callback`)); after != before {
				t.Fatalf("refused with %v, yet %s became %s", err, before, after)
			}
		}
		if n := value[int](w, `SELECT count(*) FROM message_callback WHERE applied_at IS NULL`); n != 0 {
			t.Fatal("stored, but not applied")
		}
	})
}

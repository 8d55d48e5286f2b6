package notifications

import (
	"testing"
	"time"

	"teleconsult/notifications/cause"
)

var noon = time.Date(2026, 5, 12, 12, 0, 0, 0, time.UTC)

func TestBackoffDoublesWithJitterUpToAnHour(t *testing.T) {
	for _, c := range []struct {
		attempts int
		priority Priority
		want     time.Duration
	}{
		{1, PrioritySingle, 15 * time.Second},
		{2, PrioritySingle, 30 * time.Second},
		{5, PrioritySingle, 4 * time.Minute},
		{9, PrioritySingle, time.Hour},
		{1000, PriorityBulk, time.Hour},
		{1, PriorityWaiting, 3 * time.Second},
		{3, PriorityWaiting, 12 * time.Second},
	} {
		low, high := backoff(c.attempts, c.priority, 0), backoff(c.attempts, c.priority, 0.999)
		if low != c.want*3/4 || high <= c.want || high > c.want*5/4 {
			t.Errorf("attempt %d, priority %d: %v … %v, want around %v", c.attempts, c.priority, low, high, c.want)
		}
	}
}

// sent is a message that "me" is sending.
func sent(channel Channel) held {
	lease := noon.Add(time.Minute)
	return held{
		Channel: channel, Status: StatusSending, LeaseOwner: "me", LeaseUntil: &lease,
		Attempts: 1, Priority: PrioritySingle, ExpiresAt: noon.Add(time.Hour),
	}
}

func TestAfterAttempt(t *testing.T) {
	cases := []struct {
		name    string
		message func() held
		result  Result
		want    Status // "" when nothing is written
		at      time.Duration
	}{
		{"accepted", func() held { return sent(ChannelEmail) }, Result{Verdict: VerdictAccepted}, StatusAccepted, 0},
		{"accepted though taken back", func() held { m := sent(ChannelEmail); m.CancelAsked = true; return m }, Result{Verdict: VerdictAccepted}, StatusAccepted, 0},
		{"refused", func() held { return sent(ChannelSMS) }, Result{Verdict: VerdictUndelivered}, StatusUndelivered, 0},
		{"again", func() held { return sent(ChannelSMS) }, Result{Verdict: VerdictRetry}, StatusQueued, 15 * time.Second},
		{"again when asked", func() held { return sent(ChannelSMS) }, Result{Verdict: VerdictRetry, RetryAfter: 20 * time.Minute}, StatusQueued, 20 * time.Minute},
		{"a last try", func() held { m := sent(ChannelSMS); m.ExpiresAt = noon.Add(2 * time.Minute); m.Attempts = 8; return m }, Result{Verdict: VerdictRetry}, StatusQueued, time.Minute},
		{"no time left", func() held { m := sent(ChannelSMS); m.ExpiresAt = noon.Add(10 * time.Second); return m }, Result{Verdict: VerdictRetry}, StatusQueued, 15 * time.Second},
		{"taken back instead of again", func() held { m := sent(ChannelSMS); m.CancelAsked = true; return m }, Result{Verdict: VerdictRetry}, StatusCancelled, 0},
		{"unknown e-mail rests and goes once more", func() held { return sent(ChannelEmail) }, Result{Verdict: VerdictUnknown}, StatusUnknown, unknownPause},
		{"unknown e-mail, second time, stays", func() held { m := sent(ChannelEmail); m.Unknowns = 1; return m }, Result{Verdict: VerdictUnknown}, StatusUnknown, time.Hour},
		{"unknown SMS waits for its receipt", func() held { return sent(ChannelSMS) }, Result{Verdict: VerdictUnknown}, StatusUnknown, time.Hour},
		{"unknown e-mail taken back", func() held { m := sent(ChannelEmail); m.CancelAsked = true; return m }, Result{Verdict: VerdictUnknown}, StatusCancelled, 0},
		{"unknown SMS taken back still waits", func() held { m := sent(ChannelSMS); m.CancelAsked = true; return m }, Result{Verdict: VerdictUnknown}, StatusUnknown, time.Hour},
		{"receipt came first", func() held { m := sent(ChannelSMS); m.Status = StatusDelivered; return m }, Result{Verdict: VerdictAccepted}, "", 0},
		{"lease lost, success known", func() held { m := sent(ChannelEmail); m.Status = StatusQueued; m.LeaseOwner = ""; return m }, Result{Verdict: VerdictAccepted}, StatusAccepted, 0},
		{"lease lost to another", func() held { m := sent(ChannelEmail); m.LeaseOwner = "other"; return m }, Result{Verdict: VerdictRetry}, "", 0},
		{"lease lost, failure is no news", func() held { m := sent(ChannelEmail); m.LeaseOwner = "other"; return m }, Result{Verdict: VerdictUndelivered}, "", 0},
		{"no verdict", func() held { return sent(ChannelEmail) }, Result{}, "", 0},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			m := c.message()
			got, ok := afterAttempt(m, c.result, "me", noon, 0.5)
			if ok != (c.want != "") {
				t.Fatalf("written: %v", ok)
			}
			if !ok {
				return
			}
			if got.Status != c.want {
				t.Errorf("became %s, want %s", got.Status, c.want)
			}
			if !m.Status.CanBecome(got.Status) {
				t.Errorf("%s → %s is not a transition", m.Status, got.Status)
			}
			if c.at != 0 && !got.NotBefore.Equal(noon.Add(c.at)) {
				t.Errorf("next at %v, want %v", got.NotBefore.Sub(noon), c.at)
			}
		})
	}
}

func TestAfterTime(t *testing.T) {
	lapsed := func(channel Channel) held {
		m := sent(channel)
		past := noon.Add(-time.Second)
		m.LeaseUntil, m.Open = &past, 1
		return m
	}
	in := func(s Status, channel Channel, notBefore, expires time.Duration) held {
		return held{Status: s, Channel: channel, NotBefore: noon.Add(notBefore), ExpiresAt: noon.Add(expires)}
	}
	cases := []struct {
		name    string
		message held
		want    Status // "" when nothing happens
	}{
		{"leased", sent(ChannelEmail), ""},
		{"lapsed e-mail is taken up again", lapsed(ChannelEmail), StatusQueued},
		{"lapsed SMS is not", lapsed(ChannelSMS), StatusUnknown},
		{"lapsed e-mail taken back", func() held { m := lapsed(ChannelEmail); m.CancelAsked = true; return m }(), StatusCancelled},
		{"lapsed SMS taken back", func() held { m := lapsed(ChannelSMS); m.CancelAsked = true; return m }(), StatusUnknown},
		{"lapsed SMS that was never begun", func() held { m := lapsed(ChannelSMS); m.Open = 0; return m }(), StatusQueued},
		{"lapsed SMS that was never begun, taken back", func() held { m := lapsed(ChannelSMS); m.Open, m.CancelAsked = 0, true; return m }(), StatusCancelled},
		{"lapsed again and again", func() held { m := lapsed(ChannelEmail); m.Abandoned = maxLapses; return m }(), StatusUnknown},
		{"waiting", in(StatusQueued, ChannelEmail, time.Minute, time.Hour), ""},
		{"too late", in(StatusQueued, ChannelEmail, -time.Hour, 0), StatusExpired},
		{"unknown e-mail resting", in(StatusUnknown, ChannelEmail, time.Second, time.Hour), ""},
		{"unknown e-mail rested", in(StatusUnknown, ChannelEmail, 0, time.Hour), StatusQueued},
		{"unknown twice stays", func() held { m := in(StatusUnknown, ChannelEmail, 0, time.Hour); m.Unknowns = 2; return m }(), ""},
		{"unknown SMS", in(StatusUnknown, ChannelSMS, -time.Second, time.Hour), ""},
		{"unknown for good", in(StatusUnknown, ChannelSMS, 0, 0), StatusExpired},
		{"accepted stays, its receipt may come", in(StatusAccepted, ChannelSMS, -time.Hour, -time.Minute), ""},
		{"delivered", in(StatusDelivered, ChannelSMS, -time.Hour, -time.Minute), ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got, ok := afterTime(c.message, noon)
			if m := c.message; m.LeaseUntil != nil && m.LeaseUntil.Before(noon) {
				got, ok = afterLapse(m, noon), true
			}
			if ok != (c.want != "") || got.Status != c.want {
				t.Fatalf("became %q (%v), want %q", got.Status, ok, c.want)
			}
			if got.Status == StatusExpired && (got.Code == cause.NoAnswer) != (c.message.Status == StatusUnknown) {
				t.Errorf("code %q: of what may have left nobody says that it did not", got.Code)
			}
			if ok && !c.message.Status.CanBecome(got.Status) {
				t.Errorf("%s → %s is not a transition", c.message.Status, got.Status)
			}
		})
	}
}

func TestDiscreet(t *testing.T) {
	if got := discreet("550 <a@b.fr> is no user\x00", "a@b.fr"); got != "550 <…> is no user" {
		t.Errorf("%q", got)
	}
	long := ""
	for range 400 {
		long += "é"
	}
	if got := discreet(long, ""); len(got) > maxDetail || len(got) < maxDetail-3 {
		t.Errorf("%d bytes", len(got))
	}
}

package notifications

import (
	"time"

	"teleconsult/notifications/cause"
)

// Pauses between attempts.
const (
	firstPause        = 15 * time.Second
	firstPauseWaiting = 3 * time.Second // a patient waits now
	longestPause      = time.Hour
	// unknownPause is how long an e-mail of unknown outcome rests before it is sent once more: a relay
	// that took it has then passed it on, and a mail client that shows both copies shows them as one.
	unknownPause = 2 * time.Minute
	// lastTry is how long before its expiry a message gets a last attempt rather than none.
	lastTry = time.Minute
	// maxLapses is how often a message is taken up again after its dispatcher died: one that kills
	// dispatchers, or whose outcome can never be written, must not reach the patient for ever.
	maxLapses = 5
)

// backoff is the pause after the given number of attempts (1 and up): doubling, with jitter so that
// messages that failed together do not come back together. luck is evenly random in [0, 1).
func backoff(attempts int, p Priority, luck float64) time.Duration {
	pause := firstPause
	if p == PriorityWaiting {
		pause = firstPauseWaiting
	}
	for range min(attempts-1, 20) {
		if pause *= 2; pause >= longestPause {
			pause = longestPause
			break
		}
	}
	return time.Duration(float64(pause) * (0.75 + luck/2))
}

// afterAttempt says what becomes of a message whose attempt by owner ended in r. mine is false when the
// lease was lost meanwhile: then somebody else decides, unless this attempt knows that it succeeded.
func afterAttempt(m held, r Result, owner string, now time.Time, luck float64) (change, bool) {
	mine := m.Status == StatusSending && m.LeaseOwner == owner
	c := change{
		Status: Status(r.Verdict), Kind: string(r.Verdict), Code: r.Code, Detail: r.Detail,
		Provider: r.ProviderID, Segments: r.Segments, PriceMicros: r.PriceMicros, PriceCurrency: r.PriceCurrency,
	}
	switch r.Verdict {
	case VerdictAccepted:
		return c, m.Status.CanBecome(StatusAccepted)
	case VerdictUndelivered:
		return c, mine
	case VerdictRetry:
		if m.CancelAsked {
			return c.cancelled(), mine
		}
		c.Status, c.NotBefore = StatusQueued, nextTry(m, r.RetryAfter, now, luck)
		return c, mine
	case VerdictUnknown:
		if m.CancelAsked && m.Channel != ChannelSMS {
			return c.cancelled(), mine
		}
		c.NotBefore = m.ExpiresAt
		if m.Channel != ChannelSMS && m.Unknowns == 0 {
			// the first unknown outcome: once more, with the same Message-ID
			c.NotBefore = now.Add(unknownPause)
		}
		return c, mine
	}
	return change{}, false
}

func (c change) cancelled() change {
	c.Status, c.Kind = StatusCancelled, string(StatusCancelled)
	return c
}

// nextTry is when a message is tried again: after the pause or what the provider asked for, but with a
// last attempt before it expires.
func nextTry(m held, retryAfter time.Duration, now time.Time, luck float64) time.Time {
	next := now.Add(max(backoff(m.Attempts, m.Priority, luck), retryAfter))
	if last := m.ExpiresAt.Add(-lastTry); !next.Before(m.ExpiresAt) && last.After(now.Add(retryAfter)) {
		return last
	}
	return next
}

// afterTime says what time alone does to a message.
func afterTime(m held, now time.Time) (change, bool) {
	over := !m.ExpiresAt.After(now)
	switch {
	case over && (m.Status == StatusQueued || m.Status == StatusUnknown):
		c := change{Status: StatusExpired, Kind: string(StatusExpired)}
		if m.Status == StatusUnknown {
			c.Code = cause.NoAnswer // nobody knows whether it left in time
		}
		return c, true
	case m.Status == StatusUnknown && m.Channel != ChannelSMS && !m.NotBefore.After(now):
		if m.Unknowns > 1 {
			return change{}, false // it went once more already
		}
		return change{Status: StatusQueued, Kind: "retry", Code: cause.NoAnswer, NotBefore: now}, true
	}
	return change{}, false
}

// afterLapse: the dispatcher that held the message died. It may have sent it. An e-mail is taken up
// again, because its Message-ID makes a second copy recognisable; an SMS is not, because nothing would,
// unless it was never begun: an SMS is sent only once its attempt is written down.
func afterLapse(m held, now time.Time) change {
	c := change{Kind: string(StatusUnknown), Code: cause.Abandoned}
	begun := m.Channel != ChannelSMS || m.Open > 0
	switch {
	case m.CancelAsked && (m.Channel != ChannelSMS || !begun):
		return c.cancelled()
	case m.Channel == ChannelSMS && begun, m.Abandoned >= maxLapses:
		c.Status, c.NotBefore = StatusUnknown, m.ExpiresAt
	default:
		c.Status, c.Kind = StatusQueued, "retry"
		if m.Abandoned > 0 {
			// The first time it keeps its turn; later it makes room, in case it is what kills dispatchers.
			c.NotBefore = now
		}
	}
	return c
}

// afterAbsence says what becomes of a message that the provider surely did not take: it goes again, unless it
// was called back, is about to be useless, or killed its dispatchers.
func afterAbsence(m held, now time.Time) (change, bool) {
	c := change{Status: StatusQueued, Kind: "retry", Code: cause.NotTaken, NotBefore: now}
	if m.CancelAsked {
		return c.cancelled(), true
	}
	return c, m.ExpiresAt.After(now.Add(lastTry)) && m.Abandoned < maxLapses
}

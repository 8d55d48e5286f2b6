package outreach

import (
	"slices"
	"strings"
	"time"

	"teleconsult/notifications"
)

// Beginnings of slots whose messages stand for others.
const (
	afterSlot  = "after/"  // takes the place of the message that is named
	unreadSlot = "unread/" // repeats an invitation that was not read
	// invitationSlot is the invitation to a time and link.
	invitationSlot = "invitation/"
)

// WrittenAhead tells whether the message of a slot waits for its time, apart from what goes as soon as it may.
func WrittenAhead(slot string) bool {
	return slot != "" && !strings.HasPrefix(slot, invitationSlot) && !strings.HasPrefix(slot, afterSlot)
}

// group is the messages that say the same thing at the same occasion: the first ones, and those that took their
// place. Nothing in it was cancelled.
type group []Message

// occasion is the newest occasion on which something of this purpose was said. What was said before, for example
// to an address that was corrected since, does not matter any more; nor does yet what is written ahead.
func (s Situation) occasion(p notifications.Purpose) group {
	var newest time.Time
	for _, m := range s.Messages {
		if m.Purpose == p && m.living() && m.first() && m.CreatedAt.After(newest) {
			newest = m.CreatedAt
		}
	}
	return s.grown(func(m Message) bool {
		ahead := strings.HasPrefix(m.Slot, unreadSlot) && m.Status == notifications.StatusQueued
		return m.Purpose == p && m.living() && m.Follows == "" && !m.CreatedAt.Before(newest) && !ahead
	})
}

// slots are the occasions of a purpose that has a slot for each, as far as they are about the present start.
func (s Situation) slots(p notifications.Purpose) []group {
	var found []group
	var seen []string
	for _, m := range s.Messages {
		base := baseOf(m)
		if m.Purpose != p || !m.living() || !m.first() || slices.Contains(seen, base) || !s.aboutStart(m) {
			continue
		}
		seen = append(seen, base)
		found = append(found, s.grown(func(other Message) bool {
			return other.Purpose == p && other.living() && other.first() && baseOf(other) == base
		}))
	}
	return found
}

// baseOf is the occasion of a message: its slot without the channel that a message by both channels has in it, or
// the message itself.
func baseOf(m Message) string {
	if m.Slot == "" {
		return m.ID
	}
	return strings.TrimSuffix(m.Slot, "/"+string(m.Channel))
}

// aboutStart tells whether a slot is about the present start; a message without one is about any.
func (s Situation) aboutStart(m Message) bool {
	return m.Slot == "" || strings.HasSuffix(baseOf(m), "/"+s.Start.UTC().Format(time.RFC3339))
}

// first tells whether a message takes no other's place.
func (m Message) first() bool {
	return m.Follows == "" && !strings.HasPrefix(m.Slot, unreadSlot)
}

// grown is the messages that root picks, with all that follow them.
func (s Situation) grown(root func(Message) bool) group {
	var g group
	for _, m := range s.Messages {
		if root(m) {
			g = append(g, m)
		}
	}
	for i := 0; i < len(g); i++ {
		for _, m := range s.Messages {
			if m.living() && m.Follows == g[i].ID && !slices.ContainsFunc(g, func(other Message) bool { return other.ID == m.ID }) {
				g = append(g, m)
			}
		}
	}
	return g
}

// lost tells whether all of the group failed, so that something else must be done.
func (s Situation) lost(g group) bool {
	return len(g) > 0 && !slices.ContainsFunc(g, func(m Message) bool { return !s.failed(m) })
}

func (g group) uses(c notifications.Channel) bool {
	return slices.ContainsFunc(g, func(m Message) bool { return m.Channel == c })
}

// openedSince tells whether the patient opened the personal page after the group began, by one of its messages or by
// one that was written later: all that they say is there.
func (s Situation) openedSince(g group) bool {
	read := func(m Message) bool { return m.Read }
	return slices.ContainsFunc(g, read) ||
		slices.ContainsFunc(s.Messages, func(m Message) bool { return m.Read && !m.CreatedAt.Before(g[0].CreatedAt) })
}

// unused is the next channel for something that the group has said already, "" when there is none.
func (s Situation) unused(p notifications.Purpose, g group) notifications.Channel {
	for _, channel := range s.order(p) {
		if !g.uses(channel) {
			return channel
		}
	}
	return ""
}

// leaf is the last message of a group that none follows, not even one that was taken back: a message is followed
// once. The zero value when there is none.
func (s Situation) leaf(g group) Message {
	for _, m := range slices.Backward(g) {
		if !slices.ContainsFunc(s.Messages, func(other Message) bool { return other.Follows == m.ID }) {
			return m
		}
	}
	return Message{}
}

// fallback tells which message takes the place of a group that failed; false while it has not failed, when there
// is no other channel, and when it would be useless by now.
func (s Situation) fallback(p notifications.Purpose, expires time.Time, g group) (follows string, next notifications.Channel, ok bool) {
	if !s.lost(g) || !s.Now.Before(expires) {
		return "", "", false
	}
	last, next := s.leaf(g), s.unused(p, g)
	return last.ID, next, last.ID != "" && next != ""
}

package encounter

import (
	"context"
	"time"

	"teleconsult/notifications"
	"teleconsult/server/db"
	"teleconsult/server/trace"
)

// Places of a patient, as presence rows and screens name them.
const (
	Present   = "present"
	InMeeting = "in-meeting"
	Away      = "away"
)

// Presence says where the patient is now. It expires: see Now.
type Presence struct {
	// State is present (in the waiting room), in-meeting or away.
	State  string    `json:"state"`
	Since  time.Time `json:"since"`
	SeenAt time.Time `json:"seen_at"`
}

// PresenceFor is how long a sign of life counts; the waiting room reloads every 20 seconds.
const PresenceFor = 75 * time.Second

// Now returns the presence as it is at a moment: without a sign of life the patient is away. Somebody in the
// meeting stays there until the encounter ends, because opening the video app freezes the page.
func (p *Presence) Now(now time.Time) *Presence {
	if p == nil || p.State != Present || now.Sub(p.SeenAt) <= PresenceFor {
		return p
	}
	return &Presence{State: Away, Since: p.SeenAt, SeenAt: p.SeenAt}
}

// Arrive records the first time that the patient is there, and puts them into the waiting room. via is the channel
// whose link they came by, as MarkRead takes it.
func (s *Service) Arrive(ctx context.Context, tx db.Tx, f *Facts, by trace.Actor, via notifications.Channel, now time.Time) error {
	if f.Status == Planned {
		f.Status = Arrived
		if err := updateStatus(ctx, tx, f, now); err != nil {
			return err
		}
	}
	if err := s.Record(ctx, tx, f, by, "arrived", now, nil); err != nil {
		return err
	}
	if _, err := s.Outbox.MarkRead(ctx, tx, now, f.ID, via); err != nil { // who is here has found the way
		return err
	}
	if err := SetPresence(ctx, tx, f, Present, now); err != nil {
		return err
	}
	return trace.Append(ctx, tx, now, by, f.Traced("patient.arrive", nil))
}

package encounter

import (
	"context"
	"strings"
	"time"

	"teleconsult/notifications"
	"teleconsult/server/consent"
	"teleconsult/server/db"
	"teleconsult/server/fault"
	"teleconsult/server/trace"
)

// roomOpensBefore is how long before the planned start the waiting room opens.
const roomOpensBefore = 30 * time.Minute

// Places of a patient, as presence rows and screens name them.
const (
	present   = "present"
	inMeeting = "in-meeting"
	away      = "away"
)

// roomOpens is when the waiting room opens.
func (f *Facts) roomOpens() time.Time { return f.PlannedStart.Add(-roomOpensBefore) }

// roomOpen tells whether a patient may wait now. By telephone there is nothing to wait in.
func (f *Facts) roomOpen(now time.Time) bool {
	return f.Modality == Video && !f.Status.Ended() && (f.Status == InProgress || !now.Before(f.roomOpens()))
}

// mayWait says why a patient cannot enter the waiting room: it is closed, or the agreement is missing.
func (f *Facts) mayWait(now time.Time) error {
	switch {
	case !f.roomOpen(now):
		return notNow("waiting_room_closed", "La salle d'attente n'est pas ouverte.")
	case f.Consent().Verdict != consent.Agreed:
		return fault.New(fault.KindPrecondition, "consent_needed", "Répondez d'abord à la demande d'accord.")
	}
	return nil
}

// wait lets the patient into the waiting room, and keeps them there: every load is a sign of life. The first
// time the patient has arrived. Somebody who opened the meeting stays in it, because the video application
// may leave this page running behind it.
func (s *Service) wait(ctx context.Context, v visit) (*Facts, error) {
	return s.visited(ctx, v, func(ctx context.Context, tx db.Tx, f *Facts) (string, error) {
		now := s.Now()
		if err := f.mayWait(now); err != nil {
			return "", err
		}
		switch p := f.Presence.Now(now); {
		case p == nil:
			return "patient.arrive", s.arrive(ctx, tx, v, f, now)
		case p.State == away:
			return "patient.arrive", s.comeBack(ctx, tx, f, now)
		default:
			f.Presence.SeenAt = now
			return "", setPresence(ctx, tx, f, p.State, now)
		}
	})
}

// arrive is the first time that the patient is there.
func (s *Service) arrive(ctx context.Context, tx db.Tx, v visit, f *Facts, now time.Time) error {
	if f.Status == Planned {
		f.Status = Arrived
		if err := updateStatus(ctx, tx, f, now); err != nil {
			return err
		}
	}
	if err := s.Record(ctx, tx, f, v.by, "arrived", now, nil); err != nil {
		return err
	}
	if err := notifications.MarkRead(ctx, tx, now, f.ID); err != nil { // who is here has found the way
		return err
	}
	if err := setPresence(ctx, tx, f, present, now); err != nil {
		return err
	}
	return trace.Append(ctx, tx, now, v.by, f.traced("patient.arrive", nil))
}

// comeBack begins a new presence after an absence, also after one that only silence told of.
func (s *Service) comeBack(ctx context.Context, tx db.Tx, f *Facts, now time.Time) error {
	if err := setPresence(ctx, tx, f, away, now); err != nil {
		return err
	}
	return setPresence(ctx, tx, f, present, now)
}

// join opens the meeting: it records that the patient is in it and returns the address to go to.
func (s *Service) join(ctx context.Context, v visit) (string, error) {
	var url string
	_, err := s.visited(ctx, v, func(ctx context.Context, tx db.Tx, f *Facts) (string, error) {
		now := s.Now()
		if err := f.mayWait(now); err != nil {
			return "", err
		}
		if !f.hasMeeting() {
			return "", notNow("link_missing", "Le lien de la consultation n'est pas encore prêt.")
		}
		url = f.Link.URL
		p := f.Presence.Now(now)
		if p != nil && p.State == inMeeting {
			return "", nil
		}
		if p == nil {
			if err := s.arrive(ctx, tx, v, f, now); err != nil {
				return "", err
			}
		}
		if err := s.Record(ctx, tx, f, v.by, "in-meeting", now, nil); err != nil {
			return "", err
		}
		if err := setPresence(ctx, tx, f, inMeeting, now); err != nil {
			return "", err
		}
		return "patient.join", trace.Append(ctx, tx, now, v.by, f.traced("patient.join", nil))
	})
	return url, err
}

// hasMeeting tells whether there is a meeting that the patient can open. ORTIF may have none: it invites itself.
func (f *Facts) hasMeeting() bool {
	return f.Link != nil && f.Link.Tool == f.Tool && strings.HasPrefix(f.Link.URL, "https://")
}

// leave records that the patient left the waiting room or the meeting.
func (s *Service) leave(ctx context.Context, v visit) (*Facts, error) {
	return s.visited(ctx, v, func(ctx context.Context, tx db.Tx, f *Facts) (string, error) {
		now := s.Now()
		if f.Status.Ended() || f.Presence == nil || f.Presence.State == away {
			return "", nil
		}
		if err := s.Record(ctx, tx, f, v.by, "left", now, nil); err != nil {
			return "", err
		}
		if err := setPresence(ctx, tx, f, away, now); err != nil {
			return "", err
		}
		return "patient.leave", trace.Append(ctx, tx, now, v.by, f.traced("patient.leave", nil))
	})
}

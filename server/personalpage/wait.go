package personalpage

import (
	"context"
	"strings"
	"time"

	"teleconsult/server/consent"
	"teleconsult/server/db"
	"teleconsult/server/encounter"
	"teleconsult/server/fault"
	"teleconsult/server/trace"
)

// roomOpensBefore is how long before the planned start the waiting room opens.
const roomOpensBefore = 30 * time.Minute

// roomOpens is when the waiting room opens.
func roomOpens(f *encounter.Facts) time.Time { return f.PlannedStart.Add(-roomOpensBefore) }

// roomOpen tells whether a patient may wait now. By telephone there is nothing to wait in.
func roomOpen(f *encounter.Facts, now time.Time) bool {
	return f.Modality == encounter.Video && !f.Status.Ended() && (f.Status == encounter.InProgress || !now.Before(roomOpens(f)))
}

// mayWait says why a patient cannot enter the waiting room: it is closed, or the agreement is missing.
func mayWait(f *encounter.Facts, now time.Time) error {
	switch {
	case !roomOpen(f, now):
		return notNow("waiting_room_closed", "La salle d’attente n’est pas ouverte.")
	case f.Consent().Verdict != consent.Agreed:
		return fault.New(fault.KindPrecondition, "consent_needed", "Répondez d’abord à la demande d’accord.")
	}
	return nil
}

// wait lets the patient into the waiting room, and keeps them there: every load is a sign of life. The first
// time the patient has arrived. Somebody who opened the meeting stays in it, because the video application
// may leave this page running behind it.
func (s *Service) wait(ctx context.Context, v visit) (*encounter.Facts, error) {
	return s.visited(ctx, v, func(ctx context.Context, tx db.Tx, f *encounter.Facts) (string, error) {
		now := s.Encounters.Now()
		if err := mayWait(f, now); err != nil {
			return "", err
		}
		switch p := f.Presence.Now(now); {
		case p == nil:
			return "patient.arrive", s.Encounters.Arrive(ctx, tx, f, v.by, v.via, now)
		case p.State == encounter.Away:
			return "patient.arrive", s.comeBack(ctx, tx, f, now)
		default:
			f.Presence.SeenAt = now
			return "", encounter.SetPresence(ctx, tx, f, p.State, now)
		}
	})
}

// comeBack begins a new presence after an absence, also after one that only silence told of.
func (s *Service) comeBack(ctx context.Context, tx db.Tx, f *encounter.Facts, now time.Time) error {
	if err := encounter.SetPresence(ctx, tx, f, encounter.Away, now); err != nil {
		return err
	}
	return encounter.SetPresence(ctx, tx, f, encounter.Present, now)
}

// join opens the meeting: it records that the patient is in it and returns the address to go to.
func (s *Service) join(ctx context.Context, v visit) (string, error) {
	var url string
	_, err := s.visited(ctx, v, func(ctx context.Context, tx db.Tx, f *encounter.Facts) (string, error) {
		now := s.Encounters.Now()
		if err := mayWait(f, now); err != nil {
			return "", err
		}
		if !hasMeeting(f) {
			return "", notNow("link_missing", "Le lien de la consultation n’est pas encore prêt.")
		}
		url = f.Link.URL
		p := f.Presence.Now(now)
		if p != nil && p.State == encounter.InMeeting {
			return "", nil
		}
		if p == nil {
			if err := s.Encounters.Arrive(ctx, tx, f, v.by, v.via, now); err != nil {
				return "", err
			}
		}
		if err := s.Encounters.Record(ctx, tx, f, v.by, "in-meeting", now, nil); err != nil {
			return "", err
		}
		if err := encounter.SetPresence(ctx, tx, f, encounter.InMeeting, now); err != nil {
			return "", err
		}
		return "patient.join", trace.Append(ctx, tx, now, v.by, f.Traced("patient.join", nil))
	})
	return url, err
}

// hasMeeting tells whether there is a meeting that the patient can open. ORTIF may have none: it invites itself.
func hasMeeting(f *encounter.Facts) bool {
	return f.Link != nil && f.Link.Tool == f.Tool && strings.HasPrefix(f.Link.URL, "https://")
}

// leave records that the patient left the waiting room or the meeting.
func (s *Service) leave(ctx context.Context, v visit) (*encounter.Facts, error) {
	return s.visited(ctx, v, func(ctx context.Context, tx db.Tx, f *encounter.Facts) (string, error) {
		now := s.Encounters.Now()
		if f.Status.Ended() || f.Presence == nil || f.Presence.State == encounter.Away {
			return "", nil
		}
		if err := s.Encounters.Record(ctx, tx, f, v.by, "left", now, nil); err != nil {
			return "", err
		}
		if err := encounter.SetPresence(ctx, tx, f, encounter.Away, now); err != nil {
			return "", err
		}
		return "patient.leave", trace.Append(ctx, tx, now, v.by, f.Traced("patient.leave", nil))
	})
}

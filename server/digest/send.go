package digest

import (
	"context"
	"errors"
	"time"

	"teleconsult/notifications"
	"teleconsult/server/db"
	"teleconsult/server/department"
	"teleconsult/server/encounter"
	"teleconsult/templates"
)

// Service sends the digests.
type Service struct {
	// Encounters has the database, the clock and the outbox.
	Encounters *encounter.Service
}

// useful is how long a digest says something new: until the next one.
const useful = 12 * time.Hour

// Send writes the digests of the departments whose day has ended, each once. It may be called at any moment and by any
// number of instances. One department that fails keeps no other from its digests.
func (s *Service) Send(ctx context.Context) error {
	scope := db.System("day-digest")
	var all []string
	err := s.Encounters.DB.InTx(ctx, scope, func(ctx context.Context, tx db.Tx) (err error) {
		all, err = departments(ctx, tx)
		return err
	})
	failures := []error{err}
	for _, id := range all {
		failures = append(failures, s.Encounters.DB.InTx(ctx, scope, func(ctx context.Context, tx db.Tx) error {
			return s.sendIn(ctx, tx, id)
		}))
	}
	return errors.Join(failures...)
}

func (s *Service) sendIn(ctx context.Context, tx db.Tx, departmentID string) error {
	d, err := department.Load(ctx, tx, departmentID)
	if err != nil {
		return err
	}
	now := s.Encounters.Now()
	day, ended := Day(now, d.Zone)
	if !ended {
		return nil
	}
	own, err := ownSteps(ctx, tx, d.ID, endOf(day, d.Zone))
	if err != nil {
		return err
	}
	overdue, err := overdueSteps(ctx, tx, d.ID, now.AddDate(0, 0, -encounter.ClimbDays))
	if err != nil {
		return err
	}
	for _, r := range own {
		if err = s.send(ctx, tx, d, r, Own, day, now); err != nil {
			return err
		}
	}
	if len(overdue) == 0 {
		return nil
	}
	readers, err := managers(ctx, tx, d.ID)
	if err != nil {
		return err
	}
	for _, r := range readers {
		r.Counts = overdue
		if err = s.send(ctx, tx, d, r, Overdue, day, now); err != nil {
			return err
		}
	}
	return nil
}

// send writes one digest unless it is there already.
func (s *Service) send(ctx context.Context, tx db.Tx, d department.Department, to reader, k Kind, day, now time.Time) error {
	first, err := mark(ctx, tx, to.ID, d.ID, k, day, total(to.Counts), now)
	if err != nil || !first {
		return err
	}
	content := templates.Digest{
		Hospital: d.Hospital, Department: d.Code, Overdue: k == Overdue, Days: encounter.ClimbDays, Steps: steps(to.Counts),
		Link: s.Encounters.PublicURL + "/missing",
	}
	_, err = s.Encounters.Outbox.Enqueue(ctx, tx, now, notifications.NewMessage{
		DepartmentID: d.ID, Channel: notifications.ChannelEmail, Recipient: to.Email, ReplyTo: d.Email, Language: "fr",
		Purpose: notifications.PurposeDayDigest, Content: content, Priority: notifications.PriorityBulk, ExpiresAt: now.Add(useful),
	})
	return err
}

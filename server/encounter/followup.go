package encounter

import (
	"context"
	"errors"

	"teleconsult/server/db"
)

// followUps is how many encounters one call of FollowUp looks at.
const followUps = 200

// FollowUp settles the encounters for which time alone has changed what their patients should be told or who has to
// act: a text message has had no receipt for too long, for example. Any number of instances may call it at once, as
// late and as often as they like: what is written ahead waits in the queue, and each message is written once.
//
// One encounter that fails keeps no other from being followed up; it is tried again at the next call.
func (s *Service) FollowUp(ctx context.Context) error {
	scope := db.System("follow-up")
	var due []string
	err := s.DB.InTx(ctx, scope, func(ctx context.Context, tx db.Tx) (err error) {
		due, err = dueFollowUps(ctx, tx, s.Now(), followUps)
		return err
	})
	failures := []error{err}
	for _, id := range due {
		failures = append(failures, s.DB.InTx(ctx, scope, func(ctx context.Context, tx db.Tx) error {
			departmentID, err := takeFollowUp(ctx, tx, id, s.Now())
			if err != nil || departmentID == "" {
				return err // another instance has it, or had it
			}
			_, err = s.Settle(ctx, tx, departmentID, id, "encounter.follow-up")
			return err
		}))
	}
	return errors.Join(failures...)
}

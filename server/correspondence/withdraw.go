package correspondence

import (
	"context"

	"teleconsult/notifications"
	"teleconsult/server/auth"
	"teleconsult/server/db"
	"teleconsult/server/encounter"
	"teleconsult/server/fault"
)

// Withdraw takes back a message that has not left. It is not written anew by itself.
func (s *Service) Withdraw(ctx context.Context, caller auth.Caller, id, messageID string) (*encounter.Facts, error) {
	return s.Encounters.Command(ctx, caller, auth.MessageSend, id, "message.withdraw",
		func(ctx context.Context, tx db.Tx, f *encounter.Facts) error {
			if _, err := messageOf(f, messageID); err != nil {
				return err
			}
			taken, err := notifications.Withdraw(ctx, tx, s.Encounters.Now(), f.ID, messageID)
			if err == nil && !taken {
				err = fault.New(fault.KindConflict, "too_late", "Ce message est déjà parti, ou part en ce moment.")
			}
			return err
		})
}

// messageOf finds a message among those of the encounter.
func messageOf(f *encounter.Facts, id string) (encounter.MessageFact, error) {
	for _, m := range f.Messages {
		if m.ID == id {
			return m, nil
		}
	}
	return encounter.MessageFact{}, fault.New(fault.KindNotFound, "not_found", "Ce message n’existe pas ou n’est pas accessible.")
}

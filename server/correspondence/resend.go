package correspondence

import (
	"context"
	"slices"

	"teleconsult/notifications"
	"teleconsult/server/auth"
	"teleconsult/server/db"
	"teleconsult/server/encounter"
	"teleconsult/server/fault"
)

// Resend sends what a message says once more, as it is true now: by the same channel, or by another one. While one
// of the same purpose is on its way by that channel, nothing more is sent.
func (s *Service) Resend(ctx context.Context, caller auth.Caller, id, messageID, channel string) (*encounter.Facts, error) {
	return s.Encounters.Command(ctx, caller, auth.MessageSend, id, "message.resend",
		func(ctx context.Context, tx db.Tx, f *encounter.Facts) error {
			m, err := messageOf(f, messageID)
			if err != nil {
				return err
			}
			if channel == "" {
				channel = m.Channel
			}
			purpose := notifications.Purpose(m.Purpose)
			switch {
			case !f.MaySendAgain(purpose):
				return fault.New(fault.KindConflict, "not_resendable", "Ce message ne sert plus : il n’est pas renvoyé.")
			case onItsWay(f, m.Purpose, channel):
				return fault.New(fault.KindConflict, "already_queued", "Ce message est déjà en file d’envoi pour ce patient.")
			}
			return s.Encounters.SendAgain(ctx, tx, f, purpose, notifications.Channel(channel), s.Encounters.Now())
		})
}

// onItsWay tells whether a message of a purpose waits, or is being sent, by a channel; one that is planned for later
// is on its way too, because it will say the same.
func onItsWay(f *encounter.Facts, purpose, channel string) bool {
	return slices.ContainsFunc(f.Messages, func(m encounter.MessageFact) bool {
		status := notifications.Status(m.Status)
		return m.Purpose == purpose && m.Channel == channel &&
			(status == notifications.StatusQueued || status == notifications.StatusSending)
	})
}

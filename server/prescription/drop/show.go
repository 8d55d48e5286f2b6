package drop

import (
	"context"
	"slices"
	"time"

	"teleconsult/notifications"
	"teleconsult/server/auth"
	"teleconsult/server/db"
	"teleconsult/server/encounter"
	"teleconsult/server/prescription"
	"teleconsult/server/trace"
)

// dropMessage is a message that brings one of the two.
type dropMessage struct {
	Channel   notifications.Channel `json:"channel" enum:"email,sms"`
	Recipient string                `json:"recipient" doc:"Masked."`
	Word      string                `json:"word" doc:"en file, envoyé, remis, non remis."`
}

// dropEvent is a line of a receipt.
type dropEvent struct {
	At   time.Time `json:"at"`
	Kind string    `json:"kind" enum:"created,told,tried,opened,fetched,broken-off,locked,unlocked,revoked,expired,erased"`
	By   string    `json:"by,omitempty" doc:"Who, when it was somebody of the department."`
}

// dropView is a drop with its receipt, as the department sees it.
type dropView struct {
	ID        string    `json:"id" format:"uuid"`
	State     State     `json:"state" enum:"standing,expired,revoked,used-up"`
	MediaType string    `json:"mediaType" enum:"application/pdf,image/jpeg,image/png"`
	Size      int64     `json:"size" doc:"Bytes."`
	CreatedAt time.Time `json:"createdAt"`
	CreatedBy string    `json:"createdBy"`
	ExpiresAt time.Time `json:"expiresAt"`
	// Link and Password are absent when their message is not known any more; Password also when it is told.
	Link          *dropMessage `json:"link,omitempty"`
	Password      *dropMessage `json:"password,omitempty" doc:"Absent when the password is told by telephone."`
	ByTelephone   bool         `json:"byTelephone"`
	ToldAt        *time.Time   `json:"toldAt,omitempty" doc:"When it was first told by telephone."`
	Locked        bool         `json:"locked"`
	TriesLeft     int          `json:"triesLeft"`
	DownloadsLeft int          `json:"downloadsLeft"`
	FetchedAt     *time.Time   `json:"fetchedAt,omitempty" doc:"When the document first arrived whole."`
	Events        []dropEvent  `json:"events"`
}

// Shown is what a screen shows about the drops of an encounter.
type Shown struct {
	Drops []dropView
	// Channels are those that a link can go by; empty when a drop is not possible.
	Channels []notifications.Channel
}

// Show returns the drops of an encounter, the newest first, and traces the look.
func (s *Service) Show(ctx context.Context, caller auth.Caller, encounterID string) (Shown, error) {
	var shown Shown
	departments := caller.Departments(auth.EncounterRead)
	err := s.Encounters.DB.InTx(ctx, db.Departments(departments...), func(ctx context.Context, tx db.Tx) error {
		f, err := s.load(ctx, tx, caller, encounterID)
		if err != nil {
			return err
		}
		drops, events, err := list(ctx, tx, f)
		if err != nil {
			return err
		}
		now := s.Encounters.Now()
		for _, d := range drops {
			shown.Drops = append(shown.Drops, view(d, events, f, now))
		}
		if prescription.Held(f.Status) == nil {
			if shown.Channels, err = s.channels(ctx, tx, f); err != nil {
				return err
			}
		}
		return trace.Append(ctx, tx, now, caller.Actor(), f.Traced("drop.read", nil))
	})
	return shown, err
}

func view(d listed, events []happened, f *encounter.Facts, now time.Time) dropView {
	v := dropView{
		ID: d.ID, State: d.Now(now), MediaType: d.MediaType, Size: d.Size, CreatedAt: d.CreatedAt.UTC(), CreatedBy: d.CreatedBy,
		ExpiresAt: d.ExpiresAt.UTC(), Link: message(f, d.LinkMessage), Password: message(f, d.PasswordMessage),
		ByTelephone: d.PasswordMessage == "", TriesLeft: max(0, MaxTries-d.Tries), DownloadsLeft: max(0, MaxDownloads-d.Downloads),
		Events: []dropEvent{},
	}
	v.Locked = v.State == Standing && d.Locked()
	if d.FetchedAt != nil {
		at := d.FetchedAt.UTC()
		v.FetchedAt = &at
	}
	for _, e := range events {
		if e.DropID != d.ID {
			continue
		}
		at := e.At.UTC()
		v.Events = append(v.Events, dropEvent{At: at, Kind: e.Kind, By: e.By})
		if e.Kind == "told" && v.ToldAt == nil {
			v.ToldAt = &at
		}
	}
	return v
}

func message(f *encounter.Facts, id string) *dropMessage {
	i := slices.IndexFunc(f.Messages, func(m encounter.MessageFact) bool { return m.ID == id })
	if i < 0 {
		return nil
	}
	m := f.Messages[i]
	return &dropMessage{
		Channel: notifications.Channel(m.Channel), Recipient: notifications.Mask(notifications.Channel(m.Channel), m.Recipient),
		Word: notifications.Status(m.Status).Word(false),
	}
}

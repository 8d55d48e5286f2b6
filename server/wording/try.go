package wording

import (
	"context"
	"regexp"
	"time"

	"teleconsult/notifications"
	"teleconsult/server/auth"
	"teleconsult/server/db"
	"teleconsult/server/department"
	"teleconsult/server/fault"
	"teleconsult/server/patient"
	"teleconsult/server/trace"
	"teleconsult/templates"
)

// What a department may send to try its words: SMS cost money, and go to whatever number was typed.
const (
	maxTrials    = 20
	trialsWindow = time.Hour
	trialUseful  = time.Hour
)

var e164 = regexp.MustCompile(`^\+[1-9][0-9]{7,14}$`)

// Try sends words to who wrote them: to their own e-mail address, or to the mobile that they give. It shows an
// example's data, never a patient's.
func (s *Service) Try(ctx context.Context, caller auth.Caller, departmentID string, d Draft, mobile string) error {
	d.Words = tidy(d.Key, d.Words)
	now := s.Encounters.Now()
	recipient := caller.Email
	if d.Channel == notifications.ChannelSMS {
		recipient = patient.Patient{Mobile: mobile}.Normalise().Mobile
		if !e164.MatchString(recipient) {
			return fault.Invalid(fault.Violation{Field: "to", Code: "mobile_invalid", Message: "Indiquez le mobile qui reçoit l’essai. Exemple : 06 12 34 56 78."})
		}
	}
	return s.Encounters.DB.InTx(ctx, caller.Scope(auth.DepartmentManage), func(ctx context.Context, tx db.Tx) error {
		of, err := lockDepartment(ctx, tx, departmentID)
		if err != nil {
			return err
		}
		if err = fault.Invalid(check(d.Key, d.Words, s.homes(of))...); err != nil {
			return err
		}
		sent, err := countTrials(ctx, tx, departmentID, now.Add(-trialsWindow))
		switch {
		case err != nil:
			return err
		case sent >= maxTrials:
			return fault.New(fault.KindRateLimited, "too_many_trials", "Trop d’essais ont été envoyés depuis une heure. Attendez un peu, ou regardez l’aperçu.")
		}
		m, err := s.trial(of, d, recipient, now)
		if err != nil {
			return err
		}
		if _, err = s.Encounters.Outbox.Enqueue(ctx, tx, now, m); err != nil {
			return err
		}
		tried := trace.Event{DepartmentID: departmentID, Action: "wording.try", Data: map[string]any{
			"template": d.Template, "channel": d.Channel, "language": d.Language,
		}}
		return trace.Append(ctx, tx, now, caller.Actor(), tried)
	})
}

func (s *Service) trial(of department.Department, d Draft, recipient string, now time.Time) (notifications.NewMessage, error) {
	params, err := d.Variant.params(d.Key, knownOf(of, now))
	if err != nil {
		return notifications.NewMessage{}, err
	}
	return notifications.NewMessage{
		DepartmentID: of.ID, Channel: d.Channel, Recipient: recipient, ReplyTo: of.Email, Language: d.Language,
		Purpose: notifications.PurposeTest, ExpiresAt: now.Add(trialUseful),
		Content: templates.Trial{
			Of: d.Template, Params: params, Link: s.maskedLink(notifications.ChannelSMS), Wording: d.Words,
		},
	}, nil
}

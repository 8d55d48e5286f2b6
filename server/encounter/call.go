package encounter

import (
	"context"
	"strings"
	"time"

	"teleconsult/notifications"
	"teleconsult/server/auth"
	"teleconsult/server/db"
	"teleconsult/server/fault"
	"teleconsult/server/outreach"
)

// Outcomes of a telephone call to the patient.
const (
	CallReached   = "reached"
	CallVoicemail = "voicemail"
	CallNoAnswer  = "no-answer"
)

// RecordCall records that staff telephoned the patient: outcome is one of the words above, text what was said.
// Somebody who was reached need not be telephoned again for the same reason.
func (s *Service) RecordCall(ctx context.Context, caller auth.Caller, id, outcome, text string) (*Facts, error) {
	return s.Command(ctx, caller, auth.MessageSend, id, "patient.call",
		func(ctx context.Context, tx db.Tx, f *Facts) error {
			if callWords[outcome] == "" {
				return fault.Invalid(fault.Violation{Field: "outcome", Code: "outcome_unknown", Message: "Choisissez un résultat de la liste."})
			}
			if text = strings.TrimSpace(text); len([]rune(text)) > 1000 {
				return fault.Invalid(fault.Violation{Field: "text", Code: "too_long", Message: "1 000 caractères au plus."})
			}
			return s.Record(ctx, tx, f, caller.Actor(), "patient-called", s.Now(), Call{Outcome: outcome, Text: text})
		})
}

// bounds of a delay that can be announced, in minutes from the planned start
const (
	minDelay = 5
	maxDelay = 120
)

// AnnounceDelay tells the patient at once that the practitioner is late, by so many minutes from the planned start;
// the automatic word about a delay then waits for that time to pass.
func (s *Service) AnnounceDelay(ctx context.Context, caller auth.Caller, id string, minutes int) (*Facts, error) {
	return s.Command(ctx, caller, auth.MessageSend, id, "message.delay",
		func(ctx context.Context, tx db.Tx, f *Facts) error {
			now := s.Now()
			switch {
			case minutes < minDelay || minutes > maxDelay:
				return fault.Invalid(fault.Violation{Field: "minutes", Code: "delay_out_of_range", Message: "Le retard va de 5 à 120 minutes."})
			case f.Status != Planned && f.Status != Arrived:
				return notNow("already_started", "La consultation a commencé ou est terminée.")
			case f.declined():
				return notNow("consent_refused", "Le patient a refusé la téléconsultation.")
			case now.Before(f.PlannedStart.Add(-maxDelay * time.Minute)):
				return notNow("not_yet_due", "Un retard s’annonce à partir de deux heures avant l’heure prévue. Avant, déplacez le rendez-vous.")
			}
			f.Delay = &Delay{At: now, Minutes: minutes, By: caller.Name}
			if err := s.Record(ctx, tx, f, caller.Actor(), "delay-announced", now, f.Delay); err != nil {
				return err
			}
			if _, err := notifications.CancelPending(ctx, tx, now, f.ID, notifications.PurposeDelay); err != nil {
				return err
			}
			return s.send(ctx, tx, f, outreach.Wanted{
				Purpose: notifications.PurposeDelay, Expires: now.Add(maxDelay * time.Minute), Priority: notifications.PriorityWaiting,
				Late: time.Duration(minutes) * time.Minute,
			}, now)
		})
}

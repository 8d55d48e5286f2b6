package encounter

import (
	"context"
	"strings"
	"time"

	"teleconsult/server/auth"
	"teleconsult/server/consent"
	"teleconsult/server/db"
)

// DecisionInput is a decision that staff heard or has on paper.
type DecisionInput struct {
	Verdict     consent.Verdict
	Mode        consent.Mode
	Giver       consent.Giver
	GiverName   string
	Explanation string
	// OccurredAt is when it was given, zero for now.
	OccurredAt time.Time
}

// Decide records a decision given orally or on paper. Whoever records it has informed the patient, so the
// information is recorded with it when it was missing.
func (s *Service) Decide(ctx context.Context, caller auth.Caller, id string, in DecisionInput) (*Facts, error) {
	return s.Command(ctx, caller, auth.ConsentRecord, id, "consent."+string(in.Verdict),
		func(ctx context.Context, tx db.Tx, f *Facts) error { return s.decide(ctx, tx, caller, f, in) })
}

func (s *Service) decide(ctx context.Context, tx db.Tx, caller auth.Caller, f *Facts, in DecisionInput) error {
	if f.Status.Ended() {
		return notNow("already_ended", "La consultation est terminée : la décision ne peut plus changer.")
	}
	at, err := s.occurred(in.OccurredAt)
	if err != nil {
		return err
	}
	now := s.Now()
	d := consent.Decision{
		Verdict: in.Verdict, Tool: f.Tool, Mode: in.Mode, Giver: in.Giver, GiverName: strings.TrimSpace(in.GiverName),
		Explanation: strings.TrimSpace(in.Explanation), RecordedBy: caller.StaffID, DecidedAt: at, RecordedAt: now,
	}
	if d.Giver == consent.ByRepresentative && d.GiverName == "" && f.Patient.Representative != nil {
		d.GiverName = f.Patient.Representative.Name
	}
	if err = consent.Check(d, f.Patient.Representative != nil, f.Consent().Verdict); err != nil {
		return err
	}
	if err = consent.Record(ctx, tx, f.ID, f.Department.ID, d); err != nil {
		return err
	}
	if d.Verdict != consent.Agreed {
		return s.AfterRefusal(ctx, tx, f, now)
	}
	if f.Informed() {
		return nil
	}
	return s.RecordInformation(ctx, tx, f, caller.Actor(), Information{At: at, Mode: consent.Oral})
}

// AfterRefusal takes back what an agreement had allowed: the link, what is on its way, and the entry in the
// patient's calendar. The visit on site is a person's offer (see OfferOnSite).
func (s *Service) AfterRefusal(ctx context.Context, tx db.Tx, f *Facts, now time.Time) error {
	if err := revokeLink(ctx, tx, f, now); err != nil {
		return err
	}
	if err := s.callBack(ctx, tx, f, now); err != nil {
		return err
	}
	return s.clearCalendar(ctx, tx, f, now)
}

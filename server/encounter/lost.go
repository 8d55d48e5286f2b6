package encounter

import (
	"context"
	"strings"
	"time"

	"teleconsult/server/auth"
	"teleconsult/server/consent"
	"teleconsult/server/db"
	"teleconsult/server/patient"
	"teleconsult/server/trace"
)

// lostLink is what somebody gives who lost the personal link.
type lostLink struct {
	// contact is an e-mail address or a mobile number.
	contact   string
	birthDate time.Time
}

// resendLost sends the personal link of the coming encounters again, to the contact that is on record. Nobody
// is told whether there was any; tries are counted per address and per contact.
func (s *Service) resendLost(ctx context.Context, v visit, in lostLink) error {
	typed := patient.Patient{Email: in.contact, Mobile: in.contact}.Normalise()
	email, mobile := typed.Email, typed.Mobile
	if strings.Contains(in.contact, "@") {
		mobile = ""
	} else {
		email = ""
	}
	var found []access
	err := s.DB.InTx(ctx, db.System("patient-page"), func(ctx context.Context, tx db.Tx) (err error) {
		found, err = lostEncounters(ctx, tx, email, mobile, in.birthDate, s.Now())
		return err
	})
	if err != nil {
		return err
	}
	for _, a := range found {
		if err = s.resend(ctx, v, a); err != nil {
			return err
		}
	}
	return nil
}

// countLost counts a request for a lost link; it is committed before anything is looked up.
func (s *Service) countLost(ctx context.Context, v visit, in lostLink) error {
	tries := append(s.byClient("lost-link.client", v), auth.Attempt{
		Kind: "lost-link.contact", Value: strings.ToLower(strings.TrimSpace(in.contact)), Free: freeTries,
	})
	return s.DB.InTx(ctx, db.System("patient-page"), func(ctx context.Context, tx db.Tx) error {
		return auth.NewLimiter(s.Secrets).Take(ctx, tx, s.Now(), tries...)
	})
}

func (s *Service) resend(ctx context.Context, v visit, a access) error {
	return s.DB.InTx(ctx, db.Departments(a.DepartmentID), func(ctx context.Context, tx db.Tx) error {
		if err := lock(ctx, tx, a.EncounterID); err != nil {
			return err
		}
		f, err := load(ctx, tx, a.EncounterID)
		if err != nil || f.onItsWay() {
			return err // a message that waits holds the same link
		}
		now := s.Now()
		if err = s.sendLink(ctx, tx, f, now); err != nil {
			return err
		}
		if err = trace.Append(ctx, tx, now, v.by, f.traced("patient.lost-link", nil)); err != nil {
			return err
		}
		_, err = s.Settle(ctx, tx, f.ID, "message.resend")
		return err
	})
}

// sendLink sends the link in the message that fits: the invitation once it may go out, else the notice, which
// has lost its sense when the consultation begins.
func (s *Service) sendLink(ctx context.Context, tx db.Tx, f *Facts, now time.Time) error {
	switch {
	case f.Consent().Verdict == consent.Agreed && (f.readyToInvite() || f.Status == InProgress):
		return s.sendInvitation(ctx, tx, f, now)
	case now.Before(f.PlannedStart):
		return s.sendNotice(ctx, tx, f, now)
	}
	return nil
}

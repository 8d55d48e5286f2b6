package personalpage

import (
	"context"
	"strings"
	"time"

	"teleconsult/server/auth"
	"teleconsult/server/db"
	"teleconsult/server/encounter"
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
	err := s.Encounters.DB.InTx(ctx, db.System("patient-page"), func(ctx context.Context, tx db.Tx) (err error) {
		found, err = lostEncounters(ctx, tx, email, mobile, in.birthDate, s.Encounters.Now())
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
	return s.Encounters.DB.InTx(ctx, db.System("patient-page"), func(ctx context.Context, tx db.Tx) error {
		return auth.NewLimiter(s.Encounters.Secrets).Take(ctx, tx, s.Encounters.Now(), tries...)
	})
}

func (s *Service) resend(ctx context.Context, v visit, a access) error {
	return s.Encounters.DB.InTx(ctx, db.Departments(a.DepartmentID), func(ctx context.Context, tx db.Tx) error {
		if err := encounter.Lock(ctx, tx, a.EncounterID, a.DepartmentID); err != nil {
			return err
		}
		f, err := encounter.Load(ctx, tx, a.EncounterID, a.DepartmentID)
		if err != nil || f.OnItsWay() {
			return err // a message that waits holds the same link
		}
		now := s.Encounters.Now()
		if err = s.Encounters.SendLink(ctx, tx, f, now); err != nil {
			return err
		}
		if err = trace.Append(ctx, tx, now, v.by, f.Traced("patient.lost-link", nil)); err != nil {
			return err
		}
		_, err = s.Encounters.Settle(ctx, tx, f.Department.ID, f.ID, "message.resend")
		return err
	})
}

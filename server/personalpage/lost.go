package personalpage

import (
	"context"
	"strings"
	"time"

	"teleconsult/server/auth"
	"teleconsult/server/db"
	"teleconsult/server/encounter"
	"teleconsult/server/fault"
	"teleconsult/server/patient"
	"teleconsult/server/trace"
)

// lostLink is what somebody gives who lost the personal link.
type lostLink struct {
	// contact is an e-mail address or a mobile number.
	contact   string
	birthDate time.Time
}

// normalised is the contact in the form in which it is stored, as the one or the other.
func (in lostLink) normalised() (email, mobile string) {
	typed := patient.Patient{Email: in.contact, Mobile: in.contact}.Normalise()
	if strings.Contains(in.contact, "@") {
		return strings.ToLower(typed.Email), ""
	}
	return "", typed.Mobile
}

// resendLost sends the personal link of the coming encounters again, to the contact that is on record. Nobody
// is told whether there was any; tries are counted per address and per contact, and what is sent per encounter
// and per contact.
func (s *Service) resendLost(ctx context.Context, v visit, in lostLink) error {
	email, mobile := in.normalised()
	var found []access
	sent, now := 0, s.Encounters.Now()
	err := s.Encounters.DB.InTx(ctx, db.System("patient-page"), func(ctx context.Context, tx db.Tx) (err error) {
		if found, err = lostEncounters(ctx, tx, email, mobile, in.birthDate, now); err != nil {
			return err
		}
		sent, err = countLostOfContact(ctx, tx, email, mobile, now.Add(-lostWindow))
		return err
	})
	if err != nil {
		return err
	}
	for _, a := range found[:min(len(found), max(lostPerContact-sent, 0))] {
		// somebody who can be reached by no channel must not keep the others' links back
		if err = s.resend(ctx, v, a); err != nil && fault.KindOf(err) != fault.KindConflict {
			return err
		}
	}
	return nil
}

// countLost counts a request for a lost link; it is committed before anything is looked up.
func (s *Service) countLost(ctx context.Context, v visit, in lostLink) error {
	email, mobile := in.normalised()
	tries := append(s.byClient("lost-link.client", v), auth.Attempt{Kind: "lost-link.contact", Value: email + mobile, Free: freeTries})
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
		sent, err := countLostOfEncounter(ctx, tx, a, now.Add(-lostWindow))
		if err != nil || sent >= lostPerEncounter {
			return err
		}
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

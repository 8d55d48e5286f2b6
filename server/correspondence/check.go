package correspondence

import (
	"context"

	"teleconsult/server/auth"
	"teleconsult/server/db"
	"teleconsult/server/patient"
)

// freeChecks is how many addresses somebody may have checked in a quarter of an hour: more than anyone types, and too
// few to try out a list of addresses for those whose messages failed.
const freeChecks = 60

// CheckContact says what is known against an address and a number that somebody types, and nothing else about them.
// Who asks too often is told to wait.
func (s *Service) CheckContact(ctx context.Context, caller auth.Caller, departmentID, email, mobile string) ([]patient.ContactWarning, error) {
	// committed before anything is looked up, so that many at once count too
	err := s.Encounters.DB.InTx(ctx, db.System("contact-check"), func(ctx context.Context, tx db.Tx) error {
		tried := auth.Attempt{Kind: "contact-check.staff", Value: caller.StaffID, Free: freeChecks}
		return auth.NewLimiter(s.Encounters.Secrets).Take(ctx, tx, s.Encounters.Now(), tried)
	})
	if err != nil {
		return nil, err
	}
	typed := patient.Patient{Email: email, Mobile: mobile}.Normalise()
	var warnings []patient.ContactWarning
	err = s.Encounters.DB.InTx(ctx, db.Departments(departmentID), func(ctx context.Context, tx db.Tx) (err error) {
		warnings, err = patient.Warnings(ctx, tx, s.Encounters.Outbox.Vault, typed.Email, typed.Mobile)
		return err
	})
	return warnings, err
}

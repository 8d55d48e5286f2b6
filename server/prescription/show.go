package prescription

import (
	"context"
	"time"

	"teleconsult/server/auth"
	"teleconsult/server/db"
	"teleconsult/server/encounter"
)

// Overview is what is known of a prescription: what to choose, and what was done so far.
type Overview struct {
	// Today is the proposal for a document that the patient needs on the day itself, Tomorrow for any other.
	Today, Tomorrow Proposal
	// History is all that was recorded, the oldest first.
	History []Recorded
}

// Recorded is one row of the history.
type Recorded struct {
	Channel        Channel   `db:"channel"`
	State          State     `db:"state"`
	WantedToday    bool      `db:"wanted_today"`
	Proof          string    `db:"proof"`
	RiskAcceptedBy string    `db:"risk_accepted_by"`
	RiskHow        RiskHow   `db:"risk_accepted_how"`
	At             time.Time `db:"recorded_at"`
	// By is "" for what the system learned.
	By string `db:"by"`
}

// Show returns the overview to those who may see the encounter; the view is traced.
func (s *Service) Show(ctx context.Context, caller auth.Caller, encounterID string) (Overview, error) {
	f, err := s.Encounters.Read(ctx, caller, auth.EncounterRead, encounterID, "prescription.read")
	if err != nil {
		return Overview{}, err
	}
	var o Overview
	situation := situationOf(f)
	err = s.Encounters.DB.InTx(ctx, db.Departments(f.Department.ID), func(ctx context.Context, tx db.Tx) (err error) {
		if o.History, err = history(ctx, tx, f.ID); err != nil {
			return err
		}
		situation.QualifiedINS, situation.PharmacistAddress, err = secureAddresses(ctx, tx, f.Patient.ID)
		return err
	})
	situation.SecureMail, situation.Failed = s.SecureMail, failed(o.History)
	o.Tomorrow = Propose(situation)
	situation.WantedToday = true
	o.Today = Propose(situation)
	return o, err
}

// situationOf is what the facts of the encounter say for a proposal.
func situationOf(f *encounter.Facts) Situation {
	email, mobile := f.Patient.Contact()
	s := Situation{Email: email != "", Mobile: mobile != ""}
	if f.Portal != nil {
		s.Portal = f.Portal.Answer
	}
	return s
}

// failed are the channels by which it did not arrive, each once.
func failed(rows []Recorded) []Channel {
	var channels []Channel
	for _, r := range rows {
		if r.State == Failed {
			channels = append(channels, r.Channel)
		}
	}
	return channels
}

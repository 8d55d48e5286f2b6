package intake

import (
	"context"
	"slices"
	"time"

	"teleconsult/server/auth"
	"teleconsult/server/consent"
	"teleconsult/server/db"
	"teleconsult/server/department"
	"teleconsult/server/encounter"
	"teleconsult/server/fault"
	"teleconsult/server/trace"
)

// Candidate is a planned consultation whose patient is not invited yet.
type Candidate struct {
	ID           string                 `json:"id" format:"uuid"`
	Patient      CandidatePatient       `json:"patient"`
	Practitioner encounter.Practitioner `json:"practitioner"`
	PlannedStart time.Time              `json:"plannedStart"`
	Modality     encounter.Modality     `json:"modality" enum:"video,telephone"`
	Tool         string                 `json:"tool"`
	Consent      consent.Verdict        `json:"consent" enum:"unknown,agreed,refused,withdrawn"`
	HasLink      bool                   `json:"hasLink"`
	Channels     []string               `json:"channels" doc:"What the patient has a contact for: email, sms."`
	Told         string                 `json:"told" enum:"never,failed,unanswered,answered" doc:"Never told; not reached; told, without an answer; agreed, but not invited for want of a link."`
}

// CandidatePatient is who a candidate is.
type CandidatePatient struct {
	FamilyName string `json:"familyName"`
	GivenName  string `json:"givenName"`
	BirthDate  string `json:"birthDate" format:"date"`
}

const (
	// longestPeriod is how many days may be looked at.
	longestPeriod = 31
	// mostCandidates is how many are shown.
	mostCandidates = 500
)

// Candidates are the consultations planned from one local day to another whose patients are not invited: never told, not
// reached, told without an answer, or agreed and without a link.
func (s *Service) Candidates(ctx context.Context, caller auth.Caller, departmentID, from, to string) ([]Candidate, error) {
	all := []Candidate{}
	err := s.Encounters.DB.InTx(ctx, db.Departments(departmentID), func(ctx context.Context, tx db.Tx) error {
		d, err := department.Load(ctx, tx, departmentID)
		if err != nil {
			return err
		}
		first, end, err := period(from, to, d.Zone)
		if err != nil {
			return err
		}
		now := s.Encounters.Now()
		ids, err := plannedBetween(ctx, tx, departmentID, later(first, now), end, mostCandidates)
		if err != nil {
			return err
		}
		facts, err := encounter.LoadMany(ctx, tx, ids, []string{departmentID})
		if err != nil {
			return err
		}
		seen := []string{}
		for _, f := range facts {
			if c, ok := candidate(f, now); ok {
				all, seen = append(all, c), append(seen, f.ID)
			}
		}
		slices.SortFunc(all, func(a, b Candidate) int { return a.PlannedStart.Compare(b.PlannedStart) })
		return trace.Append(ctx, tx, now, caller.Actor(), trace.Event{
			DepartmentID: departmentID, Action: "batch.candidates", Data: map[string]any{"encounters": seen},
		})
	})
	return all, err
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// period are the first moment of a local day and the one after the last.
func period(from, to string, zone *time.Location) (first, end time.Time, err error) {
	a, errFrom := time.ParseInLocation(time.DateOnly, from, zone)
	b, errTo := time.ParseInLocation(time.DateOnly, to, zone)
	if errFrom != nil || errTo != nil || b.Before(a) || b.After(a.AddDate(0, 0, longestPeriod)) {
		return first, end, fault.Invalid(fault.Violation{
			Field: "from", Code: "period_invalid", Message: "Choisissez un jour, ou une période d’un mois au plus.",
		})
	}
	return a, b.AddDate(0, 0, 1), nil
}

func candidate(f *encounter.Facts, now time.Time) (Candidate, bool) {
	c := Candidate{
		ID: f.ID, Practitioner: f.Practitioner, PlannedStart: f.PlannedStart, Modality: f.Modality, Tool: f.Tool,
		Consent: f.Consent().Verdict, HasLink: f.Link != nil, Channels: []string{},
		Patient: CandidatePatient{f.Patient.FamilyName, f.Patient.GivenName, f.Patient.BirthDate.Format(time.DateOnly)},
	}
	if email, mobile := f.Patient.Contact(); true {
		if email != "" {
			c.Channels = append(c.Channels, "email")
		}
		if mobile != "" {
			c.Channels = append(c.Channels, "sms")
		}
	}
	if f.MayBeInvited() != nil {
		return c, false
	}
	told := f.Told("notice") || f.Told("invitation")
	switch {
	case c.Consent == consent.Agreed && f.Modality == encounter.Video && f.Link == nil && !f.InvitesItself():
		c.Told = "answered"
	case f.ContactTask(now) != nil:
		c.Told = "failed"
	case c.Consent == consent.Agreed:
		return c, false
	case told:
		c.Told = "unanswered"
	default:
		c.Told = "never"
	}
	return c, true
}

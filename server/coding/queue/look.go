package queue

import (
	"context"
	"time"

	"teleconsult/server/auth"
	"teleconsult/server/coding"
	"teleconsult/server/db"
	"teleconsult/server/department"
	"teleconsult/server/encounter"
	"teleconsult/server/trace"
)

// CodingPatient is what an act is recognised by.
type CodingPatient struct {
	FamilyName string `json:"familyName"`
	GivenName  string `json:"givenName"`
	BirthDate  string `json:"birthDate" format:"date"`
	IPP        string `json:"ipp,omitempty"`
}

// CodingRow is an act in the worklist.
type CodingRow struct {
	EncounterID     string                 `json:"encounterId" format:"uuid"`
	Patient         CodingPatient          `json:"patient"`
	Practitioner    encounter.Practitioner `json:"practitioner"`
	StartedAt       time.Time              `json:"startedAt"`
	Minutes         int                    `json:"minutes" doc:"Real duration."`
	Modality        encounter.Modality     `json:"modality" enum:"video,telephone"`
	Tool            string                 `json:"tool"`
	TelephoneReason string                 `json:"telephoneReason,omitempty"`
	State           coding.State           `json:"state" enum:"to-code,coded,not-billable,refused"`
	Code            string                 `json:"code,omitempty"`
	Reason          string                 `json:"reason,omitempty" doc:"In French; of a reopened act too."`
	CodedBy         string                 `json:"codedBy,omitempty"`
	CodedAt         *time.Time             `json:"codedAt,omitempty"`
	Export          int64                  `json:"export,omitempty" doc:"Number of the batch that took it last."`
	Choices         []string               `json:"choices" doc:"Ids of the codes that may be used, the proposed one first."`
	Why             string                 `json:"why,omitempty" doc:"What the proposal rests on, in French."`
	Explanation     string                 `json:"explanation,omitempty" doc:"Why there is no choice, in French."`
	Flags           []coding.Flag          `json:"flags" doc:"What a person has to look at first."`
	Certain         bool                   `json:"certain"`
}

// CodingPage is a part of the worklist.
type CodingPage struct {
	Items  []CodingRow           `json:"items"`
	Codes  []coding.ActivityCode `json:"codes" doc:"The whole list, which the rows name by id."`
	Counts CodingCounts          `json:"counts" doc:"Of all days asked for."`
	Next   string                `json:"next,omitempty"`
	// SpecialityKnown is false where a manager still has to say it.
	SpecialityKnown bool `json:"specialityKnown" doc:"Without it no proposal is certain."`
}

// Query asks for a part of the worklist.
type Query struct {
	Days
	// State is "" for all.
	State  coding.State
	Cursor string
}

// Look lists the acts of some days in the order of their hours, and traces whose acts were seen.
func (s *Service) Look(ctx context.Context, caller auth.Caller, q Query) (page CodingPage, err error) {
	if err = mayCode(caller, q.DepartmentID); err != nil {
		return page, err
	}
	from, err := decodeCursor(q.Cursor)
	if err != nil {
		return page, err
	}
	err = s.Encounters.DB.InTx(ctx, db.Departments(q.DepartmentID), func(ctx context.Context, tx db.Tx) error {
		d, acts, err := acts(ctx, tx, q.Days)
		if err != nil {
			return err
		}
		list, err := coding.Codes(ctx, tx)
		if err != nil {
			return err
		}
		offer := s.offers(list)
		page = CodingPage{Items: []CodingRow{}, Codes: []coding.ActivityCode{}, Counts: count(acts, offer), SpecialityKnown: d.Speciality != ""}
		for _, c := range list {
			page.Codes = append(page.Codes, coding.Choice{Code: c}.View())
		}
		shown := after(acts, q.State, from)
		if len(shown) > pageSize {
			shown = shown[:pageSize]
			last := shown[pageSize-1]
			page.Next = cursor{At: last.start, ID: last.id}.encode()
		}
		ids := make([]string, 0, len(shown))
		for _, a := range shown {
			ids = append(ids, a.id)
		}
		rows, err := details(ctx, tx, q.DepartmentID, ids)
		if err != nil {
			return err
		}
		for _, a := range shown {
			page.add(rows[a.id], a, offer(a))
		}
		seen := trace.Event{
			DepartmentID: q.DepartmentID, Action: "worklist.coding", Data: map[string]any{"from": q.From, "to": q.To, "encounters": ids},
		}
		return trace.Append(ctx, tx, s.Encounters.Now(), caller.Actor(), seen)
	})
	return page, err
}

// acts are all held consultations of the days.
func acts(ctx context.Context, tx db.Tx, days Days) (d department.Department, found []act, err error) {
	if d, err = department.Load(ctx, tx, days.DepartmentID); err != nil {
		return d, nil, err
	}
	from, to, err := days.bounds(d.Zone)
	if err != nil {
		return d, nil, err
	}
	rows, err := heldBetween(ctx, tx, d.ID, from, to)
	if err != nil {
		return d, nil, err
	}
	for _, r := range rows {
		a, err := r.act(d)
		if err != nil {
			return d, nil, err
		}
		found = append(found, a)
	}
	return d, found, nil
}

// add appends a row with what is proposed for it.
func (p *CodingPage) add(r detailRow, a act, o coding.Offer) {
	row := r.row(a)
	row.Why, row.Explanation, row.Certain = o.Why, o.Explanation, a.certain(o)
	row.Choices, row.Flags = []string{}, append([]coding.Flag{}, o.Flags...)
	for _, c := range o.Choices {
		row.Choices = append(row.Choices, c.ID)
	}
	p.Items = append(p.Items, row)
}

package worklist

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"slices"
	"time"

	"teleconsult/server/auth"
	"teleconsult/server/db"
	"teleconsult/server/department"
	"teleconsult/server/encounter"
	"teleconsult/server/fault"
	"teleconsult/server/trace"
)

// pageSize is how many rows a worklist gives at once.
const pageSize = 50

// Page is a part of a worklist. Next is "" at its end.
type Page struct {
	Items []Row  `json:"items"`
	Next  string `json:"next,omitempty"`
}

// cursor is the place after which the next page begins.
type cursor struct {
	At time.Time `json:"at"`
	ID string    `json:"id"`
}

// DayQuery asks for the encounters of one day.
type DayQuery struct {
	DepartmentID string
	// Date is YYYY-MM-DD in the department's zone, "" for today.
	Date string
	// PractitionerID is "" for all.
	PractitionerID string
	Cursor         string
}

// Day lists a department's encounters of a day, in the order of their hours.
func (s *Service) Day(ctx context.Context, caller auth.Caller, q DayQuery) (Page, error) {
	if !slices.Contains(caller.Departments(auth.EncounterRead), q.DepartmentID) {
		return Page{}, fault.New(fault.KindNotFound, "not_found", "Ce service n’existe pas ou n’est pas accessible.")
	}
	after, err := decodeCursor(q.Cursor)
	if err != nil {
		return Page{}, err
	}
	now := s.Encounters.Now()
	var page Page
	err = s.Encounters.DB.InTx(ctx, db.Departments(q.DepartmentID), func(ctx context.Context, tx db.Tx) error {
		d, err := department.Load(ctx, tx, q.DepartmentID)
		if err != nil {
			return err
		}
		from, to, err := dayBounds(q.Date, now, d.Zone)
		if err != nil {
			return err
		}
		rows, err := listDay(ctx, tx, q, from, to, after, now)
		if err != nil {
			return err
		}
		page = pageOf(rows, now, func(r Row) time.Time { return r.PlannedStart })
		seen := trace.Event{
			DepartmentID: q.DepartmentID, Action: "worklist.day",
			Data: map[string]any{"date": from.In(d.Zone).Format(time.DateOnly), "encounters": ids(page.Items)},
		}
		return trace.Append(ctx, tx, now, caller.Actor(), seen)
	})
	return page, err
}

// MissingQuery asks for what is not done yet.
type MissingQuery struct {
	// DepartmentID is "" for all departments of the caller.
	DepartmentID string
	// Mine keeps what waits for the caller: as practitioner, their own consultations; as secretary, what the
	// secretariat has to do and patients who did not answer in time; as manager, what staff have left overdue.
	Mine bool
	// PractitionerID is "" for all.
	PractitionerID string
	Cursor         string
}

// Missing lists the encounters on which somebody still has to act, the most urgent first.
func (s *Service) Missing(ctx context.Context, caller auth.Caller, q MissingQuery) (Page, error) {
	departments := caller.Departments(auth.EncounterRead)
	if q.DepartmentID != "" {
		if !slices.Contains(departments, q.DepartmentID) {
			return Page{}, fault.New(fault.KindNotFound, "not_found", "Ce service n’existe pas ou n’est pas accessible.")
		}
		departments = []string{q.DepartmentID}
	}
	after, err := decodeCursor(q.Cursor)
	if err != nil {
		return Page{}, err
	}
	now := s.Encounters.Now()
	var page Page
	err = s.Encounters.DB.InTx(ctx, db.Departments(departments...), func(ctx context.Context, tx db.Tx) error {
		filter := missingFilter{departments: departments, practitioner: q.PractitionerID, after: after}
		if q.Mine {
			filter.holder, filter.secretary = caller.StaffID, withRole(caller, departments, auth.Secretary)
			filter.manager, filter.climbed = withRole(caller, departments, auth.Manager), now.AddDate(0, 0, -encounter.ClimbDays)
		}
		rows, err := listMissing(ctx, tx, filter, now)
		if err != nil {
			return err
		}
		page = pageOf(rows, now, func(r Row) time.Time { return *r.DueAt })
		for _, id := range departments {
			seen := trace.Event{DepartmentID: id, Action: "worklist.missing", Data: map[string]any{"encounters": idsOf(page.Items, id)}}
			if err = trace.Append(ctx, tx, now, caller.Actor(), seen); err != nil {
				return err
			}
		}
		return nil
	})
	return page, err
}

// withRole keeps the departments in which the caller has a role.
func withRole(caller auth.Caller, departments []string, role auth.Role) []string {
	own := []string{}
	for _, id := range departments {
		if slices.Contains(caller.Roles[id], role) {
			own = append(own, id)
		}
	}
	return own
}

// dayBounds are the first moment of a local day and of the next one.
func dayBounds(date string, now time.Time, zone *time.Location) (from, to time.Time, err error) {
	y, m, d := now.In(zone).Date()
	if date != "" {
		day, err := time.Parse(time.DateOnly, date)
		if err != nil {
			return from, to, fault.Invalid(fault.Violation{Field: "date", Code: "date_invalid", Message: "Cette date n’est pas lisible."})
		}
		y, m, d = day.Date()
	}
	return time.Date(y, m, d, 0, 0, 0, 0, zone), time.Date(y, m, d+1, 0, 0, 0, 0, zone), nil
}

// pageOf cuts the one row too many that was read to know whether there is a next page.
func pageOf(rows []Row, now time.Time, key func(Row) time.Time) Page {
	page := Page{Items: rows}
	if len(rows) > pageSize {
		page.Items = rows[:pageSize]
		last := page.Items[pageSize-1]
		page.Next = encodeCursor(cursor{At: key(last), ID: last.ID})
	}
	for i := range page.Items {
		r := &page.Items[i]
		r.Late = r.DueAt != nil && r.DueAt.Before(now)
	}
	return page
}

func encodeCursor(c cursor) string {
	b, err := json.Marshal(c)
	if err != nil { // a time and a string always have a JSON form
		panic(err)
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

func decodeCursor(s string) (*cursor, error) {
	if s == "" {
		return nil, nil //nolint:nilnil // no cursor is the beginning
	}
	var c cursor
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err == nil {
		err = json.Unmarshal(b, &c)
	}
	if err != nil || !isUUID(c.ID) {
		return nil, fault.Invalid(fault.Violation{Field: "cursor", Code: "cursor_invalid", Message: "La suite de la liste n’est plus valable : rechargez-la."})
	}
	return &c, nil
}

func ids(rows []Row) []string {
	out := make([]string, 0, len(rows))
	for _, r := range rows {
		out = append(out, r.ID)
	}
	return out
}

func idsOf(rows []Row, departmentID string) []string {
	out := []string{}
	for _, r := range rows {
		if r.DepartmentID == departmentID {
			out = append(out, r.ID)
		}
	}
	return out
}

// Package queue is the worklist of those who code: a department's acts of some days with what is proposed for each, and
// the confirmation of all proposals that leave no doubt.
package queue

import (
	"encoding/base64"
	"encoding/json"
	"slices"
	"time"

	"github.com/google/uuid"

	"teleconsult/server/auth"
	"teleconsult/server/coding"
	"teleconsult/server/department"
	"teleconsult/server/encounter"
	"teleconsult/server/fault"
)

// Service is what the worklist needs.
type Service struct {
	Encounters *encounter.Service
	// Telephone is when a consultation by telephone alone may be billed.
	Telephone coding.Period
}

const (
	// pageSize is how many rows a page has: what a person codes in some minutes.
	pageSize = 100
	// maxDays is how many days a look covers at the most.
	maxDays = 92
)

// Days are a department's acts between two local days, both included.
type Days struct {
	DepartmentID string
	// From and To are YYYY-MM-DD.
	From, To string
}

// bounds are the first moment of the first day and of the day after the last one.
func (d Days) bounds(zone *time.Location) (from, to time.Time, err error) {
	first, err1 := time.Parse(time.DateOnly, d.From)
	last, err2 := time.Parse(time.DateOnly, d.To)
	if err1 != nil || err2 != nil || last.Before(first) || last.Sub(first) > maxDays*24*time.Hour {
		return from, to, fault.Invalid(fault.Violation{
			Field: "from", Code: "period_invalid", Message: "Choisissez une période de trois mois au plus, dans l’ordre.",
		})
	}
	return midnight(first, zone), midnight(last.AddDate(0, 0, 1), zone), nil
}

func midnight(day time.Time, zone *time.Location) time.Time {
	y, m, d := day.Date()
	return time.Date(y, m, d, 0, 0, 0, 0, zone)
}

// act is one held consultation, as far as the rules and the counts need it.
type act struct {
	id    string
	start time.Time
	// standing is the state of the standing entry, "" without one.
	standing coding.State
	coding.Act
}

// state is the state in the words of the worklist.
func (a act) state() coding.State {
	if a.standing == "" || a.standing == coding.Reopened {
		return coding.ToCode
	}
	return a.standing
}

// certain tells whether the proposal may be confirmed together with others: nobody has touched the act, and nothing asks
// for a look.
func (a act) certain(o coding.Offer) bool { return a.standing == "" && o.Certain }

// CodingCounts says how many acts there are in each state, and how many are certain.
type CodingCounts struct {
	ToCode      int `json:"toCode"`
	Refused     int `json:"refused"`
	Coded       int `json:"coded"`
	NotBillable int `json:"notBillable"`
	Certain     int `json:"certain" doc:"Of those to code: the proposal leaves no doubt."`
}

// count counts acts; offer says what is proposed for one.
func count(acts []act, offer func(act) coding.Offer) (c CodingCounts) {
	for _, a := range acts {
		switch a.state() {
		case coding.ToCode:
			c.ToCode++
			if a.certain(offer(a)) {
				c.Certain++
			}
		case coding.Refused:
			c.Refused++
		case coding.Coded:
			c.Coded++
		case coding.NotBillable:
			c.NotBillable++
		case coding.Reopened: // state never says so
		}
	}
	return c
}

// offers says what is proposed for an act.
func (s *Service) offers(list []coding.Code) func(act) coding.Offer {
	return func(a act) coding.Offer { return coding.OfferFor(list, a.Act, s.Telephone) }
}

// cursor is the place after which the next page begins.
type cursor struct {
	At time.Time `json:"at"`
	ID string    `json:"id"`
}

func (c cursor) encode() string {
	b, err := json.Marshal(c)
	if err != nil { // a time and a string always have a JSON form
		panic(err)
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

func decodeCursor(s string) (c cursor, err error) {
	if s == "" {
		return c, nil
	}
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err == nil {
		err = json.Unmarshal(b, &c)
	}
	if err != nil || uuid.Validate(c.ID) != nil {
		return c, fault.Invalid(fault.Violation{Field: "cursor", Code: "cursor_invalid", Message: "La suite de la liste n’est plus valable : rechargez-la."})
	}
	return c, nil
}

// after keeps the acts of a state (all for "") that come after the cursor, one more than a page has.
func after(acts []act, state coding.State, c cursor) []act {
	var found []act
	for _, a := range acts {
		if state != "" && a.state() != state || c.ID != "" && (a.start.Before(c.At) || a.start.Equal(c.At) && a.id <= c.ID) {
			continue
		}
		if found = append(found, a); len(found) > pageSize {
			break
		}
	}
	return found
}

// mayCode tells whether the caller may code in a department; one of others is not found.
func mayCode(caller auth.Caller, departmentID string) error {
	if slices.Contains(caller.Departments(auth.ActCode), departmentID) {
		return nil
	}
	return fault.New(fault.KindNotFound, "not_found", "Ce service n’existe pas ou n’est pas accessible.")
}

// act is the row as the rules want it.
func (r actRow) act(d department.Department) (act, error) {
	a := act{id: r.ID, start: r.PlannedStart.UTC(), standing: coding.State(r.State)}
	a.Act = coding.Act{
		Day: coding.DayOf(r.StartedAt, d.Zone), Modality: encounter.Modality(r.Modality), TelephoneReason: r.TelephoneReason,
		Speciality: d.Speciality, Held: true, Duration: r.FinishedAt.Sub(r.StartedAt),
	}
	return a, json.Unmarshal(r.Incidents, &a.Incidents)
}

package review

import (
	"slices"
	"strings"
	"time"

	"teleconsult/notifications"
	"teleconsult/server/invitation/cell"
	"teleconsult/server/invitation/column"
)

// previewed is how many characters of a message are shown.
const previewed = 160

// foresee says what sending the row does, unless an error leaves nothing to foresee.
func (j *judgement) foresee() error {
	f := j.deed.Facts
	lost := slices.ContainsFunc(j.problems, func(p RowProblem) bool { return p.Severity == cell.Error && fatal(p.Code) })
	if f == nil || f.PlannedStart.IsZero() || lost {
		return nil
	}
	all := f.Announcement(j.known.Reputation, j.Now, j.at())
	if len(all) == 0 {
		if !j.said(column.Mobile, "contact_missing") {
			j.add(column.Mobile, "contact_missing", cell.Error, "Aucune adresse ne permet d’écrire à ce patient : corrigez-la, ou laissez-le de côté et appelez-le.")
		}
		return nil
	}
	if !j.at().Before(all[0].Expires) {
		if !j.said(column.Time, "too_late") {
			j.add(column.Time, "too_late", cell.Error, "Le message partirait après le début de la consultation.")
		}
		return nil
	}
	if j.known.Show == nil {
		return nil
	}
	o := &RowOutcome{
		Patient: "known", Encounter: "update", Start: f.PlannedStart, Zone: j.Department.Zone.String(), Purpose: all[0].Purpose,
		Channels: make([]ChannelOutcome, 0, len(all)),
	}
	if j.deed.NewPatient {
		o.Patient = "new"
	}
	if j.deed.New {
		o.Encounter = "new"
	}
	if l := f.Link; l != nil {
		o.Link = &LinkOutcome{Tool: l.Tool, Host: hostOf(l.URL)}
	}
	email, mobile := f.Patient.Contact()
	for _, w := range all {
		shown, err := j.known.Show(f, w)
		if err != nil {
			return err
		}
		to := email
		if w.Channel == notifications.ChannelSMS {
			to = mobile
		}
		o.Channels = append(o.Channels, ChannelOutcome{
			Channel: w.Channel, To: notifications.Mask(w.Channel, to), Segments: shown.Segments, Cents: shown.Cents,
		})
		if o.Preview == "" {
			o.Preview = beginning(shown.Text)
		}
	}
	j.outcome = o
	return nil
}

func (j *judgement) at() time.Time {
	if j.known.At.After(j.Now) {
		return j.known.At
	}
	return j.Now
}

// beginning is the first characters of a text, on one line.
func beginning(text string) string {
	line := []rune(strings.Join(strings.Fields(text), " "))
	if len(line) > previewed {
		return string(line[:previewed-1]) + "…"
	}
	return string(line)
}

func (j *judgement) verdict(keys []string) Verdict {
	v := Verdict{Row: j.Row, Values: j.shown(), Problems: j.problems, Outcome: j.outcome, Keys: numbers(keys), Plan: j.Plan, Deed: j.deed, Tool: string(j.Meeting.Tool)}
	slices.SortStableFunc(v.Problems, func(a, b RowProblem) int {
		return strings.Compare(string(a.Severity), string(b.Severity)) // "error" comes before "warning"
	})
	if j.Meeting.URL == "" {
		v.Tool = ""
	}
	if v.Problems == nil {
		v.Problems = []RowProblem{}
	}
	return v
}

// planned are the cells that show the encounter that a row was made from, whatever an invitation says.
var planned = []column.Field{
	column.FamilyName, column.GivenName, column.BirthDate, column.IPP, column.Date, column.Time, column.Practitioner, column.Tool,
}

// shown are the values on the screen: those of the encounter that a row was made from, with what was corrected.
func (j *judgement) shown() map[column.Field]string {
	f := j.known.Encounters[j.EncounterID]
	if f == nil || j.EncounterID == "" {
		return j.Values
	}
	start := f.PlannedStart.In(j.Department.Zone)
	values := map[column.Field]string{
		column.FamilyName: f.Patient.FamilyName, column.GivenName: f.Patient.GivenName, column.BirthDate: f.Patient.BirthDate.Format("2006-01-02"),
		column.IPP: f.Patient.IPP, column.Date: start.Format("2006-01-02"), column.Time: start.Format("15:04"),
		column.Practitioner: name(f.Practitioner), column.Tool: f.Tool,
	}
	if r := f.Patient.Representative; r != nil {
		values[column.RepresentativeName], values[column.RepresentativeEmail], values[column.RepresentativeMobile] = r.Name, r.Email, r.Mobile
	} else {
		values[column.Email], values[column.Mobile] = f.Patient.Email, f.Patient.Mobile
	}
	for field, text := range j.Values {
		if !slices.Contains(planned, field) {
			values[field] = text
		}
	}
	for field, text := range values {
		if text == "" {
			delete(values, field)
		}
	}
	return values
}

package encounter_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"teleconsult/server/encounter"
	"teleconsult/server/fault"
)

func TestAPlanKeepsTheRulesOfTheDepartment(t *testing.T) {
	h := newHospital(t)
	for _, c := range []struct {
		name   string
		change func(p *encounter.Plan)
		field  string
		code   string
	}{
		{"no date", func(p *encounter.Plan) { p.Date = "12/05/2026" }, "date", "date_invalid"},
		{"no hour", func(p *encounter.Plan) { p.Clock = "14h30" }, "time", "time_invalid"},
		{"past", func(p *encounter.Plan) { p.Date = "2026-05-10" }, "time", "date_in_past"},
		{"too far", func(p *encounter.Plan) { p.Date = "2028-06-12" }, "date", "date_too_far"},
		{"skipped hour", func(p *encounter.Plan) { p.Date, p.Clock = "2027-03-28", "02:30" }, "time", "time_does_not_exist"},
		{"repeated hour", func(p *encounter.Plan) { p.Date, p.Clock = "2026-10-25", "02:30" }, "repeatedHour", "time_ambiguous"},
		{"too short", func(p *encounter.Plan) { p.DurationMinutes = 4 }, "durationMinutes", "duration_out_of_range"},
		{"too long", func(p *encounter.Plan) { p.DurationMinutes = 181 }, "durationMinutes", "duration_out_of_range"},
		{"unlisted tool", func(p *encounter.Plan) { p.Tool = "webex" }, "tool", "tool_not_listed"},
		{"no reason", func(p *encounter.Plan) { p.ToolReason = " " }, "toolReason", "tool_reason_missing"},
		{"telephone", func(p *encounter.Plan) { p.Modality = encounter.Telephone }, "telephoneReason", "telephone_reason_missing"},
		{"neither", func(p *encounter.Plan) { p.Modality = "letter" }, "modality", "modality_unknown"},
		{"a secretary", func(p *encounter.Plan) { p.PractitionerID = h.secretary.StaffID }, "practitionerId", "practitioner_unknown"},
	} {
		t.Run(c.name, func(t *testing.T) {
			plan := h.aPlan()
			c.change(&plan)
			_, err := h.Schedule(context.Background(), h.secretary, encounter.ScheduleInput{
				DepartmentID: h.department.ID, Patient: aPatient(), Plan: plan,
			})
			refusal, ok := errors.AsType[*fault.Error](err)
			if !ok || len(refusal.Violations) != 1 || refusal.Violations[0].Field != c.field || refusal.Violations[0].Code != c.code {
				t.Errorf("error %+v, want %s of %s", err, c.code, c.field)
			}
		})
	}
}

func TestARepeatedHourIsSettledByAPerson(t *testing.T) {
	h := newHospital(t)
	for which, want := range map[string]time.Time{
		"first": time.Date(2026, 10, 25, 0, 30, 0, 0, time.UTC), "second": time.Date(2026, 10, 25, 1, 30, 0, 0, time.UTC),
	} {
		f := h.schedule(func(in *encounter.ScheduleInput) {
			in.Plan.Date, in.Plan.Clock, in.Plan.RepeatedHour = "2026-10-25", "02:30", which
		})
		if !f.PlannedStart.Equal(want) {
			t.Errorf("%s: %v, want %v", which, f.PlannedStart, want)
		}
	}
}

func TestAKnownPatientKeepsWhatIsNotTypedAgain(t *testing.T) {
	h := newHospital(t)
	one := h.schedule()
	two := h.schedule(func(in *encounter.ScheduleInput) {
		in.Patient.ID, in.Patient.Email, in.Patient.Mobile = one.Patient.ID, "", "06 98 76 54 32"
	})
	if p := two.Patient; p.ID != one.Patient.ID || p.Email != one.Patient.Email || p.Mobile != "+33698765432" {
		t.Errorf("patient %+v", p)
	}
}

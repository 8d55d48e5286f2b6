package worklist_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"teleconsult/server/auth"
	"teleconsult/server/consent"
	"teleconsult/server/encounter"
	"teleconsult/server/fault"
	"teleconsult/server/worklist"
)

func TestDayIsPagedInTheOrderOfItsHours(t *testing.T) {
	h := newHospital(t)
	ctx := context.Background()
	start := time.Date(2026, 5, 12, 8, 0, 0, 0, h.department.Zone)
	for i := range 53 {
		at := start.Add(time.Duration(i/2) * 10 * time.Minute) // pairs at the same hour
		h.schedule(func(in *encounter.ScheduleInput) { in.Plan.Clock = at.Format("15:04") })
	}
	h.schedule(func(in *encounter.ScheduleInput) { in.Plan.Date = "2026-05-13" })
	var seen []string
	q := worklist.DayQuery{DepartmentID: h.department.ID, Date: "2026-05-12"}
	for pages := 0; ; pages++ {
		page, err := h.lists.Day(ctx, h.secretary, q)
		if err != nil {
			t.Fatal(err)
		}
		for i, r := range page.Items {
			if i > 0 && r.PlannedStart.Before(page.Items[i-1].PlannedStart) {
				t.Error("the rows are not in the order of their hours")
			}
			seen = append(seen, r.ID)
		}
		if page.Next == "" {
			if pages != 1 {
				t.Errorf("%d pages, want 2", pages+1)
			}
			break
		}
		q.Cursor = page.Next
	}
	slices.Sort(seen)
	if len(slices.Compact(seen)) != 53 {
		t.Errorf("%d rows, want 53, each once", len(seen))
	}
	_, err := h.lists.Day(ctx, h.secretary, worklist.DayQuery{DepartmentID: h.department.ID, Cursor: "junk"})
	_ = wantFault(t, err, fault.KindInvalid, "invalid_input")
	_, err = h.lists.Day(ctx, h.stranger, q)
	_ = wantFault(t, err, fault.KindNotFound, "not_found")
}

func TestAnotherDepartmentMissesNothing(t *testing.T) {
	h := newHospital(t)
	ctx := context.Background()
	f := h.schedule()
	page, err := h.lists.Missing(ctx, h.stranger, worklist.MissingQuery{})
	if err != nil || len(page.Items) != 0 {
		t.Errorf("%d rows, error %v", len(page.Items), err)
	}
	_, err = h.lists.Missing(ctx, h.stranger, worklist.MissingQuery{DepartmentID: h.department.ID})
	_ = wantFault(t, err, fault.KindNotFound, "not_found")
	page, err = h.lists.Missing(ctx, h.secretary, worklist.MissingQuery{DepartmentID: h.department.ID})
	if err != nil || len(page.Items) != 1 || page.Items[0].ID != f.ID || page.Items[0].Patient.BirthDate != "1980-01-02" {
		t.Errorf("rows %+v, error %v; want the one encounter", page.Items, err)
	}
}

func TestMineIsWhatWaitsForMe(t *testing.T) {
	h := newHospital(t)
	ctx := context.Background()
	toPrepare, toAnswer, held := h.schedule(), h.schedule(), h.schedule()
	for _, f := range []*encounter.Facts{toAnswer, held} { // leaves the patient's answer as the next thing
		h.must(h.PlanAppointment(ctx, h.secretary, f.ID))
	}
	h.must(h.Attach(ctx, h.secretary, toAnswer.ID, encounter.LinkInput{Text: zoomInvitation, Declared: declared}))
	h.must(h.Inform(ctx, h.secretary, toAnswer.ID, time.Time{}))
	h.clock = held.PlannedStart
	h.must(h.Reschedule(ctx, h.secretary, held.ID, held.Version, encounter.Plan{
		PractitionerID: h.practitioner.StaffID, Date: "2026-05-12", Clock: "14:45", DurationMinutes: 20,
		Modality: encounter.Telephone, TelephoneReason: "no-terminal",
	}))
	h.must(h.Start(ctx, h.practitioner, held.ID, encounter.StartInput{OralConsent: &encounter.OralConsent{Giver: consent.ByPatient}}))
	h.must(h.Finish(ctx, h.practitioner, held.ID, encounter.FinishInput{}))

	h.clock = monday // before the answer is due
	if got := h.mine(h.secretary); !slices.Equal(got, []string{toPrepare.ID}) {
		t.Errorf("secretary %v, want what is to prepare (%s)", got, toPrepare.ID)
	}
	if got := h.mine(h.practitioner); !slices.Equal(got, []string{held.ID}) {
		t.Errorf("practitioner %v, want what they held (%s)", got, held.ID)
	}
	h.clock = monday.AddDate(0, 0, 2) // now the answer is late, and somebody has to call
	if got := h.mine(h.secretary); !slices.Contains(got, toAnswer.ID) {
		t.Errorf("secretary %v, want the late answer too (%s)", got, toAnswer.ID)
	}
}

func TestWhatIsOverdueClimbsToTheManager(t *testing.T) {
	h := newHospital(t)
	manager := h.hire("Mme", "Anne", "Petit", h.department, auth.Manager)
	f := h.schedule()
	h.clock = f.Stored.Due.Add(47 * time.Hour)
	if got := h.mine(manager); len(got) != 0 {
		t.Errorf("a manager has %v to do, which is late for less than two days", got)
	}
	h.clock = f.Stored.Due.Add(49 * time.Hour)
	if got := h.mine(manager); !slices.Equal(got, []string{f.ID}) {
		t.Errorf("a manager has %v to do, want what staff left overdue (%s)", got, f.ID)
	}
	if got := h.mine(h.practitioner); len(got) != 0 {
		t.Errorf("a practitioner has %v to do, which is the secretary's", got)
	}
}

func TestMissingOfOnePractitioner(t *testing.T) {
	h := newHospital(t)
	f := h.schedule()
	of := func(practitionerID string) []worklist.Row {
		page, err := h.lists.Missing(context.Background(), h.secretary, worklist.MissingQuery{DepartmentID: h.department.ID, PractitionerID: practitionerID})
		if err != nil {
			t.Fatal(err)
		}
		return page.Items
	}
	if rows := of(h.practitioner.StaffID); len(rows) != 1 || rows[0].ID != f.ID || rows[0].Weight != worklist.WeightOf(rows[0].NextStep) || rows[0].Weight == "" {
		t.Errorf("rows %+v", rows)
	}
	if rows := of(h.secretary.StaffID); len(rows) != 0 {
		t.Errorf("rows of somebody without consultations: %+v", rows)
	}
}

func (h *hospital) mine(caller auth.Caller) []string {
	h.t.Helper()
	page, err := h.lists.Missing(context.Background(), caller, worklist.MissingQuery{Mine: true})
	if err != nil {
		h.t.Fatal(err)
	}
	found := []string{}
	for _, r := range page.Items {
		found = append(found, r.ID)
	}
	return found
}

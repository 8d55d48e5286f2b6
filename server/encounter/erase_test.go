package encounter_test

import (
	"context"
	"testing"
	"time"

	"teleconsult/server/auth"
	"teleconsult/server/encounter"
)

func TestLinksAreErasedADayAfterTheEnd(t *testing.T) {
	h := newHospital(t)
	ctx := context.Background()
	f := h.schedule()
	h.must(h.Attach(ctx, h.secretary, f.ID, encounter.LinkInput{Text: zoomInvitation, Declared: declared}))
	read := func(at time.Time) *encounter.Facts {
		h.clock = at
		if err := h.FollowUp(ctx); err != nil {
			t.Fatal(err)
		}
		if err := h.EraseLinks(ctx); err != nil {
			t.Fatal(err)
		}
		return h.must(h.Read(ctx, h.practitioner, auth.EncounterRead, f.ID, "encounter.read"))
	}
	if before := read(f.PlannedEnd.Add(23 * time.Hour)); before.Link.URL == "" || before.Link.Passcode == "" {
		t.Error("the link was erased before its time")
	}
	after := read(f.PlannedEnd.Add(25 * time.Hour))
	if after.Link == nil || after.Link.URL != "" || after.Link.Passcode != "" {
		t.Errorf("link %+v, want it without address and passcode", after.Link)
	}
	if s := step(t, after, h.clock, encounter.StepLink); s.State != encounter.Done {
		t.Errorf("the step is %s: that there was a link must stay", s.State)
	}
	other := h.scheduleAt("2026-05-20")
	_, err := h.Attach(ctx, h.secretary, other.ID, encounter.LinkInput{Text: zoomInvitation, Declared: declared, Settled: []string{"date_differs"}})
	if err == nil {
		t.Error("an erased meeting could be used again")
	}
}

func (h *hospital) scheduleAt(date string) *encounter.Facts {
	return h.schedule(func(in *encounter.ScheduleInput) { in.Plan.Date = date })
}

package encounter_test

import (
	"context"
	"testing"
	"time"

	"teleconsult/server/consent"
	"teleconsult/server/encounter"
)

// TestAMovedAppointmentIsToldOnce: who has agreed and was invited gets the invitation anew, and no second notice
// that asks for what they gave; who has not answered gets the notice.
func TestAMovedAppointmentIsToldOnce(t *testing.T) {
	h := newHospital(t)
	ctx := context.Background()
	later := h.aPlan()
	later.Clock = "15:30"
	ready, unanswered := h.schedule(), h.schedule()
	h.must(h.Attach(ctx, h.secretary, ready.ID, encounter.LinkInput{Text: zoomInvitation, Declared: declared}))
	ready = h.must(h.Decide(ctx, h.secretary, ready.ID, encounter.DecisionInput{
		Verdict: consent.Agreed, Mode: consent.Oral, Giver: consent.ByPatient,
	}))
	h.clock = h.clock.Add(time.Minute)
	ready = h.must(h.Reschedule(ctx, h.secretary, ready.ID, ready.Version, later))
	if n, i, now := count(ready, "notice"), count(ready, "invitation"), h.ahead(ready); n != 0 || i != 2 || len(now) != 2 {
		t.Errorf("%d notices, %d invitations stand, ahead are %v; want one invitation now, and again if it is not read", n, i, now)
	}
	unanswered = h.must(h.Reschedule(ctx, h.secretary, unanswered.ID, unanswered.Version, later))
	if n, i := count(unanswered, "notice"), count(unanswered, "invitation"); n != 1 || i != 0 {
		t.Errorf("%d notices, %d invitations stand; want one notice", n, i)
	}
}

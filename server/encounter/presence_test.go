package encounter_test

import (
	"context"
	"testing"
	"time"

	"teleconsult/server/auth"
	"teleconsult/server/consent"
	"teleconsult/server/db"
	"teleconsult/server/encounter"
	"teleconsult/server/trace"
)

func (h *hospital) facts(f *encounter.Facts) *encounter.Facts {
	h.t.Helper()
	return h.must(h.Read(context.Background(), h.practitioner, auth.EncounterRead, f.ID, "encounter.read"))
}

func TestTheFirstArrivalIsAFact(t *testing.T) {
	h := newHospital(t)
	f := h.schedule()
	h.sent(f)
	h.clock = f.PlannedStart.Add(-10 * time.Minute)
	h.inTx(func(ctx context.Context, tx db.Tx) error {
		if err := h.Arrive(ctx, tx, f, trace.ByPatient("", ""), "", h.clock); err != nil {
			return err
		}
		_, err := h.Settle(ctx, tx, f.Department.ID, f.ID, "patient.arrive")
		return err
	})
	f = h.facts(f)
	if f.Status != encounter.Arrived || f.Presence == nil || f.Presence.State != encounter.Present {
		t.Fatalf("status %s, presence %+v", f.Status, f.Presence)
	}
	if f.Messages[0].ReadAt == nil {
		t.Error("who is here has found the way, but the notice is not read")
	}
}

func TestAnArrivalDuringTheConsultationKeepsItsStatus(t *testing.T) {
	h := newHospital(t)
	ctx := context.Background()
	f := h.schedule()
	h.must(h.Attach(ctx, h.secretary, f.ID, encounter.LinkInput{Text: zoomInvitation, Declared: declared}))
	h.clock = f.PlannedStart
	f = h.must(h.Start(ctx, h.practitioner, f.ID, encounter.StartInput{OralConsent: &encounter.OralConsent{Giver: consent.ByPatient}}))
	h.inTx(func(ctx context.Context, tx db.Tx) error {
		return h.Arrive(ctx, tx, f, trace.ByPatient("", ""), "", h.clock)
	})
	if f = h.facts(f); f.Status != encounter.InProgress || f.Presence == nil {
		t.Errorf("status %s, presence %+v", f.Status, f.Presence)
	}
}

func TestASignOfLifeKeepsTheBeginning(t *testing.T) {
	h := newHospital(t)
	f := h.schedule()
	began := h.clock
	for _, c := range []struct {
		after time.Duration
		state string
		since time.Time
	}{
		{0, encounter.Present, began},
		{20 * time.Second, encounter.Present, began},
		{40 * time.Second, encounter.InMeeting, began.Add(40 * time.Second)},
		{60 * time.Second, encounter.Away, began.Add(60 * time.Second)},
	} {
		h.clock = began.Add(c.after)
		h.inTx(func(ctx context.Context, tx db.Tx) error { return encounter.SetPresence(ctx, tx, f, c.state, h.clock) })
		if p := h.facts(f).Presence; p.State != c.state || !p.Since.Equal(c.since) || !p.SeenAt.Equal(h.clock) {
			t.Errorf("after %v: %+v, want %s since %v", c.after, p, c.state, c.since)
		}
	}
}

func TestSilenceIsAnAbsenceExceptInTheMeeting(t *testing.T) {
	for _, c := range []struct {
		state   string
		silence time.Duration
		want    string
	}{
		{encounter.Present, 75 * time.Second, encounter.Present},
		{encounter.Present, 76 * time.Second, encounter.Away},
		{encounter.InMeeting, time.Hour, encounter.InMeeting},
		{encounter.Away, time.Hour, encounter.Away},
	} {
		p := (&encounter.Presence{State: c.state, Since: monday, SeenAt: monday}).Now(monday.Add(c.silence))
		if p.State != c.want {
			t.Errorf("%s after %v is %s, want %s", c.state, c.silence, p.State, c.want)
		}
	}
	if (*encounter.Presence)(nil).Now(monday) != nil {
		t.Error("nobody became somebody")
	}
}

func TestTheLinkGoesInTheMessageThatFits(t *testing.T) {
	h := newHospital(t)
	ctx := context.Background()
	send := func(f *encounter.Facts) *encounter.Facts {
		h.inTx(func(ctx context.Context, tx db.Tx) error { return h.SendLink(ctx, tx, f, h.clock) })
		return h.facts(f)
	}
	f := h.schedule()
	if !f.OnItsWay() {
		t.Error("the notice waits, but nothing is on its way")
	}
	if f = send(f); count(f, "notice") != 2 || count(f, "invitation") != 0 {
		t.Errorf("before the agreement: %+v", f.Messages)
	}
	h.must(h.Attach(ctx, h.secretary, f.ID, encounter.LinkInput{Text: zoomInvitation, Declared: declared}))
	f = h.must(h.Decide(ctx, h.secretary, f.ID, encounter.DecisionInput{Verdict: consent.Agreed, Mode: consent.Oral, Giver: consent.ByPatient}))
	if f = send(f); count(f, "invitation") != 2 {
		t.Errorf("after the agreement: %+v", f.Messages)
	}
	undecided := h.schedule()
	h.clock = undecided.PlannedStart
	if err := h.FollowUp(ctx); err != nil {
		t.Fatal(err)
	}
	if undecided = send(undecided); count(undecided, "notice") != 1 {
		t.Errorf("a notice went out when the consultation began: %+v", undecided.Messages)
	}
}

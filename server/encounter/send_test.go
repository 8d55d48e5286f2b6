package encounter_test

import (
	"context"
	"slices"
	"testing"

	"teleconsult/server/auth"
	"teleconsult/server/consent"
	"teleconsult/server/db"
	"teleconsult/server/encounter"
	"teleconsult/server/fault"
)

// sent pretends that the provider took all messages whose time has come.
func (h *hospital) sent(f *encounter.Facts) {
	h.t.Helper()
	h.inTx(func(ctx context.Context, tx db.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE message SET status = 'accepted', accepted_at = $2
			WHERE encounter_id = $1 AND status = 'queued' AND not_before <= $2`, f.ID, h.clock)
		return err
	})
}

func TestSendingAgain(t *testing.T) {
	h := newHospital(t)
	ctx := context.Background()
	f := h.schedule()
	_, err := h.Invite(ctx, h.secretary, f.ID)
	_ = wantFault(t, err, fault.KindConflict, "already_queued")
	h.sent(f)
	if f = h.must(h.Invite(ctx, h.secretary, f.ID)); count(f, "notice") != 2 {
		t.Errorf("messages %+v, want the notice again", f.Messages)
	}
	h.must(h.Attach(ctx, h.secretary, f.ID, encounter.LinkInput{Text: zoomInvitation, Declared: declared}))
	h.must(h.Decide(ctx, h.secretary, f.ID, encounter.DecisionInput{Verdict: consent.Agreed, Mode: consent.Oral, Giver: consent.ByPatient}))
	h.sent(f)
	if f = h.must(h.Invite(ctx, h.secretary, f.ID)); count(f, "invitation") != 2 {
		t.Errorf("messages %+v, want the invitation again", f.Messages)
	}
	h.must(h.Decide(ctx, h.secretary, f.ID, encounter.DecisionInput{
		Verdict: consent.Withdrawn, Mode: consent.Oral, Giver: consent.ByPatient, Explanation: "préfère venir",
	}))
	_, err = h.Invite(ctx, h.secretary, f.ID)
	_ = wantFault(t, err, fault.KindConflict, "consent_refused")
}

func TestWhoWasToldIsToldOfTheCancellation(t *testing.T) {
	h := newHospital(t)
	ctx := context.Background()
	for _, c := range []struct {
		reason string
		told   bool
		want   int
	}{{"practitioner", true, 1}, {"patient", true, 1}, {"practitioner", false, 0}} {
		f := h.schedule()
		if c.told {
			h.sent(f)
		}
		f = h.must(h.Cancel(ctx, h.secretary, f.ID, encounter.CancelInput{Reason: c.reason}))
		if count(f, "cancellation") != c.want {
			t.Errorf("%s, told %v: %+v", c.reason, c.told, f.Messages)
		}
	}
}

func TestTheToolOfAnotherInvitationIsSettledByAPerson(t *testing.T) {
	h := newHospital(t)
	ctx := context.Background()
	f := h.schedule(func(in *encounter.ScheduleInput) { in.Plan.Tool = "teams" })
	h.must(h.Decide(ctx, h.secretary, f.ID, encounter.DecisionInput{Verdict: consent.Agreed, Mode: consent.Oral, Giver: consent.ByPatient}))
	in := encounter.LinkInput{Text: zoomInvitation, Declared: declared}
	_, err := h.Attach(ctx, h.secretary, f.ID, in)
	open := wantFault(t, err, fault.KindConflict, "link_needs_settling")
	if len(open.Violations) != 1 || open.Violations[0].Code != "tool_differs" {
		t.Errorf("violations %+v", open.Violations)
	}
	in.Settled = []string{"tool_differs"}
	h.sent(f)
	f = h.must(h.Attach(ctx, h.secretary, f.ID, in))
	if f.Tool != "zoom" || f.Link == nil || f.Consent().Verdict != consent.Unknown || count(f, "invitation") != 0 {
		t.Errorf("tool %s, link %+v, consent %s: the agreement was given for Teams", f.Tool, f.Link, f.Consent().Verdict)
	}
	if n := count(f, "notice"); n != 2 {
		t.Errorf("%d notices, want the patient asked again", n)
	}
}

func TestScreensOfferWhatIsAllowed(t *testing.T) {
	h := newHospital(t)
	ctx := context.Background()
	f := h.schedule()
	offered := func(f *encounter.Facts, caller auth.Caller) []string {
		return f.Allowed(caller, h.clock)
	}
	if got := offered(f, h.secretary); !slices.Contains(got, "link") || slices.Contains(got, "finish") || slices.Contains(got, "coding") {
		t.Errorf("a secretary before the consultation: %v", got)
	}
	if got := offered(f, h.stranger); len(got) != 0 {
		t.Errorf("somebody of another department: %v", got)
	}
	f = h.must(h.Decide(ctx, h.secretary, f.ID, encounter.DecisionInput{
		Verdict: consent.Refused, Mode: consent.Oral, Giver: consent.ByPatient, Explanation: "préfère venir",
	}))
	if got := offered(f, h.secretary); !slices.Contains(got, "on-site") || slices.Contains(got, "link") || slices.Contains(got, "invitation") {
		t.Errorf("after a refusal: %v", got)
	}
	f = h.must(h.Cancel(ctx, h.secretary, f.ID, encounter.CancelInput{Reason: "consent-refused"}))
	if got := offered(f, h.practitioner); slices.Contains(got, "start") || !slices.Contains(got, "record") {
		t.Errorf("after the cancellation: %v", got)
	}
}

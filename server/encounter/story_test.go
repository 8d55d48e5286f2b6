package encounter_test

import (
	"context"
	"testing"
	"time"

	"teleconsult/server/consent"
	"teleconsult/server/encounter"
	"teleconsult/server/fault"
)

const zoomInvitation = `Dr Claire Martin vous invite à une réunion Zoom planifiée.

Sujet: Rendez-vous AP-HP
Heure: 12 mai 2026 02:30 PM Paris

Participer à la réunion Zoom
https://us02web.zoom.us/j/81234567890?pwd=QWxhZGRpbjpvcGVuIHNlc2FtZQ.1

ID de réunion: 812 3456 7890
Code secret: 004217
`

var declared = []string{
	"id_generated", "password_required", "host_video_on", "participant_video_on", "audio_both", "no_join_before_host",
	"waiting_room_on", "no_auto_recording",
}

func TestScheduleSendsTheNotice(t *testing.T) {
	h := newHospital(t)
	f := h.must(h.schedule(), nil)
	if len(f.Messages) != 1 || f.Messages[0].Purpose != "notice" || f.Messages[0].Channel != "email" {
		t.Fatalf("messages %+v, want one notice by e-mail", f.Messages)
	}
	if s := step(t, f, h.clock, encounter.StepInformation); s.State != encounter.Waiting || s.ActsNext != encounter.SystemActs {
		t.Errorf("information %+v, want waiting for the system", s)
	}
	if s := step(t, f, h.clock, encounter.StepConsent); s.State != encounter.Waiting || s.ActsNext != encounter.PatientActs {
		t.Errorf("consent %+v, want waiting for the patient", s)
	}
	if f.Patient.Mobile != "+33612345678" {
		t.Errorf("mobile %q, want E.164", f.Patient.Mobile)
	}
}

func TestInvitationGoesOutOnceLinkAndConsentAreThere(t *testing.T) {
	h := newHospital(t)
	ctx := context.Background()
	f := h.schedule()
	f = h.must(h.Attach(ctx, h.secretary, f.ID, encounter.LinkInput{Text: zoomInvitation, Declared: declared}))
	if f.Link == nil || f.Link.MeetingID != "81234567890" || f.Link.Passcode != "004217" {
		t.Fatalf("link %+v", f.Link)
	}
	if count(f, "invitation") != 0 {
		t.Fatal("an invitation left without agreement")
	}
	f = h.must(h.Decide(ctx, h.secretary, f.ID, encounter.DecisionInput{Verdict: consent.Agreed, Mode: consent.Oral, Giver: consent.ByPatient}))
	if count(f, "invitation") != 1 || count(f, "reminder") != 1 {
		t.Fatalf("messages %+v, want one invitation and one reminder", f.Messages)
	}
	for _, m := range f.Messages {
		if m.Purpose == "reminder" && (m.Channel != "sms" || !m.NotBefore.Equal(f.PlannedStart.Add(-2*time.Hour))) {
			t.Errorf("reminder %+v, want an SMS two hours before %v", m, f.PlannedStart)
		}
	}
	f = h.must(h.PlanAppointment(ctx, h.secretary, f.ID))
	if count(f, "invitation") != 1 {
		t.Error("a second invitation left")
	}
}

func TestAMeetingServesOneEncounter(t *testing.T) {
	h := newHospital(t)
	ctx := context.Background()
	one, two := h.schedule(), h.schedule()
	in := encounter.LinkInput{Text: zoomInvitation, Declared: declared}
	h.must(h.Attach(ctx, h.secretary, one.ID, in))
	_, err := h.Attach(ctx, h.secretary, two.ID, in)
	_ = wantFault(t, err, fault.KindConflict, "link_already_used")
	h.must(h.Attach(ctx, h.secretary, one.ID, in)) // the same once more is no other use
	h.must(h.Detach(ctx, h.secretary, one.ID))
	_, err = h.Attach(ctx, h.secretary, two.ID, in)
	_ = wantFault(t, err, fault.KindConflict, "link_already_used")
}

// TestAnORTIFLinkServesOneEncounter: two references are no proof of two rooms.
func TestAnORTIFLinkServesOneEncounter(t *testing.T) {
	h := newHospital(t)
	ctx := context.Background()
	byORTIF := func(in *encounter.ScheduleInput) { in.Plan.Tool, in.Plan.ToolReason = "ortif", "" }
	one, two := h.schedule(byORTIF), h.schedule(byORTIF)
	in := encounter.LinkInput{Reference: "S-1", Text: "https://ortif.sante-idf.fr/visio/salle-7"}
	h.must(h.Attach(ctx, h.secretary, one.ID, in))
	h.must(h.Attach(ctx, h.secretary, one.ID, in))
	in.Reference = "S-2"
	_, err := h.Attach(ctx, h.secretary, two.ID, in)
	_ = wantFault(t, err, fault.KindConflict, "link_already_used")
	in.Text = "https://ortif.sante-idf.fr/visio/salle-8"
	h.must(h.Attach(ctx, h.secretary, two.ID, in))
}

func TestTheWholeChain(t *testing.T) {
	h := newHospital(t)
	ctx := context.Background()
	f := h.schedule()
	h.must(h.PlanAppointment(ctx, h.secretary, f.ID))
	h.must(h.AnswerPortal(ctx, h.secretary, f.ID, "open"))
	h.must(h.Attach(ctx, h.secretary, f.ID, encounter.LinkInput{Text: zoomInvitation, Declared: declared}))
	h.clock = f.PlannedStart
	_, err := h.Start(ctx, h.practitioner, f.ID, encounter.StartInput{})
	_ = wantFault(t, err, fault.KindPrecondition, "consent_needed")
	f = h.must(h.Start(ctx, h.practitioner, f.ID, encounter.StartInput{OralConsent: &encounter.OralConsent{Giver: consent.ByPatient}}))
	if f.Status != encounter.InProgress || !f.StartedAt.Equal(h.clock) {
		t.Fatalf("status %s started %v", f.Status, f.StartedAt)
	}
	h.clock = h.clock.Add(17 * time.Minute)
	f = h.must(h.Finish(ctx, h.practitioner, f.ID, encounter.FinishInput{Incidents: []encounter.Incident{{Kind: "sound", Consequence: "none"}}}))
	if f.Status != encounter.Finished || len(f.Incidents) != 1 {
		t.Fatalf("status %s incidents %v", f.Status, f.Incidents)
	}
	if s := step(t, f, h.clock, encounter.StepHeld); s.Evidence != "Tenue de 14:30 à 14:47, un incident : problème de son." {
		t.Errorf("evidence %q", s.Evidence)
	}
	for _, code := range []encounter.StepCode{encounter.StepPrescription, encounter.StepRecord, encounter.StepCoding} {
		if s := step(t, f, h.clock, code); s.State != encounter.Todo {
			t.Errorf("%s is %s, want todo", code, s.State)
		}
	}
	if f.Stored.Next != encounter.StepRecord {
		t.Errorf("next %s, want the record, which is due the same evening", f.Stored.Next)
	}
}

func TestARefusalEndsTheChainAndReachesTheRecord(t *testing.T) {
	h := newHospital(t)
	ctx := context.Background()
	f := h.schedule()
	h.must(h.Attach(ctx, h.secretary, f.ID, encounter.LinkInput{Text: zoomInvitation, Declared: declared}))
	f = h.must(h.Decide(ctx, h.secretary, f.ID, encounter.DecisionInput{
		Verdict: consent.Refused, Mode: consent.Oral, Giver: consent.ByPatient, Explanation: "préfère venir",
	}))
	if f.Link != nil {
		t.Error("the link stands after a refusal")
	}
	for _, code := range []encounter.StepCode{
		encounter.StepPortal, encounter.StepLink, encounter.StepInvitation, encounter.StepHeld, encounter.StepPrescription, encounter.StepCoding,
	} {
		if s := step(t, f, h.clock, code); s.State != encounter.NotApplicable {
			t.Errorf("%s is %s, want not-applicable", code, s.State)
		}
	}
	if s := step(t, f, h.clock, encounter.StepConsent); s.ActsNext != encounter.SecretaryActs {
		t.Errorf("consent %+v, want the secretary to offer a visit", s)
	}
	f = h.must(h.OfferOnSite(ctx, h.secretary, f.ID))
	if f.Stored.Next != encounter.StepRecord || f.Stored.ActsNext != encounter.PractitionerActs {
		t.Errorf("summary %+v, want the refusal in the record", f.Stored)
	}
	_, err := h.Start(ctx, h.practitioner, f.ID, encounter.StartInput{})
	_ = wantFault(t, err, fault.KindPrecondition, "consent_refused")
}

func TestANoShowReachesTheRecordAndIsNotCoded(t *testing.T) {
	h := newHospital(t)
	ctx := context.Background()
	f := h.schedule()
	_, err := h.Cancel(ctx, h.secretary, f.ID, encounter.CancelInput{Reason: "no-show"})
	_ = wantFault(t, err, fault.KindConflict, "not_yet_due")
	h.clock = f.PlannedEnd
	f = h.must(h.Cancel(ctx, h.secretary, f.ID, encounter.CancelInput{Reason: "no-show", Text: " Rappelé deux fois. "}))
	if f.CancelText != "Rappelé deux fois." {
		t.Errorf("text %q", f.CancelText)
	}
	if s := step(t, f, h.clock, encounter.StepRecord); s.State != encounter.Todo {
		t.Errorf("record is %s, want todo", s.State)
	}
	if s := step(t, f, h.clock, encounter.StepCoding); s.State != encounter.NotApplicable {
		t.Errorf("coding is %s, want not-applicable", s.State)
	}
	if count(f, "cancellation") != 0 {
		t.Error("an absent patient is told that the consultation is cancelled")
	}
}

func TestAnotherToolAsksAgain(t *testing.T) {
	h := newHospital(t)
	ctx := context.Background()
	f := h.schedule()
	f = h.must(h.Decide(ctx, h.secretary, f.ID, encounter.DecisionInput{Verdict: consent.Agreed, Mode: consent.Oral, Giver: consent.ByPatient}))
	plan := h.aPlan()
	plan.Tool = "teams"
	f = h.must(h.Reschedule(ctx, h.secretary, f.ID, f.Version, plan))
	if v := f.Consent().Verdict; v != consent.Unknown {
		t.Errorf("consent %s, want it asked again", v)
	}
	_, err := h.Reschedule(ctx, h.secretary, f.ID, f.Version-1, h.aPlan())
	stale := wantFault(t, err, fault.KindStale, "changed_meanwhile")
	if len(stale.Violations) == 0 || stale.Violations[0].Field != "tool" {
		t.Errorf("violations %+v, want the tool", stale.Violations)
	}
}

func TestAnotherDepartmentSeesNothing(t *testing.T) {
	h := newHospital(t)
	ctx := context.Background()
	f := h.schedule()
	_, err := h.Read(ctx, h.stranger, "encounter.read", f.ID, "encounter.read")
	_ = wantFault(t, err, fault.KindNotFound, "not_found")
	_, err = h.Cancel(ctx, h.stranger, f.ID, encounter.CancelInput{Reason: "patient"})
	_ = wantFault(t, err, fault.KindNotFound, "not_found")
}

func count(f *encounter.Facts, purpose string) int {
	n := 0
	for _, m := range f.Messages {
		if m.Purpose == purpose && m.Status != "cancelled" {
			n++
		}
	}
	return n
}

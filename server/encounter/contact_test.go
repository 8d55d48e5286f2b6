package encounter_test

import (
	"context"
	"testing"

	"teleconsult/server/consent"
	"teleconsult/server/encounter"
	"teleconsult/server/fault"
	"teleconsult/server/patient"
)

func TestACorrectedAddressGetsWhatTheOldOneDidNot(t *testing.T) {
	h := newHospital(t)
	ctx := context.Background()
	f := h.schedule()
	_, err := h.CorrectContact(ctx, h.secretary, f.ID, encounter.ContactInput{Email: "jeanne@gmial.com"})
	if v := wantFault(t, err, fault.KindInvalid, "invalid_input").Violations; len(v) != 1 || v[0].Code != "email_typo" {
		t.Errorf("violations %+v", v)
	}
	_, err = h.CorrectContact(ctx, h.secretary, f.ID, encounter.ContactInput{})
	_ = wantFault(t, err, fault.KindInvalid, "invalid_input")

	f = h.must(h.CorrectContact(ctx, h.secretary, f.ID, encounter.ContactInput{Email: "jeanne@exemple.org", Mobile: "0698765432"}))
	if f.Patient.Email != "jeanne@exemple.org" || f.Patient.Mobile != "+33698765432" {
		t.Errorf("patient %+v", f.Patient)
	}
	if len(f.Messages) != 2 || f.Messages[0].Status != "cancelled" || f.Messages[1].Recipient != "jeanne@exemple.org" {
		t.Errorf("messages %+v, want the first called back and one to the new address", f.Messages)
	}

	h.must(h.Attach(ctx, h.secretary, f.ID, encounter.LinkInput{Text: zoomInvitation, Declared: declared}))
	h.must(h.Decide(ctx, h.secretary, f.ID, encounter.DecisionInput{Verdict: consent.Agreed, Mode: consent.Oral, Giver: consent.ByPatient}))
	f = h.must(h.CorrectContact(ctx, h.secretary, f.ID, encounter.ContactInput{Mobile: "0612340000"}))
	if count(f, "invitation") != 1 || count(f, "reminder") != 1 {
		t.Errorf("messages %+v, want one standing invitation and one reminder", f.Messages)
	}
	for _, m := range f.Messages {
		if m.Status == "queued" && m.Recipient != "+33612340000" {
			t.Errorf("still on its way to %s", m.Recipient)
		}
	}
}

func TestTheRepresentativesAddressIsTheOneCorrected(t *testing.T) {
	h := newHospital(t)
	f := h.schedule(func(in *encounter.ScheduleInput) {
		in.Patient.Protection, in.Patient.Email, in.Patient.Mobile = patient.ProtectedAdult, "", ""
		in.Patient.Representative = &patient.Representative{Name: "Anne Dupont", Relationship: "guardian", Email: "anne@exemple.fr"}
	})
	f = h.must(h.CorrectContact(context.Background(), h.secretary, f.ID, encounter.ContactInput{Email: "anne@exemple.org"}))
	if f.Patient.Email != "" || f.Patient.Representative.Email != "anne@exemple.org" {
		t.Errorf("patient %+v, representative %+v", f.Patient, f.Patient.Representative)
	}
}

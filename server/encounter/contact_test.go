package encounter_test

import (
	"context"
	"testing"

	"teleconsult/notifications"
	"teleconsult/server/consent"
	"teleconsult/server/db"
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

// links counts the personal links of an encounter, those that open something first.
func (h *hospital) links(f *encounter.Facts) (open, all int) {
	h.t.Helper()
	h.inTx(func(ctx context.Context, tx db.Tx) error {
		const query = `SELECT count(*) FILTER (WHERE revoked_at IS NULL), count(*) FROM patient_access WHERE encounter_id = $1`
		return tx.QueryRowContext(ctx, query, f.ID).Scan(&open, &all)
	})
	return open, all
}

func TestALinkThatWentToAWrongAddressOpensNothingAnyMore(t *testing.T) {
	h := newHospital(t)
	ctx := context.Background()
	f := h.schedule()
	correct := func(mobile, email string) {
		h.must(h.CorrectContact(ctx, h.secretary, f.ID, encounter.ContactInput{Email: email, Mobile: mobile}))
	}
	correct("0612345678", "jeanne@exemple.org")
	if open, all := h.links(f); open != 1 || all != 1 {
		t.Errorf("%d of %d links open: nothing had left, so nobody has the link", open, all)
	}
	h.sent(f)
	correct("0698765432", "jeanne@exemple.org")
	if open, all := h.links(f); open != 1 || all != 1 {
		t.Errorf("%d of %d links open: the address that has the link is still right", open, all)
	}
	h.sent(f)
	correct("0698765432", "anne@exemple.org")
	if open, all := h.links(f); open != 1 || all != 2 {
		t.Errorf("%d of %d links open, want a new one instead of the stranger's", open, all)
	}
	h.sent(f)
	h.inTx(func(ctx context.Context, tx db.Tx) error {
		_, err := h.Outbox.MarkRead(ctx, tx, h.clock, f.ID, notifications.ChannelEmail)
		return err
	})
	correct("0698765432", "marie@exemple.org")
	if open, all := h.links(f); open != 1 || all != 2 {
		t.Errorf("%d of %d links open: whoever gave the birth date keeps the link", open, all)
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

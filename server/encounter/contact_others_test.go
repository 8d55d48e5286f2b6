package encounter_test

import (
	"context"
	"sync"
	"testing"

	"teleconsult/server/db"
	"teleconsult/server/encounter"
	"teleconsult/server/fault"
)

// again plans another consultation of the same patient, in June.
func (h *hospital) again(f *encounter.Facts, change ...func(*encounter.ScheduleInput)) *encounter.Facts {
	h.t.Helper()
	return h.schedule(append([]func(*encounter.ScheduleInput){nextMonth, func(in *encounter.ScheduleInput) {
		in.Patient = f.Patient
		in.Patient.Email, in.Patient.Mobile = "", ""
	}}, change...)...)
}

// standing counts the messages of an encounter that wait for an address.
func standing(f *encounter.Facts, address string) (n int) {
	for _, m := range f.Messages {
		if m.Status == "queued" && m.Recipient == address {
			n++
		}
	}
	return n
}

func TestACorrectedAddressReachesThePatientsOtherConsultations(t *testing.T) {
	const oldEmail, newEmail, oldMobile, newMobile = "jeanne.dupont@exemple.fr", "jeanne@exemple.org", "+33612345678", "+33698765432"
	for name, correct := range map[string]func(h *hospital, f *encounter.Facts){
		"corrected": func(h *hospital, f *encounter.Facts) {
			h.must(h.CorrectContact(context.Background(), h.secretary, f.ID, encounter.ContactInput{Email: newEmail, Mobile: newMobile}))
		},
		"typed when another one is planned": func(h *hospital, f *encounter.Facts) {
			h.again(f, func(in *encounter.ScheduleInput) { in.Patient.Email, in.Patient.Mobile = newEmail, newMobile })
		},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHospital(t)
			ctx := context.Background()
			f := h.schedule()
			waits, ready, left, over := h.again(f), h.again(f), h.again(f), h.again(f)
			ready = h.makeReady(ready)
			h.sent(left)
			h.must(h.Cancel(ctx, h.secretary, over.ID, encounter.CancelInput{Reason: "patient"}))
			correct(h, f)
			for what, other := range map[string]*encounter.Facts{"the notice waits": waits, "invited": ready, "the notice went to a stranger": left, "cancelled": over} {
				other = h.must(h.read(other), nil)
				if standing(other, oldEmail)+standing(other, oldMobile) > 0 {
					t.Errorf("%s: something waits for the old address: %+v", what, other.Messages)
				}
			}
			if w := h.read(waits); count(w, "notice") != 1 || standing(w, newEmail) != 1 || standing(w, newMobile) == 0 {
				t.Errorf("messages %+v, want the notice and what is written ahead to the new contact", w.Messages)
			}
			if r := h.read(ready); count(r, "invitation") == 0 || count(r, "notice") != 0 || standing(r, newEmail) == 0 || standing(r, newMobile) == 0 {
				t.Errorf("messages %+v, want the invitation and what is written ahead to the new contact", r.Messages)
			}
			if open, all := h.links(left); open != 1 || all != 2 {
				t.Errorf("%d of %d links open, want a new one instead of the stranger's", open, all)
			}
			if l := h.read(left); standing(l, newEmail) != 1 {
				t.Errorf("messages %+v, want the notice again with the new link", l.Messages)
			}
			if open, all := h.links(waits); open != 1 || all != 1 {
				t.Errorf("%d of %d links open: nobody had this one", open, all)
			}
		})
	}
}

func TestTheNewsOfACancellationFollowsTheAddress(t *testing.T) {
	h := newHospital(t)
	ctx := context.Background()
	f := h.schedule()
	off := h.again(f)
	h.sent(off)
	h.must(h.Cancel(ctx, h.secretary, off.ID, encounter.CancelInput{Reason: "patient"}))
	h.must(h.CorrectContact(ctx, h.secretary, f.ID, encounter.ContactInput{Email: "jeanne@exemple.org"}))
	if off = h.must(h.read(off), nil); count(off, "cancellation") != 1 || standing(off, "jeanne@exemple.org") != 1 {
		t.Errorf("messages %+v, want the news at the new address only", off.Messages)
	}
}

// TestCorrectionsOfTheSamePatientAtOnce: people correct the contact from several consultations, while others are
// planned; everybody locks in the same order, and the last word holds everywhere.
func TestCorrectionsOfTheSamePatientAtOnce(t *testing.T) {
	h := newHospital(t)
	ctx := context.Background()
	first := h.schedule()
	all := []*encounter.Facts{first, h.again(first), h.again(first)}
	var group sync.WaitGroup
	for i, f := range all {
		for _, mobile := range []string{"0698765432", "0698765433"} {
			group.Go(func() {
				if _, err := h.CorrectContact(ctx, h.secretary, f.ID, encounter.ContactInput{Mobile: mobile}); err != nil {
					t.Errorf("%d: %v", i, err)
				}
			})
		}
		group.Go(func() {
			err := h.DB.InTx(ctx, db.System("test"), func(ctx context.Context, tx db.Tx) error {
				for _, id := range []string{all[0].ID, all[1].ID, all[2].ID} {
					if err := encounter.Lock(ctx, tx, id, h.department.ID); err != nil {
						return err
					}
				}
				return h.SettleOutcomes(ctx, tx, map[string]string{all[0].ID: h.department.ID, all[1].ID: h.department.ID, all[2].ID: h.department.ID})
			})
			if err != nil {
				t.Errorf("outcomes: %v", err)
			}
		})
	}
	group.Wait()
	for _, f := range all {
		f = h.must(h.read(f), nil)
		for _, m := range f.Messages {
			if m.Status == "queued" && m.Recipient != f.Patient.Mobile {
				t.Errorf("%s waits for %s, not %s", m.Purpose, m.Recipient, f.Patient.Mobile)
			}
		}
	}
}

func TestAnUnknownPatientIsStillNotFound(t *testing.T) {
	h := newHospital(t)
	in := encounter.ScheduleInput{DepartmentID: h.department.ID, Patient: aPatient(), Plan: h.aPlan()}
	in.Patient.ID = h.department.ID
	_, err := h.Schedule(context.Background(), h.secretary, in)
	_ = wantFault(t, err, fault.KindNotFound, "not_found")
}

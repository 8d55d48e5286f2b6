package personalpage_test

import (
	"context"
	"reflect"
	"testing"
	"time"

	"teleconsult/server/db"
	"teleconsult/server/encounter"
)

func (b *browser) lost(contact, day, month, year string) answer {
	b.t.Helper()
	return b.post("/p/lost", "contact", contact, "day", day, "month", month, "year", year)
}

func TestALostLinkIsSentAgainToTheContactOnRecord(t *testing.T) {
	h := newHospital(t)
	b := h.device()
	f := h.schedule()
	h.sent(f)
	b.get("/p/lost").says(t, 200, "J’ai perdu mon lien")
	found := b.lost("Jeanne.Dupont@exemple.fr", "02", "01", "1980").says(t, 200, "Votre demande est enregistrée")
	if f = h.facts(f); count(f, "notice") != 2 {
		t.Fatalf("messages %+v, want the notice again", f.Messages)
	}
	if m := f.Messages[1]; m.Channel != "email" || m.Recipient != "jeanne.dupont@exemple.fr" {
		t.Errorf("sent to %+v", m)
	}
	again := b.lost("06 12 34 56 78", "2", "1", "1980").says(t, 200)
	nobody := b.lost("autre@exemple.fr", "2", "1", "1980").says(t, 200)
	wrong := b.lost("jeanne.dupont@exemple.fr", "3", "1", "1980").says(t, 200)
	for _, a := range []answer{again, nobody, wrong} {
		if a.body != found.body {
			t.Error("the answer tells whether there is an appointment")
		}
	}
	if f = h.facts(f); count(f, "notice") != 2 {
		t.Errorf("%d notices: one that waits is enough", count(f, "notice"))
	}
	h.sent(f)
	b.lost("06 12 34 56 78", "2", "1", "1980").says(t, 200)
	if f = h.facts(f); count(f, "notice") != 3 {
		t.Errorf("%d notices, want one more for the mobile number", count(f, "notice"))
	}
	h.clock = f.PlannedEnd.Add(time.Minute)
	h.sent(f)
	b.lost("jeanne.dupont@exemple.fr", "2", "1", "1980").says(t, 200)
	if f = h.facts(f); len(f.Messages) != 3 {
		t.Error("a link to a past appointment was sent")
	}
}

func TestARepresentativesLostLink(t *testing.T) {
	h := newHospital(t)
	b := h.device()
	f := h.schedule(withParent)
	h.sent(f)
	b.lost("paule@exemple.fr", "9", "9", "2015").says(t, 200)
	if f = h.facts(f); len(f.Messages) != 2 || f.Messages[1].Recipient != "paule@exemple.fr" {
		t.Errorf("messages %+v", f.Messages)
	}
}

func TestAnIncompleteLostLinkForm(t *testing.T) {
	h := newHospital(t)
	b := h.device()
	b.lost("jeanne@exemple.fr", "31", "2", "1980").says(t, 422, "une date de naissance complète", `value="jeanne@exemple.fr"`, `value="31"`)
	b.lost("", "2", "1", "1980").says(t, 422)
	b.post("/p/lost?lang=en").says(t, 422, "I have lost my link", "Error: ")
}

func TestLostLinksAreNotForGuessing(t *testing.T) {
	h := newHospital(t)
	b := h.device()
	f := h.schedule(func(in *encounter.ScheduleInput) { in.Patient.Email = "cible@exemple.fr" })
	h.sent(f)
	for range 5 {
		b.lost("cible@exemple.fr", "3", "3", "1970").says(t, 200)
	}
	a := b.lost("cible@exemple.fr", "2", "1", "1980").says(t, 429, "Trop d’essais")
	if a.header.Get("Retry-After") == "" || len(h.facts(f).Messages) != 1 {
		t.Errorf("headers %v, messages %+v", a.header, h.facts(f).Messages)
	}
}

// everybodyGets asks for a lost link as several people do, and returns the one answer they all must get.
func everybodyGets(t *testing.T, b *browser, contacts ...string) {
	t.Helper()
	var first answer
	for i, contact := range contacts {
		began := time.Now()
		a := b.lost(contact, "2", "1", "1980").says(t, 200, "Votre demande est enregistrée")
		if took := time.Since(began); took < 250*time.Millisecond {
			t.Errorf("%s is answered in %v, which tells whether there is an appointment", contact, took)
		}
		a.header.Del("Date")
		if i == 0 {
			first = a
		}
		if a.body != first.body || !reflect.DeepEqual(a.header, first.header) {
			t.Errorf("%s is answered differently: %v, %v", contact, a.header, first.header)
		}
	}
}

func TestALostLinkTellsNobodyWhoHasAnAppointment(t *testing.T) {
	h := newHospital(t)
	b := h.device()
	f := h.schedule()
	// known, unknown, known but waiting, unknown number, nonsense
	everybodyGets(t, b, "jeanne.dupont@exemple.fr", "autre@exemple.fr", "0612345678", "0698765432", "n'importe quoi")
	if f = h.facts(f); len(f.Messages) != 1 {
		t.Errorf("messages %+v", f.Messages)
	}
	h.sent(f)
	// nobody can be reached any more: neither answer nor time may say so
	h.exec(`UPDATE patient SET mobile = '', email = 'x@exemple.fr' WHERE id = $1`, f.Patient.ID)
	everybodyGets(t, b, "x@exemple.fr", "y@exemple.fr")
}

// taken pretends that the provider took whatever waited.
func (h *hospital) taken() {
	h.t.Helper()
	h.inTx(func(ctx context.Context, tx db.Tx) error {
		var left []struct {
			EncounterID  string `db:"encounter_id"`
			DepartmentID string `db:"department_id"`
		}
		err := tx.SelectContext(ctx, &left, `WITH left_now AS (
				UPDATE message SET status = 'accepted', accepted_at = $1 WHERE status = 'queued' AND not_before <= $1
				RETURNING encounter_id, department_id
			) SELECT DISTINCT encounter_id, department_id FROM left_now`, h.clock)
		for _, f := range left {
			if err == nil {
				_, err = h.Settle(ctx, tx, f.DepartmentID, f.EncounterID, "message.outcome")
			}
		}
		return err
	})
}

func TestALostLinkIsSentAgainThreeTimesADay(t *testing.T) {
	h := newHospital(t)
	b := h.device()
	f := h.schedule()
	again := func(hours int) int {
		h.taken()
		h.clock = h.clock.Add(time.Duration(hours) * time.Hour)
		b.lost("jeanne.dupont@exemple.fr", "2", "1", "1980").says(t, 200, "Votre demande est enregistrée")
		return count(h.facts(f), "notice") - 1
	}
	for i, want := range []int{1, 2, 3, 3, 3} {
		if got := again(1); got != want {
			t.Fatalf("after request %d: %d sent again, want %d", i+1, got, want)
		}
	}
	if got := again(20); got != 4 {
		t.Errorf("%d sent again on the next day, want one more", got)
	}
}

func TestAContactGetsSixLostLinksADay(t *testing.T) {
	h := newHospital(t)
	b := h.device()
	later := func(in *encounter.ScheduleInput) { in.Plan.Date = "2026-05-14" }
	family := []*encounter.Facts{h.schedule(later), h.schedule(later), h.schedule(later)}
	sent := func() (n int) {
		h.taken()
		for _, f := range family {
			n += count(h.facts(f), "notice") - 1
		}
		return n
	}
	sent()
	for i, want := range []int{3, 6, 6} {
		h.clock = h.clock.Add(time.Hour)
		b.lost("06 12 34 56 78", "2", "1", "1980").says(t, 200, "Votre demande est enregistrée")
		if got := sent(); got != want {
			t.Errorf("after request %d: %d, want %d", i+1, got, want)
		}
	}
}

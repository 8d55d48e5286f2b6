package personalpage_test

import (
	"testing"
	"time"

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

func TestALostLinkTakesAsLongForNobody(t *testing.T) {
	h := newHospital(t)
	b := h.device()
	h.sent(h.schedule())
	for _, contact := range []string{"jeanne.dupont@exemple.fr", "autre@exemple.fr"} {
		began := time.Now()
		b.lost(contact, "2", "1", "1980").says(t, 200)
		if took := time.Since(began); took < 250*time.Millisecond {
			t.Errorf("%s is answered in %v, which tells whether there is an appointment", contact, took)
		}
	}
}

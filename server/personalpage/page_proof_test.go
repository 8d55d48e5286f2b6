package personalpage_test

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestTheBirthDateComesFirst(t *testing.T) {
	h := newHospital(t)
	b := h.device()
	f := h.schedule()
	path := h.path(f)
	h.sent(f)
	for range 2 { // a mail scanner opens links, too
		b.get(path).says(t, 200, "Votre date de naissance", "01 23 45 67 89").hides(t, "Dupont", "Martin", "12 mai", "Zoom", "Service A")
	}
	for _, a := range []answer{
		b.post(path+"/answer", "answer", "agree"), b.post(path+"/portal", "answer", "open"), b.get(path + "/waiting-room"),
		b.post(path + "/join"), b.post(path + "/leave"), b.get(path + "/calendar.ics"),
	} {
		a.leadsTo(t, path)
	}
	before := h.facts(f)
	if before.Information != nil || len(before.Decisions) != 0 || before.Portal != nil || before.Messages[0].ReadAt != nil {
		t.Fatalf("a visit without the birth date left a fact: %+v", before)
	}
	b.prove(path)
	b.get(path).says(t, 200, "Jeanne Dupont", "Dr Claire Martin", "mardi 12 mai 2026", "14 h 30", "(heure de Paris)", "20 minutes",
		"société américaine Zoom", "à titre provisoire", "J’accepte la consultation à distance", "Je préfère venir", "espace-patient.exemple.fr",
		"calendar.ics", `href="tel:0123456789"`)
	after := h.facts(f)
	if i := after.Information; i == nil || i.Mode != "web" || i.Tool != "zoom" || i.NoticeVersion == "" {
		t.Fatalf("information %+v", after.Information)
	}
	if after.Messages[0].ReadAt == nil {
		t.Error("the notice is not read")
	}
	if n := h.count(`SELECT count(*) FROM notice WHERE version = $1 AND language = 'fr' AND tool = 'zoom' AND body LIKE '%société américaine Zoom%'`,
		after.Information.NoticeVersion); n != 1 {
		t.Error("the text of the notice is not kept")
	}
	b.get(path).says(t, 200)
	if got := [2]int{h.events(f, "information-given"), h.events(f, "page-read")}; got != [2]int{1, 1} {
		t.Errorf("information and reading were recorded %v times, want once", got)
	}
	if n := h.count(`SELECT count(*) FROM audit_event WHERE encounter_id = $1 AND actor_kind = 'patient' AND action = 'patient.read'
		AND client_address = '192.0.2.1' AND request_id = 'request-1'`, f.ID); n != 2 {
		t.Errorf("%d views traced, want 2", n)
	}
}

func TestTheProofBelongsToOneDeviceAndOneLink(t *testing.T) {
	h := newHospital(t)
	b := h.device()
	one, two := h.schedule(), h.schedule()
	path := h.path(one)
	b.prove(path)
	c := b.cookies[0]
	if !c.HttpOnly || !c.Secure || c.SameSite != http.SameSiteLaxMode || c.Path != path {
		t.Errorf("cookie %+v", c)
	}
	if want := one.PlannedEnd.Add(7 * 24 * time.Hour).Sub(h.clock); time.Duration(c.MaxAge)*time.Second != want {
		t.Errorf("the proof lives %d s, the link %v", c.MaxAge, want)
	}
	h.device().get(path).says(t, 200, "Votre date de naissance")
	stolen := h.device()
	stolen.headers["Cookie"] = "proof=" + c.Value
	stolen.get(h.path(two)).says(t, 200, "Votre date de naissance")
	for _, forged := range []string{"", ".", "9999999999.00", strings.Replace(c.Value, ".", "0.", 1), c.Value[:len(c.Value)-1] + "x"} {
		stolen.headers["Cookie"] = "proof=" + forged
		stolen.get(path).says(t, 200, "Votre date de naissance")
	}
	b.get(path).says(t, 200, "Jeanne Dupont")
	h.exec(`UPDATE patient SET birth_date = '1980-01-03' WHERE id = $1`, one.Patient.ID)
	b.get(path).says(t, 200, "Votre date de naissance")
}

func TestAWrongBirthDate(t *testing.T) {
	h := newHospital(t)
	b := h.device()
	path := h.path(h.schedule())
	b.post(path+"/birth-date", "day", "3", "month", "01", "year", "1980").
		says(t, 422, "Cette date ne correspond pas", "Il reste 4 essais", `value="3"`, `value="01"`, `value="1980"`, `role="alert"`, "<title>Erreur").
		hides(t, "Dupont")
	for _, typed := range [][3]string{{"", "", ""}, {"31", "2", "1980"}, {"2", "1", "80"}, {"deux", "1", "1980"}, {"2", "13", "1980"}} {
		b.post(path+"/birth-date", "day", typed[0], "month", typed[1], "year", typed[2]).says(t, 422, "n’est pas complète", `value="`+typed[0]+`"`)
	}
	b.post(path+"/birth-date", "day", "4", "month", "1", "year", "1980").says(t, 422, "Il reste 3 essais")
	b.prove(path)
}

func TestGuessingLocksTheLink(t *testing.T) {
	h := newHospital(t)
	known, guesser := h.device(), h.device()
	f := h.schedule()
	path := h.path(f)
	known.prove(path)
	guess := func() answer {
		return guesser.post(path+"/birth-date", "day", "3", "month", "3", "year", "1970")
	}
	for range 4 {
		guess().says(t, 422)
	}
	a := guess().says(t, 429, "Trop d’essais", "15 minutes", "01 23 45 67 89")
	if a.header.Get("Retry-After") != "900" {
		t.Errorf("Retry-After %q", a.header.Get("Retry-After"))
	}
	guesser.post(path+"/birth-date", "day", "2", "month", "1", "year", "1980").says(t, 429) // the right one, too late
	known.get(path).says(t, 200, "Jeanne Dupont")
	h.clock = h.clock.Add(16 * time.Minute)
	guess().says(t, 429, "30 minutes")
	h.clock = h.clock.Add(31 * time.Minute)
	guess().says(t, 429, "60 minutes")
	h.clock = h.clock.Add(61 * time.Minute)
	guesser.prove(path)
	guesser.post(path+"/birth-date", "day", "3", "month", "3", "year", "1970").says(t, 422, "Il reste 4 essais")
	if n := h.count(`SELECT count(*) FROM audit_event WHERE encounter_id = $1 AND action = 'patient.prove-failed'`, f.ID); n != 8 {
		t.Errorf("%d failures traced, want 8", n)
	}
}

func TestGuessingLocksTheClient(t *testing.T) {
	h := newHospital(t)
	b := h.device()
	var path string
	for range 5 {
		path = h.path(h.schedule())
		for range 4 {
			b.post(path+"/birth-date", "day", "3", "month", "3", "year", "1970").says(t, 422)
		}
	}
	fresh := h.path(h.schedule())
	a := b.post(fresh+"/birth-date", "day", "2", "month", "1", "year", "1980").says(t, 429, "Trop d’essais").hides(t, "Dupont")
	if a.header.Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
	b.address = "192.0.2.2"
	b.prove(fresh)
}

func TestManyRightBirthDatesLockNobody(t *testing.T) {
	h := newHospital(t)
	path := h.path(h.schedule())
	for range 30 {
		h.device().prove(path)
	}
}

func TestWithoutTheBirthDateOnlyAnAnswerIsEvidence(t *testing.T) {
	h := newHospital(t)
	b := h.device()
	h.exec(`UPDATE department SET birth_date_asked = false WHERE id = $1`, h.department.ID)
	f := h.schedule()
	path := h.path(f)
	h.sent(f)
	b.get(path).says(t, 200, "Dr Claire Martin", "J’accepte")
	if now := h.facts(f); now.Information != nil || now.Messages[0].ReadAt != nil {
		t.Fatal("opening the page is taken for evidence")
	}
	b.post(path+"/answer", "answer", "agree").leadsTo(t, path)
	now := h.facts(f)
	if now.Information == nil || now.Messages[0].ReadAt == nil || now.Consent().Verdict != "agreed" {
		t.Errorf("information %+v, consent %v", now.Information, now.Consent())
	}
}

func TestARepresentativeGivesThePatientsBirthDate(t *testing.T) {
	h := newHospital(t)
	b := h.device()
	f := h.schedule(withParent)
	path := h.path(f)
	b.get(path).says(t, 200, "Date de naissance du patient", "la personne que vous représentez")
	b.post(path+"/birth-date", "day", "9", "month", "9", "year", "2015").leadsTo(t, path)
	b.get(path).says(t, 200, "Pour Jeanne Dupont", "Vous êtes le représentant légal", "Acceptez-vous que cette consultation")
	b.post(path+"/answer", "answer", "refuse", "explanation", "Nous préférons venir").leadsTo(t, path)
	d := h.facts(f).Consent()
	if d.Giver != "representative" || d.GiverName != "Paule Dupont" || d.Verdict != "refused" || d.Explanation != "Nous préférons venir" {
		t.Errorf("decision %+v", d)
	}
}

package personalpage_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"teleconsult/server/db"
	"teleconsult/server/encounter"
)

const zoomURL = "https://us02web.zoom.us/j/81234567890?pwd=QWxhZGRpbjpvcGVuIHNlc2FtZQ.1"

// agreed is an encounter with link and agreement, and a device that knows it.
func (h *hospital) agreed(change ...func(*encounter.ScheduleInput)) (*encounter.Facts, *browser, string) {
	h.t.Helper()
	f := h.schedule(change...)
	b, path := h.device(), h.path(f)
	b.prove(path)
	b.post(path+"/answer", "answer", "agree").leadsTo(h.t, path)
	return f, b, path
}

func (h *hospital) attach(f *encounter.Facts) {
	h.t.Helper()
	h.must(h.Attach(context.Background(), h.secretary, f.ID, encounter.LinkInput{Text: zoomInvitation, Declared: declared}))
}

func (h *hospital) whereabouts(f *encounter.Facts) string {
	h.t.Helper()
	p := h.facts(f).Presence.Now(h.clock)
	if p == nil {
		return "nowhere"
	}
	return p.State
}

func TestTheWaitingRoomOpensHalfAnHourBefore(t *testing.T) {
	h := newHospital(t)
	f, b, path := h.agreed()
	h.clock = f.PlannedStart.Add(-31 * time.Minute)
	b.get(path).says(t, 200, "La salle d’attente ouvre le mardi 12 mai 2026 à 14 h 00").hides(t, "Entrer dans la salle d’attente")
	b.get(path+"/waiting-room").leadsTo(t, path)
	b.post(path+"/join").leadsTo(t, path)
	if f = h.facts(f); f.Status != encounter.Planned || f.Presence != nil {
		t.Fatalf("arrived too early: %s %+v", f.Status, f.Presence)
	}
	h.clock = f.PlannedStart.Add(-30 * time.Minute)
	b.get(path).says(t, 200, path+`/waiting-room"`, "Entrer dans la salle d’attente")
	b.get(path+"/waiting-room").says(t, 200, "Le praticien a été prévenu", "pas encore prêt", "Quitter").hides(t, "Ouvrir la consultation")
}

func TestNobodyWaitsWithoutAnAgreement(t *testing.T) {
	h := newHospital(t)
	f := h.schedule()
	b, path := h.device(), h.path(f)
	b.prove(path)
	h.attach(f)
	h.clock = f.PlannedStart
	b.get(path).says(t, 200, "J’accepte", "C’est bientôt l’heure").hides(t, "Entrer dans la salle d’attente")
	b.get(path+"/waiting-room").leadsTo(t, path)
	b.post(path+"/join").leadsTo(t, path)
	if f = h.facts(f); f.Presence != nil || f.Status != encounter.Planned {
		t.Errorf("waits without an agreement: %+v", f.Presence)
	}
}

func TestPresenceLivesAndExpires(t *testing.T) {
	h := newHospital(t)
	f, b, path := h.agreed()
	h.attach(f)
	h.clock = f.PlannedStart.Add(-10 * time.Minute)
	arrived := h.clock
	prefetch := h.device()
	prefetch.cookies, prefetch.headers["Sec-Purpose"] = b.cookies, "prefetch;prerender"
	if a := prefetch.get(path + "/waiting-room"); a.status != 503 || h.whereabouts(f) != "nowhere" {
		t.Fatalf("a page loaded in advance (%d) is an arrival", a.status)
	}
	a := b.get(path+"/waiting-room").says(t, 200, "Ouvrir la consultation", `src="`+path+`/waiting-room/state/link"`)
	if policy := a.header.Get("Content-Security-Policy"); !strings.Contains(policy, "frame-src 'self'") {
		t.Errorf("policy %q", policy)
	}
	if now := h.facts(f); now.Status != encounter.Arrived || h.whereabouts(f) != "present" || h.events(f, "arrived") != 1 {
		t.Fatalf("status %s, %s", now.Status, h.whereabouts(f))
	}
	for range 6 {
		h.clock = h.clock.Add(20 * time.Second)
		s := b.get(path+"/waiting-room/state/link").says(t, 200, "n’a pas encore commencé", "14 h 30").hides(t, "actualiser")
		if s.header.Get("X-Frame-Options") != "SAMEORIGIN" || s.header.Get("Refresh") != "20" ||
			!strings.Contains(s.header.Get("Content-Security-Policy"), "frame-ancestors 'self'") {
			t.Errorf("headers %v", s.header)
		}
	}
	if p := h.facts(f).Presence; !p.Since.Equal(arrived) || !p.SeenAt.Equal(h.clock) {
		t.Errorf("presence %+v, want it since %v", p, arrived)
	}
	h.clock = h.clock.Add(76 * time.Second)
	if where := h.whereabouts(f); where != "away" {
		t.Errorf("without a sign of life: %s", where)
	}
	b.get(path+"/waiting-room/state/link").says(t, 200)
	if p := h.facts(f).Presence; p.State != "present" || !p.Since.Equal(h.clock) {
		t.Errorf("back again: %+v", p)
	}
	if h.events(f, "arrived") != 1 {
		t.Error("one arrival became several")
	}
}

func TestJoiningAndLeaving(t *testing.T) {
	h := newHospital(t)
	f, b, path := h.agreed()
	h.attach(f)
	h.clock = f.PlannedStart
	b.get(path+"/waiting-room").says(t, 200)
	a := b.post(path+"/join").leadsTo(t, zoomURL)
	if a.header.Get("Referrer-Policy") != "no-referrer" {
		t.Error("the meeting's host would learn the personal link")
	}
	b.post(path+"/join").leadsTo(t, zoomURL)
	if h.whereabouts(f) != "in-meeting" || h.events(f, "in-meeting") != 1 {
		t.Errorf("%s, %d times", h.whereabouts(f), h.events(f, "in-meeting"))
	}
	h.clock = h.clock.Add(10 * time.Minute) // the page is frozen behind the video
	if h.whereabouts(f) != "in-meeting" {
		t.Errorf("silence in the meeting: %s", h.whereabouts(f))
	}
	b.get(path+"/waiting-room/state/link").says(t, 200, "Du nouveau", "a du retard")
	b.get(path+"/waiting-room").says(t, 200, "Vous avez ouvert la consultation", "Rouvrir la consultation")
	if h.whereabouts(f) != "in-meeting" {
		t.Errorf("the page behind the video brought the patient back: %s", h.whereabouts(f))
	}
	b.post(path+"/leave").leadsTo(t, path)
	b.post(path+"/leave").leadsTo(t, path)
	if h.whereabouts(f) != "away" || h.events(f, "left") != 1 {
		t.Errorf("%s, left %d times", h.whereabouts(f), h.events(f, "left"))
	}
	b.get(path+"/waiting-room").says(t, 200, "Le praticien a été prévenu")
	if h.whereabouts(f) != "present" {
		t.Errorf("back: %s", h.whereabouts(f))
	}
}

func TestTheWaitingRoomFollowsThePractitioner(t *testing.T) {
	h := newHospital(t)
	ctx := context.Background()
	f, b, path := h.agreed()
	h.clock = f.PlannedStart
	b.get(path+"/waiting-room").says(t, 200, "pas encore prêt", "/state/present")
	b.post(path+"/join").leadsTo(t, path+"/waiting-room")
	h.attach(f)
	b.get(path+"/waiting-room/state/present").says(t, 200, "Du nouveau : actualiser la page")
	h.must(h.Start(ctx, h.practitioner, f.ID, encounter.StartInput{}))
	b.get(path+"/waiting-room/state/link").says(t, 200, "Le praticien a commencé : il vous attend")
	b.post(path+"/join").leadsTo(t, zoomURL)
	h.must(h.Finish(ctx, h.practitioner, f.ID, encounter.FinishInput{}))
	if s := b.get(path+"/waiting-room/state/link").says(t, 200, "La salle d’attente est fermée"); s.header.Get("Refresh") != "" {
		t.Error("a closed waiting room goes on asking")
	}
	b.get(path+"/waiting-room").leadsTo(t, path)
	b.post(path+"/join").leadsTo(t, path)
	b.post(path+"/leave").leadsTo(t, path)
	b.get(path).says(t, 200, "La consultation est terminée", "espace-patient.exemple.fr")
	if h.events(f, "left") != 0 {
		t.Error("a patient left a consultation that is over")
	}
}

func TestWhoTakesTheAgreementBackWaitsNoMore(t *testing.T) {
	h := newHospital(t)
	f, b, path := h.agreed()
	h.attach(f)
	h.clock = f.PlannedStart
	b.post(path+"/join").leadsTo(t, zoomURL)
	b.post(path+"/answer", "answer", "refuse").leadsTo(t, path)
	if h.whereabouts(f) != "away" {
		t.Errorf("refused, and is %s", h.whereabouts(f))
	}
	b.get(path+"/waiting-room/state/in-meeting").says(t, 200, "La salle d’attente est fermée")
}

func TestALateArrivalIsStillAnArrival(t *testing.T) {
	h := newHospital(t)
	f, b, path := h.agreed()
	h.attach(f)
	h.clock = f.PlannedStart
	h.must(h.Start(context.Background(), h.practitioner, f.ID, encounter.StartInput{}))
	b.post(path+"/join").leadsTo(t, zoomURL)
	if now := h.facts(f); now.Status != encounter.InProgress || h.whereabouts(f) != "in-meeting" || h.events(f, "arrived") != 1 {
		t.Errorf("status %s, %s", now.Status, h.whereabouts(f))
	}
}

func TestByTelephoneThereIsNoWaitingRoom(t *testing.T) {
	h := newHospital(t)
	f, b, path := h.agreed(func(in *encounter.ScheduleInput) {
		in.Plan.Modality, in.Plan.TelephoneReason, in.Plan.Tool, in.Plan.ToolReason = encounter.Telephone, "no-terminal", "", ""
	})
	h.clock = f.PlannedStart
	b.get(path).says(t, 200, "Par téléphone", "Le praticien vous appelle vers 14 h 30, au numéro qui se termine par 56 78", "masqué",
		"Si personne n’appelle").hides(t, "salle d’attente", "vidéo, avec")
	b.get(path+"/waiting-room").leadsTo(t, path)
	b.post(path+"/join").leadsTo(t, path)
	if h.whereabouts(f) != "nowhere" {
		t.Error("waits for a call in a waiting room")
	}
}

func TestORTIFInvitesItself(t *testing.T) {
	h := newHospital(t)
	f, b, path := h.agreed(func(in *encounter.ScheduleInput) { in.Plan.Tool, in.Plan.ToolReason = "ortif", "" })
	b.get(path).says(t, 200, "ORTIF vous envoie lui-même un e-mail")
	h.must(h.Attach(context.Background(), h.secretary, f.ID, encounter.LinkInput{Reference: "S-1"}))
	h.clock = f.PlannedStart
	b.get(path+"/waiting-room").says(t, 200, "ORTIF vous envoie lui-même", "Le praticien a été prévenu").hides(t, "Ouvrir la consultation")
	if h.whereabouts(f) != "present" {
		t.Errorf("%s", h.whereabouts(f))
	}
}

func TestAnAnnouncedDelayIsTold(t *testing.T) {
	h := newHospital(t)
	f, b, path := h.agreed()
	h.attach(f)
	h.clock = f.PlannedStart.Add(-5 * time.Minute)
	b.get(path).says(t, 200).hides(t, "du retard")
	h.inTx(func(ctx context.Context, tx db.Tx) error {
		return h.Record(ctx, tx, f, h.practitioner.Actor(), "delay-announced", h.clock, encounter.Delay{Minutes: 15})
	})
	b.get(path).says(t, 200, "Votre praticien a du retard : environ 15 minutes")
	b.get(path+"?lang=en").says(t, 200, "Your practitioner is late: about 15 minutes")
	b.get(path+"/waiting-room").says(t, 200)
	b.get(path+"/waiting-room/state/link").says(t, 200, "Votre praticien a du retard : environ 15 minutes", "gardez cette page ouverte")
	h.clock = f.PlannedStart.Add(21 * time.Minute) // later than was said: no number any more
	b.get(path).says(t, 200).hides(t, "du retard")
	b.get(path+"/waiting-room/state/link").says(t, 200, "Le praticien a du retard").hides(t, "environ")
	h.must(h.Start(context.Background(), h.practitioner, f.ID, encounter.StartInput{}))
	b.get(path+"/waiting-room/state/link").says(t, 200, "a commencé")
}

package main

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

// TestWalk tells the story of one teleconsultation, from planned to coded, over HTTP against the running
// program: real Postgres, real mail and SMS clients, and the devbox as their peers.
func TestWalk(t *testing.T) {
	app := startApp(t)
	secretary := app.signIn("secretaire@demo.test")
	practitioner := app.signIn("medecin@demo.test")

	// The secretary plans a consultation by Zoom that begins in twenty minutes.
	start := time.Now().In(app.paris).Add(20 * time.Minute).Truncate(time.Minute)
	planned := secretary.schedule(start, person{family: "Aubry", given: "Camille", born: "1980-01-02", email: "camille.aubry@exemple.fr"}, "zoom")
	id := planned.ID
	planned.wantStep(t, "consent", "waiting", "patient")
	planned.wantStep(t, "invitation", "blocked", "nobody")
	secretary.command(id, "appointment", nil).wantStep(t, "appointment", "done", "nobody")

	// The notice arrives by e-mail with the personal link, and no medical word or name in it.
	notice := app.waitForMail("camille.aubry@exemple.fr", "")
	patient := app.patient(notice.personalLink(t))
	if strings.Contains(notice.Text+notice.Subject, "Aubry") || strings.Contains(notice.Text, "Médecine interne") {
		t.Errorf("the notice names the patient or the department:\n%s", notice.Text)
	}

	// Nothing personal is shown before the birth date; a wrong one opens nothing.
	if page := patient.get(""); strings.Contains(page, "Martin") || !strings.Contains(page, "naissance") {
		t.Errorf("before the birth date the page shows:\n%s", page)
	}
	if page := patient.post("/birth-date", "day", "3", "month", "1", "year", "1980"); strings.Contains(page, "Martin") {
		t.Error("a wrong birth date opened the page")
	}
	if page := patient.post("/birth-date", "day", "2", "month", "1", "year", "1980"); !strings.Contains(page, "Martin") {
		t.Fatalf("the right birth date did not open the page:\n%s", page)
	}

	// The patient agrees and answers for the portal account.
	patient.post("/answer", "answer", "agree")
	patient.post("/portal", "answer", "open")
	seen := secretary.encounter(id)
	seen.wantStep(t, "information", "done", "nobody")
	seen.wantStep(t, "consent", "done", "nobody")
	seen.wantStep(t, "portal", "done", "nobody")

	// The secretary pastes what Zoom produced; the invitation goes out with its calendar file.
	pasted := map[string]any{"text": zoomInvitation(start, "81234567890"), "declared": zoomChecklist}
	secretary.command(id, "link", pasted).wantStep(t, "link", "done", "nobody")
	invitation := app.waitForMail("camille.aubry@exemple.fr", notice.ID)
	if len(invitation.Attachments) != 1 || invitation.Attachments[0].Type != "application/ics" {
		t.Errorf("attachments %+v, want the calendar file", invitation.Attachments)
	}
	if strings.Contains(invitation.Text+invitation.HTML, "81234567890") {
		t.Error("the invitation shows the meeting itself instead of the personal link")
	}

	// On the day the practitioner sees the patient arrive without reloading.
	events := practitioner.events()
	patient.get("/waiting-room")
	events.wait(id)
	row := practitioner.row(id)
	if row.Status != "arrived" || row.Presence == nil || row.Presence.State != "present" {
		t.Errorf("row %+v, want the patient present", row)
	}
	practitioner.encounter(id).wantStep(t, "invitation", "done", "nobody")

	// The consultation: the patient's button leads into the meeting, and the times are stamped.
	started := practitioner.command(id, "start", nil)
	if started.Link == nil || !strings.HasPrefix(started.Link.URL, "https://us02web.zoom.us/j/81234567890") {
		t.Errorf("link %+v, want the meeting to open", started.Link)
	}
	if to := patient.join(); !strings.HasPrefix(to, "https://us02web.zoom.us/j/81234567890") {
		t.Errorf("the button leads to %q", to)
	}
	finished := practitioner.command(id, "finish", map[string]any{"incidents": []any{
		map[string]any{"kind": "sound", "consequence": "none"},
	}})
	finished.wantStep(t, "held", "done", "nobody")

	// Afterwards: report, prescription, note for the record, code.
	practitioner.write(id, "Bonne tolérance.\nPas de lésion nouvelle.")
	practitioner.command(id, "prescription", map[string]any{"channel": "portal", "state": "announced", "wantedToday": false}).
		wantStep(t, "prescription", "waiting", "secretary")
	secretary.command(id, "prescription", map[string]any{
		"channel": "portal", "state": "delivered", "wantedToday": false, "proof": "vue sur l’Espace patient",
	}).wantStep(t, "prescription", "done", "nobody")
	note := practitioner.note(id)
	for _, words := range []string{"Zoom", "AUBRY", "Martin", "son", "  Pas de lésion nouvelle."} {
		if !strings.Contains(strings.ToUpper(note.Text), strings.ToUpper(words)) {
			t.Errorf("the note does not mention %q:\n%s", words, note.Text)
		}
	}
	practitioner.command(id, "record", map[string]any{"version": note.Version}).wantStep(t, "record", "done", "nobody")
	coded := secretary.command(id, "coding", map[string]any{"state": "coded", "activityCodeId": secretary.proposedCode(id)})
	for _, s := range coded.Chain {
		if s.State != "done" {
			t.Errorf("step %d %s is %s (%s), want all ten done", s.Number, s.Code, s.State, s.Evidence)
		}
	}
	if coded.NextStep != "" {
		t.Errorf("next step %q, want none", coded.NextStep)
	}
	practitioner.command(id, "close", nil)
	wantHistory(t, secretary, id)
}

// wantHistory checks that staff's and the patient's acts left their traces.
func wantHistory(t *testing.T, secretary *client, id string) {
	t.Helper()
	var history struct {
		Items []struct {
			Action    string `json:"action"`
			ActorKind string `json:"actorKind"`
			Sentence  string `json:"sentence"`
		} `json:"items"`
	}
	secretary.do(http.MethodGet, "/encounters/"+id+"/history", nil, http.StatusOK, &history)
	found := map[string]bool{}
	for _, e := range history.Items {
		found[e.Action] = true
		if e.Sentence == "" || e.Sentence == e.Action {
			t.Errorf("the action %s has no words", e.Action)
		}
	}
	for _, action := range []string{
		"encounter.schedule", "appointment.plan", "encounter.read", "link.attach", "encounter.start", "encounter.finish",
		"prescription.record", "note.write", "note.transfer", "act.code", "encounter.close",
	} {
		if !found[action] {
			t.Errorf("no trace of %s in %v", action, found)
		}
	}
}

// TestWalkBySMS is the patient without e-mail: the notice is a text message, and its receipt is the proof.
func TestWalkBySMS(t *testing.T) {
	app := startApp(t)
	secretary := app.signIn("secretaire@demo.test")
	start := time.Now().In(app.paris).Add(time.Hour).Truncate(time.Minute)
	planned := secretary.schedule(start, person{family: "Mercier", given: "Louis", born: "1950-05-05", mobile: "06 39 98 12 34"}, "zoom")
	sms := app.waitForMail("+33639981234", "")
	if sms.Channel != "sms" || len([]rune(sms.Text)) > 160 {
		t.Errorf("%s of %d characters", sms.Channel, len([]rune(sms.Text)))
	}
	app.until("the receipt", func() bool {
		for _, m := range secretary.encounter(planned.ID).Messages {
			if m.Purpose == "notice" && m.Word == "remis" {
				return true
			}
		}
		return false
	})
	if link := sms.personalLink(t); !strings.HasPrefix(link, app.url+"/p/") {
		t.Errorf("link %q", link)
	}
}

// TestWalkOfARefusal ends the chain, revokes the link, and still reaches the record.
func TestWalkOfARefusal(t *testing.T) {
	app := startApp(t)
	secretary, practitioner := app.signIn("secretaire@demo.test"), app.signIn("medecin@demo.test")
	start := time.Now().In(app.paris).Add(90 * time.Minute).Truncate(time.Minute)
	planned := secretary.schedule(start, person{family: "Fontaine", given: "Anne", born: "1944-04-04", email: "anne.fontaine@exemple.fr"}, "zoom")
	id := planned.ID
	secretary.command(id, "link", map[string]any{"text": zoomInvitation(start, "82345678901"), "declared": zoomChecklist})
	patient := app.patient(app.waitForMail("anne.fontaine@exemple.fr", "").personalLink(t))
	patient.post("/birth-date", "day", "4", "month", "4", "year", "1944")
	patient.post("/answer", "answer", "refuse", "explanation", "Je préfère venir.")

	refused := practitioner.encounter(id)
	for _, code := range []string{"portal", "link", "invitation", "held", "prescription", "coding"} {
		refused.wantStep(t, code, "not-applicable", "nobody")
	}
	if refused.Link != nil {
		t.Error("the link outlives the refusal")
	}
	refused.wantStep(t, "consent", "blocked", "secretary")
	secretary.command(id, "on-site", nil).wantStep(t, "consent", "blocked", "nobody")
	note := practitioner.note(id)
	if !strings.Contains(strings.ToLower(note.Text), "refus") {
		t.Errorf("the note does not tell the refusal:\n%s", note.Text)
	}
	practitioner.command(id, "record", map[string]any{"version": note.Version}).wantStep(t, "record", "done", "nobody")
	if next := practitioner.encounter(id).NextStep; next != "" {
		t.Errorf("next step %q, want none", next)
	}
}

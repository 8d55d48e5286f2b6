package main

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

// TestWalkOfANoticeThatReachesNobody: the e-mail comes back, so the SMS goes at once; the operator does not deliver it
// either, so the secretary is asked to telephone, and says that she did.
func TestWalkOfANoticeThatReachesNobody(t *testing.T) {
	app := startApp(t)
	secretary := app.signIn("secretaire@demo.test")
	start := time.Now().In(app.paris).Add(time.Hour).Truncate(time.Minute)
	planned := secretary.schedule(start, person{
		family: "Injoignable", given: "Irène", born: "1950-05-05", email: "rebond@exemple.fr", mobile: "06 39 98 00 03",
	}, "zoom")
	sms := app.waitForMail("+33639980003", "")
	if sms.Channel != "sms" || sms.personalLink(t) == "" {
		t.Errorf("in place of the e-mail came %+v", sms)
	}
	type task struct {
		ContactTask *struct {
			What, Phone string
		} `json:"contactTask"`
	}
	read := func() (v task) {
		secretary.do(http.MethodGet, "/encounters/"+planned.ID, nil, http.StatusOK, &v)
		return v
	}
	app.until("the task", func() bool { return read().ContactTask != nil })
	asked := read().ContactTask
	if asked.Phone != "+33639980003" || !strings.Contains(asked.What, "n’existe pas") || !strings.Contains(asked.What, "éteint") {
		t.Errorf("task %+v, want both failures and what to dial", asked)
	}
	secretary.encounter(planned.ID).wantStep(t, "information", "todo", "secretary")
	secretary.command(planned.ID, "called", map[string]any{"outcome": "reached", "text": "Prévenue de vive voix."})
	if left := read().ContactTask; left != nil {
		t.Errorf("task %+v after the call", left)
	}
	sent := 0
	for _, m := range secretary.encounter(planned.ID).Messages {
		if m.Purpose == "notice" {
			sent++
		}
	}
	if sent != 2 {
		t.Errorf("%d notices, want one by each channel", sent)
	}
}

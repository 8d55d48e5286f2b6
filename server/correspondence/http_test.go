package correspondence_test

import (
	"context"
	"encoding/json"
	"net/http/httptest"
	"testing"

	"github.com/danielgtaylor/huma/v2/humatest"

	"teleconsult/server/auth"
	"teleconsult/server/correspondence"
	"teleconsult/server/encounter"
	"teleconsult/server/encounter/view"
	"teleconsult/server/patient"
	"teleconsult/server/problem"
)

func read[T any](t *testing.T, answer *httptest.ResponseRecorder) T {
	t.Helper()
	var body T
	if err := json.Unmarshal(answer.Body.Bytes(), &body); err != nil || answer.Code != 200 {
		t.Fatalf("status %d: %s (%v)", answer.Code, answer.Body, err)
	}
	return body
}

func TestMessagesOverHTTP(t *testing.T) {
	problem.Install()
	w := newWorld(t)
	_, api := humatest.New(t)
	correspondence.Register(api, w.room)
	secretary := auth.WithCaller(context.Background(), w.Secretary)
	f := w.schedule()
	type list struct {
		Items []correspondence.MessageTimeline `json:"items"`
	}
	path := "/encounters/" + f.ID + "/messages"
	items := read[list](t, api.GetCtx(secretary, path)).Items
	if len(items) != 1 || items[0].Steps[0].Text != "Mis en file d’envoi." {
		t.Fatalf("items %+v", items)
	}
	message := path + "/" + items[0].ID
	answer := api.PostCtx(secretary, message+"/withdraw")
	if d := read[view.Detail](t, answer); d.Messages[0].Word != "non remis" || answer.Header().Get("ETag") == "" {
		t.Errorf("withdrawn: %+v", d.Messages)
	}
	if d := read[view.Detail](t, api.PostCtx(secretary, message+"/resend")); len(d.Messages) != 2 {
		t.Errorf("sent again: %+v", d.Messages)
	}
	if d := read[view.Detail](t, api.PostCtx(secretary, message+"/resend", map[string]any{"channel": "sms"})); d.Messages[2].Channel != "sms" {
		t.Errorf("by SMS: %+v", d.Messages)
	}
	stranger, manager := auth.WithCaller(context.Background(), w.Stranger), auth.WithCaller(context.Background(), w.Manager)
	for _, c := range []struct {
		name   string
		answer *httptest.ResponseRecorder
		want   int
		code   string
	}{
		{"nobody", api.Get(path), 401, "unauthenticated"},
		{"stranger", api.GetCtx(stranger, path), 404, "not_found"},
		{"manager reads", api.GetCtx(manager, path), 200, ""},
		{"withdraw, nobody", api.Post(message + "/withdraw"), 401, "unauthenticated"},
		{"withdraw, manager", api.PostCtx(manager, message+"/withdraw"), 403, "forbidden"},
		{"withdraw twice", api.PostCtx(secretary, message+"/withdraw"), 409, "too_late"},
		{"withdraw nothing", api.PostCtx(secretary, path+"/"+f.ID+"/withdraw"), 404, "not_found"},
		{"resend, nobody", api.Post(message + "/resend"), 401, "unauthenticated"},
		{"resend, stranger", api.PostCtx(stranger, message+"/resend"), 404, "not_found"},
		{"resend twice", api.PostCtx(secretary, message+"/resend"), 409, "already_queued"},
		{"resend by pigeon", api.PostCtx(secretary, message+"/resend", map[string]any{"channel": "pigeon"}), 422, ""},
	} {
		refused(t, c.name, c.answer, c.want, c.code)
	}
}

func refused(t *testing.T, name string, answer *httptest.ResponseRecorder, status int, code string) {
	t.Helper()
	var p problem.Problem
	if err := json.Unmarshal(answer.Body.Bytes(), &p); err != nil || answer.Code != status || code != "" && p.Code != code {
		t.Errorf("%s: %d %s, want %d %s (%v)", name, answer.Code, answer.Body, status, code, err)
	}
}

func TestCallsAndDelaysOverHTTP(t *testing.T) {
	problem.Install()
	w := newWorld(t)
	_, api := humatest.New(t)
	correspondence.Register(api, w.room)
	secretary := auth.WithCaller(context.Background(), w.Secretary)
	f := w.schedule()
	w.becomes(f, "email", "undelivered", "5.1.1")
	w.becomes(f, "sms", "undelivered", "30005")
	type list struct {
		Items []correspondence.Unreached `json:"items"`
	}
	worklist := "/worklists/unreached?departmentId=" + w.Department
	items := read[list](t, api.GetCtx(secretary, worklist)).Items
	if len(items) != 1 || items[0].EncounterID != f.ID || items[0].Phone != "+33612345678" {
		t.Fatalf("items %+v", items)
	}
	called := "/encounters/" + f.ID + "/called"
	d := read[view.Detail](t, api.PostCtx(secretary, called, map[string]any{"outcome": "no-answer"}))
	if d.ContactTask == nil || d.ContactTask.LastCall == nil || d.ContactTask.LastCall.Outcome != "no-answer" {
		t.Errorf("task %+v", d.ContactTask)
	}
	if d = read[view.Detail](t, api.PostCtx(secretary, called, map[string]any{"outcome": "reached", "text": "Viendra."})); d.ContactTask != nil {
		t.Errorf("task %+v", d.ContactTask)
	}
	delay := "/encounters/" + f.ID + "/delay"
	refused(t, "too early", api.PostCtx(secretary, delay, map[string]any{"minutes": 15}), 409, "not_yet_due")
	w.Now = f.PlannedStart
	f = w.schedule(func(in *encounter.ScheduleInput) { in.Plan.Clock = "15:00" })
	d = read[view.Detail](t, api.PostCtx(secretary, "/encounters/"+f.ID+"/delay", map[string]any{"minutes": 15}))
	if last := d.Messages[len(d.Messages)-1]; last.Purpose != "delay" || last.Channel != "sms" {
		t.Errorf("messages %+v", d.Messages)
	}
	stranger, manager := auth.WithCaller(context.Background(), w.Stranger), auth.WithCaller(context.Background(), w.Manager)
	for _, c := range []struct {
		name   string
		answer *httptest.ResponseRecorder
		want   int
		code   string
	}{
		{"list, nobody", api.Get(worklist), 401, "unauthenticated"},
		{"list, stranger", api.GetCtx(stranger, worklist), 404, "not_found"},
		{"list, no department", api.GetCtx(secretary, "/worklists/unreached"), 422, ""},
		{"called, nobody", api.Post(called, map[string]any{"outcome": "reached"}), 401, "unauthenticated"},
		{"called, stranger", api.PostCtx(stranger, called, map[string]any{"outcome": "reached"}), 404, "not_found"},
		{"called, manager", api.PostCtx(manager, called, map[string]any{"outcome": "reached"}), 403, "forbidden"},
		{"called, unheard of", api.PostCtx(secretary, called, map[string]any{"outcome": "smoke"}), 422, ""},
		{"delay, nobody", api.Post(delay, map[string]any{"minutes": 15}), 401, "unauthenticated"},
		{"delay, stranger", api.PostCtx(stranger, delay, map[string]any{"minutes": 15}), 404, "not_found"},
		{"delay, too short", api.PostCtx(secretary, delay, map[string]any{"minutes": 4}), 422, ""},
		{"delay, too long", api.PostCtx(secretary, delay, map[string]any{"minutes": 121}), 422, ""},
	} {
		refused(t, c.name, c.answer, c.want, c.code)
	}
}

func TestContactsAreCheckedOverHTTP(t *testing.T) {
	problem.Install()
	w := newWorld(t)
	_, api := humatest.New(t)
	correspondence.Register(api, w.room)
	secretary := auth.WithCaller(context.Background(), w.Secretary)
	type answered struct {
		Warnings []patient.ContactWarning `json:"warnings"`
	}
	ask := func(email string) map[string]any { return map[string]any{"departmentId": w.Department, "email": email} }
	found := read[answered](t, api.PostCtx(secretary, "/contacts/check", ask("zoe@hotmial.fr"))).Warnings
	if len(found) != 1 || found[0].Suggestion != "zoe@hotmail.fr" {
		t.Errorf("warnings %+v", found)
	}
	// an address of a patient of the department answers like any other
	known, unknown := api.PostCtx(secretary, "/contacts/check", ask("zoe@exemple.fr")), api.PostCtx(secretary, "/contacts/check", ask("nobody@exemple.fr"))
	if none := read[answered](t, known).Warnings; none == nil || len(none) != 0 || known.Body.String() != unknown.Body.String() {
		t.Errorf("%s, %s", known.Body, unknown.Body)
	}
	var last *httptest.ResponseRecorder
	for range 60 {
		last = api.PostCtx(secretary, "/contacts/check", ask("nobody@exemple.fr"))
	}
	refused(t, "too often", last, 429, "too_many_attempts")
	if last.Header().Get("Retry-After") == "" {
		t.Error("nobody is told how long to wait")
	}
	refused(t, "nobody", api.Post("/contacts/check", ask("a@exemple.fr")), 401, "unauthenticated")
	refused(t, "stranger", api.PostCtx(auth.WithCaller(context.Background(), w.Stranger), "/contacts/check", ask("a@exemple.fr")), 404, "not_found")
}

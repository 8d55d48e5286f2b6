package main

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

// refusal is what a person is told.
type refusal struct {
	Code       string `json:"code"`
	Detail     string `json:"detail"`
	Violations []struct {
		Field   string `json:"field"`
		Code    string `json:"code"`
		Message string `json:"message"`
	} `json:"violations"`
}

func (r refusal) codes() []string {
	codes := []string{}
	for _, v := range r.Violations {
		codes = append(codes, v.Code)
	}
	slices.Sort(codes)
	return codes
}

// refused insists on a status and on a sentence for the person, and that nothing typed is echoed.
func (c *client) refused(method, path string, in any, status int) refusal {
	c.t.Helper()
	body, err := json.Marshal(in)
	if err != nil {
		c.t.Fatal(err)
	}
	got, content := c.raw(method, path, string(body), nil)
	var r refusal
	if err = json.Unmarshal(content, &r); err != nil || got != status || r.Detail == "" {
		c.t.Fatalf("%s %s: %d, want %d\n%s", method, path, got, status, content)
	}
	if strings.Contains(string(content), "Typographe") {
		c.t.Errorf("the answer echoes what was typed: %s", content)
	}
	return r
}

func (c *client) department() (department, practitioner string) {
	c.t.Helper()
	var me struct {
		Departments []struct {
			ID string `json:"id"`
		} `json:"departments"`
	}
	c.do(http.MethodGet, "/session", nil, http.StatusOK, &me)
	var colleagues struct {
		Items []struct {
			ID string `json:"id"`
		} `json:"items"`
	}
	c.do(http.MethodGet, "/departments/"+me.Departments[0].ID+"/practitioners", nil, http.StatusOK, &colleagues)
	return me.Departments[0].ID, colleagues.Items[0].ID
}

// TestBadInput: everything wrong at once is said at once, each in the user's words, and nothing is created.
func TestBadInput(t *testing.T) {
	app := startApp(t)
	secretary := app.signIn("secretaire@demo.test")
	department, practitioner := secretary.department()
	plan := func(change map[string]any, patient map[string]any) map[string]any {
		in := map[string]any{
			"departmentId": department, "practitionerId": practitioner, "date": time.Now().AddDate(0, 0, 3).Format(time.DateOnly),
			"time": "14:30", "durationMinutes": 20, "modality": "video", "tool": "ortif",
			"patient": map[string]any{
				"familyName": "Typographe", "givenName": "Max", "birthDate": "1980-01-02", "email": "max@exemple.fr",
			},
		}
		for k, v := range change {
			in[k] = v
		}
		for k, v := range patient {
			in["patient"].(map[string]any)[k] = v
		}
		return in
	}
	for _, c := range []struct {
		name    string
		change  map[string]any
		patient map[string]any
		want    []string
	}{
		{"a date in the past", map[string]any{"date": "2020-01-02"}, nil, []string{"date_in_past"}},
		{"an hour that a change of clocks skips", map[string]any{"date": "2027-03-28", "time": "02:30"}, nil, []string{"time_does_not_exist"}},
		{"an hour that comes twice", map[string]any{"date": "2027-10-31", "time": "02:30"}, nil, []string{"time_ambiguous"}},
		{"a number that is not mobile", nil, map[string]any{"mobile": "01 40 00 00 00"}, []string{"mobile_not_mobile"}},
		{"a number that does not exist", nil, map[string]any{"mobile": "06 12"}, []string{"mobile_invalid"}},
		{"an address with a typo", nil, map[string]any{"email": "max@gmail.co"}, []string{"email_typo"}},
		{"an address that is none", nil, map[string]any{"email": "max(at)exemple"}, []string{"email_invalid"}},
		{"nobody can be reached", nil, map[string]any{"email": ""}, []string{"contact_missing"}},
		{"a child alone", nil, map[string]any{"birthDate": "2020-01-02"}, []string{"representative_missing"}},
		{"a birth date to come", nil, map[string]any{"birthDate": "2099-01-02"}, []string{"birth_date_impossible"}},
		{"telephone without a criterion", map[string]any{"modality": "telephone"}, nil, []string{"telephone_reason_missing"}},
		{"another tool without a reason", map[string]any{"tool": "zoom"}, nil, []string{"tool_reason_missing"}},
		{
			"everything at once",
			map[string]any{"date": "2020-01-02", "tool": "zoom", "durationMinutes": 0},
			map[string]any{"mobile": "01 40 00 00 00", "familyName": " "},
			[]string{"date_in_past", "duration_out_of_range", "mobile_not_mobile", "name_missing", "tool_reason_missing"},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := secretary.refused(http.MethodPost, "/encounters", plan(c.change, c.patient), http.StatusUnprocessableEntity)
			if !slices.Equal(r.codes(), c.want) {
				t.Errorf("violations %v, want %v", r.codes(), c.want)
			}
			for _, v := range r.Violations {
				if v.Field == "" || v.Message == "" {
					t.Errorf("violation %+v without field or sentence", v)
				}
			}
		})
	}
	var found struct {
		Items []any `json:"items"`
	}
	secretary.do(http.MethodPost, "/patients/search", map[string]any{"departmentId": department, "q": "typographe"}, http.StatusOK, &found)
	if len(found.Items) != 0 {
		t.Errorf("%d patients were created by refused requests", len(found.Items))
	}
	// The same with what was asked for settled is accepted.
	settled := plan(map[string]any{"date": "2027-10-31", "time": "02:30", "repeatedHour": "second"},
		map[string]any{"email": "max@gmail.co", "emailConfirmed": true})
	secretary.do(http.MethodPost, "/encounters", settled, http.StatusCreated, nil)
}

func TestPastedTextsThatCannotBeRead(t *testing.T) {
	app := startApp(t)
	secretary := app.signIn("secretaire@demo.test")
	secretary.refused(http.MethodPost, "/meetings/parse", map[string]any{"text": strings.Repeat("x", 1<<20)}, http.StatusRequestEntityTooLarge)
	junk := strings.Repeat("\x00\x01\x02\x7f", 500)
	secretary.refused(http.MethodPost, "/meetings/parse", map[string]any{"text": junk}, http.StatusUnprocessableEntity)
	start := time.Now().In(app.paris).AddDate(0, 0, 2).Truncate(time.Minute)
	id := secretary.schedule(start, person{family: "Texte", given: "Paul", born: "1980-01-02", email: "paul@exemple.fr"}, "zoom").ID
	secretary.refused(http.MethodPost, "/encounters/"+id+"/link", map[string]any{"text": strings.Repeat("x", 400<<10)}, http.StatusRequestEntityTooLarge)
	r := secretary.refused(http.MethodPost, "/encounters/"+id+"/link",
		map[string]any{"text": "https://zoom.us.evil.example/j/81234567890?pwd=a"}, http.StatusUnprocessableEntity)
	if r.Code != "link_refused" || !slices.Contains(r.codes(), "suspicious_host") {
		t.Errorf("code %s violations %v, want a refused, suspicious link", r.Code, r.codes())
	}
	// Another day than planned has to be settled by a person.
	other := zoomInvitation(start.AddDate(0, 0, 1), "81234567899")
	body := map[string]any{"text": other, "declared": zoomChecklist}
	r = secretary.refused(http.MethodPost, "/encounters/"+id+"/link", body, http.StatusConflict)
	if r.Code != "link_needs_settling" || !slices.Equal(r.codes(), []string{"date_differs"}) {
		t.Errorf("code %s violations %v, want the date to settle", r.Code, r.codes())
	}
	body["settled"] = r.codes()
	secretary.command(id, "link", body).wantStep(t, "link", "done", "nobody")
}

func TestTwoPeopleChangeOneEncounter(t *testing.T) {
	app := startApp(t)
	one, two := app.signIn("secretaire@demo.test"), app.signIn("medecin@demo.test")
	department, practitioner := one.department()
	_ = department
	start := time.Now().In(app.paris).AddDate(0, 0, 2).Truncate(time.Minute)
	id := one.schedule(start, person{family: "Double", given: "Anna", born: "1980-01-02", email: "anna@exemple.fr"}, "zoom").ID
	change := func(c *client, clock string) (int, []byte) {
		body, err := json.Marshal(map[string]any{
			"practitionerId": practitioner, "date": start.Format(time.DateOnly), "time": clock, "durationMinutes": 20, "modality": "video",
			"tool": "zoom", "toolReason": "ORTIF en panne", "repeatedHour": "first",
		})
		if err != nil {
			t.Fatal(err)
		}
		return c.raw(http.MethodPatch, "/encounters/"+id, string(body), http.Header{"If-Match": {`"v1"`}})
	}
	if status, content := change(one, "10:00"); status != http.StatusOK {
		t.Fatalf("the first change: %d %s", status, content)
	}
	status, content := change(two, "11:00")
	var r refusal
	if err := json.Unmarshal(content, &r); err != nil || status != http.StatusPreconditionFailed {
		t.Fatalf("the second change: %d %s, want 412", status, content)
	}
	if len(r.Violations) != 1 || r.Violations[0].Field != "time" || !strings.Contains(r.Violations[0].Message, "10:00") {
		t.Errorf("violations %+v, want what the time is now", r.Violations)
	}
}

func TestLinksThatLeadNowhere(t *testing.T) {
	app := startApp(t)
	unknown := app.patient(app.url + "/p/AAAAAAAAAAAAAAAA")
	page := unknown.get("")
	if strings.Contains(page, "naissance") || !strings.Contains(page, "lien") {
		t.Errorf("an unknown link shows:\n%s", page)
	}
	secretary := app.signIn("secretaire@demo.test")
	start := time.Now().In(app.paris).Add(40 * time.Minute).Truncate(time.Minute)
	secretary.schedule(start, person{family: "Devine", given: "Luc", born: "1980-01-02", email: "luc@exemple.fr"}, "zoom")
	guesser := app.patient(app.waitForMail("luc@exemple.fr", "").personalLink(t))
	for range 8 {
		guesser.post("/birth-date", "day", "9", "month", "9", "year", "1999")
	}
	if page = guesser.post("/birth-date", "day", "2", "month", "1", "year", "1980"); strings.Contains(page, "Martin") {
		t.Error("after eight wrong dates the right one still opens the page")
	}
}

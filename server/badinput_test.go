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

// badList is a request about lists that is wrong, and how it is answered.
type badList struct {
	name, method, path, kind, body string
	status                         int
	code                           string // of the answer, or of its one violation
}

const asJSON = "application/json"

func badSources(department string) []badList {
	form := "multipart/form-data; boundary=between"
	post := func(name, kind, body string, status int, code string) badList {
		return badList{name, http.MethodPost, "/batches", kind, body, status, code}
	}
	text := func(text string) string { return asText(map[string]any{"departmentId": department, "text": text}) }
	file := func(name, content string) string {
		_, body := dropped(department, name, content)
		return body
	}
	header := "Nom;Prénom\r\n"
	unknown := "01900000-0000-7000-8000-000000000000"
	return []badList{
		post("no body", "", "", 422, "required"),
		post("not JSON", asJSON, `{"departmentId":`, 422, "malformed_body"),
		post("another JSON", asJSON, `[1]`, 422, "malformed_body"),
		post("nothing at all", asJSON, `null`, 422, "invalid_id"),
		post("a department that is none", asJSON, `{"departmentId":"Typographe","text":"x"}`, 422, "invalid_id"),
		post("a department that does not exist", asJSON, asText(map[string]any{"departmentId": unknown, "text": "x"}), 404, "not_found"),
		post("nothing to invite", asJSON, asText(map[string]any{"departmentId": department}), 422, "source_missing"),
		post("blanks", asJSON, text(" \n\t "), 422, "source_missing"),
		post("a NUL", asJSON, text("Nom\tPrénom\nTypo\x00graphe\tMax"), 422, "unreadable_value"),
		post("a huge text", asJSON, text(strings.Repeat("Typographe;", 1<<20)), 413, "too_large"),
		post("an encounter that is none", asJSON, asText(map[string]any{"departmentId": department, "encounterIds": []string{"x"}}), 422, "invalid_id"),
		post("an encounter with a NUL", asJSON, asText(map[string]any{"departmentId": department, "encounterIds": []string{"\x00"}}), 422, "invalid_id"),
		post("an encounter as a name", asJSON,
			asText(map[string]any{"departmentId": department, "encounterIds": []string{"urn:uuid:" + unknown}}), 422, "unreadable_value"),
		post("an encounter that does not exist", asJSON,
			asText(map[string]any{"departmentId": department, "encounterIds": []string{unknown}}), 422, "encounter_unknown"),
		post("another kind of body", "text/csv", header, 415, "unsupported_media_type"),
		post("an unreadable kind", "multipart/form-data; boundary", file("a.csv", header), 415, "unsupported_media_type"),
		post("no boundary", "multipart/form-data", file("a.csv", header), 422, "malformed_body"),
		post("another boundary", "multipart/form-data; boundary=elsewhere", file("a.csv", header), 422, "invalid_id"),
		post("a body that ends too early", form, file("a.csv", header)[:80], 422, "malformed_body"),
		post("no file", form, strings.Replace(file("a.csv", header), `name="file"`, `name="other"`, 1), 422, "source_missing"),
		post("an empty file", form, file("a.csv", ""), 422, "file_empty"),
		post("a header alone", form, file("a.csv", header), 422, "file_empty"),
		post("a file with NULs", form, file("a.csv", header+"Typo\x00graphe;Max\r\n"), 422, "file_kind_unknown"),
		post("a file of nothing but NULs", form, file("a.csv", strings.Repeat("\x00", 1000)), 422, "file_kind_unknown"),
		post("a picture", form, file("Typographe.png", "\x89PNG\r\n\x1a\n\x00\x00"), 422, "file_kind_unknown"),
		post("half a workbook", form, file("a.xlsx", "PK\x03\x04\x14\x00\x06\x00Typographe"), 422, "file_broken"),
		post("a huge file", form, file("a.csv", header+strings.Repeat("Typographe;Max\r\n", 1<<19)), 413, "too_large"),
	}
}

func badCommands(department, batch string) []badList {
	at := "/batches/" + batch // never changed: at its first revision
	unknown := "/batches/01900000-0000-7000-8000-000000000000"
	row := at + "/rows/1"
	return []badList{
		{"no such list", http.MethodGet, unknown, "", "", 404, "not_found"},
		{"an id that is none", http.MethodGet, "/batches/Typographe", "", "", 422, "invalid_id"},
		{"a cursor that is none", http.MethodGet, at + "?cursor=Typographe", "", "", 422, "cursor_invalid"},
		{"a cursor beyond all numbers", http.MethodGet, at + "?cursor=eyJyIjo5OTk5OTk5OTk5OTk5LCJuIjo5OTk5OTk5OTk5OTk5fQ", "", "", 422, "unreadable_value"},
		{"a department that is none", http.MethodGet, "/batches?departmentId=x", "", "", 422, "invalid_id"},
		{"no department", http.MethodGet, "/batches", "", "", 422, "required"},
		{"a day that does not exist", http.MethodGet, "/batches/candidates?departmentId=" + department + "&from=2030-02-31&to=2030-03-01", "", "", 422, "invalid_date"},
		{"days in the wrong order", http.MethodGet, "/batches/candidates?departmentId=" + department + "&from=2030-02-03&to=2030-02-01", "", "", 422, "period_invalid"},
		{"too many days", http.MethodGet, "/batches/candidates?departmentId=" + department + "&from=2030-01-01&to=2031-01-01", "", "", 422, "period_invalid"},
		{"another format", http.MethodGet, at + "/result?format=pdf", "", "", 422, "not_allowed"},
		{"the model in another format", http.MethodGet, "/batches/model?format=ods", "", "", 422, "not_allowed"},
		{"row 0", http.MethodPatch, at + "/rows/0", asJSON, `{"leftOut":true}`, 422, "too_small"},
		{"a row that does not exist", http.MethodPatch, at + "/rows/4711", asJSON, `{"leftOut":true}`, 404, "not_found"},
		{"a row beyond all numbers", http.MethodPatch, at + "/rows/99999999999999999999", asJSON, `{"leftOut":true}`, 422, "invalid_format"},
		{"a row in words", http.MethodPatch, at + "/rows/Typographe", asJSON, `{"leftOut":true}`, 422, "invalid_format"},
		{"no change", http.MethodPatch, row, asJSON, `{}`, 422, "required"},
		{"no body", http.MethodPatch, row, "", "", 422, "required"},
		{"a column that does not exist", http.MethodPatch, row, asJSON, `{"values":{"Typographe":"x"}}`, 422, "field_unknown"},
		{"a value that is a number", http.MethodPatch, row, asJSON, `{"values":{"familyName":1}}`, 422, "invalid_type"},
		{"a value with a NUL", http.MethodPatch, row, asJSON, `{"values":{"familyName":"Typo\u0000graphe"}}`, 422, "unreadable_value"},
		{"a long value", http.MethodPatch, row, asJSON, `{"values":{"familyName":"` + strings.Repeat("Typographe", 900) + `"}}`, 422, "too_long"},
		{"an overruled code with a NUL", http.MethodPatch, row, asJSON, `{"accepted":["\u0000"]}`, 422, "unreadable_value"},
		{"too many overruled codes", http.MethodPatch, row, asJSON, `{"accepted":["` + strings.Repeat(`x","`, 40) + `"]}`, 422, "too_many"},
		{"a column beyond the list", http.MethodPatch, at, asJSON, `{"columns":[{"index":4711,"field":"email"}]}`, 422, "column_unknown"},
		{"a column before the list", http.MethodPatch, at, asJSON, `{"columns":[{"index":-1,"field":"email"}]}`, 422, "column_unknown"},
		{"a column that holds nothing known", http.MethodPatch, at, asJSON, `{"columns":[{"index":0,"field":"Typographe"}]}`, 422, "column_unknown"},
		{"something else to leave out", http.MethodPatch, at, asJSON, `{"leaveOut":"Typographe"}`, 422, "not_allowed"},
		{"defaults with a NUL", http.MethodPatch, at, asJSON, `{"defaults":{"durationMinutes":20,"modality":"video","tool":"\u0000","declared":["\u0000"]}}`, 422, "unreadable_value"},
		{"another modality", http.MethodPatch, at, asJSON, `{"defaults":{"durationMinutes":20,"modality":"Typographe","tool":"zoom","declared":[]}}`, 422, "not_allowed"},
		{"no invitation", http.MethodPost, at + "/links", asJSON, `{"text":"Typographe"}`, 422, "no_invitation"},
		{"no text", http.MethodPost, at + "/links", asJSON, `{"text":""}`, 422, "too_short"},
		{"a huge text", http.MethodPost, at + "/links", asJSON, asText(map[string]any{"text": strings.Repeat("Typographe ", 1<<19)}), 413, "too_large"},
		{"no revision", http.MethodPost, at + "/send", asJSON, `{}`, 422, "required"},
		{"a revision in words", http.MethodPost, at + "/send", asJSON, `{"revision":"Typographe"}`, 422, "invalid_type"},
		{"a revision beyond all numbers", http.MethodPost, at + "/send", asJSON, `{"revision":1e30}`, 422, "malformed_json"},
		{"a revision that was never there", http.MethodPost, at + "/send", asJSON, `{"revision":-1}`, 409, "batch_changed"},
		{"a time that cannot be read", http.MethodPost, at + "/send", asJSON, `{"revision":1,"at":"Typographe"}`, 422, "time_unreadable"},
		{"a time with a zone", http.MethodPost, at + "/send", asJSON, `{"revision":1,"at":"2030-01-15T10:00:00Z"}`, 422, "too_long"},
		{"a time that is over", http.MethodPost, at + "/send", asJSON, `{"revision":1,"at":"2020-01-15T10:00"}`, 422, "date_in_past"},
		{"a time in a century", http.MethodPost, at + "/send", asJSON, `{"revision":1,"at":"2130-01-15T10:00"}`, 422, "date_too_far"},
		{"somebody else again", http.MethodPost, at + "/again", asJSON, `{"who":"Typographe"}`, 422, "not_allowed"},
		{"nobody again", http.MethodPost, at + "/again", asJSON, `{"who":"failed"}`, 409, "nobody_left"},
		{"a pause of a draft", http.MethodPost, at + "/pause", "", "", 409, "not_sending"},
		{"a draft taken back", http.MethodPost, at + "/cancel", "", "", 409, "not_sending"},
	}
}

// badCodings are requests about the coding; act is a held consultation, code a row of the list.
func badCodings(department, act, code string) []badList {
	days := func(query string) string { return "/worklists/coding?departmentId=" + department + query }
	confirm := func(from, to string, expected any) string {
		return asText(map[string]any{"departmentId": department, "from": from, "to": to, "expected": expected})
	}
	row := func(change map[string]any) string {
		body := map[string]any{"code": "X", "label": "Typographe", "modality": "any", "validFrom": "2030-01-01", "source": "Typographe"}
		for name, value := range change {
			body[name] = value
		}
		return asText(body)
	}
	coding, listed := "/encounters/"+act+"/coding", "/code-list/"+code
	return []badList{
		{"no days", http.MethodGet, days(""), "", "", 422, ""},
		{"a day that is none", http.MethodGet, days("&from=2030-02-31&to=2030-03-01"), "", "", 422, "invalid_date"},
		{"days in the wrong order", http.MethodGet, days("&from=2030-03-02&to=2030-03-01"), "", "", 422, "period_invalid"},
		{"a year", http.MethodGet, days("&from=2030-01-01&to=2030-12-31"), "", "", 422, "period_invalid"},
		{"another state", http.MethodGet, days("&from=2030-01-01&to=2030-01-02&state=Typographe"), "", "", 422, "not_allowed"},
		{"a cursor that is none", http.MethodGet, days("&from=2030-01-01&to=2030-01-02&cursor=Typographe"), "", "", 422, "cursor_invalid"},
		{"nothing expected", http.MethodPost, "/worklists/coding/confirm", asJSON, confirm("2030-01-01", "2030-01-02", 0), 422, "too_small"},
		{"expected in words", http.MethodPost, "/worklists/coding/confirm", asJSON, confirm("2030-01-01", "2030-01-02", "Typographe"), 422, "invalid_type"},
		{"confirmed in the wrong order", http.MethodPost, "/worklists/coding/confirm", asJSON, confirm("2030-01-02", "2030-01-01", 1), 422, "period_invalid"},
		{"another state of an act", http.MethodPost, coding, asJSON, `{"state":"Typographe"}`, 422, "not_allowed"},
		{"a code that is none", http.MethodPost, coding, asJSON, `{"state":"coded","activityCodeId":"Typographe"}`, 422, "invalid_id"},
		{"another reason without words", http.MethodPost, coding, asJSON, `{"state":"refused","reasonCode":"other"}`, 422, "reason_missing"},
		{"a reason that is none", http.MethodPost, coding, asJSON, `{"state":"refused","reasonCode":"Typo\u0000graphe"}`, 422, "reason_unknown"},
		{"a long reason", http.MethodPost, coding, asJSON, asText(map[string]any{"state": "refused", "reason": strings.Repeat("Typographe", 60)}), 422, "too_long"},
		{"an act that nobody reopens", http.MethodPost, coding, asJSON, `{"state":"reopened","reasonCode":"mistake"}`, 409, "not_coded"},
		{"an act that nobody coded", http.MethodPost, coding + "/undo", "", "", 409, "nothing_to_undo"},
		{"a row with everything wrong", http.MethodPost, "/code-list", asJSON, row(map[string]any{"code": "Typographe!"}), 422, "code_invalid"},
		{"a row with a NUL", http.MethodPut, listed, asJSON, row(map[string]any{"label": "Typo\x00graphe"}), 422, "label_invalid"},
		{"a row for astrologers", http.MethodPut, listed, asJSON, row(map[string]any{"speciality": "Typographe"}), 422, "not_allowed"},
		{"an amount in words", http.MethodPut, listed, asJSON, row(map[string]any{"amountCents": "Typographe"}), 422, "invalid_type"},
		{"an amount beyond reason", http.MethodPut, listed, asJSON, row(map[string]any{"amountCents": 1_000_000}), 422, "amount_invalid"},
		{"a row that ends before it begins", http.MethodPut, listed, asJSON, row(map[string]any{"validTo": "2029-12-31"}), 422, "ends_before_start"},
		{"no such row", http.MethodPost, "/code-list/01900000-0000-7000-8000-000000000000/confirm", "", "", 404, "not_found"},
		{"a row that is none", http.MethodPost, "/code-list/Typographe/confirm", "", "", 422, "invalid_id"},
		{"a batch up to no day", http.MethodPost, "/coding-exports", asJSON, asText(map[string]any{"departmentId": department, "until": "Typographe"}), 422, "invalid_date"},
		{"a batch of long ago", http.MethodPost, "/coding-exports", asJSON, asText(map[string]any{"departmentId": department, "until": "2001-01-01"}), 409, "nothing_to_export"},
		{"no such batch", http.MethodGet, "/coding-exports/01900000-0000-7000-8000-000000000000/file", "", "", 404, "not_found"},
		{"a batch in another format", http.MethodGet, "/coding-exports/01900000-0000-7000-8000-000000000000/file?format=pdf", "", "", 422, "not_allowed"},
		{"batches before none", http.MethodGet, "/coding-exports?departmentId=" + department + "&cursor=0", "", "", 422, "too_small"},
	}
}

// TestBadCoding: whatever is wrong with a request about the coding, the answer says so, and nothing is echoed.
func TestBadCoding(t *testing.T) {
	t.Parallel()
	app := startApp(t)
	manager := app.signIn("cadre@demo.test")
	department, _ := manager.department()
	var list struct {
		Items []struct {
			EncounterID string `json:"encounterId"`
		} `json:"items"`
	}
	from, to := time.Now().AddDate(0, 0, -1).Format(time.DateOnly), time.Now().AddDate(0, 0, 1).Format(time.DateOnly)
	manager.do(http.MethodGet, "/worklists/coding?state=to-code&departmentId="+department+"&from="+from+"&to="+to, nil, http.StatusOK, &list)
	for _, c := range badCodings(department, list.Items[0].EncounterID, manager.anyCode()) {
		t.Run(c.name, func(t *testing.T) {
			status, answer := manager.send(c.method, c.path, c.kind, c.body)
			var r refusal
			if err := json.Unmarshal([]byte(answer), &r); err != nil || status != c.status || r.Code == "" || r.Detail == "" {
				t.Fatalf("%d, want %d\n%.500s", status, c.status, answer)
			}
			if c.code != "" && c.code != r.Code && !slices.Equal(r.codes(), []string{c.code}) {
				t.Errorf("code %q and %v, want %q", r.Code, r.codes(), c.code)
			}
			if strings.Contains(answer, "Typo") {
				t.Errorf("the answer echoes what was sent: %s", answer)
			}
		})
	}
}

func asText(in any) string {
	b, err := json.Marshal(in)
	if err != nil {
		panic(err)
	}
	return string(b)
}

// TestBadLists: whatever is wrong with a list or with what is asked of one, the answer says so in the user's words, and
// it is never the server's fault.
func TestBadLists(t *testing.T) {
	t.Parallel()
	app := startApp(t)
	secretary := app.signIn("secretaire@demo.test")
	department, _ := secretary.department()
	start := time.Now().In(app.paris).AddDate(0, 0, 2).Truncate(time.Minute)
	id := secretary.schedule(start, person{family: "Liste", given: "Luce", born: "1980-01-02", email: "luce@exemple.fr"}, "zoom").ID
	batch := secretary.invite(department, id)
	for _, c := range slices.Concat(badSources(department), badCommands(department, batch)) {
		t.Run(c.name, func(t *testing.T) {
			status, answer := secretary.send(c.method, c.path, c.kind, c.body)
			var r refusal
			if err := json.Unmarshal([]byte(answer), &r); err != nil || status != c.status || r.Code == "" || r.Detail == "" {
				t.Fatalf("%d, want %d\n%.500s", status, c.status, answer)
			}
			if c.code != r.Code && !slices.Equal(r.codes(), []string{c.code}) {
				t.Errorf("code %q, want %q", r.Code, c.code)
			}
			if strings.Contains(answer, "Typo") {
				t.Errorf("the answer echoes what was sent: %s", answer)
			}
		})
	}
	broken := strings.Replace(zoomInvitation(start, "81234567891"), "https", "\x00https", 1)
	if status, answer := secretary.send(http.MethodPost, "/batches/"+batch+"/links", asJSON, asText(map[string]any{"text": broken})); status != http.StatusOK ||
		!strings.Contains(answer, `"attached":0`) {
		t.Errorf("an invitation with a NUL: %d %s", status, answer)
	}
}

// badMailings are requests about mailed documents of an encounter that has not been held yet.
func badMailings(encounter string) []badList {
	at := "/encounters/" + encounter
	unknown := "01900000-0000-7000-8000-000000000000"
	form := "multipart/form-data; boundary=between"
	return []badList{
		{"a document before the end", http.MethodPost, at + "/mailings", form, "--between--\r\n", 409, "not_finished"},
		{"junk before the end", http.MethodPost, at + "/mailings", form, "Typo\x00graphe", 409, "not_finished"},
		{"a document without an encounter", http.MethodPost, "/encounters/" + unknown + "/mailings", form, "--between--\r\n", 404, "not_found"},
		{"an encounter that is none", http.MethodPost, "/encounters/Typographe/mailings", form, "--between--\r\n", 422, "invalid_id"},
		{"a huge document", http.MethodPost, at + "/mailings", form, strings.Repeat("Typographe ", 2<<20), 413, "too_large"},
		{"a mailing that is none", http.MethodPost, at + "/mailings/Typographe/password-told", "", "", 422, "invalid_id"},
		{"a password before the end", http.MethodPost, at + "/mailings/" + unknown + "/password-told", "", "", 409, "not_finished"},
		{"mailings of nothing", http.MethodGet, "/encounters/" + unknown + "/mailings", "", "", 404, "not_found"},
		{"an INS in words", http.MethodPut, at + "/ins", asJSON, `{"matricule":"Typographe","status":"QUAL"}`, 422, "matricule_invalid"},
		{"an INS with a wrong key", http.MethodPut, at + "/ins", asJSON, `{"matricule":"279035121518988","status":"QUAL"}`, 422, "matricule_key"},
		{"an INS with a NUL", http.MethodPut, at + "/ins", asJSON, `{"matricule":"27903512151898\u0000","status":"QUAL"}`, 422, "matricule_invalid"},
		{"an INS beyond all length", http.MethodPut, at + "/ins", asJSON, `{"matricule":"` + strings.Repeat("9", 50) + `","status":"QUAL"}`, 422, "too_long"},
		{"an INS of another status", http.MethodPut, at + "/ins", asJSON, `{"matricule":"279035121518989","status":"Typographe"}`, 422, "not_allowed"},
		{"no INS", http.MethodPut, at + "/ins", "", "", 422, "required"},
		{"no postal code", http.MethodGet, "/pharmacies", "", "", 422, "required"},
		{"a postal code in words", http.MethodGet, "/pharmacies?postalCode=Typographe", "", "", 422, "invalid_format"},
		{"a name beyond all length", http.MethodGet, "/pharmacies?postalCode=75013&name=" + strings.Repeat("Typo", 30), "", "", 422, "too_long"},
	}
}

func TestMailingsThatCannotBe(t *testing.T) {
	app := startApp(t)
	secretary := app.signIn("secretaire@demo.test")
	start := time.Now().In(app.paris).AddDate(0, 0, 2).Truncate(time.Minute)
	id := secretary.schedule(start, person{family: "Lettre", given: "Luc", born: "1980-01-02", email: "lettre@exemple.fr"}, "zoom").ID
	for _, c := range badMailings(id) {
		t.Run(c.name, func(t *testing.T) {
			status, answer := secretary.send(c.method, c.path, c.kind, c.body)
			var r refusal
			if err := json.Unmarshal([]byte(answer), &r); err != nil || status != c.status || r.Detail == "" {
				t.Fatalf("%d, want %d\n%.500s", status, c.status, answer)
			}
			if c.code != r.Code && !slices.Equal(r.codes(), []string{c.code}) {
				t.Errorf("code %q %v, want %q", r.Code, r.codes(), c.code)
			}
			if strings.Contains(answer, "Typo") || strings.Contains(answer, "27903") {
				t.Errorf("the answer echoes what was sent: %s", answer)
			}
		})
	}
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

// TestBadFigures: figures are asked for whole periods of one's own department, or the answer says what is wrong.
func TestBadFigures(t *testing.T) {
	t.Parallel()
	app := startApp(t)
	manager := app.signIn("cadre@demo.test")
	var me struct {
		Departments []struct {
			ID string `json:"id"`
		} `json:"departments"`
	}
	manager.do(http.MethodGet, "/session", nil, http.StatusOK, &me)
	at := "/figures?departmentId=" + me.Departments[0].ID
	export := "/figures/export?departmentId=" + me.Departments[0].ID
	for _, c := range []badList{
		{"no department", http.MethodGet, "/figures?from=2026-01-01&to=2026-02-01", "", "", 422, "required"},
		{"a department that is none", http.MethodGet, "/figures?departmentId=Typographe&from=2026-01-01&to=2026-02-01", "", "", 422, "invalid_id"},
		{"no period", http.MethodGet, at, "", "", 422, "required"},
		{"half a period", http.MethodGet, at + "&from=2026-01-01", "", "", 422, "required"},
		{"a day that does not exist", http.MethodGet, at + "&from=2026-02-30&to=2026-03-01", "", "", 422, "invalid_date"},
		{"days in the wrong order", http.MethodGet, at + "&from=2026-03-01&to=2026-02-01", "", "", 422, "period_invalid"},
		{"too many years", http.MethodGet, export + "&from=1926-03-01&to=2026-02-01", "", "", 422, "period_invalid"},
		{"a practitioner that is none", http.MethodGet, at + "&from=2026-01-01&to=2026-02-01&practitionerId=Typographe", "", "", 422, "invalid_id"},
		{"a practitioner with a NUL", http.MethodGet, at + "&from=2026-01-01&to=2026-02-01&practitionerId=%00", "", "", 422, "invalid_id"},
		{"another format", http.MethodGet, export + "&from=2026-01-01&to=2026-02-01&format=pdf", "", "", 422, "not_allowed"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := manager.refused(c.method, c.path, nil, c.status)
			if !slices.Contains(append(r.codes(), r.Code), c.code) {
				t.Errorf("codes %v, want %q", r.codes(), c.code)
			}
		})
	}
	// Nobody was counted who was never planned, and every week of the period is there.
	var none struct {
		Total struct {
			Planned int `json:"planned"`
		} `json:"total"`
		Weeks []any `json:"weeks"`
	}
	manager.do(http.MethodGet, at+"&from=2020-01-01&to=2020-03-01&practitionerId=01900000-0000-7000-8000-000000000000", nil, http.StatusOK, &none)
	if none.Total.Planned != 0 || len(none.Weeks) != 9 {
		t.Errorf("%+v", none)
	}
}

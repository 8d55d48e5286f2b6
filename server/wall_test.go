package main

import (
	"context"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"teleconsult/server/auth"
)

// operation is one route of the API as its description tells it.
type operation struct {
	method, path string
	permission   auth.Permission // "" for a public one
	query        []string
	body         any
}

// described reads every operation with a body that its schema accepts.
func described(t *testing.T, document []byte) []operation {
	t.Helper()
	var api struct {
		Paths map[string]map[string]struct {
			Permission auth.Permission `json:"x-permission"`
			Parameters []struct {
				Name string `json:"name"`
				In   string `json:"in"`
			} `json:"parameters"`
			RequestBody struct {
				Content map[string]struct {
					Schema map[string]any `json:"schema"`
				} `json:"content"`
			} `json:"requestBody"`
		} `json:"paths"`
		Components struct {
			Schemas map[string]map[string]any `json:"schemas"`
		} `json:"components"`
	}
	if err := json.Unmarshal(document, &api); err != nil {
		t.Fatal(err)
	}
	var found []operation
	for _, path := range slices.Sorted(maps.Keys(api.Paths)) {
		for method, o := range api.Paths[path] {
			op := operation{method: strings.ToUpper(method), path: path, permission: o.Permission}
			for _, p := range o.Parameters {
				if p.In == "query" {
					op.query = append(op.query, p.Name)
				}
			}
			if content, ok := o.RequestBody.Content["application/json"]; ok {
				op.body = sample(api.Components.Schemas, content.Schema)
			}
			found = append(found, op)
		}
	}
	return found
}

// sample makes the smallest value that a schema accepts.
func sample(schemas map[string]map[string]any, s map[string]any) any {
	if ref, ok := s["$ref"].(string); ok {
		return sample(schemas, schemas[ref[strings.LastIndex(ref, "/")+1:]])
	}
	if choices, ok := s["enum"].([]any); ok {
		return choices[0]
	}
	switch s["type"] {
	case "object":
		out := map[string]any{}
		properties, _ := s["properties"].(map[string]any)
		required, _ := s["required"].([]any)
		for _, name := range required {
			property, _ := properties[name.(string)].(map[string]any)
			out[name.(string)] = sample(schemas, property)
		}
		return out
	case "integer", "number":
		if least, ok := s["minimum"].(float64); ok {
			return least
		}
		return 1
	case "boolean":
		return false
	case "array":
		return []any{}
	}
	switch s["format"] {
	case "uuid":
		return "00000000-0000-7000-8000-000000000000"
	case "date":
		return "2030-01-15"
	case "date-time":
		return "2030-01-15T10:00:00Z"
	}
	if pattern, _ := s["pattern"].(string); strings.Contains(pattern, ":") {
		return "10:00"
	}
	least, _ := s["minLength"].(float64)
	return strings.Repeat("x", max(1, int(least)))
}

// victim is an encounter of the first demo department, with what must not be seen of it from outside.
type victim struct {
	id, department, practitioner, patient, message string
	// batch is a draft that invites the patient.
	batch string
	// export is a batch of acts for the activity software, code a row of the hospital's code list.
	export, code string
	// colleague is a member of the department whom nobody signs in as: passwords are handed out to them.
	colleague string
}

func findVictim(c *client) victim {
	c.t.Helper()
	var me struct {
		Staff struct {
			ID string `json:"id"`
		} `json:"staff"`
		Departments []struct {
			ID string `json:"id"`
		} `json:"departments"`
	}
	c.do(http.MethodGet, "/session", nil, http.StatusOK, &me)
	v := victim{department: me.Departments[0].ID, practitioner: me.Staff.ID}
	planned := c.schedule(time.Now().In(c.paris).Add(72*time.Hour),
		person{"Quatrevingt", "Zoé", "1970-03-04", "zoe.quatrevingt@exemple.fr", "0612345678"}, "zoom")
	v.id, v.patient, v.message = planned.ID, "Quatrevingt", planned.Messages[0].ID
	v.colleague = c.app.signIn("cadre@demo.test").hire(v.department)
	v.batch = c.invite(v.department, v.id)
	v.export, v.code = c.exportActs(v.department), c.app.signIn("cadre@demo.test").anyCode()
	return v
}

// exportActs hands over what the demo's people have coded.
func (c *client) exportActs(departmentID string) string {
	c.t.Helper()
	var made struct {
		ID string `json:"id"`
	}
	body := map[string]any{"departmentId": departmentID, "until": time.Now().AddDate(0, 0, 1).Format(time.DateOnly)}
	c.do(http.MethodPost, "/coding-exports", body, http.StatusCreated, &made)
	return made.ID
}

// anyCode is a row of the code list, as a manager sees it.
func (c *client) anyCode() string {
	c.t.Helper()
	var list struct {
		Items []struct {
			ID string `json:"id"`
		} `json:"items"`
	}
	c.do(http.MethodGet, "/code-list", nil, http.StatusOK, &list)
	return list.Items[0].ID
}

// invite makes a draft out of a planned encounter.
func (c *client) invite(departmentID, encounterID string) string {
	c.t.Helper()
	var made struct {
		ID string `json:"id"`
	}
	c.do(http.MethodPost, "/batches", map[string]any{"departmentId": departmentID, "encounterIds": []string{encounterID}}, http.StatusCreated, &made)
	return made.ID
}

// hire adds a practitioner to a department, as its manager.
func (c *client) hire(departmentID string) string {
	c.t.Helper()
	var added struct {
		Member struct {
			ID string `json:"id"`
		} `json:"member"`
	}
	c.do(http.MethodPost, "/departments/"+departmentID+"/staff", map[string]any{
		"email": "nina.faure@demo.test", "title": "Dr", "givenName": "Nina", "familyName": "Faure", "roles": []string{"practitioner"},
	}, http.StatusCreated, &added)
	return added.Member.ID
}

// address is the operation's path and body, aimed at the victim.
func (o operation) address(v victim) (path, body string) {
	path = strings.NewReplacer("/batches/{id}", "/batches/"+v.batch, "{row}", "1", "{dropId}", v.department, "{id}", v.id, "{departmentId}", v.department, "{tool}", "zoom", "{staffId}", v.colleague, "{messageId}", v.message, "{mailingId}", v.message, "{exportId}", v.export, "{codeId}", v.code,
		"{template}", "reminder", "{channel}", "email", "{language}", "fr").Replace(o.path)
	values := map[string]string{
		"departmentId": v.department, "q": v.patient, "encounterId": v.id,
		"date": time.Now().Add(72 * time.Hour).Format(time.DateOnly), "practitionerId": v.practitioner,
		"from": time.Now().Format(time.DateOnly), "to": time.Now().AddDate(0, 0, 7).Format(time.DateOnly),
	}
	separator := "?"
	for _, name := range o.query {
		if value, ok := values[name]; ok {
			path += separator + name + "=" + value
			separator = "&"
		}
	}
	if o.body == nil {
		return path, ""
	}
	if fields, ok := o.body.(map[string]any); ok {
		for name, value := range map[string]any{
			"departmentId": v.department, "practitionerId": v.practitioner,
			"roles": []string{"practitioner"}, // the colleague stays for the next in line
		} {
			if _, there := fields[name]; there {
				fields[name] = value
			}
		}
		switch {
		case strings.HasSuffix(o.path, "/rows/{row}"):
			fields["leftOut"] = false // a correction says what changes
		case o.path == "/batches":
			fields["encounterIds"] = []string{v.id}
		}
	}
	b, err := json.Marshal(o.body)
	if err != nil {
		panic(err)
	}
	return path, string(b)
}

// try calls an operation.
func (c *client) try(o operation, v victim) (status int, body string) {
	c.t.Helper()
	path, content := o.address(v)
	kind := ""
	if content != "" {
		kind = "application/json"
	}
	return c.send(o.method, path, kind, content)
}

// send calls the API with a body of some kind; of a stream it reads only whether it was opened.
func (c *client) send(method, path, kind, content string) (status int, body string) {
	c.t.Helper()
	ctx, cancel := context.WithCancel(c.t.Context())
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, method, c.url+"/api/v1"+path, strings.NewReader(content))
	if err != nil {
		c.t.Fatal(err)
	}
	request.Header.Set("X-Requested-With", "teleconsult")
	request.Header.Set("If-Match", `"v1"`)
	if kind != "" {
		request.Header.Set("Content-Type", kind)
	}
	answer, err := c.http.Do(request)
	if err != nil {
		c.t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	if strings.HasPrefix(answer.Header.Get("Content-Type"), "text/event-stream") {
		return answer.StatusCode, ""
	}
	b, err := io.ReadAll(answer.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	return answer.StatusCode, string(b)
}

// aimed tells whether the operation asks for something of the victim's department by name.
func (o operation) aimed() bool {
	fields, _ := o.body.(map[string]any)
	_, inBody := fields["departmentId"]
	return inBody || strings.Contains(o.path, "{id}") || strings.Contains(o.path, "{exportId}") || strings.Contains(o.path, "{departmentId}") ||
		slices.Contains(o.query, "departmentId") || slices.Contains(o.query, "encounterId")
}

// last puts at the end what removes the victim.
func (o operation) last() int {
	if o.method == http.MethodDelete && o.path == "/batches/{id}" {
		return 1
	}
	return 0
}

// dropped is a list as a file, in the body of a browser's form.
func dropped(departmentID, name, content string) (kind, body string) {
	const boundary = "between"
	return "multipart/form-data; boundary=" + boundary, "--" + boundary + "\r\nContent-Disposition: form-data; name=\"departmentId\"\r\n\r\n" + departmentID +
		"\r\n--" + boundary + "\r\nContent-Disposition: form-data; name=\"file\"; filename=\"" + name + "\"\r\n\r\n" + content + "\r\n--" + boundary + "--\r\n"
}

// listsAtTheWall drops a list into the victim's department, as people who may and who may not, and has a stranger
// make a list of their own out of the victim's encounter.
func listsAtTheWall(a *app, v victim) {
	a.t.Helper()
	const list = "Nom;Prénom;Date de naissance;Mail\r\nQuatrevingt;Zoé;04/03/1970;zoe.quatrevingt@exemple.fr\r\n"
	kind, body := dropped(v.department, "liste.csv", list)
	for email, want := range map[string]int{
		"": http.StatusUnauthorized, "medecin2@demo.test": http.StatusNotFound, "admin@demo.test": http.StatusForbidden,
		"cadre@demo.test": http.StatusForbidden, "secretaire@demo.test": http.StatusCreated, "medecin@demo.test": http.StatusCreated,
	} {
		c := a.client()
		if email != "" {
			c = a.signIn(email)
		}
		if status, answer := c.send(http.MethodPost, "/batches", kind, body); status != want || strings.Contains(answer, v.patient) {
			a.t.Errorf("%q drops a file: %d, want %d: %.300s", email, status, want, answer)
		}
	}
	stranger := a.signIn("medecin2@demo.test")
	own, _ := stranger.department()
	content, err := json.Marshal(map[string]any{"departmentId": own, "encounterIds": []string{v.id}})
	if err != nil {
		a.t.Fatal(err)
	}
	status, answer := stranger.send(http.MethodPost, "/batches", "application/json", string(content))
	if status != http.StatusUnprocessableEntity || !strings.Contains(answer, "encounter_unknown") || strings.Contains(answer, v.patient) {
		a.t.Errorf("a list out of another department's encounter: %d %s", status, answer)
	}
}

// TestTheWall walks every route of the API as everybody: nobody signed in, each role of the department that is
// asked about, a practitioner of another department, and the administrator.
func TestTheWall(t *testing.T) {
	t.Parallel()
	a := startApp(t)
	insider := a.signIn("medecin@demo.test")
	v := findVictim(insider)
	status, document := insider.raw(http.MethodGet, "/openapi.json", "", nil)
	if status != http.StatusOK {
		t.Fatal(status)
	}
	operations := described(t, document)
	operations = slices.DeleteFunc(operations, func(o operation) bool { return o.permission == "" })
	if len(operations) < 20 {
		t.Fatalf("only %d operations are described", len(operations))
	}
	slices.SortStableFunc(operations, func(a, b operation) int { return a.last() - b.last() })
	a.until("the notice", func() bool { // what the server itself still changes must be over
		messages := insider.encounter(v.id).Messages
		return len(messages) > 0 && messages[0].Word != "en file"
	})
	_, before := insider.raw(http.MethodGet, "/encounters/"+v.id, "", nil)

	nobody := a.client()
	for _, o := range operations {
		if status, body := nobody.try(o, v); status != http.StatusUnauthorized || strings.Contains(body, v.patient) {
			t.Errorf("nobody: %s %s: %d", o.method, o.path, status)
		}
	}
	for _, email := range []string{"medecin2@demo.test", "admin@demo.test"} {
		c := a.signIn(email)
		for _, o := range operations {
			status, body := c.try(o, v)
			refused := status == http.StatusNotFound || status == http.StatusForbidden
			// The administrator runs all departments; the table gives them nothing about patients.
			runs := auth.Caller{Admin: email == "admin@demo.test"}.Can(v.department, o.permission)
			if runs && (refused || status >= http.StatusInternalServerError) {
				t.Errorf("%s may not: %s %s: %d %.300s", email, o.method, o.path, status, body)
			}
			if o.aimed() && !refused && !runs {
				t.Errorf("%s: %s %s: %d %.300s", email, o.method, o.path, status, body)
			}
			if strings.Contains(body, v.patient) {
				t.Errorf("%s: %s %s shows the patient of another department", email, o.method, o.path)
			}
		}
	}
	listsAtTheWall(a, v)
	if _, after := insider.raw(http.MethodGet, "/encounters/"+v.id, "", nil); string(after) != string(before) {
		t.Errorf("somebody from outside changed the encounter:\n%s\n%s", before, after)
	}
	for email, role := range map[string]auth.Role{
		"secretaire@demo.test": auth.Secretary, "cadre@demo.test": auth.Manager, "medecin@demo.test": auth.Practitioner,
	} {
		c := a.signIn(email)
		v.batch = insider.invite(v.department, v.id) // the one before may have sent or discarded theirs
		who := auth.Caller{Roles: map[string][]auth.Role{v.department: {role}}}
		for _, o := range operations {
			status, body := c.try(o, v)
			may := o.permission == auth.SignedIn || who.Can(v.department, o.permission)
			if may == (status == http.StatusForbidden || status == http.StatusNotFound) || status >= http.StatusInternalServerError {
				t.Errorf("%s: %s %s: %d, allowed by the table: %v: %.300s", role, o.method, o.path, status, may, body)
			}
		}
	}
}

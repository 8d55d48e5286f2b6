package desk_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"mime/multipart"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2/humatest"
	"github.com/google/uuid"

	"teleconsult/server/auth"
	"teleconsult/server/dbtest"
	"teleconsult/server/encountertest"
	"teleconsult/server/invitation"
	"teleconsult/server/invitation/column"
	"teleconsult/server/invitation/desk"
	"teleconsult/server/invitation/intake"
	"teleconsult/server/invitation/sheet"
	"teleconsult/server/invitation/work"
	"teleconsult/server/problem"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

// ward is a hospital with the operations on lists.
type ward struct {
	*encountertest.World
	api       humatest.TestAPI
	worker    *work.Worker
	t         *testing.T
	secretary context.Context
}

func newWard(t *testing.T) *ward {
	t.Helper()
	problem.Install()
	w := encountertest.New(t)
	_, api := humatest.New(t)
	lists := invitation.New(w.Encounters)
	desk.Register(api, intake.New(lists, sheet.Limits{Bytes: 1 << 20, Rows: 600}))
	return &ward{World: w, api: api, worker: &work.Worker{Service: lists}, t: t, secretary: auth.WithCaller(context.Background(), w.Secretary)}
}

func read[T any](t *testing.T, answer *httptest.ResponseRecorder) T {
	t.Helper()
	var body T
	if err := json.Unmarshal(answer.Body.Bytes(), &body); err != nil || answer.Code > 299 {
		t.Fatalf("status %d: %s (%v)", answer.Code, answer.Body, err)
	}
	return body
}

// form is a multipart body.
func form(departmentID, name, content string) (contentType string, body *bytes.Buffer) {
	body = &bytes.Buffer{}
	w := multipart.NewWriter(body)
	_ = w.WriteField("departmentId", departmentID)
	part, err := w.CreateFormFile("file", name)
	if err == nil {
		_, err = part.Write([]byte(content))
	}
	if err != nil || w.Close() != nil {
		panic(err)
	}
	return "Content-Type: " + w.FormDataContentType(), body
}

// created makes a list and checks the answer.
func (w *ward) created(arguments ...any) string {
	w.t.Helper()
	answer := w.api.PostCtx(w.secretary, "/batches", arguments...)
	body := read[struct{ ID string }](w.t, answer)
	if answer.Code != 201 || answer.Header().Get("Location") != "/api/v1/batches/"+body.ID || uuid.Validate(body.ID) != nil {
		w.t.Fatalf("status %d, location %q: %s", answer.Code, answer.Header().Get("Location"), answer.Body)
	}
	return body.ID
}

func (w *ward) upload(content string) string {
	w.t.Helper()
	contentType, body := form(w.Department, "liste.csv", content)
	return w.created(contentType, body)
}

func (w *ward) get(path string) invitation.Batch {
	w.t.Helper()
	return read[invitation.Batch](w.t, w.api.GetCtx(w.secretary, path))
}

// people is a list of so many; what is in the place of a name stands there.
func people(n int, names ...string) string {
	var b strings.Builder
	b.WriteString("Nom;Prénom;Date de naissance;Mail;Portable;Date RDV;Heure;Lien\n")
	for i := range n {
		name := "NOM" + string(rune('A'+i/26%26)) + string(rune('A'+i%26))
		if i < len(names) {
			name = names[i]
		}
		fmt.Fprintf(&b, "%s;Jeanne;02/01/1980;p%d@exemple.fr;;%s;%02d:%02d;https://us02web.zoom.us/j/%d?pwd=Zm9v.1\n",
			name, i, time.Date(2026, 5, 13+i/48, 0, 0, 0, 0, time.UTC).Format("02/01/2006"), 9+i/6%8, i%6*10, 80_000_000_000+i)
	}
	return b.String()
}

// ready settles what holds for the whole list.
func (w *ward) ready(id string) invitation.BatchHead {
	w.t.Helper()
	head := w.get("/batches/" + id + "?rows=none").BatchHead
	d := head.Defaults
	d.PractitionerID, d.ToolReason = w.Practitioner.StaffID, "ORTIF en panne"
	for _, c := range head.Checklist {
		d.Declared = append(d.Declared, c.Codes...)
	}
	return read[invitation.BatchHead](w.t, w.api.PatchCtx(w.secretary, "/batches/"+id, map[string]any{"defaults": d}))
}

func (w *ward) workAll() {
	w.t.Helper()
	for more := true; more; {
		var err error
		if more, err = w.worker.Work(context.Background()); err != nil {
			w.t.Fatal(err)
		}
	}
}

func TestEverySourceOverHTTP(t *testing.T) {
	w := newWard(t)
	byFile := w.get("/batches/" + w.upload(people(2)))
	if byFile.Source != "file" || byFile.FileName != "liste.csv" || len(byFile.Rows) != 2 || len(byFile.Columns) != 8 || byFile.Checklist[0].Tool != "zoom" {
		t.Errorf("%+v", byFile.BatchHead)
	}
	pasted := w.created(map[string]any{"departmentId": w.Department, "text": strings.ReplaceAll(people(3), ";", "\t")})
	if b := w.get("/batches/" + pasted); b.Source != "text" || len(b.Rows) != 3 {
		t.Errorf("%+v", b.BatchHead)
	}
	planned := w.Plan()
	ticked := w.created(map[string]any{"departmentId": w.Department, "encounterIds": []string{planned}})
	if b := w.get("/batches/" + ticked); b.Source != "encounters" || len(b.Rows) != 1 || b.Rows[0].EncounterID != planned || !b.Rows[0].Fixed {
		t.Errorf("%+v", b)
	}
	all := read[struct {
		Items  []struct{ ID, State string }
		Limits desk.BatchLimits
	}](t, w.api.GetCtx(w.secretary, "/batches?departmentId="+w.Department))
	if len(all.Items) != 3 || all.Items[0].State != "draft" || all.Limits != (desk.BatchLimits{Rows: 600, Megabytes: 1}) {
		t.Errorf("%+v", all)
	}
	candidates := read[struct {
		Items []struct {
			ID, Told string
			HasLink  bool
		}
	}](t, w.api.GetCtx(w.secretary, "/batches/candidates?departmentId="+w.Department+"&from=2026-05-12&to=2026-05-13"))
	if len(candidates.Items) != 1 || candidates.Items[0].Told != "never" || candidates.Items[0].ID != planned || candidates.Items[0].HasLink {
		t.Errorf("%+v", candidates)
	}
	if answer := w.api.DeleteCtx(w.secretary, "/batches/"+pasted); answer.Code != 204 || answer.Body.Len() != 0 {
		t.Errorf("discarded: %d %s", answer.Code, answer.Body)
	}
}

func TestPagesOfRows(t *testing.T) {
	w := newWard(t)
	id := w.upload(people(501))
	w.ready(id)
	first := w.get("/batches/" + id)
	if len(first.Rows) != 500 || first.Next == "" || first.Summary.Rows != 501 || first.Summary.Errors != 0 {
		t.Fatalf("%d rows, next %q, %+v", len(first.Rows), first.Next, first.Summary)
	}
	second := w.get("/batches/" + id + "?cursor=" + first.Next)
	if len(second.Rows) != 1 || second.Next != "" || second.Rows[0].ID != 501 {
		t.Errorf("%d rows, next %q", len(second.Rows), second.Next)
	}
	seen := map[int]bool{}
	for i, r := range append(first.Rows, second.Rows...) {
		if seen[r.ID] || r.ID != i+1 || r.Line != i+2 {
			t.Fatalf("row %d, line %d at place %d", r.ID, r.Line, i)
		}
		seen[r.ID] = true
	}
	quick := w.get("/batches/" + id + "?rows=none")
	if len(quick.Rows) != 0 || quick.Next != "" || quick.Summary != first.Summary {
		t.Errorf("without rows: %+v", quick)
	}
	// errors come first, also when they are many
	for _, row := range []int{501, 7} {
		read[invitation.Corrected](t, w.api.PatchCtx(w.secretary, fmt.Sprintf("/batches/%s/rows/%d", id, row), map[string]any{"values": map[string]string{"email": "-"}}))
	}
	if b := w.get("/batches/" + id); b.Rows[0].ID != 7 || b.Rows[1].ID != 501 || b.Rows[2].ID != 1 || len(b.Rows) != 500 {
		t.Errorf("first are %d, %d, %d", b.Rows[0].ID, b.Rows[1].ID, b.Rows[2].ID)
	}
}

func TestARowIsCorrectedOverHTTP(t *testing.T) {
	w := newWard(t)
	id := w.upload(people(3, "DUPONT", "DURAND", "DUPONT"))
	head := w.ready(id)
	path := "/batches/" + id + "/rows/3"
	c := read[invitation.Corrected](t, w.api.PatchCtx(w.secretary, path, map[string]any{"values": map[string]string{"time": "09:00", "email": "p0@exemple.fr"}}))
	if c.Revision <= head.Revision || len(c.Rows) < 2 || c.Rows[0].ID != 3 || c.Rows[1].ID != 1 || c.Rows[0].Problems[0].Code != "duplicate_row" || c.Rows[0].Problems[0].Line != 2 || c.Summary.Errors != 1 {
		t.Fatalf("%+v", c)
	}
	c = read[invitation.Corrected](t, w.api.PatchCtx(w.secretary, path, map[string]any{"values": map[string]string{"link": "https://us02web.zoom.us/j/80000000000?pwd=Zm9v.1"}}))
	if len(c.Rows) != 2 || c.Rows[1].ID != 1 || c.Rows[1].Problems[0].Code != "link_twice" || c.Summary.Errors != 2 {
		t.Errorf("the neighbour: %+v", c)
	}
	c = read[invitation.Corrected](t, w.api.PatchCtx(w.secretary, path, map[string]any{"leftOut": true}))
	if len(c.Rows) != 2 || len(c.Rows[1].Problems) != 0 || !c.Rows[0].LeftOut || c.Summary.LeftOut != 1 {
		t.Errorf("left out: %+v", c)
	}
	c = read[invitation.Corrected](t, w.api.PatchCtx(w.secretary, "/batches/"+id+"/rows/2", map[string]any{"values": map[string]string{"email": "x@gmial.com"}}))
	if p := c.Rows[0].Problems[0]; p.Code != "email_typo" || p.Suggestion != "x@gmail.com" || !p.Acceptable {
		t.Errorf("%+v", p)
	}
	c = read[invitation.Corrected](t, w.api.PatchCtx(w.secretary, "/batches/"+id+"/rows/2", map[string]any{"accepted": []string{"email_typo"}}))
	if len(c.Rows[0].Problems) != 0 || !slices.Equal(c.Rows[0].Accepted, []string{"email_typo"}) {
		t.Errorf("%+v", c.Rows[0])
	}
}

func TestAListGoesOutOverHTTP(t *testing.T) {
	w := newWard(t)
	id := w.upload(people(3))
	head := w.ready(id)
	send := map[string]any{"revision": head.Revision}
	for range 2 {
		if h := read[invitation.BatchHead](t, w.api.PostCtx(w.secretary, "/batches/"+id+"/send", send)); h.State != "sending" || h.Summary.Progress.Working != 3 || h.ConfirmedBy == "" {
			t.Errorf("%+v", h)
		}
	}
	w.workAll()
	if n := w.Count(`SELECT count(*) FROM message WHERE purpose = 'notice'`); n != 3 {
		t.Errorf("%d notices", n)
	}
	for _, c := range []struct{ step, state string }{{"pause", "paused"}, {"resume", "sending"}, {"cancel", "cancelled"}} {
		if h := read[invitation.BatchHead](t, w.api.PostCtx(w.secretary, "/batches/"+id+"/"+c.step)); string(h.State) != c.state {
			t.Errorf("%s: %s", c.step, h.State)
		}
	}
	other := w.upload(people(1, "AUTRE"))
	w.ready(other)
	text := "Sujet : x\nHeure : 13 mai 2026 09:00\nhttps://us02web.zoom.us/j/81111111111?pwd=Zm9v.1"
	links := read[struct {
		Attached  int
		Unmatched []map[string]any
	}](t, w.api.PostCtx(w.secretary, "/batches/"+other+"/links", map[string]any{"text": text}))
	if links.Attached != 0 || len(links.Unmatched) != 1 || links.Unmatched[0]["startsAt"] != "2026-05-13T07:00:00Z" {
		t.Errorf("%+v", links)
	}
}

func TestRefusalsOverHTTP(t *testing.T) {
	w := newWard(t)
	id := w.upload(people(2))
	path := "/batches/" + id
	ctx := func(c auth.Caller) context.Context { return auth.WithCaller(context.Background(), c) }
	contentType, whole := form(w.Department, "x.csv", people(1))
	broken := bytes.NewReader(whole.Bytes()[:whole.Len()-20])
	otherType, otherBody := form(w.Department, "x.csv", people(1))
	bigType, bigBody := form(w.Department, "x.csv", strings.Repeat("x;y\n", 300_000))
	pictureType, pictureBody := form(w.Department, "x.png", "\x89PNG\r\n\x1a\n"+strings.Repeat("\x00", 99))
	text := func(department, text string) map[string]any {
		return map[string]any{"departmentId": department, "text": text}
	}
	for _, c := range []struct {
		name   string
		answer *httptest.ResponseRecorder
		want   int
		code   string
	}{
		{"nobody makes", w.api.Post("/batches", text(w.Department, "x")), 401, "unauthenticated"},
		{"a manager makes", w.api.PostCtx(ctx(w.Manager), "/batches", text(w.Department, people(1))), 403, "forbidden"},
		{"a stranger makes", w.api.PostCtx(ctx(w.Stranger), "/batches", text(w.Department, people(1))), 404, "not_found"},
		{"a stranger uploads", w.api.PostCtx(ctx(w.Stranger), "/batches", otherType, otherBody), 404, "not_found"},
		{"no department", w.api.PostCtx(w.secretary, "/batches", text("42", people(1))), 422, "invalid_input"},
		{"no source", w.api.PostCtx(w.secretary, "/batches", text(w.Department, "")), 422, "source_missing"},
		{"no encounter", w.api.PostCtx(w.secretary, "/batches", map[string]any{"departmentId": w.Department, "encounterIds": []string{"42"}}), 422, "invalid_input"},
		{"an unknown encounter", w.api.PostCtx(w.secretary, "/batches", map[string]any{"departmentId": w.Department, "encounterIds": []string{uuid.NewString()}}), 422, "invalid_input"},
		{"no JSON", w.api.PostCtx(w.secretary, "/batches", "Content-Type: application/json", strings.NewReader("{")), 422, "malformed_body"},
		{"another kind", w.api.PostCtx(w.secretary, "/batches", "Content-Type: text/html", strings.NewReader("<p>")), 422, "malformed_body"},
		{"a broken form", w.api.PostCtx(w.secretary, "/batches", contentType, broken), 422, "malformed_body"},
		{"too large", w.api.PostCtx(w.secretary, "/batches", bigType, bigBody), 413, "file_too_large"},
		{"a picture", w.api.PostCtx(w.secretary, "/batches", pictureType, pictureBody), 422, "file_kind_unknown"},
		{"nobody reads", w.api.Get(path), 401, "unauthenticated"},
		{"a stranger reads", w.api.GetCtx(ctx(w.Stranger), path), 404, "not_found"},
		{"a stranger downloads", w.api.GetCtx(ctx(w.Stranger), path+"/result"), 404, "not_found"},
		{"a manager lists", w.api.GetCtx(ctx(w.Manager), "/batches?departmentId="+w.Department), 403, "forbidden"},
		{"a stranger lists", w.api.GetCtx(ctx(w.Stranger), "/batches?departmentId="+w.Department), 404, "not_found"},
		{"a stranger's candidates", w.api.GetCtx(ctx(w.Stranger), "/batches/candidates?departmentId="+w.Department+"&from=2026-05-12&to=2026-05-12"), 404, "not_found"},
		{"a period that is none", w.api.GetCtx(w.secretary, "/batches/candidates?departmentId="+w.Department+"&from=2026-05-12&to=2026-05-11"), 422, "invalid_input"},
		{"a cursor that is none", w.api.GetCtx(w.secretary, path+"?cursor=x"), 422, "invalid_input"},
		{"no row", w.api.PatchCtx(w.secretary, path+"/rows/9", map[string]any{"leftOut": true}), 404, "not_found"},
		{"nothing changes", w.api.PatchCtx(w.secretary, path+"/rows/1", map[string]any{}), 422, "invalid_input"},
		{"a column that is none", w.api.PatchCtx(w.secretary, path+"/rows/1", map[string]any{"values": map[string]string{"shoeSize": "42"}}), 422, "invalid_input"},
		{"an old revision", w.api.PostCtx(w.secretary, path+"/send", map[string]any{"revision": 0}), 409, "batch_changed"},
		{"nothing to send", w.api.PostCtx(w.secretary, path+"/send", map[string]any{"revision": w.get(path).Revision}), 409, "nothing_to_send"},
		{"a draft is paused", w.api.PostCtx(w.secretary, path+"/pause"), 409, "not_sending"},
		{"nobody is left", w.api.PostCtx(w.secretary, path+"/again", map[string]any{"who": "failed"}), 409, "nobody_left"},
		{"who is nobody", w.api.PostCtx(w.secretary, path+"/again", map[string]any{"who": "all"}), 422, ""},
		{"no invitation", w.api.PostCtx(w.secretary, path+"/links", map[string]any{"text": "rien"}), 422, "no_invitation"},
		{"a format that is none", w.api.GetCtx(w.secretary, path+"/result?format=pdf"), 422, ""},
		{"nobody's model", w.api.Get("/batches/model"), 401, "unauthenticated"},
	} {
		var p problem.Problem
		if err := json.Unmarshal(c.answer.Body.Bytes(), &p); err != nil || c.answer.Code != c.want || c.code != "" && p.Code != c.code || p.Title == "" || p.Status != c.want {
			t.Errorf("%s: %d %s, want %d %s (%v)", c.name, c.answer.Code, c.answer.Body, c.want, c.code, err)
		}
		if kind := c.answer.Header().Get("Content-Type"); kind != "application/problem+json" {
			t.Errorf("%s: content type %q", c.name, kind)
		}
	}
}

// content is a downloaded file, read back.
func (w *ward) content(path, name string) sheet.Table {
	w.t.Helper()
	answer := w.api.GetCtx(w.secretary, path)
	if answer.Code != 200 || !strings.Contains(answer.Header().Get("Content-Disposition"), `filename="`+name) || answer.Header().Get("Cache-Control") != "no-store" {
		w.t.Fatalf("%s: %d %v", path, answer.Code, answer.Header())
	}
	table, err := sheet.Read(name, answer.Body.Bytes(), sheet.Limits{Bytes: 1 << 20, Rows: 100})
	if err != nil {
		w.t.Fatal(err)
	}
	return table
}

func TestTheModelIsUnderstood(t *testing.T) {
	w := newWard(t)
	for _, format := range []string{"csv", "xlsx"} {
		table := w.content("/batches/model?format="+format, "modele-liste."+format)
		if table.Kind != format || len(table.Rows) != 1 {
			t.Fatalf("%+v", table)
		}
		header, fields := column.Recognise([][]string{table.Rows[0].Cells}, nil)
		want := slices.DeleteFunc(column.Fields(), func(f column.Field) bool { return f == column.FullName })
		if !header || !slices.Equal(fields, want) {
			t.Errorf("%s is read as %v, %v", format, header, fields)
		}
	}
}

func TestTheResultIsHarmless(t *testing.T) {
	w := newWard(t)
	id := w.upload(people(3, "A", "DURAND", "B"))
	for row, name := range map[int]string{1: `=HYPERLINK("https://evil.example")`, 3: "+33 DUPONT"} { // a file with a formula is refused
		read[invitation.Corrected](t, w.api.PatchCtx(w.secretary, fmt.Sprintf("/batches/%s/rows/%d", id, row), map[string]any{"values": map[string]string{"familyName": name}}))
	}
	head := w.ready(id)
	read[invitation.BatchHead](t, w.api.PostCtx(w.secretary, "/batches/"+id+"/send", map[string]any{"revision": head.Revision}))
	w.workAll()
	answer := w.api.GetCtx(w.secretary, "/batches/"+id+"/result")
	csv := answer.Body.String()
	if answer.Header().Get("Content-Type") != "text/csv; charset=utf-8" || !strings.HasPrefix(csv, "\ufeffLigne;Nom;Prénom;Date de naissance;") || !strings.Contains(csv, "\r\n") {
		t.Errorf("%v\n%s", answer.Header(), csv)
	}
	if !strings.Contains(csv, `"'=HYPERLINK(""https://evil.example"")"`) || strings.Contains(csv, ";=") || strings.Contains(csv, ";+") || strings.Contains(csv, `;"=`) {
		t.Errorf("a formula is let through:\n%s", csv)
	}
	for _, format := range []string{"csv", "xlsx"} {
		table := w.content("/batches/"+id+"/result?format="+format, "resultat-envoi."+format)
		if len(table.Rows) != 4 {
			t.Fatalf("%+v", table.Rows)
		}
		bad, good := table.Rows[1].Cells, table.Rows[2].Cells
		if bad[0] != "2" || !strings.Contains(bad[1], "HYPERLINK") || bad[9] != "à corriger" || !strings.Contains(bad[12], "Ce nom n’est pas lisible") {
			t.Errorf("%s: %q", format, bad)
		}
		if good[0] != "3" || good[1] != "DURAND" || good[3] != "02/01/1980" || good[9] != "en file" || good[10] != "e-mail en file" {
			t.Errorf("%s: %q", format, good)
		}
	}
	read[invitation.BatchHead](t, w.api.PostCtx(w.secretary, "/batches/"+id+"/pause"))
	if held := w.content("/batches/"+id+"/result", "resultat-envoi.csv").Rows[2].Cells; held[9] != "en pause" || !strings.Contains(held[12], "en pause") {
		t.Errorf("paused: %q", held)
	}
	if n := w.Count(`SELECT count(*) FROM audit_event WHERE action = 'batch.download'`); n != 4 {
		t.Errorf("%d downloads in the trace", n)
	}
}

// A list that was downloaded can be sent in again.
func TestTheResultIsUnderstood(t *testing.T) {
	w := newWard(t)
	id := w.upload(people(2))
	w.ready(id)
	table := w.content("/batches/"+id+"/result", "resultat-envoi.csv")
	var rows [][]string
	for _, r := range table.Rows {
		rows = append(rows, r.Cells)
	}
	_, fields := column.Recognise(rows, nil)
	for _, f := range []column.Field{column.FamilyName, column.GivenName, column.BirthDate, column.Date, column.Time, column.Practitioner, column.Email, column.Mobile} {
		if !slices.Contains(fields, f) {
			t.Errorf("%s is not recognised: %v", f, fields)
		}
	}
}

package record_test

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2/humatest"

	"teleconsult/server/auth"
	"teleconsult/server/encounter"
	"teleconsult/server/encounter/view"
	"teleconsult/server/problem"
	"teleconsult/server/record"
)

func TestNoteOverHTTP(t *testing.T) {
	problem.Install()
	w := newWorld(t)
	_, api := humatest.New(t)
	record.Register(api, w.service())
	id, planned := w.Held(), w.Plan()
	signedIn := auth.WithCaller(context.Background(), w.Practitioner)
	secretary := auth.WithCaller(context.Background(), w.Secretary)

	answer := api.GetCtx(secretary, "/encounters/"+id+"/note")
	var note record.NoteBody
	if err := json.Unmarshal(answer.Body.Bytes(), &note); err != nil || answer.Code != http.StatusOK {
		t.Fatalf("status %d: %s (%v)", answer.Code, answer.Body, err)
	}
	if len(note.Version) != 64 || !strings.Contains(note.Text, "DURAND Zoé") || strings.Contains(answer.Body.String(), "transferredVersion") {
		t.Errorf("note %+v", note)
	}
	answer = api.PostCtx(signedIn, "/encounters/"+id+"/record", map[string]any{"version": note.Version})
	var body view.Detail
	if err := json.Unmarshal(answer.Body.Bytes(), &body); err != nil || answer.Code != http.StatusOK || answer.Header().Get("ETag") == "" {
		t.Fatalf("status %d: %s (%v)", answer.Code, answer.Body, err)
	}
	if r := body.Record; r == nil || r.Version != note.Version {
		t.Errorf("record %+v", r)
	}
	answer = api.GetCtx(signedIn, "/encounters/"+id+"/note")
	if err := json.Unmarshal(answer.Body.Bytes(), &note); err != nil || note.TransferredVersion != note.Version {
		t.Errorf("note after the transfer: %s (%v)", answer.Body, err)
	}

	for _, c := range []struct {
		name   string
		answer interface{ Result() *http.Response }
		want   int
		code   string
	}{
		{"note, nobody", api.Get("/encounters/" + id + "/note"), 401, "unauthenticated"},
		{"note of another department", api.GetCtx(auth.WithCaller(context.Background(), w.Stranger), "/encounters/"+id+"/note"), 404, "not_found"},
		{"transfer, nobody", api.Post("/encounters/"+id+"/record", map[string]any{"version": note.Version}), 401, "unauthenticated"},
		{"transfer by a secretary", api.PostCtx(secretary, "/encounters/"+id+"/record", map[string]any{"version": note.Version}), 403, "forbidden"},
		{"another version", api.PostCtx(signedIn, "/encounters/"+id+"/record", map[string]any{"version": "0"}), 409, "note_changed"},
		{"too early", api.PostCtx(signedIn, "/encounters/"+planned+"/record", map[string]any{"version": "0"}), 409, "nothing_to_record"},
		{"no version", api.PostCtx(signedIn, "/encounters/"+id+"/record", map[string]any{}), 422, "invalid_input"},
	} {
		t.Run(c.name, func(t *testing.T) {
			response := c.answer.Result()
			defer func() { _ = response.Body.Close() }()
			var p problem.Problem
			if err := json.NewDecoder(response.Body).Decode(&p); err != nil || response.StatusCode != c.want || p.Code != c.code {
				t.Errorf("status %d %s, want %d %s (%v)", response.StatusCode, p.Code, c.want, c.code, err)
			}
		})
	}
}

func TestTheReportOverHTTP(t *testing.T) {
	problem.Install()
	w := newWorld(t)
	_, api := humatest.New(t)
	record.Register(api, w.service())
	id := w.Held()
	signedIn := auth.WithCaller(context.Background(), w.Practitioner)
	secretary := auth.WithCaller(context.Background(), w.Secretary)
	draft := func(findings string, revision int) map[string]any {
		return map[string]any{
			"findings": findings, "conclusion": "", "followUp": "", "reportFollows": false, "identityCheck": "document", "participants": "",
			"revision": revision, "writer": "01900000-0000-7000-8000-00000000000" + findings[len(findings)-1:],
		}
	}
	path := "/encounters/" + id
	answer := api.PutCtx(signedIn, path+"/note", draft("Éruption 1", 0))
	var note record.NoteBody
	if err := json.Unmarshal(answer.Body.Bytes(), &note); err != nil || answer.Code != http.StatusOK {
		t.Fatalf("status %d: %s (%v)", answer.Code, answer.Body, err)
	}
	if d := note.Draft; d.Findings != "Éruption 1" || d.Revision != 1 || d.IdentityCheck != "document" || note.KeptDays != 90 || note.Number != 1 {
		t.Errorf("note %+v", note)
	}
	if c := note.Closing; len(c.Missing) == 0 || c.ClosedAt != nil || c.Missing[0].Code != "consent_missing" || c.Missing[0].Step != encounter.StepConsent {
		t.Errorf("closing %+v", c)
	}

	answer = api.GetCtx(secretary, path+"/note.pdf")
	if h := answer.Header(); answer.Code != http.StatusOK || h.Get("Content-Type") != "application/pdf" || h.Get("Cache-Control") != "no-store" ||
		h.Get("Content-Disposition") != `attachment; filename="compte-rendu-v1.pdf"` || !strings.HasPrefix(answer.Body.String(), "%PDF-") {
		t.Errorf("status %d, headers %v", answer.Code, h)
	}
	if n := w.Traced(id, "note.print"); n != 1 {
		t.Errorf("%d trace events of the print", n)
	}

	long := draft("Éruption 1", 1)
	long["findings"] = strings.Repeat("é", 20_001)
	other := draft("Éruption 1", 1)
	other["identityCheck"] = "guessed"
	for _, c := range []struct {
		name   string
		answer interface{ Result() *http.Response }
		want   int
		code   string
	}{
		{"another device", api.PutCtx(signedIn, path+"/note", draft("Éruption 2", 0)), 409, "note_written_elsewhere"},
		{"a long text", api.PutCtx(signedIn, path+"/note", long), 422, "invalid_input"},
		{"another check", api.PutCtx(signedIn, path+"/note", other), 422, "invalid_input"},
		{"an empty body", api.PutCtx(signedIn, path+"/note", map[string]any{}), 422, "invalid_input"},
		{"a secretary", api.PutCtx(secretary, path+"/note", draft("Éruption 1", 1)), 403, "forbidden"},
		{"nobody", api.Put(path+"/note", draft("Éruption 1", 1)), 401, "unauthenticated"},
		{"print, nobody", api.Get(path + "/note.pdf"), 401, "unauthenticated"},
		{"print, another department", api.GetCtx(auth.WithCaller(context.Background(), w.Stranger), path+"/note.pdf"), 404, "not_found"},
		{"close, too early", api.PostCtx(signedIn, path+"/close"), 409, "encounter_incomplete"},
		{"close, a secretary", api.PostCtx(secretary, path+"/close"), 403, "forbidden"},
		{"close, nobody", api.Post(path + "/close"), 401, "unauthenticated"},
	} {
		t.Run(c.name, func(t *testing.T) {
			response := c.answer.Result()
			defer func() { _ = response.Body.Close() }()
			var p problem.Problem
			if err := json.NewDecoder(response.Body).Decode(&p); err != nil || response.StatusCode != c.want || p.Code != c.code {
				t.Errorf("status %d %s, want %d %s (%v)", response.StatusCode, p.Code, c.want, c.code, err)
			}
		})
	}
}

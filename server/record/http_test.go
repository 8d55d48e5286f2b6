package record_test

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2/humatest"

	"teleconsult/server/auth"
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

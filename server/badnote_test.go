package main

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestBadNotes: whatever is wrong with what is typed into a note, or with closing an encounter, is said in the user's
// words, and what was typed is not echoed.
func TestBadNotes(t *testing.T) {
	t.Parallel()
	app := startApp(t)
	practitioner := app.signIn("medecin@demo.test")
	start := time.Now().In(app.paris).AddDate(0, 0, 2).Truncate(time.Minute)
	at := "/encounters/" + practitioner.schedule(start, person{family: "Note", given: "Nina", born: "1980-01-02", email: "nina@exemple.fr"}, "zoom").ID
	const unknown = "/encounters/01900000-0000-7000-8000-000000000000"
	draft := func(changes map[string]any) string {
		in := map[string]any{
			"findings": "Typographe", "conclusion": "", "followUp": "", "reportFollows": false, "participants": "", "revision": 0,
			"writer": "01900000-0000-7000-8000-000000000001",
		}
		for name, value := range changes {
			in[name] = value
		}
		return asText(in)
	}
	for _, c := range []badList{
		{"no body", http.MethodPut, at + "/note", "", "", 422, "required"},
		{"not JSON", http.MethodPut, at + "/note", asJSON, `{"findings":`, 422, "malformed_json"},
		{"nothing at all", http.MethodPut, at + "/note", asJSON, `{}`, 422, "required"},
		{"a number as a text", http.MethodPut, at + "/note", asJSON, draft(map[string]any{"findings": 1}), 422, "invalid_type"},
		{"a revision below all", http.MethodPut, at + "/note", asJSON, draft(map[string]any{"revision": -1}), 422, "too_small"},
		{"an editor that is none", http.MethodPut, at + "/note", asJSON, draft(map[string]any{"writer": "Typographe"}), 422, "invalid_id"},
		{"another check", http.MethodPut, at + "/note", asJSON, draft(map[string]any{"identityCheck": "Typographe"}), 422, "not_allowed"},
		{"a long text", http.MethodPut, at + "/note", asJSON, draft(map[string]any{"conclusion": strings.Repeat("Typographe", 2001)}), 422, "too_long"},
		{"a huge text", http.MethodPut, at + "/note", asJSON, draft(map[string]any{"conclusion": strings.Repeat("Typographe", 60_000)}), 413, "too_large"},
		{"no such encounter", http.MethodPut, unknown + "/note", asJSON, draft(nil), 404, "not_found"},
		{"no such encounter to print", http.MethodGet, unknown + "/note.pdf", "", "", 404, "not_found"},
		{"an id that is none", http.MethodGet, "/encounters/Typographe/note.pdf", "", "", 422, "invalid_id"},
		{"no such encounter to close", http.MethodPost, unknown + "/close", "", "", 404, "not_found"},
		{"closed too early", http.MethodPost, at + "/close", "", "", 409, "encounter_incomplete"},
	} {
		t.Run(c.name, func(t *testing.T) {
			status, answer := practitioner.send(c.method, c.path, c.kind, c.body)
			var r refusal
			if err := json.Unmarshal([]byte(answer), &r); err != nil || status != c.status || r.Code == "" || r.Detail == "" {
				t.Fatalf("%d, want %d\n%.500s", status, c.status, answer)
			}
			if c.code != r.Code && !slices.Contains(r.codes(), c.code) {
				t.Errorf("code %q %v, want %q", r.Code, r.codes(), c.code)
			}
			if strings.Contains(answer, "Typo") {
				t.Errorf("the answer echoes what was sent: %.300s", answer)
			}
		})
	}
	if status, answer := practitioner.send(http.MethodPut, at+"/note", asJSON, draft(map[string]any{"findings": "a\u0000b"})); status != http.StatusOK ||
		!strings.Contains(answer, `"findings":"ab"`) {
		t.Errorf("a NUL among the letters: %d %.300s", status, answer)
	}
}

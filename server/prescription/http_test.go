package prescription_test

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"testing"

	"github.com/danielgtaylor/huma/v2/humatest"

	"teleconsult/server/auth"
	"teleconsult/server/encounter/view"
	"teleconsult/server/encountertest"
	"teleconsult/server/prescription"
	"teleconsult/server/problem"
)

func TestPrescriptionOverHTTP(t *testing.T) {
	problem.Install()
	w := encountertest.New(t)
	_, api := humatest.New(t)
	prescription.Register(api, &prescription.Service{Encounters: w.Encounters})
	path := "/encounters/" + w.Held() + "/prescription"
	signedIn := auth.WithCaller(context.Background(), w.Practitioner)

	answer := api.PostCtx(signedIn, path, map[string]any{"channel": "portal", "state": "announced", "wantedToday": false})
	if answer.Code != http.StatusOK || answer.Header().Get("ETag") == "" {
		t.Fatalf("status %d, headers %v: %s", answer.Code, answer.Header(), answer.Body)
	}
	var body view.Detail
	if err := json.Unmarshal(answer.Body.Bytes(), &body); err != nil {
		t.Fatal(err)
	}
	if p := body.Prescription; p == nil || p.Channel != "portal" || p.State != "announced" || len(body.Chain) != 10 {
		t.Errorf("answer %s", answer.Body)
	}

	for _, c := range []struct {
		name string
		ctx  context.Context
		path string
		body map[string]any
		want int
		code string
	}{
		{"nobody", context.Background(), path, map[string]any{"channel": "none", "state": "delivered", "wantedToday": false}, 401, ""},
		{"a manager", auth.WithCaller(context.Background(), w.Manager), path, map[string]any{"channel": "none", "state": "delivered", "wantedToday": false}, 403, ""},
		{"a rule", signedIn, path, map[string]any{"channel": "portal", "state": "announced", "wantedToday": true}, 422, "portal_is_next_day"},
		{"a channel that is none", signedIn, path, map[string]any{"channel": "fax", "state": "announced", "wantedToday": true}, 422, "not_allowed"},
		{"no id", signedIn, "/encounters/42/prescription", map[string]any{"channel": "none", "state": "delivered", "wantedToday": false}, 422, "invalid_id"},
	} {
		t.Run(c.name, func(t *testing.T) {
			answer := api.PostCtx(c.ctx, c.path, c.body)
			var p problem.Problem
			if err := json.Unmarshal(answer.Body.Bytes(), &p); err != nil || answer.Code != c.want {
				t.Fatalf("status %d, want %d: %s (%v)", answer.Code, c.want, answer.Body, err)
			}
			var codes []string
			for _, v := range p.Violations {
				codes = append(codes, v.Code)
			}
			if c.code != "" && !slices.Equal(codes, []string{c.code}) {
				t.Errorf("violations %v, want %s", codes, c.code)
			}
		})
	}
}

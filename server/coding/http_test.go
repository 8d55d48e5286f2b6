package coding_test

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"testing"

	"github.com/danielgtaylor/huma/v2/humatest"
	"github.com/google/uuid"

	"teleconsult/server/auth"
	"teleconsult/server/coding"
	"teleconsult/server/encounter/view"
	"teleconsult/server/problem"
)

func TestCodingOverHTTP(t *testing.T) {
	problem.Install()
	w := newWorld(t)
	_, api := humatest.New(t)
	coding.Register(api, w.service())
	id := w.Held()
	signedIn := auth.WithCaller(context.Background(), w.Secretary)

	answer := api.GetCtx(signedIn, "/activity-codes?encounterId="+id)
	var codes coding.ActivityCodes
	if err := json.Unmarshal(answer.Body.Bytes(), &codes); err != nil || answer.Code != http.StatusOK || len(codes.Items) != 7 {
		t.Fatalf("status %d: %s (%v)", answer.Code, answer.Body, err)
	}
	tc := codes.Items[0]
	if tc.Code != "TC" || !tc.Proposed || tc.ValidFrom != "2018-09-15" || tc.ValidTo != "" || tc.AmountCents != nil {
		t.Errorf("first item %+v", tc)
	}

	path := "/encounters/" + id + "/coding"
	answer = api.PostCtx(signedIn, path, map[string]any{"state": "coded", "activityCodeId": tc.ID})
	var body view.Detail
	if err := json.Unmarshal(answer.Body.Bytes(), &body); err != nil || answer.Code != http.StatusOK || answer.Header().Get("ETag") == "" {
		t.Fatalf("status %d: %s (%v)", answer.Code, answer.Body, err)
	}
	if c := body.Coding; c == nil || c.Code != "TC" || c.State != "coded" {
		t.Errorf("coding %+v", c)
	}

	planned := w.Plan()
	for _, c := range []struct {
		name   string
		answer interface{ Result() *http.Response }
		want   int
		code   string
	}{
		{"codes, nobody", api.Get("/activity-codes?encounterId=" + id), 401, "unauthenticated"},
		{"codes of no encounter", api.GetCtx(signedIn, "/activity-codes"), 422, "required"},
		{"codes of another department", api.GetCtx(auth.WithCaller(context.Background(), w.Stranger), "/activity-codes?encounterId="+id), 404, "not_found"},
		{"coding, nobody", api.Post(path, map[string]any{"state": "not-billable", "reason": "x"}), 401, "unauthenticated"},
		{"no reason", api.PostCtx(signedIn, path, map[string]any{"state": "not-billable"}), 422, "reason_missing"},
		{"not held", api.PostCtx(signedIn, "/encounters/"+planned+"/coding", map[string]any{"state": "coded", "activityCodeId": tc.ID}), 409, "act_not_held"},
		{"no code", api.PostCtx(signedIn, path, map[string]any{"state": "coded"}), 422, "code_missing"},
		{"unknown code", api.PostCtx(signedIn, path, map[string]any{"state": "coded", "activityCodeId": uuid.NewString()}), 422, "code_unknown"},
		{"undo, nobody", api.Post(path + "/undo"), 401, "unauthenticated"},
		{"nothing to undo", api.PostCtx(signedIn, "/encounters/"+planned+"/coding/undo"), 409, "nothing_to_undo"},
		{"unknown reason", api.PostCtx(signedIn, path, map[string]any{"state": "refused", "reasonCode": "x"}), 422, "reason_unknown"},
		{"seen otherwise", api.PostCtx(signedIn, path, map[string]any{"state": "refused", "reasonCode": "rights", "seen": "to-code"}), 409, "coded_meanwhile"},
		{"unknown state", api.PostCtx(signedIn, path, map[string]any{"state": "lost"}), 422, "not_allowed"},
	} {
		t.Run(c.name, func(t *testing.T) {
			response := c.answer.Result()
			defer func() { _ = response.Body.Close() }()
			var p problem.Problem
			if err := json.NewDecoder(response.Body).Decode(&p); err != nil || response.StatusCode != c.want {
				t.Fatalf("status %d, want %d: %+v (%v)", response.StatusCode, c.want, p, err)
			}
			found := []string{p.Code}
			for _, v := range p.Violations {
				found = append(found, v.Code)
			}
			if !slices.Contains(found, c.code) {
				t.Errorf("codes %v, want %s", found, c.code)
			}
		})
	}
}

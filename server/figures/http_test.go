package figures_test

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2/humatest"

	"teleconsult/server/auth"
	"teleconsult/server/figures"
	"teleconsult/server/problem"
)

func TestFiguresOverHTTP(t *testing.T) {
	problem.Install()
	w := newWorld(t)
	_, api := humatest.New(t)
	figures.Register(api, w.service)
	w.Held()
	w.refresh()
	as := func(c auth.Caller) context.Context { return auth.WithCaller(context.Background(), c) }
	path := "/figures?departmentId=" + w.Department + "&from=2026-05-12&to=2026-05-12"

	answer := api.GetCtx(as(w.Manager), path)
	var f figures.Figures
	if err := json.Unmarshal(answer.Body.Bytes(), &f); err != nil || answer.Code != http.StatusOK {
		t.Fatalf("status %d: %s (%v)", answer.Code, answer.Body, err)
	}
	if f.From != "2026-05-11" || f.To != "2026-05-17" || len(f.Weeks) != 1 || f.Total.Held != 1 || f.Total.Late.Median != 2 || f.Practitioners[0].Name != "Dr Claire Martin" {
		t.Errorf("%+v", f)
	}
	if text := answer.Body.String(); strings.Contains(text, "Durand") || strings.Contains(text, "Zoé") || strings.Contains(text, "8012345678") {
		t.Errorf("the figures name a patient: %s", text)
	}
	export := strings.Replace(path, "/figures", "/figures/export", 1)
	for format, begins := range map[string]string{"csv": "\ufeffSemaine;Du lundi;Praticien;Prévues;", "xlsx": "PK"} {
		answer = api.GetCtx(as(w.Manager), export+"&format="+format)
		if answer.Code != http.StatusOK || !strings.HasPrefix(answer.Body.String(), begins) || strings.Contains(answer.Body.String(), "Durand") {
			t.Errorf("%s: status %d: %.200s", format, answer.Code, answer.Body)
		}
		if name := answer.Header().Get("Content-Disposition"); name != `attachment; filename="chiffres-2026-05-11-2026-05-17.`+format+`"` {
			t.Errorf("%s is called %s", format, name)
		}
	}
	for action, want := range map[string]int{"figures.read": 1, "figures.export": 2} {
		const traced = `SELECT count(*) FROM audit_event WHERE action = $1 AND actor_id = $2 AND encounter_id IS NULL AND patient_id IS NULL
			AND data = '{"from": "2026-05-11", "to": "2026-05-17"}'`
		if n := w.Count(traced, action, w.Manager.StaffID); n != want {
			t.Errorf("%s is traced %d times", action, n)
		}
	}

	for _, c := range []struct {
		name   string
		answer interface{ Result() *http.Response }
		want   int
		code   string
	}{
		{"nobody", api.Get(path), 401, "unauthenticated"},
		{"a practitioner", api.GetCtx(as(w.Practitioner), path), 403, "forbidden"},
		{"a secretary", api.GetCtx(as(w.Secretary), export), 403, "forbidden"},
		{"the manager of another department", api.GetCtx(as(w.Member("Blanc", auth.Manager, w.Stranger.Departments(auth.EncounterRead)[0])), path), 404, "not_found"},
		{"no department", api.GetCtx(as(w.Manager), "/figures?from=2026-05-12&to=2026-05-12"), 422, "required"},
		{"no period", api.GetCtx(as(w.Manager), "/figures?departmentId="+w.Department), 422, "required"},
		{"a day that does not exist", api.GetCtx(as(w.Manager), strings.Replace(path, "to=2026-05-12", "to=2026-02-30", 1)), 422, "invalid_date"},
		{"backwards", api.GetCtx(as(w.Manager), strings.Replace(path, "to=2026-05-12", "to=2026-05-01", 1)), 422, "period_invalid"},
		{"too long", api.GetCtx(as(w.Manager), strings.Replace(export, "from=2026", "from=2006", 1)), 422, "period_invalid"},
		{"another format", api.GetCtx(as(w.Manager), export+"&format=pdf"), 422, "not_allowed"},
		{"a practitioner that is none", api.GetCtx(as(w.Manager), path+"&practitionerId=Martin"), 422, "invalid_id"},
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

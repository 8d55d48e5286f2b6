package staff_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2/humatest"

	"teleconsult/server/auth"
	"teleconsult/server/problem"
	"teleconsult/server/staff"
)

func TestStaffOverHTTP(t *testing.T) {
	problem.Install()
	w := newWorld(t)
	_, api := humatest.New(t)
	staff.Register(api, w.Service)
	manager := auth.WithCaller(t.Context(), w.manager)
	path := "/departments/" + w.cardio + "/staff"

	person := map[string]any{
		"email": "nina.faure@exemple.fr", "title": "Dr", "givenName": "Nina", "familyName": "Faure", "rpps": "10000023084", "roles": []string{"practitioner"},
	}
	var added struct {
		Member          staff.MemberView
		InitialPassword string
	}
	answer := api.PostCtx(manager, path, person)
	if err := json.Unmarshal(answer.Body.Bytes(), &added); err != nil || answer.Code != http.StatusCreated || added.InitialPassword == "" ||
		added.Member.RPPS != "10000023084" || added.Member.IsMe {
		t.Fatalf("%d %s (%v)", answer.Code, answer.Body, err)
	}
	var list struct{ Items []staff.MemberView }
	answer = api.GetCtx(manager, path)
	if err := json.Unmarshal(answer.Body.Bytes(), &list); err != nil || len(list.Items) != 3 || list.Items[0].FamilyName != "Faure" || !list.Items[1].IsMe {
		t.Errorf("%d %s (%v)", answer.Code, answer.Body, err)
	}
	if strings.Contains(strings.ToLower(answer.Body.String()), "password") {
		t.Errorf("a password is listed: %s", answer.Body)
	}
	answer = api.PutCtx(manager, path+"/"+added.Member.ID+"/roles", map[string]any{"roles": []string{"secretary", "practitioner"}})
	var changed staff.MemberView
	if err := json.Unmarshal(answer.Body.Bytes(), &changed); err != nil || answer.Code != http.StatusOK || len(changed.Roles) != 2 {
		t.Errorf("%d %s (%v)", answer.Code, answer.Body, err)
	}
	first := added.InitialPassword
	answer = api.PostCtx(manager, path+"/"+added.Member.ID+"/password")
	if err := json.Unmarshal(answer.Body.Bytes(), &added); err != nil || answer.Code != http.StatusOK || added.InitialPassword == first {
		t.Errorf("%d %s (%v)", answer.Code, answer.Body, err)
	}
	answer = api.PutCtx(manager, path+"/"+added.Member.ID+"/roles", map[string]any{"roles": []string{}})
	if answer.Code != http.StatusOK || !strings.Contains(answer.Body.String(), `"roles":[]`) {
		t.Errorf("%d %s", answer.Code, answer.Body)
	}

	none := map[string]any{"roles": []string{}}
	secretary := auth.WithCaller(t.Context(), w.secretary)
	stranger := auth.WithCaller(t.Context(), w.visitor)
	mine := path + "/" + w.manager.StaffID
	for name, test := range map[string]struct{ got, want int }{
		"nobody lists":                {api.Get(path).Code, http.StatusUnauthorized},
		"nobody adds":                 {api.Post(path, person).Code, http.StatusUnauthorized},
		"nobody assigns":              {api.Put(mine+"/roles", none).Code, http.StatusUnauthorized},
		"nobody resets":               {api.Post(mine + "/password").Code, http.StatusUnauthorized},
		"a secretary lists":           {api.GetCtx(secretary, path).Code, http.StatusForbidden},
		"a secretary adds":            {api.PostCtx(secretary, path, person).Code, http.StatusForbidden},
		"a secretary assigns":         {api.PutCtx(secretary, mine+"/roles", none).Code, http.StatusForbidden},
		"a secretary resets":          {api.PostCtx(secretary, mine+"/password").Code, http.StatusForbidden},
		"a stranger lists":            {api.GetCtx(stranger, path).Code, http.StatusForbidden},
		"a manager, elsewhere":        {api.GetCtx(manager, "/departments/"+w.neuro+"/staff").Code, http.StatusNotFound},
		"a manager, no person's id":   {api.PutCtx(manager, path+"/x/roles", none).Code, http.StatusUnprocessableEntity},
		"a manager, a wrong role":     {api.PutCtx(manager, mine+"/roles", map[string]any{"roles": []string{"boss"}}).Code, http.StatusUnprocessableEntity},
		"a manager, the last one":     {api.PutCtx(manager, mine+"/roles", none).Code, http.StatusConflict},
		"a manager, an empty person":  {api.PostCtx(manager, path, map[string]any{}).Code, http.StatusUnprocessableEntity},
		"a manager, own password":     {api.PostCtx(manager, mine+"/password").Code, http.StatusConflict},
		"a manager, an unknown field": {api.PostCtx(manager, path, map[string]any{"isAdmin": true}).Code, http.StatusUnprocessableEntity},
	} {
		if test.got != test.want {
			t.Errorf("%s: %d, want %d", name, test.got, test.want)
		}
	}
}

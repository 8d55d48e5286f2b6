package main

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"
)

// settingsOf is a department as an administrator first describes it.
func settingsOf(name string) map[string]any {
	return map[string]any{
		"name": name, "hospital": "AP-HP, hôpital de démonstration", "phone": "01 40 00 00 03", "email": "cardio@demo.test",
		"timezone": "Europe/Paris", "tools": []string{"ortif", "zoom"}, "secureTools": []string{"ortif"}, "meetingHosts": []string{},
		"doxyMeAllowed": false, "portalUrl": "https://espace-patient.aphp.fr", "notifyBothChannels": false, "birthDateAsked": true,
		"codingTarget": "Gilda",
	}
}

// joined is somebody who was added to a department.
type joined struct {
	Member struct {
		ID    string `json:"id"`
		Email string `json:"email"`
	} `json:"member"`
	InitialPassword string `json:"initialPassword"`
}

func (c *client) add(departmentID, email, family, role string) joined {
	c.t.Helper()
	var j joined
	c.do(http.MethodPost, "/departments/"+departmentID+"/staff", map[string]any{
		"email": email, "title": "Dr", "givenName": "Nina", "familyName": family, "roles": []string{role},
	}, http.StatusCreated, &j)
	return j
}

func (a *app) signInWith(email, password string, status int) *client {
	a.t.Helper()
	c := a.client()
	c.do(http.MethodPost, "/session", map[string]any{"email": email, "password": password}, status, nil)
	return c
}

// TestADepartmentBegins goes from an administrator alone to the first planned teleconsultation of a new department.
func TestADepartmentBegins(t *testing.T) {
	t.Parallel()
	a := startApp(t)
	admin := a.signIn("admin@demo.test")
	cadre := a.signIn("cadre@demo.test")

	var department struct {
		ID        string   `json:"id"`
		Tools     []string `json:"tools"`
		CanManage bool     `json:"canManage"`
	}
	described := settingsOf("Cardiologie")
	described["code"] = "CARDIO"
	cadre.do(http.MethodPost, "/departments", described, http.StatusForbidden, nil)
	admin.do(http.MethodPost, "/departments", described, http.StatusCreated, &department)
	boss := admin.add(department.ID, "chef@demo.test", "Garnier", "manager")

	manager := a.signInWith("chef@demo.test", boss.InitialPassword, http.StatusOK)
	doctor := manager.add(department.ID, "cardiologue@demo.test", "Faure", "practitioner")
	if again := manager.add(department.ID, "medecin2@demo.test", "Benali", "practitioner"); again.InitialPassword != "" {
		t.Error("somebody who works elsewhere got another password")
	}
	settings := settingsOf("Cardiologie et rythmologie")
	settings["tools"] = []string{"zoom", "ortif"}
	manager.do(http.MethodPut, "/departments/"+department.ID, settings, http.StatusOK, &department)
	if department.Tools[0] != "zoom" || !department.CanManage {
		t.Errorf("%+v", department)
	}
	manager.do(http.MethodPut, "/departments/"+department.ID+"/staff/"+boss.Member.ID+"/roles", map[string]any{"roles": []string{}}, http.StatusConflict, nil)
	cadre.do(http.MethodGet, "/departments/"+department.ID+"/staff", nil, http.StatusNotFound, nil)

	practitioner := a.signInWith("cardiologue@demo.test", doctor.InitialPassword, http.StatusOK)
	elsewhere := a.signInWith("cardiologue@demo.test", doctor.InitialPassword, http.StatusOK)
	practitioner.do(http.MethodPost, "/staff/me/password", map[string]any{"current": "wrong", "next": "short"}, http.StatusUnprocessableEntity, nil)
	practitioner.do(http.MethodPost, "/staff/me/password",
		map[string]any{"current": doctor.InitialPassword, "next": "une phrase à moi"}, http.StatusNoContent, nil)
	elsewhere.do(http.MethodGet, "/session", nil, http.StatusUnauthorized, nil)
	a.signInWith("cardiologue@demo.test", doctor.InitialPassword, http.StatusUnauthorized)
	a.signInWith("cardiologue@demo.test", "une phrase à moi", http.StatusOK)

	planned := practitioner.schedule(time.Now().In(a.paris).Add(72*time.Hour),
		person{"Quatrevingt", "Zoé", "1970-03-04", "zoe.quatrevingt@exemple.fr", "0612345678"}, "zoom")
	manager.do(http.MethodGet, "/encounters/"+planned.ID, nil, http.StatusOK, nil)
	cadre.do(http.MethodGet, "/encounters/"+planned.ID, nil, http.StatusNotFound, nil)

	// Whoever leaves sees nothing more, from the next request on.
	manager.do(http.MethodPut, "/departments/"+department.ID+"/staff/"+doctor.Member.ID+"/roles", map[string]any{"roles": []string{}}, http.StatusOK, nil)
	practitioner.do(http.MethodGet, "/encounters/"+planned.ID, nil, http.StatusForbidden, nil)
}

// An answer that got lost is asked for again with the same key: the account is made once, and its password is
// still known to whoever must hand it out.
func TestALostInitialPasswordIsToldAgain(t *testing.T) {
	t.Parallel()
	a := startApp(t)
	cadre := a.signIn("cadre@demo.test")
	var me struct {
		Departments []struct {
			ID string `json:"id"`
		} `json:"departments"`
	}
	cadre.do(http.MethodGet, "/session", nil, http.StatusOK, &me)
	path := "/departments/" + me.Departments[0].ID + "/staff"
	const body = `{"email":"nina.faure@demo.test","givenName":"Nina","familyName":"Faure","roles":["secretary"]}`
	key := http.Header{"Idempotency-Key": {"add-nina-faure-1"}}
	var first, second joined
	for _, into := range []*joined{&first, &second} {
		status, answer := cadre.raw(http.MethodPost, path, body, key)
		if err := json.Unmarshal(answer, into); err != nil || status != http.StatusCreated {
			t.Fatalf("%d %s (%v)", status, answer, err)
		}
	}
	if first != second || first.InitialPassword == "" {
		t.Errorf("%+v, then %+v", first, second)
	}
	if status, _ := cadre.raw(http.MethodPost, path, body, nil); status != http.StatusConflict {
		t.Errorf("without the key: %d", status)
	}
	if status, answer := cadre.raw(http.MethodGet, path, "", nil); status != http.StatusOK || strings.Contains(string(answer), first.InitialPassword) {
		t.Errorf("%d %s", status, answer)
	}
}

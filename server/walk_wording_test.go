package main

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

// TestWalkOfADepartmentsWords: a manager writes the notice in their own words, sees them, sends them to themselves,
// and the next patient receives them.
func TestWalkOfADepartmentsWords(t *testing.T) {
	t.Parallel()
	a := startApp(t)
	secretary, manager := a.signIn("secretaire@demo.test"), a.signIn("cadre@demo.test")
	department, _ := manager.department()
	base := "/departments/" + department + "/wordings"
	words := map[string]any{
		"template": "notice", "channel": "email", "language": "fr",
		"subject": "Avant le {date}", "body": "Bonjour,\n\n{encadré}\n\nRépondre ici : {lien}\n\n[téléphone] Gardez votre téléphone.",
	}
	var preview struct{ Subject, Text, HTML string }
	manager.do(http.MethodPost, base+"/preview", words, http.StatusOK, &preview)
	if !strings.HasPrefix(preview.Subject, "Avant le ") || !strings.Contains(preview.Text, "Répondre ici") || strings.Contains(preview.Text, "Gardez") {
		t.Errorf("%+v", preview)
	}
	manager.do(http.MethodPost, base+"/test", words, http.StatusAccepted, nil)
	if trial := a.waitForMail("cadre@demo.test", ""); !strings.HasPrefix(trial.Subject, "[Essai] Avant le") {
		t.Errorf("the trial is called %q", trial.Subject)
	}
	var standing struct {
		Version int64
		Own     bool
	}
	saved := map[string]any{"subject": words["subject"], "body": words["body"], "version": 0}
	manager.do(http.MethodPut, base+"/notice/email/fr", saved, http.StatusOK, &standing)
	if standing.Version != 1 || standing.Own {
		t.Errorf("%+v", standing)
	}
	secretary.schedule(time.Now().In(secretary.paris).Add(72*time.Hour),
		person{"Moulin", "Ève", "1970-03-04", "eve.moulin@exemple.fr", ""}, "zoom")
	if notice := a.waitForMail("eve.moulin@exemple.fr", ""); !strings.HasPrefix(notice.Subject, "Avant le") {
		t.Errorf("the notice is called %q", notice.Subject)
	}
}

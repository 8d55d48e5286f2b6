package personalpage_test

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"teleconsult/server/consent"
	"teleconsult/server/encounter"
	"teleconsult/server/patient"
)

func withParent(in *encounter.ScheduleInput) {
	in.Patient.BirthDate = time.Date(2015, 9, 9, 0, 0, 0, 0, time.UTC)
	in.Patient.Email, in.Patient.Mobile, in.Patient.Protection = "", "", patient.Minor
	in.Patient.Representative = &patient.Representative{Name: "Paule Dupont", Relationship: "parent", Email: "paule@exemple.fr", Mobile: "06 98 76 54 32"}
}

var noticeField = regexp.MustCompile(`name="notice" value="([0-9a-f]{64})"`)

// shown is the version of the notice on the page.
func (a answer) shown(t *testing.T) string {
	t.Helper()
	m := noticeField.FindStringSubmatch(a.body)
	if m == nil {
		t.Fatalf("no notice in\n%s", a.text())
	}
	return m[1]
}

func TestAgreeingSendsTheInvitation(t *testing.T) {
	h := newHospital(t)
	ctx := context.Background()
	b := h.device()
	f := h.schedule()
	path := h.path(f)
	h.must(h.Attach(ctx, h.secretary, f.ID, encounter.LinkInput{Text: zoomInvitation, Declared: declared}))
	b.prove(path)
	version := b.get(path).shown(t)
	b.post(path+"/answer", "answer", "agree", "notice", version).leadsTo(t, path)
	f = h.facts(f)
	d := f.Consent()
	if d.Verdict != consent.Agreed || d.Mode != consent.Web || d.Giver != consent.ByPatient || d.Tool != "zoom" || d.NoticeVersion != version || d.RecordedBy != "" {
		t.Errorf("decision %+v", d)
	}
	if count(f, "invitation") != 1 || count(f, "reminder") != 1 {
		t.Errorf("messages %+v", f.Messages)
	}
	b.get(path).says(t, 200, "Votre accord est enregistré", "J’ai changé d’avis").hides(t, "J’accepte la consultation à distance")
	b.post(path+"/answer", "answer", "agree", "notice", version).leadsTo(t, path) // the same form once more
	if f = h.facts(f); len(f.Decisions) != 1 || count(f, "invitation") != 1 {
		t.Errorf("a double submit made %d decisions, %d invitations", len(f.Decisions), count(f, "invitation"))
	}
}

func TestManyClicksAreOneDecision(t *testing.T) {
	h := newHospital(t)
	b := h.device()
	f := h.schedule()
	path := h.path(f)
	b.prove(path)
	var all sync.WaitGroup
	for range 8 {
		one, two := *b, *b
		one.cookies, two.cookies = slices.Clone(b.cookies), slices.Clone(b.cookies)
		all.Go(func() { one.post(path+"/answer", "answer", "refuse") })
		all.Go(func() { two.post(path+"/portal", "answer", "declined") })
	}
	all.Wait()
	if f = h.facts(f); len(f.Decisions) != 1 || h.events(f, "portal-answered") != 1 || h.events(f, "information-given") != 1 {
		t.Errorf("%d decisions, %d portal answers, informed %d times",
			len(f.Decisions), h.events(f, "portal-answered"), h.events(f, "information-given"))
	}
}

func TestARefusalAndAChangeOfMind(t *testing.T) {
	h := newHospital(t)
	ctx := context.Background()
	b := h.device()
	f := h.schedule()
	path := h.path(f)
	h.must(h.Attach(ctx, h.secretary, f.ID, encounter.LinkInput{Text: zoomInvitation, Declared: declared}))
	b.prove(path)
	b.post(path+"/answer", "answer", "refuse", "explanation", "  Je vois mal\r\nl'écran \x00").leadsTo(t, path)
	b.get(path).says(t, 200, "vous préférez venir", "Le service va vous appeler", "Finalement, j’accepte").hides(t, "calendar.ics")
	f = h.facts(f)
	if d := f.Consent(); d.Verdict != consent.Refused || d.Explanation != "Je vois mal\nl'écran" {
		t.Errorf("decision %+v", d)
	}
	if f.Link != nil || count(f, "notice") != 0 {
		t.Errorf("after a refusal the link is %+v, messages %+v", f.Link, f.Messages)
	}
	if f.Stored.ActsNext != encounter.SecretaryActs {
		t.Errorf("summary %+v, want the secretary to call", f.Stored)
	}
	b.post(path+"/answer", "answer", "refuse").leadsTo(t, path)
	b.post(path+"/answer", "answer", "agree").leadsTo(t, path)
	b.get(path).says(t, 200, "Votre accord est enregistré")
	b.post(path+"/answer", "answer", "refuse").leadsTo(t, path)
	b.post(path+"/answer", "answer", "refuse").leadsTo(t, path)
	var verdicts []string
	for _, d := range h.facts(f).Decisions {
		verdicts = append(verdicts, string(d.Verdict))
	}
	if got := strings.Join(verdicts, " "); got != "refused agreed withdrawn" {
		t.Errorf("decisions %q", got)
	}
	b.post(path+"/answer", "answer", "agree").leadsTo(t, path)
	h.must(h.Attach(ctx, h.secretary, f.ID, encounter.LinkInput{Text: zoomInvitation, Declared: declared}))
	h.clock = f.PlannedStart
	h.must(h.Start(ctx, h.practitioner, f.ID, encounter.StartInput{}))
	b.post(path+"/answer", "answer", "refuse").leadsTo(t, path)
	if v := h.facts(f).Consent().Verdict; v != consent.Agreed {
		t.Errorf("the page changed the decision to %s during the consultation", v)
	}
	b.get(path).says(t, 200, "Entrer dans la salle d’attente").hides(t, "J’ai changé d’avis")
}

func TestBadAnswersKeepWhatWasTyped(t *testing.T) {
	h := newHospital(t)
	b := h.device()
	f := h.schedule()
	path := h.path(f)
	b.prove(path)
	long := strings.Repeat("é", 2001)
	b.post(path+"/answer", "answer", "refuse", "explanation", long).says(t, 422, "2 000 caractères au plus", long, `<details class="choice" open>`)
	b.post(path+"/answer", "answer", "perhaps").says(t, 422, "n’a pas été comprise")
	b.post(path+"/answer").says(t, 422, "n’a pas été comprise")
	b.post(path+"/portal", "answer", "perhaps").says(t, 422, "n’a pas été comprise")
	if f = h.facts(f); len(f.Decisions) != 0 || f.Portal != nil {
		t.Errorf("a bad answer was taken: %+v %+v", f.Decisions, f.Portal)
	}
}

func TestADecisionIsAboutTheToolOnThePage(t *testing.T) {
	h := newHospital(t)
	b := h.device()
	f := h.schedule()
	path := h.path(f)
	b.prove(path)
	version := b.get(path).shown(t)
	plan := h.aPlan()
	plan.Tool = "teams"
	h.must(h.Reschedule(context.Background(), h.secretary, f.ID, f.Version, plan))
	a := b.post(path+"/answer", "answer", "refuse", "explanation", "trop loin", "notice", version)
	a.says(t, 409, "L’information a changé", "Microsoft", "trop loin")
	if d := h.facts(f).Decisions; len(d) != 0 {
		t.Fatalf("a decision about Zoom was taken for Teams: %+v", d)
	}
	b.post(path+"/answer", "answer", "agree", "notice", a.shown(t)).leadsTo(t, path)
	f = h.facts(f)
	if f.Consent().Verdict != consent.Agreed || f.Information.Tool != "teams" {
		t.Errorf("consent %+v, information %+v", f.Consent(), f.Information)
	}
}

func TestADecisionKeepsTheLanguageThatWasRead(t *testing.T) {
	h := newHospital(t)
	b := h.device()
	f := h.schedule()
	path := h.path(f)
	b.prove(path)
	b.get(path)
	version := b.get(path + "?lang=en").shown(t)
	b.post(path+"/answer", "answer", "agree", "notice", version).leadsTo(t, path)
	if d := h.facts(f).Consent(); d.NoticeVersion != version {
		t.Errorf("decision %+v, want version %s", d, version)
	}
	if n := h.count(`SELECT count(*) FROM notice WHERE language = 'en' AND version = $1`, version); n != 1 {
		t.Error("the English text is not kept")
	}
}

func TestAnotherToolAsksThePatientAgain(t *testing.T) {
	h := newHospital(t)
	b := h.device()
	f := h.schedule()
	path := h.path(f)
	b.prove(path)
	b.post(path+"/answer", "answer", "agree").leadsTo(t, path)
	plan := h.aPlan()
	plan.Tool, plan.ToolReason = "ortif", ""
	h.must(h.Reschedule(context.Background(), h.secretary, f.ID, h.facts(f).Version, plan))
	b.get(path).says(t, 200, "L’outil a changé", "SESAN", "J’accepte la consultation à distance").hides(t, "à titre provisoire")
	if f = h.facts(f); f.Information.Tool != "ortif" {
		t.Errorf("information %+v", f.Information)
	}
}

func TestPortalAnswers(t *testing.T) {
	h := newHospital(t)
	b := h.device()
	f := h.schedule()
	path := h.path(f)
	b.prove(path)
	for _, c := range []struct{ answer, stored, words string }{
		{"open", "open", "vous avez un compte"},
		{"created", "open", "vous avez un compte"},
		{"declined", "declined", "n’avez pas de compte"},
		{"impossible", "impossible", "n’avez pas de compte"},
	} {
		b.post(path+"/portal", "answer", c.answer).leadsTo(t, path+"#portal")
		b.get(path).says(t, 200, c.words, "Changer ma réponse")
		if p := h.facts(f).Portal; p == nil || p.Answer != c.stored || p.By != "" {
			t.Errorf("%s is stored as %+v", c.answer, p)
		}
	}
	if n := h.events(f, "portal-answered"); n != 3 {
		t.Errorf("%d answers recorded, want 3: the same one again adds nothing", n)
	}
}

package templates_test

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"teleconsult/templates"
)

var tools = []string{
	"ortif", "zoom", "lasuite_visio", "teams", "webex", "jitsi", "google_meet", "bigbluebutton", "doctolib", "doxy_me", "other", "telephone",
}

const base = "/p/7Kd3Qx9mB2LfT0pZ"

func frame(language string) templates.PageFrame {
	return templates.PageFrame{
		Language: language, Base: base, Self: base, Query: "?lang=" + language, Hospital: "AP-HP, hôpital Saint-Louis", Phone: "01 23 45 67 89",
	}
}

func notice(t *testing.T, language, tool string, provisional, representative bool) string {
	t.Helper()
	body, err := templates.RenderNotice(language, templates.NoticeText{
		Tool: tool, Provisional: provisional, Preferred: "ortif", Representative: representative,
		Controller: "Assistance publique – Hôpitaux de Paris", DPO: "DPO, Paris",
	})
	if err != nil {
		t.Fatal(err)
	}
	return body
}

func encounterPage(t *testing.T, language, tool string) templates.EncounterPage {
	t.Helper()
	start := time.Date(2026, 9, 30, 12, 30, 0, 0, time.UTC)
	return templates.EncounterPage{
		PageFrame:   frame(language),
		Appointment: templates.Appointment{Start: start, Zone: "Europe/Paris", Minutes: 30, Telephone: tool == "telephone"},
		Patient:     "Jeanne Dupont", Practitioner: "Dr Claire Martin", Tool: tool, State: "going-on", MayAnswer: true,
		Notice: templates.NoticeSections(notice(t, language, tool, true, false)), NoticeVersion: strings.Repeat("a", 64),
		PortalURL: "https://espace-patient.exemple.fr/connexion", RoomOpens: start.Add(-30 * time.Minute), NumberEnd: "56 78",
	}
}

// everyPage is each page in each of its forms.
func everyPage(t *testing.T, language string) map[string]templates.Page {
	t.Helper()
	f := frame(language)
	pages := map[string]templates.Page{
		"birth date":             templates.BirthDatePage{PageFrame: f},
		"birth date, typed":      templates.BirthDatePage{PageFrame: f, Representative: true, Day: "31", Month: "2", Year: "1980", Problem: "unreadable"},
		"birth date, wrong":      templates.BirthDatePage{PageFrame: f, Problem: "wrong", Remaining: 4},
		"birth date, last try":   templates.BirthDatePage{PageFrame: f, Problem: "wrong", Remaining: 1},
		"birth date, locked":     templates.BirthDatePage{PageFrame: f, Problem: "wrong", LockedMinutes: 15},
		"birth date, a minute":   templates.BirthDatePage{PageFrame: f, LockedMinutes: 1},
		"lost":                   templates.LostPage{PageFrame: f},
		"lost, problem":          templates.LostPage{PageFrame: f, Problem: true, Contact: "a@exemple.fr"},
		"lost, sent":             templates.LostPage{PageFrame: f, Sent: true},
		"waiting state":          templates.WaitingStatePage{PageFrame: f, Start: time.Now(), Checked: time.Now(), Zone: "Europe/Paris", Seconds: 20},
		"waiting state, started": templates.WaitingStatePage{PageFrame: f, Checked: time.Now(), Zone: "Europe/Paris", Seconds: 20, Started: true, Reload: true},
		"waiting state, late":    templates.WaitingStatePage{PageFrame: f, Checked: time.Now(), Zone: "Europe/Paris", Seconds: 20, Late: true},
		"waiting state, by how much": templates.WaitingStatePage{
			PageFrame: f, Checked: time.Now(), Zone: "Europe/Paris", Seconds: 20, Late: true, LateMinutes: 15,
		},
		"waiting state, over": templates.WaitingStatePage{PageFrame: f, Zone: "Europe/Paris", Over: true},
	}
	d := templates.DropPage{PageFrame: f, Until: time.Date(2026, 10, 7, 12, 0, 0, 0, time.UTC), Zone: "Europe/Paris", Left: 5}
	pages["drop"] = d
	d.Left, d.Problem, d.Remaining = 1, "wrong", 1
	pages["drop, last try"] = d
	d.Day, d.Month, d.Year, d.Password, d.Problem, d.Remaining = "31", "2", "1980", `1234"><b>`, "unreadable", 0
	pages["drop, typed"] = d
	pages["drop, wrong"] = templates.DropPage{PageFrame: f, Representative: true, Until: d.Until, Zone: d.Zone, Left: 2, Problem: "wrong", Remaining: 3}
	pages["drop, locked"] = templates.DropPage{PageFrame: f, Problem: "locked"}
	for _, kind := range []string{"invalid", "busy", "often", "refused", "failed"} {
		pages[kind] = templates.MessagePage{PageFrame: f, Kind: kind}
		pages[kind+", alone"] = templates.MessagePage{PageFrame: templates.PageFrame{Language: language}, Kind: kind}
	}
	pages["busy, typed"] = templates.MessagePage{
		PageFrame: f, Kind: "busy", Action: base + "/answer", Fields: []templates.PageField{{Name: "explanation", Value: `"><b>`}},
	}
	for _, tool := range tools {
		e := encounterPage(t, language, tool)
		e.MayTest = tool != "telephone"
		for _, answer := range []string{"", "agreed", "refused"} {
			e.Answer, e.Portal = answer, map[string]string{"agreed": "open", "refused": "declined"}[answer]
			e.OtherTool, e.Moved, e.RoomOpen, e.Representative = answer == "", answer == "refused", answer != "refused", answer == ""
			pages["encounter "+tool+" "+answer] = e
		}
		for _, device := range []string{"", "works", "problem"} {
			e.Answer, e.Device, e.LateMinutes = "agreed", device, map[string]int{"problem": 75}[device]
			pages["encounter "+tool+" device "+device] = e
		}
		e.Device, e.LateMinutes = "", 0
		for _, problem := range []string{"notice", "answer", "explanation", "portal"} {
			if e.Answer, e.Portal, e.Problem = "", "", problem; tool == "zoom" {
				pages["encounter with problem "+problem] = e
			}
		}
		e.Problem = ""
		for _, state := range []string{"finished", "cancelled"} {
			e.State = state
			pages["encounter "+tool+" "+state] = e
		}
		room := templates.WaitingRoomPage{
			PageFrame: f, Appointment: e.Appointment, Practitioner: e.Practitioner, Tool: tool, Shows: "present",
		}
		pages["waiting room "+tool] = room
		room.HasLink = true
		pages["waiting room "+tool+" link"] = room
		room.InMeeting = true
		pages["waiting room "+tool+" in meeting"] = room
	}
	return pages
}

func eachPage(t *testing.T, check func(t *testing.T, language, html string)) {
	t.Helper()
	for _, language := range templates.Languages {
		for name, page := range everyPage(t, language) {
			t.Run(language+" "+name, func(t *testing.T) {
				html, err := templates.RenderPage(page)
				if err != nil {
					t.Fatal(err)
				}
				check(t, language, string(html))
			})
		}
	}
}

func TestEveryPageRendersInEveryLanguage(t *testing.T) {
	ids := regexp.MustCompile(`\sid="([^"]+)"`)
	eachPage(t, func(t *testing.T, language, html string) {
		if !strings.HasPrefix(html, "<!doctype html>\n<html lang=\""+language+"\">") {
			t.Error("no document in its language")
		}
		if strings.Contains(html, "ZgotmplZ") || strings.Contains(html, "<no value>") || strings.Contains(html, "{{") {
			t.Error("not filled in")
		}
		if strings.Contains(html, "<b>") {
			t.Error("what was typed became markup")
		}
		if regexp.MustCompile(`<title>\s*</title>`).MatchString(html) {
			t.Error("no title")
		}
		seen := map[string]bool{}
		for _, m := range ids.FindAllStringSubmatch(html, -1) {
			if seen[m[1]] {
				t.Errorf("two elements have the id %q", m[1])
			}
			seen[m[1]] = true
		}
		for _, m := range regexp.MustCompile(`(?:\sfor|aria-describedby)="([^"]+)"`).FindAllStringSubmatch(html, -1) {
			if !seen[m[1]] {
				t.Errorf("nothing has the id %q", m[1])
			}
		}
		for _, pair := range []string{"details", "section", "div", "form", "ul", "p", "a", "button", "fieldset"} {
			opened := len(regexp.MustCompile(`<`+pair+`[\s>]`).FindAllString(html, -1))
			if closed := strings.Count(html, "</"+pair+">"); opened != closed {
				t.Errorf("<%s> opened %d times, closed %d times", pair, opened, closed)
			}
		}
	})
}

func TestPagesAreStillAndSelfContained(t *testing.T) {
	remote := regexp.MustCompile(`(?i)<(?:script|img|link rel="style|object|embed)|\sstyle=|\son\w+=|url\(|@import|src="https?:`)
	eachPage(t, func(t *testing.T, _, html string) {
		if found := remote.FindString(html); found != "" {
			t.Errorf("remote or active content: %q", found)
		}
	})
}

func TestPageStyleHashIsThatOfTheRenderedStyle(t *testing.T) {
	style := regexp.MustCompile(`(?s)<style>(.*?)</style>`)
	eachPage(t, func(t *testing.T, _, html string) {
		m := style.FindStringSubmatch(html)
		if m == nil {
			t.Fatal("no style")
		}
		sum := sha256.Sum256([]byte(m[1]))
		if base64.StdEncoding.EncodeToString(sum[:]) != templates.PageStyleHash() {
			t.Error("browsers would refuse the style")
		}
	})
}

// The budget of the design is 14 kB, its goal 4 kB; the limit here is what the pages need, with little to spare.
func TestPagesKeepTheirByteBudget(t *testing.T) {
	const limit = 7_000
	largest := 0
	eachPage(t, func(t *testing.T, _, html string) {
		var b bytes.Buffer
		w := gzip.NewWriter(&b)
		if _, err := w.Write([]byte(html)); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		largest = max(largest, b.Len())
		if b.Len() > limit {
			t.Errorf("%d bytes compressed, at most %d", b.Len(), limit)
		}
	})
	t.Logf("largest page: %d bytes compressed", largest)
}

func TestNothingPersonalBeforeTheBirthDate(t *testing.T) {
	for _, language := range templates.Languages {
		html, err := templates.RenderPage(templates.BirthDatePage{PageFrame: frame(language)})
		if err != nil {
			t.Fatal(err)
		}
		for _, word := range []string{"Dupont", "Martin", "2026", "Zoom"} {
			if strings.Contains(string(html), word) {
				t.Errorf("says %q", word)
			}
		}
	}
}

// Words that would tell the speciality or the reason.
var speciality = regexp.MustCompile(`(?i)cardiolog|oncolog|cancer|psych|dermato|gyn[ée]co|h[ée]mato|neurolog|maladie|disease|grossesse|pregnan|covid`)

func TestEveryNoticeSaysWhatItMust(t *testing.T) {
	must := map[string][]string{
		"fr": {
			"libre d’accepter", "sans conséquence", "changer d’avis", "ni filmée ni enregistrée", "document médical", "Espace patient",
			"facturée comme", "AP-HP, 55", "DPO", "6.1.e", "9.2.h", "vingt ans", "CNIL", "le 15 ou le 112", "examen physique",
		},
		"en": {
			"free to agree", "changes nothing", "change your mind", "neither filmed nor recorded", "medical document", "patient portal",
			"billed like", "AP-HP, 55", "DPO", "6.1.e", "9.2.h", "twenty years", "CNIL", "Call 15 or 112", "physical examination",
		},
	}
	for _, language := range templates.Languages {
		for _, tool := range tools {
			for variant := range 4 {
				provisional, representative := variant&1 != 0 && tool != "telephone", variant&2 != 0
				t.Run(fmt.Sprint(language, tool, variant), func(t *testing.T) {
					body, err := templates.RenderNotice(language, templates.NoticeText{
						Tool: tool, Provisional: provisional, Preferred: "ortif", Representative: representative, Controller: "AP-HP, 55", DPO: "DPO",
					})
					if err != nil {
						t.Fatal(err)
					}
					for _, words := range must[language] {
						if !strings.Contains(strings.ReplaceAll(body, "\u00a0", " "), words) {
							t.Errorf("does not say %q", words)
						}
					}
					if found := speciality.FindString(body); found != "" {
						t.Errorf("says %q", found)
					}
					provisionally := map[string]string{"fr": "à titre provisoire", "en": "provisionally"}[language]
					if strings.Contains(body, provisionally) != provisional {
						t.Errorf("provisional: want %v in\n%s", provisional, body)
					}
					guardian := map[string]string{"fr": "représentant légal", "en": "legal representative"}[language]
					if strings.Contains(body, guardian) != representative {
						t.Errorf("representative: want %v", representative)
					}
				})
			}
		}
	}
}

func TestNoticesSayWhoProcessesTheData(t *testing.T) {
	for tool, words := range map[string][2]string{
		"zoom": {"société américaine Zoom", "US company Zoom"}, "teams": {"société américaine Microsoft", "US company Microsoft"},
		"webex": {"Cisco", "Cisco"}, "google_meet": {"Google", "Google"}, "doxy_me": {"société américaine", "US company"},
		"jitsi": {"8x8", "8x8"}, "ortif": {"Île-de-France", "Île-de-France"}, "lasuite_visio": {"État français", "French State"},
		"doctolib": {"société française", "French company"}, "telephone": {"réseau téléphonique", "telephone network"},
		"other": {"hors de l’Union européenne", "outside the European Union"}, "bigbluebutton": {"logiciel libre", "free software"},
	} {
		for i, language := range templates.Languages {
			if body := notice(t, language, tool, false, false); !strings.Contains(body, words[i]) {
				t.Errorf("%s in %s does not say %q", tool, language, words[i])
			}
		}
	}
}

func TestNoticeSectionsLoseNothing(t *testing.T) {
	body := notice(t, "fr", "zoom", true, true)
	var again strings.Builder
	for _, s := range templates.NoticeSections(body) {
		again.WriteString("== " + s.Title + "\n")
		for _, p := range s.Parts {
			if p.Text != "" {
				again.WriteString(p.Text + "\n")
			}
			for _, item := range p.Items {
				again.WriteString("- " + item + "\n")
			}
		}
	}
	if again.String() != body {
		t.Errorf("the page would show\n%s\ninstead of\n%s", again.String(), body)
	}
}

func TestUnknownLanguageIsAnError(t *testing.T) {
	if _, err := templates.RenderNotice("de", templates.NoticeText{Tool: "zoom"}); err == nil {
		t.Error("a notice in an unknown language")
	}
	if _, err := templates.RenderPage(templates.LostPage{PageFrame: templates.PageFrame{Language: "de"}}); err == nil {
		t.Error("a page in an unknown language")
	}
}

func TestTheDeviceIsTriedWhereTheToolSays(t *testing.T) {
	for _, tool := range tools {
		e := encounterPage(t, "fr", tool)
		e.Answer, e.MayTest = "agreed", true
		html, err := templates.RenderPage(e)
		if err != nil {
			t.Fatal(err)
		}
		page, words := e.TestPage(), strings.Contains(string(html), "ouvrez l’appareil photo")
		if (page == "") != words {
			t.Errorf("%s: page %q, words %v", tool, page, words)
		}
		if page != "" && (!strings.HasPrefix(page, "https://") || !strings.Contains(string(html), `href="`+page+`" target="_blank" rel="noopener noreferrer"`)) {
			t.Errorf("%s leads to %q", tool, page)
		}
		for _, word := range []string{"Tout fonctionne", "J’ai un problème", "Je n’ai pas d’appareil", `action="` + base + `/device?lang=fr"`} {
			if !strings.Contains(string(html), word) {
				t.Errorf("%s: does not say %q", tool, word)
			}
		}
	}
}

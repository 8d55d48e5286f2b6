package pages_test

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
	"teleconsult/templates/pages"
)

var tools = []string{
	"ortif", "zoom", "lasuite_visio", "teams", "webex", "jitsi", "google_meet", "bigbluebutton", "doctolib", "doxy_me", "other", "telephone",
}

const base = "/p/7Kd3Qx9mB2LfT0pZ"

func frame(language string) pages.Frame {
	return pages.Frame{
		Language: language, Base: base, Self: base, Query: "?lang=" + language, Hospital: "AP-HP, hôpital Saint-Louis", Phone: "01 23 45 67 89",
	}
}

func notice(t *testing.T, language, tool string, provisional, representative bool) string {
	t.Helper()
	body, err := pages.RenderNotice(language, pages.NoticeText{
		Tool: tool, Provisional: provisional, Preferred: "ortif", Representative: representative,
		Controller: "Assistance publique – Hôpitaux de Paris", DPO: "DPO, Paris",
	})
	if err != nil {
		t.Fatal(err)
	}
	return body
}

func encounterPage(t *testing.T, language, tool string) pages.EncounterPage {
	t.Helper()
	start := time.Date(2026, 9, 30, 12, 30, 0, 0, time.UTC)
	return pages.EncounterPage{
		Frame:       frame(language),
		Appointment: templates.Appointment{Start: start, Zone: "Europe/Paris", Minutes: 30, Telephone: tool == "telephone"},
		Patient:     "Jeanne Dupont", Practitioner: "Dr Claire Martin", Tool: tool, State: "going-on", MayAnswer: true,
		Notice: pages.NoticeSections(notice(t, language, tool, true, false)), NoticeVersion: strings.Repeat("a", 64),
		PortalURL: "https://espace-patient.exemple.fr/connexion", RoomOpens: start.Add(-30 * time.Minute), NumberEnd: "56 78",
	}
}

// everyPage is each page in each of its forms.
func everyPage(t *testing.T, language string) map[string]pages.Page {
	t.Helper()
	f := frame(language)
	all := map[string]pages.Page{
		"birth date":             pages.BirthDatePage{Frame: f},
		"birth date, typed":      pages.BirthDatePage{Frame: f, Representative: true, Day: "31", Month: "2", Year: "1980", Problem: "unreadable"},
		"birth date, wrong":      pages.BirthDatePage{Frame: f, Problem: "wrong", Remaining: 4},
		"birth date, last try":   pages.BirthDatePage{Frame: f, Problem: "wrong", Remaining: 1},
		"birth date, locked":     pages.BirthDatePage{Frame: f, Problem: "wrong", LockedMinutes: 15},
		"birth date, a minute":   pages.BirthDatePage{Frame: f, LockedMinutes: 1},
		"lost":                   pages.LostPage{Frame: f},
		"lost, problem":          pages.LostPage{Frame: f, Problem: true, Contact: "a@exemple.fr"},
		"lost, sent":             pages.LostPage{Frame: f, Sent: true},
		"waiting state":          pages.WaitingStatePage{Frame: f, Start: time.Now(), Checked: time.Now(), Zone: "Europe/Paris", Seconds: 20},
		"waiting state, started": pages.WaitingStatePage{Frame: f, Checked: time.Now(), Zone: "Europe/Paris", Seconds: 20, Started: true, Reload: true},
		"waiting state, late":    pages.WaitingStatePage{Frame: f, Checked: time.Now(), Zone: "Europe/Paris", Seconds: 20, Late: true},
		"waiting state, by how much": pages.WaitingStatePage{
			Frame: f, Checked: time.Now(), Zone: "Europe/Paris", Seconds: 20, Late: true, LateMinutes: 15,
		},
		"waiting state, over": pages.WaitingStatePage{Frame: f, Zone: "Europe/Paris", Over: true},
	}
	d := pages.DropPage{Frame: f, Until: time.Date(2026, 10, 7, 12, 0, 0, 0, time.UTC), Zone: "Europe/Paris", Left: 5}
	all["drop"] = d
	d.Left, d.Problem, d.Remaining = 1, "wrong", 1
	all["drop, last try"] = d
	d.Day, d.Month, d.Year, d.Password, d.Problem, d.Remaining = "31", "2", "1980", `1234"><b>`, "unreadable", 0
	all["drop, typed"] = d
	all["drop, wrong"] = pages.DropPage{Frame: f, Representative: true, Until: d.Until, Zone: d.Zone, Left: 2, Problem: "wrong", Remaining: 3}
	all["drop, locked"] = pages.DropPage{Frame: f, Problem: "locked"}
	for _, kind := range []string{"invalid", "busy", "often", "refused", "failed"} {
		all[kind] = pages.MessagePage{Frame: f, Kind: kind}
		all[kind+", alone"] = pages.MessagePage{Frame: pages.Frame{Language: language}, Kind: kind}
	}
	all["busy, typed"] = pages.MessagePage{
		Frame: f, Kind: "busy", Action: base + "/answer", Fields: []pages.Field{{Name: "explanation", Value: `"><b>`}},
	}
	for _, tool := range tools {
		e := encounterPage(t, language, tool)
		e.MayTest = tool != "telephone"
		for _, answer := range []string{"", "agreed", "refused"} {
			e.Answer, e.Portal = answer, map[string]string{"agreed": "open", "refused": "declined"}[answer]
			e.OtherTool, e.Moved, e.RoomOpen, e.Representative = answer == "", answer == "refused", answer != "refused", answer == ""
			all["encounter "+tool+" "+answer] = e
		}
		for _, device := range []string{"", "works", "problem"} {
			e.Answer, e.Device, e.LateMinutes = "agreed", device, map[string]int{"problem": 75}[device]
			all["encounter "+tool+" device "+device] = e
		}
		e.Device, e.LateMinutes = "", 0
		for _, problem := range []string{"notice", "answer", "explanation", "portal"} {
			if e.Answer, e.Portal, e.Problem = "", "", problem; tool == "zoom" {
				all["encounter with problem "+problem] = e
			}
		}
		e.Problem = ""
		for _, state := range []string{"finished", "cancelled"} {
			e.State = state
			all["encounter "+tool+" "+state] = e
		}
		room := pages.WaitingRoomPage{
			Frame: f, Appointment: e.Appointment, Practitioner: e.Practitioner, Tool: tool, Shows: "present",
		}
		all["waiting room "+tool] = room
		room.HasLink = true
		all["waiting room "+tool+" link"] = room
		room.InMeeting = true
		all["waiting room "+tool+" in meeting"] = room
	}
	return all
}

func eachPage(t *testing.T, check func(t *testing.T, language, html string)) {
	t.Helper()
	for _, language := range templates.Languages {
		for name, page := range everyPage(t, language) {
			t.Run(language+" "+name, func(t *testing.T) {
				html, err := pages.Render(page)
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
		if base64.StdEncoding.EncodeToString(sum[:]) != pages.StyleHash() {
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
		html, err := pages.Render(pages.BirthDatePage{Frame: frame(language)})
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
					body, err := pages.RenderNotice(language, pages.NoticeText{
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
	for _, s := range pages.NoticeSections(body) {
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
	if _, err := pages.RenderNotice("de", pages.NoticeText{Tool: "zoom"}); err == nil {
		t.Error("a notice in an unknown language")
	}
	if _, err := pages.Render(pages.LostPage{Frame: pages.Frame{Language: "de"}}); err == nil {
		t.Error("a page in an unknown language")
	}
}

func TestTheDeviceIsTriedWhereTheToolSays(t *testing.T) {
	for _, tool := range tools {
		e := encounterPage(t, "fr", tool)
		e.Answer, e.MayTest = "agreed", true
		html, err := pages.Render(e)
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

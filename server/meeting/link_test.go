package meeting

import (
	"slices"
	"strings"
	"testing"
)

// TestOneLink gives texts of one link: what the patient gets, or why nothing.
func TestOneLink(t *testing.T) {
	t.Parallel()
	const zoom = "https://us02web.zoom.us/j/87654321098?pwd=Ab12.1"
	tests := []struct {
		text string
		tool Tool
		url  string
		id   string
		code string // of the findings, joined by a space
	}{
		// signs around a link
		{zoom, ToolZoom, zoom, "87654321098", ""},
		{zoom + ".", ToolZoom, zoom, "87654321098", ""},
		{"(" + zoom + ")", ToolZoom, zoom, "87654321098", ""},
		{"« " + zoom + " »", ToolZoom, zoom, "87654321098", ""},
		{"“" + zoom + "”,", ToolZoom, zoom, "87654321098", ""},
		{"<" + zoom + ">;", ToolZoom, zoom, "87654321098", ""},
		{"[" + zoom + "](" + zoom + ")", ToolZoom, zoom, "87654321098", ""},
		{"'" + zoom + "'", ToolZoom, zoom, "87654321098", ""},
		{"**" + zoom + "**", ToolZoom, zoom, "87654321098", ""},
		{zoom + `\nMeeting`, ToolZoom, zoom, "87654321098", ""},
		{"<https://us02web.zoom.us/j/87654321098\n?pwd=Ab12.1>", ToolZoom, zoom, "87654321098", ""},
		{"us02web.zoom.us/j/87654321098?pwd=Ab12.1", ToolZoom, zoom, "87654321098", ""},
		{"HTTPS://US02WEB.ZOOM.US/j/87654321098?pwd=Ab12.1", ToolZoom, zoom, "87654321098", ""},
		{"http://us02web.zoom.us:80/j/87654321098/?pwd=Ab12.1#success", ToolZoom, zoom, "87654321098", ""},
		{"https://us02web.zoom.us:443/j/87654321098?pwd=Ab12.1", ToolZoom, zoom, "87654321098", ""},
		{"https://us02web.zoom.us./j/87654321098?pwd=Ab12.1", ToolZoom, zoom, "87654321098", ""},
		{zoom + " " + zoom, ToolZoom, zoom, "87654321098", ""},
		{"https://us02web.zoom.us/j/87654321098 " + zoom, ToolZoom, zoom, "87654321098", ""},
		{"https://us02web.zoom.us/j/87654321098?pwd=Ab1… <" + zoom + ">", ToolZoom, zoom, "87654321098", ""},
		{zoom + "&from=addon&utm_medium=email&gclid=1", ToolZoom, zoom, "87654321098", ""},
		{"https://zoom.us/j/87654321098?pwd=a%2Bb%2F.1", ToolZoom, "https://zoom.us/j/87654321098?pwd=a%2Bb%2F.1", "87654321098", ""},
		// Zoom's forms
		{"zoommtg://us02web.zoom.us/join?confno=87654321098&pwd=Ab12.1", ToolZoom, zoom, "87654321098", ""},
		{"zoomus://us02web.zoom.us/join?confno=87654321098&pwd=Ab12.1", ToolZoom, zoom, "87654321098", ""},
		{"https://us02web.zoom.us/wc/join/87654321098?pwd=Ab12.1", ToolZoom, zoom, "87654321098", ""},
		{"https://us02web.zoom.us/wc/87654321098/join?pwd=Ab12.1", ToolZoom, zoom, "87654321098", ""},
		{"https://us02web.zoom.us/wc/87654321098/start?pwd=Ab12.1", ToolZoom, "", "87654321098", "no_link host_link"},
		{"https://us02web.zoom.us/j/87654321098?zak=abc", ToolZoom, "", "87654321098", "no_link host_link"},
		{"https://zoom.us/w/87654321098?tk=Ab-c_1&pwd=Ab12.1", ToolZoom, "https://zoom.us/w/87654321098?tk=Ab-c_1&pwd=Ab12.1", "87654321098", ""},
		{"https://eu01web.zoom-x.de/j/87654321098?pwd=Ab12.1", ToolZoom, "https://eu01web.zoom-x.de/j/87654321098?pwd=Ab12.1", "87654321098", ""},
		{"https://www.zoom.com/j/87654321098?pwd=Ab12.1", ToolZoom, "https://www.zoom.com/j/87654321098?pwd=Ab12.1", "87654321098", ""},
		{"https://zoom.us/j/87654321098", ToolZoom, "https://zoom.us/j/87654321098", "87654321098", "passcode_missing"},
		{"https://zoom.us/my/cabinet", ToolZoom, "", "cabinet", "personal_room"},
		{"https://zoom.us/my/cabinet https://zoom.us/j/4228086622", ToolZoom, "", "cabinet", "personal_room"},
		{"https://zoom.us/my/cabinet " + zoom, ToolZoom, "", "", "several_links"},
		{"https://zoom.us/signin", ToolZoom, "", "", "account_page"},
		{"https://us02web.zoom.us/meeting/87654321098", ToolZoom, "", "", "account_page"},
		{"https://us02web.zoom.us/u/kdQXyZ12ab", "", "", "", "no_link"},
		{"https://support.zoom.us/hc/fr/articles/201362193", "", "", "", "no_link"},
		{"https://us02web.zoom.us/profile " + zoom, ToolZoom, zoom, "87654321098", ""},
		// Teams
		{"msteams:/l/meetup-join/19:meeting_a@thread.v2/0?context=%7b%7d", ToolTeams, "https://teams.microsoft.com/l/meetup-join/19:meeting_a@thread.v2/0?context=%7b%7d", "", ""},
		{"msteams://teams.microsoft.com/l/meetup-join/19:meeting_a@thread.v2/0?context=%7b%7d", ToolTeams, "https://teams.microsoft.com/l/meetup-join/19:meeting_a@thread.v2/0?context=%7b%7d", "", ""},
		{"https://teams.microsoft.com/_#/l/meetup-join/19:meeting_a@thread.v2/0?context=%7b%7d", ToolTeams, "https://teams.microsoft.com/l/meetup-join/19:meeting_a@thread.v2/0?context=%7b%7d", "", ""},
		{"https://teams.microsoft.com/meet/31234567890123?p=Ab1 https://teams.microsoft.com/l/meetup-join/19%3ameeting_a%40thread.v2/0?context=%7b%7d", ToolTeams, "https://teams.microsoft.com/meet/31234567890123?p=Ab1", "31234567890123", ""},
		{"https://gov.teams.microsoft.us/l/meetup-join/19%3ameeting_a%40thread.v2/0", ToolTeams, "https://gov.teams.microsoft.us/l/meetup-join/19%3ameeting_a%40thread.v2/0", "", ""},
		{"https://teams.microsoft.com/", ToolTeams, "", "", "account_page"},
		{"https://dialin.teams.microsoft.com/abc?id=123", "", "", "", "no_link"},
		{"https://teams.microsoft.com/l/meetup-join/19%3ameeting_a%40thread.v2/0?context=%7b%22Tid%22%7d\nhttps://teams.microsoft.com/l/meetup-join/19:meeting_a@thread.v2/0?context=%7b%22Tid%22%7d", ToolTeams, "https://teams.microsoft.com/l/meetup-join/19%3ameeting_a%40thread.v2/0?context=%7b%22Tid%22%7d", "", ""},
		{"https://teams.microsoft.com/l/meetup-join/19%3ameeting_NjY2ZDQ0abcdefgh\nMmIt%40thread.v2/0?context=%7b%7d\nMerci", ToolTeams, "https://teams.microsoft.com/l/meetup-join/19%3ameeting_NjY2ZDQ0abcdefghMmIt%40thread.v2/0?context=%7b%7d", "", ""},
		// Meet
		{"https://meet.google.com/ABC-defg-HIJ?pli=1", ToolGoogleMeet, "https://meet.google.com/abc-defg-hij", "abc-defg-hij", ""},
		{"https://meet.google.com/_meet/abc-defg-hij?ijlm=1", ToolGoogleMeet, "https://meet.google.com/abc-defg-hij", "abc-defg-hij", ""},
		{"https://meet.google.com/lookup/visite", ToolGoogleMeet, "https://meet.google.com/lookup/visite", "visite", ""},
		{"https://meet.google.com/new", ToolGoogleMeet, "", "", "account_page"},
		{"https://tel.meet/abc-defg-hij?pin=1234567890123", "", "", "", "no_link"},
		{"https://accounts.google.com/ServiceLogin?continue=https%3A%2F%2Fmeet.google.com%2Fabc-defg-hij", ToolGoogleMeet, "https://meet.google.com/abc-defg-hij", "abc-defg-hij", ""},
		{"https://calendar.google.com/calendar/event?action=VIEW&eid=abc", "", "", "", "no_link"},
		// Webex
		{"https://aphp.webex.com/aphp/j.php?MTID=m0a1b2c3", ToolWebex, "https://aphp.webex.com/aphp/j.php?MTID=m0a1b2c3", "m0a1b2c3", ""},
		{"https://aphp.webex.com/webappng/sites/aphp/meeting/download/0a1b2c3d4e5f", ToolWebex, "https://aphp.webex.com/webappng/sites/aphp/meeting/download/0a1b2c3d4e5f", "0a1b2c3d4e5f", ""},
		{"https://aphp.webex.com/", ToolWebex, "", "", "account_page"},
		{"https://aphp.webex.com/aphp/globalcallin.php?MTID=m0a1b2c3", "", "", "", "no_link"},
		// the others
		{"https://meet.jit.si/Rendez-vous4F7K?utm_source=x", ToolJitsi, "https://meet.jit.si/Rendez-vous4F7K", "Rendez-vous4F7K", ""},
		{"https://8x8.vc/vpaas-magic-cookie-1/Salle4F7K", ToolJitsi, "https://8x8.vc/vpaas-magic-cookie-1/Salle4F7K", "Salle4F7K", ""},
		{"https://meet.jit.si/", ToolJitsi, "", "", "account_page"},
		{"https://visio.numerique.gouv.fr/abc-defg-hij", ToolLaSuiteVisio, "https://visio.numerique.gouv.fr/abc-defg-hij", "abc-defg-hij", ""},
		{"https://visio.suite.anct.gouv.fr/abc-defg-hij/", ToolLaSuiteVisio, "https://visio.suite.anct.gouv.fr/abc-defg-hij", "abc-defg-hij", ""},
		{"https://visio.numerique.gouv.fr/", ToolLaSuiteVisio, "", "", "account_page"},
		{"https://bbb.hopital.example/rooms/abc-def-ghi-jkl/join", ToolBigBlueButton, "https://bbb.hopital.example/rooms/abc-def-ghi-jkl/join", "abc-def-ghi-jkl", "unknown_host"},
		{"https://salle.example/bigbluebutton/api/join?meetingID=r1&role=MODERATOR", ToolBigBlueButton, "", "", "no_link host_link"},
		{"https://doxy.me/dr-dupont/", ToolDoxyMe, "https://doxy.me/dr-dupont", "dr-dupont", "personal_room"},
		{"https://clinique.doxy.me/dr-dupont", ToolDoxyMe, "https://clinique.doxy.me/dr-dupont", "dr-dupont", "personal_room"},
		{"https://doxy.me/sign-in", ToolDoxyMe, "", "", "account_page"},
		{"https://whereby.com/cabinet-4f7k", ToolOther, "https://whereby.com/cabinet-4f7k", "cabinet-4f7k", "unknown_host"},
		{"https://jitsi.hopital.example:8443/Salle", ToolJitsi, "https://jitsi.hopital.example:8443/Salle", "Salle", "unknown_host"},
		{"https://www.hopital.example/mentions-legales", "", "", "", "no_link"},
		{"https://www.doctolib.fr/neurologue/paris/jean-martin", "", "", "", "no_link"},
		{"https://www.facebook.com/hopital", "", "", "", "no_link"},
		{"https://bit.ly/3AbCdEf", "", "", "", "no_link"},
		{"sip:87654321098@zoomcrc.com tel:+33170950103,,87654321098#", ToolZoom, "", "", "no_link"},
		{"mailto:dr@zoom.us", "", "", "", "no_link"},
		{"javascript:alert(1)//zoom.us/j/87654321098", "", "", "", "no_link"},
	}
	for _, tt := range tests {
		t.Run(tt.text, func(t *testing.T) {
			t.Parallel()
			r, err := Parse(tt.text, corpusNow, "")
			if err != nil {
				t.Fatal(err)
			}
			if got := strings.Join(codes(r.Findings), " "); got != tt.code {
				t.Errorf("findings %q, want %q", got, tt.code)
			}
			if r.Tool != tt.tool || r.URL != tt.url || r.MeetingID != tt.id {
				t.Errorf("got %s %q %q\nwant %s %q %q", r.Tool, r.URL, r.MeetingID, tt.tool, tt.url, tt.id)
			}
		})
	}
}

// TestWrappers wraps one link as mail protection and apps do.
func TestWrappers(t *testing.T) {
	t.Parallel()
	const want = "https://us02web.zoom.us/j/87654321098?pwd=Ab12.1"
	const escaped = "https%3A%2F%2Fus02web.zoom.us%2Fj%2F87654321098%3Fpwd%3DAb12.1"
	for _, wrapper := range []string{
		"https://eur03.safelinks.protection.outlook.com/?url=" + escaped + "&data=05%7C02&sdata=x&reserved=0",
		"https://eur03.safelinks.protection.outlook.com/ap/t-59584e83/?url=" + escaped + "&data=x",
		"https://statics.teams.cdn.office.net/evergreen-assets/safelinks/1/atp-safelinks.html?url=" + escaped + "&locale=fr-fr",
		"https://www.google.com/url?q=" + escaped + "&sa=D&source=calendar",
		"https://www.google.fr/url?sa=t&url=" + escaped,
		"https://urldefense.proofpoint.com/v2/url?u=https-3A__us02web.zoom.us_j_87654321098-3Fpwd-3DAb12.1&d=DwMFaQ&e=",
		"https://urldefense.com/v3/__https://us02web.zoom.us/j/87654321098?pwd=Ab12.1__;!!Abc!xyz$",
		"https://urldefense.com/v3/__https:/us02web.zoom.us/j/87654321098*pwd=Ab12.1__;Pw!!Abc!xyz$",
		"https://linkprotect.cudasvc.com/url?a=" + escaped + "&c=E,1,abc&typo=1",
		"https://imsva91-ctp.trendmicro.com:443/wis/clicktime/v1/query?url=" + escaped + "&umid=1",
		"https://secure-web.cisco.com/1abcDEF/" + escaped,
		"https://protect.checkpoint.com/v2/___https://us02web.zoom.us/j/87654321098?pwd=Ab12.1___.YXAx",
		"https://url.avanan.click/v2/r01/___https://us02web.zoom.us/j/87654321098?pwd=Ab12.1___.YXAx",
		"https://eu-west-1.protection.sophos.com/?d=zoom.us&u=aHR0cHM6Ly91czAyd2ViLnpvb20udXMvai84NzY1NDMyMTA5OD9wd2Q9QWIxMi4x&i=x",
		"https://l.facebook.com/l.php?u=" + escaped + "&h=AT0",
		"https://slack-redir.net/link?url=" + escaped,
		"https://eur03.safelinks.protection.outlook.com/?url=https%3A%2F%2Fwww.google.com%2Furl%3Fq%3D" + strings.ReplaceAll(escaped, "%", "%25") + "%26sa%3DD&data=x",
	} {
		r, err := Parse("Participer : "+wrapper+" merci", corpusNow, "")
		if err != nil || r.URL != want || len(r.Findings) > 0 {
			t.Errorf("%s\ngot %q %v %v", wrapper, r.URL, codes(r.Findings), err)
		}
	}
}

func TestSuspiciousHosts(t *testing.T) {
	t.Parallel()
	for _, link := range []string{
		"https://zoom.us.evil.example/j/87654321098", "https://zoom.us-meeting.example/j/87654321098",
		"https://notzoom.us/j/87654321098", "https://us02web-zoom.us/j/87654321098", "https://zoomus.example/j/87654321098",
		"https://zoom.us@evil.example/j/87654321098", "https://user:pw@zoom.us/j/87654321098",
		"https://z00m.us/j/87654321098", "https://zo0m.us/j/87654321098", "https://zoorn.us/j/87654321098",
		"https://zoom-us.meeting.example/j/87654321098", "https://zoom.example/j/87654321098", "https://zoom.us.com/j/87654321098",
		"https://zоom.us/j/87654321098", "https://ｚoom.us.example/j/87654321098", "https://xn--zm-fmca.us/j/87654321098",
		"https://203.0.113.9/j/87654321098", "https://3405803785/j/87654321098", "https://0xcb007109/j/1", "https://zoom.us:8443/j/87654321098",
		"https://zooom.us/j/87654321098", "https://zom.us/j/87654321098", "https://ozom.us/j/87654321098",
		"https://zoom.us\\@evil.example/j/87654321098",
		"https://meet.google.com.evil.example/abc-defg-hij", "https://meet.goog1e.com/abc-defg-hij", "https://meet.gogle.com/abc-defg-hij",
		"https://meet-google.com/abc-defg-hij", "https://meet.googIe.com/abc-defg-hij",
		"https://teams.microsoft.com.evil.example/l/meetup-join/1", "https://teams.micros0ft.com/l/meetup-join/1",
		"https://teams-microsoft.com/l/meetup-join/1", "https://teams.rnicrosoft.com/l/meetup-join/1", "https://teams.live.com.example/meet/1",
		"https://webex.com.evil.example/meet/a", "https://vvebex.com/meet/a", "https://aphp.webex.example/meet/a",
		"https://doctolib.fr.evil.example/telehealth/a", "https://d0ctolib.fr/telehealth/a", "https://doctolib-video.example/a",
		"https://visio.numerique.gouv.fr.evil.example/abc-defg-hij", "https://visio-numerique-gouv.fr/abc-defg-hij",
		"https://meet.jit.si.evil.example/Salle", "https://doxy.me.evil.example/dr", "https://d0xy.me/dr",
		"zoommtg://zoom.us.evil.example/join?confno=87654321098", "zoom.us.evil.example/j/87654321098",
		"https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fnotzoom.us%2Fj%2F87654321098&data=x",
	} {
		r, err := Parse("Rejoindre : "+link, corpusNow, "")
		if err != nil || r.URL != "" || !slices.Equal(codes(r.Findings), []string{"suspicious_host"}) {
			t.Errorf("%s: %q %v %v", link, r.URL, codes(r.Findings), err)
		}
	}
}

// TestHonestNeighbours are links that stand beside a real one and imitate nothing.
func TestHonestNeighbours(t *testing.T) {
	t.Parallel()
	for _, link := range []string{
		"https://www.aphp.fr/", "https://www.hopital.example/acces/plan.pdf", "https://www.linkedin.com/in/zoom-expert",
		"https://www.zoomalia.example/chien", "https://www.microsoft.com/fr-fr/microsoft-teams/join-a-meeting",
		"https://aka.ms/JoinTeamsMeeting?omkt=fr-FR", "https://maps.google.com/?q=h%C3%B4pital", "https://goo.gl/maps/abc",
		"https://explore.zoom.us/fr/privacy/", "https://www.doctolib.fr/hopital/paris/saint-louis",
		"https://numerique.hopital.example/aide", "https://www.webexpert.example/contact", "https://eurozoom.example/blog",
		"https://monespacesante.fr/", "https://www.youtube.com/watch?v=abc", "https://teams.hopital.example/intranet",
		"https://bit.ly/3AbCdEf", "https://visites.example/click?id=1", "https://us02web.zoom.us/u/kdQX", "https://zoom.us/test",
		"https://us02web.zoom.us/meeting/tZ0/ics?icsToken=1", "https://us02web.zoom.us/meeting/attendee/tZ0/calendar/google/add?user_id=1",
	} {
		r, err := Parse("https://us02web.zoom.us/j/87654321098?pwd=Ab12.1\n\n"+link, corpusNow, "")
		if err != nil || r.URL == "" || len(r.Findings) > 0 {
			t.Errorf("%s: %q %v %v", link, r.URL, codes(r.Findings), err)
		}
	}
}

func TestHostLinksByTheirWords(t *testing.T) {
	t.Parallel()
	const guest, host = "https://bbb.example/b/abc-def-ghi", "https://bbb.example/b/jkl-mno-pqr"
	for _, words := range []string{
		"Lien animateur", "Lien de l'animateur", "Lien d’organisateur", "Lien du médecin", "Host link", "Host URL", "Moderator link",
		"Moderator-Link", "Gastgeber-Link", "Enlace del anfitrión", "Link do anfitrião", "Lien modérateur",
	} {
		r, err := Parse("Patient : "+guest+"\n"+words+" : "+host, corpusNow, "")
		if err != nil || r.URL != guest || !slices.Equal(codes(r.Findings), []string{"host_link", "unknown_host"}) {
			t.Errorf("%s: %q %v %v", words, r.URL, codes(r.Findings), err)
		}
	}
}

func TestPersonalNumberIsSaid(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"Personal Meeting ID: 876 5432 1098", "Topic: Dr Roe's Personal Meeting Room", "ID de réunion personnel : 876 5432 1098",
		"Persönliche Meeting-ID: 876 5432 1098", "ID personal de la reunión: 876 5432 1098", "Sala de reunião pessoal",
	} {
		r, err := Parse(text+"\nhttps://zoom.us/j/87654321098?pwd=Ab12.1", corpusNow, "")
		if err != nil || r.URL != "" || !r.Has(CodePersonalRoom) {
			t.Errorf("%s: %q %v %v", text, r.URL, codes(r.Findings), err)
		}
	}
}

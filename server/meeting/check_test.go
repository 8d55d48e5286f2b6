package meeting

import (
	"slices"
	"strings"
	"testing"
	"time"

	"teleconsult/server/meeting/weblink"
)

func parsed(t *testing.T, text string) Result {
	t.Helper()
	r, err := Parse(text, corpusNow, "")
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestCheck(t *testing.T) {
	t.Parallel()
	zoom, _ := providerOf(ToolZoom)
	lobby := []string{checkLobbyOn, checkNoAutoRecording}
	own := Policy{AllowedHosts: []string{"jitsi.hopital.example", ".bbb.hopital.example"}}
	tests := []struct {
		name, text string
		policy     Policy
		declared   []string
		want       string
	}{
		{"all declared", "https://zoom.us/j/87654321098?pwd=Ab.1", Policy{}, zoom.Checklist, ""},
		{"written passcode", "https://zoom.us/j/87654321098\nPasscode: 12", Policy{}, zoom.Checklist, ""},
		{"nothing declared", "https://zoom.us/j/87654321098?pwd=Ab.1", Policy{}, nil, "lobby_not_declared checklist_incomplete"},
		{"only the lobby", "https://zoom.us/j/87654321098?pwd=Ab.1", Policy{}, []string{"waiting_room_on"}, "checklist_incomplete"},
		{"no passcode", "https://zoom.us/j/87654321098", Policy{}, zoom.Checklist, "passcode_missing"},
		{"Teams", "https://teams.live.com/meet/9312345678901?p=a", Policy{}, lobby, ""},
		{"Teams without lobby", "https://teams.live.com/meet/9312345678901?p=a", Policy{}, nil, "lobby_not_declared checklist_incomplete"},
		{"own host", "https://jitsi.hopital.example/Salle", own, lobby, ""},
		{"own suffix", "https://a.bbb.hopital.example/b/abc-def-ghi", own, lobby, ""},
		{"foreign host", "https://jitsi.ailleurs.example/Salle", own, lobby, "host_not_allowed"},
		{"foreign host of no product", "Rejoindre https://visio.ailleurs.example/Salle", own, nil, "host_not_allowed"},
		{"doxy.me allowed", "https://doxy.me/dr", Policy{DoxyMeAllowed: true}, nil, ""},
		{"doxy.me not allowed", "https://doxy.me/dr", Policy{}, nil, "doxy_me_not_allowed"},
		{"ORTIF", "https://teleconsultation.ortif.fr/session/A1", Policy{}, nil, ""},
		{"no link", "", Policy{}, nil, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := Check(parsed(t, tt.text), tt.policy, tt.declared...)
			if s := strings.Join(codes(got), " "); s != tt.want {
				t.Errorf("got %q, want %q", s, tt.want)
			}
			for _, f := range got {
				if f.Message == "" || f.Severity == "" {
					t.Errorf("%+v", f)
				}
			}
		})
	}
}

func TestCompare(t *testing.T) {
	t.Parallel()
	loc, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	start := time.Date(2026, 5, 12, 14, 30, 0, 0, loc)
	tests := []struct {
		name, text string
		planned    Planned
		want       []DifferenceCode
	}{
		{"the same", "12 mai 2026 14:30 Paris https://meet.google.com/abc-defg-hij", Planned{start, ToolGoogleMeet}, nil},
		{"the same in another zone", "12 May 2026 12:30 UTC https://meet.google.com/abc-defg-hij", Planned{start, ToolGoogleMeet}, nil},
		{"time", "12 mai 2026 15:00 Paris https://meet.google.com/abc-defg-hij", Planned{start, ToolGoogleMeet}, []DifferenceCode{DifferenceTime}},
		{"date", "13 mai 2026 14:30 Paris https://meet.google.com/abc-defg-hij", Planned{start, ToolGoogleMeet}, []DifferenceCode{DifferenceDate}},
		{"all", "13 mai 2026 9:00 Paris https://meet.google.com/abc-defg-hij", Planned{start, ToolZoom}, []DifferenceCode{DifferenceDate, DifferenceTime, DifferenceTool}},
		{"no date said", "https://meet.google.com/abc-defg-hij", Planned{start, ToolGoogleMeet}, nil},
		{"no tool said", "12 mai 2026 14:30 Paris", Planned{start, ToolZoom}, nil},
		{"nothing planned", "12 mai 2026 14:30 Paris https://meet.google.com/abc-defg-hij", Planned{}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var got []DifferenceCode
			for _, d := range Compare(parsed(t, tt.text), tt.planned) {
				got = append(got, d.Code)
				if d.Message == "" {
					t.Errorf("%s has no message", d.Code)
				}
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}

func TestKeyAndNormalisedURL(t *testing.T) {
	t.Parallel()
	if Key(ToolZoom, "") != "" || Key("", "1") != "" || Key(ToolJitsi, "Salle") != Key(ToolJitsi, "salle") || Key(ToolZoom, "1") == Key(ToolWebex, "1") {
		t.Error("keys")
	}
	same := [][2]string{
		{"https://zoom.us/j/1?pwd=a", "https://ZOOM.us/j/1?pwd=b"},
		{"https://meet.jit.si/Salle/", "https://meet.jit.si/Salle#config.x=1"},
		{"https://a.webex.com/a/j.php?MTID=m1&x=2", "https://a.webex.com/a/j.php?x=3&MTID=m1"},
	}
	for _, s := range same {
		if NormalisedURL(s[0]) != NormalisedURL(s[1]) {
			t.Errorf("%q and %q differ", NormalisedURL(s[0]), NormalisedURL(s[1]))
		}
	}
	if NormalisedURL("https://a.webex.com/a/j.php?MTID=m1") == NormalisedURL("https://a.webex.com/a/j.php?MTID=m2") {
		t.Error("two Webex meetings are one")
	}
	for _, bad := range []string{"", "x", "://"} {
		if NormalisedURL(bad) != "" {
			t.Errorf("%q is a link", bad)
		}
	}
}

func TestProviders(t *testing.T) {
	t.Parallel()
	for _, tool := range Tools() {
		if !tool.Known() || tool.Name() == "" {
			t.Errorf("%s", tool)
		}
		p, ok := providerOf(tool)
		if ok == (tool == ToolOther) || ok && (len(p.Hosts) == 0 || len(p.forms) == 0) {
			t.Errorf("%s has no rules", tool)
		}
		if p.Lobby != "" && !slices.Contains(p.Checklist, p.Lobby) {
			t.Errorf("%s: the lobby is not on the checklist", tool)
		}
		for _, h := range p.Hosts {
			if weblink.TrustedFamily(strings.TrimPrefix(h, ".")) == "" && !slices.Contains(notFamily, h) {
				t.Errorf("%s: %s is in no trusted family", tool, h)
			}
		}
	}
	if Tool("skype").Known() {
		t.Error("an unknown tool is known")
	}
}

// notFamily are hosts of self-hosted products, whose makers' domains are no family.
var notFamily = []string{"framatalk.org", "www.framatalk.org", ".blindsidenetworks.com", "bbb.education.fr", ".bbb.education.fr"}

package weblink

import "testing"

func TestParse(t *testing.T) {
	t.Parallel()
	tests := map[string]string{
		"https://zoom.us/j/1?pwd=a.1":      "https://zoom.us/j/1?pwd=a.1",
		"https://zoom.us/j/1?pwd=a.1.":     "https://zoom.us/j/1?pwd=a.1",
		"https://zoom.us/j/1),":            "https://zoom.us/j/1",
		"https://x.example/a_(b)":          "https://x.example/a_(b)",
		"HTTPS://ZOOM.US./J/1":             "https://zoom.us/J/1",
		"https:/zoom.us/j/1":               "https://zoom.us/j/1",
		"zoom.us/j/1":                      "https://zoom.us/j/1",
		`https://zoom.us/j/1\nMeeting`:     "https://zoom.us/j/1",
		"https://zoom.us/j/1*":             "https://zoom.us/j/1",
		"zoommtg://zoom.us/join?confno=1":  "zoommtg://zoom.us/join?confno=1",
		"words":                            "",
		"http:/./B":                        "",
		"https://a..example/":              "",
		"https://":                         "",
		`https://zoom.us\@evil.example/`:   "",
		"https://zoom.us:port/j/1":         "",
		"":                                 "",
		"https://[::1]:80/x":               "https://[::1]:80/x",
		"https://x.example/%zz":            "",
		"https://x.example/?a=%zz&pwd=a.1": "https://x.example/?a=%zz&pwd=a.1",
	}
	for raw, want := range tests {
		u, ok := Parse(raw)
		got := ""
		if ok {
			got = u.String()
		}
		if got != want {
			t.Errorf("%q: %q, want %q", raw, got, want)
		}
	}
}

func TestUnwrapIsBounded(t *testing.T) {
	t.Parallel()
	tests := map[string]string{
		// a provider's own parameter is no wrapper
		"https://zoom.us/signin?redirect=https%3A%2F%2Fzoom.us%2Fj%2F1": "https://zoom.us/signin?redirect=https%3A%2F%2Fzoom.us%2Fj%2F1",
		// a relative or other target is none either
		"https://x.example/?url=%2Fj%2F1":                                  "https://x.example/?url=%2Fj%2F1",
		"https://x.example/?url=javascript%3Aalert":                        "https://x.example/?url=javascript%3Aalert",
		"https://x.example/?u=zoommtg%3A%2F%2Fzoom.us%2Fjoin%3Fconfno%3D1": "https://zoom.us/join?confno=1",
		// broken wrappers stay as they are
		"https://urldefense.com/v3/abc":                          "https://urldefense.com/v3/abc",
		"https://urldefense.proofpoint.com/v2/url?u=https-ZZ":    "https://urldefense.proofpoint.com/v2/url?u=https-ZZ",
		"https://eu.protection.sophos.com/?d=zoom.us&u=%%%":      "https://eu.protection.sophos.com/?d=zoom.us&u=%%%",
		"https://eur01.safelinks.protection.outlook.com/?data=x": "https://eur01.safelinks.protection.outlook.com/?data=x",
		// runs of replaced signs
		"https://urldefense.com/v3/__https://x.example/a**Ab__;w6nDqMOq!!A!b$": "https://x.example/a%C3%A9%C3%A8b",
	}
	for raw, want := range tests {
		u, ok := Unwrap(raw)
		if !ok || u.String() != want {
			t.Errorf("%q: %v, want %q", raw, u, want)
		}
	}
	for _, refused := range []string{"ftp://zoom.us/j/1", "javascript://zoom.us/%0Aalert(1)", "file:///etc/passwd"} {
		if u, ok := Unwrap(refused); ok {
			t.Errorf("%q: %v", refused, u)
		}
	}
}

func TestIsOpaque(t *testing.T) {
	t.Parallel()
	tests := map[string]bool{
		"https://bit.ly/3Ab": true, "https://protect-eu.mimecast.com/s/Ab": true, "https://u1.ct.sendgrid.net/ls/click?upn=x": true,
		"https://click.news.example/track/click/1": true, "https://zoom.us/j/1": false, "https://notbit.ly/3Ab": false,
	}
	for raw, want := range tests {
		u, ok := Parse(raw)
		if !ok || IsOpaque(u) != want {
			t.Errorf("%q: want %v", raw, want)
		}
	}
}

func TestIsSuspicious(t *testing.T) {
	t.Parallel()
	tests := map[string]bool{
		"https://zoom.us/j/1": false, "https://us02web.zoom.us:443/j/1": false, "https://zoom.us:8443/j/1": true,
		"https://zoom.us@x.example/": true, "https://[::1]/j/1": true, "https://127.1/j/1": true,
		"https://visio.hopital.example/salle": false, "https://visio.hôpital.example/salle": false,
		"https://xn--99999999999.example/": true, "https://zoomalia.example/chien": false, "https://zoomalia.example/j/1": true,
		"https://webexpert.example/": false, "https://webex.example/": true, "https://numerique.hopital.example/": false,
		"https://jitsi.hopital.example/Salle": false, "https://bigbluebutton.hopital.example/b/a": false,
		"https://teams.hopital.example/": false, "https://teams.hopital.example/l/meetup-join/1": true,
		"https://visio.gouv.fr/": false, "https://gouv.fr.example/": false, "https://GOOGLE.com/": false, "https://meet.google.it.example/abc-defg-hij": true,
	}
	for raw, want := range tests {
		u, ok := Parse(raw)
		if !ok || IsSuspicious(u) != want {
			t.Errorf("%q: want %v", raw, want)
		}
	}
}

func TestOneEdit(t *testing.T) {
	t.Parallel()
	tests := []struct {
		a, b string
		want bool
	}{
		{"zoom", "zooom", true},
		{"zoom", "zom", true},
		{"zoom", "zoon", true},
		{"zoom", "ozom", true},
		{"zoom", "zomo", true},
		{"zoom", "zoom", false},
		{"zoom", "zo", false},
		{"zoom", "moor", false},
		{"", "a", true},
		{"", "", false},
	}
	for _, tt := range tests {
		if oneEdit(tt.a, tt.b) != tt.want || oneEdit(tt.b, tt.a) != tt.want {
			t.Errorf("%q %q: want %v", tt.a, tt.b, tt.want)
		}
	}
}

func TestHostIn(t *testing.T) {
	t.Parallel()
	for host, want := range map[string]bool{
		"zoom.us": true, "us02web.zoom.us": true, "notzoom.us": false, "zoom.us.evil.example": false, ".zoom.us": false, "": false,
	} {
		if HostIn(host, []string{"zoom.us", ".zoom.us", ""}) != want {
			t.Errorf("%q: want %v", host, want)
		}
	}
}

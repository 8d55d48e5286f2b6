package meeting

import (
	"net/url"
	"regexp"
	"strings"
)

// tracking are parameters that tell where a click came from; they are no part of the meeting.
var tracking = regexp.MustCompile(`(?i)^(?:utm_.*|fbclid|gclid|dclid|msclkid|yclid|igshid|mc_cid|mc_eid|_hsenc|_hsmi|mkt_tok|vero_id|oly_.*|pk_.*|mtm_.*|ref|ref_src|source|from|status|_x_zm_.*|_openstat|wickedid|trk|trk.*|s_cid|ws_ab_test|spm)$`)

// kept are, per tool, the only parameters that belong to the meeting.
var kept = map[Tool]*regexp.Regexp{
	ToolZoom:         regexp.MustCompile(`^(?:pwd|tk|omn|occurrence_id)$`),
	ToolTeams:        regexp.MustCompile(`^(?:p|context)$`),
	ToolGoogleMeet:   regexp.MustCompile(`^$`),
	ToolLaSuiteVisio: regexp.MustCompile(`^$`),
}

// normalise writes a meeting link in its one form.
func normalise(u *url.URL, f found) string {
	path := strings.TrimRight(u.EscapedPath(), "/")
	if path == "" {
		path = "/"
	}
	host := u.Host
	if p := u.Port(); p == "443" || p == "80" {
		host = u.Hostname()
	}
	switch {
	case f.tool == ToolZoom && f.kind != kindAccount && f.id != "":
		path = zoomPath(path, f)
	case f.tool == ToolGoogleMeet && f.id != "":
		path = strings.TrimPrefix(path, "/_meet")
		if len(path) > len(f.id)+1 && !strings.HasPrefix(path, "/lookup/") {
			path = "/" + f.id
		}
		path = strings.ToLower(path)
	case f.tool == ToolLaSuiteVisio:
		path = strings.ToLower(path)
	}
	out := "https://" + host + path
	if q := keptQuery(u.RawQuery, f.tool); q != "" {
		out += "?" + q
	}
	if fragment := u.EscapedFragment(); fragment != "" && (f.tool == ToolJitsi || f.tool == ToolOther) {
		out += "#" + fragment
	}
	return out
}

func zoomPath(path string, f found) string {
	switch {
	case strings.HasPrefix(path, "/w/"):
		return "/w/" + f.id
	case strings.HasPrefix(path, "/my/"), strings.HasPrefix(path, "/wc/my/"):
		return "/my/" + f.id
	}
	return "/j/" + f.id
}

// keptQuery keeps the order and the spelling of what stays: a passcode is not re-encoded.
func keptQuery(raw string, tool Tool) string {
	var parts []string
	for part := range strings.SplitSeq(raw, "&") {
		name, value, _ := strings.Cut(part, "=")
		if name == "" || tracking.MatchString(name) {
			continue
		}
		if allowed := kept[tool]; allowed != nil && (value == "" || !allowed.MatchString(name)) {
			continue
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, "&")
}

// hasPasscode tells whether the link carries its passcode.
func hasPasscode(u *url.URL) bool {
	for part := range strings.SplitSeq(u.RawQuery, "&") {
		name, value, _ := strings.Cut(part, "=")
		if (name == "pwd" || name == "p" || name == "password" || name == "pw") && value != "" {
			return true
		}
	}
	return false
}

package weblink

import (
	"encoding/base64"
	"net/url"
	"regexp"
	"strings"
)

// Unwrap parses a link and takes off the wrappers that mail protection, search engines and apps
// put around it, as often as they are nested.
func Unwrap(raw string) (*url.URL, bool) {
	const nested = 6
	u, ok := Parse(raw)
	if !ok {
		return nil, false
	}
	for range nested {
		inner := innerLink(u)
		if inner == "" {
			break
		}
		next, ok := Parse(inner)
		if !ok {
			break
		}
		u = next
	}
	return appLink(u)
}

// innerLink gives the link inside a wrapper, or "".
func innerLink(u *url.URL) string {
	host, path := u.Hostname(), u.EscapedPath()
	switch {
	case u.User != nil || u.Scheme != "https" && u.Scheme != "http":
		return ""
	case host == "urldefense.proofpoint.com" && strings.HasPrefix(path, "/v2/"):
		inner, err := url.QueryUnescape(strings.NewReplacer("-", "%", "_", "/").Replace(u.Query().Get("u")))
		if err != nil {
			return ""
		}
		return inner
	case (host == "urldefense.com" || host == "urldefense.us") && strings.HasPrefix(path, "/v3/"):
		return proofpoint3(u)
	case strings.HasSuffix(host, ".protection.sophos.com"):
		inner, err := base64.StdEncoding.DecodeString(u.Query().Get("u"))
		if err != nil {
			return ""
		}
		return absolute(string(inner))
	}
	if m := underscored.FindStringSubmatch(u.String()); m != nil {
		return m[1]
	}
	if host == "secure-web.cisco.com" {
		last := path[strings.LastIndexByte(path, '/')+1:]
		if inner, err := url.PathUnescape(last); err == nil {
			return absolute(inner)
		}
	}
	if strings.HasPrefix(u.Path, "/dl/launcher/") { // Teams' own launcher
		if inner := u.Query().Get("url"); strings.Contains(inner, "/l/meetup-join/") || strings.Contains(inner, "/meet/") {
			return "https://" + u.Host + strings.TrimPrefix(inner, "/_#")
		}
	}
	return innerParameter(u)
}

// underscored is Check Point's and Avanan's form, with the link between three underscores.
var underscored = regexp.MustCompile(`/v2/(?:[^/]+/)?_{3}(https?:.+?)_{3}`)

func absolute(s string) string {
	if strings.HasPrefix(s, "https://") || strings.HasPrefix(s, "http://") {
		return s
	}
	return ""
}

// innerParameter covers the wrappers that carry the link as a parameter (Outlook safelinks,
// google.com/url, Barracuda, Trend Micro, Facebook, Slack, sign-in pages that continue). The
// pages of the makers of meeting products are no wrappers, except Google's and Microsoft's.
func innerParameter(u *url.URL) string {
	if family := TrustedFamily(u.Hostname()); family != "" && !wrapperFamily.MatchString(family) || u.Hostname() == "meet.google.com" {
		return ""
	}
	for part := range strings.SplitSeq(u.RawQuery, "&") {
		name, value, _ := strings.Cut(part, "=")
		switch strings.ToLower(name) {
		case "url", "u", "q", "a", "target", "redirecturl", "redirect", "redirect_url", "redirect_uri",
			"continue", "dest", "destination", "link", "to", "goto", "location", "event_url", "r":
			inner, err := url.QueryUnescape(value)
			if err != nil {
				continue
			}
			if absolute(inner) != "" || strings.HasPrefix(inner, "zoommtg://") {
				return inner
			}
		}
	}
	return ""
}

var wrapperFamily = regexp.MustCompile(`^(?:google\.|office\.|outlook\.|live\.)`)

var proofpointParts = regexp.MustCompile(`^/v3/__(.+?)__;([^!]*)!`)

// proofpoint3 decodes the third form of Proofpoint: signs are replaced by "*" (one) or "**" and
// a letter (a run), and listed in base64 after the link.
func proofpoint3(u *url.URL) string {
	raw := u.EscapedPath()
	if u.RawQuery != "" {
		raw += "?" + u.RawQuery
	}
	m := proofpointParts.FindStringSubmatch(raw)
	if m == nil {
		return ""
	}
	listed, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(m[2], "="))
	if err != nil {
		return m[1]
	}
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	signs := []rune(string(listed))
	var b strings.Builder
	for i := 0; i < len(m[1]); i++ {
		if m[1][i] != '*' {
			b.WriteByte(m[1][i])
			continue
		}
		run := 1
		if i+2 < len(m[1]) && m[1][i+1] == '*' {
			run = strings.IndexByte(alphabet, m[1][i+2]) + 2
			i += 2
		}
		run = min(run, len(signs))
		b.WriteString(string(signs[:run]))
		signs = signs[run:]
	}
	return b.String()
}

// appLink turns an app's own scheme into the web link of the same meeting.
func appLink(u *url.URL) (*url.URL, bool) {
	switch u.Scheme {
	case "http", "https":
	case "zoommtg", "zoomus":
		u = &url.URL{Scheme: "https", Host: u.Host, User: u.User, Path: u.Path, RawQuery: u.RawQuery}
	case "msteams":
		if u.Host == "l" { // msteams:/l/meetup-join/…
			return Parse("https://teams.microsoft.com/l" + u.EscapedPath() + "?" + u.RawQuery)
		}
		u = &url.URL{Scheme: "https", Host: u.Host, User: u.User, Path: u.Path, RawPath: u.RawPath, RawQuery: u.RawQuery}
	default:
		return nil, false
	}
	if u.Hostname() == "teams.microsoft.com" { // the link in the fragment of the web client
		if rest := strings.TrimPrefix(u.EscapedFragment(), "/"); strings.HasPrefix(rest, "l/meetup-join/") || strings.HasPrefix(rest, "meet/") {
			return Parse("https://teams.microsoft.com/" + rest)
		}
	}
	return u, true
}

var opaqueHosts = []string{
	".mimecast.com", ".mimecastprotect.com", ".sendgrid.net", ".list-manage.com", "mandrillapp.com",
	".awstrack.me", ".mailjet.com", ".mjt.lu", ".sendibt1.com", ".sendibt2.com", ".sendibm1.com",
	".r.sp1-brevo.net", ".hubspotlinks.com", ".mailinblack.com", ".vadesecure.com", ".cmail19.com",
	".cmail20.com", "bit.ly", "tinyurl.com", "t.co", "goo.gl", "ow.ly", "is.gd", "lnkd.in", "cutt.ly",
	"urlz.fr", "rb.gy", "shorturl.at", "urldefense.com", "urldefense.us", "urldefense.proofpoint.com",
	".safelinks.protection.outlook.com", ".protection.sophos.com", "secure-web.cisco.com",
	"url.avanan.click", "protect.checkpoint.com", "linkprotect.cudasvc.com", ".barracudanetworks.com",
}

// IsOpaque tells whether a link is a wrapper or a shortener that does not show its target.
func IsOpaque(u *url.URL) bool {
	return HostIn(u.Hostname(), opaqueHosts) || opaqueTracker.MatchString(u.Hostname()+u.Path)
}

var opaqueTracker = regexp.MustCompile(`^(?:click|clicks|track|tracking|trk|email|links?|url\d+|ct|go|r)\.[^/]+/(?:ls/click|track/click|c/|e/c|f/a|click|CL0|ss/c)`)

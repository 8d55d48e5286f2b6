package weblink

import (
	"net"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/net/idna"
	"golang.org/x/text/unicode/norm"

	"teleconsult/server/meeting/invitationtext"
)

// trusted are the families of hosts that belong to the makers of the products: their other
// pages (help, downloads, calendars) are no meetings, but no imitations either.
var trusted = []string{
	"zoom.us", "zoom.com", "zoom-x.de", "zoomgov.com", "zoom.com.cn", "zoom.cn", "zoomcrc.com", "google.com",
	"google.fr", "google.de", "google.es", "google.pt", "google.be", "google.ch", "google.co.uk",
	"google.com.br", "microsoft.com", "microsoft.us", "cloud.microsoft", "office.com", "office365.com",
	"live.com", "aka.ms", "tel.meet", "g.co", "goo.gl", "gstatic.com", "webex.com", "webex.com.cn", "cisco.com",
	"jit.si", "jitsi.org", "jitsi.net", "8x8.vc", "8x8.com", "bigbluebutton.org", "doxy.me",
	"doctolib.fr", "doctolib.de", "doctolib.it", "doctolib.com", "doctolib.net", "gouv.fr", "ortif.fr", "sesan.fr",
	"sante-idf.fr", "apple.com", "zendesk.com", "office.net", "sharepoint.com", "outlook.com", "renater.fr",
}

// TrustedFamily gives the domain of a maker of meeting products to which a host belongs, or "".
func TrustedFamily(host string) string {
	for _, t := range trusted {
		if host == t || strings.HasSuffix(host, "."+t) {
			return t
		}
	}
	return ""
}

// brands are the names that an imitation carries, as they stand in a host after lookAlike.
// Self-hosted products (Jitsi, BigBlueButton) may be named in any host.
var brands = []brand{
	{"zoom", true, regexp.MustCompile(`zoom\.?(?:us|com)(?:\.|$)`), regexp.MustCompile(`^/(?:[jswu]|my|wc|join|meeting|signin)(?:/|$)|pwd=`)},
	{"microsoft", true, regexp.MustCompile(`microsoft`), nil},
	{"teams", false, regexp.MustCompile(`teams\.?(?:live|office)(?:\.|$)`), regexp.MustCompile(`/l/meetup-join/|^/meet/\d`)},
	{"google", false, regexp.MustCompile(`meet\.?google`), regexp.MustCompile(`^/[a-z]{3}-[a-z]{4}-[a-z]{3}`)},
	{"webex", true, nil, regexp.MustCompile(`(?i)\.php|MTID=|^/(?:[^/]+/)?(?:meet|join)/`)},
	{"doctolib", true, regexp.MustCompile(`doctolib`), nil},
	{"doxy", true, regexp.MustCompile(`doxy\.?me(?:\.|$)`), nil},
	{"jit", false, regexp.MustCompile(`(?:^|\.|meet)jit\.si(?:\.|$)`), nil},
	{"numerique", false, regexp.MustCompile(`numerique\.?gouv`), nil},
	{"ortif", false, regexp.MustCompile(`(?:^|\.)ortif\.?(?:fr|sesan|sante)\.`), nil},
}

type brand struct {
	name  string
	label bool           // an imitation when it is a whole word of a foreign host
	host  *regexp.Regexp // an imitation when it is in a foreign host
	path  *regexp.Regexp // an imitation when the name is in the host and this in the path
}

// IsSuspicious tells whether a link hides its host or imitates a provider's.
func IsSuspicious(u *url.URL) bool {
	host := u.Hostname()
	switch {
	case u.User != nil, isAddress(host), strings.Contains(u.Host, "%"):
		return true
	case TrustedFamily(host) != "":
		port := u.Port()
		return port != "" && port != "443" && port != "80"
	case strings.ContainsRune(u.Host, '\\'):
		return true
	}
	return imitates(host, u.EscapedPath()+"?"+u.RawQuery)
}

var numericHost = regexp.MustCompile(`^(?:0x[0-9a-f]+|\d+)(?:\.(?:0x[0-9a-f]+|\d+)){0,3}$`)

func isAddress(host string) bool {
	return net.ParseIP(host) != nil || numericHost.MatchString(host) || strings.Contains(host, ":")
}

// imitates compares what the host looks like with the names and hosts of the providers.
func imitates(host, target string) bool {
	shown := host
	unicodeHost, err := idna.ToUnicode(host)
	if err == nil {
		shown = unicodeHost
	}
	if err != nil && strings.Contains(host, "xn--") || mixesScripts(shown) {
		return true
	}
	for _, look := range lookAlikes(shown) {
		if isLookAlike(look, target) {
			return true
		}
	}
	return false
}

func isLookAlike(look, target string) bool {
	flat := strings.ReplaceAll(look, "-", ".")
	words := strings.Split(flat, ".")
	for _, b := range brands {
		switch {
		case b.host != nil && b.host.MatchString(flat),
			b.label && slices.Contains(words, b.name),
			b.path != nil && strings.Contains(flat, b.name) && b.path.MatchString(target):
			return true
		}
	}
	return nearProvider(look, target)
}

// nearProvider finds a slip of one letter in a provider's domain ("zooom.us", "gogle.com").
func nearProvider(host, target string) bool {
	labels := strings.Split(host, ".")
	const domainLabels = 2
	if len(labels) < domainLabels {
		return false
	}
	domain := strings.Join(labels[len(labels)-domainLabels:], ".")
	for _, name := range []string{"zoom.us", "zoom.com", "google.com", "microsoft.com", "live.com", "webex.com", "doctolib.fr", "doctolib.de", "doctolib.it"} {
		if domain == name {
			return true // only after undoing look-alike letters: the true host never comes here
		}
		if oneEdit(domain, name) && meetingTarget.MatchString(target) {
			return true
		}
	}
	return false
}

var meetingTarget = regexp.MustCompile(`^/(?:j|s|w|my|wc|meet|l/meetup-join)/|pwd=|MTID=|^/[a-z]{3}-[a-z]{4}-[a-z]{3}|(?i)telehealth|consultation|video|rdv|appointment`)

// oneEdit tells whether a becomes b by one inserted, removed, changed or swapped letter.
func oneEdit(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	switch len(b) - len(a) {
	case 0:
		return i < len(a) && (a[i+1:] == b[i+1:] ||
			i+1 < len(a) && a[i] == b[i+1] && a[i+1] == b[i] && a[i+2:] == b[i+2:])
	case 1:
		return a[i:] == b[i+1:]
	}
	return false
}

// homoglyphs are letters of other alphabets that look Latin.
var homoglyphs = strings.NewReplacer(
	"а", "a", "е", "e", "о", "o", "р", "p", "с", "c", "у", "y", "х", "x", "і", "i", "ј", "j", "ѕ", "s", "м", "m",
	"т", "t", "к", "k", "в", "b", "н", "h", "ԁ", "d", "ԛ", "q", "ԝ", "w", "ӏ", "l", "з", "3", "ᴢ", "z", "ʐ", "z",
	"ο", "o", "α", "a", "ε", "e", "ι", "i", "κ", "k", "ν", "v", "ρ", "p", "τ", "t", "υ", "u", "χ", "x", "μ", "m",
	"ω", "w", "η", "n", "ı", "i", "ɡ", "g", "օ", "o", "զ", "q", "ո", "n", "ս", "u",
)

// lookAlikes gives what a host can be taken for: as it is, with digits read as letters, and with
// the two ways to read "1" and the pairs that look like one letter.
func lookAlikes(host string) []string {
	plain := homoglyphs.Replace(strings.ToLower(norm.NFKC.String(host)))
	plain = invitationtext.Fold(plain)
	l := strings.NewReplacer("0", "o", "1", "l", "3", "e", "5", "s", "rn", "m", "vv", "w", "2", "z").Replace(plain)
	i := strings.NewReplacer("0", "o", "1", "i", "3", "e", "5", "s", "rn", "m", "vv", "w", "l", "i").Replace(plain)
	small := strings.NewReplacer("0", "o", "1", "l", "i", "l").Replace(plain) // a capital I
	return []string{plain, l, i, small}
}

// mixesScripts tells whether one label has letters of Latin and of a look-alike alphabet.
func mixesScripts(host string) bool {
	for label := range strings.SplitSeq(host, ".") {
		latin, other := false, false
		for _, r := range label {
			latin = latin || unicode.Is(unicode.Latin, r)
			other = other || unicode.In(r, unicode.Cyrillic, unicode.Greek, unicode.Armenian)
		}
		if latin && other {
			return true
		}
	}
	return false
}

// NamesProvider tells whether a link that cannot be parsed carries a provider's name.
func NamesProvider(raw string) bool {
	for _, look := range lookAlikes(raw) {
		for _, b := range brands {
			if strings.Contains(look, b.name) {
				return true
			}
		}
	}
	return false
}

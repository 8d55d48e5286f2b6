package meeting

import (
	"net/url"
	"regexp"
	"strings"

	"teleconsult/server/meeting/invitationtext"
	"teleconsult/server/meeting/weblink"
)

// found is one link of the text, unwrapped, with what it is.
type found struct {
	kind     kind
	tool     Tool
	id       string // "" when the form has none
	url      string // normalised
	passcode bool   // inside the link
	weak     bool   // not a provider's host: counts only when nothing else is there
	reason   reason
}

// reason says why a link is refused or only weakly taken.
type reason int

const (
	reasonNone         reason = iota
	reasonSuspicious          // imitates a provider or hides its host
	reasonOpaque              // a wrapper that does not show its target
	reasonRegistration        // a page to register on
)

var (
	// brokenLink is a link in angle brackets that a mail program cut into lines (RFC 3986, appendix C).
	brokenLink = regexp.MustCompile(`<\s*((?:https?|zoommtg|zoomus|msteams):[^<>"]+)\s*>`)
	// cutLink is a long link whose rest a mail program put on the next line; the rest shows by its signs.
	cutLink   = regexp.MustCompile(`(?m)(https?://[^\s<>"]{56,}|https?://[^\s<>"]*[?&=%])\n([A-Za-z0-9%._~=&+/?@:-]*(?:[%=&][A-Za-z0-9%._~=&+/?@:-]*|\.1))$`)
	fullLink  = regexp.MustCompile(`(?i)(?:https?|zoommtg|zoomus|msteams):/{0,3}[^\s<>"“”«»\x60\[\]]+`)
	bareLink  = regexp.MustCompile(`(?i)(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]*[\p{L}\p{N}])?\.)+[\p{L}]{2,}/[^\s<>"“”«»\x60]+`)
	jsonQuery = regexp.MustCompile(`(?i)context=\{[^\s}]*$`)
	shownLink = regexp.MustCompile(`(?i)((?:https?://)?[^\s<>"]+)\s?<(https?:[^<>"\s]+)>`)
)

// hostLabel introduces a link that is not for patients, in the words of each product and language.
var hostLabel = regexp.MustCompile(`(?:if you are (?:a |the )?host|host (?:link|url)|start (?:url|link)|start_url|moderator (?:link|url)|` +
	`lien (?:d[ue'] ?)?(?:l')?(?:organisateur|animateur|animatrice|hote|moderateur|praticien|medecin)|si vous etes (?:l')?(?:un )?(?:organisateur|hote|animateur)|lien de demarrage|` +
	`moderator(?:en)?-?link|gastgeber-?link|host-?link|wenn sie (?:der )?(?:gastgeber|moderator|host)|` +
	`enlace (?:del? )?(?:anfitrion|organizador|moderador)|si (?:usted )?es (?:el )?(?:organizador|anfitrion)|` +
	`link (?:do|de) (?:anfitriao|organizador|moderador)|se (?:voce )?for (?:o )?(?:organizador|anfitriao))[^\n]{0,60}$`)

// mostBareLinks bounds the work on a text made of dots and slashes: no invitation writes so many links without https.
// One that was not read is never chosen.
const mostBareLinks = 500

// findLinks gives every link of the text with its reading, in order.
func findLinks(text string) []found {
	text = brokenLink.ReplaceAllStringFunc(text, func(m string) string {
		return "<" + strings.Join(strings.Fields(strings.Trim(m, "<> \n")), "") + ">"
	})
	text = cutLink.ReplaceAllStringFunc(text, func(m string) string {
		begin, rest, _ := strings.Cut(m, "\n")
		if strings.Contains(rest, "://") || bareLink.MatchString(rest) && bareLink.FindStringIndex(rest)[0] == 0 {
			return m // another link
		}
		return begin + rest
	})
	var out []found
	taken := make([][2]int, 0)
	for _, span := range fullLink.FindAllStringIndex(text, -1) {
		raw, end := wholeLink(text, span)
		taken = append(taken, [2]int{span[0], end})
		out = append(out, readLink(raw, before(text, span[0])))
	}
	for _, span := range bareLink.FindAllStringIndex(text, mostBareLinks) {
		if overlaps(taken, span) || followsSign(text, span[0]) {
			continue
		}
		if f := readLink("https://"+text[span[0]:span[1]], before(text, span[0])); !f.weak || f.kind == kindPatient && meetingHost.MatchString(text[span[0]:span[1]]) {
			out = append(out, f)
		}
	}
	return append(out, disguised(text)...)
}

// wholeLink extends a Teams link whose context is JSON that was not escaped.
func wholeLink(text string, span []int) (string, int) {
	raw := text[span[0]:span[1]]
	if jsonQuery.MatchString(raw) {
		if i := strings.IndexByte(text[span[1]:], '}'); i >= 0 && i < 300 && !strings.ContainsRune(text[span[1]:span[1]+i], '\n') {
			return strings.NewReplacer(`"`, "%22", "{", "%7b", "}", "%7d", " ", "").Replace(text[span[0] : span[1]+i+1]), span[1] + i + 1
		}
	}
	return raw, span[1]
}

func overlaps(taken [][2]int, span []int) bool {
	for _, t := range taken {
		if span[0] < t[1] && t[0] < span[1] {
			return true
		}
	}
	return false
}

// followsSign refuses the middle of an e-mail or SIP address and of another link.
func followsSign(text string, at int) bool {
	return at > 0 && strings.IndexByte("@/.-_:=%&?", text[at-1]) >= 0
}

// before gives what introduces a link: its own line up to it, or the line before.
func before(text string, at int) string {
	const enough = 240
	text = text[max(0, at-enough):at]
	start := strings.LastIndexByte(text, '\n') + 1
	line := strings.TrimSpace(text[start:])
	if strings.Trim(line, "<([ -•*") != "" || start == 0 {
		return line
	}
	previous := strings.TrimRight(text[:start-1], "\n ")
	return previous[strings.LastIndexByte(previous, '\n')+1:]
}

// disguised finds links that show one host and open another one.
func disguised(text string) []found {
	var out []found
	for _, m := range shownLink.FindAllStringSubmatch(text, -1) {
		shown, ok := weblink.Parse(strings.TrimLeft(m[1], "(["))
		if !ok || strings.Contains(m[1], "@") {
			continue
		}
		target, ok := weblink.Unwrap(m[2])
		if !ok || target.Hostname() == shown.Hostname() {
			continue
		}
		if provider, known := providerByHost(shown.Hostname()); known && !weblink.IsOpaque(target) {
			if other, same := providerByHost(target.Hostname()); !same || other.Tool != provider.Tool {
				out = append(out, found{reason: reasonSuspicious})
			}
		}
	}
	return out
}

// readLink unwraps a link and tells what it is.
func readLink(raw, introduction string) found {
	u, ok := weblink.Unwrap(raw)
	if !ok {
		if weblink.NamesProvider(raw) {
			return found{reason: reasonSuspicious}
		}
		return found{}
	}
	if weblink.IsSuspicious(u) {
		return found{reason: reasonSuspicious}
	}
	f := classify(u)
	if f.kind == kindPatient && hostLabel.MatchString(invitationtext.Fold(introduction)) {
		f.kind = kindHost
	}
	if f.weak && f.kind == kindPatient && !looksLikeMeeting(u, introduction) {
		f.kind = kindIgnored
	}
	return f
}

// classify finds the provider's form of a link.
func classify(u *url.URL) found {
	p, known := providerByHost(u.Hostname())
	forms := p.forms
	if !known {
		if weblink.IsOpaque(u) {
			return found{reason: reasonOpaque, weak: true}
		}
		p.Tool, forms = selfHosted(u)
	}
	for _, form := range forms {
		m := form.path.FindStringSubmatch(u.EscapedPath())
		if m == nil {
			continue
		}
		if form.query != nil {
			q := form.query.FindStringSubmatch(u.RawQuery)
			if q == nil {
				continue
			}
			m = append(m, q[1:]...)
		}
		f := found{kind: form.kind, tool: p.Tool, weak: !known}
		for _, g := range m[1:] {
			if g != "" && f.id == "" {
				f.id = g
			}
		}
		if f.kind == kindAccount && strings.Contains(u.Path, "/register/") {
			f.reason = reasonRegistration
		}
		f.personalNumber()
		f.url = normalise(u, f)
		f.passcode = hasPasscode(u)
		return f
	}
	return found{}
}

// personalNumber turns a join link with a personal number into a personal room: Zoom gives 10
// digits to personal rooms and 11 to scheduled meetings (9 before 12 April 2020) [domain §7].
func (f *found) personalNumber() {
	const personal = 10
	if f.tool == ToolZoom && f.kind == kindPatient && len(f.id) == personal && !strings.Contains(f.url, "/w/") {
		f.kind = kindPersonal
	}
}

var (
	lastSegment = regexp.MustCompile(`^/(?:[^/]+/)*([^/]+)/?$`)
	jitsiLabel  = regexp.MustCompile(`(?:^|[.-])jitsi(?:[.-]|$)`)
)

// selfHosted guesses the product of a server that is no provider's.
func selfHosted(u *url.URL) (Tool, []form) {
	for _, f := range bbbForms {
		if f.path.MatchString(u.EscapedPath()) && (f.query == nil || f.query.MatchString(u.RawQuery)) {
			return ToolBigBlueButton, bbbForms
		}
	}
	if jitsiLabel.MatchString(u.Hostname()) {
		return ToolJitsi, []form{{kind: kindPatient, path: lastSegment}}
	}
	return ToolOther, []form{{kind: kindPatient, path: lastSegment}}
}

var (
	meetingHost  = regexp.MustCompile(`(?:^|[.-])(?:meet(?:ing|ings)?|visio\w*|video\w*|conf\w*|webconf|room|rooms|call|bbb|greenlight|jitsi|tele\w+|live|webinaire|rdv|talk|starleaf|whereby|livestorm)(?:[.-]|$)|visio|conference|teleconsult|whereby`)
	meetingPath  = regexp.MustCompile(`(?i)(?:^|/)(?:meet|meeting|join|visio\w*|video\w*|room|rooms|conf\w*|call|salle|teleconsult\w*|tele-?consult\w*|rejoindre|consultation|b|j)(?:[/-]|$)`)
	introduces   = regexp.MustCompile(`(?:rejoindre|rejoignez|participer|connect|cliqu|lien|visio|join|click|link|beitreten|teilnehmen|klick|unirse|unase|enlace|entrar|ingress|acess|video|meeting|reunion|besprechung|salle|consultation)[^\n]{0,80}$`)
	plainWebsite = regexp.MustCompile(`(?i)\.(?:png|jpe?g|gif|svg|pdf|ics|css)$|(?:^|/)(?:privacy|legal|mentions-legales|cgu|terms|aide|help|support|faq|unsubscribe|desinscription)(?:/|$)`)
)

// looksLikeMeeting tells whether a link to an unknown host is offered as the meeting.
func looksLikeMeeting(u *url.URL, introduction string) bool {
	if weblink.TrustedFamily(u.Hostname()) != "" || plainWebsite.MatchString(u.Path) || strings.Trim(u.Path, "/") == "" {
		return false
	}
	if !strings.Contains(u.Hostname(), ".") {
		return false // a name of the pasting machine's own network
	}
	return meetingHost.MatchString(u.Hostname()) || meetingPath.MatchString(u.Path) ||
		introduces.MatchString(invitationtext.Fold(introduction))
}

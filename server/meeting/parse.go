package meeting

import (
	"errors"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"teleconsult/server/fault"
	"teleconsult/server/meeting/invitationtext"
	"teleconsult/server/meeting/starttime"
)

// defaultZone is the zone of a text that names none, unless the caller gives another.
const defaultZone = "Europe/Paris"

// Parse reads a pasted invitation, whole, as copied. now completes a date without a year; zone
// (IANA, defaultZone when empty) is taken when the text names none. What is doubtful is a finding
// of the result, not an error; the errors are faults: text_too_large, text_unreadable,
// zone_unknown. The same input always gives the same result.
func Parse(text string, now time.Time, zone string) (Result, error) {
	loc, err := location(zone)
	if err != nil {
		return Result{}, err
	}
	return ParseIn(text, now, loc)
}

// ParseIn is Parse for a zone that is known.
func ParseIn(text string, now time.Time, loc *time.Location) (Result, error) {
	clean, err := invitationtext.Clean(text)
	switch {
	case errors.Is(err, invitationtext.ErrTooLarge):
		return Result{}, fault.New(fault.KindTooLarge, "text_too_large",
			"Le texte collé est trop long (plus de 256 Kio). Collez seulement l’invitation.")
	case err != nil:
		return Result{}, fault.New(fault.KindUnprocessable, "text_unreadable",
			"Ce qui a été collé n’est pas un texte lisible. Copiez le texte de l’invitation, pas un fichier.")
	}
	p := parsing{text: clean}
	if !bareLinkOnly.MatchString(clean) { // a link alone has no words around it to be read
		p.written = invitationtext.ReadLabels(clean)
	}
	p.sort(findLinks(clean))
	p.choose()
	if !bareLinkOnly.MatchString(clean) {
		p.readStart(now, loc)
		if invitationtext.Recurring(clean) {
			p.add(CodeRecurring)
		}
	}
	p.finish()
	return p.result, nil
}

// bareLinkOnly is a text that is one link as tools write it, whose parameters say nothing of a time.
var bareLinkOnly = regexp.MustCompile(`^https://[a-z0-9.-]+(?:/[A-Za-z0-9._~/-]*)?(?:\?(?:pwd|p|MTID|context)=[A-Za-z0-9._~%-]*)?$`)

func location(zone string) (*time.Location, error) {
	if zone == "" {
		zone = defaultZone
	}
	loc, err := time.LoadLocation(zone)
	if err != nil || zone == "Local" {
		return nil, fault.New(fault.KindInvalid, "zone_unknown",
			"Ce fuseau horaire n’existe pas. Donnez un nom comme Europe/Paris.")
	}
	return loc, nil
}

// parsing is the work on one text: its links by what they are, and the result so far.
type parsing struct {
	text    string
	written invitationtext.Labels
	result  Result

	meetings  []found // one per meeting, best link first found
	hosts     []found
	accounts  []found
	suspected bool
	opaque    bool
}

func (p *parsing) add(code Code) {
	if !p.result.Has(code) {
		p.result.Findings = append(p.result.Findings, finding(code))
	}
}

func (p *parsing) say(code Code, severity Severity, text string) {
	p.result.Findings = append(p.result.Findings, Finding{code, severity, text})
}

// sort puts the links in their groups. A link to an unknown host counts only when no provider's
// link is there: signatures and leaflets carry many.
func (p *parsing) sort(links []found) {
	strong := slices.ContainsFunc(links, func(f found) bool { return !f.weak && f.kind != kindIgnored })
	for _, f := range links {
		switch {
		case f.reason == reasonSuspicious:
			p.suspected = true
		case f.reason == reasonOpaque:
			p.opaque = true
		case f.weak && strong, f.kind == kindIgnored:
		case f.kind == kindHost:
			p.hosts = append(p.hosts, f)
		case f.kind == kindAccount:
			p.accounts = append(p.accounts, f)
		default:
			if p.written.Personal && f.tool == ToolZoom {
				f.kind = kindPersonal
			}
			p.addMeeting(f)
		}
	}
	p.mergeTeams()
}

// mostMeetings bounds the work on a text full of links: beyond it nothing is decided anyway.
const mostMeetings = 50

// addMeeting keeps the best link of each meeting: with its passcode, then the longest, because
// programs shorten what they show.
func (p *parsing) addMeeting(f found) {
	for i, have := range p.meetings {
		if have.key() != f.key() {
			continue
		}
		if f.passcode != have.passcode && f.passcode || f.passcode == have.passcode && len(f.url) > len(have.url) {
			f.kind = have.kind
			p.meetings[i] = f
		}
		return
	}
	if len(p.meetings) < mostMeetings {
		p.meetings = append(p.meetings, f)
	}
}

func (f found) key() string {
	if f.id == "" || f.tool == ToolOther || f.weak {
		return NormalisedURL(f.url)
	}
	id, err := url.PathUnescape(f.id) // Teams threads are written escaped and not
	if err != nil {
		id = f.id
	}
	return Key(f.tool, id)
}

// mergeTeams makes one of the two forms in which Teams writes the same meeting: by its thread
// and by its number.
func (p *parsing) mergeTeams() {
	const forms = 2
	if len(p.meetings) != forms || p.meetings[0].tool != ToolTeams || p.meetings[1].tool != ToolTeams {
		return
	}
	first, second := isNumber(p.meetings[0].id), isNumber(p.meetings[1].id)
	switch {
	case first && !second:
		p.meetings = p.meetings[:1]
	case second && !first:
		p.meetings = p.meetings[1:]
	}
}

var allDigits = regexp.MustCompile(`^\d+$`)

func isNumber(s string) bool { return allDigits.MatchString(s) }

func contains(ids []string, id string) bool {
	return slices.ContainsFunc(ids, func(have string) bool { return strings.EqualFold(have, id) })
}

// readStart reads the start and says what had to be assumed.
func (p *parsing) readStart(now time.Time, loc *time.Location) {
	w := starttime.Read(p.text, now, loc)
	p.result.StartsAt, p.result.HasStart = w.Start, w.Found
	for _, said := range []struct {
		is   bool
		code Code
	}{
		{w.ZoneAssumed, CodeZoneAssumed},
		{w.YearAssumed, CodeYearAssumed},
		{w.Ambiguous, CodeTimeAmbiguous},
		{w.Skipped, CodeTimeDoesNotExist},
	} {
		if said.is {
			p.add(said.code)
		}
	}
}

// order is that of the findings: errors first, then as listed.
var order = []Code{
	CodeSuspiciousHost, CodeNoLink, CodeAccountPage, CodePersonalRoom, CodeSeveralLinks, CodeIDMismatch,
	CodeRecurring, CodeHostLink, CodeUnknownHost, CodePasscodeMissing, CodePasscodeMasked, CodeZoneAssumed,
	CodeYearAssumed, CodeTimeAmbiguous, CodeTimeDoesNotExist,
}

// finish sorts the findings and makes every value one line.
func (p *parsing) finish() {
	slices.SortStableFunc(p.result.Findings, func(a, b Finding) int {
		if a.Severity != b.Severity {
			if a.Severity == SeverityError {
				return -1
			}
			return 1
		}
		return slices.Index(order, a.Code) - slices.Index(order, b.Code)
	})
	for _, s := range []*string{&p.result.URL, &p.result.MeetingID, &p.result.Passcode, &p.result.Topic} {
		*s = strings.Join(strings.Fields(*s), " ")
	}
}

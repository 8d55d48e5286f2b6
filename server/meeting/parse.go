package meeting

import (
	"errors"
	"regexp"
	"slices"
	"strings"
	"time"

	"teleconsult/server/fault"
	"teleconsult/server/meeting/invitationtext"
)

// DefaultZone is the zone of a text that names none, unless the caller gives another.
const DefaultZone = "Europe/Paris"

// Parse reads a pasted invitation, whole, as copied. now completes a date without a year; zone
// (IANA, DefaultZone when empty) is taken when the text names none. What is doubtful is a finding
// of the result, not an error; the errors are faults: text_too_large, text_unreadable,
// zone_unknown. The same input always gives the same result.
func Parse(text string, now time.Time, zone string) (Result, error) {
	loc, err := location(zone)
	if err != nil {
		return Result{}, err
	}
	clean, err := invitationtext.Clean(text)
	switch {
	case errors.Is(err, invitationtext.ErrTooLarge):
		return Result{}, fault.New(fault.KindTooLarge, "text_too_large",
			"Le texte collé est trop long (plus de 256 Kio). Collez seulement l’invitation.")
	case err != nil:
		return Result{}, fault.New(fault.KindUnprocessable, "text_unreadable",
			"Ce qui a été collé n’est pas un texte lisible. Copiez le texte de l’invitation, pas un fichier.")
	}
	p := parsing{text: clean, written: readWritten(clean)}
	p.sort(findLinks(clean))
	p.choose()
	p.readStart(now, loc)
	if invitationtext.Recurring(clean) {
		p.add(CodeRecurring)
	}
	p.finish()
	return p.result, nil
}

func location(zone string) (*time.Location, error) {
	if zone == "" {
		zone = DefaultZone
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
	written written
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
			if p.written.pmi && f.tool == ToolZoom {
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
	if f.id == "" {
		return NormalisedURL(f.url)
	}
	if f.tool == ToolOther || f.weak {
		return NormalisedURL(f.url)
	}
	return Key(f.tool, f.id)
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

func isNumber(s string) bool { return s != "" && digits(s) == s }

// choose decides which link the patient gets, if any.
func (p *parsing) choose() {
	r := &p.result
	r.Passcode, r.Topic = p.written.passcode, p.written.topic
	r.Findings = []Finding{}
	if p.written.masked {
		p.add(CodePasscodeMasked)
	}
	if len(p.hosts) > 0 {
		p.add(CodeHostLink)
	}
	switch {
	case p.suspected:
		p.add(CodeSuspiciousHost)
		r.Tool = p.hintedTool()
		r.MeetingID = p.writtenID()
	case len(p.meetings) == 0:
		p.noMeeting()
	default:
		p.chooseMeeting()
	}
}

// noMeeting says why there is no link for a patient.
func (p *parsing) noMeeting() {
	r := &p.result
	r.Tool, r.MeetingID = p.hintedTool(), p.writtenID()
	switch {
	case len(p.hosts) > 0:
		p.add(CodeNoLink)
		r.Tool = p.hosts[0].tool
		if r.MeetingID == "" {
			r.MeetingID = shownID(p.hosts[0])
		}
	case len(p.accounts) > 0:
		r.Tool = p.accounts[0].tool
		if p.accounts[0].reason == reasonRegistration {
			p.say(CodeAccountPage, SeverityError, registration)
			return
		}
		p.add(CodeAccountPage)
	case p.opaque:
		p.say(CodeNoLink, SeverityError, opaqueWrapper)
	default:
		p.add(CodeNoLink)
	}
}

// chooseMeeting takes the only meeting, or the one whose number is written.
func (p *parsing) chooseMeeting() {
	chosen := p.meetings[0]
	if len(p.meetings) > 1 && !p.allPersonal() {
		var ok bool
		if chosen, ok = p.decided(); !ok {
			p.add(CodeSeveralLinks)
			if len(p.written.ids) == 1 {
				p.result.MeetingID = p.written.ids[0]
			}
			p.result.Tool = p.commonTool()
			return
		}
		p.say(CodeSeveralLinks, SeverityWarning, severalDecided)
	}
	p.take(chosen)
}

func (p *parsing) allPersonal() bool {
	return !slices.ContainsFunc(p.meetings, func(f found) bool { return f.kind != kindPersonal || f.tool != ToolZoom })
}

// decided gives the one meeting whose id is written.
func (p *parsing) decided() (found, bool) {
	var match []found
	for _, f := range p.meetings {
		if contains(p.written.ids, f.id) {
			match = append(match, f)
		}
	}
	if len(match) != 1 {
		return found{}, false
	}
	return match[0], true
}

func (p *parsing) commonTool() Tool {
	for _, f := range p.meetings {
		if f.tool != p.meetings[0].tool {
			return ""
		}
	}
	return p.meetings[0].tool
}

// take fills the result from the chosen link.
func (p *parsing) take(f found) {
	r := &p.result
	r.Tool = f.tool
	r.MeetingID = p.idBeside(f)
	if f.kind == kindPersonal && f.tool == ToolZoom {
		p.add(CodePersonalRoom)
		return
	}
	r.URL = f.url
	if f.kind == kindPersonal {
		p.say(CodePersonalRoom, SeverityWarning, doxyRoom)
	}
	if f.weak {
		p.add(CodeUnknownHost)
		if hint := p.hintedTool(); f.tool == ToolOther && (hint == ToolJitsi || hint == ToolBigBlueButton) {
			r.Tool = hint // the products that hospitals host themselves
		}
	}
	if p.mismatch(f) {
		p.add(CodeIDMismatch)
	}
	if p.wantsPasscode(f) && !f.passcode && r.Passcode == "" && !p.written.masked {
		p.add(CodePasscodeMissing)
	}
}

// wantsPasscode: Zoom always; Teams for a meeting named by its number, which its passcode opens.
func (p *parsing) wantsPasscode(f found) bool {
	provider, _ := ProviderOf(f.tool)
	return provider.PasscodeRequired || f.tool == ToolTeams && isNumber(f.id)
}

// numbered are the tools whose invitations write a number for the meeting.
var numbered = []Tool{ToolZoom, ToolTeams, ToolWebex}

// idBeside gives the meeting's id beside the link f: the number written, where the tool has
// numbers, else the code inside the link.
func (p *parsing) idBeside(f found) string {
	if slices.Contains(numbered, f.tool) {
		if contains(p.written.ids, f.id) {
			return f.id
		}
		for _, id := range p.written.ids {
			if isNumber(id) {
				return id
			}
		}
	}
	return shownID(f)
}

// shownID leaves out the name of a Teams thread, which is no code for people, and gives codes in
// the case in which the product writes them.
func shownID(f found) string {
	switch {
	case f.tool == ToolTeams && !isNumber(f.id):
		return ""
	case f.tool == ToolGoogleMeet, f.tool == ToolLaSuiteVisio:
		return strings.ToLower(f.id)
	}
	return f.id
}

func (p *parsing) writtenID() string {
	if len(p.written.ids) == 0 {
		return ""
	}
	return p.written.ids[0]
}

var letterCode = regexp.MustCompile(`^(?i:` + roomCode + `)$`)

// mismatch tells whether ids of the link's own form are written and none is the link's.
func (p *parsing) mismatch(f found) bool {
	comparable := 0
	for _, id := range p.written.ids {
		switch {
		case strings.EqualFold(id, f.id):
			return false
		case isNumber(id) && isNumber(f.id) && slices.Contains(numbered, f.tool), letterCode.MatchString(id) && letterCode.MatchString(f.id):
			comparable++
		}
	}
	return comparable > 0
}

var hints = []struct {
	tool Tool
	word *regexp.Regexp
}{
	{ToolZoom, regexp.MustCompile(`\bzoom\b`)},
	{ToolTeams, regexp.MustCompile(`\bmicrosoft teams\b|\breunion teams\b|\bteams[- ](?:meeting|besprechung)|\breuni(?:on|ao) (?:de|do) (?:microsoft )?teams\b`)},
	{ToolGoogleMeet, regexp.MustCompile(`\bgoogle meet\b`)},
	{ToolWebex, regexp.MustCompile(`\bwebex\b`)},
	{ToolJitsi, regexp.MustCompile(`\bjitsi\b`)},
	{ToolLaSuiteVisio, regexp.MustCompile(`\bla suite (?:numerique )?visio\b|\bvisio,? (?:de )?la suite\b`)},
	{ToolBigBlueButton, regexp.MustCompile(`\bbigbluebutton\b|\bgreenlight\b`)},
	{ToolDoctolib, regexp.MustCompile(`\bdoctolib\b`)},
	{ToolDoxyMe, regexp.MustCompile(`\bdoxy\.me\b`)},
	{ToolORTIF, regexp.MustCompile(`\bortif\b`)},
}

// anyLink is what names no tool for people: links and addresses, but Zoom's address for rooms.
var anyLink = regexp.MustCompile(`(?:[a-z]+:/+|(?:[a-z0-9-]+\.)+[a-z]{2,}/)[^\s<>"]*|@(?:[a-z0-9-]+\.)+[a-z]{2,}`)

// hintedTool gives the only tool that the words of the text name.
func (p *parsing) hintedTool() Tool {
	words := strings.ReplaceAll(invitationtext.Fold(p.text), "@zoomcrc.com", " zoom ")
	words = anyLink.ReplaceAllString(words, " ")
	named := Tool("")
	for _, h := range hints {
		if h.word.MatchString(words) {
			if named != "" {
				return ""
			}
			named = h.tool
		}
	}
	return named
}

// readStart reads the start and says what had to be assumed.
func (p *parsing) readStart(now time.Time, loc *time.Location) {
	w := invitationtext.ReadWhen(p.text, now, loc)
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

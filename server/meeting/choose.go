package meeting

import (
	"regexp"
	"slices"
	"strings"

	"teleconsult/server/meeting/invitationtext"
)

// choose decides which link the patient gets, if any.
func (p *parsing) choose() {
	r := &p.result
	r.Passcode, r.Topic = p.written.Passcode, p.written.Topic
	r.Findings = []Finding{}
	if p.written.Masked {
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
			if len(p.written.IDs) == 1 {
				p.result.MeetingID = p.written.IDs[0]
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
		if contains(p.written.IDs, f.id) {
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
	if p.wantsPasscode(f) && !f.passcode && r.Passcode == "" && !p.written.Masked {
		p.add(CodePasscodeMissing)
	}
}

// wantsPasscode: Zoom always; Teams for a meeting named by its number, which its passcode opens.
func (p *parsing) wantsPasscode(f found) bool {
	provider, _ := providerOf(f.tool)
	return provider.PasscodeRequired || f.tool == ToolTeams && isNumber(f.id)
}

// numbered are the tools whose invitations write a number for the meeting.
var numbered = []Tool{ToolZoom, ToolTeams, ToolWebex}

// idBeside gives the meeting's id beside the link f: the number written, where the tool has
// numbers, else the code inside the link.
func (p *parsing) idBeside(f found) string {
	if slices.Contains(numbered, f.tool) {
		if contains(p.written.IDs, f.id) {
			return f.id
		}
		for _, id := range p.written.IDs {
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
	if len(p.written.IDs) == 0 {
		return ""
	}
	return p.written.IDs[0]
}

var letterCode = regexp.MustCompile(`^(?i:` + roomCode + `)$`)

// mismatch tells whether ids of the link's own form are written and none is the link's.
func (p *parsing) mismatch(f found) bool {
	sameForm := 0
	for _, id := range p.written.IDs {
		switch {
		case strings.EqualFold(id, f.id):
			return false
		case isNumber(id) && isNumber(f.id) && slices.Contains(numbered, f.tool), letterCode.MatchString(id) && letterCode.MatchString(f.id):
			sameForm++
		}
	}
	return sameForm > 0
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

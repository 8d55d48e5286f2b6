// Package meeting knows the products that host video meetings: which hosts and link forms are
// theirs, what a link for one patient must look like, and how to read a pasted invitation.
// Everything here is pure; sources of the rules are design §3.3 and domain §7.
package meeting

import (
	"regexp"

	"teleconsult/server/meeting/weblink"
)

// Tool is the code of a product that hosts meetings.
type Tool string

// The tools a department can list. ToolOther is any product without rules of its own.
const (
	ToolZoom          Tool = "zoom"
	ToolTeams         Tool = "teams"
	ToolGoogleMeet    Tool = "google_meet"
	ToolWebex         Tool = "webex"
	ToolJitsi         Tool = "jitsi"
	ToolLaSuiteVisio  Tool = "lasuite_visio"
	ToolBigBlueButton Tool = "bigbluebutton"
	ToolDoctolib      Tool = "doctolib"
	ToolDoxyMe        Tool = "doxy_me"
	ToolORTIF         Tool = "ortif"
	ToolOther         Tool = "other"
)

// Settings of a meeting that the person who made it by hand declares.
const (
	checkIDGenerated      = "id_generated"
	checkPasswordRequired = "password_required"
	checkHostVideoOn      = "host_video_on"
	checkGuestVideoOn     = "participant_video_on"
	checkAudioBoth        = "audio_both"
	checkNoEarlyJoin      = "no_join_before_host"
	checkWaitingRoomOn    = "waiting_room_on"
	checkLobbyOn          = "lobby_on"
	checkNoAutoRecording  = "no_auto_recording"
)

// Policy is what a department allows beyond the table of providers.
type Policy struct {
	// AllowedHosts are the department's own servers (self-hosted Jitsi, BigBlueButton):
	// an exact host, or a suffix that starts with a dot.
	AllowedHosts []string
	// DoxyMeAllowed accepts doxy.me, whose rooms are permanent.
	DoxyMeAllowed bool
}

// Provider is the table of rules of one tool.
type Provider struct {
	Tool Tool
	// Name is the name on screens.
	Name string
	// Hosts are exact hosts, or dot-suffixes that start with a dot.
	Hosts []string
	// PasscodeRequired: a link without a passcode, written or inside, gets a warning.
	PasscodeRequired bool
	// Lobby is the check that says patients wait until they are admitted, or "" when the
	// product always makes them wait.
	Lobby string
	// Checklist are the settings to declare, in the order of the screen.
	Checklist []string

	forms []form
}

// kind says what a link is for.
type kind int

const (
	kindIgnored  kind = iota // help, download, calendar, settings: not a meeting
	kindPatient              // joins a meeting as a guest
	kindPersonal             // joins a permanent room of one person
	kindHost                 // starts or moderates a meeting
	kindAccount              // a page of somebody's account
)

// form is one form of a provider's links. The first match counts. The first group of path, or
// of query when path has none, is the meeting's id.
type form struct {
	kind  kind
	path  *regexp.Regexp
	query *regexp.Regexp
}

func path(k kind, expr string) form { return form{kind: k, path: regexp.MustCompile(expr)} }

func pathQuery(k kind, expr, query string) form {
	return form{kind: k, path: regexp.MustCompile(expr), query: regexp.MustCompile(query)}
}

const roomCode = `([a-zA-Z]{3}-[a-zA-Z]{4}-[a-zA-Z]{3})`

var lobbyChecklist = []string{checkLobbyOn, checkNoAutoRecording}

var providers = []Provider{
	{
		Tool: ToolZoom, Name: "Zoom", PasscodeRequired: true, Lobby: checkWaitingRoomOn,
		Hosts: []string{
			"zoom.us", ".zoom.us", "zoom.com", ".zoom.com", "zoom-x.de", ".zoom-x.de",
			"zoomgov.com", ".zoomgov.com", "zoom.com.cn", ".zoom.com.cn",
		},
		Checklist: []string{
			checkIDGenerated, checkPasswordRequired, checkHostVideoOn, checkGuestVideoOn,
			checkAudioBoth, checkNoEarlyJoin, checkWaitingRoomOn, checkNoAutoRecording,
		},
		forms: []form{
			pathQuery(kindHost, `^(?:/[a-z]+)*(?:/(\d{9,11}))?`, `(?:^|&)zak=`),
			path(kindHost, `^/s/(\d{9,11})?`),
			path(kindHost, `^/wc/(\d{9,11})/start`),
			path(kindPatient, `^/[jw]/(\d{9,11})(?:/|$)`),
			path(kindPatient, `^/wc/join/(\d{9,11})(?:/|$)`),
			path(kindPatient, `^/wc/(\d{9,11})(?:/join)?/?$`),
			pathQuery(kindPatient, `^/(?:join|start|wc/join)/?$`, `(?:^|&)confno=(\d{9,11})(?:&|$)`),
			path(kindPersonal, `^/(?:wc/)?my/([^/]+)`),
			path(kindIgnored, `^/(?:u|zoomconference|teleconference)(?:/|$)`),
			path(kindIgnored, `/ics$|/calendar/|^/[jw]/`),
			path(kindIgnored, `^/join/?$|^/meetings/\d+/invitations`),
			path(kindIgnored, `^/(?:download|client|support|test|docs|hc|[a-z]{2}(?:-[a-z]{2})?/(?:privacy|trust|legal|about).*|privacy|skype|rec)(?:/|$)`),
			path(kindAccount, `.*`),
		},
	},
	{
		Tool: ToolTeams, Name: "Microsoft Teams", Lobby: checkLobbyOn, Checklist: lobbyChecklist,
		Hosts: []string{
			"teams.microsoft.com", "teams.live.com", "teams.cloud.microsoft", "teams.microsoft.us",
			"gov.teams.microsoft.us", "dod.teams.microsoft.us", "teams.office.com",
		},
		forms: []form{
			path(kindPatient, `^/l/meetup-join/([^/]+)`),
			path(kindPatient, `^/meet/(\d{9,16})(?:/|$)`),
			path(kindPatient, `^/meet/([^/]+)`),
			path(kindIgnored, `(?i)^/(?:meetingoptions|l/(?:meeting|chat|call|team|channel|message|entity|app)|usp|download|dl)(?:/|$)`),
			path(kindAccount, `.*`),
		},
	},
	{
		Tool: ToolGoogleMeet, Name: "Google Meet", Lobby: checkLobbyOn, Checklist: lobbyChecklist,
		Hosts: []string{"meet.google.com"},
		forms: []form{
			path(kindPatient, `^/(?:_meet/)?`+roomCode+`(?:/|$)`),
			path(kindPatient, `^/([a-z]{10})/?$`),
			path(kindPatient, `^/lookup/([^/]+)`),
			path(kindIgnored, `^/(?:tel|calling)(?:/|$)`),
			path(kindAccount, `.*`),
		},
	},
	{
		Tool: ToolWebex, Name: "Webex", Lobby: checkLobbyOn, Checklist: lobbyChecklist,
		Hosts: []string{".webex.com", ".webex.com.cn"},
		forms: []form{
			path(kindIgnored, `(?i)globalcallin\.php$`),
			pathQuery(kindPatient, `(?i)\.php$`, `(?i)(?:^|&)MTID=([^&]+)`),
			path(kindPatient, `^/(?:[^/]+/)?(?:meet|join)/([^/]+)`),
			path(kindPatient, `^/(?:webappng|wbxmjs/joinservice)/sites/[^/]+/meeting/(?:download|info|home)/([^/?]+)`),
			path(kindPatient, `(?i)^/m/([0-9a-f-]{16,})`),
			path(kindIgnored, `(?i)\.(?:pdf|html?)$`),
			path(kindAccount, `.*`),
		},
	},
	{
		Tool: ToolJitsi, Name: "Jitsi Meet", Lobby: checkLobbyOn, Checklist: lobbyChecklist,
		Hosts: []string{
			"meet.jit.si", "8x8.vc", "moderated.jitsi.net", "webconf.numerique.gouv.fr",
			"rendez-vous.renater.fr", "framatalk.org", "www.framatalk.org",
		},
		forms: []form{
			path(kindIgnored, `^/static(?:/|$)`),
			path(kindAccount, `^/?$`),
			path(kindPatient, `^/(?:[^/]+/)*([^/]+)/?$`),
		},
	},
	{
		Tool: ToolLaSuiteVisio, Name: "Visio (La Suite)", Lobby: checkLobbyOn, Checklist: lobbyChecklist,
		Hosts: []string{"visio.numerique.gouv.fr", "visio.suite.anct.gouv.fr", "meet.suite.anct.gouv.fr"},
		forms: []form{
			path(kindPatient, `^/`+roomCode+`(?:/|$)`),
			path(kindAccount, `.*`),
		},
	},
	{
		Tool: ToolBigBlueButton, Name: "BigBlueButton", Lobby: checkLobbyOn, Checklist: lobbyChecklist,
		Hosts: []string{
			"bigbluebutton.org", ".bigbluebutton.org", "webinaire.numerique.gouv.fr",
			"webinaires.numerique.gouv.fr", ".blindsidenetworks.com", "bbb.education.fr", ".bbb.education.fr",
		},
		forms: append([]form{
			path(kindHost, `^/meeting/signin/moderateur/`),
			path(kindPatient, `^/meeting/signin/(?:invite/|participant/)?([^/]+)`),
		}, append(bbbForms, path(kindAccount, `.*`))...),
	},
	{
		Tool: ToolDoctolib, Name: "Doctolib",
		Hosts: []string{
			"doctolib.fr", ".doctolib.fr", "doctolib.de", ".doctolib.de", "doctolib.it",
			".doctolib.it", "doctolib.com", ".doctolib.com",
		},
		forms: []form{
			path(kindAccount, `^/?$`),
			path(kindAccount, `^/(?:account|sessions?|patient|signin|login|authn|search|directory|[a-z]{2}/?$)(?:/|$)`),
			path(kindPatient, `(?i)(?:telehealth|teleconsult|tele-?medecine|video|visio|sprechstunde|consultation|appointments?|rendez-vous|rdv)[^/]*/(?:.*/)?([^/]+)/?$`),
			path(kindPatient, `^/(?:t|v|c|l)/([^/]+)/?$`),
			path(kindIgnored, `.*`),
		},
	},
	{
		Tool: ToolDoxyMe, Name: "doxy.me",
		Hosts: []string{"doxy.me", ".doxy.me"},
		forms: []form{
			path(kindAccount, `^/?$`),
			path(kindAccount, `(?i)^/(?:[a-z]{2}(?:-[a-z]{2})?/)?(?:account|sign-?(?:in|up)|login|register|app|dashboard|pricing|features|help|about|blog|legal)(?:/|$)`),
			path(kindPersonal, `^/(?:[^/]+/)*([^/]+)/?$`),
		},
	},
	{
		Tool: ToolORTIF, Name: "ORTIF",
		Hosts: []string{
			"ortif.fr", ".ortif.fr", "ortif.sesan.fr", ".ortif.sesan.fr",
			"ortif.sante-idf.fr", ".ortif.sante-idf.fr",
		},
		forms: []form{
			path(kindAccount, `^/?$`),
			path(kindAccount, `(?i)^/(?:login|signin|connexion|account|compte)(?:/|$)`),
			path(kindPatient, `^/(?:[^/]+/)*([^/]+)/?$`),
		},
	},
}

// bbbForms are Greenlight's and the API's forms, which hold on every server.
var bbbForms = []form{
	pathQuery(kindHost, `/api/join$`, `(?i)(?:^|&)role=moderator`),
	pathQuery(kindPatient, `/api/join$`, `(?:^|&)meetingID=([^&]+)`),
	path(kindPatient, `^/(?:[^/]+/)?(?:b|gl|rooms|r)/([a-z0-9]{3}(?:-[a-z0-9]{3}){1,3})(?:/join)?/?$`),
}

// providerOf gives the rules of a tool; false for ToolOther and unknown codes.
func providerOf(tool Tool) (Provider, bool) {
	for _, p := range providers {
		if p.Tool == tool {
			return p, true
		}
	}
	return Provider{}, false
}

// Tools lists every code, in the order of the documentation.
func Tools() []Tool {
	out := make([]Tool, 0, len(providers)+1)
	for _, p := range providers {
		out = append(out, p.Tool)
	}
	return append(out, ToolOther)
}

// Known tells whether the code is one of Tools.
func (t Tool) Known() bool {
	_, ok := providerOf(t)
	return ok || t == ToolOther
}

// Name is the tool's name on screens.
func (t Tool) Name() string {
	if p, ok := providerOf(t); ok {
		return p.Name
	}
	return "Autre outil"
}

func providerByHost(host string) (Provider, bool) {
	for _, p := range providers {
		if weblink.HostIn(host, p.Hosts) {
			return p, true
		}
	}
	return Provider{}, false
}

// ChecklistOf are the settings to declare for a tool, in the order of the screen.
func ChecklistOf(t Tool) []string {
	p, _ := providerOf(t)
	return p.Checklist
}

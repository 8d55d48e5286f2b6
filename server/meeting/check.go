package meeting

import (
	"net/url"
	"slices"
	"strings"
	"time"

	"teleconsult/server/meeting/weblink"
)

// Check applies the rules of design §3.3 that need more than the text: what the department
// allows, and what the person who made the meeting declares (codes of Provider.Checklist).
// It returns only what is to be added to result.Findings. A result without URL gets nothing:
// its own findings already say why.
func Check(result Result, policy Policy, declared ...string) []Finding {
	if result.URL == "" {
		return nil
	}
	u, err := url.Parse(result.URL)
	if err != nil || u.Scheme != "https" {
		return []Finding{finding(CodeHostNotAllowed)}
	}
	var out []Finding
	provider, known := providerOf(result.Tool)
	host := u.Hostname()
	if !weblink.HostIn(host, policy.AllowedHosts) && (!known || !weblink.HostIn(host, provider.Hosts)) {
		out = append(out, finding(CodeHostNotAllowed))
	}
	if result.Tool == ToolDoxyMe && !policy.DoxyMeAllowed {
		out = append(out, finding(CodeDoxyNotAllowed))
	}
	if known && provider.PasscodeRequired && result.Passcode == "" &&
		!result.Has(CodePasscodeMasked) && !hasPasscode(u) {
		out = append(out, Finding{CodePasscodeMissing, SeverityError, messages[CodePasscodeMissing].text})
	}
	return append(out, undeclared(provider, declared)...)
}

// undeclared tells what of the provider's checklist nobody has declared: the lobby is an error,
// because without it a stranger can walk in; the rest is a warning.
func undeclared(p Provider, declared []string) []Finding {
	var out []Finding
	rest := false
	for _, c := range p.Checklist {
		switch {
		case slices.Contains(declared, c):
		case c == p.Lobby:
			out = append(out, finding(CodeLobbyNotDeclared))
		default:
			rest = true
		}
	}
	if rest {
		out = append(out, finding(CodeChecklistNotTaken))
	}
	return out
}

// Planned is what the encounter says about the meeting.
type Planned struct {
	// Start is the planned start, in the zone in which the department reads it.
	Start time.Time
	Tool  Tool
}

// DifferenceCode names what differs between an invitation and the encounter.
type DifferenceCode string

// The differences that a person must settle.
const (
	DifferenceDate DifferenceCode = "date_differs"
	DifferenceTime DifferenceCode = "time_differs"
	DifferenceTool DifferenceCode = "tool_differs"
)

// Difference is one thing that the invitation and the encounter say differently.
type Difference struct {
	Code DifferenceCode `json:"code"`
	// Message is in French and gives both values.
	Message string `json:"message"`
}

// Compare tells how an invitation differs from the encounter to which it is attached. What the
// invitation does not say is not a difference. Times are compared to the minute.
func Compare(result Result, planned Planned) []Difference {
	var out []Difference
	if result.HasStart && !planned.Start.IsZero() {
		said := result.StartsAt.In(planned.Start.Location())
		if said.Format(time.DateOnly) != planned.Start.Format(time.DateOnly) {
			out = append(out, Difference{
				DifferenceDate,
				"L’invitation est datée du " + said.Format("02/01/2006") +
					", la consultation est prévue le " + planned.Start.Format("02/01/2006") +
					". Corrigez l’une ou l’autre avant d’envoyer le lien.",
			})
		}
		if said.Format("15:04") != planned.Start.Format("15:04") {
			out = append(out, Difference{
				DifferenceTime,
				"L’invitation commence à " + said.Format("15h04") +
					", la consultation est prévue à " + planned.Start.Format("15h04") +
					" (même fuseau horaire). Corrigez l’une ou l’autre avant d’envoyer le lien.",
			})
		}
	}
	if result.Tool != "" && planned.Tool != "" && result.Tool != planned.Tool {
		out = append(out, Difference{
			DifferenceTool,
			"L’invitation vient de " + result.Tool.Name() + ", la consultation est prévue avec " +
				planned.Tool.Name() + ". Changez l’outil de la consultation (le patient devra donner " +
				"son accord pour le nouvel outil) ou collez la bonne invitation.",
		})
	}
	return out
}

// Key is the material that identifies a meeting for the rule "one link, one encounter": the
// store hashes it with its key. It is "" when the id is not known.
func Key(tool Tool, meetingID string) string {
	if tool == "" || meetingID == "" {
		return ""
	}
	return string(tool) + "|" + strings.ToLower(meetingID)
}

// NormalisedURL is the material that identifies a link for the same rule: host and path, and of
// the query only what names the meeting, so that a new passcode does not make a new room.
func NormalisedURL(link string) string {
	u, err := url.Parse(link)
	if err != nil || u.Host == "" {
		return ""
	}
	out := strings.ToLower(u.Host) + strings.TrimRight(u.EscapedPath(), "/")
	var named []string
	for part := range strings.SplitSeq(u.RawQuery, "&") {
		name, _, _ := strings.Cut(part, "=")
		if slices.Contains([]string{"mtid", "meetingid", "context", "room"}, strings.ToLower(name)) {
			named = append(named, part)
		}
	}
	if len(named) > 0 {
		slices.Sort(named)
		out += "?" + strings.Join(named, "&")
	}
	return out
}

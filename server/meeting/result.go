package meeting

import (
	"encoding/json"
	"time"
)

// Severity says whether a finding stops the link from being used.
type Severity string

// The two severities of a finding.
const (
	// SeverityError must be settled by a person before the link is used.
	SeverityError Severity = "error"
	// SeverityWarning is shown beside a link that may be used.
	SeverityWarning Severity = "warning"
)

// Code is the stable name of a finding.
type Code string

// The findings of Parse, in the order in which they are reported.
const (
	CodeSuspiciousHost    Code = "suspicious_host"
	CodeNoLink            Code = "no_link"
	CodeAccountPage       Code = "account_page"
	CodePersonalRoom      Code = "personal_room"
	CodeSeveralLinks      Code = "several_links"
	CodeIDMismatch        Code = "id_mismatch"
	CodeRecurring         Code = "recurring"
	CodeHostLink          Code = "host_link"
	CodeUnknownHost       Code = "unknown_host"
	CodePasscodeMissing   Code = "passcode_missing"
	CodePasscodeMasked    Code = "passcode_masked"
	CodeZoneAssumed       Code = "zone_assumed"
	CodeYearAssumed       Code = "year_assumed"
	CodeTimeAmbiguous     Code = "time_ambiguous"
	CodeTimeDoesNotExist  Code = "time_does_not_exist"
	CodeHostNotAllowed    Code = "host_not_allowed"
	CodeDoxyNotAllowed    Code = "doxy_me_not_allowed"
	CodeLobbyNotDeclared  Code = "lobby_not_declared"
	CodeChecklistNotTaken Code = "checklist_incomplete"
)

// Finding is one thing about an invitation that a person must know or settle.
type Finding struct {
	Code     Code     `json:"code"`
	Severity Severity `json:"severity"`
	// Message is in French: what was seen, and what to do. It quotes nothing of the text.
	Message string `json:"message"`
}

// Result is what an invitation says. A zero field means that the text does not say it,
// or that it must not be used (URL).
type Result struct {
	// Tool is the product that hosts the meeting, or "" when the text tells none.
	Tool Tool
	// URL is the patient's link: https, without wrapper, or "" when none may be used.
	URL string
	// MeetingID has digits only where it is a number, else it is the room code as in the link.
	MeetingID string
	// Passcode is as written, leading zeros kept.
	Passcode string
	Topic    string
	// StartsAt is in the zone of the text. It has a meaning only when HasStart is true.
	StartsAt time.Time
	HasStart bool
	// Findings is never nil; errors come first.
	Findings []Finding
}

// MarshalJSON writes the contract of POST /api/v1/meetings/parse: every field, null when absent.
func (r Result) MarshalJSON() ([]byte, error) {
	findings := r.Findings
	if findings == nil {
		findings = []Finding{}
	}
	var starts *string
	if r.HasStart {
		s := r.StartsAt.Format(time.RFC3339)
		starts = &s
	}
	return json.Marshal(struct {
		Tool      *string   `json:"tool"`
		URL       *string   `json:"url"`
		MeetingID *string   `json:"meetingId"`
		Passcode  *string   `json:"passcode"`
		Topic     *string   `json:"topic"`
		StartsAt  *string   `json:"startsAt"`
		Findings  []Finding `json:"findings"`
	}{
		orNull(string(r.Tool)), orNull(r.URL), orNull(r.MeetingID),
		orNull(r.Passcode), orNull(r.Topic), starts, findings,
	})
}

func orNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// Has tells whether a finding with this code was made.
func (r Result) Has(code Code) bool {
	for _, f := range r.Findings {
		if f.Code == code {
			return true
		}
	}
	return false
}

// Blocked tells whether any finding is an error, which a person must settle first.
func (r Result) Blocked() bool {
	for _, f := range r.Findings {
		if f.Severity == SeverityError {
			return true
		}
	}
	return false
}

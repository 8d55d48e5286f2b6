// Package consent holds the notices patients are shown and the decisions they take.
//
// Sources: CSP L1111-2 and L1111-4 (information and free agreement, still the base after the decree of
// 3 June 2021), HAS guide "Qualité et sécurité des actes de téléconsultation" (May 2019). A refusal is
// respected, explained, recorded, and another way is offered.
package consent

import (
	"time"

	"teleconsult/server/fault"
)

// Verdict is what was decided.
type Verdict string

// Verdicts; Unknown is the absence of a decision for the tool in question.
const (
	Unknown   Verdict = "unknown"
	Agreed    Verdict = "agreed"
	Refused   Verdict = "refused"
	Withdrawn Verdict = "withdrawn"
)

// Mode is how a decision reached us.
type Mode string

// Modes of a decision.
const (
	Web   Mode = "web"
	Oral  Mode = "oral"
	Paper Mode = "paper"
)

// Giver is who decided.
type Giver string

// Givers: a minor or a protected adult has a representative.
const (
	ByPatient        Giver = "patient"
	ByRepresentative Giver = "representative"
)

// Decision is one standing or past decision; rows are never changed, the last one for a tool stands.
type Decision struct {
	Verdict Verdict `json:"decision"`
	// Tool is what the patient decided about: another tool asks again.
	Tool  string `json:"tool"`
	Mode  Mode   `json:"mode"`
	Giver Giver  `json:"given_by"`
	// GiverName is the representative's name, "" for the patient.
	GiverName string `json:"giver_name"`
	// NoticeVersion is the hash of the text that was shown, "" when it was only spoken.
	NoticeVersion string    `json:"notice_version"`
	Explanation   string    `json:"explanation"`
	DecidedAt     time.Time `json:"decided_at"`
	RecordedAt    time.Time `json:"recorded_at"`
	// RecordedBy is the staff member's id, "" when the patient answered on the page.
	RecordedBy string `json:"recorded_by"`
	// RecorderName is filled on reading.
	RecorderName string `json:"recorder_name"`
}

// Standing returns the last decision for the tool; its verdict is Unknown when there is none.
// decisions are in the order they were recorded.
func Standing(decisions []Decision, tool string) Decision {
	for i := len(decisions) - 1; i >= 0; i-- {
		if decisions[i].Tool == tool {
			return decisions[i]
		}
	}
	return Decision{Verdict: Unknown, Tool: tool}
}

// Check says which rules a decision breaks. withRepresentative tells whether the patient has a legal
// representative, who then is the one to decide; standing is the verdict so far.
func Check(d Decision, withRepresentative bool, standing Verdict) error {
	var violations []fault.Violation
	add := func(field, code, message string) {
		violations = append(violations, fault.Violation{Field: field, Code: code, Message: message})
	}
	switch {
	case withRepresentative && d.Giver != ByRepresentative:
		add("givenBy", "representative_decides", "La décision revient au représentant légal du patient.")
	case !withRepresentative && d.Giver != ByPatient:
		add("givenBy", "no_representative", "Ce patient n’a pas de représentant légal enregistré : la décision est la sienne.")
	}
	if d.Giver == ByRepresentative && d.GiverName == "" {
		add("giverName", "giver_name_missing", "Indiquez le nom de la personne qui a donné la décision.")
	}
	if d.Verdict == Withdrawn && standing != Agreed {
		add("decision", "nothing_to_withdraw", "Aucun accord n’est en cours : il n’y a rien à retirer.")
	}
	if len([]rune(d.Explanation)) > 2000 {
		add("explanation", "too_long", "2 000 caractères au plus.")
	}
	return fault.Invalid(violations...)
}

package record

import (
	"strings"
	"time"
	"unicode/utf8"

	"teleconsult/server/fault"
)

// IdentityCheck is how the practitioner knew the patient during the call (CSP R6316-3, 1° b).
type IdentityCheck string

// The ways to know a patient at a distance; "" is none said yet.
const (
	IdentityStated    IdentityCheck = "stated"
	IdentityDocument  IdentityCheck = "document"
	IdentityKnown     IdentityCheck = "known"
	IdentityQualified IdentityCheck = "qualified"
)

var identityChecks = map[IdentityCheck]string{
	"":                "",
	IdentityStated:    "nom, prénom et date de naissance énoncés par le patient",
	IdentityDocument:  "pièce d'identité présentée à la caméra",
	IdentityKnown:     "patient déjà connu du praticien",
	IdentityQualified: "identité nationale de santé (INS) qualifiée auparavant",
}

// Report is what the practitioner adds to the facts.
type Report struct {
	// Findings, Conclusion and FollowUp are the report itself, in paragraphs (CSP R6316-4, 1° and 2°).
	Findings, Conclusion, FollowUp string
	// Follows says that the report is written elsewhere, later.
	Follows  bool
	Identity IdentityCheck
	// Participants are the others who took part: name, role, where.
	Participants string
}

// Draft is the report as it was last saved; the zero Draft is none.
type Draft struct {
	Report
	// Revision rises with every change, 0 while nothing was saved.
	Revision int64
	// Writer names the editor that saved it.
	Writer    string
	ChangedBy string
	ChangedAt time.Time
	// ErasedAt is when the typed text was deleted, zero while it is there.
	ErasedAt time.Time
}

// written tells whether the report has any text.
func (r Report) written() bool { return r.Findings+r.Conclusion+r.FollowUp != "" }

const (
	maxText         = 20_000
	maxParticipants = 1_000
)

// clean drops what no text may hold and the blanks around it; paragraphs and line ends stay.
func (r Report) clean() Report {
	for _, text := range []*string{&r.Findings, &r.Conclusion, &r.FollowUp, &r.Participants} {
		t := strings.NewReplacer("\r\n", "\n", "\r", "\n", "\x00", "").Replace(strings.ToValidUTF8(*text, ""))
		*text = strings.TrimSpace(t)
	}
	return r
}

func (r Report) check() error {
	var violations []fault.Violation
	tooLong := func(field, text string, most int) {
		if utf8.RuneCountInString(text) > most {
			violations = append(violations, fault.Violation{Field: field, Code: "too_long", Message: "Ce texte est trop long : raccourcissez-le."})
		}
	}
	tooLong("findings", r.Findings, maxText)
	tooLong("conclusion", r.Conclusion, maxText)
	tooLong("followUp", r.FollowUp, maxText)
	tooLong("participants", r.Participants, maxParticipants)
	if _, known := identityChecks[r.Identity]; !known {
		violations = append(violations, fault.Violation{Field: "identityCheck", Code: "not_allowed", Message: "Choisissez un contrôle de la liste."})
	}
	return fault.Invalid(violations...)
}

// changedElsewhere refuses to overwrite what another editor saved meanwhile, and hands it over: the violations hold
// the other text of every field that differs.
func (r Report) changedElsewhere(stored Draft) error {
	f := fault.New(fault.KindConflict, "note_written_elsewhere",
		"Ce compte rendu a été modifié sur un autre appareil. Les deux textes sont là : choisissez ce qui reste.")
	for _, one := range []struct{ field, mine, theirs string }{
		{"findings", r.Findings, stored.Findings},
		{"conclusion", r.Conclusion, stored.Conclusion},
		{"followUp", r.FollowUp, stored.FollowUp},
		{"participants", r.Participants, stored.Participants},
		{"identityCheck", string(r.Identity), string(stored.Identity)},
	} {
		if one.mine != one.theirs {
			f.Violations = append(f.Violations, fault.Violation{Field: one.field, Code: "other_text", Message: one.theirs})
		}
	}
	return f
}

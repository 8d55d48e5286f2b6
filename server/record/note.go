// Package record writes the note of a teleconsultation for the patient's record (ORBIS) out of the recorded
// facts, and keeps which version of it was put there.
//
// The note is the trace that the law and the hospital ask for. CSP R6316-4: acts and prescriptions (2°),
// identity of the professionals (3°), date and time (4°), technical incidents (5°); the report itself (1°)
// is the practitioner's own text, which the note refers to. CSP R6316-3: identification of the patient. The
// hospital's tutorial of April 2020, stage 5: information and agreement, the tool, date and time, findings
// and decisions with prescriptions, technical incidents. CSP L1111-4 and HAS 2019: a refusal is recorded
// with what was explained and which other way was offered. Decree 2020-459: criterion for the telephone.
package record

import (
	"crypto/sha256"
	"encoding/hex"

	"teleconsult/server/encounter"
)

// Note writes the note: plain French text, lines of at most 80 characters, no mark-up, times in the
// department's zone. It is a function of the facts alone, so the same facts give the same text at any time.
// What is not recorded is said to be so: the note never claims more than the facts.
//
// Left out on purpose: links, passcodes, addresses and numbers, which open something or reach somebody, and
// what happens after the transfer (the transfer itself, the coding).
func Note(f *encounter.Facts) string {
	w := &writer{facts: f}
	w.heading("COMPTE RENDU DE TRAÇABILITÉ - TÉLÉCONSULTATION")
	w.item("Service", f.Department.Name+", "+f.Department.Hospital)
	w.item("Heures", "locales, fuseau "+w.zone().String())
	w.heading("IDENTITÉS")
	w.identities()
	w.heading("CONSULTATION")
	w.consultation()
	w.heading("INFORMATION ET ACCORD")
	w.agreement()
	w.heading("ORDONNANCE ET SUITES")
	w.prescription()
	return w.String()
}

// Version names a text of the note: the hexadecimal SHA-256 of its bytes.
func Version(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// shortHash is what a reader needs to find a version among the few there are.
const shortHash = 12

func short(version string) string {
	if len(version) > shortHash {
		return version[:shortHash]
	}
	return version
}

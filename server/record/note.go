// Package record writes the note of a teleconsultation for the patient's record (ORBIS) out of the recorded
// facts and what the practitioner types, keeps which version of it was put there, and says what an encounter
// lacks before it may be closed.
//
// The note is the trace that the law and the hospital ask for. CSP R6316-4: report (1°), acts and prescriptions
// (2°), identity of the professionals (3°), date and time (4°), technical incidents (5°). CSP R6316-3:
// identification of the patient. The hospital's tutorial of April 2020, stage 5: information and agreement, the
// tool, date and time, findings and decisions with prescriptions, technical incidents. CSP L1111-4 and HAS 2019:
// a refusal is recorded with what was explained and which other way was offered. Decree 2020-459: criterion for
// the telephone.
package record

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"time"

	"teleconsult/server/encounter"
	"teleconsult/server/record/pdf"
)

// Issued is a version of the note that was put into the record.
type Issued struct {
	Number int
	// Version is the hash of its text.
	Version string
	At      time.Time
	By      string
	// ErasedAt is when its text was deleted, zero while it is kept.
	ErasedAt time.Time
}

// Note is one version of the note.
type Note struct {
	Number int
	Text   string
	// Version is the hexadecimal SHA-256 of the text.
	Version string
	blocks  []pdf.Block
}

// NoteOf is the note as it stands: the version that was last put into the record as long as its text is the same,
// else the one that would replace it. The same facts give the same text at any time.
func NoteOf(f *encounter.Facts, d Draft, issued []Issued) Note {
	if last := len(issued) - 1; last >= 0 {
		n := write(f, d, issued, last)
		erased := !d.ErasedAt.IsZero() && f.Transfer != nil && !f.NotedAt().After(f.Transfer.At)
		if erased {
			n.Version = issued[last].Version // of the text that is in the record
		}
		if n.Version == issued[last].Version {
			return n
		}
	}
	return write(f, d, issued, len(issued))
}

// write writes the note that follows the first versions that were issued: plain French text, lines of at most 80 characters, no mark-up,
// times in the department's zone. What is not recorded is said to be so: the note never claims more than the facts.
//
// Left out on purpose: links, passcodes, addresses and numbers, which open something or reach somebody, and
// what happens after the transfer (the transfer itself, the coding).
func write(f *encounter.Facts, d Draft, issued []Issued, first int) Note {
	n := Note{Number: first + 1}
	w := &writer{facts: f, draft: d}
	w.heading("COMPTE RENDU DE TRAÇABILITÉ - TÉLÉCONSULTATION")
	w.issue(n.Number, issued[:first])
	w.item("Service", f.Department.Name+", "+f.Department.Hospital)
	w.item("Heures", "locales, fuseau "+w.zone().String())
	w.heading("IDENTITÉS")
	w.identities()
	w.heading("CONSULTATION")
	w.consultation()
	w.heading("INFORMATION ET ACCORD")
	w.agreement()
	w.report(issued)
	w.heading("REMISE DE L'ORDONNANCE")
	w.prescription()
	n.Text, n.blocks = w.String(), w.blocks
	n.Version = Version(n.Text)
	return n
}

// issue says which version this is, and which it replaces.
func (w *writer) issue(number int, issued []Issued) {
	if number == 1 {
		w.item("Version", "1")
		return
	}
	last := issued[len(issued)-1]
	w.item("Version", strconv.Itoa(number)+", remplace la version "+strconv.Itoa(last.Number)+" versée "+w.moment(last.At))
}

// report is the practitioner's own text. Its lines are indented, so that none can pass for one of the note's.
func (w *writer) report(issued []Issued) {
	d := w.draft
	switch {
	case !d.ErasedAt.IsZero():
		w.heading("COMPTE RENDU MÉDICAL")
		where := "il figure au dossier du patient"
		if n := len(issued); n > 0 {
			where = "il figure au dossier, dans la version " + strconv.Itoa(issued[n-1].Number) + " versée " + w.moment(issued[n-1].At)
		}
		w.item("Texte du praticien", "supprimé de cet outil "+w.moment(d.ErasedAt)+" ; "+where)
		return
	case !d.written():
		w.heading("COMPTE RENDU MÉDICAL")
		w.item("Constatations, conclusion, prescriptions", w.unwritten())
		return
	}
	w.heading("CONSTATATIONS")
	w.paragraphs(d.Findings)
	w.heading("CONCLUSION ET DÉCISIONS")
	w.paragraphs(d.Conclusion)
	w.heading("PRESCRIPTIONS ET SUITES")
	w.paragraphs(d.FollowUp)
	if d.Follows {
		w.item("Compte rendu", "complément à suivre")
	}
}

func (w *writer) unwritten() string {
	f := w.facts
	switch {
	case w.draft.Follows:
		return "compte rendu à suivre"
	case f.StartedAt.IsZero() && (f.Status == encounter.Cancelled || declined(f)):
		return "sans objet, la consultation n'a pas eu lieu"
	}
	return "non renseignées"
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

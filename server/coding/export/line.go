// Package export hands coded acts to the activity software in numbered batches: a department's acts that no batch has
// taken, as a file for people and one for programs. A batch is frozen when it is made; what is corrected afterwards goes
// into the next one, and says so. Free text never leaves: a reason is a word of the product's lists.
package export

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"teleconsult/server/coding"
	"teleconsult/server/encounter"
)

// header are the columns, in their order. Those that the product does not know stay empty, for whoever completes the file.
var header = []string{
	"Lot", "Nature", "N° de venue (NDA)", "IPP", "INS", "Nom", "Prénom", "Date de naissance", "Sexe", "Hôpital", "UF", "Service",
	"RPPS du praticien", "Praticien", "Date", "Heure de début", "Durée (min)", "Modalité", "Outil", "Connu depuis moins de 12 mois",
	"Médecin traitant / parcours", "ALD", "Exonération", "Code", "Quantité", "Coefficient", "Montant (€)", "Justification", "Alerte",
	"État", "Codé par", "Codé le", "Remarque",
}

// line is one act of a batch, as it was read.
type line struct {
	EntryID     string `db:"entry_id"`
	EncounterID string `db:"encounter_id"`
	IPP         string `db:"ipp"`
	// SealedINS is the matricule as it is stored, nil unless the identity is qualified: no other may leave. INS is it opened.
	SealedINS       []byte    `db:"sealed_ins"`
	INS             string    `db:"-"`
	FamilyName      string    `db:"family_name"`
	GivenName       string    `db:"given_name"`
	BirthDate       time.Time `db:"birth_date"`
	RPPS            string    `db:"rpps"`
	Practitioner    string    `db:"practitioner"`
	StartedAt       time.Time `db:"started_at"`
	FinishedAt      time.Time `db:"finished_at"`
	Modality        string    `db:"modality"`
	Tool            string    `db:"tool"`
	TelephoneReason string    `db:"telephone_reason"`
	// Known: an earlier consultation of the patient was held here within a year.
	Known       bool      `db:"known"`
	State       string    `db:"state"`
	Code        string    `db:"code"`
	AmountCents *int64    `db:"amount_cents"`
	ReasonCode  string    `db:"reason_code"`
	CodedBy     string    `db:"coded_by"`
	CodedAt     time.Time `db:"coded_at"`
	Incidents   []byte    `db:"incidents"`
	// Before is the state in which an earlier batch took the act, "" where none has.
	Before string `db:"before"`
}

// nature says what a line is to the reader: new, a correction of an earlier batch, or taking an act back.
func (l line) nature() string {
	switch {
	case l.Before == "":
		return "nouveau"
	case l.State == string(coding.NotBillable):
		return "annulation"
	}
	return "correction"
}

// place is what all lines of a batch have in common.
type place struct {
	number               int64
	hospital, unit, name string
	zone                 *time.Location
}

// cells is the line as the file has it. incidents tells whether one had a consequence.
func (l line) cells(p place, incidents bool) []string {
	start, ald, justification := l.StartedAt.In(p.zone), "", ""
	modality := "vidéo"
	if l.Modality == string(encounter.Telephone) {
		modality, justification = "téléphone", encounter.TelephoneReasons[l.TelephoneReason]
		if l.TelephoneReason == "ald" {
			ald = "oui"
		}
	}
	return []string{
		strconv.FormatInt(p.number, 10), l.nature(), "", l.IPP, l.INS, strings.ToUpper(l.FamilyName), l.GivenName, l.BirthDate.Format("02/01/2006"), "",
		p.hospital, p.unit, p.name, l.RPPS, l.Practitioner, start.Format("02/01/2006"), start.Format("15:04"),
		strconv.Itoa(int(l.FinishedAt.Sub(l.StartedAt).Round(time.Minute) / time.Minute)), modality, encounter.ToolNames[l.Tool], yes(l.Known),
		"", ald, "", l.Code, quantity(l.Code), quantity(l.Code), euros(l.AmountCents), justification, alert(incidents),
		stateWords[coding.State(l.State)], l.CodedBy, l.CodedAt.In(p.zone).Format("02/01/2006 15:04"),
		coding.Reasons[coding.State(l.State)][l.ReasonCode],
	}
}

var stateWords = map[coding.State]string{coding.Coded: "codé", coding.NotBillable: "non facturable"}

// yes leaves empty what the product cannot deny: it knows only its own consultations.
func yes(known bool) string {
	if known {
		return "oui"
	}
	return ""
}

func quantity(code string) string {
	if code == "" {
		return ""
	}
	return "1"
}

// euros is an amount as French software reads it, "" where it is not known.
func euros(cents *int64) string {
	if cents == nil {
		return ""
	}
	return fmt.Sprintf("%d,%02d", *cents/100, *cents%100)
}

func alert(incidents bool) string {
	if incidents {
		return "incident technique avec conséquence"
	}
	return ""
}

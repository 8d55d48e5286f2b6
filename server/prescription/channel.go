// Package prescription records what became of the prescription after a teleconsultation: none was needed,
// the patient portal shows it the next day, or it was delivered by another channel, with the proof.
//
// Sources: the hospital's tutorial of April 2020, stage 4 (the portal shows it the next day; wanted at once:
// Dispose with link and password, or MSSanté to the pharmacist; ordinary e-mail only once the patient was
// told of the risk), CSP R6316-4, 2° (acts and prescriptions are kept in the record).
package prescription

import (
	"strings"
	"unicode"

	"teleconsult/server/encounter"
	"teleconsult/server/fault"
)

// Channel is the way a prescription takes to the patient.
type Channel string

// Channels, in the order in which they are to be preferred. None says that no prescription was needed.
const (
	None Channel = "none"
	// Portal is the patient portal (Espace patient), which shows the document on the next day.
	Portal Channel = "portal"
	// MSSante is secure health mail, to the pharmacist or to the patient's own health space.
	MSSante Channel = "mssante"
	// Dispose is the hospital's file drop: link by one way, password by another.
	Dispose Channel = "dispose"
	// Drop is an encrypted file drop.
	Drop Channel = "drop"
	// Email is ordinary e-mail, allowed only once the risk was explained and accepted.
	Email Channel = "email"
	// OnSite is a paper that was handed over.
	OnSite Channel = "on-site"
)

// State is how far the delivery is.
type State string

// States: Announced was promised, Sent is on its way, Delivered has arrived, Failed never will by this channel.
const (
	Announced State = "announced"
	Sent      State = "sent"
	Delivered State = "delivered"
	Failed    State = "failed"
)

// Limits of the free texts, in characters.
const (
	maxProof = 500
	maxName  = 200
)

// Input is what a member of staff says about the prescription.
type Input struct {
	Channel     Channel
	State       State
	WantedToday bool
	// Proof is what shows that it arrived, or why it did not, in words.
	Proof string
	// RiskAcceptedBy is who accepted the risk of ordinary e-mail, "" for the other channels.
	RiskAcceptedBy string
}

// Normalise brings the texts into one line and drops what has no meaning for the channel: without a
// prescription nothing is wanted today or left to deliver, and only e-mail asks for the risk.
func (in Input) Normalise() Input {
	in.Proof, in.RiskAcceptedBy = oneLine(in.Proof), oneLine(in.RiskAcceptedBy)
	if in.Channel == None {
		in.State, in.WantedToday = Delivered, false
	}
	if in.Channel != Email {
		in.RiskAcceptedBy = ""
	}
	return in
}

// Check says which rules a normalised input breaks, all at once.
func (in Input) Check() error {
	var violations []fault.Violation
	add := func(field, code, message string) {
		violations = append(violations, fault.Violation{Field: field, Code: code, Message: message})
	}
	if !in.Channel.known() {
		add("channel", "channel_unknown", "Choisissez la façon dont l’ordonnance est remise.")
	}
	if in.State != Announced && in.State != Delivered && in.State != Failed {
		add("state", "state_unknown", "Indiquez si l’ordonnance est annoncée, remise, ou n’est pas arrivée.")
	}
	if in.Channel == Portal && in.WantedToday {
		add("channel", "portal_is_next_day",
			"L’Espace patient n’affiche l’ordonnance que le lendemain. Pour aujourd’hui, choisissez la MSSanté du pharmacien ou un dépôt sécurisé.")
	}
	if in.State == Failed && in.Proof == "" {
		add("proof", "reason_missing", "Indiquez ce qui s’est passé : document absent du portail, adresse inconnue…")
	}
	if in.Channel.wantsProof() && in.State == Delivered && in.Proof == "" {
		add("proof", "proof_missing", "Indiquez ce qui prouve la remise : accusé de réception, confirmation du pharmacien ou du patient…")
	}
	if in.Channel == Email && in.RiskAcceptedBy == "" {
		add("riskAcceptedBy", "risk_not_accepted",
			"L’e-mail ordinaire n’est pas sécurisé : expliquez le risque, puis indiquez qui l’a accepté (patient ou représentant légal).")
	}
	if length(in.Proof) > maxProof {
		add("proof", "too_long", "500 caractères au plus.")
	}
	if length(in.RiskAcceptedBy) > maxName {
		add("riskAcceptedBy", "too_long", "200 caractères au plus.")
	}
	return fault.Invalid(violations...)
}

// Held says whether a prescription can be decided at all: it follows from a consultation that has finished.
func Held(status encounter.Status) error {
	switch status {
	case encounter.Finished:
		return nil
	case encounter.Cancelled:
		return fault.New(fault.KindConflict, "not_held", "La consultation n’a pas eu lieu : il n’y a pas d’ordonnance à remettre.")
	case encounter.Planned, encounter.Arrived, encounter.InProgress:
	}
	return fault.New(fault.KindConflict, "not_finished", "Terminez d’abord la consultation, puis renseignez l’ordonnance.")
}

func (c Channel) known() bool { return c == None || c == Portal || c.wantsProof() }

// wantsProof is true for the channels whose arrival somebody has to vouch for. The portal publishes by itself.
func (c Channel) wantsProof() bool {
	switch c {
	case MSSante, Dispose, Drop, Email, OnSite:
		return true
	case None, Portal:
	}
	return false
}

func length(s string) int { return len([]rune(s)) }

// oneLine folds white space and drops what cannot be seen.
func oneLine(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }), " ")
}

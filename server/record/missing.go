package record

import (
	"time"

	"teleconsult/server/consent"
	"teleconsult/server/encounter"
)

// Lack is a mandatory fact that an encounter does not have yet.
type Lack struct {
	Code string `json:"code"`
	// Step is where it can be added.
	Step encounter.StepCode `json:"step" enum:"appointment,information,consent,portal,link,invitation,held,prescription,record,coding"`
	// Message says what to do, in French.
	Message string `json:"message" doc:"What to do, in French."`
}

// Missing lists every mandatory fact that is not there, in the order of the chain. Sources: CSP R6316-3 and R6316-4,
// L1111-4, the tutorial's stages 4 and 5. Whether there were incidents is asked when a consultation is finished, so a
// finished one has that answer. An encounter that never began owes only what the chain still asks for, and a report
// that was deleted after its transfer is owed no more.
func Missing(f *encounter.Facts, d Draft, now time.Time) []Lack {
	var all []Lack
	lack := func(missing bool, step encounter.StepCode, code, message string) {
		if missing {
			all = append(all, Lack{Code: code, Step: step, Message: message})
		}
	}
	open := func(code encounter.StepCode) bool {
		state := stateOf(f, now, code)
		return state != encounter.Done && state != encounter.NotApplicable
	}
	began, verdict := !f.StartedAt.IsZero(), f.Consent().Verdict
	refused := verdict == consent.Refused || verdict == consent.Withdrawn
	lack(!f.Status.Ended() && !declined(f), encounter.StepHeld, "not_ended", "La consultation n’est pas terminée : terminez-la, ou annulez-la avec un motif.")
	lack(began && verdict == consent.Unknown, encounter.StepConsent, "consent_missing", "La décision du patient pour cet outil n’est pas enregistrée.")
	lack(refused && !f.Status.Ended() && f.OnSiteOffered == nil, encounter.StepConsent, "on_site_missing", "Une visite sur place est à proposer après le refus.")
	lack(began && f.Tool == "", encounter.StepHeld, "tool_missing", "L’outil utilisé n’est pas enregistré.")
	lack(began && f.Modality == encounter.Telephone && f.TelephoneReason == "", encounter.StepHeld, "criterion_missing", "Le critère du téléphone n’est pas enregistré.")
	lack(f.Status == encounter.Finished && (!began || f.FinishedAt.IsZero()), encounter.StepHeld, "times_missing", "Les heures réelles de la consultation ne sont pas enregistrées.")
	lack(began && f.Practitioner.RPPS == "", encounter.StepHeld, "rpps_missing", "Le numéro RPPS du praticien manque : le cadre l’ajoute dans l’organisation du service.")
	lack(began && d.Identity == "", encounter.StepRecord, "identity_check_missing", "Dites comment l’identité du patient a été vérifiée pendant l’appel.")
	lack(began && !d.written() && !d.Follows && d.ErasedAt.IsZero(), encounter.StepRecord, "report_missing", "Écrivez le compte rendu, ou cochez « compte rendu à suivre ».")
	lack(open(encounter.StepPrescription) && f.Status == encounter.Finished, encounter.StepPrescription, "prescription_missing", "Dites ce qu’il est advenu de l’ordonnance.")
	lack(open(encounter.StepRecord) && (f.Status.Ended() || declined(f)), encounter.StepRecord, "record_missing", "Le compte rendu est à verser au dossier.")
	lack(open(encounter.StepCoding) && f.Status == encounter.Finished, encounter.StepCoding, "coding_missing", "L’acte est à coder, ou à noter non facturable.")
	return all
}

// lastFact is when anything that a closing covers was last recorded.
func lastFact(f *encounter.Facts) time.Time {
	last := f.NotedAt()
	if t := f.Transfer; t != nil && t.At.After(last) {
		last = t.At
	}
	if c := f.Coding; c != nil && c.At.After(last) {
		last = c.At
	}
	return last
}

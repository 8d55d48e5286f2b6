package worklist

import "teleconsult/server/encounter"

// Weight says what a step that is missing weighs: what asks for it.
type Weight string

// Weights. Law: the Code de la santé publique asks for it (information and agreement: L1111-2, L1111-4; record: R6316-4).
// Care: the patient goes without until then. Billing: the act is not paid. Organisation: the rest.
const (
	Law          Weight = "law"
	Care         Weight = "care"
	Billing      Weight = "billing"
	Organisation Weight = "organisation"
)

// WeightOf is the weight of a step; "" where none is next.
func WeightOf(step encounter.StepCode) Weight {
	switch step {
	case encounter.StepInformation, encounter.StepConsent, encounter.StepRecord:
		return Law
	case encounter.StepLink, encounter.StepInvitation, encounter.StepHeld, encounter.StepPrescription:
		return Care
	case encounter.StepCoding:
		return Billing
	case encounter.StepAppointment, encounter.StepPortal:
		return Organisation
	}
	return ""
}

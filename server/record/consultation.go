package record

import (
	"strconv"
	"time"

	"teleconsult/server/encounter"
)

// consultation says what was planned, what took place, by which tool, and what went wrong (CSP R6316-4, 4° and 5°).
func (w *writer) consultation() {
	f := w.facts
	w.item("Prévue", w.span(f.PlannedStart, f.PlannedEnd))
	if a := f.Appointment; a != nil {
		w.item("Rendez-vous", "planifié dans ORBIS RV "+w.moment(a.At)+by(a.By))
	} else {
		w.item("Rendez-vous", "non pointé dans ORBIS RV")
	}
	w.item("Réalisation", w.outcome())
	w.item("Modalité", w.modality())
	w.item("Outil", w.tool())
	if f.ToolReason != "" {
		w.item("Motif du choix de l'outil", f.ToolReason)
	}
	w.incidents()
}

func (w *writer) outcome() string {
	f := w.facts
	switch f.Status {
	case encounter.Finished:
		minutes := int(f.FinishedAt.Sub(f.StartedAt) / time.Minute)
		return "tenue " + w.span(f.StartedAt, f.FinishedAt) + ", soit " + strconv.Itoa(minutes) + " min"
	case encounter.InProgress:
		return "commencée " + w.moment(f.StartedAt) + ", pas encore terminée"
	case encounter.Cancelled:
		reason := encounter.CancelReasons[f.CancelReason]
		if f.CancelText != "" {
			reason += " (" + f.CancelText + ")"
		}
		if !f.StartedAt.IsZero() {
			return "commencée " + w.moment(f.StartedAt) + ", arrêtée " + w.moment(f.CancelledAt) + " : " + reason
		}
		return "n'a pas eu lieu : " + reason + ", enregistré " + w.moment(f.CancelledAt)
	case encounter.Planned, encounter.Arrived:
	}
	if declined(f) {
		return "n'a pas lieu à distance : refusée par le patient ou son représentant"
	}
	return "pas encore tenue"
}

func (w *writer) modality() string {
	f := w.facts
	if f.Modality == encounter.Telephone {
		return "téléphone, par exception ; critère : " + encounter.TelephoneReasons[f.TelephoneReason]
	}
	return "vidéo"
}

// tool names the tool and says whether it was the department's first and held to be secure: another one is
// provisional, which the notice tells the patient.
func (w *writer) tool() string {
	f := w.facts
	name := encounter.ToolNames[f.Tool]
	if f.Modality == encounter.Telephone {
		return name
	}
	if f.Department.IsSecure(f.Tool) {
		name += ", outil sécurisé de l'établissement"
	} else {
		name += ", outil provisoire, non retenu comme sécurisé par l'établissement"
	}
	if len(f.Department.Tools) > 0 && !f.Department.IsFirst(f.Tool) {
		name += " (premier outil du service : " + encounter.ToolNames[f.Department.Tools[0]] + ")"
	}
	return name
}

func (w *writer) incidents() {
	f := w.facts
	switch {
	case len(f.Incidents) > 0:
	case f.Status == encounter.Finished: // finishing asks for them: none is an answer
		w.item("Incidents techniques", "aucun")
	case f.Status == encounter.Cancelled:
		w.item("Incidents techniques", "aucun enregistré")
	default:
		w.item("Incidents techniques", "sans objet, la consultation n'est pas terminée")
	}
	for _, i := range f.Incidents {
		text := encounter.IncidentKinds[i.Kind] + " ; conséquence : " + encounter.IncidentConsequences[i.Consequence]
		if i.Text != "" {
			text += " ; précision : " + i.Text
		}
		w.item("Incident technique", text)
	}
}

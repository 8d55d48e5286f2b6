package record

import "teleconsult/server/encounter"

// channels are the ways a prescription takes, with their words in the note.
var channels = map[string]string{
	"none": "aucune ordonnance", "portal": "Espace patient, annoncée pour le lendemain", "mssante": "messagerie sécurisée MSSanté",
	"dispose": "dépôt sécurisé Dispose", "drop": "dépôt de fichier chiffré", "email": "e-mail ordinaire", "on-site": "remise sur place",
}

// prescription says by which channel the prescription went and what proves it; what was prescribed stands in
// the practitioner's own text.
func (w *writer) prescription() {
	w.item("Ordonnance", w.delivery())
	if p := w.facts.Prescription; p != nil {
		if p.WantedToday {
			w.item("Demandée pour le jour même", "oui")
		}
		if p.Proof != "" {
			w.item("Preuve de remise", p.Proof)
		}
		if p.RiskAcceptedBy != "" {
			w.item("Risque de l'e-mail ordinaire", "expliqué, accepté par "+p.RiskAcceptedBy)
		}
	}
}

func (w *writer) delivery() string {
	f, p := w.facts, w.facts.Prescription
	switch {
	case p == nil && f.Status == encounter.Finished:
		return "pas encore renseignée"
	case p == nil && f.Status != encounter.Cancelled && !declined(f):
		return "après la consultation"
	case p == nil:
		return "sans objet, la consultation n'a pas eu lieu"
	}
	text := channels[p.Channel]
	switch {
	case p.Channel == "none":
	case p.State == "delivered":
		text += ", remise"
	case p.Channel != "portal":
		text += ", annoncée, preuve de remise attendue"
	}
	return text + " ; enregistré " + w.moment(p.At) + by(p.By)
}

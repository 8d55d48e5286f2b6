package record

import "teleconsult/server/encounter"

// channels are the ways a prescription takes, with their words in the note.
var channels = map[string]string{
	"none": "aucune ordonnance", "portal": "Espace patient, annoncée pour le lendemain", "mssante": "messagerie sécurisée MSSanté",
	"dispose": "dépôt sécurisé Dispose", "drop": "dépôt de fichier chiffré", "email": "e-mail ordinaire", "on-site": "remise sur place",
}

// prescription says which channel was decided on; what was prescribed stands in the practitioner's own text. What becomes
// of a delivery that the product follows is proof beside the note: its news do not ask for another version.
func (w *writer) prescription() {
	w.item("Ordonnance", w.delivery())
	if p := w.facts.Prescription; p != nil {
		if p.WantedToday {
			w.item("Demandée pour le jour même", "oui")
		}
		if p.Proof != "" && !followed(p) {
			w.item("Preuve de remise", p.Proof)
		}
		if p.RiskAcceptedBy != "" {
			w.item("Risque de l'e-mail ordinaire", "expliqué, accepté par "+p.RiskAcceptedBy)
		}
	}
}

// followed tells whether the product itself learns what becomes of the delivery.
func followed(p *encounter.Prescription) bool { return p.DeliveryID != "" || p.Channel == "portal" }

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
	case p.Channel == "none", p.Channel == "portal":
	case followed(p):
		text += ", envoyée, remise suivie dans l'application"
	case p.State == "failed":
		text += ", pas arrivée"
	case p.State == "delivered":
		text += ", remise"
	default:
		text += ", annoncée, preuve de remise attendue"
	}
	at, who := p.DecidedAt, p.DecidedBy
	if at.IsZero() {
		at, who = p.At, p.By
	}
	return text + " ; enregistré " + w.moment(at) + by(who)
}

package encounter

import (
	"slices"
	"strings"
	"time"
)

// prescription is done with the proof that it arrived. What goes wrong on the way comes back to the practitioner, who
// chooses another channel on the same day.
func (f *Facts) prescription() Step {
	s := Step{Code: StepPrescription, Title: "Ordonnance", State: Todo, ActsNext: PractitionerActs}
	if step, ends := f.afterwards(s); ends {
		return step
	}
	s.Due = f.nextDay(f.FinishedAt, 12)
	s.Evidence = "À renseigner : aucune, sur le portail, ou remise par un autre canal."
	p := f.Prescription
	if p == nil {
		return s
	}
	words := prescriptionWords[p.Channel]
	s.Since = p.At
	if p.WantedToday {
		s.Due = f.FinishedAt.Add(2 * time.Hour)
	}
	switch {
	case p.Channel == "none" || p.State == "delivered":
		if p.Proof != "" {
			words += " — " + p.Proof
		}
		return s.done(p.At, words+by(p.By)+".")
	case p.State == "failed":
		s.Due, s.Evidence = f.sameEvening(p.At), words+" : échec — "+p.Proof+". Choisissez un autre canal."
	case p.Channel == "portal":
		return f.announced(s, words)
	case p.State == "sent" && f.documentLost(p):
		s.Due = f.sameEvening(p.At)
		s.Evidence = words + " : un message n’est pas arrivé. Corrigez l’adresse, ou choisissez un autre canal."
	case p.State == "sent" && p.Channel == "dispose" && f.documentArrived(p):
		return s.done(p.At, words+" — "+p.Proof+", remis"+by(p.By)+".")
	case p.State == "sent":
		s.State, s.ActsNext, s.Evidence = Waiting, PatientActs, words+" : envoyée, preuve de remise attendue."
		if p.Channel == "mssante" {
			s.ActsNext = SystemActs
		}
	default:
		s.Evidence = words + " : preuve de remise attendue."
	}
	return s
}

// announced waits for the next day, on which somebody looks whether the portal shows what was promised.
func (f *Facts) announced(s Step, words string) Step {
	s.State, s.ActsNext, s.Due = Waiting, SecretaryActs, f.nextDay(s.Since, 12)
	s.Evidence = words + " : vérifiez le lendemain que le document y est."
	if !f.Told("prescription-notice") && !f.awaits("prescription-notice") {
		s.State, s.Due = Todo, f.sameEvening(s.Since)
		s.Evidence = words + " : l’annonce n’est pas partie. Appelez le patient, puis vérifiez le lendemain."
	}
	return s
}

// awaits tells whether a message of this purpose is in the queue.
func (f *Facts) awaits(purpose string) bool {
	for _, m := range f.Messages {
		if m.Purpose == purpose && m.Status == "queued" {
			return true
		}
	}
	return false
}

// documents are the messages of the delivery: what brings the document or its link, and the password. They were written
// in the moment before it was recorded.
func (f *Facts) documents(p *Prescription) []MessageFact {
	var found []MessageFact
	for _, m := range f.Messages {
		if strings.HasPrefix(m.Purpose, "document-") && m.Status != "cancelled" && !m.CreatedAt.Before(p.DecidedAt.Add(-time.Second)) {
			found = append(found, m)
		}
	}
	return found
}

func (f *Facts) documentLost(p *Prescription) bool {
	return slices.ContainsFunc(f.documents(p), func(m MessageFact) bool { return m.Status == "undelivered" || m.Status == "expired" })
}

// documentArrived: the provider has a receipt for each of them.
func (f *Facts) documentArrived(p *Prescription) bool {
	all := f.documents(p)
	return len(all) > 0 && !slices.ContainsFunc(all, func(m MessageFact) bool { return m.Status != "delivered" })
}

var prescriptionWords = map[string]string{
	"none": "Pas d’ordonnance", "portal": "Annoncée sur l’Espace patient", "mssante": "Messagerie sécurisée MSSanté",
	"dispose": "Dépôt sécurisé Dispose", "drop": "Dépôt chiffré", "email": "E-mail ordinaire, risque accepté",
	"on-site": "Remise sur place",
}

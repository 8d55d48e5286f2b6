package worklist

import (
	"context"
	"time"

	"teleconsult/server/auth"
	"teleconsult/server/db"
	"teleconsult/server/encounter"
	"teleconsult/server/trace"
)

// historyLimit is how many entries a history shows at the most.
const historyLimit = 500

// HistoryEntry is one line of an encounter's history.
type HistoryEntry struct {
	At        time.Time       `json:"at"`
	ActorKind trace.ActorKind `json:"actorKind" enum:"patient,staff,system"`
	ActorName string          `json:"actorName,omitempty"`
	Action    string          `json:"action"`
	Sentence  string          `json:"sentence" doc:"What happened, in French."`
}

// History returns who did or saw what of an encounter, newest first, and traces this very look.
func (s *Service) History(ctx context.Context, caller auth.Caller, id string) ([]HistoryEntry, error) {
	var entries []trace.Entry
	departments := caller.Departments(auth.TraceRead)
	err := s.Encounters.DB.InTx(ctx, db.Departments(departments...), func(ctx context.Context, tx db.Tx) error {
		f, err := encounter.Load(ctx, tx, id, departments...)
		if err != nil {
			return err
		}
		if err = trace.Append(ctx, tx, s.Encounters.Now(), caller.Actor(), f.Traced("history.read", nil)); err != nil {
			return err
		}
		entries, err = trace.OfEncounter(ctx, tx, f.Department.ID, id, historyLimit)
		return err
	})
	if err != nil {
		return nil, err
	}
	out := make([]HistoryEntry, 0, len(entries))
	for _, e := range entries {
		out = append(out, HistoryEntry{
			At: e.At.UTC(), ActorKind: e.ActorKind, ActorName: e.ActorName, Action: e.Action, Sentence: sentence(e.Action),
		})
	}
	return out, nil
}

func sentence(action string) string {
	if words, known := sentences[action]; known {
		return words
	}
	return action
}

// sentences are the actions of the trace that an encounter can have, as people read them.
var sentences = map[string]string{
	"encounter.schedule":      "a planifié la téléconsultation",
	"encounter.reschedule":    "a modifié la planification",
	"encounter.read":          "a consulté le dossier de la téléconsultation",
	"encounter.start":         "a démarré la consultation",
	"encounter.finish":        "a terminé la consultation",
	"encounter.cancel":        "a annulé la consultation",
	"appointment.plan":        "a coché « planifié dans ORBIS RV »",
	"information.give":        "a informé le patient de vive voix",
	"consent.agreed":          "a enregistré l’accord du patient",
	"consent.refused":         "a enregistré le refus du patient",
	"consent.withdrawn":       "a enregistré le retrait de l’accord",
	"portal.answer":           "a répondu pour le compte Espace patient",
	"on-site.offer":           "a proposé une visite sur place",
	"link.attach":             "a enregistré le lien de la visioconsultation",
	"link.detach":             "a retiré le lien",
	"message.resend":          "a renvoyé un message au patient",
	"message.withdraw":        "a retiré un message de la file d’envoi",
	"messages.read":           "a consulté le détail des messages",
	"message.delay":           "a annoncé au patient un retard du praticien",
	"patient.call":            "a téléphoné au patient",
	"patient.correct-contact": "a corrigé l’adresse ou le mobile, et renvoyé le message",
	"wording.preview":         "a vu l’aperçu d’un message de la téléconsultation",
	"prescription.record":     "a renseigné l’ordonnance",
	"prescription.dispose":    "a envoyé le lien et le mot de passe de Dispose",
	"prescription.read":       "a consulté le suivi de l’ordonnance",
	"drop.create":             "a déposé un document chiffré pour le patient",
	"drop.read":               "a consulté les documents déposés",
	"drop.tell":               "a dit au patient le mot de passe du document",
	"drop.unlock":             "a débloqué le document déposé",
	"drop.revoke":             "a retiré le document déposé",
	"drop.expire":             "a supprimé le document déposé, dont le délai est passé",
	"patient.drop-try":        "a essayé d’ouvrir le document déposé",
	"patient.drop-lock":       "a bloqué le document déposé, après trop d’essais",
	"patient.drop-open":       "a ouvert le document déposé",
	"patient.drop-fetch":      "a téléchargé le document déposé",
	"document.mail":           "a envoyé un document",
	"document.password-told":  "a donné par téléphone le mot de passe d’un document",
	"documents.read":          "a consulté les documents envoyés",
	"patient.ins":             "a enregistré l’INS du patient",
	"note.read":               "a consulté le compte rendu de traçabilité",
	"note.write":              "a écrit dans le compte rendu",
	"note.print":              "a ouvert le compte rendu en PDF",
	"notices.read":            "a consulté le texte de l’information montrée au patient",
	"note.transfer":           "a versé le compte rendu dans ORBIS",
	"act.code":                "a renseigné le codage",
	"act.undo":                "est revenu sur son dernier codage",
	"encounter.close":         "a clos le dossier de la téléconsultation",
	"history.read":            "a consulté l’historique",
	"patient.read":            "a ouvert sa page personnelle",
	"patient.prove":           "a confirmé sa date de naissance",
	"patient.prove-failed":    "a donné une date de naissance qui ne correspond pas",
	"patient.answer":          "a répondu à la demande d’accord",
	"patient.portal":          "a répondu pour le compte Espace patient",
	"patient.device-test":     "a essayé son appareil pour la vidéo",
	"patient.arrive":          "est arrivé en salle d’attente",
	"patient.join":            "a rejoint la consultation",
	"patient.leave":           "a quitté la salle d’attente",
	"patient.lost-link":       "a demandé de nouveau son lien personnel",
	"activity-codes.read":     "a consulté la liste des codes",
}

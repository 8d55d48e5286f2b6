package record

import (
	"strings"
	"time"

	"teleconsult/server/consent"
	"teleconsult/server/encounter"
	"teleconsult/server/patient"
)

// identities says who took part and how the patient was identified (CSP R6316-3, 1° b; R6316-4, 3°).
func (w *writer) identities() {
	p := w.facts.Patient
	w.item("Patient", w.patient())
	w.item("Contrôle de l'identité", w.identityCheck())
	if word := protections[p.Protection]; word != "" {
		w.item("Protection", word)
	}
	if r := p.Representative; r != nil {
		w.item("Représentant légal", r.Name+" ("+relationships[r.Relationship]+")")
	}
	rpps := w.facts.Practitioner.RPPS
	if rpps == "" {
		rpps = "non renseigné"
	}
	w.item("Praticien", w.practitioner()+", RPPS "+rpps)
	w.item("Participants", w.participants())
}

func (w *writer) patient() string {
	p := w.facts.Patient
	ipp := "non renseigné"
	if p.IPP != "" {
		ipp = p.IPP
	}
	return strings.ToUpper(p.FamilyName) + " " + p.GivenName + ", date de naissance " + p.BirthDate.Format(day) + ", IPP " + ipp
}

func (w *writer) practitioner() string {
	p := w.facts.Practitioner
	return strings.Join(strings.Fields(p.Title+" "+p.GivenName+" "+p.FamilyName), " ")
}

// participants are those the facts know of, and those the practitioner names.
func (w *writer) participants() string {
	f := w.facts
	if f.StartedAt.IsZero() {
		return "aucun, la consultation n'a pas commencé"
	}
	who := w.practitioner() + " (praticien) ; " + f.Patient.GivenName + " " + strings.ToUpper(f.Patient.FamilyName) + " (patient)"
	if r := f.Patient.Representative; r != nil {
		who += " ; représentant légal enregistré : " + r.Name + " (" + relationships[r.Relationship] + ")"
	}
	if others := w.draft.Participants; others != "" {
		return who + " ; autres participants, selon le praticien : " + others
	}
	if !w.draft.ErasedAt.IsZero() {
		return who
	}
	return who + " ; aucun autre participant enregistré"
}

// identityCheck says how the patient showed who they are: to the practitioner during the call, and by the birth
// date that the personal page asks for before anything is shown there.
func (w *writer) identityCheck() string {
	said, at := identityChecks[w.draft.Identity], w.firstOnPage()
	if said != "" {
		said = "pendant l'appel : " + said
	}
	page := "date de naissance saisie et vérifiée sur la page personnelle, au plus tard " + w.moment(at)
	switch {
	case at.IsZero() && said == "":
		return "aucun contrôle enregistré"
	case at.IsZero():
		return said
	case !w.facts.Department.BirthDateAsked:
		page = "lien personnel ouvert " + w.moment(at) + " (date de naissance non demandée par le service)"
	}
	if said == "" {
		return page
	}
	return said + " ; " + page
}

// firstOnPage is the first fact that only somebody past the birth date can have left, zero when there is none.
func (w *writer) firstOnPage() time.Time {
	f := w.facts
	var first time.Time
	seen := func(at time.Time) {
		if first.IsZero() || at.Before(first) {
			first = at
		}
	}
	if f.Information != nil && f.Information.Mode == consent.Web {
		seen(f.Information.At)
	}
	for _, d := range f.Decisions {
		if d.Mode == consent.Web {
			seen(d.DecidedAt)
		}
	}
	if f.Portal != nil && f.Portal.By == "" {
		seen(f.Portal.At)
	}
	return first
}

var protections = map[patient.Protection]string{
	patient.Unprotected: "", patient.Minor: "patient mineur", patient.ProtectedAdult: "majeur protégé",
}

var relationships = map[string]string{
	"parent": "parent", "guardian": "tuteur", "curator": "curateur", "other": "autre lien",
}

// declined tells whether the patient's no is the last word for the tool in use. A consultation that was held
// all the same is not declined: the decision is told as it is.
func declined(f *encounter.Facts) bool {
	v := f.Consent().Verdict
	return (v == consent.Refused || v == consent.Withdrawn) && f.Status != encounter.Finished && f.Status != encounter.InProgress
}

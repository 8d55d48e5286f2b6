package encounter

import (
	"time"

	"teleconsult/server/consent"
)

// invitation is done on a receipt or on the patient's proof on the page, never on a provider's acceptance.
func (f *Facts) invitation() Step {
	s := Step{Code: StepInvitation, Title: "Invitation reçue", State: Blocked, ActsNext: NobodyActs, Due: f.dayBefore(18)}
	if f.over() {
		s.State, s.Evidence = NotApplicable, "La téléconsultation n’a pas lieu."
		return s
	}
	if f.InvitesItself() {
		if f.OrtifInvited != nil {
			return s.done(f.OrtifInvited.At, "ORTIF a invité le patient (e-mail, puis code par SMS)"+by(f.OrtifInvited.By)+".")
		}
		s.State, s.ActsNext, s.Evidence = Todo, SecretaryActs, "Inviter le patient depuis ORTIF."
		return f.preparing(s, "La consultation a commencé sans invitation enregistrée.")
	}
	if at, how, ok := f.reached("invitation"); ok {
		return s.done(at, how)
	}
	if !f.has("invitation") {
		s.Evidence = "Part dès que l’accord et le lien sont enregistrés."
		if f.Modality == Telephone {
			s.Evidence = "Part dès que l’accord est enregistré."
		}
		return f.preparing(s, "La consultation a commencé sans invitation.")
	}
	s.State, s.ActsNext, s.Evidence = f.delivery("invitation")
	s.Evidence = "Invitation : " + s.Evidence
	return f.preparing(s, "La consultation a commencé sans preuve de réception.")
}

// record is also wanted for a refusal, a no-show and a consultation that failed (CSP R6316-4; refusal: L1111-4).
func (f *Facts) record() Step {
	s := Step{Code: StepRecord, Title: "Compte rendu dans ORBIS", State: Blocked, ActsNext: NobodyActs}
	var from time.Time
	switch {
	case f.Status == Finished:
		from = f.FinishedAt
	case f.Status == Cancelled && f.leavesARecord():
		from = f.CancelledAt
	case f.Status == Cancelled:
		s.State, s.Evidence = NotApplicable, "Consultation annulée avant d’avoir commencé."
		return s
	case f.declined():
		from = f.Consent().DecidedAt
	default:
		s.Evidence = "Après la consultation."
		return s
	}
	s.State, s.ActsNext, s.Due = Todo, PractitionerActs, f.sameEvening(from)
	s.Evidence = "Compte rendu à verser dans ORBIS."
	if t := f.Transfer; t != nil {
		if f.NotedAt().After(t.At) {
			s.Evidence = "Le compte rendu a changé depuis le versement : il est à verser de nouveau."
			return s
		}
		return s.done(t.At, "Versé dans ORBIS"+by(t.By)+".")
	}
	return s
}

// leavesARecord tells whether a cancelled encounter still has something to tell the record.
func (f *Facts) leavesARecord() bool {
	switch f.CancelReason {
	case "no-show", "consent-refused", "technical":
		return true
	}
	v := f.Consent().Verdict
	return !f.StartedAt.IsZero() || v == consent.Refused || v == consent.Withdrawn
}

func (f *Facts) coding() Step {
	target := f.Department.CodingTarget
	s := Step{Code: StepCoding, Title: "Codage dans " + target, State: Todo, ActsNext: SecretaryActs}
	if step, ends := f.afterwards(s); ends {
		return step
	}
	if c := f.Coding; c != nil {
		switch c.State {
		case "coded":
			return s.done(c.At, "Codé "+c.Code+" dans "+target+by(c.By)+".")
		case "not-billable":
			return s.done(c.At, "Non facturable : "+c.Reason+by(c.By)+".")
		case "refused":
			s.Evidence = "Refusé par " + target + " : " + c.Reason + by(c.By) + ". À corriger, puis à coder de nouveau."
			if c.ReasonCode == "practitioner" {
				s.ActsNext = PractitionerActs
			}
		default:
			s.Evidence = "Codage rouvert : " + c.Reason + by(c.By) + ". À coder de nouveau dans " + target + "."
		}
		s.Since, s.Due = c.At, f.workingDays(c.At, 2)
		return s
	}
	s.Due = f.workingDays(f.FinishedAt, 2)
	s.Evidence = "Acte à coder dans " + target + "."
	return s
}

// afterwards settles a step that only a held consultation has.
func (f *Facts) afterwards(s Step) (Step, bool) {
	switch {
	case f.over():
		s.State, s.Evidence = NotApplicable, "Sans objet : la consultation n’a pas eu lieu."
		return s, true
	case f.Status != Finished:
		s.State, s.ActsNext, s.Evidence = Blocked, NobodyActs, "Après la consultation."
		return s, true
	}
	return s, false
}

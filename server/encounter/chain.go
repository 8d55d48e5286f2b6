package encounter

import (
	"time"

	"teleconsult/server/consent"
	"teleconsult/server/outreach"
)

// StepCode names one of the ten steps.
type StepCode string

// The ten steps, in order.
const (
	StepAppointment  StepCode = "appointment"
	StepInformation  StepCode = "information"
	StepConsent      StepCode = "consent"
	StepPortal       StepCode = "portal"
	StepLink         StepCode = "link"
	StepInvitation   StepCode = "invitation"
	StepHeld         StepCode = "held"
	StepPrescription StepCode = "prescription"
	StepRecord       StepCode = "record"
	StepCoding       StepCode = "coding"
)

// StepState is how far a step is.
type StepState string

// States of a step: todo (somebody can do it now), waiting (it is under way or its hour has not come),
// blocked (another step comes first), done, not-applicable.
const (
	Todo          StepState = "todo"
	Waiting       StepState = "waiting"
	Done          StepState = "done"
	Blocked       StepState = "blocked"
	NotApplicable StepState = "not-applicable"
)

// Acts says who acts next.
type Acts string

// Who can act next.
const (
	PatientActs      Acts = "patient"
	SecretaryActs    Acts = "secretary"
	PractitionerActs Acts = "practitioner"
	SystemActs       Acts = "system"
	NobodyActs       Acts = "nobody"
)

// Step is one step of the chain with its evidence, in French and without a name of the patient.
type Step struct {
	Number   int
	Code     StepCode
	Title    string
	State    StepState
	ActsNext Acts
	// Due is zero where nothing is due.
	Due time.Time
	// Since is when the present state was reached, zero when that is not known.
	Since    time.Time
	Late     bool
	Evidence string
}

// Open tells whether somebody still has to act on the step.
func (s Step) Open() bool {
	return (s.State == Todo || s.State == Waiting || s.State == Blocked) && s.ActsNext != NobodyActs
}

// ClimbDays is after how many days an overdue step of staff waits for the manager as well.
const ClimbDays = 2

// Summary is the part of the chain that worklists are sorted by. It is written again when its follow-up is due.
type Summary struct {
	// Next is "" when the chain is complete.
	Next     StepCode
	ActsNext Acts
	Due      time.Time
	// Consent is the standing decision for the tool in use.
	Consent consent.Verdict
	// FollowUp is when time alone has something to say about the messages, zero for never.
	FollowUp time.Time
}

// Summary is what worklists show of these facts.
func (f *Facts) Summary(now time.Time) Summary {
	situation := f.Situation(now, Reputation{})
	s := summarise(f.chain(situation))
	s.Consent = f.Consent().Verdict
	s.FollowUp = outreach.Next(situation)
	return s
}

// Chain computes the ten steps from the facts. Only Late depends on now, and whether somebody has to telephone (see
// ContactTask), for which the follow-up is there.
func Chain(f *Facts, now time.Time) []Step { return f.chain(f.Situation(now, Reputation{})) }

func (f *Facts) chain(situation outreach.Situation) []Step {
	steps := []Step{
		f.appointment(), f.information(), f.consent(), f.portal(), f.link(), f.invitation(), f.held(),
		f.prescription(), f.record(), f.coding(),
	}
	if task := f.contactTask(situation); task != nil {
		task.showIn(f, steps)
	}
	for i := range steps {
		s := &steps[i]
		s.Number = i + 1
		if s.State == Done || s.State == NotApplicable {
			s.ActsNext, s.Due = NobodyActs, time.Time{}
		}
		s.Late = s.Open() && !s.Due.IsZero() && s.Due.Before(situation.Now)
	}
	return steps
}

// summarise picks the step that is due first among those somebody has to act on.
func summarise(steps []Step) Summary {
	best := Summary{ActsNext: NobodyActs}
	for _, s := range steps {
		if s.Open() && (best.Next == "" || s.Due.Before(best.Due)) {
			best = Summary{Next: s.Code, ActsNext: s.ActsNext, Due: s.Due}
		}
	}
	return best
}

// declined tells whether the patient refused or withdrew for the tool in use before the consultation was held.
func (f *Facts) declined() bool {
	v := f.Consent().Verdict
	return (v == consent.Refused || v == consent.Withdrawn) && f.Status != Finished && f.Status != InProgress
}

// over tells whether the preparation has lost its sense: cancelled, or refused.
func (f *Facts) over() bool { return f.Status == Cancelled || f.declined() }

// preparing is a preparation step that is not done: it lapses when the consultation is under way or off.
func (f *Facts) preparing(s Step, lapsed string) Step {
	if f.over() {
		s.State, s.Evidence = NotApplicable, "La téléconsultation n’a pas lieu."
		return s
	}
	if f.Status == InProgress || f.Status == Finished {
		s.State, s.Evidence = NotApplicable, lapsed
	}
	return s
}

func (f *Facts) appointment() Step {
	s := Step{Code: StepAppointment, Title: "Rendez-vous dans ORBIS RV", State: Todo, ActsNext: SecretaryActs, Due: f.dayBefore(12)}
	if f.Appointment != nil {
		return s.done(f.Appointment.At, "Planifié dans ORBIS RV"+by(f.Appointment.By)+".")
	}
	s.Evidence = "À planifier aussi dans ORBIS RV."
	if f.over() {
		s.State, s.Evidence = NotApplicable, "La téléconsultation n’a pas lieu."
	}
	return s
}

func (f *Facts) information() Step {
	s := Step{Code: StepInformation, Title: "Information du patient", State: Waiting, ActsNext: PatientActs, Due: f.dayBefore(12)}
	if i := f.Information; i != nil && i.Tool == f.Tool {
		if i.Mode == consent.Web {
			return s.done(i.At, "Notice lue sur la page personnelle.")
		}
		return s.done(i.At, "Information donnée de vive voix"+by(i.By)+".")
	}
	s.State, s.ActsNext, s.Evidence = f.delivery("notice")
	s.Evidence = "Notice : " + s.Evidence
	return f.preparing(s, "La consultation a commencé sans preuve d’information.")
}

func (f *Facts) consent() Step {
	s := Step{Code: StepConsent, Title: "Accord du patient", State: Waiting, ActsNext: PatientActs, Due: f.dayBefore(12)}
	d := f.Consent()
	switch d.Verdict {
	case consent.Agreed:
		return s.done(d.DecidedAt, "Accord donné "+decisionWords(d)+".")
	case consent.Refused, consent.Withdrawn:
		word := map[consent.Verdict]string{consent.Refused: "Refus exprimé ", consent.Withdrawn: "Accord retiré "}[d.Verdict]
		s.State, s.Since, s.Evidence = Blocked, d.DecidedAt, word+decisionWords(d)+"."
		if f.OnSiteOffered != nil || f.Status.Ended() {
			s.ActsNext, s.Due = NobodyActs, time.Time{}
			if f.OnSiteOffered != nil {
				s.Evidence += " Visite sur place proposée" + by(f.OnSiteOffered.By) + "."
			}
			return s
		}
		s.ActsNext, s.Due = SecretaryActs, f.dayBefore(12)
		s.Evidence += " Proposer une visite sur place."
		return s
	case consent.Unknown:
	}
	s.Evidence = "Le patient n’a pas encore répondu."
	if len(f.Decisions) > 0 {
		s.Evidence = "L’outil a changé : l’accord est à redemander."
	}
	return f.preparing(s, "La consultation a commencé sans décision enregistrée.")
}

func (f *Facts) portal() Step {
	s := Step{Code: StepPortal, Title: "Compte Espace patient", State: Waiting, ActsNext: PatientActs, Due: f.dayBefore(18)}
	if f.Portal != nil {
		words := map[string]string{
			"open": "Compte ouvert", "declined": "Le patient ne souhaite pas de compte", "impossible": "Compte impossible",
		}[f.Portal.Answer]
		if f.Portal.By == "" {
			return s.done(f.Portal.At, words+", d’après le patient.")
		}
		return s.done(f.Portal.At, words+by(f.Portal.By)+".")
	}
	s.Evidence = "Le patient n’a pas encore répondu."
	return f.preparing(s, "Non renseigné avant la consultation.")
}

func (f *Facts) link() Step {
	s := Step{Code: StepLink, Title: "Lien de la visioconsultation", State: Todo, ActsNext: SecretaryActs, Due: f.dayBefore(12)}
	switch {
	case f.Modality == Telephone:
		s.State, s.Evidence = NotApplicable, "Consultation par téléphone : pas de lien."
		return s
	case f.over():
		s.State, s.Evidence = NotApplicable, "La téléconsultation n’a pas lieu."
		return s
	case f.Link != nil && f.Link.Tool == f.Tool && f.InvitesItself():
		return s.done(f.Link.AttachedAt, "Session créée dans ORTIF"+by(f.Link.AttachedBy)+".")
	case f.Link != nil && f.Link.Tool == f.Tool:
		return s.done(f.Link.AttachedAt, "Lien "+ToolNames[f.Tool]+" vérifié"+by(f.Link.AttachedBy)+".")
	}
	s.Evidence = "Coller l’invitation " + ToolNames[f.Tool] + "."
	if f.InvitesItself() {
		s.Evidence = "Créer la session dans ORTIF et noter sa référence."
	}
	return f.preparing(s, "La consultation a commencé sans lien enregistré.")
}

func (f *Facts) held() Step {
	s := Step{
		Code: StepHeld, Title: "Consultation", State: Waiting, ActsNext: PractitionerActs, Due: f.PlannedEnd.Add(30 * time.Minute),
	}
	switch {
	case f.Status == Finished:
		return s.done(f.FinishedAt, "Tenue de "+f.clock(f.StartedAt)+" à "+f.clock(f.FinishedAt)+incidentWords(f.Incidents)+".")
	case f.Status == Cancelled:
		return s.done(f.CancelledAt, "Consultation "+CancelReasons[f.CancelReason]+".")
	case f.declined():
		s.State, s.Evidence = NotApplicable, "Le patient préfère venir sur place."
	case f.Status == InProgress:
		s.State, s.Since, s.Evidence = Todo, f.StartedAt, "En cours depuis "+f.clock(f.StartedAt)+"."
	default:
		s.Evidence = "Prévue le " + f.dayAndClock(f.PlannedStart) + "."
	}
	return s
}

func (s Step) done(at time.Time, evidence string) Step {
	s.State, s.Since, s.Evidence = Done, at, evidence
	return s
}

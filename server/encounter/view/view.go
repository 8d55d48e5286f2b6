// Package view is an encounter as the screens of staff show it.
package view

import (
	"time"

	"teleconsult/notifications"
	"teleconsult/notifications/explain"
	"teleconsult/server/auth"
	"teleconsult/server/consent"
	"teleconsult/server/encounter"
	"teleconsult/server/patient"
)

// PresenceView says where the patient is now.
type PresenceView struct {
	State string    `json:"state" enum:"present,in-meeting,away"`
	Since time.Time `json:"since"`
}

// Detail is one encounter with everything a screen shows of it.
type Detail struct {
	ID               string                 `json:"id" format:"uuid"`
	DepartmentID     string                 `json:"departmentId" format:"uuid"`
	Version          int64                  `json:"version"`
	Patient          PatientDetail          `json:"patient"`
	Practitioner     encounter.Practitioner `json:"practitioner"`
	Status           encounter.Status       `json:"status" enum:"planned,arrived,in-progress,finished,cancelled"`
	Modality         encounter.Modality     `json:"modality" enum:"video,telephone"`
	TelephoneReason  string                 `json:"telephoneReason,omitempty"`
	Tool             string                 `json:"tool"`
	ToolReason       string                 `json:"toolReason,omitempty"`
	PlannedStart     time.Time              `json:"plannedStart"`
	PlannedEnd       time.Time              `json:"plannedEnd"`
	StartedAt        *time.Time             `json:"startedAt,omitempty"`
	FinishedAt       *time.Time             `json:"finishedAt,omitempty"`
	CancelledAt      *time.Time             `json:"cancelledAt,omitempty"`
	CancelReason     string                 `json:"cancelReason,omitempty"`
	Presence         *PresenceView          `json:"presence,omitempty"`
	Consent          consent.Verdict        `json:"consent" enum:"unknown,agreed,refused,withdrawn"`
	NextStep         encounter.StepCode     `json:"nextStep,omitempty" enum:"appointment,information,consent,portal,link,invitation,held,prescription,record,coding"`
	ActsNext         encounter.Acts         `json:"actsNext" enum:"patient,secretary,practitioner,system,nobody"`
	DueAt            *time.Time             `json:"dueAt,omitempty"`
	Late             bool                   `json:"late"`
	Chain            []stepView             `json:"chain" minItems:"10" maxItems:"10"`
	Portal           *portalView            `json:"portal,omitempty"`
	Link             *linkView              `json:"link,omitempty"`
	ConsentDecisions []decisionView         `json:"consentDecisions"`
	Messages         []messageView          `json:"messages"`
	ContactTask      *TaskView              `json:"contactTask,omitempty"`
	ContactWarnings  []warningView          `json:"contactWarnings,omitempty" doc:"Why a message will probably not arrive."`
	Incidents        []encounter.Incident   `json:"incidents"`
	Prescription     *prescriptionView      `json:"prescription,omitempty"`
	Record           *recordView            `json:"record,omitempty"`
	Coding           *codingView            `json:"coding,omitempty"`
	Allowed          []string               `json:"allowed" doc:"What the caller may do now."`
}

// PatientDetail is a patient as staff of the department see them.
type PatientDetail struct {
	ID             string              `json:"id" format:"uuid"`
	DepartmentID   string              `json:"departmentId" format:"uuid"`
	IPP            string              `json:"ipp,omitempty"`
	FamilyName     string              `json:"familyName"`
	GivenName      string              `json:"givenName"`
	BirthDate      string              `json:"birthDate" format:"date"`
	Email          string              `json:"email"`
	Mobile         string              `json:"mobile"`
	Language       string              `json:"language" enum:"fr,en"`
	Protection     patient.Protection  `json:"protection" enum:"none,minor,protected-adult"`
	Representative *RepresentativeView `json:"representative,omitempty"`
}

// RepresentativeView is the legal representative.
type RepresentativeView struct {
	Name         string `json:"name"`
	Relationship string `json:"relationship" enum:"parent,guardian,curator,other"`
	Email        string `json:"email,omitempty"`
	Mobile       string `json:"mobile,omitempty"`
}

// stepView is one step of the chain.
type stepView struct {
	Number   int                 `json:"number" minimum:"1" maximum:"10"`
	Code     encounter.StepCode  `json:"code" enum:"appointment,information,consent,portal,link,invitation,held,prescription,record,coding"`
	Title    string              `json:"title"`
	State    encounter.StepState `json:"state" enum:"todo,waiting,done,blocked,not-applicable"`
	Late     bool                `json:"late"`
	ActsNext encounter.Acts      `json:"actsNext" enum:"patient,secretary,practitioner,system,nobody"`
	DueAt    *time.Time          `json:"dueAt,omitempty"`
	Since    *time.Time          `json:"since,omitempty"`
	Evidence string              `json:"evidence"`
}

// portalView is the answer about the patient-portal account.
type portalView struct {
	Answer string    `json:"answer" enum:"open,declined,impossible"`
	At     time.Time `json:"at"`
}

// linkView is the standing meeting link.
type linkView struct {
	Tool        string    `json:"tool"`
	URL         string    `json:"url,omitempty"`
	MeetingID   string    `json:"meetingId,omitempty"`
	Passcode    string    `json:"passcode,omitempty"`
	Topic       string    `json:"topic,omitempty"`
	Reference   string    `json:"reference,omitempty"`
	Declared    []string  `json:"declared"`
	Settled     []string  `json:"settled"`
	HostAccount string    `json:"hostAccount,omitempty"`
	AttachedAt  time.Time `json:"attachedAt"`
	AttachedBy  string    `json:"attachedBy"`
}

// decisionView is one consent decision.
type decisionView struct {
	Decision    consent.Verdict `json:"decision" enum:"agreed,refused,withdrawn"`
	Tool        string          `json:"tool"`
	Mode        consent.Mode    `json:"mode" enum:"web,oral,paper"`
	GivenBy     consent.Giver   `json:"givenBy" enum:"patient,representative"`
	GiverName   string          `json:"giverName,omitempty"`
	Explanation string          `json:"explanation,omitempty"`
	DecidedAt   time.Time       `json:"decidedAt"`
	RecordedBy  string          `json:"recordedBy,omitempty"`
	// NoticeVersion is the text that was shown, "" when it was only spoken.
	NoticeVersion string `json:"noticeVersion,omitempty" doc:"The text that was shown; see the encounter's notices."`
}

// messageView is one message in the five words of the product.
type messageView struct {
	ID          string    `json:"id" format:"uuid"`
	Purpose     string    `json:"purpose"`
	Channel     string    `json:"channel" enum:"email,sms,mssante"`
	To          string    `json:"to" doc:"Masked."`
	Status      string    `json:"status"`
	Word        string    `json:"word" doc:"en file, envoyé, remis, lu, non remis"`
	At          time.Time `json:"at"`
	NotBefore   time.Time `json:"notBefore"`
	Code        string    `json:"code,omitempty"`
	Explanation string    `json:"explanation,omitempty"`
}

// prescriptionView is what became of the prescription.
type prescriptionView struct {
	Channel        string    `json:"channel"`
	State          string    `json:"state" enum:"announced,sent,delivered,failed"`
	WantedToday    bool      `json:"wantedToday"`
	Proof          string    `json:"proof,omitempty"`
	RiskAcceptedBy string    `json:"riskAcceptedBy,omitempty"`
	RecordedAt     time.Time `json:"recordedAt"`
	RecordedBy     string    `json:"recordedBy" doc:"Empty for what the system learned."`
}

// recordView is the last transfer of the note into the record.
type recordView struct {
	Version       string    `json:"version"`
	TransferredAt time.Time `json:"transferredAt"`
	TransferredBy string    `json:"transferredBy"`
}

// codingView is how the act was coded.
type codingView struct {
	State   string    `json:"state" enum:"coded,not-billable,refused,reopened"`
	Code    string    `json:"code,omitempty"`
	Label   string    `json:"label,omitempty"`
	Reason  string    `json:"reason,omitempty"`
	CodedAt time.Time `json:"codedAt"`
	CodedBy string    `json:"codedBy"`
}

// warningView says why messages of a channel will probably not arrive.
type warningView struct {
	Channel    string `json:"channel" enum:"email,sms"`
	Text       string `json:"text" doc:"In French."`
	Suggestion string `json:"suggestion,omitempty" doc:"The e-mail address as it was probably meant."`
}

func warningViews(warnings []patient.ContactWarning) []warningView {
	var views []warningView
	for _, w := range warnings {
		views = append(views, warningView{Channel: string(w.Channel()), Text: w.Message, Suggestion: w.Suggestion})
	}
	return views
}

// TaskView asks somebody to telephone the patient.
type TaskView struct {
	Purpose    string    `json:"purpose" doc:"What the patient should have been told; link-test is a device that does not work."`
	What       string    `json:"what" doc:"What happened, in French."`
	Since      time.Time `json:"since"`
	Phone      string    `json:"phone,omitempty" doc:"To dial."`
	Suggestion string    `json:"suggestion,omitempty" doc:"The e-mail address as it was probably meant."`
	LastCall   *callView `json:"lastCall,omitempty"`
	Channels   []string  `json:"channels" doc:"What the patient has a contact for: email, sms."`
}

type callView struct {
	At      time.Time `json:"at"`
	Outcome string    `json:"outcome" enum:"reached,voicemail,no-answer"`
}

// Task is the task as screens show it, nil for none.
func Task(t *encounter.ContactTask) *TaskView {
	if t == nil {
		return nil
	}
	v := &TaskView{
		Purpose: t.Purpose, What: t.What, Since: t.Since.UTC(), Phone: t.Phone, Suggestion: t.Suggestion, Channels: append([]string{}, t.Channels...),
	}
	if c := t.LastCall; c != nil {
		v.LastCall = &callView{At: c.At.UTC(), Outcome: c.Outcome}
	}
	return v
}

// Of is what a caller sees of the facts at a moment.
func Of(f *encounter.Facts, caller auth.Caller, now time.Time) Detail {
	chain := encounter.Chain(f, now)
	next := f.Summary(now)
	d := Detail{
		ID: f.ID, DepartmentID: f.Department.ID, Version: f.Version, Patient: Patient(f.Patient), Practitioner: f.Practitioner,
		Status: f.Status, Modality: f.Modality, TelephoneReason: f.TelephoneReason, Tool: f.Tool, ToolReason: f.ToolReason,
		PlannedStart: f.PlannedStart, PlannedEnd: f.PlannedEnd, StartedAt: some(f.StartedAt), FinishedAt: some(f.FinishedAt),
		CancelledAt: some(f.CancelledAt), CancelReason: f.CancelReason, Presence: presenceView(f, now), Consent: f.Consent().Verdict,
		NextStep: next.Next, ActsNext: next.ActsNext, DueAt: some(next.Due), Late: !next.Due.IsZero() && next.Due.Before(now),
		Chain: stepViews(chain), ConsentDecisions: decisionViews(f.Decisions), Messages: messageViews(f.Messages),
		Incidents: append([]encounter.Incident{}, f.Incidents...), Allowed: f.Allowed(caller, now),
		ContactTask: Task(f.ContactTask(now)), ContactWarnings: warningViews(f.Warnings),
	}
	if p := f.Portal; p != nil {
		d.Portal = &portalView{Answer: p.Answer, At: p.At}
	}
	if l := f.Link; l != nil {
		d.Link = &linkView{
			Tool: l.Tool, URL: l.URL, MeetingID: l.MeetingID, Passcode: l.Passcode, Topic: l.Topic, Reference: l.Reference,
			Declared: l.Declared, Settled: l.Settled, HostAccount: l.HostAccount, AttachedAt: l.AttachedAt, AttachedBy: l.AttachedBy,
		}
	}
	if p := f.Prescription; p != nil {
		d.Prescription = &prescriptionView{
			Channel: p.Channel, State: p.State, WantedToday: p.WantedToday, Proof: p.Proof, RiskAcceptedBy: p.RiskAcceptedBy,
			RecordedAt: p.At, RecordedBy: p.By,
		}
	}
	if t := f.Transfer; t != nil {
		d.Record = &recordView{Version: t.NoteVersion, TransferredAt: t.At, TransferredBy: t.By}
	}
	if c := f.Coding; c != nil {
		d.Coding = &codingView{State: c.State, Code: c.Code, Label: c.Label, Reason: c.Reason, CodedAt: c.At, CodedBy: c.By}
	}
	return d
}

// Patient is a patient on staff's screens.
func Patient(p patient.Patient) PatientDetail {
	d := PatientDetail{
		ID: p.ID, DepartmentID: p.DepartmentID, IPP: p.IPP, FamilyName: p.FamilyName, GivenName: p.GivenName,
		BirthDate: p.BirthDate.Format(time.DateOnly), Email: p.Email, Mobile: p.Mobile, Language: p.Language, Protection: p.Protection,
	}
	if r := p.Representative; r != nil {
		d.Representative = &RepresentativeView{Name: r.Name, Relationship: r.Relationship, Email: r.Email, Mobile: r.Mobile}
	}
	return d
}

func presenceView(f *encounter.Facts, now time.Time) *PresenceView {
	p := f.Presence.Now(now)
	if p == nil || f.Status.Ended() {
		return nil
	}
	return &PresenceView{State: p.State, Since: p.Since.UTC()}
}

func stepViews(chain []encounter.Step) []stepView {
	views := make([]stepView, 0, len(chain))
	for _, s := range chain {
		views = append(views, stepView{
			Number: s.Number, Code: s.Code, Title: s.Title, State: s.State, Late: s.Late, ActsNext: s.ActsNext,
			DueAt: some(s.Due), Since: some(s.Since), Evidence: s.Evidence,
		})
	}
	return views
}

func decisionViews(decisions []consent.Decision) []decisionView {
	views := make([]decisionView, 0, len(decisions))
	for _, d := range decisions {
		views = append(views, decisionView{
			Decision: d.Verdict, Tool: d.Tool, Mode: d.Mode, GivenBy: d.Giver, GiverName: d.GiverName, Explanation: d.Explanation,
			DecidedAt: d.DecidedAt, RecordedBy: d.RecorderName, NoticeVersion: d.NoticeVersion,
		})
	}
	return views
}

func messageViews(messages []encounter.MessageFact) []messageView {
	views := make([]messageView, 0, len(messages))
	for _, m := range messages {
		channel := notifications.Channel(m.Channel)
		views = append(views, messageView{
			ID: m.ID, Purpose: m.Purpose, Channel: m.Channel, To: notifications.Mask(channel, m.Recipient), Status: m.Status,
			Word: notifications.Status(m.Status).Word(m.ReadAt != nil), At: m.At, NotBefore: m.NotBefore, Code: m.Code,
			Explanation: explained(m.Code),
		})
	}
	return views
}

func explained(code string) string {
	if code == "" {
		return ""
	}
	return explain.Code(code)
}

func some(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	u := t.UTC()
	return &u
}

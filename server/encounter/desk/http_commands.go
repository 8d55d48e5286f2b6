package desk

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"teleconsult/server/auth"
	"teleconsult/server/consent"
	"teleconsult/server/encounter"
	"teleconsult/server/encounter/view"
)

type informationInput struct {
	ID   string `path:"id" format:"uuid"`
	Body *struct {
		OccurredAt time.Time `json:"occurredAt,omitempty"`
	}
}

type consentInput struct {
	ID   string `path:"id" format:"uuid"`
	Body struct {
		Decision    consent.Verdict `json:"decision" enum:"agreed,refused,withdrawn"`
		Mode        consent.Mode    `json:"mode" enum:"oral,paper"`
		GivenBy     consent.Giver   `json:"givenBy" enum:"patient,representative"`
		GiverName   string          `json:"giverName,omitempty" maxLength:"400"`
		Explanation string          `json:"explanation,omitempty" maxLength:"10000"`
		OccurredAt  time.Time       `json:"occurredAt,omitempty"`
	}
}

type portalInput struct {
	ID   string `path:"id" format:"uuid"`
	Body struct {
		Answer string `json:"answer" enum:"open,declined,impossible"`
	}
}

type linkInput struct {
	ID   string `path:"id" format:"uuid"`
	Body struct {
		Text        string   `json:"text,omitempty" doc:"The invitation as the tool produced it."`
		Declared    []string `json:"declared,omitempty" maxItems:"20"`
		Settled     []string `json:"settled,omitempty" maxItems:"20"`
		HostAccount string   `json:"hostAccount,omitempty" maxLength:"254"`
		Reference   string   `json:"reference,omitempty" maxLength:"400" doc:"ORTIF's reference of the session."`
	}
}

type contactInput struct {
	ID   string `path:"id" format:"uuid"`
	Body struct {
		Email          string `json:"email,omitempty" maxLength:"400"`
		EmailConfirmed bool   `json:"emailConfirmed,omitempty" doc:"Insists on an address that looks mistyped."`
		Mobile         string `json:"mobile,omitempty" maxLength:"40"`
	}
}

type startInput struct {
	ID   string `path:"id" format:"uuid"`
	Body *struct {
		OccurredAt  time.Time `json:"occurredAt,omitempty"`
		OralConsent *struct {
			GivenBy   consent.Giver `json:"givenBy" enum:"patient,representative"`
			GiverName string        `json:"giverName,omitempty" maxLength:"400"`
		} `json:"oralConsent,omitempty"`
	}
}

type finishInput struct {
	ID   string `path:"id" format:"uuid"`
	Body struct {
		OccurredAt time.Time            `json:"occurredAt,omitempty"`
		Incidents  []encounter.Incident `json:"incidents" maxItems:"50" doc:"Empty when there was none."`
	}
}

type cancelInput struct {
	ID   string `path:"id" format:"uuid"`
	Body struct {
		Reason     string    `json:"reason" enum:"patient,practitioner,no-show,technical,consent-refused,other"`
		Text       string    `json:"text,omitempty" maxLength:"10000"`
		OccurredAt time.Time `json:"occurredAt,omitempty"`
	}
}

func registerCommands(api huma.API, s service) {
	command := func(id, path, summary string, p auth.Permission) huma.Operation {
		return operation(id, http.MethodPost, "/encounters/{id}/"+path, summary, p, http.StatusOK)
	}
	huma.Register(api, command("plan-appointment", "appointment", "Tick: planned in ORBIS RV", auth.EncounterSchedule), s.postAppointment)
	huma.Register(api, command("record-information", "information", "Notice given orally", auth.InformationRecord), s.postInformation)
	huma.Register(api, command("record-consent", "consent", "Decision given orally or on paper", auth.ConsentRecord), s.postConsent)
	huma.Register(api, command("record-portal", "portal", "Answer about the patient portal", auth.InformationRecord), s.postPortal)
	link := command("attach-link", "link", "Attach the pasted invitation", auth.LinkAttach)
	link.MaxBodyBytes = 1 << 20
	huma.Register(api, link, s.postLink)
	detach := operation("detach-link", http.MethodDelete, "/encounters/{id}/link", "Revoke the link", auth.LinkAttach, http.StatusOK)
	huma.Register(api, detach, s.deleteLink)
	correct := operation("correct-contact", http.MethodPut, "/encounters/{id}/contact", "Correct the address or number, and send again",
		auth.EncounterSchedule, http.StatusOK)
	huma.Register(api, correct, s.putContact)
	huma.Register(api, command("resend-invitation", "invitation", "Send again", auth.MessageSend), s.postInvitation)
	huma.Register(api, command("start-encounter", "start", "Start", auth.EncounterHold), s.postStart)
	huma.Register(api, command("finish-encounter", "finish", "Finish", auth.EncounterHold), s.postFinish)
	huma.Register(api, command("cancel-encounter", "cancel", "Cancel with a reason", auth.EncounterCancel), s.postCancel)
	huma.Register(api, command("offer-on-site", "on-site", "A visit on site was offered", auth.ConsentRecord), s.postOnSite)
}

func (s service) postAppointment(ctx context.Context, in *view.ByID) (*view.Output, error) {
	caller, err := auth.Require(ctx, auth.EncounterSchedule)
	if err != nil {
		return nil, err
	}
	f, err := s.PlanAppointment(ctx, caller, in.ID)
	return view.Answer(s.Service, f, caller, err)
}

func (s service) postInformation(ctx context.Context, in *informationInput) (*view.Output, error) {
	caller, err := auth.Require(ctx, auth.InformationRecord)
	if err != nil {
		return nil, err
	}
	var at time.Time
	if in.Body != nil {
		at = in.Body.OccurredAt
	}
	f, err := s.Inform(ctx, caller, in.ID, at)
	return view.Answer(s.Service, f, caller, err)
}

func (s service) postConsent(ctx context.Context, in *consentInput) (*view.Output, error) {
	caller, err := auth.Require(ctx, auth.ConsentRecord)
	if err != nil {
		return nil, err
	}
	f, err := s.Decide(ctx, caller, in.ID, encounter.DecisionInput{
		Verdict: in.Body.Decision, Mode: in.Body.Mode, Giver: in.Body.GivenBy, GiverName: in.Body.GiverName,
		Explanation: in.Body.Explanation, OccurredAt: in.Body.OccurredAt,
	})
	return view.Answer(s.Service, f, caller, err)
}

func (s service) postPortal(ctx context.Context, in *portalInput) (*view.Output, error) {
	caller, err := auth.Require(ctx, auth.InformationRecord)
	if err != nil {
		return nil, err
	}
	f, err := s.AnswerPortal(ctx, caller, in.ID, in.Body.Answer)
	return view.Answer(s.Service, f, caller, err)
}

func (s service) postLink(ctx context.Context, in *linkInput) (*view.Output, error) {
	caller, err := auth.Require(ctx, auth.LinkAttach)
	if err != nil {
		return nil, err
	}
	f, err := s.Attach(ctx, caller, in.ID, encounter.LinkInput{
		Text: in.Body.Text, Declared: in.Body.Declared, Settled: in.Body.Settled, HostAccount: in.Body.HostAccount,
		Reference: in.Body.Reference,
	})
	return view.Answer(s.Service, f, caller, err)
}

func (s service) deleteLink(ctx context.Context, in *view.ByID) (*view.Output, error) {
	caller, err := auth.Require(ctx, auth.LinkAttach)
	if err != nil {
		return nil, err
	}
	f, err := s.Detach(ctx, caller, in.ID)
	return view.Answer(s.Service, f, caller, err)
}

func (s service) putContact(ctx context.Context, in *contactInput) (*view.Output, error) {
	caller, err := auth.Require(ctx, auth.EncounterSchedule)
	if err != nil {
		return nil, err
	}
	f, err := s.CorrectContact(ctx, caller, in.ID, encounter.ContactInput{
		Email: in.Body.Email, Mobile: in.Body.Mobile, EmailConfirmed: in.Body.EmailConfirmed,
	})
	return view.Answer(s.Service, f, caller, err)
}

func (s service) postInvitation(ctx context.Context, in *view.ByID) (*view.Output, error) {
	caller, err := auth.Require(ctx, auth.MessageSend)
	if err != nil {
		return nil, err
	}
	f, err := s.Invite(ctx, caller, in.ID)
	return view.Answer(s.Service, f, caller, err)
}

func (s service) postStart(ctx context.Context, in *startInput) (*view.Output, error) {
	caller, err := auth.Require(ctx, auth.EncounterHold)
	if err != nil {
		return nil, err
	}
	var start encounter.StartInput
	if in.Body != nil {
		start.OccurredAt = in.Body.OccurredAt
		if oral := in.Body.OralConsent; oral != nil {
			start.OralConsent = &encounter.OralConsent{Giver: oral.GivenBy, GiverName: oral.GiverName}
		}
	}
	f, err := s.Start(ctx, caller, in.ID, start)
	return view.Answer(s.Service, f, caller, err)
}

func (s service) postFinish(ctx context.Context, in *finishInput) (*view.Output, error) {
	caller, err := auth.Require(ctx, auth.EncounterHold)
	if err != nil {
		return nil, err
	}
	f, err := s.Finish(ctx, caller, in.ID, encounter.FinishInput{OccurredAt: in.Body.OccurredAt, Incidents: in.Body.Incidents})
	return view.Answer(s.Service, f, caller, err)
}

func (s service) postCancel(ctx context.Context, in *cancelInput) (*view.Output, error) {
	caller, err := auth.Require(ctx, auth.EncounterCancel)
	if err != nil {
		return nil, err
	}
	f, err := s.Cancel(ctx, caller, in.ID, encounter.CancelInput{Reason: in.Body.Reason, Text: in.Body.Text, OccurredAt: in.Body.OccurredAt})
	return view.Answer(s.Service, f, caller, err)
}

func (s service) postOnSite(ctx context.Context, in *view.ByID) (*view.Output, error) {
	caller, err := auth.Require(ctx, auth.ConsentRecord)
	if err != nil {
		return nil, err
	}
	f, err := s.OfferOnSite(ctx, caller, in.ID)
	return view.Answer(s.Service, f, caller, err)
}

package correspondence

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"teleconsult/server/auth"
	"teleconsult/server/encounter/view"
	"teleconsult/server/patient"
)

type timelinesOutput struct {
	Body struct {
		Items []MessageTimeline `json:"items" doc:"Newest first."`
	}
}

// MessageByID is the input of an operation on one message without a body.
type MessageByID struct {
	ID        string `path:"id" format:"uuid"`
	MessageID string `path:"messageId" format:"uuid"`
}

type resendInput struct {
	MessageByID
	Body *struct {
		Channel string `json:"channel,omitempty" enum:"email,sms" doc:"The same one when it is left out."`
	}
}

type calledInput struct {
	ID   string `path:"id" format:"uuid"`
	Body struct {
		Outcome string `json:"outcome" enum:"reached,voicemail,no-answer"`
		Text    string `json:"text,omitempty" maxLength:"4000"`
	}
}

type delayInput struct {
	ID   string `path:"id" format:"uuid"`
	Body struct {
		Minutes int `json:"minutes" minimum:"5" maximum:"120" doc:"From the planned start."`
	}
}

type unreachedInput struct {
	DepartmentID string `query:"departmentId" required:"true" format:"uuid"`
}

type unreachedOutput struct {
	Body struct {
		Items []Unreached `json:"items" doc:"The soonest consultation first."`
	}
}

type contactCheckInput struct {
	Body struct {
		DepartmentID string `json:"departmentId" format:"uuid"`
		Email        string `json:"email,omitempty" maxLength:"400"`
		Mobile       string `json:"mobile,omitempty" maxLength:"40"`
	}
}

type contactCheckOutput struct {
	Body struct {
		Warnings []patient.ContactWarning `json:"warnings"`
	}
}

// Register adds the operations of the correspondence.
func Register(api huma.API, s *Service) {
	operation := func(id, method, path, summary string, p auth.Permission) huma.Operation {
		return huma.Operation{
			OperationID: id, Method: method, Path: path, Summary: summary, Tags: []string{"correspondence"}, Metadata: auth.Metadata(p),
			DefaultStatus: http.StatusOK,
		}
	}
	huma.Register(api, operation("list-messages", http.MethodGet, "/encounters/{id}/messages",
		"What became of every message", auth.EncounterRead), s.getMessages)
	huma.Register(api, operation("resend-message", http.MethodPost, "/encounters/{id}/messages/{messageId}/resend",
		"Send the same once more", auth.MessageSend), s.postResend)
	huma.Register(api, operation("withdraw-message", http.MethodPost, "/encounters/{id}/messages/{messageId}/withdraw",
		"Take back what has not left", auth.MessageSend), s.postWithdraw)
	huma.Register(api, operation("record-call", http.MethodPost, "/encounters/{id}/called",
		"The patient was telephoned", auth.MessageSend), s.postCalled)
	huma.Register(api, operation("announce-delay", http.MethodPost, "/encounters/{id}/delay",
		"Tell the patient that the practitioner is late", auth.MessageSend), s.postDelay)
	huma.Register(api, operation("list-unreached", http.MethodGet, "/worklists/unreached",
		"Patients whom no message has reached", auth.EncounterRead), s.getUnreached)
	huma.Register(api, operation("check-contact", http.MethodPost, "/contacts/check",
		"What is known against an address or number", auth.EncounterSchedule), s.postCheck)
}

func (s *Service) getMessages(ctx context.Context, in *view.ByID) (*timelinesOutput, error) {
	caller, err := auth.Require(ctx, auth.EncounterRead)
	if err != nil {
		return nil, err
	}
	out := &timelinesOutput{}
	out.Body.Items, err = s.Timelines(ctx, caller, in.ID)
	return out, err
}

func (s *Service) postResend(ctx context.Context, in *resendInput) (*view.Output, error) {
	caller, err := auth.Require(ctx, auth.MessageSend)
	if err != nil {
		return nil, err
	}
	channel := ""
	if in.Body != nil {
		channel = in.Body.Channel
	}
	f, err := s.Resend(ctx, caller, in.ID, in.MessageID, channel)
	return view.Answer(s.Encounters, f, caller, err)
}

func (s *Service) postWithdraw(ctx context.Context, in *MessageByID) (*view.Output, error) {
	caller, err := auth.Require(ctx, auth.MessageSend)
	if err != nil {
		return nil, err
	}
	f, err := s.Withdraw(ctx, caller, in.ID, in.MessageID)
	return view.Answer(s.Encounters, f, caller, err)
}

func (s *Service) postCalled(ctx context.Context, in *calledInput) (*view.Output, error) {
	caller, err := auth.Require(ctx, auth.MessageSend)
	if err != nil {
		return nil, err
	}
	f, err := s.Encounters.RecordCall(ctx, caller, in.ID, in.Body.Outcome, in.Body.Text)
	return view.Answer(s.Encounters, f, caller, err)
}

func (s *Service) postDelay(ctx context.Context, in *delayInput) (*view.Output, error) {
	caller, err := auth.Require(ctx, auth.MessageSend)
	if err != nil {
		return nil, err
	}
	f, err := s.Encounters.AnnounceDelay(ctx, caller, in.ID, in.Body.Minutes)
	return view.Answer(s.Encounters, f, caller, err)
}

func (s *Service) getUnreached(ctx context.Context, in *unreachedInput) (*unreachedOutput, error) {
	caller, err := auth.RequireIn(ctx, in.DepartmentID, auth.EncounterRead)
	if err != nil {
		return nil, err
	}
	out := &unreachedOutput{}
	out.Body.Items, err = s.Unreached(ctx, caller, in.DepartmentID)
	return out, err
}

func (s *Service) postCheck(ctx context.Context, in *contactCheckInput) (*contactCheckOutput, error) {
	caller, err := auth.RequireIn(ctx, in.Body.DepartmentID, auth.EncounterSchedule)
	if err != nil {
		return nil, err
	}
	out := &contactCheckOutput{}
	out.Body.Warnings, err = s.CheckContact(ctx, caller, in.Body.DepartmentID, in.Body.Email, in.Body.Mobile)
	return out, err
}

package wording

import (
	"context"

	"teleconsult/notifications"
	"teleconsult/server/auth"
	"teleconsult/server/fault"
	"teleconsult/templates"
)

// DraftFields is words to be seen or tried, and in which case.
type DraftFields struct {
	Template       templates.Name        `json:"template" enum:"notice,consent-reminder,invitation,link-test,reminder,delay,cancellation,prescription-notice"`
	Channel        notifications.Channel `json:"channel" enum:"email,sms"`
	Language       string                `json:"language" enum:"fr,en"`
	Subject        string                `json:"subject" required:"false" maxLength:"1000" doc:"E-mail only."`
	Body           string                `json:"body" maxLength:"20000"`
	Telephone      bool                  `json:"telephone,omitempty" doc:"As for an appointment by telephone."`
	Moved          bool                  `json:"moved,omitempty" doc:"As after the appointment was moved."`
	Representative bool                  `json:"representative,omitempty" doc:"As to a legal representative."`
	Cause          templates.Cause       `json:"cause,omitempty" enum:",patient,refused" doc:"Why it is cancelled; empty: by the hospital."`
}

func (b DraftFields) draft() Draft {
	return Draft{
		Key: Key{b.Template, b.Channel, b.Language}, Words: templates.Wording{Subject: b.Subject, Body: b.Body},
		Variant: Variant{Telephone: b.Telephone, Moved: b.Moved, Representative: b.Representative, Cause: b.Cause},
	}
}

type wordingPreviewInput struct {
	DepartmentID string `path:"departmentId" format:"uuid"`
	Body         struct {
		DraftFields
		EncounterID string `json:"encounterId,omitempty" format:"uuid" doc:"Shows real data instead of an example's."`
	}
}

type wordingSMSView struct {
	Text       string   `json:"text" doc:"As it is sent, in the letters that SMS can carry."`
	Encoding   string   `json:"encoding" enum:"GSM-7,UCS-2"`
	Characters int      `json:"characters"`
	Segments   int      `json:"segments" doc:"Each one is paid for."`
	CostCents  float64  `json:"costCents"`
	Replaced   []string `json:"replaced" doc:"Letters that SMS cannot carry: ê→e."`
}

type wordingPreviewOutput struct {
	Body struct {
		Subject  string            `json:"subject"`
		Text     string            `json:"text" doc:"Empty when the words cannot be read."`
		HTML     string            `json:"html" doc:"To be shown in a sandboxed frame."`
		SMS      *wordingSMSView   `json:"sms,omitempty"`
		Problems []fault.Violation `json:"problems"`
	}
}

func (s *Service) postPreview(ctx context.Context, in *wordingPreviewInput) (*wordingPreviewOutput, error) {
	caller, err := auth.RequireIn(ctx, in.DepartmentID, auth.DepartmentRead)
	if err != nil {
		return nil, err
	}
	draft := in.Body.draft()
	draft.EncounterID = in.Body.EncounterID
	p, err := s.Preview(ctx, caller, in.DepartmentID, draft)
	if err != nil {
		return nil, err
	}
	out := &wordingPreviewOutput{}
	out.Body.Subject, out.Body.Text, out.Body.HTML = p.Mail.Subject, p.Mail.Text, p.Mail.HTML
	out.Body.Problems = append([]fault.Violation{}, p.Problems...)
	if p.SMS != "" {
		out.Body.Text = p.SMS
		out.Body.SMS = &wordingSMSView{
			Text: p.SMS, Encoding: string(p.Cost.Encoding), Characters: p.Cost.Characters, Segments: p.Cost.Segments,
			CostCents: p.Cost.Cents, Replaced: append([]string{}, p.Replaced...),
		}
	}
	return out, nil
}

type wordingTrialInput struct {
	DepartmentID string `path:"departmentId" format:"uuid"`
	Body         struct {
		DraftFields
		To string `json:"to,omitempty" maxLength:"40" doc:"SMS only: the mobile that receives it."`
	}
}

func (s *Service) postTest(ctx context.Context, in *wordingTrialInput) (*struct{}, error) {
	caller, err := auth.RequireIn(ctx, in.DepartmentID, auth.DepartmentManage)
	if err != nil {
		return nil, err
	}
	return nil, s.Try(ctx, caller, in.DepartmentID, in.Body.draft(), in.Body.To)
}

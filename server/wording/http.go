package wording

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"teleconsult/notifications"
	"teleconsult/server/auth"
	"teleconsult/server/fault"
	"teleconsult/templates"
)

// Path names one text of a department.
type Path struct {
	DepartmentID string                `path:"departmentId" format:"uuid"`
	Template     templates.Name        `path:"template" enum:"notice,consent-reminder,invitation,link-test,reminder,delay,cancellation,prescription-notice"`
	Channel      notifications.Channel `path:"channel" enum:"email,sms"`
	Language     string                `path:"language" enum:"fr,en"`
}

func (p Path) key() Key { return Key{p.Template, p.Channel, p.Language} }

type placeholderView struct {
	Name     string `json:"name" doc:"Stands in braces: {name}."`
	Label    string `json:"label"`
	Example  string `json:"example"`
	Required bool   `json:"required"`
}

type markView struct {
	Name  string `json:"name" doc:"Stands in brackets at the beginning of a line: [name] or [name, name]."`
	Label string `json:"label"`
}

type wordingView struct {
	Template     templates.Name        `json:"template" enum:"notice,consent-reminder,invitation,link-test,reminder,delay,cancellation,prescription-notice"`
	Channel      notifications.Channel `json:"channel" enum:"email,sms"`
	Language     string                `json:"language" enum:"fr,en"`
	Title        string                `json:"title"`
	Version      int64                 `json:"version" doc:"0 while nobody wrote anything."`
	Own          bool                  `json:"own" doc:"The product's own words stand."`
	Subject      string                `json:"subject" doc:"E-mail only."`
	Body         string                `json:"body"`
	Placeholders []placeholderView     `json:"placeholders"`
	Marks        []markView            `json:"marks" doc:"A line that begins with marks is there only when all of them hold."`
	WrittenAt    *time.Time            `json:"writtenAt,omitempty"`
	WrittenBy    string                `json:"writtenBy,omitempty"`
	Problems     []fault.Violation     `json:"problems" doc:"What speaks against these words by today's rules."`
}

func view(s Standing) wordingView {
	v := wordingView{
		Template: s.Template, Channel: s.Channel, Language: s.Language, Title: titles[s.Template], Version: s.Number, Own: s.Own,
		Subject: s.Subject, Body: s.Body, Placeholders: []placeholderView{}, Marks: []markView{}, WrittenBy: s.By,
		Problems: append([]fault.Violation{}, s.Problems...),
	}
	for _, p := range s.kind().Placeholders() {
		v.Placeholders = append(v.Placeholders, placeholderView(p))
	}
	for _, m := range s.kind().Marks() {
		v.Marks = append(v.Marks, markView(m))
	}
	if s.Number > 0 {
		at := s.At.UTC()
		v.WrittenAt = &at
	}
	return v
}

type departmentInput struct {
	DepartmentID string `path:"departmentId" format:"uuid"`
}

type wordingsOutput struct {
	Body struct {
		Items []wordingView `json:"items"`
	}
}

type wordingOutput struct{ Body wordingView }

type wordingSaveInput struct {
	Path
	Body struct {
		Subject string `json:"subject" required:"false" maxLength:"1000" doc:"E-mail only."`
		Body    string `json:"body" maxLength:"20000"`
		Version int64  `json:"version" minimum:"0" doc:"The version that was looked at."`
	}
}

type wordingVersionView struct {
	Version   int64     `json:"version"`
	Subject   string    `json:"subject"`
	Body      string    `json:"body" doc:"Empty: back to the product's own words."`
	WrittenAt time.Time `json:"writtenAt"`
	WrittenBy string    `json:"writtenBy"`
}

type wordingHistoryOutput struct {
	Body struct {
		Items []wordingVersionView `json:"items"`
	}
}

// Register adds the operations on a department's wordings.
func Register(api huma.API, s *Service) {
	add := func(id, method, path, summary string, p auth.Permission, status int) huma.Operation {
		return huma.Operation{
			OperationID: id, Method: method, Path: "/departments/{departmentId}/wordings" + path, Summary: summary,
			Tags: []string{"wordings"}, Metadata: auth.Metadata(p), DefaultStatus: status,
		}
	}
	const one = "/{template}/{channel}/{language}"
	huma.Register(api, add("list-wordings", http.MethodGet, "", "What the patients of a department are told", auth.DepartmentRead, http.StatusOK), s.getWordings)
	huma.Register(api, add("save-wording", http.MethodPut, one, "Put own words in the place of the product's", auth.DepartmentManage, http.StatusOK), s.putWording)
	huma.Register(api, add("reset-wording", http.MethodDelete, one, "Go back to the product's own words", auth.DepartmentManage, http.StatusOK), s.deleteWording)
	huma.Register(api, add("get-wording-history", http.MethodGet, one+"/history", "Every version of a text", auth.DepartmentRead, http.StatusOK), s.getHistory)
	huma.Register(api, add("preview-wording", http.MethodPost, "/preview", "See words before they are kept", auth.DepartmentRead, http.StatusOK), s.postPreview)
	huma.Register(api, add("try-wording", http.MethodPost, "/test", "Send words to myself", auth.DepartmentManage, http.StatusAccepted), s.postTest)
}

func (s *Service) getWordings(ctx context.Context, in *departmentInput) (*wordingsOutput, error) {
	caller, err := auth.RequireIn(ctx, in.DepartmentID, auth.DepartmentRead)
	if err != nil {
		return nil, err
	}
	all, err := s.List(ctx, caller, in.DepartmentID)
	if err != nil {
		return nil, err
	}
	out := &wordingsOutput{}
	out.Body.Items = make([]wordingView, 0, len(all))
	for _, one := range all {
		out.Body.Items = append(out.Body.Items, view(one))
	}
	return out, nil
}

func (s *Service) putWording(ctx context.Context, in *wordingSaveInput) (*wordingOutput, error) {
	caller, err := auth.RequireIn(ctx, in.DepartmentID, auth.DepartmentManage)
	if err != nil {
		return nil, err
	}
	words := templates.Wording{Subject: in.Body.Subject, Body: in.Body.Body}
	after, err := s.Save(ctx, caller, in.DepartmentID, in.key(), words, in.Body.Version)
	if err != nil {
		return nil, err
	}
	return &wordingOutput{Body: view(after)}, nil
}

func (s *Service) deleteWording(ctx context.Context, in *Path) (*wordingOutput, error) {
	caller, err := auth.RequireIn(ctx, in.DepartmentID, auth.DepartmentManage)
	if err != nil {
		return nil, err
	}
	after, err := s.Reset(ctx, caller, in.DepartmentID, in.key())
	if err != nil {
		return nil, err
	}
	return &wordingOutput{Body: view(after)}, nil
}

func (s *Service) getHistory(ctx context.Context, in *Path) (*wordingHistoryOutput, error) {
	caller, err := auth.RequireIn(ctx, in.DepartmentID, auth.DepartmentRead)
	if err != nil {
		return nil, err
	}
	all, err := s.History(ctx, caller, in.DepartmentID, in.key())
	if err != nil {
		return nil, err
	}
	out := &wordingHistoryOutput{}
	out.Body.Items = make([]wordingVersionView, 0, len(all))
	for _, v := range all {
		out.Body.Items = append(out.Body.Items, wordingVersionView{v.Number, v.Subject, v.Body, v.At.UTC(), v.By})
	}
	return out, nil
}

package codelist

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"teleconsult/server/auth"
)

// CodeDraft is a row of the list as a manager wants it.
type CodeDraft struct {
	Code        string `json:"code" maxLength:"20" example:"TCS"`
	Label       string `json:"label" maxLength:"400"`
	AmountCents *int64 `json:"amountCents,omitempty" doc:"Euro cents; absent where it depends on the act."`
	Modality    string `json:"modality" enum:"any,video,telephone"`
	Speciality  string `json:"speciality,omitempty" enum:",general,psychiatry,neurology,gynaecology,specialist" doc:"Every one when it is left out; specialist is each but general medicine."`
	ValidFrom   string `json:"validFrom" format:"date"`
	ValidTo     string `json:"validTo,omitempty" format:"date" doc:"Last day; absent for no end."`
	Source      string `json:"source" maxLength:"600" doc:"Where the row comes from."`
}

// ListedCode is a row of the list.
type ListedCode struct {
	ID string `json:"id" format:"uuid"`
	CodeDraft
	Used        bool       `json:"used" doc:"An act was coded with it: a change closes it and begins another row."`
	ConfirmedBy string     `json:"confirmedBy,omitempty" doc:"Absent while the hospital has not confirmed it."`
	ConfirmedAt *time.Time `json:"confirmedAt,omitempty"`
}

type listOutput struct {
	Body struct {
		Items []ListedCode `json:"items"`
	}
}

type rowOutput struct {
	Body ListedCode
}

type createCodeInput struct {
	Body CodeDraft
}

// CodeByID names a row of the list.
type CodeByID struct {
	CodeID string `path:"codeId" format:"uuid"`
}

type changeCodeInput struct {
	CodeByID
	Body CodeDraft
}

// Register adds the operations on the code list.
func Register(api huma.API, s *Service) {
	operation := func(id, method, path, summary string, status int) huma.Operation {
		return huma.Operation{
			OperationID: id, Method: method, Path: path, Summary: summary, Tags: []string{"organisation"},
			Metadata: auth.Metadata(auth.DepartmentManage), DefaultStatus: status,
		}
	}
	huma.Register(api, operation("list-codes", http.MethodGet, "/code-list", "The hospital's list of activity codes", http.StatusOK), s.getList)
	huma.Register(api, operation("create-code", http.MethodPost, "/code-list", "Add a row to the code list", http.StatusCreated), s.post)
	huma.Register(api, operation("change-code", http.MethodPut, "/code-list/{codeId}", "Change or close a row of the code list", http.StatusOK), s.put)
	huma.Register(api, operation("confirm-code", http.MethodPost, "/code-list/{codeId}/confirm", "Confirm a row for the hospital", http.StatusOK), s.postConfirm)
}

func (s *Service) getList(ctx context.Context, _ *struct{}) (*listOutput, error) {
	if _, err := auth.Require(ctx, auth.DepartmentManage); err != nil {
		return nil, err
	}
	rows, err := s.List(ctx)
	if err != nil {
		return nil, err
	}
	out := &listOutput{}
	out.Body.Items = make([]ListedCode, 0, len(rows))
	for _, r := range rows {
		out.Body.Items = append(out.Body.Items, r.view())
	}
	return out, nil
}

func (s *Service) post(ctx context.Context, in *createCodeInput) (*rowOutput, error) {
	return answer(ctx, func(caller auth.Caller) (Row, error) { return s.Create(ctx, caller, in.Body.draft()) })
}

func (s *Service) put(ctx context.Context, in *changeCodeInput) (*rowOutput, error) {
	return answer(ctx, func(caller auth.Caller) (Row, error) { return s.Change(ctx, caller, in.CodeID, in.Body.draft()) })
}

func (s *Service) postConfirm(ctx context.Context, in *CodeByID) (*rowOutput, error) {
	return answer(ctx, func(caller auth.Caller) (Row, error) { return s.Confirm(ctx, caller, in.CodeID) })
}

func answer(ctx context.Context, do func(auth.Caller) (Row, error)) (*rowOutput, error) {
	caller, err := auth.Require(ctx, auth.DepartmentManage)
	if err != nil {
		return nil, err
	}
	row, err := do(caller)
	if err != nil {
		return nil, err
	}
	return &rowOutput{Body: row.view()}, nil
}

// draft reads the days, whose form huma has checked.
func (b CodeDraft) draft() Draft {
	from, _ := time.Parse(time.DateOnly, b.ValidFrom)
	to, _ := time.Parse(time.DateOnly, b.ValidTo)
	return Draft{
		Code: b.Code, Label: b.Label, AmountCents: b.AmountCents, Modality: b.Modality, Speciality: b.Speciality,
		ValidFrom: from, ValidTo: to, Source: b.Source,
	}
}

func (r Row) view() ListedCode {
	v := ListedCode{
		ID: r.ID, Used: r.Used, ConfirmedBy: r.ConfirmedBy,
		CodeDraft: CodeDraft{
			Code: r.Code.Code, Label: r.Label, AmountCents: r.AmountCents, Modality: r.Modality, Speciality: r.Speciality,
			ValidFrom: r.ValidFrom.Format(time.DateOnly), Source: r.Source,
		},
	}
	if !r.ValidTo.IsZero() {
		v.ValidTo = r.ValidTo.Format(time.DateOnly)
	}
	if !r.ConfirmedAt.IsZero() {
		v.ConfirmedAt = &r.ConfirmedAt
	}
	return v
}

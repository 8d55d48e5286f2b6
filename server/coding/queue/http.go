package queue

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"teleconsult/server/auth"
	"teleconsult/server/coding"
)

type lookInput struct {
	DepartmentID string       `query:"departmentId" required:"true" format:"uuid"`
	From         string       `query:"from" required:"true" format:"date" doc:"Local day."`
	To           string       `query:"to" required:"true" format:"date" doc:"Local day, included."`
	State        coding.State `query:"state" enum:"to-code,coded,not-billable,refused" doc:"All when it is left out."`
	Cursor       string       `query:"cursor" maxLength:"200"`
}

type lookOutput struct {
	Body CodingPage
}

type confirmInput struct {
	Body struct {
		DepartmentID string `json:"departmentId" format:"uuid"`
		From         string `json:"from" format:"date"`
		To           string `json:"to" format:"date"`
		Expected     int    `json:"expected" minimum:"1" doc:"How many were seen; 409 when there are more by now."`
	}
}

type confirmOutput struct {
	Body struct {
		Confirmed int `json:"confirmed"`
	}
}

// Register adds the operations of the coding worklist.
func Register(api huma.API, s *Service) {
	huma.Register(api, huma.Operation{
		OperationID: "list-coding", Method: http.MethodGet, Path: "/worklists/coding", Summary: "A department's acts with what is proposed for them",
		Tags: []string{"after"}, Metadata: auth.Metadata(auth.ActCode),
	}, s.get)
	huma.Register(api, huma.Operation{
		OperationID: "confirm-coding", Method: http.MethodPost, Path: "/worklists/coding/confirm", Summary: "Code all acts whose proposal is certain",
		Tags: []string{"after"}, Metadata: auth.Metadata(auth.ActCode), DefaultStatus: http.StatusOK,
	}, s.postConfirm)
}

func (s *Service) get(ctx context.Context, in *lookInput) (*lookOutput, error) {
	caller, err := auth.RequireIn(ctx, in.DepartmentID, auth.ActCode)
	if err != nil {
		return nil, err
	}
	days := Days{DepartmentID: in.DepartmentID, From: in.From, To: in.To}
	page, err := s.Look(ctx, caller, Query{Days: days, State: in.State, Cursor: in.Cursor})
	return &lookOutput{Body: page}, err
}

func (s *Service) postConfirm(ctx context.Context, in *confirmInput) (*confirmOutput, error) {
	caller, err := auth.RequireIn(ctx, in.Body.DepartmentID, auth.ActCode)
	if err != nil {
		return nil, err
	}
	out := &confirmOutput{}
	days := Days{DepartmentID: in.Body.DepartmentID, From: in.Body.From, To: in.Body.To}
	out.Body.Confirmed, err = s.Confirm(ctx, caller, days, in.Body.Expected)
	return out, err
}

package department

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"teleconsult/server/auth"
)

// Overview is a department with its settings, as the API answers it.
type Overview struct {
	ID   string `json:"id" format:"uuid"`
	Code string `json:"code"`
	Settings
	CanManage bool `json:"canManage" doc:"Whether the caller may change the settings and the people."`
}

func overview(d Department, caller auth.Caller) Overview {
	return Overview{ID: d.ID, Code: d.Code, Settings: settingsOf(d), CanManage: caller.Can(d.ID, auth.DepartmentManage)}
}

type departmentsOutput struct {
	Body struct {
		Items []Overview `json:"items"`
	}
}

type newDepartmentInput struct {
	Body struct {
		Code string `json:"code" doc:"Unique; 2 to 20 capital letters, digits or hyphens." example:"CARDIO-1"`
		Settings
	}
}

type settingsInput struct {
	DepartmentID string `path:"departmentId" format:"uuid"`
	Body         Settings
}

type overviewOutput struct {
	Body Overview
}

// Register adds the operations on departments and their settings.
func Register(api huma.API, s *Service) {
	huma.Register(api, huma.Operation{
		OperationID: "list-departments", Method: http.MethodGet, Path: "/departments", Summary: "The departments I may see, with settings",
		Tags: []string{"organisation"}, Metadata: auth.Metadata(auth.DepartmentRead),
	}, s.getDepartments)
	huma.Register(api, huma.Operation{
		OperationID: "create-department", Method: http.MethodPost, Path: "/departments", Summary: "Add a department",
		Tags: []string{"organisation"}, Metadata: auth.Metadata(auth.DepartmentCreate), DefaultStatus: http.StatusCreated,
	}, s.postDepartment)
	huma.Register(api, huma.Operation{
		OperationID: "change-department", Method: http.MethodPut, Path: "/departments/{departmentId}", Summary: "Replace a department's settings",
		Tags: []string{"organisation"}, Metadata: auth.Metadata(auth.DepartmentManage),
	}, s.putDepartment)
}

func (s *Service) getDepartments(ctx context.Context, _ *struct{}) (*departmentsOutput, error) {
	caller, err := auth.Require(ctx, auth.DepartmentRead)
	if err != nil {
		return nil, err
	}
	found, err := s.Departments(ctx, caller)
	if err != nil {
		return nil, err
	}
	out := &departmentsOutput{}
	out.Body.Items = make([]Overview, 0, len(found))
	for _, d := range found {
		out.Body.Items = append(out.Body.Items, overview(d, caller))
	}
	return out, nil
}

// postDepartment answers as the administrator who may manage the new department; the caller's own list of
// departments was read before it existed.
func (s *Service) postDepartment(ctx context.Context, in *newDepartmentInput) (*overviewOutput, error) {
	caller, err := auth.Require(ctx, auth.DepartmentCreate)
	if err != nil {
		return nil, err
	}
	d, err := s.Create(ctx, caller, in.Body.Code, in.Body.Settings)
	if err != nil {
		return nil, err
	}
	return &overviewOutput{Body: overview(d, caller)}, nil
}

func (s *Service) putDepartment(ctx context.Context, in *settingsInput) (*overviewOutput, error) {
	caller, err := auth.RequireIn(ctx, in.DepartmentID, auth.DepartmentManage)
	if err != nil {
		return nil, err
	}
	d, err := s.Change(ctx, caller, in.DepartmentID, in.Body)
	if err != nil {
		return nil, err
	}
	return &overviewOutput{Body: overview(d, caller)}, nil
}

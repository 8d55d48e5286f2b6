package staff

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"teleconsult/server/auth"
)

// MemberView is somebody of a department, as those who manage it see them.
type MemberView struct {
	ID         string      `json:"id" format:"uuid"`
	Email      string      `json:"email"`
	Title      string      `json:"title"`
	GivenName  string      `json:"givenName"`
	FamilyName string      `json:"familyName"`
	RPPS       string      `json:"rpps,omitempty"`
	Roles      []auth.Role `json:"roles" enum:"secretary,practitioner,manager"`
	Disabled   bool        `json:"disabled" doc:"The account cannot sign in any more."`
	IsMe       bool        `json:"isMe"`
}

func view(c Colleague, caller auth.Caller) MemberView {
	return MemberView{
		ID: c.ID, Email: c.Email, Title: c.Title, GivenName: c.GivenName, FamilyName: c.FamilyName, RPPS: c.RPPS,
		Roles: c.Roles, Disabled: c.Disabled, IsMe: c.ID == caller.StaffID,
	}
}

type departmentInput struct {
	DepartmentID string `path:"departmentId" format:"uuid"`
}

type memberInput struct {
	DepartmentID string `path:"departmentId" format:"uuid"`
	StaffID      string `path:"staffId" format:"uuid"`
}

type newMemberInput struct {
	DepartmentID string `path:"departmentId" format:"uuid"`
	Body         struct {
		Email      string      `json:"email" doc:"Of a new account, or of an existing one, which keeps its name and password."`
		Title      string      `json:"title,omitempty" example:"Dr"`
		GivenName  string      `json:"givenName"`
		FamilyName string      `json:"familyName"`
		RPPS       string      `json:"rpps,omitempty" doc:"National number of a professional, 11 digits."`
		Roles      []auth.Role `json:"roles" enum:"secretary,practitioner,manager"`
	}
}

type rolesInput struct {
	DepartmentID string `path:"departmentId" format:"uuid"`
	StaffID      string `path:"staffId" format:"uuid"`
	Body         struct {
		Roles []auth.Role `json:"roles" enum:"secretary,practitioner,manager" doc:"None: the person no longer belongs to the department."`
	}
}

type membersOutput struct {
	Body struct {
		Items []MemberView `json:"items"`
	}
}

type memberOutput struct {
	Body MemberView
}

// addedOutput is never kept by a cache: the API answers everything with Cache-Control: no-store.
type addedOutput struct {
	Body struct {
		Member          MemberView `json:"member"`
		InitialPassword string     `json:"initialPassword,omitempty" doc:"Shown once, to be handed to the person. Absent when the account existed."`
	}
}

func answer(a Added, caller auth.Caller) *addedOutput {
	out := &addedOutput{}
	out.Body.Member, out.Body.InitialPassword = view(a.Colleague, caller), a.InitialPassword
	return out
}

func operation(id, method, path, summary string, status int) huma.Operation {
	return huma.Operation{
		OperationID: id, Method: method, Path: "/departments/{departmentId}/staff" + path, Summary: summary,
		Tags: []string{"organisation"}, Metadata: auth.Metadata(auth.StaffManage), DefaultStatus: status, MaxBodyBytes: 16 << 10,
	}
}

// Register adds the operations on the people of a department.
func Register(api huma.API, s *Service) {
	huma.Register(api, operation("list-staff", http.MethodGet, "", "The people of a department", http.StatusOK), s.getStaff)
	huma.Register(api, operation("add-staff", http.MethodPost, "", "Add somebody to a department", http.StatusCreated), s.postStaff)
	huma.Register(api, operation("assign-roles", http.MethodPut, "/{staffId}/roles", "Replace somebody's roles in a department",
		http.StatusOK), s.putRoles)
	huma.Register(api, operation("reset-password", http.MethodPost, "/{staffId}/password", "Hand out a new initial password",
		http.StatusOK), s.postPassword)
}

func (s *Service) getStaff(ctx context.Context, in *departmentInput) (*membersOutput, error) {
	caller, err := auth.RequireIn(ctx, in.DepartmentID, auth.StaffManage)
	if err != nil {
		return nil, err
	}
	people, err := s.Colleagues(ctx, caller, in.DepartmentID)
	if err != nil {
		return nil, err
	}
	out := &membersOutput{}
	out.Body.Items = make([]MemberView, 0, len(people))
	for _, c := range people {
		out.Body.Items = append(out.Body.Items, view(c, caller))
	}
	return out, nil
}

func (s *Service) postStaff(ctx context.Context, in *newMemberInput) (*addedOutput, error) {
	caller, err := auth.RequireIn(ctx, in.DepartmentID, auth.StaffManage)
	if err != nil {
		return nil, err
	}
	m := Member{
		Email: in.Body.Email, Title: in.Body.Title, GivenName: in.Body.GivenName, FamilyName: in.Body.FamilyName, RPPS: in.Body.RPPS,
	}
	added, err := s.Add(ctx, caller, in.DepartmentID, m, in.Body.Roles)
	if err != nil {
		return nil, err
	}
	return answer(added, caller), nil
}

func (s *Service) putRoles(ctx context.Context, in *rolesInput) (*memberOutput, error) {
	caller, err := auth.RequireIn(ctx, in.DepartmentID, auth.StaffManage)
	if err != nil {
		return nil, err
	}
	c, err := s.Assign(ctx, caller, in.DepartmentID, in.StaffID, in.Body.Roles)
	if err != nil {
		return nil, err
	}
	return &memberOutput{Body: view(c, caller)}, nil
}

func (s *Service) postPassword(ctx context.Context, in *memberInput) (*addedOutput, error) {
	caller, err := auth.RequireIn(ctx, in.DepartmentID, auth.StaffManage)
	if err != nil {
		return nil, err
	}
	reset, err := s.ResetPassword(ctx, caller, in.DepartmentID, in.StaffID)
	if err != nil {
		return nil, err
	}
	return answer(reset, caller), nil
}

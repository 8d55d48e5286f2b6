package auth

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
)

type signInInput struct {
	Body struct {
		Email        string `json:"email" maxLength:"254" doc:"Professional address."`
		Password     string `json:"password" maxLength:"1000"`
		SharedDevice bool   `json:"sharedDevice,omitempty" doc:"The session ends with the browser and nothing is kept on the device."`
	}
}

type meOutput struct {
	Body Me
}

type signInOutput struct {
	SetCookie string `header:"Set-Cookie"`
	Body      Me
}

type signOutOutput struct {
	SetCookie string `header:"Set-Cookie"`
}

type passwordInput struct {
	Body struct {
		Current string `json:"current" maxLength:"1000"`
		Next    string `json:"next" maxLength:"1000"`
	}
}

// Register adds the operations on one's own session and password.
func Register(api huma.API, s *Service) {
	huma.Register(api, huma.Operation{
		OperationID: "sign-in", Method: http.MethodPost, Path: "/session", Summary: "Sign in", Tags: []string{"session"},
		Metadata: Metadata(Public), DefaultStatus: http.StatusOK, MaxBodyBytes: 16 << 10,
	}, s.postSession)
	huma.Register(api, huma.Operation{
		OperationID: "get-session", Method: http.MethodGet, Path: "/session", Summary: "Who is signed in", Tags: []string{"session"},
		Metadata: Metadata(SignedIn),
	}, s.getSession)
	huma.Register(api, huma.Operation{
		OperationID: "sign-out", Method: http.MethodDelete, Path: "/session", Summary: "Sign out", Tags: []string{"session"},
		Metadata: Metadata(Public), DefaultStatus: http.StatusNoContent,
	}, s.deleteSession)
	huma.Register(api, huma.Operation{
		OperationID: "change-password", Method: http.MethodPost, Path: "/staff/me/password", Summary: "Change my password",
		Description: "The caller's other sessions end.", Tags: []string{"session"},
		Metadata: Metadata(SignedIn), DefaultStatus: http.StatusNoContent, MaxBodyBytes: 16 << 10,
	}, s.postPassword)
}

func (s *Service) postSession(ctx context.Context, in *signInInput) (*signInOutput, error) {
	token, caller, err := s.SignIn(ctx, Credentials{Email: in.Body.Email, Password: in.Body.Password})
	if err != nil {
		return nil, err
	}
	me, err := s.Me(ctx, caller)
	if err != nil {
		return nil, err
	}
	return &signInOutput{SetCookie: s.setCookie(token, in.Body.SharedDevice), Body: me}, nil
}

func (s *Service) getSession(ctx context.Context, _ *struct{}) (*meOutput, error) {
	caller, err := Require(ctx, SignedIn)
	if err != nil {
		return nil, err
	}
	me, err := s.Me(ctx, caller)
	if err != nil {
		return nil, err
	}
	return &meOutput{Body: me}, nil
}

// deleteSession signs out; without a session there is nothing to end, which is what was asked for.
func (s *Service) deleteSession(ctx context.Context, _ *struct{}) (*signOutOutput, error) {
	if caller, ok := CallerFrom(ctx); ok {
		if err := s.SignOut(ctx, caller); err != nil {
			return nil, err
		}
	}
	return &signOutOutput{SetCookie: s.setCookie("", false)}, nil
}

func (s *Service) postPassword(ctx context.Context, in *passwordInput) (*struct{}, error) {
	caller, err := Require(ctx, SignedIn)
	if err != nil {
		return nil, err
	}
	return nil, s.ChangePassword(ctx, caller, in.Body.Current, in.Body.Next)
}

package meeting

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"teleconsult/server/auth"
)

type parseInput struct {
	Body struct {
		Text string    `json:"text" doc:"The invitation, whole, as it was copied."`
		Now  time.Time `json:"now,omitempty" doc:"The moment from which a date without a year counts; the server's clock when it is left out."`
		Zone string    `json:"zone,omitempty" maxLength:"100" doc:"IANA zone of a text that names none; Europe/Paris when it is left out."`
	}
}

type parseOutput struct {
	Body Reading
}

// Reading is what was read in an invitation, as the API answers it; null is what the text does not say.
type Reading struct {
	Tool      *Tool     `json:"tool" enum:"zoom,teams,google_meet,webex,jitsi,lasuite_visio,bigbluebutton,doctolib,doxy_me,ortif,other" nullable:"true"`
	URL       *string   `json:"url" nullable:"true" doc:"The patient's link: https, without tracking wrapper."`
	MeetingID *string   `json:"meetingId" nullable:"true"`
	Passcode  *string   `json:"passcode" nullable:"true"`
	Topic     *string   `json:"topic" nullable:"true"`
	StartsAt  *string   `json:"startsAt" nullable:"true" format:"date-time"`
	Findings  []Finding `json:"findings"`
	// Checklist are the settings to declare when the meeting was made by hand.
	Checklist []string `json:"checklist" doc:"Codes of the settings to declare for this tool."`
}

func reading(r Result) Reading {
	out := Reading{
		URL: orNull(r.URL), MeetingID: orNull(r.MeetingID), Passcode: orNull(r.Passcode), Topic: orNull(r.Topic),
		Findings: append([]Finding{}, r.Findings...), Checklist: []string{},
	}
	if r.Tool != "" {
		out.Tool = &r.Tool
		if p, known := providerOf(r.Tool); known {
			out.Checklist = append(out.Checklist, p.Checklist...)
		}
	}
	if r.HasStart {
		starts := r.StartsAt.Format(time.RFC3339)
		out.StartsAt = &starts
	}
	return out
}

type hostAccountsOutput struct {
	Body struct {
		Items []HostAccount `json:"items"`
	}
}

type hostAccountInput struct {
	Tool string `path:"tool" maxLength:"40"`
	Body struct {
		Email string `json:"email" maxLength:"400"`
	}
}

type hostAccountOutput struct {
	Body HostAccount
}

// Register adds the operations on pasted invitations and on the accounts that host meetings.
func Register(api huma.API, s *Service) {
	huma.Register(api, huma.Operation{
		OperationID: "parse-meeting", Method: http.MethodPost, Path: "/meetings/parse", Summary: "Read a pasted invitation",
		Tags: []string{"meetings"}, Metadata: auth.Metadata(auth.MeetingParse), DefaultStatus: http.StatusOK, MaxBodyBytes: 4 << 20,
	}, s.postParse)
	huma.Register(api, huma.Operation{
		OperationID: "list-host-accounts", Method: http.MethodGet, Path: "/host-accounts", Summary: "My accounts that host meetings",
		Tags: []string{"meetings"}, Metadata: auth.Metadata(auth.HostAccountManage),
	}, s.getHostAccounts)
	huma.Register(api, huma.Operation{
		OperationID: "put-host-account", Method: http.MethodPut, Path: "/host-accounts/{tool}", Summary: "Record my account of a tool",
		Tags: []string{"meetings"}, Metadata: auth.Metadata(auth.HostAccountManage), DefaultStatus: http.StatusOK,
	}, s.putHostAccount)
}

func (s *Service) postParse(_ context.Context, in *parseInput) (*parseOutput, error) {
	now := in.Body.Now
	if now.IsZero() {
		now = s.Now()
	}
	result, err := Parse(in.Body.Text, now, in.Body.Zone)
	if err != nil {
		return nil, err
	}
	return &parseOutput{Body: reading(result)}, nil
}

func (s *Service) getHostAccounts(ctx context.Context, _ *struct{}) (*hostAccountsOutput, error) {
	caller, err := auth.Require(ctx, auth.HostAccountManage)
	if err != nil {
		return nil, err
	}
	accounts, err := s.HostAccounts(ctx, caller)
	if err != nil {
		return nil, err
	}
	out := &hostAccountsOutput{}
	out.Body.Items = accounts
	return out, nil
}

func (s *Service) putHostAccount(ctx context.Context, in *hostAccountInput) (*hostAccountOutput, error) {
	caller, err := auth.Require(ctx, auth.HostAccountManage)
	if err != nil {
		return nil, err
	}
	account, err := s.RecordHostAccount(ctx, caller, in.Tool, in.Body.Email)
	if err != nil {
		return nil, err
	}
	return &hostAccountOutput{Body: account}, nil
}

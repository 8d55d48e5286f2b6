package prescription

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"teleconsult/server/auth"
	"teleconsult/server/encounter/view"
)

type prescriptionInput struct {
	ID   string `path:"id" format:"uuid"`
	Body struct {
		Channel        Channel `json:"channel" enum:"none,portal,mssante,dispose,drop,email,on-site"`
		State          State   `json:"state" enum:"announced,delivered,failed"`
		WantedToday    bool    `json:"wantedToday" doc:"The patient needs it on the day itself; the portal shows it the next day."`
		Proof          string  `json:"proof,omitempty" maxLength:"500" doc:"What shows that it arrived, or why it did not; needed when failed, and when delivered except for none and portal."`
		RiskAcceptedBy string  `json:"riskAcceptedBy,omitempty" maxLength:"200" doc:"Ordinary e-mail only: who accepted the risk."`
	}
}

type disposeInput struct {
	ID   string `path:"id" format:"uuid"`
	Body struct {
		URL         string `json:"url" maxLength:"4000" doc:"What the hospital's file drop gave."`
		Password    string `json:"password" maxLength:"400"`
		Until       string `json:"until" maxLength:"20" doc:"The last day on which it is there, YYYY-MM-DD."`
		WantedToday bool   `json:"wantedToday"`
		ByTelephone bool   `json:"byTelephone,omitempty" doc:"The password is told by telephone, not sent."`
	}
}

// ChannelOption is a channel with what speaks for or against it.
type ChannelOption struct {
	Channel Channel `json:"channel" enum:"portal,mssante,drop,dispose,email,on-site"`
	Allowed bool    `json:"allowed"`
	Why     string  `json:"why" doc:"One line, in French."`
}

// ChannelProposal is the channel to take first, and all of them in order of preference.
type ChannelProposal struct {
	Channel Channel         `json:"channel" enum:"portal,mssante,drop,dispose,email,on-site"`
	Why     string          `json:"why" doc:"One line, in French."`
	Options []ChannelOption `json:"options"`
}

// DeliveryRecord is one thing that was recorded.
type DeliveryRecord struct {
	Channel        Channel   `json:"channel" enum:"none,portal,mssante,dispose,drop,email,on-site"`
	State          State     `json:"state" enum:"announced,sent,delivered,failed"`
	Proof          string    `json:"proof,omitempty"`
	RiskAcceptedBy string    `json:"riskAcceptedBy,omitempty"`
	RiskHow        RiskHow   `json:"riskAcceptedHow,omitempty" enum:"oral,telephone,written"`
	RecordedAt     time.Time `json:"recordedAt"`
	RecordedBy     string    `json:"recordedBy,omitempty" doc:"Absent for what the system learned."`
}

// DeliveryOverview is what is known of a prescription.
type DeliveryOverview struct {
	Today    ChannelProposal  `json:"today" doc:"For a document that the patient needs on the day itself."`
	Tomorrow ChannelProposal  `json:"tomorrow"`
	History  []DeliveryRecord `json:"history" doc:"The oldest first."`
}

type overviewOutput struct {
	Body DeliveryOverview
}

// Register adds the operations of the prescription.
func Register(api huma.API, s *Service) {
	huma.Register(api, huma.Operation{
		OperationID: "record-prescription", Method: http.MethodPost, Path: "/encounters/{id}/prescription",
		Summary: "Record what became of the prescription", Tags: []string{"after"},
		Metadata: auth.Metadata(auth.PrescriptionRecord), MaxBodyBytes: 16 << 10,
	}, s.postPrescription)
	huma.Register(api, huma.Operation{
		OperationID: "send-dispose", Method: http.MethodPost, Path: "/encounters/{id}/prescription/dispose",
		Summary: "Send the link and the password of the hospital's file drop by two ways", Tags: []string{"after"},
		Metadata: auth.Metadata(auth.PrescriptionRecord), MaxBodyBytes: 16 << 10,
	}, s.postDispose)
	huma.Register(api, huma.Operation{
		OperationID: "get-prescription", Method: http.MethodGet, Path: "/encounters/{id}/prescription",
		Summary: "Which channel to take, and what was done so far", Tags: []string{"after"},
		Metadata: auth.Metadata(auth.EncounterRead),
	}, s.getPrescription)
}

func (s *Service) postPrescription(ctx context.Context, in *prescriptionInput) (*view.Output, error) {
	caller, err := auth.Require(ctx, auth.PrescriptionRecord)
	if err != nil {
		return nil, err
	}
	f, err := s.Decide(ctx, caller, in.ID, Input{
		Channel: in.Body.Channel, State: in.Body.State, WantedToday: in.Body.WantedToday, Proof: in.Body.Proof,
		RiskAcceptedBy: in.Body.RiskAcceptedBy,
	})
	return view.Answer(s.Encounters, f, caller, err)
}

func (s *Service) postDispose(ctx context.Context, in *disposeInput) (*view.Output, error) {
	caller, err := auth.Require(ctx, auth.PrescriptionRecord)
	if err != nil {
		return nil, err
	}
	f, err := s.Dispose(ctx, caller, in.ID, DisposeInput(in.Body))
	return view.Answer(s.Encounters, f, caller, err)
}

func (s *Service) getPrescription(ctx context.Context, in *view.ByID) (*overviewOutput, error) {
	caller, err := auth.Require(ctx, auth.EncounterRead)
	if err != nil {
		return nil, err
	}
	o, err := s.Show(ctx, caller, in.ID)
	if err != nil {
		return nil, err
	}
	out := &overviewOutput{Body: DeliveryOverview{Today: proposalBody(o.Today), Tomorrow: proposalBody(o.Tomorrow), History: []DeliveryRecord{}}}
	for _, r := range o.History {
		out.Body.History = append(out.Body.History, DeliveryRecord{
			Channel: r.Channel, State: r.State, Proof: r.Proof, RiskAcceptedBy: r.RiskAcceptedBy, RiskHow: r.RiskHow, RecordedAt: r.At.UTC(),
			RecordedBy: r.By,
		})
	}
	return out, nil
}

func proposalBody(p Proposal) ChannelProposal {
	body := ChannelProposal{Channel: p.Channel, Why: p.Why, Options: []ChannelOption{}}
	for _, o := range p.Options {
		body.Options = append(body.Options, ChannelOption(o))
	}
	return body
}

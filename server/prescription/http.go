package prescription

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"teleconsult/server/auth"
	"teleconsult/server/encounter/view"
)

type prescriptionInput struct {
	ID   string `path:"id" format:"uuid"`
	Body struct {
		Channel        Channel `json:"channel" enum:"none,portal,mssante,dispose,drop,email,on-site"`
		State          State   `json:"state" enum:"announced,delivered"`
		WantedToday    bool    `json:"wantedToday" doc:"The patient needs it on the day itself; the portal shows it the next day."`
		Proof          string  `json:"proof,omitempty" maxLength:"500" doc:"What shows that it arrived; needed when delivered, except for none and portal."`
		RiskAcceptedBy string  `json:"riskAcceptedBy,omitempty" maxLength:"200" doc:"Ordinary e-mail only: who accepted the risk."`
	}
}

// Register adds the operation of the prescription.
func Register(api huma.API, s *Service) {
	huma.Register(api, huma.Operation{
		OperationID: "record-prescription", Method: http.MethodPost, Path: "/encounters/{id}/prescription",
		Summary: "Record what became of the prescription", Tags: []string{"after"},
		Metadata: auth.Metadata(auth.PrescriptionRecord), MaxBodyBytes: 16 << 10,
	}, s.postPrescription)
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

package mailing

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"teleconsult/server/auth"
	"teleconsult/server/encounter/view"
	"teleconsult/server/patient/ins"
)

type mailingsOutput struct {
	Cache string `header:"Cache-Control"`
	Body  Mailings
}

type insInput struct {
	ID   string `path:"id" format:"uuid"`
	Body struct {
		Matricule string     `json:"matricule" minLength:"1" maxLength:"40" doc:"15 characters; spaces do not count."`
		Kind      string     `json:"kind,omitempty" enum:"nir,nia" default:"nir"`
		Status    ins.Status `json:"status" enum:"PROV,RECUP,VALI,QUAL" doc:"As the hospital's identity desk says."`
	}
}

type insOutput struct {
	Cache string `header:"Cache-Control"`
	Body  PatientINS
}

type toldInput struct {
	ID        string `path:"id" format:"uuid"`
	MailingID string `path:"mailingId" format:"uuid"`
}

type toldOutput struct{ Body Mailing }

func operation(id, method, path, summary string) huma.Operation {
	return huma.Operation{
		OperationID: id, Method: method, Path: path, Summary: summary, Tags: []string{"after"}, Metadata: auth.Metadata(auth.PrescriptionRecord),
	}
}

// Register adds the operations of mailed documents.
func Register(api huma.API, s *Service) {
	registerSend(api, s)
	huma.Register(api, operation("list-mailings", http.MethodGet, "/encounters/{id}/mailings", "What was mailed after an encounter, and what can be"), s.getMailings)
	huma.Register(api, operation("tell-mailing-password", http.MethodPost, "/encounters/{id}/mailings/{mailingId}/password-told",
		"Record that the password was told by telephone"), s.postTold)
	huma.Register(api, operation("set-patient-ins", http.MethodPut, "/encounters/{id}/ins", "Record the patient's INS as the identity desk knows it"), s.putINS)
}

func (s *Service) getMailings(ctx context.Context, in *view.ByID) (*mailingsOutput, error) {
	caller, err := auth.Require(ctx, auth.PrescriptionRecord)
	if err != nil {
		return nil, err
	}
	all, err := s.Read(ctx, caller, in.ID)
	return &mailingsOutput{Cache: "no-store", Body: all}, err
}

func (s *Service) postTold(ctx context.Context, in *toldInput) (*toldOutput, error) {
	caller, err := auth.Require(ctx, auth.PrescriptionRecord)
	if err != nil {
		return nil, err
	}
	m, err := s.PasswordTold(ctx, caller, in.ID, in.MailingID)
	return &toldOutput{Body: m}, err
}

func (s *Service) putINS(ctx context.Context, in *insInput) (*insOutput, error) {
	caller, err := auth.Require(ctx, auth.PrescriptionRecord)
	if err != nil {
		return nil, err
	}
	i := ins.Identity{Matricule: in.Body.Matricule, OID: ins.NIR, Status: in.Body.Status}
	if in.Body.Kind == "nia" {
		i.OID = ins.NIA
	}
	view, err := s.SetINS(ctx, caller, in.ID, i)
	return &insOutput{Cache: "no-store", Body: view}, err
}

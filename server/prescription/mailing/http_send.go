package mailing

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"reflect"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"teleconsult/server/auth"
	"teleconsult/server/fault"
	"teleconsult/server/prescription/document"
)

// DocumentOrder is the part "order" of the form that mails a document.
type DocumentOrder struct {
	ID              string     `json:"id" format:"uuid" doc:"Chosen by the client: the same order again sends nothing."`
	Channel         Channel    `json:"channel" enum:"mssante,email"`
	Addressee       Addressee  `json:"addressee" enum:"pharmacist,patient"`
	Address         string     `json:"address,omitempty" maxLength:"254" doc:"The pharmacist's, in the MSSanté trust space."`
	Name            string     `json:"name,omitempty" maxLength:"200" doc:"The pharmacy's."`
	RiskAcceptedBy  string     `json:"riskAcceptedBy,omitempty" maxLength:"200" doc:"E-mail: the patient's or the representative's name."`
	RiskAcceptedHow string     `json:"riskAcceptedHow,omitempty" enum:"oral,telephone,written"`
	RiskAcceptedAt  *time.Time `json:"riskAcceptedAt,omitempty" doc:"Now when it is left out."`
}

// DocumentForm is the multipart body that mails a document.
type DocumentForm struct {
	Order DocumentOrder `json:"order"`
	File  string        `json:"file" contentMediaType:"application/pdf" format:"binary"`
}

type sendInput struct {
	ID          string `path:"id" format:"uuid"`
	ContentType string `header:"Content-Type"`
	RawBody     []byte
}

// SentDocument is the answer to who mailed a document.
type SentDocument struct {
	Mailing  Mailing `json:"mailing"`
	Password string  `json:"password,omitempty" doc:"Shown this once, when it has to be told by telephone."`
}

type sentOutput struct {
	Cache string `header:"Cache-Control"`
	Body  SentDocument
}

const (
	// aroundFile is what a form has around its file.
	aroundFile = 64 << 10
	maxOrder   = 8 << 10
)

func registerSend(api huma.API, s *Service) {
	post := operation("mail-document", http.MethodPost, "/encounters/{id}/mailings", "Mail a PDF by MSSanté, or protected by ordinary e-mail")
	post.DefaultStatus = http.StatusCreated
	registry := api.OpenAPI().Components.Schemas
	post.RequestBody = &huma.RequestBody{Content: map[string]*huma.MediaType{
		"multipart/form-data": {Schema: huma.SchemaFromType(registry, reflect.TypeFor[DocumentForm]())},
	}}
	post.MaxBodyBytes = document.MaxBytes + aroundFile
	post.SkipValidateBody = true
	huma.Register(api, post, s.postMailing)
	// Who may not send is told so, whatever they sent: the form is read after that.
	post.RequestBody.Required = false
}

func (s *Service) postMailing(ctx context.Context, in *sendInput) (*sentOutput, error) {
	caller, err := auth.Require(ctx, auth.PrescriptionRecord)
	if err != nil {
		return nil, err
	}
	if err = s.May(ctx, caller, in.ID); err != nil {
		return nil, err
	}
	order, err := orderOf(in)
	if err != nil {
		return nil, err
	}
	handed, err := s.Send(ctx, caller, in.ID, order)
	if err != nil {
		return nil, err
	}
	return &sentOutput{Cache: "no-store", Body: SentDocument(handed)}, nil
}

var errForm = fault.New(fault.KindUnprocessable, "malformed_body", "La demande n’est pas lisible : envoyez un formulaire avec le document.")

// orderOf reads the form; the file stays where the request's body is.
func orderOf(in *sendInput) (o Order, err error) {
	kind, params, err := mime.ParseMediaType(in.ContentType)
	if err != nil || kind != "multipart/form-data" {
		return o, errForm
	}
	var written DocumentOrder
	reader := multipart.NewReader(bytes.NewReader(in.RawBody), params["boundary"])
	for {
		part, err := reader.NextRawPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return o, errForm.Because(err)
		}
		switch part.FormName() {
		case "order":
			if err = json.NewDecoder(io.LimitReader(part, maxOrder)).Decode(&written); err != nil {
				return o, errForm.Because(err)
			}
		case "file":
			if o.Content, err = io.ReadAll(io.LimitReader(part, document.MaxBytes+1)); err != nil {
				return o, errForm.Because(err)
			}
		}
	}
	o.ID, o.Channel, o.Addressee, o.Address, o.Name = written.ID, written.Channel, written.Addressee, written.Address, written.Name
	o.Risk = Risk{AcceptedBy: written.RiskAcceptedBy, How: written.RiskAcceptedHow}
	if written.RiskAcceptedAt != nil {
		o.Risk.At = *written.RiskAcceptedAt
	}
	return o, nil
}

package drop

import (
	"context"
	"io"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"teleconsult/notifications"
	"teleconsult/server/auth"
)

type dropsInput struct {
	ID string `path:"id" format:"uuid"`
}

type dropsOutput struct {
	Body struct {
		Items        []dropView              `json:"items" doc:"The newest first."`
		Channels     []notifications.Channel `json:"channels" enum:"email,sms" doc:"Those that a link can go by; with one alone the password is told by telephone."`
		MaxMegabytes int                     `json:"maxMegabytes"`
	}
}

type createInput struct {
	ID       string                `path:"id" format:"uuid"`
	Link     notifications.Channel `query:"link" enum:"email,sms" doc:"The channel of the link; the first one that there is when it is left out."`
	Password string                `query:"password" enum:"other,telephone" default:"other" doc:"telephone: it is told, though there is another channel."`

	content io.Reader
}

// Resolve implements huma.Resolver: the document is read as it comes.
func (in *createInput) Resolve(ctx huma.Context) []error {
	in.content = ctx.BodyReader()
	return nil
}

// NewDrop is the answer to a document that was taken.
type NewDrop struct {
	ID       string `json:"id" format:"uuid"`
	Password string `json:"password,omitempty" doc:"To be told by telephone. It is given this once and cannot be asked for again."`
}

type createOutput struct {
	Body NewDrop
}

// ByDropID is the input of an operation on one drop.
type ByDropID struct {
	ID     string `path:"id" format:"uuid"`
	DropID string `path:"dropId" format:"uuid"`
}

func operation(id, method, path, summary string, status int) huma.Operation {
	return huma.Operation{
		OperationID: id, Method: method, Path: path, Summary: summary, Tags: []string{"after"},
		Metadata: auth.Metadata(auth.PrescriptionRecord), DefaultStatus: status,
	}
}

// Register adds the operations on drops.
func Register(api huma.API, s *Service) {
	huma.Register(api, operation("list-drops", http.MethodGet, "/encounters/{id}/drops",
		"The documents that wait, or waited, for the patient, with their receipts", http.StatusOK), s.getDrops)
	create := operation("create-drop", http.MethodPost, "/encounters/{id}/drops", "Leave a document for the patient, encrypted", http.StatusCreated)
	create.Description = "The document is the body: PDF, JPEG or PNG, at most 20 MB. It is encrypted as it comes."
	create.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{
		"application/octet-stream": {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}},
	}}
	huma.Register(api, create, s.postDrop)
	for _, c := range []struct {
		id, verb, summary string
		do                func(ctx context.Context, caller auth.Caller, encounterID, dropID string) error
	}{
		{"tell-drop", "tell", "Record that the password was told by telephone", s.Tell},
		{"unlock-drop", "unlock", "Let the patient try again", s.Unlock},
		{"revoke-drop", "revoke", "Take the document back and delete it", s.Revoke},
	} {
		path := "/encounters/{id}/drops/{dropId}/" + c.verb
		huma.Register(api, operation(c.id, http.MethodPost, path, c.summary, http.StatusNoContent), command(c.do))
	}
}

func (s *Service) getDrops(ctx context.Context, in *dropsInput) (*dropsOutput, error) {
	caller, err := auth.Require(ctx, auth.PrescriptionRecord)
	if err != nil {
		return nil, err
	}
	shown, err := s.Show(ctx, caller, in.ID)
	out := &dropsOutput{}
	out.Body.Items = append([]dropView{}, shown.Drops...)
	out.Body.Channels = append([]notifications.Channel{}, shown.Channels...)
	out.Body.MaxMegabytes = MaxBytes >> 20
	return out, err
}

func (s *Service) postDrop(ctx context.Context, in *createInput) (*createOutput, error) {
	caller, err := auth.Require(ctx, auth.PrescriptionRecord)
	if err != nil {
		return nil, err
	}
	created, err := s.Create(ctx, caller, in.ID, Wish{Link: in.Link, Telephone: in.Password == "telephone"}, in.content)
	if err != nil {
		return nil, err
	}
	return &createOutput{Body: NewDrop{ID: created.ID, Password: created.Password}}, nil
}

func command(
	do func(ctx context.Context, caller auth.Caller, encounterID, dropID string) error,
) func(ctx context.Context, in *ByDropID) (*struct{}, error) {
	return func(ctx context.Context, in *ByDropID) (*struct{}, error) {
		caller, err := auth.Require(ctx, auth.PrescriptionRecord)
		if err != nil {
			return nil, err
		}
		return nil, do(ctx, caller, in.ID, in.DropID)
	}
}

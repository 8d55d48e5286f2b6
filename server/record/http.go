package record

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"teleconsult/server/auth"
	"teleconsult/server/encounter/view"
)

// NoteBody is the note of an encounter, ready to be copied.
type NoteBody struct {
	Text               string `json:"text" doc:"Plain text, lines of at most 80 characters."`
	Version            string `json:"version" doc:"Hexadecimal SHA-256 of the text."`
	TransferredVersion string `json:"transferredVersion,omitempty" doc:"What stands in the record; absent when nothing does."`
}

type noteOutput struct {
	Body NoteBody
}

type transferInput struct {
	ID   string `path:"id" format:"uuid"`
	Body struct {
		Version string `json:"version" maxLength:"64" doc:"The version that was copied."`
	}
}

type noticesOutput struct {
	Body struct {
		Items []ShownNotice `json:"items"`
	}
}

// Register adds the operations of the note.
func Register(api huma.API, s *Service) {
	huma.Register(api, huma.Operation{
		OperationID: "get-note", Method: http.MethodGet, Path: "/encounters/{id}/note",
		Summary: "Note for the record", Tags: []string{"after"},
		Metadata: auth.Metadata(auth.EncounterRead),
	}, s.getNote)
	huma.Register(api, huma.Operation{
		OperationID: "transfer-note", Method: http.MethodPost, Path: "/encounters/{id}/record",
		Summary: "Record that the note was put into the record", Tags: []string{"after"},
		Metadata: auth.Metadata(auth.NoteWrite), MaxBodyBytes: 4 << 10,
	}, s.postRecord)
	huma.Register(api, huma.Operation{
		OperationID: "list-notices", Method: http.MethodGet, Path: "/encounters/{id}/notices",
		Summary: "The texts that the patient was shown, as they were", Tags: []string{"after"},
		Metadata: auth.Metadata(auth.EncounterRead),
	}, s.getNotices)
}

func (s *Service) getNote(ctx context.Context, in *view.ByID) (*noteOutput, error) {
	caller, err := auth.Require(ctx, auth.EncounterRead)
	if err != nil {
		return nil, err
	}
	d, err := s.Show(ctx, caller, in.ID)
	if err != nil {
		return nil, err
	}
	return &noteOutput{Body: NoteBody(d)}, nil
}

func (s *Service) postRecord(ctx context.Context, in *transferInput) (*view.Output, error) {
	caller, err := auth.Require(ctx, auth.NoteWrite)
	if err != nil {
		return nil, err
	}
	f, err := s.Transfer(ctx, caller, in.ID, in.Body.Version)
	return view.Answer(s.Encounters, f, caller, err)
}

func (s *Service) getNotices(ctx context.Context, in *view.ByID) (*noticesOutput, error) {
	caller, err := auth.Require(ctx, auth.EncounterRead)
	if err != nil {
		return nil, err
	}
	out := &noticesOutput{}
	out.Body.Items, err = s.Notices(ctx, caller, in.ID)
	return out, err
}

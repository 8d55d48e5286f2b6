package record

import (
	"context"
	"net/http"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"teleconsult/server/auth"
	"teleconsult/server/encounter/view"
)

type noteOutput struct {
	Body NoteBody
}

type writeInput struct {
	ID   string `path:"id" format:"uuid"`
	Body struct {
		Findings      string        `json:"findings" doc:"Paragraphs of plain text, as all three."`
		Conclusion    string        `json:"conclusion"`
		FollowUp      string        `json:"followUp"`
		ReportFollows bool          `json:"reportFollows" doc:"The report is written elsewhere, later."`
		IdentityCheck IdentityCheck `json:"identityCheck,omitempty" enum:"stated,document,known,qualified"`
		Participants  string        `json:"participants" doc:"Others who took part: name, role, where."`
		Revision      int64         `json:"revision" minimum:"0" doc:"The one that this text was made from."`
		Writer        string        `json:"writer" format:"uuid" doc:"The editor's own id, which lets it go on after a lost answer."`
	}
}

type transferInput struct {
	ID   string `path:"id" format:"uuid"`
	Body struct {
		Version string `json:"version" maxLength:"64" doc:"The version that was copied."`
	}
}

type pdfOutput struct {
	ContentType string `header:"Content-Type"`
	Disposition string `header:"Content-Disposition"`
	Cache       string `header:"Cache-Control"`
	Body        []byte
}

type noticesOutput struct {
	Body struct {
		Items []ShownNotice `json:"items"`
	}
}

// maxDraft is the size of a request with three full texts, in letters of four bytes.
const maxDraft = 512 << 10

// Register adds the operations of the note.
func Register(api huma.API, s *Service) {
	operation := func(id, method, path, summary string, permission auth.Permission) huma.Operation {
		return huma.Operation{
			OperationID: id, Method: method, Path: path, Summary: summary, Tags: []string{"after"}, Metadata: auth.Metadata(permission),
			MaxBodyBytes: 4 << 10,
		}
	}
	huma.Register(api, operation("get-note", http.MethodGet, "/encounters/{id}/note",
		"Note for the record, what it is made of, and what the encounter lacks", auth.EncounterRead), s.getNote)
	put := operation("write-note", http.MethodPut, "/encounters/{id}/note", "Save what the practitioner types", auth.NoteWrite)
	put.MaxBodyBytes = maxDraft
	huma.Register(api, put, s.putNote)
	file := operation("print-note", http.MethodGet, "/encounters/{id}/note.pdf", "The note as a PDF", auth.EncounterRead)
	file.Responses = map[string]*huma.Response{"200": {
		Description: "A PDF.", Content: map[string]*huma.MediaType{"application/pdf": {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}},
	}}
	huma.Register(api, file, s.getPDF)
	huma.Register(api, operation("transfer-note", http.MethodPost, "/encounters/{id}/record",
		"Record that the note was put into the record", auth.NoteWrite), s.postRecord)
	huma.Register(api, operation("close-encounter", http.MethodPost, "/encounters/{id}/close",
		"Close an encounter that lacks nothing", auth.NoteWrite), s.postClose)
	huma.Register(api, operation("list-notices", http.MethodGet, "/encounters/{id}/notices",
		"The texts that the patient was shown, as they were", auth.EncounterRead), s.getNotices)
}

func (s *Service) getNote(ctx context.Context, in *view.ByID) (*noteOutput, error) {
	caller, err := auth.Require(ctx, auth.EncounterRead)
	if err != nil {
		return nil, err
	}
	p, err := s.Show(ctx, caller, in.ID)
	return s.noteOf(p, err)
}

func (s *Service) putNote(ctx context.Context, in *writeInput) (*noteOutput, error) {
	caller, err := auth.Require(ctx, auth.NoteWrite)
	if err != nil {
		return nil, err
	}
	b := in.Body
	p, err := s.Write(ctx, caller, in.ID, WriteInput{
		Report: Report{
			Findings: b.Findings, Conclusion: b.Conclusion, FollowUp: b.FollowUp, Follows: b.ReportFollows, Identity: b.IdentityCheck,
			Participants: b.Participants,
		},
		Revision: b.Revision, Writer: b.Writer,
	})
	return s.noteOf(p, err)
}

func (s *Service) noteOf(p Pages, err error) (*noteOutput, error) {
	if err != nil {
		return nil, err
	}
	return &noteOutput{Body: s.view(p)}, nil
}

func (s *Service) getPDF(ctx context.Context, in *view.ByID) (*pdfOutput, error) {
	caller, err := auth.Require(ctx, auth.EncounterRead)
	if err != nil {
		return nil, err
	}
	content, number, err := s.Print(ctx, caller, in.ID)
	if err != nil {
		return nil, err
	}
	return &pdfOutput{
		ContentType: "application/pdf", Cache: "no-store", Body: content,
		Disposition: `attachment; filename="compte-rendu-v` + strconv.Itoa(number) + `.pdf"`,
	}, nil
}

func (s *Service) postRecord(ctx context.Context, in *transferInput) (*view.Output, error) {
	caller, err := auth.Require(ctx, auth.NoteWrite)
	if err != nil {
		return nil, err
	}
	f, err := s.Transfer(ctx, caller, in.ID, in.Body.Version)
	return view.Answer(s.Encounters, f, caller, err)
}

func (s *Service) postClose(ctx context.Context, in *view.ByID) (*view.Output, error) {
	caller, err := auth.Require(ctx, auth.NoteWrite)
	if err != nil {
		return nil, err
	}
	f, err := s.Close(ctx, caller, in.ID)
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

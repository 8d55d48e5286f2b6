package export

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"teleconsult/server/auth"
	"teleconsult/server/spreadsheet"
)

// CodingExport is a numbered batch for the activity software.
type CodingExport struct {
	ID          string    `json:"id" format:"uuid"`
	Number      int64     `json:"number" doc:"1, 2, … within the department, without holes."`
	Until       string    `json:"until" format:"date" doc:"Last day of its acts."`
	Acts        int       `json:"acts"`
	Corrections int       `json:"corrections" doc:"Of the acts: those that an earlier batch had taken."`
	Target      string    `json:"target" example:"Gilda"`
	CreatedBy   string    `json:"createdBy"`
	CreatedAt   time.Time `json:"createdAt"`
}

type exportsInput struct {
	DepartmentID string `query:"departmentId" required:"true" format:"uuid"`
	Cursor       int64  `query:"cursor" minimum:"1" doc:"Number after which the next page begins."`
}

type exportsOutput struct {
	Body struct {
		Items   []CodingExport `json:"items" doc:"The newest first."`
		Waiting int            `json:"waiting" doc:"Acts that the next batch would take."`
		Next    string         `json:"next,omitempty"`
	}
}

type makeExportInput struct {
	Body struct {
		DepartmentID string `json:"departmentId" format:"uuid"`
		Until        string `json:"until" format:"date" doc:"Local day, included."`
	}
}

type exportOutput struct {
	Location string `header:"Location"`
	Body     CodingExport
}

type exportFileInput struct {
	ExportID string `path:"exportId" format:"uuid"`
	Format   string `query:"format" enum:"csv,xlsx" default:"csv"`
}

// Register adds the operations on the exports.
func Register(api huma.API, s *Service) {
	operation := func(id, method, path, summary string, status int) huma.Operation {
		return huma.Operation{
			OperationID: id, Method: method, Path: path, Summary: summary, Tags: []string{"after"}, Metadata: auth.Metadata(auth.ActCode),
			DefaultStatus: status,
		}
	}
	huma.Register(api, operation("list-coding-exports", http.MethodGet, "/coding-exports", "A department's batches for the activity software", http.StatusOK), s.get)
	huma.Register(api, operation("make-coding-export", http.MethodPost, "/coding-exports", "Export the acts that no batch has taken", http.StatusCreated), s.post)
	download := operation("download-coding-export", http.MethodGet, "/coding-exports/{exportId}/file", "A batch as it was first made", http.StatusOK)
	huma.Register(api, spreadsheet.AsFile(download), s.getFile)
}

func (s *Service) get(ctx context.Context, in *exportsInput) (*exportsOutput, error) {
	caller, err := auth.RequireIn(ctx, in.DepartmentID, auth.ActCode)
	if err != nil {
		return nil, err
	}
	found, waiting, err := s.List(ctx, caller, in.DepartmentID, in.Cursor)
	if err != nil {
		return nil, err
	}
	out := &exportsOutput{}
	out.Body.Items, out.Body.Waiting = make([]CodingExport, 0, len(found)), waiting
	for i, b := range found {
		if i == listed {
			out.Body.Next = fmt.Sprint(found[listed-1].Number)
			break
		}
		out.Body.Items = append(out.Body.Items, b.view())
	}
	return out, nil
}

func (s *Service) post(ctx context.Context, in *makeExportInput) (*exportOutput, error) {
	caller, err := auth.RequireIn(ctx, in.Body.DepartmentID, auth.ActCode)
	if err != nil {
		return nil, err
	}
	until, err := time.Parse(time.DateOnly, in.Body.Until)
	if err != nil { // huma has checked the form
		return nil, err
	}
	b, err := s.Make(ctx, caller, in.Body.DepartmentID, until)
	if err != nil {
		return nil, err
	}
	return &exportOutput{Location: "/api/v1/coding-exports/" + b.ID + "/file", Body: b.view()}, nil
}

func (s *Service) getFile(ctx context.Context, in *exportFileInput) (*spreadsheet.Download, error) {
	caller, err := auth.Require(ctx, auth.ActCode)
	if err != nil {
		return nil, err
	}
	number, content, err := s.Fetch(ctx, caller, in.ExportID, in.Format)
	if err != nil {
		return nil, err
	}
	return spreadsheet.NewDownload(fmt.Sprintf("codage-lot-%d", number), in.Format, content), nil
}

func (b Batch) view() CodingExport {
	return CodingExport{
		ID: b.ID, Number: b.Number, Until: b.Until.Format(time.DateOnly), Acts: b.Acts, Corrections: b.Corrections, Target: b.Target,
		CreatedBy: b.CreatedBy, CreatedAt: b.CreatedAt.UTC(),
	}
}

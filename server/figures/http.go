package figures

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"teleconsult/server/auth"
)

// FigureQuery is what is asked for; huma reads only exported fields, also of what is embedded.
type FigureQuery struct {
	DepartmentID   string `query:"departmentId" required:"true" format:"uuid"`
	From           string `query:"from" required:"true" format:"date" doc:"Local day; its whole week is counted."`
	To             string `query:"to" required:"true" format:"date" doc:"Local day, included; its whole week is counted."`
	PractitionerID string `query:"practitionerId" format:"uuid" doc:"The whole department when it is left out."`
}

func (in FigureQuery) query() Query {
	return Query(in)
}

type figuresOutput struct {
	Body Figures
}

type exportInput struct {
	FigureQuery
	Format string `query:"format" enum:"csv,xlsx" default:"csv"`
}

type exportOutput struct {
	ContentType string `header:"Content-Type"`
	Disposition string `header:"Content-Disposition"`
	Cache       string `header:"Cache-Control"`
	Body        []byte
}

// Register adds the operations of the figures.
func Register(api huma.API, s *Service) {
	operation := func(id, path, summary string) huma.Operation {
		return huma.Operation{
			OperationID: id, Method: http.MethodGet, Path: path, Summary: summary, Tags: []string{"figures"},
			Metadata: auth.Metadata(auth.FiguresRead), DefaultStatus: http.StatusOK,
		}
	}
	huma.Register(api, operation("get-figures", "/figures", "A department's figures by week"), s.getFigures)
	export := operation("export-figures", "/figures/export", "A department's figures by week and practitioner, as a file")
	content := &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}
	export.Responses = map[string]*huma.Response{"200": {
		Description: "A file.", Content: map[string]*huma.MediaType{contentTypes[formatCSV]: content, contentTypes[formatXLSX]: content},
	}}
	huma.Register(api, export, s.getExport)
}

func (s *Service) getFigures(ctx context.Context, in *FigureQuery) (*figuresOutput, error) {
	caller, err := auth.RequireIn(ctx, in.DepartmentID, auth.FiguresRead)
	if err != nil {
		return nil, err
	}
	f, err := s.Read(ctx, caller, in.query())
	return &figuresOutput{Body: f}, err
}

func (s *Service) getExport(ctx context.Context, in *exportInput) (*exportOutput, error) {
	caller, err := auth.RequireIn(ctx, in.DepartmentID, auth.FiguresRead)
	if err != nil {
		return nil, err
	}
	file, err := s.Export(ctx, caller, in.query(), in.Format)
	return &exportOutput{
		ContentType: contentTypes[in.Format], Disposition: `attachment; filename="` + file.Name + `"`, Cache: "no-store", Body: file.Content,
	}, err
}

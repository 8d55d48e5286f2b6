package worklist

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"teleconsult/server/auth"
	"teleconsult/server/encounter/view"
)

type dayInput struct {
	DepartmentID   string `query:"departmentId" required:"true" format:"uuid"`
	Date           string `query:"date" format:"date" doc:"Today when it is left out."`
	PractitionerID string `query:"practitionerId" format:"uuid"`
	Cursor         string `query:"cursor" maxLength:"200"`
}

type missingInput struct {
	DepartmentID string `query:"departmentId" format:"uuid"`
	Mine         bool   `query:"mine"`
	// PractitionerID keeps the consultations of one practitioner.
	PractitionerID string `query:"practitionerId" format:"uuid"`
	Cursor         string `query:"cursor" maxLength:"200"`
}

type pageOutput struct {
	Body Page
}

type historyOutput struct {
	Body struct {
		Items []HistoryEntry `json:"items"`
	}
}

// Register adds the operations of the worklists and of an encounter's history.
func Register(api huma.API, s *Service) {
	operation := func(id, path, summary string, p auth.Permission) huma.Operation {
		return huma.Operation{
			OperationID: id, Method: http.MethodGet, Path: path, Summary: summary, Tags: []string{"encounters"},
			Metadata: auth.Metadata(p), DefaultStatus: http.StatusOK,
		}
	}
	huma.Register(api, operation("get-history", "/encounters/{id}/history", "Who did or saw what", auth.TraceRead), s.getHistory)
	huma.Register(api, operation("list-day", "/worklists/day", "A department's day", auth.EncounterRead), s.getDay)
	huma.Register(api, operation("list-missing", "/worklists/missing", "What is missing", auth.EncounterRead), s.getMissing)
}

func (s *Service) getHistory(ctx context.Context, in *view.ByID) (*historyOutput, error) {
	caller, err := auth.Require(ctx, auth.TraceRead)
	if err != nil {
		return nil, err
	}
	entries, err := s.History(ctx, caller, in.ID)
	if err != nil {
		return nil, err
	}
	out := &historyOutput{}
	out.Body.Items = entries
	return out, nil
}

func (s *Service) getDay(ctx context.Context, in *dayInput) (*pageOutput, error) {
	caller, err := auth.Require(ctx, auth.EncounterRead)
	if err != nil {
		return nil, err
	}
	page, err := s.Day(ctx, caller, DayQuery{
		DepartmentID: in.DepartmentID, Date: in.Date, PractitionerID: in.PractitionerID, Cursor: in.Cursor,
	})
	return &pageOutput{Body: page}, err
}

func (s *Service) getMissing(ctx context.Context, in *missingInput) (*pageOutput, error) {
	caller, err := auth.Require(ctx, auth.EncounterRead)
	if err != nil {
		return nil, err
	}
	page, err := s.Missing(ctx, caller, MissingQuery{
		DepartmentID: in.DepartmentID, Mine: in.Mine, PractitionerID: in.PractitionerID, Cursor: in.Cursor,
	})
	return &pageOutput{Body: page}, err
}

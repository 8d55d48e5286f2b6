// Package desk is the HTTP of lists. The use cases are those of the rooms above.
package desk

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"teleconsult/server/auth"
	"teleconsult/server/fault"
	"teleconsult/server/invitation"
	"teleconsult/server/invitation/batch"
	"teleconsult/server/invitation/column"
	"teleconsult/server/invitation/intake"
	"teleconsult/server/invitation/review"
)

// service has the operations as methods.
type service struct{ *intake.Service }

// BatchByID is the input of an operation on a list without a body.
type BatchByID struct {
	ID string `path:"id" format:"uuid"`
}

type headOutput struct {
	Body invitation.BatchHead
}

type batchInput struct {
	BatchByID
	Cursor string `query:"cursor" maxLength:"200"`
	Rows   string `query:"rows" enum:"all,none" default:"all" doc:"none: the summary alone."`
}

type batchOutput struct {
	Body invitation.Batch
}

type batchesInput struct {
	DepartmentID string `query:"departmentId" required:"true" format:"uuid"`
}

// BatchLimits are what a list may have.
type BatchLimits struct {
	Rows      int `json:"rows"`
	Megabytes int `json:"megabytes"`
}

type batchesOutput struct {
	Body struct {
		Items  []batch.BatchListed `json:"items" doc:"The newest 50, drafts first."`
		Limits BatchLimits         `json:"limits"`
	}
}

type candidatesInput struct {
	DepartmentID string `query:"departmentId" required:"true" format:"uuid"`
	From         string `query:"from" required:"true" format:"date" doc:"Local day."`
	To           string `query:"to" required:"true" format:"date" doc:"Local day, included."`
}

type candidatesOutput struct {
	Body struct {
		Items []intake.Candidate `json:"items"`
	}
}

type adjustInput struct {
	BatchByID
	Body struct {
		Defaults *review.BatchDefaults `json:"defaults,omitempty"`
		Columns  []struct {
			Index int          `json:"index"`
			Field column.Field `json:"field,omitempty" doc:"What the column holds; nothing when it is left out."`
		} `json:"columns,omitempty" maxItems:"100"`
		LeaveOut string `json:"leaveOut,omitempty" enum:"errors" doc:"Leaves the rows with errors out."`
	}
}

type correctInput struct {
	BatchByID
	Row  int `path:"row" minimum:"1"`
	Body struct {
		Values   map[column.Field]string `json:"values,omitempty"`
		LeftOut  *bool                   `json:"leftOut,omitempty"`
		Accepted *[]string               `json:"accepted,omitempty" maxItems:"30" doc:"Codes of all problems that a person overrules in this row."`
	}
}

type correctOutput struct {
	Body invitation.Corrected
}

type linksInput struct {
	BatchByID
	Body struct {
		Text string `json:"text" minLength:"1" doc:"Meeting invitations, one after the other."`
	}
}

type linksOutput struct {
	Body struct {
		Attached  int                `json:"attached"`
		Unmatched []intake.Unmatched `json:"unmatched"`
	}
}

type sendInput struct {
	BatchByID
	Body struct {
		Revision int64  `json:"revision" doc:"What was looked at."`
		At       string `json:"at,omitempty" maxLength:"16" doc:"YYYY-MM-DDTHH:MM, local to the department; at once when it is left out."`
	}
}

type againInput struct {
	BatchByID
	Body struct {
		Who string `json:"who" enum:"unanswered,failed"`
	}
}

type createdOutput struct {
	Location string `header:"Location"`
	Body     struct {
		ID string `json:"id" format:"uuid"`
	}
}

func created(id string) *createdOutput {
	out := &createdOutput{Location: "/api/v1/batches/" + id}
	out.Body.ID = id
	return out
}

func operation(id, method, path, summary string, status int) huma.Operation {
	return huma.Operation{
		OperationID: id, Method: method, Path: path, Summary: summary, Tags: []string{"batches"}, Metadata: auth.Metadata(auth.MessageSend),
		DefaultStatus: status,
	}
}

// Register adds the operations on lists.
func Register(api huma.API, i *intake.Service) {
	s := service{i}
	registerFiles(api, s) // before {id}: "model" is none
	huma.Register(api, operation("list-batches", http.MethodGet, "/batches", "The department's lists", http.StatusOK), s.getBatches)
	huma.Register(api, operation("list-candidates", http.MethodGet, "/batches/candidates", "Who is planned and not invited", http.StatusOK), s.getCandidates)
	huma.Register(api, operation("get-batch", http.MethodGet, "/batches/{id}", "A list with its rows, 500 a page", http.StatusOK), s.getBatch)
	adjust := operation("adjust-batch", http.MethodPatch, "/batches/{id}", "Change what holds for the whole list", http.StatusOK)
	huma.Register(api, adjust, s.patchBatch)
	huma.Register(api, operation("discard-batch", http.MethodDelete, "/batches/{id}", "Discard a draft", http.StatusNoContent), s.Delete)
	links := operation("paste-links", http.MethodPost, "/batches/{id}/links", "Give pasted invitations to the rows at their hours", http.StatusOK)
	links.MaxBodyBytes = maxText
	huma.Register(api, links, s.postLinks)
	huma.Register(api, operation("correct-row", http.MethodPatch, "/batches/{id}/rows/{row}", "Correct a row", http.StatusOK), s.patchRow)
	huma.Register(api, operation("send-batch", http.MethodPost, "/batches/{id}/send", "Confirm what was looked at", http.StatusOK), s.postSend)
	huma.Register(api, operation("pause-batch", http.MethodPost, "/batches/{id}/pause", "Hold back what has not left", http.StatusOK), s.step(s.Pause))
	huma.Register(api, operation("resume-batch", http.MethodPost, "/batches/{id}/resume", "Let go what was paused", http.StatusOK), s.step(s.Resume))
	huma.Register(api, operation("cancel-batch", http.MethodPost, "/batches/{id}/cancel", "Take back what has not left", http.StatusOK), s.step(s.Cancel))
	huma.Register(api, operation("repeat-batch", http.MethodPost, "/batches/{id}/again", "A draft with those who did not answer", http.StatusCreated), s.postAgain)
}

// require returns the caller, who may plan and send in a department.
func require(ctx context.Context, departmentID string) (auth.Caller, error) {
	if _, err := auth.RequireIn(ctx, departmentID, auth.EncounterSchedule); err != nil {
		return auth.Caller{}, err
	}
	return auth.RequireIn(ctx, departmentID, auth.MessageSend)
}

func (s service) getBatches(ctx context.Context, in *batchesInput) (*batchesOutput, error) {
	caller, err := require(ctx, in.DepartmentID)
	if err != nil {
		return nil, err
	}
	out := &batchesOutput{}
	out.Body.Limits = BatchLimits{Rows: s.Limits.Rows, Megabytes: int(s.Limits.Bytes >> 20)}
	out.Body.Items, err = s.Lists(ctx, caller, in.DepartmentID)
	return out, err
}

func (s service) getCandidates(ctx context.Context, in *candidatesInput) (*candidatesOutput, error) {
	caller, err := require(ctx, in.DepartmentID)
	if err != nil {
		return nil, err
	}
	out := &candidatesOutput{}
	out.Body.Items, err = s.Candidates(ctx, caller, in.DepartmentID, in.From, in.To)
	return out, err
}

func (s service) getBatch(ctx context.Context, in *batchInput) (*batchOutput, error) {
	caller, err := auth.Require(ctx, auth.MessageSend)
	if err != nil {
		return nil, err
	}
	page, err := s.Get(ctx, caller, in.ID, in.Cursor, in.Rows != "none")
	return &batchOutput{Body: page}, err
}

func (s service) patchBatch(ctx context.Context, in *adjustInput) (*headOutput, error) {
	caller, err := auth.Require(ctx, auth.MessageSend)
	if err != nil {
		return nil, err
	}
	a := invitation.Adjustment{Defaults: in.Body.Defaults, LeaveErrorsOut: in.Body.LeaveOut == "errors"}
	for _, c := range in.Body.Columns {
		a.Columns = append(a.Columns, batch.SheetColumn{Index: c.Index, Field: c.Field})
	}
	head, err := s.Adjust(ctx, caller, in.ID, a)
	return &headOutput{Body: head}, err
}

func (s service) Delete(ctx context.Context, in *BatchByID) (*struct{}, error) {
	caller, err := auth.Require(ctx, auth.MessageSend)
	if err != nil {
		return nil, err
	}
	return nil, s.Discard(ctx, caller, in.ID)
}

func (s service) postLinks(ctx context.Context, in *linksInput) (*linksOutput, error) {
	caller, err := auth.Require(ctx, auth.MessageSend)
	if err != nil {
		return nil, err
	}
	out := &linksOutput{}
	out.Body.Attached, out.Body.Unmatched, err = s.Links(ctx, caller, in.ID, in.Body.Text)
	return out, err
}

func (s service) patchRow(ctx context.Context, in *correctInput) (*correctOutput, error) {
	caller, err := auth.Require(ctx, auth.MessageSend)
	if err != nil {
		return nil, err
	}
	if in.Body.Values == nil && in.Body.LeftOut == nil && in.Body.Accepted == nil {
		return nil, fault.Invalid(fault.Violation{Field: "values", Code: "required", Message: "Dites ce qui change."})
	}
	corrected, err := s.Correct(ctx, caller, in.ID, in.Row, invitation.Correction{
		Values: in.Body.Values, LeftOut: in.Body.LeftOut, Accepted: in.Body.Accepted,
	})
	return &correctOutput{Body: corrected}, err
}

func (s service) postSend(ctx context.Context, in *sendInput) (*headOutput, error) {
	caller, err := auth.Require(ctx, auth.MessageSend)
	if err != nil {
		return nil, err
	}
	head, err := s.Send(ctx, caller, in.ID, in.Body.Revision, in.Body.At)
	return &headOutput{Body: head}, err
}

// step is an operation that moves a list to another state.
func (s service) step(
	do func(ctx context.Context, caller auth.Caller, id string) (invitation.BatchHead, error),
) func(ctx context.Context, in *BatchByID) (*headOutput, error) {
	return func(ctx context.Context, in *BatchByID) (*headOutput, error) {
		caller, err := auth.Require(ctx, auth.MessageSend)
		if err != nil {
			return nil, err
		}
		head, err := do(ctx, caller, in.ID)
		return &headOutput{Body: head}, err
	}
}

func (s service) postAgain(ctx context.Context, in *againInput) (*createdOutput, error) {
	caller, err := auth.Require(ctx, auth.MessageSend)
	if err != nil {
		return nil, err
	}
	id, err := s.Again(ctx, caller, in.ID, in.Body.Who)
	if err != nil {
		return nil, err
	}
	return created(id), nil
}

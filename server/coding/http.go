package coding

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"teleconsult/server/auth"
	"teleconsult/server/encounter/view"
)

type codesInput struct {
	EncounterID string `query:"encounterId" required:"true" format:"uuid"`
}

// ActivityCode is a code that may be used for an encounter.
type ActivityCode struct {
	ID          string `json:"id" format:"uuid"`
	Code        string `json:"code"`
	Label       string `json:"label"`
	AmountCents *int64 `json:"amountCents,omitempty" doc:"Euro cents; absent where it depends on the speciality."`
	ValidFrom   string `json:"validFrom" format:"date"`
	ValidTo     string `json:"validTo,omitempty" format:"date" doc:"Last day; absent while the code is valid."`
	Confirmed   bool   `json:"confirmed" doc:"Whether the hospital has confirmed the row."`
	Proposed    bool   `json:"proposed" doc:"True for exactly one of the codes for an encounter."`
}

// ActivityCodes are the codes that may be used for an encounter, possibly none.
type ActivityCodes struct {
	Items       []ActivityCode `json:"items"`
	Why         string         `json:"why,omitempty" doc:"What the proposal rests on, in French."`
	Flags       []Flag         `json:"flags" doc:"What a person has to look at first."`
	Explanation string         `json:"explanation,omitempty" doc:"Why there is no code to choose, in French."`
}

type codesOutput struct {
	Body ActivityCodes
}

type codingInput struct {
	ID   string `path:"id" format:"uuid"`
	Body struct {
		State          State  `json:"state" enum:"coded,not-billable,refused,reopened"`
		ActivityCodeID string `json:"activityCodeId,omitempty" format:"uuid" doc:"Needed when coded."`
		ReasonCode     string `json:"reasonCode,omitempty" maxLength:"40" doc:"Needed unless coded; other when it is left out."`
		Reason         string `json:"reason,omitempty" maxLength:"500" doc:"Needed when the reason is another one. Never leaves with an export."`
		Seen           State  `json:"seen,omitempty" enum:"to-code,coded,not-billable,refused" doc:"The state that was decided on: 409 when it has changed."`
	}
}

// Register adds the operations of the coding.
func Register(api huma.API, s *Service) {
	huma.Register(api, huma.Operation{
		OperationID: "list-activity-codes", Method: http.MethodGet, Path: "/activity-codes",
		Summary: "Codes that may be used for an encounter", Tags: []string{"after"},
		Metadata: auth.Metadata(auth.ActCode),
	}, s.getCodes)
	huma.Register(api, huma.Operation{
		OperationID: "record-coding", Method: http.MethodPost, Path: "/encounters/{id}/coding",
		Summary: "Record how the act was coded, or why it is not billed", Tags: []string{"after"},
		Metadata: auth.Metadata(auth.ActCode), MaxBodyBytes: 16 << 10,
	}, s.postCoding)
	huma.Register(api, huma.Operation{
		OperationID: "undo-coding", Method: http.MethodPost, Path: "/encounters/{id}/coding/undo",
		Summary: "Take back one's own last entry, within a quarter of an hour", Tags: []string{"after"},
		Metadata: auth.Metadata(auth.ActCode),
	}, s.postUndo)
}

func (s *Service) getCodes(ctx context.Context, in *codesInput) (*codesOutput, error) {
	caller, err := auth.Require(ctx, auth.ActCode)
	if err != nil {
		return nil, err
	}
	offer, err := s.Codes(ctx, caller, in.EncounterID)
	if err != nil {
		return nil, err
	}
	out := &codesOutput{Body: ActivityCodes{
		Items: make([]ActivityCode, 0, len(offer.Choices)), Why: offer.Why, Flags: append([]Flag{}, offer.Flags...), Explanation: offer.Explanation,
	}}
	for _, c := range offer.Choices {
		out.Body.Items = append(out.Body.Items, c.View())
	}
	return out, nil
}

// View is the code as the API answers it.
func (c Choice) View() ActivityCode {
	return ActivityCode{
		ID: c.ID, Code: c.Code.Code, Label: c.Label, AmountCents: c.AmountCents, ValidFrom: c.ValidFrom.Format(time.DateOnly),
		ValidTo: lastDay(c.ValidTo), Confirmed: c.ConfirmedBy != "", Proposed: c.Proposed,
	}
}

func (s *Service) postCoding(ctx context.Context, in *codingInput) (*view.Output, error) {
	caller, err := auth.Require(ctx, auth.ActCode)
	if err != nil {
		return nil, err
	}
	b := in.Body
	f, err := s.Code(ctx, caller, in.ID, Input{
		State: b.State, ActivityCodeID: b.ActivityCodeID, ReasonCode: b.ReasonCode, Reason: b.Reason, Seen: b.Seen,
	})
	return view.Answer(s.Encounters, f, caller, err)
}

func (s *Service) postUndo(ctx context.Context, in *view.ByID) (*view.Output, error) {
	caller, err := auth.Require(ctx, auth.ActCode)
	if err != nil {
		return nil, err
	}
	f, err := s.Undo(ctx, caller, in.ID)
	return view.Answer(s.Encounters, f, caller, err)
}

func lastDay(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.DateOnly)
}

package directory

import (
	"context"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"teleconsult/server/auth"
)

type pharmaciesInput struct {
	PostalCode string `query:"postalCode" required:"true" pattern:"^[0-9]{5}$" example:"75013"`
	Name       string `query:"name" maxLength:"100" doc:"A part of the pharmacy's name."`
}

type pharmaciesOutput struct {
	Cache string `header:"Cache-Control"`
	Body  struct {
		Items []Pharmacy `json:"items" doc:"Those with a mailbox in the MSSanté trust space, 200 at the most."`
	}
}

// Register adds the look-up of pharmacies. Its question holds nothing about a patient.
func Register(api huma.API, c *Client) {
	huma.Register(api, huma.Operation{
		OperationID: "list-pharmacies", Method: http.MethodGet, Path: "/pharmacies",
		Summary: "Pharmacies that can be written to securely, from the national directory", Tags: []string{"after"},
		Metadata: auth.Metadata(auth.PrescriptionRecord),
	}, func(ctx context.Context, in *pharmaciesInput) (*pharmaciesOutput, error) {
		if _, err := auth.Require(ctx, auth.PrescriptionRecord); err != nil {
			return nil, err
		}
		found, err := c.Pharmacies(ctx, Search{PostalCode: in.PostalCode, Name: strings.TrimSpace(in.Name)})
		if err != nil {
			return nil, err
		}
		out := &pharmaciesOutput{Cache: "no-store"}
		out.Body.Items = found
		return out, nil
	})
}

package web

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"

	"teleconsult/server/auth"
	"teleconsult/server/fault"
	"teleconsult/server/problem"
)

// apiConfig is huma's configuration: OpenAPI 3.1, JSON only, no documentation pages (they load foreign scripts).
func apiConfig(version string) huma.Config {
	c := huma.DefaultConfig("Téléconsult", version)
	c.Info.Description = "The API behind the staff application. Errors are RFC 9457 problems with a stable `code`."
	c.Servers = []*huma.Server{{URL: apiPrefix}}
	c.OpenAPIPath, c.DocsPath, c.SchemasPath = "", "", ""
	// The hook would add a $schema property and a Link header to every answer.
	c.CreateHooks = nil
	c.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"session": {Type: "apiKey", In: "cookie", Name: "session", Description: "`__Host-session` over TLS."},
	}
	c.OnAddOperation = append(c.OnAddOperation, describeOperation)
	return c
}

// describeOperation writes into the description what the middleware does for every operation.
func describeOperation(_ *huma.OpenAPI, op *huma.Operation) {
	p, ok := permissionOf(op)
	if !ok {
		return
	}
	if p != auth.Public {
		op.Security = []map[string][]string{{"session": {}}}
		op.Extensions = map[string]any{"x-permission": string(p)}
	}
	if isSafe(op.Method) {
		return
	}
	op.Parameters = append(op.Parameters, &huma.Param{
		Name: auth.CSRFHeader, In: "header", Required: true,
		Schema: &huma.Schema{Type: huma.TypeString, Enum: []any{auth.CSRFValue}},
	})
	if p != auth.Public && !takesStream(op) {
		op.Parameters = append(op.Parameters, &huma.Param{
			Name: keyHeader, In: "header",
			Description: "8 to 100 characters that the client made up; the same request sent again is answered again and not done again.",
			Schema:      &huma.Schema{Type: huma.TypeString},
		})
	}
}

func permissionOf(op *huma.Operation) (auth.Permission, bool) {
	p, ok := op.Metadata[auth.MetadataKey].(auth.Permission)
	return p, ok && p != ""
}

// authorise refuses whoever may do the operation nowhere, and every operation that does not say who may.
func (s *Server) authorise(ctx huma.Context, next func(huma.Context)) {
	p, ok := permissionOf(ctx.Operation())
	if !ok {
		problem.Write(s.api, ctx, fault.New(fault.KindForbidden, "forbidden", "Vous n’avez pas le droit de faire cela.").
			Because(fmt.Errorf("operation %s names no permission", ctx.Operation().OperationID)))
		return
	}
	if _, err := auth.Require(ctx.Context(), p); err != nil {
		problem.Write(s.api, ctx, err)
		return
	}
	next(ctx)
}

// everyOperationHasPermission finds a forgotten permission at the start instead of at the first request.
func everyOperationHasPermission(api *huma.OpenAPI) error {
	var missing []string
	for path, item := range api.Paths {
		for _, op := range []*huma.Operation{item.Get, item.Put, item.Post, item.Patch, item.Delete, item.Head, item.Options, item.Trace} {
			if op == nil {
				continue
			}
			if _, ok := permissionOf(op); !ok {
				missing = append(missing, op.Method+" "+path)
			}
		}
	}
	if len(missing) == 0 {
		return nil
	}
	slices.Sort(missing)
	return fmt.Errorf("operations without a permission: %s", strings.Join(missing, ", "))
}

func describe(api *huma.OpenAPI) ([]byte, error) {
	raw, err := json.Marshal(api)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	if err = json.Indent(&out, raw, "", "  "); err != nil {
		return nil, err
	}
	out.WriteByte('\n')
	return out.Bytes(), nil
}

func (s *Server) getOpenAPI(c *fiber.Ctx) error {
	c.Set(fiber.HeaderContentType, "application/openapi+json")
	c.Set(fiber.HeaderCacheControl, "no-cache")
	return c.Send(s.openapi)
}

func isSafe(method string) bool {
	return method == fiber.MethodGet || method == fiber.MethodHead || method == fiber.MethodOptions
}

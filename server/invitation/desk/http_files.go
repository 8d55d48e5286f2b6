package desk

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"reflect"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"

	"teleconsult/server/auth"
	"teleconsult/server/fault"
	"teleconsult/server/invitation/intake"
	"teleconsult/server/spreadsheet"
)

const (
	// maxText is the size of a request with pasted text.
	maxText = 4 << 20
	// aroundFile is what a multipart body has around its file.
	aroundFile = 64 << 10
)

// createInput takes two kinds of body, which huma does not know how to tell apart; what it would check is checked here.
type createInput struct {
	ContentType string `header:"Content-Type"`
	RawBody     []byte
}

// BatchSource is the JSON body that makes a list.
type BatchSource struct {
	DepartmentID string   `json:"departmentId" format:"uuid"`
	Text         string   `json:"text,omitempty" doc:"Rows of a spreadsheet, or meeting invitations one after the other."`
	EncounterIDs []string `json:"encounterIds,omitempty" doc:"Planned encounters whose patients are to be invited."`
}

// BatchFile is the multipart body that makes a list.
type BatchFile struct {
	DepartmentID string `json:"departmentId" format:"uuid"`
	File         string `json:"file" contentMediaType:"application/octet-stream" format:"binary" doc:"CSV or XLSX."`
}

type formatInput struct {
	Format string `query:"format" enum:"csv,xlsx" default:"csv"`
}

type resultInput struct {
	BatchByID
	Format string `query:"format" enum:"csv,xlsx" default:"csv"`
}

func registerFiles(api huma.API, s service) {
	post := operation("create-batch", http.MethodPost, "/batches", "A draft out of a file, pasted text or planned encounters", http.StatusCreated)
	registry := api.OpenAPI().Components.Schemas
	post.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{
		"multipart/form-data": {Schema: huma.SchemaFromType(registry, typeOf[BatchFile]())},
		"application/json":    {Schema: huma.SchemaFromType(registry, typeOf[BatchSource]())},
	}}
	post.MaxBodyBytes = max(s.Limits.Bytes+aroundFile, maxText)
	post.SkipValidateBody = true
	huma.Register(api, post, s.postBatch)
	model := operation("get-batch-model", http.MethodGet, "/batches/model", "An empty file with the headers that are recognised", http.StatusOK)
	huma.Register(api, spreadsheet.AsFile(model), s.getModel)
	result := operation("download-batch", http.MethodGet, "/batches/{id}/result", "What became of every row", http.StatusOK)
	huma.Register(api, spreadsheet.AsFile(result), s.getResult)
}

func (s service) postBatch(ctx context.Context, in *createInput) (*createdOutput, error) {
	if _, err := auth.Require(ctx, auth.MessageSend); err != nil {
		return nil, err
	}
	departmentID, from, err := s.source(in)
	if err != nil {
		return nil, err
	}
	if uuid.Validate(departmentID) != nil {
		return nil, fault.Invalid(fault.Violation{Field: "departmentId", Code: "invalid_id", Message: "Cet identifiant n’est pas valable."})
	}
	caller, err := require(ctx, departmentID)
	if err != nil {
		return nil, err
	}
	id, err := s.Create(ctx, caller, departmentID, from)
	if err != nil {
		return nil, err
	}
	return created(id), nil
}

var errBody = fault.New(fault.KindUnprocessable, "malformed_body", "La demande n’est pas lisible : envoyez un fichier, ou du texte.")

// source reads the body by its kind.
func (s service) source(in *createInput) (departmentID string, from intake.Source, err error) {
	kind, params, err := mime.ParseMediaType(in.ContentType)
	switch {
	case err == nil && kind == "multipart/form-data":
		return s.fileOf(in.RawBody, params["boundary"])
	case err == nil && kind == "application/json" || in.ContentType == "":
		var body BatchSource
		if err = json.Unmarshal(in.RawBody, &body); err != nil {
			return "", from, errBody.Because(err)
		}
		for _, id := range body.EncounterIDs {
			if uuid.Validate(id) != nil {
				return "", from, fault.Invalid(fault.Violation{Field: "encounterIds", Code: "invalid_id", Message: "Cet identifiant n’est pas valable."})
			}
		}
		if strings.ContainsRune(body.Text, 0) {
			return "", from, fault.Invalid(fault.Violation{Field: "text", Code: "unreadable_value", Message: "Ce texte n’est pas lisible."})
		}
		return body.DepartmentID, intake.Source{Text: body.Text, EncounterIDs: body.EncounterIDs}, nil
	}
	return "", from, errBody
}

func (s service) fileOf(body []byte, boundary string) (departmentID string, from intake.Source, err error) {
	reader := multipart.NewReader(bytes.NewReader(body), boundary)
	for {
		part, err := reader.NextPart()
		if errors.Is(err, io.EOF) {
			return departmentID, from, nil
		}
		if err != nil {
			return "", from, errBody.Because(err)
		}
		content, err := io.ReadAll(io.LimitReader(part, s.Limits.Bytes+1))
		if err != nil {
			return "", from, errBody.Because(err)
		}
		switch part.FormName() {
		case "departmentId":
			departmentID = string(content)
		case "file":
			from.File = &intake.File{Name: part.FileName(), Content: content}
		}
	}
}

func (s service) getModel(ctx context.Context, in *formatInput) (*spreadsheet.Download, error) {
	if _, err := auth.Require(ctx, auth.MessageSend); err != nil {
		return nil, err
	}
	content, err := model(in.Format)
	return spreadsheet.NewDownload("modele-liste", in.Format, content), err
}

func (s service) getResult(ctx context.Context, in *resultInput) (*spreadsheet.Download, error) {
	caller, err := auth.Require(ctx, auth.MessageSend)
	if err != nil {
		return nil, err
	}
	content, err := s.Result(ctx, caller, in.ID, in.Format)
	return spreadsheet.NewDownload("resultat-envoi", in.Format, content), err
}

func typeOf[T any]() reflect.Type { return reflect.TypeFor[T]() }

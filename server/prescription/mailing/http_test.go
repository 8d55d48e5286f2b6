package mailing_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2/humatest"
	"github.com/google/uuid"

	"teleconsult/server/auth"
	"teleconsult/server/fault"
	"teleconsult/server/prescription/mailing"
	"teleconsult/server/problem"
)

func violations(err error) []fault.Violation {
	if e, ok := errors.AsType[*fault.Error](err); ok {
		return e.Violations
	}
	return nil
}

// form is the body of an order as a browser makes it.
func form(t *testing.T, order any, pdf []byte) (contentType string, body *bytes.Buffer) {
	t.Helper()
	body = &bytes.Buffer{}
	w := multipart.NewWriter(body)
	text, err := json.Marshal(order)
	if err != nil {
		t.Fatal(err)
	}
	part, err := w.CreateFormFile("file", "ordonnance de Zoé.pdf")
	if err == nil {
		_, err = part.Write(pdf)
	}
	if err = errors.Join(err, w.WriteField("order", string(text)), w.Close()); err != nil {
		t.Fatal(err)
	}
	return "Content-Type: " + w.FormDataContentType(), body
}

func TestMailingsOverHTTP(t *testing.T) {
	problem.Install()
	w := newWorld(t)
	id := w.Held()
	_, api := humatest.New(t)
	mailing.Register(api, w.s)
	path := "/encounters/" + id + "/mailings"
	as := func(c auth.Caller) context.Context { return auth.WithCaller(context.Background(), c) }
	order := map[string]any{
		"id": uuid.NewString(), "channel": "email", "addressee": "patient", "riskAcceptedBy": "Zoé Durand", "riskAcceptedHow": "oral",
	}
	kind, body := form(t, order, letter(t))
	answer := api.PostCtx(as(w.Secretary), path, kind, body)
	var sent mailing.SentDocument
	if err := json.Unmarshal(answer.Body.Bytes(), &sent); err != nil || answer.Code != http.StatusCreated || sent.Password == "" ||
		sent.Mailing.State != mailing.Sent || answer.Header().Get("Cache-Control") != "no-store" {
		t.Fatalf("%d %v %s", answer.Code, err, answer.Body)
	}
	told := fmt.Sprintf("%s/%s/password-told", path, sent.Mailing.ID)
	if answer = api.PostCtx(as(w.Practitioner), told); answer.Code != http.StatusOK || !strings.Contains(answer.Body.String(), "passwordToldAt") {
		t.Errorf("told: %d %s", answer.Code, answer.Body)
	}
	answer = api.PutCtx(as(w.Secretary), "/encounters/"+id+"/ins", map[string]any{"matricule": "279035121518989", "status": "QUAL"})
	if answer.Code != http.StatusOK || !strings.Contains(answer.Body.String(), `"qualified":true`) || strings.Contains(answer.Body.String(), "27903") {
		t.Errorf("INS: %d %s", answer.Code, answer.Body)
	}
	answer = api.GetCtx(as(w.Secretary), path)
	var all mailing.Mailings
	if err := json.Unmarshal(answer.Body.Bytes(), &all); err != nil || len(all.Items) != 1 || !all.INS.Qualified || !all.MSSante || all.Email != "z•••@exemple.fr" ||
		all.PasswordBy != "telephone" || strings.Contains(answer.Body.String(), sent.Password) {
		t.Errorf("%v %s", err, answer.Body)
	}
	if w.Traced(id, "documents.read") != 1 || w.Traced(id, "patient.ins") != 1 || w.Traced(id, "document.password-told") != 1 {
		t.Error("what was done and seen is not traced")
	}
	for _, c := range []struct {
		name string
		ctx  context.Context
		kind string
		body string
		want int
		code string
	}{
		{"nobody", context.Background(), kind, "", 401, "unauthenticated"},
		{"a manager", as(w.Manager), kind, "", 403, "forbidden"},
		{"somebody of another department", as(w.Stranger), kind, "", 404, "not_found"},
		{"no form", as(w.Secretary), "Content-Type: application/json", "{}", 422, "malformed_body"},
		{"half a form", as(w.Secretary), "Content-Type: multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"order\"\r\n\r\n{", 422, "malformed_body"},
		{"an empty form", as(w.Secretary), "Content-Type: multipart/form-data; boundary=x", "--x--\r\n", 422, "invalid_input"},
		{"no body", as(w.Secretary), "Content-Type: multipart/form-data; boundary=x", "", 422, "invalid_input"},
	} {
		answer := api.PostCtx(c.ctx, path, c.kind, strings.NewReader(c.body))
		var p problem.Problem
		if err := json.Unmarshal(answer.Body.Bytes(), &p); err != nil || answer.Code != c.want || p.Code != c.code {
			t.Errorf("%s: %d %s, want %d %s", c.name, answer.Code, answer.Body, c.want, c.code)
		}
	}
	for name, bad := range map[string]map[string]any{
		"a wrong key": {"matricule": "279035121518988", "status": "QUAL"}, "letters": {"matricule": "bonjour", "status": "QUAL"},
		"no status": {"matricule": "279035121518989"}, "an unknown status": {"matricule": "279035121518989", "status": "SURE"},
	} {
		if answer := api.PutCtx(as(w.Secretary), "/encounters/"+id+"/ins", bad); answer.Code != http.StatusUnprocessableEntity || strings.Contains(answer.Body.String(), "27903") {
			t.Errorf("%s: %d %s", name, answer.Code, answer.Body)
		}
	}
}

// Package protect puts a password on a PDF: AES-256 of revision 6 (ISO 32000-2), the only form of PDF encryption
// whose password is not cheap to guess.
package protect

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/pdfcpu/pdfcpu/pkg/api"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/model"

	"teleconsult/server/fault"
)

// letters of a password: 32, five bits each. 0, 1, l and o are left out, which read like one another.
const letters = "23456789abcdefghijkmnpqrstuvwxyz"

const (
	groups, perGroup = 3, 4 // 60 bits

)

// NewPassword returns a password of 60 random bits that can be read out on the telephone and typed: k7mp-3xq9-wd4t.
func NewPassword() string {
	var b [groups * perGroup]byte
	_, _ = rand.Read(b[:]) // crypto/rand never fails: it ends the program instead
	var out strings.Builder
	for i, one := range b {
		if i > 0 && i%perGroup == 0 {
			out.WriteByte('-')
		}
		out.WriteByte(letters[one%32]) // even: 256 is a multiple of 32
	}
	return out.String()
}

// Protector protects one document at a time: each is in memory more than once meanwhile.
type Protector struct{ one chan struct{} }

// withoutConfigDir: the library keeps this for the whole process.
var withoutConfigDir sync.Once

// New makes a Protector, and keeps the library from writing settings into the user's folder.
func New() *Protector {
	withoutConfigDir.Do(api.DisableConfigDir)
	return &Protector{one: make(chan struct{}, 1)}
}

// Protect returns the document as one that opens with the password alone. It waits for its turn until ctx ends.
func (p *Protector) Protect(ctx context.Context, pdf []byte, password string) ([]byte, error) {
	select {
	case p.one <- struct{}{}:
		defer func() { <-p.one }()
	case <-ctx.Done():
		return nil, fault.New(fault.KindUnavailable, "busy", "Le service est occupé : réessayez dans un instant.")
	}
	out, err := encrypt(pdf, password)
	if err != nil {
		code, message := "pdf_unreadable", "Ce PDF ne peut pas être protégé : enregistrez-le de nouveau, ou choisissez un autre canal."
		if bytes.Contains(pdf, []byte("/Encrypt")) {
			code, message = "pdf_protected", "Ce PDF est déjà protégé : choisissez le document d’origine, sans mot de passe."
		}
		invalid := fault.Invalid(fault.Violation{Field: "file", Code: code, Message: message})
		if e, ok := errors.AsType[*fault.Error](invalid); ok {
			return nil, e.Because(err)
		}
	}
	return out, err
}

// encrypt is api.Encrypt for PDF 2.0: for older versions the library takes revision 5, whose passwords are cheap to guess.
func encrypt(pdf []byte, password string) (_ []byte, err error) {
	defer func() {
		if v := recover(); v != nil { // a broken file must not end the request without a word
			err = fmt.Errorf("the PDF library gave up: %v", v)
		}
	}()
	// Nobody knows the owner's password: it would lift the restrictions, of which there are none.
	settings := model.NewAESConfiguration(password, rand.Text(), 256)
	settings.Permissions = model.PermissionsAll
	settings.Cmd = model.ENCRYPT
	content, err := api.ReadValidateAndOptimize(bytes.NewReader(pdf), settings)
	if err != nil {
		return nil, err
	}
	version := model.V20
	content.HeaderVersion, content.RootVersion = &version, &version
	var out bytes.Buffer
	if err = api.WriteContext(content, &out); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

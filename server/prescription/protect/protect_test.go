package protect_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"codeberg.org/go-pdf/fpdf"

	"teleconsult/server/fault"
	"teleconsult/server/prescription/protect"
)

// letter is a PDF as hospital software prints it.
func letter(t testing.TB, pages int) []byte {
	t.Helper()
	f := fpdf.New("P", "mm", "A4", "")
	f.SetTitle("Ordonnance de Zoé Durand", true)
	f.SetFont("Helvetica", "", 14)
	for range pages {
		f.AddPage()
		f.Cell(40, 10, "Amoxicilline 500 mg")
	}
	var out bytes.Buffer
	if err := f.Output(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func run(t *testing.T, name string, args ...string) (string, error) {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), name, args...).CombinedOutput()
	return string(out), err
}

// The protected document opens with its password alone, in the programs of others, and nothing of it shows.
func TestOnlyThePasswordOpensTheDocument(t *testing.T) {
	t.Parallel()
	password := protect.NewPassword()
	out, err := protect.New().Protect(t.Context(), letter(t, 3), password)
	if err != nil {
		t.Fatal(err)
	}
	for _, word := range []string{"Amoxicilline", "Durand", "Ordonnance"} {
		if bytes.Contains(out, []byte(word)) {
			t.Errorf("%q shows", word)
		}
	}
	file := filepath.Join(t.TempDir(), "protected.pdf")
	if err = os.WriteFile(file, out, 0o600); err != nil {
		t.Fatal(err)
	}
	said, err := run(t, "qpdf", "--check", "--password="+password, file)
	if err != nil || !strings.Contains(said, "R = 6") || !strings.Contains(said, "file encryption method: AESv3") ||
		!strings.Contains(said, "stream encryption method: AESv3") {
		t.Errorf("qpdf: %v\n%s", err, said)
	}
	if said, err = run(t, "pdftotext", "-upw", password, file, "-"); err != nil || strings.Count(said, "Amoxicilline 500 mg") != 3 {
		t.Errorf("pdftotext with the password: %v\n%s", err, said)
	}
	for _, wrong := range []string{"", strings.ToUpper(password), password + "x", strings.ReplaceAll(password, "-", "")} {
		if said, err = run(t, "pdftotext", "-upw", wrong, file, "-"); err == nil || strings.Contains(said, "Amoxicilline") {
			t.Errorf("with %q it opens: %s", wrong, said)
		}
		if said, err = run(t, "qpdf", "--check", "--password="+wrong, file); err == nil {
			t.Errorf("qpdf opens it with %q: %s", wrong, said)
		}
	}
}

func TestWhatCannotBeProtected(t *testing.T) {
	t.Parallel()
	p := protect.New()
	sealed, err := p.Protect(t.Context(), letter(t, 1), "first")
	if err != nil {
		t.Fatal(err)
	}
	good := letter(t, 1)
	for name, c := range map[string]struct {
		pdf  []byte
		code string
	}{
		"a protected document": {sealed, "pdf_protected"},
		"half a document":      {good[:len(good)/2], "pdf_unreadable"},
		"a hollow one":         {[]byte("%PDF-1.7\nstartxref\n0\n%%EOF"), "pdf_unreadable"},
		"nothing":              {nil, "pdf_unreadable"},
	} {
		_, err := p.Protect(t.Context(), c.pdf, "second")
		e, ok := errors.AsType[*fault.Error](err)
		if !ok || len(e.Violations) != 1 || e.Violations[0].Code != c.code {
			t.Errorf("%s: %v, want %s", name, err, c.code)
		}
	}
}

func TestWaitingForATurnEndsWithTheRequest(t *testing.T) {
	t.Parallel()
	p := protect.New()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	busy := 0
	for range 40 { // a free turn and a request that is over are drawn by lot
		if _, err := p.Protect(ctx, nil, "x"); fault.CodeOf(err) == "busy" {
			busy++
		}
	}
	if busy == 0 {
		t.Error("a request that is over waits for its turn")
	}
}

func TestPasswordsCanBeReadOut(t *testing.T) {
	t.Parallel()
	form := regexp.MustCompile(`^[2-9a-km-np-z]{4}-[2-9a-km-np-z]{4}-[2-9a-km-np-z]{4}$`)
	seen := map[string]bool{}
	for range 2000 {
		p := protect.NewPassword()
		if !form.MatchString(p) || seen[p] {
			t.Fatalf("%q, again: %v", p, seen[p])
		}
		seen[p] = true
	}
}

func FuzzProtect(f *testing.F) {
	f.Add([]byte("%PDF-1.7\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\nxref\n0 1\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF"))
	f.Add([]byte("%PDF-2.0\n"))
	p := protect.New()
	f.Fuzz(func(t *testing.T, pdf []byte) {
		out, err := p.Protect(t.Context(), pdf, "k7mp-3xq9-wd4t")
		if err == nil && !bytes.Contains(out, []byte("/Encrypt")) {
			t.Error("an unprotected document came out")
		}
	})
}

func BenchmarkProtect(b *testing.B) {
	p, pdf := protect.New(), letter(b, 200)
	b.SetBytes(int64(len(pdf)))
	for b.Loop() {
		if _, err := p.Protect(b.Context(), pdf, "k7mp-3xq9-wd4t"); err != nil {
			b.Fatal(err)
		}
	}
}

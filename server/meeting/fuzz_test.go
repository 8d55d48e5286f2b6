package meeting

import (
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"teleconsult/server/fault"
	"teleconsult/server/meeting/weblink"
)

// FuzzParse checks what must hold for any text: no panic, the same result twice, a link that is
// https to a known host (or is said to be unknown), one-line values, no link where an error says so.
func FuzzParse(f *testing.F) {
	texts, err := filepath.Glob("testdata/*.[teh]*[tl]")
	if err != nil || len(texts) == 0 {
		f.Fatal("no seeds", err)
	}
	for _, file := range texts {
		raw, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(raw))
	}
	f.Fuzz(func(t *testing.T, text string) {
		r, err := Parse(text, corpusNow, "")
		if err != nil {
			if fault.CodeOf(err) == "" {
				t.Fatalf("not a fault: %v", err)
			}
			return
		}
		again, err := Parse(text, corpusNow, "")
		if err != nil || !reflect.DeepEqual(r, again) {
			t.Fatalf("not the same twice: %+v, %+v, %v", r, again, err)
		}
		checkInvariants(t, r)
	})
}

func checkInvariants(t *testing.T, r Result) {
	t.Helper()
	for _, s := range []string{r.URL, r.MeetingID, r.Passcode, r.Topic} {
		if strings.ContainsAny(s, "\r\n\x00\u2028\u2029") {
			t.Fatalf("line end in %q", s)
		}
	}
	refused := r.Has(CodeSuspiciousHost) || r.Has(CodeNoLink) || r.Has(CodeAccountPage)
	for _, f := range r.Findings {
		refused = refused || f.Severity == SeverityError && (f.Code == CodePersonalRoom || f.Code == CodeSeveralLinks)
	}
	if refused != (r.URL == "") {
		t.Fatalf("url %q with findings %v", r.URL, codes(r.Findings))
	}
	if r.URL != "" {
		checkURL(t, r)
	}
	if r.Tool != "" && !r.Tool.Known() {
		t.Fatalf("tool %q", r.Tool)
	}
	if _, err := r.MarshalJSON(); err != nil {
		t.Fatal(err)
	}
}

func checkURL(t *testing.T, r Result) {
	t.Helper()
	u, err := url.Parse(r.URL)
	if err != nil || u.Scheme != "https" || u.User != nil || u.Host == "" {
		t.Fatalf("url %q: %v", r.URL, err)
	}
	p, known := providerByHost(u.Hostname())
	if r.Has(CodeUnknownHost) == known || known && p.Tool != r.Tool {
		t.Fatalf("%q is %s, findings %v", r.URL, r.Tool, codes(r.Findings))
	}
	if weblink.IsSuspicious(u) {
		t.Fatalf("suspicious %q", r.URL)
	}
	if Key(r.Tool, r.MeetingID) == "" && NormalisedURL(r.URL) == "" {
		t.Fatalf("nothing identifies %q", r.URL)
	}
}

package meeting

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"teleconsult/server/fault"
)

// corpusNow is the moment at which the corpus was pasted: a Monday in spring.
var corpusNow = time.Date(2026, 5, 4, 9, 0, 0, 0, time.UTC)

// expected is what one text of the corpus must give; findings are codes in order.
type expected struct {
	Now       time.Time `json:"now,omitzero"`
	Zone      string    `json:"zone,omitempty"`
	Tool      *string   `json:"tool"`
	URL       *string   `json:"url"`
	MeetingID *string   `json:"meetingId"`
	Passcode  *string   `json:"passcode"`
	Topic     *string   `json:"topic"`
	StartsAt  *string   `json:"startsAt"`
	Findings  []string  `json:"findings"`
}

func TestCorpus(t *testing.T) {
	files, err := filepath.Glob("testdata/*.json")
	if err != nil {
		t.Fatal(err)
	}
	const least = 60
	if len(files) < least {
		t.Fatalf("the corpus has %d texts, want at least %d", len(files), least)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".json")
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			checkCorpusText(t, strings.TrimSuffix(file, ".json"))
		})
	}
}

func checkCorpusText(t *testing.T, base string) {
	t.Helper()
	raw, err := os.ReadFile(base + ".json")
	if err != nil {
		t.Fatal(err)
	}
	want := expected{Now: corpusNow}
	if err := json.Unmarshal(raw, &want); err != nil {
		t.Fatal(err)
	}
	texts, err := filepath.Glob(base + ".[the]*[lt]")
	if err != nil || len(texts) != 1 {
		t.Fatalf("want one text beside %s.json, found %v (%v)", base, texts, err)
	}
	text, err := os.ReadFile(texts[0])
	if err != nil {
		t.Fatal(err)
	}
	result, err := Parse(string(text), want.Now, want.Zone)
	if err != nil {
		t.Fatal(err)
	}
	got := asExpected(t, result)
	got.Now, got.Zone = want.Now, want.Zone
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %s\nwant %s", inJSON(t, got), inJSON(t, want))
	}
}

// asExpected goes through the JSON of the contract, so that the corpus tests that too.
func asExpected(t *testing.T, r Result) expected {
	t.Helper()
	raw, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	var e struct {
		expected
		Findings []Finding `json:"findings"`
	}
	if err := json.Unmarshal(raw, &e); err != nil {
		t.Fatal(err)
	}
	e.expected.Findings = codes(e.Findings)
	return e.expected
}

func codes(findings []Finding) []string {
	out := []string{}
	for _, f := range findings {
		out = append(out, string(f.Code))
	}
	return out
}

func inJSON(t *testing.T, v any) string {
	t.Helper()
	raw, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, text, zone string
		kind             fault.Kind
		code             string
	}{
		{"over 256 KiB", strings.Repeat("a", 256<<10+1), "", fault.KindTooLarge, "text_too_large"},
		{"one megabyte", strings.Repeat("réunion ", 1<<17), "", fault.KindTooLarge, "text_too_large"},
		{"NUL bytes", "PK\x03\x04\x00\x00\x08\x00", "", fault.KindUnprocessable, "text_unreadable"},
		{"invalid UTF-8", strings.Repeat("\xff\xfe\x81\x9d\xc3", 40), "", fault.KindUnprocessable, "text_unreadable"},
		{"junk that JSON replaced", "ab" + strings.Repeat("\uFFFDx", 30), "", fault.KindUnprocessable, "text_unreadable"},
		{"control characters", strings.Repeat("\x01\x02\x13A", 30), "", fault.KindUnprocessable, "text_unreadable"},
		{"unknown zone", "x", "Europe/Atlantis", fault.KindInvalid, "zone_unknown"},
		{"the machine's zone", "x", "Local", fault.KindInvalid, "zone_unknown"},
		{"a path as zone", "x", "../../etc/passwd", fault.KindInvalid, "zone_unknown"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := Parse(tt.text, corpusNow, tt.zone)
			if fault.KindOf(err) != tt.kind || fault.CodeOf(err) != tt.code {
				t.Errorf("got %v, want %s", err, tt.code)
			}
		})
	}
}

func TestEmptyTextHasNoLink(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", " \n\t", "\u200b", "Bonjour"} {
		r, err := Parse(text, corpusNow, "")
		if err != nil {
			t.Fatal(err)
		}
		if got := codes(r.Findings); !reflect.DeepEqual(got, []string{"no_link"}) {
			t.Errorf("%q: findings %v", text, got)
		}
	}
}

func TestLimitIsExact(t *testing.T) {
	t.Parallel()
	if _, err := Parse(strings.Repeat(" ", 256<<10), corpusNow, ""); err != nil {
		t.Errorf("256 KiB: %v", err)
	}
}

func TestEveryFindingHasAMessage(t *testing.T) {
	t.Parallel()
	for _, code := range order {
		f := finding(code)
		if f.Message == "" || f.Severity == "" || !strings.HasSuffix(f.Message, ".") {
			t.Errorf("%s: %+v", code, f)
		}
	}
}

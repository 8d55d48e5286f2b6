package record_test

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"teleconsult/server/consent"
	"teleconsult/server/encounter"
	"teleconsult/server/record"
)

// unsaid are the words by which the note owns up to what is not recorded and has to be.
var unsaid = []string{
	"RPPS non renseigné", "aucun contrôle enregistré", "aucune décision enregistrée pour cet outil", "Constatations, conclusion, prescriptions : non renseignées",
	"Ordonnance : pas encore renseignée", "preuve de remise attendue", "pas encore tenue", "pas encore terminée",
}

// complete draws facts and a report that have everything, by adding what is mandatory to whatever was drawn.
func complete(t *rapid.T) (*encounter.Facts, record.Report) {
	f, r := facts(t), report(t)
	f.Status, f.CancelReason, f.CancelledAt = encounter.Finished, "", time.Time{}
	f.StartedAt = f.PlannedStart
	f.FinishedAt = f.StartedAt.Add(20 * time.Minute)
	f.Practitioner.RPPS = "10000023084"
	f.Decisions = append(f.Decisions, consent.Decision{
		Verdict: consent.Agreed, Tool: f.Tool, Mode: consent.Oral, Giver: consent.ByPatient, DecidedAt: f.StartedAt, RecordedAt: f.StartedAt,
	})
	f.Prescription = &encounter.Prescription{Channel: "none", State: "delivered", At: f.FinishedAt, By: "Dr Claire Martin", DecidedAt: f.FinishedAt, DecidedBy: "Dr Claire Martin"}
	f.Transfer = &encounter.Transfer{NoteVersion: "v", At: f.FinishedAt.Add(time.Hour)}
	f.Coding = &encounter.Coding{State: "coded", Code: "TC", At: f.FinishedAt}
	r.Identity = record.IdentityStated
	if r.Findings+r.Conclusion+r.FollowUp == "" {
		r.Follows = true
	}
	return f, r
}

// Every mandatory item is in the note, or the encounter cannot be closed: whatever was recorded, a closable one has
// a note that owes nothing.
func TestWhatCanBeClosedHasEverythingInItsNote(t *testing.T) {
	closable := 0
	rapid.Check(t, func(t *rapid.T) {
		f, r := facts(t), report(t)
		if rapid.Bool().Draw(t, "complete") {
			f, r = complete(t)
		}
		now := f.PlannedStart.Add(100 * time.Hour)
		lacks := record.Missing(f, record.Draft{Report: r}, now)
		began := !f.StartedAt.IsZero()
		note := flat(record.NoteOf(f, record.Draft{Report: r}, nil).Text)
		if len(lacks) > 0 || !began {
			return
		}
		closable++
		for _, word := range unsaid {
			if strings.Contains(note, word) {
				t.Errorf("closable although the note says %q:\n%s", word, note)
			}
		}
		want := owed(f)
		for item, piece := range owedOfReport(f, r) {
			want[item] = piece
		}
		for item, piece := range want {
			if !strings.Contains(note, strings.ReplaceAll(piece, "’", "'")) {
				t.Errorf("closable without %s: %q is not in the note:\n%s", item, piece, note)
			}
		}
		if f.Transfer == nil || f.Status == encounter.Finished && (f.Coding == nil || f.Prescription == nil) {
			t.Errorf("closable without transfer, prescription or coding: %+v", f)
		}
	})
	if closable == 0 {
		t.Error("nothing closable was drawn")
	}
}

// Each mandatory item, taken away from a complete encounter, is named, and nothing else is.
func TestEachMandatoryItemIsMissed(t *testing.T) {
	takes := map[string]func(f *encounter.Facts, r *record.Report){
		"": func(*encounter.Facts, *record.Report) {},
		"not_ended": func(f *encounter.Facts, _ *record.Report) {
			f.Status, f.FinishedAt = encounter.InProgress, time.Time{}
		},
		"consent_missing":        func(f *encounter.Facts, _ *record.Report) { f.Decisions = nil },
		"tool_missing":           func(f *encounter.Facts, _ *record.Report) { f.Tool = "" },
		"criterion_missing":      func(f *encounter.Facts, _ *record.Report) { f.Modality, f.TelephoneReason = encounter.Telephone, "" },
		"times_missing":          func(f *encounter.Facts, _ *record.Report) { f.FinishedAt = time.Time{} },
		"rpps_missing":           func(f *encounter.Facts, _ *record.Report) { f.Practitioner.RPPS = "" },
		"identity_check_missing": func(_ *encounter.Facts, r *record.Report) { r.Identity = "" },
		"report_missing": func(_ *encounter.Facts, r *record.Report) {
			r.Findings, r.Conclusion, r.FollowUp, r.Follows = "", "", "", false
		},
		"prescription_missing": func(f *encounter.Facts, _ *record.Report) { f.Prescription = nil },
		"record_missing":       func(f *encounter.Facts, _ *record.Report) { f.Transfer = nil },
		"coding_missing":       func(f *encounter.Facts, _ *record.Report) { f.Coding = nil },
	}
	also := map[string][]string{"tool_missing": {"consent_missing"}} // a decision is one for a tool
	rapid.Check(t, func(t *rapid.T) {
		f, r := complete(t)
		code := rapid.SampledFrom(slices.Sorted(maps.Keys(takes))).Draw(t, "taken")
		takes[code](f, &r)
		var got, want []string
		for _, l := range record.Missing(f, record.Draft{Report: r}, f.PlannedStart.Add(100*time.Hour)) {
			got = append(got, l.Code)
			if l.Message == "" || l.Step == "" {
				t.Errorf("%s says nothing", l.Code)
			}
		}
		if code != "" {
			want = append(also[code], code)
		}
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%q taken: missing %v, want %v", code, got, want)
		}
	})
}

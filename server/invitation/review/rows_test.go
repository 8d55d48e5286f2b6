package review_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"teleconsult/notifications"
	"teleconsult/server/consent"
	"teleconsult/server/encounter"
	"teleconsult/server/invitation/column"
	"teleconsult/server/invitation/review"
	"teleconsult/server/outreach"
	"teleconsult/server/patient"
)

// TestRowsInEachOthersWay: what other rows of a list make wrong with one. Left-out rows are in nobody's way.
func TestRowsInEachOthersWay(t *testing.T) {
	d := newDesk(t)
	like := func(number int, changes ...values) review.Row { // row 1 once more
		r := row(1, changes...)
		r.Number, r.Line = number, number+1
		return r
	}
	nguyen := values{column.Practitioner: "Nguyen"}
	for _, c := range []struct {
		name string
		rows []review.Row
		want []string
		line int // of the last row's problem
	}{
		{"two people", []review.Row{row(1), row(2)}, []string{"", ""}, 0},
		{"the same person twice", []review.Row{row(1), like(2)}, []string{"", "row:duplicate_row!"}, 2},
		{"the same person three times", []review.Row{row(1), like(2), like(3)}, []string{"", "row:duplicate_row!", "row:duplicate_row!"}, 2},
		{"the same person, written otherwise", []review.Row{row(1), like(2, values{column.FamilyName: "Dupont", column.GivenName: "JEANNE", column.BirthDate: "2 janvier 1980", column.Time: "9h"})}, []string{"", "row:duplicate_row!"}, 0},
		{"the same IPP at that moment", []review.Row{row(1, values{column.IPP: "8012345678"}), row(2, nguyen, values{column.FamilyName: "", column.GivenName: "", column.BirthDate: "", column.IPP: "8012345678", column.Time: "09:00"})}, []string{"", "familyName:name_missing! givenName:name_missing! birthDate:birth_date_missing! row:duplicate_row!"}, 0},
		{"the same person later that day", []review.Row{row(1), like(2, values{column.Time: "15:00"})}, []string{"", "time:same_day!"}, 2},
		{"the same person later that day, accepted", []review.Row{row(1), accepting(like(2, values{column.Time: "15:00"}), "same_day")}, []string{"", "time:same_day"}, 2},
		{"the same person another day", []review.Row{row(1), like(2, values{column.Date: "21/05/2026"})}, []string{"", ""}, 0},
		{"one link for two", []review.Row{row(1, values{column.Link: zoom(1)}), row(2, values{column.Link: zoom(1)})}, []string{"link:link_twice!", "link:link_twice!"}, 2},
		{"one link for two, written otherwise", []review.Row{row(1, values{column.Link: zoom(1)}), row(2, values{column.Link: "https://zoom.us/w/80000000001?pwd=x"})}, []string{"link:link_twice!", "link:link_twice!"}, 2},
		{"one session for two", []review.Row{row(1, values{column.Tool: "ORTIF", column.Reference: "S 1"}), row(2, values{column.Tool: "ORTIF", column.Reference: "S 1"})}, []string{"link:link_twice!", "link:link_twice!"}, 2},
		{"one reference, which is no session", []review.Row{row(1, values{column.Tool: "Zoom", column.Reference: "S 1"}), row(2, values{column.Tool: "Zoom", column.Reference: "S 1"})}, []string{"", ""}, 0},
		{"one address for two", []review.Row{row(1), row(2, values{column.Email: "jeanne1@exemple.fr"})}, []string{"email:contact_shared", "email:contact_shared"}, 2},
		{"one mobile for two", []review.Row{row(1, values{column.Mobile: "0612345678"}), row(2, values{column.Mobile: "+33 6 12 34 56 78"})}, []string{"mobile:contact_shared", "mobile:contact_shared"}, 2},
		{"one address for two, looked at", []review.Row{row(1), accepting(row(2, values{column.Email: "jeanne1@exemple.fr"}), "contact_shared")}, []string{"email:contact_shared", ""}, 0},
		{"one representative for two", []review.Row{
			row(1, values{column.Email: "", column.RepresentativeName: "Anne", column.RepresentativeEmail: "a@exemple.fr"}),
			row(2, values{column.Email: "", column.RepresentativeName: "Anne", column.RepresentativeEmail: "a@exemple.fr"}),
		}, []string{"", ""}, 0},
		{"two people at one hour", []review.Row{row(1), row(2, values{column.Time: "09:00"})}, []string{"time:practitioner_busy", "time:practitioner_busy"}, 2},
		{"two people at one hour, with two practitioners", []review.Row{row(1), row(2, nguyen, values{column.Time: "09:00"})}, []string{"", ""}, 0},
		{"one IPP for two people", []review.Row{row(1, values{column.IPP: "8012345678"}), row(2, values{column.IPP: "8012345678", column.Date: "21/05/2026"})}, []string{"ipp:ipp_twice!", "ipp:ipp_twice!"}, 2},
		{"one IPP for one person", []review.Row{row(1, values{column.IPP: "8012345678"}), like(2, values{column.IPP: "8012345678", column.Date: "21/05/2026"})}, []string{"", ""}, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			verdicts := judge(t, d, review.Known{}, c.rows...)
			var got []string
			for _, v := range verdicts {
				got = append(got, problems(v))
			}
			if !slices.Equal(got, c.want) {
				t.Fatalf("got %q, want %q", got, c.want)
			}
			last := verdicts[len(verdicts)-1]
			if c.line > 0 && last.Problems[len(last.Problems)-1].Line != c.line {
				t.Errorf("the problem names line %d, want %d", last.Problems[len(last.Problems)-1].Line, c.line)
			}
			for i := 1; i < len(c.rows); i++ { // without the first, the last has none
				c.rows[i-1].LeftOut = true
			}
			verdicts = judge(t, d, review.Known{}, c.rows...)
			if left := strings.NewReplacer("familyName:name_missing! givenName:name_missing! birthDate:birth_date_missing!", "").Replace(problems(verdicts[len(verdicts)-1])); strings.TrimSpace(left) != "" {
				t.Errorf("left-out rows make problems: %q", left)
			}
			if v := verdicts[0]; v.Sendable() || slices.ContainsFunc(v.Problems, func(p review.RowProblem) bool { return p.Line > 0 }) {
				t.Errorf("a left-out row: %+v", v.Problems)
			}
		})
	}
}

func TestPractitioners(t *testing.T) {
	d := newDesk(t)
	claire, paul, nguyen := d.Practitioners[0], d.Practitioners[1], d.Practitioners[2]
	for text, want := range map[string]string{
		"": claire.ID, "Dr Claire MARTIN": claire.ID, "martin claire": claire.ID, "Martin C.": claire.ID, "M. Paul Martin": paul.ID, "P Martin": paul.ID,
		"10000023092": paul.ID, "paul@exemple.fr": paul.ID, "Pr NGUYEN": nguyen.ID, "Docteur Elodie Nguyen": nguyen.ID, nguyen.ID: nguyen.ID,
		"Martin": "", "Claire": "", "Martin X": "", "Dr": "", "10000000000": "",
	} {
		v := judge(t, d, review.Known{}, row(1, values{column.Practitioner: text}))[0]
		if want == "" {
			if got := problems(v); got != "practitioner:practitioner_unknown!" || v.Values[column.Practitioner] != text {
				t.Errorf("%q: %q", text, got)
			}
			continue
		}
		if v.Plan.PractitionerID != want || problems(v) != "" {
			t.Errorf("%q is %q: %s", text, v.Plan.PractitionerID, problems(v))
		}
		if text == "P Martin" && v.Values[column.Practitioner] != "Dr Paul Martin" {
			t.Errorf("shown as %q", v.Values[column.Practitioner])
		}
	}
	d.Defaults.PractitionerID = ""
	if got := problems(judge(t, d, review.Known{}, row(1))[0]); got != "practitioner:practitioner_unknown!" {
		t.Errorf("nobody: %s", got)
	}
	d.Practitioners = d.Practitioners[2:]
	if v := judge(t, d, review.Known{}, row(1))[0]; v.Plan.PractitionerID != nguyen.ID {
		t.Errorf("the only one: %q, %s", v.Plan.PractitionerID, problems(v))
	}
}

func TestTheSettingsOfTheList(t *testing.T) {
	link := values{column.Link: zoom(1)}
	telephone := values{column.Modality: "téléphone"}
	for _, c := range []struct {
		name   string
		change func(d *review.Desk)
		row    values
		want   string
		tool   string
	}{
		{"nobody vouches for the waiting room", func(d *review.Desk) { d.Defaults.Declared = nil }, link, "link:lobby_not_declared!", "zoom"},
		{"somebody does", func(d *review.Desk) { d.Defaults.Declared = []string{"waiting_room_on"} }, link, "", "zoom"},
		{"the tool is that of the link", func(*review.Desk) {}, values{column.Link: "https://teams.microsoft.com/meet/312345678901?p=AbCd12"}, "", "teams"},
		{"the row's word stands", func(*review.Desk) {}, values{column.Tool: "Jitsi"}, "", "jitsi"},
		{"a session is of ORTIF", func(*review.Desk) {}, values{column.Reference: "S-1"}, "", "ortif"},
		{"the list's tool", func(d *review.Desk) { d.Defaults.Tool = "jitsi" }, nil, "tool:tool_reason_missing!", "jitsi"},
		{"the list's tool and why", func(d *review.Desk) { d.Defaults.Tool, d.Defaults.ToolReason = "jitsi", "ORTIF en panne" }, nil, "", "jitsi"},
		{"the department's first", func(d *review.Desk) { d.Defaults.Tool = "" }, nil, "", "zoom"},
		{"why the call, once for all", func(d *review.Desk) { d.Defaults.TelephoneReason = "patient-equipment" }, telephone, "", "telephone"},
		{"a list of calls", func(d *review.Desk) {
			d.Defaults.Modality, d.Defaults.TelephoneReason = encounter.Telephone, firstReason()
		}, nil, "", "telephone"},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := newDesk(t)
			d.Defaults.ToolReason = map[bool]string{true: "ORTIF en panne"}[c.name == "the row's word stands"]
			c.change(&d)
			if d.Defaults.TelephoneReason == "patient-equipment" {
				d.Defaults.TelephoneReason = firstReason()
			}
			v := judge(t, d, review.Known{}, row(1, c.row))[0]
			if got := problems(v); got != c.want || v.Deed.Facts == nil || v.Deed.Facts.Tool != c.tool {
				t.Errorf("%q with %+v, want %q with %s", got, v.Deed.Facts, c.want, c.tool)
			}
		})
	}
}

// firstReason is one of the criteria that permit the telephone.
func firstReason() string { return slices.Sorted(maps.Keys(encounter.TelephoneReasons))[0] }

func TestWhenAndWhat(t *testing.T) {
	d := newDesk(t)
	v := judge(t, d, review.Known{}, row(1, values{column.Date: "", column.Time: "", column.Link: invited("20 mai 2026 02:30 PM")}))[0]
	if problems(v) != "" || v.Values[column.Date] != "2026-05-20" || v.Values[column.Time] != "14:30" || v.Deed.Facts.PlannedStart.Hour() != 12 || v.Tool != "zoom" {
		t.Errorf("the date of the invitation: %q, %v", problems(v), v.Values)
	}
	o := v.Outcome
	if o.Link == nil || o.Link.Host != "us02web.zoom.us" || o.Link.Tool != "zoom" || o.Start != v.Deed.Facts.PlannedStart || o.Patient != "new" || o.Encounter != "new" {
		t.Errorf("outcome %+v", o)
	}
	if runes := []rune(o.Preview); len(runes) != 160 || !strings.HasPrefix(o.Preview, "Bonjour. Un long texte. ") || !strings.HasSuffix(o.Preview, "…") {
		t.Errorf("preview %q", o.Preview)
	}
	late := judge(t, d, review.Known{At: time.Date(2026, 5, 20, 7, 0, 0, 0, time.UTC)}, row(1), row(2))
	if problems(late[0]) != "time:too_late!" || problems(late[1]) != "" {
		t.Errorf("to be told at nine: %q, %q", problems(late[0]), problems(late[1]))
	}
	first := judge(t, d, review.Known{}, accepting(row(1, values{column.Date: "25/10/2026", column.Time: "02:30"}), "time_ambiguous"))[0]
	if want := time.Date(2026, 10, 25, 0, 30, 0, 0, time.UTC); !first.Deed.Facts.PlannedStart.Equal(want) {
		t.Errorf("the first of two hours is %v", first.Deed.Facts.PlannedStart)
	}
	typo := judge(t, d, review.Known{}, row(1, values{column.Email: "jeanne@gmial.com"}))[0].Problems[0]
	if typo.Suggestion != "jeanne@gmail.com" || !typo.Acceptable {
		t.Errorf("a typo: %+v", typo)
	}
	quoted := judge(t, d, review.Known{}, row(1, values{column.Mobile: "'+33612345678"}))[0]
	if problems(quoted) != "" || quoted.Values[column.Mobile] != "+33612345678" {
		t.Errorf("a number that our own export wrote: %q, %v", problems(quoted), quoted.Values)
	}
	minor := judge(t, d, review.Known{}, row(1, values{
		column.BirthDate: "02/01/2015", column.Email: "", column.RepresentativeName: "Anne Dupont", column.RepresentativeEmail: "anne@exemple.fr",
	}))[0]
	if p := minor.Deed.Facts.Patient; problems(minor) != "" || p.Protection != patient.Minor || p.Representative.Relationship != "parent" || minor.Outcome.Channels[0].To != "a•••@exemple.fr" {
		t.Errorf("a minor: %q, %+v", problems(minor), p)
	}
}

func TestAMessageThatCannotBeShown(t *testing.T) {
	d := newDesk(t)
	readings := d.ReadAll([]review.Row{row(1)})
	index := review.NewIndex()
	index.Add(readings)
	broken := errors.New("broken")
	_, err := d.Judge(readings, index, review.Known{Show: func(*encounter.Facts, outreach.Wanted) (review.Shown, error) { return review.Shown{}, broken }})
	if !errors.Is(err, broken) {
		t.Errorf("%v", err)
	}
	verdicts, err := d.Judge(readings, index, review.Known{})
	if err != nil || verdicts[0].Outcome != nil || !verdicts[0].Sendable() || verdicts[0].Deed.Facts == nil {
		t.Errorf("without a preview: %+v (%v)", verdicts, err)
	}
}

// drawCell is anything that may stand in a cell, most often what may stand in one of its kind.
func drawCell(t *rapid.T, field column.Field) string {
	usual := map[column.Field][]string{
		column.FamilyName: {"Dupont", "DURAND", "O'Neil", "=1+1"}, column.GivenName: {"Jeanne", "Zoé"}, column.FullName: {"DUPONT Jeanne", "Jeanne"},
		column.BirthDate: {"02/01/1980", "1980-01-02", "29218", "02/01/2015"}, column.IPP: {"8012345678", "8011111111", "12"},
		column.Email: {"jeanne1@exemple.fr", "a@gmial.com", "a b"}, column.Mobile: {"0612345678", "612345678", "0142345678"}, column.Language: {"fr", "anglais"},
		column.Date: {"20/05/2026", "2026-05-20 09:00", "25/10/2026", "31/02/2026", "46162"}, column.Time: {"09:00", "9h30", "0.375", "02:30", "24:00"},
		column.Duration: {"20", "1h", "0"}, column.Practitioner: {"Martin C", "Nguyen", "Martin"}, column.Modality: {"vidéo", "téléphone"},
		column.TelephoneReason: {firstReason()}, column.Tool: {"zoom", "ORTIF", "Teams"},
		column.Link:     {zoom(1), zoom(2), invited("20 mai 2026 09:00 AM"), "https://zoom.us.evil.example/j/80000000001", "https://meet.google.com/abc-defg-hij"},
		column.Passcode: {"012345"}, column.Reference: {"S-1", "S-2"}, column.RepresentativeName: {"Anne Dupont"},
		column.RepresentativeRelationship: {"mère", "tuteur"}, column.RepresentativeEmail: {"anne@exemple.fr"}, column.RepresentativeMobile: {"0698765432"},
	}
	name := string(field)
	switch rapid.IntRange(0, 9).Draw(t, name+"?") {
	case 0:
		return ""
	case 1:
		return rapid.String().Draw(t, name)
	}
	return rapid.SampledFrom(usual[field]).Draw(t, name)
}

// TestAnyRows: whatever stands in the cells, judging ends, and what is to be sent can be sent.
func TestAnyRows(t *testing.T) {
	d := newDesk(t)
	known := review.Known{
		Patients: []patient.Patient{jeanne(), jeanne(func(p *patient.Patient) {
			p.ID, p.IPP, p.GivenName, p.Email = "2", "8011111111", "Zoé", "zoe@exemple.fr"
		})},
		Planned: map[string][]*encounter.Facts{jeanne().ID: {consultation(d, 9, told("notice")), consultation(d, 15, decided(consent.Agreed))}},
		Reputation: encounter.Reputation{
			Refused:  map[string]bool{"+33612345678": true},
			Failures: map[notifications.Recipient]notifications.Failure{{Channel: "email", Address: "jeanne1@exemple.fr"}: {}},
		},
		Encounters: map[string]*encounter.Facts{consultation(d, 9).ID: consultation(d, 9)},
	}
	codes := []string{"same_day", "already_invited", "other_practitioner", "email_typo", "time_ambiguous", "time_differs", "date_differs", "tool_differs", "contact_shared"}
	rapid.Check(t, func(r *rapid.T) {
		rows := make([]review.Row, rapid.IntRange(1, 4).Draw(r, "rows"))
		for i := range rows {
			rows[i] = review.Row{
				Number: i + 1, Line: i + 2, LeftOut: rapid.IntRange(0, 5).Draw(r, "left out") == 0, Values: values{},
				Accepted: rapid.SliceOfNDistinct(rapid.SampledFrom(codes), 0, len(codes), rapid.ID[string]).Draw(r, "accepted"),
			}
			if rapid.IntRange(0, 5).Draw(r, "planned") == 0 {
				rows[i].EncounterID = rapid.SampledFrom([]string{consultation(d, 9).ID, "gone"}).Draw(r, "encounter")
			}
			for _, f := range column.Fields() {
				if rapid.Bool().Draw(r, "has "+string(f)) {
					rows[i].Values[f] = drawCell(r, f)
				}
			}
		}
		known.Show = nil
		if rapid.Bool().Draw(r, "show") {
			known.Show = show
		}
		checkVerdicts(r, d, known, rows)
	})
}

func checkVerdicts(r *rapid.T, d review.Desk, known review.Known, rows []review.Row) {
	readings := d.ReadAll(rows)
	index, alone := review.NewIndex(), review.NewIndex()
	index.Add(readings)
	alone.Add(slices.DeleteFunc(slices.Clone(readings), func(x review.Reading) bool { return x.LeftOut }))
	verdicts, err := d.Judge(readings, index, known)
	if err != nil {
		r.Fatal(err)
	}
	without, err := d.Judge(readings, alone, known)
	if err != nil {
		r.Fatal(err)
	}
	for i, v := range verdicts {
		if !v.LeftOut && problems(v) != problems(without[i]) {
			r.Fatalf("left-out rows make problems for row %d: %s, without them %s", v.Number, problems(v), problems(without[i]))
		}
		if v.Severity() == "error" && v.Sendable() || v.LeftOut && v.Sendable() {
			r.Fatalf("row %d is sent: %s", v.Number, problems(v))
		}
		for n, p := range v.Problems {
			if p.Code == "" || p.Field == "" || p.Message == "" || p.Acceptable && p.Severity != "error" || n > 0 && p.Severity == "error" && v.Problems[n-1].Severity != "error" {
				r.Fatalf("problems %+v", v.Problems)
			}
		}
		if !v.Sendable() {
			continue
		}
		f := v.Deed.Facts
		if f == nil || !f.PlannedStart.After(d.Now) || !f.PlannedEnd.After(f.PlannedStart) || f.ID == "" || f.Patient.ID == "" || f.Practitioner.ID == "" {
			r.Fatalf("row %d: %+v", v.Number, f)
		}
		if email, mobile := f.Patient.Contact(); email+mobile == "" {
			r.Fatalf("row %d goes nowhere", v.Number)
		}
		if (v.Outcome == nil) != (known.Show == nil) || v.Outcome != nil && (len(v.Outcome.Channels) == 0 || len([]rune(v.Outcome.Preview)) > 160) {
			r.Fatalf("row %d: outcome %+v", v.Number, v.Outcome)
		}
		if _, full := v.Values[column.FullName]; full {
			r.Fatalf("row %d: values %v", v.Number, v.Values)
		}
	}
	if again := judgeAgain(r, d, known, rows); fmt.Sprint(again) != fmt.Sprint(said(verdicts)) {
		r.Fatalf("the same rows give %v, then %v", said(verdicts), again)
	}
}

func judgeAgain(r *rapid.T, d review.Desk, known review.Known, rows []review.Row) []string {
	readings := d.ReadAll(rows)
	index := review.NewIndex()
	index.Add(readings)
	verdicts, err := d.Judge(readings, index, known)
	if err != nil {
		r.Fatal(err)
	}
	return said(verdicts)
}

func said(verdicts []review.Verdict) (all []string) {
	for _, v := range verdicts {
		all = append(all, problems(v))
	}
	return all
}

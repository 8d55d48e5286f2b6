package work

import (
	"bytes"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"teleconsult/server/encounter"
	"teleconsult/server/invitation"
	"teleconsult/server/invitation/batch"
	"teleconsult/server/invitation/column"
	"teleconsult/server/invitation/intake"
	"teleconsult/server/invitation/sheet"
	"teleconsult/server/meeting"
	"teleconsult/server/patient"
)

// workbookOf is a workbook with these rows on its first sheet, some of them hidden, and another sheet.
func workbookOf(t *testing.T, rows [][]string, hidden ...int) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer func() { _ = f.Close() }()
	check := func(err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	check(f.SetSheetName("Sheet1", "Mai"))
	for i, cells := range rows {
		check(f.SetSheetRow("Mai", fmt.Sprintf("A%d", i+1), &cells))
	}
	for _, line := range hidden {
		check(f.SetRowVisible("Mai", line, false))
	}
	_, err := f.NewSheet("Juin")
	check(err)
	check(f.SetCellStr("Juin", "A1", "autre chose"))
	var out bytes.Buffer
	check(f.Write(&out))
	return out.Bytes()
}

func TestRowsFromEverySource(t *testing.T) {
	t.Parallel()
	w := newWard(t)
	table := [][]string{
		{"Nom", "Prénom", "Né(e) le", "Courriel", "Date du RDV", "Heure", "Lien visio"},
		{"DUPONT", "Jeanne", "02/01/1980", "jeanne@exemple.fr", "20/05/2026", "09:00", zoomLink(1)},
		{"DURAND", "Zoé", "03/02/1950", "zoe@exemple.fr", "20/05/2026", "09:30", zoomLink(2)},
	}
	joined := func(separator string) string {
		var all []string
		for _, cells := range table {
			all = append(all, strings.Join(cells, separator))
		}
		return strings.Join(all, "\n")
	}
	titled := append([][]string{{"Consultations de mai"}, {}, {"Imprimé le 11/05/2026"}}, table...)
	for _, c := range []struct {
		name      string
		from      intake.Source
		source    string
		firstLine int
		sheet     string
	}{
		{"csv", intake.Source{File: &intake.File{Name: "liste.csv", Content: []byte(joined(";"))}}, "file", 2, ""},
		{"csv in Latin-1 with commas", intake.Source{File: &intake.File{Name: "liste.csv", Content: latin1(joined(","))}}, "file", 2, ""},
		{"xlsx", intake.Source{File: &intake.File{Name: "/tmp/liste.xlsx", Content: workbookOf(t, table)}}, "file", 2, "Mai"},
		{"xlsx with titles", intake.Source{File: &intake.File{Name: "liste.xlsx", Content: workbookOf(t, titled)}}, "file", 5, "Mai"},
		{"pasted", intake.Source{Text: joined("\t")}, "text", 2, ""},
		{"csv without a header", intake.Source{File: &intake.File{Name: "liste.csv", Content: []byte(joined(";")[strings.Index(joined(";"), "\n")+1:])}}, "file", 1, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := w.declared(w.create(c.from))
			if b.Source != c.source || b.Sheet != c.sheet || (c.sheet == "") != (len(b.OtherSheets) == 0) || strings.Contains(b.FileName, "/") || b.State != batch.Draft || b.CreatedBy != w.Secretary.Name {
				t.Errorf("head %+v", b.BatchHead)
			}
			if len(b.Rows) != 2 || b.Summary.Errors != 0 || b.Summary.People != 2 || b.Summary.Emails != 2 {
				t.Fatalf("summary %+v", b.Summary)
			}
			for i, r := range b.Rows {
				if r.ID != i+1 || r.Line != c.firstLine+i || r.Values[column.Time] != []string{"09:00", "09:30"}[i] || r.Values[column.Date] != "2026-05-20" || r.Values[column.BirthDate] == "" {
					t.Errorf("row %+v", r)
				}
			}
			if w.row(b.ID, 2).Outcome.Patient != "known" || len(b.Columns) != 7 || b.Columns[0].Sample != "DUPONT" {
				t.Errorf("columns %+v", b.Columns)
			}
		})
	}
	// hidden and filtered rows are there, and left out until somebody wants them
	b := w.declared(w.create(intake.Source{File: &intake.File{Name: "liste.xlsx", Content: workbookOf(t, table, 3)}}))
	if r := w.row(b.ID, 2); !r.Hidden || !r.LeftOut || r.Line != 3 || b.Summary.LeftOut != 1 || b.Summary.People != 1 {
		t.Errorf("hidden: %+v, %+v", r, b.Summary)
	}
	back := false
	c, err := w.Correct(w.ctx, w.Secretary, b.ID, 2, invitation.Correction{LeftOut: &back})
	if err != nil || c.Summary.People != 2 || c.Rows[0].LeftOut {
		t.Errorf("brought back: %+v (%v)", c, err)
	}
}

func latin1(s string) []byte {
	var out []byte
	for _, r := range s {
		out = append(out, byte(r))
	}
	return out
}

// fromTestdata is an invitation as a tool wrote it.
func fromTestdata(t *testing.T, name string) string {
	t.Helper()
	content, err := os.ReadFile("../../meeting/testdata/" + name + ".txt")
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// inFuture are three invitations, glued together: 12 May 14:30 in Paris by Zoom, twice with another number, and by Teams.
func glued(t *testing.T) string {
	zoom := fromTestdata(t, "zoom-fr-web")
	other := strings.NewReplacer("87654321098", "87654321099", "876 5432 1098", "876 5432 1099", "02:30 PM", "03:30 PM").Replace(zoom)
	return zoom + "\n" + other + "\n" + strings.NewReplacer("May 12, 2026 02:30 PM", "May 12, 2026 04:30 PM").Replace(fromTestdata(t, "zoom-en-us"))
}

func TestPastedInvitationsFindTheirConsultations(t *testing.T) {
	t.Parallel()
	w := newWard(t)
	alone := w.schedule(someone("Seule", "seule@exemple.fr"), "2026-05-12", "14:30")
	w.schedule(someone("Une", "une@exemple.fr"), "2026-05-12", "15:30")
	w.schedule(someone("Autre", "autre@exemple.fr"), "2026-05-12", "15:30")
	w.become("undelivered", 10)
	b := w.declared(w.create(intake.Source{Text: glued(t)}))
	if b.Source != "text" || len(b.Rows) != 3 || len(b.Columns) != 1 || b.Columns[0].Field != column.Link {
		t.Fatalf("%+v", b.BatchHead)
	}
	first, second, third := w.row(b.ID, 1), w.row(b.ID, 2), w.row(b.ID, 3)
	if first.EncounterID != alone.ID || !first.Fixed || first.Values[column.FamilyName] != "Seule" || first.Outcome == nil || first.Outcome.Link == nil {
		t.Errorf("the only one at its hour: %+v (%s)", first, codes(first))
	}
	if second.EncounterID != "" || second.Fixed || !strings.Contains(codes(second), "familyName:name_missing") {
		t.Errorf("one of two at its hour: %+v", second)
	}
	if third.EncounterID != "" || third.Values[column.Time] != "16:30" {
		t.Errorf("nobody at its hour: %+v", third)
	}
	// two invitations to one hour, where one person waits, are not guessed either
	twice := fromTestdata(t, "zoom-fr-web") + "\n" + strings.NewReplacer("87654321098", "87654321097", "876 5432 1098", "876 5432 1097").Replace(fromTestdata(t, "zoom-fr-web"))
	for _, r := range w.get(w.create(intake.Source{Text: twice})).Rows {
		if r.EncounterID != "" {
			t.Errorf("guessed: %+v", r)
		}
	}
	// the answer keeps who has a link, and whoever declined, out
	w.Exec(`UPDATE encounter SET consent = 'refused' WHERE id = $1`, alone.ID)
	if r := w.get(w.create(intake.Source{Text: fromTestdata(t, "zoom-fr-web")})).Rows[0]; r.EncounterID != "" {
		t.Errorf("declined: %+v", r)
	}
}

func TestHeadersAreRemembered(t *testing.T) {
	t.Parallel()
	w := newWard(t)
	file := "Patient;Zone A;Zone B\nDUPONT Jeanne;02/01/1980;jeanne@exemple.fr\n"
	b := w.get(w.create(intake.Source{Text: strings.ReplaceAll(file, ";", "\t")}))
	fields := func(b invitation.Batch) (all []column.Field) {
		for _, c := range b.Columns {
			all = append(all, c.Field)
		}
		return all
	}
	guess := fields(b)
	if guess[0] != column.FullName || b.Columns[1].Header != "Zone A" {
		t.Fatalf("columns %+v", b.Columns)
	}
	head, err := w.Adjust(w.ctx, w.Secretary, b.ID, invitation.Adjustment{Columns: []batch.SheetColumn{
		{Index: 1, Field: column.Ignored}, {Index: 2, Field: column.RepresentativeEmail},
	}})
	if err != nil || head.Columns[2].Field != column.RepresentativeEmail || head.Columns[1].Field != column.Ignored || head.Revision <= b.Revision {
		t.Fatalf("adjusted %+v (%v)", head.Columns, err)
	}
	if r := w.row(b.ID, 1); r.Values[column.RepresentativeEmail] != "jeanne@exemple.fr" || r.Values[column.Email] != "" {
		t.Errorf("values %v", r.Values)
	}
	again := w.get(w.create(intake.Source{File: &intake.File{Name: "x.csv", Content: []byte(file)}}))
	if got := fields(again); !slices.Equal(got, []column.Field{column.FullName, column.Ignored, column.RepresentativeEmail}) {
		t.Errorf("the second file: %v", got)
	}
	// a field that goes to another column leaves the first
	head, err = w.Adjust(w.ctx, w.Secretary, b.ID, invitation.Adjustment{Columns: []batch.SheetColumn{{Index: 1, Field: column.RepresentativeEmail}}})
	if err != nil || head.Columns[1].Field != column.RepresentativeEmail || head.Columns[2].Field != column.Ignored {
		t.Errorf("moved: %+v (%v)", head.Columns, err)
	}
	for code, wrong := range map[string]batch.SheetColumn{"column_unknown": {Index: 3, Field: column.Email}, "field_unknown": {Index: 0, Field: "shoeSize"}} {
		if _, err = w.Adjust(w.ctx, w.Secretary, b.ID, invitation.Adjustment{Columns: []batch.SheetColumn{wrong}}); !hasViolation(err, code) {
			t.Errorf("%+v: %v", wrong, err)
		}
	}
	// another department has its own words
	stranger := w.strangers()[1]
	for other := range stranger.Roles {
		id, err := w.lists.Create(w.ctx, stranger, other, intake.Source{File: &intake.File{Name: "x.csv", Content: []byte(file)}})
		if err != nil {
			t.Fatal(err)
		}
		if b, err := w.Get(w.ctx, stranger, id, "", true); err != nil || !slices.Equal(fields(b), guess) {
			t.Errorf("the other department: %v, want %v (%v)", fields(b), guess, err)
		}
	}
}

func TestNamesInOneCellAreCorrectedApart(t *testing.T) {
	t.Parallel()
	w := newWard(t)
	b := w.get(w.create(intake.Source{Text: "Patient\tNé le\tMail\tDate\tHeure\nJeanne Dupont\t02/01/1980\tj@exemple.fr\t20/05/2026\t09:00\n"}))
	b = w.declared(b.ID)
	if r := b.Rows[0]; codes(r) != "familyName:names_guessed" || r.Values[column.FamilyName] != "Dupont" || r.Values[column.GivenName] != "Jeanne" {
		t.Fatalf("%v: %s", r.Values, codes(r))
	}
	r := w.correct(b, 1, map[column.Field]string{column.GivenName: "Jeanne Marie"}).Rows[0]
	if r.Values[column.FamilyName] != "Dupont" || r.Values[column.GivenName] != "Jeanne Marie" || codes(r) != "" {
		t.Errorf("%v: %s", r.Values, codes(r))
	}
	r = w.correct(b, 1, map[column.Field]string{column.FamilyName: "Dupond"}).Rows[0]
	if r.Values[column.FamilyName] != "Dupond" || r.Values[column.GivenName] != "Jeanne Marie" {
		t.Errorf("%v", r.Values)
	}
	// what was corrected stays when the list is reviewed anew
	w.Now = w.Now.Add(2 * time.Minute)
	if r = w.row(b.ID, 1); r.Values[column.FamilyName] != "Dupond" || r.Values[column.GivenName] != "Jeanne Marie" {
		t.Errorf("%v", r.Values)
	}
}

func TestLinksFindTheirRows(t *testing.T) {
	t.Parallel()
	w := newWard(t)
	b := w.file(lines(
		line{family: "UN", date: "12/05/2026", clock: "14:30", email: "a@exemple.fr"},
		line{family: "DEUX", date: "12/05/2026", clock: "15:30", email: "b@exemple.fr"},
		line{family: "TROIS", date: "12/05/2026", clock: "15:30", email: "c@exemple.fr"},
		line{family: "QUATRE", date: "12/05/2026", clock: "17:30", email: "d@exemple.fr", link: zoomLink(4)},
	))
	text := glued(t) + "\n\nhttps://us02web.zoom.us/j/81111111111?pwd=Zm9v.1\n"
	attached, unmatched, err := w.lists.Links(w.ctx, w.Secretary, b.ID, text)
	if err != nil || attached != 1 || len(unmatched) != 3 {
		t.Fatalf("%d attached, %+v (%v)", attached, unmatched, err)
	}
	at := func(hour int) time.Time { return time.Date(2026, 5, 12, hour, 30, 0, 0, time.UTC) }
	for i, c := range []struct {
		starts time.Time
		reason string
	}{
		{at(13), "Plusieurs lignes sans lien commencent à cette heure : collez l’invitation dans la bonne."},
		{at(14), "Aucune ligne sans lien ne commence à cette heure."},
		{time.Time{}, "Cette invitation ne dit pas sa date et son heure : collez-la dans la ligne voulue."},
	} {
		if u := unmatched[i]; u.Reason != c.reason || (u.StartsAt == nil) != c.starts.IsZero() || u.StartsAt != nil && !u.StartsAt.Equal(c.starts) {
			t.Errorf("%d: %+v", i, u)
		}
	}
	if r := w.row(b.ID, 1); r.Outcome == nil || r.Outcome.Link == nil || codes(r) != "" {
		t.Errorf("row 1: %+v, %s", r.Outcome, codes(r))
	}
	// once more: the row has its link
	if attached, _, err = w.lists.Links(w.ctx, w.Secretary, b.ID, fromTestdata(t, "zoom-fr-web")); err != nil || attached != 0 {
		t.Errorf("again: %d (%v)", attached, err)
	}
	_, _, err = w.lists.Links(w.ctx, w.Secretary, b.ID, "rien du tout")
	refused(t, "no invitation", err, "no_invitation")
	b = w.get(b.ID)
	w.send(b, "")
	w.workAll()
	if n := w.Count(`SELECT count(*) FROM meeting_link`); n != 2 {
		t.Errorf("%d links", n)
	}
}

func TestCandidates(t *testing.T) {
	t.Parallel()
	w := newWard(t)
	never := w.Plan()
	failed := w.schedule(someone("Echec", "echec@exemple.fr"), "2026-05-13", "10:00")
	w.become("undelivered", 10)
	unanswered := w.schedule(someone("Muette", "muette@exemple.fr"), "2026-05-13", "11:00")
	answered := w.schedule(someone("Accord", "accord@exemple.fr"), "2026-05-13", "12:00")
	invited := w.schedule(someone("Invitee", "invitee@exemple.fr"), "2026-05-13", "13:00")
	declined := w.schedule(someone("Refus", "refus@exemple.fr"), "2026-05-13", "14:00")
	w.become("delivered", 10)
	w.agree(answered.ID)
	w.agree(invited.ID)
	if _, err := w.Encounters.Attach(w.ctx, w.Practitioner, invited.ID, encounter.LinkInput{Text: zoomLink(1), Declared: meeting.ChecklistOf(meeting.ToolZoom)}); err != nil {
		t.Fatal(err)
	}
	w.become("delivered", 10)
	w.Exec(`UPDATE encounter SET consent = 'refused' WHERE id = $1`, declined.ID)
	w.schedule(someone("EnRoute", "route@exemple.fr"), "2026-05-13", "15:00")
	w.schedule(someone("Demain", "demain@exemple.fr"), "2026-05-14", "09:00")
	all, err := w.lists.Candidates(w.ctx, w.Secretary, w.Department, "2026-05-12", "2026-05-13")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, c := range all {
		got = append(got, c.ID+" "+c.Told)
		if !slices.Equal(c.Channels, []string{"email"}) || c.HasLink || c.ID != never && c.Patient.BirthDate != "1980-01-02" {
			t.Errorf("%+v", c)
		}
	}
	if want := []string{never + " never", failed.ID + " failed", unanswered.ID + " unanswered", answered.ID + " answered"}; !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	for _, p := range [][2]string{{"2026-05-14", "2026-05-13"}, {"2026-05-01", "2026-06-02"}, {"", "2026-05-13"}, {"hier", "2026-05-13"}} {
		if _, err = w.lists.Candidates(w.ctx, w.Secretary, w.Department, p[0], p[1]); !hasViolation(err, "period_invalid") {
			t.Errorf("%v: %v", p, err)
		}
	}
	b := w.fromEncounters(never, failed.ID, never)
	if len(b.Rows) != 2 || b.Source != "encounters" || len(b.Columns) != 0 {
		t.Errorf("list %+v", b)
	}
}

func TestOnlyWhoHasNotAnsweredIsInvitedAgain(t *testing.T) {
	t.Parallel()
	w := newWard(t)
	b := w.file(weeks(6))
	_, err := w.lists.Again(w.ctx, w.Secretary, b.ID, "unanswered")
	refused(t, "nobody was told yet", err, "nobody_left")
	w.send(b, "")
	w.workAll()
	_, err = w.lists.Again(w.ctx, w.Secretary, b.ID, "unanswered")
	refused(t, "all are on their way", err, "nobody_left")
	w.become("delivered", 4)
	w.become("undelivered", 2)
	w.become("undelivered", 1) // the text message in the place of one
	encounters := map[int]string{}
	states := map[string]int{}
	for _, r := range w.get(b.ID).Rows {
		encounters[r.ID] = r.EncounterID
		states[r.Delivery.State]++
	}
	if states["delivered"] != 4 || states["failed"] != 1 || states["queued"] != 1 {
		t.Fatalf("states %v", states)
	}
	w.agree(encounters[1])
	w.Exec(`UPDATE encounter SET consent = 'refused' WHERE id = $1`, encounters[2])
	if _, err := w.Encounters.Cancel(w.ctx, w.Practitioner, encounters[3], cancelInput); err != nil {
		t.Fatal(err)
	}
	who := func(what string) (ids []string) {
		id, err := w.lists.Again(w.ctx, w.Secretary, b.ID, what)
		if err != nil {
			t.Fatal(err)
		}
		again := w.declared(id)
		for _, r := range again.Rows {
			ids = append(ids, r.EncounterID)
			if !r.Fixed || r.Outcome == nil || codes(r) != "" && codes(r) != "email:failed_before mobile:failed_before" {
				t.Errorf("row %+v: %s", r, codes(r))
			}
		}
		return ids
	}
	var lost string
	for _, r := range w.get(b.ID).Rows {
		if r.Delivery.State == "failed" {
			lost = r.EncounterID
			if r.Delivery.Task == nil {
				t.Error("nobody is to telephone")
			}
		}
	}
	if got := who("failed"); !slices.Equal(got, []string{lost}) {
		t.Errorf("failed: %v, want %s", got, lost)
	}
	want := []string{encounters[4], lost}
	slices.Sort(want)
	if got := slices.Sorted(slices.Values(who("unanswered"))); !slices.Equal(got, want) {
		t.Errorf("unanswered: %v, want %v", got, want)
	}
}

func TestLimitsOfAList(t *testing.T) {
	t.Parallel()
	w := newWard(t)
	w.lists.Limits = sheet.Limits{Bytes: 20_000, Rows: 10}
	formula := excelize.NewFile()
	defer func() { _ = formula.Close() }()
	if err := formula.SetCellFormula("Sheet1", "A1", `=HYPERLINK("https://evil.example")`); err != nil {
		t.Fatal(err)
	}
	var withFormula bytes.Buffer
	if err := formula.Write(&withFormula); err != nil {
		t.Fatal(err)
	}
	file := func(content string) intake.Source {
		return intake.Source{File: &intake.File{Name: "liste.csv", Content: []byte(content)}}
	}
	headless := strings.SplitN(people(11), "\r\n", 2)[1]
	for _, c := range []struct {
		name string
		from intake.Source
		code string
	}{
		{"nothing", intake.Source{}, "source_missing"},
		{"blank text", intake.Source{Text: " \n "}, "source_missing"},
		{"an empty file", file(""), "file_empty"},
		{"a header alone", file("Nom;Prénom;Mail\n"), "file_empty"},
		{"too large", file(strings.Repeat("x;y\n", 10_000)), "file_too_large"},
		{"too many rows", file(people(11)), "too_many_rows"},
		{"too many rows without a header", file(headless), "too_many_rows"},
		{"far too many rows", file(people(20)), "too_many_rows"},
		{"too many people", intake.Source{EncounterIDs: strings.Fields(strings.Repeat("a b c d e f g h i j k ", 1))}, "too_many_rows"},
		{"too many invitations", intake.Source{Text: manyLinks(11)}, "too_many_rows"},
		{"a formula", intake.Source{File: &intake.File{Name: "liste.xlsx", Content: withFormula.Bytes()}}, "file_has_formulas"},
		{"a picture", file("\x89PNG\r\n\x1a\n" + strings.Repeat("\x00", 100)), "file_kind_unknown"},
	} {
		_, err := w.lists.Create(w.ctx, w.Secretary, w.Department, c.from)
		refused(t, c.name, err, c.code)
	}
	if n := w.Count(`SELECT count(*) FROM batch`); n > 0 {
		t.Errorf("%d lists", n)
	}
	if b := w.file(people(10)); b.Summary.Rows != 10 {
		t.Errorf("%+v", b.Summary)
	}
}

func manyLinks(n int) string {
	var all []string
	for i := range n {
		all = append(all, zoomLink(i))
	}
	return strings.Join(all, "\n")
}

func TestOnlyDraftsAreDiscarded(t *testing.T) {
	t.Parallel()
	w := newWard(t)
	draft, sent := w.file(people(2)), w.file(lines(line{email: "a@exemple.fr", link: zoomLink(100)}))
	w.send(sent, "")
	refused(t, "a sent list", w.Discard(w.ctx, w.Secretary, sent.ID), "batch_confirmed")
	if err := w.Discard(w.ctx, w.Secretary, draft.ID); err != nil {
		t.Fatal(err)
	}
	if n := w.Count(`SELECT count(*) FROM batch_row WHERE batch_id = $1`, draft.ID); n > 0 {
		t.Errorf("%d rows stay", n)
	}
	refused(t, "a discarded list", w.Discard(w.ctx, w.Secretary, draft.ID), "not_found")
}

func TestOldListsAreSweptAway(t *testing.T) {
	t.Parallel()
	w := newWard(t)
	draft, sent := w.file(people(1)), w.file(lines(line{date: "30/09/2026", email: "a@exemple.fr", link: zoomLink(100)}))
	later := w.file(lines(line{family: "PLUSTARD", date: "30/10/2026", email: "b@exemple.fr", link: zoomLink(101)}))
	w.send(sent, "")
	w.send(later, "2026-09-01T08:00")
	w.workAll()
	left := func(days int, want ...string) {
		t.Helper()
		w.Now = w.Now.AddDate(0, 0, days)
		if err := w.lists.Sweep(w.ctx); err != nil {
			t.Fatal(err)
		}
		for _, id := range []string{draft.ID, sent.ID, later.ID} {
			if n := w.Count(`SELECT count(*) FROM batch WHERE id = $1`, id); n == 1 != slices.Contains(want, id) {
				t.Errorf("after %d days more: %d of %s", days, n, id)
			}
		}
	}
	left(29, draft.ID, sent.ID, later.ID)
	left(2, sent.ID, later.ID)
	left(58, sent.ID, later.ID)
	left(2, later.ID) // its hour is still to come
	left(200)
	if n := w.Count(`SELECT count(*) FROM encounter`); n != 2 {
		t.Errorf("%d encounters", n)
	}
}

func TestWhatIsLeftOutOrWrong(t *testing.T) {
	t.Parallel()
	w := newWard(t)
	b := w.file(lines(
		line{email: "a@exemple.fr", link: zoomLink(1)},
		line{family: "SANS", clock: "10:00", link: zoomLink(2)},
		line{family: "AUTRE", clock: "11:00", mobile: "6 39 98 00 01", link: zoomLink(3)},
		line{family: "DERNIERE", clock: "12:00", email: "d@exemple.fr", link: zoomLink(4)},
	))
	var order []int
	for _, r := range b.Rows {
		order = append(order, r.ID)
	}
	if !slices.Equal(order, []int{2, 3, 1, 4}) || b.Summary.Errors != 1 || b.Summary.Warnings != 1 || b.Summary.Ready != 2 || b.Summary.SMS != 1 || b.Summary.Segments < 1 || b.Summary.Cents <= 0 {
		t.Errorf("errors first: %v, %+v", order, b.Summary)
	}
	head, err := w.Adjust(w.ctx, w.Secretary, b.ID, invitation.Adjustment{LeaveErrorsOut: true})
	if err != nil || head.Summary.LeftOut != 1 || head.Summary.Errors != 0 {
		t.Errorf("errors left out: %+v (%v)", head.Summary, err)
	}
	out := true
	if _, err = w.Correct(w.ctx, w.Secretary, b.ID, 4, invitation.Correction{LeftOut: &out}); err != nil {
		t.Fatal(err)
	}
	w.send(w.get(b.ID), "")
	w.workAll()
	b = w.get(b.ID)
	if b.Summary.LeftOut != 2 || b.Summary.Progress.Queued != 2 || w.Count(`SELECT count(*) FROM encounter`) != 2 || b.State != batch.Sending {
		t.Errorf("%s %+v", b.State, b.Summary)
	}
	_, err = w.Send(w.ctx, w.Secretary, b.ID, b.Revision, "")
	refused(t, "nothing is left", err, "nothing_to_send")
}

// Somebody who is known, with a consultation of another hour that day, is asked about; and the summary of a list without
// its rows says the same.
func TestASummaryWithoutRows(t *testing.T) {
	t.Parallel()
	w := newWard(t)
	w.schedule(patient.Patient{ID: w.Patient}, "2026-05-20", "15:00")
	b := w.file(lines(line{family: "DURAND", given: "Zoé", born: "03/02/1950", link: zoomLink(1)}))
	if got := codes(b.Rows[0]); got != "time:same_day" {
		t.Errorf("problems %s", got)
	}
	quick, err := w.Get(w.ctx, w.Secretary, b.ID, "", false)
	if err != nil || quick.Summary != b.Summary || quick.Rows == nil || len(quick.Rows) != 0 {
		t.Errorf("%+v (%v)", quick, err)
	}
	if _, err = w.Get(w.ctx, w.Secretary, b.ID, "x", true); !hasViolation(err, "cursor_invalid") {
		t.Errorf("a cursor that is none: %v", err)
	}
}

package record_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"teleconsult/migrations"
	"teleconsult/server/record"
)

// What was put into the record by the release before this one gets its numbers in the order of time.
func TestTransfersOfTheReleaseBeforeAreNumbered(t *testing.T) {
	text, err := migrations.Files.ReadFile("0020_widen_note.sql")
	if err != nil {
		t.Fatal(err)
	}
	_, statement, found := strings.Cut(string(text), "\nUPDATE record_transfer AS t SET number")
	statement, _, _ = strings.Cut("UPDATE record_transfer AS t SET number"+statement, ";")
	if !found {
		t.Fatal("the migration has no statement about numbers")
	}
	w := newWorld(t)
	e := w.editor(w.Held())
	for _, said := range []string{"un", "deux", "trois"} {
		p := e.must(record.Report{Findings: said})
		if _, err = w.service().Transfer(context.Background(), w.Practitioner, e.id, p.Note.Version); err != nil {
			t.Fatal(err)
		}
		w.Now = w.Now.Add(time.Minute)
	}
	// the server may not change numbers: the statement is read as a question
	before, rest, _ := strings.Cut(statement, "FROM (")
	inner, _, _ := strings.Cut(rest, "\n) AS n")
	if !strings.Contains(before, "SET number = n.number") {
		t.Fatalf("the statement sets something else: %s", before)
	}
	const asked = `SELECT count(*) FROM record_transfer AS t JOIN (%s) AS n ON n.id = t.id WHERE n.number = t.number`
	if n := w.Count(strings.Replace(asked, "%s", inner, 1)); n != 3 {
		t.Errorf("%d of 3 transfers get the number that they have", n)
	}
}

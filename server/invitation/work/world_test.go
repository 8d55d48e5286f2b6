package work

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"teleconsult/server/db"
	"teleconsult/server/dbtest"
	"teleconsult/server/encounter"
	"teleconsult/server/encountertest"
	"teleconsult/server/invitation"
	"teleconsult/server/invitation/column"
	"teleconsult/server/invitation/intake"
	"teleconsult/server/invitation/sheet"
	"teleconsult/server/outreach"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

// ward is a hospital with the service of lists.
type ward struct {
	*encountertest.World
	lists *intake.Service
	*Worker
	t   testing.TB
	ctx context.Context
}

func newWard(t testing.TB) *ward {
	w := encountertest.New(t)
	lists := invitation.New(w.Encounters)
	return &ward{
		World: w, t: t, ctx: context.Background(),
		lists:  intake.New(lists, sheet.Limits{Bytes: 5 << 20, Rows: 5000}),
		Worker: &Worker{Service: lists, Log: slog.New(slog.DiscardHandler)},
	}
}

// zoomLink is the link of a meeting that nobody has used.
func zoomLink(n int) string {
	return fmt.Sprintf("https://us02web.zoom.us/j/%d?pwd=Zm9vYmFyMTIzNDU2Nzg5.1", 80_000_000_000+n)
}

// people is a list of so many people, as a hospital exports it, who are to be seen tomorrow.
func people(n int) string {
	var b strings.Builder
	b.WriteString("Nom;Prénom;Date de naissance;Mail;Portable;Date RDV;Heure;Lien\r\n")
	for i := range n {
		mobile := fmt.Sprintf("06 39 98 %02d %02d", i/100%100, i%100)
		date := time.Date(2026, time.May, 13+i/54%90, 0, 0, 0, 0, time.UTC).Format("02/01/2006")
		fmt.Fprintf(&b, "NOM%s;Jeanne;02/01/1980;p%d@exemple.fr;%s;%s;%02d:%02d;%s\r\n", letters(i), i, mobile, date, 9+i/6%9, i%6*10, zoomLink(i))
	}
	return b.String()
}

// letters make a name of a number.
func letters(n int) string {
	s := ""
	for {
		s = string(rune('A'+n%26)) + s
		if n /= 26; n == 0 {
			return s
		}
	}
}

// file makes a list and vouches for its meetings.
func (w *ward) file(content string) invitation.Batch {
	w.t.Helper()
	return w.declared(w.create(intake.Source{File: &intake.File{Name: "liste.csv", Content: []byte(content)}}))
}

func (w *ward) create(from intake.Source) string {
	w.t.Helper()
	id, err := w.lists.Create(w.ctx, w.Secretary, w.Department, from)
	if err != nil {
		w.t.Fatal(err)
	}
	return id
}

func (w *ward) declared(id string) invitation.Batch {
	w.t.Helper()
	b := w.get(id)
	d := b.Defaults
	for _, c := range b.Checklist {
		d.Declared = append(d.Declared, c.Codes...)
	}
	d.PractitionerID, d.ToolReason = w.Practitioner.StaffID, "ORTIF en panne"
	if _, err := w.Adjust(w.ctx, w.Secretary, id, invitation.Adjustment{Defaults: &d}); err != nil {
		w.t.Fatal(err)
	}
	return w.get(id)
}

func (w *ward) get(id string) invitation.Batch {
	w.t.Helper()
	b, err := w.Get(w.ctx, w.Secretary, id, "", true)
	if err != nil {
		w.t.Fatal(err)
	}
	return b
}

func (w *ward) send(b invitation.Batch, at string) invitation.BatchHead {
	w.t.Helper()
	head, err := w.Send(w.ctx, w.Secretary, b.ID, b.Revision, at)
	if err != nil {
		w.t.Fatal(err)
	}
	return head
}

func (w *ward) correct(b invitation.Batch, row int, values map[column.Field]string) invitation.Corrected {
	w.t.Helper()
	c, err := w.Correct(w.ctx, w.Secretary, b.ID, row, invitation.Correction{Values: values})
	if err != nil {
		w.t.Fatal(err)
	}
	return c
}

// workAll does everything that waits.
func (w *ward) workAll() {
	w.t.Helper()
	for {
		more, err := w.Work(w.ctx)
		if err != nil {
			w.t.Fatal(err)
		}
		if !more {
			return
		}
	}
}

// settled checks that every encounter stands as if it had been planned by itself: its stored summary is the one of its
// facts, and nothing is left to be said.
func (w *ward) settled() []*encounter.Facts {
	w.t.Helper()
	var all []*encounter.Facts
	w.In(func(ctx context.Context, tx db.Tx) error {
		var ids []string
		if err := tx.SelectContext(ctx, &ids, `SELECT id FROM encounter ORDER BY planned_start, id`); err != nil {
			return err
		}
		found, err := encounter.LoadMany(ctx, tx, ids, []string{w.Department})
		all = found
		return err
	})
	for _, f := range all {
		if got := f.Summary(w.Now); got != f.Stored {
			w.t.Errorf("stored summary %+v, want %+v", f.Stored, got)
		}
		if send, withdraw := outreach.Reconcile(f.Situation(w.Now, encounter.Reputation{})); len(send)+len(withdraw) > 0 {
			w.t.Errorf("left to be said: %+v, to be withdrawn: %v", send, withdraw)
		}
	}
	return all
}

// codes are the problems of a row.
func codes(r invitation.BatchRow) string {
	var all []string
	for _, p := range r.Problems {
		all = append(all, string(p.Field)+":"+p.Code)
	}
	return strings.Join(all, " ")
}

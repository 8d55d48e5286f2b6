// Package intake makes lists: out of a file, of pasted rows or meeting invitations, or of planned consultations.
package intake

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"teleconsult/server/auth"
	"teleconsult/server/db"
	"teleconsult/server/department"
	"teleconsult/server/encounter"
	"teleconsult/server/fault"
	"teleconsult/server/invitation"
	"teleconsult/server/invitation/batch"
	"teleconsult/server/invitation/column"
	"teleconsult/server/invitation/review"
	"teleconsult/server/invitation/sheet"
	"teleconsult/server/meeting"
	"teleconsult/server/trace"
)

// Service is what making lists needs.
type Service struct {
	*invitation.Service
	// Limits bound a list.
	Limits sheet.Limits

	// turns are those who read a list at this moment.
	turns chan struct{}
}

// atOnce is how many lists are read at once: each takes some memory, and a processor.
const atOnce = 2

// New makes the service.
func New(lists *invitation.Service, limits sheet.Limits) *Service {
	return &Service{Service: lists, Limits: limits, turns: make(chan struct{}, atOnce)}
}

// File is a file that was dropped.
type File struct {
	Name    string
	Content []byte
}

// Source is what a list is made from: exactly one of the three.
type Source struct {
	File         *File
	Text         string
	EncounterIDs []string
}

// Create makes a draft out of a file, of pasted rows or meeting invitations, or of planned encounters, and reviews it.
// Nothing is sent.
func (s *Service) Create(ctx context.Context, caller auth.Caller, departmentID string, from Source) (string, error) {
	select {
	case s.turns <- struct{}{}:
		defer func() { <-s.turns }()
	case <-ctx.Done():
		return "", errBusy
	}
	b := &batch.List{ID: uuid.Must(uuid.NewV7()).String(), DepartmentID: departmentID, State: batch.Draft, CreatedAt: s.Encounters.Now(), Columns: []batch.SheetColumn{}}
	rows, err := s.rowsOf(b, from)
	if err != nil {
		return "", err
	}
	err = s.Encounters.DB.InTx(db.Patient(ctx, invitation.Patience), db.Departments(departmentID), func(ctx context.Context, tx db.Tx) error {
		d, err := department.Load(ctx, tx, departmentID)
		if err != nil {
			return err
		}
		b.Defaults = defaultsOf(d)
		if err = ofDepartment(ctx, tx, departmentID, rows); err != nil {
			return err
		}
		if from.File != nil || from.Text != "" {
			if rows, err = s.recognise(ctx, tx, b, rows); err != nil {
				return err
			}
			if len(rows) == 0 {
				return fault.New(fault.KindUnprocessable, "file_empty", "Cette liste ne contient aucune ligne à inviter.")
			}
			if err = s.matchByTime(ctx, tx, b, rows); err != nil {
				return err
			}
		}
		if err = batch.Insert(ctx, tx, b, caller.StaffID); err != nil {
			return err
		}
		err = s.Judge(ctx, tx, b, rows, rows, func(some []batch.Row, verdicts []review.Verdict) error {
			return batch.InsertRows(ctx, tx, b, some, verdicts)
		})
		if err != nil {
			return err
		}
		return trace.Append(ctx, tx, b.CreatedAt, caller.Actor(), trace.Event{
			DepartmentID: departmentID, Action: "batch.create", Data: map[string]any{"batch": b.ID, "source": b.Source, "rows": len(rows)},
		})
	})
	return b.ID, err
}

// ofDepartment refuses encounters that the department does not have.
func ofDepartment(ctx context.Context, tx db.Tx, departmentID string, rows []batch.Row) error {
	var ids []string
	for _, r := range rows {
		if r.EncounterID != "" {
			ids = append(ids, r.EncounterID)
		}
	}
	if found, err := countEncounters(ctx, tx, departmentID, ids); err != nil || found == len(ids) {
		return err
	}
	return fault.Invalid(fault.Violation{
		Field: "encounterIds", Code: "encounter_unknown", Message: "Une de ces consultations n’existe pas ou n’est pas accessible.",
	})
}

var errBusy = fault.New(fault.KindUnavailable, "busy", "D’autres listes sont en cours de lecture. Réessayez dans un instant.")

// defaultsOf are what a list of a department begins with.
func defaultsOf(d department.Department) review.BatchDefaults {
	defaults := review.BatchDefaults{DurationMinutes: 20, Modality: encounter.Video, Declared: []string{}}
	if len(d.Tools) > 0 {
		defaults.Tool = d.Tools[0]
	}
	return defaults
}

// longestName is how much is kept of a file's name, in characters.
const longestName = 120

// rowsOf reads the source as far as it can be read without the database.
func (s *Service) rowsOf(b *batch.List, from Source) ([]batch.Row, error) {
	switch {
	case from.File != nil:
		table, err := sheet.Read(from.File.Name, from.File.Content, s.Limits)
		if err != nil {
			return nil, err
		}
		b.Source, b.FileName, b.Sheet, b.OtherSheets = "file", shortened(from.File.Name), table.Sheet, table.OtherSheets
		return rowsOfTable(table), nil
	case strings.TrimSpace(from.Text) != "":
		b.Source = "text"
		switch invitations := split(from.Text); {
		case len(invitations) > s.Limits.Rows:
			return nil, errTooLong
		case len(invitations) > 0:
			return rowsOfInvitations(b, invitations), nil
		}
		table, err := sheet.ReadText(from.Text, s.Limits)
		return rowsOfTable(table), err
	case len(from.EncounterIDs) > 0:
		b.Source = "encounters"
		return s.rowsOfEncounters(from.EncounterIDs)
	}
	return nil, fault.New(fault.KindUnprocessable, "source_missing", "Choisissez un fichier, collez une liste, ou cochez des personnes.")
}

func (s *Service) rowsOfEncounters(ids []string) ([]batch.Row, error) {
	ids = slices.Compact(slices.Sorted(slices.Values(ids)))
	if len(ids) > s.Limits.Rows {
		return nil, fault.New(fault.KindTooLarge, "too_many_rows", "Il y a trop de personnes pour un seul envoi : faites-en deux.")
	}
	rows := make([]batch.Row, 0, len(ids))
	for i, id := range ids {
		rows = append(rows, batch.Row{Number: i + 1, Line: i + 1, EncounterID: id, State: batch.RowOpen})
	}
	return rows, nil
}

// mostInvitations is how much text is looked through for invitations, in bytes: some two hundred of the longest. Each line
// takes time to look at, and more than that is a table.
const mostInvitations = 512 << 10

func split(text string) []string {
	if len(text) > mostInvitations {
		return nil
	}
	return meeting.Split(text)
}

func shortened(name string) string {
	name = strings.ToValidUTF8(strings.Map(func(r rune) rune {
		if r < ' ' || r == '/' || r == '\\' {
			return -1
		}
		return r
	}, name), "")
	if utf8.RuneCountInString(name) > longestName {
		name = string([]rune(name)[:longestName])
	}
	return name
}

func rowsOfTable(table sheet.Table) []batch.Row {
	rows := make([]batch.Row, 0, len(table.Rows))
	for _, r := range table.Rows {
		rows = append(rows, batch.Row{Line: r.Line, Hidden: r.Hidden, LeftOut: r.Hidden, Cells: r.Cells, State: batch.RowOpen})
	}
	return rows
}

var errTooLong = fault.New(fault.KindTooLarge, "too_many_rows", "Cette liste a trop de lignes : partagez-la en deux.")

// rowsOfInvitations makes a row of each pasted invitation.
func rowsOfInvitations(b *batch.List, invitations []string) []batch.Row {
	b.Columns = []batch.SheetColumn{{Index: 0, Header: "Invitation", Field: column.Link, Sample: firstLine(invitations[0])}}
	rows := make([]batch.Row, 0, len(invitations))
	for i, text := range invitations {
		rows = append(rows, batch.Row{Number: i + 1, Line: i + 1, Cells: []string{text}, State: batch.RowOpen})
	}
	return rows
}

// recognise finds out what the columns hold, takes the header away, and numbers the rows.
func (s *Service) recognise(ctx context.Context, tx db.Tx, b *batch.List, rows []batch.Row) ([]batch.Row, error) {
	if len(b.Columns) > 0 {
		return rows, nil // invitations
	}
	remembered, err := batch.RememberedHeaders(ctx, tx, b.DepartmentID)
	if err != nil {
		return nil, err
	}
	rows = withoutTitle(rows)
	cells := make([][]string, 0, len(rows))
	for _, r := range rows {
		cells = append(cells, r.Cells)
	}
	header, fields := column.Recognise(cells, remembered)
	for i, field := range fields {
		b.Columns = append(b.Columns, batch.SheetColumn{Index: i, Field: field, Sample: sample(cells, header, i)})
		if header && i < len(cells[0]) {
			b.Columns[i].Header = cells[0][i]
		}
	}
	if header {
		rows = rows[1:]
	}
	if len(rows) > s.Limits.Rows {
		rows = nil // the reader allows one more, which might have been a header
		return rows, errTooLong
	}
	for i := range rows {
		rows[i].Number = i + 1
	}
	return rows, nil
}

// withoutTitle drops what stands above the table in one cell, such as the day of the list.
func withoutTitle(rows []batch.Row) []batch.Row {
	wide := func(r batch.Row) bool {
		return len(slices.DeleteFunc(slices.Clone(r.Cells), func(c string) bool { return c == "" })) > 1
	}
	if first := slices.IndexFunc(rows, wide); first > 0 && first <= mostTitles {
		return rows[first:]
	}
	return rows
}

// mostTitles is how many lines may stand above a table.
const mostTitles = 5

// sample is the first cell with something in it, so that a person sees what a column holds.
func sample(cells [][]string, header bool, i int) string {
	for n, row := range cells {
		if (n > 0 || !header) && i < len(row) && row[i] != "" {
			return firstLine(row[i])
		}
	}
	return ""
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(text), "\n")
	const most = 60
	if utf8.RuneCountInString(line) > most {
		line = string([]rune(line)[:most]) + "…"
	}
	return line
}

// identifying columns say who is meant.
var identifying = []column.Field{column.FamilyName, column.GivenName, column.FullName, column.IPP, column.BirthDate}

// matchByTime finds, for meetings that name nobody, the planned consultation that begins at their hour and has no link
// yet. Where several do, a person has to say which.
func (s *Service) matchByTime(ctx context.Context, tx db.Tx, b *batch.List, rows []batch.Row) error {
	if slices.ContainsFunc(b.Columns, func(c batch.SheetColumn) bool { return slices.Contains(identifying, c.Field) }) {
		return nil
	}
	desk, err := s.Desk(ctx, tx, b)
	if err != nil {
		return err
	}
	starts := map[int]time.Time{}
	times := map[int64]int{}
	for _, r := range rows {
		reading := desk.Read(r.Reviewable(b.Columns))
		nobody := reading.Patient.FamilyName+reading.Patient.GivenName+reading.Patient.IPP == "" && reading.Patient.BirthDate.IsZero()
		if nobody && reading.Meeting.HasStart && reading.Meeting.URL != "" {
			starts[r.Number] = reading.Meeting.StartsAt
			times[reading.Meeting.StartsAt.Unix()]++
		}
	}
	if len(starts) == 0 {
		return nil
	}
	waiting, err := waitingForLink(ctx, tx, b.DepartmentID, starts)
	if err != nil {
		return err
	}
	for i, r := range rows {
		at, ok := starts[r.Number]
		if found := waiting[at.Unix()]; ok && len(found) == 1 && times[at.Unix()] == 1 {
			rows[i].EncounterID = found[0]
		}
	}
	return nil
}

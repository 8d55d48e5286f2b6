package export

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"teleconsult/server/auth"
	"teleconsult/server/db"
	"teleconsult/server/department"
	"teleconsult/server/encounter"
	"teleconsult/server/fault"
	"teleconsult/server/patient/ins"
	"teleconsult/server/spreadsheet"
	"teleconsult/server/trace"
)

// Service is what the use cases of the export need.
type Service struct {
	Encounters *encounter.Service
}

// Batch is a numbered export, without its files.
type Batch struct {
	ID          string
	Number      int64
	Until       time.Time
	Acts        int
	Corrections int
	Target      string
	CreatedBy   string
	CreatedAt   time.Time
}

// patience is how long the export of thousands of acts may take.
const patience = 30 * time.Second

var errNothing = fault.New(fault.KindConflict, "nothing_to_export", "Aucun acte codé n’attend d’être exporté jusqu’à ce jour.")

// Make exports a department's settled acts up to a local day that no batch has taken: the coded ones, and those that
// were exported as coded and are not billable any more. Whoever codes one of them meanwhile waits, and so does another
// export, so that numbers have no holes and no act leaves twice.
func (s *Service) Make(ctx context.Context, caller auth.Caller, departmentID string, until time.Time) (b Batch, err error) {
	if err = mayCode(caller, departmentID); err != nil {
		return b, err
	}
	err = s.Encounters.DB.InTx(db.Patient(ctx, patience), db.Departments(departmentID), func(ctx context.Context, tx db.Tx) error {
		d, err := department.Load(ctx, tx, departmentID)
		if err != nil {
			return err
		}
		last, err := lastNumber(ctx, tx, d.ID)
		if err != nil {
			return err
		}
		y, m, day := until.Date()
		lines, err := pending(ctx, tx, d.ID, time.Date(y, m, day+1, 0, 0, 0, 0, d.Zone))
		if err != nil {
			return err
		}
		if len(lines) == 0 {
			return errNothing
		}
		b = Batch{
			ID: uuid.Must(uuid.NewV7()).String(), Number: last + 1, Until: until, Acts: len(lines), Target: d.CodingTarget,
			CreatedBy: caller.Name, CreatedAt: s.Encounters.Now(),
		}
		for _, l := range lines {
			if l.Before != "" {
				b.Corrections++
			}
		}
		if err = s.freeze(ctx, tx, caller, d, b, lines); err != nil {
			return err
		}
		return trace.Append(ctx, tx, b.CreatedAt, caller.Actor(), traced(d.ID, "coding-export.make", b.Number))
	})
	return b, err
}

// traced is an event about a batch; its lines tell of which encounters.
func traced(departmentID, action string, number int64) trace.Event {
	return trace.Event{DepartmentID: departmentID, Action: action, Data: map[string]any{"number": number}}
}

// purpose of the seal on the files, which name patients and their INS.
const purpose = "coding-export"

// freeze stores the batch with its files, and which entries it took.
func (s *Service) freeze(ctx context.Context, tx db.Tx, caller auth.Caller, d department.Department, b Batch, lines []line) error {
	rows := make([][]string, 0, len(lines))
	at := place{number: b.Number, hospital: d.Hospital, unit: d.Unit, name: d.Name, zone: d.Zone}
	for _, l := range lines {
		if l.SealedINS != nil {
			var err error
			if l.INS, err = ins.Open(s.Encounters.Secrets, l.SealedINS); err != nil {
				return err
			}
		}
		var incidents []encounter.Incident
		if err := json.Unmarshal(l.Incidents, &incidents); err != nil {
			return fmt.Errorf("export an act: %w", err)
		}
		rows = append(rows, l.cells(at, slices.ContainsFunc(incidents, func(i encounter.Incident) bool { return i.Consequence != "none" })))
	}
	csv, err := spreadsheet.Write(spreadsheet.CSV, "", header, slices.Values(rows))
	if err != nil {
		return err
	}
	xlsx, err := spreadsheet.Write(spreadsheet.XLSX, fmt.Sprintf("Lot %d", b.Number), header, slices.Values(rows))
	if err != nil {
		return err
	}
	if csv, err = s.Encounters.Secrets.Seal(purpose, csv); err != nil {
		return fmt.Errorf("seal an export: %w", err)
	}
	if xlsx, err = s.Encounters.Secrets.Seal(purpose, xlsx); err != nil {
		return fmt.Errorf("seal an export: %w", err)
	}
	if err = insert(ctx, tx, d, b, caller.StaffID, csv, xlsx); err != nil {
		return err
	}
	return insertRows(ctx, tx, d.ID, b.ID, lines)
}

// mayCode tells whether the caller may code in a department; one of others is not found.
func mayCode(caller auth.Caller, departmentID string) error {
	if slices.Contains(caller.Departments(auth.ActCode), departmentID) {
		return nil
	}
	return fault.New(fault.KindNotFound, "not_found", "Ce service n’existe pas ou n’est pas accessible.")
}

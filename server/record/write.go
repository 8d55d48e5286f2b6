package record

import (
	"context"
	"time"

	"teleconsult/server/auth"
	"teleconsult/server/db"
	"teleconsult/server/encounter"
	"teleconsult/server/fault"
	"teleconsult/server/trace"
)

// traceEvery is how long one trace event stands for the saves of one author: a text saves itself every few seconds.
const traceEvery = 15 * time.Minute

// WriteInput is the report as an editor has it.
type WriteInput struct {
	Report
	// Revision is the one that the editor last heard of.
	Revision int64
	// Writer is the editor's own id, by which it may go on after an answer that never reached it.
	Writer string
}

// Write saves what the practitioner types, at any time in the life of an encounter. What another editor saved
// meanwhile is never overwritten: 409 note_written_elsewhere holds its text. Saving the same again changes nothing.
func (s *Service) Write(ctx context.Context, caller auth.Caller, encounterID string, in WriteInput) (Pages, error) {
	in.Report = in.clean()
	if err := in.check(); err != nil {
		return Pages{}, err
	}
	var p Pages
	departments := caller.Departments(auth.EncounterRead)
	err := s.Encounters.DB.InTx(ctx, db.Departments(departments...), func(ctx context.Context, tx db.Tx) error {
		if err := encounter.Lock(ctx, tx, encounterID, departments...); err != nil {
			return err
		}
		f, err := encounter.Load(ctx, tx, encounterID, departments...)
		if err != nil {
			return err
		}
		if !caller.Can(f.Department.ID, auth.NoteWrite) {
			return fault.New(fault.KindForbidden, "forbidden", "Votre rôle dans ce service ne permet pas cette action.")
		}
		if f, err = s.save(ctx, tx, caller, f, in); err != nil {
			return err
		}
		p, err = s.pagesOf(ctx, tx, f)
		return err
	})
	return p, err
}

// save writes a changed report and returns the facts as they are then.
func (s *Service) save(ctx context.Context, tx db.Tx, caller auth.Caller, f *encounter.Facts, in WriteInput) (*encounter.Facts, error) {
	old, err := draftOf(ctx, tx, f)
	if err != nil {
		return nil, err
	}
	if in.Report == old.Report {
		return f, nil
	}
	if in.Revision < old.Revision && in.Writer != old.Writer {
		return nil, in.changedElsewhere(old)
	}
	now := s.Encounters.Now()
	next := Draft{Report: in.Report, Revision: max(in.Revision, old.Revision) + 1, Writer: in.Writer, ChangedAt: now}
	if err = saveDraft(ctx, tx, f, next, caller.StaffID); err != nil {
		return nil, err
	}
	if old.ChangedBy != caller.StaffID || now.Sub(old.ChangedAt) > traceEvery {
		if err = trace.Append(ctx, tx, now, caller.Actor(), f.Traced("note.write", nil)); err != nil {
			return nil, err
		}
	}
	if t := f.Transfer; t != nil && !f.NotedAt().After(t.At) {
		return s.Encounters.Settle(ctx, tx, f.Department.ID, f.ID, "note.write") // the step comes back
	}
	f.NoteChangedAt = now
	return f, nil
}

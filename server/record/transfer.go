package record

import (
	"context"
	"time"

	"teleconsult/server/auth"
	"teleconsult/server/db"
	"teleconsult/server/encounter"
	"teleconsult/server/fault"
)

// Transfer records that the practitioner put this version of the note into the record, and keeps its text as
// evidence. It refuses a version that is no longer the note's (409 note_changed: copy it again), and an
// encounter that has nothing for the record yet or ever (409 nothing_to_record).
func (s *Service) Transfer(ctx context.Context, caller auth.Caller, encounterID, version string) (*encounter.Facts, error) {
	return s.Encounters.Command(ctx, caller, auth.NoteWrite, encounterID, "note.transfer",
		func(ctx context.Context, tx db.Tx, f *encounter.Facts) error {
			now := s.Encounters.Now()
			state := stateOf(f, now, encounter.StepRecord)
			if state != encounter.Todo && state != encounter.Done {
				return fault.New(fault.KindConflict, "nothing_to_record", "Il n’y a pas encore de compte rendu à verser pour cette consultation.")
			}
			p, err := s.pagesOf(ctx, tx, f)
			if err != nil {
				return err
			}
			if version != p.Note.Version {
				return fault.New(fault.KindConflict, "note_changed",
					"Le compte rendu a changé depuis que vous l’avez copié. Relisez-le, copiez-le de nouveau, puis confirmez le versement.")
			}
			if state == encounter.Done && f.Transfer.NoteVersion == version {
				return nil // a second tap
			}
			return insert(ctx, tx, f, p.Note, caller.StaffID, now)
		})
}

// stateOf is the state of a step of the chain.
func stateOf(f *encounter.Facts, now time.Time, code encounter.StepCode) encounter.StepState {
	for _, step := range encounter.Chain(f, now) {
		if step.Code == code {
			return step.State
		}
	}
	return encounter.NotApplicable
}

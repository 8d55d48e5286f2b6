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
// evidence. It refuses a version that the facts no longer give (409 note_changed: copy it again), and an
// encounter that has nothing for the record yet or ever (409 nothing_to_record).
func (s *Service) Transfer(ctx context.Context, caller auth.Caller, encounterID, version string) (*encounter.Facts, error) {
	return s.Encounters.Command(ctx, caller, auth.NoteWrite, encounterID, "note.transfer",
		func(ctx context.Context, tx db.Tx, f *encounter.Facts) error {
			now := s.Encounters.Now()
			state := due(f, now)
			if state != encounter.Todo && state != encounter.Done {
				return fault.New(fault.KindConflict, "nothing_to_record", "Il n'y a pas encore de compte rendu à verser pour cette consultation.")
			}
			text := Note(f)
			current := Version(text)
			if version != current {
				return fault.New(fault.KindConflict, "note_changed",
					"Le compte rendu a changé depuis que vous l'avez copié. Relisez-le, copiez-le de nouveau, puis confirmez le versement.")
			}
			if state == encounter.Done && f.Transfer.NoteVersion == current {
				return nil // a second tap
			}
			return insert(ctx, tx, f, current, text, caller.StaffID, now)
		})
}

// due is the state of the chain's step, which alone decides whether there is something for the record.
func due(f *encounter.Facts, now time.Time) encounter.StepState {
	for _, step := range encounter.Chain(f, now) {
		if step.Code == encounter.StepRecord {
			return step.State
		}
	}
	return encounter.NotApplicable
}

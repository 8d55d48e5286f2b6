package coding

import (
	"context"
	"time"

	"teleconsult/server/auth"
	"teleconsult/server/db"
	"teleconsult/server/encounter"
	"teleconsult/server/fault"
)

// undoable is how long one's own last entry can be taken back without a reason.
const undoable = 15 * time.Minute

// Undo takes back the caller's own last entry, by a row that repeats the one before it. What somebody else wrote, what
// is older than a quarter of an hour and what was exported stays: that is reopened, with a reason.
func (s *Service) Undo(ctx context.Context, caller auth.Caller, encounterID string) (*encounter.Facts, error) {
	return s.Encounters.Command(ctx, caller, auth.ActCode, encounterID, "act.undo",
		func(ctx context.Context, tx db.Tx, f *encounter.Facts) error {
			last, err := lastEntries(ctx, tx, f)
			if err != nil {
				return err
			}
			now := s.Encounters.Now()
			if !last.mayUndo(caller.StaffID, now) {
				return fault.New(fault.KindConflict, "nothing_to_undo", "Il n’y a rien à annuler ici. Pour corriger un acte, rouvrez-le avec un motif.")
			}
			return InsertMany(ctx, tx, now, caller.StaffID, []Addition{{f.ID, f.Department.ID, last.before()}})
		})
}

// pastEntry is a row as it was stored.
type pastEntry struct {
	Entry
	by string
	at time.Time
	// export is the number of the batch that took it, 0 for none.
	export int64
}

// pastEntries are the last two of an act, the standing one first.
type pastEntries []pastEntry

// batch is the number of the batch that took the standing entry.
func (p pastEntries) batch() int64 {
	if len(p) == 0 {
		return 0
	}
	return p[0].export
}

func (p pastEntries) mayUndo(staffID string, now time.Time) bool {
	if len(p) == 0 || p[0].by != staffID || p[0].at.Before(now.Add(-undoable)) {
		return false
	}
	for _, e := range p {
		if e.export > 0 {
			return false
		}
	}
	return true
}

// before is what stood before the standing entry; an act that nobody had coded is reopened.
func (p pastEntries) before() Entry {
	if len(p) < 2 {
		return Entry{State: Reopened, ReasonCode: "mistake", Reason: Reasons[Reopened]["mistake"]}
	}
	return p[1].Entry
}

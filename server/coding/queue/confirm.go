package queue

import (
	"context"
	"fmt"
	"time"

	"teleconsult/server/auth"
	"teleconsult/server/coding"
	"teleconsult/server/db"
	"teleconsult/server/encounter"
	"teleconsult/server/fault"
	"teleconsult/server/trace"
)

// patience is how long the confirmation of thousands of acts may take.
const patience = 30 * time.Second

// Confirm codes all acts of some days whose proposal is certain, in one transaction. expected is how many the person saw:
// when there are more by now, nobody has looked at them and nothing is done (409); when there are fewer, somebody else was
// faster, and doing it twice is doing it once. It returns how many acts were coded.
func (s *Service) Confirm(ctx context.Context, caller auth.Caller, days Days, expected int) (confirmed int, err error) {
	if err = mayCode(caller, days.DepartmentID); err != nil {
		return 0, err
	}
	err = s.Encounters.DB.InTx(db.Patient(ctx, patience), db.Departments(days.DepartmentID), func(ctx context.Context, tx db.Tx) error {
		_, all, err := acts(ctx, tx, days)
		if err != nil {
			return err
		}
		list, err := coding.Codes(ctx, tx)
		if err != nil {
			return err
		}
		var ids []string
		offer := s.offers(list)
		for _, a := range all {
			if a.certain(offer(a)) {
				ids = append(ids, a.id)
			}
		}
		if len(ids) > expected {
			return fault.New(fault.KindConflict, "certain_changed",
				fmt.Sprintf("Il y a maintenant %d actes sûrs au lieu de %d. Regardez la liste, puis confirmez de nouveau.", len(ids), expected))
		}
		if err = lock(ctx, tx, days.DepartmentID, ids); err != nil {
			return err
		}
		if list, err = coding.HoldCodes(ctx, tx); err != nil { // after the encounters, as whoever codes a single act
			return err
		}
		facts, err := encounter.LoadMany(ctx, tx, ids, []string{days.DepartmentID})
		if err != nil {
			return err
		}
		confirmed, err = s.confirm(ctx, tx, caller, facts, list)
		return err
	})
	return confirmed, err
}

// confirm codes those of the acts, locked by now, that are still certain.
func (s *Service) confirm(ctx context.Context, tx db.Tx, caller auth.Caller, all []*encounter.Facts, list []coding.Code) (int, error) {
	now := s.Encounters.Now()
	var additions []coding.Addition
	var settled []*encounter.Facts
	var events []trace.Event
	for _, f := range all {
		offer := coding.OfferFor(list, coding.ActOf(f), s.Telephone)
		code, ok := offer.Proposed()
		if f.Coding != nil || !offer.Certain || !ok {
			continue
		}
		additions = append(additions, coding.Addition{
			EncounterID: f.ID, DepartmentID: f.Department.ID, Entry: coding.Entry{State: coding.Coded, Code: code},
		})
		f.Coding = &encounter.Coding{State: string(coding.Coded), Code: code.Code, Label: code.Label, At: now, By: caller.Name}
		settled = append(settled, f)
		events = append(events, f.Traced("act.code", map[string]any{"together": true}))
	}
	if len(additions) == 0 {
		return 0, nil
	}
	if err := coding.InsertMany(ctx, tx, now, caller.StaffID, additions); err != nil {
		return 0, err
	}
	if err := trace.AppendMany(ctx, tx, now, caller.Actor(), events); err != nil {
		return 0, err
	}
	return len(additions), s.Encounters.SettleLoaded(ctx, tx, settled, "act.code")
}

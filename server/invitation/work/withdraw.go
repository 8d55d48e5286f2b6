package work

import (
	"context"
	"slices"

	"teleconsult/notifications"
	"teleconsult/notifications/cause"
	"teleconsult/server/db"
	"teleconsult/server/encounter"
	"teleconsult/server/invitation"
	"teleconsult/server/invitation/batch"
)

// withdrawSome takes back the messages of some rows of a cancelled list.
func (w *Worker) withdrawSome(ctx context.Context, b *batch.List) (bool, error) {
	found := 0
	err := w.inBatch(ctx, b, func(ctx context.Context, tx db.Tx, b *batch.List) error {
		const most = 50
		rows, err := batch.TakeRows(ctx, tx, b.ID, batch.RowWithdrawing, most)
		if err != nil {
			return err
		}
		found = len(rows)
		if found == 0 {
			return nil
		}
		ids := make([]string, 0, len(rows))
		for _, r := range rows {
			ids = append(ids, r.EncounterID)
		}
		if err = invitation.LockEncounters(ctx, tx, b.DepartmentID, ids); err != nil {
			return err
		}
		for _, r := range rows {
			if err = w.withdraw(ctx, tx, b, r); err != nil {
				return err
			}
		}
		return nil
	})
	return found > 0, err
}

func (w *Worker) withdraw(ctx context.Context, tx db.Tx, b *batch.List, r batch.Row) error {
	f, err := w.takeBack(ctx, tx, b, r)
	if err != nil {
		return err
	}
	toldAnything := f.Told("notice") || f.Told("invitation") || f.Information != nil || len(f.Decisions) > 0
	done := f.Traced("message.withdraw", nil)
	if r.PlannedHere && !toldAnything && f.Status == encounter.Planned {
		done = f.Traced("encounter.cancel", nil)
		in := encounter.CancelInput{Reason: "other", Text: "Envoi de la liste annulé avant que le patient soit informé."}
		if err = w.Encounters.CancelIn(ctx, tx, caller(b), f, in); err != nil {
			return err
		}
	}
	if err = w.traced(ctx, tx, b, done); err != nil {
		return err
	}
	if _, err = w.Encounters.Settle(ctx, tx, b.DepartmentID, f.ID, "message.withdraw"); err != nil {
		return err
	}
	left := []string{"sending", "accepted", "delivered", "unknown"}
	if slices.ContainsFunc(f.Messages, func(m encounter.MessageFact) bool {
		return !m.CreatedAt.Before(r.ToldAt) && slices.Contains(left, m.Status)
	}) {
		return batch.SetRowState(ctx, tx, b.ID, r.Number, batch.RowDone) // by another channel
	}
	return batch.SetRowState(ctx, tx, b.ID, r.Number, batch.RowCancelled)
}

// takeBack takes back the messages of a row that are held, as a person does: so that none of them is written anew because
// the patient has not got it.
func (w *Worker) takeBack(ctx context.Context, tx db.Tx, b *batch.List, r batch.Row) (*encounter.Facts, error) {
	f, err := encounter.Load(ctx, tx, r.EncounterID, b.DepartmentID)
	if err != nil {
		return nil, err
	}
	for _, m := range f.Messages {
		if m.Status != string(notifications.StatusQueued) || m.Code != cause.Paused {
			continue
		}
		if _, err = notifications.Withdraw(ctx, tx, w.Encounters.Now(), f.ID, m.ID); err != nil {
			return nil, err
		}
	}
	return encounter.Load(ctx, tx, r.EncounterID, b.DepartmentID)
}

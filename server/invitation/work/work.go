// Package work carries out confirmed lists, a part at a time, so that a list of any length survives what happens to a
// server: each row is planned and told once.
package work

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"time"

	"teleconsult/server/auth"
	"teleconsult/server/db"
	"teleconsult/server/encounter"
	"teleconsult/server/encounter/bulk"
	"teleconsult/server/fault"
	"teleconsult/server/invitation"
	"teleconsult/server/invitation/batch"
	"teleconsult/server/invitation/cell"
	"teleconsult/server/invitation/review"
	"teleconsult/server/patient"
	"teleconsult/server/trace"
)

const (
	// workers is how many work on lists at once: two cores are busy with it.
	workers = 2
	// chunk is how many rows are planned in one transaction.
	chunk = 500
	// lookEvery is how often it is looked for what another instance left undone.
	lookEvery = 2 * time.Second
	// tries is how often a chunk is tried when somebody else was quicker about something in it.
	tries = 3
)

// Worker works on confirmed lists.
type Worker struct {
	*invitation.Service
	Log *slog.Logger
}

// Run works on confirmed lists until ctx ends. Any number of instances may run it: each row is worked on once.
func (w *Worker) Run(ctx context.Context) {
	var group sync.WaitGroup
	for range workers {
		group.Go(func() { w.run(ctx) })
	}
	group.Wait()
}

func (w *Worker) run(ctx context.Context) {
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for {
		for {
			more, err := w.Work(ctx)
			if err != nil && ctx.Err() == nil {
				w.Log.WarnContext(ctx, "a list is not worked on", "error", err.Error())
			}
			if err != nil || !more || ctx.Err() != nil {
				break
			}
			w.Signal() // the others may help
		}
		select {
		case <-ctx.Done():
			return
		case <-w.Wake():
		case <-tick.C:
		}
	}
}

// Work does a part of what waits, and tells whether there was anything.
func (w *Worker) Work(ctx context.Context) (bool, error) {
	var b *batch.List
	err := w.Encounters.DB.InTx(ctx, db.System("invitation"), func(ctx context.Context, tx db.Tx) (err error) {
		b, err = batch.Next(ctx, tx)
		return err
	})
	if err != nil || b == nil {
		return false, err
	}
	if b.State == batch.Cancelled {
		return w.withdrawSome(ctx, b)
	}
	return w.planSome(ctx, b)
}

// caller is who confirmed the list, as those see it who are told what was done.
func caller(b *batch.List) auth.Caller {
	return auth.Caller{StaffID: b.ConfirmedByID, Name: b.ConfirmedBy, RequestID: "batch-" + b.ID}
}

// inBatch runs on a list as long as it stands in a state; nobody pauses or cancels it meanwhile.
func (w *Worker) inBatch(ctx context.Context, b *batch.List, do func(ctx context.Context, tx db.Tx, b *batch.List) error) error {
	return w.Encounters.DB.InTx(ctx, db.Departments(b.DepartmentID), func(ctx context.Context, tx db.Tx) error {
		now, err := batch.Share(ctx, tx, b.ID, b.DepartmentID)
		if err != nil || now.State != b.State {
			return err
		}
		return do(ctx, tx, now)
	})
}

// planSome works on rows that were released. Rows that change what is stored about a patient or an encounter go one by
// one; the others together, unless that fails: one bad row holds up no other.
func (w *Worker) planSome(ctx context.Context, b *batch.List) (bool, error) {
	var all, single []int
	for try := 1; ; try++ {
		err := w.inBatch(ctx, b, func(ctx context.Context, tx db.Tx, b *batch.List) (err error) {
			rows, err := batch.TakeRows(ctx, tx, b.ID, batch.RowReleased, chunk)
			if all = numbers(rows); err != nil || len(rows) == 0 {
				return err
			}
			single, err = w.planTogether(ctx, tx, b, rows)
			return err
		})
		if err == nil {
			break
		}
		if fault.KindOf(err) == fault.KindUnavailable || ctx.Err() != nil {
			return false, err
		}
		if passing := errors.Is(err, bulk.ErrMeanwhile) || db.IsDeadlock(err); !passing || try == tries {
			w.Log.WarnContext(ctx, "rows of a list are planned one by one", "batch", b.ID, "error", err.Error())
			single = all
			break
		}
	}
	for _, number := range single {
		if err := w.planAlone(ctx, b, number); err != nil {
			return false, err
		}
	}
	return len(all) > 0, nil
}

func numbers(rows []batch.Row) []int {
	all := make([]int, 0, len(rows))
	for _, r := range rows {
		all = append(all, r.Number)
	}
	return all
}

var unexpected = review.RowProblem{
	Field: review.RowField, Code: "unexpected", Severity: cell.Error,
	Message: "Cette ligne n’a pas pu être traitée. Réessayez ; si cela recommence, prévoyez cette consultation à la main.",
}

// planTogether plans the new encounters of the rows, opens the rows again that are not possible any more, and returns the
// numbers of the others.
func (w *Worker) planTogether(ctx context.Context, tx db.Tx, b *batch.List, rows []batch.Row) (single []int, err error) {
	desk, err := w.Desk(ctx, tx, b)
	if err != nil {
		return nil, err
	}
	readings := desk.ReadAll(invitation.Reviewable(b, rows))
	if err = lockPeople(ctx, tx, b, readings); err != nil {
		return nil, err
	}
	index := review.NewIndex()
	index.Add(readings)
	known, err := w.Known(ctx, tx, desk, readings, b.SendAt)
	if err != nil {
		return nil, err
	}
	verdicts, err := desk.Judge(readings, index, known)
	if err != nil {
		return nil, err
	}
	var planned []bulk.Planned
	var done []batch.Done
	for i, v := range verdicts {
		switch {
		case !v.Sendable():
			if err = reopen(ctx, tx, b, rows[i], v.Problems...); err != nil {
				return nil, err
			}
		case v.Deed.New && !v.Deed.Contact:
			planned = append(planned, bulk.Planned{Facts: v.Deed.Facts, NewPatient: v.Deed.NewPatient, LinkKeys: v.Deed.LinkKeys})
			done = append(done, batch.Done{Number: v.Number, EncounterID: v.Deed.Facts.ID, Planned: true})
		default:
			single = append(single, v.Number)
		}
	}
	planned, done, twice := apart(planned, done)
	single = append(single, twice...)
	order := bulk.Order{Encounters: w.Encounters, Caller: caller(b), At: b.SendAt, Known: known.Reputation}
	if err = order.Plan(ctx, tx, planned); err != nil {
		return nil, err
	}
	if err = batch.FinishRows(ctx, tx, b.ID, done, desk.Now); err != nil {
		return nil, err
	}
	return single, w.Encounters.TellDepartment(ctx, tx, desk.Department, "batch.progress")
}

// lockPeople keeps other workers from writing down the same new people meanwhile.
func lockPeople(ctx context.Context, tx db.Tx, b *batch.List, readings []review.Reading) error {
	people := make([]patient.Person, 0, len(readings))
	for _, r := range readings {
		people = append(people, r.Person)
	}
	return patient.LockPeople(ctx, tx, b.DepartmentID, people)
}

// apart keeps of several rows about one new patient the first; the others come after it, and find the patient known.
func apart(planned []bulk.Planned, done []batch.Done) ([]bulk.Planned, []batch.Done, []int) {
	seen := map[patient.Person]bool{}
	var twice []int
	var keptPlanned []bulk.Planned
	var keptDone []batch.Done
	for i, p := range planned {
		person := patient.PersonOf(p.Facts.Patient)
		if p.NewPatient && seen[person] {
			twice = append(twice, done[i].Number)
			continue
		}
		seen[person] = seen[person] || p.NewPatient
		keptPlanned, keptDone = append(keptPlanned, p), append(keptDone, done[i])
	}
	return keptPlanned, keptDone, twice
}

// planAlone works on one row in a transaction of its own.
func (w *Worker) planAlone(ctx context.Context, b *batch.List, number int) error {
	err := w.inBatch(ctx, b, func(ctx context.Context, tx db.Tx, b *batch.List) error {
		r, err := batch.LockRow(ctx, tx, b.ID, number)
		if err != nil || r.State != batch.RowReleased {
			return err
		}
		desk, err := w.Desk(ctx, tx, b)
		if err != nil {
			return err
		}
		if err = lockPeople(ctx, tx, b, desk.ReadAll(invitation.Reviewable(b, []batch.Row{r}))); err != nil {
			return err
		}
		began := w.Encounters.Now() // every message of the row is written after it
		v, err := w.JudgeOne(ctx, tx, b, r)
		if err != nil {
			return err
		}
		if !v.Sendable() {
			return reopen(ctx, tx, b, r, v.Problems...)
		}
		f, err := w.carryOut(ctx, tx, b, v)
		if err != nil {
			return err
		}
		return batch.FinishRows(ctx, tx, b.ID, []batch.Done{{Number: number, EncounterID: f.ID, Planned: v.Deed.New}}, began)
	})
	if err == nil || fault.KindOf(err) == fault.KindUnavailable || ctx.Err() != nil || db.IsDeadlock(err) {
		return err
	}
	problem := unexpected
	if f, ok := errors.AsType[*fault.Error](err); ok {
		problem.Code, problem.Message = f.Code, f.Detail
		if len(f.Violations) > 0 {
			problem.Code, problem.Message = f.Violations[0].Code, f.Violations[0].Message
		}
	} else {
		w.Log.ErrorContext(ctx, "a row of a list cannot be planned", "batch", b.ID, "error", err.Error())
	}
	return w.inBatch(ctx, b, func(ctx context.Context, tx db.Tx, b *batch.List) error {
		r, err := batch.LockRow(ctx, tx, b.ID, number)
		if err != nil || r.State != batch.RowReleased {
			return err
		}
		return reopen(ctx, tx, b, r, problem)
	})
}

// carryOut plans one encounter for a patient whose contact changes, or brings one that is planned in line with the row and
// tells its patient.
func (w *Worker) carryOut(ctx context.Context, tx db.Tx, b *batch.List, v review.Verdict) (*encounter.Facts, error) {
	caller, at := caller(b), w.Encounters.Now()
	if b.SendAt.After(at) {
		at = b.SendAt
	}
	accepted := slices.Contains(v.Accepted, "email_typo")
	if v.Deed.New {
		person := v.Deed.Facts.Patient
		if v.Deed.NewPatient {
			person.ID = "" // it is not stored yet
		}
		f, err := w.Encounters.ScheduleIn(ctx, tx, caller, encounter.ScheduleInput{
			DepartmentID: b.DepartmentID, Patient: person, EmailConfirmed: accepted, Plan: v.Plan, At: at,
		})
		if err != nil || len(v.Deed.LinkKeys) == 0 {
			return f, err
		}
		if err = w.attach(ctx, tx, b, f, v.Deed.Link); err != nil {
			return nil, err
		}
		return w.Encounters.Settle(ctx, tx, b.DepartmentID, f.ID, "link.attach")
	}
	id := v.Deed.Facts.ID
	locked, err := encounter.LockWithPatient(ctx, tx, w.Encounters.Now(), id, b.DepartmentID)
	if err != nil {
		return nil, err
	}
	f, err := encounter.Load(ctx, tx, id, b.DepartmentID)
	if err != nil {
		return nil, err
	}
	if err = f.MayBeInvited(); err != nil {
		return nil, err
	}
	if len(v.Deed.LinkKeys) > 0 {
		if err = w.attach(ctx, tx, b, f, v.Deed.Link); err != nil {
			return nil, err
		}
		if f, err = encounter.Load(ctx, tx, id, b.DepartmentID); err != nil {
			return nil, err
		}
	}
	done := f.Traced("message.resend", nil)
	if v.Deed.Contact {
		done = f.Traced("patient.correct-contact", nil)
		err = w.Encounters.ChangeContact(ctx, tx, caller, f, v.Deed.Facts.Patient, locked, at)
	} else if !f.OnItsWay() {
		err = w.Encounters.Announce(ctx, tx, f, at)
	}
	if err != nil {
		return nil, err
	}
	if err = w.traced(ctx, tx, b, done); err != nil {
		return nil, err
	}
	return w.Encounters.Settle(ctx, tx, b.DepartmentID, id, "message.resend")
}

// attach gives an encounter its link.
func (w *Worker) attach(ctx context.Context, tx db.Tx, b *batch.List, f *encounter.Facts, link encounter.LinkInput) error {
	if err := w.Encounters.AttachTo(ctx, tx, caller(b), f, link); err != nil {
		return err
	}
	return w.traced(ctx, tx, b, f.Traced("link.attach", nil))
}

// traced appends to the trace what was done to an encounter, as if it had been done by hand.
func (w *Worker) traced(ctx context.Context, tx db.Tx, b *batch.List, done trace.Event) error {
	return trace.Append(ctx, tx, w.Encounters.Now(), caller(b).Actor(), done)
}

// reopen gives a row back to the people, with what is in its way.
func reopen(ctx context.Context, tx db.Tx, b *batch.List, r batch.Row, problems ...review.RowProblem) error {
	r.Review.Problems, r.Review.Outcome = problems, nil
	return batch.ReopenRow(ctx, tx, b.ID, r)
}

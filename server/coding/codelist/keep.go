package codelist

import (
	"context"
	"slices"
	"time"

	"github.com/google/uuid"

	"teleconsult/server/auth"
	"teleconsult/server/coding"
	"teleconsult/server/db"
	"teleconsult/server/fault"
	"teleconsult/server/trace"
)

// Service is what the use cases of the list need.
type Service struct {
	DB *db.DB
	// Now is the clock.
	Now func() time.Time
}

// Row is a row of the list, and whether an act was ever coded with it.
type Row struct {
	coding.Code
	Used bool
}

// scope sees whether a row was used in any department; no patient is looked at.
var scope = db.System("code-list")

// List returns the whole list, by code and day.
func (s *Service) List(ctx context.Context) (rows []Row, err error) {
	err = s.DB.InTx(ctx, scope, func(ctx context.Context, tx db.Tx) (err error) {
		rows, err = load(ctx, tx)
		return err
	})
	return rows, err
}

// Create adds a row.
func (s *Service) Create(ctx context.Context, caller auth.Caller, d Draft) (Row, error) {
	d = d.trimmed()
	return s.change(ctx, caller, d, func(_ context.Context, _ db.Tx, list []coding.Code) (string, []step, error) {
		id := uuid.Must(uuid.NewV7()).String()
		return id, []step{add(d.row(id))}, d.checkOverlap(list, "")
	})
}

// Change makes a row what the draft says. One that was used is closed the day before the draft begins, and the draft is a
// new row; its last day and its source may change without that. Whoever had confirmed the row has not confirmed the new one.
func (s *Service) Change(ctx context.Context, caller auth.Caller, id string, d Draft) (Row, error) {
	d = d.trimmed()
	return s.change(ctx, caller, d, func(ctx context.Context, tx db.Tx, list []coding.Code) (string, []step, error) {
		old, used, err := lock(ctx, tx, list, id)
		if err != nil {
			return "", nil, err
		}
		if !used || d.sameMeaning(old) {
			return id, []step{replace(d.row(id), d.sameMeaning(old))}, d.checkOverlap(list, id)
		}
		if !d.ValidFrom.After(old.ValidFrom) {
			return "", nil, fault.Invalid(fault.Violation{
				Field: "validFrom", Code: "used_row",
				Message: "Des actes ont été codés avec cette ligne. Indiquez le jour à partir duquel le changement vaut : l’ancienne ligne s’arrêtera la veille.",
			})
		}
		var steps []step
		if last := d.ValidFrom.AddDate(0, 0, -1); ends(old.ValidTo).After(last) {
			i := slices.IndexFunc(list, func(c coding.Code) bool { return c.ID == id })
			list[i].ValidTo = last
			steps = append(steps, closeOn(id, last))
		}
		next := uuid.Must(uuid.NewV7()).String()
		return next, append(steps, add(d.row(next))), d.checkOverlap(list, "")
	})
}

// Confirm says for the hospital that a row is right. Confirming twice is confirming once.
func (s *Service) Confirm(ctx context.Context, caller auth.Caller, id string) (Row, error) {
	return s.settle(ctx, caller, func(ctx context.Context, tx db.Tx, list []coding.Code) (string, []step, error) {
		old, _, err := lock(ctx, tx, list, id)
		if err != nil || old.ConfirmedBy != "" {
			return id, nil, err
		}
		return id, []step{confirm(id, caller.StaffID, s.Now())}, nil
	})
}

// change is settle for a trimmed draft that is right by itself.
func (s *Service) change(
	ctx context.Context, caller auth.Caller, d Draft, decide func(context.Context, db.Tx, []coding.Code) (string, []step, error),
) (Row, error) {
	if err := fault.Invalid(d.check()...); err != nil {
		return Row{}, err
	}
	return s.settle(ctx, caller, decide)
}

// settle runs one change while no other manager changes the list, and traces it: the id of the row, and of which code.
func (s *Service) settle(
	ctx context.Context, caller auth.Caller, decide func(context.Context, db.Tx, []coding.Code) (id string, steps []step, err error),
) (row Row, err error) {
	if len(caller.Departments(auth.DepartmentManage)) == 0 {
		return row, fault.New(fault.KindForbidden, "forbidden", "Seul un cadre change la liste des codes.")
	}
	err = s.DB.InTx(ctx, scope, func(ctx context.Context, tx db.Tx) error {
		if err := lockList(ctx, tx); err != nil {
			return err
		}
		list, err := coding.Codes(ctx, tx)
		if err != nil {
			return err
		}
		id, steps, err := decide(ctx, tx, list)
		if err != nil {
			return err
		}
		did := []string{}
		for _, step := range steps {
			if err = step.run(ctx, tx); err != nil {
				return err
			}
			did = append(did, step.word)
		}
		rows, err := load(ctx, tx)
		if err != nil {
			return err
		}
		row = rows[slices.IndexFunc(rows, func(r Row) bool { return r.ID == id })]
		if len(steps) == 0 {
			return nil
		}
		changed := trace.Event{Action: "code-list.change", Data: map[string]any{"codeId": id, "code": row.Code.Code, "did": did}}
		return trace.Append(ctx, tx, s.Now(), caller.Actor(), changed)
	})
	return row, err
}

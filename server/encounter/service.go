package encounter

import (
	"context"
	"slices"
	"time"

	"teleconsult/notifications"
	"teleconsult/server/auth"
	"teleconsult/server/db"
	"teleconsult/server/fault"
	"teleconsult/server/patient"
	"teleconsult/server/secret"
	"teleconsult/server/trace"
)

// Service is what every use case of the encounter needs.
type Service struct {
	DB *db.DB
	// Now is the clock.
	Now func() time.Time
	// Secrets seals the personal tokens and hashes what must be comparable but not readable.
	Secrets *secret.Box
	// PublicURL is where patients reach the server, without a slash at its end.
	PublicURL string
	// Outbox writes messages into the queue.
	Outbox notifications.Outbox
}

// Command is how every change by staff runs: one transaction in which the encounter is locked, the caller's
// right is checked in its department, change adds its facts, the change is traced as action, and the chain
// is settled. It returns the facts as they are afterwards.
//
// An encounter outside the caller's departments is not found, and looks just like one that does not exist.
func (s *Service) Command(
	ctx context.Context, caller auth.Caller, permission auth.Permission, id, action string,
	change func(ctx context.Context, tx db.Tx, f *Facts) error,
) (*Facts, error) {
	return s.command(ctx, caller, permission, id, action, Lock, change)
}

// command is Command with its own way to lock the encounter.
func (s *Service) command(
	ctx context.Context, caller auth.Caller, permission auth.Permission, id, action string,
	lock func(ctx context.Context, tx db.Tx, id string, departments ...string) error,
	change func(ctx context.Context, tx db.Tx, f *Facts) error,
) (*Facts, error) {
	var after *Facts
	departments := caller.Departments(auth.EncounterRead)
	err := s.DB.InTx(ctx, db.Departments(departments...), func(ctx context.Context, tx db.Tx) error {
		if err := lock(ctx, tx, id, departments...); err != nil {
			return err
		}
		f, err := Load(ctx, tx, id, departments...)
		if err != nil {
			return err
		}
		if !caller.Can(f.Department.ID, permission) {
			return fault.New(fault.KindForbidden, "forbidden", "Votre rôle dans ce service ne permet pas cette action.")
		}
		if err = change(ctx, tx, f); err != nil {
			return err
		}
		if err = trace.Append(ctx, tx, s.Now(), caller.Actor(), f.Traced(action, nil)); err != nil {
			return err
		}
		if after, err = s.Settle(ctx, tx, f.Department.ID, id, action); err != nil {
			return err
		}
		return s.warn(ctx, tx, after)
	})
	return after, err
}

// Read returns the facts of one encounter for a screen and traces that they were seen.
func (s *Service) Read(ctx context.Context, caller auth.Caller, permission auth.Permission, id, action string) (*Facts, error) {
	var f *Facts
	departments := caller.Departments(permission)
	err := s.DB.InTx(ctx, db.Departments(departments...), func(ctx context.Context, tx db.Tx) (err error) {
		if f, err = Load(ctx, tx, id, departments...); err != nil {
			return err
		}
		if err = s.warn(ctx, tx, f); err != nil {
			return err
		}
		return trace.Append(ctx, tx, s.Now(), caller.Actor(), f.Traced(action, nil))
	})
	return f, err
}

// warn adds what is known against the patient's address and number, while messages may still go there. An address
// by which the patient was reached is no typo.
func (s *Service) warn(ctx context.Context, tx db.Tx, f *Facts) error {
	if f.Status.Ended() {
		return nil
	}
	email, mobile := f.Patient.Contact()
	all, err := patient.Warnings(ctx, tx, s.Outbox.Vault, email, mobile)
	reached := slices.ContainsFunc(f.Messages, func(m MessageFact) bool {
		return m.Recipient == email && (m.ReadAt != nil || m.Status == string(notifications.StatusDelivered))
	})
	f.Warnings = slices.DeleteFunc(all, func(w patient.ContactWarning) bool { return w.Code == "typo" && reached })
	return err
}

// Record appends one event as a fact of the encounter; data is kept as JSON.
func (s *Service) Record(ctx context.Context, tx db.Tx, f *Facts, by trace.Actor, kind string, occurredAt time.Time, data any) error {
	return insertEvent(ctx, tx, f, by, kind, occurredAt, s.Now(), data)
}

// Traced is an event of the trace about this encounter; data holds codes, never names.
func (f *Facts) Traced(action string, data map[string]any) trace.Event {
	return trace.Event{DepartmentID: f.Department.ID, Action: action, EncounterID: f.ID, PatientID: f.Patient.ID, Data: data}
}

// maxBackdating is how long ago something may have happened that is recorded only now (made offline).
const maxBackdating = 48 * time.Hour

// occurred checks the time at which something is said to have happened; zero stands for now.
func (s *Service) occurred(at time.Time) (time.Time, error) {
	now := s.Now()
	switch {
	case at.IsZero():
		return now, nil
	case at.After(now.Add(2*time.Minute)) || at.Before(now.Add(-maxBackdating)):
		return time.Time{}, fault.Invalid(fault.Violation{
			Field: "occurredAt", Code: "time_impossible", Message: "Cette heure est dans le futur ou trop ancienne.",
		})
	case at.After(now):
		return now, nil
	}
	return at, nil
}

func notNow(code, detail string) error { return fault.New(fault.KindConflict, code, detail) }

// Package invitation lets a secretary invite a whole list of people: from a file, from pasted rows or meeting
// invitations, or by ticking planned consultations. A list (batch) is a draft on the server until somebody confirms it;
// then each row is worked on once, whoever is looking.
package invitation

import (
	"context"
	"slices"
	"time"

	"teleconsult/server/auth"
	"teleconsult/server/db"
	"teleconsult/server/encounter"
	"teleconsult/server/invitation/batch"
	"teleconsult/server/trace"
)

// Service is what the use cases of lists need.
type Service struct {
	Encounters *encounter.Service

	// wake tells the workers that there is something to do.
	wake chan struct{}
}

// New makes the service.
func New(encounters *encounter.Service) *Service {
	return &Service{Encounters: encounters, wake: make(chan struct{}, 1)}
}

// Wake receives when there is something to do. Several signals while nobody receives are one.
func (s *Service) Wake() <-chan struct{} { return s.wake }

// Signal wakes a worker.
func (s *Service) Signal() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// MayInvite are the departments in which the caller may work on lists: whoever plans and sends.
func MayInvite(caller auth.Caller) []string {
	return slices.DeleteFunc(caller.Departments(auth.MessageSend), func(id string) bool { return !caller.Can(id, auth.EncounterSchedule) })
}

// Patience is how long a transaction on a whole list may take.
const Patience = time.Minute

// Within runs a use case on one list of the caller's departments. The list is locked.
func (s *Service) Within(
	ctx context.Context, caller auth.Caller, id string, action string, do func(ctx context.Context, tx db.Tx, b *batch.List) error,
) error {
	departments := MayInvite(caller)
	return s.Encounters.DB.InTx(db.Patient(ctx, Patience), db.Departments(departments...), func(ctx context.Context, tx db.Tx) error {
		b, err := batch.Lock(ctx, tx, id, departments)
		if err != nil {
			return err
		}
		if err = do(ctx, tx, b); err != nil {
			return err
		}
		return s.Traced(ctx, tx, caller, b, action, nil)
	})
}

// Traced appends to the trace what somebody did with a list.
func (s *Service) Traced(ctx context.Context, tx db.Tx, caller auth.Caller, b *batch.List, action string, data map[string]any) error {
	if data == nil {
		data = map[string]any{}
	}
	data["batch"] = b.ID
	return trace.Append(ctx, tx, s.Encounters.Now(), caller.Actor(), trace.Event{DepartmentID: b.DepartmentID, Action: action, Data: data})
}

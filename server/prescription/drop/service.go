package drop

import (
	"context"
	"time"

	"teleconsult/server/auth"
	"teleconsult/server/db"
	"teleconsult/server/encounter"
	"teleconsult/server/fault"
)

// Service keeps documents for patients. Make one with New.
type Service struct {
	Encounters *encounter.Service
	// Progress, when given, is told what a drop means for the prescription, in the transaction of the fact.
	Progress func(ctx context.Context, tx db.Tx, p Progress) error
	// gate bounds how many passwords this instance works on at once: each takes 32 MB and a processor for a moment.
	gate chan struct{}
	// work is the work factor of scrypt, see workFactor; tests of other things make it small.
	work int
}

// passwordsAtOnce is how many passwords an instance works on at once.
const passwordsAtOnce = 2

// New makes the service of one instance.
func New(encounters *encounter.Service) *Service {
	return &Service{Encounters: encounters, gate: make(chan struct{}, passwordsAtOnce), work: workFactor}
}

// Progress is what a drop means for the prescription that it holds.
type Progress struct {
	EncounterID, DepartmentID, DropID string
	// State is sent, delivered or failed.
	State string
	// Proof says why, in French, on one line, without an address.
	Proof string
	// StaffID is who did it, "" for the patient or the system.
	StaffID string
	At      time.Time
}

// The states of a Progress.
const (
	sent      = "sent"
	delivered = "delivered"
	failed    = "failed"
)

func (s *Service) tell(ctx context.Context, tx db.Tx, d Drop, state, proof, staffID string) error {
	if s.Progress == nil {
		return nil
	}
	return s.Progress(ctx, tx, Progress{
		EncounterID: d.EncounterID, DepartmentID: d.DepartmentID, DropID: d.ID, State: state, Proof: proof, StaffID: staffID,
		At: s.Encounters.Now(),
	})
}

// gatePatience is how long a password waits for its turn.
const gatePatience = 10 * time.Second

var errBusy = fault.New(fault.KindUnavailable, "busy", "Le service est très sollicité. Réessayez dans quelques secondes.")

// enter waits for the turn of a password; leave ends it.
func (s *Service) enter(ctx context.Context) (leave func(), err error) {
	ctx, cancel := context.WithTimeout(ctx, gatePatience)
	defer cancel()
	select {
	case s.gate <- struct{}{}:
		return func() { <-s.gate }, nil
	case <-ctx.Done():
		return nil, errBusy
	}
}

var (
	errForbidden = fault.New(fault.KindForbidden, "forbidden", "Votre rôle dans ce service ne permet pas cette action.")
	errUnknown   = fault.New(fault.KindNotFound, "not_found", "Ce document n’existe pas.")
)

// load reads an encounter for a member of staff who may act on its prescription.
func (s *Service) load(ctx context.Context, tx db.Tx, caller auth.Caller, id string) (*encounter.Facts, error) {
	f, err := encounter.Load(ctx, tx, id, caller.Departments(auth.EncounterRead)...)
	if err != nil {
		return nil, err
	}
	if !caller.Can(f.Department.ID, auth.PrescriptionRecord) {
		return nil, errForbidden
	}
	return f, nil
}

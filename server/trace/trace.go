// Package trace keeps who did or saw what, of whom, when and from where. An event is appended in the
// transaction of what it tells, so that neither exists without the other. Rows are never changed.
package trace

import "time"

// ActorKind is the sort of someone who acts.
type ActorKind string

// Who can act.
const (
	Patient ActorKind = "patient"
	Staff   ActorKind = "staff"
	System  ActorKind = "system"
)

// Actor is who acts, and the request that shows it.
type Actor struct {
	Kind ActorKind
	// ID is the staff member's id, "" for a patient or the system.
	ID string
	// RequestID finds the request in the logs.
	RequestID string
	// ClientAddress is the address the request came from.
	ClientAddress string
}

// ByPatient is the actor behind a patient page.
func ByPatient(requestID, clientAddress string) Actor {
	return Actor{Kind: Patient, RequestID: requestID, ClientAddress: clientAddress}
}

// BySystem is the actor of what the server does on its own account.
func BySystem() Actor { return Actor{Kind: System} }

// Event is one thing that was done or seen. Data holds codes and identifiers, never names or addresses.
type Event struct {
	DepartmentID string
	// Action is "<noun>.<verb>", such as "encounter.read".
	Action      string
	EncounterID string
	PatientID   string
	Data        map[string]any
}

// Entry is a stored event with the name of its actor, as the history of an encounter shows it.
type Entry struct {
	At        time.Time
	ActorKind ActorKind
	ActorName string
	Action    string
	Data      map[string]any
}

package prescription

import (
	"time"

	"teleconsult/server/encounter"
)

// Progress is news of a delivery that the product makes itself.
type Progress struct {
	EncounterID, DepartmentID string
	// DeliveryID is the drop or the message; its news belong together.
	DeliveryID string
	Channel    Channel
	// State is Sent when it begins, then Delivered or Failed.
	State State
	// Proof is one line in French: what shows that it arrived, or why it did not.
	Proof          string
	RiskAcceptedBy string
	RiskHow        RiskHow
	WantedToday    bool
	// StaffID is who sent it, "" for what the system learned.
	StaffID string
	At      time.Time
}

// RiskHow says how the risk of ordinary e-mail was accepted.
type RiskHow string

// Ways to accept it; Unsaid for the other channels, and for what was recorded without it.
const (
	Unsaid      RiskHow = ""
	InSession   RiskHow = "oral"
	ByTelephone RiskHow = "telephone"
	InWriting   RiskHow = "written"
)

// step is a row of the prescription.
type step struct {
	Input
	DeliveryID string
	RiskHow    RiskHow
	StaffID    string
	// DecidedAt is when the channel was decided on, At when this was recorded.
	DecidedAt, At time.Time
}

// next is the row that an input of staff adds to the standing one; ok is false when it says the same already, as after a
// second tap: a new row would ask for the note to be put into the record again.
func (in Input) next(p *encounter.Prescription, staffID string, now time.Time) (s step, ok bool) {
	s = step{Input: in, StaffID: staffID, DecidedAt: now, At: now}
	if p == nil {
		return s, true
	}
	same := Input{
		Channel: Channel(p.Channel), State: State(p.State), WantedToday: p.WantedToday, Proof: p.Proof, RiskAcceptedBy: p.RiskAcceptedBy,
	}
	followed := in.Channel == Portal || p.DeliveryID != ""
	if followed && Channel(p.Channel) == in.Channel && State(p.State) != Failed { // news of what was decided already
		s.DecidedAt, s.DeliveryID = p.DecidedAt, p.DeliveryID
	}
	return s, in != same
}

// next is the row that news add to the standing one. What another channel has taken the place of changes nothing any more,
// nor does a failure after the arrival: a drop expires after it was fetched.
func (n Progress) next(p *encounter.Prescription) (s step, ok bool) {
	in := Input{Channel: n.Channel, State: n.State, WantedToday: n.WantedToday, Proof: n.Proof, RiskAcceptedBy: n.RiskAcceptedBy}
	s = step{Input: in, DeliveryID: n.DeliveryID, RiskHow: n.RiskHow, StaffID: n.StaffID, DecidedAt: n.At, At: n.At}
	if p != nil {
		s.WantedToday = s.WantedToday || p.WantedToday
	}
	if n.State == Sent {
		return s, true
	}
	if p == nil || p.DeliveryID != n.DeliveryID || State(p.State) == n.State || State(p.State) == Delivered {
		return step{}, false
	}
	s.RiskAcceptedBy, s.DecidedAt = p.RiskAcceptedBy, p.DecidedAt
	return s, true
}

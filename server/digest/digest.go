// Package digest tells staff at the end of the day how much waits for them, and managers what has been left undone for
// too long. It counts; it never names a patient.
package digest

import (
	"slices"
	"time"

	"teleconsult/server/encounter"
	"teleconsult/templates"
)

// Hour is when the day ends, o'clock in the department's zone: late enough for what is done at once, early enough for
// what must be in the record the same day.
const Hour = 18

// Kind says whose steps a digest counts.
type Kind string

// Kinds: Own waits for the reader, Overdue was left undone by others.
const (
	Own     Kind = "own"
	Overdue Kind = "overdue"
)

// Count is how many encounters wait for one step.
type Count struct {
	Step encounter.StepCode `db:"step"`
	N    int                `db:"n"`
}

// chain is the order of the steps.
var chain = []encounter.StepCode{
	encounter.StepAppointment, encounter.StepInformation, encounter.StepConsent, encounter.StepPortal, encounter.StepLink,
	encounter.StepInvitation, encounter.StepHeld, encounter.StepPrescription, encounter.StepRecord, encounter.StepCoding,
}

// Day is the local day of a moment (midnight UTC), and whether it has ended.
func Day(now time.Time, zone *time.Location) (day time.Time, ended bool) {
	local := now.In(zone)
	y, m, d := local.Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC), local.Hour() >= Hour
}

// endOf is the last moment of a local day: what is due until then is due today.
func endOf(day time.Time, zone *time.Location) time.Time {
	y, m, d := day.Date()
	return time.Date(y, m, d+1, 0, 0, 0, 0, zone)
}

// steps are the counts in the order of the chain, as the message has them.
func steps(counts []Count) []templates.DigestStep {
	sorted := slices.Clone(counts)
	slices.SortFunc(sorted, func(a, b Count) int { return slices.Index(chain, a.Step) - slices.Index(chain, b.Step) })
	out := make([]templates.DigestStep, 0, len(sorted))
	for _, c := range sorted {
		out = append(out, templates.DigestStep{Step: string(c.Step), Count: c.N})
	}
	return out
}

func total(counts []Count) int {
	n := 0
	for _, c := range counts {
		n += c.N
	}
	return n
}

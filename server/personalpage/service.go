// Package personalpage is the patient's side of an encounter: the page behind the personal link, on which the
// patient gives the birth date, reads the notice, agrees or prefers to come, waits and joins, and the page for
// a lost link. The pages are HTML without any script. What a visit changes are facts of the encounter like any
// other; who may see and do what behind a link is decided here.
package personalpage

import "teleconsult/server/encounter"

// Service is what the patients' pages need.
type Service struct {
	// Encounters has the database, the clock, the secrets and the public address, and keeps the facts.
	Encounters *encounter.Service
}
